"""Django's migrations: which a release has, and what each does to the schema, step by step.

An operation names a model and a field; which table and column that is depends on the models of the release
that the migrations start from, and on the operations before.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from compatlint.notations.languages.python import Defined, Module, Project, argument, assigned_value
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.sql.django_fields import DjangoField, field_of
from compatlint.notations.sql.django_models import DjangoModel, app_of, many_table
from compatlint.notations.sql.raw_sql import statements
from compatlint.notations.sql.schema import (
    AddColumn,
    AlterColumn,
    CreateTable,
    DatabaseTable,
    DropColumn,
    DropTable,
    RenameTable,
    Step,
    UnclearStep,
)
from compatlint.notations.sql.scripts import Script
from compatlint.wire.ir.span import Span

FOLDER: Final = re.compile(r"(^|/)migrations/\w+\.py$")
_CLASS: Final = re.compile(rb"^class Migration\(", re.MULTILINE)
_HARMLESS: Final = frozenset(
    (
        *("RunPython", "AddIndex", "RemoveIndex", "RenameIndex", "AlterModelOptions", "AlterModelManagers"),
        *("AlterOrderWithRespectTo", "AddConstraint", "RemoveConstraint", "AlterUniqueTogether", "noop"),
        *("AlterIndexTogether", "AddIndexConcurrently", "RemoveIndexConcurrently", "AlterModelTableComment"),
    )
)


def wants(path: str) -> bool:
    """Tell whether a path may be that of a migration."""
    return (
        FOLDER.search(path) is not None
        and not path.endswith("__init__.py")
        and "tests" not in path.split("/")
    )


def django_scripts(release: Project) -> dict[str, Script]:
    """Return the migrations of a release by path."""
    found = {}
    for path in release.matching(_CLASS, wants):
        folder, _, name = path.rpartition("/")
        found[path] = Script(path, folder, f"{app_of(path)}.{name.removesuffix('.py')}")
    return found


@dataclass(slots=True)
class _DjangoNames:
    """What an application calls its tables and fields, so far."""

    tables: dict[tuple[str, str], str]
    fields: dict[tuple[str, str], dict[str, DjangoField]]

    def table(self, app: str, model: str) -> str:
        return self.tables.get((app, model), f"{app}_{model}")


class Migrations:
    """Reads migrations one after the other, from what the models of an older release say."""

    def __init__(self, release: Project, mapped: Collection[DjangoModel]) -> None:
        self.release = release
        self.known = _DjangoNames(
            {(each.app, each.name): each.table for each in mapped},
            {(each.app, each.name): dict(each.fields) for each in mapped},
        )

    def steps(self, script: Script) -> tuple[Step, ...]:
        """Return what a migration does."""
        module = self.release.module(script.path)
        node = module.names.get("Migration") if module is not None else None
        if module is None or not isinstance(node, ast.ClassDef):
            return ()
        listed = next((value for each in node.body if (value := assigned_value(each, "operations"))), None)
        if listed is None:
            return ()
        if not isinstance(listed, ast.List | ast.Tuple):
            return (UnclearStep("operations that are put together while it runs", module.span(listed)),)
        run = _DjangoRun(self, Defined(module, node), app_of(script.path))
        return tuple(step for each in listed.elts for step in run.operation(each))


@dataclass(frozen=True, slots=True)
class _DjangoRun:
    """One migration of an application."""

    whole: Migrations
    owner: Defined
    app: str

    @property
    def module(self) -> Module:
        return self.owner.module

    def operation(self, node: ast.expr) -> Iterator[Step]:
        """Yield what one operation does."""
        name = last(node.func) if isinstance(node, ast.Call) else ""
        act = _OPERATIONS.get(name)
        if isinstance(node, ast.Call) and act is not None:
            yield from act(self, node)
        elif name not in _HARMLESS:
            what = f"the operation {name}" if name else "an operation"
            yield UnclearStep(f"{what} is not known", self.module.span(node))

    def said(self, call: ast.Call, name: str, position: int) -> str:
        """Return a text that an operation is given, "" where it is none."""
        node = argument(call, name, position)
        value = self.whole.release.evaluate(self.module, node) if node is not None else None
        return value if isinstance(value, str) else ""

    def model(self, call: ast.Call, name: str = "model_name") -> tuple[str, str]:
        return self.app, self.said(call, name, 0).lower()

    def field(self, call: ast.Call, position: int = 2) -> tuple[str, DjangoField | None]:
        name = self.said(call, "name", 1)
        node = argument(call, "field", position)
        return name, field_of(self.module, name, node) if node is not None else None

    def span(self, node: ast.AST) -> Span:
        return self.module.span(node)

    def add_field(self, call: ast.Call) -> Iterator[Step]:
        key = self.model(call)
        name, field = self.field(call)
        table = self.whole.known.table(*key)
        if field is None:
            return
        self.whole.known.fields.setdefault(key, {})[name] = field
        if field.column is not None:
            yield AddColumn(table, field.column, self.span(call))
        elif field.many:
            yield CreateTable(many_table(table, name, self.owner), self.span(call))

    def remove_field(self, call: ast.Call) -> Iterator[Step]:
        key, name = self.model(call), self.said(call, "name", 1)
        table = self.whole.known.table(*key)
        field = self.whole.known.fields.get(key, {}).pop(name, None)
        if field is None:
            return
        if field.column is not None:
            yield DropColumn(table, field.column.name, self.span(call))
        elif field.many:
            yield DropTable(f"{table}_{name}", self.span(call))

    def alter_field(self, call: ast.Call) -> Iterator[Step]:
        key = self.model(call)
        name, field = self.field(call)
        fields = self.whole.known.fields.setdefault(key, {})
        before = fields.get(name)
        if field is None:
            return
        fields[name] = field
        if before is None or before.column is None or field.column is None:
            return
        now = field.column
        called = now.name if now.name != before.column.name else None
        table = self.whole.known.table(*key)
        yield AlterColumn(table, before.column.name, self.span(call), called, now.nullable, None, now.type)

    def rename_field(self, call: ast.Call) -> Iterator[Step]:
        key, old, new = self.model(call), self.said(call, "old_name", 1), self.said(call, "new_name", 2)
        table = self.whole.known.table(*key)
        fields = self.whole.known.fields.get(key, {})
        field = fields.pop(old, None)
        if field is None:
            return
        column = field.column
        if column is None:
            fields[new] = field
            if field.many:
                yield RenameTable(f"{table}_{old}", f"{table}_{new}", self.span(call))
            return
        name = f"{new}_id" if column.name == f"{old}_id" else new
        fields[new] = DjangoField(replace(column, name=name))
        yield AlterColumn(table, column.name, self.span(call), name)

    def create_model(self, call: ast.Call) -> Iterator[Step]:
        key = self.model(call, "name")
        listed = argument(call, "fields", 1)
        fields: dict[str, DjangoField] = {}
        for each in listed.elts if isinstance(listed, ast.List | ast.Tuple) else ():
            if isinstance(each, ast.Tuple) and len(each.elts) == 2 and isinstance(each.elts[0], ast.Constant):
                name = str(each.elts[0].value)
                made = field_of(self.module, name, each.elts[1])
                if made is not None:
                    fields[name] = made
        options = _options(argument(call, "options", 2))
        if options.get("proxy") is True or options.get("managed") is False:
            return
        said = options.get("db_table")
        table = said if isinstance(said, str) else f"{self.app}_{key[1]}"
        self.whole.known.tables[key], self.whole.known.fields[key] = table, fields
        columns = tuple(each.column for each in fields.values() if each.column is not None)
        yield CreateTable(DatabaseTable(table, self.span(call), columns), self.span(call))

    def delete_model(self, call: ast.Call) -> Iterator[Step]:
        yield DropTable(self.whole.known.table(*self.model(call, "name")), self.span(call))

    def rename_model(self, call: ast.Call) -> Iterator[Step]:
        old, new = self.said(call, "old_name", 0).lower(), self.said(call, "new_name", 1).lower()
        known = self.whole.known
        table = known.table(self.app, old)
        known.fields[self.app, new] = known.fields.pop((self.app, old), {})
        named = f"{self.app}_{new}" if table == f"{self.app}_{old}" else table
        known.tables[self.app, new] = named
        if named != table:
            yield RenameTable(table, named, self.span(call))

    def alter_table(self, call: ast.Call) -> Iterator[Step]:
        key, new = self.model(call, "name"), self.said(call, "table", 1)
        table = self.whole.known.table(*key)
        if new and new != table:
            self.whole.known.tables[key] = new
            yield RenameTable(table, new, self.span(call))

    def apart(self, call: ast.Call) -> Iterator[Step]:
        """Take what is done to the database; what is done to the state alone changes no table."""
        for name, position in (("database_operations", 0), ("state_operations", 1)):
            listed = argument(call, name, position)
            for each in listed.elts if isinstance(listed, ast.List | ast.Tuple) else ():
                done = tuple(self.operation(each))
                yield from done if position == 0 else ()

    def sql(self, call: ast.Call) -> Iterator[Step]:
        text = self.said(call, "sql", 0)
        if text:
            yield from statements(text, self.span(call))
        else:
            yield UnclearStep("SQL that is put together while it runs", self.span(call))


def _options(node: ast.expr | None) -> dict[str, object]:
    """Return the plain options of a model."""
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values, strict=True)
    return {
        str(key.value): value.value
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }


_OPERATIONS: Final[dict[str, Callable[[_DjangoRun, ast.Call], Iterator[Step]]]] = {
    "AddField": _DjangoRun.add_field,
    "RemoveField": _DjangoRun.remove_field,
    "AlterField": _DjangoRun.alter_field,
    "RenameField": _DjangoRun.rename_field,
    "CreateModel": _DjangoRun.create_model,
    "DeleteModel": _DjangoRun.delete_model,
    "RenameModel": _DjangoRun.rename_model,
    "AlterModelTable": _DjangoRun.alter_table,
    "SeparateDatabaseAndState": _DjangoRun.apart,
    "RunSQL": _DjangoRun.sql,
}


def in_order(release: Project, found: Sequence[Script], every: Collection[Script]) -> list[Script]:
    """Return migrations in an order in which each comes after what it depends on."""
    by_name = {each.revision: each for each in every}
    wanted = {each.path for each in found}
    done: dict[str, None] = {}
    open_: set[str] = set()
    stack = sorted(found, key=lambda each: each.path, reverse=True)
    while stack:
        current = stack[-1]
        if current.path in done or current.path not in wanted:
            stack.pop()
            continue
        before = [by_name[name] for name in _depends(release, current) if name in by_name]
        rest = [each for each in before if each.path in wanted and each.path not in done]
        if rest and current.path not in open_:
            open_.add(current.path)
            stack.extend(rest)
            continue
        done[stack.pop().path] = None
    by_path = {each.path: each for each in found}
    return [by_path[path] for path in done]


def _depends(release: Project, script: Script) -> list[str]:
    module = release.module(script.path)
    node = module.names.get("Migration") if module is not None else None
    listed = [assigned_value(each, "dependencies") for each in getattr(node, "body", ())]
    pairs = [pair for each in listed for pair in getattr(each, "elts", ()) if isinstance(pair, ast.Tuple)]
    texts = [[part.value for part in pair.elts if isinstance(part, ast.Constant)] for pair in pairs]
    return [".".join(map(str, each)) for each in texts if len(each) == 2]
