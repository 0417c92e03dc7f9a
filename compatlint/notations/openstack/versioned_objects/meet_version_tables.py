"""Meetings over the tables that say which versions belong to which release.

What one release recorded, the next must know.
"""

from __future__ import annotations

from collections.abc import Iterator

from compatlint.notations.openstack.versioned_objects.meet_stored import has_versioned_row
from compatlint.notations.openstack.versioned_objects.two_releases import NAME, Context
from compatlint.notations.openstack.versioned_objects.version_tables import (
    MAPPING,
    VersionTable,
    object_versions,
)
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Domain, Entry, Meeting, Record

CURRENT = "current"


def tables(context: Context) -> Iterator[Meeting]:
    """Yield the meetings of a release's own entry with the other release's table."""
    old, new = context.old, context.new
    if old.history is not None and new.history is not None:
        why = "services record their version of the history, and every service looks up the lowest one"
        yield _looked_up(old.history, new.history, Change.HISTORY_CUT, why)
    if old.mapping is not None and new.mapping is not None:
        why = "while services of the older release run, the newer one is pinned to its entry"
        yield _looked_up(old.mapping, new.mapping, Change.MAPPING_REMOVED, why)
    yield from _rows_without_version(context)


def _looked_up(old: VersionTable, new: VersionTable, change: Change, why: str) -> Meeting:
    writer = Record(old.name, old.span, (Entry(CURRENT, old.span, domain=Domain(frozenset({old.own}))),))
    reader = Record(new.name, new.span, (Entry(CURRENT, new.span, domain=Domain(frozenset(new.names))),))
    return Meeting(
        NAME,
        Link.DISK,
        (Direction.UPGRADE, Direction.MIXED, Direction.SKIP),
        writer,
        reader,
        "reader",
        writer,
        change=change,
        why=why,
    )


def _rows_without_version(context: Context) -> Iterator[Meeting]:
    """Yield a meeting of rows that the older release leaves without a version with the entry that stands for such rows."""
    rows = context.new.rows
    if context.old.rows is not None or rows is None or not rows.stand_in or context.new.mapping is None:
        return
    listed = object_versions(context.new.project, context.new.paths, rows.stand_in)
    writing, reading = [], []
    for name, of in context.old.objects.items():
        newer = context.new.objects.get(name)
        if name in listed and newer is not None and has_versioned_row(context.new, newer):
            writing.append(Entry(name, of.span, domain=Domain(frozenset({of.version_text}))))
            reading.append(Entry(name, rows.span, domain=Domain(frozenset({listed[name]}))))
    span = context.new.mapping.span
    why = f"rows without a version count as those of {rows.stand_in}"
    writer, reader = Record(MAPPING, span, tuple(writing)), Record(MAPPING, span, tuple(reading))
    yield Meeting(
        NAME,
        Link.DISK,
        (Direction.UPGRADE, Direction.MIXED, Direction.SKIP),
        writer,
        reader,
        "reader",
        change=Change.MAPPING_REMOVED,
        why=why,
    )
