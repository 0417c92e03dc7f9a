"""The text of a function's body to its statements, when somebody asks for them.

Most bodies are never looked at.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from compatlint.notations.languages.cpp import body_syntax
from compatlint.notations.languages.cpp.body_values import Body, lower_down

if TYPE_CHECKING:
    from tree_sitter import Parser


MOST_UNKNOWN = 4000  # letters of a body that is no function's for the grammar


@functools.cache
def parser() -> Parser:
    """Return the parser of C++."""
    import tree_sitter
    import tree_sitter_cpp

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_cpp.language()))


@functools.lru_cache(maxsize=4096)
def convert(source: str, line: int) -> Body:
    """Return the statements of a body, from its opening brace on `line` to its closing one."""
    return lower_down(_convert(source), line - 1)


@functools.lru_cache(maxsize=4096)
def _convert(source: str) -> Body:
    """Return the statements of a body that begins on the first line.

    Most have the same text in both releases.
    """
    tree = parser().parse(("void f()" + source).encode())
    function = next(
        (child for child in tree.root_node.named_children if child.type == "function_definition"), None
    )
    if function is not None:
        return body_syntax.block(function.child_by_field_name("body"))
    inner = source.strip().removeprefix("{").removesuffix("}").strip()  # macros that no grammar knows
    return (("?", 1, inner[:MOST_UNKNOWN]),) if inner else ()
