"""Libraries: what a library's public functions take is what services of one or two releases back go on passing to them.

In come two releases of a project that others import, out come meetings of callers that know the older one
with the newer one. A project that is no library has none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.openstack.library.public_names import MARK, is_library, wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project

__all__ = ["HINTS", "MARK", "NAME", "NEEDS", "alone", "lower", "wants"]

NAME: Final = "library"
NEEDS: Final = ("pyproject.toml", "setup.cfg")  # what says that it is a library
HINTS: Final[tuple[bytes, ...]] = ()


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
