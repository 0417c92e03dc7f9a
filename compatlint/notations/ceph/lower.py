"""Statements of an encoder or decoder to the steps of a wire program.

Everything that touches a stream becomes a step or `Unclear`; what touches none becomes a `Let` or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from compatlint.notations.ceph import adhoc, calls, visitors
from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.scope import Local, Scope, count_uses, text
from compatlint.notations.ceph.types import Types
from compatlint.notations.cpp.facts import Body, Expression, FunctionFacts, Statement
from compatlint.wire.steps import (
    Enter,
    Item,
    Leave,
    Let,
    Mark,
    Program,
    Refuse,
    Repeat,
    Seek,
    Skip,
    Splice,
    Step,
    Try,
    Unclear,
    When,
)
from compatlint.wire.steps import Scope as Inlined
from compatlint.wire.terms import FALSE, AtEnd, Const, Op, Opaque, Term, Var, negate, operate

MAX_STEPS = 6000


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

    A free function's first parameter that is no stream is what `this` would be. With `buffer`, the path of a buffer,
    the function is an ordinary one and only what it does to that buffer counts.
    """
    scope_name = function.name.rsplit("::", 1)[0] if "::" in function.name else ""
    bound: tuple[tuple[str, CType], ...] = ()
    if owner is not None:
        found = types.class_of(types.settle(owner))
        if found is not None:
            scope_name, bound = found[0].name, types.bindings(found[0], types.settle(owner))
    scope = Scope(
        types,
        writing,
        Site(scope_name, path, bound),
        owner,
        uses=count_uses(function.body),
        message=message,
        function=function.name,
        lowering=lower,
    )
    scope.active = ((function.name, function.line),)
    if buffer:
        return _lower_around(function, scope, buffer)
    rooted = message
    free_object = owner is None
    for text_, name in function.params:
        kind = parse_type(text_, scope.site)
        if scope.is_stream_type(kind) or _looks_like_stream(text_, name, function):
            scope.locals[name] = Local(kind, name, "" if not rooted else name, buffer=kind.name.endswith("list"))
            rooted = True
        elif owner is not None and kind.name in function.template and function.name.endswith("::_denc_friend"):
            scope.locals[name] = Local(owner, name)
        elif free_object:
            scope.owner, free_object = kind, False
            scope.locals[name] = Local(kind, "")
        else:
            scope.locals[name] = Local(kind, name)
    return tidy(lower(function.body, scope))


def _lower_around(function: FunctionFacts, scope: Scope, buffer: str) -> Program:
    """Return what an ordinary function does to one buffer."""
    for text_, name in function.params:
        scope.locals[name] = Local(parse_type(text_, scope.site), name, "" if name == buffer else None, buffer=name == buffer)
    if "." in buffer:
        scope.locals[f"@{buffer}"] = Local(CType("bufferlist"), buffer, "", buffer=True)
    return tidy(adhoc.sliced(lower(function.body, scope)))


def _looks_like_stream(text_: str, name: str, function: FunctionFacts) -> bool:
    """Recognise a templated position: `template<class It> void decode(It& p)`."""
    bare = text_.replace("&", "").replace("const", "").strip()
    return bare in function.template and name in ("p", "it", "bl", "app", "iter", "bp", "bliter", "cbl") and bare not in ("T",)


def tidy(program: Program) -> Program:
    """Drop steps that say nothing: a trailing leave of the function."""
    while program and program[-1] == Leave("function"):
        program = program[:-1]
    return program


def lower(body: Body, scope: Scope) -> Program:
    """Return the steps of a body."""
    out: list[Step] = []
    for statement in body:
        out.extend(_STATEMENTS[statement[0]](statement, scope))
        scope.serial[0] += 1
        if scope.serial[0] > MAX_STEPS:
            raise TooLarge
    return tuple(out) if scope.writing else _handed_on(out, scope)


