"""What a check found: findings with their evidence, and what could not be read.

Pure values. `report/` renders them, `comparison/` adds `contained_in`, `waivers` sets `waived`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from compatlint.vocabulary import Direction, Link, Outcome, Severity
from compatlint.wire.ir.records import Fingerprints, titled
from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the byte table: what stands at `offset` (bytes; None once it depends on the content).

    `wrote` and `read` are "name type" or "" where that side has nothing; `bad` marks the rows that differ.
    """

    offset: int | None
    wrote: str
    read: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One failing meeting: `writer` and `reader` are revision names as the user wrote them.

    `world` lists the choices that it needs ("feature SERVER_MIMIC is on"), `table` what was on the wire,
    `writer_at` and `reader_at` name the components that meet ("control", "agents"; "" where that is not
    told), `why` says in one sentence how they come to.
    """

    writer: str
    reader: str
    direction: Direction
    outcome: Outcome
    world: tuple[str, ...] = ()
    table: tuple[Row, ...] = ()
    writer_at: str = ""
    reader_at: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Source lines to show with a finding.

    `text` holds the lines of `span`, `mark` the 1-based line to point at. `reads`: they belong to a decoder or
    to whatever reads.
    """

    label: str
    span: Span
    text: str
    mark: int
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a finding, with one line on why; `reads` as for `Excerpt`."""

    span: Span
    text: str
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the newer release's source: the lines of `span` become `text` (lines, each with its end).

    An empty `span` (its end before its start) inserts before its first line.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a finding, in the names and numbers of its case.

    `text` is for people, in one paragraph. `edits` are complete where there are any: applied together they are
    the fix.
    """

    text: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Waived:
    """Why and until when a finding is accepted; `where` is "comment" or the waiver file's path."""

    reason: str
    until: str | None
    where: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause, named by a rule, with every direction that it breaks.

    `facts` is the closed vocabulary that the rule matched (see `check/facts.py`), `confirmed` names objects
    of a corpus that show it. `weight` is what the rule says, `severity` what is left of it under the promise.
    `at_once`: what breaks also breaks between daemons that agree on the features that both know, if it
    travels between them. `label` is the item's name for people where `item` is a number. `kept` are the
    directions among `breaks` that the promise covers, `reason` says why the finding weighs what it weighs.
    `members` are the items of one cause that shows in many places, `fix` what mends this very case.
    """

    rule: str
    severity: Severity
    breaks: tuple[Direction, ...]
    link: Link
    notation: str
    codec: str
    item: str
    message: str
    span: Span
    evidence: tuple[Evidence, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    related: tuple[Related, ...] = ()
    contained_in: tuple[str, ...] = ()
    waived: Waived | None = None
    facts: tuple[tuple[str, str], ...] = ()
    promised: bool = True
    confirmed: tuple[str, ...] = ()
    weight: Severity = Severity.NOTE
    at_once: bool = True
    label: str = ""
    kept: tuple[Direction, ...] = ()
    reason: str = ""
    members: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def item_title(self) -> str:
        """Return the item as people read it: "hp (1)" where its key is a number."""
        return titled(self.item, self.label)

    @property
    def subject(self) -> str:
        """Return "codec.item", or the codec alone, also where its name ends with the item's ("[section]option")."""
        named = self.codec.endswith((f"]{self.item}", f".{self.item}")) or self.codec == self.item
        return f"{self.codec}.{self.item_title}" if self.item and not named else self.codec

    @property
    def fingerprint(self) -> str:
        """12 hex digits from rule, codec, item, directions and members.

        No text and no line, so that it survives edits.
        """
        key = "\0".join((self.rule, self.codec, self.item, *sorted(self.breaks), *sorted(self.members)))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Unread:
    """A codec of which something was not understood, and why.

    In a comparison it changed, or depends on something that did. `contained_in` names the structures that hold
    it, nearest first.
    """

    codec: str
    span: Span
    reason: str
    contained_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRead:
    """Changed files of one kind that no notation reads: `title` completes "31 ...", `paths` are the first of them.

    `loud`: a line that changed shows the kind, or nothing else in the range is read.
    """

    title: str
    files: int
    paths: tuple[str, ...]
    loud: bool


@dataclass(frozen=True, slots=True)
class Considered:
    """What of a range was looked at, in changed files.

    `read` are those that a notation in use reads, `excluded` those that the configuration or a PATH leaves out,
    `left_out` (folder, files) those that every notation leaves out (tests, vendored code), `not_read` those of a
    kind that writes or describes bytes and is not read, `prose` documentation and the like, `other` the rest.
    """

    changed: int = 0
    read: int = 0
    excluded: int = 0
    left_out: tuple[tuple[str, int], ...] = ()
    not_read: tuple[NotRead, ...] = ()
    prose: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether one stage of an upgrade works.

    `releases` says which release each component runs, `broken` what does not work.

    `broken` holds (fingerprint or "", codec and item); a stage without any works, as far as it was read.
    """

    stage: str
    releases: tuple[tuple[str, str], ...]
    broken: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """One side of a comparison.

    The revision as the user wrote it, and the full commit hash ("index"/"worktree" if none).
    """

    rev: str
    commit: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of a run: what every report format renders.

    `codecs` counts the codecs of the new release, `changed` those that were met, `seconds` wall time. For
    `check` (one release against itself) `old` equals `new`. `warnings` are one-line remarks about the run
    (unused waivers, expired waivers, files past a cap). `fingerprints` compares the fingerprints that a
    project keeps of its objects with those of its source (`check`, where there are any). `standings` tells
    which stages of an upgrade work, where the components of the project are known. `considered` tells what of
    the changed files was read. `left_out` counts findings that somebody chose not to see.
    """

    old: Revision
    new: Revision
    findings: tuple[Finding, ...]
    unread: tuple[Unread, ...]
    codecs: int
    changed: int
    seconds: float
    promise: str
    command: str = "diff"
    warnings: tuple[str, ...] = field(default=())
    fingerprints: Fingerprints | None = None
    standings: tuple[Standing, ...] = ()
    considered: Considered = Considered()
    left_out: int = 0
    against: tuple[Revision, ...] = ()

    @property
    def blind(self) -> bool:
        """Tell whether changed files that may hold a format were not read, and the report says so aloud."""
        return any(each.loud for each in self.considered.not_read)

    def count(self, severity: Severity) -> int:
        """Return how many findings of `severity` are not waived."""
        return sum(1 for each in self.findings if each.severity is severity and each.waived is None)
