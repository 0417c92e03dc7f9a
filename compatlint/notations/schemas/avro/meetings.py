"""Two releases' Avro files to meetings.

A file is a subject: its top schema meets that of the same path, and every record and enumeration in it meets what the
other side's resolve it to. In a protocol every named type is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final, Literal

from compatlint.notations.schemas.avro.library import AvroLibrary
from compatlint.notations.schemas.avro.model import AvroCall, AvroFile, AvroType
from compatlint.notations.schemas.avro.relation import fit, fits, pairs, spelled
from compatlint.notations.schemas.meet import NEWER_READS, OLDER_READS, alone, gone
from compatlint.vocabulary import Change, Link
from compatlint.wire.ir.records import Entry, Meeting, Record
from compatlint.wire.ir.span import Span

NOTATION: Final = "avro"
Newer = Literal["writer", "reader"]


def meet(old: AvroLibrary, new: AvroLibrary, changed: Collection[str]) -> tuple[list[Meeting], int]:
    """Return the meetings about changed files, and how many codecs those of the newer release hold."""
    before, after = old.load(changed), new.load(changed)
    found: dict[tuple[str, str, int, int], Meeting] = {}
    for path, was, now in _subjects(before, after):
        if now is None:
            found.setdefault((path, "gone", 0, 0), gone(NOTATION, record(old, was), link=Link.DISK))
            continue
        for meeting, key in _resolved(path, (old, was), (new, now)):
            found.setdefault(key, meeting)
    calls = _calls(before, after, old, new)
    return [*found.values(), *calls], sum(len(each.named) for each in after.values())


def itself(library: AvroLibrary, paths: Collection[str]) -> list[Meeting]:
    """Return every record and enumeration of some files, each met by itself."""
    types = [each for file in library.load(paths).values() for each in file.named.values()]
    return [alone(NOTATION, record(library, each), fits) for each in types if each.kind != "fixed"]


def _subjects(
    before: dict[str, AvroFile], after: dict[str, AvroFile]
) -> Iterator[tuple[str, AvroType, AvroType | None]]:
    """Yield what meets: top schemas by path, or by name where the file moved; types of protocols by name.

    None: the newer release has no such top schema in any changed file.
    """
    named = {name: each for file in after.values() for name, each in file.named.items()}
    for path, file in before.items():
        now = after.get(path)
        if file.top is not None:
            other = now.top if now is not None and now.top is not None else named.get(file.top.name)
            if other is not None or file.top.kind == "record":
                yield path, file.top, other
            continue
        for name, each in file.named.items():
            if name in named:
                yield path, each, named[name]


def _resolved(
    path: str, old: tuple[AvroLibrary, AvroType], new: tuple[AvroLibrary, AvroType]
) -> Iterator[tuple[Meeting, tuple[str, str, int, int]]]:
    """Yield the meetings of one subject in both directions, each with a key for what meets."""
    for newer, writer, reader in (("reader", old, new), ("writer", new, old)):
        side: Newer = "reader" if newer == "reader" else "writer"
        if fit(writer[1], reader[1]).kind == "rejected":
            tops = [Record(path, _span(each), (_top(each),)) for each in (writer, reader)]
            own = Record(path, _span(old), (_top(old),))
            yield _meeting(side, tops[0], tops[1], own), (path, newer, 0, 0)
        for one, other in pairs(writer[1], reader[1]):
            wrote, read = record(writer[0], one), record(reader[0], other)
            if _plain(wrote) != _plain(read):
                was = wrote if side == "reader" else read
                yield _meeting(side, wrote, read, was), (other.name, newer, id(one), id(other))


def _meeting(newer: Newer, writer: Record, reader: Record, was: Record) -> Meeting:
    """Return one meeting; of an enumeration, what came or went are values."""
    directions = NEWER_READS if newer == "reader" else OLDER_READS
    change = None
    if was.entries and was.entries[0].type == "symbol":
        change = Change.VARIANT_REMOVED if newer == "reader" else Change.VARIANT_ADDED
    return Meeting(
        NOTATION, Link.DISK, directions, writer, reader, newer, was, change=change, fits=fits
    )  # fmt: skip


def record(library: AvroLibrary, found: AvroType) -> Record:
    """Return the record of a type: a record's fields, an enumeration's symbols, anything else as one value."""
    span = library.span(found.path, found.line)
    if found.kind == "enum":
        symbols = (
            Entry(each, library.span(found.path, line), "symbol") for each, line in found.symbols.items()
        )
        return Record(found.name, span, tuple(symbols), extra="kept" if found.default else "rejected")
    if found.kind != "record":
        return Record(found.name or found.path, span, (_top((library, found)),), extra="kept")
    entries = tuple(
        Entry(
            each.name,
            library.span(found.path, each.line),
            spelled(each.type),
            not each.has_default,
            aliases=each.aliases,
            holds=_holds(each.type),
            wire=each.type,
        )
        for each in found.fields
    )
    return Record(found.name, span, entries, extra="kept")


def _holds(found: AvroType) -> str:
    """Return the name of the first record within a type, "" if there is none at a glance."""
    waiting = [found]
    for _ in range(8):
        if not waiting:
            break
        each = waiting.pop(0).meant()
        if each.kind == "record":
            return each.name
        waiting.extend(each.parts)
    return ""


def _top(side: tuple[AvroLibrary, AvroType]) -> Entry:
    return Entry("schema", _span(side), spelled(side[1]), wire=side[1])


def _span(side: tuple[AvroLibrary, AvroType]) -> Span:
    return side[0].span(side[1].path, side[1].line)


def _plain(found: Record) -> object:
    return found.extra, [(each.key, each.type, each.required, each.aliases) for each in found.entries]


def _calls(
    before: dict[str, AvroFile], after: dict[str, AvroFile], old: AvroLibrary, new: AvroLibrary
) -> Iterator[Meeting]:
    """Yield how clients and servers of two releases meet: arguments are a record, and so is the answer."""
    calls = {name: each for file in after.values() for name, each in file.calls.items()}
    for file in before.values():
        for name, was in file.calls.items():
            now = calls.get(name)
            if now is None:
                yield gone(NOTATION, _call(old, was))
                continue
            one, other = _call(old, was), _call(new, now)
            if _plain(one) != _plain(other):
                for newer, writer, reader in (("reader", one, other), ("writer", other, one)):
                    side: Newer = "reader" if newer == "reader" else "writer"
                    directions = NEWER_READS[:2] if side == "reader" else OLDER_READS
                    yield Meeting(NOTATION, Link.PEER, directions, writer, reader, side, one, fits=fits)


def _call(library: AvroLibrary, found: AvroCall) -> Record:
    arguments = record(library, found.request).entries
    span = library.span(found.request.path, found.line)
    errors = found.errors or AvroType("union", found.line)
    answer = (
        Entry("(answer)", span, spelled(found.response), wire=found.response),
        Entry("(errors)", span, spelled(errors), wire=errors),
        Entry("(one way)", span, "true" if found.one_way else "false"),
    )
    return replace(record(library, found.request), name=found.name, span=span, entries=(*arguments, *answer))
