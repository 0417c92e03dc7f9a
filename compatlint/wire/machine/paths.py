"""Answers to tests that cannot be decided.

One set of answers is a *world*, and `explore` goes through all of them.

In: tests, as terms. Out: answers that never exclude each other, and the runs of a program in all its worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from compatlint.wire.ir.terms import Const, Feature, Op, Term, Var, show, truth
from compatlint.wire.machine.interrupts import Undecided, Unreadable


@dataclass
class Oracle:
    """Answers undecided tests: first as told by `told`, then by `default`.

    Remembers what follows from its answers.
    """

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
        if self.reading and (isinstance(test, Feature) or self.written_only(test)):
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
        """Tell whether a test is whether a value that the writer left is zero.

        Then the answer is not the reader's to choose.

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
        if isinstance(test, Feature):
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

    def _ranked(self, test: Feature) -> bool | None:
        """Return what the features known so far say of another.

        Features only ever came on top of each other.
        """
        for other, answer in self.known.items():
            if isinstance(other, Feature) and other.rank is not None and test.rank is not None:
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
    run: Callable[[Oracle], Result],
    limit: int,
    default: bool = False,
    given: Oracle | None = None,
    full: int | None = None,
) -> Iterator[Result]:
    """Run `run` once for each world; past `limit` runs, raise Unreadable. `given` seeds what is known before.

    With `full`, no more than that many combinations are tried one by one; where there are more, every
    condition is tried both ways with all the others on, and with all the others off: two conditions that
    break something only together, in a mixture of others, can then be missed.
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


def world_text(log: list[tuple[Term, bool]]) -> tuple[str, ...]:
    """Return the choices of a world as text."""
    return tuple(f"{show(test)}" if answer else f"not ({show(test)})" for test, answer in log)
