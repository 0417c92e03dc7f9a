"""What the expressions of a client are worth while it is followed.

Plain values are values of Python; dicts are changed in place, as the source says. What is not understood is a
`Unknown`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any, Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External, UnknownPython
from compatlint.notations.openstack.rpc.path_state import ClientPath, MethodFrame
from compatlint.notations.openstack.rpc.values import (
    GIVEN,
    OPEN,
    Above,
    BoundClientMethod,
    Outside,
    Own,
    Prepared,
    Remote,
    Sending,
    known,
    mixed,
    plain,
)

MAX_SIZE = 5_000
_THINGS: Final = Own | Above | Remote | Prepared | Sending | BoundClientMethod | Defined
_OPERATORS: Final[dict[type[ast.AST], Callable[[Any, Any], object]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class Expressions:
    """Evaluates expressions in one frame of one run."""

    def __init__(self, run: ClientPath, frame: MethodFrame) -> None:
        self.run = run
        self.frame = frame

    def value(self, node: ast.expr | None) -> object:
        """Return what an expression is worth."""
        if node is None:
            return None
        self.run.budget.spend()
        evaluate = _KINDS.get(type(node))
        return evaluate(self, node) if evaluate is not None else self.other(node)

    def truth(self, node: ast.expr) -> bool:
        """Return which way a condition goes.

        Where that is open, one run takes the one way and another the other.
        """
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return not self.truth(node.operand)
        if isinstance(node, ast.BoolOp):
            stop = isinstance(node.op, ast.Or)
            return stop if any(self.truth(each) is stop for each in node.values) else not stop
        value = self.value(node)
        if isinstance(value, UnknownPython | Outside):
            return self.run.choose(node, value, self.frame)
        return True if isinstance(value, _THINGS) else bool(value)

    def call(self, node: ast.Call) -> object:
        """Return what a call returns: nothing that is known, unless a subclass knows better."""
        return self.other(node)

    def followed(
        self, bound: BoundClientMethod, positional: list[object], named: dict[str, object]
    ) -> object:
        """Return what a method of the client returns: as `call`."""
        return mixed(bound, *positional, *named.values())

    def other(self, node: ast.expr) -> object:
        """Go through what is not understood, for the sake of what is sent in it."""
        parts = [self.value(each) for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        return mixed(*parts) if parts else OPEN

    def constant(self, node: ast.Constant) -> object:
        """Return a constant."""
        return node.value

    def name(self, node: ast.Name) -> object:
        """Return what the function gave to a name, or what the module binds it to."""
        if node.id in self.frame.names:
            return self.frame.names[node.id]
        return self.elsewhere(node)

    def elsewhere(self, node: ast.expr) -> object:
        """Return what an expression is worth that no local name takes part in."""
        value = self.run.surface.release.evaluate(self.frame.owner.module, node)
        if value is not UNKNOWN:
            return value
        found = self.run.surface.release.resolve(self.frame.owner.module, node)
        return Outside(found.name) if isinstance(found, External) and not found.unresolved else OPEN

    def attribute(self, node: ast.Attribute) -> object:
        """Return an attribute of the client, of a prepared call, or of anything else."""
        value = self.value(node.value)
        if isinstance(value, Own):
            return self.own(node.attr)
        if isinstance(value, Above):
            return self.run.surface.after(value.owner).get(node.attr, OPEN)
        if isinstance(value, Remote | Prepared) and node.attr in ("call", "cast"):
            return Sending(node.attr, value if isinstance(value, Prepared) else Prepared())
        forwarder = self.run.surface.forwarders.get(node.attr)
        if isinstance(value, Remote) and forwarder is not None:
            return Sending(forwarder.kind, Prepared(), forwarder)
        if isinstance(value, Prepared):
            return self.spoken(value) if node.attr == "version" else value if node.attr == "target" else OPEN
        if node.attr.endswith("client") and not known(value):
            return Remote()
        if value is OPEN or isinstance(value, Defined | Outside):
            return self.elsewhere(node)
        return mixed(value)

    def own(self, name: str) -> object:
        """Return an attribute of the client itself."""
        method = self.run.surface.methods.get(name)
        if method is not None:
            marks = {getattr(each, "attr", getattr(each, "id", "")) for each in method.node.decorator_list}
            if not marks & {"property", "cached_property", "setter"}:
                return method
            return Remote() if name.endswith("client") else self.followed(method, [], {})
        if name.endswith("client"):
            return Remote()
        return self.run.surface.constant(name)

    def spoken(self, context: Prepared) -> object:
        """Return the version of a prepared call as text."""
        if context.version is not None:
            return context.version
        version = self.run.surface.version
        return ".".join(map(str, version)) if version is not None else OPEN

    def sequence(self, node: ast.Tuple | ast.List) -> object:
        """Return a tuple or a list."""
        found: list[object] = []
        for each in node.elts:
            value = self.value(each.value if isinstance(each, ast.Starred) else each)
            if not isinstance(each, ast.Starred):
                found.append(value)
            elif isinstance(value, list | tuple) and len(found) + len(value) < MAX_SIZE:
                found.extend(value)
            else:
                return mixed(value)
        self.run.budget.weigh(found)
        return found if isinstance(node, ast.List) else tuple(found)

    def mapping(self, node: ast.Dict) -> object:
        """Return a dict; a key that is not known makes the whole unknown."""
        found: dict[object, object] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item)
            name = self.value(key) if key is not None else None
            if key is None and isinstance(value, dict):
                found |= value
            elif isinstance(name, str | int):
                found[name] = value
            else:
                return mixed(value, OPEN)
        self.run.budget.weigh(found)
        return found

    def choice(self, node: ast.BoolOp) -> object:
        """Return what `and` or `or` comes to."""
        value: object = OPEN
        for each in node.values:
            value = self.value(each)
            if isinstance(value, UnknownPython):
                return mixed(
                    value, *(self.value(rest) for rest in node.values[node.values.index(each) + 1 :])
                )
            if (isinstance(value, _THINGS) or bool(value)) is isinstance(node.op, ast.Or):
                return value
        return value

    def conditional(self, node: ast.IfExp) -> object:
        """Return the arm that a condition chooses."""
        return self.value(node.body if self.truth(node.test) else node.orelse)

    def single(self, node: ast.UnaryOp) -> object:
        """Return what `not` or a sign makes of a value."""
        value = self.value(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(value, int):
            return -value
        return not value if isinstance(node.op, ast.Not) and known(value) else mixed(value)

    def comparison(self, node: ast.Compare) -> object:
        """Return whether a comparison holds."""
        left, right, *rest = [self.value(each) for each in (node.left, *node.comparators)]
        decide = _OPERATORS[type(node.ops[0])]
        if isinstance(node.ops[0], ast.Is | ast.IsNot) and right is None and isinstance(left, _THINGS):
            return isinstance(node.ops[0], ast.IsNot)
        if isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(right, dict):
            right = list(right)
        if rest or not plain(left) or not plain(right):
            return mixed(left, right, *rest)
        self.run.budget.weigh((left, right))
        try:
            return bool(decide(left, right))
        except TypeError:
            return OPEN

    def operation(self, node: ast.BinOp) -> object:
        """Return what `+` makes of texts and sequences, and `%` of a text.

        Other operators are of no use here.
        """
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Add):
            for kind in (tuple, list, str):
                if isinstance(left, kind) and isinstance(right, kind) and len(left) + len(right) < MAX_SIZE:
                    return left + right  # type: ignore[operator]  # both are of one kind
        if isinstance(node.op, ast.Mod) and isinstance(left, str) and plain(right):
            return _filled(left, right)
        return mixed(left, right)

    def item(self, node: ast.Subscript) -> object:
        """Return an item or a slice."""
        owner = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            first, last = self.value(node.slice.lower), self.value(node.slice.upper)
            if not isinstance(owner, list | tuple | str) or node.slice.step is not None:
                return mixed(owner, first, last)
            if isinstance(first, int | None) and isinstance(last, int | None):
                return owner[first:last]
            return mixed(owner, first, last)
        key = self.value(node.slice)
        if isinstance(owner, dict) and isinstance(key, str | int):
            return owner.get(key, OPEN)
        if isinstance(owner, list | tuple) and isinstance(key, int) and -len(owner) <= key < len(owner):
            return owner[key]
        return mixed(owner, key)

    def waited(self, node: ast.Await | ast.NamedExpr | ast.Starred) -> object:
        """Return what is waited for, or named on the way."""
        value = self.value(node.value)
        if isinstance(node, ast.NamedExpr):
            self.frame.names[node.target.id] = value
        return value

    def closed(self, _node: ast.Lambda) -> object:
        """Return nothing that is known: a function within is not called here."""
        return OPEN


def _filled(template: str, values: object) -> object:
    """Return a text with its places filled, where no width can blow it up."""
    if len(template) > MAX_SIZE or "*" in template or any(each.isdigit() for each in template):
        return GIVEN
    try:
        return template % values
    except (TypeError, ValueError, KeyError, OverflowError):
        return OPEN


_KINDS: Final[dict[type[ast.expr], Callable[[Expressions, Any], object]]] = {
    ast.Constant: Expressions.constant,
    ast.Name: Expressions.name,
    ast.Attribute: Expressions.attribute,
    ast.Call: lambda self, node: self.call(node),
    ast.Tuple: Expressions.sequence,
    ast.List: Expressions.sequence,
    ast.Dict: Expressions.mapping,
    ast.BoolOp: Expressions.choice,
    ast.IfExp: Expressions.conditional,
    ast.UnaryOp: Expressions.single,
    ast.Compare: Expressions.comparison,
    ast.BinOp: Expressions.operation,
    ast.Subscript: Expressions.item,
    ast.Await: Expressions.waited,
    ast.NamedExpr: Expressions.waited,
    ast.Starred: Expressions.waited,
    ast.Lambda: Expressions.closed,
}
