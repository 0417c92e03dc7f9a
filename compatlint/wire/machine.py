"""Runs wire programs: the control flow that every domain shares.

A domain (symbolic writing, symbolic reading, real bytes) derives from `Machine` and says what its steps do to its
streams. Conditions that cannot be decided are asked of an `Oracle`, which `explore` makes answer in every
consistent way: one set of answers is a *world*.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from compatlint.wire import terms
from compatlint.wire.steps import (
    Close,
    Codec,
    Enter,
    Item,
    Leave,
    Let,
    Mark,
    Open,
    Program,
    Refuse,
    Repeat,
    Scope,
    Seek,
    Skip,
    Splice,
    Step,
    Try,
    Unclear,
    When,
)
from compatlint.wire.terms import AtEnd, Const, Op, Opaque, Place, Term, Var, show, substitute, truth

MAX_STEPS = 20_000


class Halt(Exception):
    """A run that cannot go on."""


class Refused(Halt):
    """The program gave up by itself: an assertion, an exception, a version that it does not accept."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.text, self.line = text, line


class Unreadable(Halt):
    """A step was not understood, or a bound was reached."""


class Undecided(Exception):
    """A reader asks for a feature that its writer never asked for: both answers are worlds of their own."""

    def __init__(self, feature: Term) -> None:
        super().__init__(show(feature))
        self.feature = feature


class Contradiction(Halt):
    """The answers so far exclude each other: no such world."""


class _Left(Exception):
    def __init__(self, what: str) -> None:
        self.what = what


@dataclass
class Oracle:
    """Answers undecided tests: first as told by `told`, then by `default`; remembers what follows from its answers."""

    told: tuple[bool, ...] = ()
    default: bool = False
    log: list[tuple[Term, bool]] = field(default_factory=list)
    known: dict[Term, bool] = field(default_factory=dict)
    values: dict[Term, Const] = field(default_factory=dict)
    low: dict[Term, int] = field(default_factory=dict)
    high: dict[Term, int] = field(default_factory=dict)
    reading: bool = False
    written: set[str] = field(default_factory=set)

    def decide(self, test: Term) -> bool:
        """Return the truth of a test, consistent with every answer before."""
        if isinstance(test, Const):
            return bool(test.value)
        if isinstance(test, Op) and test.name == "!":
            return not self.decide(test.args[0])
        if isinstance(test, Op) and test.name == "&&":
            return self.decide(test.args[0]) and self.decide(test.args[1])
        if isinstance(test, Op) and test.name == "||":
            return self.decide(test.args[0]) or self.decide(test.args[1])
        if isinstance(test, Op) and test.name == "cond":
            return self.decide(truth(test.args[1] if self.decide(test.args[0]) else test.args[2]))
        implied = self._implied(test)
        if implied is not None:
            return implied
        if self.reading and (isinstance(test, terms.Feature) or self.written_only(test)):
            raise Undecided(test)
        answer = self.told[len(self.log)] if len(self.log) < len(self.told) else self.default
        self.log.append((test, answer))
        self.learn(test, answer)
        return answer

    def known_to_be(self, test: Term) -> bool:
        """Tell whether a test surely holds, without asking for an answer."""
        if isinstance(test, Const):
            return bool(test.value)
        if isinstance(test, Op) and test.name == "!":
            inner = self._implied(test.args[0])
            return inner is False
        return self._implied(test) is True

    def written_only(self, test: Term) -> bool:
        """Tell whether a test is whether a value that the writer left is zero: then the answer is not the reader's to choose.

        Other numbers and bits may be new, so that a writer that does not speak of them never writes them.
        """
        if not isinstance(test, Op) or test.name != "==" or test.args[1] != Const(0):
            return False
        subject = test.args[0]
        plain = subject.args[0] if isinstance(subject, Op) and subject.name == "size" else subject
        return isinstance(plain, Var) and plain.name in self.written

    def _implied(self, test: Term) -> bool | None:
        if test in self.known:
            return self.known[test]
        if isinstance(test, terms.Feature):
            return self._ranked(test)
        if isinstance(test, Op) and test.name in ("==", ">=") and len(test.args) == 2:
            subject, other = test.args
            if isinstance(other, Const):
                value = self.values.get(subject)
                if value is not None:
                    if test.name == "==":
                        return value.value == other.value
                    if isinstance(value.value, int) and isinstance(other.value, int):
                        return value.value >= other.value
                if isinstance(other.value, int):
                    return self._bounded(test.name, subject, other.value)
        return None

    def _ranked(self, test: terms.Feature) -> bool | None:
        """Return what the features known so far say of another: features only ever came on top of each other."""
        for other, answer in self.known.items():
            if isinstance(other, terms.Feature) and other.rank is not None and test.rank is not None:
                if answer and other.rank >= test.rank:
                    return True
                if not answer and other.rank <= test.rank:
                    return False
        return None

    def _bounded(self, name: str, subject: Term, number: int) -> bool | None:
        low, high = self.low.get(subject), self.high.get(subject)
        if low is not None and low > number:
            return name == ">="
        if high is not None and high < number:
            return False
        return True if name == ">=" and low is not None and low >= number else None

    def learn(self, test: Term, answer: bool) -> None:
        """Remember an answer and what it implies."""
        self.known[test] = answer
        if not isinstance(test, Op) or len(test.args) != 2 or not isinstance(test.args[1], Const):
            return
        subject, value = test.args[0], test.args[1].value
        if test.name == "==" and answer:
            self.values[subject] = test.args[1]
        if not isinstance(value, int):
            return
        if (test.name == "==" and answer) or (test.name == ">=" and answer):
            self.low[subject] = max(value, self.low.get(subject, value))
        if test.name == "==" and answer:
            self.high[subject] = value
        elif test.name == ">=" and not answer:
            self.high[subject] = min(value - 1, self.high.get(subject, value - 1))


