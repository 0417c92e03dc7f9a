"""Which names a C++ file defines, found without parsing it.

A name found here is a reason to parse the file, not a fact: what it misses is not looked up, what it finds in
excess costs one parse. Names of classes, enumerations, enumerators, aliases, macros and constants stand plain;
`T::f` says that a member `f` of `T` may be defined here, `f()` that a function of that name takes part in an encoding. `#n` counts the encoders that the file defines.
"""

from __future__ import annotations

import marshal
import re

VERSION = "7"
_CLASS = re.compile(rb"\b(?:class|struct|union)\s+(?:\w+\s*\([^()]*\)\s*)?(?:[A-Z_]+\s+)?((?:\w+::)*\w+)\s*(?:<[^<>;{}]*>)?\s*(?:final\b\s*)?[:{]")
_ENUM = re.compile(rb"\benum\s+(?:class\s+|struct\s+)?(\w*)\s*(?::\s*[\w:]+\s*)?\{([^}]{0,20000})\}")
_ENUMERATOR = re.compile(rb"(?:^|,)\s*(?:/\*.*?\*/|//[^\n]*\n|\s)*(\w+)", re.S)
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.S)
_ALIAS = re.compile(
    rb"\busing\s+(\w+)\s*=|\btypedef\b[^;{}]*?\b(\w+)\s*(?:\[\w*\])?\s*;|^\}\s*(?:__attribute__\s*\(\(\w+\)\)\s*)?(\w+)\s*;"
    rb"|^[ \t]*BOOST_STRONG_TYPEDEF\([\w: ]+,\s*(\w+)\s*\)",
    re.M,
)
_MACRO = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+\S", re.M)
_CONSTANT = re.compile(rb"\b(?:const|constexpr)\s+[\w:]+(?:\s+(?:const|constexpr))?(?:\s+[\w:]+)?\s+(\w+)\s*(?:=|\{|\[)")
_MEMBER = re.compile(rb"\b(\w+)(?:<[\w, :]*>)?::(~?\w+)\s*\(")
_FREE = re.compile(rb"^(?:template\s*<[^>]*>\s*)?(?:static\s+|inline\s+)*(?:void|int|bool|[\w:]+)\s+(\w*(?:en|de)code\w*|denc|_denc_friend)\s*\(", re.M)
_GLUE = re.compile(rb"\b(WRITE_\w+|DENC)\s*\(\s*([\w:<>]+)")
_ENCODER = re.compile(
    rb"^[ \t]*(?:[\w:<>&*~,]+[ \t]+)+[\w:<>]*?(?:encode\w*|_denc_friend)\s*\([^;{}()]{0,400}\)[^;{}()=]{0,60}\{|^[ \t]*DENC\s*\(", re.M
)
MARKER = re.compile(rb"encode|decode|denc|DENC")


def names(source: bytes) -> tuple[str, ...]:
    """Return the names that a file may define."""
    found: set[bytes] = set()
    for each in _CLASS.finditer(source):
        found.add(each[1].split(b"::")[-1])
    for each in _ENUM.finditer(source):
        if each[1]:
            found.add(each[1])
        found.update(_ENUMERATOR.findall(_COMMENT.sub(b"", each[2])))
    for each in _ALIAS.finditer(source):
        found.add(each[1] or each[2] or each[3] or each[4])
    found.update(_MACRO.findall(source))
    found.update(_CONSTANT.findall(source))
    if MARKER.search(source):
        found.update(owner + b"::" + member for owner, member in _MEMBER.findall(source) if member[:1].islower() or member[:1] == b"_" or member == owner)
        found.update(name + b"()" for name in _FREE.findall(source))
        found.update(b"!" + name for _, name in _GLUE.findall(source))
        found.add(b"#%d" % len(_ENCODER.findall(source)))
    return tuple(sorted(name.decode("ascii", "replace") for name in found))


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
