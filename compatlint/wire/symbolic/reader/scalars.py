"""The reader's fourth layer: values without parts, and raw bytes.

In: a value of the writer's at the position, and a type to read it as. Out: a pair, and what the value is
worth. The writer's value may be shorter or longer than the reader's, as long as the bytes add up.
"""

from __future__ import annotations

from compatlint.wire.ir.steps import Item, Skip
from compatlint.wire.ir.terms import FALSE, Const, Op, Opaque, Term, Var, operate, variables, whole
from compatlint.wire.ir.types import RAW, Blob, ByteOrder, Fixed, Int, Seq, Struct, Tuple, Type, describe
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.symbolic.reader.control import Control
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.tokens import CONTENT, REST, Token, expand, fixed_size

MOST_SKIPPED = 4096
SKIPPED = "(skipped)"


class Scalars(Control):
    """Reads values without parts."""

    def pair(self, token: Token, kind: Type, step: Item, name: str) -> None:
        """Remember what read a token, or a part of it."""
        self.pairs.append(ReadItem(token, name, kind, step.line, step.dead, step.spelling))

    def paired(self, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        """Take a value as it was written; return what it is."""
        cursor.take()
        self.pair(token, kind, step, name)
        self.blobs[name] = token
        if not token.imagined:
            self.oracle.written |= variables(token.value)[0] if token.value is not None else {token.name}
        if kind == RAW:
            return Var(token.name)  # the value of raw bytes is their number
        return token.value if token.value is not None else Var(token.name)

    def scalar(self, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        """Read a type without parts over a value without parts."""
        wrote, have, want = token.type, fixed_size(token.type), fixed_size(kind)
        if want is not None and _divisible(token):
            return self._first_of_raw(cursor, token, kind, want, step, name)
        if not isinstance(wrote, Fixed | Int) or not isinstance(kind, Fixed | Int):
            raise Mismatch("misread", token, step, describe(kind))
        if have is None or want is None:
            if isinstance(wrote, Fixed) and isinstance(kind, Fixed):
                return self.paired(cursor, token, kind, step, name)
            raise Unreadable(f"{name}: size not known")
        number = whole(token.value)
        if have == want:
            if not _same_bytes(wrote, kind, number):
                raise Mismatch("misread", token, step, describe(kind))
            return self.paired(cursor, token, kind, step, name)
        if have > want and number is not None:
            return self._first_bytes(cursor, token, kind, number, step, name)
        if have > want and isinstance(wrote, Fixed):
            return self._first_of_fixed(cursor, token, kind, want, step, name)
        if have < want and isinstance(kind, Fixed):
            return self._fixed(cursor, want, step, name)
        raise Mismatch("misread", token, step, describe(kind))

    def _first_of_raw(
        self, cursor: TokenCursor, token: Token, kind: Type, want: int, step: Item, name: str
    ) -> Term:
        """Read the first bytes of a number of raw bytes that only the program knows.

        The rest must be exactly the rest.
        """
        self.pair(token, kind, step, name)
        left = operate("-", (token.value or FALSE, Const(want)))
        cursor.put([Token("value", token.name, RAW, left, None, token.line, token.path, REST, token.dead)])
        return Var(name)

    def _first_bytes(
        self, cursor: TokenCursor, token: Token, kind: Fixed | Int, number: int, step: Item, name: str
    ) -> Term:
        """Read the first bytes of a written constant, and leave a constant of the others.

        In a little-endian integer they are its low bytes, in a big-endian one its high bytes.
        """
        have, want = fixed_size(token.type) or 0, fixed_size(kind) or 0
        order = _order(token.type)
        content = (number & ((1 << 8 * have) - 1)).to_bytes(have, order)
        rest = Const(int.from_bytes(content[want:], order))
        left = Int(8 * (have - want), order=order)
        self.pair(token, step.type, step, name)
        cursor.put([Token("value", token.name, left, rest, None, token.line, token.path, dead=token.dead)])
        return Const(int.from_bytes(content[:want], _order(kind)))

    def _first_of_fixed(
        self, cursor: TokenCursor, token: Token, kind: Type, want: int, step: Item, name: str
    ) -> Term:
        """Read the first bytes of a fixed number of them; the rest stays."""
        have, what = fixed_size(token.type) or 0, token.type.name if isinstance(token.type, Fixed) else ""
        rest = Opaque("bytes of " + token.name)
        self.pair(token, kind, step, name)
        cursor.put([Token("value", token.name, Fixed(have - want, what), rest, None, token.line, token.path)])
        part = f"{token.name} at -{have}"
        self.oracle.written.add(part)
        return Var(part)

    def _fixed(self, cursor: TokenCursor, want: int, step: Item, name: str) -> Term:
        """Read a fixed number of bytes over several written values."""
        taken = 0
        while taken < want:
            token = cursor.peek()
            if token is None or token.kind != "value":
                raise Mismatch("overread" if token is None else "misread", token, step)
            if isinstance(token.type, Struct):
                raise NeedInline(token.type.name)
            have = fixed_size(token.type)
            if have is None:
                parts = expand(token)
                if parts is None:
                    raise Mismatch("misread", token, step)
                cursor.put(parts)
                continue
            if have > want - taken:
                raise Mismatch("misread", token, step)
            self.pair(token, Fixed(have), step, name)
            cursor.take()
            taken += have
        return Var(name)

    def raw(self, cursor: TokenCursor, token: Token, kind: Blob, step: Item, name: str) -> Term | None:
        """Read a number of raw bytes: what was written raw, or everything up to a known size.

        None after taking a value apart.
        """
        count = self.value(step.value) if step.value is not None else None
        if isinstance(token.type, Tuple) or (
            isinstance(token.type, Blob | Seq) and token.type.prefix is not None
        ):
            cursor.put(expand(token) or [])
            return None
        number, size = whole(count), fixed_size(token.type)
        if number is not None and size is not None:
            return self.scalar(cursor, token, Fixed(number), step, name)
        if isinstance(count, Opaque) and count.text == "the rest":
            while (following := cursor.peek()) is not None and following.kind != "close":
                cursor.take()
            return count
        if token.type == RAW and count is not None and token.value is not None and _apart(token.value, count):
            raise Mismatch("misread", token, step, "a different number of raw bytes")
        if size is None or token.dead:
            return self.paired(cursor, token, kind, step, name)
        covered = _covered(cursor.left(), count)
        if not covered:
            raise Mismatch("misread", token, step, "raw bytes")
        for _ in range(covered):
            self.paired(cursor, cursor.peek() or token, kind, step, name)
        return Var(name)

    def skip(self, step: Skip) -> None:
        """Step over bytes: a value of that size, or a loop of bytes of that number."""
        cursor = self.cursor(step.stream)
        count = self.value(step.count)
        if count == FALSE:
            return
        token = cursor.peek()
        if token is None or token.kind == "close":
            if isinstance(count, Const):
                raise Mismatch("overread", token, Item(SKIPPED, RAW, step.line))
            return
        if token.kind == "loop" or (token.kind == "value" and token.type == RAW):
            cursor.take()
            self.dropped.append(token)
            return
        number = whole(count)
        if number is not None and 0 < number < MOST_SKIPPED:
            self._fixed(cursor, number, Item(SKIPPED, Fixed(number), step.line, dead=True), SKIPPED)
            return
        if isinstance(count, Const):
            raise Mismatch("misread", token, Item(SKIPPED, RAW, step.line))
        while (following := cursor.peek()) is not None and following.kind == "value":
            self.dropped.append(following)
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
        length = Const(size) if size is not None else token.value if token.type == RAW else None
        if token.kind != "value" or length is None or rest is None:
            return 0
        if length == rest:
            return index + 1
        rest = operate("-", (rest, length))
    return 0
