"""Bytes older than both releases.

Versions that a decoder stops understanding, dead slots that come back to life.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from compatlint.check.positional import discriminants, layout_diff
from compatlint.check.positional.feasibility import Cause, Own, Side, examine
from compatlint.check.positional.meet import Run, Worlds, meet
from compatlint.check.positional.name_matching import generic, misreading
from compatlint.check.positional.queries import (
    constants,
    highest_version,
    named_versions,
    parts,
    written_versions,
)
from compatlint.vocabulary import Change, Direction, Outcome
from compatlint.wire.ir.steps import Codec, Open, When, plain, walk
from compatlint.wire.ir.terms import Const, Feature, Op, whole
from compatlint.wire.symbolic.reader import ReadItem

MAX_VERSION = 64
History = Callable[[str], "list[tuple[str, Side]] | None"]


@dataclass(frozen=True, slots=True)
class Consulted:
    """Who is asked for more than the two sides: `history` for older releases, `own` for meetings of a side with itself."""

    history: History
    own: Own


def with_lost_version(
    causes: tuple[Cause, ...],
    old: Side,
    new: Side,
    up: Worlds,
    broken: Mapping[Direction, Sequence[Run]],
    consulted: Consulted,
) -> tuple[Cause, ...]:
    """Return causes, with bytes that the old decoder understood and the new one does not.

    Two things hint at them: a version that only the old decoder reads, and a world of the old writer,
    impossible between these two, that the new decoder does not read. If a release older than both has the
    codec, its encoder is the judge; otherwise the decoders are compared with each other.
    """
    if plain(old.codec.decoder) == plain(new.codec.decoder) or not _versioned(old.codec):
        return causes
    lost = _lost(old, new, broken, consulted.own)
    if lost is None and (not up.failed or broken[Direction.UPGRADE]):
        return causes
    older = consulted.history(new.codec.name)
    found = _written_by_older(old, new, older) if older else lost
    return _skipping(causes, found, new) if found is not None else causes


def _versioned(codec: Codec) -> bool:
    """Tell whether a decoder knows of versions: raw bytes have no older one."""
    return highest_version(codec) != 1 or any(isinstance(step, Open) for step in walk(codec.decoder or ()))


def _written_by_older(old: Side, new: Side, older: list[tuple[str, Side]]) -> Run | None:
    """Return what the new decoder makes of what an older release wrote and the old decoder understood."""
    for rev, side in older:
        meeting = meet(side.codec, new.codec, side.programs, new.programs)
        before = meet(side.codec, old.codec, side.programs, old.programs)
        if meeting.unread or before.unread:
            continue
        sound = {run.world for run in before.runs if run.outcome is None}
        _, failing = examine(meeting, side, new)
        for run in failing:
            if not before.failed or run.world in sound:
                return replace(run, version=_version_of(run), writer=rev)
    return None


def _lost(old: Side, new: Side, broken: Mapping[Direction, Sequence[Run]], own: Own) -> Run | None:
    """Return what the new decoder makes of the first version that only the old one understands."""
    written = written_versions(old.codec)
    for version in _telling_versions(old.codec, new.codec):
        if version in written and broken[Direction.UPGRADE]:
            continue
        other = meet(old.codec, new.codec, old.programs, new.programs, version=version)
        if other.unread or not other.failed:
            continue
        itself = own(old, version)
        if itself.unread:
            continue
        sound = {run.world for run in itself.runs if run.outcome is None}
        for run in other.failed:
            if (not itself.failed or run.world in sound) and _announced(run, old) and not _foreign(run, old):
                return replace(run, version=version)
    return None


def _foreign(run: Run, old: Side) -> bool:
    """Tell whether a world needs a value that the old program never speaks of.

    Nothing of its time wrote that.
    """
    if discriminants.nameless(run, old.codec.decoder) or discriminants.given_up(run, old.codec, old.programs):
        return True
    known = {each.value for each in constants(old.codec)}
    tests = [test for test, answer in run.world.answers if answer]
    return any(
        isinstance(test, Op)
        and test.name == "=="
        and isinstance(test.args[1], Const)
        and test.args[1].value not in known
        for test in tests
    )


def _telling_versions(old: Codec, new: Codec) -> list[int]:
    """Return the versions at which one of two decoders changes its mind, and the ones before.

    All others are like these.
    """
    highest = min(highest_version(old), MAX_VERSION)
    told = {1, highest}
    for codec in (old, new):
        told.update(number + step for number in named_versions(codec) for step in (-1, 0, 1))
    return sorted(version for version in told if 1 <= version <= highest)


def _announced(run: Run, old: Side) -> bool:
    """Tell whether the features that only the new decoder asks for are what the old release announces of itself."""
    asked = {
        part.name
        for step in walk(old.codec.decoder or ())
        if isinstance(step, When)
        for part in parts(step.test)
        if isinstance(part, Feature)
    }
    tests = [
        (test, answer) for test, answer in run.world.answers if isinstance(test, Feature) and not test.build
    ]
    return all(
        answer == (old.features is None or test.name in old.features)
        for test, answer in tests
        if test.name not in asked
    )


def _version_of(run: Run) -> int:
    """Return the version that a run's writer wrote, 0 if it wrote none."""
    first = run.tokens[0] if run.tokens else None
    return (whole(first.version) or 0) if first is not None and first.kind == "open" else 0


