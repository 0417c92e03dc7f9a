"""What goes wrong with one item of a meeting."""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.vocabulary import Change, Outcome
from compatlint.wire.ir.records import Entry


@dataclass(frozen=True, slots=True)
class Clash:
    """What goes wrong with one item: `wrote` and `read` say in words what is sent and what is taken.

    `writing` and `reading` are the two sides' entries; None where a side has none. `item` is "" for the
    record itself. `change` is what the newer release did, where the clash itself tells it.
    """

    outcome: Outcome
    item: str
    wrote: str
    read: str
    writing: Entry | None = None
    reading: Entry | None = None
    change: Change | None = None
