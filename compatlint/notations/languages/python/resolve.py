"""What a name or a dotted expression stands for.

Follows imports, re-exports, aliases, and attributes of modules and classes.

A package that imports its modules by name at run time (`__import__("a.b")`) and lets a registry hang their
classes on itself is seen through: an attribute that it does not bind is looked for among the classes of those
modules.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable

from compatlint.notations.languages.python.bindings import BodyNames
from compatlint.notations.languages.python.module import Defined, External, Module
from compatlint.notations.languages.python.modules import Modules
from compatlint.notations.languages.python.syntax import assigned_value, dotted

Found = Module | Defined | External | None
MAX_HOPS = 40
_BUILTINS = frozenset(
    each for each in dir(builtins) if not each.startswith("__")
)  # `__name__` is a value of each module
_DYNAMIC = re.compile(rb"__import__\(\s*['\"]([\w.]+)['\"]|import_module\(\s*['\"]([\w.]+)['\"]")


class NameResolver:
    """Resolves names in one release; remembers what it found."""

    def __init__(
        self, modules: Modules, attribute: Callable[[Defined, str], Defined | External | None]
    ) -> None:
        self._modules = modules
        self._attribute = attribute
        self._known: dict[tuple[str, str, ast.AST | None], Found] = {}
        self._open: set[tuple[str, str, ast.AST | None]] = set()

    def resolve(self, module: Module, expression: ast.AST | str, scope: ast.AST | None = None) -> Found:
        """Return what names stand for, seen from a module, or from a class or function `scope` in it."""
        if isinstance(expression, ast.Subscript):  # Generic[T]
            expression = expression.value
        name = expression if isinstance(expression, str) else dotted(expression)
        if not name or name.count(".") > MAX_HOPS:
            return None
        if isinstance(scope, ast.ClassDef) and not isinstance(expression, str):
            first = name.partition(".")[0]
            if module.binds(scope, first) and not module.binds(scope, first, expression):
                scope = module.outer(scope)
        key = (module.path, name, scope)
        if key in self._known:
            return self._known[key]
        if key in self._open or len(self._open) > MAX_HOPS:
            return None
        self._open.add(key)
        try:
            found = self._follow(module, name, scope)
        finally:
            self._open.discard(key)
        self._known[key] = found
        return found

    def _follow(self, module: Module, name: str, scope: ast.AST | None) -> Found:
        first, *rest = name.split(".")
        found = self._name(module, first, scope)
        for part in rest:
            found = self.member(found, part)
        return found

    def member(self, owner: Found, name: str) -> Found:
        """Return what an attribute of something resolved stands for."""
        if isinstance(owner, External):
            return External(f"{owner.dotted}.{name}")
        if isinstance(owner, Module):
            return self._of_module(owner, name)
        if isinstance(owner, Defined) and isinstance(owner.node, ast.ClassDef):
            return self._attribute(owner, name)
        return None

    def _name(self, module: Module, name: str, scope: ast.AST | None) -> Found:
        """Look a name up from the inside out; a class body is not seen from the functions in it."""
        inner = scope
        while inner is not None and not isinstance(inner, ast.Module):
            if module.binds(inner, name) and (inner is scope or not isinstance(inner, ast.ClassDef)):
                return self._bound(
                    module,
                    name,
                    module.scope_of(inner),
                    inner if isinstance(inner, ast.ClassDef) else None,
                    inner,
                )
            inner = module.outer(inner)
        return self._top(module, name)

    def _top(self, module: Module, name: str) -> Found:
        names = module.scope_of(module.tree)
        if name in names.bindings:
            return self._bound(module, name, names, None, None)
        outside: list[str] = []
        for star in names.stars:
            base = self._base(module, star)
            source = self._modules.find(base)
            if source is not None:
                found = self.resolve(source, name, source.tree)
                if found is not None and found != External(f"builtins.{name}"):
                    return found
            elif not self._modules.holds(base):
                outside.append(base)
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        return External(f"{outside[0]}.{name}") if len(outside) == 1 else None

    def _bound(
        self, module: Module, name: str, names: BodyNames, inside: ast.ClassDef | None, scope: ast.AST | None
    ) -> Found:
        node = names.bindings[name][-1]
        if isinstance(node, ast.Import):
            return self._imported(node, name)
        if isinstance(node, ast.ImportFrom):
            return self._imported_from(module, node, name)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            return Defined(module, node, inside)
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            return None
        value = assigned_value(node, name)
        if (
            isinstance(value, ast.Name | ast.Attribute)
            and dotted(value) != name
            and name not in names.mutations
        ):
            target = self.resolve(module, value, scope)
            if target is not None and not (isinstance(target, External) and target.unresolved):
                return target
        return Defined(module, node, inside)

    def bound_in_class(self, owner: Defined, name: str) -> Found:
        """Return what a class body itself binds a name to."""
        if not isinstance(owner.node, ast.ClassDef):
            return None
        names = owner.module.scope_of(owner.node)
        return (
            self._bound(owner.module, name, names, owner.node, owner.node) if name in names.bindings else None
        )

    def _imported(self, node: ast.Import, name: str) -> Found:
        for alias in node.names:
            if alias.asname == name:
                return self._absolute(alias.name)
            if alias.asname is None and alias.name.split(".")[0] == name:
                return self._absolute(name)
        return None

    def _imported_from(self, module: Module, node: ast.ImportFrom, name: str) -> Found:
        base = self._base(module, node)
        original = next((each.name for each in node.names if (each.asname or each.name) == name), name)
        source = self._modules.find(base) if base else None
        if source is None:
            return self._absolute(f"{base}.{original}")
        if source is module:
            return self._modules.find(f"{base}.{original}")
        return self._of_module(source, original)

    def _base(self, module: Module, node: ast.ImportFrom) -> str:
        """Return the absolute dotted name that an import starts from."""
        if not node.level:
            return node.module or ""
        parts = module.package.split(".")
        parts = parts[: len(parts) - node.level + 1]
        return ".".join([*parts, node.module] if node.module else parts)

    def _absolute(self, name: str) -> Found:
        found = self._modules.find(name)
        if found is not None:
            return found
        if not self._modules.holds(name):
            return External(name)
        return _Namespace.of(self._modules, name)

    def _of_module(self, owner: Module, name: str) -> Found:
        """Return what an attribute of a module stands for.

        A name it binds, a module in it, or a class hung on it.
        """
        if isinstance(owner, _Namespace):
            return self._absolute(f"{owner.name}.{name}")
        names = owner.scope_of(owner.tree)
        if name in names.bindings or names.stars:
            found = self.resolve(owner, name, owner.tree)
            if found is not None and found != External(f"builtins.{name}"):
                return found
        if not owner.path.endswith("__init__.py"):
            return None
        return self._modules.find(f"{owner.name}.{name}") or self._hung(owner, name)

    def _hung(self, package: Module, name: str) -> Found:
        """Look for a class among the modules that a package imports by name."""
        source = self._modules.source(package.path) or b""
        mentioned = {(first or second).decode() for first, second in _DYNAMIC.findall(source)}
        paths = [path for each in sorted(mentioned) if (path := self._modules.path_of(each)) is not None]
        pattern = re.compile(rb"^class %s\b" % name.encode(), re.MULTILINE)
        found = [path for path, text in self._modules.sources(paths).items() if pattern.search(text)]
        module = self._modules.module(found[0]) if len(found) == 1 else None
        return self._top(module, name) if module is not None else None


class _Namespace(Module):
    """A package without a file of its own."""

    @classmethod
    def of(cls, modules: Modules, name: str) -> _Namespace | None:
        """Return the namespace package of a dotted name, None where no file lies in it."""
        if not modules.is_package(name):
            return None
        return cls(modules.commit, name.replace(".", "/") + "/", name, ast.Module([], []), b"")
