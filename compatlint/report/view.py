"""How much of a comparison a report shows, and how wide: asked for on the command line, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class View:
    """What a reader wants to see.

    `full`: every finding in detail; otherwise a list, and details for a few. `least`: the lowest severity that
    was asked for, None for what the format shows by default. `verbose`: every codec that could not be read.
    `width` is in columns. `pages` is the address of the documentation, "" for no links.
    """

    full: bool = False
    least: Severity | None = None
    verbose: bool = False
    quiet: bool = False
    color: bool = False
    width: int = 80
    pages: str = ""

    @property
    def notes(self) -> bool:
        """Tell whether notes were asked for."""
        return self.least is Severity.NOTE


ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
PLAIN = View()
