"""Expressions for what they do: calls that touch a stream, assignments, moves of a position."""

from __future__ import annotations

from compatlint.notations.ceph import stream_calls, visitors
from compatlint.notations.ceph.ctype import parse_type
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.ceph.substreams import open_stream, reads_from
from compatlint.notations.languages.cpp.file_facts import Expression
from compatlint.wire.ir.steps import Let, Mark, Seek, Skip, Step
from compatlint.wire.ir.terms import Const, Term, Var, operate


def evaluate(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    """Lower an expression for what it does."""
    kind = expression[0]
    if kind == "call":
        found = stream_calls.call(expression, line, scope)
        if found is not None:
            return found
        return nested(expression, line, scope)
    if kind == "asg":
        return _assign(expression, line, scope)
    if kind == "inc":
        return _increment(expression, line, scope)
    if kind == "bin" and expression[1] == ",":
        return evaluate(expression[2], line, scope) + evaluate(expression[3], line, scope)
    if kind == "bin" and expression[1] in ("<<", "&&", "||") and not has_stream_call(expression, scope):
        return []  # logging
    if kind == "cond" and has_stream_call(expression, scope):
        return list(
            scope.lower(
                (("if", line, expression[1], (("x", line, expression[2]),), (("x", line, expression[3]),)),)
            )
        )
    return nested(expression, line, scope)


def nested(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    """Lower the stream calls inside an expression, innermost first."""
    out: list[Step] = []
    stack = [part for part in expression[1:] if isinstance(part, tuple)]
    if expression[0] in ("lam", "str", "num", "id"):
        return out
    while stack:
        part = stack.pop(0)
        if part and isinstance(part[0], tuple):
            stack = [each for each in part if isinstance(each, tuple)] + stack
        elif part and part[0] == "call":
            found = stream_calls.call(part, line, scope)
            if found is not None:
                out.extend(found)
            else:
                stack = [each for each in part[1:] if isinstance(each, tuple)] + stack
        elif part and part[0] not in ("lam", "str", "num", "id"):
            stack = [each for each in part[1:] if isinstance(each, tuple)] + stack
    return out


def has_stream_call(expression: Expression, scope: FunctionScope) -> bool:
    """Tell whether a call that is given a stream is anywhere in an expression."""
    stack: list[object] = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple) and part:
            if part[0] == "call" and any(
                isinstance(each, tuple) and scope.stream(each) is not None for each in part[2]
            ):
                return True
            stack.extend(part)
    return False


def _assign(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    left, right = expression[2], expression[3]
    moved = _moved(expression, line, scope)
    if moved is not None:
        return moved
    if not scope.writing and left[0] == "id" and reads_from(right, scope):
        opened = open_stream(left[1], right, line, scope, scope.locals.get(left[1], Local()).type)
        if opened is not None:
            return opened
    return _stored(expression, line, scope)


def _moved(expression: Expression, line: int, scope: FunctionScope) -> list[Step] | None:
    """Lower an assignment to a buffer or to a position in one; None if it is to neither."""
    _, name, left, right = expression
    target, source = scope.stream(left), scope.stream(right)
    if target is None:
        return None
    if scope.writing:
        if name != "=":
            return None
        return [scope.not_understood(text(expression), line, target)] if source not in (None, target) else []
    if name == "+=":
        return [Skip(scope.term(right), target, line)]
    if left[0] != "id" or source is None:
        return None
    mark = scope.locals.get(left[1])
    if mark is not None and mark.path.startswith("mark:") and mark.stream == source:
        return [Mark(mark.path, source)]
    other = scope.locals.get(right[1]) if right[0] == "id" else None
    if other is not None and other.path.startswith("mark:"):
        return [Seek(other.path, target)]
    return [scope.not_understood(text(expression), line, target)]


def _stored(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    """Lower an assignment of a value to a place."""
    _, name, left, right = expression
    before = nested(("list", (right,)), line, scope)
    path = scope.path(left)
    if path is None:
        return before
    value = variant_value(right, left, scope) or scope.term(right)
    if name != "=":
        value = operate(name[:-1], (Var(path), value))
    local = scope.locals.get(left[1]) if left[0] == "id" else None
    if local is not None:
        local.term = None
        if local.type is None or local.type.name == "auto":
            local.type = scope.typ(right)
    scope.note(path, value)
    return [*before, Let(path, value, line)]


def variant_value(right: Expression, left: Expression, scope: FunctionScope) -> Term | None:
    """Read `event = SomeAlternative()` into a variant as the choice of an alternative."""
    name = right[1] if right[0] in ("make", "new") else None
    if right[0] == "call" and right[1][0] == "id":
        name = right[1][1]
    if not isinstance(name, str):
        return None
    if right[0] != "new" and not visitors.alternatives(scope.typ(left), scope):
        return None
    return Const(
        "type:"
        + (scope.types.tag(parse_type(name, scope.site)) if right[0] == "new" else name.rsplit("::", 1)[-1])
    )


def _increment(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    if scope.stream(expression[2]) is not None:
        return [] if scope.writing else [Skip(Const(1), scope.stream(expression[2]) or "", line)]
    path = scope.path(expression[2])
    if not path:
        return []
    sign = "+" if expression[1] == "++" else "-"
    return [Let(path, operate(sign, (Var(path), Const(1))), line)]
