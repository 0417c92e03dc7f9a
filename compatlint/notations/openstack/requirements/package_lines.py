"""All lines that ask for one package, and the versions of Python that they may be meant for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from packaging.requirements import Requirement

from compatlint.wire.ir.span import Span

Pythons = frozenset[str]
PYTHONS: Final[Pythons] = frozenset(
    f"{series}.{micro}"
    for series in ("2.6", "2.7", *(f"3.{minor}" for minor in range(3, 21)))
    for micro in (0, 30)
)


@dataclass(frozen=True, slots=True)
class Declared:
    """One requirement and where it stands."""

    requirement: Requirement
    span: Span


@dataclass(frozen=True)
class Group:
    """All that one distribution of a release asks of one package; `name` as the newest line spells it."""

    name: str
    folder: str
    lines: tuple[Declared, ...]

    @property
    def span(self) -> Span:
        """Return where the package is asked for first."""
        return self.lines[0].span

    @cached_property
    def text(self) -> str:
        """Return the lines as one text."""
        return " and ".join(dict.fromkeys(str(each.requirement) for each in self.lines))
