"""The two meetings of a structure that both releases write and read: each one's record with the other's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Meeting, Record

# In which directions the newer release reads the older one's record, and the older release the newer one's.
NEWER_READS: Final[Mapping[Link, tuple[Direction, ...]]] = {
    Link.DISK: (Direction.UPGRADE, Direction.SKIP),
    Link.PEER: (Direction.MIXED,),
}
OLDER_READS: Final[Mapping[Link, tuple[Direction, ...]]] = {
    Link.DISK: (Direction.DOWNGRADE,),
    Link.PEER: (Direction.MIXED,),
}


@dataclass(frozen=True, slots=True)
class Sides:
    """What one release writes and reads of a structure; None where it has no such side.

    A schema is both: `Sides(record, record)`.
    """

    writes: Record | None
    reads: Record | None


def both_ways(
    notation: str,
    link: Link,
    old: Sides,
    new: Sides,
    *,
    adapts: bool = False,
    parties: tuple[str, str] = ("", ""),
    change: Change | None = None,
    why: tuple[str, str] = ("", ""),
) -> tuple[Meeting, ...]:
    """Return how the older release reads the newer one's record, then how the newer one reads the older one's.

    A meeting with a missing side is left out: a codec that only one release has meets nobody. What the older
    release does with its own record is no break (`Meeting.was`). `adapts` is said of the newer writer;
    `parties` are the components that write and read, `why` holds one sentence for each meeting, in that order.
    """
    found = []
    if new.writes is not None and old.reads is not None:
        found.append(
            Meeting(
                notation,
                link,
                OLDER_READS[link],
                new.writes,
                old.reads,
                "writer",
                old.writes,
                adapts,
                parties,
                change,
                why[0],
            )
        )
    if old.writes is not None and new.reads is not None:
        found.append(
            Meeting(
                notation,
                link,
                NEWER_READS[link],
                old.writes,
                new.reads,
                "reader",
                old.reads,
                False,
                parties,
                change,
                why[1],
            )
        )
    return tuple(found)


def self_meeting(notation: str, link: Link, own: Sides, why: str = "") -> Meeting:
    """Return how a release reads what it wrote itself."""
    return Meeting(notation, link, (Direction.SELF,), own.writes, own.reads, "reader", why=why)
