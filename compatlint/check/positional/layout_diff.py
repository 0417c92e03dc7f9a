"""What changed between two releases' encodings of one structure, told from the tokens of comparable worlds."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from compatlint.vocabulary import Change
from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.terms import Const
from compatlint.wire.ir.types import Type, describe
from compatlint.wire.symbolic.tokens import Token


@dataclass(frozen=True, slots=True)
class Slot:
    """One value or frame on the wire, in order. `name` is the last part of its path, without `[]`."""

    name: str
    path: str
    kind: str
    type: Type | None
    line: int
    dead: bool
    file: str = ""
    known: object = None

    @property
    def shape(self) -> str:
        """Return the slot's type as text."""
        return describe(self.type) if self.type is not None else self.kind


@dataclass(frozen=True, slots=True)
class LayoutDifference:
    """How a layout changed and which item shows it first."""

    change: Change
    slot: Slot | None


def bare(name: str) -> str:
    """Return the last part of a path."""
    return name.rstrip("[]").rsplit(".", 1)[-1].rsplit("#", 1)[-1]


def flatten(tokens: Sequence[Token], prefix: str = "") -> Iterator[Slot]:
    """Yield the slots of a writer's tokens, loops opened."""
    for token in tokens:
        if token.kind == "loop":
            yield Slot("(loop)", token.name, "loop", None, token.line, False, token.path)
            yield from flatten(token.body or [], prefix)
        elif token.kind in ("open", "close"):
            yield Slot(
                "(frame)" if token.kind == "open" else "(end)",
                "",
                token.kind,
                None,
                token.line,
                False,
                token.path,
            )
        else:
            value = token.value.value if isinstance(token.value, Const) else None
            yield Slot(
                bare(token.name), token.name, "value", token.type, token.line, token.dead, token.path, value
            )


def compare(
    old: Sequence[Token], new: Sequence[Token], conventions: Conventions = NO_CONVENTIONS
) -> LayoutDifference:
    """Return the first and weightiest difference of two layouts."""
    before = [slot for slot in flatten(old) if slot.kind in ("value", "open")]
    after = [slot for slot in flatten(new) if slot.kind in ("value", "open")]
    framed = _frames(before, after, conventions)
    if framed is not None:
        return framed
    before, after = (
        [slot for slot in before if slot.kind == "value"],
        [slot for slot in after if slot.kind == "value"],
    )
    keys = [_key(slot) for slot in before], [_key(slot) for slot in after]
    if keys[0] != keys[1] and sorted(keys[0]) == sorted(keys[1]):
        return LayoutDifference(
            Change.MOVED, next(slot for slot, was in zip(after, keys[0], strict=True) if _key(slot) != was)
        )
    matcher = difflib.SequenceMatcher(a=keys[0], b=keys[1], autojunk=False)
    found: list[LayoutDifference] = []
    for tag, start, end, other, last in matcher.get_opcodes():
        if tag != "equal":
            found.append(_classify(before, after, start, end, other, last))
    for least in ((Change.APPENDED, Change.NONE), (Change.NONE,), ()):
        weighty = next((one for one in found if one.change not in least), None)
        if weighty is not None:
            return weighty
    return _retyped(before, after)


def _frames(before: list[Slot], after: list[Slot], conventions: Conventions) -> LayoutDifference | None:
    old_open, new_open = (bool(slots) and slots[0].kind == "open" for slots in (before, after))
    if new_open != old_open and _by_hand((before if new_open else after)[:1], conventions):
        return LayoutDifference(
            Change.REFRAMED,
            next(
                (slot for slot in after if slot.kind == "value" and not _by_hand([slot], conventions)),
                after[0],
            ),
        )
    if new_open and not old_open:
        return LayoutDifference(
            Change.FRAME_ADDED, next((slot for slot in after if slot.kind == "value"), after[0])
        )
    if old_open and not new_open:
        return LayoutDifference(Change.FRAME_REMOVED, after[0] if after else before[-1])
    return None


