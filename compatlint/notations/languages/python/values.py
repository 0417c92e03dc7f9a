"""Values that an evaluation of Python may hold besides Python's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from compatlint.notations.languages.python.budget import Budget


class UnknownPython:
    """A value of which nothing is sure; `keys` names what it depends on, where that is tracked.

    There is one without keys, `UNKNOWN`, so that `is` finds it.
    """

    __slots__ = ("keys",)
    keys: frozenset[str]

    def __new__(cls, keys: frozenset[str] = frozenset()) -> UnknownPython:
        """Return the one without keys, or a new one."""
        if not keys and "UNKNOWN" in globals():
            return UNKNOWN
        made = super().__new__(cls)
        made.keys = keys
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnknownPython) and other.keys == self.keys

    def __hash__(self) -> int:
        return hash(self.keys)

    def __reduce__(self) -> tuple[type[UnknownPython], tuple[frozenset[str]]]:
        return UnknownPython, (self.keys,)

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        """Refuse to be taken for true."""
        return False


UNKNOWN: Final = UnknownPython()


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


def fresh(value: object, budget: Budget) -> object:
    """Return a value whose lists, dicts and sets nobody else holds; its weight is paid for."""
    budget.weigh(value)
    return _copied(value)


def _copied(value: object) -> object:
    if isinstance(value, Keys):
        return Keys(value)
    if isinstance(value, list):
        return [_copied(each) for each in value]
    if isinstance(value, tuple):
        return tuple(_copied(each) for each in value)
    if isinstance(value, dict):
        return {_copied(key): _copied(each) for key, each in value.items()}
    return set(value) if isinstance(value, set) else value