def _handed_on(steps: list[Step], scope: Scope) -> Program:
    """Name a value that is read into a local and stored at once (`decode(tmp, p); flag = tmp;`) after where it goes."""
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
        ):
            out[-1:] = [replace(last, name=step.name, dead=False), Let(last.name, Var(step.name), step.line)]
        else:
            out.append(step)
    return tuple(out)


def _block(statement: Statement, scope: Scope) -> list[Step]:
    """Lower a block; its locals end with it."""
    known, frames = dict(scope.locals), list(scope.frames)
    steps = list(lower(statement[2], scope))
    scope.locals, scope.frames = (
        {**{name: scope.locals.get(name, local) for name, local in known.items()}, **_kept(scope, known)},
        frames,
    )
    for name, local in known.items():
        scope.locals[name] = local
    return steps


def _kept(scope: Scope, known: dict[str, Local]) -> dict[str, Local]:
    return {name: local for name, local in scope.locals.items() if name.startswith("@") and name not in known}


def _expression(statement: Statement, scope: Scope) -> list[Step]:
    return [*_resized(statement[2], statement[1], scope), *evaluate(statement[2], statement[1], scope)]


def _resized(expression: Expression, line: int, scope: Scope) -> list[Step]:
    """Read `c.resize(n)`: from here on, a reader's loop over the container goes n rounds."""
    if scope.writing or expression[0] != "call" or expression[1][0] != "mem" or expression[1][2] != "resize":
        return []
    path = scope.path(expression[1][1])
    if not path or len(expression[2]) != 1 or scope.stream(expression[1][1]) is not None:
        return []
    return [Let(f"{path}.size()", scope.term(expression[2][0]), line)]


def evaluate(expression: Expression, line: int, scope: Scope) -> list[Step]:
    """Lower an expression for what it does."""
    kind = expression[0]
    if kind == "call":
        found = calls.call(expression, line, scope)
        if found is not None:
            return found
        return _nested(expression, line, scope)
    if kind == "asg":
        return _assign(expression, line, scope)
    if kind == "inc":
        return _increment(expression, line, scope)
    if kind == "bin" and expression[1] == ",":
        return evaluate(expression[2], line, scope) + evaluate(expression[3], line, scope)
    if kind == "bin" and expression[1] in ("<<", "&&", "||") and not _has_stream_call(expression, scope):
        return []  # logging
    if kind == "cond" and _has_stream_call(expression, scope):
        return _if(("if", line, expression[1], (("x", line, expression[2]),), (("x", line, expression[3]),)), scope)
    return _nested(expression, line, scope)


def _nested(expression: Expression, line: int, scope: Scope) -> list[Step]:
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
            found = calls.call(part, line, scope)
            if found is not None:
                out.extend(found)
            else:
                stack = [each for each in part[1:] if isinstance(each, tuple)] + stack
        elif part and part[0] not in ("lam", "str", "num", "id"):
            stack = [each for each in part[1:] if isinstance(each, tuple)] + stack
    return out


def _has_stream_call(expression: Expression, scope: Scope) -> bool:
    stack: list[object] = [expression]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple) and part:
            if part[0] == "call" and any(isinstance(each, tuple) and scope.stream(each) is not None for each in part[2]):
                return True
            stack.extend(part)
    return False


