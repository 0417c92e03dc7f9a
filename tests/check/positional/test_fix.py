"""Fixes know the names, the numbers and the lines of their case; where the source does not show them, nothing is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from compatlint.check.findings import Fix
from compatlint.check.positional.feasibility import Cause
from compatlint.check.positional.fix import fix_of
from compatlint.check.positional.meet import Run
from compatlint.vocabulary import Change, Direction, Guard, Outcome
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Close, Codec, Item, Open
from compatlint.wire.ir.terms import Const, Var
from compatlint.wire.ir.types import Int

UP = Direction.UPGRADE
SOURCE = {
    "old": [
        "void encode() {",
        "  BEGIN(3, 1, bl);",
        "  encode(a, bl);",
        "  encode(gone, bl);",
        "  END(bl);",
        "}",
    ],
    "new": [
        "void encode() {",
        "  BEGIN(3, 1, bl);",
        "  encode(a, bl);",
        "  encode(more, bl);",
        "  END(bl);",
        "}",
        "void decode() {",
        "  OPEN(3, bl);",
        "  decode(a, bl);",
        "\tdecode(more, bl);",
        "}",
    ],
}


def lines(span: Span) -> str:
    return "\n".join(SOURCE[span.commit][span.line - 1 : span.end_line])


def codec(commit: str, version: int = 3, oldest: int = 1, items: tuple[str, ...] = ("a",)) -> Codec:
    writes = tuple(Item(name, Int(32), 3 + index, Var(name)) for index, name in enumerate(items))
    reads = tuple(Item(name, Int(32), 9 + index) for index, name in enumerate(items))
    encoder = (Open(Const(version), Const(oldest), line=2), *writes, Close(line=5))
    decoder = (Open(known=Const(version), var="v", line=8), *reads, Close())
    spans = (Span(commit, "a.h", 1, 6), Span(commit, "a.h", 1, 6), Span(commit, "a.h", 7, 11))
    return Codec("A", "any", "disk", encoder, decoder, *spans)  # type: ignore[arg-type]  # a link


OLD, NEW = codec("old"), codec("new", items=("a", "more"))


def cause(change: Change, outcome: Outcome = Outcome.OVERREAD, **changes: object) -> Cause:
    made = Cause(outcome, change, "more", 4, "a.h", (UP,), {UP: Run((), [], item_line=10, item_path="a.h")})
    return replace(made, **changes)  # type: ignore[arg-type]  # any field


def fix(
    given: Cause, old: Codec = OLD, new: Codec = NEW, source: Callable[[Span], str] = lines
) -> Fix | None:
    return fix_of(source, old, new, given)


def test_an_item_that_was_appended_gets_a_version_and_a_gate() -> None:
    made = fix(cause(Change.APPENDED))
    assert made is not None
    assert made.text == (
        "Write `BEGIN(4, 1, bl)` (a.h:2), open it with `OPEN(4, bl)` (a.h:8), "
        "and read the item with `if (v >= 4) decode(more, bl);` (a.h:10)."
    )
    assert [(each.span.line, each.text) for each in made.edits] == [
        (2, "  BEGIN(4, 1, bl);\n"),
        (8, "  OPEN(4, bl);\n"),
        (10, "\tif (v >= 4) decode(more, bl);\n"),
    ]


def test_a_version_that_was_raised_is_the_one_to_look_at() -> None:
    made = fix(cause(Change.APPENDED, version_raised=True))
    assert made is not None
    assert made.text == "Read the item with `if (v >= 3) decode(more, bl);` (a.h:10)."


@pytest.mark.parametrize(
    "given",
    [
        cause(Change.APPENDED, outcome=Outcome.MISREAD),
        cause(Change.APPENDED, version_raised=True, guard=Guard.VERSION),
        cause(Change.RETYPED),
        cause(Change.NONE),
    ],
)
def test_other_causes_have_the_advice_of_their_rule(given: Cause) -> None:
    assert fix(given) is None


def test_what_is_not_plainly_there_is_not_said() -> None:
    assert fix(cause(Change.APPENDED), source=lambda span: "") is None
    assert fix(cause(Change.APPENDED), source=lambda span: "for (auto& x : y) decode(x, bl") is None
    computed = replace(NEW, encoder=(Open(Var("v"), line=2), Close()))
    assert fix(cause(Change.APPENDED), new=computed) is None
    named = replace(NEW, encoder=(Open(Const(3), line=3), Close()))
    assert fix(cause(Change.APPENDED), new=named) is None, "no number stands in that line"


def test_an_item_in_the_middle_is_moved_to_the_end() -> None:
    made = fix(cause(Change.INSERTED, outcome=Outcome.MISREAD))
    assert made is not None
    assert made.text == (
        "Move `encode(more, bl);` (a.h:4) after all other items, write `BEGIN(4, 1, bl)` (a.h:2), and read the "
        "item last, with `if (v >= 4) decode(more, bl);` instead of at a.h:10."
    )
    assert made.edits == (), "to move a line is left to a person"


def test_an_item_that_is_gone_keeps_its_place() -> None:
    old = codec("old", items=("a", "gone"))
    made = fix(cause(Change.REMOVED, outcome=Outcome.MISREAD, item="gone"), old=old)
    assert made is not None
    assert "where the older release has `encode(gone, bl);` (a.h:4 in it)" in made.text


def test_a_frame_admits_the_readers_that_can_skip_what_is_new() -> None:
    new = codec("new", version=3, oldest=3, items=("a", "more"))
    made = fix(cause(Change.COMPAT_RAISED, outcome=Outcome.REFUSED), new=new)
    assert made is not None
    assert made.text.startswith("Write `BEGIN(3, 1, bl)` (a.h:2): readers from version 1 on skip")
    other = codec("new", oldest=3, items=("more", "a"))
    assert fix(cause(Change.COMPAT_RAISED, outcome=Outcome.REFUSED), new=other) is None, "the layout changed"


def test_a_number_that_means_two_layouts() -> None:
    made = fix(cause(Change.RENUMBERED, outcome=Outcome.MISREAD))
    assert made is not None
    assert made.text == (
        "Version 3 already has a different layout in the other release: write `BEGIN(4, 1, bl)` (a.h:2), and read "
        "this layout from version 4 on."
    )
