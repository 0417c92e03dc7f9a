"""What of a range was looked at: how many changed files are read, which are left out, and what kinds are not read.

Nothing understood is not success: a range in which nothing is read says so, and what it holds instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from compatlint.check.findings import Considered, NotRead
from compatlint.errors import SourceError
from compatlint.notations.notation import REGISTRY, asked, reading, used
from compatlint.notations.unread_formats import (
    FileKind,
    counted,
    is_prose,
    kind_of,
    marked_line,
    may_be_named,
)
from compatlint.sources.release import Release

if TYPE_CHECKING:
    from compatlint.comparison.context import PairContext
    from compatlint.comparison.results_cache import Outcomes
    from compatlint.sources.git import FileChange, Repository

MOST_NAMED: Final = 10  # paths of one kind that a report names
MOST_BYTES: Final = 1 << 20  # of a file that is looked through for marks
Contents = Callable[[Iterable[str]], Mapping[str, bytes]]


def consider(
    context: PairContext, changed: Sequence[FileChange], *, excluded: int, found: Outcomes
) -> Considered:
    """Return what of the changed files was read.

    `excluded` counts changed files that the configuration or the caller left out; `found` is what the notations
    made of the others. A file is read if a notation that the newer release uses reads it by its path. Raises
    SourceError if the release uses none.
    """
    wanted = context.config.notations
    read = _read(context, changed, found)
    others = [change for change in changed if change.path not in read]
    left = Counter(_folder(change.path) for change in others if _is_left_out(change.path, wanted))
    rest = [change for change in others if not _is_left_out(change.path, wanted)]
    silent = [change for change in changed if change.path in read and change.path not in found.found]
    kinds: dict[str, list[str]] = {}
    loud = set()
    for change, kind, shown in _kinds(
        [*rest, *silent], partial(_contents, context.repository), faint=not read
    ):
        kinds.setdefault(kind.title, []).append(change.path)
        if shown:
            loud.add(kind.title)
    plain = sum(is_prose(change.path) for change in rest)
    unknown = {change.path for change in rest if not is_prose(change.path)}
    return Considered(
        changed=len(changed) + excluded,
        read=len(read),
        excluded=excluded,
        left_out=tuple(sorted(left.items())),
        not_read=tuple(
            NotRead(title, len(paths), tuple(paths[:MOST_NAMED]), title in loud)
            for title, paths in kinds.items()
        ),
        prose=plain,
        other=len(unknown - {path for paths in kinds.values() for path in paths}),
    )


def _read(context: PairContext, changed: Sequence[FileChange], found: Outcomes) -> set[str]:
    """Return the changed files that a notation in use reads; SourceError if the release uses no notation at all."""
    notations = asked(context.config.notations)
    release = Release.of(context.new, context.repository.read)
    read = set(found.found)
    in_use = bool(found.codecs or found.unread)
    for each in notations:
        more = {change.path for change in changed if change.path not in read and each.wants(change.path)}
        if (more or not in_use) and used(each, release):
            in_use = True
            read |= more
    if not in_use:
        names = ", ".join(each.name for each in notations)
        raise SourceError(
            f"nothing at {context.new.rev} is in a notation that compatlint reads ({names}): "
            f"it holds {holdings(release.files)}"
        )
    return read


def _kinds(
    changed: Sequence[FileChange], contents: Contents, *, faint: bool
) -> Iterable[tuple[FileChange, FileKind, bool]]:
    """Yield (change, kind, whether a line that changed bears the mark) for files of a known kind."""
    code = [change for change in changed if may_be_named(change.path)]
    sources = contents(blob for change in code for blob in (change.old, change.new) if blob is not None)
    for change in code:
        sides = [sources.get(blob or "", b"")[:MOST_BYTES] for blob in (change.old, change.new)]
        kind = next(
            (found for each in sides[::-1] if (found := kind_of(change.path, each, faint=faint))), None
        )
        if kind is not None:
            yield change, kind, faint or _changes_a_mark(kind, *sides)


def _contents(repository: Repository, ids: Iterable[str]) -> dict[str, bytes]:
    """Return contents by blob; nothing where a partial clone lacks one: no notation asks for these files."""
    try:
        return repository.read(ids)
    except SourceError:
        return {}


def _changes_a_mark(kind: FileKind, old: bytes, new: bytes) -> bool:
    """Tell whether a line with the kind's mark is in one side only."""
    return any(marked_line(kind, line) for line in set(old.split(b"\n")) ^ set(new.split(b"\n")))


def _is_left_out(path: str, wanted: Collection[str]) -> bool:
    """Tell whether a notation reads files of this suffix, and none reads this one: tests, vendored code."""
    rows = [each for each in REGISTRY if not wanted or each.name in wanted]
    return any(path.endswith(each.suffixes) for each in rows) and not reading(path, wanted)


def _folder(path: str) -> str:
    """Return the folder that a left-out file is counted under, two levels deep at most."""
    return "/".join(path.split("/")[:-1][:2]) or "."


def remark(found: Considered) -> str | None:
    """Return the sentence that a report has to say about what was not read, None if there is nothing to say."""
    loud = [each for each in found.not_read if each.loud]
    if found.read and loud:
        return f"not read: {_listed(loud)}"
    if found.read or found.changed == found.excluded:
        return None
    what = _listed(found.not_read) or "none of a kind that it knows"
    return f"0 of {found.changed} changed files are in a notation that compatlint reads: {what}"


def holdings(paths: Iterable[str]) -> str:
    """Return what a repository holds, by kinds that its names tell, for a repository in which nothing is read."""
    counts: Counter[str] = Counter()
    for path in paths:
        kind = kind_of(path, b"", faint=False)
        counts[kind.title if kind is not None else "other files"] += 1
    return ", ".join(counted(title, count) for title, count in counts.most_common(4))


def _listed(kinds: Sequence[NotRead]) -> str:
    return ", ".join(f"{counted(each.title, each.files)} ({_few(each.paths, each.files)})" for each in kinds)


def _few(paths: Sequence[str], count: int) -> str:
    shown = ", ".join(paths[:2])
    return f"{shown}, ..." if count > len(paths[:2]) else shown
