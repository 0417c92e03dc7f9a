"""Whom a revision must get along with besides the one release that it is compared with.

Its successors, who will one day read what it writes; the last releases of all living series; and nobody at all
where what changed was never released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from compatlint.check.findings import Comparison, Evidence, Finding, Related
from compatlint.comparison.context import version_at
from compatlint.errors import UsageError, suggest
from compatlint.promise import Promise, Version, version_of
from compatlint.releases.attribution import blamed, origin, patches
from compatlint.releases.series import Series, branch_of, living
from compatlint.sources.git import Tree
from compatlint.vocabulary import Direction, Severity

if TYPE_CHECKING:
    from compatlint.sources.git import Repository
    from compatlint.sources.git.tagged import TaggedCommit

Compare = Callable[[Tree, Tree], Comparison]
_FORWARD = (Direction.UPGRADE, Direction.SKIP)
_ORDER = tuple(Severity)
UNRELEASED = "only a note: no release has what changed here"


def living_releases(
    repository: Repository,
    series: Sequence[Series],
    promise: Promise,
    head: Tree,
    *,
    since: str = "",
    against: Sequence[str] = (),
) -> list[TaggedCommit]:
    """Return the last release of every series that a revision must get along with, oldest first.

    `since` leaves out releases before a tag or a date (YYYY-MM-DD); `against` names the series that count,
    whatever the promise says. Releases that are the revision itself are left out.
    """
    names = [each.name for each in series]
    for name in against:
        if name not in names:
            raise UsageError(f"no series is called {name!r}{suggest(name, names)}")
    wanted = (
        [each for each in series if each.name in against]
        if against
        else living(series, promise, version_of_line(repository, series, head))
    )
    first = _date(series, since) if since else ""
    found = [each.last for each in wanted if each.last.date >= first]
    return [each for each in found if each.commit != head.commit]


def version_of_line(repository: Repository, series: Sequence[Series], head: Tree) -> Version | None:
    """Return the version that stands for a revision among the releases.

    On a stable branch that of the last release it reaches; on the line of development the major release after
    all that have a stable series there already.
    """
    own = version_at(repository, head)
    commit = head.commit if len(head.commit) >= 40 else repository.resolve("HEAD")
    if own is None or branch_of(repository, commit, series):
        return own
    stable = [each.first.key[0][0] for each in series if each.stable and each.first.final]
    following = max((each for each in stable if each - own[0] in (0, 1)), default=own[0] - 1) + 1
    return (following, 0, 0) if following > own[0] else own


def standing_for(tree: Tree, version: Version | None) -> Tree:
    """Return a tree that counts as a release of a version, whatever its name says."""
    return Tree(tree.rev, tree.commit, tree.key, tree.files, version)


def with_others(found: Comparison, others: Iterable[Comparison], *, forward: bool = False) -> Comparison:
    """Return a comparison with what others found, too: one finding for one cause, whoever shows it.

    `forward`: only that the newer side of the others cannot read what their older side writes.
    """
    findings = list(found.findings)
    unread = {each.codec: each for each in found.unread}
    warnings = dict.fromkeys(found.warnings)
    against = list(found.against)
    for other in others:
        against.append(other.new if forward else other.old)
        for each in other.findings:
            mine = _forward(each, other) if forward else each
            if mine is not None:
                _join(findings, mine)
        for lost in other.unread:
            unread.setdefault(lost.codec, lost)
        warnings.update(dict.fromkeys(other.warnings))
    findings.sort(key=lambda each: (_ORDER.index(each.severity), each.span.path, each.span.line, each.codec))
    return replace(
        found,
        findings=tuple(findings),
        unread=tuple(unread.values()),
        warnings=tuple(warnings),
        against=tuple(against),
    )


def _forward(finding: Finding, compared: Comparison) -> Finding | None:
    """Return a finding as far as the newer side fails to read, None if it does not."""
    reader = compared.new.rev
    evidence = tuple(each for each in finding.evidence if each.reader == reader)
    shown = {each.direction for each in evidence}
    breaks = tuple(each for each in finding.breaks if each in _FORWARD or each in shown)
    if not set(breaks) & {*_FORWARD, Direction.MIXED}:
        return None
    kept = tuple(each for each in finding.kept if each in breaks)
    return replace(finding, breaks=breaks, kept=kept, evidence=evidence or finding.evidence)


def _join(findings: list[Finding], finding: Finding) -> None:
    """Add a finding, or what it shows to the one of the same cause."""
    for index, each in enumerate(findings):
        if (each.rule, each.codec, each.item) != (finding.rule, finding.codec, finding.item):
            continue
        heavier = min(each, finding, key=lambda one: _ORDER.index(one.severity))
        findings[index] = replace(
            heavier,
            breaks=_ordered((*each.breaks, *finding.breaks)),
            kept=_ordered((*each.kept, *finding.kept)),
            evidence=_distinct((*each.evidence, *finding.evidence)),
            related=tuple(dict.fromkeys((*each.related, *finding.related))),
        )
        return
    findings.append(finding)


def _ordered(directions: Iterable[Direction]) -> tuple[Direction, ...]:
    known = set(directions)
    return tuple(each for each in Direction if each in known)


def _distinct(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    found: dict[tuple[str, str, Direction], Evidence] = {}
    for each in evidence:
        found.setdefault((each.writer, each.reader, each.direction), each)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Successors:
    """The question of what later releases make of a range's newer side."""

    repository: Repository
    old: Tree
    new: Tree
    compare: Compare

    def read(self, found: Comparison, readers: Sequence[Tree]) -> Comparison:
        """Return a comparison of the range with what its successors cannot read of the newer side.

        Each finding says whether the older side writes it so already, and where a backport came from.
        """
        compared = [(reader, self.compare(self.new, reader)) for reader in readers]
        more: list[Comparison] = []
        for reader, each in compared:
            mine = [one for one in (_forward(finding, each) for finding in each.findings) if one is not None]
            heavy = any(one.severity is not Severity.NOTE for one in mine)
            before = self.compare(self.old, reader) if heavy else None
            told = tuple(self._told(one, reader, before) for one in mine)
            more.append(replace(each, findings=told, warnings=()))
        return with_others(found, more, forward=True)

    def _told(self, finding: Finding, reader: Tree, before: Comparison | None) -> Finding:
        if finding.severity is Severity.NOTE:
            return finding
        also = any(
            each.codec == finding.codec and set(each.breaks) & {*_FORWARD, Direction.MIXED}
            for each in (before.findings if before is not None else ())
        )
        if also:
            text = f"{self.old.rev} writes it so already, and {reader.rev} cannot read that either"
            return replace(finding, related=(*finding.related, Related(finding.span, text)))
        return replace(finding, related=(*finding.related, *self._made(finding, reader)))

    def _made(self, finding: Finding, reader: Tree) -> list[Related]:
        """Return the commits of the range that speak of an item, and where they were picked from."""
        paths = [finding.span.path, *(each.span.path for each in finding.related)]
        paths = [path for path in dict.fromkeys(paths) if path]
        if len(self.old.commit) < 40 or len(self.new.commit) < 40:
            return []
        mine = patches(self.repository, self.new.commit, self.old.commit, paths)
        speaking = blamed(mine, finding.item or finding.codec) or blamed(mine, "version") or mine
        silent = [each for each in speaking if not each.note.picked_from]
        elsewhere = (
            patches(self.repository, reader.commit, self.new.commit, paths)
            if silent and len(reader.commit) >= 40
            else []
        )
        found = []
        for each in speaking[:3]:
            come = origin(each, elsewhere)
            source = f", {come.how} from {come.commit[:12]}" if come is not None else ""
            text = f"made by {each.note.commit[:12]} ({each.note.date}, {each.note.title}){source}"
            found.append(Related(finding.span, text))
        return found