def _assign(expression: Expression, line: int, scope: Scope) -> list[Step]:
    _, name, left, right = expression
    target, source = scope.stream(left), scope.stream(right)
    if target is not None and not scope.writing:
        if name == "+=":
            return [Skip(scope.term(right), target, line)]
        if left[0] == "id" and source is not None:
            mark = scope.locals.get(left[1])
            if mark is not None and mark.path.startswith("mark:") and mark.stream == source:
                return [Mark(mark.path, source)]
            other = scope.locals.get(right[1]) if right[0] == "id" else None
            if other is not None and other.path.startswith("mark:"):
                return [Seek(other.path, target)]
            return [Unclear(text(expression), line, target)]
    if target is not None and scope.writing and name == "=":
        return [Unclear(text(expression), line, target)] if source is not None and source != target else []
    if not scope.writing and left[0] == "id" and _reads_from(right, scope):
        opened = _open_stream(left[1], right, line, scope, scope.locals.get(left[1], Local()).type)
        if opened is not None:
            return opened
    before = _nested(("list", (right,)), line, scope)
    path = scope.path(left)
    if path is None:
        return before
    value = _variant_value(right, left, scope) or scope.term(right)
    if name != "=":
        value = operate(name[:-1], (Var(path), value))
    local = scope.locals.get(left[1]) if left[0] == "id" else None
    if local is not None:
        local.term = None
        if local.type is None or local.type.name == "auto":
            local.type = scope.typ(right)
    scope.note(path, value)
    return [*before, Let(path, value, line)]


def _variant_value(right: Expression, left: Expression, scope: Scope) -> Term | None:
    """Read `event = SomeAlternative()` into a variant as the choice of an alternative."""
    name = right[1][1] if right[0] == "call" and right[1][0] == "id" else right[1] if right[0] in ("make", "new") else None
    if not isinstance(name, str):
        return None
    if right[0] != "new" and not visitors.alternatives(scope.typ(left), scope):
        return None
    return Const("type:" + (scope.types.tag(parse_type(name, scope.site)) if right[0] == "new" else name.rsplit("::", 1)[-1]))


def _increment(expression: Expression, line: int, scope: Scope) -> list[Step]:
    if scope.stream(expression[2]) is not None:
        return [] if scope.writing else [Skip(Const(1), scope.stream(expression[2]) or "", line)]
    path = scope.path(expression[2])
    return [Let(path, operate("+" if expression[1] == "++" else "-", (Var(path), Const(1))), line)] if path else []


def _declare(statement: Statement, scope: Scope) -> list[Step]:
    _, line, text_, name, initial, size = statement
    kind = scope.kind(text_)
    if kind.name == "auto" and initial is not None:
        kind = scope.typ(initial) or kind
    if initial is not None and initial[0] == "lam":
        scope.locals[name] = Local(kind, name, lambda_=initial)
        return []
    if size is not None:
        kind = CType("@array", (kind, CType(str(size[1]) if size[0] in ("num", "id") else "?", (), scope.site)), scope.site)
    opened = _declare_stream(name, kind, text_, initial, line, scope)
    if opened is not None:
        return opened
    path = name if scope.depth == 0 else f"{scope.function.rsplit('::', 1)[-1]}#{scope.depth}.{name}"
    return _declare_value(name, path, kind, text_, initial, line, scope)


def _declare_value(
    name: str, path: str, kind: CType, text_: str, initial: Expression | None, line: int, scope: Scope
) -> list[Step]:
    """Declare a local that is no stream: a reference is the place it refers to, anything else a value."""
    if initial is None:
        scope.locals[name] = Local(kind, path)
        return []
    settled = scope.types.settle(kind)
    target = scope.path(initial)
    refers = "&" in text_ or "*" in text_ or settled.name == "@iterator"
    before = _nested(("list", (initial,)), line, scope)
    if refers and target is not None:
        scope.locals[name] = Local(kind, target)
        return before
    scope.locals[name] = Local(kind, path)
    variant = _variant_value(initial, ("id", name), scope)
    if (initial[0] == "make" and len(initial[2]) != 1) or initial == ("list", ()):
        return before
    value = variant or scope.term(initial)
    scope.note(path, value)
    return [*before, Let(path, value, line)]


