"""Statements of compat code, walked for one target version.

A branch is taken when its condition is known; where it is not, both arms are walked, and what happens there
counts as happening to some values. Functions of the release are walked where they are called, helper methods
and bases included.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from compatlint.notations.languages.python import (
    UNKNOWN,
    Defined,
    External,
    Module,
    Project,
    UnknownPython,
    dotted,
)
from compatlint.notations.openstack.versioned_objects.calls import call
from compatlint.notations.openstack.versioned_objects.effects import (
    Closure,
    Effects,
    Function,
    Present,
    Role,
    keys_of,
)
from compatlint.notations.openstack.versioned_objects.expressions import (
    MAX_TURNS,
    items_of,
    mentioned,
    truth,
    value_of,
)

MAX_CALLS: Final = 12
NEXT: Final = False
LEAVE: Final = True  # the rest of the body is not reached


class CompatFrame:
    """One function being walked: where its names are looked up, what they are worth, whose method it is."""

    def __init__(
        self, run: CompatRun, module: Module, env: dict[str, object], owner: Defined | None, depth: int
    ) -> None:
        self.run = run
        self.project: Project = run.project
        self.effects: Effects = run.effects
        self.module = module
        self.env = env
        self.owner = owner
        self.depth = depth
        self.returned: object = None
        self.left = False
        self._unsure = run.effects.unsure

    def call(self, node: ast.Call) -> object:
        """Return what a call returns, its effects done."""
        return call(self, node)

    def member(self, name: str) -> object:
        """Return what an attribute of the object is worth that is none of its items."""
        for owner in self.run.order:
            if isinstance(owner, Defined):
                found = self.project.attribute(owner, name)
                value = self.project.value_of(found)
                return value
        return UNKNOWN

    def bind(self, target: ast.expr, value: object) -> None:
        """Give a value to what an assignment or a loop names."""
        if isinstance(target, ast.Name):
            self.env[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            parts = items_of(self, value) if not isinstance(value, Role) else None
            if (
                parts is None
                or len(parts) != len(target.elts)
                or any(isinstance(each, ast.Starred) for each in target.elts)
            ):
                parts = [UnknownPython(keys_of([value]))] * len(target.elts)
            for part, each in zip(target.elts, parts, strict=True):
                self.bind(part, each)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, UnknownPython(keys_of([value])))
        elif isinstance(target, ast.Subscript):
            self._store(target.value, value_of(self, target.slice), value)
        elif isinstance(target, ast.Attribute):
            self._store(target.value, target.attr, value)

    def _store(self, place: ast.expr, key: object, value: object) -> None:
        owner = value_of(self, place)
        if isinstance(owner, Role):
            self.effects.put(key)
        else:
            self.effects.touch(keys_of([owner]))
            if isinstance(place, ast.Name):  # a container that changes is no longer known
                self.env[place.id] = UnknownPython(keys_of([owner, value]))

    def body(self, statements: Sequence[ast.stmt]) -> bool:
        """Walk statements; return LEAVE if what follows them is not reached."""
        return any(self.statement(each) for each in statements)

    def statement(self, node: ast.stmt) -> bool:
        """Walk one statement."""
        self.effects.budget.spend()
        if isinstance(node, ast.If):
            return self._branch(node)
        if isinstance(node, ast.For | ast.AsyncFor):
            return self._loop(node)
        if isinstance(node, ast.While):
            return self._doubtful(node.test, node.body, node.orelse)
        if isinstance(node, ast.With | ast.AsyncWith):
            return self.body(node.body)
        if isinstance(node, ast.Try | ast.TryStar):
            return self._attempt(node)
        return self._simple(node)

    def _simple(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Raise):
            self.effects.give_up()
            return LEAVE
        if isinstance(node, ast.Return):
            self._return(value_of(self, node.value) if node.value is not None else None)
            return LEAVE
        if isinstance(node, ast.Break | ast.Continue):
            return LEAVE
        if isinstance(node, ast.Expr):
            value_of(self, node.value)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._delete(target)
        elif isinstance(node, Function):
            self.env[node.name] = Closure(node, self.module, self.env)
        else:
            self._assigned(node)
        return NEXT

    def _assigned(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign):
            value = value_of(self, node.value)
            for target in node.targets:
                self.bind(target, value)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self.bind(node.target, value_of(self, node.value))
        elif isinstance(node, ast.AugAssign):
            self.bind(node.target, UnknownPython(keys_of([value_of(self, node.value)])))

    def _return(self, value: object) -> None:
        """Note what is returned: surely, or if a condition holds that is not known."""
        sure = self.effects.unsure == self._unsure
        self.returned = (
            value if sure and self.returned is None else UnknownPython(keys_of([value, self.returned]))
        )
        self.left = self.left or sure

    def _delete(self, target: ast.expr) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for each in target.elts:
                self._delete(each)
        elif isinstance(target, ast.Subscript | ast.Attribute):
            owner = value_of(self, target.value)
            key = value_of(self, target.slice) if isinstance(target, ast.Subscript) else target.attr
            if isinstance(owner, Role):
                self.effects.pop(key)
            else:
                self.effects.touch(keys_of([owner]))

    def _branch(self, node: ast.If) -> bool:
        value = value_of(self, node.test)
        known = truth(value)
        if known is None:
            return self._doubtful(node.test, node.body, node.orelse)
        if isinstance(value, Present):
            with self.effects.doubting(value.keys | mentioned(self, node.test), values=False):
                self.body(node.body)
            return self.left
        return self.body(node.body if known else node.orelse)

    def _doubtful(self, test: ast.expr, *bodies: Sequence[ast.stmt]) -> bool:
        """Walk what may happen."""
        with self.effects.doubting(mentioned(self, test) | keys_of([value_of(self, test)])):
            left = [self.body(each) for each in bodies]
        return all(left) and bool(bodies[-1])

    def _loop(self, node: ast.For | ast.AsyncFor) -> bool:
        source = value_of(self, node.iter)
        items = items_of(self, source)
        if items is None:
            self.bind(node.target, UnknownPython(keys_of([source])))
            with self.effects.doubting(keys_of([source])):
                self.body(node.body)
            return NEXT
        for item in items[:MAX_TURNS]:
            self.effects.budget.spend()
            self.bind(node.target, item)
            with (
                self.effects.doubting(frozenset({str(item)}), values=False)
                if source is Role.PRIMITIVE
                else nullcontext()
            ):
                self.body(node.body)
            if self.left:
                return LEAVE
        return self.body(node.orelse)

    def _attempt(self, node: ast.Try | ast.TryStar) -> bool:
        left = self.body(node.body)
        for each in node.handlers:
            with self.effects.doubting(frozenset()):
                self.body(each.body)
        return self.body([*([] if left else node.orelse), *node.finalbody]) or left


class CompatRun:
    """Compat code of one class, walked for one target version."""

    def __init__(self, project: Project, order: Sequence[Defined | External], items: frozenset[str]) -> None:
        self.project = project
        self.order = order
        self.effects = Effects(items)

    def method(
        self, name: str, after: Defined | None, arguments: list[object], named: dict[str, object], depth: int
    ) -> object:
        """Walk a method of the object, that of the class behind `after` in the order of bases.

        None if there is none.
        """
        rest = self.order[self.order.index(after) + 1 :] if after in self.order else self.order
        for owner in rest:
            if isinstance(owner, Defined) and isinstance(owner.node, ast.ClassDef):
                found = next(
                    (each for each in owner.node.body if isinstance(each, Function) and each.name == name),
                    None,
                )
                if found is not None:
                    return self.function(owner.module, found, owner, [Role.OBJECT, *arguments], named, depth)
        return None

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
        if depth > MAX_CALLS:
            self.effects.unread = True
            return UNKNOWN
        if owner is not None and any(
            dotted(each) == "staticmethod" for each in getattr(node, "decorator_list", ())
        ):
            arguments = arguments[1:]
        frame = CompatFrame(self, module, dict(outer or {}), owner, depth)
        self._bind(frame, node.args, arguments, named)
        if isinstance(node, ast.Lambda):
            return value_of(frame, node.body)
        frame.body(node.body)
        return frame.returned

    def _bind(
        self, frame: CompatFrame, formal: ast.arguments, arguments: list[object], named: dict[str, object]
    ) -> None:
        names = [each.arg for each in (*formal.posonlyargs, *formal.args)]
        defaults = dict(zip(names[len(names) - len(formal.defaults) :], formal.defaults, strict=True))
        named_only = zip(formal.kwonlyargs, formal.kw_defaults, strict=True)
        defaults |= {each.arg: value for each, value in named_only if value is not None}
        given = dict(zip(names, arguments, strict=False)) | named
        for name in (*names, *(each.arg for each in formal.kwonlyargs)):
            if name in given:
                frame.env[name] = given[name]
            else:
                frame.env[name] = value_of(frame, defaults[name]) if name in defaults else UNKNOWN
        if formal.vararg is not None:
            frame.env[formal.vararg.arg] = list(arguments[len(names) :])
        if formal.kwarg is not None:
            frame.env[formal.kwarg.arg] = {key: value for key, value in named.items() if key not in names}
