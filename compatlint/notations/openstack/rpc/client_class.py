"""The class of a client.

What it and its bases define, how its target is made, and whether it pins what it sends.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from compatlint.notations.languages.python import (
    Defined,
    External,
    Project,
    argument,
    calls,
    decorator_names,
    methods,
    walk,
)
from compatlint.notations.openstack.rpc.forwarders import Forwarder
from compatlint.notations.openstack.rpc.model import ANY, Aliases, version_of
from compatlint.notations.openstack.rpc.relevance import SPEAKING, matters, telling
from compatlint.notations.openstack.rpc.values import BoundClientMethod
from compatlint.wire.ir.records import Version

_MAKERS: Final = ("get_client", "RPCClient", "get_rpc_client", "Client", "BackingOffClient")
_ALIASES: Final = "VERSION_ALIASES"


class Surface:
    """One client class of one release."""

    def __init__(
        self, release: Project, owner: Defined, forwarders: Mapping[str, Forwarder] = MappingProxyType({})
    ) -> None:
        self.release = release
        self.owner = owner
        self.forwarders = forwarders
        self.identified = False
        self._telling: dict[ast.AST, frozenset[str]] = {}
        self._decisive: dict[ast.AST, bool] = {}
        self.version: Version | None = None
        self.namespace = ANY

    @cached_property
    def order(self) -> list[Defined]:
        """Return the class and its bases in this release, in order."""
        return [
            each
            for each in self.release.mro(self.owner)
            if not isinstance(each, External) and isinstance(each.node, ast.ClassDef)
        ]

    @cached_property
    def methods(self) -> dict[str, BoundClientMethod]:
        """Return every method, its own before those of bases."""
        found: dict[str, BoundClientMethod] = {}
        for owner in reversed(self.order):
            found |= self.methods_of(owner)
        return found

    def methods_of(self, owner: Defined) -> dict[str, BoundClientMethod]:
        """Return the methods that one class defines itself."""
        if not isinstance(owner.node, ast.ClassDef):
            return {}
        return {
            name: BoundClientMethod(owner, node, "staticmethod" in decorator_names(node))
            for name, node in methods(owner.node).items()
        }

    def after(self, owner: Defined) -> dict[str, BoundClientMethod]:
        """Return the methods that `super()` of a class leads to."""
        found: dict[str, BoundClientMethod] = {}
        rest = self.order[self.order.index(owner) + 1 :] if owner in self.order else []
        for each in reversed(rest):
            found |= self.methods_of(each)
        return found

    @cached_property
    def senders(self) -> set[str]:
        """Return the methods that send something, by themselves or through others of the client."""
        sending = ("call", "cast", *self.forwarders)
        return self._closure(lambda node: isinstance(node, ast.Attribute) and node.attr in sending)

    @cached_property
    def deciders(self) -> set[str]:
        """Return the names of the methods that have a say in what is sent; no other needs to be followed."""
        return self._closure(lambda node: _decides(node, self.forwarders))

    def _closure(self, concerns: Callable[[ast.AST], bool]) -> set[str]:
        """Return the methods that hold a node of some kind, and those that use them."""
        inner: dict[str, set[str]] = {}
        found: set[str] = set()
        for name, bound in self.methods.items():
            nodes = list(walk(bound.node))
            inner[name] = {
                each.attr
                for each in nodes
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name | ast.Call)
            }
            if any(concerns(each) for each in nodes):
                found.add(name)
        while more := {name for name, names in inner.items() if name not in found and names & found}:
            found |= more
        return found

    def decisive(self, method: ast.AST, branch: ast.If) -> bool:
        """Tell whether it matters for what a method sends which way a branch in it goes."""
        if branch not in self._decisive:
            if method not in self._telling:
                self._telling[method] = telling(method, self.deciders)
            self._decisive[branch] = matters(
                [*branch.body, *branch.orelse], self._telling[method], self.deciders
            )
        return self._decisive[branch]

    def constant(self, name: str) -> object:
        """Return what a class attribute is worth, UNKNOWN where that is not sure."""
        return self.release.value_of(self.release.attribute(self.owner, name))

    def _worth(self, owner: Defined, expression: ast.expr | None) -> object:
        """Return what an expression in a method is worth; `self.X` is an attribute of the class."""
        if expression is None:
            return None
        if (
            isinstance(expression, ast.Attribute)
            and isinstance(expression.value, ast.Name)
            and expression.value.id in ("self", "cls")
        ):
            return self.constant(expression.attr)
        return self.release.evaluate(owner.module, expression, None, owner.node)

    @cached_property
    def makers(self) -> list[str]:
        """Return the names of the methods in which a target is made, apart from the constructor."""
        return [
            name
            for name, bound in self.methods.items()
            if name != "__init__" and next(calls(bound.node, "Target"), None)
        ]

    def identify(self, version: Version | None, namespace: str) -> None:
        """Note the version that is sent where none is asked for (None: not known), and the namespace."""
        self.identified = True
        self.version = version
        self.namespace = namespace

    @cached_property
    def _pin(self) -> tuple[Defined, ast.expr] | None:
        for owner in self.order:
            for call in calls(owner.node, *_MAKERS):
                value = argument(call, "version_cap", 1)
                if value is not None and not (isinstance(value, ast.Constant) and value.value is None):
                    return owner, value
        return None

    @cached_property
    def fixed(self) -> Version | None:
        """Return the one version that a client is pinned to by its own source.

        None if it is free or pinned at run time.
        """
        if self._pin is None:
            return None
        return version_of(self._worth(*self._pin))

    @cached_property
    def pinned(self) -> bool:
        """Tell whether a deployment pins the client to the version of its oldest peer."""
        return self._pin is not None and self.fixed is None

    @cached_property
    def aliases(self) -> Aliases | None:
        """Return the table of pins by release name."""
        found = self.release.attribute(self.owner, _ALIASES)
        value = self.release.value_of(found) if isinstance(found, Defined) else None
        if not isinstance(found, Defined) or not isinstance(value, dict):
            return None
        versions = {
            str(name): version for name, text in value.items() if (version := version_of(text)) is not None
        }
        return Aliases(found.span, versions)


def _decides(node: ast.AST, forwarders: Mapping[str, Forwarder]) -> bool:
    """Tell whether a node sends, prepares, asks for a version or says one."""
    if isinstance(node, ast.Attribute):
        return node.attr in SPEAKING or node.attr in forwarders
    if not isinstance(node, ast.Return) or node.value is None:
        return False
    return any(
        isinstance(each, ast.Constant) and version_of(each.value) is not None for each in walk(node.value)
    )
