"""Statements that choose: if, switch, try, and methods that choose a class."""

from __future__ import annotations

from compatlint.notations.ceph import stream_calls
from compatlint.notations.ceph.blocks import block, shallow
from compatlint.notations.ceph.expression_effects import nested
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.languages.cpp.file_facts import Body, Expression, Statement
from compatlint.wire.ir.steps import Inlined, Leave, Let, Program, Refuse, Seek, Step, Try, When
from compatlint.wire.ir.terms import Const, Term, operate


def branch(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a choice of two ways; a sanity check of what is not on the wire is none."""
    _, line, test, then, otherwise = statement
    made = _factory(test, scope)
    if made is not None:
        return made
    before = nested(("list", (test,)), line, scope)
    condition = scope.term(test)
    yes = _only_refusal(tuple(block(("blk", line, then), scope)))
    no = _only_refusal(tuple(block(("blk", line, otherwise), scope)))
    if isinstance(condition, Const):
        return [*before, *(yes if condition.value else no)]
    if not yes and not no:
        return before
    if yes and isinstance(yes[0], Refuse) and not no and not scope.writing and not scope.clear(condition):
        return before  # a sanity check of something that is not on the wire
    return [*before, When(condition, yes, no, line)]


def _only_refusal(steps: Program) -> Program:
    """Return a way that ends in giving up as just that: the words of an error are no values."""
    if steps and isinstance(steps[-1], Refuse) and all(isinstance(step, Let) for step in steps[:-1]):
        return steps[-1:]
    return steps


def _factory(test: Expression, scope: FunctionScope) -> list[Step] | None:
    """Read `if (!create(type)) throw`.

    What the method chooses, and that it gives up where it returns false.
    """
    if scope.writing or test[0] != "un" or test[1] != "!" or test[2][0] != "call" or test[2][1][0] != "id":
        return None
    callee, arguments = test[2][1], test[2][2]
    if scope.owner is None or scope.depth > 4 or any(scope.stream(each) is not None for each in arguments):
        return None
    found = scope.method_of(scope.owner, callee[1])
    if found is None or len(arguments) != len(found[0].params) or not found[0].mentions("reset(new"):
        return None
    function, path, owner = found
    inner = scope.enter(function, path, owner, scope.prefix)
    for (text_, parameter), argument in zip(function.params, arguments, strict=True):
        inner.bind(text_, parameter, scope, argument)
    steps = inner.lower(_giving_up(function.body))
    return [Inlined(steps, "function")]


def _giving_up(body: Body) -> Body:
    """Return a body with `throw` for `return false`."""
    out: list[Statement] = []
    for statement in body:
        if statement[0] == "ret" and statement[2] is not None and statement[2][:2] == ("num", 0):
            out.append(("throw", statement[1], "returns false"))
        elif statement[0] == "switch":
            cases = tuple((labels, _giving_up(inner)) for labels, inner in statement[3])
            out.append((*statement[:3], cases))
        else:
            out.append(statement)
    return tuple(out)


def switch(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a choice by value: a chain of tests, each way with the ones that it falls through to."""
    _, line, on, cases = statement
    before = nested(("list", (on,)), line, scope)
    subject = scope.term(on)
    lowered: list[tuple[Term | None, Program]] = []
    for index, (labels, _) in enumerate(cases):
        body: list[Statement] = []
        for _, following in cases[index:]:
            body.extend(following)
            if _ends(following):
                break
        with scope.nested():
            steps = _without_break(scope.lower(_flat(tuple(body))))
        test: Term | None = None
        for label in labels:
            one = operate("==", (subject, scope.term(label))) if label is not None else None
            if one is None:
                test = None
                break
            test = one if test is None else operate("||", (test, one))
        lowered.append((test if None not in labels else None, steps))
    chain: Program = next((steps for test, steps in lowered if test is None), ())
    for test, steps in reversed(lowered):
        if test is not None:
            if isinstance(test, Const):
                chain = steps if test.value else chain
            else:
                chain = (When(test, steps, chain, line),) if steps or chain else ()
    return [*before, Inlined(chain, "switch")] if chain else before


def _flat(body: Body) -> Body:
    """Take the braces of a case off."""
    out: list[Statement] = []
    for statement in body:
        if statement[0] == "blk":
            out.extend(statement[2])
        else:
            out.append(statement)
    return tuple(out)


def _ends(body: Body) -> bool:
    """Tell whether control does not fall out of the end of a case."""
    for statement in reversed(body):
        if statement[0] in ("brk", "ret", "throw", "cont"):
            return True
        if statement[0] == "blk":
            return _ends(statement[2])
        return bool(statement[0] == "x" and stream_calls.aborts(statement[2]))
    return False


def _without_break(steps: Program) -> Program:
    while steps and isinstance(steps[-1], Leave) and steps[-1].what == "loop":
        steps = steps[:-1]
    if any(isinstance(step, Leave) and step.what == "loop" for step in shallow(steps)):
        steps = _replace_break(steps)
    return steps


def _replace_break(steps: Program) -> Program:
    """Turn the `break`s of a switch, which read as ends of a loop, into ends of the switch."""
    out: list[Step] = []
    for step in steps:
        if isinstance(step, Leave) and step.what == "loop":
            out.append(Leave("switch"))
        elif isinstance(step, When):
            out.append(When(step.test, _replace_break(step.then), _replace_break(step.otherwise), step.line))
        else:
            out.append(step)
    return tuple(out)


def attempt(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a try: a second way only where a handler reads on."""
    _, line, body, handlers = statement
    steps = tuple(block(("blk", line, body), scope))
    for _, handler in handlers:
        instead = tuple(block(("blk", line, handler), scope))
        if any(isinstance(step, Seek) for step in shallow(instead)) or any(
            not isinstance(step, Let | Leave | Refuse) for step in instead
        ):
            return [Try(steps, instead, line)]
    return list(steps)
