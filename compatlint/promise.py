"""The promise of a project to its users: which directions must work between which releases.

In: the versions of two releases, from their tags. Out: whether a break between them counts. A break outside
the promise is reported as a note. A `Counting` says how a project counts its releases: the general ones are
here, and those of a project come with its notation (see `notations/presets.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Protocol

from compatlint.errors import ConfigError, suggest
from compatlint.vocabulary import Direction, Link

Version = tuple[int, ...]

_VERSION: Final = re.compile(r"(?:^|[^0-9A-Za-z.])v?(\d{1,9}(?:\.\d{1,9})+)|^v?(\d{1,4})$")
_DOWNGRADES: Final = ("none", "series", "major", "all")
YEARS: Final = 1900  # a version with a higher first number is named by its year
_FORWARD: Final = (Direction.SKIP, Direction.MIXED, Direction.UPGRADE)
_DIRECTIONS: Final = (Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)
_ROLES_SWAPPED: Final = {
    Direction.UPGRADE: Direction.DOWNGRADE,
    Direction.DOWNGRADE: Direction.UPGRADE,
}


class Counting(Protocol):
    """How a project counts: which versions belong to one major release, and which to one stable series."""

    @property
    def name(self) -> str:
        """Return the name that a configuration uses."""

    def major(self, version: Version) -> int:
        """Return the number of the major release: neighbours differ by one."""

    def apart(self, old: Version, new: Version) -> int:
        """Return the distance of two versions in major releases; 0 if it is not known."""

    def series(self, version: Version) -> Version | None:
        """Return the part that releases of one stable series share, None for a release outside any series."""

    def skippable(self, old: Version, new: Version) -> bool | None:
        """Return whether an upgrade from `old` to `new` may skip the releases between them.

        None if the project does not decide that release by release.
        """

    @property
    def by_project(self) -> bool:
        """Tell whether the counting depends on the project, and the project is not known yet."""

    def of_project(self, project: str) -> Counting:
        """Return the counting of one project, by its name in the packaging."""


def by_year(version: Version) -> bool:
    """Tell whether a version is named by its year, as 2023.1."""
    return version[0] > YEARS


def half_year(version: Version) -> int:
    """Return the number of a release that is named by its year, two releases a year."""
    return version[0] * 2 + (version[1] if len(version) > 1 else 0) - 1


@dataclass(frozen=True, slots=True)
class Majors:
    """Count by the first number: 27.0.0 and 27.1.0 are one major release; a year has two (2023.1, 2023.2)."""

    name: str = "major"

    def major(self, version: Version) -> int:
        """Return the number of the major release."""
        return half_year(version) if by_year(version) else version[0]

    def apart(self, old: Version, new: Version) -> int:
        """Return the distance in major releases; 0 if only one of the two is named by its year."""
        return abs(self.major(new) - self.major(old)) if by_year(old) == by_year(new) else 0

    def series(self, version: Version) -> Version | None:
        """Return the first two numbers."""
        return version[:2] if len(version) > 1 else version

    def skippable(self, old: Version, new: Version) -> bool | None:
        """Return None: the promise says how many releases an upgrade may skip."""
        del old, new
        return None

    @property
    def by_project(self) -> bool:
        """Return False."""
        return False

    def of_project(self, project: str) -> Counting:
        """Return this counting: projects do not differ in it."""
        del project
        return self


@dataclass(frozen=True, slots=True)
class Minors(Majors):
    """Count by the first two numbers: 1.20 and 1.21 are two major releases."""

    name: str = "minor"

    def major(self, version: Version) -> int:
        """Return the number of the major release."""
        minor = version[1] if len(version) > 1 else 0
        return half_year(version) if by_year(version) else version[0] * 1000 + minor


COUNTINGS: Final[Mapping[str, Counting]] = {
    each.name: each for each in (Majors(), Minors(), Majors("calendar"))
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. Distances are in major releases; -1 is any number.

    Attributes: upgrade_majors: from how far back a release must read the data. mixed_majors: how far apart
    two releases may be that talk to each other. skip_majors: how far an upgrade may go that skips releases.
    downgrade: to which older releases a rollback works: `none`, within a `series` (a stable series, if the
    project has them), within a `major` release, or `all`. versions: how the project counts its releases. If
    it decides release by release which ones may be skipped, `mixed` and `upgrade` hold for such an upgrade as
    well, and `skip` holds only there. directions: the directions that are promised at all.

    """

    name: str
    downgrade: str = "series"
    upgrade_majors: int = 1
    mixed_majors: int = 1
    skip_majors: int = 1
    versions: Counting = COUNTINGS["major"]
    directions: tuple[Direction, ...] = _DIRECTIONS

    def covers(self, direction: Direction, link: Link, old: Version | None, new: Version | None) -> bool:
        """Return whether `direction` over `link` must work between releases of the versions `old` and `new`.

        A release without a version (a branch without a tag) counts as a neighbour in the same series, so
        everything that is promised within a series is promised. If `new` is the older release, upgrade and
        downgrade change roles.
        """
        if direction == Direction.SELF:
            return True
        apart = self._apart(old, new)
        if old is not None and new is not None and old > new:
            direction = _ROLES_SWAPPED.get(direction, direction)
            old, new = new, old
        if direction not in self.directions:
            return False
        if direction in _FORWARD and (level := self._may_skip(old, new)) is not None:
            if level:
                return True
            if direction == Direction.SKIP:
                return False
        if link == Link.PEER and direction == Direction.SKIP and apart:
            apart += 1  # the writer is older than both releases
        if direction == Direction.MIXED or link == Link.PEER:
            return _within(apart, self.mixed_majors)
        if direction == Direction.DOWNGRADE:
            return self._back(old, new, apart)
        return _within(apart, self.skip_majors if direction == Direction.SKIP else self.upgrade_majors)

    def alike(self, old: Version | None, new: Version | None) -> bool:
        """Return whether both are in one major release, so that services may be upgraded in any order."""
        recounted = old is not None and new is not None and by_year(old) != by_year(new)
        return not recounted and self._apart(old, new) == 0

    def before(self, tags: Iterable[str], old: Version | None, new: Version | None) -> tuple[str, ...]:
        """Return the last tag of each major release before both releases, if its data may still exist.

        The nearest first. If any number is promised, the nearest three are returned.
        """
        if old is None or new is None:
            return ()
        most = 3 if self.skip_majors < 0 else self.skip_majors
        last: dict[int, tuple[Version, str]] = {}
        for tag in tags:
            version = version_of(tag)
            if version is None or version >= min(old, new) or by_year(version) != by_year(old):
                continue
            major = self.versions.major(version)
            newest = self.versions.major(new)
            if major < min(self.versions.major(old), newest) and newest - major <= most:
                last[major] = max(last.get(major, ((), "")), (version, tag))
        return tuple(tag for _, (_, tag) in sorted(last.items(), reverse=True))

    def _back(self, old: Version | None, new: Version | None, apart: int) -> bool:
        if self.downgrade == "series":
            return apart == 0 and (old is None or new is None or self._one_series(old, new))
        return self.downgrade == "all" or (self.downgrade == "major" and apart == 0)

    def _may_skip(self, old: Version | None, new: Version | None) -> bool | None:
        return None if old is None or new is None else self.versions.skippable(old, new)

    def _one_series(self, old: Version, new: Version) -> bool:
        return self.versions.series(old) == self.versions.series(new) is not None

    def _apart(self, old: Version | None, new: Version | None) -> int:
        """Return the distance in major releases; 0 if a version is missing."""
        return 0 if old is None or new is None else self.versions.apart(old, new)