def unreleased_is_free(
    repository: Repository, found: Comparison, sides: tuple[Tree, Tree], compare: Compare
) -> Comparison:
    """Return a comparison in which a break of what was never released is a note.

    Where no release has the older side, what breaks between it and the newer one counts only if the last
    release before it breaks, too.
    """
    old, new = sides
    heavy = [each for each in found.findings if each.severity is not Severity.NOTE and each.waived is None]
    if (
        not heavy
        or len(old.commit) < 40
        or version_of(old.rev) is not None
        or repository.tags_with(old.commit)
    ):
        return found
    last = repository.last_release_tag(old.commit)
    if last is None:
        return found
    released = compare(repository.tree(last), new)
    kept = {each.codec for each in released.findings if each.severity is not Severity.NOTE}
    findings = tuple(
        replace(each, severity=Severity.NOTE, promised=False, kept=(), reason=UNRELEASED)
        if each in heavy and each.codec not in kept
        else each
        for each in found.findings
    )
    return replace(found, findings=findings)


def _date(series: Sequence[Series], since: str) -> str:
    """Return the date that a tag or a text means."""
    for each in series:
        for one in each.releases:
            if one.tag == since:
                return one.date
    if len(since) == 10 and since[4] == since[7] == "-" and since.replace("-", "").isdigit():
        return since
    raise UsageError(f"--since takes a release tag or a date such as 2019-06-03, and {since!r} is neither")
