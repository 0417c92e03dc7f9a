"""All meetings of two releases' objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from compatlint.notations.languages.python import Project
from compatlint.notations.openstack.versioned_objects.ledger import check_ledger
from compatlint.notations.openstack.versioned_objects.meet_peers import ClassPair, own, pair, peers
from compatlint.notations.openstack.versioned_objects.meet_removed import removed
from compatlint.notations.openstack.versioned_objects.meet_stored import disk
from compatlint.notations.openstack.versioned_objects.meet_version_tables import tables
from compatlint.notations.openstack.versioned_objects.model import Field, ObjectClass
from compatlint.notations.openstack.versioned_objects.nesting import nesting
from compatlint.notations.openstack.versioned_objects.records import record, sent
from compatlint.notations.openstack.versioned_objects.rewrites import rewrites
from compatlint.notations.openstack.versioned_objects.stored_objects import Objects
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context, ObjectRelease
from compatlint.vocabulary import Link
from compatlint.wire.ir.meetings import Sides, self_meeting
from compatlint.wire.ir.records import Lowered, Meeting, Missing


def meetings(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases, and how many classes the newer one has."""
    context = Context(old, new)
    pairs = [pair(context, was, now) for was, now in context.pairs() if _shape(was) != _shape(now)]
    found = [*_of_classes(context, pairs), *removed(context), *tables(context)]
    missing = [*_unread(context.new.objects, changed), *_unfollowed(pairs)]
    return Lowered(tuple(found), tuple(missing), len(context.new.objects))


def with_itself(project: Project) -> Lowered:
    """Return the meetings of a release's classes with themselves, and those of its ledger with its source."""
    objects = ObjectRelease(project).objects
    ledger = check_ledger(project)
    found = []
    for each in objects.values():
        writer, reader = record(each, [sent(field, field) for field in each.fields]), own(each)
        why = "a service talks to others of its release"
        found.append(self_meeting(NAME, Link.PEER, Sides(writer, reader), why))
    return Lowered((*found, *ledger.meetings), ledger.missing, len(objects), ledger.fingerprints)


def _unread(objects: Objects, changed: Collection[str]) -> Iterator[Missing]:
    """Yield the classes in changed files of which something was not understood."""
    for each in objects.values():
        if each.path in changed and each.unread:
            yield Missing(each.name, each.span, ", ".join(each.unread))


def _unfollowed(pairs: Iterable[ClassPair]) -> Iterator[Missing]:
    """Yield the classes whose compat code does something that could not be followed."""
    for each in pairs:
        if each.level.unread:
            yield Missing(
                each.new.name, each.new.span, f"its compat code for version {each.old.version_text}"
            )


def _of_classes(context: Context, pairs: list[ClassPair]) -> Iterator[Meeting]:
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
