"""Two releases' .thrift files to meetings: structs, enumerations and remote calls."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from compatlint.notations.languages.idl.tokens import integer
from compatlint.notations.schemas.meet import alone, gone, meetings
from compatlint.notations.schemas.pairs import paired
from compatlint.notations.schemas.thrift.library import ThriftLibrary, ThriftSource
from compatlint.notations.schemas.thrift.model import (
    Function,
    ThriftEnum,
    ThriftField,
    ThriftStruct,
    ThriftType,
)
from compatlint.notations.schemas.thrift.relation import ThriftWire, fits
from compatlint.vocabulary import Change, Link
from compatlint.wire.ir.records import Entry, Meeting, Record

NOTATION: Final = "thrift"
_NEEDS: Final = {"struct": "", "exception": "", "union": "union "}


def meet(old: ThriftLibrary, new: ThriftLibrary, changed: Collection[str]) -> tuple[list[Meeting], int]:
    """Return the meetings about changed files, and how many codecs those of the newer release hold."""
    before, after = old.load(changed), new.load(changed)
    found = [*_structs(old, before, new, after), *_enums(before, after), *_calls(old, before, new, after)]
    return found, sum(len(each.file.structs) + len(each.file.enums) for each in after)


def itself(library: ThriftLibrary, paths: Collection[str]) -> list[Meeting]:
    """Return every struct and enumeration of some files, each met by itself."""
    sources = library.load(paths)
    records = [_struct(library, source, each) for source in sources for each in source.file.structs.values()]
    records.extend(_enum(source, each) for source in sources for each in source.file.enums.values())
    return [alone(NOTATION, each, fits) for each in records]


def _structs(
    old: ThriftLibrary, before: Sequence[ThriftSource], new: ThriftLibrary, after: Sequence[ThriftSource]
) -> Iterator[Meeting]:
    sides = [
        [
            (source.path, each.name, (source, each))
            for source in sources
            for each in source.file.structs.values()
        ]
        for sources in (before, after)
    ]
    pairs, _ = paired(*sides)
    for (old_source, was), (new_source, now) in pairs:
        one, other = _struct(old, old_source, was), _struct(new, new_source, now)
        if _plain(one) != _plain(other):
            yield from meetings(NOTATION, one, other, fits)


def _plain(record: Record) -> object:
    return [(each.key, each.label, each.type, each.required, each.default) for each in record.entries]


def _struct(library: ThriftLibrary, source: ThriftSource, struct: ThriftStruct) -> Record:
    entries = tuple(_entry(library, source, each) for each in struct.fields)
    extra = "rejected" if struct.kind == "union" else "dropped"
    return Record(
        f"{source.stem}.{struct.name}",
        source.span(struct.at),
        entries,
        extra=extra,  # type: ignore[arg-type]  # one of the two words
        unwritten=True,
    )


def _entry(library: ThriftLibrary, source: ThriftSource, field: ThriftField, prefix: str = "") -> Entry:
    wire = ThriftWire(library, source, field.type)
    named = wire.named()
    held = f"{named.source.stem}.{named.found.name}" if isinstance(named.found, ThriftStruct) else ""
    return Entry(
        f"{prefix}{field.number}",
        source.span(field.at),
        str(field.type),
        field.need == "required",
        holds=held,
        label=field.name,
        always=field.need == "required",
        default=_default(field.default, named.kind),
        retired=field.retired,
        wire=wire,
    )


def _default(text: str | None, kind: str) -> str | None:
    """Return a default in one spelling: 1 is true, 0x10 is 16."""
    if text is None:
        return None
    if kind == "bool":
        return {"1": "true", "0": "false"}.get(text, text)
    number = integer(text)
    return text if number is None else str(number)


def _enum(source: ThriftSource, enum: ThriftEnum) -> Record:
    entries = tuple(
        Entry(str(number), source.span(at), label=name, always=False)
        for number, (name, at) in enum.values.items()
    )
    return Record(f"{source.stem}.{enum.name}", source.span(enum.at), entries, extra="rejected")


def _enums(before: Sequence[ThriftSource], after: Sequence[ThriftSource]) -> Iterator[Meeting]:
    sides = [
        [
            (source.path, each.name, (source, each))
            for source in sources
            for each in source.file.enums.values()
        ]
        for sources in (before, after)
    ]
    pairs, _ = paired(*sides)
    for (old_source, was), (new_source, now) in pairs:
        one, other = _enum(old_source, was), _enum(new_source, now)
        if _plain(one) != _plain(other):
            yield from meetings(NOTATION, one, other, changes=(Change.VARIANT_REMOVED, Change.VARIANT_ADDED))


def _calls(
    old: ThriftLibrary, before: Sequence[ThriftSource], new: ThriftLibrary, after: Sequence[ThriftSource]
) -> Iterator[Meeting]:
    """Yield how clients and servers meet: the arguments are a struct, and so is what comes back."""
    calls = _functions(new, after)
    for name, (source, was) in _functions(old, before).items():
        one = _call(old, source, name, was)
        if name not in calls:
            yield gone(NOTATION, one)
            continue
        there, now = calls[name]
        other = _call(new, there, name, now)
        answers = _answer(old, source, name, was), _answer(new, there, name, now)
        for pair in ((one, other), answers):
            if _plain(pair[0]) != _plain(pair[1]):
                yield from meetings(NOTATION, *pair, fits, link=Link.PEER)


def _functions(
    library: ThriftLibrary, sources: Sequence[ThriftSource]
) -> dict[str, tuple[ThriftSource, Function]]:
    """Return every call by service and name, those of the services that one extends included."""
    found: dict[str, tuple[ThriftSource, Function]] = {}
    for source in sources:
        for service in source.file.services.values():
            for home, base in library.bases(source, service):
                for name, function in base.functions.items():
                    found.setdefault(f"{service.name}.{name}", (home, function))
    return found


def _call(library: ThriftLibrary, source: ThriftSource, name: str, function: Function) -> Record:
    span = source.span(function.at)
    waits = Entry("(answer)", span, "none" if function.oneway else "one")
    entries = (*(_entry(library, source, each) for each in function.arguments), waits)
    return Record(name, span, entries, unwritten=True)


def _answer(library: ThriftLibrary, source: ThriftSource, name: str, function: Function) -> Record:
    """Return what comes back: the result under 0, or one exception. A client that finds nothing it knows fails."""
    span = source.span(function.at)
    entries = [_entry(library, source, each) for each in function.exceptions]
    if function.answer != ThriftType("void"):
        result = _entry(
            library, source, ThriftField(0, "result", function.answer, "required", None, False, function.at)
        )
        entries.insert(0, result)
    return Record(f"{name} answer", span, tuple(entries), extra="rejected")
