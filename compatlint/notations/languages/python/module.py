"""One module of one release, and what a name in it can stand for."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property

from compatlint.notations.languages.python.bindings import BodyNames, bindings
from compatlint.wire.ir.span import Span

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign


class Module:
    """One parsed file: its path, its dotted name, its tree.

    Names are collected when somebody asks for them.
    """

    def __init__(self, commit: str, path: str, name: str, tree: ast.Module, source: bytes) -> None:
        self.commit = commit
        self.path = path
        self.name = name
        self.tree = tree
        self._source = source
        self._scopes: dict[ast.AST, BodyNames] = {}

    def __repr__(self) -> str:
        return f"Module({self.name!r})"

    @property
    def package(self) -> str:
        """Return the dotted name that relative imports start from."""
        return self.name if self.path.endswith("/__init__.py") else self.name.rpartition(".")[0]

    @cached_property
    def lines(self) -> list[str]:
        """Return the lines of the file, without their ends."""
        return [line.decode("utf-8", "replace") for line in self._source.splitlines()]

    @property
    def bindings(self) -> dict[str, list[ast.AST]]:
        """Return every node that binds a name at the top level, in order."""
        return self.scope_of(self.tree).bindings

    @cached_property
    def names(self) -> dict[str, ast.AST]:
        """Return the last node that binds each top-level name."""
        return self.scope_of(self.tree).names

    @property
    def mutations(self) -> dict[str, list[ast.stmt]]:
        """Return the statements that change in place what a top-level name holds, in order."""
        return self.scope_of(self.tree).mutations

    def scope_of(self, node: ast.AST) -> BodyNames:
        """Return the names that the body of a module, class or function binds, its arguments left out."""
        scope = self._scopes.get(node)
        if scope is None:
            body = getattr(node, "body", [])
            scope = self._scopes[node] = bindings(body if isinstance(body, list) else [])
        return scope

    @cached_property
    def _outer(self) -> dict[ast.AST, ast.AST]:
        outer: dict[ast.AST, ast.AST] = {}
        stack: list[tuple[ast.AST, ast.AST]] = [(self.tree, self.tree)]
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                outer[node] = scope
                scope = node
            for field in (
                "body",
                "orelse",
                "finalbody",
                "handlers",
                "cases",
            ):  # definitions stand in statements alone
                children = getattr(node, field, ())
                stack.extend((child, scope) for child in (children if isinstance(children, list) else ()))
        return outer

    def outer(self, node: ast.AST) -> ast.AST | None:
        """Return the class, function or module in which a class or function stands; None for the module."""
        return self._outer.get(node)

    def binds(self, scope: ast.AST, name: str, node: ast.AST | None = None) -> bool:
        """Tell whether a scope binds a name, for a class.

        Above the expression `node` in its body (`x = x.y` means another).
        """
        found = self.scope_of(scope).bindings.get(name)
        line = getattr(node, "lineno", None)
        if not found or line is None or not isinstance(scope, ast.ClassDef):
            return bool(found)
        return any((getattr(each, "end_lineno", None) or 0) < line for each in found)

    def span(self, node: ast.AST) -> Span:
        """Return where a node stands; a decorated definition begins at its first decorator's line."""
        line = getattr(node, "lineno", 1)
        end = getattr(node, "end_lineno", None) or line
        return Span(self.commit, self.path, line, end)


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition in the release; `inside` is the class in whose body it stands, if any."""

    module: Module
    node: Definition
    inside: ast.ClassDef | None = None

    @property
    def name(self) -> str:
        """Return the name that is defined ("" where an assignment gives several)."""
        node = self.node
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return node.name
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        return target.id if isinstance(target, ast.Name) else ""

    @property
    def span(self) -> Span:
        """Return where it stands."""
        return self.module.span(self.node)

    @property
    def dotted(self) -> str:
        """Return the full dotted name."""
        return ".".join(
            each for each in (self.module.name, self.inside.name if self.inside else "", self.name) if each
        )


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the release, by its dotted name.

    One that begins with "?" could not be followed at all.
    """

    dotted: str

    @property
    def unresolved(self) -> bool:
        """Tell whether it is not even known from where it comes."""
        return self.dotted.startswith("?")

    @property
    def name(self) -> str:
        """Return the last component."""
        return self.dotted.rpartition(".")[2]
