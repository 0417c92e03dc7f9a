"""Which files the notation reads: asked for every file that changed, before anything heavy is imported."""

from __future__ import annotations

import re
from typing import Final

_FILES: Final = re.compile(r"(^|/)(requirements\.txt|setup\.cfg|pyproject\.toml)$|^tools/pip-requires$")
_OUTSIDE: Final = re.compile(
    r"(^|/)(\.\w[\w.-]*|tests?|unittests?|testing|docs?|examples?|samples?|vendor|_vendor|third_party|extern|contrib|benchmarks?|"
    r"releasenotes|playbooks|roles|devstack|rally-jobs|tools)/(?!pip-requires$)"
)


def wants(path: str) -> bool:
    """Tell whether a path lists what a release must be installed with.

    No tests, no documentation, no vendored code.
    """
    return _FILES.search(path) is not None and _OUTSIDE.search(path) is None
