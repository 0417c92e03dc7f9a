"""Tags that look like releases: which text is a version, and which of two is the later.

Text in, tuples that sort out. Only the shape of the name is looked at, never the history.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# An optional name ("v", "release-", "nova-", "REL_"), at least two numbers, and what follows the numbers. The "v14." of
# "v14.2.0" is no name.
_TAG = re.compile(
    r"(?P<name>(?:(?![vV]\d+[._])[A-Za-z][A-Za-z0-9+]*[-_/.])*[vV]?)(?P<numbers>\d+(?:[._]\d+)+)(?P<rest>.*)",
    re.DOTALL,
)
_EARLY = re.compile(r"^[-._]?(?:(?:alpha|beta|rc|pre|preview|dev|snapshot)(?![a-z])|[abm]\d)", re.IGNORECASE)
_REST = re.compile(r"^(?:[-._+~]?[A-Za-z]*[-._]?\d*){0,3}$")


def version_of(tag: str) -> tuple[tuple[int, ...], bool, tuple[int, ...]] | None:
    """Return a key that sorts `tag` among versions, or None if it does not look like one.

    The key is (numbers, is a final release, numbers of the pre-release): `v1.2-rc2` < `v1.2-rc10` < `v1.2`.
    """
    if len(tag) > 100:
        return None
    found = _TAG.fullmatch(tag)
    if found is None or not _REST.match(found["rest"]):
        return None
    numbers = tuple(int(number) for number in re.split(r"[._]", found["numbers"]))
    early = _EARLY.match(found["rest"])
    return numbers, early is None, tuple(int(number) for number in re.findall(r"\d+", found["rest"]))


def is_final(tag: str) -> bool:
    """Tell whether `tag` looks like a release that is not a preview of one."""
    version = version_of(tag)
    return version is not None and version[1]


def latest(tags: Iterable[str]) -> str | None:
    """Return the tag with the highest version; previews count only where there is nothing else."""
    known = [(tag, version) for tag in tags if (version := version_of(tag)) is not None]
    final = [pair for pair in known if pair[1][1]] or known
    return max(final, key=lambda pair: (pair[1], pair[0]))[0] if final else None
