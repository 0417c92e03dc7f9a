"""Protocol Buffers: fields by number; proto2, proto3 and editions.

In come two releases, out come meetings of messages, enumerations and remote calls. Names are not on the wire: a
field or message that is called otherwise is the same, unless the project speaks JSON.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from compatlint.notations.notation import Keyed, Marks
from compatlint.notations.schemas.protobuf.paths import wants
from compatlint.wire.ir.records import Lowered

if TYPE_CHECKING:
    from compatlint.sources.release import Release

_MARK: Final = re.compile(rb"\b(?:syntax|edition|message|enum|service|extend|package|import)\b")


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    """Return the meetings about the changed files of two releases."""
    from compatlint.notations.schemas.protobuf.meetings import meet
    from compatlint.notations.schemas.protobuf.universe import Universe

    found, codecs = meet(old.derive(Universe), new.derive(Universe), changed)
    return Lowered(tuple(found), (), codecs)


def alone(release: Release) -> Lowered:
    """Return every message and enumeration of a release, met by itself."""
    from compatlint.notations.schemas.protobuf.meetings import itself
    from compatlint.notations.schemas.protobuf.universe import Universe

    found = itself(release.derive(Universe), [path for path in release.files if wants(path)])
    return Lowered(tuple(found), (), len(found))


NOTATION: Final = Keyed("protobuf", wants, lower, alone, Marks(_MARK))
