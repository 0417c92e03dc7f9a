"""What a finding weighs under a promise, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from compatlint.check.weight import Promised, Weight, spoken
from compatlint.vocabulary import Direction, Link, Outcome, Severity

UP, DOWN, MIXED, SKIP, SELF = (
    Direction.UPGRADE,
    Direction.DOWNGRADE,
    Direction.MIXED,
    Direction.SKIP,
    Direction.SELF,
)


def weigh(
    *breaks: Direction,
    covered: Collection[Direction] = (),
    rule: str = "error",
    outcome: Outcome = Outcome.MISREAD,
    unless: str = "",
) -> Weight:
    promise = Promised("ceph", "v1", "v2", lambda direction, link: direction in covered)
    return promise.weigh(rule, outcome, breaks, Link.DISK, unless)


def test_what_is_promised_weighs_what_its_rule_says() -> None:
    made = weigh(UP, DOWN, MIXED, covered=(DOWN, MIXED), rule="warning")
    assert (made.severity, made.of_rule, made.promised) == (Severity.WARNING, Severity.WARNING, True)
    assert made.kept == (DOWN, MIXED)
    assert made.reason == "the promise 'ceph' covers downgrade and mixed between v1 and v2"


def test_what_nobody_promised_is_a_note_and_says_so() -> None:
    made = weigh(UP, SKIP)
    assert (made.severity, made.of_rule, made.promised, made.kept) == (
        Severity.NOTE,
        Severity.ERROR,
        False,
        (),
    )
    assert made.reason == "only a note: the promise 'ceph' does not cover upgrade or skip between v1 and v2"


def test_a_reason_of_its_own_outweighs_the_promise() -> None:
    made = weigh(UP, covered=(UP,), unless="nobody sends it")
    assert (made.severity, made.promised, made.kept) == (Severity.NOTE, False, ())
    assert made.reason == "only a note: nobody sends it"


@pytest.mark.parametrize(
    ("made", "severity", "reason"),
    [
        (weigh(SELF, covered=(SELF,)), Severity.ERROR, "a release must decode what it encodes"),
        (weigh(DOWN, outcome=Outcome.DROPPED, rule="note"), Severity.NOTE, "a note by its rule"),
    ],
)
def test_other_reasons(made: Weight, severity: Severity, reason: str) -> None:
    assert (made.severity, made.reason) == (severity, reason)


def test_lists_in_words() -> None:
    assert [spoken(""), spoken("a"), spoken("ab"), spoken("abc", "or")] == [
        "nothing",
        "a",
        "a and b",
        "a, b or c",
    ]
