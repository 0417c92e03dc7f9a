"""Definitions of two releases that are the same one: by file and name, then by name, then by last name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
Placed = tuple[str, str, T]  # path, full name, definition


def paired(old: Sequence[Placed[T]], new: Sequence[Placed[T]]) -> tuple[list[tuple[T, T]], list[T]]:
    """Return what meets, and what of the older release met nobody.

    One that changed its file or its namespace meets the one of its name, if only one on either side is left.
    """
    left = {(path, name): each for path, name, each in new}
    pairs: list[tuple[T, T]] = []
    rest: list[Placed[T]] = []
    for path, name, each in old:
        other = left.pop((path, name), None)
        if other is not None:
            pairs.append((each, other))
        else:
            rest.append((path, name, each))
    for short in (False, True):
        waiting: dict[str, list[Placed[T]]] = defaultdict(list)
        for placed in rest:
            waiting[_name(placed[1], short)].append(placed)
        there: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for key in left:
            there[_name(key[1], short)].append(key)
        for name, some in waiting.items():
            if len(some) == 1 and len(there.get(name, ())) == 1:
                pairs.append((some[0][2], left.pop(there[name][0])))
                rest.remove(some[0])
    return pairs, [each for _, _, each in rest]


def _name(full: str, short: bool) -> str:
    return full.rpartition(".")[2] if short else full
