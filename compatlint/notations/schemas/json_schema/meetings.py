"""Two releases' JSON Schema files to meetings: each file's schema with that of the same path."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from compatlint.notations.languages.json import JsonObject
from compatlint.notations.schemas.json_schema.documents import Placed, SchemaLibrary
from compatlint.notations.schemas.json_schema.subsume import Misfit, Subsumption
from compatlint.notations.schemas.meet import NEWER_READS, OLDER_READS, alone
from compatlint.vocabulary import Change, Link
from compatlint.wire.ir.records import Entry, Fit, Meeting, Record
from compatlint.wire.ir.span import Span

NOTATION: Final = "json_schema"
_CHANGES: Final = {
    "type": (Change.RETYPED, Change.RETYPED),
    "values": (Change.NARROWED, Change.WIDENED),
    "required": (Change.MADE_REQUIRED, Change.MADE_OPTIONAL),
    "unknown": (Change.KEY_REMOVED, Change.KEY_ADDED),
    "unread": (Change.NONE, Change.NONE),
}


def is_schema(path: str, placed: Placed) -> bool:
    """Tell whether a file is a schema: by its name, or by the draft that it names."""
    value = placed.value
    if not isinstance(value, JsonObject):
        return False
    return "json-schema.org" in str(value.get("$schema", "")) or path.endswith(".schema.json")


def meet(old: SchemaLibrary, new: SchemaLibrary, changed: Collection[str]) -> tuple[list[Meeting], int]:
    """Return the meetings about changed files, and how many schemas those of the newer release hold."""
    found: list[Meeting] = []
    codecs = 0
    for path in changed:
        was, now = old.load(path), new.load(path)
        if now is not None and is_schema(path, now):
            codecs += 1
            if was is not None and is_schema(path, was) and was.value != now.value:
                found.extend(_both(path, was, now))
    return found, codecs


def _both(path: str, was: Placed, now: Placed) -> Iterator[Meeting]:
    for each in Subsumption().misfits(was, now):
        yield _meeting(path, was, now, each, newer_reads=True)
    for each in Subsumption().misfits(now, was):
        yield _meeting(path, now, was, each, newer_reads=False)


def _meeting(path: str, writer: Placed, reader: Placed, found: Misfit, *, newer_reads: bool) -> Meeting:
    """Return the meeting in which one misfit shows."""
    key = found.path or "(document)"
    spans = [
        Span(side.library.release.commit, path, line, line)
        for side, line in ((writer, found.line), (reader, found.reader_line))
    ]
    required = found.kind == "required"
    wrote = Entry(key, spans[0], found.wrote, always=not required)
    read = Entry(key, spans[1], found.read, required=required)
    fit = Fit("unread" if found.kind == "unread" else "rejected", found.wrote, found.read)
    return Meeting(
        NOTATION,
        Link.DISK,
        NEWER_READS if newer_reads else OLDER_READS,
        Record(path, spans[0], () if required else (wrote,)),
        Record(path, spans[1], (read,)),
        "reader" if newer_reads else "writer",
        change=_CHANGES[found.kind][0 if newer_reads else 1],
        fits=lambda *_: fit,
    )


def itself(library: SchemaLibrary, paths: Collection[str]) -> list[Meeting]:
    """Return every schema of some files, met by itself: its properties are the entries."""
    found = []
    for path in paths:
        placed = library.load(path)
        if placed is not None and is_schema(path, placed):
            properties = placed.keywords.get("properties")
            names = properties if isinstance(properties, JsonObject) else JsonObject(placed.line)
            commit = library.release.commit
            entries = tuple(
                Entry(name, Span(commit, path, names.line_of(name), names.line_of(name)), _typed(names[name]))
                for name in names
            )
            span = Span(commit, path, placed.line, placed.line)
            found.append(alone(NOTATION, Record(path, span, entries, extra="kept")))
    return found


def _typed(value: object) -> str:
    return str(value.get("type", "")) if isinstance(value, dict) else ""