def _declare_stream(name: str, kind: CType, text_: str, initial: Expression | None, line: int, scope: Scope) -> list[Step] | None:
    """Declare a local buffer or position; None if it is neither."""
    if initial is not None and _reads_from(initial, scope):
        opened = _open_stream(name, initial, line, scope, kind)
        if opened is not None:
            return opened
    if not scope.is_stream_type(kind):
        source = scope.stream(initial) if initial is not None else None
        if source is not None and ("auto" in text_ or not scope.writing):
            if "&" in text_ or scope.writing:
                scope.locals[name] = Local(kind, name, source)
                return []
            scope.locals[name] = Local(kind, f"mark:{name}", source)
            return [Mark(f"mark:{name}", source)]
        return None
    if scope.writing:
        source = scope.stream(initial) if initial is not None else None
        unique = f"{name}~{scope.depth}.{line}" if source is None or "&" not in text_ else source
        scope.locals[name] = Local(kind, name if scope.depth == 0 else f"{name}~{scope.depth}", unique, buffer=True)
        return []
    if initial is not None:
        source = scope.stream(initial if initial[0] != "make" else (initial[2] or (initial,))[0])
        if source is not None and not scope.locals.get(_root(initial), Local()).buffer:
            scope.locals[name] = Local(kind, f"mark:{name}", source)
            return [Mark(f"mark:{name}", source)]
        if source is not None:
            scope.locals[name] = Local(kind, name, source)
            return []
        opened = _open_stream(name, initial, line, scope, kind)
        if opened is not None:
            return opened
    scope.locals[name] = Local(kind, name, None if "list" in kind.name or "ptr" in kind.name else f"{name}~{scope.depth}")
    return []


def _root(expression: Expression) -> str:
    while expression and expression[0] in ("un", "cast", "mem"):
        expression = expression[2] if expression[0] != "mem" else expression[1]
    return str(expression[1]) if expression and expression[0] == "id" else ""


_BEGIN = ("begin", "cbegin")


def _begun(expression: Expression) -> Expression | None:
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


def _reads_from(expression: Expression, scope: Scope) -> bool:
    """Tell whether an expression begins to read a buffer."""
    owner = _begun(expression)
    if owner is not None:
        return scope.stream(owner) is not None or scope.is_stream_type(scope.typ(owner)) or _is_blob(owner, scope)
    return False


def _is_blob(owner: Expression, scope: Scope) -> bool:
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


def _open_stream(name: str, initial: Expression, line: int, scope: Scope, kind: CType | None) -> list[Step] | None:
    """Open a position in a buffer: the codec's own, another open one, or the bytes of a value read before."""
    owner = initial[1][1] if initial[0] == "call" and initial[1][0] == "mem" else _begun(initial) or initial
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


def _if(statement: Statement, scope: Scope) -> list[Step]:
    _, line, test, then, otherwise = statement
    made = _factory(test, line, scope)
    if made is not None:
        return made
    before = _nested(("list", (test,)), line, scope)
    condition = scope.term(test)
    known = dict(scope.locals)
    yes = _only_refusal(tuple(_block(("blk", line, then), scope)))
    scope.locals = {**known, **_kept(scope, known)}
    no = _only_refusal(tuple(_block(("blk", line, otherwise), scope)))
    scope.locals = {**known, **_kept(scope, known)}
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


def _factory(test: Expression, line: int, scope: Scope) -> list[Step] | None:
    """Read `if (!create(type)) throw`: what the method chooses, and that it gives up where it returns false."""
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


def _each(statement: Statement, scope: Scope) -> list[Step]:
    _, line, text_, names, over, body = statement
    known = dict(scope.locals)
    element = scope.types.element(scope.typ(over) or CType("?"))
    path = scope.path(over)
    place = f"{path}[]" if path is not None else text(over) + "[]"
    if len(names) == 1:
        kind = parse_type(text_, scope.site)
        scope.locals[names[0]] = Local(
            element if element is not None and kind.name == "auto" else kind if kind.name != "auto" else None, place
        )
    else:
        for index, name in enumerate(names):
            part = element.args[index] if element is not None and len(element.args) > index else None
            scope.locals[name] = Local(part, f"{place}.{'first' if index == 0 else 'second'}")
    steps = lower(body, scope)
    scope.locals = {**known, **_kept(scope, known)}
    if not steps:
        return []
    wire = scope.types.settle(scope.typ(over) or CType("?"))
    count: Term = Op("size", (Var(path) if path is not None else Opaque(text(over)),))
    if wire.name.rsplit("::", 1)[-1] in ("array", "@array") and len(wire.args) > 1:
        number = scope.types.number(wire.args[1])
        count = Const(number) if number is not None else count
    return [Repeat(steps, count=count, line=line, each=tuple(names), over=path or "")]


