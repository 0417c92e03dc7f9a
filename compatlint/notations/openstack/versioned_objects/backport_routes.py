"""How a project makes its objects older for a peer: who does it, and whether nested objects come along.

The sender may know what its peers understand and serialize for them, or the receiver sends back what it
cannot read and asks for an older one. Where neither is written down, two versions never meet in peace.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Defined, Project, calls, dotted, walk
from compatlint.notations.openstack.versioned_objects.effects import Function
from compatlint.notations.openstack.versioned_objects.stored_roots import functions
from compatlint.wire.ir.span import Span

_MENTIONS: Final = (  # one by one: a plain text is found fast
    re.compile(rb"\.object_backport"),
    re.compile(rb"indirection_api\s*="),
    re.compile(rb"def serialize_entity"),
    re.compile(rb"obj_to_primitive\(\s*target_version"),
)
_NAMES: Final = re.compile(rb"\.obj_name\(\)")
_SERIALIZE: Final = "serialize_entity"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to older objects.

    `sender`: the sender adapts by itself; `nested`: it says what becomes of nested objects. `chosen`: only
    for objects that are sent on purpose, not for whatever a call passes. `name` is the class that does it.
    """

    sender: bool
    nested: bool
    span: Span
    name: str = ""
    chosen: bool = False


def routes(project: Project, paths: Collection[str]) -> list[Route]:
    """Return the ways to older objects that some files of a release hold."""
    found: list[Route] = []
    for path in sorted({path for each in _MENTIONS for path in project.matching_of(each, paths)}):
        module = project.module(path)
        if module is None:
            continue
        sets = (
            each for each in walk(module.tree) if isinstance(each, ast.Assign) and _sets_indirection(each)
        )
        found.extend(Route(False, True, module.span(each)) for each in sets)
        for function, owner in functions(module):
            for call in calls(function):
                route = _route(function, call)
                if route is not None:
                    chosen = route[0] and function.name != _SERIALIZE
                    name = owner.name if owner is not None else ""
                    found.append(Route(route[0], route[1], module.span(call), name, chosen))
    return found


def resources(project: Project, paths: Collection[str]) -> list[Defined]:
    """Return the classes that remote interfaces name as what they send.

    Those whose registered name they ask for.
    """
    found: list[Defined] = []
    for path in project.matching_of(_NAMES, [each for each in paths if "/rpc/" in each]):
        module = project.module(path)
        for node in walk(module.tree) if module is not None else ():
            if isinstance(node, ast.Attribute) and module is not None:
                resolved = project.resolve(module, node)
                if isinstance(resolved, Defined) and isinstance(resolved.node, ast.ClassDef):
                    found.append(resolved)
    return found


def _sets_indirection(node: ast.Assign) -> bool:
    named = any(isinstance(each, ast.Attribute) and each.attr == "indirection_api" for each in node.targets)
    return named and not (isinstance(node.value, ast.Constant) and node.value.value is None)


def _route(function: Function, call: ast.Call) -> tuple[bool, bool] | None:
    """Return whether a call adapts at the sender, and what is nested with it; None if it does neither."""
    if not isinstance(call.func, ast.Attribute):
        return None
    name = call.func.attr
    if name.startswith("object_backport"):
        return (False, "versions" in name) if not function.name.startswith("object_") else None
    if name == "convert_to_version" and function.name == _SERIALIZE:
        return True, True
    if name == "obj_to_primitive" and not function.name.startswith("object_"):
        named = {each.arg for each in call.keywords}
        if "target_version" in named or (call.args and function.name == _SERIALIZE):
            return True, len(call.args) > 1 or "version_manifest" in named or function.name != _SERIALIZE
    return None


def sends_stored_versions(project: Project, paths: Collection[str]) -> Span | None:
    """Return where a release makes a result older without asking whether it is newer than what was asked for, if it does."""
    for path in project.matching_of(re.compile(rb"def object_class_action_versions"), paths):
        module = project.module(path)
        for function, _ in functions(module) if module is not None else ():
            if function.name != "object_class_action_versions":
                continue
            for call in calls(function, "obj_to_primitive"):
                if any(each.arg == "target_version" for each in call.keywords) and not _compares(function):
                    assert module is not None
                    return module.span(call)
    return None


def _compares(function: Function) -> bool:
    return any(
        isinstance(each, ast.Attribute) and each.attr == "VERSION" and dotted(each) != "cls.VERSION"
        for each in walk(function)
    )
