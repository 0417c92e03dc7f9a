"""Which names of a method have a say in what it sends.

A branch that touches none of them need not be taken both ways.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Final

from compatlint.notations.languages.python import walk

SPEAKING: Final = ("call", "cast", "prepare", "can_send_version")
_LEAVING: Final = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom)


def telling(function: ast.AST, deciders: set[str]) -> frozenset[str]:
    """Return the local names that what a method sends is made from."""
    found: set[str] = set()
    sources: dict[str, set[str]] = {}
    for node in walk(function):
        if isinstance(node, ast.Call) and speaks(node, deciders):
            found |= _names(node)
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg is None:
                    found |= _names(keyword.value)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.iter if isinstance(node, ast.For) else node.value
            for name in {each for target in targets for each in _names(target)}:
                sources.setdefault(name, set()).update(_names(value) if value is not None else ())
    while more := {each for name in found for each in sources.get(name, ())} - found:
        found |= more
    return frozenset(found)


def speaks(node: ast.Call, deciders: set[str]) -> bool:
    """Tell whether a call sends, prepares or asks for a version, or leads to a method that does."""
    if not isinstance(node.func, ast.Attribute):
        return False
    return node.func.attr in SPEAKING or node.func.attr in deciders


def matters(body: Iterable[ast.stmt], names: frozenset[str], deciders: set[str]) -> bool:
    """Tell whether statements send something, leave the method, or touch any of some names."""
    for statement in body:
        for node in walk(statement):
            if isinstance(node, _LEAVING) or (isinstance(node, ast.Call) and speaks(node, deciders)):
                return True
            if isinstance(node, ast.Name) and node.id in names and _changes(node, statement):
                return True
    return False


def _changes(name: ast.Name, statement: ast.stmt) -> bool:
    """Tell whether a statement may change what a name holds.

    It binds it, or uses an item or a method of it.
    """
    if isinstance(name.ctx, ast.Store | ast.Del):
        return True
    return any(
        isinstance(each, ast.Attribute | ast.Subscript) and each.value is name for each in walk(statement)
    )


def bound_in(body: Iterable[ast.stmt]) -> set[str]:
    """Return the names that statements bind."""
    return {
        node.id
        for statement in body
        for node in walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in walk(node) if isinstance(each, ast.Name)}
