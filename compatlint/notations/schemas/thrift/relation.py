"""What a reader of one Thrift type makes of what a writer of another one sends.

thrift.apache.org, "Thrift Binary protocol encoding" and "Compact protocol encoding": every field travels with its
type, and a reader passes over one of another type than it expects, so that it finds the field unset. Typedefs are
nothing, an enumeration is an i32, text and bytes are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from compatlint.notations.schemas.fits import PROMOTED, SAME, breaks, worst
from compatlint.notations.schemas.thrift.library import ThriftLibrary, ThriftNamed, ThriftSource
from compatlint.notations.schemas.thrift.model import ThriftEnum, ThriftStruct, ThriftType
from compatlint.wire.ir.records import Entry, Fit

_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class ThriftWire:
    """The type of a field, and where it stands."""

    library: ThriftLibrary
    source: ThriftSource
    type: ThriftType

    def named(self) -> ThriftNamed:
        """Return what the type is."""
        return self.library.resolve(self.source, self.type)


def fits(writer: Entry, reader: Entry) -> Fit:
    """Return what a reader makes of a field; the entries hold their types."""
    wrote, read = writer.wire, reader.wire
    if not isinstance(wrote, ThriftWire) or not isinstance(read, ThriftWire):
        return SAME if writer.type == reader.type else Fit("rejected")
    return Fit(fit(wrote, read, frozenset()).kind)


def fit(wrote: ThriftWire, read: ThriftWire, assumed: frozenset[tuple[str, str]]) -> Fit:
    """Return what a reader makes of a type; pairs of structs in `assumed` are taken for the same."""
    one, other = wrote.named(), read.named()
    if "unknown" in (one.kind, other.kind):
        return SAME if _last(one.type.kind) == _last(other.type.kind) else Fit("unread")
    if len(assumed) > _DEEPEST:
        return Fit("unread")
    if one.kind != other.kind:
        return _numbers(one, other)
    if isinstance(one.found, ThriftStruct) and isinstance(other.found, ThriftStruct):
        return _structs(wrote, read, one, other, assumed)
    if isinstance(one.found, ThriftEnum) and isinstance(other.found, ThriftEnum):
        return _enums(one.found, other.found)
    parts = zip(one.type.parts, other.type.parts, strict=True)
    inner = (
        fit(
            ThriftWire(wrote.library, one.source, left),
            ThriftWire(read.library, other.source, right),
            assumed,
        )
        for left, right in parts
    )
    return worst(inner)


def _numbers(one: ThriftNamed, other: ThriftNamed) -> Fit:
    """Compare two kinds: an enumeration is an i32."""
    kinds = {one.kind, other.kind}
    return PROMOTED if kinds == {"enum", "i32"} else Fit("rejected")


def _enums(one: ThriftEnum, other: ThriftEnum) -> Fit:
    if one.name == other.name:
        return SAME
    known = {number: name for number, (name, _) in other.values.items()}
    return (
        SAME
        if all(known.get(number) == name for number, (name, _) in one.values.items())
        else Fit("narrowed")
    )


def _structs(
    wrote: ThriftWire,
    read: ThriftWire,
    one: ThriftNamed,
    other: ThriftNamed,
    assumed: frozenset[tuple[str, str]],
) -> Fit:
    """Compare two structs field by field; those of one name are judged where they are defined."""
    assert isinstance(one.found, ThriftStruct)
    assert isinstance(other.found, ThriftStruct)
    pair = one.found.name, other.found.name
    if pair[0] == pair[1] or pair in assumed:
        return SAME
    fields = {each.number: each for each in one.found.fields}
    again = 0
    for each in other.found.fields:
        was = fields.get(each.number)
        if was is None:
            if each.need == "required":
                return Fit("rejected")
            continue
        again += was.name == each.name
        inner = fit(
            ThriftWire(wrote.library, one.source, was.type),
            ThriftWire(read.library, other.source, each.type),
            assumed | {pair},
        )
        if breaks(inner) or inner.kind == "unread":
            return inner
    return Fit("misread") if fields and not again else SAME


def _last(name: str) -> str:
    return name.rpartition(".")[2]
