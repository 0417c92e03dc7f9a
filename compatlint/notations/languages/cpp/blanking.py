"""C++ text without what stands in comments, strings and raw strings, letter for letter of the same length.

Whoever looks for braces, directives or brackets looks in such a text: what a comment or a string holds is no
code.
"""

from __future__ import annotations

import re

_START = re.compile(r"[\"']|/[/*]")
_PREFIX = re.compile(r"(?<!\w)(?:u8|[uUL])?R$")
_DELIMITER = re.compile(r'"([^()\\\s"]{0,16}+)\(')
_WHOLE = {
    '"': re.compile(r'"(?:[^"\\\n]|\\[^\n]|\\\n)*+"?'),
    "'": re.compile(r"'(?:[^'\\\n]|\\.){1,12}+'"),
    "//": re.compile(r"//(?:[^\\\n]|\\\n?)*+"),
    "/*": re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?"),
}
_ANY = re.compile(
    "|".join(each.pattern for each in _WHOLE.values() if each.pattern[0] != "'")
    + r"|(?<!\w)'(?:[^'\\\n]|\\.){1,12}+'"
)
_OTHER = re.compile(r"[^\n]")
_FILL = "~"  # neither a letter, a bracket nor a blank


def mask(source: str, *, comments: str = _FILL) -> str:
    """Return a text of the same length and lines, with strings and comments filled up.

    `comments` is what comments are filled with.
    """
    if 'R"' not in source:  # much faster
        return _ANY.sub(lambda quoted: _filled(quoted[0], comments if quoted[0][0] == "/" else _FILL), source)
    out: list[str] = []
    done = at = 0
    while found := _START.search(source, at):
        start, kind = found.start(), found[0]
        end = _end(source, start, kind)
        at = max(end, start + 1)
        if end:
            fill = comments if kind[0] == "/" else _FILL
            out += (source[done:start], _filled(source[start:end], fill))
            done = end
    out.append(source[done:])
    return "".join(out)


def _end(source: str, start: int, kind: str) -> int:
    """Return where the comment or the string that begins at a place ends, 0 if none begins there."""
    if kind == '"' and source[start - 1 : start] == "R" and _PREFIX.search(source, max(0, start - 4), start):
        opened = _DELIMITER.match(source, start)
        if opened:
            closing = source.find(f'){opened[1]}"', opened.end())
            return closing + len(opened[1]) + 2 if closing >= 0 else len(source)
    if kind == "'" and source[start - 1 : start].isalnum() and source[start - 1 : start] not in "uUL":
        return 0  # between the digits of a number
    found = _WHOLE[kind].match(source, start)
    return found.end() if found else 0


def without_comments(source: str) -> str:
    """Return a text with its lines and without its comments: they do not count where sizes are limited."""
    masked = mask(source, comments="\0")
    if "\0" in source or "\0" not in masked:
        return source
    return "".join(
        letter for letter, shown in zip(source, masked, strict=True) if shown != "\0" or letter == "\n"
    )


def _filled(text: str, fill: str) -> str:
    return _OTHER.sub(fill, text) if "\n" in text else fill * len(text)


_DEPTH = 300  # brackets in brackets: a grammar's parser needs time and room for each
_BRACKETS = bytes(code for code in range(256) if code not in b"()[]{}<>;")


def too_deep(source: str) -> bool:
    """Tell whether brackets are nested deeper than anybody writes; a `<` may be a comparison until the `;`."""
    brackets = source.encode("utf-8", "replace").translate(None, _BRACKETS)
    if brackets.count(b"<") + brackets.count(b"(") + brackets.count(b"[") + brackets.count(b"{") < _DEPTH:
        return False
    depth = angles = 0
    for each in brackets:
        if each in b"([{":
            depth += 1
        elif each in b")]}":
            depth = max(0, depth - 1)
        elif each in b"<":
            angles += 1
        elif each in b">":
            angles = max(0, angles - 1)
        else:
            angles = 0
        if depth + angles > _DEPTH:
            return True
    return False
