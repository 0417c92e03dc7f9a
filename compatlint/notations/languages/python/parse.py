"""The bytes of one file to a syntax tree, or the reason why there is none.

The home of the standard library's parser.

Python 2 shows as such in the reason: old releases hold files that today's grammar does not know.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings

MAX_BYTES = 2 << 20
_PYTHON_2 = re.compile(
    r"missing parentheses in call|multiple exception types|leading zeros in decimal|invalid decimal literal"
    r"|inconsistent use of tabs|lambda expression parameters|function parameters cannot be parenthesized",
    re.IGNORECASE,
)
# of others some take much more than a byte's time for each byte
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|(us-)?ascii|iso-8859-\d+|latin-?1|cp\d+|windows-\d+|koi8-[ru]|gb\w+|euc-\w+|big5"
)
_LINE_2 = re.compile(
    rb"^\s*(?:print\s+[^=(.]|exec\s+[^=(.]|raise\s+\w[\w.]*\s*,)|`|<>|\bur['\"]|\bexcept\s+[\w.()]+\s*,\s*\w+\s*:"
)


def parse(source: bytes) -> ast.Module | str:
    """Return the tree of a file's bytes, or the reason why it cannot be had."""
    if len(source) > MAX_BYTES:
        return f"file of {len(source)} bytes is over the limit of {MAX_BYTES}"
    text = _decoded(source)
    if text is None:
        return "not a text of Python: its bytes are none in its encoding"
    try:
        return _tree(text)
    except SyntaxError as error:
        return _old(text) or _reason(source, error)
    except (RecursionError, MemoryError):
        return "nested too deeply"
    except (ValueError, SystemError) as error:
        return f"not a text of Python: {error}"


def _decoded(source: bytes) -> str | None:
    """Return the text of a file in the encoding that it names, None if it is not one."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        return source.decode(encoding) if _ENCODINGS.fullmatch(encoding) else None
    except (SyntaxError, LookupError, ValueError):
        return None


def _tree(source: str, version: tuple[int, int] | None = None) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # a stray backslash in a string of the code under study is not ours to tell
        return ast.parse(source, feature_version=version)


def _old(source: str) -> ast.Module | None:
    """Parse as before 3.7, when `async` and `await` were names like any other."""
    if "async" not in source and "await" not in source:
        return None
    try:
        return _tree(source, (3, 6))
    except (SyntaxError, RecursionError, MemoryError, ValueError, SystemError):
        return None


def _reason(source: bytes, error: SyntaxError) -> str:
    number = error.lineno or 0
    lines = source.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else b""
    message = str(error.msg).split(". Did you")[0]
    if _PYTHON_2.search(message) or _LINE_2.search(line):
        return f"written in Python 2 (line {number})"
    return f"not valid Python: {message} (line {number})"
