"""Versioned objects (oslo.versionedobjects).

Records with a version that services send each other and store as JSON.

In come two releases, out come meetings of every registered class that differs: a newer sender with an older
receiver and the other way round, what lies in the database, and the tables in which a project keeps versions
by release.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.versioned_objects.wants import wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project


NAME: Final = "versioned_objects"
_HINTS: Final = (
    b"Registry.", b"versionedobjects", b"VersionedObject", b"OBJ_VERSIONS", b"RELEASE_MAPPING", b"Field(", b"Enum", b"ALL",
    b"obj_from_primitive", b"indirection_api", b"object_class_action_versions",
)  # fmt: skip
_MARK: Final = re.compile(
    rb"Registry\.(?:register|objectify)|versionedobjects|VersionedObject|OBJ_VERSIONS|RELEASE_MAPPING|Field\(|Enum\b|\bALL\w*\s*="
    rb"|_ALL\s*=|obj_from_primitive|indirection_api|object_class_action_versions"
)


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases."""
    if not changed:
        return Lowered()
    from compatlint.notations.openstack.versioned_objects.meetings import meetings

    return meetings(old, new, changed)


def alone(release: Project) -> Lowered:
    """Return every class of a release as it meets itself, and how the fingerprints that it records compare with its source."""
    from compatlint.notations.openstack.versioned_objects.meetings import with_itself

    return with_itself(release)


NOTATION: Final = Keyed(
    "versioned_objects",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(_MARK, _HINTS),
    promise="openstack",
    topology="services",
)
