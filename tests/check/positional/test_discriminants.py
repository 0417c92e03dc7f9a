"""A value that says which layout follows: codes that a release names, and those that it has no name for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.positional.compare import compare_codec
from compatlint.check.positional.discriminants import closed_choices
from compatlint.check.positional.feasibility import Side
from compatlint.vocabulary import Change, Direction, Outcome
from compatlint.wire.ir.steps import Close, Codec, Item, Program, Refuse, When
from compatlint.wire.ir.terms import Const, Op, Var
from compatlint.wire.ir.types import BYTES, Int
from tests.wire.releases import SPAN, begin

ABORT: Program = (Refuse("abort"),)
NOTHING: Program = ()
UP, DOWN, SKIP, SELF = Direction.UPGRADE, Direction.DOWNGRADE, Direction.SKIP, Direction.SELF


def chosen(codes: dict[int, str], other: Program, *, writing: bool) -> Program:
    """Return a choice by `kind`: for each code the value of that name, nothing for an empty one."""
    chain = other
    for code, name in reversed(codes.items()):
        value = Var(name) if writing else None
        steps = (Item(name, BYTES, 1, value),) if name else ()
        chain = (When(Op("==", (Var("kind"), Const(code))), steps, chain),)
    return chain


def made(codes: dict[int, str], writes: Program, reads: Program) -> Side:
    """Return a release that knows some codes; `writes` and `reads` are what it does with all others."""
    encoder = (begin(), Item("kind", Int(8), 1, Var("kind")), *chosen(codes, writes, writing=True), Close())
    decoder = (begin(known=Const(1)), Item("kind", Int(8), 1), *chosen(codes, reads, writing=False), Close())
    return Side(Codec("Thing", "ceph", "disk", encoder, decoder, SPAN), {}.get)


def told(old: Side, new: Side) -> list[tuple[Outcome, Change, set[Direction]]]:
    found = compare_codec(old, new)
    assert found.unread == ""
    return [(each.outcome, each.change, set(each.breaks)) for each in found.causes]


OLD, NEW = {0: "", 1: "target"}, {0: "", 1: "target", 2: "chunks"}
LOST = [(Outcome.DROPPED, Change.APPENDED, {DOWN})]
ADDED = [(Outcome.REFUSED, Change.VARIANT_ADDED, {DOWN})]


@pytest.mark.parametrize("writes", [ABORT, NOTHING], ids=["aborts", "writes nothing"])
@pytest.mark.parametrize("reads", [ABORT, NOTHING], ids=["aborts", "reads nothing"])
def test_a_reader_that_steps_over_codes_without_a_name_understood_none_of_them(
    writes: Program, reads: Program
) -> None:
    assert told(made(OLD, ABORT, NOTHING), made(NEW, writes, reads)) == LOST
    assert told(made(OLD, NOTHING, NOTHING), made(NEW, writes, reads)) == LOST


@pytest.mark.parametrize("writes", [ABORT, NOTHING], ids=["aborts", "writes nothing"])
@pytest.mark.parametrize("reads", [ABORT, NOTHING], ids=["aborts", "reads nothing"])
def test_a_code_that_the_older_release_gives_up_on_breaks_the_downgrade(
    writes: Program, reads: Program
) -> None:
    assert told(made(OLD, ABORT, ABORT), made(NEW, writes, reads)) == ADDED


def test_codes_need_not_begin_with_zero() -> None:
    old, new = ({code + 1: name for code, name in codes.items()} for codes in (OLD, NEW))
    assert told(made(old, ABORT, NOTHING), made(new, ABORT, ABORT)) == LOST


def test_a_code_that_was_named_and_is_no_more_is_missed() -> None:
    assert told(made(NEW, ABORT, NOTHING), made(OLD, ABORT, ABORT)) == [
        (Outcome.REFUSED, Change.VARIANT_REMOVED, {UP})
    ]
    unwritten = Side(
        replace(made(NEW, ABORT, ABORT).codec, encoder=made(OLD, ABORT, ABORT).codec.encoder), {}.get
    )
    ((_, change, breaks),) = told(unwritten, made(OLD, ABORT, ABORT))
    assert (change, breaks) == (Change.BRANCH_DROPPED, {SKIP})


def test_what_all_other_codes_hold_is_read_by_who_reads_it_too() -> None:
    rest: Program = (Item("rest", BYTES, 1, Var("rest")),)
    old = made(OLD, rest, (Item("rest", BYTES, 1),))
    assert told(old, made({0: "", 1: "target", 2: "rest"}, rest, (Item("rest", BYTES, 1),))) == []
    ((outcome, _, breaks),) = told(old, made(OLD, ABORT, ABORT))
    assert (outcome, breaks) == (Outcome.REFUSED, {UP})


def test_one_value_that_is_named_is_a_mark_and_no_code() -> None:
    ((outcome, _, breaks),) = told(made({0: ""}, NOTHING, NOTHING), made({0: ""}, ABORT, ABORT))
    assert (outcome, breaks) == (Outcome.REFUSED, {UP})


def test_a_reader_that_wants_more_for_a_code_without_a_name_does_not_give_up_on_it() -> None:
    new = made(OLD, (Item("rest", BYTES, 1, Var("rest")),), (Item("rest", BYTES, 1),))
    ((outcome, _, breaks),) = told(made(OLD, NOTHING, NOTHING), new)
    assert (outcome, breaks) == (Outcome.OVERREAD, {UP})


def test_a_choice_that_a_world_does_not_come_to_excuses_nothing() -> None:
    def only_if_flagged(side: Side, otherwise: Program) -> Side:
        """Return a release that chooses by `kind` only where `flag` is set."""
        test = Op("!", (Op("==", (Var("flag"), Const(0))),))
        sides = (
            (
                program[0],
                Item("flag", Int(8), 1, Var("flag")),
                program[1],
                When(test, program[2:-1], otherwise),
                program[-1],
            )
            for program in (side.codec.encoder or (), side.codec.decoder or ())
        )
        encoder, decoder = sides
        return replace(side, codec=replace(side.codec, encoder=encoder, decoder=decoder))

    plain = made(OLD, NOTHING, NOTHING)
    ((outcome, _, breaks),) = told(only_if_flagged(plain, NOTHING), only_if_flagged(plain, ABORT))
    assert (outcome, breaks) == (Outcome.REFUSED, {UP})


def test_which_choices_are_closed() -> None:
    kind, other = Var("kind"), Var("other")

    def test(subject: Var, *codes: int) -> Op:
        first, *rest = (Op("==", (subject, Const(code))) for code in codes)
        return Op("||", (first, *rest)) if rest else first

    item = (Item("a", Int(8), 1),)
    assert closed_choices((When(test(kind, 0, 1), item, ()),)) == {kind: {0, 1}}
    assert closed_choices((When(test(kind, 0), item, (When(test(kind, 1, 2), (), ABORT),)),)) == {
        kind: {0, 1, 2}
    }
    assert closed_choices((When(test(kind, 0), (), (When(test(other, 1), (), ()),)),)) == {}
    assert closed_choices((When(Op("||", (test(kind, 0), test(other, 1))), (), ()),)) == {}
    assert closed_choices((When(test(kind, 0, 1), (), item),)) == {}


def test_zero_that_is_not_named_may_be_written_for_nothing() -> None:
    old, new = (
        made({1: "target", 2: "chunks"}, NOTHING, NOTHING),
        made({1: "target", 2: "chunks"}, ABORT, ABORT),
    )
    ((outcome, _, breaks),) = told(old, new)
    assert (outcome, breaks) == (Outcome.REFUSED, {UP})
