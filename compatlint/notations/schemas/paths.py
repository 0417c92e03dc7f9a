"""Which files are a project's own schemas, by their paths."""

from __future__ import annotations

from typing import Final

_FOREIGN: Final = frozenset(
    (
        "vendor",
        "third_party",
        "thirdparty",
        "node_modules",
        "testdata",
        "test",
        "tests",
        "example",
        "examples",
    )
)


def is_public(path: str) -> bool:
    """Tell whether a path lies outside of the folders for code of others, tests and examples."""
    folders = path.split("/")[:-1]
    return not any(each.lower() in _FOREIGN for each in folders)
