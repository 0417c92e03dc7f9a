"""Terms fold, tests come to one form, and answers exclude each other."""

from __future__ import annotations

import pytest

from compatlint.wire.ir.terms import FALSE, TRUE, Const, Feature, Op, Term, Var, negate, operate, truth
from compatlint.wire.machine.paths import Oracle

X, F = Var("x"), Feature("F")
TWO_OR_ONE = operate("cond", (F, Const(2), Const(1)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (operate("!=", (X, Const(0))), truth(X)),
        (operate(">", (X, Const(0))), truth(X)),
        (operate(">=", (X, Const(1))), truth(X)),
        (operate("<", (X, Const(3))), negate(operate(">=", (X, Const(3))))),
        (operate(">", (X, Const(2))), operate(">=", (X, Const(3)))),
        (operate("<=", (Const(3), X)), operate(">=", (X, Const(3)))),
        (operate("==", (Const(3), X)), operate("==", (X, Const(3)))),
        (operate("!", (operate("!", (X,)),)), truth(X)),
        (operate("+", (Const(2), Const(3))), Const(5)),
        (operate("|", (X, Const(0))), X),
        (operate("&&", (truth(X), TRUE)), truth(X)),
        (operate("&&", (truth(X), FALSE)), FALSE),
        (operate("/", (Const(1), Const(0))), Const(0)),
        (operate(">=", (TWO_OR_ONE, Const(2))), F),
        (operate("<", (TWO_OR_ONE, Const(2))), negate(F)),
        (operate("==", (Const(1), TWO_OR_ONE)), negate(F)),
        (operate(">=", (TWO_OR_ONE, Const(1))), TRUE),
        (operate(">", (TWO_OR_ONE, Const(2))), FALSE),
    ],
)
def test_two_ways_to_say_the_same(one: Term, other: Term) -> None:
    assert one == other


@pytest.mark.parametrize(
    ("told", "asked", "answer"),
    [
        ((operate("==", (X, Const("RED"))), True), operate("==", (X, Const("BLUE"))), False),
        ((operate("==", (X, Const(3))), True), operate(">=", (X, Const(2))), True),
        ((operate("==", (X, Const(3))), True), operate("==", (X, Const(4))), False),
        ((operate(">=", (X, Const(3))), True), operate(">=", (X, Const(2))), True),
        ((operate(">=", (X, Const(3))), True), operate("==", (X, Const(2))), False),
        ((operate(">=", (X, Const(3))), False), operate(">=", (X, Const(4))), False),
        ((operate(">=", (X, Const(3))), False), operate("==", (X, Const(5))), False),
        ((F, True), Op("!", (F,)), False),
    ],
)
def test_an_answer_implies_others(told: tuple[Term, bool], asked: Term, answer: bool) -> None:
    for default in (True, False):
        oracle = Oracle(told=(told[1],), default=default)
        assert oracle.decide(told[0]) is told[1]
        assert oracle.decide(asked) is answer
        assert len(oracle.log) == 1, "nothing had to be chosen"
