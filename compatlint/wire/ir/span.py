"""Where a thing stands in the code under study."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Lines `line` to `end_line` (1-based, inclusive) of `path` (repository-relative, `/`) at `commit`."""

    commit: str
    path: str
    line: int
    end_line: int
