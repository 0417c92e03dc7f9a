"""Values without parts, and raw bytes, as a symbolic reader takes them.

In: a value of the writer's at the position, and a type to read it as. Out: a pair, and what the value is
worth. The writer's value may be shorter or longer than the reader's, as long as the bytes add up.
"""

from __future__ import annotations

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Item, Skip
from compatlint.wire.ir.terms import FALSE, THE_REST, Const, Op, Opaque, Term, Var, operate, variables, whole
from compatlint.wire.ir.types import (
    RAW,
    Blob,
    ByteOrder,
    Fixed,
    Int,
    Seq,
    Struct,
    Tuple,
    Type,
    Varint,
    describe,
)
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline
from compatlint.wire.symbolic.reader.reading import TokenReading
from compatlint.wire.symbolic.tokens import CONTENT, REST, Token, expand, fixed_size

MOST_SKIPPED = 4096
SKIPPED = "(skipped)"


def paired(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str
) -> Term:
    """Take a value as it was written; return what it is."""
    cursor.take()
    reading.pair(token, kind, step, name)
    reading.streams.sources[name] = token
    value = token.value if token.value is not None else Var(token.name)
    if not token.imagined:
        written = reading.values.oracle.written
        written.update((value.name,) if isinstance(value, Var) else variables(value)[0])
    return Var(token.name) if kind == RAW else value  # the value of raw bytes is their number


def scalar(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str
) -> Term:
    """Read a type without parts over a value without parts."""
    wrote, have, want = token.type, fixed_size(token.type), fixed_size(kind)
    if want is not None and _divisible(token):
        return _first_of_raw(reading, cursor, token, kind, want, step, name)
    if not isinstance(wrote, Fixed | Int) or not isinstance(kind, Fixed | Int):
        raise Mismatch(Outcome.MISREAD, token, step, describe(kind))
    if have is None or want is None:
        if isinstance(wrote, Fixed) and isinstance(kind, Fixed):
            return paired(reading, cursor, token, kind, step, name)
        raise Unreadable(f"{name}: size not known")
    number = whole(token.value)
    if have == want:
        if not _same_bytes(wrote, kind, number):
            raise Mismatch(Outcome.MISREAD, token, step, describe(kind))
        return paired(reading, cursor, token, kind, step, name)
    if have > want and number is not None:
        return _first_bytes(reading, cursor, token, kind, number, step, name)
    if have > want and isinstance(wrote, Fixed):
        return _first_of_fixed(reading, cursor, token, kind, want, step, name)
    if have < want and isinstance(kind, Fixed):
        return _fixed(reading, cursor, want, step, name)
    raise Mismatch(Outcome.MISREAD, token, step, describe(kind))


def _first_of_raw(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, want: int, step: Item, name: str
) -> Term:
    """Read the first bytes of a number of raw bytes that only the program knows.

    The rest must be exactly the rest.
    """
    reading.pair(token, kind, step, name)
    left = operate("-", (token.value or FALSE, Const(want)))
    cursor.put([Token("value", token.name, RAW, left, None, token.line, token.path, REST, token.dead)])
    return Var(name)


def _first_bytes(
    reading: TokenReading,
    cursor: TokenCursor,
    token: Token,
    kind: Fixed | Int,
    number: int,
    step: Item,
    name: str,
) -> Term:
    """Read the first bytes of a written constant, and leave a constant of the others.

    In a little-endian integer they are its low bytes, in a big-endian one its high bytes.
    """
    have, want = fixed_size(token.type) or 0, fixed_size(kind) or 0
    order = _order(token.type)
    content = (number & ((1 << 8 * have) - 1)).to_bytes(have, order)
    rest = Const(int.from_bytes(content[want:], order))
    left = Int(8 * (have - want), order=order)
    reading.pair(token, step.type, step, name)
    cursor.put([Token("value", token.name, left, rest, None, token.line, token.path, dead=token.dead)])
    return Const(int.from_bytes(content[:want], _order(kind)))


def _first_of_fixed(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Type, want: int, step: Item, name: str
) -> Term:
    """Read the first bytes of a fixed number of them; the rest stays."""
    have, what = fixed_size(token.type) or 0, token.type.name if isinstance(token.type, Fixed) else ""
    rest = Opaque("bytes of " + token.name)
    reading.pair(token, kind, step, name)
    cursor.put([Token("value", token.name, Fixed(have - want, what), rest, None, token.line, token.path)])
    part = f"{token.name} at -{have}"
    reading.values.oracle.written.add(part)
    return Var(part)


