"""One meeting: a writer's encoder and a reader's decoder of one codec, in every world of the writer."""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.terms import Op
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Refused, Undecided, Unreadable
from compatlint.wire.machine.paths import Oracle, explore, world_text
from compatlint.wire.symbolic.reader import Mismatch, NeedInline, Reader, ReadItem
from compatlint.wire.symbolic.tokens import Token
from compatlint.wire.symbolic.writer import Generator, Writer

WORLDS = 192
FULL = 24  # combinations that are all tried; most codecs have fewer
TRIES = 160
INLINES = 40


@dataclass(slots=True)
class Run:
    """One world of a meeting. `outcome` is "" where the reader understood everything."""

    world: tuple[str, ...]
    tokens: list[Token]
    pairs: list[ReadItem] = field(default_factory=list)
    dropped: list[Token] = field(default_factory=list)
    outcome: str = ""
    token: Token | None = None
    item_name: str = ""
    item_line: int = 0
    item_path: str = ""
    item_type: object = None
    text: str = ""
    version: int | None = None
    writer: str = ""
    oracle: Oracle | None = None
    stop: int = 0


@dataclass(slots=True)
class Worlds:
    """All worlds of a writer and a reader. `unread` is the reason why nothing can be said, or ""."""

    runs: list[Run] = field(default_factory=list)
    unread: str = ""

    @property
    def failed(self) -> list[Run]:
        """The worlds in which the reader does not understand the writer."""
        return [run for run in self.runs if run.outcome]


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
            return _meet(writer, reader, writes, reads, frozenset(inline), version)
        except NeedInline as needed:
            if needed.name in inline or writes(needed.name) is None:
                return Worlds(unread=f"{needed.name}: its encoding was not found")
            inline.add(needed.name)
        except Unreadable as reason:
            return Worlds(unread=str(reason))
        except RecursionError:
            return Worlds(unread="nested too deeply")
    return Worlds(unread="too many structures to take apart")


def _meet(
    writer: Codec,
    reader: Codec,
    writes: Programs,
    reads: Programs,
    inline: frozenset[str],
    version: int | None,
) -> Worlds:
    meeting = Worlds()
    program = writer.encoder if version is None else writer.decoder

    def write(oracle: Oracle) -> tuple[Oracle, list[Token] | None]:
        names = writer.conventions
        machine = (
            Writer(oracle, writes, inline, names)
            if version is None
            else Generator(oracle, writes, version, inline, names)
        )
        try:
            machine.run(program or ())
        except Refused:
            return oracle, None
        return oracle, machine.streams[""]

    for oracle, tokens in explore(write, WORLDS, default=True, full=FULL):
        if tokens is not None:
            meeting.runs.extend(_read_all(reader, reads, oracle, tokens, inline))
            if len(meeting.runs) > WORLDS:
                raise Unreadable(f"more than {WORLDS} worlds")
    if not meeting.runs:
        meeting.unread = "the encoder writes nothing that can be followed"
    return meeting


def _read_all(
    reader: Codec, reads: Programs, given: Oracle, tokens: list[Token], inline: frozenset[str]
) -> list[Run]:
    """Return the reader's best run over one world of the writer, for each choice of the features that only it asks for."""
    try:
        return [_read(reader, reads, given, tokens, inline)]
    except Undecided as asked:
        found = []
        for answer in (True, False):
            world = Oracle(
                log=[*given.log, (asked.feature, answer)], known={**given.known, asked.feature: answer}
            )
            world.values, world.low, world.high = dict(given.values), dict(given.low), dict(given.high)
            world.learn(asked.feature, answer)
            found.extend(_read_all(reader, reads, world, tokens, inline))
        return found


def _read(reader: Codec, reads: Programs, given: Oracle, tokens: list[Token], inline: frozenset[str]) -> Run:
    """Return the reader's best run over one world.

    The one that understands all, otherwise the one that gets furthest.
    """
    best: tuple[tuple[bool, bool, int], Run] | None = None
    unreadable: Unreadable | None = None

    def attempt(oracle: Oracle) -> tuple[Oracle, Run]:
        machine = Reader(oracle, reads, tokens, inline, reader.conventions)
        run = Run(world_text(given.log), tokens, oracle=given)
        try:
            machine.run(reader.decoder or ())
            machine.finish()
        except Mismatch as wrong:
            run.outcome, run.token, run.text = wrong.outcome, wrong.token, wrong.expected
            if wrong.item is not None:
                run.item_name, run.item_line, run.item_type = (
                    wrong.item.name,
                    wrong.item.line,
                    wrong.item.type,
                )
                run.item_path = wrong.item.path
        except Refused as refused:
            run.outcome, run.text, run.item_line = "refused", refused.text, refused.line
        run.pairs, run.dropped = machine.pairs, machine.dropped
        run.stop = len(machine.pairs)
        return oracle, run

    results = explore(attempt, TRIES, default=False, given=given)
    while True:
        try:
            oracle, run = next(results)
        except StopIteration:
            break
        except Unreadable as reason:
            unreadable = reason
            break
        if not run.outcome:
            return run
        rank = (not _invented(oracle, given), run.outcome != "refused", run.stop)
        if best is None or rank > best[0]:
            best = rank, run
    if unreadable is not None:
        raise unreadable
    if best is None:
        raise Unreadable("no way through the decoder")
    return best[1]


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


__all__ = ["Run", "Worlds", "meet"]
