"""Meetings of schemas: each release's record with the other's, in both directions.

A schema does not say whether its bytes are kept or sent. So every direction is judged: the newer release may read
what the older one left behind or sends, and the older one what the newer one does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Meeting, Record, Relation

NEWER_READS: Final = (Direction.UPGRADE, Direction.MIXED, Direction.SKIP)
OLDER_READS: Final = (Direction.DOWNGRADE, Direction.MIXED)


def meetings(
    notation: str,
    old: Record,
    new: Record,
    fits: Relation | None = None,
    *,
    link: Link = Link.DISK,
    changes: tuple[Change | None, Change | None] = (None, None),
    unstable: bool = False,
) -> Iterator[Meeting]:
    """Yield how the newer release reads the older one's record, and the older release the newer one's.

    Only a newer reader can reuse what was freed, so only it is told of items that it does not know (`dropped`):
    an older one cannot know what is new. `changes` says what happened where the records do not tell: to what the
    newer release reads, and to what it writes.
    """
    older, newer = (replace(each, extra="kept") if each.extra == "dropped" else each for each in (old, new))
    yield Meeting(
        notation, link, NEWER_READS, old, new, "reader", old, change=changes[0], fits=fits, unstable=unstable,
    )  # fmt: skip
    yield Meeting(
        notation, link, OLDER_READS, newer, older, "writer", older, change=changes[1], fits=fits, unstable=unstable,
    )  # fmt: skip


def gone(notation: str, old: Record, *, link: Link = Link.PEER, unstable: bool = False) -> Meeting:
    """Return that the newer release no longer takes what the older one sends."""
    directions = NEWER_READS if link is Link.DISK else NEWER_READS[:2]
    return Meeting(notation, link, directions, old, None, "reader", old, unstable=unstable)


def alone(notation: str, record: Record, fits: Relation | None = None, link: Link = Link.DISK) -> Meeting:
    """Return how a release reads what it wrote itself."""
    return Meeting(notation, link, (Direction.SELF,), record, record, "reader", fits=fits)
