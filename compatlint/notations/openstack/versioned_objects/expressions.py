"""Expressions of compat code.

What they are worth, and what they do to the message while they are evaluated.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Budget, UnknownPython, dotted, walk
from compatlint.notations.languages.python.operations import compare
from compatlint.notations.openstack.versioned_objects.effects import (
    Closure,
    Effects,
    Present,
    Role,
    keys_of,
    unknown,
)
from compatlint.notations.openstack.versioned_objects.interpreter_protocol import FunctionFrame

MAX_TURNS: Final = 400  # of one loop


def value_of(frame: FunctionFrame, node: ast.expr) -> object:
    """Return what an expression is worth; what is not known is `Unknown`."""
    frame.effects.budget.spend()
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in frame.env:
        return frame.env[node.id]
    if isinstance(node, ast.Call):
        return frame.call(node)
    evaluate = _KINDS.get(type(node))
    if evaluate is not None and _is_local(frame, node):
        return evaluate(frame, node)
    value = frame.project.evaluate(frame.module, node)
    return value


def _is_local(frame: FunctionFrame, node: ast.expr) -> bool:
    """Tell whether an expression depends on names that only the walk knows."""
    return any(
        (isinstance(each, ast.Name) and (each.id in frame.env or each.id == "super"))
        or isinstance(each, ast.Call)
        for each in walk(node)
    )


def truth(value: object) -> bool | None:
    """Return whether a value is true, None if that is not known."""
    if isinstance(value, UnknownPython):
        return None
    if isinstance(value, Role | Closure | Present):
        return True
    return bool(value)


def items_of(frame: FunctionFrame, value: object) -> list[object] | None:
    """Return what a loop over a value runs over, None if that is not known."""
    if value is Role.PRIMITIVE:
        return [*sorted(frame.effects.items - frame.effects.popped)]
    if isinstance(value, list | tuple | str | dict | range):
        return list(value)[:MAX_TURNS]
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)[:MAX_TURNS]
    return None


def _attribute(frame: FunctionFrame, node: ast.Attribute) -> object:
    owner = value_of(frame, node.value)
    if owner is Role.OBJECT:
        if node.attr in frame.effects.items:
            return UnknownPython(frozenset({node.attr}))
        return frame.member(node.attr)
    return UnknownPython(keys_of([owner]))


def _subscript(frame: FunctionFrame, node: ast.Subscript) -> object:
    owner = value_of(frame, node.value)
    if isinstance(node.slice, ast.Slice):
        return UnknownPython(keys_of([owner]))
    key = value_of(frame, node.slice)
    if owner in (Role.PRIMITIVE, Role.OBJECT):
        if isinstance(key, str) and "." in key:
            return owner  # the envelope's own keys: the items are inside
        return UnknownPython(
            frozenset({key}) & frame.effects.items if isinstance(key, str) else keys_of([key])
        )
    if unknown(owner) and not isinstance(owner, list | tuple | dict):
        return UnknownPython(keys_of([owner, key]))
    try:
        return owner[key]  # type: ignore[index]
    except (KeyError, IndexError, TypeError):
        return UnknownPython(keys_of([owner]))


def _compare(frame: FunctionFrame, node: ast.Compare) -> object:
    left = value_of(frame, node.left)
    verdicts: list[object] = []
    for op, each in zip(node.ops, node.comparators, strict=True):
        right = value_of(frame, each)
        verdicts.append(_holds(frame.effects, op, left, right))
        if truth(verdicts[-1]) is not True:
            return verdicts[-1]
        left = right
    return _all_true(verdicts)


def _all_true(verdicts: list[object]) -> object:
    keys = keys_of(each for each in verdicts if isinstance(each, Present))
    return Present(keys) if keys else verdicts[-1]


def _holds(effects: Effects, op: ast.cmpop, left: object, right: object) -> object:
    if isinstance(op, ast.In | ast.NotIn):
        within = _within(effects, left, right)
        return within if isinstance(within, UnknownPython) or isinstance(op, ast.In) else not truth(within)
    if unknown(left) or unknown(right):
        return UnknownPython(keys_of([left, right]))
    return _known(op, left, right, effects.budget)


def _known(op: ast.cmpop, left: object, right: object, budget: Budget) -> object:
    """Return how two known values compare."""
    try:
        return compare(op, left, right, budget)
    except (TypeError, ValueError, RecursionError):
        return UNKNOWN


def _within(effects: Effects, left: object, right: object) -> object:
    if right in (Role.PRIMITIVE, Role.OBJECT):
        return effects.holds(left)
    if unknown(left) or unknown(right):
        return UnknownPython(keys_of([left, right]))
    return _known(ast.In(), left, right, effects.budget)


def _choice(frame: FunctionFrame, node: ast.BoolOp) -> object:
    """Return the value that decides `and` or `or`.

    One that is not known is outweighed by one that decides.
    """
    decides = isinstance(node.op, ast.Or)
    values: list[object] = []
    for each in node.values:
        values.append(value_of(frame, each))
        if truth(values[-1]) is decides:
            return values[-1]
    doubts = [each for each in values if truth(each) is None]
    return UnknownPython(keys_of(doubts)) if doubts else _all_true(values)


def _not(frame: FunctionFrame, node: ast.UnaryOp) -> object:
    value = value_of(frame, node.operand)
    known = truth(value)
    if isinstance(node.op, ast.Not) and known is not None:
        return not known
    if isinstance(node.op, ast.USub) and isinstance(value, int):
        return -value
    return UnknownPython(keys_of([value]))


def _conditional(frame: FunctionFrame, node: ast.IfExp) -> object:
    test = value_of(frame, node.test)
    known = truth(test)
    if known is not None:
        return value_of(frame, node.body if known else node.orelse)
    return UnknownPython(keys_of([test, value_of(frame, node.body), value_of(frame, node.orelse)]))


def _sequence(frame: FunctionFrame, node: ast.Tuple | ast.List | ast.Set) -> object:
    values: list[object] = []
    for each in node.elts:
        value = value_of(frame, each.value if isinstance(each, ast.Starred) else each)
        if isinstance(each, ast.Starred):
            items = items_of(frame, value)
            if items is None:
                return UnknownPython(keys_of([value, *values]))
            values.extend(items)
        else:
            values.append(value)
    frame.effects.budget.weigh(values)
    return tuple(values) if isinstance(node, ast.Tuple) else values


def _mapping(frame: FunctionFrame, node: ast.Dict) -> object:
    result: dict[object, object] = {}
    for key, each in zip(node.keys, node.values, strict=True):
        value = value_of(frame, each)
        known = value_of(frame, key) if key is not None else UNKNOWN
        try:
            result[known] = value
        except TypeError:
            return UnknownPython(keys_of([value, *result.values()]))
    frame.effects.budget.weigh(result)
    return result


def _comprehension(frame: FunctionFrame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> object:
    """Return what a comprehension may collect.

    Where a condition is not known, the value is kept as one not known either.
    """
    values: list[object] = []
    _turns(frame, node.generators, node.elt, values, frozenset())
    frame.effects.budget.weigh(values)
    return values


def _turns(
    frame: FunctionFrame,
    loops: list[ast.comprehension],
    element: ast.expr,
    values: list[object],
    doubts: frozenset[str] | None,
) -> None:
    if not loops:
        value = value_of(frame, element)
        values.append(value if not doubts else UnknownPython(doubts | keys_of([value])))
        return
    source = value_of(frame, loops[0].iter)
    items = items_of(frame, source)
    kept = dict(frame.env)
    for item in items if items is not None else [UnknownPython(keys_of([source]))]:
        frame.effects.budget.spend()
        frame.bind(loops[0].target, item)
        tests = [value_of(frame, each) for each in loops[0].ifs]
        if not any(truth(each) is False for each in tests):
            more = keys_of(each for each in tests if truth(each) is None)
            before = len(values)
            _turns(frame, loops[1:], element, values, (doubts or frozenset()) | more)
            if source is Role.PRIMITIVE:
                values[before:] = [
                    Present(frozenset({str(item)})) if each is True else each for each in values[before:]
                ]
    frame.env = kept


def _joined(frame: FunctionFrame, node: ast.JoinedStr) -> object:
    return UnknownPython(
        keys_of(value_of(frame, each.value) for each in node.values if isinstance(each, ast.FormattedValue))
    )


def _operation(frame: FunctionFrame, node: ast.BinOp) -> object:
    left, right = value_of(frame, node.left), value_of(frame, node.right)
    if unknown(left) or unknown(right):
        return UnknownPython(keys_of([left, right]))
    value = frame.project.evaluate(
        frame.module,
        ast.BinOp(ast.Name("left", ast.Load()), node.op, ast.Name("right", ast.Load())),
        {"left": left, "right": right},
    )
    return value


def _lambda(frame: FunctionFrame, node: ast.Lambda) -> object:
    return Closure(node, frame.module, frame.env)


def _pair(frame: FunctionFrame, node: ast.DictComp) -> object:
    keys = [value_of(frame, loop.iter) for loop in node.generators]
    return UnknownPython(keys_of(keys))


_KINDS: Final[Mapping[type[ast.expr], Callable[..., object]]] = {
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Compare: _compare,
    ast.BoolOp: _choice,
    ast.UnaryOp: _not,
    ast.IfExp: _conditional,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _pair,
    ast.JoinedStr: _joined,
    ast.BinOp: _operation,
    ast.Lambda: _lambda,
}


def mentioned(frame: FunctionFrame, node: ast.expr) -> frozenset[str]:
    """Return the items that a condition names in any way.

    By key, by a list of keys, or through what was read before.
    """
    found: set[str] = set()
    for each in walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            found.add(each.value)
        elif isinstance(each, ast.Name) and each.id in frame.env:
            value = frame.env[each.id]
            found |= keys_of([value]) | _texts(value)
    return frozenset(found) & frame.effects.items


def _texts(value: object) -> set[str]:
    values: Iterable[object] = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return {each for each in values if isinstance(each, str)}


def called(node: ast.Call) -> str:
    """Return the last component of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else dotted(node.func)
