"""Which versions of a package do for two releases, in which environment.

The versions between two neighbouring bounds are all alike, so one of each stretch and every bound itself
decide whether two ranges have a version in common (PEP 440 orders versions, and between two of them there is
always a third). Markers ask for different versions in different environments: it is enough that one Python on
a platform suits both releases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

from compatlint.notations.openstack.requirements.package_lines import PYTHONS, Group, Pythons

_PLATFORMS: Final = (
    {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux"},
    {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows"},
    {"os_name": "posix", "sys_platform": "darwin", "platform_system": "Darwin"},
)
_MACHINE: Final = {
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "platform_machine": "x86_64",
    "platform_release": "",
    "platform_version": "",
    "extra": "",
}
_BOUNDS: Final = 200
_ANYWHERE: Final[list[tuple[str, dict[str, str]]]] = [("", {})]


def shared(pythons: Pythons, old: Group, new: Group) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return a platform and the versions that either release takes there, each with the Python that it is for.

    The platform is the first on which they have none in common, "" for any; so the two sets are disjoint only
    if nobody can install both releases on it.
    """
    versions = _representatives([each.requirement.specifier for group in (old, new) for each in group.lines])
    marked = any(each.requirement.marker for group in (old, new) for each in group.lines)
    results = []
    for platform in _PLATFORMS if marked else _PLATFORMS[:1]:
        places = list(_environments(platform, pythons)) if marked else _ANYWHERE
        ours, theirs = (frozenset(_taken(group, places, versions)) for group in (old, new))
        results.append((platform["sys_platform"] if marked else "", ours, theirs))
        if not ours & theirs:
            return results[-1]
    return results[0]


def _environments(platform: dict[str, str], pythons: Pythons) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every Python on a platform, with the values that markers ask for."""
    for python in sorted(pythons or PYTHONS):
        versions = {
            "python_version": python.rpartition(".")[0],
            "python_full_version": python,
            "implementation_version": python,
        }
        yield f" on Python {python}", {**_MACHINE, **platform, **versions}


def _taken(
    group: Group, places: Iterable[tuple[str, dict[str, str]]], versions: list[Version]
) -> Iterator[str]:
    """Yield which versions a release takes, and where; all of them where it does not ask for the package."""
    for place, environment in places:
        asked = SpecifierSet()
        for line in group.lines:
            if line.requirement.marker is None or _holds(line.requirement.marker, environment):
                asked &= line.requirement.specifier
        yield from (f"{each}{place}" for each in versions if asked.contains(each, prereleases=True))


def _holds(marker: Marker, environment: dict[str, str]) -> bool:
    try:
        return marker.evaluate(environment)
    except (UndefinedComparison, UndefinedEnvironmentName, InvalidVersion):
        return True


def _representatives(ranges: Iterable[SpecifierSet]) -> list[Version]:
    """Return every bound of some ranges, and one version of each stretch between two neighbours."""
    bounds: set[Version] = set()
    early = False
    for clause in islice(chain.from_iterable(ranges), _BOUNDS):
        early = early or bool(clause.prereleases)
        bounds.update(_bounds(clause.operator, clause.version))
    depth = max((len(each.release) for each in bounds), default=1) + 1
    found = {Version("0")} | bounds
    for each in bounds:
        epoch = f"{each.epoch}!" if each.epoch else ""
        zeros = ".0" * (depth - len(each.release))
        found.add(Version(f"{epoch}{'.'.join(map(str, each.release))}{zeros}.1"))
        found.add(
            Version(f"{each.public}.post1" if each.post is None and not each.is_devrelease else _posted(each))
        )
    return sorted(each for each in found if early or not each.is_prerelease)


def _bounds(operator: str, text: str) -> Iterator[Version]:
    """Yield the versions at which a clause begins or ends to hold."""
    try:
        version = Version(text.removesuffix(".*"))
    except InvalidVersion:
        return  # `===` takes any text
    yield version
    prefix = version.release if text.endswith(".*") else version.release[:-1] if operator == "~=" else ()
    if prefix:
        epoch = f"{version.epoch}!" if version.epoch else ""
        yield Version(epoch + ".".join(map(str, (*prefix[:-1], prefix[-1] + 1))))


def _posted(version: Version) -> str:
    """Return the version right after a post release."""
    if version.post is None:
        return version.base_version
    return f"{version.public.partition('.post')[0]}.post{version.post + 1}"
