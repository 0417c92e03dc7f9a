"""The remotable methods of a class, with the arguments that travel.

A method is remotable if one of its decorators is the library's. Which function a caller's arguments reach
depends on the decorators in between: what stands between `remotable` and the function hides its arguments
behind its own.
"""

from __future__ import annotations

import ast

from compatlint.notations.languages.python import UNKNOWN, Defined, External, Module, Project, text_of
from compatlint.notations.openstack.versioned_objects.model import Argument, RemotableMethod
from compatlint.notations.openstack.versioned_objects.oslo_facts import REMOTABLE
from compatlint.wire.ir.span import Span

Function = ast.FunctionDef | ast.AsyncFunctionDef
_TRANSPARENT = frozenset({"builtins.classmethod", "builtins.staticmethod"})
_ANNOTATIONS = frozenset({"str", "int", "float", "bool", "dict", "list", "tuple", "set", "bytes", "object"})


def remotables(project: Project, owner: Defined) -> tuple[RemotableMethod, ...]:
    """Return the remotable methods of a class, inherited ones included, by name."""
    found: dict[str, RemotableMethod | None] = {}
    for each in project.mro(owner):
        if isinstance(each, External) or not isinstance(each.node, ast.ClassDef):
            continue
        for name, nodes in each.module.scope_of(each.node).bindings.items():
            if name in found:
                continue
            node = nodes[-1]
            if isinstance(node, ast.Assign):  # another name for a method of this class
                target = project.own(each, name)
                node = target.node if isinstance(target, Defined) else node
            found[name] = _method(project, each, name, node) if isinstance(node, Function) else None
    return tuple(method for _, method in sorted(found.items()) if method is not None)


def _method(project: Project, owner: Defined, name: str, node: Function) -> RemotableMethod | None:
    """Return a method if it is remotable.

    With the arguments of what stands right below the last `remotable`.
    """
    module = owner.module
    resolved = [_decorator(project, module, each) for each in node.decorator_list]
    remote = [isinstance(each, External) and each.dotted in REMOTABLE for each in resolved]
    if not any(remote):
        return None
    last = max(at for at, flag in enumerate(remote) if flag)
    below = [
        each
        for each in resolved[last + 1 :]
        if not (isinstance(each, External) and each.dotted in _TRANSPARENT)
    ]
    span = module.span(node)
    above = resolved[: remote.index(True)]
    lost = next((each for each in above if not _keeps_mark(each)), None)
    if lost is not None or None in above:
        return RemotableMethod(name, span, reason=f"the decorator {text_of(node.decorator_list[0], 60)}")
    if not below:
        return described(project, module, name, node, span)
    outermost = below[0]
    inner = _returned(outermost) if isinstance(outermost, Defined) else None
    if not isinstance(outermost, Defined) or inner is None:
        return RemotableMethod(
            name, span, hidden=True, reason=f"the decorator {text_of(node.decorator_list[last + 1], 60)}"
        )
    return described(project, outermost.module, name, inner, span, hidden=True)


def _decorator(project: Project, module: Module, node: ast.expr) -> Defined | External | None:
    return project.resolve(module, node.func if isinstance(node, ast.Call) else node)


def _keeps_mark(decorator: Defined | External | None) -> bool:
    """Tell whether a method stays remotable below a decorator.

    It says so, or copies the attributes of what it wraps.
    """
    if isinstance(decorator, External):
        return decorator.dotted in _TRANSPARENT
    if decorator is None or not isinstance(decorator.node, ast.FunctionDef):
        return False
    marks = ("wraps", "update_wrapper", "remotable")
    return any(isinstance(each, ast.Attribute) and each.attr in marks for each in ast.walk(decorator.node))


def _returned(decorator: Defined) -> Function | None:
    """Return the function that a decorator puts in place of what it decorates."""
    node: ast.AST = decorator.node
    for _ in range(3):
        if not isinstance(node, ast.FunctionDef):
            return None
        inner = {each.name: each for each in node.body if isinstance(each, Function)}
        returns = [each.value for each in node.body if isinstance(each, ast.Return)]
        last = returns[-1] if returns else None
        while isinstance(last, ast.Call) and len(last.args) == 1:  # functools.wraps(f)(wrapper)
            last = last.args[0]
        found = inner.get(last.id) if isinstance(last, ast.Name) else None
        if found is None:
            return None
        if not any(isinstance(each, Function) for each in found.body):
            return found
        node = found
    return None


def described(
    project: Project, module: Module, name: str, node: Function, span: Span, *, hidden: bool = False
) -> RemotableMethod:
    """Return a method with the arguments of a function."""
    spec = node.args
    plain = [*spec.posonlyargs, *spec.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(spec.defaults)) + list(spec.defaults)
    listed = [
        _argument(project, module, each, default) for each, default in zip(plain, defaults, strict=True)
    ]
    for each, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
        listed.append(_argument(project, module, each, default, keyword=True))
    return RemotableMethod(
        name,
        module.span(node) if hidden else span,
        tuple(listed),
        spec.vararg.arg if spec.vararg is not None else "",
        spec.kwarg.arg if spec.kwarg is not None else "",
        hidden,
        _annotation(module, node.returns),
    )


def _argument(
    project: Project, module: Module, node: ast.arg, default: ast.expr | None, *, keyword: bool = False
) -> Argument:
    worth = project.evaluate(module, default) if default is not None else None
    printed: str | None = repr(worth)
    if isinstance(worth, Defined):
        printed = f"<class '{worth.dotted}'>" if isinstance(worth.node, ast.ClassDef) else None
    elif worth is UNKNOWN:
        printed = None
    return Argument(
        node.arg,
        text_of(default) if default is not None else None,
        printed if default is not None else None,
        "keyword" if keyword else "plain",
        _annotation(module, node.annotation),
    )


def _annotation(module: Module, node: ast.expr | None) -> str | None:
    """Return an annotation as Python prints it, "?" where that is not known, None where there is none."""
    if node is None:
        return None
    if any(
        isinstance(each, ast.ImportFrom) and each.module == "__future__"
        for each in module.bindings.get("annotations", ())
    ):
        return repr(text_of(node))
    if isinstance(node, ast.Constant):
        return repr(node.value)
    if isinstance(node, ast.Name) and node.id in _ANNOTATIONS:
        return f"<class '{node.id}'>"
    return "?"
