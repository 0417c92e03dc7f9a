"""Relations between types as tables: what a reader of one type makes of what a writer of another one sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from compatlint.wire.ir.records import Fit, FitKind

SAME: Final = Fit("same")
PROMOTED: Final = Fit("promoted")
UNREAD: Final = Fit("unread")
_ORDER: Final = ("same", "promoted", "narrowed", "unread", "misread", "rejected")


@dataclass(frozen=True, slots=True)
class FitTable:
    """A relation between names of types: `pairs` by (writer, reader), `others` for every other two."""

    pairs: Mapping[tuple[str, str], FitKind]
    others: FitKind = "rejected"

    def fit(self, writer: str, reader: str) -> Fit:
        """Return what a reader makes of a type; two equal names are the same."""
        if writer == reader:
            return SAME
        return Fit(self.pairs.get((writer, reader), self.others), writer, reader)


def rows(kind: FitKind, *pairs: str) -> dict[tuple[str, str], FitKind]:
    """Return rows of a table from texts such as "int32 > int64 uint64": a writer, and the readers of that kind."""
    found: dict[tuple[str, str], FitKind] = {}
    for each in pairs:
        writer, _, readers = each.partition(" > ")
        found.update({(writer, reader): kind for reader in readers.split()})
    return found


def worst(fits: Iterable[Fit]) -> Fit:
    """Return the fit that counts where several hold at once; the first of equal ones, SAME if there is none."""
    return max(fits, key=lambda each: _ORDER.index(each.kind), default=SAME)


def breaks(fit: Fit) -> bool:
    """Tell whether a reader cannot do with what it is sent."""
    return fit.kind in ("misread", "rejected")
