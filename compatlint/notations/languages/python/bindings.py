"""Which names a body of statements binds, and where: a module's, a class's or a function's.

Both arms of a branch count, and the one that is more likely taken comes last: what `try` binds, not what its
handlers put in its place. Bodies of nested classes and functions are scopes of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MAX_NESTING = 50


@dataclass(slots=True)
class BodyNames:
    """The names of one body.

    `bindings`: every node that binds a name, in order; `names`: the last of them. `branched`: those that may
    not run. `mutations`: statements that change what a name holds (`x += y`, `x[k] = v`, `x.append(y)`, `x.a
    = v`), in order. `stars`: the modules of which everything is imported.
    """

    bindings: dict[str, list[ast.AST]] = field(default_factory=dict)
    branched: set[ast.AST] = field(default_factory=set)
    mutations: dict[str, list[ast.stmt]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)

    @property
    def names(self) -> dict[str, ast.AST]:
        """Return the last node that binds each name."""
        return {name: nodes[-1] for name, nodes in self.bindings.items()}


def bindings(body: Iterable[ast.stmt]) -> BodyNames:
    """Return the names that statements bind."""
    scope = BodyNames()
    _take(scope, body, branched=False, depth=0)
    return scope


def _take(scope: BodyNames, body: Iterable[ast.stmt], *, branched: bool, depth: int) -> None:
    if depth > MAX_NESTING:
        return
    for node in body:
        _statement(scope, node, branched)
        for inner in _inner(node):
            _take(scope, inner, branched=True, depth=depth + 1)
        if isinstance(node, ast.With | ast.AsyncWith):
            _take(scope, node.body, branched=branched, depth=depth + 1)


def _inner(node: ast.stmt) -> list[Sequence[ast.stmt]]:
    """Return the bodies of a branching statement, the likeliest last."""
    if isinstance(node, ast.Try | ast.TryStar):
        return [*(each.body for each in node.handlers), node.body, node.orelse, node.finalbody]
    if isinstance(node, ast.If | ast.For | ast.AsyncFor | ast.While):
        return [node.orelse, node.body]
    if isinstance(node, ast.Match):
        return [case.body for case in node.cases]
    return []


def _statement(scope: BodyNames, node: ast.stmt, branched: bool) -> None:
    for name in _bound(scope, node):
        scope.bindings.setdefault(name, []).append(node)
        if branched:
            scope.branched.add(node)
    for name in _changed(node):
        scope.mutations.setdefault(name, []).append(node)
        if branched:
            scope.branched.add(node)


def _bound(scope: BodyNames, node: ast.stmt) -> Iterable[str]:
    """Yield the names that one statement binds itself."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        if any(alias.name == "*" for alias in node.names):
            scope.stars.append(node)
        yield from (alias.asname or alias.name for alias in node.names if alias.name != "*")
    else:
        for target in _assigned(node):
            yield from _targets(target)


def _assigned(node: ast.stmt) -> list[ast.expr]:
    """Return the targets that one statement assigns to."""
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    if isinstance(node, ast.For | ast.AsyncFor) or (
        isinstance(node, ast.AnnAssign) and node.value is not None
    ):
        return [node.target]
    if isinstance(node, ast.With | ast.AsyncWith):
        return [item.optional_vars for item in node.items if item.optional_vars is not None]
    return []


def _targets(target: ast.expr) -> Iterable[str]:
    stack = [target]
    while stack:
        current = stack.pop()
        if isinstance(current, ast.Name):
            yield current.id
        elif isinstance(current, ast.Tuple | ast.List):
            stack.extend(current.elts)
        elif isinstance(current, ast.Starred):
            stack.append(current.value)


def _changed(node: ast.stmt) -> Iterable[str]:
    """Yield the names whose value one statement changes in place."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.AugAssign):
        if isinstance(node.target, ast.Name):
            yield node.target.id
        targets = [node.target]
    elif isinstance(node, ast.Assign | ast.Delete):
        targets = node.targets
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
    ):
        targets = [node.value.func]
    for target in targets:
        inner: ast.expr = target
        while isinstance(inner, ast.Attribute | ast.Subscript):
            inner = inner.value
        if inner is not target and isinstance(inner, ast.Name):
            yield inner.id
