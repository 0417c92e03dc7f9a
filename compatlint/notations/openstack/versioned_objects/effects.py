"""What compat code does to the items of an object, collected while the code is walked.

The values of compat code are few: the target version and what is computed from it are known; the message that
is being made older is the `PRIMITIVE`, the object itself the `OBJECT`; all else is unknown, with the items
it was derived from.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from compatlint.notations.languages.python import Budget, Module, UnknownPython

MAX_STEPS = 40_000
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Role(Enum):
    """The two things that compat code works on."""

    PRIMITIVE = "primitive"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Present:
    """A truth that holds if some items are set, which they need not be."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function that is defined inside another one, with the names that it sees."""

    node: Function | ast.Lambda
    module: Module
    env: dict[str, object]


@dataclass(slots=True)
class Effects:
    """What happened so far: `items` are the object's own.

    `popped`: taken out. `touched`: given another value, or looked at by a check that refuses some values.
    `refused`: the object gives up whatever its values are. `unread`: something was done to the message that
    could not be followed. `doubts` are the items on which the conditions around the current statement depend;
    of these conditions, `unsure` depend on values and not only on what is set.
    """

    items: frozenset[str]
    popped: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    refused: bool = False
    unread: bool = False
    doubts: list[frozenset[str]] = field(default_factory=list)
    unsure: int = 0
    budget: Budget = field(default_factory=lambda: Budget(MAX_STEPS))

    @contextmanager
    def doubting(self, keys: frozenset[str], *, values: bool = True) -> Iterator[None]:
        """Let what happens inside depend on items: on their values, or only on whether they are set."""
        self.doubts.append(keys)
        self.unsure += values
        try:
            yield
        finally:
            self.doubts.pop()
            self.unsure -= values

    def pop(self, key: object) -> UnknownPython:
        """Take an item out of the message."""
        if not isinstance(key, str):
            self.touch(keys_of([key]))
            self.unread = self.unread or not keys_of([key])
            return UnknownPython(keys_of([key]))
        self.popped.add(key)
        return UnknownPython(self.items & {key})

    def touch(self, keys: Iterable[str]) -> None:
        """Note that values of some items are changed or checked."""
        self.touched |= self.items & set(keys)

    def put(self, key: object) -> None:
        """Give an item a value."""
        if isinstance(key, str):
            if not self.unsure:
                self.popped.discard(key)
            self.touch({key})
        else:
            self.unread = self.unread or not keys_of([key])
            self.touch(keys_of([key]))

    def give_up(self) -> None:
        """Refuse to be made older.

        For good, or for some values of the items that the conditions around look at.
        """
        if self.doubts:
            self.touch(key for keys in self.doubts for key in keys)
        else:
            self.refused = True

    def holds(self, key: object) -> object:
        """Return whether the message holds an item: no, or yes if it is set."""
        if not isinstance(key, str):
            return UnknownPython(keys_of([key]))
        return Present(frozenset({key})) if key in self.items and key not in self.popped else False


def keys_of(values: Iterable[object]) -> frozenset[str]:
    """Return the items that unknown values depend on, containers looked into."""
    found: set[str] = set()
    stack = list(values)
    for _ in range(10_000):
        if not stack:
            break
        current = stack.pop()
        if isinstance(current, UnknownPython | Present):
            found |= current.keys
        elif isinstance(current, list | tuple | set | frozenset):
            stack.extend(current)
        elif isinstance(current, dict):
            stack.extend(current.values())
    return frozenset(found)


def unknown(value: object) -> bool:
    """Tell whether a value, or a part of it, is not known."""
    if isinstance(value, list | tuple | set | frozenset):
        return any(unknown(each) for each in value)
    if isinstance(value, dict):
        return any(unknown(each) for each in value.values())
    return isinstance(value, UnknownPython | Present | Role | Closure)
