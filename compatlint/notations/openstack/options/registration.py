"""Where a module registers options.

Which lists, in which groups, and to which groups a library adds its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    Module,
    Project,
    argument,
    assigned_value,
    calls,
    dotted,
    keywords,
    text_of,
)
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.options.option import ANYWHERE, BACKEND, DEFAULT
from compatlint.notations.openstack.options.option_lists import Held, OptionCall, held, makes

_REGISTERING: Final = ("register_opts", "register_opt", "register_cli_opts", "register_cli_opt")
_WRAPPER: Final = re.compile(r"register\w{0,60}opts?$", re.IGNORECASE)
_APPENDING: Final = "append_config_values"
_CONFIGURATIONS: Final = frozenset(("conf", "CONF", "cfg"))
_ARGUMENTS: Final = ("opts", "opt", "volume_opts", "options")


@dataclass(frozen=True, slots=True)
class OptionRegistration:
    """One list of options and the group that it is registered in."""

    group: str
    held: Held


def registrations(project: Project, module: Module, made: list[OptionCall]) -> Iterator[OptionRegistration]:
    """Yield what a module registers, told from all its calls."""
    for each in made:
        call, scope = each.call, each.scope
        name = last(call.func)
        if name in _REGISTERING:
            listed = _listed(call)
            if listed is not None and last(listed) not in _CONFIGURATIONS:
                group = argument(call, "group", 1)
                yield OptionRegistration(
                    _group(project, module, group, scope), held(project, module, listed, scope)
                )
        elif name == _APPENDING:
            yield OptionRegistration(BACKEND, held(project, module, _listed(call), scope))
        elif not makes(call) and name != "OptGroup":
            wrapped = list(_wrapped(project, module, call, scope)) if _WRAPPER.search(name) else []
            yield from wrapped or _passed(project, module, call, scope)
    for group, listed in _tabled(module):
        yield OptionRegistration(_group(project, module, group, None), held(project, module, listed, None))


def _passed(
    project: Project, module: Module, call: ast.Call, scope: ast.AST | None
) -> Iterator[OptionRegistration]:
    """Yield the groups that are passed to a function together with the configuration.

    It registers what it likes there.
    """
    if not any(last(each) in _CONFIGURATIONS for each in call.args):
        return
    for each in (*call.args, *(keyword.value for keyword in call.keywords)):
        if last(each) in _CONFIGURATIONS or not isinstance(each, ast.Constant | ast.Name | ast.Attribute):
            continue
        group = _group(project, module, each, scope)
        if group not in (ANYWHERE, DEFAULT):
            yield OptionRegistration(group, Held(foreign={text_of(call.func)}))


def _wrapped(
    project: Project, module: Module, call: ast.Call, scope: ast.AST | None
) -> Iterator[OptionRegistration]:
    """Yield the lists that are passed to a function of the release which registers its arguments."""
    found = project.resolve(module, call.func, scope)
    if not isinstance(found, Defined) or not isinstance(found.node, ast.FunctionDef):
        return
    names = [each.arg for each in found.node.args.args]
    given = {**dict(zip(names, call.args, strict=False)), **keywords(call)}
    for inner in calls(found.node, *_REGISTERING):
        listed = given.get(dotted(_listed(inner)))
        if listed is None:
            continue
        wanted = argument(inner, "group", 1)
        passed = given.get(dotted(wanted))
        group = (
            _group(project, module, passed, scope)
            if passed
            else _group(project, found.module, wanted, found.node)
        )
        yield OptionRegistration(group, held(project, module, listed, scope))


def _listed(call: ast.Call) -> ast.expr | None:
    """Return what a call registers."""
    return next((value for name in _ARGUMENTS if (value := argument(call, name, 0)) is not None), None)


def _tabled(module: Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield groups and lists of tables at the top of a module.

    `{"group": [options]}`, for whatever loop registers them.
    """
    for statement in module.tree.body:
        value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Dict):
            for key, each in zip(value.keys, value.values, strict=True):
                if key is not None and isinstance(each, ast.List) and each.elts and makes(each.elts[0]):
                    yield key, each


def _group(
    project: Project, module: Module, node: ast.expr | None, scope: ast.AST | None, depth: int = 0
) -> str:
    """Return the name of a group, ANYWHERE if it cannot be told."""
    if node is None:
        return DEFAULT
    if isinstance(node, ast.Call) and last(node.func) == "OptGroup":
        return _group(project, module, argument(node, "name", 0), scope, depth + 1)
    value = project.evaluate(module, node, None, scope)
    if value is None or isinstance(value, str):
        return str(value or DEFAULT)
    if depth > 10 or not dotted(node):
        return ANYWHERE
    if isinstance(node, ast.Name) and isinstance(scope, ast.FunctionDef):
        given = _given(scope, node.id)
        if given is not None:
            return _group(project, module, given, None, depth + 1)
    bare = node.value if isinstance(node, ast.Attribute) and node.attr == "name" else node
    made = _made(project, module, bare, scope)
    return _group(project, made.module, made.call, made.scope, depth + 1) if made is not None else ANYWHERE


def _given(function: ast.FunctionDef, name: str) -> ast.expr | None:
    """Return the default of an argument."""
    arguments, defaults = function.args.args, function.args.defaults
    with_defaults = [each.arg for each in arguments[len(arguments) - len(defaults) :]]
    return dict(zip(with_defaults, defaults, strict=False)).get(name)


def _made(project: Project, module: Module, node: ast.expr, scope: ast.AST | None) -> OptionCall | None:
    """Return the call whose result a name stands for."""
    inner = scope
    if isinstance(node, ast.Name):
        while inner is not None:
            bound = module.scope_of(inner).names.get(node.id)
            value = assigned_value(bound, node.id) if bound is not None else None
            if isinstance(value, ast.Call):
                return OptionCall(module, value, inner)
            inner = module.outer(inner)
    found = project.resolve(module, node, scope)
    if not isinstance(found, Defined) or not isinstance(found.node, ast.Assign | ast.AnnAssign):
        return None
    value = assigned_value(found.node, found.name)
    return OptionCall(found.module, value, None) if isinstance(value, ast.Call) else None
