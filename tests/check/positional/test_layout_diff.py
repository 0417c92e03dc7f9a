"""What changed between two layouts, told from the tokens alone."""

from __future__ import annotations

import pytest

from compatlint.check.positional import layout_diff
from compatlint.vocabulary import Change
from compatlint.wire.ir.terms import Const, Var
from compatlint.wire.ir.types import BYTES, U32, Int, Seq, Type
from compatlint.wire.symbolic.tokens import Token

WORD = Int(32)


def value(name: str, kind: Type = WORD, *, dead: bool = False) -> Token:
    return Token("value", name, kind, Const(0) if dead else Var(name), dead=dead)


def frame(*tokens: Token, version: int = 1) -> list[Token]:
    return [Token("open", version=Const(version), oldest=Const(1)), *tokens, Token("close")]


A, B, C, D = value("a"), value("b", BYTES), value("c", Int(64)), value("d", Int(16))


@pytest.mark.parametrize(
    ("old", "new", "change", "item"),
    [
        ([A, B, C], [A, B, C], Change.NONE, None),
        ([A, B], [A, B, D], Change.APPENDED, "d"),
        ([A, B], [D, A, B], Change.INSERTED, "d"),
        ([A, B], [A, D, B], Change.INSERTED, "d"),
        ([A, B, C], [A, C], Change.REMOVED, "b"),
        ([A, B, C], [B, C], Change.REMOVED, "a"),
        ([A, B, C], [A, B], Change.TRUNCATED, "c"),
        ([A, B, C], [A, value("b", Int(8)), C], Change.RETYPED, "b"),
        ([A, value("z"), B], [value("z"), A, B], Change.MOVED, None),
        ([A, B], frame(A, B), Change.FRAME_ADDED, "a"),
        (frame(A, B), [A, B], Change.FRAME_REMOVED, "a"),
        (frame(A, B), frame(A, B, D), Change.APPENDED, "d"),
        ([A, value("old"), B], [A, value("0", dead=True), B], Change.NONE, None),
        ([A, value("old"), B], [A, value("0", dead=True), B, D], Change.APPENDED, "d"),
        ([A, B, value("old")], [A, B, value("0", dead=True), D], Change.APPENDED, "d"),
        ([A, B, value("old"), C], [A, B, value("0", dead=True), D, C], Change.INSERTED, "d"),
        ([A, B, value("0", dead=True)], [A, B, value("new"), D], Change.APPENDED, "d"),
        ([A, B, C], [D, A, B, C, value("e", Int(8))], Change.INSERTED, "d"),
    ],
)
def test_a_change_has_a_name(old: list[Token], new: list[Token], change: Change, item: str | None) -> None:
    found = layout_diff.compare(old, new)
    assert found.change is change
    if item is not None:
        assert found.slot is not None
        assert found.slot.name == item


def test_loops_are_opened() -> None:
    old = [Token("loop", "xs", value=Var("n"), body=[A, B])]
    new = [Token("loop", "xs", value=Var("n"), body=[A, D, B])]
    found = layout_diff.compare(old, new)
    assert (found.change, found.slot.name if found.slot else None) == (Change.INSERTED, "d")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a", "a"), ("outer.a", "a"), ("outer.list[]", "list"), ("f#3.a", "a"), ("map[].second", "second")],
)
def test_a_name_is_the_last_part_of_its_path(path: str, name: str) -> None:
    assert layout_diff.bare(path) == name


def test_types_of_one_width_are_one() -> None:
    assert (
        layout_diff.compare([value("a", Seq(U32, Int(8)))], [value("a", Seq(U32, Int(8)))]).change
        is Change.NONE
    )
