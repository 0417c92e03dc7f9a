"""What Python's own functions, and the methods of its own values, return for known arguments, bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from compatlint.notations.languages.python.budget import MAX_ITEMS, MAX_TEXT, Budget, in_bounds
from compatlint.notations.languages.python.formatting import joined, prints
from compatlint.notations.languages.python.module import Defined
from compatlint.notations.languages.python.values import UNKNOWN, Keys, Thing


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


def built_in(name: str, arguments: list[object], named: dict[str, object], budget: Budget) -> object:
    """Return what a built-in function returns; raise what Python raises, and TooMuch."""
    act = _BUILT_IN.get(name)
    if act is None or (named and name != "dict" and set(named) != {"reverse"}):
        return UNKNOWN
    if name in _UNORDERED and any(isinstance(each, set | frozenset) and len(each) > 1 for each in arguments):
        return UNKNOWN
    budget.weigh(arguments)
    return _weighed(act(*arguments, **named), budget)


def _weighed(result: object, budget: Budget) -> object:
    budget.weigh(result)
    return result if in_bounds(result) else UNKNOWN


def _join(text: str, parts: Any) -> object:
    items = list(parts)
    if isinstance(parts, set | frozenset) and len(items) > 1:
        return UNKNOWN
    return joined(items, text)


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


def method(owner: object, name: str, arguments: list[object], budget: Budget) -> object:
    """Return what a method of a known value returns, one that leaves its owner alone.

    Raise what Python raises, and TooMuch.
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
            budget.weigh([owner, arguments])
            return _weighed(table[name](owner, *arguments), budget)
    return UNKNOWN
