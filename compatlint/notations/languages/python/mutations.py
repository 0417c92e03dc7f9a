"""What a value has become after statements that change it in place. The value that came in stays as it is."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable

from compatlint.notations.languages.python.operations import binary
from compatlint.notations.languages.python.values import UNKNOWN

Evaluate = Callable[[ast.AST, object], object]  # of an expression, while the name is worth what it is now
_METHODS = frozenset(
    {"append", "extend", "update", "add", "insert", "remove", "discard", "pop", "setdefault", "clear", "sort"}
)
MAX_CHANGES = 2000


def mutate(name: str, value: object, changes: Iterable[ast.stmt], evaluate: Evaluate) -> object:
    """Return what a name is worth after the changes, UNKNOWN if one of them cannot be followed."""
    current = copy.copy(value)
    for count, change in enumerate(changes):
        if count >= MAX_CHANGES:
            return UNKNOWN
        current = _change(name, current, change, evaluate)
        if current is UNKNOWN:
            return UNKNOWN
    return current


def _change(name: str, value: object, change: ast.stmt, evaluate: Evaluate) -> object:
    if isinstance(change, ast.AugAssign) and _is(name, change.target):
        other = evaluate(change.value, value)
        return UNKNOWN if other is UNKNOWN else binary(change.op, value, other)
    if (
        isinstance(change, ast.Assign)
        and len(change.targets) == 1
        and isinstance(change.targets[0], ast.Subscript)
    ):
        return _set(name, value, change.targets[0], evaluate(change.value, value), evaluate)
    if (
        isinstance(change, ast.Delete)
        and len(change.targets) == 1
        and isinstance(change.targets[0], ast.Subscript)
    ):
        key = evaluate(change.targets[0].slice, value)
        if isinstance(value, dict) and _is(name, change.targets[0].value) and key in value:
            del value[key]
            return value
        return UNKNOWN
    if isinstance(change, ast.Expr) and isinstance(change.value, ast.Call):
        return _called(name, value, change.value, evaluate)
    return UNKNOWN


def _is(name: str, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _set(name: str, value: object, target: ast.Subscript, item: object, evaluate: Evaluate) -> object:
    key = evaluate(target.slice, value)
    if not _is(name, target.value) or key is UNKNOWN or item is UNKNOWN or not isinstance(value, dict | list):
        return UNKNOWN
    value[key] = item  # type: ignore[call-overload]
    return value


def _called(name: str, value: object, call: ast.Call, evaluate: Evaluate) -> object:
    """Apply `name.append(x)` and its like."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not _is(name, function.value):
        return UNKNOWN
    arguments = [evaluate(each, value) for each in call.args]
    named = {each.arg: evaluate(each.value, value) for each in call.keywords if each.arg is not None}
    if UNKNOWN in arguments or UNKNOWN in named.values() or len(named) != len(call.keywords):
        return UNKNOWN
    if function.attr in _METHODS and isinstance(value, list | dict | set):
        getattr(value, function.attr)(*arguments, **named)
        return value
    return (
        value if isinstance(value, str | int | tuple | frozenset) else UNKNOWN
    )  # nothing changes what cannot change
