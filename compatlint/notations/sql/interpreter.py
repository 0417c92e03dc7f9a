"""Runs the statements of a migration over values that stand for a database: what it would do, step by step.

Nothing is executed. Where a condition depends on the database, both arms run; where it depends on the
dialect, that is MySQL. A loop over something unknown runs once. Every statement is counted.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from compatlint.notations.languages.python import UNKNOWN, Budget, Defined, Module, Project, TooMuch
from compatlint.notations.languages.python.operations import binary
from compatlint.notations.sql.schema import Step, UnclearStep
from compatlint.notations.sql.values import PARTS
from compatlint.wire.ir.span import Span

MAX_STATEMENTS = 20_000
MAX_CALLS = 12
MAX_TURNS = 400
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Flow(Enum):
    """How a body ends."""

    ON = "on"
    BREAK = "break"
    CONTINUE = "continue"
    RETURN = "return"


@dataclass(slots=True)
class ScriptFrame:
    """One call: the names it knows, and what it may return."""

    module: Module
    function: Function | None
    names: dict[str, object]
    returned: list[object] = field(default_factory=list)


class Interpreter:
    """Runs one script. `steps` is what it does, in order; `evaluate` and `truth` are given by `express`."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.steps: list[Step] = []
        self.budget = Budget(MAX_STATEMENTS)
        self.calls: list[ast.AST] = []
        self.globals: dict[tuple[str, str], object] = {}
        self.evaluate: Callable[[ScriptFrame, ast.expr], object] = lambda _frame, _node: UNKNOWN

    def script(self, module: Module, function: Function) -> tuple[Step, ...]:
        """Return what the entry function of a script does."""
        try:
            self.call(Defined(module, function), [], {})
        except (TooMuch, RecursionError):
            self.steps.append(UnclearStep("takes too many steps to read", module.span(function)))
        return tuple(self.steps)

    def span(self, frame: ScriptFrame, node: ast.AST) -> Span:
        """Return where a node stands."""
        return frame.module.span(node)

    def call(self, callee: Defined, arguments: Sequence[object], named: dict[str, object]) -> object:
        """Run a function of the release; return what it returns as far as that is known."""
        node = callee.node
        if not isinstance(node, Function) or node in self.calls or len(self.calls) >= MAX_CALLS:
            return UNKNOWN
        frame = ScriptFrame(callee.module, node, _bind(node, arguments, named))
        for argument, default in _defaults(node):
            if argument not in frame.names:
                frame.names[argument] = self.evaluate(ScriptFrame(callee.module, None, {}), default)
        self.calls.append(node)
        try:
            self.body(frame, node.body)
        finally:
            self.calls.pop()
        known = [each for each in frame.returned if each is not UNKNOWN]
        return (known or [UNKNOWN])[0] if frame.returned else None

    def body(self, frame: ScriptFrame, statements: Sequence[ast.stmt]) -> Flow:
        """Run statements until one leaves."""
        for each in statements:
            flow = self.statement(frame, each)
            if flow is not Flow.ON:
                return flow
        return Flow.ON

    def statement(self, frame: ScriptFrame, node: ast.stmt) -> Flow:
        """Run one statement."""
        self.budget.spend()
        if isinstance(node, Function):
            frame.names[node.name] = Defined(frame.module, node)
        take = _STATEMENTS.get(type(node))
        flow = take(self, frame, node) if take is not None else None
        return flow or Flow.ON

    def _expression(self, frame: ScriptFrame, node: ast.Expr) -> None:
        self.evaluate(frame, node.value)

    def _assign(self, frame: ScriptFrame, node: ast.Assign) -> None:
        value = self.evaluate(frame, node.value)
        for target in node.targets:
            bind(frame, target, value, self.budget)

    def _annotated(self, frame: ScriptFrame, node: ast.AnnAssign) -> None:
        if node.value is not None:
            bind(frame, node.target, self.evaluate(frame, node.value), self.budget)

    def _while(self, frame: ScriptFrame, node: ast.While) -> Flow:
        return self._maybe(frame, node.body)

    def _with(self, frame: ScriptFrame, node: ast.With | ast.AsyncWith) -> Flow:
        for item in node.items:
            value = self.evaluate(frame, item.context_expr)
            if item.optional_vars is not None:
                bind(frame, item.optional_vars, value, self.budget)
        return self.body(frame, node.body)

    def _try(self, frame: ScriptFrame, node: ast.Try | ast.TryStar) -> Flow:
        flow = self.body(frame, [*node.body, *node.orelse])
        ending = self.body(frame, node.finalbody)
        return ending if ending is not Flow.ON else flow

    def _return(self, frame: ScriptFrame, node: ast.Return) -> Flow:
        frame.returned.append(self.evaluate(frame, node.value) if node.value is not None else None)
        return Flow.RETURN

    def _leave(self, _frame: ScriptFrame, node: ast.stmt) -> Flow:
        return _LEAVING[type(node)]

    def _augment(self, frame: ScriptFrame, node: ast.AugAssign) -> None:
        value = self.evaluate(frame, node.value)
        if not isinstance(node.target, ast.Name):
            return
        old = frame.names.get(node.target.id, UNKNOWN)
        added = isinstance(node.op, ast.Add)
        if added and isinstance(old, list) and isinstance(value, list | tuple):
            if self.budget.may_put(old, value, len(value)):
                old.extend(value)
        elif added and isinstance(old, str) and isinstance(value, str):
            frame.names[node.target.id] = binary(node.op, old, value, self.budget)
        else:
            frame.names[node.target.id] = UNKNOWN

    def _if(self, frame: ScriptFrame, node: ast.If) -> Flow:
        test = truth(self.evaluate(frame, node.test))
        if test is not None:
            return self.body(frame, node.body if test else node.orelse)
        before = dict(frame.names)
        self._maybe(frame, node.body)
        taken, frame.names = frame.names, before
        self._maybe(frame, node.orelse)
        other = frame.names
        names = {name: either(value, other.get(name, UNKNOWN)) for name, value in taken.items()}
        frame.names = other | names
        return Flow.ON

    def _maybe(self, frame: ScriptFrame, statements: Sequence[ast.stmt]) -> Flow:
        """Run a body that may not run; whatever leaves it, we go on behind it."""
        self.body(frame, statements)
        return Flow.ON

    def _for(self, frame: ScriptFrame, node: ast.For | ast.AsyncFor) -> Flow:
        items = elements(self.evaluate(frame, node.iter))
        if items is None:
            bind(frame, node.target, UNKNOWN, self.budget)
            self._maybe(frame, node.body)
            return self.body(frame, node.orelse)
        for item in items[:MAX_TURNS]:
            bind(frame, node.target, item, self.budget)
            flow = self.body(frame, node.body)
            if flow is Flow.RETURN:
                return flow
            if flow is Flow.BREAK:
                return Flow.ON
        return self.body(frame, node.orelse)


