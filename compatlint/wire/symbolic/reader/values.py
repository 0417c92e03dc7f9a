"""The reader's last layer: values of types, taken apart until both sides have something that can be compared.

In: an item, and whatever the writer left at its position. Out: the item's value in `env`; a type with parts
is read part by part, and the writer's value is taken apart where only that makes the two meet.
"""

from __future__ import annotations

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
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline
from compatlint.wire.symbolic.reader.frames import header_bytes
from compatlint.wire.symbolic.reader.scalars import Scalars
from compatlint.wire.symbolic.tokens import Token, expand, last_name

MOST_APART = 64  # levels of a value taken apart, and elements of a loop that are read one by one


class Reader(Scalars):
    """Reads tokens. `pairs` is what was read as what, in order."""

    def item(self, step: Item) -> None:
        """Read a value into its path."""
        name = self.name(step.name)
        self.keep(name, self.read(step.type, step, name, step.stream))
        if name in self.outer:
            below = (f"{name}.", f"{name}[")
            for path in [path for path in self.env if path.startswith(below)]:
                del self.env[path]

    def read(self, kind: Type, step: Item, name: str, stream: str) -> Term:
        """Read one value of a type; return what it is."""
        if kind == RAW and step.value is not None and self.value(step.value) == FALSE:
            return Var(
                name
            )  # no bytes at all, such as those between two positions: what has been read is read again
        cursor = self.cursor(stream)
        for _ in range(MOST_APART):
            self.pass_empty(cursor)
            token = cursor.peek()
            if isinstance(kind, Struct | Tuple) and (token is None or token.kind != "value"):
                return self._parts(kind, token, step, name, stream)
            if token is None or token.kind == "close":
                raise Mismatch("overread", token, step)
            if token.kind == "unclear":
                raise Unreadable(token.name)
            if token.kind == "open":
                cursor.put(header_bytes(token, kind, step, self.conventions))
            elif token.kind == "loop":
                if isinstance(kind, Array) and token.body is not None and token.value is not None:
                    return self._elements(kind.of, Const(kind.count), step, name, stream)
                cursor.put(_unrolled(token, step))
            else:
                found = self._take(cursor, token, kind, step, name, stream)
                if found is not None:
                    return found
        raise Unreadable("types nested too deeply")

    def _parts(self, kind: Struct | Tuple, token: Token | None, step: Item, name: str, stream: str) -> Term:
        """Read a structure where a frame, a loop or the end of another stands.

        Only its own parts can tell.
        """
        if isinstance(kind, Tuple):
            return self._tuple(kind, step, name, stream)
        codec = self.programs(kind.name)
        if (token is None or token.kind == "close") and (codec is None or codec.decoder):
            raise Mismatch("overread", token, step)
        return self._structure(kind, name, stream)

    def _take(
        self, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str, stream: str
    ) -> Term | None:
        """Read `kind` at a value token; None after taking the token apart."""
        wrote = token.type
        if wrote == kind and kind != RAW and not (isinstance(kind, Struct) and kind.name in self.apart):
            return self.paired(cursor, token, kind, step, name)
        if isinstance(wrote, Unknown) or isinstance(kind, Unknown):
            return self._unknown(cursor, token, kind, step, name)
        if isinstance(wrote, Struct):
            if (
                isinstance(kind, Struct)
                and kind.name not in self.apart
                and _same_template(wrote.name, kind.name)
            ):
                return self.paired(cursor, token, kind, step, name)
            raise NeedInline(wrote.name)
        if isinstance(kind, Struct) and not isinstance(wrote, Tuple):  # a tuple is nothing but its parts
            return self._structure(kind, name, stream)
        if kind == RAW:
            return self.raw(cursor, token, kind, step, name)
        parts = expand(token)
        if parts is not None and not (isinstance(wrote, Blob) and isinstance(kind, Blob)):
            cursor.put(parts)
            return None
        compound = self._compound(kind, step, name, stream)
        return compound if compound is not None else self.scalar(cursor, token, kind, step, name)

    def _unknown(self, cursor: TokenCursor, token: Token, kind: Type, step: Item, name: str) -> Term:
        """Something is not understood: equal texts are equal, and so are unknown members of one name."""
        unknown = [each for each in (token.type, kind) if isinstance(each, Unknown)]
        if len(unknown) == 2 or (unknown[0].named and last_name(token.name) == last_name(name)):
            return self.paired(cursor, token, kind, step, name)
        raise Unreadable(f"{token.name or name}: type not understood ({unknown[0].text})")

    def _structure(self, kind: Struct, name: str, stream: str) -> Term:
        """Run a structure's own decoder at the position."""
        codec = self.programs(kind.name)
        if codec is None or codec.decoder is None:
            raise Unreadable(f"{kind.name}: no decoder found")
        outer, prefix = self.cursors, self.prefix
        self.cursors, self.prefix = {"": outer[stream]}, ""
        try:
            self.nested(codec, codec.decoder, name)
        finally:
            self.cursors, self.prefix = outer, prefix
        return Var(name)

    def _compound(self, kind: Type, step: Item, name: str, stream: str) -> Term | None:
        """Read a compound type part by part; None for a type without parts."""
        if isinstance(kind, Tuple):
            return self._tuple(kind, step, name, stream)
        if isinstance(kind, Optional):
            present = self.read(Int(8), step, name, stream)
            if self.oracle.decide(truth(present)):
                self.read(kind.of, step, name + ".value", stream)
            return present
        if isinstance(kind, Seq):
            if kind.prefix is not None:
                count = self.read(kind.prefix, step, f"{name}.size()", stream)
            else:
                count = self.value(step.value) if step.value is not None else Opaque("?")
            return self._elements(kind.of, count, step, name, stream)
        if isinstance(kind, Array):
            return self._elements(kind.of, Const(kind.count), step, name, stream)
        if isinstance(kind, Blob) and kind.prefix is not None:
            size = self.read(kind.prefix, step, f"{name}.size()", stream)
            return size if size == FALSE else self.read(RAW, step, name, stream)
        return None

    def _tuple(self, kind: Tuple, step: Item, name: str, stream: str) -> Term:
        for part, suffix in zip(kind.parts, suffixes(len(kind.parts)), strict=True):
            self.keep(name + suffix, self.read(part, step, name + suffix, stream))
        return Var(name)

    def _elements(self, kind: Type, count: Term, step: Item, name: str, stream: str) -> Term:
        self.loop(count, stream, lambda: self.read(kind, step, f"{name}[]", stream), step)
        return Var(name)


def _unrolled(token: Token, step: Item) -> list[Token]:
    """Return the values of a writer's loop, for plain values to be read from.

    Only where their number is known and small.
    """
    number = whole(token.value)
    if number is None or not 0 < number <= MOST_APART or token.body is None:
        raise Mismatch("misread", token, step)
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
