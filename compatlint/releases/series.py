"""The series of a repository: its releases, told from its tags, in the order of their versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from compatlint.errors import ConfigError, SourceError, suggest
from compatlint.promise import Counting, Promise, Version

if TYPE_CHECKING:
    from compatlint.sources.git import Repository
    from compatlint.sources.git.tagged import TaggedCommit


@dataclass(frozen=True, slots=True)
class Series:
    """The releases of one branch, oldest first; `stable` is false for the line of development.

    `supported` is None where the configuration does not say which series are.
    """

    name: str
    releases: tuple[TaggedCommit, ...]
    stable: bool = True
    supported: bool | None = None

    @property
    def first(self) -> TaggedCommit:
        """Return the first release that is no preview, or the first preview if there is nothing else."""
        return next((each for each in self.releases if each.final), self.releases[0])

    @property
    def last(self) -> TaggedCommit:
        """Return the last release that is no preview, or the last preview if there is nothing else."""
        return next((each for each in reversed(self.releases) if each.final), self.releases[-1])


@dataclass(frozen=True, slots=True)
class Unreleased:
    """Commits of a revision that are in no release: how many, and the last release that it reaches ("" if none)."""

    rev: str
    commits: int
    since: str


@dataclass(frozen=True, slots=True)
class ReleaseSettings:
    """The table `releases` of a configuration.

    `tags`: patterns of the tags that are releases, () for all that look like versions. `series`: patterns of
    tags by series, where version numbers do not say it. `supported` names series. `successors` lists, by
    series, the revisions that will one day read what it writes.
    """

    tags: tuple[str, ...] = ()
    series: Mapping[str, tuple[str, ...]] | None = None
    supported: tuple[str, ...] = ()
    successors: Mapping[str, tuple[str, ...]] | None = None


def settings(table: Mapping[str, object] | None) -> ReleaseSettings:
    """Return what a configuration's table says; raise ConfigError for a key or a shape that does not exist."""
    table = table or {}
    known = ("tags", "series", "supported", "successors")
    for key in table:
        if key not in known:
            raise ConfigError(f"releases: unknown key {key!r}{suggest(key, known)}")
    return ReleaseSettings(
        _texts("tags", table.get("tags", [])),
        _by_series("series", table.get("series")),
        _texts("supported", table.get("supported", [])),
        _by_series("successors", table.get("successors")),
    )


def list_series(
    tagged: Iterable[TaggedCommit], counting: Counting, wanted: ReleaseSettings | None = None
) -> tuple[Series, ...]:
    """Return the series of some tags, in the order of their versions."""
    wanted = wanted or ReleaseSettings()
    groups: dict[tuple[str, bool], list[TaggedCommit]] = {}
    for each in tagged:
        if not wanted.tags or any(fnmatch(each.tag, pattern) for pattern in wanted.tags):
            groups.setdefault(_group(each, counting, wanted.series or {}), []).append(each)
    for name in wanted.supported:
        if name not in {group for group, _ in groups}:
            raise ConfigError(
                f"releases: no series is called {name!r}{suggest(name, [group for group, _ in groups])}"
            )
    found = [
        Series(
            name,
            tuple(sorted(some, key=lambda each: (each.key, each.tag))),
            stable,
            name in wanted.supported if wanted.supported else None,
        )
        for (name, stable), some in groups.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.first.key, each.name)))


def series_of(tag: str, series: Iterable[Series]) -> Series | None:
    """Return the series that has a tag, None if none has."""
    return next((each for each in series if any(one.tag == tag for one in each.releases)), None)


def branch_of(repository: Repository, commit: str, series: Sequence[Series]) -> str:
    """Return the series whose stable branch a commit is on; "" if it is on the line of development.

    A commit that only one series has, and not from its first release on, was made on that series' branch. One
    that no release has is on the branch of the last release that it reaches.
    """
    holding = set(repository.tags_with(commit))
    mine = [each for each in series if any(one.tag in holding for one in each.releases)]
    if mine:
        only = mine[0]
        return only.name if len(mine) == 1 and only.stable and only.first.tag not in holding else ""
    last = repository.last_release_tag(commit)
    found = series_of(last, series) if last else None
    return found.name if found is not None and found.stable else ""


def unreleased(repository: Repository, rev: str, series: Sequence[Series]) -> Unreleased | None:
    """Return what `rev` has that no release has; None if there is no such revision."""
    try:
        commit = repository.resolve(rev)
    except SourceError:
        return None
    ends = [one.commit for each in series for one in (each.releases[-1], each.last)]
    last = repository.last_release_tag(commit)
    return Unreleased(rev, repository.count_between(commit, dict.fromkeys(ends)), last or "")


def living(series: Sequence[Series], promise: Promise, version: Version | None) -> list[Series]:
    """Return the series that a revision of `version` must get along with.

    The supported ones, or, where the configuration names none, the stable ones that the promise admits to
    upgrade from or to.
    """
    stable = [each for each in series if each.stable and each.last.final]
    named = [each for each in stable if each.supported]
    if named:
        return named
    if version is None:
        return stable[-1:]
    far = promise.upgrade_majors
    return [each for each in stable if far < 0 or promise.versions.apart(each.last.key[0], version) <= far]


def _group(each: TaggedCommit, counting: Counting, named: Mapping[str, tuple[str, ...]]) -> tuple[str, bool]:
    """Return the name of a tag's series, and whether it is a stable one."""
    for name, patterns in named.items():
        if any(fnmatch(each.tag, pattern) for pattern in patterns):
            return name, True
    numbers = each.key[0]
    found = counting.series(numbers)
    if found is None:
        return f"{numbers[0]} (development)", False
    return ".".join(map(str, found)), True


def _texts(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ConfigError(f"releases: {key} must be a list of texts")
    return tuple(value)


def _by_series(key: str, value: object) -> Mapping[str, tuple[str, ...]] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise ConfigError(f'releases: {key} must be a table, such as {{ "13.2" = ["v14.2.*"] }}')
    return {str(name): _texts(f"{key} of {name}", some) for name, some in value.items()}
