"""The reader's positions on the writer's streams, and moves that read no value."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from compatlint.wire.ir.steps import OUTSIDE
from compatlint.wire.ir.terms import FALSE, TRUE, Const, Opaque, StreamPosition, Term
from compatlint.wire.ir.types import U8, Blob, Struct
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.symbolic.reader.cursor import Position, TokenCursor
from compatlint.wire.symbolic.reader.found import NeedInline
from compatlint.wire.symbolic.tokens import Token


class TokenStreams:
    """A cursor on each open stream, the positions that were marked, and the token that each path was read from."""

    __slots__ = ("cursors", "marks", "sources")

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.cursors = {"": TokenCursor([token.copy() for token in tokens if token.kind != "stream"])}
        for token in tokens:
            if token.kind == "stream":
                self.cursors[token.name] = TokenCursor([each.copy() for each in token.body or ()])
        self.marks: dict[str, Position] = {}
        self.sources: dict[str, Token] = {}

    def cursor(self, stream: str) -> TokenCursor:
        """Return the position on a stream."""
        found = self.cursors.get(stream)
        if (
            found is None and stream and "~" not in stream
        ):  # beside the payload, and nothing was written there
            found = self.cursors[stream] = TokenCursor([])
        if found is None:
            raise Unreadable(f"stream {stream.split('~', maxsplit=1)[0] or 'of the codec'} was not opened")
        return found

    @contextlib.contextmanager
    def only(self, stream: str) -> Iterator[None]:
        """Show one stream alone, as that of the structure that is read from it."""
        outer, self.cursors = self.cursors, {"": self.cursors[stream]}
        try:
            yield
        finally:
            self.cursors = outer

    def mark(self, name: str, stream: str) -> None:
        """Remember a position."""
        self.marks[name] = self.cursor(stream).save()

    def seek(self, name: str, stream: str) -> None:
        """Go back to a position."""
        saved = self.marks.get(name)
        if saved is None:
            raise Unreadable(f"position {name} is not known")
        self.cursor(stream).restore(saved)

    def enter(self, stream: str, source: str, path: str) -> None:
        """Open the contents of the value at `path`, which the program calls `source`, as `stream`."""
        token = self.sources.get(path)
        if token is None:
            raise Unreadable(f"{source} is read before it is decoded")
        if token.body is None:
            if isinstance(token.type, Blob):
                raise Unreadable(f"contents of {source} are not known")
            raise Unreadable(f"{source} is not a buffer")
        self.cursors[stream] = TokenCursor([each.copy() for each in token.body])

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
            return _next_byte(cursor)
        remaining = sum(1 for token in cursor.left() if token.kind != "close")
        if term.what == "remaining":
            return Opaque("remaining") if remaining else FALSE
        return Const(0 if term.what == "offset" else remaining)


def _next_byte(cursor: TokenCursor) -> Term:
    """Return the byte that a reader looks at without taking it: a frame begins with its version."""
    token = cursor.peek()
    if token is None:
        return Opaque("next byte")
    if token.kind == "open" and token.header != OUTSIDE and token.version is not None:
        return token.version
    if token.kind == "value" and isinstance(token.type, Struct):
        raise NeedInline(token.type.name)
    return token.value if token.type == U8 and token.value is not None else Opaque("next byte")
