"""What operators make of known values, bounded before anything is made."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sized
from typing import Any, Final

from compatlint.notations.languages.python.budget import MAX_BITS, Budget, fits, in_bounds
from compatlint.notations.languages.python.formatting import format_percent
from compatlint.notations.languages.python.values import UNKNOWN

_SEQUENCES: Final = (str, bytes, list, tuple)


def _multiply(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, _SEQUENCES):
        left, right = right, left
    if isinstance(left, _SEQUENCES) and isinstance(right, int):
        return left * right if fits(type(left), len(left) * max(right, 0)) else UNKNOWN
    if isinstance(left, int) and isinstance(right, int):
        return left * right if left.bit_length() + right.bit_length() <= MAX_BITS else UNKNOWN
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left * right
    return UNKNOWN


def _power(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and right >= 0:
        return left**right if left.bit_length() * right <= MAX_BITS else UNKNOWN
    return UNKNOWN


def _shift(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int) and 0 <= right <= MAX_BITS:
        return left << right if left.bit_length() + right <= MAX_BITS else UNKNOWN
    return UNKNOWN


def _fit(left: object, right: object) -> bool:
    """Tell whether two containers or texts fit into one."""
    if not isinstance(left, Sized) or not isinstance(right, Sized):
        return True
    return fits(type(left), len(left) + len(right))


def _add(left: Any, right: Any) -> object:
    return left + right if _fit(left, right) else UNKNOWN


def _unite(left: Any, right: Any) -> object:
    return left | right if _fit(left, right) else UNKNOWN


_PLAIN: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: _add,
    ast.Sub: operator.sub,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.BitOr: _unite,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.RShift: operator.rshift,
    ast.Mult: _multiply,
    ast.Pow: _power,
    ast.LShift: _shift,
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


def binary(operation: ast.operator, left: object, right: object, budget: Budget) -> object:
    """Return `left operation right`; raise what Python raises, and TooMuch."""
    if isinstance(operation, ast.Mod):
        result = format_percent(left, right) if isinstance(left, str) else _remainder(left, right)
    else:
        act = _PLAIN.get(type(operation))
        result = act(left, right) if act is not None else UNKNOWN
    budget.weigh(result)
    return result if in_bounds(result) else UNKNOWN


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


def compare(operation: ast.cmpop, left: object, right: object, budget: Budget) -> object:
    """Return whether a comparison holds; raise what Python raises, and TooMuch."""
    act = _COMPARE.get(type(operation))
    budget.weigh((left, right))
    return act(left, right) if act is not None else UNKNOWN


def _item(owner: Any, key: Any) -> object:
    return owner[key]


def subscript(owner: object, key: object) -> object:
    """Return `owner[key]`; raise what Python raises."""
    if isinstance(owner, (*_SEQUENCES, dict, range)):
        return _item(owner, key)
    return UNKNOWN
