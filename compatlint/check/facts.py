"""The closed vocabulary of facts about one cause, which rules match by equality.

`judge` fills one `Facts` for each cause; `rulebook.Rulebook.name` finds the rule. A rule that names a fact or
a value that is not listed here is an error when the rules are loaded.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Final

from compatlint.check.findings import Direction, Outcome


class Change(enum.StrEnum):
    """What the newer release did to the encoding or to the decoder."""

    INSERTED = "inserted"  # an item in front of or between items that were there
    REMOVED = "removed"  # an item, while others stay behind it
    TRUNCATED = "truncated"  # the last item is gone
    MOVED = "moved"  # the same item, at another place
    RETYPED = "retyped"  # the same item, with other bytes
    MEMBER_RETYPED = "member-retyped"  # as `retyped`, while the text of encoder and decoder is the same
    APPENDED = "appended"  # an item behind all that were there
    REGATED = "regated"  # the same items under another guard
    RENUMBERED = "renumbered"  # a version number that now means another layout
    FRAME_ADDED = "frame-added"  # raw items are now inside a frame
    FRAME_REMOVED = "frame-removed"  # a frame is gone, its items are raw
    REFRAMED = "reframed"  # a frame with another header
    VARIANT_ADDED = "variant-added"
    VARIANT_REMOVED = "variant-removed"
    BRANCH_DROPPED = "branch-dropped"  # the decoder stops understanding an older version
    SLOT_REUSED = "slot-reused"  # a dead slot has a meaning again, under the same version
    COMPAT_RAISED = "compat-raised"  # the oldest reader that the frame admits is newer
    # keyed wires: items that are found by name
    KEY_ADDED = "key-added"
    KEY_REMOVED = "key-removed"
    KEY_RENAMED = "key-renamed"
    MADE_REQUIRED = "made-required"
    NULLABLE_DROPPED = "nullable-dropped"  # null was a value, and is none
    NARROWED = "narrowed"  # fewer values are accepted
    VALIDATED = "validated"  # values are looked at that were not before: only a strange one fails
    WIDENED = "widened"  # more values are sent
    VERSION_RAISED = "version-raised"
    MAJOR_RAISED = "major-raised"
    VERSION_LOWERED = "version-lowered"
    RECORD_ADDED = "record-added"  # a whole structure, call or table
    RECORD_REMOVED = "record-removed"
    ALIAS_DROPPED = "alias-dropped"  # the item is still there, one of its names is not
    NOT_POPPED = "not-popped"  # a new item is sent to readers of versions that do not have it
    UNVERSIONED = "unversioned"  # the structure changed, its version did not
    UNGUARDED = "unguarded"  # new values go to readers that do not know them
    UNREGISTERED = (
        "unregistered"  # a structure is no longer found by its name, and nobody knows who still asks for it
    )
    NO_RELATIONSHIP = (
        "no-relationship"  # a structure is made older, and nothing says what becomes of those in it
    )
    HISTORY_CUT = (
        "history-cut"  # a version that is still recorded somewhere is no longer in the project's history
    )
    MAPPING_REMOVED = "mapping-removed"  # a release is no longer in the table of releases
    LEDGER_DIFFERS = "ledger-differs"  # the recorded fingerprint is not that of the source
    EDITED = "edited"  # a released migration is not what it was
    BASE_MOVED = "base-moved"  # migrations begin at a later state than a supported release left
    ON_STABLE = "on-stable"  # a schema change on a stable branch
    BLOCKED = "blocked"  # work is demanded that the older release cannot do
    REMOVED_EARLY = "removed-early"  # work is gone before every supported release could do it
    ANNOUNCED = "announced"  # what goes was deprecated before
    UNHEARD = "unheard"  # a message that wants no answer, and nobody listens to it any more
    AHEAD = "ahead"  # a client that does not wait for its server to be upgraded first
    DISJOINT = "disjoint"  # two ranges of versions have nothing in common
    NONE = "none"  # nothing that we could name, or nothing at all (a release against itself)


class Guard(enum.StrEnum):
    """What the item in question depends on, in the newer release."""

    NONE = "none"
    VERSION = "version"
    FEATURE = "feature"
    VALUE = "value"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Facts:
    """One cause, in the words of the rules.

    `direction` is what `towards` makes of all directions that break. `framed`: the newer encoding stands in a
    frame that carries its length, so a reader can skip what it does not know. `version_raised`: the newer
    release writes a higher version than the older one. `message`: the version travels in a header of its own.
    `keyed`: items are found by name or tag, not by position.
    """

    outcome: Outcome
    direction: str
    link: str = "disk"
    notation: str = "ceph"
    change: Change = Change.NONE
    keyed: bool = False
    framed: bool = True
    version_raised: bool = False
    guard: Guard = Guard.NONE
    message: bool = False

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the facts as text, for `Finding.facts`."""
        return tuple((each.name, _spell(getattr(self, each.name))) for each in fields(self))


KEYED: Final = (
    "versioned_objects",
    "rpc",
    "library",
    "database",
    "data_migrations",
    "options",
    "requirements",
)
NOTATIONS: Final = ("ceph", *KEYED)

VOCABULARY: Final[Mapping[str, frozenset[str | bool]]] = {
    "outcome": frozenset(str(each) for each in Outcome),
    "direction": frozenset(("upgrade", "downgrade", "both", "skip", "mixed", "self")),
    "link": frozenset(("disk", "peer")),
    "notation": frozenset(NOTATIONS),
    "change": frozenset(str(each) for each in Change),
    "keyed": frozenset((True, False)),
    "framed": frozenset((True, False)),
    "version_raised": frozenset((True, False)),
    "guard": frozenset(str(each) for each in Guard),
    "message": frozenset((True, False)),
}


def towards(breaks: Collection[Direction]) -> str:
    """Return the one word for all directions of a cause: `both` if old and new cannot read each other.

    A release that cannot read itself is `self` whatever else breaks. `mixed` and `skip` say more of an
    upgrade or a downgrade, so they count only when they stand alone.
    """
    if Direction.SELF not in breaks and {Direction.UPGRADE, Direction.DOWNGRADE} <= set(breaks):
        return "both"
    order = (Direction.SELF, Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)
    return next((str(each) for each in order if each in breaks), "self")


def _spell(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
