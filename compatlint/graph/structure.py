"""The part of a codec that a graph needs, as plain values: the graphs depend on no front end and no wire."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Containing(Protocol):
    """Anything with a name that lists the names of the things that it contains."""

    @property
    def name(self) -> str:
        """Return the codec's name."""
        ...

    @property
    def uses(self) -> Iterable[str]:
        """Return the names of the codecs that this one contains."""
        ...


@dataclass(frozen=True, slots=True)
class Structure:
    """One codec in one release.

    `items` are (name, type as text), in the order of the wire. `version` is the version of the frame as text,
    "" without a frame. `uses` are the names of the codecs that it contains. `path` and `line` (from 1) are
    its place.
    """

    name: str
    version: str = ""
    items: tuple[tuple[str, str], ...] = ()
    uses: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ReleaseStructures:
    """The codecs of one release, under the name that the user gave it."""

    rev: str
    codecs: tuple[Structure, ...]
