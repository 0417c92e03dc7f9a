"""Fields of Django's models to columns: `models.CharField(max_length=40, null=True)`."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Module, argument, keywords
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.sql.schema import Column, ColumnType

_POINTING: Final = ("ForeignKey", "OneToOneField", "TreeForeignKey", "TreeOneToOneField", "ParentalKey")
_MANY: Final = ("ManyToManyField", "SortedManyToManyField", "TreeManyToManyField", "ParentalManyToManyField")
_BARE: Final = re.compile(r"Manager$|Relation$|GenericForeignKey$|^Generated|^Prefetch")
_TEXTS: Final = (
    "CharField",
    "SlugField",
    "EmailField",
    "URLField",
    "FileField",
    "ImageField",
    "FilePathField",
)
_WHOLE: Final = {
    "SmallIntegerField": 16,
    "IntegerField": 32,
    "BigIntegerField": 64,
    "AutoField": 32,
    "BigAutoField": 64,
}
_FILLED: Final = ("AutoField", "BigAutoField", "SmallAutoField")


@dataclass(frozen=True, slots=True)
class DjangoField:
    """One field of a model: its column, or whether it is a table of its own (`many`), or neither."""

    column: Column | None = None
    many: bool = False


def field_of(module: Module, name: str, node: ast.expr) -> DjangoField | None:
    """Return the field that a class body or a migration makes; None where it makes none."""
    kind = last(node.func) if isinstance(node, ast.Call) else ""
    if not isinstance(node, ast.Call) or not (kind.endswith(("Field", "Key")) or kind in _POINTING + _MANY):
        return None
    if kind in _MANY:
        return DjangoField(many=argument(node, "through") is None)
    if _BARE.search(kind):
        return DjangoField()
    given = keywords(node)
    said = given.get("db_column")
    called = said.value if isinstance(said, ast.Constant) and isinstance(said.value, str) else ""
    column = Column(
        called or (f"{name}_id" if kind in _POINTING else name),
        module.span(node),
        _type(kind, given),
        nullable=_is_true(given.get("null")) or kind == "NullBooleanField",
        primary=_is_true(given.get("primary_key")),
        default="default" in given or "auto_now" in given or "auto_now_add" in given,
        server_default="db_default" in given,
        unique=_is_true(given.get("unique")) or kind == "OneToOneField",
        counted=kind in _FILLED,
    )
    return DjangoField(column)


def _type(kind: str, given: dict[str, ast.expr]) -> ColumnType:
    if kind in _TEXTS:
        size = given.get("max_length")
        known = size.value if isinstance(size, ast.Constant) and isinstance(size.value, int) else None
        return ColumnType("text", known)
    if kind == "TextField":
        return ColumnType("text")
    if kind.removeprefix("Positive") in _WHOLE:
        return ColumnType("integer", bits=_WHOLE[kind.removeprefix("Positive")])
    return ColumnType("time") if kind == "DateTimeField" else ColumnType()


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
