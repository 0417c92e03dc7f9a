"""What a value has become after statements that change it in place. The value that came in stays as it is."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Sized

from compatlint.notations.languages.python.budget import Budget
from compatlint.notations.languages.python.operations import binary
from compatlint.notations.languages.python.values import UNKNOWN

Evaluate = Callable[[ast.AST, object], object]  # of an expression, while the name is worth what it is now
_GROWING = frozenset({"append", "add", "insert", "setdefault"})
_TAKING_ALL = frozenset({"extend", "update"})
_SEARCHING = frozenset({"remove", "discard", "pop", "clear", "sort"})
MAX_CHANGES = 2000


def mutate(
    name: str, value: object, changes: Iterable[ast.stmt], evaluate: Evaluate, budget: Budget
) -> object:
    """Return what a name is worth after the changes, UNKNOWN if one of them cannot be followed.

    Raise what Python raises, and TooMuch.
    """
    current = copy.copy(value)
    for count, change in enumerate(changes):
        if count >= MAX_CHANGES:
            return UNKNOWN
        budget.spend()
        current = _change(name, current, change, evaluate, budget)
        if current is UNKNOWN:
            return UNKNOWN
    return current


def _change(name: str, value: object, change: ast.stmt, evaluate: Evaluate, budget: Budget) -> object:
    if isinstance(change, ast.AugAssign) and _is(name, change.target):
        other = evaluate(change.value, value)
        return UNKNOWN if other is UNKNOWN else binary(change.op, value, other, budget)
    if (
        isinstance(change, ast.Assign)
        and len(change.targets) == 1
        and isinstance(change.targets[0], ast.Subscript)
    ):
        return _set(name, value, change.targets[0], evaluate(change.value, value), evaluate, budget)
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
        return _called(name, value, change.value, evaluate, budget)
    return UNKNOWN


def _is(name: str, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _set(
    name: str, value: object, target: ast.Subscript, item: object, evaluate: Evaluate, budget: Budget
) -> object:
    key = evaluate(target.slice, value)
    if not _is(name, target.value) or key is UNKNOWN or item is UNKNOWN or not isinstance(value, dict | list):
        return UNKNOWN
    if isinstance(key, slice) or not budget.may_put(value, (key, item)):
        return UNKNOWN
    value[key] = item  # type: ignore[call-overload]  # a wrong key raises what Python raises
    return value


def _called(name: str, value: object, call: ast.Call, evaluate: Evaluate, budget: Budget) -> object:
    """Apply `name.append(x)` and its like."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not _is(name, function.value):
        return UNKNOWN
    arguments = [evaluate(each, value) for each in call.args]
    named = {each.arg: evaluate(each.value, value) for each in call.keywords if each.arg is not None}
    if UNKNOWN in arguments or UNKNOWN in named.values() or len(named) != len(call.keywords):
        return UNKNOWN
    if isinstance(value, list | dict | set):
        return _applied(value, function.attr, arguments, named, budget)
    # nothing changes what cannot change
    return value if isinstance(value, str | int | tuple | frozenset) else UNKNOWN


def _applied(
    value: list[object] | dict[object, object] | set[object],
    name: str,
    arguments: list[object],
    named: dict[str, object],
    budget: Budget,
) -> object:
    if name in _SEARCHING:
        budget.weigh(value)
    elif name in _GROWING or name in _TAKING_ALL:
        sizes = (len(each) if isinstance(each, Sized) else 1 for each in arguments)
        more = sum(sizes) + len(named) if name in _TAKING_ALL else 1
        if not budget.may_put(value, (*arguments, *named.values()), more):
            return UNKNOWN
    else:
        return UNKNOWN
    getattr(value, name)(*arguments, **named)
    return value
