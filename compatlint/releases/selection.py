"""Which releases a user means: patterns of tags, ranges of versions, and single revisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from compatlint.errors import SourceError, UsageError
from compatlint.releases.matrix import MatrixRelease
from compatlint.releases.series import Series

if TYPE_CHECKING:
    from compatlint.sources.git import Repository

MOST = 300  # releases: a table of more is of no use to anybody


def fitting(series: Iterable[Series], patterns: Sequence[str]) -> tuple[Series, ...]:
    """Return the releases whose tags fit one of some patterns, and no series without any."""
    found = []
    for each in series:
        some = tuple(one for one in each.releases if any(fnmatch(one.tag, pattern) for pattern in patterns))
        if some:
            found.append(replace(each, releases=some))
    if not found:
        raise SourceError(f"no release fits {' or '.join(patterns)}: `compatlint releases` lists them all")
    return tuple(found)


def rows(series: Sequence[Series]) -> tuple[MatrixRelease, ...]:
    """Return the final releases of some series in order; previews where a series has nothing else."""
    found: list[MatrixRelease] = []
    for each in series:
        final = [one for one in each.releases if one.final] or [*each.releases]
        found.extend(MatrixRelease(one.tag, one.commit, each.name, one.date) for one in final)
    return tuple(found)


def chosen(
    repository: Repository, series: Sequence[Series], terms: Sequence[str]
) -> tuple[MatrixRelease, ...]:
    """Return the releases that some terms mean, in the order of versions; other revisions stand last.

    A term is a pattern of tags, `A..B` (all releases from A to B, both included), or a revision.
    """
    every = rows(series)
    wanted: set[str] = set()
    beside: list[MatrixRelease] = []
    for term in terms:
        some = (
            _span(series, term) if ".." in term else [each.rev for each in every if fnmatch(each.rev, term)]
        )
        if not some and ".." not in term:
            known = fitting(series, [term]) if any(sign in term for sign in "*?[") else ()
            some = [one.tag for each in known for one in each.releases]
            if not some:
                beside.append(MatrixRelease(term, repository.resolve(term), ""))
        wanted.update(some)
    previews = [
        MatrixRelease(one.tag, one.commit, each.name, one.date)
        for each in series
        for one in each.releases
        if one.tag in wanted
    ]
    found = (*previews, *(each for each in beside if each.rev not in wanted))
    if len(found) > MOST:
        raise UsageError(f"{len(found)} releases are more than {MOST}: name fewer")
    return found


def _span(series: Sequence[Series], term: str) -> list[str]:
    """Return the releases of a range; those of development only if one of its ends is such a release."""
    first, _, last = term.partition("..")
    stable = [each.rev for each in rows([each for each in series if each.stable])]
    names = [each.rev for each in rows(series)]
    for end in (first, last):
        if end and end not in names:
            raise SourceError(f"{term}: {end} is no release; `compatlint releases` lists them all")
    if all(not end or end in stable for end in (first, last)):
        names = stable
    start = names.index(first) if first else 0
    stop = names.index(last) if last else len(names) - 1
    return names[min(start, stop) : max(start, stop) + 1]
