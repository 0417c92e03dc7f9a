"""JSON Schema: a schema is the set of documents that it accepts; drafts 4 to 2020-12."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.schemas.paths import is_public
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_MARK: Final = re.compile(rb'json-schema\.org|"properties"\s*:|"type"\s*:|"\$ref"\s*:')


def wants(path: str) -> bool:
    """Tell whether a path may be that of a schema of the project's own."""
    return path.endswith(".json") and is_public(path)


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    """Return the meetings about the changed files of two releases."""
    from compatlint.notations.schemas.json_schema.documents import SchemaLibrary
    from compatlint.notations.schemas.json_schema.meetings import meet

    mine = [path for path in changed if _is_marked(old, path) or _is_marked(new, path)]
    found, codecs = meet(old.derive(SchemaLibrary), new.derive(SchemaLibrary), mine)
    return Lowered(tuple(found), (), codecs)


def alone(release: Release) -> Lowered:
    """Return every schema of a release, met by itself."""
    from compatlint.notations.schemas.json_schema.documents import SchemaLibrary
    from compatlint.notations.schemas.json_schema.meetings import itself

    paths = [path for path in release.files if wants(path) and _is_marked(release, path)]
    found = itself(release.derive(SchemaLibrary), paths)
    return Lowered(tuple(found), (), len(found))


def _is_marked(release: Release, path: str) -> bool:
    """Tell whether a file names a draft, or is called a schema."""
    return path.endswith(".schema.json") or b"json-schema.org" in (release.source(path) or b"")


NOTATION: Final = Keyed("json_schema", wants, lower, alone, Marks(_MARK))
