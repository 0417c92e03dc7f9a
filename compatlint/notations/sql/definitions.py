"""What a script or a model describes.

Columns, tables, constraints, and types that the project makes itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import replace

from compatlint.notations.languages.python import UNKNOWN, Defined, External
from compatlint.notations.sql.call import ScriptCall
from compatlint.notations.sql.interpreter import Interpreter
from compatlint.notations.sql.schema import Column, ColumnType, Unique
from compatlint.notations.sql.types import is_type, type_of
from compatlint.notations.sql.values import ColumnRef, Constraint, TableRef

_SCHEMA = re.compile(rb"\bop\b|sqlalchemy|\bmigrate\b")


def own(run: Interpreter, callee: Defined, arguments: Sequence[object], named: dict[str, object]) -> object:
    """Call a function or a class of the release."""
    if isinstance(callee.node, ast.ClassDef):
        order = run.project.mro(callee)
        outside = [each for each in order if isinstance(each, External)]
        kind = next((each.name for each in outside if is_type(each.name)), "")
        if kind:
            return type_of(kind, arguments, named)
        return (
            ColumnType()
            if any(each.name in ("TypeDecorator", "UserDefinedType") for each in outside)
            else UNKNOWN
        )
    source = run.project.source(callee.module.path)
    if source is None or not _SCHEMA.search(source):
        return UNKNOWN
    return run.call(callee, arguments, named)


def column_of(made: ScriptCall) -> Column:
    """Return the column that `Column(...)` describes."""
    rest = list(made.arguments)
    name = made.named.get("name", "")
    if rest and isinstance(rest[0], str):
        name = rest.pop(0)
    kinds = [each for each in (*rest, made.named.get("type_")) if isinstance(each, ColumnType)]
    bare = [type_of(each.name) for each in rest if isinstance(each, External) and is_type(each.name)]
    kinds += bare + [_own_type(made, each) for each in rest if isinstance(each, Defined)]
    words = {each.name for each in rest if isinstance(each, External)}
    primary = made.named.get("primary_key") is True
    nullable = made.named.get("nullable", not primary)
    return Column(
        name if isinstance(name, str) else "",
        made.span,
        kinds[0] if kinds else ColumnType(),
        nullable=nullable is not False,
        primary=primary,
        default=made.named.get("default", made.named.get("insert_default")) is not None,
        server_default=made.named.get("server_default") is not None,
        unique=made.named.get("unique") is True,
        counted=made.named.get("autoincrement") is True or bool(words & {"Identity", "Sequence", "Computed"}),
    )


def _own_type(made: ScriptCall, owner: Defined) -> ColumnType:
    value = own(made.run, owner, [], {})
    return value if isinstance(value, ColumnType) else ColumnType()


def table_of(made: ScriptCall) -> object:
    """Return the table that `Table(...)` names or describes."""
    name = made.argument(0, "name")
    if not isinstance(name, str):
        return UNKNOWN
    reflected = made.named.keys() & {"autoload", "autoload_with"} or not any(
        isinstance(each, Column) for each in made.arguments
    )
    columns, uniques, more = parts(made.arguments[1:])
    return TableRef(name, columns, uniques, bool(reflected) or more)


def parts(arguments: Sequence[object]) -> tuple[tuple[Column, ...], tuple[Unique, ...], bool]:
    """Return the columns and unique constraints of a table, and whether some are not known."""
    keyed = {
        name for each in arguments if isinstance(each, Constraint) and each.primary for name in each.columns
    }
    listed = [each for each in arguments if isinstance(each, Column)]
    columns = tuple(
        replace(each, primary=True, nullable=False) if each.name in keyed else each for each in listed
    )
    uniques = [
        Unique(each.columns, columns[0].span, each.name)
        for each in arguments
        if isinstance(each, Constraint) and each.unique and not each.primary and columns
    ]
    uniques += [Unique((each.name,), each.span) for each in columns if each.unique]
    keys = tuple(each.name for each in columns if each.primary)
    if keys:
        uniques.append(Unique(keys, columns[0].span))
    return columns, tuple(uniques), any(each is UNKNOWN for each in arguments[1:])


def constraint_of(made: ScriptCall, name: str) -> Constraint:
    """Return a constraint or an index that a script describes."""
    rest, own = list(made.arguments), made.named.get("name", "")
    if name == "Index" and rest:
        own = rest.pop(0)
    table = made.named.get("table")
    refs = [each for each in rest if isinstance(each, ColumnRef)]
    if not isinstance(table, TableRef) and refs:
        table = refs[0].table
    names = [each.name if isinstance(each, ColumnRef | Column) else each for each in rest]
    columns = tuple(each for each in names if isinstance(each, str))
    primary = name == "PrimaryKeyConstraint"
    unique = primary or name == "UniqueConstraint" or (name == "Index" and made.named.get("unique") is True)
    listed = made.named.get("columns")
    if isinstance(listed, list | tuple) and not columns:
        columns = tuple(each for each in listed if isinstance(each, str))
    owner = table.name if isinstance(table, TableRef) else ""
    return Constraint(own if isinstance(own, str) else "", owner, columns, unique, primary)
