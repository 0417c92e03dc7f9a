"""The values of a symbolic run: by path, as terms, in one world."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final, Protocol

from compatlint.wire.ir.steps import Open
from compatlint.wire.ir.terms import AtEnd, Const, Op, StreamPosition, Term, Var, substitute, truth
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle

MOST_NESTED: Final = 24


class Positions(Protocol):
    """What can be said of positions on streams."""

    def at_end(self, stream: str, /) -> Term | None:
        """Return whether nothing remains on a stream."""

    def place(self, term: StreamPosition) -> Term | None:
        """Return a position."""


class Environment:
    """Terms by path as seen from the outermost structure; `prefix` is the path of the structure at hand.

    Paths that begin with any of `outside` are the same in every structure.
    """

    __slots__ = ("above", "known", "oracle", "outside", "positions", "prefix")

    def __init__(self, oracle: Oracle, positions: Positions, outside: tuple[str, ...] = ()) -> None:
        self.oracle, self.positions, self.outside = oracle, positions, outside
        self.known: dict[str, Term] = {}
        self.above: set[str] = set()  # the paths that others in `known` were ever below
        self.prefix = ""

    def name(self, path: str) -> str:
        """Return a path as seen from the outermost structure."""
        if not path:
            return self.prefix.removesuffix(".")
        if not self.prefix or path.startswith(self.outside):
            return path
        return f"{self.prefix}{path}"

    def lookup(self, term: Term) -> Term | None:
        """Return what is known of a variable or a position."""
        if isinstance(term, Var):
            path = self.name(term.name)
            found = self.known.get(path)
            if found is not None:
                return found
            full = Var(path) if self.prefix else term
            return self.oracle.values.get(full, full)
        if isinstance(term, AtEnd):
            return self.positions.at_end(term.stream)
        if isinstance(term, StreamPosition):
            return self.positions.place(term)
        return None

    def value(self, term: Term) -> Term:
        """Return a term with everything known put in."""
        if isinstance(term, Const):
            return term
        return substitute(term, self.lookup) if isinstance(term, Op) else self.lookup(term) or term

    def decide(self, test: Term) -> bool:
        """Return the truth of a test in this world."""
        return self.oracle.decide(truth(self.value(test)))

    def assign(self, path: str, value: Term) -> None:
        """Give a path of the structure at hand a value."""
        self.keep(self.name(path), value)

    def assign_frame(self, step: Open, version: Term, oldest: Term) -> None:
        """Give the variables of a frame their values."""
        if step.var:
            self.assign(step.var, version)
        if step.oldest_var:
            self.assign(step.oldest_var, oldest)

    def keep(self, path: str, value: Term) -> None:
        """Give a path as seen from the outermost structure a value."""
        self.known[path] = value
        at = max(path.rfind("."), path.rfind("["))
        while at >= 0 and (above := path[:at]) not in self.above:
            self.above.add(above)
            at = max(above.rfind("."), above.rfind("["))

    def replace(self, path: str, value: Term) -> None:
        """Give a path as seen from the outermost structure a value, and forget all that was below it."""
        self.keep(path, value)
        if path in self.above:
            below = (f"{path}.", f"{path}[")
            for each in [each for each in self.known if each.startswith(below)]:
                del self.known[each]

    def forget(self, path: str) -> None:
        """Forget the value of a path of the structure at hand."""
        self.known.pop(self.name(path), None)

    @contextlib.contextmanager
    def inside(self, path: str) -> Iterator[None]:
        """Look at paths as the structure at `path` does; `path` is as seen from the outermost structure."""
        outer, self.prefix = self.prefix, f"{path}."
        try:
            if self.prefix.count(".") > MOST_NESTED:
                raise Unreadable("structures nested too deeply")
            yield
        finally:
            self.prefix = outer
