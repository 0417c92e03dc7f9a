"""Conditional compilation settled without building anything: one branch kept, and the other where it matters.

Every function keeps the number of lines, so that a line of the result is the line of the source. The branch
that is kept is the one of an ordinary little-endian Linux build with every option on. Where that is a guess,
and what it leaves out bears codecs, there is a second text, made with the other branch of each such guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from compatlint.notations.languages.cpp.blanking import mask

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
_SURE = OFF | {"CEPH_LITTLE_ENDIAN", "__linux__", "__cplusplus", "__GNUC__", "__BYTE_ORDER", "__BYTE_ORDER__"}
_DIRECTIVE = re.compile(r"\n[ \t]*#[ \t]*(\w+)([^\n]*)")  # begins with a letter, for which the search is fast
_WORD = re.compile(r"defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+)|(\w+)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_LINE_COMMENT = re.compile(r"//.*$|/\*.*?\*/")
_BEARS = re.compile(r"(?:en|de)code|denc|DENC|CODE_START")
_FUNCTION_MACRO = re.compile(r"\s*+(\w++)\(([\w\s,.]{0,400}+)\)(.*)", re.S)
_STREAMED = re.compile(r"(?:en|de)code|denc|_START|_FINISH|append|copy|advance")
# A directive in a comment or after one, or split over lines: rare, and then text is blanked first. Each
# begins with letters, for which the search is fast.
_AFTER_COMMENT = re.compile(r"\*/[ \t]*#")
_WITH_COMMENT = re.compile(r"#[ \t]*/\*")
_SPLICED = re.compile(r"\\\n[ \t]*#|\n[ \t]*#[ \t]*\w*\\\n")
MOST_NESTED = 100  # conditions in conditions
MOST_MACRO = 4000  # letters of a macro that is looked through


@dataclass(slots=True)
class Settled:
    """One file's text without directives.

    `defines` are the object-like macros, and, called `name(`, those of the function-like ones that touch
    streams: "parameters)body". `other` is the text with the other branch of every guess that matters, None
    where there is no such guess; `guesses` are these, (first line, last line, condition). `failed` says why
    nothing of it counts.
    """

    text: str
    defines: dict[str, str] = field(default_factory=dict)
    other: str | None = None
    guesses: tuple[tuple[int, int, str], ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class _Directive:
    kind: str
    body: str
    start: int
    end: int


@dataclass(slots=True)
class _Condition:
    """One `#if` while it is open: whether its branch is live, whether one was taken, whether it is around."""

    opened: _Directive
    live: bool
    taken: bool
    around: bool
    sure: bool


class _Unreadable(Exception):
    """Conditions that do not fit, or too many of them."""


def settle(source: str) -> Settled:
    """Return a text with one branch of every `#if` and no directives."""
    if "#" not in source:
        return Settled(source)
    source = f"\n{source}"
    bare = mask(source, comments=" ") if _may_hide(source) else source
    directives = _directives(source, bare)
    try:
        text, defines, guesses = _chosen(source, directives, frozenset())
        flipped = frozenset(guess.start for guess in guesses)
        other = _chosen(source, directives, flipped)[0] if flipped else None
    except _Unreadable as wrong:
        return Settled("", failed=str(wrong))
    ends = _ends(directives)
    spans = tuple(
        (
            source.count("\n", 0, guess.start) + 1,
            source.count("\n", 0, ends[guess.start]),
            _shown(guess.body),
        )
        for guess in guesses
    )
    defines = {name: value for name, value in defines.items() if name[0] != "#"}
    return Settled(text[1:], defines, other[1:] if other is not None else None, spans)


def _may_hide(source: str) -> bool:
    """Tell whether a comment or a string may hold a directive, or stand in front of one."""
    if 'R"' in source or ("\\\n" in source and _SPLICED.search(source)):
        return True
    if "/*" not in source:
        return False
    if _AFTER_COMMENT.search(source) or _WITH_COMMENT.search(source):
        return True
    at = source.find("/*")
    while at >= 0:
        end = source.find("*/", at + 2)
        end = end if end >= 0 else len(source)
        if _DIRECTIVE.search(source, at, end):
            return True
        at = source.find("/*", end)
    # what closes no comment that was met opens none: `/*` in a string ends where the next comment does
    return False


def _directives(source: str, bare: str) -> list[_Directive]:
    """Return the directives of `bare`, with their continuation lines; macros keep the words of `source`."""
    found: list[_Directive] = []
    at = 0
    while match := _DIRECTIVE.search(bare, at):
        start, end = match.start(), match.end()
        text = source if match[1] == "define" else bare
        body, end = _logical_line(text, start, end, text[match.start(2) : match.end(2)])
        found.append(_Directive(match[1], body, start, end))
        at = end
    return found


def _logical_line(source: str, start: int, end: int, rest: str) -> tuple[str, int]:
    """Join a directive with its continuation lines; return the text and where it ends."""
    parts = [rest]
    while source[start:end].rstrip().endswith("\\") and end < len(source):
        start, end = end + 1, source.find("\n", end + 1)
        end = end if end >= 0 else len(source)
        parts[-1] = parts[-1].rstrip().rstrip("\\")
        parts.append(source[start:end])
    return " ".join(parts), end


def _ends(directives: list[_Directive]) -> dict[int, int]:
    """Return where each `#if` ends, by where it begins."""
    open_, ends = [], {}
    for each in directives:
        if each.kind in _OPENING:
            open_.append(each.start)
        elif each.kind == "endif" and open_:
            ends[open_.pop()] = each.end
    return ends


_OPENING = ("if", "ifdef", "ifndef")


def _chosen(
    source: str, directives: list[_Directive], flipped: frozenset[int]
) -> tuple[str, dict[str, str], list[_Directive]]:
    """Return the text, the macros, and the guesses that left out text which bears codecs.

    The `#if`s that begin at `flipped` take the branch after the one that they would take.
    """
    out: list[str] = []
    defines: dict[str, str] = {}
    stack: list[_Condition] = []
    guesses: dict[int, _Directive] = {}
    at = 0
    for index, each in enumerate(directives):
        live = not stack or stack[-1].live
        piece = source[at : each.start]
        out.append(piece if live else "\n" * piece.count("\n"))
        guessed = [one.opened for one in stack if one.around and not one.sure]
        if guessed and _BEARS.search(piece):
            guesses.update((one.start, one) for one in guessed)
        out.append("\n" * source.count("\n", each.start, each.end))
        at = each.end
        following = directives[index + 1] if index + 1 < len(directives) else None
        _apply(each, following, stack, live, defines, flipped)
    if stack:
        line = source.count("\n", 0, stack[-1].opened.start) + 1
        raise _Unreadable(f"the #if in line {line} does not end")
    out.append(source[at:])
    return "".join(out), defines, list(guesses.values())


def _apply(
    each: _Directive,
    following: _Directive | None,
    stack: list[_Condition],
    live: bool,
    defines: dict[str, str],
    flipped: frozenset[int],
) -> None:
    """Apply one directive to the stack of conditions or to the macros."""
    if each.kind in _OPENING:
        value, sure = _value(each, following, defines)
        value = value != (each.start in flipped)
        if len(stack) > MOST_NESTED:
            raise _Unreadable("conditional compilation is nested too deeply")
        stack.append(_Condition(each, live and value, value, live, sure))
    elif each.kind in ("elif", "else", "endif"):
        if not stack:
            raise _Unreadable(f"an #{each.kind} without an #if")
        if each.kind == "endif":
            stack.pop()
            return
        top = stack[-1]
        value, sure = _value(each, following, defines) if each.kind == "elif" else (True, True)
        top.live = top.around and value and not top.taken
        top.taken = top.taken or value
        top.sure = top.sure and sure
    elif each.kind == "define" and live:
        _define(each.body, defines)
    elif each.kind == "undef" and live:
        for name in (each.body.strip(), f"#{each.body.strip()}"):
            defines.pop(name, None)


def _define(body: str, defines: dict[str, str]) -> None:
    """Keep a macro: an object-like one, or a function-like one that may touch a stream."""
    called = _FUNCTION_MACRO.match(body)
    if called:
        if _STREAMED.search(called[3]) and len(called[3]) < MOST_MACRO:
            defines[f"{called[1]}("] = f"{' '.join(called[2].split())}){called[3].strip()}"
        return
    plain = _LINE_COMMENT.sub("", body)
    found = re.match(r"\s*(\w+)\s+(\S.*)$", plain)
    if found:
        defines[found[1]] = found[2].strip()[:200]
    elif name := _NAME.match(plain.strip()):
        defines.setdefault(f"#{name[0]}", "")


def _value(each: _Directive, following: _Directive | None, defines: dict[str, str]) -> tuple[bool, bool]:
    """Return whether a condition holds in an ordinary build, and whether that is sure.

    A name that is defined is on; of others, a name that is listed in OFF is off. For any other name, what the
    condition asks for is so: `#ifdef X` and `#ifndef X` both hold.
    """
    text = _LINE_COMMENT.sub("", each.body).strip()
    if each.kind == "ifdef":
        text = f"defined({text})"
    elif each.kind == "ifndef":
        text = f"!defined({text})"
    if _guards(text, following):
        return True, True
    if re.fullmatch(r"[()\d\s]+", text):
        return any(int(number) for number in re.findall(r"\d+", text)), True
    total, sure = False, True
    for disjunct in text.split("||"):
        parts = [_literal(part, defines) for part in disjunct.split("&&")]
        total = total or all(value for value, _ in parts)
        sure = sure and all(certain for _, certain in parts)
    return total, sure


def _guards(text: str, following: _Directive | None) -> bool:
    """Tell whether a condition keeps a header from being read twice: the name is defined at once."""
    found = re.fullmatch(r"\(?\s*!\s*defined\s*\(?\s*(\w+)\s*\)?\s*\)?", text)
    return (
        found is not None
        and following is not None
        and following.kind == "define"
        and following.body.split()[:1] == [found[1]]
    )


def _literal(part: str, defines: dict[str, str]) -> tuple[bool, bool]:
    """Return whether one operand of a condition holds in an ordinary build, and whether that is sure."""
    bare = part.strip().lstrip("(").strip()
    negated = bare.startswith("!")
    found = _WORD.search(bare)
    if not found:
        return not negated, True
    name = found[1] or found[2] or found[3]
    if "__BYTE_ORDER" in bare:
        return "BIG" not in bare, True
    if name.isdigit():
        return (int(name) > 0) != negated, True
    if name in OFF:
        return negated, True
    if "defined" in bare and (name in defines or f"#{name}" in defines):
        return not negated, True
    return (negated and "defined" in bare) or not negated, name in _SURE


def _shown(condition: str) -> str:
    return " ".join(_LINE_COMMENT.sub("", condition).split())[:80]
