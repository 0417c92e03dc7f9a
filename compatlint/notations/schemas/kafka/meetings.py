"""Two releases' message definitions to meetings.

A version that was released keeps its layout. Writers of requests agree with their readers on a version that both
have; what is stored keeps the version that it was written with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.json import JsonMistake
from compatlint.notations.schemas.kafka.layouts import LayoutChange, layout_changes
from compatlint.notations.schemas.kafka.model import KafkaField, KafkaMessage, parse_message
from compatlint.notations.schemas.meet import NEWER_READS, OLDER_READS, alone, gone
from compatlint.notations.schemas.pairs import paired
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Fit, Meeting, Record
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from compatlint.sources.release import Release

NOTATION: Final = "kafka"
_PEER: Final = ("request", "response", "header")
Side = tuple[str, str, KafkaMessage]  # commit, path, message


def load(release: Release, paths: Collection[str]) -> list[Side]:
    """Return the message definitions among some files; what cannot be read is in `release.failed`."""
    found = []
    for path, content in sorted(release.sources(paths).items()):
        try:
            message = parse_message(content.decode("utf-8"))
        except (JsonMistake, UnicodeDecodeError) as error:
            release.failed[path] = str(error) if isinstance(error, JsonMistake) else "the file is not UTF-8"
            continue
        if message is not None:
            found.append((release.commit, path, message))
    return found


def meet(old: Release, new: Release, changed: Collection[str]) -> tuple[list[Meeting], int]:
    """Return the meetings about changed files, and how many messages those of the newer release hold."""
    before, after = load(old, changed), load(new, changed)
    sides = [[(each[1], each[2].name, each) for each in side] for side in (before, after)]
    pairs, rest = paired(*sides)
    found = [meeting for pair in pairs for meeting in _meetings(*pair)]
    found.extend(gone(NOTATION, record(each), link=_link(each[2])) for each in rest)
    return found, len(after)


def itself(release: Release, paths: Collection[str]) -> list[Meeting]:
    """Return every message of some files, each met by itself."""
    return [alone(NOTATION, record(each), link=_link(each[2])) for each in load(release, paths)]


def record(side: Side) -> Record:
    """Return the newest layout of a message, by place."""
    commit, path, message = side
    newest = message.valid.last
    fields = message.layout(message.fields, newest)
    entries = tuple(
        Entry(str(index), Span(commit, path, each.line, each.line), each.type, label=each.name)
        for index, each in enumerate(fields)
    )
    span = Span(commit, path, message.line, message.line)
    return Record(message.name, span, entries, (newest,), (message.valid.first,))


def _link(message: KafkaMessage) -> Link:
    return Link.PEER if message.kind in _PEER else Link.DISK


def _meetings(old: Side, new: Side) -> Iterator[Meeting]:
    for each in layout_changes(old[2], new[2]):
        yield from _layout(old, new, each)
    yield from _versions(old, new)


def _layout(old: Side, new: Side, found: LayoutChange) -> Iterator[Meeting]:
    """Yield the meetings in which one difference shows: of null in one direction, of anything else in both."""
    one = _one(old, found.item, found.was, found.old, found.version)
    other = _one(new, found.item, found.now, found.new, found.version)
    link = _link(new[2])
    why = f"both releases have version {found.version} of {new[2].name}"
    kind = "rejected" if found.change in (Change.NULLABLE_DROPPED, Change.WIDENED) else "misread"
    fit = Fit("rejected", found.was, found.now) if kind == "rejected" else Fit("misread")
    if found.change is not Change.WIDENED:
        directions = NEWER_READS if link is Link.DISK else NEWER_READS[:2]
        yield Meeting(
            NOTATION, link, directions, one, other, "reader", None, change=found.change, why=why, fits=lambda *_: fit
        )  # fmt: skip
    if found.change is not Change.NULLABLE_DROPPED:
        back = Fit(fit.kind, fit.read, fit.wrote)
        yield Meeting(
            NOTATION, link, OLDER_READS, other, one, "writer", None, change=found.change, why=why, fits=lambda *_: back
        )  # fmt: skip


def _one(side: Side, item: str, text: str, found: KafkaField | None, version: int) -> Record:
    """Return a record of the one place that differs."""
    commit, path, message = side
    line = found.line if found is not None else message.line
    span = Span(commit, path, line, line)
    return Record(f"{message.name}", span, (Entry(item, span, f"{text} in version {version}"),))


def _versions(old: Side, new: Side) -> Iterator[Meeting]:
    """Yield which versions the newer release no longer reads."""
    was, now = old[2].released, new[2].valid
    peers = _link(old[2]) is Link.PEER
    if was.last < was.first:
        return
    if now.last < was.first or now.first > was.last:
        yield _refused(old, new, NEWER_READS[:2] if peers else NEWER_READS, Change.VERSION_RAISED)
        return
    if now.last < was.last and not peers:
        yield _refused(old, new, NEWER_READS, Change.VERSION_LOWERED)
    if now.first > was.first:
        yield _refused(old, new, (Direction.SKIP,), Change.VERSION_RAISED)


def _refused(old: Side, new: Side, directions: tuple[Direction, ...], change: Change) -> Meeting:
    """Return that a version which the older release writes is none that the newer one reads."""
    span, there = (Span(each[0], each[1], each[2].line, each[2].line) for each in (old, new))
    version = old[2].released.last if change is Change.VERSION_LOWERED else old[2].released.first
    writer = Record(old[2].name, span, version=(0, version))
    valid = new[2].valid
    reader = Record(new[2].name, there, version=(0, valid.last), oldest=(0, valid.first))
    return Meeting(NOTATION, _link(old[2]), directions, writer, reader, "reader", None, change=change)
