"""Data migrations: rows that are rewritten while services run, and what demands that it was done.

In come two releases, out come meetings. An operator runs the older release's migrations before the newer
release comes; what a newer release demands or no longer does, the older one must have been able to do. The
other way round, rows that a newer release's migration moved or rewrote are not where, or what, the older
release looks for.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.data_migrations.wants import wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project


_HINTS: Final = (b"online_", b"ONLINE_MIGRATIONS", b"_upgrade_checks", b"def upgrade(", b"def migrate(")
_MARK: Final = re.compile(
    rb"online_(data_)?migrations\b|ONLINE_MIGRATIONS\b|_upgrade_checks\b|def (upgrade|migrate)\("
)


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases about migrations of data."""
    from compatlint.notations.openstack.data_migrations.meetings import meet

    return meet(old, new, changed)


def alone(release: Project) -> Lowered:
    """Return nothing: a release can do what it demands, or it demands it of an older one."""
    del release
    return Lowered()


NOTATION: Final = Keyed(
    "data_migrations",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(_MARK, _HINTS),
    promise="openstack",
    topology="services",
)
