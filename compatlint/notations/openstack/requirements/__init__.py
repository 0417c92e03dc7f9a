"""Requirements: what two releases ask of the packages that they are installed with.

In come two releases, out come meetings: for each package that both name, the versions that the one takes and
those that the other takes. Two releases run side by side in one environment, and an environment is upgraded
in one step, only if one version suits both. The versions are a finite choice: one of each stretch between two
bounds.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.requirements.wants import wants
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Domain, Entry, Lowered, Meeting, Record

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project
    from compatlint.notations.openstack.requirements.declared import DeclaredPackages
    from compatlint.notations.openstack.requirements.package_lines import Group


NAME: Final = "requirements"
_MARK: Final = re.compile(rb"\S")
ITEM: Final = "version"  # the one item of every package


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return a meeting of two releases for each package about which they differ."""
    from compatlint.notations.openstack.requirements.declared import declare

    before, after = declare(old), declare(new)
    meetings = [
        meeting
        for key, group in after.groups.items()
        if (earlier := before.groups.get(key)) is not None and earlier.text != group.text
        for meeting in _meet(before, after, earlier, group)
    ]
    missing = tuple(each for each in (*after.missing, *before.missing) if each.span.path in changed)
    return Lowered(tuple(meetings), missing, len(after.groups))


def alone(release: Project) -> Lowered:
    """Return the packages of a release that no version at all can satisfy, each as a meeting with itself."""
    from compatlint.notations.openstack.requirements.declared import declare
    from compatlint.notations.openstack.requirements.environments import shared

    found = declare(release)
    meetings = []
    for group in found.groups.values():
        _, values, _ = shared(found.supported(group), group, group)
        if not values:
            record = _record(group, values)
            why = f"no version satisfies {group.text}"
            meetings.append(
                Meeting(
                    NAME,
                    Link.DISK,
                    (Direction.SELF,),
                    record,
                    record,
                    "reader",
                    change=Change.DISJOINT,
                    why=why,
                )
            )
    return Lowered(tuple(meetings), found.missing, len(found.groups))


def _meet(before: DeclaredPackages, after: DeclaredPackages, old: Group, new: Group) -> tuple[Meeting, ...]:
    """Let the versions that the old release takes of a package meet those that the new one takes."""
    from compatlint.notations.openstack.requirements.environments import shared

    supported = before.supported(old) & after.supported(new)
    place, ours, theirs = shared(supported, old, new)
    if not ours or not theirs:
        return ()  # one of them can be satisfied by nothing: that is no disagreement of the two
    why = f"in one Python environment{f' on {place}' if place else ''}: {old.text} and {new.text}"
    writer, reader = _record(old, ours), _record(new, theirs)
    return (
        Meeting(
            NAME,
            Link.DISK,
            (Direction.MIXED, Direction.SKIP),
            writer,
            reader,
            "reader",
            was=writer,
            change=Change.DISJOINT,
            why=why,
        ),
    )


def _record(group: Group, values: frozenset[str]) -> Record:
    entry = Entry(ITEM, group.span, domain=Domain(values=values, choice=True))
    return Record(group.name, group.span, (entry,))


NOTATION: Final = Keyed(
    "requirements",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(_MARK),
    promise="openstack",
    topology="services",
)