def _fixed(reading: TokenReading, cursor: TokenCursor, want: int, step: Item, name: str) -> Term:
    """Read a fixed number of bytes over several written values."""
    taken = 0
    while taken < want:
        token = cursor.peek()
        if token is None or token.kind != "value":
            raise Mismatch(Outcome.OVERREAD if token is None else Outcome.MISREAD, token, step)
        if isinstance(token.type, Struct):
            raise NeedInline(token.type.name)
        have = fixed_size(token.type)
        if have is None:
            parts = expand(token)
            if parts is None:
                raise Mismatch(Outcome.MISREAD, token, step)
            cursor.put(parts)
            continue
        if have > want - taken:
            raise Mismatch(Outcome.MISREAD, token, step)
        reading.pair(token, Fixed(have), step, name)
        cursor.take()
        taken += have
    return Var(name)


def raw(
    reading: TokenReading, cursor: TokenCursor, token: Token, kind: Blob, step: Item, name: str
) -> Term | None:
    """Read a number of raw bytes: what was written raw, or everything up to a known size.

    None after taking a value apart.
    """
    count = reading.values.value(step.value) if step.value is not None else None
    if isinstance(token.type, Tuple) or (
        isinstance(token.type, Blob | Seq) and token.type.prefix is not None
    ):
        cursor.put(expand(token) or [])
        return None
    number, size = whole(count), fixed_size(token.type)
    if number is not None and size is not None:
        return scalar(reading, cursor, token, Fixed(number), step, name)
    if count == THE_REST:
        while (following := cursor.peek()) is not None and following.kind != "close":
            cursor.take()
        return count
    if token.type == RAW and count is not None and token.value is not None and _apart(token.value, count):
        raise Mismatch(Outcome.MISREAD, token, step, "a different number of raw bytes")
    if token.dead or (size is None and not isinstance(token.type, Varint)):
        return paired(reading, cursor, token, kind, step, name)
    covered = _covered(cursor.left(), count)
    if not covered:
        raise Mismatch(Outcome.MISREAD, token, step, "raw bytes")
    for _ in range(covered):
        paired(reading, cursor, cursor.peek() or token, kind, step, name)
    return Var(name)


def skip(reading: TokenReading, step: Skip) -> None:
    """Step over bytes: a value of that size, or a loop of bytes of that number."""
    cursor = reading.cursor(step.stream)
    count = reading.values.value(step.count)
    if count == FALSE:
        return
    token = cursor.peek()
    if token is None or token.kind == "close":
        if isinstance(count, Const):
            raise Mismatch(Outcome.OVERREAD, token, Item(SKIPPED, RAW, step.line))
        return
    if token.kind == "loop" or (token.kind == "value" and token.type == RAW):
        cursor.take()
        reading.dropped.append(token)
        return
    number = whole(count)
    if number is not None and 0 < number < MOST_SKIPPED:
        _fixed(reading, cursor, number, Item(SKIPPED, Fixed(number), step.line, dead=True), SKIPPED)
        return
    if isinstance(count, Const):
        raise Mismatch(Outcome.MISREAD, token, Item(SKIPPED, RAW, step.line))
    while (following := cursor.peek()) is not None and following.kind == "value":
        reading.dropped.append(following)
        cursor.take()


def _order(kind: Type | None) -> ByteOrder:
    return kind.order if isinstance(kind, Int) else "little"


def _same_bytes(wrote: Fixed | Int, kind: Fixed | Int, number: int | None) -> bool:
    """Tell whether two types of one size read the same bytes alike; a constant may look the same from both ends."""
    if not (isinstance(wrote, Int) and isinstance(kind, Int)) or wrote.order == kind.order:
        return True
    if number is None:
        return False
    content = (number & ((1 << wrote.bits) - 1)).to_bytes(wrote.bits // 8, "little")
    return content == content[::-1]


def _divisible(token: Token) -> bool:
    """Tell whether a value is raw bytes of a number that only the program knows, and whose content it does not show."""
    return (
        token.type == RAW
        and token.value is not None
        and not isinstance(token.value, Const | Opaque)
        and token.body is None
        and token.spelling != CONTENT
    )


def _apart(left: Term, right: Term) -> bool:
    """Tell whether two numbers surely differ: the same unknown, and something else added to it."""
    (one, more), (other, less) = _offset(left), _offset(right)
    return one == other and more != less


def _offset(term: Term) -> tuple[Term, int]:
    """Take a sum apart into an unknown and a number."""
    number = whole(term)
    if number is not None:
        return FALSE, number
    if isinstance(term, Op) and term.name in ("+", "-") and len(term.args) == 2:
        added = whole(term.args[1])
        if added is not None:
            base, number = _offset(term.args[0])
            return base, number + (added if term.name == "+" else -added)
    return term, 0


def _covered(tokens: list[Token], count: Term | None) -> int:
    """Return how many values make up exactly `count` raw bytes.

    What they are worth does not matter, 0 if unknown.
    """
    rest = count
    for index, token in enumerate(tokens):
        size = fixed_size(token.type)
        length: Term | None = Const(size) if size is not None else None
        if token.type == RAW:
            length = token.value
        if token.kind != "value" or length is None or rest is None:
            return 0
        if length == rest:
            return index + 1
        rest = operate("-", (rest, length))
    return 0
