"""What a client's variables may hold while it is followed, besides plain values of Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, UnknownPython
from compatlint.notations.openstack.rpc.forwarders import Forwarder
from compatlint.wire.ir.records import Version

Function = ast.FunctionDef | ast.AsyncFunctionDef


GIVEN: Final = UnknownPython(frozenset({"caller"}))  # not known: it came with the client's caller
OPEN: Final = UNKNOWN  # not known either, from anywhere else


@dataclass(frozen=True, slots=True)
class Outside:
    """Something of another project, by its name: two of one name are the same."""

    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """The client itself: `self`, and `cls`."""


@dataclass(frozen=True, slots=True)
class Above:
    """`super()` of a class."""

    owner: Defined


@dataclass(frozen=True, slots=True)
class Remote:
    """A client of the messaging library, not yet prepared for anything."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A client that was prepared for a version; None: the target's own, OPEN: one that cannot be told."""

    version: str | UnknownPython | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """`call` or `cast` of a client, not yet called."""

    kind: str
    context: Prepared
    forwarder: Forwarder | None = None  # the function of the release that hands the call on


@dataclass(frozen=True, slots=True)
class BoundClientMethod:
    """A method of the client, with the class that defines it; `simple` if it takes no `self`."""

    owner: Defined
    node: Function
    simple: bool = False


_THINGS: Final = Above | Remote | Prepared | Sending | BoundClientMethod | Outside | Defined


def known(value: object) -> bool:
    """Tell whether a value is sure down to its parts."""
    return not any(isinstance(each, UnknownPython | Own | _THINGS) for each in _parts([value]))


def plain(value: object) -> bool:
    """Tell whether a value is known and holds no containers in containers.

    Such can be compared and printed at no cost.
    """
    if isinstance(value, list | tuple | set | frozenset | dict):
        inner = [*value, *value.values()] if isinstance(value, dict) else list(value)
        return known(value) and not any(
            isinstance(each, list | tuple | set | frozenset | dict) for each in inner
        )
    return known(value)


def mixed(*values: object) -> UnknownPython:
    """Return what becomes of values that are not all known.

    GIVEN if all that is unknown came with the caller.
    """
    return OPEN if any(each is OPEN or isinstance(each, _THINGS) for each in _parts(list(values))) else GIVEN


def _parts(stack: list[object]) -> Iterator[object]:
    """Yield values and what they are made of, each container once."""
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        yield current
        if isinstance(current, list | tuple | set | frozenset | dict) and id(current) not in seen:
            seen.add(id(current))
            stack.extend(current.values() if isinstance(current, dict) else current)


def allows(cap: Version | None, version: Version) -> bool:
    """Tell whether a client that is pinned to a version may send another.

    The same major, no later minor one.
    """
    return cap is None or (cap[:1] == version[:1] and version[1:] <= cap[1:])
