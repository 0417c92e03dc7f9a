"""The state of a symbolic reading: positions, values, and what has been read so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.wire.ir.conventions import Conventions
from compatlint.wire.ir.steps import Item
from compatlint.wire.ir.terms import FALSE, Op
from compatlint.wire.ir.types import Blob, Seq, Type
from compatlint.wire.machine.environment import Environment
from compatlint.wire.machine.interpreter import Execution, Programs
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import ReadItem
from compatlint.wire.symbolic.reader.streams import TokenStreams
from compatlint.wire.symbolic.tokens import Token


@dataclass(slots=True)
class TokenReading:
    """A decoder's run over a writer's tokens.

    `apart` names structures that are read part by part. `pairs` holds what was read as what, in order,
    `dropped` what a frame's end skipped.
    """

    execution: Execution
    values: Environment
    streams: TokenStreams
    programs: Programs
    conventions: Conventions
    apart: frozenset[str]
    pairs: list[ReadItem] = field(default_factory=list)
    dropped: list[Token] = field(default_factory=list)

    def cursor(self, stream: str) -> TokenCursor:
        """Return the position on a stream."""
        return self.streams.cursor(stream)

    def pair(self, token: Token, kind: Type, step: Item, name: str) -> None:
        """Remember what read a token, or a part of it."""
        self.pairs.append(ReadItem(token, name, kind, step.line, step.dead, step.spelling))

    def pass_empty(self, cursor: TokenCursor) -> None:
        """Step over what is known to hold nothing in this world: no elements, no bytes."""
        while (token := cursor.peek()) is not None and token.value is not None:
            counted = token.kind == "loop" or (
                isinstance(token.type, Blob | Seq) and token.type.prefix is None
            )
            if not counted or not self.values.oracle.known_to_be(Op("==", (token.value, FALSE))):
                return
            cursor.take()
