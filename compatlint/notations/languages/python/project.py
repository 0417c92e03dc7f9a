"""One release as Python sees it.

Modules, what names stand for, in which order bases are asked, what expressions are worth.

Everything is found when it is asked for, and remembered. Nothing in here raises over the code under study.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from compatlint.notations.languages.python.evaluate import Evaluator
from compatlint.notations.languages.python.module import Defined, External, Module
from compatlint.notations.languages.python.modules import Blobs, Modules
from compatlint.notations.languages.python.mro import Class, bases_of, is_class, mro
from compatlint.notations.languages.python.resolve import NameResolver
from compatlint.sources.release import Release


class Project(Modules):
    """All of one release; see `Modules` for its files.

    In `remembered` a front end may keep what it made of it.
    """

    def __init__(
        self,
        commit: str,
        files: Mapping[str, str],
        read: Callable[[Iterable[str]], Mapping[str, bytes]],
        blobs: Blobs | None = None,
    ) -> None:
        super().__init__(commit, files, read, blobs)
        self._resolver = NameResolver(self, self.attribute)
        self._evaluator = Evaluator(self._resolver)
        self._orders: dict[Class, list[Class]] = {}
        self.remembered: dict[object, object] = {}

    def resolve(
        self, module: Module, expression: ast.AST | str, scope: ast.AST | None = None
    ) -> Defined | External | None:
        """Return the definition that a name or a dotted expression stands for, seen from a module or from a `scope` in it.

        `scope` is a class or function of the module; its own names come first. An alias leads to what it is
        an alias of. Something outside the release is External; None is what cannot be told, and a module.
        """
        found = self._resolver.resolve(module, expression, scope)
        return found if isinstance(found, Defined | External) else None

    def imported(
        self, module: Module, expression: ast.AST | str, scope: ast.AST | None = None
    ) -> Module | None:
        """Return the module of this release that a name or a dotted expression stands for."""
        found = self._resolver.resolve(module, expression, scope)
        return found if isinstance(found, Module) else None

    def is_class(self, found: object) -> bool:
        """Tell whether something resolved is a class of the release, one that a call makes included."""
        return is_class(found)

    def bases(self, owner: Defined) -> list[Class]:
        """Return what a class derives from itself.

        A base that cannot be followed is an unresolved External.
        """
        return bases_of(owner, self._resolver.resolve)

    def mro(self, owner: Defined) -> list[Class]:
        """Return a class and its bases in the order in which Python asks them, `object` left out."""
        return self._orders.get(owner) or mro(owner, self.bases, self._orders)

    def attribute(self, owner: Defined, name: str) -> Defined | External | None:
        """Return what a class or its bases define under a name."""
        for each in self.mro(owner):
            if isinstance(each, External):
                continue
            found = self._resolver.bound_in_class(each, name)
            if isinstance(found, Defined | External):
                return found
        return None

    def own(self, owner: Defined, name: str) -> Defined | External | None:
        """Return what a class body itself defines under a name."""
        found = self._resolver.bound_in_class(owner, name)
        return found if isinstance(found, Defined | External) else None

    def evaluate(
        self,
        module: Module,
        expression: ast.AST,
        scope: Mapping[str, object] | None = None,
        inside: ast.AST | None = None,
    ) -> object:
        """Return what an expression is worth, UNKNOWN where that is not sure.

        `scope` gives the values of names that only the caller knows; `inside` is the class or function of the
        module in which the expression stands. A class or function is worth its Defined.
        """
        return self._evaluator.own(module, self._evaluator.evaluate(module, expression, scope, inside))

    def call(self, function: Defined, arguments: Sequence[object]) -> object:
        """Return what a plain function returns for known arguments, UNKNOWN where that is not sure."""
        return self._evaluator.own(function.module, self._evaluator.called(function, list(arguments)))

    def value_of(self, found: Defined | External | None) -> object:
        """Return what a definition is worth: that of an assignment, or a class or function itself."""
        value = self._evaluator.resolved(found)
        return self._evaluator.own(found.module, value) if isinstance(found, Defined) else value


def project(release: Release) -> Project:
    """Return a release as Python sees it; made once, with the syntax trees that releases of one run share.

    Files that cannot be parsed are noted in the release's `failed`, with the reason.
    """
    return release.derive(_opened)


def _opened(release: Release) -> Project:
    made = Project(release.commit, release.files, release.read, release.memory.of(Blobs))
    made.failed = release.failed
    return made
