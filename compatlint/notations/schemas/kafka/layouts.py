"""Two definitions of one message: where the layouts of a version that both have differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.schemas.kafka.model import KafkaField, KafkaMessage
from compatlint.vocabulary import Change

_SAME_BYTES: Final = {"records": "bytes"}
_MOST_VERSIONS: Final = 256


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """One difference: `item` is the path of names, `was` and `now` what stands there in either release."""

    item: str
    change: Change
    was: str
    now: str
    version: int
    old: KafkaField | None
    new: KafkaField | None


def layout_changes(old: KafkaMessage, new: KafkaMessage) -> list[LayoutChange]:
    """Return the differences within released versions, each once, with the first version that shows it."""
    found: dict[tuple[str, Change], LayoutChange] = {}
    first, last = max(old.released.first, new.valid.first), min(old.released.last, new.valid.last)
    for version in range(max(first, last - _MOST_VERSIONS), last + 1):
        if old.flexible.holds(version) != new.flexible.holds(version):
            words = ["compact" if each.flexible.holds(version) else "plain" for each in (old, new)]
            found.setdefault(
                ("flexibleVersions", Change.REFRAMED),
                LayoutChange("flexibleVersions", Change.REFRAMED, words[0], words[1], version, None, None),
            )
            continue
        for each in _fields(old, new, old.fields, new.fields, version, ""):
            found.setdefault((each.item, each.change), each)
    return list(found.values())


def _fields(
    old: KafkaMessage,
    new: KafkaMessage,
    was: list[KafkaField],
    now: list[KafkaField],
    version: int,
    path: str,
) -> Iterator[LayoutChange]:
    """Yield how two lists of fields differ; past the first one that is misplaced, nothing is where it was."""
    before, after = old.layout(was, version), new.layout(now, version)
    for index in range(max(len(before), len(after))):
        one = before[index] if index < len(before) else None
        other = after[index] if index < len(after) else None
        change = _misplaced(one, other, before, after, old, new)
        if change is not None:
            name = _named(change, one, other)
            yield LayoutChange(f"{path}{name}", change, _typed(one), _typed(other), version, one, other)
            break
        assert one is not None
        assert other is not None
        yield from _pair(old, new, one, other, version, path)
    tags, others = old.tagged(was, version), new.tagged(now, version)
    for tag in sorted(tags.keys() & others.keys()):
        yield from _tagged(old, new, tags[tag], others[tag], version, path)


def _pair(
    old: KafkaMessage, new: KafkaMessage, one: KafkaField, other: KafkaField, version: int, path: str
) -> Iterator[LayoutChange]:
    """Yield what differs within two fields of one place: whether null is a value, and what they hold."""
    nulls = one.nullable.holds(version), other.nullable.holds(version)
    if nulls[0] != nulls[1]:
        change = Change.NULLABLE_DROPPED if nulls[0] else Change.WIDENED
        texts = ["null or a value" if each else "a value" for each in nulls]
        yield LayoutChange(f"{path}{other.name}", change, texts[0], texts[1], version, one, other)
    inner = old.inside(one), new.inside(other)
    if (inner[0] or inner[1]) and path.count(".") < 16:
        yield from _fields(old, new, inner[0], inner[1], version, f"{path}{other.name}.")


def _tagged(
    old: KafkaMessage, new: KafkaMessage, one: KafkaField, other: KafkaField, version: int, path: str
) -> Iterator[LayoutChange]:
    if not _alike(old, new, one, other):
        yield LayoutChange(
            f"{path}{other.name}", Change.RETYPED, _typed(one), _typed(other), version, one, other
        )
        return
    if one.default != other.default:
        texts = [f"default {each.default or 'zero'}" for each in (one, other)]
        yield LayoutChange(
            f"{path}{other.name}", Change.DEFAULT_CHANGED, texts[0], texts[1], version, one, other
        )
    yield from _pair(old, new, one, other, version, path)


def _misplaced(
    one: KafkaField | None,
    other: KafkaField | None,
    before: list[KafkaField],
    after: list[KafkaField],
    old: KafkaMessage,
    new: KafkaMessage,
) -> Change | None:
    """Return what happened where two fields of one place are not the same bytes, None if they are.

    A name that the other side has elsewhere tells that the place is another field's, even where types agree.
    """
    if one is None:
        return Change.APPENDED
    if other is None:
        return Change.TRUNCATED
    names = {each.name for each in before}, {each.name for each in after}
    moved = one.name != other.name and (one.name in names[1] or other.name in names[0])
    if _alike(old, new, one, other) and not moved:
        return None
    if one.name == other.name:
        return Change.RETYPED
    if one.name in names[1]:
        return Change.MOVED if other.name in names[0] else Change.INSERTED
    return Change.REMOVED if other.name in names[0] else Change.RETYPED


def _alike(old: KafkaMessage, new: KafkaMessage, one: KafkaField, other: KafkaField) -> bool:
    """Tell whether two types are the same bytes; structures are compared by what is in them."""
    inner = old.inside(one), new.inside(other)
    lists = one.type.startswith("[]"), other.type.startswith("[]")
    if inner[0] or inner[1]:
        return bool(inner[0]) == bool(inner[1]) and lists[0] == lists[1]
    return _SAME_BYTES.get(one.type, one.type) == _SAME_BYTES.get(other.type, other.type)


def _named(change: Change, one: KafkaField | None, other: KafkaField | None) -> str:
    gone = change in (Change.REMOVED, Change.TRUNCATED)
    found = one if gone else other
    assert found is not None
    return found.name


def _typed(found: KafkaField | None) -> str:
    return f"{found.name} {found.type}" if found is not None else "nothing"
