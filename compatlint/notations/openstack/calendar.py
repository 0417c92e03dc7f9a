"""Which release cycle of OpenStack a version belongs to, and which cycles an upgrade may skip.

Cycles are counted from 2023.1, which is 0. Since then every other one (2023.1, 2024.1, ...) is a "skip level
upgrade release" (SLURP): one may go from one SLURP to the next directly, with both running at once. Before,
one went from each release to the next. Source: the Technical Committee's resolution of 2022-02-10, "release
cadence adjustment".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from compatlint.promise import Counting, Majors, Promise, Version, by_year

# The major version that each project's 2023.1 bears; a major version is a cycle.
_AT_2023_1: Final = {"nova": 27, "cinder": 22, "neutron": 22, "keystone": 23, "glance": 26}

# Projects that release several times in a cycle: the version that ends each cycle, up to 2023.1 and from it
# on.
_ENDS: Final[dict[str, tuple[tuple[Version, ...], tuple[Version, ...]]]] = {
    "ironic": (
        (
            *((4, 2), (5, 1), (6, 2), (7, 0), (9, 1), (10, 1), (11, 1), (12, 1)),
            *((13, 0), (15, 0), (16, 0), (17, 0), (18, 2), (20, 1), (21, 1)),
        ),
        ((21, 4), (23, 0), (24, 1), (26, 1), (29, 0), (32, 0), (35, 0)),
    )
}


def cycle(project: str, version: Version) -> int | None:
    """Return the cycle of a version, None if that is not known of the project."""
    if version[0] > 1900:
        return (version[0] - 2023) * 2 + (version[1] if len(version) > 1 else 1) - 1
    if project in _AT_2023_1:
        return version[0] - _AT_2023_1[project]
    if project in _ENDS:
        before, since = _ENDS[project]
        ends = (*before, *since)
        return next((index for index, end in enumerate(ends) if version[:2] <= end), len(ends)) - len(before)
    return None


def may_skip(old: int, new: int) -> bool:
    """Tell whether one may go from cycle `old` to cycle `new`, two later, without the one between."""
    return 0 <= old == new - 2 and old % 2 == 0


@dataclass(frozen=True, slots=True)
class Cycles(Majors):
    """Releases counted by cycles where those of the project are known, and by their first number elsewhere."""

    name: str = "openstack"
    project: str = ""

    def apart(self, old: Version, new: Version) -> int:
        """Return how many cycles lie between two versions."""
        before, after = cycle(self.project, old), cycle(self.project, new)
        if before is not None and after is not None:
            return abs(after - before)
        return Majors().apart(old, new)

    def series(self, version: Version) -> Version | None:
        """Return what a stable branch is named by: the first number, or year and half."""
        return version[:2] if by_year(version) else version[:1]

    def skippable(self, old: Version, new: Version) -> bool | None:
        """Return whether both are SLURP releases and neighbours; None where cycles are not known, or the same."""
        before, after = cycle(self.project, old), cycle(self.project, new)
        return None if before is None or after is None or before == after else may_skip(before, after)

    @property
    def by_project(self) -> bool:
        """Tell whether the project is not known yet."""
        return not self.project

    def of_project(self, project: str) -> Counting:
        """Return the cycles of one project."""
        return replace(self, project=project)


PROMISE: Final = Promise(
    "openstack", downgrade="series", upgrade_majors=1, mixed_majors=1, skip_majors=2, versions=Cycles()
)
