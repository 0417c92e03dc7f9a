"""Who serves calls in one release.

Classes with a `target`, their public methods, and the endpoints that they bring along.

    class VolumeManager(manager.Manager):
        target = messaging.Target(version='2.6')
        def __init__(self):
            self.additional_endpoints.append(_VolumeV3Proxy(self))
        def create_volume(self, context, volume, request_spec=None): ...

A proxy that hands what it does not define to its owner (`__getattr__`) has the owner's methods as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    External,
    Module,
    Project,
    argument,
    calls,
    decorator_names,
    dotted,
    methods,
    walk,
)
from compatlint.notations.openstack.rpc.model import ANY, ServedClass, ServedMethod, Server, version_of
from compatlint.notations.openstack.rpc.wants import wants
from compatlint.wire.ir.records import Entry, Missing, Version

Function = ast.FunctionDef | ast.AsyncFunctionDef
_TARGET: Final = re.compile(rb"\bTarget\(")
_APPEND: Final = ("append", "extend")
_ENDPOINTS: Final = re.compile(r"endpoints\b")
_HIDDEN: Final = ("property", "cached_property", "setter", "deleter", "getter", "abstractproperty")
MAX_CLASSES = 2_000


def servers(release: Project) -> tuple[list[Server], list[Missing]]:
    """Return every server of a release, and the targets that could not be read."""
    found: list[Server] = []
    missing: list[Missing] = []
    for path in release.matching(_TARGET, wants):
        module = release.module(path)
        if module is None:
            continue
        with_target = {
            name: node
            for name, node in _classes(module)
            if _target(release, Defined(module, node)) is not None
        }
        proxies = {name: _proxies(release, module, node) for name, node in with_target.items()}
        brought = {
            each
            for name, nodes in proxies.items()
            for each, _ in nodes
            if each in with_target and each != name
        }
        for name, node in with_target.items():
            if name in brought and not proxies[name]:
                continue
            server = _server(release, Defined(module, node), [owned for _, owned in proxies[name]])
            found.append(server)
            missing += [
                Missing(each.name, each.span, "its target's version is not a literal")
                for each in server.endpoints
                if each.version is None
            ]
    return found, missing


def _classes(module: Module) -> Iterator[tuple[str, ast.ClassDef]]:
    for count, (name, node) in enumerate(module.names.items()):
        if isinstance(node, ast.ClassDef) and count < MAX_CLASSES:
            yield name, node


def _target(release: Project, owner: Defined) -> tuple[Defined, ast.Call] | None:
    """Return the call that makes the target of a class, with the class in whose body it stands."""
    found = release.attribute(owner, "target")
    if not isinstance(found, Defined) or found.inside is None:
        return None
    value = getattr(found.node, "value", None)
    if isinstance(value, ast.Call) and next(calls(value, "Target"), None) is value:
        return Defined(found.module, found.inside), value
    return None


def late_target(release: Project, owner: Defined) -> tuple[Defined, ast.Call] | None:
    """Return the call that makes the target of a class while it runs, with the class in which it stands.

    As a property `target`, or as what a method assigns to `self.target`.
    """
    for each in release.mro(owner):
        if isinstance(each, External) or not isinstance(each.node, ast.ClassDef):
            continue
        for name, node in methods(each.node).items():
            if name == "target" or _sets_target(node):
                made = next(calls(node, "Target"), None)
                if made is not None:
                    return each, made
    return None


def _sets_target(node: Function) -> bool:
    """Tell whether a method assigns to `self.target`."""
    return any(
        isinstance(target, ast.Attribute) and target.attr == "target"
        for each in walk(node)
        if isinstance(each, ast.Assign)
        for target in each.targets
    )


def _server(release: Project, owner: Defined, brought: list[Defined]) -> Server:
    own = endpoint(release, owner)
    others = [endpoint(release, each, own) for each in brought]
    return Server(owner.name, owner.module.path, owner.span, (own, *others))


def endpoint(release: Project, owner: Defined, through: ServedClass | None = None) -> ServedClass:
    """Return what a class with a target serves.

    `through` is where a proxy hands on what it does not define.
    """
    found = _target(release, owner)
    version, namespace = _described(release, owner, found) if found is not None else (None, "")
    own = public_methods(release, owner)
    if through is not None and isinstance(release.attribute(owner, "__getattr__"), Defined):
        own = through.methods | own
    span = (
        owner.module.span(found[1]) if found is not None and found[0].module is owner.module else owner.span
    )
    return ServedClass(owner.name, span, version, namespace, own)


def _described(
    release: Project, owner: Defined, found: tuple[Defined, ast.Call]
) -> tuple[Version | None, str]:
    """Return the version and the namespace of a target."""
    holder, call = found
    worth = partial(_worth, release, owner, holder)
    version = version_of(worth(argument(call, "version")))
    return version, namespace_of(release, holder.module, argument(call, "namespace"), worth)


def served_without_target(release: Project, owner: Defined, own: dict[str, ServedMethod]) -> ServedClass:
    """Return what a class serves that has no target of its own, or makes it while it runs."""
    found = late_target(release, owner)
    version, namespace = _described(release, owner, found) if found is not None else (None, ANY)
    return ServedClass(owner.name, owner.span, version, namespace, own, checked=version is not None)


def _worth(release: Project, owner: Defined, holder: Defined, expression: ast.expr | None) -> object:
    """Return what an argument of a target is worth: names are those of the class body first."""
    if expression is None:
        return "1.0"
    if isinstance(expression, ast.Attribute) and dotted(expression.value) in ("self", "cls"):
        return release.value_of(release.attribute(owner, expression.attr))
    value = release.evaluate(holder.module, expression, None, holder.node)
    if isinstance(value, str) or not isinstance(expression, ast.Name):
        return value
    return release.value_of(release.attribute(owner, expression.id))


def namespace_of(
    release: Project, module: Module, expression: ast.expr | None, worth: partial[object]
) -> str:
    """Return a namespace: its text, or the dotted name of a constant of another project, or ANY.

    "" if there is none.
    """
    if expression is None or (isinstance(expression, ast.Constant) and expression.value is None):
        return ""
    value = worth(expression)
    if value is None or isinstance(value, str):
        return value or ""
    found = release.resolve(module, expression)
    if isinstance(found, External) and not found.unresolved:
        return f"?{found.name}"
    return ANY


def public_methods(release: Project, owner: Defined, *, context: bool = True) -> dict[str, ServedMethod]:
    """Return the methods of a class and its bases that can be called; the `context` is not sent."""
    found: dict[str, ServedMethod] = {}
    for each in reversed(release.mro(owner)):
        if isinstance(each, External) or not isinstance(each.node, ast.ClassDef):
            continue
        for name, node in methods(each.node).items():
            method = _method(each.module, node, 1 if context else 0)
            if method is None:
                found.pop(name, None)
            else:
                found[name] = method
        found |= _renamed(each.node, found)
    return found


def _renamed(owner: ast.ClassDef, known: dict[str, ServedMethod]) -> dict[str, ServedMethod]:
    """Return the methods that a class body gives a second name: `failover_host = failover`."""
    return {
        target.id: replace(known[node.value.id], name=target.id)
        for node in owner.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in known
        for target in node.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    }


def _method(module: Module, node: Function, first: int) -> ServedMethod | None:
    """Return a method as the dispatcher sees it, None if it cannot be called from outside.

    What is sent begins with argument number `first`, the object itself not counted.
    """
    marks = {each.rpartition(".")[2] for each in decorator_names(node)}
    if node.name.startswith("_") or marks & set(_HIDDEN):
        return None
    listed = [*node.args.posonlyargs, *node.args.args]
    if "staticmethod" not in marks:
        listed = listed[1:]
    if first and not listed and node.args.vararg is None:
        return None  # nobody takes the context
    defaults = len(node.args.defaults)
    entries = [
        Entry(each.arg, module.span(each), required=at < len(listed) - defaults)
        for at, each in enumerate(listed)
        if at >= first
    ]
    entries += [
        Entry(each.arg, module.span(each), required=default is None)
        for each, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    ]
    return ServedMethod(node.name, module.span(node), tuple(entries), node.args.kwarg is not None)


def _proxies(release: Project, module: Module, owner: ast.ClassDef) -> list[tuple[str, Defined]]:
    """Return the classes whose instances a class adds to its endpoints, by name."""
    found: dict[str, Defined] = {}
    for node in _nodes(module, owner, _ENDPOINTS):
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Attribute)
            or node.func.attr not in _APPEND
        ):
            continue
        holder = node.func.value
        if not isinstance(holder, ast.Attribute) or not holder.attr.endswith("endpoints"):
            continue
        for value in node.args:
            made = release.resolve(module, _maker(module, owner, value), owner)
            if isinstance(made, Defined) and isinstance(made.node, ast.ClassDef):
                found[made.name] = made
    return list(found.items())


def _maker(module: Module, owner: ast.ClassDef, value: ast.expr) -> ast.expr:
    """Return what is called to make a value.

    `X` of `X(self)`, or of `self.x` where the class says `self.x = X()`.
    """
    if isinstance(value, ast.List | ast.Tuple) and value.elts:
        value = value.elts[0]
    if isinstance(value, ast.Call):
        return value.func
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "self":
        for node in _nodes(module, owner, re.compile(rf"\b{re.escape(value.attr)}\b")):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and any(
                    isinstance(target, ast.Attribute) and target.attr == value.attr for target in node.targets
                )
            ):
                return node.value.func
    return value


def _nodes(module: Module, owner: ast.ClassDef, pattern: re.Pattern[str]) -> Iterator[ast.AST]:
    """Yield what stands in the statements of a class whose text a pattern is found in."""
    for each in owner.body:
        if mentions(module, each, pattern):
            yield from walk(each)


def mentions(module: Module, node: ast.stmt, pattern: re.Pattern[str]) -> bool:
    """Tell whether a pattern is found in the text of a statement; text is quicker to search than a tree."""
    return pattern.search("\n".join(module.lines[node.lineno - 1 : node.end_lineno])) is not None
