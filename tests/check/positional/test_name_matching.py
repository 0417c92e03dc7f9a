"""Bytes that fit and mean something else: which names are of one item, and which are of two."""

from __future__ import annotations

from dataclasses import replace

from compatlint.check.positional.compare import compare_codec
from compatlint.check.positional.feasibility import Side
from compatlint.vocabulary import Direction, Outcome
from compatlint.wire.ir.steps import Close, Codec, Item, Let, Step, When
from compatlint.wire.ir.terms import Const, Op, Var
from compatlint.wire.ir.types import BYTES, U32, Int, Optional, Seq
from tests.wire.releases import Field, Layout, begin, codec, programs

A, QUEUED = Field("a", Int(64)), Field("queued", Int(32), 2)
STATE, SNAPS = Field("state", Int(32), 2), Field("snaps", Seq(U32, Int(64)), 3)
UP, DOWN = Direction.UPGRADE, Direction.DOWNGRADE


def broken(old: Layout | Codec, new: Layout | Codec) -> set[Direction]:
    found = compare_codec(
        *(Side(each if isinstance(each, Codec) else codec(each), programs().get) for each in (old, new))
    )
    assert found.unread == ""
    return {
        direction
        for cause in found.causes
        if cause.outcome is not Outcome.DROPPED
        for direction in cause.breaks
    }


STABLE = Layout((A, QUEUED), version=2)
ELSEWHERE = Layout((A, STATE, SNAPS, replace(QUEUED, since=4)), version=4)


def test_bytes_of_an_item_that_the_reader_knows_elsewhere_are_not_taken_for_another() -> None:
    """A backport used a version number that already meant another item, as wide."""
    assert broken(STABLE, ELSEWHERE) == {UP, DOWN}


def test_an_item_that_the_reader_has_under_another_name_only_was_renamed() -> None:
    renamed = replace(ELSEWHERE, fields=(A, replace(QUEUED, name="pending"), SNAPS), version=3)
    assert broken(STABLE, renamed) == set()


def reading(*steps: Step) -> Codec:
    """Return the release whose decoder reads version 2 by `steps` and newer ones as they are written."""
    new = codec(ELSEWHERE)
    later = tuple(Item(each.name, each.type, 1) for each in ELSEWHERE.fields[1:])
    late, early = (Op(">=", (Var("struct_v"), Const(number))) for number in (4, 2))
    steps = (When(late, later, (When(early, steps, ()),)),)
    return replace(new, decoder=(begin(known=Const(4)), Item("a", Int(64), 1), *steps, Close()))


def test_what_is_converted_into_the_item_is_no_other() -> None:
    assert broken(STABLE, reading(Item("state", Int(32), 1))) == {UP, DOWN}
    assert broken(STABLE, reading(Item("state", Int(32), 1), Let("queued", Var("state")))) == {DOWN}
    half = Op(">>", (Var("state"), Const(1)))
    assert broken(STABLE, reading(Item("state", Int(32), 1), Let("queued", half))) == {DOWN}
    assert broken(
        STABLE, reading(Item("tmp", Int(32), 1), Let("queued", Var("tmp")), Let("state", Const(0)))
    ) == {DOWN}


def test_what_is_written_for_old_readers_is_made_of_the_item() -> None:
    """The slot of `queued` goes on as `any`, which says whether anything is wrong.

    `queued` itself stands behind it.
    """
    fields = (A, Field("any", Int(32), 2), Field("queued", Int(32), 3), Field("state", Int(32), 3))
    made = codec(Layout(fields, version=3))
    either = Op("||", (Var("queued"), Var("state")))
    assert broken(STABLE, made) == {UP, DOWN}
    writes = tuple(
        replace(step, value=either) if isinstance(step, Item) and step.name == "any" else step
        for step in made.encoder or ()
    )
    assert broken(STABLE, replace(made, encoder=writes)) == set()


def test_the_byte_that_says_whether_a_value_follows_is_not_the_value() -> None:
    old = Layout((A, Field("policy", Optional(Int(8)))))
    present = Op("!", (Op("==", (Var("has_policy"), Const(0))),))
    writes, reads = (
        (
            begin(known=Const(1)),
            Item("a", Int(64), 1, Var("a")),
            Item("has_policy", Int(8), 1, Var("has_policy")),
            When(present, (Item("policy", Int(8), 1, value),), ()),
            Close(),
        )
        for value in (Var("policy"), None)
    )
    assert broken(old, replace(codec(old), encoder=writes, decoder=reads)) == set()


def test_a_name_spelled_otherwise_is_the_same_name() -> None:
    """`m_stray` or `straybl` is `stray`.

    It moved to the slot of what is gone, and something else took its own.
    """
    gone, stray = Field("replica", BYTES), Field("stray", BYTES)
    old = Layout((A, gone, stray))
    for name in ("straybl", "stray_bl", "m_stray", "stray_"):
        renamed = replace(stray, name=name)
        assert broken(old, Layout((A, gone, renamed))) == set()
        assert broken(old, Layout((A, renamed, Field("snap", BYTES)))) == {UP, DOWN}
    assert broken(old, Layout((A, Field("first_bl", BYTES), Field("second_bl", BYTES)))) == set()
    bare = Layout((A, Field("bl", BYTES), Field("one", BYTES)))
    assert broken(bare, Layout((A, Field("other", BYTES), Field("m_", BYTES)))) == set(), (
        "marks alone are no name"
    )


def test_members_of_two_structures_may_bear_one_name() -> None:
    """`other.queued` is not what the reader knows as `queued`."""
    old = Layout((A, Field("other.queued", Int(32), 2)), version=2)
    assert broken(old, ELSEWHERE) == {DOWN}


def test_a_member_of_the_item_that_was_is_no_other() -> None:
    """The owner was a text; now its id stands in the old place, and the whole of it behind all others."""
    old = Layout((A, Field("owner", BYTES), Field("linked", Int(8))), version=8)
    new = Layout((A, Field("owner.id", BYTES), Field("linked", Int(8)), Field("owner", BYTES, 9)), version=9)
    assert broken(old, new) == set()
    other = replace(new, fields=(A, Field("keeper.id", BYTES), *new.fields[2:]))
    assert broken(old, other) == {UP, DOWN}
