"""Objects that travel between services of two releases.

The newer one's sent to the older, and the older one's to the newer.

The sender backlevels where the project has a way to (`routes`), its compat code (`compat`) tells what is left
out. A reader walks its own fields, so an item that it does not know is lost without harm; a version or a
value that it does not know is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from compatlint.notations.openstack.versioned_objects.coercion import accepts, sends_null, takes_null
from compatlint.notations.openstack.versioned_objects.compat import Backlevel, backlevel
from compatlint.notations.openstack.versioned_objects.model import Field, ObjectClass
from compatlint.notations.openstack.versioned_objects.records import read, record, sent
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Meeting, Record

PEER: Final = Link.PEER


@dataclass(frozen=True, slots=True)
class ClassPair:
    """One class in both releases, and what the newer one does to itself for a reader of the older one's version."""

    old: ObjectClass
    new: ObjectClass
    level: Backlevel
    adapts: bool
    travels: bool

    @property
    def raised(self) -> bool:
        """Whether the newer version is higher."""
        return self.new.version > self.old.version

    @property
    def common(self) -> list[tuple[Field, Field]]:
        """The fields that both have, older and newer."""
        both = ((each, self.new.field(each.name)) for each in self.old.fields)
        return [(old, new) for old, new in both if new is not None]

    def left_out(self, name: str) -> bool:
        """Tell whether an item, or its new values, never reach the older reader, or that is not known."""
        return self.level.unread or name in self.level.popped or name in self.level.guarded


def pair(context: Context, old: ObjectClass, new: ObjectClass) -> ClassPair:
    """Return a class with what it does for readers of the older release."""
    items = frozenset(each.name for each in new.fields)
    level = Backlevel()
    if new.version > old.version:
        level = backlevel(context.new.project, new.order, items, old.version)
    return ClassPair(old, new, level, context.adapts, context.travels(new))


def peers(each: ClassPair) -> Iterator[Meeting]:
    """Yield the meetings of a class between services of two releases."""
    yield from _newer_sends(each)
    yield from _older_sends(each)


def _newer_sends(each: ClassPair) -> Iterator[Meeting]:
    old, new = each.old, each.new
    if each.raised and each.travels and not (new.version[:1] != old.version[:1] and each.level.unread):
        oldest = new.version if each.level.refused else None
        how = (
            "the sender backports the object for its peer"
            if each.adapts
            else "nothing in the project backports objects"
        )
        yield _meet(
            record(new, oldest=oldest), record(old), "writer", old=record(old), adapts=each.adapts, why=how
        )
    if new.version[:1] == old.version[:1]:
        yield from _new_items(each)
        yield from _new_values(each)


def _new_items(each: ClassPair) -> Iterator[Meeting]:
    """Items that the older reader does not have: harmless to it, but the version should have told."""
    added = [field for field in each.new.fields if each.old.field(field.name) is None]
    entries = [sent(field) for field in added if not each.left_out(field.name)]
    refused = each.raised and (each.level.refused or (each.travels and not each.adapts))
    if entries and not refused:
        change = Change.NOT_POPPED if each.raised else Change.UNVERSIONED
        yield _level(each, entries, [], change, "the older reader ignores unknown fields")


def _new_values(each: ClassPair) -> Iterator[Meeting]:
    """Values and types that the older reader does not take."""
    told: dict[Change, list[tuple[Entry, Entry]]] = {}
    for old, new in each.common:
        change = _changed(each, old, new) if not each.left_out(new.name) else None
        if change is not None:
            told.setdefault(change, []).append((sent(new, old), read(old, new)))
    for change, entries in told.items():
        yield _level(
            each,
            [one for one, _ in entries],
            [other for _, other in entries],
            change,
            "the value is sent unchanged",
        )


def _changed(each: ClassPair, old: Field, new: Field) -> Change | None:
    """Return what a field does to an older reader that takes it as it comes, None if nothing.

    Who raises the version for new values knows of older readers: these values may be held back elsewhere.
    """
    if not accepts(old.type, new.type):
        return Change.RETYPED
    if old.values is not None and new.values is not None and set(new.values) - set(old.values):
        return Change.UNGUARDED if each.raised else Change.WIDENED
    if sends_null(new) and not takes_null(old) and not each.raised:
        return Change.UNVERSIONED
    return None


def _older_sends(each: ClassPair) -> Iterator[Meeting]:
    old, new = each.old, each.new
    if new.version < old.version and each.travels:
        why = "the newer release does not have the version of the object"
        yield _meet(record(old), record(new), "reader", old=record(old), why=why)
    yield _meet(
        *older_to_newer(old, new),
        "reader",
        old=own(old),
        why="the newer release accepts messages of the older one",
    )


def older_to_newer(old: ObjectClass, new: ObjectClass) -> tuple[Record, Record]:
    """Return what the older release writes and the newer one reads: what both have, the versions agreed."""
    both = [(each, now) for each in old.fields if (now := new.field(each.name)) is not None]
    writer = record(old, [sent(was, now) for was, now in both])
    reader = record(new, [read(now, was) for was, now in both])
    agreed = old.version[:1] == new.version[:1] and old.version <= new.version
    return writer, reader if agreed else replace(reader, version=None)


def own(old: ObjectClass) -> Record:
    """Return how a release reads what it wrote itself."""
    return record(old, [read(each, each) for each in old.fields])


def _level(each: ClassPair, writing: list[Entry], reading: list[Entry], change: Change, why: str) -> Meeting:
    """Return a meeting about some items, the versions agreed."""
    writer, reader = record(each.new, writing), record(each.old, reading)
    return _meet(writer, reader, "writer", old=record(each.old), adapts=True, change=change, why=why)


def _meet(
    writer: Record,
    reader: Record,
    newer: str,
    *,
    old: Record | None = None,
    adapts: bool = False,
    change: Change | None = None,
    why: str = "",
) -> Meeting:
    assert newer in ("writer", "reader")
    return Meeting(
        NAME,
        PEER,
        (Direction.MIXED,),
        writer,
        reader,
        "writer" if newer == "writer" else "reader",
        old,
        adapts,
        change=change,
        why=why,
    )
