"""Lines of text for a terminal: a line is a list of (text, style) pieces.

Plain output joins the texts; only coloured output imports rich, so that a hook that finds nothing does not pay
for it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.vocabulary import Severity

Line = Sequence[tuple[str, str]]
STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}


def wrapped(pieces: Line, width: int, indent: int = 2) -> list[Line]:
    """Break a line at spaces; what does not fit continues below, `indent` columns in.

    The last piece is the one broken.
    """
    *leads, (text, style) = pieces
    used = sum(len(each) for each, _ in leads)
    broken = textwrap.wrap(
        text,
        max(width, used + 8),
        initial_indent=" " * used,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    first = broken[0][used:] if broken else ""
    return [[*leads, (first, style)], *([(each, style)] for each in broken[1:])]


def cut(text: str, room: int) -> str:
    """Return the text in at most `room` columns, with dots where something is missing at its end."""
    room = max(room, 8)
    return text if len(text) <= room else text[: room - 3] + "..."


def chunks(text: str, room: int) -> list[str]:
    """Return the whole text in pieces of at most `room` columns."""
    room = max(room, 8)
    return [text[start : start + room] for start in range(0, len(text), room)] or [""]


def joined(lines: Iterable[Line], *, color: bool) -> str:
    """Return the lines as one text; no line of it is a command to a runner of jobs."""
    lines = [_harmless(line) for line in lines]
    if color:
        return _coloured(lines)
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _harmless(line: Line) -> Line:
    pieces = [(text.replace("##[", "## ["), style) for text, style in line]
    whole = "".join(text for text, _ in pieces)
    return [(": ", ""), *pieces] if whole.lstrip().startswith("::") else pieces


def _coloured(lines: Iterable[Line]) -> str:
    import io

    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(
        file=out, force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False
    )
    for line in lines:
        console.print(Text.assemble(*((text, style) for text, style in line)), soft_wrap=True)
    return out.getvalue()
