"""Kafka's message definitions: JSON files that say, version by version, which fields follow one another."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.schemas.paths import is_public
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_MARK: Final = re.compile(rb'"validVersions"\s*:')


def wants(path: str) -> bool:
    """Tell whether a path may be that of a message definition of the project's own."""
    return path.endswith(".json") and is_public(path)


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    """Return the meetings about the changed files of two releases."""
    from compatlint.notations.schemas.kafka.meetings import meet

    found, codecs = meet(old, new, changed)
    return Lowered(tuple(found), (), codecs)


def alone(release: Release) -> Lowered:
    """Return every message of a release, met by itself."""
    from compatlint.notations.schemas.kafka.meetings import itself

    paths = [path for path in release.files if wants(path)]
    marked = [path for path, content in release.sources(paths).items() if _MARK.search(content)]
    found = itself(release, marked)
    return Lowered(tuple(found), (), len(found))


NOTATION: Final = Keyed("kafka", wants, lower, alone, Marks(_MARK, (b"validVersions",)))
