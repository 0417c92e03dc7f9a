"""Values of all types, as a symbolic reader takes them apart until both sides have parts that can be compared.

In: an item, and whatever the writer left at its position. Out: the item's value in `env`; a type with parts
is read part by part, and the writer's value is taken apart where only that makes the two meet.
"""

from __future__ import annotations

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Item
from compatlint.wire.ir.terms import FALSE, Const, Opaque, Term, Var, truth, whole
from compatlint.wire.ir.types import (
    RAW,
    Array,
    Blob,
    Int,
    Optional,
    Seq,
    Struct,
    Tuple,
    Type,
    Unknown,
    suffixes,
)
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.symbolic.reader.control import loop
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline
from compatlint.wire.symbolic.reader.frames import header_bytes
from compatlint.wire.symbolic.reader.reading import TokenReading
from compatlint.wire.symbolic.reader.scalars import paired, raw, scalar
from compatlint.wire.symbolic.tokens import Token, expand, last_name

MOST_APART = 64  # levels of a value taken apart, and elements of a loop that are read one by one


def read_item(reading: TokenReading, step: Item) -> None:
    """Read a value into its path."""
    name = reading.values.name(step.name)
    reading.values.replace(name, read(reading, step.type, step, name, step.stream))


def read(reading: TokenReading, kind: Type, step: Item, name: str, stream: str) -> Term:
    """Read one value of a type; return what it is."""
    if kind == RAW and step.value is not None and reading.values.value(step.value) == FALSE:
        return Var(
            name
        )  # no bytes at all, such as those between two positions: what has been read is read again
    cursor = reading.cursor(stream)
    for _ in range(MOST_APART):
        reading.pass_empty(cursor)
        token = cursor.peek()
        if isinstance(kind, Struct | Tuple) and (token is None or token.kind != "value"):
            return _parts(reading, kind, token, step, name, stream)
        if token is None or token.kind == "close":
            raise Mismatch(Outcome.OVERREAD, token, step)
        if token.kind == "unclear":
            raise Unreadable(token.name)
        if token.kind == "open":
            cursor.put(header_bytes(token, kind, step, reading.conventions))
        elif token.kind == "loop":
            if isinstance(kind, Array) and token.body is not None and token.value is not None:
                return _elements(reading, kind.of, Const(kind.count), step, name, stream)
            cursor.put(_unrolled(token, step))
        else:
            found = _take(reading, cursor, token, kind, step, name, stream)
            if found is not None:
                return found
    raise Unreadable("types nested too deeply")


def _parts(
    reading: TokenReading, kind: Struct | Tuple, token: Token | None, step: Item, name: str, stream: str
) -> Term:
    """Read a structure where a frame, a loop or the end of another stands.

    Only its own parts can tell.
    """
    if isinstance(kind, Tuple):
        return _tuple(reading, kind, step, name, stream)
    codec = reading.programs(kind.name)
    if (token is None or token.kind == "close") and (codec is None or codec.decoder):
        raise Mismatch(Outcome.OVERREAD, token, step)
    return _structure(reading, kind, name, stream)


def _take(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str, stream: str
) -> Term | None:
    """Read `kind` at a value token; None after taking the token apart."""
    wrote = token.type
    if wrote == kind and kind != RAW and not (isinstance(kind, Struct) and kind.name in reading.apart):
        return paired(reading, cursor, token, kind, step, name)
    if isinstance(wrote, Unknown) or isinstance(kind, Unknown):
        return _unknown(reading, cursor, token, kind, step, name)
    if isinstance(wrote, Struct):
        if (
            isinstance(kind, Struct)
            and kind.name not in reading.apart
            and _same_template(wrote.name, kind.name)
        ):
            return paired(reading, cursor, token, kind, step, name)
        raise NeedInline(wrote.name)
    if isinstance(kind, Struct) and not isinstance(wrote, Tuple):  # a tuple is nothing but its parts
        return _structure(reading, kind, name, stream)
    if kind == RAW:
        return raw(reading, cursor, token, kind, step, name)
    parts = expand(token)
    if parts is not None and not (isinstance(wrote, Blob) and isinstance(kind, Blob)):
        cursor.put(parts)
        return None
    compound = _compound(reading, kind, step, name, stream)
    return compound if compound is not None else scalar(reading, cursor, token, kind, step, name)


def _unknown(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str
) -> Term:
    """Something is not understood: equal texts are equal, and so are unknown members of one name."""
    unknown = [each for each in (token.type, kind) if isinstance(each, Unknown)]
    if len(unknown) == 2 or (unknown[0].named and last_name(token.name) == last_name(name)):
        return paired(reading, cursor, token, kind, step, name)
    raise Unreadable(f"{token.name or name}: type not understood ({unknown[0].text})")


def _structure(reading: TokenReading, kind: Struct, name: str, stream: str) -> Term:
    """Run a structure's own decoder at the position."""
    codec = reading.programs(kind.name)
    if codec is None or codec.decoder is None:
        raise Unreadable(f"{kind.name}: no decoder found")
    with reading.streams.only(stream), reading.values.inside(name):
        reading.execution.run(reading, codec.decoder)
    return Var(name)


def _compound(reading: TokenReading, kind: Type, step: Item, name: str, stream: str) -> Term | None:
    """Read a compound type part by part; None for a type without parts."""
    if isinstance(kind, Tuple):
        return _tuple(reading, kind, step, name, stream)
    if isinstance(kind, Optional):
        present = read(reading, Int(8), step, name, stream)
        if reading.values.oracle.decide(truth(present)):
            read(reading, kind.of, step, name + ".value", stream)
        return present
    if isinstance(kind, Seq):
        if kind.prefix is not None:
            count = read(reading, kind.prefix, step, f"{name}.size()", stream)
        else:
            count = reading.values.value(step.value) if step.value is not None else Opaque("?")
        return _elements(reading, kind.of, count, step, name, stream)
    if isinstance(kind, Array):
        return _elements(reading, kind.of, Const(kind.count), step, name, stream)
    if isinstance(kind, Blob) and kind.prefix is not None:
        size = read(reading, kind.prefix, step, f"{name}.size()", stream)
        return size if size == FALSE else read(reading, RAW, step, name, stream)
    return None


def _tuple(reading: TokenReading, kind: Tuple, step: Item, name: str, stream: str) -> Term:
    for part, suffix in zip(kind.parts, suffixes(len(kind.parts)), strict=True):
        reading.values.keep(name + suffix, read(reading, part, step, name + suffix, stream))
    return Var(name)


def _elements(reading: TokenReading, kind: Type, count: Term, step: Item, name: str, stream: str) -> Term:
    loop(reading, count, stream, lambda: read(reading, kind, step, f"{name}[]", stream), step)
    return Var(name)


def _unrolled(token: Token, step: Item) -> list[Token]:
    """Return the values of a writer's loop, for plain values to be read from.

    Only where their number is known and small.
    """
    number = whole(token.value)
    if number is None or not 0 < number <= MOST_APART or token.body is None:
        raise Mismatch(Outcome.MISREAD, token, step)
    return [_numbered(each, index) for index in range(number) for each in token.body]


def _numbered(token: Token, index: int) -> Token:
    """Return the token of one element: what it is worth, is not what the others are."""
    made = token.copy()
    if isinstance(made.value, Var):
        made.value = Var(f"{made.value.name}{index}")
    return made


def _same_template(left: str, right: str) -> bool:
    """Tell whether two names differ only in a template argument that is not known on one side."""
    return left.split("<", maxsplit=1)[0] == right.split("<", maxsplit=1)[0] and (
        "<" not in left or "<" not in right
    )
