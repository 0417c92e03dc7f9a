"""Which names a C++ file defines, found without parsing it.

A name found here is a reason to parse the file, not a fact: what it misses is not looked up, what it finds in
excess costs one parse. Names of classes, enumerations, enumerators, aliases, macros and constants stand plain;
`T::f` says that a member `f` of `T` may be defined here, `f()` that a function of that name takes part in an encoding,
`f(T)` that its first parameter is a `T`, `f(?)` that it is something else. `#n` counts the encoders that the file defines.

Every pattern begins with literal text where it can: the search for that is what costs, once per byte of every file.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterator

VERSION = "10"
_CLASSES = tuple(
    re.compile(
        word + rb"(?<!\w" + word + rb")\s+(?:\w+\s*\(+[^()]*\)+\s*)?(?:[A-Z_]+\s+)?"
        rb"((?:\w+::)*\w+)\s*(?:<[^<>;{}]*>)?\s*(?:final\b\s*)?[:{]"
    )
    for word in (b"class", b"struct", b"union")
)
_ENUM = re.compile(rb"enum\s+(?:class\s+|struct\s+)?(\w*)\s*(?::\s*[\w:]+\s*)?\{([^}]{0,20000})\}")
_ENUMERATOR = re.compile(rb"(?:^|,)\s*(?:/\*.*?\*/|//[^\n]*\n|\s)*(\w+)", re.S)
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.S)
_ALIASES = (
    re.compile(rb"using\s+(\w+)\s*="),
    re.compile(rb"typedef\b[^;{}]*?\b(\w+)\s*(?:\[\w*\])?\s*;"),
    re.compile(rb"\n\}\s*(?:__attribute__\s*\(\(\w+\)\)\s*)?(\w+)\s*;"),
    re.compile(rb"BOOST_STRONG_TYPEDEF\([\w: ]+,\s*(\w+)\s*\)"),
)
_MACRO = re.compile(rb"#[ \t]*define[ \t]+(\w+)[ \t]+\S")
_CONSTANT = re.compile(rb"const(?:expr)?\s+[\w:]+(?:\s+(?:const|constexpr))?(?:\s+[\w:]+)?\s+(\w+)\s*(?:=|\{|\[)")
_MEMBER = re.compile(rb"\n[ \t]*([A-Za-z_][^\n;{}()=#]*)::(~?[A-Za-z_]\w*)\s*\(")
_OWNER = re.compile(rb"(\w+)(?:<[\w, :*&<>]*>)?$")
_CALL = re.compile(rb"(?:return|case|throw|else|delete|goto) |std$|boost$")
_FREE = re.compile(
    rb"\n(?:template\s*<[^>]*>\s*)?(?:static\s+|inline\s+)*(?:void|int|bool|[\w:]+)\s+(\w*(?:en|de)code\w*|denc|_denc_friend)\s*\("
    rb"(?:\s*(?:const\s+|struct\s+|class\s+|enum\s+)*((?:\w+::)*\w+)(?:\s+const)?\s*[&*]*\s*\w*\s*[,)=])?"
)
_GLUES = (re.compile(rb"WRITE_\w+\s*\(\s*([\w:<>]+)"), re.compile(rb"DENC\s*\(\s*([\w:<>]+)"))
_ENCODERS = tuple(re.compile(word + rb"\w*\s*\([^;{}()]{0,400}\)[^;{}()=]{0,60}\{") for word in (b"encode", b"_denc_friend"))
_DENC = re.compile(rb"\n[ \t]*DENC\s*\(")
_HEAD = re.compile(rb"[ \t]*(?:[\w:<>&*~,]+[ \t]+)+[\w:<>]*")
_MARKERS = (b"encode", b"decode", b"denc", b"DENC")


def takes_part(source: bytes) -> bool:
    """Tell whether a file says anything about an encoding."""
    return any(marker in source for marker in _MARKERS)


def names(source: bytes, *, header: bool = True, marked: bool = False) -> tuple[str, ...]:
    """Return the names that a file may define; a source file that encodes nothing defines none for others.

    `marked`: it is a part of one that encodes something.
    """
    marked = marked or takes_part(source)
    if not (marked or header):
        return ()
    source = b"\n" + source
    found: set[bytes] = set()
    for pattern in _CLASSES:
        found.update(name.split(b"::")[-1] for name in pattern.findall(source))
    for each in _ENUM.finditer(source):
        if each[1]:
            found.add(each[1])
        found.update(_ENUMERATOR.findall(_COMMENT.sub(b"", each[2])))
    for pattern in (*_ALIASES, _MACRO, _CONSTANT):
        found.update(pattern.findall(source))
    if marked:
        found.update(_members(source))
        for name, first in _FREE.findall(source):
            found.add(name + b"()")
            found.add(name + b"(" + (first.split(b"::")[-1] or b"?") + b")")
        found.update(b"!" + name for pattern in _GLUES for name in pattern.findall(source))
        found.add(b"#%d" % _encoders(source))
    return tuple(sorted(name.decode("ascii", "replace") for name in found))


def _members(source: bytes) -> Iterator[bytes]:
    """Yield `T::f` for what looks like the definition of a member, not like its call."""
    for head, member in _MEMBER.findall(source):
        owner = _OWNER.search(head)
        if owner and (member[:1].islower() or member[:1] == b"_" or member == owner[1]) and not _CALL.match(head):
            yield owner[1] + b"::" + member


def _encoders(source: bytes) -> int:
    """Count the definitions of functions that encode."""
    count = len(_DENC.findall(source))
    for found in (found for pattern in _ENCODERS for found in pattern.finditer(source)):
        start = found.start()
        count += _HEAD.fullmatch(source, source.rfind(b"\n", 0, start) + 1, start) is not None
    return count


def dump(found: tuple[str, ...]) -> bytes:
    """Pack names for the cache."""
    return marshal.dumps(found)


def load(packed: bytes) -> tuple[str, ...] | None:
    """Unpack names; None if the bytes are no names."""
    try:
        found = marshal.loads(packed)
    except (ValueError, TypeError, EOFError):
        return None
    return found if isinstance(found, tuple) else None
