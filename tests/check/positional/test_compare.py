"""Two releases of one structure: which directions break, what is to blame, and what is only lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from compatlint.check.positional.compare import Cause, compare_codec
from compatlint.check.positional.feasibility import Side
from compatlint.check.positional.meet import WORLDS, meet
from compatlint.vocabulary import Change, Direction, Outcome
from compatlint.wire.ir.steps import Close, Codec, Item, Refuse, When
from compatlint.wire.ir.terms import Const, Op, Var
from compatlint.wire.ir.types import BYTES, U32, Int, Seq, Struct, Tuple
from tests.wire.releases import SPAN, Field, Layout, begin, codec, programs

A, B, C = Field("a", Int(32)), Field("b", BYTES), Field("c", Seq(U32, Int(64)))
NEW = Field("new", Int(16))
BASE = Layout((A, B, C))
MESSAGE = Layout((A, B, C), framed=False, message=True)
BARE = Layout((A, B, C), framed=False)
UP, DOWN, MIXED, SKIP = Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP


def side(
    made: Layout | Codec, features: frozenset[str] | None = None, more: Mapping[str, Codec] | None = None
) -> Side:
    known = programs() | dict(more or {})
    return Side(made if isinstance(made, Codec) else codec(made), known.get, features)


def causes(old: Layout | Codec, new: Layout | Codec) -> list[Cause]:
    found = compare_codec(side(old), side(new))
    assert found.unread == ""
    return found.causes


def silent(old: Side, new: Side) -> bool:
    """Tell whether both releases were understood, and understand each other."""
    found = compare_codec(old, new)
    return found.unread == "" and found.causes == ()


def told(old: Layout | Codec, new: Layout | Codec) -> list[tuple[Outcome, Change, str, set[Direction]]]:
    return [(each.outcome, each.change, each.item, set(each.breaks)) for each in causes(old, new)]


LATE = replace(NEW, since=2)
CASES = {
    "the same": (BASE, BASE, []),
    "only a higher version": (BASE, replace(BASE, version=2), []),
    "a member renamed": (BASE, replace(BASE, fields=(A, Field("other", BYTES), C)), []),
    "a loop by hand": (BASE, replace(BASE, fields=(A, B, replace(C, apart=True))), []),
    "appended": (
        BASE,
        replace(BASE, fields=(A, B, C, LATE), version=2),
        [("dropped", "appended", "new", {DOWN})],
    ),
    "appended to a message": (
        MESSAGE,
        replace(MESSAGE, fields=(A, B, C, LATE), version=2),
        [("dropped", "appended", "new", {DOWN})],
    ),
    "appended without a gate": (
        BASE,
        replace(BASE, fields=(A, B, C, NEW), version=2),
        [("overread", "appended", "new", {UP})],
    ),
    "appended without a version": (
        BASE,
        replace(BASE, fields=(A, B, C, NEW)),
        [("overread", "appended", "new", {UP})],
    ),
    "appended to raw bytes": (
        BARE,
        replace(BARE, fields=(A, B, C, NEW)),
        [("overread", "appended", "new", {UP, DOWN})],
    ),
    "appended to a message, unversioned": (
        MESSAGE,
        replace(MESSAGE, fields=(A, B, C, NEW)),
        [("overread", "appended", "new", {UP, MIXED})],
    ),
    "inserted": (BASE, replace(BASE, fields=(NEW, A, B, C)), [("misread", "inserted", "new", {UP, DOWN})]),
    "inserted between": (
        BASE,
        replace(BASE, fields=(A, NEW, B, C)),
        [("misread", "inserted", "new", {UP, DOWN})],
    ),
    "inserted, gated": (
        BASE,
        replace(BASE, fields=(A, LATE, B, C), version=2),
        [("misread", "inserted", "new", {DOWN})],
    ),
    "inserted, compat raised": (
        BASE,
        replace(BASE, fields=(A, LATE, B, C), version=2, oldest=2),
        [("refused", "compat-raised", "new", {DOWN})],
    ),
    "removed": (BASE, replace(BASE, fields=(A, C)), [("misread", "removed", "b", {UP, DOWN})]),
    "the last one removed": (BASE, replace(BASE, fields=(A, B)), [("overread", "truncated", "c", {DOWN})]),
    "wider": (BASE, replace(BASE, fields=(Field("a", Int(64)), B, C)), [("misread", None, "a", {UP, DOWN})]),
    "exchanged with one as wide": (
        Layout((A, Field("z", Int(32)), B)),
        Layout((Field("z", Int(32)), A, B)),
        [("misread", "moved", None, {UP, DOWN})],
    ),
    "put into a frame": (BARE, replace(BARE, framed=True), [("misread", "frame-added", "a", {UP, DOWN})]),
    "taken out of its frame": (
        replace(BARE, framed=True),
        BARE,
        [("misread", "frame-removed", "a", {UP, DOWN})],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_what_breaks(
    old: Layout, new: Layout, expected: list[tuple[str, str | None, str | None, set[Direction]]]
) -> None:
    found = told(old, new)
    assert len(found) == len(expected)
    for (outcome, change, item, breaks), (want, kind, name, directions) in zip(found, expected, strict=True):
        assert breaks == directions
        assert outcome == want
        assert kind is None or change == kind
        assert name is None or item == name


@pytest.mark.parametrize(
    ("old", "new"), [pytest.param(old, new, id=name) for name, (old, new, _) in CASES.items()]
)
def test_directions_change_places_with_the_releases(old: Layout, new: Layout) -> None:
    """What an upgrade cannot read, a downgrade cannot read once old and new change places."""
    there = {
        direction
        for cause in causes(old, new)
        for direction in cause.breaks
        if cause.outcome != Outcome.DROPPED
    }
    back = {
        direction
        for cause in causes(new, old)
        for direction in cause.breaks
        if cause.outcome != Outcome.DROPPED
    }
    assert (UP in there, DOWN in there) == (DOWN in back, UP in back)


def test_the_run_shown_is_of_the_direction_that_breaks() -> None:
    (cause,) = causes(BASE, replace(BASE, fields=(A, B, C, NEW)))
    assert set(cause.runs) == {UP}
    assert cause.runs[UP].outcome == "overread"
    assert [pair.name for pair in cause.runs[UP].pairs] == ["a", "b", "c"]


# ---- versions that only a decoder remembers ------------------------------------------------------------------------


def gated(*fields: Field, version: int) -> Layout:
    return Layout(fields, version=version)


def test_a_branch_for_an_older_version_is_missed() -> None:
    old = gated(A, replace(B, since=2), version=3)
    new = gated(A, B, version=3)
    ((outcome, change, item, breaks),) = told(old, new)
    assert (outcome, change, breaks) == ("overread", "branch-dropped", {SKIP})
    assert item == "b"


def test_what_breaks_an_upgrade_breaks_older_bytes_too() -> None:
    two = replace(BASE, version=2)
    ((_, _, item, breaks),) = told(two, replace(two, fields=(A, B, C, NEW)))
    assert (item, breaks) == ("new", {UP, SKIP})


def test_a_branch_that_is_spelled_differently_is_not_missed() -> None:
    old, new = (
        codec(gated(A, replace(B, since=2), version=3)),
        codec(gated(A, replace(B, since=2), version=3)),
    )
    late = Op("!", (Op(">=", (Var("struct_v"), Const(2))),))
    reads = (begin(known=Const(3)), Item("a", Int(32), 1), When(late, (), (Item("b", BYTES, 1),)), Close())
    assert told(old, replace(new, decoder=reads)) == []


def test_a_branch_more_is_no_break() -> None:
    assert told(gated(A, B, version=3), gated(A, replace(B, since=2), version=3)) == []


def test_a_refused_old_version_is_missed() -> None:
    old = codec(gated(A, B, version=3))
    early = Op("!", (Op(">=", (Var("struct_v"), Const(3))),))
    assert old.decoder is not None
    new = replace(old, decoder=(old.decoder[0], When(early, (Refuse("too old"),), ()), *old.decoder[1:]))
    ((outcome, _, _, breaks),) = told(old, new)
    assert (outcome, breaks) == ("refused", {SKIP})


# ---- features ------------------------------------------------------------------------------------------------------

GATED = Layout((A, replace(NEW, since=3), B), version=3, oldest=3, feature="NEW")


def test_a_feature_that_the_older_release_does_not_know_is_off_between_daemons() -> None:
    old, new = Layout((A, B), version=2), GATED
    before = side(replace(codec(old), link="peer"), frozenset({"OLD"}))
    after = side(replace(codec(new), link="peer"), frozenset({"OLD", "NEW"}))
    assert [each for each in compare_codec(before, after).causes if each.outcome != Outcome.DROPPED] == []


def test_a_feature_that_both_know_may_be_on() -> None:
    old, new = Layout((A, B), version=2), GATED
    known = frozenset({"OLD", "NEW"})
    found = compare_codec(
        side(replace(codec(old), link="peer"), known), side(replace(codec(new), link="peer"), known)
    )
    assert [(each.outcome, set(each.breaks)) for each in found.causes] == [("refused", {DOWN, MIXED})]


def test_on_disk_a_feature_was_on_when_it_was_written() -> None:
    found = compare_codec(
        side(Layout((A, B), version=2), frozenset({"OLD"})), side(GATED, frozenset({"OLD", "NEW"}))
    )
    assert [(each.outcome, set(each.breaks)) for each in found.causes] == [("refused", {DOWN})]


@pytest.mark.parametrize("knows", [True, False])
def test_daemons_that_run_at_once_agree_on_what_both_know(knows: bool) -> None:
    """The bytes at rest are refused either way.

    A message about them is only if the older release announces the feature, too.
    """
    old = side(Layout((A, B), version=2), frozenset({"OLD", "NEW"} if knows else {"OLD"}))
    new = side(GATED, frozenset({"OLD", "NEW"}))
    (cause,) = compare_codec(old, new).causes
    assert (cause.breaks, cause.at_once) == ((DOWN,), knows)
    exchanged, shared = (
        replace(new, codec=replace(new.codec, **{word: True})) for word in ("exchanged", "shared")
    )
    assert compare_codec(old, exchanged).causes[0].breaks == ((DOWN, MIXED) if knows else (DOWN,))
    assert compare_codec(old, shared).causes[0].breaks == (DOWN, MIXED), "who opens it later was not asked"


# ---- structures within ---------------------------------------------------------------------------------------------


def test_a_structure_within_is_a_meeting_of_its_own() -> None:
    """What changed inside is reported there, once, and not again by everyone that holds it."""
    holder = codec(Layout((A, Field("in", Struct("Inner")), B)))
    changed = codec(Layout((Field("x", Int(32)), Field("w", Int(64)), Field("y", BYTES)), version=2), "Inner")
    assert silent(side(holder), side(holder, more={"Inner": changed}))
    inside = compare_codec(side(programs()["Inner"]), side(changed)).causes
    assert [(each.change, each.item) for each in inside] == [("inserted", "w")]


def test_another_structure_in_its_place_is_taken_apart() -> None:
    old = codec(Layout((A, Field("in", Struct("Inner")), B)))
    other = codec(Layout((Field("x", Int(32)), Field("y", BYTES)), version=2), "Renamed")
    new = codec(Layout((A, Field("in", Struct("Renamed")), B)))
    assert silent(side(old), side(new, more={"Renamed": other}))
    bare = codec(Layout((A, Field("in", Struct("Bare")), B)))
    ((_, _, _, breaks),) = told(old, bare)
    assert breaks == {UP, DOWN}


def test_one_that_was_taken_apart_for_another_is_still_read_whole() -> None:
    renamed = codec(Layout((Field("x", Int(32)), Field("y", BYTES)), version=2), "Renamed")
    old = codec(Layout((Field("p", Struct("Inner")), Field("q", Struct("Inner")))))
    new = codec(Layout((Field("p", Struct("Renamed")), Field("q", Struct("Inner")))))
    assert silent(side(old), side(new, more={"Renamed": renamed}))


def test_elements_that_are_longer_than_they_are_taken_for() -> None:
    """The frame's length would hide what is left of them."""
    old, new = (
        Layout((A, Field("c", Seq(U32, Tuple((Int(64), Int(16))))))),
        Layout((A, Field("c", Seq(U32, Int(64))))),
    )
    ((_, _, _, breaks),) = told(old, new)
    assert breaks == {UP, DOWN}


