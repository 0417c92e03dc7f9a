"""Loops: over a container, up to or down from a number, while a test holds."""

from __future__ import annotations

from compatlint.notations.ceph.blocks import block
from compatlint.notations.ceph.ctype import CType, parse_type
from compatlint.notations.ceph.expression_effects import evaluate, nested
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.languages.cpp.file_facts import Body, Expression, Statement
from compatlint.wire.ir.steps import Item, Let, Program, Repeat, Step
from compatlint.wire.ir.terms import FALSE, Const, Op, Opaque, Term, Var, operate
from compatlint.wire.ir.types import RAW


def each(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a loop over the elements of a container."""
    _, line, text_, names, over, body = statement
    whole = _parts_appended(names, over, body, line, scope)
    if whole is not None:
        return [whole]
    element = scope.types.element(scope.typ(over) or CType("?"))
    path = scope.path(over)
    place = f"{path}[]" if path is not None else text(over) + "[]"
    with scope.nested():
        if len(names) == 1:
            kind = parse_type(text_, scope.site)
            scope.locals[names[0]] = Local(element if kind.name == "auto" else kind, place)
        else:
            for index, name in enumerate(names):
                part = element.args[index] if element is not None and len(element.args) > index else None
                scope.locals[name] = Local(part, f"{place}.{'first' if index == 0 else 'second'}")
        steps = scope.lower(body)
    if not steps:
        return []
    wire = scope.types.settle(scope.typ(over) or CType("?"))
    count: Term = Op("size", (Var(path) if path is not None else Opaque(text(over)),))
    if wire.name.rsplit("::", 1)[-1] in ("array", "@array") and len(wire.args) > 1:
        number = scope.types.number(wire.args[1])
        count = Const(number) if number is not None else count
    return [Repeat(steps, count=count, line=line, each=tuple(names), over=path or "")]


def _parts_appended(
    names: tuple[str, ...], over: Expression, body: Body, line: int, scope: FunctionScope
) -> Step | None:
    """Read `for (auto& part : x.buffers()) bl.append(part.c_str(), part.length());` as the bytes of x."""
    if not scope.writing or over[0] != "call" or over[1][0] != "mem" or over[1][2] != "buffers":
        return None
    part: Expression = ("id", names[0])
    bytes_of = tuple(("call", ("mem", part, method), ()) for method in ("c_str", "length"))
    call: Expression = body[0][2] if len(body) == 1 and body[0][0] == "x" else ("text", "")
    if call[0] != "call" or call[1][0] != "mem" or call[1][2] != "append" or call[2] != bytes_of:
        return None
    stream, path = scope.stream(call[1][1]), scope.path(over[1][1])
    if stream is None or path is None:
        return None
    return Item(path, RAW, line, Op("size", (Var(path),)), stream, path=scope.site.path)


def count_up(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a loop with a counter or an iterator."""
    _, line, initial, test, update, body = statement
    with scope.nested():
        before = list(scope.lower(initial))
        over = _iterated(initial, test, scope)
        steps = scope.lower(body)
        count, index = (None, "") if over is not None else _counted(initial, test, update, scope)
        condition = scope.term(test) if test is not None else Const(1)
        after = (
            tuple(evaluate(update, line, scope))
            if update is not None and over is None and count is None
            else ()
        )
    if not any(not isinstance(step, Let) for step in steps):
        return []
    if over is not None:
        return [Repeat(steps, count=over[0], line=line, over=over[1])]
    if count is not None:
        return [*before, Repeat(steps, count=count, index=index, line=line)]
    return [*before, Repeat((*steps, *after), test=condition, line=line)]


def _iterated(initial: Body, test: Expression | None, scope: FunctionScope) -> tuple[Term, str] | None:
    """Read `for (auto p = c.begin(); p != c.end(); ++p)`: the size and the path of the container."""
    if test is None or test[0] != "bin" or test[1] != "!=":
        return None
    begun = [part for part in initial if part[0] == "decl"]
    for side in (test[3], test[2]):
        if side[0] == "call" and side[1][0] == "mem" and side[1][2] in ("end", "rend", "cend"):
            path = scope.path(side[1][1])
            if path is not None and scope.stream(side[1][1]) is None:
                for part in begun:
                    local = scope.locals.get(part[3])
                    if local is not None:
                        local.path = f"{path}[]"
                        if local.type is None or local.type.name == "auto":
                            local.type = scope.types.element(scope.typ(side[1][1]) or CType("?"))
                return Op("size", (Var(path),)), path
    return None


def _counted(
    initial: Body, test: Expression | None, update: Expression | None, scope: FunctionScope
) -> tuple[Term | None, str]:
    """Read a loop that counts up to, or down from, a number."""
    if test is None:
        return None, ""
    if test[0] == "bin" and test[1] in ("<", "!=", "<=") and test[2][0] == "id":
        start = next((part[4] for part in initial if part[0] == "decl" and part[3] == test[2][1]), None)
        if start is None:
            start = next(
                (
                    part[2][3]
                    for part in initial
                    if part[0] == "x" and part[2][0] == "asg" and part[2][2] == test[2]
                ),
                None,
            )
        if start is not None and update is not None and update[0] in ("inc", "asg"):
            size = operate("-", (scope.term(test[3]), scope.term(start)))
            return (operate("+", (size, Const(1))) if test[1] == "<=" else size), scope.path(test[2]) or ""
    down = _left(test)
    if (
        down is not None
        and update is not None
        and update[0] == "inc"
        and update[1] == "--"
        and update[2] == down
    ):
        return scope.term(down), ""
    if test[0] == "inc" and test[1] == "--":
        return scope.term(test[2]), ""
    return None, ""


def repeat(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a loop that asks before each round."""
    _, line, test, body = statement
    count: Term | None = None
    if test[0] == "inc" and test[1] == "--":  # `while (--n)` is one round less than `while (n--)`
        count = operate("-", (scope.term(test[2]), Const(int("prefix" in test[3:]))))
    elif test[0] == "bin" and test[1] in (">", "!=") and test[2][0] == "inc" and test[2][1] == "--":
        count = scope.term(test[2][2])
    before = nested(("list", (test,)), line, scope)
    condition = scope.term(test)
    with scope.nested():
        steps = scope.lower(body)
    if count is None:
        counter = _counted_down(test, steps, scope)
        if counter is not None:
            count, steps = counter
    if not any(not isinstance(step, Let) for step in steps):
        return before
    return [*before, Repeat(steps, count=count, test=None if count is not None else condition, line=line)]


def _left(test: Expression) -> Expression | None:
    """Return n of the tests `n`, `n > 0` and `n != 0`."""
    if test[0] == "id":
        return test
    if test[0] == "bin" and test[1] in (">", "!=") and test[3][:2] == ("num", 0):
        found: Expression = test[2]
        return found
    return None


def _counted_down(test: Expression, steps: Program, scope: FunctionScope) -> tuple[Term, Program] | None:
    """Read `while (n > 0) { ...; n--; }`."""
    name = _left(test)
    path = scope.path(name) if name is not None else None
    if name is None or path is None:
        return None
    lowered = [
        step
        for step in steps
        if isinstance(step, Let) and step.name == path and step.value == operate("-", (Var(path), Const(1)))
    ]
    if len(lowered) != 1:
        return None
    return scope.term(name), tuple(step for step in steps if step is not lowered[0])


def repeat_after(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a loop that asks after each round."""
    _, line, body, test = statement
    steps = tuple(block(("blk", line, body), scope))
    condition = scope.term(test)
    if condition == FALSE or not steps:
        return list(steps)
    return [*steps, Repeat(steps, test=condition, line=line)]
