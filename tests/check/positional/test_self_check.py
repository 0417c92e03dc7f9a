"""A release against itself: a disagreement, or a reason why it cannot be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.positional.queries import same
from compatlint.check.positional.self_check import check_itself
from compatlint.vocabulary import Direction
from compatlint.wire.ir.steps import Close, Codec, Item, Leave, Unclear, When
from compatlint.wire.ir.terms import Const, Feature, Op, Opaque, Var
from compatlint.wire.ir.types import BYTES, U32, Int, Seq, Unknown
from tests.wire.releases import Field, Layout, codec, programs

FIELDS = (Field("a", Int(32)), Field("b", BYTES), Field("c", Seq(U32, Int(64)), 2))
SANE = codec(Layout(FIELDS, version=2))


def with_reads(*fields: Field) -> Codec:
    return replace(SANE, decoder=codec(Layout(fields, version=2)).decoder)


def test_a_release_that_reads_what_it_writes_is_silent() -> None:
    found = check_itself(SANE, programs().get)
    assert (found.causes, found.unread) == ((), "")


@pytest.mark.parametrize(
    ("reads", "outcome", "item"),
    [
        ((FIELDS[1], FIELDS[0], FIELDS[2]), "misread", None),
        ((*FIELDS, Field("d", Int(8))), "overread", "d"),
        ((Field("a", Int(16)), *FIELDS[1:]), "misread", "a"),
    ],
    ids=["order", "more", "narrower"],
)
def test_a_disagreement_is_the_release_s_own(
    reads: tuple[Field, ...], outcome: str, item: str | None
) -> None:
    (cause,) = check_itself(with_reads(*reads), programs().get).causes
    assert (cause.outcome, cause.breaks) == (outcome, (Direction.SELF,))
    assert item is None or cause.item == item


def test_what_was_not_understood_is_said_and_never_a_disagreement() -> None:
    assert SANE.encoder is not None
    for odd in (Unclear("asm volatile", 7), Item("z", Unknown("Mystery"), 7)):
        found = check_itself(replace(SANE, encoder=(SANE.encoder[0], odd, *SANE.encoder[1:])), programs().get)
        assert found.causes == ()
        assert "asm volatile" in found.unread or "Mystery" in found.unread


def test_a_disagreement_behind_a_condition_that_is_not_understood_is_doubted() -> None:
    odd = with_reads(*FIELDS, Field("d", Int(8)))
    assert odd.decoder is not None
    doubtful = replace(
        odd,
        decoder=(
            *odd.decoder[:-2],
            When(Opaque("moon_is_full()"), odd.decoder[-2:-1], odd.decoder[-2:-1]),
            odd.decoder[-1],
        ),
    )
    found = check_itself(doubtful, programs().get)
    assert found.causes == ()
    assert found.unread


def test_what_both_sides_leave_open_alike_is_said_though_they_fit() -> None:
    mystery = Item("z", Unknown("Mystery"), 7, Var("z"))
    assert SANE.encoder is not None
    assert SANE.decoder is not None
    odd = replace(
        SANE, encoder=(*SANE.encoder[:-1], mystery, Close()), decoder=(*SANE.decoder[:-1], mystery, Close())
    )
    found = check_itself(odd, programs().get)
    assert found.causes == ()
    assert "Mystery" in found.unread


def test_two_codecs_are_the_same_wherever_they_stand() -> None:
    assert SANE.encoder is not None
    moved = tuple(replace(step, line=99) for step in SANE.encoder)
    assert same(SANE, replace(SANE, encoder=moved))
    assert not same(SANE, with_reads(*FIELDS[:2]))
    assert not same(SANE, replace(SANE, encoder=SANE.encoder[:-1]))


def test_what_is_written_for_peers_of_another_time_is_not_a_disagreement() -> None:
    """Without a feature the encoder stops early; the decoder of the same release never meets that."""
    assert SANE.encoder is not None
    early = When(Feature("OLD"), (), (Close(), Leave("function")))
    cut = replace(SANE, encoder=(*SANE.encoder[:2], early, *SANE.encoder[2:]))
    (cause,) = check_itself(cut, programs().get).causes
    assert cause.breaks == (Direction.SELF,)
    found = check_itself(cut, programs().get, frozenset({"OLD"}))
    assert found.causes == ()
    assert "peers without" in found.unread
    assert check_itself(
        cut, programs().get, frozenset({"NEW"})
    ).causes  # it announces no such feature: every peer is so


def test_a_condition_that_is_not_on_the_wire_may_be_another_one_for_the_reader() -> None:
    """An authority writes for its replica and the other way round.

    What both ask of themselves is not the same.
    """
    assert SANE.encoder is not None
    assert SANE.decoder is not None
    small, large = Item("dirty", Int(8), 1, Var("dirty")), Item("tree", Int(64), 1, Var("tree"))
    mine = Op("!", (Op("==", (Op("&", (Var("state"), Const(4))), Const(0))),))
    written = When(mine, (large,), (small,))
    read = When(mine, (replace(small, value=None),), (replace(large, value=None),))
    crossed = replace(
        SANE,
        encoder=(*SANE.encoder[:-1], written, SANE.encoder[-1]),
        decoder=(*SANE.decoder[:-1], read, SANE.decoder[-1]),
    )
    found = check_itself(crossed, programs().get)
    assert found.causes == ()
    assert found.unread
    sent = Item("state", Int(32), 1, Var("state"))
    assert crossed.encoder is not None
    assert crossed.decoder is not None
    told = replace(
        crossed,
        encoder=(crossed.encoder[0], sent, *crossed.encoder[1:]),
        decoder=(crossed.decoder[0], replace(sent, value=None), *crossed.decoder[1:]),
    )
    assert check_itself(told, programs().get).causes
