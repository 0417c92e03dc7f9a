"""Function bodies as plain values.

Statements and expressions are nested tuples, so that the standard `marshal` keeps them:

    expression  ("id", name) ("num", value) ("real", text) ("str", text) ("this",) ("mem", object, name)
                ("call", callee, (arguments...)) ("tid", name, (type texts...)) ("cast", type text, x)
                ("make", type text, (arguments...)) ("bin", op, l, r) ("un", op, x) ("asg", op, l, r) ("inc", op, x)
                ("idx", x, i) ("cond", test, yes, no) ("lam", ((type, name)...), (statements...)) ("list", (items...))
                ("sizeof", text) ("text", source)
    statement   ("x", line, expression) ("decl", line, type, name, initial or None, array size or None)
                ("if", line, test, then, else) ("for", line, initial, test, update, body)
                ("each", line, type, (names...), over, body)
                ("while", line, test, body) ("do", line, body, test) ("switch", line, on, ((labels, body)...))
                ("try", line, body, handlers) ("ret", line, value or None) ("blk", line, body)
                ("brk", line) ("cont", line) ("throw", line, text) ("?", line, text)

A label is an expression, or None for `default`. Bodies are tuples of statements.
"""

from __future__ import annotations

from typing import Any

Expression = tuple[Any, ...]
Statement = tuple[Any, ...]
Body = tuple[Statement, ...]
_STATEMENTS = frozenset(
    (
        "x",
        "decl",
        "if",
        "for",
        "each",
        "while",
        "do",
        "switch",
        "try",
        "ret",
        "blk",
        "brk",
        "cont",
        "throw",
        "?",
    )
)


def lower_down(node: tuple[Any, ...], lines: int) -> tuple[Any, ...]:
    """Return a body, or a part of one, as it is if it stands so many lines further down."""
    if not lines or (len(node) == 2 and isinstance(node[1], str)):
        return node
    inner: list[Any] = [lower_down(each, lines) if isinstance(each, tuple) else each for each in node]
    if len(inner) > 1 and isinstance(inner[1], int) and inner[0] in _STATEMENTS:
        inner[1] += lines
    return tuple(inner)
