"""How Ceph counts its releases, and what it promises between them.

Ceph counted 0.N up to Hammer; releases are named by letter, so Firefly is the sixth and Infernalis, 9, the
ninth. From then on X.2.* is the stable series of X. Source: doc/releases of Ceph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from compatlint.promise import Majors, Promise, Version, by_year

_BEFORE_NINE: Final = ((94, 8), (87, 7), (80, 6), (72, 5), (67, 4), (61, 3), (56, 2), (48, 1))
_NINE: Final = 9
_STABLE: Final = 2


@dataclass(frozen=True, slots=True)
class LetteredReleases(Majors):
    """Ceph's releases: one letter is one major release."""

    name: str = "ceph"

    def major(self, version: Version) -> int:
        """Return the number of the letter."""
        if by_year(version) or version[0] != 0:
            return Majors().major(version)
        minor = version[1] if len(version) > 1 else 0
        return next((major for least, major in _BEFORE_NINE if minor >= least), 0)

    def series(self, version: Version) -> Version | None:
        """Return X.2 for the stable releases of X, None for its development releases."""
        if version[0] < _NINE:
            return Majors().series(version)
        return version[:2] if version[1:2] == (_STABLE,) else None


PROMISE: Final = Promise(
    "ceph", downgrade="series", upgrade_majors=2, mixed_majors=1, skip_majors=2, versions=LetteredReleases()
)
