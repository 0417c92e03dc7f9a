"""One meeting: a writer's encoder and a reader's decoder of one codec, in every world of the writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.terms import Const, Op, Term
from compatlint.wire.ir.types import Type
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Undecided, Unreadable
from compatlint.wire.machine.paths import Oracle, explore, world_text
from compatlint.wire.symbolic.generator import imagine_tokens
from compatlint.wire.symbolic.reader import Mismatch, NeedInline, ReadItem, ReadResult, read_tokens
from compatlint.wire.symbolic.tokens import Token
from compatlint.wire.symbolic.writer import write_tokens

WORLDS: Final = 192
FULL: Final = 24  # combinations that are all tried; most codecs have fewer
TRIES: Final = 160
INLINES: Final = 40


@dataclass(frozen=True, slots=True)
class World:
    """One path condition of a writer: the answers to all tests that could not be decided, as text and as terms.

    `values` are the constants that follow from the answers.
    """

    text: tuple[str, ...] = ()
    answers: tuple[tuple[Term, bool], ...] = field(default=(), compare=False)
    values: Mapping[Term, Const] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Run:
    """One world of a meeting.

    `tokens` is what the writer left, `pairs` what was read as what, `dropped` what frames skipped. `outcome` is
    None where the reader understood everything; otherwise `token` and the `item_...` fields say what was read
    as what (None and "" where there is no such side), `text` is the reader's reason, and `stop` the number of
    pairs before that. `newer`: a frame turned the reader away. `version` and `writer`: the bytes are of that
    version, older than both releases, as `writer` wrote them ("": as the older release still reads them).
    """

    world: World
    tokens: tuple[Token, ...]
    pairs: tuple[ReadItem, ...] = ()
    dropped: tuple[Token, ...] = ()
    outcome: Outcome | None = None
    token: Token | None = None
    item_name: str = ""
    item_line: int = 0
    item_path: str = ""
    item_type: Type | None = None
    text: str = ""
    newer: bool = False
    version: int | None = None
    writer: str = ""
    stop: int = 0


@dataclass(frozen=True, slots=True)
class Worlds:
    """All worlds of a writer and a reader. `unread` is the reason why nothing can be said, or ""."""

    runs: tuple[Run, ...] = ()
    unread: str = ""

    @property
    def failed(self) -> list[Run]:
        """The worlds in which the reader does not understand the writer."""
        return [run for run in self.runs if run.outcome is not None]


@dataclass(frozen=True, slots=True)
class _Meeting:
    """The arguments of `meet`; `inline` names the structures that the writer takes apart."""

    writer: Codec
    reader: Codec
    writes: Programs
    reads: Programs
    version: int | None
    inline: frozenset[str] = frozenset()

    def write(self, oracle: Oracle) -> tuple[Oracle, list[Token] | None]:
        """Return what the writer leaves in a world, None where it gives up."""
        names, codec = self.writer.conventions, self.writer
        if self.version is None:
            tokens = write_tokens(codec.encoder or (), oracle, self.writes, self.inline, names)
        else:
            decoder = codec.decoder or ()
            tokens = imagine_tokens(decoder, self.version, oracle, self.writes, self.inline, names)
        return oracle, tokens

    def read(self, tokens: Sequence[Token], oracle: Oracle) -> ReadResult:
        """Return what the reader makes of tokens in a world."""
        decoder, names = self.reader.decoder or (), self.reader.conventions
        return read_tokens(decoder, tokens, oracle, self.reads, self.inline, names)


def meet(
    writer: Codec, reader: Codec, writes: Programs, reads: Programs, *, version: int | None = None
) -> Worlds:
    """Run `reader`'s decoder over what `writer`'s encoder writes.

    With `version`, the writer is its decoder turned around: what it accepts as that frame version.
    """
    inline: set[str] = set()
    source = writer.encoder if version is None else writer.decoder
    if source is None or reader.decoder is None:
        return Worlds(unread="no encoder" if source is None else "no decoder")
    for _ in range(INLINES):
        try:
            return _met(_Meeting(writer, reader, writes, reads, version, frozenset(inline)))
        except NeedInline as needed:
            if needed.name in inline or writes(needed.name) is None:
                return Worlds(unread=f"{needed.name}: its encoding was not found")
            inline.add(needed.name)
        except Unreadable as reason:
            return Worlds(unread=str(reason))
        except RecursionError:
            return Worlds(unread="nested too deeply")
    return Worlds(unread="too many structures to take apart")


def _met(meeting: _Meeting) -> Worlds:
    runs: list[Run] = []
    for oracle, tokens in explore(meeting.write, WORLDS, default=True, full=FULL):
        if tokens is not None:
            runs.extend(_read_all(meeting, oracle, tuple(tokens)))
            if len(runs) > WORLDS:
                raise Unreadable(f"more than {WORLDS} worlds")
    return Worlds(tuple(runs), "" if runs else "the encoder writes nothing that can be followed")


def _read_all(meeting: _Meeting, given: Oracle, tokens: tuple[Token, ...]) -> list[Run]:
    """Return the reader's best run over one world of the writer, for each choice of the features that only it asks for."""
    try:
        return [_best(meeting, given, tokens)]
    except Undecided as asked:
        found = []
        for answer in (True, False):
            world = Oracle(
                log=[*given.log, (asked.feature, answer)], known={**given.known, asked.feature: answer}
            )
            world.values, world.low, world.high = dict(given.values), dict(given.low), dict(given.high)
            world.learn(asked.feature, answer)
            found.extend(_read_all(meeting, world, tokens))
        return found


