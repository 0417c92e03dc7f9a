"""The value of an expression without calls and loops, given what its names are worth.

Every step is counted and every value weighed before more is made of it; one unknown part makes the whole
unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final, Protocol

from compatlint.notations.languages.python.budget import MAX_BITS, MAX_TEXT, Budget, fits
from compatlint.notations.languages.python.formatting import joined, prints
from compatlint.notations.languages.python.module import Defined, Module
from compatlint.notations.languages.python.operations import binary, compare, subscript, unary
from compatlint.notations.languages.python.syntax import dotted
from compatlint.notations.languages.python.values import UNKNOWN, Thing

Function = ast.FunctionDef | ast.AsyncFunctionDef


class NameValues(Protocol):
    """What names are worth in a release."""

    def named(self, module: Module, name: str, scope: ast.AST | None) -> object:
        """Return what a name is worth that a module (or a class in it) binds."""

    def attribute(self, module: Module, expression: ast.expr, scope: ast.AST | None) -> object:
        """Return what a dotted expression is worth."""

    def member(self, owner: Defined, name: str) -> object:
        """Return what an attribute of a class is worth."""

    def find(self, module: Module, expression: ast.expr, scope: ast.AST | None) -> object:
        """Return what a dotted expression stands for."""

    def call(
        self, function: Defined, arguments: list[object], named: dict[str, object], budget: Budget
    ) -> object:
        """Return what a plain function of the release returns."""


class Simple:
    """One evaluation: where it stands, what local names are worth, and what it may still spend."""

    def __init__(
        self,
        evaluator: NameValues,
        module: Module,
        values: dict[str, object],
        scope: ast.AST | None,
        budget: Budget,
    ) -> None:
        self.evaluator = evaluator
        self.module = module
        self.values = values
        self.scope = scope
        self.budget = budget

    def value(self, node: ast.AST) -> object:
        """Return the value of one expression."""
        self.budget.spend()
        name = _KINDS.get(type(node))
        evaluate: Callable[[ast.AST], object] | None = getattr(self, name, None) if name is not None else None
        return evaluate(node) if evaluate is not None else UNKNOWN

    def all(self, nodes: list[ast.expr]) -> list[object] | None:
        """Return the values of several expressions, starred ones spread; None if one is unknown."""
        result: list[object] = []
        for node in nodes:
            value = self.value(node.value if isinstance(node, ast.Starred) else node)
            if value is UNKNOWN:
                return None
            if isinstance(node, ast.Starred):
                if not isinstance(
                    value, list | tuple | str | dict
                ):  # a set has no order that could be relied on
                    return None
                if not fits(list, len(result) + len(value)):
                    return None
                result.extend(value)
            else:
                result.append(value)
        return result

    def constant(self, node: ast.Constant) -> object:
        """Return a constant, unless it is too large."""
        value = node.value
        if isinstance(value, int) and value.bit_length() > MAX_BITS:
            return UNKNOWN
        return UNKNOWN if isinstance(value, str | bytes) and len(value) > MAX_TEXT * 4 else value

    def name(self, node: ast.Name) -> object:
        """Return what is given for a name, or what the scopes around bind it to."""
        if node.id in self.values:
            return self.values[node.id]
        inner = self.scope
        while inner is not None and not isinstance(inner, ast.Module):
            if self.module.binds(inner, node.id, node) and (
                inner is self.scope or not isinstance(inner, ast.ClassDef)
            ):
                return self.evaluator.named(self.module, node.id, inner)
            if isinstance(inner, Function) and node.id in _arguments(inner):
                return UNKNOWN
            inner = self.module.outer(inner)
        if node.id in self.module.bindings:
            return self.evaluator.named(self.module, node.id, None)
        if node.id == "__name__":
            return self.module.name
        return self.evaluator.attribute(self.module, node, None)

    def dotted(self, node: ast.Attribute) -> object:
        """Return what a module or class holds under a name."""
        name = dotted(node)
        if name and name.split(".")[0] not in self.values:
            value = self.evaluator.attribute(self.module, node, self.scope)
            if value is not UNKNOWN:
                return value
        owner = self.value(node.value)
        if isinstance(owner, Thing):
            return owner.attributes.get(node.attr, UNKNOWN)
        if (
            isinstance(owner, Defined)
            and node.attr == "__name__"
            and not isinstance(owner.node, ast.Assign | ast.AnnAssign)
        ):
            return owner.name
        if isinstance(owner, Defined) and isinstance(owner.node, ast.ClassDef):
            return self.evaluator.member(owner, node.attr)
        return UNKNOWN

    def sequence(self, node: ast.Tuple | ast.List | ast.Set) -> object:
        """Return a tuple, list or set of values."""
        values = self.all(node.elts)
        if values is None:
            return UNKNOWN
        made = {ast.Tuple: tuple, ast.List: list, ast.Set: set}[type(node)](values)
        self.budget.weigh(made)
        return made

    def mapping(self, node: ast.Dict) -> object:
        """Return a dict of values."""
        result: dict[object, object] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.value(item)
            if key is None:
                if not isinstance(value, dict) or not fits(dict, len(result) + len(value)):
                    return UNKNOWN
                self.budget.weigh(value)
                result |= value
                continue
            known = self.value(key)
            if known is UNKNOWN or value is UNKNOWN:
                return UNKNOWN
            result[known] = value
        self.budget.weigh(result)
        return result

    def operation(self, node: ast.BinOp) -> object:
        """Return what an operator makes of two values."""
        chain: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp):  # a long sum leans to the left
            chain.append((left.op, left.right))
            left = left.left
        value = self.value(left)
        for operator, right in reversed(chain):
            other = self.value(right)
            if value is UNKNOWN or other is UNKNOWN:
                return UNKNOWN
            value = binary(operator, value, other, self.budget)
        return value

    def single(self, node: ast.UnaryOp) -> object:
        """Return what an operator makes of one value."""
        value = self.value(node.operand)
        return UNKNOWN if value is UNKNOWN else unary(node.op, value)

    def choice(self, node: ast.BoolOp) -> object:
        """Return the first value that decides `and` or `or`."""
        value: object = UNKNOWN
        for each in node.values:
            value = self.value(each)
            if value is UNKNOWN or bool(value) == isinstance(node.op, ast.Or):
                return value
        return value

    def conditional(self, node: ast.IfExp) -> object:
        """Return the arm that a condition chooses."""
        test = self.value(node.test)
        return UNKNOWN if test is UNKNOWN else self.value(node.body if test else node.orelse)

    def comparison(self, node: ast.Compare) -> object:
        """Return whether a chain of comparisons holds."""
        left = self.value(node.left)
        for operator, each in zip(node.ops, node.comparators, strict=True):
            right = self.value(each)
            if left is UNKNOWN or right is UNKNOWN:
                return UNKNOWN
            holds = compare(operator, left, right, self.budget)
            if holds is not True:
                return holds
            left = right
        return True

    def item(self, node: ast.Subscript) -> object:
        """Return an item or a slice of a value."""
        owner = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = [
                self.value(each) if each else None
                for each in (node.slice.lower, node.slice.upper, node.slice.step)
            ]
            key: object = slice(*bounds) if UNKNOWN not in bounds else UNKNOWN
        else:
            key = self.value(node.slice)
        return UNKNOWN if owner is UNKNOWN or key is UNKNOWN else subscript(owner, key)

    def joined(self, node: ast.JoinedStr) -> object:
        """Return the text of an f-string with plain places."""
        parts: list[str] = []
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                value = self.value(each.value)
                if each.format_spec is not None or value is UNKNOWN or not prints(value):
                    return UNKNOWN
                parts.append(repr(value) if each.conversion == ord("r") else str(value))
            else:
                value = self.value(each)
                if not isinstance(value, str):
                    return UNKNOWN
                parts.append(value)
        return joined(parts)


def _arguments(node: Function) -> set[str]:
    """Return the names of a function's arguments."""
    arguments = node.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return {each.arg for each in every if each is not None}


# Which method evaluates which kind of expression, here or in `expression.py`.
_KINDS: Final[dict[type[ast.AST], str]] = {
    ast.Constant: "constant",
    ast.Name: "name",
    ast.Attribute: "dotted",
    ast.Tuple: "sequence",
    ast.List: "sequence",
    ast.Set: "sequence",
    ast.Dict: "mapping",
    ast.BinOp: "operation",
    ast.UnaryOp: "single",
    ast.BoolOp: "choice",
    ast.IfExp: "conditional",
    ast.Compare: "comparison",
    ast.Subscript: "item",
    ast.JoinedStr: "joined",
    ast.Call: "call",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.DictComp: "comprehension",
}
