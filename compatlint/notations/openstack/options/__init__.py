"""Options: what an operator's configuration file says, read by another release (oslo.config).

In come two releases, out come meetings. The configuration file is the wire: the older release's options,
under every name that it reads them by, are what is written; the newer one's, with their older names, are what
is read. The other way round only the new name of a renamed option counts: an option that is new altogether
nobody needs to keep.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.languages.python_release import of_project, of_projects
from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.openstack.options.wants import wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project


_HINTS: Final = (b"Opt(", b"register_", b"append_config_values")
_MARK: Final = re.compile(rb"Opt\(|register_(cli_)?opts?\b|append_config_values\b")


def lower(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases about the options in files that changed."""
    from compatlint.notations.openstack.options.catalogue import catalogue
    from compatlint.notations.openstack.options.meetings import meet
    from compatlint.notations.openstack.options.unchanged_files import busy

    paths = busy(old, new, changed)
    before, after = catalogue(old, paths), catalogue(new, paths)
    meetings, missing = meet(new, before, after, paths)
    return Lowered(tuple(meetings), (*missing, *after.missing), len(after.main))


def alone(release: Project) -> Lowered:
    """Return nothing: a release reads every name that it knows itself."""
    del release
    return Lowered()


NOTATION: Final = Keyed(
    "options",
    wants,
    of_projects(lower),
    of_project(alone),
    Marks(_MARK, _HINTS),
    promise="openstack",
    topology="services",
)
