"""What a reader of one protobuf type makes of what a writer of another one sends.

From protobuf.dev: "Encoding" (wire types, zigzag, packed), "Updating A Message Type" in the language guides (types
that read each other, narrowing, bytes and strings), "Proto Limits" and "Enum Behavior" (open and closed).
"""

from __future__ import annotations

from typing import Final

from compatlint.notations.schemas.fits import PROMOTED, SAME, FitTable, breaks, rows, worst
from compatlint.notations.schemas.protobuf.model import NUMBERS, Enum, Message, ProtoField
from compatlint.notations.schemas.protobuf.types import Wire, is_closed, is_required, wire_of
from compatlint.notations.schemas.protobuf.universe import Named
from compatlint.wire.ir.records import Entry, Fit

_PLAIN: Final = "int32 int64 uint32 uint64 bool enum"
_SCALARS: Final = FitTable(
    {
        **rows("misread", *(f"{each} > sint32 sint64" for each in _PLAIN.split())),
        **rows("misread", f"sint32 > {_PLAIN}", f"sint64 > {_PLAIN}"),
        **rows("misread", "float > fixed32 sfixed32", "fixed32 > float", "sfixed32 > float"),
        **rows("misread", "double > fixed64 sfixed64", "fixed64 > double", "sfixed64 > double"),
        **rows("misread", "string > message", "bytes > message", "message > string"),
        **rows("promoted", "int32 > int64", "uint32 > uint64 int64", "sint32 > sint64"),
        **rows("promoted", "bool > int32 int64 uint32 uint64 enum", "enum > int32 int64"),
        **rows("promoted", "string > bytes", "message > bytes"),
        **rows("narrowed", "int32 > uint32 uint64 bool enum", "int64 > int32 uint32 uint64 bool enum"),
        **rows("narrowed", "uint32 > int32 bool enum", "uint64 > int32 int64 uint32 bool enum"),
        **rows("narrowed", "sint64 > sint32", "fixed32 > sfixed32", "sfixed32 > fixed32"),
        **rows("narrowed", "fixed64 > sfixed64", "sfixed64 > fixed64", "bytes > string"),
        **rows("narrowed", "enum > uint32 uint64 bool"),
    }
)
_DEEPEST: Final = 40
_Pairs = frozenset[tuple[str, str]]


def fits(writer: Entry, reader: Entry) -> Fit:
    """Return what a reader makes of a field; both entries were made by `records`."""
    wrote, read = writer.wire, reader.wire
    if not isinstance(wrote, Wire) or not isinstance(read, Wire):
        return SAME if writer.type == reader.type else Fit("rejected", writer.type, reader.type)
    found = fit(wrote, read, frozenset())
    if found.kind in ("same", "promoted"):
        return found
    return Fit(found.kind, _told(writer, found.wrote), _told(reader, found.read))


def _told(entry: Entry, more: str) -> str:
    plain = f"{entry.title} {entry.type}"
    return plain if not more or more in plain.split() else f"{plain}: {more}"


def fit(wrote: Wire, read: Wire, assumed: _Pairs) -> Fit:
    """Return what a reader makes of a type; pairs of messages in `assumed` are taken for the same."""
    if wrote.field.key or read.field.key:
        return _maps(wrote, read, assumed)
    return worst((_single(wrote, read, assumed), _many(wrote, read)))


def _many(wrote: Wire, read: Wire) -> Fit:
    """Return what a reader makes of how many values there are.

    A repeated reader takes one value, and packed ones whichever way it writes itself. A singular reader keeps the
    last of many, and cannot take packed ones at all.
    """
    if not wrote.repeated or read.repeated:
        return SAME if wrote.repeated == read.repeated else PROMOTED
    if wrote.packed() and (read.field.type in NUMBERS or read.kind() == "enum"):
        return Fit("rejected", "many values in one field", "one value")
    return Fit("narrowed", "many values", "the last one")


def _maps(wrote: Wire, read: Wire, assumed: _Pairs) -> Fit:
    """Return what a reader makes of a map, which is a repeated message of a key (1) and a value (2)."""
    if wrote.field.key and read.field.key:
        keys = _SCALARS.fit(wrote.field.key, read.field.key)
        return worst((keys, _single(wrote.single(), read.single(), assumed)))
    mapping, other = (wrote, read) if wrote.field.key else (read, wrote)
    found = other.named()
    if found is None or not isinstance(found.found, Message) or not other.repeated:
        return Fit("rejected", wrote.spelled(), read.spelled())
    parts = []
    for each in found.found.fields:
        if each.number in (1, 2):
            own = wire_of(other.universe, found.source, found.found, each)
            kind = mapping.field.key if each.number == 1 else mapping.field.type
            half = Wire(
                mapping.universe,
                mapping.source,
                mapping.scope,
                ProtoField("", each.number, "", kind, 0, {}),
                mapping.features,
            )
            parts.append(_single(half, own, assumed) if mapping is wrote else _single(own, half, assumed))
    return worst(parts) if len(parts) == 2 else Fit("rejected", wrote.spelled(), read.spelled())