Result = TypeVar("Result")


def explore(
    run: Callable[[Oracle], Result], limit: int, default: bool = False, given: Oracle | None = None, full: int | None = None
) -> Iterator[Result]:
    """Run `run` once for each world; past `limit` runs, raise Unreadable. `given` seeds what is known before.

    With `full`, no more than that many combinations are tried one by one; where there are more, every condition is
    tried both ways with all the others on, and with all the others off: two conditions that break something only
    together, in a mixture of others, can then be missed.
    """
    pending: list[tuple[bool, ...]] = [()]
    count = 0
    while pending and (full is None or count < full):
        told = pending.pop()
        count += 1
        if count > limit:
            raise Unreadable(f"more than {limit} worlds")
        oracle = _oracle(told, default, given)
        result = run(oracle)
        pending.extend(
            (*(answer for _, answer in oracle.log[:index]), not oracle.log[index][1])
            for index in range(len(told), len(oracle.log))
        )
        yield result
    if pending:
        yield from _flips(run, limit - count, given)


def _flips(run: Callable[[Oracle], Result], limit: int, given: Oracle | None) -> Iterator[Result]:
    """Run `run` in the world of all answers alike, and in each that differs from it in one answer."""
    for default in (True, False):
        base = _oracle((), default, given)
        yield run(base)
        answers = tuple(answer for _, answer in base.log)
        limit -= len(answers) + 1
        if limit < 0:
            raise Unreadable("more conditions than can be tried one by one")
        for index, answer in enumerate(answers):
            yield run(_oracle((*answers[:index], not answer), default, given))


def _oracle(told: tuple[bool, ...], default: bool, given: Oracle | None) -> Oracle:
    oracle = Oracle(told, default)
    if given is not None:
        oracle.known, oracle.values = dict(given.known), dict(given.values)
        oracle.low, oracle.high = dict(given.low), dict(given.high)
        oracle.reading = True
    return oracle


Programs = Callable[[str], Codec | None]


class Machine:
    """Executes a program over a domain. `env` maps paths to values; `prefix` is the path of the structure at hand."""

    most = MAX_STEPS

    def __init__(self, oracle: Oracle, programs: Programs) -> None:
        self.oracle, self.programs = oracle, programs
        self.env: dict[str, Term] = {}
        self.prefix = ""
        self.steps = 0

    # ---- values ------------------------------------------------------------------------------------------------

    def name(self, path: str) -> str:
        """Return a path as seen from the outermost structure."""
        if not path:
            return self.prefix.removesuffix(".")
        return f"{self.prefix}{path}" if self.prefix and not path.startswith("header.") else path

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
        if isinstance(term, Place):
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
        self.env[self.name(path)] = value

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
        elif isinstance(step, Scope):
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

    def _scope(self, step: Scope) -> None:
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
        """Try one layout."""
        self.execute(step.body)

    def skip(self, step: Skip) -> None:
        """Move forward."""

    def mark(self, step: Mark) -> None:
        """Remember a position."""

    def seek(self, step: Seek) -> None:
        """Go back to a position."""

    def enter(self, step: Enter) -> None:
        """Begin to read the bytes of a value."""

    def splice(self, step: Splice) -> None:
        """Append one stream to another."""

    def unclear(self, step: Unclear) -> None:
        """Meet a step that was not understood."""
        raise Unreadable(step.text)

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains."""
        return Opaque("at end")

    def place(self, term: Place) -> Term | None:
        """Return a position."""
        return Opaque(f"{term.what} of {term.stream or 'the stream'}")


def world_text(log: list[tuple[Term, bool]]) -> tuple[str, ...]:
    """Return the choices of a world as text."""
    return tuple(f"{show(test)}" if answer else f"not ({show(test)})" for test, answer in log)


__all__ = [
    "Contradiction",
    "Halt",
    "Machine",
    "Oracle",
    "Programs",
    "Refused",
    "Undecided",
    "Unreadable",
    "explore",
    "terms",
    "world_text",
]
