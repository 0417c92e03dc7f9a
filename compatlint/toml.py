"""TOML that somebody else wrote: text in, a table out, within limits, and one kind of error.

`tomllib` alone takes any size, recurses over brackets, and keeps a namespace for each part of a dotted key, so
that a key of 40 kB costs 1.6 GB. Whoever reads TOML in compatlint reads it through here.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

SIZE: Final = 512 * 1024  # characters
DEPTH: Final = 32  # brackets within brackets
PARTS: Final = 16  # of a dotted key
DIGITS: Final = 1000  # of one number

# Strings and comments as one piece each, whether they end or not: no text is looked at twice.
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]++|\\.|"{1,2}+(?!"))*+"{0,5}+'
    r"|'''(?:[^']++|'{1,2}+(?!'))*+'{0,5}+"
    r'|"(?:[^"\\\n]++|\\.)*+"?+'
    r"|'[^'\n]*+'?+"
    r"|\#[^\n]*+"
    rf"|[0-9][0-9_]{{{DIGITS},}}+"
    r"|[\[\]{}.=,\n]",
    re.DOTALL,
)


class TomlError(ValueError):
    """A text is no TOML, or past a limit; the message is half a sentence that says why."""


def loads(text: str) -> dict[str, object]:
    """Return the table that `text` holds; raise TomlError if it holds none or is past a limit."""
    if len(text) > SIZE:
        raise TomlError(f"it is longer than {SIZE // 1024} kB")
    _demand_flat(text)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Only tomllib's own errors are sentences for the user; those of a number say how to program.
        told = isinstance(error, tomllib.TOMLDecodeError)
        raise TomlError(str(error) if told else "a number or a date in it cannot be read") from error


def _demand_flat(text: str) -> None:
    """Raise TomlError where brackets, the parts of a key or the digits of a number are too many."""
    depth = parts = 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == ".":
            parts += 1
            if parts >= PARTS:
                raise TomlError(f"a key has more than {PARTS} parts {_place(text, found.start())}")
        elif token in ("[", "{"):
            depth, parts = depth + 1, 0
            if depth > DEPTH:
                raise TomlError(f"more than {DEPTH} brackets are open {_place(text, found.start())}")
        elif token in ("]", "}"):
            depth, parts = max(depth - 1, 0), 0
        elif token in ("=", ",", "\n"):
            parts = 0
        elif token[0].isdigit():
            raise TomlError(f"a number has more than {DIGITS} digits {_place(text, found.start())}")


def _place(text: str, position: int) -> str:
    """Return where a position is, in the words of tomllib."""
    line = text.count("\n", 0, position) + 1
    return f"(at line {line}, column {position - text.rfind(chr(10), 0, position)})"