_ANY: Final[Mapping[str, Any]] = {
    "downgrade": "all",
    "upgrade_majors": -1,
    "mixed_majors": -1,
    "skip_majors": -1,
}
GENERAL: Final[Mapping[str, Promise]] = {
    each.name: each
    for each in (
        Promise("semver", downgrade="major", upgrade_majors=1, mixed_majors=0, skip_majors=0),
        Promise("all", **_ANY),
        Promise("backward", **_ANY, directions=(Direction.UPGRADE,)),
        Promise("backward_transitive", **_ANY, directions=(Direction.UPGRADE, Direction.SKIP)),
        Promise("forward", **_ANY, directions=(Direction.DOWNGRADE,)),
        Promise("full", **_ANY, directions=(Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED)),
        Promise("full_transitive", **_ANY),
    )
}


def version_of(name: str) -> Version | None:
    """Return the version in a tag's or revision's name ("v13.2.2", "nova-27.0.0.0rc1", "2023.1"), or None."""
    found = _VERSION.search(name)
    if found is None:
        return None
    return tuple(int(part) for part in (found[1] or found[2]).split("."))


@dataclass(frozen=True, slots=True)
class Presets:
    """The promises and the countings that a configuration may name."""

    promises: Mapping[str, Promise] = field(default_factory=lambda: GENERAL)
    countings: Mapping[str, Counting] = field(default_factory=lambda: COUNTINGS)

    def choose(self, wish: str | Mapping[str, object] | None, preset: str) -> Promise:
        """Return the promise that a configuration names or defines, by default the one called `preset`.

        Raises ConfigError, with a suggestion, for an unknown name or key.
        """
        if wish is None:
            return self.promises.get(preset, GENERAL["semver"])
        return self.named(wish) if isinstance(wish, str) else self.custom(wish)

    def named(self, name: str) -> Promise:
        """Return the preset of this name. Raises ConfigError, with a suggestion, if there is none."""
        if name not in self.promises:
            known = ", ".join(self.promises)
            raise ConfigError(
                f"no promise is called {name!r}{suggest(name, self.promises)} There are {known}"
            )
        return self.promises[name]

    def custom(self, table: Mapping[str, object]) -> Promise:
        """Return the promise of a `[tool.compatlint.promise]` table: a preset (`base`) with changes."""
        known = {each.name for each in fields(Promise)} - {"name"} | {"base", "project"}
        for key in table:
            if key not in known:
                raise ConfigError(f"promise: unknown key {key!r}{suggest(key, known)}")
        base = table.get("base", "semver")
        promise = self.named(base) if isinstance(base, str) else self.named("semver")
        downgrade = _one_of(table, "downgrade", _DOWNGRADES, promise.downgrade)
        counting = self.countings.get(_one_of(table, "versions", self.countings, ""), promise.versions)
        return replace(
            promise,
            name="custom",
            downgrade=downgrade,
            versions=counting.of_project(str(table["project"])) if "project" in table else counting,
            upgrade_majors=_count(table, "upgrade_majors", promise.upgrade_majors),
            mixed_majors=_count(table, "mixed_majors", promise.mixed_majors),
            skip_majors=_count(table, "skip_majors", promise.skip_majors),
            directions=_directions(table, promise.directions),
        )


