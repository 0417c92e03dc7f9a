"""Statements of an encoder or decoder to the steps of a wire program.

Everything that touches a stream becomes a step or `Unclear`; what touches none becomes a `Let` or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from compatlint.notations.ceph import bare_streams
from compatlint.notations.ceph.blocks import block
from compatlint.notations.ceph.branches import attempt, branch, switch
from compatlint.notations.ceph.ctype import CType, Site, is_stream, parse_type
from compatlint.notations.ceph.evaluate_terms import open_scope
from compatlint.notations.ceph.expression_effects import evaluate
from compatlint.notations.ceph.expression_text import count_uses, text
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.ceph.local_declarations import declare
from compatlint.notations.ceph.loops import count_up, each, repeat, repeat_after
from compatlint.notations.ceph.macro_calls import apart
from compatlint.notations.ceph.wire_types import Types
from compatlint.notations.languages.cpp.file_facts import Body, Expression, FunctionFacts, Statement
from compatlint.wire.ir.steps import Item, Leave, Let, Program, Refuse, Step
from compatlint.wire.ir.terms import Var

MAX_STEPS = 6000
_DENC = ("::DENC", "::_denc_friend")  # bodies that are given their `this` as the first parameter


class TooLarge(Exception):
    """A program grew past MAX_STEPS."""


def lower_function(
    function: FunctionFacts,
    path: str,
    types: Types,
    *,
    writing: bool,
    owner: CType | None,
    message: bool = False,
    buffer: str = "",
) -> Program:
    """Return the wire program of a whole encoder or decoder.

    A free function's first parameter that is no stream is what `this` would be. With `buffer`, the path of a
    buffer, the function is an ordinary one and only what it does to that buffer counts.
    """
    scope_name = function.name.rsplit("::", 1)[0] if "::" in function.name else ""
    bound: tuple[tuple[str, CType], ...] = ()
    if owner is not None:
        found = types.class_of(types.settle(owner))
        if found is not None:
            scope_name, bound = found[0].name, types.bindings(found[0], types.settle(owner))
    scope = replace(
        open_scope(types, writing, Site(scope_name, path, bound), owner),
        uses=count_uses(function.body),
        message=message,
        function=function.name,
        lowering=lower,
        active=((function.name, function.line),),
    )
    if buffer:
        return _lower_around(function, scope, buffer)
    rooted = message
    free_object = owner is None
    for text_, name in function.params:
        kind = parse_type(text_, scope.site)
        if is_stream(kind) or _looks_like_stream(text_, name, function):
            scope.locals[name] = Local(
                kind, name, "" if not rooted else name, buffer=kind.name.endswith("list")
            )
            rooted = True
        elif owner is not None and name == function.params[0][1] and function.name.endswith(_DENC):
            scope.locals[name] = Local(owner, "")
        elif free_object:
            scope.owner, free_object = kind, False
            scope.locals[name] = Local(kind, "")
        else:
            scope.locals[name] = Local(kind, name)
    return tidy(lower(function.body, scope))


def _lower_around(function: FunctionFacts, scope: FunctionScope, buffer: str) -> Program:
    """Return what an ordinary function does to one buffer."""
    for text_, name in function.params:
        scope.locals[name] = Local(
            parse_type(text_, scope.site), name, "" if name == buffer else None, buffer=name == buffer
        )
    if "." in buffer:
        scope.locals[f"@{buffer}"] = Local(CType("bufferlist"), buffer, "", buffer=True)
    return tidy(bare_streams.sliced(lower(function.body, scope)))


def _looks_like_stream(text_: str, name: str, function: FunctionFacts) -> bool:
    """Recognise a templated position: `template<class It> void decode(It& p)`."""
    bare = text_.replace("&", "").replace("const", "").strip()
    return (
        bare in function.template
        and name in ("p", "it", "bl", "app", "iter", "bp", "bliter", "cbl")
        and bare not in ("T",)
    )


def tidy(program: Program) -> Program:
    """Drop steps that say nothing: a trailing leave of the function."""
    while program and program[-1] == Leave("function"):
        program = program[:-1]
    return program


def lower(body: Body, scope: FunctionScope) -> Program:
    """Return the steps of a body."""
    out: list[Step] = []
    for statement in body:
        out.extend(_STATEMENTS[statement[0]](statement, scope))
        scope.serial[0] += 1
        if scope.serial[0] > MAX_STEPS:
            raise TooLarge
    return tuple(out) if scope.writing else _handed_on(out, scope)


def _handed_on(steps: list[Step], scope: FunctionScope) -> Program:
    """Name a value that is read into a local and stored at once after where it goes.

    `decode(tmp, p); flag = tmp;` reads a flag.
    """
    out: list[Step] = []
    locals_ = {local.path for local in scope.locals.values()}
    for step in steps:
        last = out[-1] if out else None
        if (
            isinstance(step, Let)
            and isinstance(last, Item)
            and step.value == Var(last.name)
            and last.name in locals_
            and step.name not in locals_
            and not step.name.endswith(".size()")
        ):
            out[-1:] = [replace(last, name=step.name, dead=False), Let(last.name, Var(step.name), step.line)]
        else:
            out.append(step)
    return tuple(out)


def _expression(statement: Statement, scope: FunctionScope) -> list[Step]:
    return [*_resized(statement[2], statement[1], scope), *evaluate(statement[2], statement[1], scope)]


def _resized(expression: Expression, line: int, scope: FunctionScope) -> list[Step]:
    """Read `c.resize(n)`: from here on, a reader's loop over the container goes n rounds."""
    if scope.writing or expression[0] != "call" or expression[1][0] != "mem" or expression[1][2] != "resize":
        return []
    path = scope.path(expression[1][1])
    if not path or len(expression[2]) != 1 or scope.stream(expression[1][1]) is not None:
        return []
    return [Let(f"{path}.size()", scope.term(expression[2][0]), line)]


def _return(statement: Statement, scope: FunctionScope) -> list[Step]:
    before = evaluate(statement[2], statement[1], scope) if statement[2] is not None else []
    failed = (
        statement[2] is not None and statement[2][0] == "un" and statement[2][1] == "-" and not scope.writing
    )
    return (
        [*before, Refuse(f"returns {text(statement[2])}", statement[1])]
        if failed
        else [*before, Leave("function")]
    )


def _throw(statement: Statement, _scope: FunctionScope) -> list[Step]:
    return [Refuse(statement[2], statement[1])]


def _unknown(statement: Statement, scope: FunctionScope) -> list[Step]:
    words = statement[2]
    if words.startswith("(over the limit)"):
        return [scope.not_understood(words, statement[1])]
    statements = apart(words, statement[1], scope)
    if statements is not None:
        if any(each[0] == "?" for each in statements):
            return [scope.not_understood(words, statement[1])]
        return list(scope.lower(statements))
    touches = any(name in words for name, local in scope.locals.items() if local.stream is not None and name)
    return (
        [scope.not_understood(words, statement[1])]
        if touches and ("code" in words or "copy" in words or "append" in words)
        else []
    )


_STATEMENTS: dict[str, Callable[[Statement, FunctionScope], list[Step]]] = {
    "x": _expression,
    "decl": declare,
    "if": branch,
    "for": count_up,
    "each": each,
    "while": repeat,
    "do": repeat_after,
    "switch": switch,
    "try": attempt,
    "ret": _return,
    "blk": block,
    "brk": lambda _statement, _scope: [Leave("loop")],
    "cont": lambda _statement, _scope: [Leave("iteration")],
    "throw": _throw,
    "?": _unknown,
}


__all__ = ["TooLarge", "lower", "lower_function"]
