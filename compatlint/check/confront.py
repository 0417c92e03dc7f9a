"""Two releases of one codec, in every direction: what breaks, and which change is to blame.

`confront` is the decision; it knows nothing of rules, severities or text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.check import layout
from compatlint.check.decode import Meeting, Run, meet
from compatlint.check.facts import Change
from compatlint.check.findings import Direction, Outcome
from compatlint.check.names import Names
from compatlint.check.older import History, lost_version, reused_slot
from compatlint.check.programs import constants, guard_of, plain, plainly_read, understood
from compatlint.check.worlds import Cause, Side, explain, failing, possible
from compatlint.wire.steps import Codec, Item, walk
from compatlint.wire.terms import Const, Term
from compatlint.wire.tokens import Token


@dataclass(slots=True)
class Confrontation:
    """What was found about one codec: causes, or the reason why nothing can be said."""

    causes: list[Cause] = field(default_factory=list)
    unread: str = ""


def confront(old: Side, new: Side, history: History = lambda name: None) -> Confrontation:
    """Return what breaks between two releases of a codec.

    `history` gives the codec as releases older than both have it, (revision, side) nearest first; None where no older
    release is at hand. It is asked only when the newer decoder lost something.
    """
    own_old, own_new = (meet(side.codec, side.codec, side.programs, side.programs) for side in (old, new))
    if own_old.unread or own_new.unread:
        return Confrontation(unread=own_old.unread or own_new.unread)
    bad_old, bad_new = (
        [run for run in own.failed if possible(run, side, side)] for own, side in ((own_old, old), (own_new, new))
    )
    if bad_old or (bad_new and not _trusted(new.codec)):
        which, run = ("old", bad_old[0]) if bad_old else ("new", bad_new[0])
        return Confrontation(unread=f"encoder and decoder of the {which} release do not fit as read: {explain(run)}")
    up = meet(old.codec, new.codec, old.programs, new.programs)
    down = meet(new.codec, old.codec, new.programs, old.programs)
    if up.unread or down.unread:
        return Confrontation(unread=up.unread or down.unread)
    names = Names(own_old, own_new)
    broken = {
        Direction.UPGRADE: failing(up, old, new, names.shifted),
        Direction.DOWNGRADE: failing(down, new, old, names.shifted),
    }
    if bad_new:
        return Confrontation([disagreement(new.codec, bad_new[0], broken)])
    causes = _causes(old, new, broken, own_old, own_new)
    skip = lost_version(old, new, broken, causes, history)
    if skip is not None:
        causes.append(skip)
    reused = reused_slot(up, own_old, own_new, old, new) if not causes else None
    if reused is not None:
        causes.append(reused)
    if not causes:
        causes.extend(_dropped(down, old, new))
    return Confrontation(causes)


def _trusted(codec: Codec) -> bool:
    """Tell whether a disagreement within one release is the code's fault and not our reading of it."""
    return not understood(codec) and plainly_read(codec)


def disagreement(codec: Codec, run: Run, broken: dict[Direction, list[Run]] | None = None) -> Cause:
    """Return the cause of an encoder and a decoder of one release that do not fit, with the directions that break too."""
    span = codec.encoder_span or codec.span
    token = run.token
    name = token.name if token is not None and token.name else run.item_name
    line, path = (token.line, token.path) if token is not None and token.line and token.path else (span.line, span.path)
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


def _causes(old: Side, new: Side, broken: dict[Direction, list[Run]], own_old: Meeting, own_new: Meeting) -> list[Cause]:
    breaks = tuple(direction for direction in (Direction.UPGRADE, Direction.DOWNGRADE) if broken[direction])
    if not breaks:
        return []
    runs = {
        direction: max(broken[direction], key=lambda run: (_WEIGHT.get(run.outcome, 0), -len(run.world))) for direction in breaks
    }
    shown = max(runs.values(), key=lambda run: _WEIGHT.get(run.outcome, 0))
    base_old, base_new = _counterparts(own_old, own_new, runs)
    difference = layout.compare(base_old, base_new)
    change, slot = difference.change, difference.slot
    change, slot = _special(old, new, shown, change, slot)
    if change in _PRESENCE and slot is not None and _written_by(old.codec, slot.name) and _written_by(new.codec, slot.name):
        change = Change.REGATED
    if change is not Change.NONE and _raised(base_new, base_old):
        change = Change.RENUMBERED
    name, line, path = _blame(shown, slot, new)
    if new.codec.link == "peer" or new.codec.shared:
        breaks = (*breaks, Direction.MIXED)
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
            _raised(base_old, base_new),
            guard_of(new.codec, name),
        )
    ]


