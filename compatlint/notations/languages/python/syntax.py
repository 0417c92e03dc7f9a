"""Small questions to syntax trees: what is called, with which argument, under which decorators."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def walk(node: ast.AST, *, into_functions: bool = True) -> Iterator[ast.AST]:
    """Yield a node and all below it in source order.

    Without `into_functions`, nested functions and classes stay closed.
    """
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if (
            not into_functions
            and current is not node
            and isinstance(current, Function | ast.Lambda | ast.ClassDef)
        ):
            continue
        stack.extend(reversed(list(ast.iter_child_nodes(current))))


def dotted(node: ast.AST | None) -> str:
    """Return `a.b.c` of a name or an attribute of names, "" of anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def last(node: ast.AST | None) -> str:
    """Return the last component of what is called or named.

    `c` of `a.b.c` and of `f().c`, "" of anything else.
    """
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def calls(node: ast.AST, *names: str, into_functions: bool = True) -> Iterator[ast.Call]:
    """Yield the calls below a node, in source order: all, or those whose last component is one of `names`."""
    for each in walk(node, into_functions=into_functions):
        if isinstance(each, ast.Call) and (not names or last(each.func) in names):
            yield each


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return the argument that a call passes by name, or else by position; None where it passes none."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is None or any(isinstance(each, ast.Starred) for each in call.args[: position + 1]):
        return None
    return call.args[position] if position < len(call.args) else None


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments that a call passes by name."""
    return {each.arg: each.value for each in call.keywords if each.arg is not None}


def decorator_names(node: ast.ClassDef | Function) -> list[str]:
    """Return the dotted names of the decorators, outermost first; a call's is that of what is called."""
    return [dotted(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list]


def methods(node: ast.ClassDef) -> dict[str, Function]:
    """Return the functions that a class body defines itself, the last of each name."""
    return {each.name: each for each in node.body if isinstance(each, Function)}


def assigned_value(node: ast.AST, name: str) -> ast.expr | None:
    """Return the expression that an assignment gives to a name, unpacking seen through.

    None if it gives none.
    """
    if isinstance(node, ast.AnnAssign):
        return node.value if isinstance(node.target, ast.Name) and node.target.id == name else None
    if not isinstance(node, ast.Assign):
        return None
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name:
            return node.value
        if isinstance(target, ast.Tuple | ast.List) and isinstance(node.value, ast.Tuple | ast.List):
            if len(target.elts) != len(node.value.elts) or any(
                isinstance(each, ast.Starred) for each in target.elts
            ):
                continue
            for part, value in zip(target.elts, node.value.elts, strict=True):
                if isinstance(part, ast.Name) and part.id == name:
                    return value
    return None


def text_of(node: ast.AST, limit: int = 200) -> str:
    """Return an expression as text on one line, shortened past `limit` characters."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return "..."
    return text if len(text) <= limit else text[: limit - 3] + "..."
