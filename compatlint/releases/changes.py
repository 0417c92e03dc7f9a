"""What became of each item from one layout to the next."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from compatlint.releases.layout import Layout, LayoutItem

_LONGEST = 500  # items that are put in order; a longer list is compared by name alone


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item's change: `kind` in words; `was` and `now` are its types and conditions, "" where it is absent."""

    item: str
    kind: str
    was: str = ""
    now: str = ""


def compare_layouts(old: Layout, new: Layout) -> list[ItemChange]:
    """Return the changes from one layout to another, in the order of the newer one; the removed ones last."""
    before = {each.name: each for each in old.items}
    after = {each.name: each for each in new.items}
    kept = [name for name in after if name in before]
    found: list[ItemChange] = []
    moved = _moved(list(before), list(after)) if new.ordered else {}
    for place, (name, item) in enumerate(after.items()):
        if name not in before:
            kind = _added(place, list(after), kept) if new.ordered else "added"
            found.append(ItemChange(name, kind, "", _told(item)))
        else:
            found += _kept(before[name], item, moved.get(name))
    found += [ItemChange(name, "removed", _told(item)) for name, item in before.items() if name not in after]
    if not found and old.version != new.version:
        found.append(ItemChange("version", "changed", _dotted(old.version), _dotted(new.version)))
    if not found and old.reader != new.reader:
        found.append(ItemChange("decoder", "reads otherwise"))
    return found


def _kept(old: LayoutItem, new: LayoutItem, moved: str | None) -> list[ItemChange]:
    """Return what became of an item that both layouts have."""
    if old.type != new.type:
        return [ItemChange(new.name, "retyped", _told(old), _told(new))]
    if moved is not None:
        return [ItemChange(new.name, moved, _told(old), _told(new))]
    if old.guard != new.guard:
        return [ItemChange(new.name, "regated", _told(old), _told(new))]
    if old.declared and new.declared and old.declared != new.declared:
        return [ItemChange(new.name, "declared otherwise", old.declared, new.declared)]
    return []


def _added(place: int, names: list[str], kept: list[str]) -> str:
    """Return where among the items that stay a new one stands."""
    stays = set(kept)
    if not any(name in stays for name in names[place:]):
        return "appended" if stays else "added"
    return "inserted" if any(name in stays for name in names[:place]) else "inserted in front"


def _moved(old: list[str], new: list[str]) -> dict[str, str]:
    """Return how items moved that stand in both lists, but not in the same order among their like."""
    here, there = set(new), set(old)
    before = [name for name in old if name in here]
    after = [name for name in new if name in there]
    if before == after or len(before) > _LONGEST:
        return {}
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stays = {name for block in blocks for name in before[block.a : block.a + block.size]}
    last = max((after.index(name) for name in stays), default=-1)
    first = min((after.index(name) for name in stays), default=-1)
    ways = {}
    for place, name in enumerate(after):
        if name not in stays:
            way = "moved to the front" if place < first else "moved"
            ways[name] = "moved to the end" if place > last else way
    return ways


def _told(item: LayoutItem) -> str:
    return f"{item.type} if {item.guard}" if item.guard else item.type


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version)) or "none"
