"""The byte table: the row that goes wrong is in it, whatever goes wrong."""

from __future__ import annotations

import pytest

from compatlint.check.findings import Row
from compatlint.check.positional.evidence import AROUND, BEFORE, table
from compatlint.check.positional.meet import Run, meet
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Close, Codec, Item, Open, Program, Refuse, When
from compatlint.wire.ir.terms import Const, Op, Var
from compatlint.wire.ir.types import Int
from tests.wire.releases import HEADER

SPAN = Span("c", "a.h", 1, 99)


def item(name: str, bits: int, line: int) -> Item:
    return Item(name, Int(bits), line, Var(name))


def run(writes: Program, reads: Program) -> Run:
    """Return the one world of a writer and a reader."""
    writer, reader = (Codec("A", "ceph", "disk", each, each, SPAN, SPAN, SPAN) for each in (writes, reads))
    made = meet(writer, reader, {}.get, {}.get)
    assert not made.unread
    return made.runs[0]


def bad(rows: tuple[Row, ...]) -> list[tuple[int | None, str, str]]:
    return [(row.offset, row.wrote, row.read) for row in rows if row.bad]


HEAD, TAIL = Open(Const(3), Const(1), header=HEADER, line=2), Close(line=9)
A, B, C = item("a", 32, 3), item("b", 8, 4), item("c", 64, 5)


def test_past_the_end_of_a_frame() -> None:
    made = run((HEAD, A, TAIL, C), (HEAD, A, B, TAIL, C))
    assert made.outcome == "overread"
    assert bad(table(made)) == [(10, "(end of frame)", "b u8")]


def test_past_the_end_of_the_inner_frame_and_not_of_the_first_one() -> None:
    inner = Open(Const(1), Const(1), header=HEADER, line=20)
    made = run(
        (HEAD, A, inner, B, TAIL, inner, B, TAIL, TAIL), (HEAD, A, inner, B, TAIL, inner, B, C, TAIL, TAIL)
    )
    rows = table(made)
    assert bad(rows) == [(24, "(end of frame)", "c u64")]
    assert [row.wrote for row in rows][-1:] == ["(end of frame)"]


def test_past_the_end_of_a_message() -> None:
    made = run((A, B), (A, B, C))
    assert bad(table(made)) == [(5, "", "c u64")]


def test_what_nobody_reads() -> None:
    made = run((A, B, C), (A, B))
    assert made.outcome == "leftover"
    assert bad(table(made)) == [(5, "c u64", "(nothing reads this)")]


def test_sizes_that_differ() -> None:
    made = run((A, B, C), (A, item("b", 16, 4), C))
    assert bad(table(made)) == [(4, "b u8", "b u16")]


def test_what_an_older_reader_skips() -> None:
    made = run((HEAD, A, B, C, TAIL), (HEAD, A, TAIL))
    assert made.outcome is None
    assert bad(table(made)) == [(10, "b u8", "(skipped)"), (11, "c u64", "(skipped)")]


def test_a_frame_that_turns_its_reader_away() -> None:
    made = run(
        (Open(Const(5), Const(5), header=HEADER, line=2), A, TAIL),
        (Open(known=Const(4), header=HEADER, line=2), A, TAIL),
    )
    assert made.outcome == "refused"
    ((offset, wrote, read),) = bad(table(made))
    assert (offset, wrote) == (0, "(frame) version 5, oldest 5")
    assert read.startswith("gives up: ")


def test_a_value_that_its_reader_does_not_know() -> None:
    tag = Item("tag", Int(8), 3, Const(7))
    choice = When(Op("==", (Var("tag"), Const(7))), (Refuse("unknown tag", 8),), (B,))
    made = run((A, tag, C), (A, Item("tag", Int(8), 3), choice, C))
    assert bad(table(made)) == [(4, "tag u8 = 7", "gives up: unknown tag")]


@pytest.mark.parametrize("count", [1, 20])
def test_a_long_table_is_cut_around_the_bad_row(count: int) -> None:
    before = tuple(item(f"x{number}", 8, 100 + number) for number in range(count))
    after = tuple(item(f"y{number}", 8, 200 + number) for number in range(count))
    rows = table(run((*before, B, *after), (*before, item("b", 16, 4), *after)))
    assert len(bad(rows)) == 1
    assert len(rows) == min(count, BEFORE) + 1 + min(count, AROUND)