def _single(wrote: Wire, read: Wire, assumed: _Pairs) -> Fit:
    """Return what a reader makes of one value."""
    if wrote.field.type == read.field.type and wrote.field.group == read.field.group and _alike(wrote, read):
        return SAME
    kinds = wrote.kind(), read.kind()
    if "unknown" in kinds:
        return _unknown(wrote, read, kinds)
    one, other = wrote.named(), read.named()
    if kinds == ("enum", "enum") and one is not None and other is not None:
        return _enums(one, other)
    if one is not None and isinstance(one.found, Enum):
        return _numbers(one.found, kinds[1])
    if kinds[0] == kinds[1] and one is not None and other is not None:
        return _messages(one, other, wrote, read, assumed)
    if kinds[1] == "enum" and other is not None and not is_closed(other) and kinds[0] in ("int32", "bool"):
        return PROMOTED
    return _SCALARS.fit(*kinds)


def _alike(wrote: Wire, read: Wire) -> bool:
    """Tell whether one spelling of a type means the same for both; what it means is judged where it is defined."""
    return (
        wrote.features["message_encoding"] == read.features["message_encoding"] or wrote.kind() == read.kind()
    )


def _unknown(wrote: Wire, read: Wire, kinds: tuple[str, str]) -> Fit:
    """Return what can be said of a type that stands in no file of the repository: a message or an enumeration."""
    if _last(wrote.field.type) == _last(read.field.type):
        return SAME
    known = kinds[1] if kinds[0] == "unknown" else kinds[0]
    if known in (
        "unknown",
        "message",
        "enum",
        "group",
        "bytes",
        "int32",
        "int64",
        "uint32",
        "uint64",
        "bool",
    ):
        return Fit("unread")
    return Fit("rejected")


def _numbers(enum: Enum, kind: str) -> Fit:
    """Return what a reader of numbers makes of an enumeration whose values are known."""
    numbers = {each.number for each in enum.values}
    if (kind == "bool" and numbers <= {0, 1}) or (
        kind in ("uint32", "uint64") and min(numbers, default=0) >= 0
    ):
        return PROMOTED
    return _SCALARS.fit("enum", kind)


def _enums(wrote: Named, read: Named) -> Fit:
    """Return what a reader of another enumeration makes of a value."""
    if _last(wrote.found.name) == _last(read.found.name):
        return SAME
    assert isinstance(wrote.found, Enum)
    assert isinstance(read.found, Enum)
    names = {each.number: each.name for each in read.found.values}
    shared = [each for each in wrote.found.values if each.number in names]
    if shared and not any(_last_word(each.name) == _last_word(names[each.number]) for each in shared):
        return Fit("misread", wrote.found.name, read.found.name)
    unknown = [each.name for each in wrote.found.values if each.number not in names]
    return Fit("narrowed", f"values such as {unknown[0]}", "no such number") if unknown else PROMOTED


def _messages(one: Named, other: Named, wrote: Wire, read: Wire, assumed: _Pairs) -> Fit:
    """Compare two messages by structure; one that only moved is judged where it is defined."""
    pair = one.found.name, other.found.name
    moved = _last(pair[0]) == _last(pair[1])
    known = read.universe.defines(pair[0]) or wrote.universe.defines(pair[1])
    if pair[0] == pair[1] or pair in assumed or (moved and not known):
        return SAME
    if len(assumed) > _DEEPEST:
        return Fit("unread")
    assert isinstance(one.found, Message)
    assert isinstance(other.found, Message)
    fields = {each.number: each for each in one.found.fields}
    shared = found_again = 0
    for each in other.found.fields:
        there = wire_of(read.universe, other.source, other.found, each)
        was = fields.get(each.number)
        if was is None:
            if is_required(there):
                return Fit(
                    "rejected", f"{pair[0]} without {each.name}", f"{pair[1]}, which needs {each.name}"
                )
            continue
        shared += 1
        found_again += was.name == each.name
        here = fit(wire_of(wrote.universe, one.source, one.found, was), there, assumed | {pair})
        if breaks(here) or here.kind == "unread":
            return Fit(here.kind, f"{pair[0]}.{was.name}", f"{pair[1]}.{each.name}")
    if fields and not moved and not found_again:
        return Fit("misread", pair[0], f"{pair[1]}, which has none of its fields")
    return SAME


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _last_word(name: str) -> str:
    return name.rpartition("_")[2].upper()
