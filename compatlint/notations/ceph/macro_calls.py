"""Function-like macros of the project, read through: their text with the arguments in place of the parameters."""

from __future__ import annotations

import re
from typing import Any

from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.languages.cpp.bodies import convert
from compatlint.notations.languages.cpp.file_facts import Body, Expression
from compatlint.wire.ir.steps import Step

MOST_DEEP = 14
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(")


def macro_call(
    name: str, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step] | None:
    """Return the steps of a call of a function-like macro that may touch a stream, None if it is none."""
    found = scope.types.corpus.macro(name)
    if found is None:
        return None
    listed, _, body = found.partition(")")
    parameters = [each.strip() for each in listed.split(",") if each.strip()]
    key = (f"{name}(", 0)
    if "#" in body or "..." in listed or len(parameters) != len(arguments) or key in scope.active:
        return [scope.not_understood(f"macro {name}", line)]
    if len(scope.active) > MOST_DEEP:
        return [scope.not_understood(f"macro {name}: nested too deeply", line)]
    given = dict(zip(parameters, arguments, strict=True))
    statements = _put(convert(f"{{{body};}}", line), given)
    before = scope.active
    scope.active = (*before, key)
    try:
        return list(scope.lower(statements))
    finally:
        scope.active = before


def _put(node: Any, given: dict[str, Expression]) -> Any:
    """Return a body with arguments in place of the names of parameters."""
    if isinstance(node, str):
        return re.sub(
            r"[A-Za-z_]\w*", lambda word: text(given[word[0]]) if word[0] in given else word[0], node
        )
    if not isinstance(node, tuple):
        return node
    if len(node) == 2 and node[0] == "id" and node[1] in given:
        return given[node[1]]
    if node and isinstance(node[0], str):
        return (node[0], *(_put(each, given) for each in node[1:]))
    return tuple(_put(each, given) for each in node)


def apart(words: str, line: int, scope: FunctionScope) -> Body | None:
    """Return the statements of a text that no grammar knows because macros end without a semicolon.

    None if it calls none that may touch a stream.
    """
    if not any(scope.types.corpus.macro(name) is not None for name in _CALL.findall(words)):
        return None
    ended: list[str] = []
    at = 0
    for found in _CALL.finditer(words):
        end = _closed(words, found.end())
        if found.start() >= at and end and scope.types.corpus.macro(found[1]) is not None:
            ended += (words[at:end], ";")
            at = end
    return convert(f"{{{''.join(ended)}{words[at:]};}}", line)


def _closed(words: str, at: int) -> int:
    """Return where the bracket closes that is open at a place, 0 if it does not."""
    depth = 1
    for index in range(at, len(words)):
        depth += (words[index] == "(") - (words[index] == ")")
        if not depth:
            return index + 1
    return 0
