"""Columns that a class body declares by annotations: `weight: Mapped[int | None]`, and fields of SQLModel."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Final

from compatlint.notations.languages.python import Defined, argument, keywords, walk
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.sql.schema import Column, ColumnType
from compatlint.notations.sql.types import type_of

_TYPES: Final = {"str": "String", "int": "Integer", "datetime": "DateTime", "bool": "Boolean"}
_NO_COLUMNS: Final = ("Relationship", "relationship", "PrivateAttr", "association_proxy", "column_property")


def annotated(owner: Defined, node: ast.AnnAssign, value: object) -> object:
    """Return the column that an annotated name declares; `value` is what it is assigned, which comes first.

    A name that declares no column is worth `value`.
    """
    kind = last(node.annotation.value) if isinstance(node.annotation, ast.Subscript) else ""
    if isinstance(value, Column):
        said = isinstance(node.value, ast.Call) and "nullable" in keywords(node.value)
        if kind != "Mapped" or said:
            return value
        return replace(value, nullable=_optional(node.annotation) and not value.primary)
    if kind == "Mapped" and node.value is None:
        return _column(owner, node, node.annotation)
    if is_sqlmodel(owner) and kind != "ClassVar":
        return _of_sqlmodel(owner, node, value)
    return value


def is_sqlmodel(owner: Defined) -> bool:
    """Tell whether a class is a table of SQLModel: `class Parcel(SQLModel, table=True)`."""
    given = owner.node.keywords if isinstance(owner.node, ast.ClassDef) else ()
    return any(each.arg == "table" and getattr(each.value, "value", None) is True for each in given)


def _of_sqlmodel(owner: Defined, node: ast.AnnAssign, value: object) -> object:
    call = node.value if isinstance(node.value, ast.Call) else None
    if call is not None and last(call.func) in _NO_COLUMNS:
        return value
    made = _column(owner, node, node.annotation)
    if call is None:
        return replace(made, default=node.value is not None)
    size = argument(call, "max_length")
    length = size.value if isinstance(size, ast.Constant) and isinstance(size.value, int) else None
    primary = getattr(argument(call, "primary_key"), "value", None) is True
    filled = argument(call, "default") is not None or argument(call, "default_factory") is not None
    kind = replace(made.type, length=length) if made.type.family == "text" else made.type
    unique = getattr(argument(call, "unique"), "value", None) is True
    return replace(
        made,
        type=kind,
        primary=primary,
        default=filled,
        unique=unique,
        nullable=made.nullable and not primary,
    )


def _column(owner: Defined, node: ast.AnnAssign, annotation: ast.expr) -> Column:
    names = [last(each) for each in walk(annotation) if isinstance(each, ast.Name | ast.Attribute)]
    kind = next((type_of(_TYPES[each]) for each in names if each in _TYPES), ColumnType())
    name = node.target.id if isinstance(node.target, ast.Name) else ""
    return Column(name, owner.module.span(node), kind, nullable=_optional(annotation))


def _optional(annotation: ast.expr) -> bool:
    """Tell whether an annotation allows None."""
    for each in walk(annotation):
        if isinstance(each, ast.Constant) and (each.value is None or "None" in str(each.value)):
            return True
        if isinstance(each, ast.Name | ast.Attribute) and last(each) == "Optional":
            return True
    return False
