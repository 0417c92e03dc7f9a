"""The sides of a comparison, and which of a meeting's worlds can happen and count as a failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from compatlint.check.positional import discriminants, layout_diff
from compatlint.check.positional.meet import Run, Worlds, meet
from compatlint.check.positional.queries import parts
from compatlint.vocabulary import Change, Direction, Guard, Link, Outcome
from compatlint.wire.ir.steps import Codec, Item, Open, When, walk
from compatlint.wire.ir.terms import Const, Feature, Var, announced
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.symbolic.reader import NOTHING


@dataclass(frozen=True, slots=True)
class Side:
    """One release's view of a codec.

    The codec, its release's programs, and the features that its daemons know.
    """

    codec: Codec
    programs: Programs
    features: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that breaks. `runs` holds, for each direction, the world that shows it best.

    `at_once`: it also breaks between daemons that agree on the features that both know.
    """

    outcome: Outcome
    change: Change
    item: str
    line: int
    path: str
    breaks: tuple[Direction, ...]
    runs: Mapping[Direction, Run] = field(default_factory=dict)
    framed: bool = False
    version_raised: bool = False
    guard: Guard = Guard.NONE
    note: str = ""
    at_once: bool = True


Own = Callable[[Side, "int | None"], Worlds]


def own_meeting(side: Side, version: int | None) -> Worlds:
    """Return what a codec's decoder makes of its own encoder, or of what the decoder accepts as a version."""
    return meet(side.codec, side.codec, side.programs, side.programs, version=version)


def explain(run: Run) -> str:
    """Return one failing run in words."""
    if run.outcome is Outcome.REFUSED:
        return f"the decoder gives up: {run.text}"
    ended = run.token is None or run.token.kind == "close"
    wrote = "the end" if run.token is None or ended else run.token.name or run.token.kind
    return f"{run.item_name or 'nothing'} (line {run.item_line}) is read where {wrote} is written"


def as_it_is(_run: Run) -> None:
    """Take a run that went through for understood."""


def examine(
    meeting: Worlds, writer: Side, reader: Side, shifted: Callable[[Run], Run | None] = as_it_is
) -> tuple[Worlds, list[Run]]:
    """Return a meeting as a reader takes it, and those of its failing worlds that can happen.

    What is left over where nobody looks is no failure, and a run that went through is one where `shifted`
    returns it as a misreading.
    """
    runs, failing = [], []
    for run in meeting.runs:
        seen = run
        if possible(run, writer, reader):
            seen = _forgiven(run, writer.codec, reader.codec)
            seen = seen if seen.outcome is not None else shifted(seen) or seen
            if seen.outcome is not None:
                failing.append(seen)
        runs.append(seen)
    return Worlds(tuple(runs), meeting.unread), failing


def _forgiven(run: Run, writer: Codec, reader: Codec) -> Run:
    """Return a run without the failure that bytes are left over, where structures are made to grow at the end."""
    grows = run.outcome is Outcome.LEFTOVER and (
        _versioned_by_hand(run, reader) or _versioned_by_hand(run, writer)
    )
    return replace(run, outcome=None) if grows else run


def _versioned_by_hand(run: Run, reader: Codec) -> bool:
    """Tell whether what is left at the end of a raw structure stands at the end of its buffer, where nobody looks.

    So it is with structures that carry a version byte of their own (Ceph's authentication blobs) and with
    bodies whose version is handed in by the envelope around them: both were made to grow at the end.
    """
    if (
        run.token is None
        or run.text == NOTHING
        or any(token.kind == "loop" and run.token in (token.body or ()) for token in run.tokens)
    ):
        return False
    first = run.tokens[0] if run.tokens else None
    if (
        first is not None
        and first.kind == "value"
        and isinstance(first.value, Const)
        and layout_diff.bare(first.name) in reader.conventions.by_hand
    ):
        return True
    read = {step.name for step in walk(reader.decoder or ()) if isinstance(step, Item)}
    opened = any(isinstance(step, Open) for step in walk(reader.decoder or ()))
    tests = [step.test for step in walk(reader.decoder or ()) if isinstance(step, When)]
    names = {part.name for test in tests for part in parts(test) if isinstance(part, Var)}
    return not opened and bool(names & reader.conventions.by_hand - read)


def possible(run: Run, writer: Side, reader: Side) -> bool:
    """Tell whether a world can happen.

    Between daemons a feature is on if and only if both releases announce it.

    Bytes at rest outlive what was on when they were written: there, everything can happen. A code that the
    writer has no name for cannot.
    """
    if discriminants.nameless(run, writer.codec.encoder):
        return False
    return reader.codec.link != Link.PEER or at_once(run, writer, reader)


def at_once(run: Run, writer: Side, reader: Side) -> bool:
    """Tell whether a world can happen between daemons that run at once.

    They agree on the features that both announce.
    """
    if writer.features is None or reader.features is None:
        return True
    both = writer.features & reader.features
    return all(
        answer == announced(test, both)
        for test, answer in run.world.answers
        if isinstance(test, Feature) and not test.build
    )
