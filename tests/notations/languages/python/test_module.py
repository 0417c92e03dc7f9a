"""A module's lines are those that the parser counts."""

from __future__ import annotations

import ast

import pytest

from tests.projects import project


@pytest.mark.parametrize("mark", ["\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_lines(mark: str) -> None:
    found = project({"a.py": f"X = '''{mark}'''\r\nY = 1\n"}).module("a.py")
    assert found is not None
    (assigned,) = [node for node in ast.walk(found.tree) if isinstance(node, ast.Assign) and node.lineno == 2]
    assert found.lines[assigned.lineno - 1] == "Y = 1"
