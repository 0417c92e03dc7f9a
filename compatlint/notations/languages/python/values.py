"""Values that an evaluation may hold, and how large they may get.

Nothing that the code under study says may cost much time or memory: every value is weighed before it is made,
and what would be too heavy is `UNKNOWN`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

MAX_BITS = 256
MAX_TEXT = 1 << 16
MAX_ITEMS = 10_000


class UnknownPython(Enum):
    """The value of an expression of which nothing is sure."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        """Refuse to be taken for true or false."""
        return False


UNKNOWN: Final = UnknownPython.UNKNOWN


class TooMuch(Exception):
    """An evaluation that would take more than its share."""


class Budget:
    """The steps that are left."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps away; raise TooMuch when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuch

    def weigh(self, value: object) -> None:
        """Spend as many steps as a value has parts, shared ones counted each time they appear."""
        stack = [value]
        while stack:
            current = stack.pop()
            self.spend()
            if isinstance(current, str | bytes):
                self.spend(len(current) // 64)
            elif isinstance(current, list | tuple | set | frozenset):
                self.spend(len(current))
                stack.extend(current)
            elif isinstance(current, dict):
                self.spend(len(current) * 2)
                stack.extend(current.keys())
                stack.extend(current.values())


class Keys(list[object]):
    """The keys of a dict, which print themselves as such."""

    def __repr__(self) -> str:
        return f"dict_keys({list(self)!r})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """An object of which some attributes are known, and what it prints ("" if that is not known)."""

    attributes: Mapping[str, object] = field(default_factory=dict)
    text: str = ""

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def prints(value: object) -> bool:
    """Tell whether it is sure what a value prints.

    A set has no order, a class or function is only known by name.
    """
    stack = [value]
    while stack:
        current = stack.pop()
        if isinstance(current, list | tuple):
            stack.extend(current)
        elif isinstance(current, dict):
            stack.extend((*current.keys(), *current.values()))
        elif isinstance(current, Thing):
            if not current.text:
                return False
        elif not isinstance(current, str | bytes | int | float | None):
            return False
    return True


def fresh(value: object) -> object:
    """Return a value whose lists, dicts and sets nobody else holds."""
    if isinstance(value, Keys):
        return Keys(value)
    if isinstance(value, list):
        return [fresh(each) for each in value]
    if isinstance(value, tuple):
        return tuple(fresh(each) for each in value)
    if isinstance(value, dict):
        return {fresh(key): fresh(each) for key, each in value.items()}
    return set(value) if isinstance(value, set) else value


_WIDE = re.compile(r"\d{3,}|\*")


def format_percent(template: str, values: object) -> object:
    """Return `template % values` where no width can blow it up."""
    if _WIDE.search(template.replace("%%", "")) or not prints(values):
        return UNKNOWN
    return template % values


def format_braces(template: str, positional: Sequence[object], named: dict[str, object]) -> object:
    """Return `template.format(...)` for plain places: no attributes, no indexes, no wide fields."""
    if not prints((*positional, *named.values())):
        return UNKNOWN
    if re.search(
        r"\{[^{}]*[.\[][^{}]*\}|\{[^{}]*\{", template.replace("{{", "").replace("}}", "")
    ) or _WIDE.search(template):
        return UNKNOWN
    return template.format(*positional, **named)


def multiply(left: object, right: object) -> object:
    """Return a product, of numbers or of a sequence and a number."""
    if isinstance(left, int) and isinstance(right, str | bytes | list | tuple):
        left, right = right, left
    if isinstance(left, str | bytes | list | tuple) and isinstance(right, int):
        limit = MAX_TEXT if isinstance(left, str | bytes) else MAX_ITEMS
        return left * right if len(left) * max(right, 0) <= limit else UNKNOWN
    if isinstance(left, int) and isinstance(right, int):
        return left * right if left.bit_length() + right.bit_length() <= MAX_BITS else UNKNOWN
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left * right
    return UNKNOWN


def power(left: object, right: object) -> object:
    """Return a power of small whole numbers."""
    if isinstance(left, int) and isinstance(right, int) and right >= 0:
        return left**right if left.bit_length() * right <= MAX_BITS else UNKNOWN
    return UNKNOWN


def shift(left: object, right: object) -> object:
    """Return `left << right`, bounded."""
    if (
        isinstance(left, int)
        and isinstance(right, int)
        and 0 <= right <= MAX_BITS
        and left.bit_length() + right <= MAX_BITS
    ):
        return left << right
    return UNKNOWN
