"""The state of a symbolic writing, and how values get onto its streams."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from compatlint.wire.ir.steps import Codec, Open
from compatlint.wire.ir.terms import FALSE, Const, Op, Opaque, StreamPosition, Term, Var
from compatlint.wire.ir.types import U8, Array, Optional, Seq, Struct, Tuple, Type, structs_in
from compatlint.wire.machine.environment import Environment
from compatlint.wire.machine.interpreter import Execution, Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.symbolic.tokens import Token, expand

MOST_NESTED = 12


@dataclass(slots=True)
class TokenWriting:
    """A run that leaves tokens. Structures named in `inline` are taken apart, all others stay one token.

    `frames` are those that have begun and not ended, in the structure at hand. Of a decoder turned writer,
    `version` is that of the outermost frame, and `sources` has the token that each path was left as.
    """

    execution: Execution
    values: Environment
    programs: Programs
    inline: frozenset[str]
    version: int = 0
    streams: dict[str, list[Token]] = field(default_factory=lambda: {"": []})
    frames: list[tuple[Token, Open]] = field(default_factory=list)
    sources: dict[str, Token] = field(default_factory=dict)
    depth: int = 0

    def out(self, stream: str) -> list[Token]:
        """Return the tokens of a stream."""
        return self.streams.setdefault(stream, [])

    @contextlib.contextmanager
    def structure_on(self, stream: str) -> Iterator[None]:
        """Write a structure on a stream of the one at hand, which becomes its own."""
        streams, frames = self.streams, self.frames
        self.streams, self.frames = {"": self.out(stream)}, []
        self.depth += 1
        try:
            if self.depth > MOST_NESTED:
                raise Unreadable("structures nested too deeply")
            yield
        finally:
            self.depth -= 1
            self.streams, self.frames = streams, frames


AT_END: Final = Opaque("at end")


@dataclass(frozen=True, slots=True)
class NoPositions:
    """Positions of a program that writes: no numbers, only that the same question has the same answer.

    `ended` is what it says to the question whether anything remains.
    """

    ended: Term

    def at_end(self, _stream: str) -> Term | None:
        """Return whether nothing remains."""
        return self.ended

    def place(self, term: StreamPosition) -> Term | None:
        """Return a position."""
        return Opaque(f"{term.what} of {term.stream or 'the stream'}")


def settle(writing: TokenWriting, value: Term) -> Term:
    """Return which of several values it is in this world."""
    while isinstance(value, Op) and value.name == "cond":
        value = value.args[1] if writing.values.oracle.decide(value.args[0]) else value.args[2]
    return value


def emit(writing: TokenWriting, token: Token, stream: str) -> None:
    """Put a value on a stream, taken apart if it is a structure to be inlined."""
    kind = token.type
    codec = writing.programs(kind.name) if isinstance(kind, Struct) and kind.name in writing.inline else None
    if codec is not None and codec.encoder is not None:
        _structure(writing, codec, token, stream)
    elif _holds_inlined(writing, kind):
        for part in expand(token) or ():
            _part(writing, part, stream)
    elif isinstance(kind, Optional):
        _optional(writing, kind, token, stream)
    else:
        writing.out(stream).append(token)


def _holds_inlined(writing: TokenWriting, kind: Type | None) -> bool:
    return bool(writing.inline) and (
        isinstance(kind, Seq | Array | Tuple) and not writing.inline.isdisjoint(structs_in(kind))
    )


def _structure(writing: TokenWriting, codec: Codec, token: Token, stream: str) -> None:
    with writing.structure_on(stream), writing.values.inside(token.name):
        writing.execution.run(writing, codec.encoder or ())


def _optional(writing: TokenWriting, kind: Optional, token: Token, stream: str) -> None:
    test = Op("!", (Op("==", (token.value or Opaque(token.name), FALSE)),))
    present = writing.values.oracle.decide(writing.values.value(test))
    writing.out(stream).append(
        Token("value", token.name, U8, Const(int(present)), None, token.line, token.path)
    )
    if present:
        name = token.name + ".value"
        emit(writing, Token("value", name, kind.of, Var(name), None, token.line, token.path), stream)


def _part(writing: TokenWriting, part: Token, stream: str) -> None:
    """Put a part of a compound value on a stream, the structures in it taken apart."""
    if part.kind != "loop":
        emit(writing, part, stream)
        return
    tokens = writing.out(stream)
    start = len(tokens)
    for each in part.body or ():
        _part(writing, each, stream)
    part.body = tokens[start:]
    del tokens[start:]
    tokens.append(part)
