"""What a project promises its users: which directions must work between which releases.

In come the versions of two releases, taken from their tags, and out comes whether a break between them
counts. A break outside the promise is still reported, as a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from compatlint.cycles import cycle, may_skip
from compatlint.errors import ConfigError, suggest
from compatlint.vocabulary import Direction, Link

Version = tuple[int, ...]

_VERSION: Final = re.compile(r"(?:^|[^0-9A-Za-z.])v?(\d{1,9}(?:\.\d{1,9})+)|^v?(\d{1,4})$")
_DOWNGRADES: Final = ("none", "series", "major", "all")
_FORWARD: Final = (Direction.SKIP, Direction.MIXED, Direction.UPGRADE)
_ROLES_SWAPPED: Final = {
    Direction.UPGRADE: Direction.DOWNGRADE,
    Direction.DOWNGRADE: Direction.UPGRADE,
}
_LINES: Final = ("major", "minor", "ceph", "calendar", "openstack")

# Ceph counted 0.N up to Hammer; releases are named by letter, so Firefly is the sixth and Infernalis, 9, the
# ninth.
_BEFORE_NINE: Final = ((94, 8), (87, 7), (80, 6), (72, 5), (67, 4), (61, 3), (56, 2), (48, 1))


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise.

    `upgrade_majors`: how many major releases back the data of a release may come from that an upgrade must
    read. `mixed_majors`: how many apart two releases may be that talk to each other. `skip_majors`: how far a
    jump may go over releases. -1 is any number. `downgrade`: to which older releases one can go back: `none`,
    within a `series` (a stable series where the project has such), within a `major` release, or `all`.
    `versions`: how the project counts: `major` (27.0.0), `minor` (0.N or 1.N are releases of their own),
    `ceph` (X.2.* is the stable series of X), `calendar` (2023.1, 2023.2: two a year), `openstack` (the cycles
    of `project`; from one release that may be skipped to, to the next, `mixed` and `upgrade` hold as well,
    and `skip` holds there alone).
    """

    name: str
    downgrade: str = "series"
    upgrade_majors: int = 1
    mixed_majors: int = 1
    skip_majors: int = 1
    versions: str = "major"
    project: str = ""

    def covers(self, direction: Direction, link: Link, old: Version | None, new: Version | None) -> bool:
        """Return whether `direction` over `link` must work between the releases with versions `old` and `new`.

        A release without a version (a branch far from any tag) is taken for a neighbour in the same series:
        all that is promised within a series is promised. Where `new` is the older release, upgrade and
        downgrade change roles.
        """
        if direction == Direction.SELF:
            return True
        apart = self._apart(old, new)
        if old is not None and new is not None and old > new:
            direction = _ROLES_SWAPPED.get(direction, direction)
            old, new = new, old
        if direction in _FORWARD and (level := self._skip_level(old, new)) is not None:
            if level:
                return True
            if direction == Direction.SKIP:
                return False
        if link == Link.PEER and direction == Direction.SKIP and apart:
            apart += 1  # the writer is older still than the older of the two
        if direction == Direction.MIXED or link == Link.PEER:
            return _within(apart, self.mixed_majors)
        if direction == Direction.DOWNGRADE:
            return self._back(old, new, apart)
        return _within(apart, self.skip_majors if direction == Direction.SKIP else self.upgrade_majors)

    def alike(self, old: Version | None, new: Version | None) -> bool:
        """Return whether two releases are of one major release, so that their services are upgraded in any order."""
        recounted = old is not None and new is not None and (old[0] > 1900) != (new[0] > 1900)
        return not recounted and self._apart(old, new) == 0

    def before(self, tags: Iterable[str], old: Version | None, new: Version | None) -> tuple[str, ...]:
        """Return the last tag of each major release that is older than both releases and that data may still come from.

        The nearest first. Where any number is promised, three are enough to look at.
        """
        if old is None or new is None:
            return ()
        most = 3 if self.skip_majors < 0 else self.skip_majors
        last: dict[int, tuple[Version, str]] = {}
        for tag in tags:
            version = version_of(tag)
            if version is None or version >= min(old, new) or (version[0] > 1900) != (old[0] > 1900):
                continue
            major = self._major(version)
            if major < min(self._major(old), self._major(new)) and self._major(new) - major <= most:
                last[major] = max(last.get(major, ((), "")), (version, tag))
        return tuple(tag for _, (_, tag) in sorted(last.items(), reverse=True))

    def _back(self, old: Version | None, new: Version | None, apart: int) -> bool:
        if self.downgrade == "series":
            return apart == 0 and (
                old is None or new is None or self._series(old) == self._series(new) is not None
            )
        return self.downgrade == "all" or (self.downgrade == "major" and apart == 0)

    def _skip_level(self, old: Version | None, new: Version | None) -> bool | None:
        """Return whether one may go from `old` to `new` over a release.

        None where that is no question of cycles.
        """
        if self.versions != "openstack" or old is None or new is None:
            return None
        before, after = cycle(self.project, old), cycle(self.project, new)
        return None if before is None or after is None or before == after else may_skip(before, after)

    def _apart(self, old: Version | None, new: Version | None) -> int:
        """Return how many major releases lie between the two; 0 if that cannot be told."""
        if old is not None and new is not None and self.versions == "openstack":
            before, after = cycle(self.project, old), cycle(self.project, new)
            if before is not None and after is not None:
                return abs(after - before)
        if old is None or new is None or (old[0] > 1900) != (new[0] > 1900):
            return 0
        return abs(self._major(new) - self._major(old))

    def _major(self, version: Version) -> int:
        minor = version[1] if len(version) > 1 else 0
        if version[0] > 1900:  # a calendar version: two releases a year
            return version[0] * 2 + minor - 1
        if self.versions == "ceph" and version[0] == 0:
            return next((major for least, major in _BEFORE_NINE if minor >= least), 0)
        return version[0] * 1000 + minor if self.versions == "minor" else version[0]

    def _series(self, version: Version) -> Version | None:
        """Return what releases of one stable series share, or None for a release that is not of one."""
        if self.versions == "ceph" and version[0] >= 9:
            return version[:2] if version[1:2] == (2,) else None
        if self.versions == "openstack" and version[0] < 1900:
            return version[:1]
        return version[:2] if len(version) > 1 else version