# ---- what cannot be told -------------------------------------------------------------------------------------------


def test_a_release_that_does_not_fit_itself_accuses_nobody_of_a_change() -> None:
    sane = codec(BASE)
    odd = replace(sane, decoder=codec(Layout((Field("a", Int(64)), B, C))).decoder)
    assert "old release" in compare_codec(side(odd), side(sane)).unread
    found = compare_codec(side(sane), side(odd))
    assert [each.breaks[-1] for each in found.causes] == [Direction.SELF]


def test_without_a_decoder_nothing_is_said() -> None:
    sane = codec(BASE)
    assert compare_codec(side(sane), side(replace(sane, decoder=None))).unread == "no decoder"
    assert compare_codec(side(replace(sane, encoder=None)), side(sane)).unread == "no encoder"


def test_many_conditions_stay_a_few_worlds() -> None:
    flags = tuple(Field(f"f{index}", Int(8)) for index in range(12))
    items = tuple(Field(f"i{index}", Int(32), flag=f"f{index}") for index in range(12))
    old, new = codec(Layout((*flags, *items))), codec(Layout((*flags, *items, NEW)))
    assert len(meet(old, new, programs().get, programs().get).runs) <= WORLDS
    found = compare_codec(side(old), side(new))
    assert found.unread or [(each.item, each.breaks) for each in found.causes] == [("new", (UP,))]


def test_a_span_of_the_newer_release_is_blamed() -> None:
    made = codec(replace(BASE, fields=(NEW, A, B, C)))
    (cause,) = causes(BASE, replace(made, span=replace(SPAN, path="src/newer.h")))
    assert cause.path == "src/newer.h"
