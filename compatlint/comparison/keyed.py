"""The keyed notations' part of the pipeline: records met by records, whatever front end lowered them.

A front end is asked only if a changed file bears its mark, so a project without its idioms pays nothing for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from compatlint.check.findings import Finding, Unread
from compatlint.comparison.context import PairContext, comments_in, selected
from compatlint.comparison.results_cache import Outcomes
from compatlint.faults import attempt
from compatlint.notations.notation import Keyed
from compatlint.sources.release import Memory, Release
from compatlint.vocabulary import Direction
from compatlint.wire.ir.records import Fingerprints, Lowered, Missing, Record

if TYPE_CHECKING:
    from compatlint.sources.git import FileChange, Repository, Tree


def run(context: PairContext, notations: Sequence[Keyed], changed: Sequence[FileChange]) -> Outcomes:
    """Return what some keyed notations find in a range."""
    read = context.repository.read if context.shared is None else context.shared.contents
    contents = read(blob for change in changed for blob in (change.old, change.new) if blob is not None)
    asked = _asked(context, notations, changed, contents)
    comments = comments_in(changed, contents)
    if not asked:
        return Outcomes((), (), 0, 0, comments=comments)
    if context.shared is not None:
        old, new = (context.shared.release(tree) for tree in (context.old, context.new))
    else:
        memory = Memory()
        old, new = (Release.of(tree, context.repository.read, memory) for tree in (context.old, context.new))
    lowered = []
    for index, (each, paths) in enumerate(asked):
        context.tell(index, len(asked), each.name.replace("_", " "))
        lose = partial(_failed, context, paths)
        lowered.append((each.name, attempt(partial(each.lower, old, new, paths), lose)))
    found = _judged(context, lowered)
    lost = _lost(
        context, (old, new), [each for each, _ in asked], lambda path: selected(path, context.config, ())
    )
    mine = [
        paths for (_, paths), (_, each) in zip(asked, lowered, strict=True) if each.codecs or each.missing
    ]
    seen = tuple(dict.fromkeys(path for paths in mine for path in paths))
    return replace(found, unread=(*found.unread, *lost), comments=comments, found=seen)


def alone(context: PairContext, notations: Sequence[Keyed], paths: Sequence[str]) -> Outcomes:
    """Return what some keyed notations find in one release by itself."""
    files = {
        path: blob for path, blob in context.new.files().items() if selected(path, context.config, paths)
    }
    mine = [each for each in notations if any(map(each.wants, files))]
    if not mine:
        return Outcomes((), (), 0, 0)
    release = Release.of(context.new, context.repository.read)
    lowered = [
        (each.name, _within(attempt(partial(each.alone, release), partial(_failed, context, wanted)), files))
        for each in mine
        if (wanted := list(filter(each.wants, files)))
    ]
    found = _judged(context, lowered)
    lost = _lost(context, (release,), mine, lambda path: path in files)
    return replace(found, unread=(*found.unread, *lost))


def records(repository: Repository, tree: Tree, notations: Sequence[Keyed]) -> list[tuple[str, str, Record]]:
    """Return (notation, link, record) for every record of a release, as its writers have it."""
    return records_of(Release.of(tree, repository.read), notations)


def records_of(release: Release, notations: Sequence[Keyed]) -> list[tuple[str, str, Record]]:
    """Return the same of a release that front ends see already."""
    found: dict[tuple[str, str], tuple[str, str, Record]] = {}
    for each in notations:
        if not any(map(each.wants, release.files)):
            continue
        for meeting in each.alone(release).meetings:
            record = meeting.reader or meeting.writer
            if record is not None:
                found.setdefault((each.name, record.name), (each.name, meeting.link, record))
    return list(found.values())


def _asked(
    context: PairContext,
    notations: Sequence[Keyed],
    changed: Sequence[FileChange],
    contents: Mapping[str, bytes],
) -> list[tuple[Keyed, list[str]]]:
    """Return the notations that have something to say, each with the changed files that bear its mark."""
    found = []
    for each in notations:
        if each.needs and not any(path in context.new.files() for path in each.needs):
            continue
        marked = [
            change.path
            for change in changed
            if each.wants(change.path)
            and any(each.marks.found_in(contents.get(blob or "", b"")) for blob in (change.old, change.new))
        ]
        if marked:
            found.append((each, marked))
    return found


def _lost(
    context: PairContext, releases: Sequence[Release], asked: Sequence[Keyed], wanted: Callable[[str], bool]
) -> Iterator[Unread]:
    """Yield the files that could not be parsed and may say something in a notation, changed or not.

    Others may need them.
    """
    from compatlint.wire.ir.span import Span

    failed = {
        path: (release, reason)
        for release in releases
        for path, reason in release.failed.items()
        if wanted(path)
    }
    for path, (release, reason) in sorted(failed.items()):
        if any(each.wants(path) and each.marks.found_in(release.source(path) or b"") for each in asked):
            yield Unread(path, Span(context.new.commit, path, 1, 1), reason)


def _failed(context: PairContext, paths: Sequence[str], reason: str) -> Lowered:
    """Return that a notation could make nothing of some files."""
    from compatlint.wire.ir.span import Span

    return Lowered(
        missing=tuple(Missing(path, Span(context.new.commit, path, 1, 1), reason) for path in paths)
    )


def _within(lowered: Lowered, paths: Collection[str]) -> Lowered:
    """Return the meetings of which one side stands in `paths`, and what is missing there."""
    sides = ((meeting, (meeting.writer, meeting.reader, meeting.was)) for meeting in lowered.meetings)
    meetings = tuple(
        meeting
        for meeting, some in sides
        if any(each is not None and each.span.path in paths for each in some)
    )
    missing = tuple(each for each in lowered.missing if each.span.path in paths)
    left = len(lowered.meetings) - len(meetings)
    return replace(
        lowered,
        meetings=meetings,
        missing=missing,
        codecs=len({each.name for each in meetings}) if left else lowered.codecs,
    )


def _judged(context: PairContext, lowered: Sequence[tuple[str, Lowered]]) -> Outcomes:
    """Let the meetings take place and name what goes wrong in them."""
    from compatlint.check.keyed.causes import causes_of
    from compatlint.check.keyed.findings import keyed_finding_of

    findings: list[Finding] = []
    unread: list[Unread] = []
    codecs, met = 0, set()
    prints: Fingerprints | None = None
    early: list[Finding] = []
    how = context.finding_context()
    for name, each in lowered:
        codecs += each.codecs
        met |= {(name, meeting.name) for meeting in each.meetings}
        unread.extend(Unread(missing.codec, missing.span, missing.reason) for missing in each.missing)
        findings.extend(
            found for cause in causes_of(each.meetings) if (found := keyed_finding_of(how, cause)) is not None
        )
        ahead = [
            replace(meeting, directions=(Direction.MIXED,))
            for meeting in each.meetings
            if not meeting.directions
        ]
        early.extend(
            found for cause in causes_of(ahead) if (found := keyed_finding_of(how, cause)) is not None
        )
        prints = each.fingerprints or prints
    unread.extend(_cut(findings))
    return Outcomes(tuple(findings), tuple(unread), codecs, len(met), prints, tuple(early))


def _cut(findings: Sequence[Finding]) -> Iterator[Unread]:
    """Yield the records of which not every clash is listed."""
    from compatlint.check.keyed.meet import MOST

    counts = Counter((each.notation, each.codec) for each in findings)
    first = {(each.notation, each.codec): each for each in reversed(findings)}
    for key, count in counts.items():
        if count >= MOST:
            yield Unread(first[key].codec, first[key].span, f"{MOST} of its items break; more are not listed")
