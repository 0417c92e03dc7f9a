"""The symbolic reader: a decoder's program run over the tokens that a writer left, one world at a time.

Each module does some kinds of steps to the state of a reading (`reading`): streams, frames, control, scalars, values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import (
    Close,
    Enter,
    Item,
    Mark,
    Open,
    Program,
    Repeat,
    Seek,
    Skip,
    Try,
    Unclear,
    When,
)
from compatlint.wire.machine.environment import Environment
from compatlint.wire.machine.interpreter import COMMON, Actions, Execution, Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.machine.paths import Oracle
from compatlint.wire.symbolic.reader import control, frames, scalars, values
from compatlint.wire.symbolic.reader.found import NOTHING, Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.reader.reading import TokenReading
from compatlint.wire.symbolic.reader.streams import TokenStreams
from compatlint.wire.symbolic.tokens import Token


def _mark(reading: TokenReading, step: Mark) -> None:
    reading.streams.mark(step.name, step.stream)


def _seek(reading: TokenReading, step: Seek) -> None:
    reading.streams.seek(step.name, step.stream)


def _enter(reading: TokenReading, step: Enter) -> None:
    reading.streams.enter(step.stream, step.source, reading.values.name(step.source))


_ACTIONS: Final[Actions] = {
    **COMMON,
    Item: values.read_item,
    When: control.when,
    Repeat: control.repeat,
    Try: control.attempt,
    Unclear: control.unclear,
    Open: frames.open_frame,
    Close: frames.close_frame,
    Skip: scalars.skip,
    Mark: _mark,
    Seek: _seek,
    Enter: _enter,
}


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a decoder made of tokens: which item read which, what it skipped, and what ended it early, if anything."""

    pairs: tuple[ReadItem, ...]
    dropped: tuple[Token, ...]
    failure: Mismatch | Refused | None


def read_tokens(
    program: Program,
    tokens: Sequence[Token],
    oracle: Oracle,
    programs: Programs,
    apart: frozenset[str] = frozenset(),
    conventions: Conventions = NO_CONVENTIONS,
) -> ReadResult:
    """Run a decoder over tokens in the world of an oracle; structures named in `apart` are read part by part.

    Raises Unreadable where a step is not understood, NeedInline where the writer has to take a structure apart,
    Undecided where a feature is asked for that the writer never asked for.
    """
    streams = TokenStreams(tokens)
    environment = Environment(oracle, streams, conventions.outside)
    reading = TokenReading(Execution(_ACTIONS), environment, streams, programs, conventions, apart)
    failure: Mismatch | Refused | None = None
    try:
        reading.execution.run(reading, program)
        _finish(reading)
    except (Mismatch, Refused) as wrong:
        failure = wrong
    return ReadResult(tuple(reading.pairs), tuple(reading.dropped), failure)


def _finish(reading: TokenReading) -> None:
    """Check that nothing is left on the codec's own stream."""
    cursor = reading.cursor("")
    reading.pass_empty(cursor)
    rest = [token for token in cursor.left() if token.kind != "close"]
    if rest and rest[0].kind == "unclear":
        raise Unreadable(rest[0].name)
    if rest:
        raise Mismatch(Outcome.LEFTOVER, rest[0], None)


__all__ = ["NOTHING", "Mismatch", "NeedInline", "ReadItem", "ReadResult", "read_tokens"]
