"""All meetings of two releases' objects."""

from __future__ import annotations

from collections.abc import Iterator

from compatlint.notations.python import Project
from compatlint.notations.versioned_objects.context import Context
from compatlint.notations.versioned_objects.disk import disk
from compatlint.notations.versioned_objects.model import Field, ObjectClass
from compatlint.notations.versioned_objects.nesting import nesting
from compatlint.notations.versioned_objects.peers import pair, peers
from compatlint.notations.versioned_objects.removed import removed
from compatlint.notations.versioned_objects.rewrites import rewrites
from compatlint.notations.versioned_objects.tables import tables
from compatlint.wire.keyed import Lowered, Meeting


def meetings(old: Project, new: Project) -> Lowered:
    """Return the meetings of two releases, and how many classes the newer one has."""
    context = Context(old, new)
    found = [*_of_classes(context), *removed(context), *tables(context)]
    return Lowered(tuple(found), (), len(context.new.objects))


def _of_classes(context: Context) -> Iterator[Meeting]:
    pairs = [pair(context, old, new) for old, new in context.pairs() if _shape(old) != _shape(new)]
    for each in pairs:
        yield from peers(each)
        yield from disk(context, each)
        yield from rewrites(context, each)
    yield from nesting(context, pairs)


def _shape(of: ObjectClass) -> tuple[object, ...]:
    """Return all of a class that a peer or a database can see."""
    return of.version, tuple(_face(each) for each in of.fields)


def _face(field: Field) -> tuple[object, ...]:
    values = frozenset(field.values) if field.values is not None else None
    return field.name, field.type.text, field.nullable, field.default is None, values
