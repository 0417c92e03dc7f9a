"""Calls that touch a stream: frames, values, raw bytes, and functions to be looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compatlint.notations.ceph.ctype import parse_type
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.frame_macros import MACROS
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.ceph.inline import inline, named_lambda
from compatlint.notations.ceph.macro_calls import macro_call
from compatlint.notations.ceph.raw_bytes import stream_method
from compatlint.notations.ceph.value_calls import method_value, takes, value
from compatlint.notations.ceph.visitors import visit
from compatlint.wire.ir.steps import Item, Let, Refuse, Step, When
from compatlint.wire.ir.terms import Const, Term, negate, show, truth
from compatlint.wire.ir.types import Fixed

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression

ABORTS = frozenset(
    ["ceph_abort", "ceph_abort_msg", "abort", "ceph_abort_msgf", "assert_fail", "__ceph_abort"]
)
ASSERTS = frozenset(["assert", "ceph_assert", "assertf", "ceph_assertf", "ceph_assert_always", "assert_warn"])


def aborts(expression: Expression) -> bool:
    """Tell whether an expression never returns."""
    return (
        expression[0] == "call"
        and expression[1][0] == "id"
        and (
            expression[1][1].rsplit("::", 1)[-1] in ABORTS
            or (
                expression[1][1].rsplit("::", 1)[-1] in ASSERTS
                and bool(expression[2])
                and _is_false(expression[2][0])
            )
        )
    )


def _is_false(expression: Expression) -> bool:
    if expression[0] == "num":
        return bool(expression[1] == 0)
    return expression[0] == "bin" and expression[1] in ("==", "&&") and expression[2][:2] == ("num", 0)


def call(expression: Expression, line: int, scope: FunctionScope) -> list[Step] | None:
    """Return the steps of a call, None if it does not touch a stream."""
    callee, arguments = expression[1], expression[2]
    name = _called(callee)
    if name in ABORTS or aborts(expression):
        return [Refuse(text(expression), line)]
    if name in ASSERTS and arguments:
        return _assertion(arguments[0], line, scope)
    if name in ("encode_message", "decode_message") and callee[0] == "id":
        return _message(name, arguments, line, scope)
    if name in MACROS and callee[0] == "id":
        return MACROS[name](arguments, line, scope)
    if callee[0] == "id" and (expanded := macro_call(name, arguments, line, scope)) is not None:
        return expanded
    stream = scope.stream(callee[1]) if callee[0] == "mem" else None
    if stream is not None:
        return stream_method(stream, name, arguments, line, scope)
    if (
        callee[0] == "mem"
        and name == "reset"
        and (pointed := _reset(callee, arguments, line, scope)) is not None
    ):
        return pointed
    return _looked_through(callee, name, arguments, line, scope)


def _called(callee: Expression) -> str:
    """Return the last part of the name of what is called."""
    named = {"id": 1, "tid": 1, "mem": 2}.get(callee[0])
    return str(callee[named]).rsplit("::", 1)[-1] if named else ""


def _looked_through(
    callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step] | None:
    """Return the steps of a visitor, a lambda, a value, or of any function that is given a stream."""
    if name in ("apply_visitor", "visit") and len(arguments) >= 2:
        return visit(arguments, line, scope)
    local = scope.locals.get(callee[1]) if callee[0] == "id" else None
    if local is not None and local.lambda_ is not None:
        return named_lambda(local.lambda_, arguments, line, scope)
    places = [index for index, argument in enumerate(arguments) if scope.stream(argument) is not None]
    if not places:
        return _streamless(callee, name, arguments, line, scope)
    if takes(name) and callee[0] in ("id", "tid"):
        found = value(callee, name, arguments, places, line, scope)
        if found is not None:
            return found
    if callee[0] == "mem" and name in ("encode", "decode", "bound_encode"):
        return method_value(callee, name, arguments, places, line, scope)
    return inline(callee, name, arguments, line, scope)


def _reset(
    callee: Expression, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step] | None:
    """Read `pointer.reset(new X)` as the choice of a class, `reset()` and `reset(NULL)` as that of none."""
    if len(arguments) > 1:
        return None
    path = scope.path(callee[1]) or text(callee[1])
    if not arguments or text(arguments[0]) in ("NULL", "nullptr", "0"):
        return None if scope.writing else [Let(path, Const(0), line)]
    if arguments[0][0] != "new":
        return None
    return [
        Let(
            path,
            Const(f"type:{scope.types.tag(parse_type(arguments[0][1].split('(')[0], scope.site))}"),
            line,
        )
    ]


def _message(
    name: str, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step] | None:
    """Return a whole message inside another: header, footer, payload, middle and data.

    Source: encode_message and decode_message in src/msg/Message.cc.
    """
    stream = next((found for each in arguments if (found := scope.stream(each)) is not None), None)
    if stream is None:
        return None
    value = scope.term(arguments[0]) if name.startswith("encode") else None
    return [Item("message", Fixed(None, "message"), line, value, stream, path=scope.site.path)]


def _streamless(
    callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step] | None:
    """Return what a call without a stream does in a message.

    `paxos_encode()` writes the payload that it does not name.
    """
    if not scope.message or callee[0] != "id" or not (name.endswith(("encode", "decode")) or "code" in name):
        return None
    return (
        inline(callee, name, arguments, line, scope)
        if scope.owner is not None and scope.method_of(scope.owner, name)
        else None
    )


def _chooses(condition: Term) -> bool:
    """Tell whether a condition is about which of several classes an object is of.

    Others are certainly not written.
    """
    return "== type:" in show(condition)


def _assertion(test: Expression, line: int, scope: FunctionScope) -> list[Step]:
    condition = truth(scope.term(test))
    if isinstance(condition, Const):
        return [] if condition.value else [Refuse(text(test), line)]
    if not scope.clear(condition) or (
        scope.writing and not _chooses(condition) and "header" not in text(test)
    ):
        return []
    return [When(negate(condition), (Refuse(f"assert {text(test)}", line),), (), line)]
