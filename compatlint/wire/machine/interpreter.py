"""The interpreter of wire programs: the control flow that every domain shares.

A domain (symbolic writing, symbolic reading, real bytes) is a state and a table of actions: for each kind of
step, the function that does it to the state. Conditions that cannot be decided are asked of an `Oracle`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from compatlint.wire.ir.steps import (
    Codec,
    Enter,
    Inlined,
    Leave,
    Let,
    Mark,
    Program,
    Refuse,
    Seek,
    Skip,
    Splice,
    Try,
    Unclear,
    When,
)
from compatlint.wire.ir.terms import Term
from compatlint.wire.machine.interrupts import Refused, Unreadable

MAX_STEPS: Final = 20_000
Programs = Callable[[str], Codec | None]
Actions = Mapping[type, Callable[[Any, Any], None]]  # by the type of a step: (state, step)


class _Left(Exception):
    def __init__(self, what: str) -> None:
        self.what = what


class KnownValues(Protocol):
    """The values that a run knows, as steps ask for them."""

    def value(self, term: Term) -> Term:
        """Return a term with everything known put in."""

    def decide(self, test: Term) -> bool:
        """Return the truth of a test."""

    def assign(self, path: str, value: Term) -> None:
        """Give a path a value."""


class RunState(Protocol):
    """The state of a domain, as far as the control flow needs it."""

    @property
    def execution(self) -> Execution:
        """The run of programs that this is the state of."""

    @property
    def values(self) -> KnownValues:
        """The values that are known."""


class Execution:
    """A run of programs: its table of actions, and the number of steps made. Unreadable past `most` of them."""

    __slots__ = ("actions", "most", "steps")

    def __init__(self, actions: Actions, most: int = MAX_STEPS) -> None:
        self.actions, self.most, self.steps = actions, most, 0

    def count(self) -> None:
        """Count one step."""
        self.steps += 1
        if self.steps > self.most:
            raise Unreadable(f"more than {self.most} steps")

    def run(self, state: RunState, program: Program) -> None:
        """Execute a whole program; a leave of the function ends it."""
        with contextlib.suppress(_Left):
            self.execute(state, program)

    def execute(self, state: RunState, program: Program) -> None:
        """Execute steps in order."""
        actions = self.actions
        for step in program:
            self.count()
            actions[type(step)](state, step)

    def iteration(self, state: RunState, body: Program) -> bool:
        """Execute a loop's body once; False if the loop is left."""
        try:
            self.execute(state, body)
        except _Left as left:
            if left.what == "loop":
                return False
            if left.what != "iteration":
                raise
        return True


def _let(state: RunState, step: Let) -> None:
    state.values.assign(step.name, state.values.value(step.value))


def _when(state: RunState, step: When) -> None:
    state.execution.execute(state, step.then if state.values.decide(step.test) else step.otherwise)


def _inlined(state: RunState, step: Inlined) -> None:
    try:
        state.execution.execute(state, step.body)
    except _Left as left:
        if left.what != (step.name or "function"):
            raise


def _leave(_state: RunState, step: Leave) -> None:
    raise _Left(step.what)


def _refuse(_state: RunState, step: Refuse) -> None:
    raise Refused(step.text, step.line)


def _first_layout(state: RunState, step: Try) -> None:
    state.execution.execute(state, step.body)


def _nothing(_state: RunState, _step: Mark | Enter | Splice) -> None:
    """Pass over what means nothing here: a position to which nobody goes back, a stream that nobody looks at."""


def _skips(_state: RunState, _step: Skip) -> None:
    raise Unreadable("an encoder that skips")


def _goes_back(_state: RunState, _step: Seek) -> None:
    raise Unreadable("an encoder that goes back")


def _unclear(_state: RunState, step: Unclear) -> None:
    raise Unreadable(step.text)


# What a domain does unless it says otherwise. Items, loops and frames are each domain's own.
COMMON: Final[Actions] = {
    Let: _let,
    When: _when,
    Inlined: _inlined,
    Leave: _leave,
    Refuse: _refuse,
    Try: _first_layout,
    Skip: _skips,
    Mark: _nothing,
    Seek: _goes_back,
    Enter: _nothing,
    Splice: _nothing,
    Unclear: _unclear,
}
