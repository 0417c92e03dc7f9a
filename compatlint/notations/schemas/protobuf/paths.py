"""Which .proto files are a project's own."""

from __future__ import annotations

import re
from typing import Final

from compatlint.notations.schemas.paths import is_public

_FOREIGN: Final = ("google/protobuf/", "google/api/", "gogoproto/")

_UNSTABLE: Final = re.compile(
    r"(?:^|\.)(?:v\d+(?:p\d+)?(?:alpha|beta|test|development|experimental)\w*|alpha|beta|development|experimental|unstable)(?:\.|$)"
)


def wants(path: str) -> bool:
    """Tell whether a path is that of a schema of the project's own, and no copy of a common one."""
    if not path.endswith(".proto") or not is_public(path):
        return False
    return not any(path.startswith(each) or f"/{each}" in path for each in _FOREIGN)


def is_unstable(package: str) -> bool:
    """Tell whether a package says by its name that it may change at any time."""
    return _UNSTABLE.search(package) is not None
