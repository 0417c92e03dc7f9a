"""What one C++ file declares, as plain values that can be cached.

Statements and expressions are nested tuples, so that the standard `marshal` keeps them:

    expression  ("id", name) ("num", value) ("real", text) ("str", text) ("this",) ("mem", object, name)
                ("call", callee, (arguments...)) ("tid", name, (type texts...)) ("cast", type text, x)
                ("make", type text, (arguments...)) ("bin", op, l, r) ("un", op, x) ("asg", op, l, r) ("inc", op, x)
                ("idx", x, i) ("cond", test, yes, no) ("lam", ((type, name)...), (statements...)) ("list", (items...))
                ("sizeof", text) ("text", source)
    statement   ("x", line, expression) ("decl", line, type, name, initial or None, array size or None)
                ("if", line, test, then, else) ("for", line, initial, test, update, body) ("each", line, type, (names...), over, body)
                ("while", line, test, body) ("do", line, body, test) ("switch", line, on, ((labels, body)...))
                ("try", line, body, handlers) ("ret", line, value or None) ("blk", line, body)
                ("brk", line) ("cont", line) ("throw", line, text) ("?", line, text)

A label is an expression, or None for `default`. Bodies are tuples of statements.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass, field
from typing import Any

Expression = tuple[Any, ...]
Statement = tuple[Any, ...]
Body = tuple[Statement, ...]

VERSION = "5"  # raise whenever the facts of an unchanged file would change


@dataclass(slots=True)
class ClassFacts:
    """One class, struct or union: `members` are name -> (type text, line, array size or None)."""

    name: str
    line: int
    end_line: int
    kind: str = "struct"
    bases: list[str] = field(default_factory=list)
    template: list[str] = field(default_factory=list)
    members: dict[str, tuple[str, int, Expression | None]] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Expression] = field(default_factory=dict)
    super_calls: dict[str, tuple[Expression, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class FunctionFacts:
    """One function with a body; `name` is qualified as far as the file shows, `owner` is its class or namespace scope."""

    name: str
    owner: str
    params: tuple[tuple[str, str], ...]
    body: Body
    line: int
    end_line: int
    returns: str = ""
    template: tuple[str, ...] = ()


@dataclass(slots=True)
class FileFacts:
    """One file. `types` are typedefs and aliases, `enums` map an enumeration to its underlying type text."""

    classes: list[ClassFacts] = field(default_factory=list)
    functions: list[FunctionFacts] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    enums: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Expression] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    macros: list[tuple[str, str, int]] = field(default_factory=list)
    defines: dict[str, str] = field(default_factory=dict)
    failed: str = ""


_CLASS = ("name", "line", "end_line", "kind", "bases", "template", "members", "methods", "constants", "super_calls")
_FUNCTION = ("name", "owner", "params", "body", "line", "end_line", "returns", "template")
_FILE = ("types", "enums", "constants", "variables", "macros", "defines", "failed")


def dump(facts: FileFacts) -> bytes:
    """Pack facts for the cache."""
    return marshal.dumps(
        (
            tuple(tuple(getattr(each, key) for key in _CLASS) for each in facts.classes),
            tuple(tuple(getattr(each, key) for key in _FUNCTION) for each in facts.functions),
            tuple(getattr(facts, key) for key in _FILE),
        )
    )


def load(packed: bytes) -> FileFacts | None:
    """Unpack facts; None if the bytes are not facts of this version."""
    try:
        classes, functions, rest = marshal.loads(packed)
        return FileFacts(
            [ClassFacts(*each) for each in classes], [FunctionFacts(*each) for each in functions], *rest
        )
    except (ValueError, TypeError, EOFError):
        return None
