"""Which classes of a release are registered, by which registry and under which name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Module, Project, calls, dotted
from compatlint.notations.openstack.versioned_objects.oslo_facts import REGISTRY

REGISTERED: Final = re.compile(rb"@[\w.]*\bregister|@[\w.]*Registry\.|@[\w.]*\bobjectify\b")
MAX_CLASSES: Final = 5000
_LIBRARY: Final = ("register", "register_if", "objectify")


@dataclass(frozen=True, slots=True)
class ClassRegistration:
    """A class with a registry's decorator.

    By which of the registry's methods, and whether objects of it travel by name.
    """

    defined: Defined
    how: str
    registered: bool


def registrations(project: Project, module: Module) -> Iterator[ClassRegistration]:
    """Yield the registered classes of a module, in source order."""
    for count, node in enumerate(_classes(module)):
        if count > MAX_CLASSES:
            return
        for decorator in node.decorator_list:
            found = _registration(project, module, node, decorator)
            if found is not None:
                yield found
                break


def _classes(module: Module) -> Iterator[ast.ClassDef]:
    for nodes in module.bindings.values():
        yield from (node for node in nodes if isinstance(node, ast.ClassDef) and node.decorator_list)


def _registration(
    project: Project, module: Module, node: ast.ClassDef, decorator: ast.expr
) -> ClassRegistration | None:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    if not isinstance(function, ast.Attribute) or not dotted(function):
        return None
    registry = project.resolve(module, function.value)
    if not _is_registry(project, registry):
        return None
    how = function.attr
    defined = Defined(module, node)
    if how == "register_if":
        condition = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
        known = project.evaluate(module, condition) if condition is not None else UNKNOWN
        return ClassRegistration(defined, how, known is UNKNOWN or bool(known))
    if how in _LIBRARY:
        return ClassRegistration(defined, how, how == "register")
    method = project.attribute(registry, how) if isinstance(registry, Defined) else None
    if not isinstance(method, Defined):
        return None
    registers = any(
        dotted(call.func) in ("cls.register", "cls._register_class") for call in calls(method.node)
    )
    return ClassRegistration(defined, how, registers)


def _is_registry(project: Project, found: object) -> bool:
    """Tell whether something is the library's registry or derives from it."""
    if isinstance(found, External):
        return found.dotted == REGISTRY
    if not isinstance(found, Defined) or not project.is_class(found):
        return False
    return any(isinstance(each, External) and each.dotted == REGISTRY for each in project.mro(found))


def registered_name(project: Project, owner: Defined) -> str | None:
    """Return the name that a class is registered by: what `obj_name` returns, else its own.

    None where that cannot be told.
    """
    method = project.attribute(owner, "obj_name")
    if method is None:
        return owner.name
    if not isinstance(method, Defined) or not isinstance(method.node, ast.FunctionDef):
        return None
    node = method.node
    returns = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
    if len(returns) != 1 or returns[0] is None:
        return None
    if dotted(returns[0]) == "cls.__name__":
        return owner.name
    first = node.args.args[0].arg if node.args.args else ""
    value = project.evaluate(method.module, returns[0], {first: owner})
    return value if isinstance(value, str) else None
