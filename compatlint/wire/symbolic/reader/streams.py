"""The reader's first layer: where it stands on each stream, and how it moves without reading a value.

In: the tokens of one world. Out: what the layers above read and skip, in `pairs` and `dropped`.
"""

from __future__ import annotations

from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import OUTSIDE, Enter, Mark, Seek
from compatlint.wire.ir.terms import FALSE, TRUE, Const, Op, Opaque, StreamPosition, Term
from compatlint.wire.ir.types import Blob, Int, Seq, Struct
from compatlint.wire.machine.interpreter import Machine, Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle
from compatlint.wire.symbolic.reader.cursor import Position, TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.tokens import Token


class Streams(Machine):
    """Stands in tokens. `pairs` is what was read as what, in order.

    `blobs` the token that each path was read from.
    """

    def __init__(
        self,
        oracle: Oracle,
        programs: Programs,
        tokens: list[Token],
        apart: frozenset[str] = frozenset(),
        conventions: Conventions = NO_CONVENTIONS,
    ) -> None:
        super().__init__(oracle, programs, conventions)
        self.cursors: dict[str, TokenCursor] = {
            "": TokenCursor([token.copy() for token in tokens if token.kind != "stream"])
        }
        for token in tokens:
            if token.kind == "stream":
                self.cursors[token.name] = TokenCursor([each.copy() for each in token.body or ()])
        self.pairs: list[ReadItem] = []
        self.dropped: list[Token] = []
        self.blobs: dict[str, Token] = {}
        self.marks: dict[str, Position] = {}
        self.apart = apart

    def cursor(self, stream: str) -> TokenCursor:
        """Return the position on a stream."""
        found = self.cursors.get(stream)
        if found is None and stream and "~" not in stream:
            found = self.cursors[stream] = TokenCursor(
                []
            )  # beside the payload, and nothing was written there
        if found is None:
            raise Unreadable(f"stream {stream.split('~', maxsplit=1)[0] or 'of the codec'} was not opened")
        return found

    def pass_empty(self, cursor: TokenCursor) -> None:
        """Step over what is known to hold nothing in this world: no elements, no bytes."""
        while (token := cursor.peek()) is not None and token.value is not None:
            counted = token.kind == "loop" or (
                isinstance(token.type, Blob | Seq) and token.type.prefix is None
            )
            if not counted or not self.oracle.known_to_be(Op("==", (token.value, FALSE))):
                return
            cursor.take()

    def finish(self) -> None:
        """Check that nothing is left on the codec's own stream."""
        self.pass_empty(self.cursors[""])
        rest = [token for token in self.cursors[""].left() if token.kind != "close"]
        if rest and rest[0].kind == "unclear":
            raise Unreadable(rest[0].name)
        if rest:
            raise Mismatch("leftover", rest[0], None)

    def mark(self, step: Mark) -> None:
        """Remember a position."""
        self.marks[step.name] = self.cursor(step.stream).save()

    def seek(self, step: Seek) -> None:
        """Go back."""
        saved = self.marks.get(step.name)
        if saved is None:
            raise Unreadable(f"position {step.name} is not known")
        self.cursor(step.stream).restore(saved)

    def enter(self, step: Enter) -> None:
        """Read the contents of a value, if the writer's program shows them."""
        token = self.blobs.get(self.name(step.source))
        if token is None:
            raise Unreadable(f"{step.source} is read before it is decoded")
        if token.body is None:
            if isinstance(token.type, Blob):
                raise Unreadable(f"contents of {step.source} are not known")
            raise Unreadable(f"{step.source} is not a buffer")
        self.cursors[step.stream] = TokenCursor([each.copy() for each in token.body])

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains on a stream, ends of frames aside."""
        cursor = self.cursors.get(stream)
        if cursor is None:
            return Opaque("at end")
        return TRUE if cursor.rest() is None else FALSE

    def place(self, term: StreamPosition) -> Term | None:
        """Return a position in tokens: enough to tell before from after the end of a frame."""
        cursor = self.cursors.get(term.stream)
        if cursor is None:
            return Opaque(term.what)
        if term.what == "next":
            return self._next_byte(cursor)
        remaining = sum(1 for token in cursor.left() if token.kind != "close")
        if term.what == "remaining":
            return Opaque("remaining") if remaining else FALSE
        return Const(0 if term.what == "offset" else remaining)

    def _next_byte(self, cursor: TokenCursor) -> Term:
        """Return the byte that a reader looks at without taking it: a frame begins with its version."""
        token = cursor.peek()
        if (
            token is not None
            and token.kind == "open"
            and token.header != OUTSIDE
            and token.version is not None
        ):
            return token.version
        if token is not None and token.kind == "value" and isinstance(token.type, Struct):
            raise NeedInline(token.type.name)
        if token is not None and token.type == Int(8) and token.value is not None:
            return token.value
        return Opaque("next byte")
