"""The symbolic writer: an encoder's program to the tokens that it leaves on the wire, one world at a time."""

from __future__ import annotations

from collections.abc import Iterable

from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import (
    OUTSIDE,
    Close,
    Codec,
    Enter,
    Item,
    Open,
    Repeat,
    Seek,
    Skip,
    Splice,
    Try,
    Unclear,
)
from compatlint.wire.ir.terms import Const, Op, Opaque, StreamPosition, Term, Var, whole
from compatlint.wire.ir.types import RAW, Array, Int, Optional, Seq, Struct, Tuple, structs_in
from compatlint.wire.machine.interpreter import Machine, Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle
from compatlint.wire.symbolic.tokens import Token, expand


class Writer(Machine):
    """Writes tokens. Structures named in `inline` are taken apart, all others stay one token."""

    def __init__(
        self,
        oracle: Oracle,
        programs: Programs,
        inline: Iterable[str] = (),
        conventions: Conventions = NO_CONVENTIONS,
    ) -> None:
        super().__init__(oracle, programs, conventions)
        self.inline = frozenset(inline)
        self.streams: dict[str, list[Token]] = {"": []}
        self.frames: list[tuple[Token, Open]] = []
        self.depth = 0

    def out(self, stream: str) -> list[Token]:
        """Return the tokens of a stream."""
        return self.streams.setdefault(stream, [])

    def item(self, step: Item) -> None:
        """Write a value, or the bytes of a buffer."""
        value = self._chosen(self.value(step.value)) if step.value is not None else None
        if (
            isinstance(value, StreamPosition | Opaque)
            and step.content is None
            and not isinstance(value, Opaque)
        ):
            value = Opaque(step.name)
        name = self.name(step.name)
        token = Token(
            "value",
            name,
            step.type,
            value,
            None,
            step.line,
            step.path,
            step.spelling,
            step.dead or isinstance(value, Const),
        )
        if step.content is not None:
            token.body = self.out(step.content)
            token.value = Var(name)
            if step.type == RAW:
                self.out(step.stream).extend(token.body)
                return
        self.emit(token, step.stream)

    def _chosen(self, value: Term) -> Term:
        """Return the number written where it is one of two.

        A code for what follows, so each is a world of its own.
        """
        while (
            isinstance(value, Op)
            and value.name == "cond"
            and all(isinstance(each, Const) or each == value.args[2] for each in value.args[1:])
        ):
            value = value.args[1] if self.oracle.decide(value.args[0]) else value.args[2]
        return value

    def emit(self, token: Token, stream: str) -> None:
        """Put a value on a stream, taken apart if it is a structure to be inlined."""
        kind = token.type
        if isinstance(kind, Struct) and kind.name in self.inline:
            codec = self.programs(kind.name)
            if codec is not None and codec.encoder is not None:
                self._inlined(codec, token, stream)
                return
        if isinstance(kind, Seq | Array | Tuple) and self.inline.intersection(structs_in(kind)):
            for part in expand(token) or ():
                self._part(part, stream)
            return
        if isinstance(kind, Optional):
            test = Op("!", (Op("==", (token.value or Opaque(token.name), Const(0))),))
            present = self.oracle.decide(self.value(test))
            self.out(stream).append(
                Token("value", token.name, Int(8), Const(int(present)), None, token.line, token.path)
            )
            if present:
                self.emit(
                    Token(
                        "value",
                        token.name + ".value",
                        kind.of,
                        Var(token.name + ".value"),
                        None,
                        token.line,
                        token.path,
                    ),
                    stream,
                )
            return
        self.out(stream).append(token)

    def _part(self, part: Token, stream: str) -> None:
        """Put a part of a compound value on a stream, the structures in it taken apart."""
        if part.kind != "loop":
            self.emit(part, stream)
            return
        tokens = self.out(stream)
        start = len(tokens)
        for each in part.body or ():
            self._part(each, stream)
        part.body = tokens[start:]
        del tokens[start:]
        tokens.append(part)

    def _inlined(self, codec: Codec, token: Token, stream: str) -> None:
        outer, frames, prefix = self.streams, self.frames, self.prefix
        self.streams, self.frames, self.prefix = {"": outer.setdefault(stream, [])}, [], ""
        self.depth += 1
        try:
            if self.depth > 12:
                raise Unreadable("structures nested too deeply")
            self.nested(codec, codec.encoder or (), token.name)
        finally:
            self.depth -= 1
            self.streams, self.frames, self.prefix = outer, frames, prefix

    def settle(self, value: Term) -> Term:
        """Return which of several values it is in this world."""
        while isinstance(value, Op) and value.name == "cond":
            value = value.args[1] if self.oracle.decide(value.args[0]) else value.args[2]
        return value

    def repeat(self, step: Repeat) -> None:
        """Write the body once, as a loop."""
        count = self.value(step.count) if step.count is not None else None
        if count == Const(0):
            return
        if step.test is not None and count is None:
            test = self.value(step.test)
            if test == Const(0):
                return
        before = {name: len(tokens) for name, tokens in self.streams.items()}
        if step.index:
            self.env.pop(self.name(step.index), None)
        self.iteration(step.body)
        for name, tokens in self.streams.items():
            start = before.get(name, 0)
            if len(tokens) > start:
                body = tokens[start:]
                del tokens[start:]
                tokens.append(Token("loop", step.over, None, count, body, step.line))

    def open(self, step: Open) -> None:
        """Begin a frame with the version and the oldest reader of this world."""
        version, oldest = self.settle(self.value(step.version)), self.settle(self.value(step.oldest))
        number = whole(version)
        token = Token(
            "open",
            "",
            None,
            None,
            None,
            step.line,
            step.path,
            version=version,
            oldest=oldest,
            header=step.header if number is None else step.header_at(number),
        )
        self.assign_frame(step, version, oldest)
        self.frames.append((token, step))
        self.out(step.stream).append(token)

    def close(self, step: Close) -> None:
        """End the innermost frame; a version outside the bytes is what the encoder left in its variable."""
        if not self.frames:
            raise Unreadable("a frame ends that did not begin")
        token, begun = self.frames.pop()
        if token.header == OUTSIDE:
            token.version = self.settle(self.value(Var(begun.var)))
            token.oldest = self.settle(self.value(Var(begun.oldest_var)))
        if step.oldest is not None:
            token.oldest = self.value(step.oldest)
        self.out(step.stream).append(Token("close", line=step.line, header=token.header))
        if token.header == OUTSIDE:
            self._beside(step.stream)

    def _beside(self, stream: str) -> None:
        """Leave what a message carries beside its payload, each as a stream of its own."""
        for name, tokens in list(self.streams.items()):
            if name != stream and "~" not in name and tokens:
                self.out(stream).append(Token("stream", name, body=tokens))

    def splice(self, step: Splice) -> None:
        """Append the tokens of one stream to another."""
        self.out(step.stream).extend(self.out(step.source))

    def unclear(self, step: Unclear) -> None:
        """Leave a token that only the same text matches."""
        self.out(step.stream).append(Token("unclear", step.text, line=step.line))


