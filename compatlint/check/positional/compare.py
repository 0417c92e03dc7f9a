"""Two releases of one codec, in every direction: what breaks, and which change is to blame.

`confront` is the decision; it knows nothing of rules, severities or text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from compatlint.check.positional import layout_diff
from compatlint.check.positional.blame import blame, counterparts, name_change
from compatlint.check.positional.declared_versions import declared
from compatlint.check.positional.feasibility import (
    Cause,
    Own,
    Side,
    at_once,
    explain,
    failing,
    own_meeting,
    possible,
)
from compatlint.check.positional.history import History, lost_version, reused_slot
from compatlint.check.positional.meet import Run, Worlds, meet
from compatlint.check.positional.name_matching import NameMatching, Reading
from compatlint.check.positional.queries import guard_of, not_alike, plainly_read, understood
from compatlint.vocabulary import Change, Direction, Link, Outcome
from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.terms import Const
from compatlint.wire.symbolic.tokens import Token


@dataclass(slots=True)
class Confrontation:
    """What was found about one codec: causes, or the reason why nothing can be said."""

    causes: list[Cause] = field(default_factory=list)
    unread: str = ""


def confront(
    old: Side, new: Side, history: History = lambda name: None, own: Own = own_meeting
) -> Confrontation:
    """Return what breaks between two releases of a codec.

    `history` gives the codec as releases older than both have it, (revision, side) nearest first; None where
    no older release is at hand. It is asked only when the newer decoder lost something. `own` gives
    the meeting of a codec with itself.
    """
    different = not_alike(old.codec, new.codec)
    if different:
        return Confrontation(unread=different)
    own_old, own_new = own(old, None), own(new, None)
    if own_old.unread or own_new.unread:
        return Confrontation(unread=own_old.unread or own_new.unread)
    bad_old, bad_new = (
        [run for run in worlds.failed if possible(run, side, side)]
        for worlds, side in ((own_old, old), (own_new, new))
    )
    if bad_old or (bad_new and not _trusted(new.codec)):
        which, run = ("old", bad_old[0]) if bad_old else ("new", bad_new[0])
        return Confrontation(
            unread=f"encoder and decoder of the {which} release do not fit as read: {explain(run)}"
        )
    up = meet(old.codec, new.codec, old.programs, new.programs)
    down = meet(new.codec, old.codec, new.programs, old.programs)
    if up.unread or down.unread:
        return Confrontation(unread=up.unread or down.unread)
    names = NameMatching(own_old, own_new, new.codec.conventions)
    broken = {
        Direction.UPGRADE: failing(up, old, new, partial(names.shifted, reader=Reading(own_new, new.codec))),
        Direction.DOWNGRADE: failing(
            down, new, old, partial(names.shifted, reader=Reading(own_old, old.codec))
        ),
    }
    if bad_new:
        return Confrontation([disagreement(new.codec, bad_new[0], broken)])
    causes = _causes(old, new, broken, own_old, own_new)
    skip = lost_version(old, new, up, broken, causes, (history, own))
    if skip is not None:
        causes.append(skip)
    reused = reused_slot(up, own_old, own_new, old, new, history) if not causes else None
    if reused is not None:
        causes.append(reused)
    if not causes:
        causes.extend(_dropped(down, old, new))
    causes.extend(declared(old.codec, new.codec, own_old, own_new))
    return Confrontation(causes)


def _trusted(codec: Codec) -> bool:
    """Tell whether a disagreement within one release is the code's fault and not our reading of it."""
    return not understood(codec) and plainly_read(codec)


def disagreement(codec: Codec, run: Run, broken: dict[Direction, list[Run]] | None = None) -> Cause:
    """Return the cause of an encoder and a decoder of one release that do not fit, with the directions that break too."""
    span = codec.encoder_span or codec.span
    token = run.token
    name = token.name if token is not None and token.name else run.item_name
    line, path = (
        (token.line, token.path)
        if token is not None and token.line and token.path
        else (span.line, span.path)
    )
    others = {direction: runs[0] for direction, runs in (broken or {}).items() if runs}
    return Cause(
        Outcome(run.outcome),
        Change.NONE,
        name,
        line,
        path,
        (*others, Direction.SELF),
        {Direction.SELF: run, **others},
        note=explain(run),
    )


_WEIGHT = {"misread": 4, "overread": 3, "leftover": 2, "refused": 1}


def _causes(
    old: Side, new: Side, broken: dict[Direction, list[Run]], own_old: Worlds, own_new: Worlds
) -> list[Cause]:
    breaks = tuple(direction for direction in (Direction.UPGRADE, Direction.DOWNGRADE) if broken[direction])
    if not breaks:
        return []
    runs = {direction: max(broken[direction], key=_telling) for direction in breaks}
    shown = max(runs.values(), key=lambda run: _WEIGHT.get(run.outcome, 0))
    base_old, base_new = counterparts(own_old, own_new, shown)
    change, slot = name_change(
        old.codec, new.codec, shown, layout_diff.compare(base_old, base_new, new.codec.conventions)
    )
    if change is not Change.NONE and _raised(base_new, base_old):
        change = Change.RENUMBERED
    name, line, path = blame(shown, slot, new.codec)
    sides = {Direction.UPGRADE: (old, new), Direction.DOWNGRADE: (new, old)}
    together = any(at_once(run, *sides[direction]) for direction in sides for run in broken[direction])
    if new.codec.link == Link.PEER or new.codec.shared or (new.codec.exchanged and together):
        breaks = (*breaks, Direction.MIXED)
    raised, guard = _raised(base_old, base_new), guard_of(new.codec, name)
    outcome = Outcome(shown.outcome)
    return [
        Cause(
            outcome,
            change,
            name,
            line,
            path,
            breaks,
            runs,
            _framed(base_new),
            raised,
            guard,
            at_once=together,
        )
    ]


def _telling(run: Run) -> tuple[int, int]:
    """Order runs by how much they show: the worst outcome in the simplest world."""
    return _WEIGHT.get(run.outcome, 0), -len(run.world)


def _framed(tokens: list[Token]) -> bool:
    first = tokens[0].header if tokens and tokens[0].kind == "open" else None
    return first is not None and first.length is not None


def _raised(old: list[Token], new: list[Token]) -> bool:
    before, after = (
        tokens[0].version if tokens and tokens[0].kind == "open" else None for tokens in (old, new)
    )
    return (
        isinstance(before, Const)
        and isinstance(after, Const)
        and isinstance(before.value, int)
        and isinstance(after.value, int)
        and after.value > before.value
    )


def _dropped(down: Worlds, old: Side, new: Side) -> list[Cause]:
    """Note values that the older reader skips and loses."""
    for run in down.runs:
        lost = [token for token in run.dropped if token.kind == "value" and not token.dead]
        if lost:
            token = lost[0]
            span = new.codec.encoder_span or new.codec.span
            return [
                Cause(
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
            ]
    return []
