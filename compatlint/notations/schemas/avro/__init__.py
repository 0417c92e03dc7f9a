"""Avro: fields by name, resolved from the writer's schema into the reader's; .avsc, .avpr and .avdl.

In come two releases, out come meetings of records and enumerations, and of a protocol's messages.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.schemas.paths import is_public
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.sources.release import Release

SUFFIXES: Final = (".avsc", ".avpr", ".avdl")


def wants(path: str) -> bool:
    """Tell whether a path is that of a schema of the project's own."""
    return path.endswith(SUFFIXES) and is_public(path)


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    """Return the meetings about the changed files of two releases."""
    from compatlint.notations.schemas.avro.library import AvroLibrary
    from compatlint.notations.schemas.avro.meetings import meet

    found, codecs = meet(old.derive(AvroLibrary), new.derive(AvroLibrary), changed)
    return Lowered(tuple(found), (), codecs)


def alone(release: Release) -> Lowered:
    """Return every record and enumeration of a release, met by itself."""
    from compatlint.notations.schemas.avro.library import AvroLibrary
    from compatlint.notations.schemas.avro.meetings import itself

    found = itself(release.derive(AvroLibrary), [path for path in release.files if wants(path)])
    return Lowered(tuple(found), (), len(found))


NOTATION: Final = Keyed("avro", wants, lower, alone, Marks(re.compile(rb"")))
