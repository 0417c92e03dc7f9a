"""The closed vocabularies that every layer shares: who meets whom, over which link, and what became of it.

Nothing of ours stands below this module. Members are text (`enum.StrEnum`): a member equals its value, and reports
print it as it is.
"""

from __future__ import annotations

import enum


class Direction(enum.StrEnum):
    """Who reads whom; see the glossary in CONTRIBUTING. Reports name directions in this order."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    MIXED = "mixed"
    SKIP = "skip"
    SELF = "self"


class Link(enum.StrEnum):
    """How bytes get from a writer to its reader."""

    DISK = "disk"  # they outlive the process
    PEER = "peer"  # they travel between running daemons


class Outcome(enum.StrEnum):
    """The result of one meeting."""

    MISREAD = "misread"
    OVERREAD = "overread"
    ABSENT = "absent"
    REJECTED = "rejected"
    REFUSED = "refused"
    LEFTOVER = "leftover"
    DROPPED = "dropped"
    UNREAD = "unread"


class Severity(enum.StrEnum):
    """How much a finding weighs: `error` fails the run by default."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


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
    RENUMBERED = "renumbered"  # a number that now means something else: a version, a field
    FRAME_ADDED = "frame-added"  # raw items are now inside a frame
    FRAME_REMOVED = "frame-removed"  # a frame is gone, its items are raw
    REFRAMED = "reframed"  # a frame with another header
    VARIANT_ADDED = "variant-added"
    VARIANT_REMOVED = "variant-removed"
    BRANCH_DROPPED = "branch-dropped"  # the decoder stops understanding an older version
    SLOT_REUSED = "slot-reused"  # a dead slot has a meaning again, under the same version
    COMPAT_RAISED = "compat-raised"  # the oldest reader that the frame admits is newer
    DECLARED_BEHIND = "declared-behind"  # the decoder declares an older version than the encoder writes
    DECLARED_AHEAD = "declared-ahead"  # the decoder declares a newer version than the encoder writes
    # keyed wires: items that are found by name
    KEY_ADDED = "key-added"
    KEY_REMOVED = "key-removed"
    KEY_RENAMED = "key-renamed"
    MADE_REQUIRED = "made-required"
    MADE_OPTIONAL = "made-optional"  # it may be left out, and never was
    DEFAULT_CHANGED = "default-changed"  # what was left out is taken for something else
    GROUPED = "grouped"  # items of which all were sent are now such that one shuts out the other
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
    UNREGISTERED = "unregistered"  # no longer found by its name, and nobody knows who still asks for it
    NO_RELATIONSHIP = "no-relationship"  # backported, and nothing says what becomes of the structures in it
    HISTORY_CUT = "history-cut"  # a version that is still recorded is no longer in the project's history
    FORKED = "forked"  # two migrations of which neither comes after the other, or one that comes after none
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
