"""What a release demands to be done before.

Schema migrations that do nothing but refuse, and upgrade checks that fail.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    Module,
    Project,
    assigned_value,
    calls,
    dotted,
    walk,
)
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.data_migrations.model import Demand

SCRIPT: Final = re.compile(r"(^|/)versions/(?:[\w.]+/){0,9}(\w+)\.py$")
CHECKS: Final = re.compile(rb"\b_upgrade_checks\b")

_CHANGING: Final = re.compile(
    r"^(create|drop|alter|add|rename|insert|update|delete|batch_alter|create_all|bulk_insert)(_|$)"
)
_MIGRATED: Final = re.compile(r"migrat|online|upgrade", re.IGNORECASE)
_COMMAND: Final = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")


def blocker(release: Project, path: str) -> Demand | None:
    """Return what a schema migration demands, if it does nothing else: it counts rows and raises."""
    found = SCRIPT.search(path)
    module = release.module(path) if found is not None else None
    node = module.names.get("upgrade") if module is not None else None
    if found is None or module is None or not isinstance(node, ast.FunctionDef):
        return None
    raising = [each for each in walk(module.tree) if isinstance(each, ast.Raise) and each.exc is not None]
    if not raising or any(_CHANGING.match(last(each.func)) for each in calls(module.tree)):
        return None
    texts = list(_texts(module.tree))
    commands = {word for text in texts for word in _COMMAND.findall(text)}
    tables = {
        str(each.args[0].value)
        for each in calls(module.tree, "Table")
        if each.args and isinstance(each.args[0], ast.Constant) and isinstance(each.args[0].value, str)
    }
    if not any(_MIGRATED.search(text) for text in (*texts, found[2])):
        tables = set()  # it may look for anything
    return Demand(found[2], module.span(node), frozenset(tables), frozenset(commands), frozenset(texts))


def _texts(node: ast.AST) -> Iterator[str]:
    for each in walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def checks(release: Project, path: str) -> dict[str, tuple[Demand, Defined]]:
    """Return the upgrade checks of a module that can fail, by the names of their functions."""
    module = release.module(path)
    if module is None:
        return {}
    found = {}
    for scope in (module.tree, *(each for each in walk(module.tree) if isinstance(each, ast.ClassDef))):
        bound = module.scope_of(scope).names.get("_upgrade_checks")
        value = assigned_value(bound, "_upgrade_checks") if bound is not None else None
        for pair in value.elts if isinstance(value, ast.Tuple | ast.List) else ():
            if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                found.update(_check(release, module, scope, pair))
    return found


def _check(
    release: Project, module: Module, scope: ast.AST, pair: ast.Tuple
) -> dict[str, tuple[Demand, Defined]]:
    """Return one check, if there is a way for it to fail."""
    label = " ".join(next(_texts(pair.elts[0]), "").split())
    target = release.resolve(module, pair.elts[1], scope) if dotted(pair.elts[1]) else None
    if not isinstance(target, Defined) or not isinstance(target.node, ast.FunctionDef):
        return {}
    if not any(isinstance(each, ast.Attribute) and each.attr == "FAILURE" for each in walk(target.node)):
        return {}
    demand = Demand(
        f"upgrade check {label or target.name}", target.span, words=frozenset(_texts(target.node))
    )
    return {target.name: (demand, target)}
