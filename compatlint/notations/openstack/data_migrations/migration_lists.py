"""The lists of online data migrations that a release keeps, whatever class or module they stand in.

An entry is a function by its dotted name, or a pair of a module and the name of a function in it. glance
keeps one module for each migration instead of a list.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from compatlint.notations.languages.python import Defined, Module, Project, assigned_value, dotted, text_of
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.data_migrations.model import DataMigration, Ledger
from compatlint.notations.openstack.data_migrations.wants import wants
from compatlint.wire.ir.records import Missing
from compatlint.wire.ir.span import Span

LIST: Final = re.compile(rb"(?im)^[ \t]*online_(?:data_)?migrations\s*(?::[^=]*)?=", re.IGNORECASE)
FOLDER: Final = re.compile(r"(^|/)data_migrations/(?!__init__)(\w+)\.py$")

_NAME: Final = re.compile(r"^online_(data_)?migrations$", re.IGNORECASE)
_EMPTY: Final = frozenset(("tuple", "list", "set"))


def ledger(release: Project) -> Ledger:
    """Return the online data migrations of a release."""
    work: list[DataMigration] = []
    lists: list[Span] = []
    missing: list[Missing] = []
    for path in release.matching(LIST, wants):
        module = release.module(path)
        if module is None:
            continue
        for name, value, scope in _lists(module):
            lists.append(module.span(value))
            elements = _elements(value)
            if elements is None:
                missing.append(Missing(name, module.span(value), "a computed list of migrations"))
                continue
            work.extend(
                each for node in elements if (each := _work(release, module, node, scope)) is not None
            )
    for path in release.files:
        found = FOLDER.search(path)
        if found is not None and wants(path) and "empty" not in found[2]:
            work.extend(_module(release, path, found[2]))
    return Ledger(tuple(work), tuple(lists), tuple(missing))


def _lists(module: Module) -> Iterator[tuple[str, ast.expr, ast.AST | None]]:
    """Yield the lists of a module with their names and the class around them."""
    for scope in (module.tree, *(each for each in ast.walk(module.tree) if isinstance(each, ast.ClassDef))):
        for name, nodes in module.scope_of(scope).bindings.items():
            value = assigned_value(nodes[-1], name) if _NAME.match(name) else None
            if value is not None:
                yield name, value, scope if isinstance(scope, ast.ClassDef) else None


def _elements(value: ast.expr) -> list[ast.expr] | None:
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return value.elts
    if (
        isinstance(value, ast.Call)
        and last(value.func) in _EMPTY
        and not value.keywords
        and len(value.args) < 2
    ):
        return _elements(value.args[0]) if value.args else []
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left, right = _elements(value.left), _elements(value.right)
        return left + right if left is not None and right is not None else None
    return None


def _work(release: Project, module: Module, node: ast.expr, scope: ast.AST | None) -> DataMigration | None:
    """Return one entry of a list."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Constant):
        name, owner = str(node.elts[1].value), dotted(node.elts[0])
        found = release.resolve(module, f"{owner}.{name}") if owner else None
        text = f"{owner}.{name}"
    else:
        text, name = dotted(node) or text_of(node), last(node)
        found = release.resolve(module, node, scope)
    if not name:
        return None
    functions = (found,) if isinstance(found, Defined) and isinstance(found.node, ast.FunctionDef) else ()
    return DataMigration(name, text, module.span(node), functions)


def _module(release: Project, path: str, stem: str) -> Iterator[DataMigration]:
    """Yield the migration that a module of its own makes up."""
    module = release.module(path)
    node = module.names.get("migrate") if module is not None else None
    if module is not None and isinstance(node, ast.FunctionDef):
        yield DataMigration(stem, stem, module.span(node), (Defined(module, node),))
