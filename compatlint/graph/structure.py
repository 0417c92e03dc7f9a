"""What a graph needs to know of a codec.

Plain values, so that the graphs depend on no front end and no wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Containing(Protocol):
    """Anything with a name that says which other named things it contains."""

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
    """One codec in one release: `items` in the order of the wire, as (name, type as text).

    `version` is the frame's version as text, "" where there is no frame; `uses` names the codecs that it
    contains.
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
