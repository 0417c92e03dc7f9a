"""What a constructor call amounts to.

Followed through the release's own constructors up to one of the library.

`IntegerRange(0, 5, nullable=True)` becomes: the library's `IntegerField`, called with `nullable=True`, on an
instance whose `AUTO_TYPE` was set on the way. Statements that cannot matter are passed over; one that can and
is not understood ends it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Project, dotted, text_of
from compatlint.notations.openstack.versioned_objects.closures import Given, Instance, Term, value

MAX_CALLS = 12
Function = ast.FunctionDef


@dataclass(frozen=True, slots=True)
class LibraryCall:
    """An instance, and what the library's class `library` is called with.

    `reason` says what could not be followed.
    """

    instance: Instance
    library: External | None = None
    positional: tuple[Term, ...] = ()
    named: Mapping[str, Term] = field(default_factory=dict)
    reason: str = ""

    def argument(self, names: Sequence[str], name: str) -> Term | None:
        """Return an argument by its name, given the library's order of arguments."""
        if name in self.named:
            return self.named[name]
        if name in names and names.index(name) < len(self.positional):
            return self.positional[names.index(name)]
        return None


class NotFollowed(Exception):
    """Something in a constructor that matters and is not understood."""


def make(project: Project, of: Defined | External, call: Term, *, empty: bool = False) -> LibraryCall:
    """Return what the call of a class makes; `empty`: its arguments are not those of the call but none."""
    instance = Instance(of)
    try:
        positional, named = ((), {}) if empty else arguments(call)
        if isinstance(of, External):
            return LibraryCall(instance, of, tuple(positional), named)
        return _Construction(project, instance, of).run(0, tuple(positional), named)
    except NotFollowed as error:
        return LibraryCall(instance, reason=str(error))


def arguments(call: Term) -> tuple[tuple[Term, ...], dict[str, Term]]:
    """Return what a call passes, by position and by name, `*args` and `**kwargs` of a constructor spread."""
    node = call.node
    if not isinstance(node, ast.Call):
        raise NotFollowed(f"no call: {text_of(node)}")
    positional: list[Term] = []
    named: dict[str, Term] = {}
    for each in node.args:
        if isinstance(each, ast.Starred):
            given = _given(call, each.value)
            if not isinstance(given, tuple):
                raise NotFollowed(f"*{text_of(each.value)}")
            positional += given
        else:
            positional.append(call.beside(each))
    for keyword in node.keywords:
        if keyword.arg is not None:
            named[keyword.arg] = call.beside(keyword.value)
            continue
        given = _given(call, keyword.value)
        if isinstance(given, dict):
            named |= given
        elif isinstance(keyword.value, ast.Dict) and all(
            isinstance(key, ast.Constant) for key in keyword.value.keys
        ):
            pairs = zip(keyword.value.keys, keyword.value.values, strict=True)
            named |= {
                str(key.value): call.beside(item) for key, item in pairs if isinstance(key, ast.Constant)
            }
        else:
            raise NotFollowed(f"**{text_of(keyword.value)}")
    return tuple(positional), named


def _given(call: Term, node: ast.expr) -> Given | None:
    return call.names.get(node.id) if isinstance(node, ast.Name) else None


def bind(
    function: Function,
    module_term: Term,
    positional: Sequence[Term],
    named: Mapping[str, Term],
    first: Given | None,
) -> dict[str, Given]:
    """Return what a function's arguments mean in it; `first` is given for `self`.

    Raise NotFollowed where they do not fit.
    """
    spec = function.args
    names = [each.arg for each in (*spec.posonlyargs, *spec.args)]
    bound: dict[str, Given] = {}
    if first is not None and names:
        bound[names.pop(0)] = first
    bound |= dict(zip(names, positional, strict=False))
    rest = tuple(positional[len(names) :])
    if rest and spec.vararg is None:
        raise NotFollowed(f"too many arguments for {function.name}")
    extra = dict(named)
    keyword_only = [each.arg for each in spec.kwonlyargs]
    for name in (*names, *keyword_only):
        if name in extra:
            bound[name] = extra.pop(name)
    if extra and spec.kwarg is None:
        raise NotFollowed(f"unexpected argument {min(extra)} of {function.name}")
    defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
    defaults |= {
        name: node for name, node in zip(keyword_only, spec.kw_defaults, strict=True) if node is not None
    }
    for name, node in defaults.items():
        bound.setdefault(name, Term(module_term.module, node, module_term.scope))
    if spec.vararg is not None:
        bound[spec.vararg.arg] = rest
    if spec.kwarg is not None:
        bound[spec.kwarg.arg] = extra
    return bound


