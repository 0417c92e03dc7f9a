"""Two layouts side by side."""

from __future__ import annotations

from compatlint.report.side_by_side import render

OLD = (
    "item_t  (ceph, disk)\n\nwrites  a.h:3\n    0   a  u32  :4\n    4   b  u8  :5\n        end of frame  :6\n"
)
NEW = (
    "item_t  (ceph, disk)\n\nwrites  a.h:3\n    0   b  u8  :4\n    1   a  u32  :5\n        end of frame  :9\n"
)


def test_lines_that_moved_are_marked_and_their_places_are_not_compared() -> None:
    text = render(("v1", OLD), ("v2", NEW), width=60)
    assert "v1                             v2\n" in text
    assert "        end of frame                   end of frame\n" in text
    assert sum(" < " in line or line.endswith(" <") for line in text.splitlines()) == 1
    assert sum(" > " in line for line in text.splitlines()) == 1
    assert all(len(line) <= 60 for line in text.splitlines())


def test_equal_layouts_have_no_mark() -> None:
    assert not any(mark in render(("v1", OLD), ("v2", OLD), width=80) for mark in "<>|")