_LEAVING: Final = {ast.Raise: Flow.RETURN, ast.Break: Flow.BREAK, ast.Continue: Flow.CONTINUE}
_STATEMENTS: Final[dict[type[ast.stmt], Callable[[Interpreter, ScriptFrame, Any], Flow | None]]] = {
    ast.Expr: Interpreter._expression,
    ast.Assign: Interpreter._assign,
    ast.AnnAssign: Interpreter._annotated,
    ast.AugAssign: Interpreter._augment,
    ast.If: Interpreter._if,
    ast.For: Interpreter._for,
    ast.AsyncFor: Interpreter._for,
    ast.While: Interpreter._while,
    ast.With: Interpreter._with,
    ast.AsyncWith: Interpreter._with,
    ast.Try: Interpreter._try,
    ast.TryStar: Interpreter._try,
    ast.Return: Interpreter._return,
    **dict.fromkeys(_LEAVING, Interpreter._leave),
}


def elements(value: object) -> list[object] | None:
    """Return what a loop goes over; None if that is not known."""
    if value is PARTS:
        return [PARTS]
    if isinstance(value, list | tuple | dict | range):
        return list(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=repr)
    return None


def either(one: object, other: object) -> object:
    """Return what a name stands for that may stand for two things: the known one of them.

    Of two texts neither.
    """
    if one is UNKNOWN or other is UNKNOWN:
        return one if other is UNKNOWN else other
    return UNKNOWN if isinstance(one, str) and isinstance(other, str) and one != other else one


def truth(value: object) -> bool | None:
    """Return whether a value counts as true; None if that is not known."""
    if value is UNKNOWN or value is PARTS:
        return None
    return bool(value)


def bind(frame: ScriptFrame, target: ast.expr, value: object, budget: Budget) -> None:
    """Give a value to a name, or its parts to several."""
    if isinstance(target, ast.Name):
        frame.names[target.id] = value
    elif isinstance(target, ast.Tuple | ast.List):
        parts = list(value) if isinstance(value, tuple | list) and len(value) == len(target.elts) else None
        unknown = PARTS if value is PARTS else UNKNOWN
        for index, each in enumerate(target.elts):
            bind(frame, each, parts[index] if parts is not None else unknown, budget)
    elif isinstance(target, ast.Starred):
        bind(frame, target.value, UNKNOWN, budget)
    elif (
        isinstance(target, ast.Subscript)
        and isinstance(target.value, ast.Name)
        and isinstance(target.slice, ast.Constant)
    ):
        holder = frame.names.get(target.value.id)
        if isinstance(holder, dict) and budget.may_put(holder, (value,)):
            holder[target.slice.value] = value


def _bind(node: Function, arguments: Sequence[object], named: dict[str, object]) -> dict[str, object]:
    """Return what a function's arguments are; what the caller does not give and has no default is unknown."""
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    known: dict[str, object] = dict(zip(names, arguments, strict=False))
    keywords = {each.arg for each in node.args.kwonlyargs} | set(names)
    known |= {name: value for name, value in named.items() if name in keywords}
    if node.args.vararg is not None:
        known[node.args.vararg.arg] = list(arguments[len(names) :])
    if node.args.kwarg is not None:
        known[node.args.kwarg.arg] = {name: value for name, value in named.items() if name not in keywords}
    defaulted = {name for name, _ in _defaults(node)}
    return known | {name: UNKNOWN for name in keywords if name not in known and name not in defaulted}


def _defaults(node: Function) -> list[tuple[str, ast.expr]]:
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    given = node.args.defaults
    found = list(zip(names[len(names) - len(given) :], given, strict=True))
    return found + [
        (each.arg, default)
        for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    ]
