"""How the migrations of two releases hang together.

Does the newer one know in which state the older one left a database.

A database remembers the last migration that it has seen. A release that does not know that one cannot go on
from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Project
from compatlint.notations.sql.scripts import FOLDER, MIGRATE, Script, heads, highest
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Meeting, Record
from compatlint.wire.ir.span import Span

NAME: Final = "database"
LEGACY: Final = (
    "legacy_migrations"  # what sqlalchemy-migrate ran, seen from a release that has moved to alembic
)
_FORWARD: Final = (Direction.UPGRADE, Direction.SKIP)
_BRIDGE = re.compile(
    rb"\bmigrate\.versioning\b|^[ \t]*(?:from|import) migrate\b|migrate_version|sqlalchemy\.migration\b"
    rb"|sqlalchemy import migration\b",
    re.MULTILINE,
)
_RUNNER = re.compile(
    rb"alembic(?:\.command|_api|_command)|from alembic import command|alembic import command"
)

Scripts = Mapping[str, Script]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The numbered scripts of one repository: the first, the last, and the paths' last parts."""

    repository: str
    first: int
    last: Script
    names: frozenset[str]


def fresh(old: Scripts, new: Scripts) -> list[Script]:
    """Return the scripts that an upgrade runs.

    Those that the older release does not know, bases of empty databases left out.
    """
    if not old:
        return []
    known = {each.revision for each in old.values()}
    before = numbered(old)
    matched = matching(before, numbered(new))
    found = []
    for each in new.values():
        if each.number is not None:
            mate = matched.get(each.repository)
            if mate is not None and each.number > (before[mate].last.number or 0):
                found.append(each)
        elif each.revision not in known and (each.after or each.phase == MIGRATE):
            found.append(each)
    return found


def numbered(every: Scripts) -> dict[str, Numbered]:
    """Return what is numbered, by repository."""
    found: dict[str, Numbered] = {}
    for repository, last in highest(every.values()).items():
        mine = [each for each in every.values() if each.repository == repository and each.number is not None]
        names = frozenset(each.stem for each in mine)
        found[repository] = Numbered(repository, min(each.number or 0 for each in mine), last, names)
    return found


def matching(old: Mapping[str, Numbered], new: Mapping[str, Numbered]) -> dict[str, str]:
    """Return for each newer repository the older one that it continues.

    Of the same path, or sharing most scripts, or numbers.
    """
    found: dict[str, str] = {}
    for path, each in new.items():
        if path in old:
            found[path] = path
            continue
        shared = {mate: len(each.names & other.names) for mate, other in old.items() if mate not in new}
        mate = max(shared, key=lambda name: shared[name], default="")
        if mate and shared[mate] == 0:
            near = [
                name
                for name in shared
                if each.first - 1 <= (old[name].last.number or 0) <= (each.last.number or 0)
            ]
            mate = near[0] if len(near) == 1 else ""
        if mate:
            found[path] = mate
    return found


def cuts(old: Project, new: Project, before: Scripts, after: Scripts) -> Iterator[Meeting]:
    """Yield the meetings of databases with a newer release that does not know their state."""
    older, newer = numbered(before), numbered(after)
    mates = matching(older, newer)
    for path, mate in mates.items():
        first, head = newer[path].first, older[mate].last
        if first - 1 > (head.number or 0):
            base = min(
                (each for each in after.values() if each.repository == path),
                key=lambda each: each.number or 0,
            )
            yield _refused(
                _name(mate),
                old,
                head,
                Span(new.commit, base.path, 1, 1),
                Change.BASE_MOVED,
                _moved(head, first),
            )
    left, here = _alembic(before), _alembic(after)
    if older and not left and here and not newer:
        runner = _runner(new)
        if runner is not None:
            head = max((each.last for each in older.values()), key=lambda each: each.number or 0)
            why = "the migrations that such a database still needs are gone, and alembic would treat it as an empty one"
            yield _refused(LEGACY, old, head, runner, Change.HISTORY_CUT, why)
    known = {each.revision for each in here}
    for head in heads(left):
        if here and head.revision not in known and not _bridged(new, head.revision):
            place = min(
                (each.path for each in here if each.repository == head.repository), default=here[0].path
            )
            why = f"a database at {head.revision} is in a state from which no migration of the newer release continues"
            yield _refused(
                _name(head.repository), old, head, Span(new.commit, place, 1, 1), Change.HISTORY_CUT, why
            )