def _one_of(table: Mapping[str, object], key: str, options: Iterable[str], default: str) -> str:
    value = table.get(key, default)
    known = tuple(options)
    if key in table and value not in known:
        raise ConfigError(f"promise: {key} is one of {', '.join(known)}{suggest(str(value), known)}")
    return str(value)


def _count(table: Mapping[str, object], key: str, default: int) -> int:
    value = table.get(key, default)
    if type(value) is not int or value < -1:
        raise ConfigError(f"promise: {key} is a number of releases, or -1 for any")
    return value


def _directions(table: Mapping[str, object], default: tuple[Direction, ...]) -> tuple[Direction, ...]:
    value = table.get("directions", default)
    known = tuple(map(str, _DIRECTIONS))
    if not isinstance(value, list | tuple) or not all(each in known for each in value):
        raise ConfigError(f"promise: directions is a list of {', '.join(known)}")
    return tuple(Direction(each) for each in value)


def assumption(old: Version | None, new: Version | None) -> str | None:
    """Return a sentence on the assumption if a release has no version, None if both have one."""
    if old is not None and new is not None:
        return None
    which = "neither revision has a version" if old is None and new is None else "one revision has no version"
    return f"{which}: they count as neighbours in one stable series, where every promised direction must work"


def _within(apart: int, most: int) -> bool:
    return most < 0 or apart <= most
