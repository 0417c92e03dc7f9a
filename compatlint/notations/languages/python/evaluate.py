"""What names and expressions are worth, as far as the source alone tells.

Whatever is not sure is `UNKNOWN`. A class or a function is worth its `Defined`. A name that is bound twice,
in two arms of a branch, is worth something only if both agree; what is done to a value in place afterwards
counts.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from compatlint.notations.languages.python.budget import Budget, TooMuch
from compatlint.notations.languages.python.constants import CONSTANTS
from compatlint.notations.languages.python.expression import Expression
from compatlint.notations.languages.python.functions import Body
from compatlint.notations.languages.python.module import Defined, External, Module
from compatlint.notations.languages.python.mutations import mutate
from compatlint.notations.languages.python.resolve import Found, NameResolver
from compatlint.notations.languages.python.syntax import assigned_value, dotted
from compatlint.notations.languages.python.values import UNKNOWN, fresh

STEPS = 200_000  # of one evaluation that was asked for
MODULE_STEPS = 3_000_000  # steps and weight of all that is evaluated in one file
RELEASE_STEPS = 300_000_000  # of all files together
MAX_DEPTH = 30  # names that lead to names
_OURS = (
    TypeError,
    ValueError,
    KeyError,
    IndexError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    LookupError,
    MemoryError,
)


class Evaluator:
    """Evaluates expressions of one release; remembers what names are worth."""

    def __init__(self, resolver: NameResolver) -> None:
        self._resolver = resolver
        self._known: dict[tuple[str, ast.AST | None, str], object] = {}
        self._open: set[tuple[str, ast.AST | None, str]] = set()
        self._left: dict[str, int] = {}
        self._left_in_all = RELEASE_STEPS

    def evaluate(
        self,
        module: Module,
        expression: ast.AST,
        values: Mapping[str, object] | None = None,
        scope: ast.AST | None = None,
    ) -> object:
        """Return the value of an expression in a module (or in a class or function `scope` of it).

        `values` are those of names that only the caller knows.
        """
        return self.within(
            module,
            lambda budget: Expression(self, module, dict(values or {}), scope, budget).value(expression),
        )

    def within(self, module: Module, work: Callable[[Budget], object]) -> object:
        """Return what some work on a module comes to, UNKNOWN where it raises or costs more than is left."""
        left = min(self._left.get(module.path, MODULE_STEPS), self._left_in_all)
        if left <= 0:
            return UNKNOWN
        budget = Budget(min(left, STEPS), min(left, STEPS))
        before = budget.left
        try:
            value = work(budget)
        except (TooMuch, *_OURS):
            value = UNKNOWN
        spent = before - budget.left
        self._left[module.path] = self._left.get(module.path, MODULE_STEPS) - spent
        self._left_in_all -= spent
        return value

    def own(self, module: Module, value: object) -> object:
        """Return a value that the caller may change."""
        return self.within(module, lambda budget: fresh(value, budget))

    def named(self, module: Module, name: str, scope: ast.AST | None) -> object:
        """Return what a name is worth that a module (or a class in it) binds."""
        key = (module.path, scope, name)
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > MAX_DEPTH:
            return UNKNOWN
        self._open.add(key)
        try:
            value = self._bound(module, name, scope)
        finally:
            self._open.discard(key)
        self._known[key] = value
        return value

    def _bound(self, module: Module, name: str, scope: ast.AST | None) -> object:
        names = module.scope_of(scope or module.tree)
        nodes = names.bindings[name]
        first = max((at for at, node in enumerate(nodes) if node not in names.branched), default=0)
        values = [self._binding(module, node, name, scope) for node in nodes[first:]]
        value = values[0]
        if any(value is UNKNOWN or type(each) is not type(value) or each != value for each in values):
            return UNKNOWN
        changes = [
            each for each in names.mutations.get(name, ()) if each.lineno > getattr(nodes[-1], "lineno", 0)
        ]
        if not changes:
            return value
        if any(each in names.branched for each in changes):
            return UNKNOWN

        def evaluate(node: ast.AST, known: object) -> object:
            return self.evaluate(module, node, {name: known}, scope)

        return self.within(module, lambda budget: mutate(name, value, changes, evaluate, budget))

    def _binding(self, module: Module, node: ast.AST, name: str, scope: ast.AST | None) -> object:
        """Return what one binding gives to a name."""
        if isinstance(node, ast.Assign | ast.AnnAssign):
            value = assigned_value(node, name)
            if value is not None:
                return self.evaluate(module, value, None, scope)
            return self._unpacked(module, node, name, scope)
        return self.resolved(self._resolver.resolve(module, name, scope))

    def _unpacked(
        self, module: Module, node: ast.Assign | ast.AnnAssign, name: str, scope: ast.AST | None
    ) -> object:
        """Return a name's share of `a, b = sequence`."""
        if not isinstance(node, ast.Assign):
            return UNKNOWN
        whole = self.evaluate(module, node.value, None, scope)
        for target in node.targets:
            if (
                isinstance(target, ast.Tuple | ast.List)
                and isinstance(whole, tuple | list)
                and len(whole) == len(target.elts)
            ):
                for part, value in zip(target.elts, whole, strict=True):
                    if isinstance(part, ast.Name) and part.id == name:
                        return value
        return UNKNOWN

    def resolved(self, found: object) -> object:
        """Return the value of something resolved.

        Of a class or function itself, of an assignment what it assigns.
        """
        if isinstance(found, Defined) and isinstance(found.node, ast.Assign | ast.AnnAssign):
            return self.named(found.module, found.name, found.inside) if found.name else UNKNOWN
        if isinstance(found, External):
            return CONSTANTS.get(found.dotted, UNKNOWN)
        return found if isinstance(found, Defined) else UNKNOWN

    def attribute(self, module: Module, expression: ast.expr, scope: ast.AST | None) -> object:
        """Return what a dotted expression is worth."""
        *_, name = dotted(expression).split(".")
        found = self._resolver.resolve(module, expression, scope)
        if (
            isinstance(found, Defined)
            and isinstance(found.node, ast.Assign | ast.AnnAssign)
            and not found.name
        ):
            return self.named(
                found.module, name, found.inside
            )  # one of several names that are assigned together
        return self.resolved(found)

    def member(self, owner: Defined, name: str) -> object:
        """Return what an attribute of a class is worth."""
        found = self._resolver.member(owner, name)
        if isinstance(found, Defined) and isinstance(found.node, ast.Assign | ast.AnnAssign):
            return self.named(found.module, found.name or name, found.inside)
        return self.resolved(found)

    def find(self, module: Module, expression: ast.expr, scope: ast.AST | None) -> Found:
        """Return what a dotted expression stands for."""
        return self._resolver.resolve(module, expression, scope)

    def called(self, function: Defined, arguments: list[object]) -> object:
        """Return what a call from outside returns."""
        return self.within(function.module, lambda budget: self.call(function, arguments, {}, budget))

    def call(
        self, function: Defined, arguments: list[object], named: dict[str, object], budget: Budget
    ) -> object:
        """Return what a plain function of the release returns: one without decorators and `*args`."""
        node = function.node
        if (
            not isinstance(node, ast.FunctionDef)
            or node.decorator_list
            or node.args.vararg
            or node.args.kwarg
        ):
            return UNKNOWN
        plain = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        names = [*plain, *(each.arg for each in node.args.kwonlyargs)]
        key = (function.module.path, node, "()")
        if len(arguments) > len(plain) or key in self._open or len(self._open) > MAX_DEPTH:
            return UNKNOWN
        values = dict(zip(plain, arguments, strict=False)) | named
        defaults = [*zip(reversed(plain), reversed(node.args.defaults), strict=False)]
        defaults += [
            (each.arg, default)
            for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
            if default
        ]
        for name, default in defaults:
            if name not in values:
                values[name] = self.evaluate(function.module, default)
        if set(values) != set(names) or any(each is UNKNOWN for each in values.values()):
            return UNKNOWN
        self._open.add(key)
        try:
            return Body(self, function.module, node, values, budget).returned()
        finally:
            self._open.discard(key)
