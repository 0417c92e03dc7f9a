"""Which files the notation reads: asked for every file that changed, before anything heavy is imported."""

from __future__ import annotations

import re
from typing import Final

_OUTSIDE: Final = re.compile(
    r"(^|/)(tests?|unittests?|testing|doc|docs|api-ref|api-guide|examples?|vendor|_vendor|third_party|contrib|tools|"
    r"releasenotes|playbooks|roles|devstack|locale)/|(^|/)(test_\w+|conftest)\.py$|^setup\.py$"
)


def wants(path: str) -> bool:
    """Tell whether a path is Python of the project itself: no tests, no vendored code."""
    return path.endswith(".py") and _OUTSIDE.search(path) is None
