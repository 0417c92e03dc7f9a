"""The keyed wire: items that are found by name, not by position, and who sends them to whom.

A versioned object, a remote call, a row of a table, a configuration file and a list of requirements are all
records: entries by key, a version or none, and a way to treat what is not known. A `Meeting` sets a writer's
record against a reader's; `check/keyed/meet.py` tells what goes wrong in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.span import Span

Version = tuple[int, ...]
Extra = Literal["dropped", "kept", "rejected"]
FitKind = Literal["same", "promoted", "narrowed", "misread", "rejected", "unread"]


def titled(key: str, label: str) -> str:
    """Return a key with its name for people: "hp (1)", or the key alone."""
    return f"{label} ({key})" if label else key


@dataclass(frozen=True, slots=True)
class Domain:
    """Which values an item takes; None stands for no limit.

    `values` are listed ones, as the source spells them; `least` and `most` bound a number, `length` a text.
    `choice`: writer and reader get along if they have one value in common (two ranges of a dependency's
    versions); otherwise a reader must take every value that a writer may send.
    """

    values: frozenset[str] | None = None
    least: int | None = None
    most: int | None = None
    length: int | None = None
    choice: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One item by its key.

    `type` is spelled as the notation normalises it: two equal texts are the same wire, "" is any. `required`:
    a reader cannot do without it, a writer never leaves it out. `nullable`: it may be null. `aliases`: other
    keys under which a reader finds it. A writer that adapts to its reader leaves the entry out below version
    `since`, and gives up rather than send its newest values below version `guarded`. `holds` names the record
    within. `label` is the name for people where the key is a number.

    `always`: a writer never leaves it out. `default`: what a reader takes it for where it was left out, as the
    notation normalises it. `group`: entries of one group shut each other out, a reader keeps the last.
    `retired`: the source says that nobody shall use it any more. `wire` is the notation's own idea of the type,
    for its `Relation`.
    """

    key: str
    span: Span
    type: str = ""
    required: bool = False
    nullable: bool = True
    domain: Domain = Domain()
    since: Version | None = None
    guarded: Version | None = None
    aliases: tuple[str, ...] = ()
    holds: str = ""
    label: str = ""
    always: bool = True
    default: str | None = None
    group: str = ""
    retired: bool = False
    wire: object = field(default=None, compare=False)

    @property
    def title(self) -> str:
        """Return the entry as people read it: "hp (1)" where its key is a number."""
        return titled(self.key, self.label)


@dataclass(frozen=True, slots=True)
class Fit:
    """What a reader of one type makes of what a writer of another one sends.

    `same` bytes and values; `promoted`: other values, all of which the reader takes; `narrowed`: it takes them
    and may cut some short; `misread`: it takes them for something else; `rejected`: it takes none; `unread`: that
    cannot be told. `wrote` and `read` say so in words, "" for the types as they are spelled.
    """

    kind: FitKind
    wrote: str = ""
    read: str = ""


Relation = Callable[[Entry, Entry], Fit]  # of a writer's entry and a reader's


@dataclass(frozen=True, slots=True)
class Record:
    """One side's idea of a structure.

    `version`: the one that is written, or the newest that is read (same major, up to this minor); None: there
    is none. `oldest`: the lowest version that a reader takes or that an adapting writer can still write;
    None: any of the same major. `extra`: what a reader does with keys it does not know: they are `dropped`
    (lost), `kept` where they are (columns that nobody selects), or `rejected` (an unexpected argument).
    `reserved` are numbers, from and to, that shall never be used again. `unwritten`: values equal to their
    default are left out, so that both sides must have the same one.
    """

    name: str
    span: Span
    entries: tuple[Entry, ...] = ()
    version: Version | None = None
    oldest: Version | None = None
    extra: Extra = "dropped"
    reserved: tuple[tuple[int, int], ...] = ()
    unwritten: bool = False
    _index: dict[str, Entry] = field(default_factory=dict, init=False, compare=False, repr=False)

    def entry(self, key: str) -> Entry | None:
        """Return the entry that is found under a key, an alias included."""
        if not self._index:
            for each in self.entries:
                for name in (each.key, *each.aliases):
                    self._index.setdefault(name, each)
        return self._index.get(key)

    def reserves(self, key: str) -> bool:
        """Tell whether a number shall never be used again."""
        return any(first <= int(key) <= last for first, last in self.reserved)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A writer's record and a reader's, in the directions that this happens.

    `writer` None: nothing is sent. `reader` None: nobody takes it any more. `newer` tells which of the two
    the newer release brings; `was` is what the older release has in its place (None: nothing): what went
    wrong there already, no change broke. `adapts`: the writer writes for its reader's version (it backlevels
    an object, it pins a call). `parties` are the components that write and read ("control", "agents",
    "database"), "" where that is not told. Without directions a meeting breaks no promise: it only tells
    which stages of an upgrade work (new code over a database that was not migrated yet). `change` says what
    happened where the front end knows it better than a comparison of records can (None: it does not);
    `why` is one sentence for the report: how these two come to meet. `fits` compares types; without it, two
    equal spellings are the same. `unstable`: the source says that it may change at any time.
    """

    notation: str
    link: Link
    directions: tuple[Direction, ...]
    writer: Record | None
    reader: Record | None
    newer: Literal["writer", "reader"]
    was: Record | None = None
    adapts: bool = False
    parties: tuple[str, str] = ("", "")
    change: Change | None = None
    why: str = ""
    fits: Relation | None = None
    unstable: bool = False

    @property
    def name(self) -> str:
        """Return the name of the codec."""
        record = self.writer if self.newer == "writer" else self.reader
        record = record or self.writer or self.reader or self.was
        return record.name if record is not None else ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a front end could not read, and why."""

    codec: str
    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """How the fingerprints that a project records compare with those computed from its source.

    `mismatch` and `unread` name the objects; every recorded one is reproduced, a mismatch, or unread.
    """

    recorded: int = 0
    reproduced: int = 0
    mismatch: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a keyed front end made of two releases (or of one).

    `codecs` counts the records of the newer release.
    """

    meetings: tuple[Meeting, ...] = ()
    missing: tuple[Missing, ...] = ()
    codecs: int = 0
    fingerprints: Fingerprints | None = None
