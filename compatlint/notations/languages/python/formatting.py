"""Texts that are put together: what a value prints, and templates that are filled, never too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.notations.languages.python.budget import MAX_TEXT
from compatlint.notations.languages.python.values import UNKNOWN, Thing

_WIDE: Final = re.compile(r"\d{3,}|\*")
_INNER: Final = re.compile(r"\{[^{}.\[]*[.\[]|\{[^{}]*\{")


def printed(value: object) -> int | None:
    """Return about how many characters a value prints; None where that is not sure, or too many.

    A set has no order, a class or function is only known by name.
    """
    size = 0
    stack = [value]
    while stack:
        current = stack.pop()
        size += 2
        if isinstance(current, str | bytes):
            size += len(current)
        elif isinstance(current, list | tuple | dict):
            size += len(current)
            if size <= MAX_TEXT:
                stack.extend(current)
                stack.extend(current.values() if isinstance(current, dict) else ())
        elif isinstance(current, Thing):
            if not current.text:
                return None
            size += len(current.text)
        elif isinstance(current, int):
            size += current.bit_length() // 3
        elif not isinstance(current, float | None):
            return None
        if size > MAX_TEXT:
            return None
    return size


def prints(value: object) -> bool:
    """Tell whether it is sure what a value prints, and that it is not too much."""
    return printed(value) is not None


def format_percent(template: str, values: object) -> object:
    """Return `template % values` where no width can blow it up; raise what Python raises."""
    bare = template.replace("%%", "")
    size = printed(values)
    if size is None or _WIDE.search(bare):
        return UNKNOWN
    times = bare.count("%(") if isinstance(values, dict) else 1
    if len(template) + size * max(times, 1) > MAX_TEXT:
        return UNKNOWN
    return template % values


def format_braces(template: str, positional: Sequence[object], named: dict[str, object]) -> object:
    """Return `template.format(...)` for plain places: no attributes, no indexes, no wide fields."""
    bare = template.replace("{{", "").replace("}}", "")
    size = printed((*positional, *named.values()))
    if size is None or _INNER.search(bare) or _WIDE.search(template):
        return UNKNOWN
    if len(template) + size * bare.count("{") > MAX_TEXT:
        return UNKNOWN
    return template.format(*positional, **named)


def joined(parts: Iterable[str], between: str = "") -> object:
    """Return texts as one."""
    found: list[str] = []
    size = 0
    for each in parts:
        size += len(each) + len(between)
        if size > MAX_TEXT:
            return UNKNOWN
        found.append(each)
    return between.join(found)
