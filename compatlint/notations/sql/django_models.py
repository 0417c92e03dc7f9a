"""Django's models: the classes of an application, the tables that they map, and their fields by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Defined, External, Project, assigned_value
from compatlint.notations.sql.django_fields import DjangoField, field_of
from compatlint.notations.sql.schema import Column, DatabaseTable

_MARK: Final = re.compile(rb"django[\w.]{0,200}\.models|from django\.db import")
_FIELDS: Final = re.compile(rb"Field\(|ForeignKey\(|Model\b")
_MODEL: Final = "django.db.models.Model"


@dataclass(frozen=True, slots=True)
class DjangoModel:
    """A class that maps a table, with its application's label and its fields. `open`: it may have more."""

    app: str
    name: str
    table: str
    owner: Defined
    fields: dict[str, DjangoField]
    open: bool = False

    def tables(self) -> Iterator[DatabaseTable]:
        """Yield its table, and one for each field that leads to many."""
        columns = [each.column for each in self.fields.values() if each.column is not None]
        if not any(each.primary for each in columns):
            columns.insert(0, Column("id", self.owner.span, primary=True, counted=True, nullable=False))
        yield DatabaseTable(self.table, self.owner.span, tuple(columns), (), self.open)
        for name, field in self.fields.items():
            if field.many:
                yield many_table(self.table, name, self.owner)


def many_table(table: str, name: str, owner: Defined) -> DatabaseTable:
    """Return the table of a field that leads to many."""
    return DatabaseTable(f"{table}_{name}", owner.span, (), (), open=True)


def django_models(release: Project) -> list[DjangoModel]:
    """Return the models of a release's applications."""
    found: list[DjangoModel] = []
    for path in release.matching_of(_FIELDS, release.matching(_MARK, _may_hold)):
        module = release.module(path)
        for node in module.tree.body if module is not None else ():
            if isinstance(node, ast.ClassDef) and module is not None:
                made = _model(release, Defined(module, node))
                if made is not None:
                    found.append(made)
    return found


def app_of(path: str) -> str:
    """Return the label of the application that a path lies in, "" if it lies in none."""
    parts = path.removesuffix(".py").split("/")
    for mark in ("migrations", "models"):
        if mark in parts[1:]:
            return parts[parts.index(mark, 1) - 1]
    return parts[-2] if len(parts) > 1 else ""


def _may_hold(path: str) -> bool:
    parts = path.split("/")
    return path.endswith(".py") and not {"tests", "test", "migrations"} & set(parts)


def _model(release: Project, owner: Defined) -> DjangoModel | None:
    order = release.mro(owner)
    outside = [each for each in order if isinstance(each, External)]
    if (
        not any(_is_model(each) for each in outside)
        or _meta(owner, "abstract") is True
        or _meta(owner, "proxy") is True
    ):
        return None
    fields: dict[str, DjangoField] = {}
    for each in reversed(order):
        own = isinstance(each, Defined) and isinstance(each.node, ast.ClassDef)
        if own and isinstance(each, Defined) and (each == owner or not _is_concrete(release, each)):
            fields |= _fields(each)
    app = _meta(owner, "app_label")
    label = app if isinstance(app, str) else app_of(owner.module.path)
    said = _meta(owner, "db_table")
    table = said if isinstance(said, str) else f"{label}_{owner.name.lower()}"
    more = any(each.dotted != _MODEL and not each.dotted.startswith("builtins.") for each in outside)
    return DjangoModel(label, owner.name.lower(), table, owner, fields, more)


def _is_model(found: External) -> bool:
    name = found.name
    return found.dotted == _MODEL or (
        "models" in found.dotted and (name.endswith("Model") or name.startswith("Abstract"))
    )


def _is_concrete(release: Project, each: Defined) -> bool:
    """Tell whether a base has a table of its own."""
    derived = any(isinstance(base, External) and _is_model(base) for base in release.mro(each))
    return derived and _meta(each, "abstract") is not True


def _fields(each: Defined) -> dict[str, DjangoField]:
    assert isinstance(each.node, ast.ClassDef)
    found: dict[str, DjangoField] = {}
    for node in each.node.body:
        name = _target(node)
        value = assigned_value(node, name) if name else None
        made = field_of(each.module, name, value) if value is not None else None
        if made is not None:
            found[name] = made
    return found


def _target(node: ast.stmt) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
    target = node.target if isinstance(node, ast.AnnAssign) else target
    return target.id if isinstance(target, ast.Name) else ""


def _meta(owner: Defined, name: str) -> object:
    """Return what the class `Meta` in a model says under a name, None if nothing plain."""
    for node in getattr(owner.node, "body", ()):
        if isinstance(node, ast.ClassDef) and node.name == "Meta":
            for each in node.body:
                value = assigned_value(each, name)
                if isinstance(value, ast.Constant):
                    return value.value
    return None
