"""The statements of a client's methods.

Taken in order, into those of its methods that have a say in what is sent.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from compatlint.notations.languages.python import UnknownPython, walk
from compatlint.notations.languages.python.operations import binary
from compatlint.notations.openstack.rpc.calls import MORE, Calls
from compatlint.notations.openstack.rpc.path_state import Ended, LeaveLoop, MethodFrame, Returned
from compatlint.notations.openstack.rpc.relevance import bound_in
from compatlint.notations.openstack.rpc.values import OPEN, BoundClientMethod, Function, Own, mixed

MAX_DEPTH: Final = 8
MAX_TURNS: Final = 50
_REFUSALS: Final = re.compile(
    r"UnsupportedVersion|VersionCap|NoSuchMethod|RemoteError|^Exception$|^MessagingException$|^BaseException$"
)


class Follower(Calls):
    """Takes the statements of one method, and of those that it calls."""

    def body(self, statements: Iterable[ast.stmt]) -> None:
        """Take statements in order."""
        for each in statements:
            self.run.budget.spend()
            take = _STATEMENTS.get(type(each))
            if take is not None:
                take(self, each)

    def followed(
        self, bound: BoundClientMethod, positional: list[object], named: dict[str, object]
    ) -> object:
        """Return what a method of the client returns."""
        worth = self.run.everything or bound.node.name in self.run.surface.deciders or _makes(bound.node)
        if self.run.depth >= MAX_DEPTH or not worth:
            return mixed(bound, *positional, *named.values())
        inner = type(self)(self.run, MethodFrame(bound.owner, bound.node, {}))
        inner.frame.names = inner.bound(bound, positional, named)
        self.run.depth += 1
        try:
            inner.body(bound.node.body)
        except Returned as returned:
            return returned.value
        finally:
            self.run.depth -= 1
        return None

    def bound(
        self, bound: BoundClientMethod, positional: list[object], named: dict[str, object]
    ) -> dict[str, object]:
        """Return the arguments of a method by name, defaults filled in."""
        arguments = bound.node.args
        listed = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
        values: list[object] = positional if bound.simple else [Own(), *positional]
        names: dict[str, object] = dict(zip(listed, values, strict=False))
        more = MORE in named
        keywords = {key: value for key, value in named.items() if key != MORE}
        defaults = dict(zip(listed[len(listed) - len(arguments.defaults) :], arguments.defaults, strict=True))
        defaults |= {
            each.arg: default
            for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            if default is not None
        }
        for name in (*listed, *(each.arg for each in arguments.kwonlyargs)):
            if name in keywords:
                names[name] = keywords.pop(name)
            elif name not in names:
                names[name] = OPEN if more or name not in defaults else self.default(bound, defaults[name])
        if arguments.vararg is not None:
            names[arguments.vararg.arg] = tuple(values[len(listed) :])
        if arguments.kwarg is not None:
            names[arguments.kwarg.arg] = {**keywords, **({MORE: OPEN} if more else {})}
        return names

    def default(self, bound: BoundClientMethod, expression: ast.expr) -> object:
        """Return what a default is worth."""
        return self.run.surface.release.evaluate(bound.owner.module, expression, None, bound.owner.node)

    def assign(self, target: ast.expr, value: object) -> None:
        """Give a value to a name, an item or several of them."""
        if isinstance(target, ast.Name):
            self.frame.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value if isinstance(value, list | tuple) and len(value) == len(target.elts) else None
            for at, each in enumerate(target.elts):
                self.assign(
                    each,
                    parts[at] if parts is not None else value if isinstance(value, UnknownPython) else OPEN,
                )
        elif isinstance(target, ast.Subscript):
            owner, key = (
                self.value(target.value),
                self.value(target.slice) if not isinstance(target.slice, ast.Slice) else OPEN,
            )
            if isinstance(owner, dict) and self.run.budget.may_put(owner, (value,)):
                owner[key if isinstance(key, str | int) else MORE] = value
        elif isinstance(target, ast.Starred):
            self.assign(target.value, OPEN)

    def assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        """Take an assignment."""
        value = self.value(node.value)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self.assign(target, value)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self.assign(node.target, value)
        elif isinstance(node.target, ast.Name):
            before = self.frame.names.get(node.target.id, OPEN)
            joined = isinstance(before, tuple | str) and type(before) is type(value)
            known = joined and isinstance(node.op, ast.Add)
            made = binary(node.op, before, value, self.run.budget) if known else OPEN
            self.frame.names[node.target.id] = made

    def deleted(self, node: ast.Delete) -> None:
        """Take a `del`."""
        for target in node.targets:
            if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
                owner, key = self.value(target.value), self.value(target.slice)
                if isinstance(owner, dict) and isinstance(key, str | int):
                    owner.pop(key, None)

    def branched(self, node: ast.If) -> None:
        """Take an `if`; one that is open and decides nothing of what is sent takes no ways apart."""
        if self.run.everything or self.run.surface.decisive(self.frame.node, node):
            self.body(node.body if self.truth(node.test) else node.orelse)
        else:
            self.frame.names |= dict.fromkeys(bound_in([*node.body, *node.orelse]), OPEN)

    def looped(self, node: ast.For | ast.AsyncFor) -> None:
        """Take a loop: over a list in turn, over anything else once."""
        items = self.value(node.iter)
        turns = (
            list(items)[:MAX_TURNS]
            if isinstance(items, list | tuple | dict)
            else [items if isinstance(items, UnknownPython) else OPEN]
        )
        self.turns(((node.target, item) for item in turns), node.body, node.orelse)

    def repeated(self, node: ast.While) -> None:
        """Take a `while` once."""
        if self.truth(node.test):
            self.turns([(None, None)], node.body, [])

    def turns(
        self, turns: Iterable[tuple[ast.expr | None, object]], body: list[ast.stmt], orelse: list[ast.stmt]
    ) -> None:
        """Take the body of a loop for each of its turns."""
        for target, item in turns:
            if target is not None:
                self.assign(target, item)
            try:
                self.body(body)
            except LeaveLoop as leave:
                if leave.stops:
                    return
        self.body(orelse)

    def entered(self, node: ast.With | ast.AsyncWith) -> None:
        """Take the body of a `with`."""
        for item in node.items:
            value = self.value(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        self.body(node.body)

    def tried(self, node: ast.Try | ast.TryStar) -> None:
        """Take the body of a `try`; in another run, what the handler of a refusal does instead."""
        caught = [each for each in node.handlers if _catches(each)]
        self.run.forgiving += bool(caught)
        try:
            self.body(node.body)
        except Ended:
            if not node.handlers:
                raise
        finally:
            self.run.forgiving -= bool(caught)
        for each in caught:
            if _sends(each.body) and self.run.choose(ast.Constant(id(each)), OPEN, self.frame):
                self.body(each.body)
        self.body([*node.orelse, *node.finalbody])

    def returned(self, node: ast.Return) -> None:
        """Leave the method."""
        raise Returned(self.value(node.value))

    def raised(self, _node: ast.Raise) -> None:
        """Leave altogether."""
        raise Ended

    def left(self, node: ast.Break | ast.Continue) -> None:
        """Leave a turn of a loop, or all."""
        raise LeaveLoop(isinstance(node, ast.Break))

    def stated(self, node: ast.Expr) -> None:
        """Take an expression for what it does."""
        if not isinstance(node.value, ast.Constant):
            self.value(node.value)


def _makes(node: Function) -> bool:
    """Tell whether a method does nothing but put its arguments together: `return method, kwargs`."""
    if not node.body or not isinstance(node.body[-1], ast.Return):
        return False
    plain = all(
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in node.body[:-1]
    )
    return plain and isinstance(node.body[-1].value, ast.Tuple | ast.Dict)


def _catches(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler catches what a server that does not serve a call answers."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(_REFUSALS.search(getattr(each, "attr", getattr(each, "id", ""))) for each in kinds)


def _sends(body: list[ast.stmt]) -> bool:
    return any(
        isinstance(each, ast.Attribute) and each.attr in ("call", "cast", "prepare")
        for node in body
        for each in walk(node)
    )


_STATEMENTS: Final[dict[type[ast.stmt], Callable[[Follower, Any], None]]] = {
    ast.Assign: Follower.assigned,
    ast.AnnAssign: Follower.assigned,
    ast.AugAssign: Follower.assigned,
    ast.Delete: Follower.deleted,
    ast.If: Follower.branched,
    ast.For: Follower.looped,
    ast.AsyncFor: Follower.looped,
    ast.While: Follower.repeated,
    ast.With: Follower.entered,
    ast.AsyncWith: Follower.entered,
    ast.Try: Follower.tried,
    ast.TryStar: Follower.tried,
    ast.Return: Follower.returned,
    ast.Raise: Follower.raised,
    ast.Break: Follower.left,
    ast.Continue: Follower.left,
    ast.Expr: Follower.stated,
}