def _for(statement: Statement, scope: Scope) -> list[Step]:
    _, line, initial, test, update, body = statement
    known = dict(scope.locals)
    before: list[Step] = []
    for part in initial:
        before.extend(_STATEMENTS[part[0]](part, scope))
    over = _iterated(initial, test, scope)
    steps = lower(body, scope)
    count, index = (None, "") if over is not None else _counted(initial, test, update, scope)
    condition = scope.term(test) if test is not None else Const(1)
    after = tuple(evaluate(update, line, scope)) if update is not None and over is None and count is None else ()
    scope.locals = {**known, **_kept(scope, known)}
    if not any(not isinstance(step, Let) for step in steps):
        return []
    if over is not None:
        return [Repeat(steps, count=over[0], line=line, over=over[1])]
    if count is not None:
        return [*before, Repeat(steps, count=count, index=index, line=line)]
    return [*before, Repeat((*steps, *after), test=condition, line=line)]


def _iterated(initial: Body, test: Expression | None, scope: Scope) -> tuple[Term, str] | None:
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


def _counted(initial: Body, test: Expression | None, update: Expression | None, scope: Scope) -> tuple[Term | None, str]:
    """Read a loop that counts up to, or down from, a number."""
    if test is None:
        return None, ""
    if test[0] == "bin" and test[1] in ("<", "!=", "<=") and test[2][0] == "id":
        start = next((part[4] for part in initial if part[0] == "decl" and part[3] == test[2][1]), None)
        if start is None:
            start = next(
                (part[2][3] for part in initial if part[0] == "x" and part[2][0] == "asg" and part[2][2] == test[2]), None
            )
        if start is not None and update is not None and update[0] in ("inc", "asg"):
            size = operate("-", (scope.term(test[3]), scope.term(start)))
            return (operate("+", (size, Const(1))) if test[1] == "<=" else size), scope.path(test[2]) or ""
    down = (
        test
        if test[0] == "id"
        else test[2]
        if test[0] == "bin" and test[1] in (">", "!=") and test[3][:2] == ("num", 0)
        else None
    )
    if down is not None and update is not None and update[0] == "inc" and update[1] == "--" and update[2] == down:
        return scope.term(down), ""
    if test[0] == "inc" and test[1] == "--":
        return scope.term(test[2]), ""
    return None, ""


def _while(statement: Statement, scope: Scope) -> list[Step]:
    _, line, test, body = statement
    known = dict(scope.locals)
    count: Term | None = None
    if test[0] == "inc" and test[1] == "--":  # `while (--n)` is one round less than `while (n--)`
        count = operate("-", (scope.term(test[2]), Const(int("prefix" in test[3:]))))
    elif test[0] == "bin" and test[1] in (">", "!=") and test[2][0] == "inc" and test[2][1] == "--":
        count = scope.term(test[2][2])
    before = _nested(("list", (test,)), line, scope)
    condition = scope.term(test)
    steps = lower(body, scope)
    scope.locals = {**known, **_kept(scope, known)}
    if count is None:
        counter = _counted_down(test, steps, scope)
        if counter is not None:
            count, steps = counter
    if not any(not isinstance(step, Let) for step in steps):
        return before
    return [*before, Repeat(steps, count=count, test=None if count is not None else condition, line=line)]