class Generator(Writer):
    """A decoder turned writer: the bytes that it would accept, as frame version `version`.

    What old code could read tells what older code wrote, even where no writer of that is at hand.
    """

    def __init__(
        self,
        oracle: Oracle,
        programs: Programs,
        version: int,
        inline: Iterable[str] = (),
        conventions: Conventions = NO_CONVENTIONS,
    ) -> None:
        super().__init__(oracle, programs, inline, conventions)
        self.version = version
        self.blobs: dict[str, Token] = {}

    def item(self, step: Item) -> None:
        """Leave what would be read."""
        name = self.name(step.name)
        token = Token(
            "value",
            name,
            step.type,
            Var(name),
            None,
            step.line,
            step.path,
            step.spelling,
            step.dead,
            imagined=True,
        )
        self.env.pop(name, None)
        self.blobs[name] = token
        self.emit(token, step.stream)

    def open(self, step: Open) -> None:
        """Begin a frame of the version at hand.

        The outermost one's is given, inner ones' are what the reader knows.
        """
        outermost = not self.frames
        known = self.value(step.known) if step.known is not None else Const(1)
        version: Term = Const(self.version) if outermost else known
        token = Token(
            "open",
            "",
            None,
            None,
            None,
            step.line,
            step.path,
            version=version,
            oldest=Const(1),
            header=step.header_at(whole(version) or 0),
        )
        self.assign_frame(step, version, Const(1))
        self.frames.append((token, step))
        self.out(step.stream).append(token)

    def close(self, step: Close) -> None:
        """End the innermost frame."""
        if not self.frames:
            raise Unreadable("a frame ends that did not begin")
        token, _ = self.frames.pop()
        self.out(step.stream).append(Token("close", line=step.line, header=token.header))

    def at_end(self, stream: str) -> Term | None:
        """Whatever may follow does: that it was once left out is known of no writer."""
        return Const(0)

    def skip(self, step: Skip) -> None:
        """Leave bytes that are skipped."""
        self.out(step.stream).append(
            Token("value", "(skipped)", RAW, self.value(step.count), None, step.line, dead=True)
        )

    def seek(self, step: Seek) -> None:
        """Give up: a second look at the same bytes cannot be turned into a writer."""
        raise Unreadable("a decoder that goes back")

    def enter(self, step: Enter) -> None:
        """Give a value read before the contents that are read from it."""
        token = self.blobs.get(self.name(step.source))
        body = self.out(step.stream)
        if token is not None:
            token.body = body

    def attempt(self, step: Try) -> None:
        """Give up: several layouts of one version cannot be turned into a writer."""
        raise Unreadable("a decoder that tries layouts")


__all__ = ["Generator", "Writer"]
