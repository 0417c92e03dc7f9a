"""Expressions and texts of C++ by themselves: what they say without knowing any name."""

from __future__ import annotations

import functools
import re
from collections import Counter

from compatlint.notations.ceph.ctype import SCALARS
from compatlint.notations.languages.cpp.file_facts import Body, Expression
from compatlint.wire.ir.terms import Const, Term
from compatlint.wire.ir.types import Int, Type

POSIX = {
    "S_IFMT": 0o170000,
    "S_IFDIR": 0o040000,
    "S_IFREG": 0o100000,
    "S_IFLNK": 0o120000,
}  # <sys/stat.h> on Linux
_CAST = re.compile(r"^\(?\s*\(\s*(\w+)\s*\)\s*(.+?)\)?$")


def text(expression: Expression) -> str:
    """Return an expression as short text, the same for the same code."""
    kind = expression[0]
    if kind in ("id", "text", "real", "tid"):
        return str(expression[1])
    if kind == "num":
        return str(expression[1])
    if kind == "str":
        return f'"{expression[1]}"'
    if kind == "mem":
        return f"{text(expression[1])}.{expression[2]}"
    if kind == "call":
        return f"{text(expression[1])}({', '.join(text(each) for each in expression[2])})"
    if kind in ("cast", "un", "inc"):
        return text(expression[2]) if kind == "cast" else f"{expression[1]}{text(expression[2])}"
    if kind in ("bin", "asg"):
        return f"{text(expression[2])} {expression[1]} {text(expression[3])}"
    if kind == "idx":
        return f"{text(expression[1])}[{text(expression[2])}]"
    if kind == "make":
        return f"{expression[1]}{{{', '.join(text(each) for each in expression[2])}}}"
    return str(kind)


@functools.lru_cache(maxsize=4096)
def _uses(body: Body) -> Counter[str]:
    counts: Counter[str] = Counter()
    stack: list[object] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            if len(node) == 2 and node[0] == "id" and isinstance(node[1], str):
                counts[node[1]] += 1
            else:
                stack.extend(node)
    return counts


def count_uses(body: Body) -> Counter[str]:
    """Count how often each name is mentioned in a body."""
    return _uses(body)


def single_return(body: Body) -> Expression | None:
    """Return what a body returns if it does nothing else (assertions aside)."""
    kept = [
        statement for statement in body if not (statement[0] == "x" and "assert" in text(statement[2])[:20])
    ]
    return kept[0][2] if len(kept) == 1 and kept[0][0] == "ret" else None


def touches_stream(expression: Expression) -> bool:
    """Tell whether an expression is a call that encodes or decodes."""
    return (
        expression[0] == "call"
        and expression[1][0] == "id"
        and expression[1][1].split("::")[-1] in ("encode", "decode")
    )


def feature_name(name: str) -> str:
    """Return a feature's name without the prefixes of its spellings."""
    short = name.rsplit("::", 1)[-1].strip("() ")
    for prefix in ("CEPH_FEATUREMASK_", "CEPH_FEATURE_", "CEPH_FEATURES_"):
        short = short.removeprefix(prefix)
    return short


def define(text_: str) -> Term | None:
    """Return the number that a macro stands for, cast to its type where it says one: `((__u64)(-2))`."""
    found = _CAST.match(text_.strip())
    number = integer(found[2] if found and found[1] in SCALARS else text_)
    if number is None:
        return None
    return as_type(Const(number), SCALARS.get(found[1])) if found else Const(number)


def as_type(term: Term, kind: Type | None) -> Term:
    """Return a number as a builtin type holds it.

    Its low bits, in two's complement where the type is signed.
    """
    if not (isinstance(term, Const) and isinstance(term.value, int) and isinstance(kind, Int)):
        return term
    number = term.value & ((1 << kind.bits) - 1)
    return Const(number - (1 << kind.bits) if kind.signed and number >> (kind.bits - 1) else number)


def integer(text_: str) -> int | None:
    """Return a literal's number, a negative one's too; None for what is no integer."""
    bare = text_.strip("() ").rstrip("uUlL")
    try:
        return int(bare, 0)
    except ValueError:
        return None
