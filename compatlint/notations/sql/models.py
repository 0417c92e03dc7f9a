"""The tables that a release's models map.

Declarative classes with what their mixins and bases contribute, and `Table(...)`.

A class without a table of its own contributes to those that derive from it. Where the table's name comes from
a base outside the release, it is taken to be the class's name in lower case with an "s", as such bases do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from compatlint.notations.languages.python import (
    UNKNOWN,
    Budget,
    Defined,
    External,
    Module,
    Project,
    TooMuch,
    assigned_value,
    calls,
    decorator_names,
    dotted,
)
from compatlint.notations.sql.annotated_columns import annotated, is_sqlmodel
from compatlint.notations.sql.definitions import parts
from compatlint.notations.sql.expressions import interpreter
from compatlint.notations.sql.interpreter import Interpreter, ScriptFrame
from compatlint.notations.sql.schema import Column, ColumnType, DatabaseTable, Unique
from compatlint.notations.sql.scripts import FOLDER
from compatlint.notations.sql.values import Constraint, TableRef
from compatlint.wire.ir.span import Span

_MARKS: Final = (
    re.compile(rb"__tablename__"),
    re.compile(rb"olumn\(|\btable ?= ?True"),
)  # apart: a plain text is found fast
_TABLE = re.compile(rb"^\w+ *= *(?:\w+\.)*Table\(", re.MULTILINE)
_NAMELESS: Final = ("builtins.", "sqlalchemy.", "oslo_db.", "typing.", "six.", "abc.", "collections.")
_NOWHERE: Final = Span("", "", 1, 1)
_OSLO: Final = {  # what the mixins of oslo.db bring
    "TimestampMixin": {
        name: Column(name, _NOWHERE, ColumnType("time"), default=True)
        for name in ("created_at", "updated_at")
    },
    "SoftDeleteMixin": {
        "deleted_at": Column("deleted_at", _NOWHERE, ColumnType("time")),
        "deleted": Column("deleted", _NOWHERE, ColumnType(), default=True),
    },
}
STATEMENTS: Final = 400_000  # of all models of a release
WEIGHT: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Model:
    """A table as a release maps it. `base` is the last class of its line: models of one database share it."""

    table: DatabaseTable
    name: str
    path: str
    base: str


def models(release: Project) -> list[Model]:
    """Return the models of a release."""
    paths = sorted({path for mark in _MARKS for path in release.matching(mark, _may_hold)})
    run = interpreter(release)
    run.budget = Budget(STATEMENTS, WEIGHT)
    found: list[Model] = []
    for path in paths:
        module = release.module(path)
        if module is None:
            continue
        try:
            found.extend(_of_module(run, module))
        except (TooMuch, RecursionError):
            break
    return _joined(found)


def _may_hold(path: str) -> bool:
    parts = path.split("/")
    elsewhere = any(each in ("tests", "test") or "migration" in each for each in parts)
    return path.endswith(".py") and not elsewhere and FOLDER.search(path) is None


def _of_module(run: Interpreter, module: Module) -> Iterator[Model]:
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef):
            made = _of_class(run, Defined(module, node))
            if made is not None:
                yield made
        elif isinstance(node, ast.Assign) and _TABLE.search(_first_line(module, node)):
            value = run.evaluate(ScriptFrame(module, None, {}), node.value)
            if isinstance(value, TableRef) and value.columns and not value.open:
                table = DatabaseTable(value.name, module.span(node), value.columns, value.uniques)
                yield Model(table, value.name, module.path, "")


def _first_line(module: Module, node: ast.Assign) -> bytes:
    return module.lines[node.lineno - 1].encode() if node.lineno <= len(module.lines) else b""


def _of_class(run: Interpreter, owner: Defined) -> Model | None:
    line = lineage(run.project, owner)
    name = _table_name(run, owner, line)
    if not name:
        return None
    columns: dict[str, Column] = {}
    uniques: list[Unique] = []
    for each in reversed(line):
        if isinstance(each, External) and each.dotted.startswith("oslo_db."):
            columns |= {
                name: replace(column, span=owner.span) for name, column in _OSLO.get(each.name, {}).items()
            }
        if isinstance(each, Defined):
            own, more = _contributed(run, each)
            columns |= own
            uniques.extend(more)
    if not columns:
        return None
    listed = tuple(columns.values())
    _, single, _ = parts(listed)
    outside = any(isinstance(each, External) and not each.dotted.startswith(_NAMELESS) for each in line)
    table = DatabaseTable(name, owner.span, listed, (*uniques, *single), open=outside)
    return Model(table, owner.name, owner.module.path, _base(owner, line))


def _base(owner: Defined, line: list[Defined | External]) -> str:
    """Return what the models of one database derive from.

    A declarative base of the release, or one of a library.
    """
    made = [
        each.dotted for each in line if isinstance(each, Defined) and not isinstance(each.node, ast.ClassDef)
    ]
    foreign = [
        each.dotted for each in line if isinstance(each, External) and not each.dotted.startswith(_NAMELESS)
    ]
    library = [each.rpartition(".")[0] for each in foreign]
    return (
        made or library or [each.dotted for each in line if isinstance(each, Defined)][-1:] or [owner.dotted]
    )[0]


def lineage(project: Project, owner: Defined) -> list[Defined | External]:
    """Return a class and its bases.

    `Base = declarative_base(cls=X)` counts as deriving from X, and is the last of the line.
    """
    order: list[Defined | External] = []
    for each in project.mro(owner):
        if isinstance(each, External):
            order.append(each)
            continue
        order.append(each)
        if not isinstance(each.node, ast.ClassDef):
            continue
        for base in each.node.bases:
            found = project.resolve(each.module, base, each.module.outer(each.node))
            if (
                isinstance(found, Defined)
                and isinstance(found.node, ast.Assign)
                and isinstance(found.node.value, ast.Call)
            ):
                order.extend(_made_of(project, found))
    return list(dict.fromkeys(order))


def _made_of(project: Project, base: Defined) -> Iterator[Defined | External]:
    """Yield the class that a declarative base is made of, and the base itself."""
    assert isinstance(base.node, ast.Assign)
    value = base.node.value
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if keyword.arg == "cls":
            found = project.resolve(base.module, keyword.value)
            if isinstance(found, Defined):
                yield from project.mro(found)
            elif found is not None:
                yield found
    yield base


def _table_name(run: Interpreter, owner: Defined, line: list[Defined | External]) -> str:
    """Return the table of a class, "" if it has none of its own."""
    node = owner.node
    if not isinstance(node, ast.ClassDef) or _says(run, owner, "__abstract__") is True:
        return ""
    for each in line:
        if isinstance(each, External) and each.unresolved and each.dotted.endswith(".Model"):
            return _in_words(owner.name) if _has_columns(line) else ""
        if isinstance(each, External) and not each.unresolved and not each.dotted.startswith(_NAMELESS):
            return f"{owner.name.lower()}s" if _has_columns(line) else ""
        if not isinstance(each, Defined) or not isinstance(each.node, ast.ClassDef):
            continue
        said = _says(run, each, "__tablename__", owner)
        if isinstance(said, str):
            return said
        if is_sqlmodel(each):
            return each.name.lower()
        whole = _says(run, each, "__table__", owner)
        if isinstance(whole, TableRef):
            return whole.name
    return ""


def _in_words(name: str) -> str:
    """Return the table that Flask-SQLAlchemy gives to a class: `OrderLine` is `order_line`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _has_columns(line: list[Defined | External]) -> bool:
    bodies = [
        each.node.body for each in line if isinstance(each, Defined) and isinstance(each.node, ast.ClassDef)
    ]
    return any("olumn" in dotted(call.func) for body in bodies for part in body for call in calls(part))


