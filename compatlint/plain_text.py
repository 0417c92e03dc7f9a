"""Text of a repository made fit for a terminal and for a log: nothing in it moves, colours, hides or commands."""

from __future__ import annotations

from typing import Final

LINE: Final = 2000  # characters of one message

# Characters that are printable to Python and still turn text around or hide it: bidirectional controls and
# the like.
_RANGES: Final = (range(0x200B, 0x2010), range(0x2028, 0x202F), range(0x2060, 0x2070))
_HIDDEN: Final = frozenset(
    map(chr, (0xAD, 0x61C, 0x180E, 0xFEFF, *(each for some in _RANGES for each in some)))
)


def clean(text: str, keep: str = "") -> str:
    """Return the text with every character that could move, colour or hide anything written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    safe = (
        each if each in keep or (each.isprintable() and each not in _HIDDEN) else _visible(each)
        for each in text
    )
    return "".join(safe)


def one_line(text: str) -> str:
    """Return the text as one line for a log: clean, of bounded length, and no command to a runner of jobs."""
    short = text if len(text) <= LINE else f"{text[: LINE - 40]} ... ({len(text)} characters)"
    return no_command(clean(short.replace("\r\n", " ").replace("\n", " ")))


def no_command(line: str) -> str:
    """Return a line that no runner of jobs obeys.

    GitHub's takes a line that begins with two colons for a command, and `##[` anywhere in a line.
    """
    bare = line.lstrip()
    return (f": {bare}" if bare.startswith("::") else line).replace("##[", "## [")


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
