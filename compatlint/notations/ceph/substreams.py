"""Positions that a reader opens.

In the codec's own buffer, in another open one, in the bytes of a value read before.
"""

from __future__ import annotations

from compatlint.notations.ceph.ctype import CType, is_stream
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.languages.cpp.file_facts import Expression
from compatlint.wire.ir.steps import Enter, Step


def root(expression: Expression) -> str:
    """Return the name that a place begins with."""
    while expression and expression[0] in ("un", "cast", "mem"):
        expression = expression[2] if expression[0] != "mem" else expression[1]
    return str(expression[1]) if expression and expression[0] == "id" else ""


_BEGIN = ("begin", "cbegin")


def begun(expression: Expression) -> Expression | None:
    """Return x of `x.cbegin()` and `std::cbegin(x)`."""
    if expression[0] != "call":
        return None
    callee, arguments = expression[1], expression[2]
    if callee[0] == "mem" and callee[2] in _BEGIN:
        found: Expression = callee[1]
        return found
    if callee[0] == "id" and callee[1].rsplit("::", 1)[-1] in _BEGIN and len(arguments) == 1:
        first: Expression = arguments[0]
        return first
    return None


def reads_from(expression: Expression, scope: FunctionScope) -> bool:
    """Tell whether an expression begins to read a buffer."""
    owner = begun(expression)
    if owner is not None:
        return scope.stream(owner) is not None or is_stream(scope.typ(owner)) or is_blob(owner, scope)
    return False


def is_blob(owner: Expression, scope: FunctionScope) -> bool:
    """Tell whether an expression is a buffer."""
    kind = scope.typ(owner)
    if kind is None:
        return False
    settled = scope.types.settle(kind)
    return settled.name.rsplit("::", 1)[-1] in ("bufferlist", "bufferptr") or settled.name in (
        "ceph::buffer::list",
        "buffer::list",
        "buffer::ptr",
        "ceph::buffer::ptr",
    )


def open_stream(
    name: str, initial: Expression, line: int, scope: FunctionScope, kind: CType | None
) -> list[Step] | None:
    """Open a position in a buffer: the codec's own, another open one, or the bytes of a value read before."""
    owner = initial[1][1] if initial[0] == "call" and initial[1][0] == "mem" else begun(initial) or initial
    if initial[0] == "make" and initial[2]:
        owner = initial[2][0]
    stream = scope.stream(owner)
    if stream is not None and not scope.writing:
        scope.locals[name] = Local(kind or CType("iterator"), name, stream)
        return []
    if scope.writing:
        return None
    path = scope.path(owner)
    if path is None:
        return None
    fresh = f"{name}~{scope.depth}.{line}"
    scope.locals[name] = Local(kind or CType("iterator"), name, fresh)
    return [Enter(fresh, path, line)]