class _Construction:
    """Follows one constructor after the other."""

    def __init__(self, project: Project, instance: Instance, of: Defined) -> None:
        self.project = project
        self.instance = instance
        self.order = project.mro(of)
        self.calls = 0

    def run(self, start: int, positional: tuple[Term, ...], named: dict[str, Term]) -> LibraryCall:
        """Follow the first constructor of the classes from `start` on."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise NotFollowed("too many constructors")
        for at, each in enumerate(self.order[start:], start):
            if isinstance(each, External):
                return LibraryCall(self.instance, each, positional, named)
            found = self.project.own(each, "__init__")
            if found is None:
                continue
            if (
                not isinstance(found, Defined)
                or not isinstance(found.node, Function)
                or found.node.decorator_list
            ):
                raise NotFollowed(f"the constructor of {each.name}")
            names = bind(found.node, Term(found.module, ast.Constant(None)), positional, named, self.instance)
            made = self.body(at, found, found.node.body, names)
            return made or LibraryCall(self.instance, None, (), {}, f"{each.name} does not call its base")
        return LibraryCall(self.instance, None, positional, named)

    def body(
        self, at: int, function: Defined, statements: Sequence[ast.stmt], names: dict[str, Given]
    ) -> LibraryCall | None:
        """Follow statements; return what the base's constructor makes once it is called."""
        result: LibraryCall | None = None
        for node in statements:
            made = self.statement(at, function, node, names)
            result = made or result
        return result

    def statement(
        self, at: int, function: Defined, node: ast.stmt, names: dict[str, Given]
    ) -> LibraryCall | None:
        """Follow one statement."""
        here = Term(function.module, ast.Constant(None), function.node, names)
        if isinstance(node, ast.Expr):
            return self.expression(at, here, node.value, names)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                self.assign(here, target, node.value, names)
            return None
        if isinstance(node, ast.If):
            test = value(self.project, here.beside(node.test))
            if test is not UNKNOWN:
                return self.body(at, function, node.body if test else node.orelse, names)
        if isinstance(node, ast.Pass | ast.Raise | ast.Assert) or not self.matters(node, names):
            return None
        raise NotFollowed(f"{text_of(node, 60)} in a constructor")

    def expression(self, at: int, here: Term, node: ast.expr, names: dict[str, Given]) -> LibraryCall | None:
        """Follow a call: that of a base's constructor, or a change of the arguments to be passed on."""
        if isinstance(node, ast.Constant):
            return None
        if not isinstance(node, ast.Call):
            raise NotFollowed(text_of(node, 60))
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "__init__":
            positional, named = arguments(here.beside(node))
            if isinstance(function.value, ast.Call) and dotted(function.value.func) == "super":
                return self.run(at + 1, positional, named)
            base = self.project.resolve(here.module, function.value)
            if base in self.order and base is not None:
                return self.run(self.order.index(base), positional[1:], named)
            raise NotFollowed(text_of(node, 60))
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            given = names.get(function.value.id)
            if isinstance(given, dict) and self.change(here, given, node, function.attr):
                return None
        if self.matters(node, names):
            raise NotFollowed(text_of(node, 60))
        return None

    def change(self, here: Term, given: dict[str, Term], call: ast.Call, method: str) -> bool:
        """Change the named arguments as a call on them does; return whether that is understood."""
        if method == "update" and not call.args:
            given |= {each.arg: here.beside(each.value) for each in call.keywords if each.arg is not None}
            return all(each.arg is not None for each in call.keywords)
        if (
            not call.args
            or not isinstance(call.args[0], ast.Constant)
            or not isinstance(call.args[0].value, str)
        ):
            return False
        if method == "setdefault" and len(call.args) == 2:
            given.setdefault(call.args[0].value, here.beside(call.args[1]))
            return True
        if method == "pop":
            given.pop(call.args[0].value, None)
            return True
        return False

    def assign(self, here: Term, target: ast.expr, node: ast.expr, names: dict[str, Given]) -> None:
        """Take one assignment: to an attribute of the instance, to a name, or into the named arguments."""
        term = here.beside(node)
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            if names.get(target.value.id) is self.instance:
                self.instance.attributes[target.attr] = Term(term.module, term.node, term.scope, dict(names))
                return
        elif isinstance(target, ast.Name):
            names[target.id] = self.taken(here, node, names) or Term(
                term.module, node, term.scope, dict(names)
            )
            return
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            given = names.get(target.value.id)
            if isinstance(given, dict) and isinstance(target.slice, ast.Constant):
                given[str(target.slice.value)] = Term(term.module, node, term.scope, dict(names))
                return
        raise NotFollowed(f"{text_of(target, 60)} in a constructor")

    def taken(self, here: Term, node: ast.expr, names: dict[str, Given]) -> Term | None:
        """Return what `kwargs.pop("x", default)` takes out."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            return None
        owner = names.get(node.func.value.id) if isinstance(node.func.value, ast.Name) else None
        key = node.args[0]
        if (
            not isinstance(owner, dict)
            or not isinstance(key, ast.Constant)
            or node.func.attr not in ("pop", "get")
        ):
            return None
        default = here.beside(node.args[1]) if len(node.args) > 1 else here.beside(ast.Constant(None))
        found = owner.get(str(key.value), default)
        if node.func.attr == "pop":
            owner.pop(str(key.value), None)
        return found

    def matters(self, node: ast.AST, names: dict[str, Given]) -> bool:
        """Tell whether code may touch the instance, the arguments to be passed on, or a base's constructor."""
        if (
            isinstance(node, ast.If)
            and not node.orelse
            and all(isinstance(each, ast.Raise) for each in node.body)
        ):
            return False
        for each in ast.walk(node):
            if isinstance(each, ast.Return | ast.Yield):
                return True
            if isinstance(each, ast.Name):
                given = names.get(each.id)
                if (
                    each.id == "super"
                    or isinstance(given, Instance | dict)
                    or isinstance(each.ctx, ast.Store)
                ):
                    return True
        return False
