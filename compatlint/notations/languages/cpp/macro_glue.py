"""Macros that C++ grammars do not know: glue at file level set aside, frames and DENC made functions.

Lines stay where they are.
"""

from __future__ import annotations

import re

_GLUE = re.compile(
    r"\n[ \t]*((?:WRITE|DENC|MEMPOOL|BOOST|DEFINE|FMT|OPTION|CEPH_DEFINE|GENERATE)_?\w*)[ \t]*"
    r"\(([^(){};]*)\)[ \t]*;?[ \t]*(?://[^\n]*)?(?=\n|$)"
)
_DENC = re.compile(r"^([ \t]*)DENC(_HELPERS)?\b[ \t]*(?:\(([^(),]*),([^(),]*),([^(),]*)\))?", re.M)
_NOISE = re.compile(  # each begins with a letter, for which the search is fast
    r"(?:__attribute__[ \t]*\(\(\w+(?:\([^()]*\))?\)\)|CEPH_PACKED|__CEPH_FEATURE_\w+|BOOST_FORCEINLINE|ceph_nonstring)"
)


_FRAME = re.compile(r"\n([ \t]*(?:EN|DE)CODE_(?:START|FINISH)\w*[ \t]*\([^;{}\n]*\))(?=[ \t]*(?:\n|//|/\*))")


def expand(source: str) -> tuple[str, list[tuple[str, str, int]]]:
    """Blank file-level macro calls, end those of frames, turn `DENC(T, v, p)` into a function.

    Return the text and the calls.

    A call is (macro, arguments, line). `DENC` stands for bound_encode, encode and decode at once, and becomes
    `void DENC(T& v, P& p)`.
    """
    calls: list[tuple[str, str, int]] = []
    line, counted = 0, 0

    def glue(found: re.Match[str]) -> str:
        nonlocal line, counted
        if found[1].startswith("DENC") and found[1] != "DENC_HELPERS":
            return found[0]
        line, counted = line + source.count("\n", counted, found.start(1)), found.start(1)
        calls.append((found[1], " ".join(found[2].split()), line))
        return "\n" * found[0].count("\n")

    def denc(found: re.Match[str]) -> str:
        if found[2] or not found[3]:
            return found[1]
        newlines = "\n" * found[0].count("\n")
        return f"{found[1]}void DENC({found[3].strip()}& {found[4].strip()}, DENC_P& {found[5].strip()}){newlines}"

    source = f"\n{source}"
    text = _GLUE.sub(glue, source)[1:]
    if "CODE_" in text:
        text = _FRAME.sub(
            r"\n\1;", text
        )  # a macro is called like a function, and a compiler misses no semicolon behind it
    if "DENC" in text:
        text = _DENC.sub(denc, text)
    if "__attribute__" in text or "PACKED" in text:
        text = _NOISE.sub("", text)
    return text, calls
