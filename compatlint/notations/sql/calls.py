"""What the calls of a migration do.

SQLAlchemy's tables, columns and constraints, alembic's operations, sqlalchemy-migrate's.

A call that changes the schema adds a step; one whose table or column cannot be told adds an `Unclear`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External
from compatlint.notations.sql.call import ScriptCall
from compatlint.notations.sql.definitions import column_of, constraint_of, own, table_of
from compatlint.notations.sql.interpreter import Interpreter, ScriptFrame, elements
from compatlint.notations.sql.operations import alembic, execute, of_column, of_constraint, of_table
from compatlint.notations.sql.schema import Column, ColumnType
from compatlint.notations.sql.types import is_type, type_of
from compatlint.notations.sql.values import (
    PARTS,
    ROWS,
    TABLES,
    Batch,
    BoundOperation,
    ColumnRef,
    Columns,
    Constraint,
    TableRef,
    Text,
)

_LIBRARIES: Final = ("sqlalchemy", "alembic", "migrate", "oslo_db", "flask_sqlalchemy", "?")
_EXTENSION: Final = External("sqlalchemy.orm")  # what an instance of Flask-SQLAlchemy offers under its names
_ROWS: Final = (
    "select",
    "insert",
    "update",
    "delete",
    "exists",
    "bindparam",
    "literal",
    "literal_column",
    "join",
)
_SIMPLE: Final[dict[str, object]] = dict.fromkeys(_ROWS, ROWS)
_CONSTRAINTS: Final = frozenset(
    (
        "UniqueConstraint",
        "Index",
        "ForeignKeyConstraint",
        "PrimaryKeyConstraint",
        "CheckConstraint",
        "ForeignKey",
    )
)
_OF_COLUMNS: Final = frozenset(("get", "keys", "values", "items", "contains_column"))
_MOST: Final = 10_000  # turns of a loop that counts
_PARTS: Final = frozenset(
    ("indexes", "constraints", "foreign_keys", "foreign_key_constraints", "primary_key")
)


def attribute(owner: object, name: str) -> object:
    """Return an attribute of a value."""
    if isinstance(owner, TableRef):
        if name in ("c", "columns"):
            return Columns(owner)
        return (
            owner.name
            if name in ("name", "fullname")
            else PARTS
            if name in _PARTS
            else BoundOperation(owner, name)
        )
    if isinstance(owner, Columns):
        return BoundOperation(owner, name) if name in _OF_COLUMNS else ColumnRef(owner.table, name)
    if isinstance(owner, ColumnRef | Column | Constraint):
        return owner.name if name == "name" else PARTS if name in _PARTS else BoundOperation(owner, name)
    if owner is PARTS or owner is ROWS:
        return owner
    if owner is UNKNOWN:
        return TABLES if name == "tables" else UNKNOWN
    return BoundOperation(owner, name)


def call(
    run: Interpreter,
    frame: ScriptFrame,
    node: ast.Call,
    callee: object,
    arguments: list[object],
    named: dict[str, object],
) -> object:
    """Return what a call is worth, and note what it does to the schema."""
    made = ScriptCall(run, frame, node, arguments, named)
    if isinstance(callee, Defined):
        order = run.project.mro(callee) if isinstance(callee.node, ast.ClassDef) else []
        if any(isinstance(each, External) and each.name == "SQLAlchemy" for each in order):
            return _EXTENSION
        return own(run, callee, arguments, named)
    if isinstance(callee, External):
        return _external(made, callee)
    if isinstance(callee, BoundOperation):
        return _method(made, callee)
    return callee if callee is PARTS or callee is ROWS else UNKNOWN


def _external(made: ScriptCall, callee: External) -> object:
    """Call something outside the release."""
    name = callee.name
    if callee.dotted.startswith("builtins."):
        return _built_in(made, name)
    if callee.dotted in ("copy.copy", "copy.deepcopy"):
        return made.argument(0)
    if callee.dotted == "itertools.chain":
        groups = [elements(each) for each in made.arguments]
        return [item for group in groups for item in group or ()] if None not in groups else UNKNOWN
    if not callee.dotted.startswith(_LIBRARIES):
        return UNKNOWN
    if callee.dotted.startswith("alembic.op."):
        return alembic(made, name, None)
    if name == "get_table" and isinstance(made.argument(1), str):
        return TableRef(str(made.argument(1)))
    make = _MAKERS.get(name)
    return make(made) if make is not None else _of_library(made, callee)


def _of_library(made: ScriptCall, callee: External) -> object:
    """Return what else SQLAlchemy makes: constraints, types, statements."""
    name = callee.name
    if name in _CONSTRAINTS:
        return constraint_of(made, name)
    if is_type(name):
        return type_of(name, made.arguments, made.named)
    return _SIMPLE.get(name, callee if name in ("Identity", "Sequence", "Computed") else UNKNOWN)


_MAKERS: Final[dict[str, Callable[[ScriptCall], object]]] = {
    **dict.fromkeys(("Column", "mapped_column", "column"), column_of),
    **dict.fromkeys(("Table", "table"), table_of),
    **dict.fromkeys(("deferred", "column_property"), lambda made: made.argument(0)),
    **dict.fromkeys(("text", "DDL"), lambda made: Text(made.argument(0))),
    "SQLAlchemy": lambda _made: _EXTENSION,
}


def _method(made: ScriptCall, callee: BoundOperation) -> object:
    """Call a method of a value."""
    owner, name = callee.owner, callee.name
    if isinstance(owner, Batch):
        return alembic(made, name, owner)
    if isinstance(owner, TableRef):
        return of_table(made, owner, name)
    if isinstance(owner, ColumnRef):
        return of_column(made, owner, name)
    if isinstance(owner, Constraint):
        return of_constraint(made, owner, name)
    if isinstance(owner, Column):
        return _of_new_column(made, owner, name)
    if isinstance(owner, Columns):
        key = made.argument(0)
        return ColumnRef(owner.table, key) if name == "get" and isinstance(key, str) else UNKNOWN
    if isinstance(owner, ColumnType):
        other = made.argument(0)
        return other if name == "with_variant" and isinstance(other, ColumnType) else owner
    if isinstance(owner, list | dict | set):
        return _grow(owner, name, made)
    if owner is UNKNOWN:
        _of_unknown(made, name)
    return UNKNOWN


def _of_new_column(made: ScriptCall, column: Column, name: str) -> object:
    """Call a method of a column that is in no table yet."""
    table = made.argument(0, "table")
    if name in ("create", "drop") and isinstance(table, TableRef):
        return of_table(made, table, f"{name}_column", column)
    return column if name in ("copy", "_copy") else UNKNOWN


def _of_unknown(made: ScriptCall, name: str) -> None:
    """Call a method of something that only the database knows."""
    if name in ("execute", "exec_driver_sql"):
        execute(made, made.argument(0))
    elif name in ("create_column", "drop_column"):
        made.unclear(f"the table of {name} is not known")
    elif name in ("drop", "rename", "alter") and _is_table_like(made):
        made.unclear(f"the object of {name} is not known")


def _is_table_like(made: ScriptCall) -> bool:
    """Tell whether a `drop` of something unknown may be one of a table or a column.

    It says `.c.` or a table's name.
    """
    function = made.node.func
    inner = function.value if isinstance(function, ast.Attribute) else function
    text = ast.unparse(inner)
    return re.search(r"\.c\b|columns|tabl|column", text) is not None


def _grow(owner: list[object] | dict[object, object] | set[object], name: str, made: ScriptCall) -> object:
    """Call a method of a container that the script fills."""
    arguments, budget = made.arguments, made.run.budget
    if isinstance(owner, list):
        more: list[object] | None = None
        if name in ("append", "extend") and arguments:
            more = [arguments[0]] if name == "append" else elements(arguments[0])
        if more is not None and budget.may_put(owner, more, len(more)):
            owner.extend(more)
        return UNKNOWN
    if isinstance(owner, dict):
        if name in ("items", "keys", "values"):
            return [tuple(each) if name == "items" else each for each in getattr(owner, name)()]
        if name == "get" and arguments and isinstance(arguments[0], str | int):
            return owner.get(arguments[0], arguments[1] if len(arguments) > 1 else None)
        if name == "update" and arguments and isinstance(arguments[0], dict):
            given = arguments[0]
            if budget.may_put(owner, given.values(), len(given)):
                owner.update(given)
    return UNKNOWN


def _range(numbers: list[int]) -> object:
    if not 0 < len(numbers) < 4:
        return UNKNOWN
    first, last, step = (0, numbers[0], 1) if len(numbers) == 1 else (*numbers, 1)[:3]
    return range(first, last, step) if step else UNKNOWN


def _built_in(made: ScriptCall, name: str) -> object:
    """Call one of Python's own functions."""
    first = made.argument(0)
    if name == "getattr" and len(made.arguments) >= 2:
        key = made.argument(1)
        return attribute(first, key) if isinstance(key, str) else PARTS if first is PARTS else UNKNOWN
    if name == "range":
        return _range([each for each in made.arguments if isinstance(each, int) and abs(each) < _MOST])
    made.run.budget.weigh(made.arguments)
    items = elements(first)
    if items is None:
        return UNKNOWN
    if name in ("list", "tuple", "set", "frozenset", "reversed", "iter"):
        return items[::-1] if name == "reversed" else items
    if name == "sorted":
        return sorted(items, key=repr)
    if name == "enumerate":
        return list(enumerate(items))
    if name == "zip":
        others = [elements(each) for each in made.arguments]
        return (
            list(zip(*(each for each in others if each is not None), strict=False))
            if None not in others
            else UNKNOWN
        )
    return len(items) if name == "len" else UNKNOWN
