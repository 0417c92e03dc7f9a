"""What a metaclass of the release adds to the fields of a class.

A metaclass is run for every class that has it; of its constructor, only what touches `cls.fields` matters,
and under which condition on the class. What touches them and is not understood makes the fields unsure.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from compatlint.notations.languages.python import Defined, External, Project, dotted, text_of
from compatlint.notations.languages.python.mro import base_expressions
from compatlint.notations.openstack.versioned_objects.closures import Term
from compatlint.notations.openstack.versioned_objects.oslo_facts import ADDED_FIELDS, PLAIN_MODELS

Function = ast.FunctionDef | ast.AsyncFunctionDef
MAX_CALLS = 4


class UnsureMetaclass(Exception):
    """A metaclass that may change the fields in a way that is not understood."""


def metaclasses(project: Project, owner: Defined) -> Iterator[Defined]:
    """Yield the metaclasses of a class that the release defines, its bases' included."""
    for each in project.mro(owner):
        if isinstance(each, External):
            continue
        for expression in _metaclass_expressions(each):
            found = project.resolve(each.module, expression, each.module.outer(each.node))
            if isinstance(found, Defined) and isinstance(found.node, ast.ClassDef):
                yield found


def _metaclass_expressions(owner: Defined) -> list[ast.expr]:
    node = owner.node
    found: list[ast.expr] = []
    if isinstance(node, ast.ClassDef):
        found += [each.value for each in node.keywords if each.arg == "metaclass"]
        decorators = [each for each in node.decorator_list if isinstance(each, ast.Call) and each.args]
        found += [
            each.args[0] for each in decorators if dotted(each.func).rpartition(".")[2] == "add_metaclass"
        ]
        found += [each.args[0] for each in node.bases if isinstance(each, ast.Call) and each.args]
    elif (
        isinstance(node, ast.Assign | ast.AnnAssign)
        and isinstance(node.value, ast.Call)
        and base_expressions(owner)
    ):
        call = node.value
        found.append(
            call.func if len(call.args) == 3 and isinstance(call.args[0], ast.Constant) else call.args[0]
        )
    return found


def added(project: Project, owner: Defined) -> list[Term | str]:
    """Return what the metaclasses of a class add to its fields.

    Expressions of tables, or tables of the library by name.

    Raise Unsure where that cannot be told.
    """
    result: list[Term | str] = []
    for each in dict.fromkeys(metaclasses(project, owner)):
        constructor = project.own(each, "__init__")
        if isinstance(constructor, Defined) and isinstance(constructor.node, Function):
            shaping = _Shaping(project, owner, constructor)
            result += shaping.body(constructor.node.body)
    return result


def brought(project: Project, owner: Defined) -> list[Defined]:
    """Return the bases that metaclasses add: `type(name, (Mixin,) + bases, dct)`."""
    result: list[Defined] = []
    for each in dict.fromkeys(metaclasses(project, owner)):
        maker = project.own(each, "__new__")
        for call in ast.walk(maker.node) if isinstance(maker, Defined) else ():
            if isinstance(call, ast.Call) and dotted(call.func) == "type" and len(call.args) == 3:
                for part in ast.walk(call.args[1]):
                    for name in part.elts if isinstance(part, ast.Tuple) else ():
                        found = project.resolve(each.module, name)
                        if isinstance(found, Defined):
                            result.append(found)
    return result


