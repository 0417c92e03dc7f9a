"""Paths of the expressions of one function: the places in memory that they name."""

from __future__ import annotations

from compatlint.notations.ceph.expression_text import single_return
from compatlint.notations.ceph.function_scope import MAX_DEPTH, FunctionScope
from compatlint.notations.languages.cpp.file_facts import Expression


def path(expression: Expression, scope: FunctionScope, depth: int = 0) -> str | None:
    """Return the path of the place that an expression names, None for what is no place."""
    if depth > MAX_DEPTH:
        return None
    kind = expression[0]
    if kind == "id":
        known = scope.locals.get(expression[1])
        return (
            known.path or expression[1]
            if known is not None
            else scope.prefix + expression[1].rsplit("::", 1)[-1]
        )
    if kind == "this":
        return scope.prefix.removesuffix(".")
    if kind == "mem":
        owner = scope.below(expression[1], depth + 1)
        if owner is None:
            return None
        return f"{owner}.{expression[2]}" if owner else expression[2]
    if kind in ("un", "inc") and expression[1] in ("*", "&", "++", "--"):
        return scope.path(expression[2], depth + 1)
    if kind == "cast":
        return scope.path(expression[2], depth + 1)
    if kind == "idx":
        owner = scope.path(expression[1], depth + 1)
        return f"{owner}[]" if owner is not None else None
    if kind == "call":
        return _called(expression, scope, depth + 1)
    return None


def below(expression: Expression, scope: FunctionScope, depth: int = 0) -> str | None:
    """Return the path that the members of an expression stand below.

    "" for the object at hand, as for `this`.
    """
    while expression[0] == "cast" or (expression[0] == "un" and expression[1] in ("*", "&")):
        expression = expression[2]
    known = scope.locals.get(expression[1]) if expression[0] == "id" else None
    return "" if known is not None and not known.path else scope.path(expression, depth)


def _called(expression: Expression, scope: FunctionScope, depth: int) -> str | None:
    callee, arguments = expression[1], expression[2]
    if callee[0] == "mem":
        owner, name = scope.below(callee[1], depth), callee[2]
        if owner is None:
            return None
        if name in ("begin", "cbegin", "rbegin", "front", "back", "at", "find"):
            return f"{owner}[]"
        if name in ("get", "value", "lock"):
            return owner
        inner = accessor(callee, arguments, scope)
        if inner is not None:
            return inner[0].path(inner[1], depth)
        return f"{owner}.{name}()" if owner else f"{name}()"
    short = callee[1].rsplit("::", 1)[-1] if callee[0] in ("id", "tid") else ""
    if short in ("move", "ref", "forward", "as_const", "cref") and arguments:
        return scope.path(arguments[0], depth)
    if not arguments and short and (scope.owner is not None):
        inner = accessor(callee, arguments, scope)
        if inner is not None:
            return inner[0].path(inner[1], depth)
        return f"{scope.prefix}{short}()"
    return None


def accessor(
    callee: Expression, arguments: tuple[Expression, ...], scope: FunctionScope
) -> tuple[FunctionScope, Expression] | None:
    """Return the scope and the returned expression of a method that only returns something."""
    if scope.depth > 6:
        return None
    if callee[0] == "mem":
        owner, prefix, name = scope.typ(callee[1]), scope.below(callee[1]), callee[2]
    else:
        owner, prefix, name = scope.owner, scope.prefix.removesuffix("."), callee[1].rsplit("::", 1)[-1]
    if prefix is None:
        return None
    found = scope.method_of(owner, name) if owner is not None else None
    if found is None and callee[0] == "id":
        found = scope.beside(name)
    if found is None:
        return None
    function, path, real = found
    value = single_return(function.body)
    if value is None or len(arguments) > len(function.params):
        return None
    inner = scope.enter(function, path, real, f"{prefix}." if prefix else "")
    for (text, parameter), argument in zip(function.params, arguments, strict=False):
        inner.bind(text, parameter, scope, argument)
    return inner, value
