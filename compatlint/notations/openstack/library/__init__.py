"""Libraries: what a library's public functions take is what services of one or two releases back go on passing to them.

In come two releases of a project that others import, out come meetings of callers that know the older one
with the newer one. A project that is no library has none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.library.public_names import MARK, is_library, wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of the older release's callers with the newer release's functions, where files changed."""
    if not (is_library(old) and is_library(new)):
        return Lowered()
    from compatlint.notations.openstack.library.meetings import meetings

    found = tuple(meetings(old, new, changed))
    return Lowered(found, (), len({meeting.name for meeting in found}))


def alone(_release: Project) -> Lowered:
    """Return nothing: a release's callers know the release."""
    return Lowered()


def _used_by(release: Project) -> bool:
    """Tell whether the project is a library."""
    return is_library(release)


NOTATION: Final = Keyed(
    "library",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(MARK),
    needs=("pyproject.toml", "setup.cfg"),  # one of them says that it is a library
    used_by=of_project(_used_by),
    promise="openstack",
    topology="services",
)