def _best(meeting: _Meeting, given: Oracle, tokens: tuple[Token, ...]) -> Run:
    """Return the reader's best run over one world.

    The one that understands all, otherwise the one that gets furthest.
    """
    world = World(world_text(given.log), tuple(given.log), given.values)
    best: tuple[tuple[bool, bool, int], Run] | None = None

    def attempt(oracle: Oracle) -> tuple[Oracle, Run]:
        return oracle, _run(world, tokens, meeting.read(tokens, oracle))

    unreadable: Unreadable | None = None
    try:
        for oracle, run in explore(attempt, TRIES, default=False, given=given):
            if run.outcome is None:
                return run
            rank = (not _invented(oracle, given), run.outcome is not Outcome.REFUSED, run.stop)
            if best is None or rank > best[0]:
                best = rank, run
    except Unreadable as reason:
        unreadable = reason
    if unreadable is not None or best is None:
        raise unreadable or Unreadable("no way through the decoder")
    return best[1]


def _run(world: World, tokens: tuple[Token, ...], result: ReadResult) -> Run:
    """Return a reading as a run of its world."""
    failure, pairs, dropped = result.failure, result.pairs, result.dropped
    if failure is None:
        return Run(world, tokens, pairs, dropped, stop=len(pairs))
    if isinstance(failure, Mismatch):
        item = failure.item
        return Run(
            world,
            tokens,
            pairs,
            dropped,
            failure.outcome,
            failure.token,
            item.name if item is not None else "",
            item.line if item is not None else 0,
            item.path if item is not None else "",
            item.type if item is not None else None,
            failure.expected,
            stop=len(pairs),
        )
    return Run(
        world,
        tokens,
        pairs,
        dropped,
        Outcome.REFUSED,
        item_line=failure.line,
        text=failure.text,
        newer=failure.newer,
        stop=len(pairs),
    )


def _invented(oracle: Oracle, given: Oracle) -> bool:
    """Tell whether a reader takes a code to be one that its writer has no name for, while it has for others."""
    named = {
        test.args[0]
        for test, answer in given.log
        if isinstance(test, Op) and test.name == "==" and not answer
    }
    return any(
        answer and isinstance(test, Op) and test.name == "==" and test.args[0] in named
        for test, answer in oracle.log
    )


__all__ = ["Run", "World", "Worlds", "meet"]
