"""Which functions can matter at all, told from their text alone: those that touch a byte stream, and short ones.

A source goes in, and the same with the bodies emptied that nobody would look at: they need not be parsed.
"""

from __future__ import annotations

import re

_STREAM = re.compile(
    r"(?:en|de)code|denc|_START\b|append|\bcopy|advance|header\.|\bvisit\b|apply_visitor|bufferlist|buffer::|reset\(new"
)
_WORDS = ("code", "denc", "_START", "append", "copy", "advance", "header.", "visit", "bufferlist", "buffer::", "reset(new")
SHORT = 260
OMITTED = "compatlint_omitted;"
_TYPE = re.compile(r"\s*(?:typedef|struct|class|union|enum|namespace|extern)\b")


def without_the_irrelevant(source: str) -> str:
    """Empty the bodies that `parse` would not keep, so that they are not parsed either: a third of a large project.

    Only where a body certainly begins and ends: a brace alone on its line behind the parameters, and the
    next one in the first column, with as many opened as closed in between. Lines stay where they are.
    """
    kept: list[str] = []
    done, at = 0, source.find("\n{\n")
    while at >= 0:
        end = source.find("\n}", at + 2)
        if end < 0:
            break
        low = max(done, at - 2000)
        head = source[max(low, source.rfind("\n\n", low, at), source.rfind("\n}", low, at)) : at]
        if end - at > SHORT and head.rstrip().endswith((")", "const", "override")) and not _TYPE.match(head):
            body = source[at + 2 : end + 1]
            if not (touches_stream(body) or touches_stream(head) or "operator" in head) and body.count("{") == body.count("}"):
                kept += (source[done : at + 2], OMITTED, "\n" * body.count("\n"))
                done = end + 1
        at = source.find("\n{\n", end)
    kept.append(source[done:])
    return "".join(kept)


def touches_stream(source: str) -> bool:
    """Tell whether a function's text has anything to do with a stream of bytes."""
    # Plain searches first: they are ten times as fast, and for most functions they are enough.
    return any(word in source for word in _WORDS) and _STREAM.search(source) is not None
