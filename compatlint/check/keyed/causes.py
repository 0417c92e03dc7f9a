"""Clashes of many meetings to causes: one defect of a record, with every direction in which it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compatlint.check.keyed.clash import Clash
from compatlint.check.keyed.meet import VERSION, by_key, outside
from compatlint.vocabulary import Change, Direction, Link, Outcome
from compatlint.wire.ir.records import Entry, Meeting, Record


@dataclass(frozen=True, slots=True)
class KeyedCause:
    """One thing that breaks.

    `shown` holds the first meeting for each direction and each two parties, and how it shows it.
    """

    notation: str
    link: Link
    codec: str
    item: str
    outcome: Outcome
    change: Change
    shown: dict[tuple[Direction, str, tuple[str, str]], tuple[Meeting, Clash]]

    @property
    def breaks(self) -> tuple[Direction, ...]:
        """Return the directions that break, in the order in which reports name them."""
        broken = {direction for direction, _, _ in self.shown}
        return tuple(each for each in Direction if each in broken)


def causes_of(meetings: Iterable[Meeting]) -> list[KeyedCause]:
    """Return the causes of all that goes wrong, in the order of the meetings."""
    causes: dict[tuple[object, ...], KeyedCause] = {}
    for meeting in meetings:
        for clash in by_key(meeting):
            change = change_of(meeting, clash)
            key = (meeting.notation, meeting.link, meeting.name, clash.item, clash.outcome, change)
            cause = causes.setdefault(
                key,
                KeyedCause(
                    meeting.notation, meeting.link, meeting.name, clash.item, clash.outcome, change, {}
                ),
            )
            for direction in meeting.directions:
                cause.shown.setdefault((direction, meeting.newer, meeting.parties), (meeting, clash))
    return [each for each in causes.values() if each.shown]


def change_of(meeting: Meeting, clash: Clash) -> Change:
    """Return what the newer release did.

    What the clash itself tells, or the front end, or its record and the one before it.
    """
    if clash.change is not None:
        return clash.change
    if meeting.change is not None:
        return meeting.change
    new = meeting.writer if meeting.newer == "writer" else meeting.reader
    was = meeting.was
    if new is None:
        return Change.RECORD_REMOVED
    if was is None:
        return Change.RECORD_ADDED
    if clash.item in (VERSION, ""):
        return _version_change(new, was)
    now, before = new.entry(clash.item), was.entry(clash.item)
    if (
        clash.outcome is Outcome.ABSENT
        and clash.writing is not None
        and now is not None
        and before is not None
    ):
        return Change.MADE_REQUIRED if now.required and not before.required else Change.MADE_OPTIONAL
    change = _item_change(now, before, clash.item)
    if clash.outcome is Outcome.DROPPED and change is Change.KEY_ADDED and meeting.adapts:
        return Change.NOT_POPPED
    return change


def _version_change(new: Record, was: Record) -> Change:
    if new.version is None or was.version is None or new.version == was.version:
        return Change.NONE
    if new.version < was.version:
        return Change.VERSION_LOWERED
    return Change.VERSION_RAISED if new.version[:1] == was.version[:1] else Change.MAJOR_RAISED


def _item_change(new: Entry | None, was: Entry | None, key: str) -> Change:
    if new is None:
        if was is None:
            return Change.NONE
        return Change.ALIAS_DROPPED if was.key != key else Change.KEY_REMOVED
    if was is None:
        return Change.KEY_ADDED
    if new.type != was.type:
        return Change.RETYPED
    if was.nullable and not new.nullable:
        return Change.NULLABLE_DROPPED
    if new.required and not was.required:
        return Change.MADE_REQUIRED
    if was.always and not new.always:
        return Change.MADE_OPTIONAL
    if new.domain != was.domain:
        return Change.WIDENED if any(outside(new.domain, was.domain)) else Change.NARROWED
    return Change.KEY_RENAMED if new.key != was.key else Change.NONE