def _bridged(release: Project, revision: str) -> bool:
    """Tell whether a release knows a revision by name though it has no script of it.

    It takes it for another one.
    """
    literal = re.compile(rb"['\"]%s['\"]" % re.escape(revision).encode())
    return bool(release.matching(literal, _ours))


def _ours(path: str) -> bool:
    return path.endswith(".py") and FOLDER.search(path) is None and "tests" not in path.split("/")


def forks(old: Project, new: Project, before: Scripts, after: Scripts) -> Iterator[Meeting]:
    """Yield the meetings of databases that the older release left with migrations that have no single way on.

    Two that come after the same one, or one that comes after a revision that the release does not have:
    alembic then refuses to upgrade to `head`. Branches that have a label are meant.
    """
    for repository in sorted({each.repository for each in _alembic(after)}):
        was = [each for each in _alembic(before) if each.repository == repository]
        now = [each for each in _alembic(after) if each.repository == repository]
        left = heads(was)
        bases = [each for each in now if not each.after]
        if len(left) != 1 or len(bases) != 1 or any(each.labelled or each.phase for each in now):
            continue
        known = {each.revision for each in _alembic(after)}
        ends, earlier = heads(now), {each.revision for each in was}
        lost = [each for each in now if each.revision not in earlier and set(each.after) - known]
        if len(ends) > 1 and not lost:
            names = " and ".join(sorted(each.revision for each in ends)[:3])
            yield _forked(
                old, new, left[0], ends[-1], f"neither of {names} comes after the other, so `head` is not one"
            )
        for each in lost:
            name = min(set(each.after) - known)
            yield _forked(
                old,
                new,
                left[0],
                each,
                f"{each.revision} comes after {name}, which the release does not have",
            )


def _forked(old: Project, new: Project, left: Script, script: Script, why: str) -> Meeting:
    place = Span(new.commit, script.path, 1, 1)
    return _refused(_name(script.repository), old, left, place, Change.FORKED, why)


def late(old: Project, new: Project, before: Scripts, after: Scripts) -> Iterator[Meeting]:
    """Yield the meetings of databases past a number with a script that takes it from a placeholder."""
    older, newer = numbered(before), numbered(after)
    mates = matching(older, newer)
    held = {(each.repository, each.number): each for each in before.values() if each.number is not None}
    for each in after.values():
        kept = held.get((mates.get(each.repository, ""), each.number)) if each.number is not None else None
        if kept is None or each.number == newer[each.repository].first:
            continue  # a base that stands for all before it
        if "placeholder" in kept.stem and "placeholder" not in each.stem:
            why = "a database that is past this number does not run it"
            left = Record(
                each.stem,
                Span(old.commit, kept.path, 1, 1),
                (Entry("upgrade", Span(old.commit, kept.path, 1, 1)),),
            )
            now = Record(each.stem, Span(new.commit, each.path, 1, 1))
            yield Meeting(
                NAME,
                Link.DISK,
                (Direction.UPGRADE,),
                left,
                now,
                "reader",
                parties=("database", "control"),
                change=Change.ON_STABLE,
                why=why,
            )


def _moved(head: Script, first: int) -> str:
    return f"the older release leaves a database at {head.number}; the newer release's migrations begin at {first}"


def _alembic(every: Scripts) -> list[Script]:
    return [each for each in every.values() if each.number is None and each.phase != MIGRATE]


def _name(repository: str) -> str:
    parts = repository.split("/")
    return "/".join(parts[:-1]) if parts[-1].endswith("versions") and len(parts) > 1 else repository


def _runner(release: Project) -> Span | None:
    """Return where alembic is run; None if nothing runs it, or if sqlalchemy-migrate is still seen to."""
    if release.matching(_BRIDGE, _ours):
        return None
    for path in sorted(release.matching(_RUNNER, _ours), key=lambda path: (path.count("/"), path)):
        text = release.source(path) or b""
        found = list(_RUNNER.finditer(text))
        line = text.count(b"\n", 0, found[-1].start()) + 1
        return Span(release.commit, path, line, line)
    return None


def _refused(name: str, old: Project, head: Script, place: Span, change: Change, why: str) -> Meeting:
    """Return the meeting of a database's state with a release that does not know it."""
    version = (head.number,) if head.number is not None else None
    left, now = Record(name, Span(old.commit, head.path, 1, 1), version=version), Record(name, place)
    parties = ("database", "control")
    return Meeting(
        NAME, Link.DISK, _FORWARD, left, None, "reader", was=now, parties=parties, change=change, why=why
    )
