"""Which functions can matter at all, told from their text alone.

Those that touch a byte stream, and short ones.

A source goes in, and the same without the bodies of its functions comes out: they need not be parsed to be
found.
"""

from __future__ import annotations

import re

from compatlint.notations.languages.cpp.blanking import mask

_STREAM = re.compile(
    r"(?:en|de)code|denc|_START\b|append|\bcopy|advance|header\.|\bvisit\b|apply_visitor|bufferlist|buffer::|reset\(new"
)
_WORDS = (
    "code",
    "denc",
    "_START",
    "append",
    "copy",
    "advance",
    "header.",
    "visit",
    "bufferlist",
    "buffer::",
    "reset(new",
)
SHORT = 260
_LEAST = 60  # letters of a body: shorter ones are parsed as fast as left out
_OMITTED = "compatlint_omitted_"
_LEFT_OUT = re.compile(rb"\{compatlint_omitted_(\d+);")
_BRACE = re.compile(r"[{}]")
_UNCERTAIN = re.compile(r"""["'][^"'\n]*[{}]|/\*""")  # a brace that may be none
_HEAD = re.compile(r"(?:\)|\)[ \t\n]*(?:const|override|final|noexcept)[ \t]*)\s*$")


def skeleton(source: str) -> tuple[str, list[str]]:
    """Return a text without the bodies of functions, each replaced by its number, and the bodies.

    Few of them are looked at.

    Only where a body seems to begin, behind a parameter list; whoever parses the text sees whether it does.
    Lines stay where they are.
    """
    kept: list[str] = []
    bodies: list[str] = []
    if 'R"' in source:
        return source, bodies
    bare = mask(source) if _is_uncertain(source) else source
    done, at = 0, bare.find("{\n")
    while at >= 0:
        end = _end(bare, at) if _HEAD.search(bare, max(done, at - 60), at) else 0
        if end - at > _LEAST:
            body = source[at:end]
            kept += (source[done:at], f"{{{_OMITTED}{len(bodies)};", "\n" * body.count("\n"), "}")
            bodies.append(body)
            done = end
        at = bare.find("{\n", max(end, at + 1))
    kept.append(source[done:])
    return "".join(kept), bodies


def _is_uncertain(source: str) -> bool:
    """Tell whether a brace of a text may be part of a string or a comment."""
    if _UNCERTAIN.search(source):
        return True
    at = source.find("//")
    while at >= 0:
        end = source.find("\n", at)
        comment = source[at : end if end >= 0 else None]
        if "{" in comment or "}" in comment:
            return True
        at = source.find("//", at + len(comment))
    return False


def _end(source: str, at: int) -> int:
    """Return where the block that begins at a brace ends, 0 if it does not."""
    depth = 0
    for found in _BRACE.finditer(source, at):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.end()
    return 0


def left_out(source: bytes, at: int) -> int | None:
    """Return the number of the body that `skeleton` left out at a place, None if it left out none."""
    found = _LEFT_OUT.match(source, at)
    return int(found[1]) if found else None


def omitted(source: bytes) -> int:
    """Return how many bodies were left out of a text."""
    return source.count(_OMITTED.encode())


def touches_stream(source: str) -> bool:
    """Tell whether a function's text has anything to do with a stream of bytes."""
    # Plain searches first: they are ten times as fast, and for most functions they are enough.
    return any(word in source for word in _WORDS) and _STREAM.search(source) is not None
