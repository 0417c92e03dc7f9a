"""Two releases of one codec, in every direction: what breaks, and which change is to blame.

`compare_codec` is the decision; it knows nothing of rules, severities or text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Final

from compatlint.check.positional import layout_diff
from compatlint.check.positional.blame import blame, counterparts, name_change
from compatlint.check.positional.declared_versions import declared
from compatlint.check.positional.feasibility import (
    Cause,
    Own,
    Side,
    at_once,
    examine,
    explain,
    own_meeting,
    possible,
)
from compatlint.check.positional.history import Consulted, History, reused_slot, with_lost_version
from compatlint.check.positional.meet import Run, Worlds, meet
from compatlint.check.positional.name_matching import NameMatching, OwnReading
from compatlint.check.positional.queries import guard_of, not_alike, plainly_read, understood
from compatlint.vocabulary import Change, Direction, Link, Outcome
from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.terms import whole
from compatlint.wire.symbolic.tokens import Token

NO_RUNS: Final[Mapping[Direction, Sequence[Run]]] = MappingProxyType({})


def no_history(_name: str) -> None:
    """Say that no older release is at hand."""


@dataclass(frozen=True, slots=True)
class CodecComparison:
    """What was found about one codec: causes, or the reason why nothing can be said."""

    causes: tuple[Cause, ...] = ()
    unread: str = ""


def compare_codec(
    old: Side, new: Side, history: History = no_history, own: Own = own_meeting
) -> CodecComparison:
    """Return what breaks between two releases of a codec.

    `history` gives the codec as releases older than both have it, (revision, side) nearest first; None where
    no older release is at hand. It is asked only when the newer decoder lost something. `own` gives
    the meeting of a codec with itself.
    """
    different = not_alike(old.codec, new.codec)
    if different:
        return CodecComparison(unread=different)
    own_old, own_new = own(old, None), own(new, None)
    if own_old.unread or own_new.unread:
        return CodecComparison(unread=own_old.unread or own_new.unread)
    bad_old, bad_new = (
        [run for run in worlds.failed if possible(run, side, side)]
        for worlds, side in ((own_old, old), (own_new, new))
    )
    if bad_old or (bad_new and not _trusted(new.codec)):
        which, run = ("old", bad_old[0]) if bad_old else ("new", bad_new[0])
        return CodecComparison(
            unread=f"encoder and decoder of the {which} release do not fit as read: {explain(run)}"
        )
    up = meet(old.codec, new.codec, old.programs, new.programs)
    down = meet(new.codec, old.codec, new.programs, old.programs)
    if up.unread or down.unread:
        return CodecComparison(unread=up.unread or down.unread)
    names = NameMatching(own_old, own_new, new.codec.conventions)
    up, upgrades = examine(up, old, new, partial(names.shifted, reader=OwnReading(own_new, new.codec)))
    down, downgrades = examine(down, new, old, partial(names.shifted, reader=OwnReading(own_old, old.codec)))
    broken = {Direction.UPGRADE: upgrades, Direction.DOWNGRADE: downgrades}
    if bad_new:
        return CodecComparison((disagreement(new.codec, bad_new[0], broken),))
    causes = _causes(old, new, broken, own_old, own_new)
    causes = with_lost_version(causes, old, new, up, broken, Consulted(history, own))
    if not causes:
        reused = reused_slot(up, own_old, own_new, new, history)
        causes = (reused,) if reused is not None else _dropped(down, new)
    causes = (*causes, *declared(old.codec, new.codec, own_old, own_new))
    return CodecComparison(causes)


def _trusted(codec: Codec) -> bool:
    """Tell whether a disagreement within one release is the code's fault and not our reading of it."""
    return not understood(codec) and plainly_read(codec)


def disagreement(codec: Codec, run: Run, broken: Mapping[Direction, Sequence[Run]] = NO_RUNS) -> Cause:
    """Return the cause of an encoder and a decoder of one release that do not fit, with the directions that break too."""
    span, token = codec.encoder_span or codec.span, run.token
    line, path = span.line, span.path
    if token is not None and token.line and token.path:
        line, path = token.line, token.path
    others = {direction: runs[0] for direction, runs in broken.items() if runs}
    return Cause(
        run.outcome or Outcome.UNREAD,
        Change.NONE,
        token.name if token is not None and token.name else run.item_name,
        line,
        path,
        (*others, Direction.SELF),
        {Direction.SELF: run, **others},
        note=explain(run),
    )


_WEIGHT: Final[Mapping[Outcome, int]] = {
    Outcome.MISREAD: 4,
    Outcome.OVERREAD: 3,
    Outcome.LEFTOVER: 2,
    Outcome.REFUSED: 1,
}


def _causes(
    old: Side, new: Side, broken: Mapping[Direction, Sequence[Run]], own_old: Worlds, own_new: Worlds
) -> tuple[Cause, ...]:
    breaks = tuple(direction for direction in (Direction.UPGRADE, Direction.DOWNGRADE) if broken[direction])
    if not breaks:
        return ()
    runs = {direction: max(broken[direction], key=_telling) for direction in breaks}
    shown = max(runs.values(), key=_weight)
    base_old, base_new = counterparts(own_old, own_new, shown)
    found = layout_diff.compare(base_old, base_new, new.codec.conventions)
    change, slot = name_change(old.codec, new.codec, shown, found)
    if change is not Change.NONE and _raised(base_new, base_old):
        change = Change.RENUMBERED
    name, line, path = blame(shown, slot, new.codec)
    sides = {Direction.UPGRADE: (old, new), Direction.DOWNGRADE: (new, old)}
    together = any(at_once(run, *sides[direction]) for direction in sides for run in broken[direction])
    if new.codec.link == Link.PEER or new.codec.shared or (new.codec.exchanged and together):
        breaks = (*breaks, Direction.MIXED)
    cause = Cause(
        shown.outcome or Outcome.UNREAD,
        change,
        name,
        line,
        path,
        breaks,
        runs,
        _framed(base_new),
        _raised(base_old, base_new),
        guard_of(new.codec, name),
        at_once=together,
    )
    return (cause,)


def _telling(run: Run) -> tuple[int, int]:
    """Order runs by how much they show: the worst outcome in the simplest world."""
    return _weight(run), -len(run.world.text)


def _weight(run: Run) -> int:
    return _WEIGHT.get(run.outcome, 0) if run.outcome is not None else 0


def _framed(tokens: Sequence[Token]) -> bool:
    first = tokens[0].header if tokens and tokens[0].kind == "open" else None
    return first is not None and first.length is not None


def _raised(old: Sequence[Token], new: Sequence[Token]) -> bool:
    before, after = (
        whole(tokens[0].version) if tokens and tokens[0].kind == "open" else None for tokens in (old, new)
    )
    return before is not None and after is not None and after > before


def _dropped(down: Worlds, new: Side) -> tuple[Cause, ...]:
    """Note values that the older reader skips and loses."""
    for run in down.runs:
        lost = [token for token in run.dropped if token.kind == "value" and not token.dead]
        if lost:
            token = lost[0]
            span = new.codec.encoder_span or new.codec.span
            cause = Cause(
                Outcome.DROPPED,
                Change.APPENDED,
                token.name,
                token.line or span.line,
                token.path or span.path,
                (Direction.DOWNGRADE,),
                {Direction.DOWNGRADE: run},
                _framed(run.tokens),
                True,
            )
            return (cause,)
    return ()
