"""A registered class as a record of the keyed wire: its version and the items that matter in a meeting."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from compatlint.notations.openstack.versioned_objects.coercion import accepts, sends_null, takes_null
from compatlint.notations.openstack.versioned_objects.model import Field, ObjectClass
from compatlint.wire.ir.records import Domain, Entry, Record, Version
from compatlint.wire.ir.span import Span


def record(of: ObjectClass, entries: Iterable[Entry] = (), oldest: Version | None = None) -> Record:
    """Return a class as a record with some of its items; it stands where the class says its version."""
    return Record(of.name, place(of), tuple(entries), of.version or None, oldest)


def place(of: ObjectClass) -> Span:
    """Return where a class writes down its version, or where it stands if it inherits it."""
    node = of.defined.node
    if isinstance(node, ast.ClassDef):
        for each in node.body:
            if isinstance(each, ast.Assign) and any(
                isinstance(name, ast.Name) and name.id == "VERSION" for name in each.targets
            ):
                return of.defined.module.span(each)
    return of.span


def sent(field: Field, other: Field | None = None) -> Entry:
    """Return a field as it is sent to a reader that has it as `other`."""
    kind = "" if other is None or accepts(other.type, field.type) else field.type.text
    return Entry(
        field.name,
        field.span,
        type=kind,
        nullable=sends_null(field),
        domain=domain(field, other),
        holds=field.holds,
    )


def read(field: Field, other: Field | None = None) -> Entry:
    """Return a field as it is read from a writer that has it as `other`."""
    kind = "" if other is None or accepts(field.type, other.type) else field.type.text
    return Entry(
        field.name,
        field.span,
        type=kind,
        nullable=takes_null(field),
        domain=domain(field, other),
        holds=field.holds,
    )


def domain(field: Field, other: Field | None) -> Domain:
    """Return the values that a field takes, where both sides name theirs."""
    if field.values is None or other is None or other.values is None:
        return Domain()
    return Domain(frozenset(field.values))