class _Shaping:
    """One function that is run over a class: its first argument is the class."""

    def __init__(self, project: Project, owner: Defined, function: Defined, depth: int = 0) -> None:
        self.project = project
        self.owner = owner
        self.function = function
        self.depth = depth
        node = function.node
        arguments = node.args.args if isinstance(node, Function) else []
        self.name = arguments[0].arg if arguments else ""

    def body(self, statements: Sequence[ast.stmt]) -> list[Term | str]:
        """Return what statements add to the fields."""
        result: list[Term | str] = []
        for node in statements:
            if isinstance(node, ast.If) and self.touches(node.body + node.orelse):
                held = self.holds(node.test)
                if held is None:
                    raise UnsureMetaclass(f"an addition of the metaclass if {text_of(node.test, 60)}")
                result += self.body(node.body if held else node.orelse)
            elif self.touches([node]):
                result += self.statement(node)
        return result

    def statement(self, node: ast.stmt) -> list[Term | str]:
        """Return what one statement adds that touches the fields."""
        value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
        if (
            isinstance(node, ast.Assign)
            and text_of(node) == f"{self.name}.fields = {self.name}.fields.copy()"
        ):
            return []
        if isinstance(value, ast.Call) and isinstance(node, ast.Expr):
            if (
                dotted(value.func) == f"{self.name}.fields.update"
                and len(value.args) == 1
                and not value.keywords
            ):
                return [Term(self.function.module, value.args[0], self.function.node)]
            found = self.callee(value)
            if isinstance(found, External) and found.dotted in ADDED_FIELDS:
                return [found.dotted]
            if isinstance(found, Defined) and isinstance(found.node, Function) and self.depth < MAX_CALLS:
                return _Shaping(self.project, self.owner, found, self.depth + 1).body(found.node.body)
        raise UnsureMetaclass(f"an action of the metaclass in {text_of(node, 60)}")

    def callee(self, call: ast.Call) -> Defined | External | None:
        """Return the function that is handed the class as its only argument."""
        if len(call.args) != 1 or dotted(call.args[0]) != self.name:
            return None
        return self.project.resolve(self.function.module, call.func, self.function.node)

    def touches(self, statements: Sequence[ast.stmt]) -> bool:
        """Tell whether statements may change the fields, in a function that they call too."""
        for node in (inner for each in statements for inner in ast.walk(each)):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
                targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
                if any(
                    self._is_fields(each.value if isinstance(each, ast.Subscript) else each)
                    for each in targets
                ):
                    return True
            if isinstance(node, ast.Call) and self._call_touches(node):
                return True
        return False

    def _is_fields(self, node: ast.expr) -> bool:
        return dotted(node) == f"{self.name}.fields"

    def _call_touches(self, call: ast.Call) -> bool:
        function = call.func
        if isinstance(function, ast.Attribute) and self._is_fields(function.value):
            return function.attr in ("update", "pop", "setdefault", "clear", "popitem")
        if dotted(function) == "setattr" and len(call.args) == 3 and dotted(call.args[0]) == self.name:
            return isinstance(call.args[1], ast.Constant) and call.args[1].value == "fields"
        found = self.callee(call)
        if isinstance(found, External):
            return found.dotted in ADDED_FIELDS
        if not isinstance(found, Defined) or not isinstance(found.node, Function) or self.depth >= MAX_CALLS:
            return False
        return _Shaping(self.project, self.owner, found, self.depth + 1).touches(found.node.body)

    def holds(self, test: ast.expr) -> bool | None:
        """Tell whether a condition on the class holds, None where that is not sure."""
        if isinstance(test, ast.BoolOp):
            parts = [self.holds(each) for each in test.values]
            decisive = isinstance(test.op, ast.Or)
            return decisive if decisive in parts else None if None in parts else not decisive
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            held = self.holds(test.operand)
            return None if held is None else not held
        if isinstance(test, ast.Call):
            return self.call_holds(test)
        if isinstance(test, ast.Attribute) and dotted(test.value) == self.name:
            found = self.project.attribute(self.owner, test.attr)
            if (
                isinstance(found, Defined)
                and isinstance(found.node, ast.Assign | ast.AnnAssign)
                and found.node.value is not None
            ):
                return (
                    False
                    if isinstance(found.node.value, ast.Constant) and not found.node.value.value
                    else None
                )
            return True if found is not None else None
        return None

    def call_holds(self, call: ast.Call) -> bool | None:
        """Tell whether `hasattr(cls, "x")`, `bool(...)`, `issubclass(...)` or a class method that is such a test holds."""
        name = dotted(call.func)
        if name == "bool" and len(call.args) == 1:
            return self.holds(call.args[0])
        if name == "hasattr" and len(call.args) == 2 and isinstance(call.args[1], ast.Constant):
            return True if self.project.attribute(self.owner, str(call.args[1].value)) is not None else None
        if name == "issubclass" and len(call.args) == 2:
            return self.derives(call.args[0], call.args[1])
        if isinstance(call.func, ast.Attribute) and dotted(call.func.value) == self.name and not call.args:
            method = self.project.attribute(self.owner, call.func.attr)
            node = method.node if isinstance(method, Defined) else None
            returns = (
                [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
                if isinstance(node, Function)
                else []
            )
            if (
                isinstance(method, Defined)
                and len(returns) == 1
                and returns[0] is not None
                and self.depth < MAX_CALLS
            ):
                return _Shaping(self.project, self.owner, method, self.depth + 1).holds(returns[0])
        return None

    def derives(self, inner: ast.expr, outer: ast.expr) -> bool | None:
        """Tell whether an attribute of the class is a class that derives from another."""
        if not isinstance(inner, ast.Attribute) or dotted(inner.value) != self.name:
            return None
        model = self.project.attribute(self.owner, inner.attr)
        base = self.project.resolve(self.function.module, outer, self.function.node)
        if base is None or not isinstance(model, Defined) or not self.project.is_class(model):
            return None
        order = self.project.mro(model)
        if base in order:
            return True
        unsure = [
            each for each in order if isinstance(each, External) and not each.dotted.startswith(PLAIN_MODELS)
        ]
        return None if unsure else False