PRESETS: Final[Mapping[str, Promise]] = {
    each.name: each
    for each in (
        Promise("ceph", downgrade="series", upgrade_majors=2, mixed_majors=1, skip_majors=2, versions="ceph"),
        Promise(
            "openstack",
            downgrade="series",
            upgrade_majors=1,
            mixed_majors=1,
            skip_majors=2,
            versions="openstack",
        ),
        Promise("semver", downgrade="major", upgrade_majors=1, mixed_majors=0, skip_majors=0),
        Promise("all", downgrade="all", upgrade_majors=-1, mixed_majors=-1, skip_majors=-1),
    )
}
_OF_NOTATION: Final = {"ceph": "ceph", "keyed": "openstack"}


def version_of(name: str) -> Version | None:
    """Return the version that a tag or revision name carries ("v13.2.2", "nova-27.0.0.0rc1", "2023.1"), or None."""
    found = _VERSION.search(name)
    if found is None:
        return None
    return tuple(int(part) for part in (found[1] or found[2]).split("."))


def choose(wish: str | Mapping[str, object] | None, notation: str) -> Promise:
    """Return the promise that a name or a configuration's table asks for, or the preset of `notation`."""
    if wish is None:
        return PRESETS[_OF_NOTATION.get(notation, "semver")]
    return named(wish) if isinstance(wish, str) else custom(wish)


def named(name: str) -> Promise:
    """Return a preset; ConfigError with a suggestion if there is none of that name."""
    if name not in PRESETS:
        raise ConfigError(
            f"no promise is called {name!r}{suggest(name, PRESETS)} There are {', '.join(PRESETS)}"
        )
    return PRESETS[name]


def custom(table: Mapping[str, object]) -> Promise:
    """Return the promise of a `[tool.compatlint.promise]` table: a preset (`base`) with changes."""
    known = {each.name for each in fields(Promise)} - {"name"} | {"base"}
    for key in table:
        if key not in known:
            raise ConfigError(f"promise: unknown key {key!r}{suggest(key, known)}")
    base = table.get("base", "semver")
    promise = named(base) if isinstance(base, str) else named("semver")
    for key, options in (("downgrade", _DOWNGRADES), ("versions", _LINES)):
        if key in table and table[key] not in options:
            raise ConfigError(
                f"promise: {key} is one of {', '.join(options)}{suggest(str(table[key]), options)}"
            )
    counts: dict[str, int] = {}
    for key in ("upgrade_majors", "mixed_majors", "skip_majors"):
        value = table.get(key, getattr(promise, key))
        if type(value) is not int or value < -1:
            raise ConfigError(f"promise: {key} is a number of releases, or -1 for any")
        counts[key] = value
    texts = {key: str(table.get(key, getattr(promise, key))) for key in ("downgrade", "versions", "project")}
    return replace(promise, name="custom", **texts, **counts)  # type: ignore[arg-type]  # the keys are checked above


def assumption(old: Version | None, new: Version | None) -> str | None:
    """Return what is assumed if a release has no version, as one sentence for the report."""
    if old is not None and new is not None:
        return None
    which = (
        "neither revision carries a version"
        if old is None and new is None
        else "one revision carries no version"
    )
    return f"{which}: taken for neighbours in one stable series, where every promised direction must work"


def _within(apart: int, most: int) -> bool:
    return most < 0 or apart <= most
