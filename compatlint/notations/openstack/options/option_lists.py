"""Which options an expression holds.

Literal lists, sums, names of lists in this module and others, what copies them.

Out come the calls that make the options, each with the module and the function around it, and what could not
be followed: a library's list, an argument, a computed one.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    External,
    Module,
    Project,
    assigned_value,
    dotted,
    text_of,
)
from compatlint.notations.languages.python.syntax import last

OPTION: Final = re.compile(r"^_?(?!Deprecated|SubCommand)\w*Opt$")
OLD_NAME: Final = re.compile(r"^DeprecatedOpt$")

_DEPTH: Final = 25
_MOST: Final = 5_000
_COPIES: Final = frozenset(
    (
        "list",
        "tuple",
        "sorted",
        "reversed",
        "set",
        "copy",
        "deepcopy",
        "chain",
        "from_iterable",
        "filter",
        "values",
    )
)
_ADDING: Final = frozenset(("append", "extend", "insert", "add", "update"))


@dataclass(frozen=True, slots=True)
class OptionCall:
    """The call that makes an option, and the function or class around it."""

    module: Module
    call: ast.Call
    scope: ast.AST | None


@dataclass(slots=True)
class Held:
    """What an expression holds: calls that make what is looked for.

    `foreign` names lists of libraries that are among them.
    """

    making: re.Pattern[str] = OPTION
    found: list[OptionCall] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    spent: int = 0


def held(
    project: Project,
    module: Module,
    expression: ast.expr | None,
    scope: ast.AST | None,
    making: re.Pattern[str] = OPTION,
) -> Held:
    """Return the options (or what else `making` makes) that an expression holds, seen from a function `scope` of a module."""
    found = Held(making)
    if expression is not None:
        _take(
            project,
            found,
            OptionCall(module, ast.Call(func=expression, args=[], keywords=[]), scope),
            expression,
            0,
        )
    return found


def calls_of(module: Module) -> list[OptionCall]:
    """Return every call of a module, the outermost first."""
    found = []
    stack: list[tuple[ast.AST, ast.AST | None]] = [(module.tree, None)]
    while stack:
        node, scope = stack.pop()
        if isinstance(node, ast.Call):
            found.append(OptionCall(module, node, scope))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            scope = node
        stack.extend([(each, scope) for each in ast.iter_child_nodes(node)])
    return found


def makes(node: ast.AST, making: re.Pattern[str] = OPTION) -> bool:
    """Tell whether a node is a call that makes an option."""
    return isinstance(node, ast.Call) and making.match(last(node.func)) is not None


def _take(project: Project, found: Held, at: OptionCall, node: ast.expr, depth: int) -> None:
    found.spent += 1
    if depth > _DEPTH or found.spent > _MOST:
        found.foreign.add("?")
        return
    if isinstance(node, ast.Call):
        _call(project, found, at, node, depth)
    elif isinstance(node, ast.Name | ast.Attribute):
        _named(project, found, at, node, depth)
    else:
        for each in _parts(node):
            _take(project, found, at, each, depth + 1)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the expressions whose options a composed one holds, too many rather than too few."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return node.elts
    if isinstance(node, ast.Dict):
        return node.values
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Starred | ast.Subscript | ast.NamedExpr):
        return [node.value]
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        return [node.elt if makes(node.elt) or makes(node.elt, OLD_NAME) else node.generators[0].iter]
    return []


def _call(project: Project, found: Held, at: OptionCall, node: ast.Call, depth: int) -> None:
    if makes(node, found.making):
        found.found.append(OptionCall(at.module, node, at.scope))
        return
    if last(node.func) in _COPIES:
        for each in (*node.args, *_owner(node.func)):
            _take(project, found, at, each, depth + 1)
        return
    target = project.resolve(at.module, node.func, at.scope) if dotted(node.func) else None
    if not isinstance(target, Defined) or not isinstance(target.node, ast.FunctionDef):
        found.foreign.add(text_of(node.func))
        return
    returned = [
        each.value
        for each in ast.walk(target.node)
        if isinstance(each, ast.Return) and each.value is not None
    ]
    for each in returned[:10]:
        _take(project, found, OptionCall(target.module, node, target.node), each, depth + 1)


def _owner(callee: ast.expr) -> list[ast.expr]:
    """Return the value whose method is called, if the method hands out what the value holds."""
    copied = (
        isinstance(callee, ast.Attribute)
        and callee.attr in ("values", "copy")
        and dotted(callee.value) != "copy"
    )
    return [callee.value] if copied and isinstance(callee, ast.Attribute) else []


def _named(project: Project, found: Held, at: OptionCall, node: ast.Name | ast.Attribute, depth: int) -> None:
    if isinstance(node, ast.Name) and _local(project, found, at, node.id, depth):
        return
    target = project.resolve(at.module, node, at.scope)
    if isinstance(target, External):
        found.foreign.add(target.dotted)
    elif isinstance(target, Defined) and isinstance(target.node, ast.Assign | ast.AnnAssign):
        name = dotted(node).rpartition(".")[2]
        inside = target.inside if target.inside is not None else target.module.tree
        own = target.name or name
        _bound(project, found, OptionCall(target.module, at.call, inside), own, depth)


def _local(project: Project, found: Held, at: OptionCall, name: str, depth: int) -> bool:
    """Follow a name that this module or the function around binds.

    An argument holds nothing that can be told.
    """
    scope: ast.AST | None = at.scope or at.module.tree
    while scope is not None:
        if name in at.module.scope_of(scope).bindings:
            imported = isinstance(at.module.scope_of(scope).bindings[name][-1], ast.Import | ast.ImportFrom)
            return not imported and _bound(project, found, OptionCall(at.module, at.call, scope), name, depth)
        if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and name in {
            each.arg for each in scope.args.args
        }:
            return True
        scope = at.module.outer(scope)
    return False


def _bound(project: Project, found: Held, at: OptionCall, name: str, depth: int) -> bool:
    """Take everything that a scope assigns or adds to a name."""
    names = at.module.scope_of(at.scope if at.scope is not None else at.module.tree)
    values: list[ast.expr | None] = []
    for each in names.bindings.get(name, ())[-4:]:
        if isinstance(each, ast.For):
            values.append(each.iter)
        else:
            values.append(assigned_value(each, name))
    for each in names.mutations.get(name, ()):
        if isinstance(each, ast.AugAssign):
            values.append(each.value)
        elif (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Call)
            and last(each.value.func) in _ADDING
        ):
            values.extend(each.value.args)
        elif isinstance(each, ast.Assign):
            values.append(each.value)
    for value in values:
        if value is not None and dotted(value) != name:
            _take(project, found, at, value, depth + 1)
    return bool(values)
