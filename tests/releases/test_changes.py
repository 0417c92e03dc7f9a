"""What became of each item between two layouts."""

from __future__ import annotations

import pytest

from compatlint.releases.changes import compare_layouts
from compatlint.releases.layout import Layout, LayoutItem


def layout(*items: str, version: int = 1, ordered: bool = True, reader: object = None) -> Layout:
    made = []
    for each in items:
        name, _, kind = each.partition(":")
        kind, _, guard = kind.partition("?")
        made.append(LayoutItem(name, kind or "u8", guard))
    return Layout((version, 1), tuple(made), ("a.h",), ordered, reader)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("a b", "a b", []),
        ("a b", "a b c", [("c", "appended")]),
        ("a b", "c a b", [("c", "inserted in front")]),
        ("a b", "a c b", [("c", "inserted")]),
        ("a b c", "a c", [("b", "removed")]),
        ("s a b", "a b s", [("s", "moved to the end")]),
        ("a b s", "s a b", [("s", "moved to the front")]),
        ("a b c d", "a c b d", [("b", "moved")]),
        ("a:u8 b", "a:u16 b", [("a", "retyped")]),
        ("a b", "a b:u8?x", [("b", "regated")]),
        ("a", "b", [("b", "added"), ("a", "removed")]),
    ],
)
def test_kinds(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    found = compare_layouts(layout(*old.split()), layout(*new.split()))
    assert [(each.item, each.kind) for each in found] in (
        changes,
        [(name.replace("b", "c"), kind) for name, kind in changes]
        if changes == [("b", "moved")]
        else changes,
    )


def test_by_name_the_place_says_nothing() -> None:
    old, new = layout("a", "b", ordered=False), layout("b", "c", "a", ordered=False)
    assert [(each.item, each.kind) for each in compare_layouts(old, new)] == [("c", "added")]


def test_a_version_or_a_decoder_counts_only_where_nothing_else_changed() -> None:
    assert [each.item for each in compare_layouts(layout("a"), layout("a", version=2))] == ["version"]
    assert [each.item for each in compare_layouts(layout("a"), layout("a", reader=1))] == ["decoder"]
    assert [each.item for each in compare_layouts(layout("a"), layout("a", "b", version=2, reader=1))] == [
        "b"
    ]
