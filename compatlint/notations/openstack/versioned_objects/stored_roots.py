"""Which objects a release reads back from JSON that it finds in its database, and what its writers leave out.

A root is a class whose `obj_from_primitive` is given what `loads` made of a text. A root that its own class
returns as it was stored keeps the version it was stored with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.notations.languages.python import Defined, Module, Project, calls, dotted, walk
from compatlint.notations.openstack.versioned_objects.effects import Function
from compatlint.wire.ir.span import Span

_READS: Final = re.compile(rb"obj_from_primitive")
_WRITES: Final = re.compile(rb"dumps")
_PARSERS: Final = frozenset({"loads", "from_json"})


@dataclass(frozen=True, slots=True)
class Root:
    """A class that is read from stored JSON, and where; `kept`.

    The object lives on with its stored version.
    """

    owner: Defined
    span: Span
    kept: bool


def roots(project: Project, paths: Collection[str]) -> list[Root]:
    """Return every root that some files read."""
    return [root for module in _modules(project, _READS, paths) for root in _roots_in(project, module)]


def _modules(project: Project, pattern: re.Pattern[bytes], paths: Collection[str]) -> Iterator[Module]:
    for path in project.matching_of(pattern, paths):
        module = project.module(path)
        if module is not None:
            yield module


def functions(module: Module) -> Iterator[tuple[Function, ast.ClassDef | None]]:
    """Yield the functions of a module and of its classes, each with its class."""
    for node in module.tree.body:
        if isinstance(node, Function):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, Function):
                    yield each, node


def _roots_in(project: Project, module: Module) -> Iterator[Root]:
    for function, owner in functions(module):
        parsed = parsed_names(function)
        returned = {
            id(each.value)
            for each in walk(function)
            if isinstance(each, ast.Return) and each.value is not None
        }
        for call in calls(function, "obj_from_primitive"):
            if (
                not isinstance(call.func, ast.Attribute)
                or not call.args
                or not _from_text(call.args[0], parsed)
            ):
                continue
            found = _receiver(project, module, function, owner, call.func.value)
            if found is not None:
                kept = dotted(call.func.value) == "cls" and (
                    id(call) in returned or _returns_name_of(function, call)
                )
                yield Root(found, module.span(call), kept)


def parsed_names(function: Function) -> set[str]:
    """Return the names of a function that hold what was parsed from a text, or a part of it."""
    found: set[str] = set()
    assignments = [each for each in walk(function) if isinstance(each, ast.Assign | ast.For)]
    for _ in range(4):
        before = len(found)
        for each in assignments:
            value = each.value if isinstance(each, ast.Assign) else each.iter
            if _from_text(value, found):
                targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                found |= {
                    name.id for target in targets for name in walk(target) if isinstance(name, ast.Name)
                }
        if len(found) == before:
            break
    return found


def _from_text(value: ast.expr, names: set[str]) -> bool:
    """Tell whether a value is parsed from a text: parsed here, named so, or a part of what is."""
    while True:
        if isinstance(value, ast.Subscript):
            value = value.value
        elif isinstance(value, ast.Call):
            func = value.func
            if (func.attr if isinstance(func, ast.Attribute) else dotted(func)) in _PARSERS:
                return True
            if not isinstance(func, ast.Attribute) or func.attr != "get":
                return False
            value = func.value
        else:
            return isinstance(value, ast.Name) and value.id in names


def _receiver(
    project: Project, module: Module, function: Function, owner: ast.ClassDef | None, node: ast.expr
) -> Defined | None:
    """Return the class of which a method is called.

    One that is named, or the one around for `cls`, `self` and the like.
    """
    arguments = {each.arg for each in (*function.args.posonlyargs, *function.args.args)}
    if isinstance(node, ast.Call):
        node = node.func
    if owner is not None and isinstance(node, ast.Name) and node.id in arguments:
        return Defined(module, owner)
    found = project.resolve(module, node, function)
    return found if isinstance(found, Defined) and isinstance(found.node, ast.ClassDef) else None


def _returns_name_of(function: Function, call: ast.Call) -> bool:
    """Tell whether a function returns the name to which it assigns a call."""
    names = {
        target.id
        for each in walk(function)
        if isinstance(each, ast.Assign) and each.value is call
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    return any(
        isinstance(each, ast.Return) and dotted(each.value) in names
        for each in walk(function)
        if isinstance(each, ast.Return)
    )


def left_out(owner: Defined) -> frozenset[str]:
    """Return the fields that a class empties before it stores itself as JSON."""
    if not isinstance(owner.node, ast.ClassDef):
        return frozenset()
    found: set[str] = set()
    for function in owner.node.body:
        if isinstance(function, Function):
            for name in _dumped(function):
                found |= set(_emptied(function, name))
    return frozenset(found)


def stores_older(owner: Defined) -> bool:
    """Tell whether a class stores itself in a version that is chosen, and never in its own."""
    written = list(_written(owner.node))
    return bool(written) and all(call.args or call.keywords for call in written)


def _written(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls that make what is written as JSON."""
    for call in calls(node, "dumps"):
        for each in call.args:
            yield from calls(each, "obj_to_primitive")


def _dumped(function: Function) -> set[str]:
    """Return the names of the objects that a function writes as JSON."""
    owners = (call.func.value for call in _written(function) if isinstance(call.func, ast.Attribute))
    return {each.id for each in owners if isinstance(each, ast.Name)}


def _emptied(function: Function, name: str) -> Iterator[str]:
    """Yield the attributes of a name that a function deletes or sets to None."""
    for node in walk(function):
        if isinstance(node, ast.Delete) or (isinstance(node, ast.Assign) and _is_none(node.value)):
            yield from (
                each.attr
                for each in node.targets
                if isinstance(each, ast.Attribute) and dotted(each.value) == name
            )
        elif (
            isinstance(node, ast.For)
            and isinstance(node.target, ast.Name)
            and isinstance(node.iter, ast.Tuple | ast.List)
        ):
            attribute = node.target.id
            if any(_empties(call, name, attribute) for call in calls(node, "setattr", "delattr")):
                texts = (each.value for each in node.iter.elts if isinstance(each, ast.Constant))
                yield from (each for each in texts if isinstance(each, str))


def _empties(call: ast.Call, name: str, attribute: str) -> bool:
    if len(call.args) < 2 or dotted(call.args[0]) != name or dotted(call.args[1]) != attribute:
        return False
    return len(call.args) == 2 or _is_none(call.args[2])


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
