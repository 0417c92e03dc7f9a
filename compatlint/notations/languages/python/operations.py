"""What operators make of known values, bounded."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, Final

from compatlint.notations.languages.python.values import (
    MAX_TEXT,
    UNKNOWN,
    format_percent,
    multiply,
    power,
    shift,
)

_PLAIN: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
    ast.Mult: multiply,
    ast.Pow: power,
    ast.LShift: shift,
}
_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Is: lambda left, right: left is right if left is None or right is None else UNKNOWN,
    ast.IsNot: lambda left, right: left is not right if left is None or right is None else UNKNOWN,
}


def binary(operation: ast.operator, left: object, right: object) -> object:
    """Return `left operation right`; raise what Python raises."""
    if isinstance(operation, ast.Mod):
        return format_percent(left, right) if isinstance(left, str) else _remainder(left, right)
    act = _PLAIN.get(type(operation))
    if act is None:
        return UNKNOWN
    result = act(left, right)
    return UNKNOWN if isinstance(result, str | bytes) and len(result) > MAX_TEXT else result


def _remainder(left: object, right: object) -> object:
    return left % right if isinstance(left, int) and isinstance(right, int) else UNKNOWN


def unary(operation: ast.unaryop, value: object) -> object:
    """Return `operation value`."""
    if isinstance(operation, ast.Not):
        return not value
    if isinstance(value, int | float):
        if isinstance(operation, ast.USub):
            return -value
        if isinstance(operation, ast.UAdd):
            return +value
        if isinstance(operation, ast.Invert) and isinstance(value, int):
            return ~value
    return UNKNOWN


def compare(operation: ast.cmpop, left: object, right: object) -> object:
    """Return whether a comparison holds."""
    act = _COMPARE.get(type(operation))
    return act(left, right) if act is not None else UNKNOWN


def _item(owner: Any, key: Any) -> object:
    return owner[key]


def subscript(owner: object, key: object) -> object:
    """Return `owner[key]`; raise what Python raises."""
    if isinstance(owner, str | bytes | list | tuple | dict | range):
        return _item(owner, key)
    return UNKNOWN