def _skipping(causes: tuple[Cause, ...], run: Run, new: Side) -> tuple[Cause, ...]:
    """Return causes with older bytes that are not understood: as part of what breaks upgrades, or by themselves."""
    if causes and Direction.UPGRADE in causes[0].breaks:
        first = causes[0]
        runs = {**first.runs, Direction.SKIP: run}
        return (replace(first, breaks=(*first.breaks, Direction.SKIP), runs=runs), *causes[1:])
    span = new.codec.decoder_span or new.codec.span
    name = run.token.name if run.token is not None and run.token.name else run.item_name or "version"
    cause = Cause(
        run.outcome or Outcome.UNREAD,
        Change.BRANCH_DROPPED,
        name,
        span.line,
        span.path,
        (Direction.SKIP,),
        {Direction.SKIP: run},
        note=f"version {run.version}",
    )
    return (*causes, cause)


def reused_slot(up: Worlds, own_old: Worlds, own_new: Worlds, new: Side, history: History) -> Cause | None:
    """Find a slot that was dead on both sides of the old release and has a meaning in the new one.

    If older releases are at hand, one of them must really have written something else there.
    """
    dead = {pair.token.line for run in own_old.runs for pair in run.pairs if pair.dead and pair.token.dead}
    written = {
        pair.name: pair.token.line for run in own_new.runs for pair in run.pairs if not pair.token.dead
    }
    for run in up.runs:
        for pair in run.pairs:
            revived = pair.token.dead and pair.token.line in dead and not pair.dead
            if not revived or pair.name not in written or generic(layout_diff.bare(pair.name), "x"):
                continue
            found = _written_before(run, pair, new, history)
            if found is not None:
                span = new.codec.encoder_span or new.codec.span
                runs = {Direction.SKIP: found}
                return Cause(
                    Outcome.MISREAD,
                    Change.SLOT_REUSED,
                    pair.name,
                    written[pair.name],
                    span.path,
                    (Direction.SKIP,),
                    runs,
                )
    return None


def _written_before(run: Run, pair: ReadItem, new: Side, history: History) -> Run | None:
    """Return the meeting that shows what older bytes hold in a slot that came back to life."""
    older = history(new.codec.name)
    if not older:
        return misreading(run, pair)
    for rev, side in older:
        for other in meet(side.codec, new.codec, side.programs, new.programs).runs:
            for each in other.pairs:
                other_item = layout_diff.bare(each.token.name) != layout_diff.bare(pair.name)
                if each.name == pair.name and not each.token.dead and other_item:
                    return replace(misreading(other, each), version=_version_of(other), writer=rev)
    return None
