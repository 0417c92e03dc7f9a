"""Plain values of Python: which they are, and templates that they fill."""

from __future__ import annotations

import re
from typing import Final

from compatlint.notations.languages.python import UNKNOWN
from compatlint.notations.languages.python.budget import MAX_TEXT
from compatlint.notations.languages.python.formatting import printed

MAX_ROWS: Final = 400
_PLACE: Final = re.compile(r"%(\(\w+\))?[sdr]|%%")


def filled(template: str, value: object) -> object:
    """Return `template % value` of plain places."""
    size = printed(value)
    if "%" in _PLACE.sub("", template) or size is None or len(template) + size > MAX_TEXT:
        return UNKNOWN
    try:
        return template % value
    except (TypeError, ValueError, KeyError):
        return UNKNOWN


def is_plain(value: object, depth: int = 0) -> bool:
    """Tell whether a value is one of Python's own, through and through."""
    if isinstance(value, list | tuple | set | frozenset):
        return depth < 4 and len(value) <= MAX_ROWS and all(is_plain(each, depth + 1) for each in value)
    if isinstance(value, dict):
        return depth < 4 and all(is_plain(each, depth + 1) for each in (*value, *value.values()))
    return value is None or isinstance(value, str | int | float | bytes | bool)
