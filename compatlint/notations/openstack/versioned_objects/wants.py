"""Which files may hold versioned objects or say how they travel.

Python of the product, tests and vendored code left out.
"""

from __future__ import annotations

import re
from typing import Final

_OUT: Final = re.compile(
    r"(?:^|/)(?:tests?|testing|fakes?|vendor(?:ed)?|third_?party|examples?|doc|docs|tools|releasenotes)/"
)
_TEST: Final = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|fake_[^/]*|setup)\.py$")


def wants(path: str) -> bool:
    """Tell whether a file may matter, by its path alone."""
    return path.endswith(".py") and _OUT.search(path) is None and _TEST.search(path) is None
