"""Tables in which a project keeps the versions of its objects by release, and the versions that they name.

`OBJ_VERSIONS` grows by `add(version, changes)`: a service records the version that it runs, and every service
must find the lowest recorded one in its table. `RELEASE_MAPPING` lists releases by name: the newer release is
pinned to an entry while older services run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from dataclasses import dataclass
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
from compatlint.notations.openstack.versioned_objects.effects import Function
from compatlint.wire.ir.span import Span

HISTORY: Final = "OBJ_VERSIONS"
MAPPING: Final = "RELEASE_MAPPING"
_HISTORY: Final = re.compile(rb"OBJ_VERSIONS\s*=")
_MAPPING: Final = re.compile(rb"RELEASE_MAPPING\s*=")
_REFUSAL: Final = re.compile(rb"IncompatibleObjectVersion")
_RELEASE: Final = re.compile(r"\A\d+\.\d+$")


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows are read that carry a version, by which function, and which entry stands for rows that carry none."""

    span: Span
    reader: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class VersionTable:
    """The names that a table holds, in order, and the one that stands for the release itself."""

    name: str
    span: Span
    names: tuple[str, ...]
    own: str


def history(project: Project, paths: Collection[str]) -> VersionTable | None:
    """Return the table that grows by `add`, if the release has one that can be read."""
    module, node = _assignment(project, _HISTORY, HISTORY, paths)
    if module is None or node is None:
        return None
    names = _first_names(project, module, node)
    for each in module.tree.body:
        if (
            isinstance(each, ast.Expr)
            and isinstance(each.value, ast.Call)
            and isinstance(each.value.func, ast.Attribute)
        ):
            call, func = each.value, each.value.func
            if (
                func.attr == "add"
                and isinstance(func.value, ast.Name)
                and func.value.id == HISTORY
                and call.args
            ):
                version = project.evaluate(module, call.args[0])
                if not isinstance(version, str):
                    return None
                names.append(version)
    return VersionTable(HISTORY, module.span(node), tuple(names), names[-1]) if names else None


def _assignment(
    project: Project, pattern: re.Pattern[bytes], name: str, paths: Collection[str]
) -> tuple[Module | None, ast.AST | None]:
    for path in project.matching_of(pattern, paths):
        module = project.module(path)
        found = (
            next((each for each in module.bindings.get(name, ()) if isinstance(each, ast.Assign)), None)
            if module
            else None
        )
        if module is not None and found is not None:
            return module, found
    return None, None


def _first_names(project: Project, module: Module, node: ast.AST) -> list[str]:
    """Return the versions with which the class of a history begins: a list that its constructor sets."""
    value = assigned_value(node, HISTORY)
    found = project.resolve(module, value.func) if isinstance(value, ast.Call) else None
    if not isinstance(found, Defined) or not isinstance(found.node, ast.ClassDef):
        return []
    for function in found.node.body:
        if isinstance(function, Function) and function.name == "__init__":
            for each in walk(function):
                if isinstance(each, ast.Assign) and any(
                    getattr(target, "attr", "") == "versions" for target in each.targets
                ):
                    names = project.evaluate(found.module, each.value)
                    return [str(name) for name in names] if isinstance(names, list | tuple) else []
    return []


def mapping(project: Project, paths: Collection[str]) -> VersionTable | None:
    """Return the table of releases, if the release has one that can be read.

    The newest release in it (the last that is a number of two parts) is the release itself.
    """
    module, node = _assignment(project, _MAPPING, MAPPING, paths)
    if module is None or node is None:
        return None
    value = project.evaluate(module, ast.Name(MAPPING, ast.Load()))
    if not isinstance(value, dict):
        return None
    names = [each for each in value if isinstance(each, str)]
    numbers = [each for each in names if _RELEASE.match(each) and not each.startswith("20")]
    return VersionTable(MAPPING, module.span(node), tuple(names), numbers[-1]) if numbers else None


def stamped_rows(project: Project, paths: Collection[str]) -> Rows | None:
    """Return how a release reads rows that carry the version of their object; None.

    It does not look at a version.
    """
    for path in project.matching_of(_REFUSAL, paths):
        module = project.module(path)
        if module is None:
            continue
        for owner in module.tree.body:
            for function in owner.body if isinstance(owner, ast.ClassDef) else ():
                if isinstance(function, Function) and _reads_version(function) and _refuses(function):
                    return Rows(module.span(function), function.name, _stand_in(function))
    return None


def _reads_version(function: Function) -> bool:
    arguments = {each.arg for each in (*function.args.posonlyargs, *function.args.args)}
    return any(
        isinstance(each, ast.Subscript)
        and isinstance(each.value, ast.Name)
        and each.value.id in arguments
        and isinstance(each.slice, ast.Constant)
        and each.slice.value == "version"
        for each in walk(function)
    )


def _refuses(function: Function) -> bool:
    return any(
        isinstance(each, ast.Raise)
        and each.exc is not None
        and any(True for _ in calls(each.exc, "IncompatibleObjectVersion"))
        for each in walk(function)
    )


def _stand_in(function: Function) -> str:
    """Return the entry of the table of releases that stands for rows without a version, "" if there is none."""
    for each in walk(function):
        if (
            isinstance(each, ast.Subscript)
            and dotted(each.value).endswith(MAPPING)
            and isinstance(each.slice, ast.Constant)
        ):
            return str(each.slice.value)
    return ""


def object_versions(project: Project, paths: Collection[str], name: str) -> dict[str, str]:
    """Return the newest version of each object that an entry of the table of releases lists."""
    module, node = _assignment(project, _MAPPING, MAPPING, paths)
    value = (
        project.evaluate(module, ast.Name(MAPPING, ast.Load()))
        if module is not None and node is not None
        else None
    )
    entry = value.get(name) if isinstance(value, dict) else None
    objects = entry.get("objects") if isinstance(entry, dict) else None
    if not isinstance(objects, dict):
        return {}
    return {
        str(key): str(found[0]) for key, found in objects.items() if isinstance(found, list | tuple) and found
    }
