"""What a plain function returns.

Its body run over known values, a step at a time, as far as everything is sure.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from compatlint.notations.languages.python.budget import Budget
from compatlint.notations.languages.python.expression import Expression
from compatlint.notations.languages.python.module import Module
from compatlint.notations.languages.python.mutations import mutate
from compatlint.notations.languages.python.simple import NameValues
from compatlint.notations.languages.python.values import UNKNOWN


class UnsureStatement(Exception):
    """A statement that cannot be followed."""


class Body:
    """One call of a function: what its names are worth, changed as its statements run."""

    def __init__(
        self,
        names: NameValues,
        module: Module,
        node: ast.FunctionDef,
        values: dict[str, object],
        budget: Budget,
    ) -> None:
        self.names = names
        self.module = module
        self.node = node
        self.values = values
        self.budget = budget

    def returned(self) -> object:
        """Return what the function returns, UNKNOWN if that is not sure."""
        try:
            done, value = self.run(self.node.body)
        except UnsureStatement:
            return UNKNOWN
        return value if done else None

    def value(self, node: ast.AST, values: dict[str, object] | None = None) -> object:
        """Return the value of an expression now, or where names have `values`.

        Raise UnsureStatement if it is not known.
        """
        here = self.values if values is None else values
        value = Expression(self.names, self.module, here, self.node, self.budget).value(node)
        if value is UNKNOWN:
            raise UnsureStatement
        return value

    def run(self, statements: Sequence[ast.stmt]) -> tuple[bool, object]:
        """Run statements; return whether one of them returned, and what."""
        for node in statements:
            self.budget.spend()
            if isinstance(node, ast.Return):
                return True, self.value(node.value) if node.value is not None else None
            if isinstance(node, ast.If):
                done, value = self.run(node.body if self.value(node.test) else node.orelse)
                if done:
                    return True, value
            elif isinstance(node, ast.For):
                done, value = self.loop(node)
                if done:
                    return True, value
            else:
                self.step(node)
        return False, None

    def loop(self, node: ast.For) -> tuple[bool, object]:
        """Run a loop over known items; one that is left early is not followed."""
        items = self.value(node.iter)
        if node.orelse or not isinstance(items, list | tuple | dict | range | str):
            raise UnsureStatement
        for item in items:
            self.bind(node.target, item)
            done, value = self.run(node.body)
            if done:
                return True, value
        return False, None

    def step(self, node: ast.stmt) -> None:
        """Run a statement that only changes what names are worth."""
        if isinstance(node, ast.Pass | ast.Import | ast.ImportFrom) or _is_constant(node):
            return
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if all(isinstance(each, ast.Name | ast.Tuple | ast.List) for each in targets):
                value = self.value(node.value)
                for target in targets:
                    self.bind(target, value)
                return
        name = _changed(node)
        if name not in self.values:
            raise UnsureStatement

        def evaluate(inner: ast.AST, known: object) -> object:
            return self.value(inner, self.values | {name: known})

        changed = mutate(name, self.values[name], [node], evaluate, self.budget)
        if changed is UNKNOWN:
            raise UnsureStatement
        self.values[name] = changed

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to a name, or its parts to several."""
        if isinstance(target, ast.Name):
            self.values[target.id] = value
        elif (
            isinstance(target, ast.Tuple | ast.List)
            and isinstance(value, tuple | list)
            and len(value) == len(target.elts)
        ):
            for part, item in zip(target.elts, value, strict=True):
                self.bind(part, item)
        else:
            raise UnsureStatement


def _is_constant(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changed(node: ast.stmt) -> str:
    """Return the name whose value a statement changes in place, "" if there is none."""
    target: ast.AST | None = None
    if isinstance(node, ast.AugAssign):
        target = node.target
    elif (
        isinstance(node, ast.Assign | ast.Delete)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Subscript)
    ):
        target = node.targets[0].value
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        target = node.value.func.value
    return target.id if isinstance(target, ast.Name) else ""
