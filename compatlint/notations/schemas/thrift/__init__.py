"""Thrift: fields by number, each with its type on the wire; structs, enumerations and remote calls."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.schemas.paths import is_public
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_MARK: Final = re.compile(rb"\b(?:struct|union|exception|enum|service|typedef|include|namespace|const)\b")


def wants(path: str) -> bool:
    """Tell whether a path is that of a schema of the project's own."""
    return path.endswith(".thrift") and is_public(path)


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    """Return the meetings about the changed files of two releases."""
    from compatlint.notations.schemas.thrift.library import ThriftLibrary
    from compatlint.notations.schemas.thrift.meetings import meet

    found, codecs = meet(old.derive(ThriftLibrary), new.derive(ThriftLibrary), changed)
    return Lowered(tuple(found), (), codecs)


def alone(release: Release) -> Lowered:
    """Return every struct and enumeration of a release, met by itself."""
    from compatlint.notations.schemas.thrift.library import ThriftLibrary
    from compatlint.notations.schemas.thrift.meetings import itself

    found = itself(release.derive(ThriftLibrary), [path for path in release.files if wants(path)])
    return Lowered(tuple(found), (), len(found))


NOTATION: Final = Keyed("thrift", wants, lower, alone, Marks(_MARK))