def _says(run: Interpreter, each: Defined, name: str, owner: Defined | None = None) -> object:
    """Return what a class body gives to a name.

    A value, or what a `declared_attr` of that name returns for `owner`.
    """
    assert isinstance(each.node, ast.ClassDef)
    for node in each.node.body:
        value = assigned_value(node, name)
        if value is not None:
            return run.evaluate(ScriptFrame(each.module, None, {}), value)
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return run.call(Defined(each.module, node), [owner or each], {})
    return None


def _contributed(run: Interpreter, each: Defined) -> tuple[dict[str, Column], list[Unique]]:
    """Return the columns that a class body brings, and its unique constraints."""
    columns: dict[str, Column] = {}
    uniques: list[Unique] = []
    if not isinstance(each.node, ast.ClassDef):
        return columns, uniques
    local: dict[str, object] = {}
    frame = ScriptFrame(each.module, None, local)
    for node in each.node.body:
        target, value = _binding(run, frame, each, node)
        if isinstance(value, Column):
            local[target] = value if value.name else replace(value, name=target)
            columns[target] = replace(value, name=value.name or target)
        elif target == "__table_args__" and isinstance(value, tuple | list):
            uniques.extend(
                Unique(_real(part.columns, columns), each.module.span(node), part.name)
                for part in value
                if isinstance(part, Constraint) and part.unique
            )
        elif target == "__table__" and isinstance(value, TableRef):
            columns |= {column.name: column for column in value.columns}
        elif target:
            local[target] = value
    return columns, uniques


def _real(names: tuple[str, ...], columns: dict[str, Column]) -> tuple[str, ...]:
    return tuple(columns[name].name if name in columns else name for name in names)


def _binding(run: Interpreter, frame: ScriptFrame, each: Defined, node: ast.stmt) -> tuple[str, object]:
    """Return the name that a statement of a class body binds, and its value.

    "" if that is no business of ours.
    """
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, run.evaluate(frame, node.value)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        value = run.evaluate(frame, node.value) if node.value is not None else UNKNOWN
        return node.target.id, annotated(each, node, value)
    if isinstance(node, ast.FunctionDef) and any(
        name.endswith("declared_attr") for name in decorator_names(node)
    ):
        return node.name, run.call(Defined(each.module, node), [each], {})
    return "", UNKNOWN


def _joined(found: list[Model]) -> list[Model]:
    """Return the models with those of one table and one base as one.

    Single-table inheritance, or a table mapped twice.
    """
    whole: dict[tuple[str, str], Model] = {}
    for each in found:
        key = each.base, each.table.name
        if key not in whole:
            whole[key] = each
            continue
        known = {column.name for column in whole[key].table.columns}
        more = tuple(column for column in each.table.columns if column.name not in known)
        table = whole[key].table
        whole[key] = replace(
            whole[key],
            table=replace(table, columns=table.columns + more, uniques=table.uniques + each.table.uniques),
        )
    return list(whole.values())