_PRESENCE = frozenset({Change.INSERTED, Change.REMOVED, Change.APPENDED, Change.TRUNCATED})


def _written_by(codec: Codec, name: str) -> bool:
    """Tell whether an encoder writes an item in some world."""
    return any(isinstance(step, Item) and not step.dead and layout.bare(step.name) == name for step in walk(codec.encoder or ()))


def _counterparts(own_old: Meeting, own_new: Meeting, runs: dict[Direction, Run]) -> tuple[list[Token], list[Token]]:
    """Return the writings of both releases to compare: the failing world's, and the other release's most like it."""
    up, down = runs.get(Direction.UPGRADE), runs.get(Direction.DOWNGRADE)
    if up is not None and down is None:
        return up.tokens, _closest(own_new, up)
    if down is not None:
        return _closest(own_old, down), down.tokens
    return own_old.runs[0].tokens, own_new.runs[0].tokens


def _closest(own: Meeting, to: Run) -> list[Token]:
    """Return the tokens of the world with most answers in common."""
    wanted = set(to.world)
    return max(own.runs, key=lambda run: (len(set(run.world) & wanted), -len(set(run.world) ^ wanted))).tokens


def _special(old: Side, new: Side, shown: Run, change: Change, slot: layout.Slot | None) -> tuple[Change, layout.Slot | None]:
    """Name changes that the layouts alone do not show."""
    if shown.outcome == "refused":
        if "and newer" in shown.text:
            return Change.COMPAT_RAISED, slot
        tag = _variant_tag(shown)
        before, after = {each.value for each in constants(old.codec)}, {each.value for each in constants(new.codec)}
        if tag is not None and (tag.known in before) != (tag.known in after):
            return (Change.VARIANT_ADDED if tag.known in after else Change.VARIANT_REMOVED), tag
    if (
        plain(old.codec.encoder) != plain(new.codec.encoder)
        and change is Change.RETYPED
        and slot is not None
        and _same_text(old, new, slot)
    ):
        return Change.MEMBER_RETYPED, slot
    if change is Change.NONE:
        return (
            Change.REGATED
            if plain(old.codec.decoder) != plain(new.codec.decoder) or plain(old.codec.encoder) != plain(new.codec.encoder)
            else Change.NONE
        ), slot
    return change, slot


def _variant_tag(run: Run) -> layout.Slot | None:
    """Return the constant or chosen value that the reader gave up on: the last one it read."""
    for pair in reversed(run.pairs):
        value = pair.token.value
        known = value.value if isinstance(value, Const) else None
        chosen = run.oracle.values.get(value) if run.oracle is not None and value is not None else None
        if known is not None or chosen is not None:
            return layout.Slot(
                layout.bare(pair.name),
                pair.name,
                "value",
                pair.token.type,
                pair.token.line,
                False,
                pair.token.path,
                known if known is not None else chosen.value if chosen else None,
            )
    return None


def _same_text(old: Side, new: Side, slot: layout.Slot) -> bool:
    """Tell whether the encoders mention the item the same way: then its type changed behind their backs."""

    def mentions(side: Side) -> list[tuple[str, Term | None]]:
        return [(step.name, step.value) for step in walk(side.codec.encoder or ()) if isinstance(step, Item)]

    return mentions(old) == mentions(new) and any(layout.bare(name) == slot.name for name, _ in mentions(new))


def _blame(run: Run, slot: layout.Slot | None, new: Side) -> tuple[str, int, str]:
    """Return the item, line and file that a finding points at."""
    fallback = new.codec.encoder_span or new.codec.span
    if slot is not None and slot.path:
        return slot.path, slot.line or fallback.line, slot.file or fallback.path
    if run.token is not None and run.token.name and run.token.kind == "value":
        return run.token.name, run.token.line or fallback.line, run.token.path or fallback.path
    decoder = new.codec.decoder_span or fallback
    return run.item_name, run.item_line or decoder.line, decoder.path


def _framed(tokens: list[Token]) -> bool:
    return bool(tokens) and tokens[0].kind == "open" and tokens[0].length


def _raised(old: list[Token], new: list[Token]) -> bool:
    before, after = (tokens[0].version if tokens and tokens[0].kind == "open" else None for tokens in (old, new))
    return (
        isinstance(before, Const)
        and isinstance(after, Const)
        and isinstance(before.value, int)
        and isinstance(after.value, int)
        and after.value > before.value
    )


def _dropped(down: Meeting, old: Side, new: Side) -> list[Cause]:
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
