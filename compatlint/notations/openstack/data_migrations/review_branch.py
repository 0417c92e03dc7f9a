"""Which branch a release was made from, as its own review settings say."""

from __future__ import annotations

import re
from typing import Final

from compatlint.notations.languages.python import Project

SETTINGS: Final = ".gitreview"
_BRANCH: Final = re.compile(
    rb"(?m)^[ \t]*defaultbranch[ \t]*=[ \t]*(?:stable|unmaintained)/([\w.-]{1,60})[ \t\r]*$"
)


def stable_branch(old: Project, new: Project) -> str | None:
    """Return the stable branch that both releases were made from, None if there is none or if they differ."""
    found = [_BRANCH.search(release.source(SETTINGS) or b"") for release in (old, new)]
    names = {each[1] if each is not None else None for each in found}
    name = names.pop() if len(names) == 1 else None
    return name.decode() if name is not None else None
