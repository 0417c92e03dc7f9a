"""The pair of meetings of two releases, and what the two ways of a link are called."""

from __future__ import annotations

import pytest

from compatlint.vocabulary import Direction, Link
from compatlint.wire.ir.meetings import Sides, both_ways, self_meeting
from compatlint.wire.ir.records import Entry, Record
from compatlint.wire.ir.span import Span


def record(name: str) -> Record:
    return Record("Thing", Span(name * 40, "thing.idl", 1, 2))


OLD, NEW = Sides(record("a"), record("b")), Sides(record("c"), record("d"))


@pytest.mark.parametrize(
    ("link", "back", "forth"),
    [
        (Link.DISK, (Direction.DOWNGRADE,), (Direction.UPGRADE, Direction.SKIP)),
        (Link.PEER, (Direction.MIXED,), (Direction.MIXED,)),
    ],
)
def test_each_reads_the_other_and_what_the_older_release_did_is_no_break(link, back, forth):
    older_reads, newer_reads = both_ways("toy", link, OLD, NEW, adapts=True, why=("down", "up"))
    assert (older_reads.writer, older_reads.reader, older_reads.was) == (NEW.writes, OLD.reads, OLD.writes)
    assert (newer_reads.writer, newer_reads.reader, newer_reads.was) == (OLD.writes, NEW.reads, OLD.reads)
    assert (older_reads.newer, newer_reads.newer) == ("writer", "reader")
    assert (older_reads.directions, newer_reads.directions) == (back, forth)
    assert (older_reads.adapts, newer_reads.adapts) == (True, False)
    assert (older_reads.why, newer_reads.why) == ("down", "up")
    assert {older_reads.link, newer_reads.link} == {link}


def test_a_side_that_is_missing_meets_nobody():
    assert [each.newer for each in both_ways("toy", Link.PEER, Sides(None, OLD.reads), NEW)] == ["writer"]
    assert [each.newer for each in both_ways("toy", Link.PEER, Sides(OLD.writes, None), NEW)] == ["reader"]
    assert both_ways("toy", Link.PEER, OLD, Sides(None, None)) == ()


def test_a_release_with_itself():
    met = self_meeting("toy", Link.DISK, NEW, "so")
    assert (met.writer, met.reader, met.was, met.why) == (NEW.writes, NEW.reads, None, "so")
    assert met.directions == (Direction.SELF,)


@pytest.mark.parametrize(("key", "label", "title"), [("1", "hp", "hp (1)"), ("hp", "", "hp")])
def test_people_read_the_label_of_a_number(key, label, title):
    assert Entry(key, Span("a" * 40, "thing.idl", 1, 1), label=label).title == title
