"""What Python's own functions, and the methods of its own values, return for known arguments, bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compatlint.notations.languages.python.module import Defined
from compatlint.notations.languages.python.values import MAX_ITEMS, MAX_TEXT, UNKNOWN, Keys, Thing, prints


def _range(*bounds: int) -> object:
    made = range(*bounds)
    return made if len(made) <= MAX_ITEMS else UNKNOWN


def _int(value: object = 0, *base: int) -> object:
    if not isinstance(value, str | int | float) or (isinstance(value, str) and len(value) > 80):
        return UNKNOWN
    return int(value, *base) if isinstance(value, str) else int(value)


def _sum(values: Any) -> object:
    numbers = [each for each in values if isinstance(each, int | float)]
    return sum(numbers) if len(numbers) == len(values) else UNKNOWN


_BUILT_IN: Final[dict[str, Callable[..., object]]] = {
    "sorted": sorted,
    "tuple": tuple,
    "list": list,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
    "len": len,
    "min": min,
    "max": max,
    "any": any,
    "all": all,
    "sum": _sum,
    "range": _range,
    "int": _int,
    "reversed": lambda value: list(reversed(value)),
    "enumerate": lambda *values: list(enumerate(*values)),
    "zip": lambda *values: list(zip(*values, strict=False)),
    "bool": bool,
    "float": lambda value=0.0: float(value) if isinstance(value, int | float | str) else UNKNOWN,
    "str": lambda value="": str(value) if prints(value) else UNKNOWN,
    "repr": lambda value: repr(value) if prints(value) else UNKNOWN,
    "callable": lambda value: isinstance(value, Defined | Thing),
    "OrderedDict": dict,
}
_UNORDERED = frozenset({"tuple", "list", "enumerate", "zip", "reversed"})  # of a set they would be guesses


def built_in(name: str, arguments: list[object], named: dict[str, object]) -> object:
    """Return what a built-in function returns; raise what Python raises."""
    act = _BUILT_IN.get(name)
    if act is None or (named and name != "dict" and set(named) != {"reverse"}):
        return UNKNOWN
    if name in _UNORDERED and any(isinstance(each, set | frozenset) and len(each) > 1 for each in arguments):
        return UNKNOWN
    return act(*arguments, **named)


def _join(text: str, parts: Any) -> object:
    items = list(parts)
    if isinstance(parts, set | frozenset) and len(items) > 1:
        return UNKNOWN
    return text.join(items) if sum(len(each) + len(text) for each in items) <= MAX_TEXT else UNKNOWN


def _replace(text: str, old: str, new: str) -> object:
    return text.replace(old, new) if len(text) + text.count(old) * len(new) <= MAX_TEXT else UNKNOWN


_TEXT: Final[dict[str, Callable[..., object]]] = {
    **{
        name: getattr(str, name)
        for name in ("lower", "upper", "strip", "lstrip", "rstrip", "split", "rsplit", "title")
    },
    **{
        name: getattr(str, name)
        for name in ("capitalize", "startswith", "endswith", "isdigit", "partition", "rpartition")
    },
    **{
        name: getattr(str, name)
        for name in ("removeprefix", "removesuffix", "splitlines", "find", "count", "swapcase")
    },
    "join": _join,
    "replace": _replace,
}
_DICT: Final[dict[str, Callable[..., object]]] = {
    "keys": Keys,
    "values": lambda value: list(value.values()),
    "items": lambda value: list(value.items()),
    "get": dict.get,
    "copy": dict.copy,
}
_SET: Final[dict[str, Callable[..., object]]] = {
    name: (lambda value, *others, name=name: getattr(set(value), name)(*others))
    for name in (
        "union",
        "intersection",
        "difference",
        "symmetric_difference",
        "copy",
        "issubset",
        "issuperset",
    )
}
_SEQUENCE: Final[dict[str, Callable[..., object]]] = {
    "index": lambda value, item: value.index(item),
    "count": lambda value, item: value.count(item),
    "copy": list,
}


def method(owner: object, name: str, arguments: list[object]) -> object:
    """Return what a method of a known value returns, one that leaves its owner alone.

    Raise what Python raises.
    """
    tables = (
        (str, _TEXT),
        (dict, _DICT),
        (set, _SET),
        (frozenset, _SET),
        (list, _SEQUENCE),
        (tuple, _SEQUENCE),
    )
    for kind, table in tables:
        if isinstance(owner, kind) and name in table:
            return table[name](owner, *arguments)
    return UNKNOWN
