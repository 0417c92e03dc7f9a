"""Two releases of a codec side by side, line against line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from compatlint.report.phrases import clean

_LINE = re.compile(r"  :\d+$")  # where it stands in the source: not what is compared
_OFFSET = re.compile(r"^ {0,4}\d+ ")
_RED, _GREEN, _DIM = "31", "32", "2"


def render(old: tuple[str, str], new: tuple[str, str], *, color: bool = False, width: int = 80) -> str:
    """Return two layouts as text, each with the name of its release, in two columns of the terminal's width.

    A line of one side alone is marked with `<` or `>`, one that differs with `|`.
    """
    half = max((width - 3) // 2, 20)
    left, right = ([line for line in text.split("\n") if line.strip()] for _, text in (old, new))
    lines = [f"{clean(old[0]):<{half}}   {clean(new[0])}"]
    for one, other, mark in _pairs(left, right):
        text = f"{_cut(one, half):<{half}} {mark} {_cut(other, half)}".rstrip()
        code = {" ": "", "<": _RED, ">": _GREEN, "|": _RED}[mark]
        lines.append(f"\x1b[{code}m{text}\x1b[0m" if color and code else text)
    return "".join(f"{line}\n" for line in lines)


def _pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield lines that belong together, with a mark."""
    matcher = SequenceMatcher(None, [*map(_meaning, left)], [*map(_meaning, right)], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        some, others = left[start:end], right[first:last]
        for place in range(max(len(some), len(others))):
            one = some[place] if place < len(some) else ""
            other = others[place] if place < len(others) else ""
            mark = _mark(one, other)
            yield one, other, " " if kind == "equal" else mark


def _mark(one: str, other: str) -> str:
    if one and other:
        return "|"
    return "<" if one else ">"


def _meaning(line: str) -> str:
    """Return a line without its place in the source and without its offset."""
    return _OFFSET.sub("", _LINE.sub("", line)).strip()


def _cut(line: str, room: int) -> str:
    line = clean(_LINE.sub("", line))
    return line if len(line) <= room else f"{line[: room - 3]}..."
