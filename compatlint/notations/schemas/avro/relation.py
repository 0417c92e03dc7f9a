"""What a reader of one Avro schema makes of what a writer of another one wrote.

avro.apache.org, "Specification", Schema Resolution: promotion, unions, names and the reader's aliases. Records and
enumerations whose names match are pairs of their own and count as the same here; `pairs` lists them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from compatlint.notations.schemas.avro.model import AvroType
from compatlint.notations.schemas.fits import SAME, FitTable, rows, worst
from compatlint.wire.ir.records import Entry, Fit

_PRIMITIVES: Final = FitTable(
    rows(
        "promoted",
        "int > long float double",
        "long > float double",
        "float > double",
        "string > bytes",
        "bytes > string",
    )
)
_ORDER: Final = ("same", "promoted", "narrowed", "unread", "misread", "rejected")
_DEEPEST: Final = 100


def fits(writer: Entry, reader: Entry) -> Fit:
    """Return what a reader makes of a field; the entries hold their types."""
    wrote, read = writer.wire, reader.wire
    if not isinstance(wrote, AvroType) or not isinstance(read, AvroType):
        return SAME if writer.type == reader.type else Fit("rejected")
    found = fit(wrote, read)
    if found.kind in ("same", "promoted") or not found.wrote:
        return found
    return Fit(found.kind, f"{writer.key} {found.wrote}", f"{reader.key} {found.read}")


def fit(wrote: AvroType, read: AvroType, depth: int = 0) -> Fit:
    """Return what a reader makes of a type."""
    wrote, read = wrote.meant(), read.meant()
    if depth > _DEEPEST:
        return Fit("unread")
    if wrote.kind == "union":
        return worst(fit(each, read, depth + 1) for each in wrote.parts)
    if read.kind == "union":
        branches = [fit(wrote, each, depth + 1) for each in read.parts]
        best = min(branches, key=lambda each: _ORDER.index(each.kind), default=None)
        if best is not None and best.kind in ("same", "promoted", "misread"):
            return best
        return Fit("rejected", spelled(wrote), spelled(read))
    if "name" in (wrote.kind, read.kind):
        return SAME if wrote.short == read.short else Fit("unread", spelled(wrote), spelled(read))
    if wrote.kind != read.kind:
        found = _PRIMITIVES.fit(wrote.kind, read.kind)
        return found if found.kind == "promoted" else Fit("rejected", spelled(wrote), spelled(read))
    return _same_kind(wrote, read, depth)


def _same_kind(wrote: AvroType, read: AvroType, depth: int) -> Fit:
    if wrote.kind in ("array", "map"):
        return fit(wrote.parts[0], read.parts[0], depth + 1)
    texts = spelled(wrote), spelled(read)
    if wrote.kind in ("record", "enum", "fixed") and not matches(wrote, read):
        return Fit("rejected", *texts)
    if wrote.kind == "fixed" and wrote.size != read.size:
        return Fit("rejected", *texts)
    if wrote.logical and read.logical and _unit(wrote.logical) != _unit(read.logical):
        return Fit("misread", *texts)
    return SAME


def pairs(wrote: AvroType, read: AvroType) -> Iterator[tuple[AvroType, AvroType]]:
    """Yield the records and enumerations of a writer with those that a reader resolves them to, each once."""
    seen: set[tuple[int, int]] = set()
    waiting = [(wrote, read)]
    while waiting:
        one, other = (each.meant() for each in waiting.pop())
        if (id(one), id(other)) in seen:
            continue
        seen.add((id(one), id(other)))
        if one.kind == "union":
            waiting.extend((each, other) for each in one.parts)
        elif other.kind == "union":
            waiting.extend((one, each) for each in other.parts if fit(one, each).kind != "rejected")
        elif one.kind != other.kind:
            continue
        elif one.kind in ("array", "map"):
            waiting.append((one.parts[0], other.parts[0]))
        elif one.kind == "enum" and matches(one, other):
            yield one, other
        elif one.kind == "record" and matches(one, other):
            yield one, other
            fields = {name: each for each in other.fields for name in (each.name, *each.aliases)}
            fields |= {each.name: each for each in other.fields}
            waiting.extend((each.type, fields[each.name].type) for each in one.fields if each.name in fields)


def matches(wrote: AvroType, read: AvroType) -> bool:
    """Tell whether two types of one kind are the same by name: unqualified, or by an alias of the reader."""
    return wrote.short == read.short or wrote.name in read.aliases


def _unit(logical: str) -> str:
    """Return what of a logical type makes another value of the same bytes: a unit of time, a decimal's scale."""
    return logical if logical.startswith("decimal") else logical.rpartition("-")[2]


def spelled(found: AvroType) -> str:
    """Return a type as people read it."""
    if found.kind == "union":
        return f"union of {', '.join(spelled(each) for each in found.parts)}"
    if found.kind in ("array", "map"):
        return f"{found.kind} of {spelled(found.parts[0])}"
    if found.kind == "fixed":
        return f"fixed {found.name} of {found.size} bytes{found.logical and f' ({found.logical})'}"
    plain = found.name or found.kind
    return f"{plain} ({found.logical})" if found.logical else plain
