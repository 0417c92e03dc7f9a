"""Which change is to blame for a failing meeting, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from compatlint.check.positional import layout_diff
from compatlint.check.positional.meet import Run, Worlds
from compatlint.check.positional.queries import constants, same
from compatlint.vocabulary import Change, Outcome
from compatlint.wire.ir.steps import Codec, Item, walk
from compatlint.wire.ir.terms import Const
from compatlint.wire.symbolic.tokens import Token

_PRESENCE = frozenset({Change.INSERTED, Change.REMOVED, Change.APPENDED, Change.TRUNCATED})


def _written_by(codec: Codec, name: str) -> bool:
    """Tell whether an encoder writes an item in some world."""
    return any(
        isinstance(step, Item) and not step.dead and layout_diff.bare(step.name) == name
        for step in walk(codec.encoder or ())
    )


def counterparts(own_old: Worlds, own_new: Worlds, shown: Run) -> tuple[Sequence[Token], Sequence[Token]]:
    """Return what both releases write in the worlds most like the one that fails, with the same structures left whole."""
    return _closest(own_old, shown), _closest(own_new, shown)


def _closest(own: Worlds, to: Run) -> Sequence[Token]:
    """Return the tokens of the world with most answers in common."""
    wanted = set(to.world.text)

    def alike(run: Run) -> tuple[int, int]:
        answers = set(run.world.text)
        return len(answers & wanted), -len(answers ^ wanted)

    return max(own.runs, key=alike).tokens


def name_change(
    old: Codec, new: Codec, shown: Run, found: layout_diff.LayoutDifference
) -> tuple[Change, layout_diff.Slot | None]:
    """Return what the newer release did, and the slot that shows it: more than the layouts alone tell."""
    change, slot = found.change, found.slot
    if shown.outcome is Outcome.REFUSED:
        if shown.newer:
            return Change.COMPAT_RAISED, slot
        tag = _variant_tag(shown)
        before, after = {each.value for each in constants(old)}, {each.value for each in constants(new)}
        if tag is not None and (tag.known in before) != (tag.known in after):
            return (Change.VARIANT_ADDED if tag.known in after else Change.VARIANT_REMOVED), tag
    if (
        change in _PRESENCE
        and slot is not None
        and _written_by(old, slot.name)
        and _written_by(new, slot.name)
    ):
        return Change.REGATED, slot
    if change is Change.NONE and not same(old, new):
        return Change.REGATED, slot
    return change, slot


def _variant_tag(run: Run) -> layout_diff.Slot | None:
    """Return the constant or chosen value that the reader gave up on: the last one it read."""
    for pair in reversed(run.pairs):
        value = pair.token.value
        known = value.value if isinstance(value, Const) else None
        chosen = run.world.values.get(value) if value is not None else None
        if known is None and chosen is not None:
            known = chosen.value
        if known is not None:
            return layout_diff.Slot(
                layout_diff.bare(pair.name),
                pair.name,
                "value",
                pair.token.type,
                pair.token.line,
                False,
                pair.token.path,
                known,
            )
    return None


def blame(run: Run, slot: layout_diff.Slot | None, new: Codec) -> tuple[str, int, str]:
    """Return the item, line and file that a finding points at."""
    fallback = new.encoder_span or new.span
    if slot is not None and slot.path:
        return slot.path, slot.line or fallback.line, slot.file or fallback.path
    if run.token is not None and run.token.name and run.token.kind == "value":
        return run.token.name, run.token.line or fallback.line, run.token.path or fallback.path
    decoder = new.decoder_span or fallback
    return run.item_name, run.item_line or decoder.line, decoder.path
