"""What one evaluation of source text may cost: steps, and the weight of the values that it makes.

Every interpreter of Python in the project spends from a `Budget`, and hands every new value to it: a list, a
text or a number that would be too large is never made, and a value never gets into itself. What hostile
source text asks for beyond that ends in `TooMuch`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

MAX_BITS: Final = 256  # of a whole number
MAX_TEXT: Final = 1 << 16  # characters of a text, bytes of a byte string
MAX_ITEMS: Final = 10_000  # of a list, tuple, set or dict
MAX_WEIGHT: Final = 200_000  # parts of all values that one evaluation makes or looks through

_CONTAINERS: Final = (list, tuple, set, frozenset, dict)
_WEIGHTY: Final = (*_CONTAINERS, str, bytes)


class TooMuch(Exception):
    """An evaluation that would take more than its share."""


class Budget:
    """The steps that are left, and the weight: parts of values; 64 characters of text are one part."""

    __slots__ = ("steps", "weight")

    def __init__(self, steps: int, weight: int = MAX_WEIGHT) -> None:
        self.steps = steps
        self.weight = weight

    @property
    def left(self) -> int:
        """Return how much is left of both, never less than nothing."""
        return max(self.steps, 0) + max(self.weight, 0)

    def spend(self, steps: int = 1) -> None:
        """Take steps away; raise TooMuch when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise TooMuch

    def weigh(self, value: object) -> None:
        """Take away a value's weight, shared parts counted each time; raise TooMuch at nothing."""
        if not isinstance(value, _WEIGHTY):
            return
        left = self.weight
        stack: list[object] = [value]
        while stack:
            current = stack.pop()
            left -= 1
            if isinstance(current, str | bytes):
                left -= len(current) // 64
            elif isinstance(current, dict):
                left -= 2 * len(current)
                if left >= 0:
                    stack.extend(current.keys())
                    stack.extend(current.values())
            elif isinstance(current, _CONTAINERS):
                left -= len(current)
                if left >= 0:
                    stack.extend(current)
            if left < 0:
                self.weight = left
                raise TooMuch
        self.weight = left

    def may_put(self, owner: object, values: Iterable[object], more: int = 1) -> bool:
        """Tell whether a container may take `more` items made of some values, and pay for them.

        Not one that would grow too large, and not one that would then hold itself.
        """
        given = list(values)
        self.weigh(given)
        size = len(owner) if isinstance(owner, _CONTAINERS) else 0
        return size + more <= MAX_ITEMS and not any(holds(each, owner) for each in given)


def fits(kind: type, size: int) -> bool:
    """Tell whether a text or a container of a size may be made."""
    return size <= (MAX_TEXT if issubclass(kind, str | bytes) else MAX_ITEMS)


def in_bounds(value: object) -> bool:
    """Tell whether a plain value is within its own bounds, its parts not looked at."""
    if isinstance(value, _WEIGHTY):
        return fits(type(value), len(value))
    return not isinstance(value, int) or value.bit_length() <= MAX_BITS


def holds(value: object, owner: object) -> bool:
    """Tell whether a value is a container or has it somewhere in it; the value was weighed before."""
    stack = [value]
    while stack:
        current = stack.pop()
        if current is owner:
            return True
        if isinstance(current, dict):
            stack.extend(current.values())
        elif isinstance(current, list | tuple):
            stack.extend(current)
    return False
