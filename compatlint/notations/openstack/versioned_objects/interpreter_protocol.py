"""What expressions and calls may ask of the walk that they are part of (`frames` is the walk itself)."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from compatlint.notations.languages.python import Defined, External, Module, Project
from compatlint.notations.openstack.versioned_objects.effects import Effects, Function


class Walk(Protocol):
    """The walk of one class's compat code for one target version."""

    project: Project
    order: Sequence[Defined | External]
    effects: Effects

    def method(
        self, name: str, after: Defined | None, arguments: list[object], named: dict[str, object], depth: int
    ) -> object:
        """Walk a method of the object, that of the class behind `after` in the order of bases.

        None if there is none.
        """

    def function(
        self,
        module: Module,
        node: Function | ast.Lambda,
        owner: Defined | None,
        arguments: list[object],
        named: dict[str, object],
        depth: int,
        outer: dict[str, object] | None = None,
    ) -> object:
        """Walk a function with some arguments; return what it returns."""


class FunctionFrame(Protocol):
    """One function being walked: where its names are looked up, what they are worth, whose method it is."""

    @property
    def run(self) -> Walk:
        """Return the walk that it belongs to."""

    project: Project
    effects: Effects
    module: Module
    env: dict[str, object]
    owner: Defined | None
    depth: int

    def call(self, node: ast.Call) -> object:
        """Return what a call returns, its effects done."""

    def member(self, name: str) -> object:
        """Return what an attribute of the object is worth that is none of its items."""

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to what an assignment or a loop names."""
