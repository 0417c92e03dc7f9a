"""C++ source text made parseable without building it: conditional compilation settled, macro glue set aside.

Every function keeps the number of lines, so that a line of the result is the line of the source.
The choice of branch is the one of an ordinary little-endian Linux build with every option on.
"""

from __future__ import annotations

import re

OFF = frozenset(
    {
        "__APPLE__",
        "__FreeBSD__",
        "_WIN32",
        "WIN32",
        "DARWIN",
        "__CYGWIN__",
        "__KERNEL__",
        "ENCODE_DUMP",
        "ENCODE_DUMP_PATH",
        "WITH_SEASTAR",
        "CEPH_BIG_ENDIAN",
        "__BIG_ENDIAN__",
        "WORDS_BIGENDIAN",
        "_AIX",
        "__sun",
        "__sun__",
        "__MINGW32__",
        "WITH_CRIMSON",
    }
)
_DIRECTIVE = re.compile(r"\n[ \t]*#[ \t]*(\w+)([^\n]*)")  # begins with a letter, for which the search is fast
_WORD = re.compile(r"defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|(\w+)")
_LINE_COMMENT = re.compile(r"//.*$|/\*.*?\*/")


def _truth(expression: str) -> bool:
    """Guess a preprocessor condition: numbers are themselves, names are on unless listed in OFF."""
    text = _LINE_COMMENT.sub("", expression).strip()
    if text in ("0", "1"):
        return text == "1"
    if re.fullmatch(r"\d+", text):
        return True
    total: bool | None = None
    for disjunct in text.split("||"):
        value = all(_literal(part) for part in disjunct.split("&&"))
        total = value if total is None else total or value
    return bool(total)


def _literal(part: str) -> bool:
    """Guess one operand of a preprocessor condition."""
    bare = part.strip().lstrip("(").strip()
    negated = bare.startswith("!")
    found = _WORD.search(bare)
    if not found:
        return not negated
    name = found[1] or found[2] or found[3]
    if "__BYTE_ORDER" in bare:
        return "BIG" not in bare
    on = name not in OFF and name != "0"
    return on != negated


def settle(source: str) -> tuple[str, dict[str, str]]:
    """Return the text with one branch of every `#if` and no directives, and the object-like macros."""
    if "#" not in source:
        return source, {}
    out: list[str] = []
    defines: dict[str, str] = {}
    stack: list[list[bool]] = []  # [this branch is live, some branch was taken, enclosing is live]
    source, at = f"\n{source}", 0
    while found := _DIRECTIVE.search(source, at):
        live = not stack or stack[-1][0]
        start = found.start()
        out.append(source[at:start] if live else "\n" * source.count("\n", at, start))
        body, at = _logical_line(source, start, found.end(), found[2])
        _directive(found[1], body, stack, live, defines)
        out.append("\n" * source.count("\n", start, at))
    out.append(source[at:] if not stack or stack[-1][0] else "\n" * source.count("\n", at))
    return "".join(out)[1:], defines


def _logical_line(source: str, start: int, end: int, rest: str) -> tuple[str, int]:
    """Join a directive with its continuation lines; return the text and where it ends."""
    while source[start:end].rstrip().endswith("\\") and end < len(source):
        start, end = end + 1, source.find("\n", end + 1)
        end = end if end >= 0 else len(source)
        rest = rest.rstrip().rstrip("\\") + " " + source[start:end]
    return rest, end


def _directive(kind: str, body: str, stack: list[list[bool]], live: bool, defines: dict[str, str]) -> None:
    """Apply one directive to the stack of conditions or to the macros."""
    if kind in ("if", "ifdef", "ifndef"):
        name = _LINE_COMMENT.sub("", body).strip()
        if kind == "if":
            value = _truth(body)
        elif kind == "ifdef":
            value = name not in OFF
        else:
            value = True if name not in defines else name in OFF
        stack.append([live and value, value, live])
    elif kind == "elif" and stack:
        top = stack[-1]
        value = not top[1] and _truth(body)
        top[0] = top[2] and value
        top[1] = top[1] or value
    elif kind == "else" and stack:
        top = stack[-1]
        top[0] = top[2] and not top[1]
        top[1] = True
    elif kind == "endif" and stack:
        stack.pop()
    elif kind == "define" and live:
        found = re.match(r"\s*(\w+)\s+(\S.*)$", _LINE_COMMENT.sub("", body))
        if found and not body.lstrip()[len(found[1]) :].startswith("("):
            defines[found[1]] = found[2].strip()[:200]


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
