"""Expressions with all that their names mean where they stand.

What a constructor is given, seen from inside it.

A term is closed: it can be evaluated, or followed to the expression it comes from, anywhere else.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field

from compatlint.notations.languages.python import (
    UNKNOWN,
    Defined,
    External,
    Module,
    Project,
    assigned_value,
    dotted,
)

MAX_HOPS = 30


@dataclass(frozen=True, slots=True)
class Term:
    """An expression in a module (in a class or function `scope` of it).

    `names` are what a call or a loop gives.
    """

    module: Module
    node: ast.expr
    scope: ast.AST | None = None
    names: Mapping[str, Given] = field(default_factory=dict)

    def beside(self, node: ast.expr) -> Term:
        """Return another expression in the same place."""
        return Term(self.module, node, self.scope, self.names)


@dataclass(slots=True)
class Instance:
    """An object whose constructor is being followed: its class, and what was assigned to its attributes."""

    of: Defined | External
    attributes: dict[str, Term] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known already."""

    value: object


Given = Term | Instance | Known | dict[str, Term] | tuple[Term, ...]


def value(project: Project, term: Term, depth: int = 0) -> object:
    """Return what a term is worth, UNKNOWN where that is not sure."""
    if depth > MAX_HOPS:
        return UNKNOWN
    try:
        node, given = _substituted(term)
    except RecursionError:
        return UNKNOWN
    values = {name: _given(project, each, depth) for name, each in given.items()}
    return project.evaluate(term.module, node, values, term.scope)


def _given(project: Project, given: Given, depth: int) -> object:
    if isinstance(given, Term):
        return value(project, given, depth + 1)
    if isinstance(given, Known):
        return given.value
    if isinstance(given, Instance):
        return given.of if isinstance(given.of, Defined) else UNKNOWN
    if isinstance(given, dict):
        worth = {name: value(project, each, depth + 1) for name, each in given.items()}
        return UNKNOWN if UNKNOWN in worth.values() else worth
    parts = tuple(value(project, each, depth + 1) for each in given)
    return UNKNOWN if UNKNOWN in parts else parts


def _substituted(term: Term) -> tuple[ast.expr, dict[str, Given]]:
    """Return an expression in which attributes of an instance are names of their own, and what all given names mean."""
    names = {each.id for each in ast.walk(term.node) if isinstance(each, ast.Name)} & term.names.keys()
    given = {name: term.names[name] for name in names}
    if not any(isinstance(each, Instance) for each in given.values()):
        return term.node, given
    rewriter = _Attributes(given)
    return rewriter.visit(copy.deepcopy(term.node)), rewriter.given


class _Attributes(ast.NodeTransformer):
    """Replaces `self.__class__` and `type(self)` by `self`, and `self.a` by what was assigned to it."""

    def __init__(self, given: dict[str, Given]) -> None:
        self.given = given

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Look through `type(self)`."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1:
            argument = node.args[0]
            if isinstance(argument, ast.Name) and isinstance(self.given.get(argument.id), Instance):
                return argument
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Look an attribute of an instance up."""
        self.generic_visit(node)
        owner = self.given.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if not isinstance(node.value, ast.Name) or not isinstance(owner, Instance):
            return node
        if node.attr == "__class__":
            return node.value
        if node.attr in owner.attributes:
            name = f"{node.value.id}.{node.attr}"
            self.given[name] = owner.attributes[node.attr]
            return ast.copy_location(ast.Name(name, ast.Load()), node)
        return node


def follow(project: Project, term: Term) -> Term:
    """Return the expression that a term comes from.

    What a name was given, or what it is assigned somewhere.
    """
    for _ in range(MAX_HOPS):
        node = term.node
        if isinstance(node, ast.Name) and node.id in term.names:
            given = term.names[node.id]
            if not isinstance(given, Term):
                return term
            term = given
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = term.names.get(node.value.id)
            held = _held(project, owner, node.attr) if isinstance(owner, Instance) else None
            if held is not None:
                term = held
                continue
        further = _assigned(project, term)
        if further is None:
            return term
        term = further
    return term


def _held(project: Project, owner: Instance, name: str) -> Term | None:
    """Return what an instance holds under a name: what was assigned to it, or what its class assigns."""
    if name in owner.attributes:
        return owner.attributes[name]
    found = project.attribute(owner.of, name) if isinstance(owner.of, Defined) else None
    node = assigned_value(found.node, name) if isinstance(found, Defined) else None
    return Term(found.module, node, found.inside) if isinstance(found, Defined) and node is not None else None


def _assigned(project: Project, term: Term) -> Term | None:
    name = dotted(term.node)
    if not name or name.split(".", maxsplit=1)[0] in term.names:
        return None
    found = project.resolve(term.module, term.node, term.scope)
    if not isinstance(found, Defined):
        return None
    node = assigned_value(found.node, found.name or name.rpartition(".")[2])
    return Term(found.module, node, found.inside) if node is not None else None


def called(project: Project, term: Term) -> Defined | External | None:
    """Return the class or function that a term calls.

    `x.__class__()` of a term that calls a class is that class.
    """
    node = term.node
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr == "__class__":
        return called(project, follow(project, term.beside(function.value)))
    name = dotted(function)
    if name and name.split(".", maxsplit=1)[0] not in term.names:
        return project.resolve(term.module, function, term.scope)
    return None
