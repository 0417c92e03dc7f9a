"""Meetings on a keyed wire: what a reader makes of a writer's record, and which change is behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.check.keyed.meet import VERSION, by_key, outside
from compatlint.vocabulary import Change, Direction, Link, Outcome
from compatlint.wire.ir.records import Domain, Entry, Meeting, Record
from compatlint.wire.ir.span import Span

HERE = Span("c" * 40, "thing.py", 3, 3)


def entry(key: str, **more: object) -> Entry:
    return Entry(key, HERE, **more)  # type: ignore[arg-type]


def record(*entries: Entry | str, **more: object) -> Record:
    made = tuple(each if isinstance(each, Entry) else entry(each) for each in entries)
    return Record("Thing", HERE, made, **more)  # type: ignore[arg-type]


def meeting(writer: Record | None, reader: Record | None, **more: object) -> Meeting:
    kept = {"newer": "writer", "directions": (Direction.MIXED,)} | more
    return Meeting("versioned_objects", Link.PEER, writer=writer, reader=reader, **kept)  # type: ignore[arg-type]


def seen(met: Meeting) -> list[tuple[str, str]]:
    return [(str(each.outcome), each.item) for each in by_key(met)]


@pytest.mark.parametrize(
    ("writer", "reader", "adapts", "found"),
    [
        (record(version=(1, 2)), record(version=(1, 2)), False, []),
        (record(version=(1, 1)), record(version=(1, 2)), False, []),
        (record(version=(1, 3)), record(version=(1, 2)), False, [("refused", VERSION)]),
        (record(version=(1, 3)), record(version=(1, 2)), True, []),
        (record(version=(1, 3), oldest=(1, 3)), record(version=(1, 2)), True, [("refused", VERSION)]),
        (record(version=(2, 0)), record(version=(1, 9)), True, [("refused", VERSION)]),
        (record(version=(2, 0), oldest=(1, 5)), record(version=(1, 9)), True, []),
        (record(version=(1, 9)), record(version=(2, 0)), False, [("refused", VERSION)]),
        (record(version=(1, 0)), record(version=(1, 2), oldest=(1, 1)), False, [("refused", VERSION)]),
        (record(version=(1, 10)), record(version=(1, 9)), False, [("refused", VERSION)]),
        (record(), record(version=(1, 9)), False, []),
        (None, record(entry("a", required=True), "b"), False, [("absent", "a")]),
        (record("a"), None, False, [("refused", "")]),
        (None, None, False, []),
    ],
)
def test_versions_and_missing_sides(writer, reader, adapts, found):
    assert seen(meeting(writer, reader, adapts=adapts)) == found


@pytest.mark.parametrize(
    ("writer", "reader", "found"),
    [
        (record("a"), record("a"), []),
        (record("a"), record("a", "b"), []),
        (record("a"), record("a", entry("b", required=True)), [("absent", "b")]),
        (record("old"), record(entry("new", required=True, aliases=("old",))), []),
        (record("a", "b"), record("a"), [("dropped", "b")]),
        (record("a", "b"), record("a", extra="kept"), []),
        (record("a", "b"), record("a", extra="rejected"), [("rejected", "b")]),
        (record(entry("a", type="String")), record(entry("a", type="Integer")), [("rejected", "a")]),
        (record(entry("a", type="String")), record(entry("a")), []),
        (record(entry("a", nullable=True)), record(entry("a", nullable=False)), [("rejected", "a")]),
        (record(entry("a", nullable=False)), record(entry("a", nullable=True)), []),
    ],
)
def test_items(writer, reader, found):
    assert seen(meeting(writer, reader)) == found


@pytest.mark.parametrize(
    ("writer", "reader", "well"),
    [
        (Domain(frozenset("ab")), Domain(frozenset("abc")), True),
        (Domain(frozenset("abc")), Domain(frozenset("ab")), False),
        (Domain(), Domain(frozenset("ab")), False),
        (Domain(frozenset("ab")), Domain(), True),
        (Domain(frozenset("ab"), choice=True), Domain(frozenset("bc"), choice=True), True),
        (Domain(frozenset("ab"), choice=True), Domain(frozenset("cd"), choice=True), False),
        (Domain(least=1), Domain(least=0), True),
        (Domain(least=0), Domain(least=1), False),
        (Domain(), Domain(most=5), False),
        (Domain(most=5), Domain(most=5), True),
        (Domain(most=6), Domain(most=5), False),
        (Domain(length=64), Domain(length=255), True),
        (Domain(length=255), Domain(length=64), False),
    ],
)
def test_a_reader_takes_every_value_that_may_be_sent(writer, reader, well):
    assert (outside(writer, reader) == ("", "")) is well


def test_what_an_adapting_writer_leaves_out_and_refuses_to_send():
    values, fewer = Domain(frozenset("ab")), Domain(frozenset("a"))
    writer = record(entry("new", since=(1, 3)), entry("mode", domain=values, guarded=(1, 3)), version=(1, 3))
    reader = record(entry("mode", domain=fewer), version=(1, 2), extra="rejected")
    assert seen(meeting(writer, reader, adapts=True)) == []
    unguarded = replace(writer, entries=(entry("new"), entry("mode", domain=values)))
    assert seen(meeting(unguarded, reader, adapts=True)) == [("rejected", "new"), ("rejected", "mode")]
    later = replace(reader, version=(1, 3))
    assert seen(meeting(writer, later, adapts=True)) == [("rejected", "new"), ("rejected", "mode")], (
        "it knows the version"
    )


def test_what_was_wrong_before_is_no_change():
    writer, reader = record("a", "b"), record("a", extra="rejected")
    assert seen(meeting(writer, reader, was=record("a"))) == [("rejected", "b")]
    assert seen(meeting(writer, reader, was=record("b"))) == []


CHANGES = [
    (record("a"), record("a", "b"), "writer", record("a", extra="rejected"), Change.KEY_ADDED),
    (
        record("a", entry("b", required=True)),
        record("a"),
        "writer",
        record("a", entry("b", required=True)),
        Change.KEY_REMOVED,
    ),
    (
        record("a", version=(1, 0)),
        record("a", version=(1, 1)),
        "writer",
        record("a", version=(1, 0)),
        Change.VERSION_RAISED,
    ),
    (
        record("a", version=(1, 0)),
        record("a", version=(2, 0)),
        "writer",
        record("a", version=(1, 0)),
        Change.MAJOR_RAISED,
    ),
    (
        record("a", version=(1, 2)),
        record("a", version=(1, 1)),
        "reader",
        record("a", version=(1, 2)),
        Change.VERSION_LOWERED,
    ),
    (
        record(entry("a", type="x")),
        record(entry("a", type="y")),
        "writer",
        record(entry("a", type="x")),
        Change.RETYPED,
    ),
    (record("a"), record(entry("a", nullable=False)), "reader", record("a"), Change.NULLABLE_DROPPED),
    (record("a"), record("a", entry("b", required=True)), "reader", record("a"), Change.KEY_ADDED),
    (record("b"), record(entry("b", required=True)), "reader", record("a"), Change.MADE_REQUIRED),
    (
        record(entry("a", aliases=("o",))),
        record("a", extra="rejected"),
        "reader",
        record("o"),
        Change.ALIAS_DROPPED,
    ),
]


@pytest.mark.parametrize(("was", "new", "side", "other", "change"), CHANGES)
def test_the_change_behind_a_clash(was, new, side, other, change):
    writer, reader = (new, other) if side == "writer" else (other, new)
    (cause,) = causes_of([meeting(writer, reader, newer=side, was=was)])
    assert cause.change is change


@pytest.mark.parametrize(
    ("was", "new", "side", "change"),
    [("ab", "abc", "writer", Change.WIDENED), ("abc", "ab", "reader", Change.NARROWED)],
)
def test_values_that_came_and_went(was, new, side, change):
    older, newer = (record(entry("a", domain=Domain(frozenset(each)))) for each in (was, new))
    writer, reader = (newer, older) if side == "writer" else (older, newer)
    (cause,) = causes_of([meeting(writer, reader, newer=side, was=older)])
    assert (cause.outcome, cause.item, cause.change) == (Outcome.REJECTED, "a", change)


def test_a_forgotten_pop_is_told_from_an_item_that_is_merely_new():
    was, new = record("a", version=(1, 0)), record("a", "b", version=(1, 1))
    (cause,) = causes_of([meeting(new, was, was=was, adapts=True)])
    assert (cause.outcome, cause.change) == (Outcome.DROPPED, Change.NOT_POPPED)


def test_one_cause_has_every_direction_and_every_pair_that_meets():
    reader, writer = record(version=(1, 0)), record(version=(1, 1))
    met = [
        meeting(writer, reader, was=reader, directions=(Direction.MIXED,), parties=("control", "agents")),
        meeting(writer, reader, was=reader, directions=(Direction.MIXED,), parties=("agents", "agents")),
        meeting(writer, reader, was=reader, directions=(Direction.DOWNGRADE, Direction.SKIP)),
        meeting(writer, reader, was=reader, directions=()),
    ]
    (cause,) = causes_of(met)
    assert cause.breaks == (Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)
    assert len(cause.shown) == 4


def test_what_a_front_end_says_of_the_change_holds():
    (cause,) = causes_of([meeting(record(version=(1, 1)), record(version=(1, 0)), change=Change.HISTORY_CUT)])
    assert cause.change is Change.HISTORY_CUT
