"""Plain values of Python: which they are, and templates that they fill."""

from __future__ import annotations

import re
from typing import Final

from compatlint.notations.languages.python import UNKNOWN

MAX_ROWS: Final = 400
_MAX_TEXT: Final = 1 << 16
_PLACE: Final = re.compile(r"%(\(\w+\))?[sdr]|%%")


def filled(template: str, value: object) -> object:
    """Return `template % value` of plain places."""
    if "%" in _PLACE.sub("", template) or len(template) > _MAX_TEXT:
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
