"""The keyed notations' part of the pipeline: records met by records, whatever front end lowered them.

A front end is asked only if a changed file bears its mark, so a project without its idioms pays nothing for
it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from compatlint.check.facts import KEYED
from compatlint.check.findings import Finding, Unread
from compatlint.compare.context import Context, comments_in, selected
from compatlint.compare.results_cache import Outcomes
from compatlint.vocabulary import Direction
from compatlint.wire.ir.records import Fingerprints, Lowered, Record

if TYPE_CHECKING:
    from compatlint.config import Config
    from compatlint.notations.languages.python import Blobs, Project
    from compatlint.sources.git import FileChange, Repository, Tree

_LISTS = re.compile(
    r"(^|/)[\w.-]*(requirements|constraints)[\w.-]*\.(txt|in)$|(^|/)(setup\.cfg|pyproject\.toml)$"
)


_HOMES = {"database": "compatlint.notations.sql"}


class Notation(Protocol):
    """What the module of a keyed notation offers."""

    NAME: str
    MARK: re.Pattern[bytes]  # what a file that says something in this notation holds
    HINTS: tuple[
        bytes, ...
    ]  # one of these is in whatever bears the mark, and is found much faster; () if there are none
    NEEDS: tuple[
        str, ...
    ]  # files of which a project has one if it is of this notation; () if that cannot be told

    def wants(self, path: str) -> bool:
        """Tell by a path alone whether the file may say something in this notation."""

    def lower(self, old: Project, new: Project, changed: Collection[str]) -> Lowered:
        """Return the meetings of two releases."""

    def alone(self, release: Project) -> Lowered:
        """Return the meetings of a release with itself."""


def notation(name: str) -> Notation:
    """Return a keyed notation by its name."""
    return cast(Notation, importlib.import_module(_HOMES.get(name, f"compatlint.notations.openstack.{name}")))


def notations(wanted: Sequence[str]) -> list[Notation]:
    """Return the keyed notations that a configuration asks for; all of them if it names none."""
    return [notation(name) for name in KEYED if not wanted or name in wanted]


def wants(path: str, wanted: Sequence[str]) -> bool:
    """Tell whether any keyed notation may have something to say about a file.

    Loads none for what is plainly another's.
    """
    if not path.endswith(".py") and _LISTS.search(path) is None:
        return False
    return any(each.wants(path) for each in notations(wanted))


def run(scene: Context, changed: Sequence[FileChange]) -> Outcomes:
    """Return what the keyed notations find in a range."""
    contents = scene.repository.read(
        blob for change in changed for blob in (change.old, change.new) if blob is not None
    )
    asked = _asked(scene, changed, contents)
    comments = comments_in(changed, contents)
    if not asked:
        return Outcomes((), (), 0, 0, comments=comments)
    from compatlint.notations.languages.python import Blobs

    blobs = Blobs()
    old, new = _project(scene.repository, scene.old, blobs), _project(scene.repository, scene.new, blobs)
    lowered = []
    for index, (each, paths) in enumerate(asked):
        scene.tell(index, len(asked), each.NAME.replace("_", " "))
        lowered.append((each.NAME, each.lower(old, new, paths)))
    found = _judged(scene, lowered)
    lost = _lost(
        scene, (old, new), [each for each, _ in asked], lambda path: selected(path, scene.config, ())
    )
    return replace(found, unread=(*found.unread, *lost), comments=comments)


def alone(scene: Context, paths: Sequence[str]) -> Outcomes:
    """Return what the keyed notations find in one release by itself."""
    wanted = notations(scene.config.notations)
    files = {path: blob for path, blob in scene.new.files().items() if selected(path, scene.config, paths)}
    if not any(each.wants(path) for each in wanted for path in files if path.endswith(".py")):
        return Outcomes((), (), 0, 0)
    release = _project(scene.repository, scene.new)
    lowered = [(each.NAME, _within(each.alone(release), files)) for each in wanted]
    found = _judged(scene, lowered)
    return replace(
        found, unread=(*found.unread, *_lost(scene, (release,), wanted, lambda path: path in files))
    )


def records(repository: Repository, tree: Tree, config: Config) -> list[tuple[str, str, Record]]:
    """Return (notation, link, record) for every record of a release, as its writers have it."""
    release = _project(repository, tree)
    found: dict[tuple[str, str], tuple[str, str, Record]] = {}
    for each in notations(config.notations):
        for meeting in each.alone(release).meetings:
            record = meeting.reader or meeting.writer
            if record is not None:
                found.setdefault((each.NAME, record.name), (each.NAME, meeting.link, record))
    return list(found.values())


def _asked(
    scene: Context, changed: Sequence[FileChange], contents: Mapping[str, bytes]
) -> list[tuple[Notation, list[str]]]:
    """Return the notations that have something to say, each with the changed files that bear its mark."""
    found = []
    for each in notations(scene.config.notations):
        if each.NEEDS and not any(path in scene.new.files() for path in each.NEEDS):
            continue
        marked = [
            change.path
            for change in changed
            if each.wants(change.path)
            and any(_marked(each, contents.get(blob or "", b"")) for blob in (change.old, change.new))
        ]
        if marked:
            found.append((each, marked))
    return found


def _marked(notation: Notation, text: bytes) -> bool:
    """Tell whether a text bears the mark of a notation."""
    hinted = not notation.HINTS or any(hint in text for hint in notation.HINTS)
    return hinted and notation.MARK.search(text) is not None


def _project(repository: Repository, tree: Tree, blobs: Blobs | None = None) -> Project:
    from compatlint.notations.languages.python import Project

    return Project(tree.commit, tree.files(), repository.read, blobs)


def _lost(
    scene: Context, releases: Sequence[Project], asked: Sequence[Notation], wanted: Callable[[str], bool]
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
        if any(each.wants(path) and _marked(each, release.source(path) or b"") for each in asked):
            yield Unread(path, Span(scene.new.commit, path, 1, 1), reason)


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


def _judged(scene: Context, lowered: Sequence[tuple[str, Lowered]]) -> Outcomes:
    """Let the meetings take place and name what goes wrong in them."""
    from compatlint.check.keyed.causes import gather
    from compatlint.check.keyed.findings import judge_keyed

    findings: list[Finding] = []
    unread: list[Unread] = []
    codecs, met = 0, set()
    prints: Fingerprints | None = None
    early: list[Finding] = []
    court = scene.court()
    for name, each in lowered:
        codecs += each.codecs
        met |= {(name, meeting.name) for meeting in each.meetings}
        unread.extend(Unread(missing.codec, missing.span, missing.reason) for missing in each.missing)
        findings.extend(
            found for cause in gather(each.meetings) if (found := judge_keyed(court, cause)) is not None
        )
        ahead = [
            replace(meeting, directions=(Direction.MIXED,))
            for meeting in each.meetings
            if not meeting.directions
        ]
        early.extend(found for cause in gather(ahead) if (found := judge_keyed(court, cause)) is not None)
        prints = each.fingerprints or prints
    return Outcomes(tuple(findings), tuple(unread), codecs, len(met), prints, tuple(early))
