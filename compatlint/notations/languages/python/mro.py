"""In which order a class and its bases are asked for an attribute."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable

from compatlint.notations.languages.python.module import Defined, External, Module
from compatlint.notations.languages.python.syntax import last, text_of

Class = Defined | External
MAX_DEPTH = 60
MAX_BASES = 200  # of one class
OBJECT = External("builtins.object")


def mro(
    start: Defined, bases: Callable[[Defined], list[Class]], known: dict[Class, list[Class]]
) -> list[Class]:
    """Return a class and its bases in Python's order (C3).

    Where that does not exist, left to right and depth first.

    `known` are the orders found so far, of bases too.
    """
    return _linear(start, bases, known, 0)


def _linear(
    item: Class, bases: Callable[[Defined], list[Class]], known: dict[Class, list[Class]], depth: int
) -> list[Class]:
    if isinstance(item, External):
        return [item]
    if item in known:
        return known[item]
    known[item] = [item]  # a class that is its own base ends here
    parents = [] if depth > MAX_DEPTH else bases(item)
    orders = [_linear(each, bases, known, depth + 1) for each in parents]
    known[item] = [item, *(each for each in _merge([*orders, parents]) if each != item)]
    return known[item]


def _merge(orders: list[list[Class]]) -> list[Class]:
    """Merge linear orders so that each is kept; fall back to first come, first served."""
    rest = [each[::-1] for each in orders if each]  # the next one is the last
    behind = Counter(each for order in orders for each in order[1:])
    result: list[Class] = []
    while rest:
        head = next((order[-1] for order in rest if not behind[order[-1]]), None)
        if head is None:
            return list(dict.fromkeys([*result, *(each for order in orders for each in order)]))
        result.append(head)
        for order in rest:
            if order[-1] == head:
                order.pop()
                if order:
                    behind[order[-1]] -= 1
        rest = [order for order in rest if order]
    return result


def base_expressions(owner: Defined) -> list[ast.expr]:
    """Return the expressions of a class's bases, `with_metaclass(meta, Base)` seen through.

    A class may be a call's result.
    """
    if not isinstance(owner.node, ast.ClassDef):
        return made_class(owner) or []
    result: list[ast.expr] = []
    for base in owner.node.bases:
        if isinstance(base, ast.Call) and last(base.func) == "with_metaclass":
            result += base.args[1:]
        else:
            result.append(base)
    return result


def made_class(owner: Defined) -> list[ast.expr] | None:
    """Return the bases of a class that a call makes.

    `Meta("Name", (Base,), {})` or `with_metaclass(meta, Base)`.
    """
    value = owner.node.value if isinstance(owner.node, ast.Assign | ast.AnnAssign) else None
    if not isinstance(value, ast.Call) or value.keywords:
        return None
    if last(value.func) == "with_metaclass":
        return value.args[1:]
    if len(value.args) != 3:
        return None
    name, bases, body = value.args
    text = isinstance(name, ast.Constant) and isinstance(name.value, str)
    return bases.elts if text and isinstance(bases, ast.Tuple) and isinstance(body, ast.Dict) else None


def is_class(found: object) -> bool:
    """Tell whether something resolved is a class of the release."""
    return isinstance(found, Defined) and (
        isinstance(found.node, ast.ClassDef) or made_class(found) is not None
    )


def bases_of(owner: Defined, resolve: Callable[[Module, ast.AST, ast.AST | None], object]) -> list[Class]:
    """Return what a class derives from, `object` left out.

    A base that cannot be followed is an unresolved External.
    """
    result: list[Class] = []
    for base in base_expressions(owner)[:MAX_BASES]:
        found = resolve(owner.module, base, owner.module.outer(owner.node))
        if not (isinstance(found, External) or (isinstance(found, Defined) and is_class(found))):
            found = External("?" + text_of(base))
        if found != OBJECT and found not in result:
            result.append(found)
    if len(base_expressions(owner)) > MAX_BASES:
        result.append(External(f"?more than {MAX_BASES} bases"))
    return result