def _counted_down(test: Expression, steps: Program, scope: Scope) -> tuple[Term, Program] | None:
    """Read `while (n > 0) { ...; n--; }`."""
    name = (
        test
        if test[0] == "id"
        else test[2]
        if test[0] == "bin" and test[1] in (">", "!=") and test[3][:2] == ("num", 0)
        else None
    )
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


def _do(statement: Statement, scope: Scope) -> list[Step]:
    _, line, body, test = statement
    steps = tuple(_block(("blk", line, body), scope))
    condition = scope.term(test)
    if condition == FALSE or not steps:
        return list(steps)
    return [*steps, Repeat(steps, test=condition, line=line)]


def _switch(statement: Statement, scope: Scope) -> list[Step]:
    _, line, on, cases = statement
    before = _nested(("list", (on,)), line, scope)
    subject = scope.term(on)
    known = dict(scope.locals)
    lowered: list[tuple[Term | None, Program]] = []
    for index, (labels, _) in enumerate(cases):
        body: list[Statement] = []
        for _, following in cases[index:]:
            body.extend(following)
            if _ends(following):
                break
        steps = _without_break(lower(_flat(tuple(body)), scope))
        scope.locals = {**known, **_kept(scope, known)}
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
        if statement[0] == "x" and calls.aborts(statement[2]):
            return True
        return False
    return False


def _without_break(steps: Program) -> Program:
    while steps and isinstance(steps[-1], Leave) and steps[-1].what == "loop":
        steps = steps[:-1]
    if any(isinstance(step, Leave) and step.what == "loop" for step in _shallow(steps)):
        steps = _replace_break(steps)
    return steps


def _shallow(steps: Program) -> list[Step]:
    out: list[Step] = []
    for step in steps:
        out.append(step)
        if isinstance(step, When):
            out.extend(_shallow(step.then) + _shallow(step.otherwise))
    return out


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


def _try(statement: Statement, scope: Scope) -> list[Step]:
    _, line, body, handlers = statement
    known = dict(scope.locals)
    steps = tuple(_block(("blk", line, body), scope))
    scope.locals = {**known, **_kept(scope, known)}
    for _, handler in handlers:
        instead = tuple(_block(("blk", line, handler), scope))
        scope.locals = {**known, **_kept(scope, known)}
        if any(isinstance(step, Seek) for step in _shallow(instead)) or any(
            not isinstance(step, Let | Leave | Refuse) for step in instead
        ):
            return [Try(steps, instead, line)]
    return list(steps)


def _return(statement: Statement, scope: Scope) -> list[Step]:
    before = evaluate(statement[2], statement[1], scope) if statement[2] is not None else []
    failed = statement[2] is not None and statement[2][0] == "un" and statement[2][1] == "-" and not scope.writing
    return [*before, Refuse(f"returns {text(statement[2])}", statement[1])] if failed else [*before, Leave("function")]


def _throw(statement: Statement, scope: Scope) -> list[Step]:
    return [Refuse(statement[2], statement[1])]


def _unknown(statement: Statement, scope: Scope) -> list[Step]:
    words = statement[2]
    touches = any(name in words for name, local in scope.locals.items() if local.stream is not None and name)
    return [Unclear(words, statement[1])] if touches and ("code" in words or "copy" in words or "append" in words) else []


_STATEMENTS: dict[str, Callable[[Statement, Scope], list[Step]]] = {
    "x": _expression,
    "decl": _declare,
    "if": _if,
    "for": _for,
    "each": _each,
    "while": _while,
    "do": _do,
    "switch": _switch,
    "try": _try,
    "ret": _return,
    "blk": _block,
    "brk": lambda statement, scope: [Leave("loop")],
    "cont": lambda statement, scope: [Leave("iteration")],
    "throw": _throw,
    "?": _unknown,
}

__all__ = ["AtEnd", "Splice", "TooLarge", "evaluate", "lower", "lower_function", "negate"]
