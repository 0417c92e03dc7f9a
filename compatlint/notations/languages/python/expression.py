"""The value of one expression.

Calls of built-in functions, of methods and of plain functions, and comprehensions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from compatlint.notations.languages.python.budget import MAX_ITEMS
from compatlint.notations.languages.python.calls import built_in, method
from compatlint.notations.languages.python.formatting import format_braces
from compatlint.notations.languages.python.module import Defined, External
from compatlint.notations.languages.python.simple import Simple
from compatlint.notations.languages.python.syntax import assigned_value, dotted
from compatlint.notations.languages.python.values import UNKNOWN, Keys


class Expression(Simple):
    """One evaluation, of any expression."""

    def call(self, node: ast.Call) -> object:
        """Return what a built-in function, a method of a value or a plain function of the release returns."""
        arguments = self.all(node.args)
        named: dict[str, object] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is None or value is UNKNOWN:
                return UNKNOWN
            named[keyword.arg] = value
        if arguments is None:
            return UNKNOWN
        return self.apply(node.func, arguments, named)

    def apply(self, callee: ast.expr, arguments: list[object], named: dict[str, object]) -> object:
        """Call what an expression stands for."""
        self.budget.weigh(arguments)
        if dotted(callee):
            found = self.evaluator.find(self.module, callee, self.scope)
            if isinstance(found, External) and (
                found.dotted.startswith("builtins.") or found.dotted == "collections.OrderedDict"
            ):
                return built_in(found.name, arguments, named, self.budget)
            if isinstance(found, Defined):
                return self.evaluator.call(found, arguments, named, self.budget)
        if isinstance(callee, ast.Attribute):
            owner = self.value(callee.value)
            if owner is UNKNOWN and callee.attr == "keys" and not arguments:
                return self.keys(callee.value)
            if isinstance(owner, str) and callee.attr == "format":
                return format_braces(owner, arguments, named)
            if owner is UNKNOWN or named:
                return UNKNOWN
            return method(owner, callee.attr, arguments, self.budget)
        return UNKNOWN

    def keys(self, node: ast.expr) -> object:
        """Return the keys of a dict that is written down, whatever they lead to."""
        found = self.evaluator.find(self.module, node, self.scope) if dotted(node) else None
        if (
            isinstance(found, Defined)
            and found.name not in found.module.scope_of(found.inside or found.module.tree).mutations
        ):
            inner = assigned_value(found.node, found.name)
            if isinstance(inner, ast.Dict):
                other = Expression(self.evaluator, found.module, {}, found.inside, self.budget)
                return other.keys(inner)
        if not isinstance(node, ast.Dict) or None in node.keys:
            return UNKNOWN
        values = self.all([each for each in node.keys if each is not None])
        return UNKNOWN if values is None else Keys(dict.fromkeys(values))

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> object:
        """Return what a comprehension collects."""
        rows: list[object] = []
        for inner in self.rows(node.generators, 0):
            if inner is None or len(rows) > MAX_ITEMS:
                return UNKNOWN
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            values = [inner.value(each) for each in parts]
            if UNKNOWN in values:
                return UNKNOWN
            rows.append(tuple(values) if isinstance(node, ast.DictComp) else values[0])
        make: Callable[[list[object]], object] = {ast.SetComp: set, ast.DictComp: dict}.get(type(node), list)
        made = make(rows)
        self.budget.weigh(made)
        return made

    def rows(self, generators: list[ast.comprehension], at: int) -> Iterator[Expression | None]:
        """Yield an evaluation for each turn of the loops of a comprehension.

        None where that cannot be told.
        """
        if at == len(generators):
            yield self
            return
        loop = generators[at]
        items = self.value(loop.iter)
        if not isinstance(items, list | tuple | dict | str | range | set | frozenset) or loop.is_async:
            yield None
            return
        for item in items:
            self.budget.spend()
            inner = self.bind(loop.target, item)
            tests = [inner.value(each) for each in loop.ifs] if inner is not None else [UNKNOWN]
            if inner is None or UNKNOWN in tests:
                yield None
                return
            if all(tests):
                yield from inner.rows(generators, at + 1)

    def bind(self, target: ast.expr, item: object) -> Expression | None:
        """Return an evaluation that knows a loop's variables too."""
        if isinstance(target, ast.Name):
            return Expression(
                self.evaluator, self.module, {**self.values, target.id: item}, self.scope, self.budget
            )
        if (
            isinstance(target, ast.Tuple | ast.List)
            and isinstance(item, tuple | list)
            and len(item) == len(target.elts)
        ):
            inner: Expression | None = self
            for part, value in zip(target.elts, item, strict=True):
                inner = inner.bind(part, value) if inner is not None else None
            return inner
        return None
