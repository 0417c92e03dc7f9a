"""Runs wire programs: the control flow that every domain shares.

A domain (symbolic writing, symbolic reading, real bytes) derives from `Machine` and says what its steps do to
its streams. Conditions that cannot be decided are asked of an `Oracle`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.steps import (
    Close,
    Codec,
    Enter,
    Inlined,
    Item,
    Leave,
    Let,
    Mark,
    Open,
    Program,
    Refuse,
    Repeat,
    Seek,
    Skip,
    Splice,
    Step,
    Try,
    Unclear,
    When,
)
from compatlint.wire.ir.terms import AtEnd, Opaque, StreamPosition, Term, Var, substitute, truth
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.machine.paths import Oracle

MAX_STEPS = 20_000
Programs = Callable[[str], Codec | None]


class _Left(Exception):
    def __init__(self, what: str) -> None:
        self.what = what


class Machine:
    """Executes a program over a domain. `env` maps paths to values.

    `prefix` is the path of the structure at hand.
    """

    most = MAX_STEPS

    def __init__(self, oracle: Oracle, programs: Programs, conventions: Conventions = NO_CONVENTIONS) -> None:
        self.oracle, self.programs, self.conventions = oracle, programs, conventions
        self.env: dict[str, Term] = {}
        self.outer: set[str] = set()  # the paths that others in `env` were ever below
        self.prefix = ""
        self.steps = 0

    # ---- values ------------------------------------------------------------------------------------------------

    def name(self, path: str) -> str:
        """Return a path as seen from the outermost structure."""
        if not path:
            return self.prefix.removesuffix(".")
        outside = not self.prefix or path.startswith(self.conventions.outside)
        return path if outside else f"{self.prefix}{path}"

    def lookup(self, term: Term) -> Term | None:
        """Return what is known of a variable or a place."""
        if isinstance(term, Var):
            found = self.env.get(self.name(term.name))
            if found is not None:
                return found
            full = Var(self.name(term.name)) if self.prefix else term
            return self.oracle.values.get(full, full)
        if isinstance(term, AtEnd):
            return self.at_end(term.stream)
        if isinstance(term, StreamPosition):
            return self.place(term)
        return None

    def value(self, term: Term) -> Term:
        """Return a term with everything known put in."""
        return substitute(term, self.lookup)

    def decide(self, test: Term) -> bool:
        """Return the truth of a test in this world."""
        return self.oracle.decide(truth(self.value(test)))

    def assign(self, path: str, value: Term) -> None:
        """Give a path a value."""
        self.keep(self.name(path), value)

    def assign_frame(self, step: Open, version: Term, oldest: Term) -> None:
        """Give the variables of a frame their values."""
        if step.var:
            self.assign(step.var, version)
        if step.oldest_var:
            self.assign(step.oldest_var, oldest)

    def keep(self, path: str, value: Term) -> None:
        """Give a path as seen from the outermost structure a value."""
        self.env[path] = value
        at = max(path.rfind("."), path.rfind("["))
        while at >= 0 and (above := path[:at]) not in self.outer:
            self.outer.add(above)
            at = max(above.rfind("."), above.rfind("["))

    # ---- control -----------------------------------------------------------------------------------------------

    def run(self, program: Program) -> None:
        """Execute a whole program; a leave of the function ends it."""
        with contextlib.suppress(_Left):
            self.execute(program)

    def execute(self, program: Program) -> None:
        """Execute steps in order."""
        for step in program:
            self.steps += 1
            if self.steps > self.most:
                raise Unreadable(f"more than {self.most} steps")
            self.step(step)

    def step(self, step: Step) -> None:
        """Execute one step."""
        if isinstance(step, Item):
            self.item(step)
        elif isinstance(step, Let):
            self.assign(step.name, self.value(step.value))
        elif isinstance(step, When):
            self.execute(step.then if self.decide(step.test) else step.otherwise)
        elif isinstance(step, Repeat):
            self.repeat(step)
        elif isinstance(step, Open):
            self.open(step)
        elif isinstance(step, Close):
            self.close(step)
        elif isinstance(step, Inlined):
            self._scope(step)
        elif isinstance(step, Leave):
            raise _Left(step.what)
        elif isinstance(step, Refuse):
            raise Refused(step.text, step.line)
        elif isinstance(step, Try):
            self.attempt(step)
        else:
            self._stream_step(step)

    def _stream_step(self, step: Step) -> None:
        if isinstance(step, Skip):
            self.skip(step)
        elif isinstance(step, Mark):
            self.mark(step)
        elif isinstance(step, Seek):
            self.seek(step)
        elif isinstance(step, Enter):
            self.enter(step)
        elif isinstance(step, Splice):
            self.splice(step)
        elif isinstance(step, Unclear):
            self.unclear(step)

    def _scope(self, step: Inlined) -> None:
        try:
            self.execute(step.body)
        except _Left as left:
            if left.what != (step.name or "function"):
                raise

    def iteration(self, body: Program) -> bool:
        """Execute a loop's body once; False if the loop is left."""
        try:
            self.execute(body)
        except _Left as left:
            if left.what == "loop":
                return False
            if left.what != "iteration":
                raise
        return True

    def nested(self, codec: Codec, program: Program, path: str) -> None:
        """Execute another structure's program at `path`."""
        outer, self.prefix = self.prefix, f"{self.name(path)}."
        if self.prefix.count(".") > 24:
            raise Unreadable("structures nested too deeply")
        try:
            self.run(program)
        finally:
            self.prefix = outer

    # ---- what a domain says ------------------------------------------------------------------------------------

    def item(self, step: Item) -> None:
        """Write or read a value."""
        raise NotImplementedError

    def repeat(self, step: Repeat) -> None:
        """Do a loop."""
        raise NotImplementedError

    def open(self, step: Open) -> None:
        """Begin a frame."""
        raise NotImplementedError

    def close(self, step: Close) -> None:
        """End a frame."""
        raise NotImplementedError

    def attempt(self, step: Try) -> None:
        """Try one layout; what does not read takes the first."""
        self.execute(step.body)

    def skip(self, step: Skip) -> None:
        """Move forward: what writes does not."""
        raise Unreadable("an encoder that skips")

    def mark(self, step: Mark) -> None:
        """Remember a position: what does not go back need not."""

    def seek(self, step: Seek) -> None:
        """Go back to a position: what writes does not."""
        raise Unreadable("an encoder that goes back")

    def enter(self, step: Enter) -> None:
        """Begin to read the bytes of a value: what an encoder reads is not what it writes."""

    def splice(self, step: Splice) -> None:
        """Append one stream to another: what reads appends nothing."""

    def unclear(self, step: Unclear) -> None:
        """Meet a step that was not understood."""
        raise Unreadable(step.text)

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains."""
        return Opaque("at end")

    def place(self, term: StreamPosition) -> Term | None:
        """Return a position."""
        return Opaque(f"{term.what} of {term.stream or 'the stream'}")