def _by_hand(first: list[Slot], conventions: Conventions) -> bool:
    """Tell whether an encoding begins with a version that no frame macro wrote."""
    return (
        bool(first)
        and first[0].kind == "value"
        and first[0].name in conventions.by_hand
        and isinstance(first[0].known, int)
    )


def _key(slot: Slot) -> tuple[str, str]:
    return (slot.name if not slot.dead else "(dead)", slot.shape)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A run of slots that differs: what is gone, what came in its place, and the layouts around it."""

    gone: tuple[Slot, ...]
    come: tuple[Slot, ...]
    names_before: frozenset[str]
    names_after: frozenset[str]
    last_before: bool  # nothing of the older layout follows
    last_after: bool  # nothing of the newer layout follows
    as_many: bool  # both layouts have as many slots


def _classify(
    before: list[Slot], after: list[Slot], start: int, end: int, other: int, last: int
) -> LayoutDifference:
    """Name one run of differing slots."""
    gone, come = before[start:end], after[other:last]
    first = come[0] if come else None
    while gone and come and gone[0].dead != come[0].dead and gone[0].shape == come[0].shape:
        del gone[0], come[0]  # a slot that died, or came back to life, where it stands
    if not gone and not come:
        return LayoutDifference(Change.NONE, first)
    stretch = _Stretch(
        tuple(gone),
        tuple(come),
        frozenset(slot.name for slot in before),
        frozenset(slot.name for slot in after),
        end == len(before),
        last == len(after),
        len(before) == len(after),
    )
    return _replaced(stretch) or _added(stretch) or _taken_away(stretch) or _elsewhere(stretch)


def _replaced(stretch: _Stretch) -> LayoutDifference | None:
    """Name slots in whose place there are others, as many or of the same names."""
    gone, come = stretch.gone, stretch.come
    same = {slot.name: slot for slot in gone}
    for slot in come:
        if slot.name in same and same[slot.name].shape != slot.shape:
            return LayoutDifference(Change.RETYPED, slot)
    if len(gone) != len(come):
        return None
    if any(one.shape != two.shape for one, two in zip(gone, come, strict=True)):
        return LayoutDifference(Change.RETYPED, come[0])
    moved = [slot for slot in come if slot.name in stretch.names_before and not slot.dead]
    return LayoutDifference(Change.MOVED, moved[0]) if moved else LayoutDifference(Change.NONE, come[0])


def _added(stretch: _Stretch) -> LayoutDifference | None:
    """Name the first slot that the older layout does not have."""
    fresh = next((slot for slot in stretch.come if slot.name not in stretch.names_before), None)
    if fresh is None:
        return None
    appended = stretch.last_after and not stretch.gone
    return LayoutDifference(Change.APPENDED if appended else Change.INSERTED, fresh)


def _taken_away(stretch: _Stretch) -> LayoutDifference | None:
    """Name the first slot that the newer layout does not have."""
    lost = next((slot for slot in stretch.gone if slot.name not in stretch.names_after), None)
    if lost is None:
        return None
    truncated = stretch.last_before and not stretch.come
    return LayoutDifference(Change.TRUNCATED if truncated else Change.REMOVED, lost)


def _elsewhere(stretch: _Stretch) -> LayoutDifference:
    """Name slots whose names both layouts have."""
    gone, come = stretch.gone, stretch.come
    if come and gone:
        return LayoutDifference(Change.MOVED, come[0])
    if come:
        return LayoutDifference(Change.APPENDED if stretch.last_after else Change.INSERTED, come[0])
    return LayoutDifference(Change.MOVED if stretch.as_many else Change.REMOVED, gone[0])


def _retyped(before: list[Slot], after: list[Slot]) -> LayoutDifference:
    for one, two in zip(before, after, strict=False):
        if one.type != two.type:
            return LayoutDifference(Change.RETYPED, two)
    return LayoutDifference(Change.NONE, None)
