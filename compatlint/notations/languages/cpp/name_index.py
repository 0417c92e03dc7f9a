"""Which names a C++ file defines, found without parsing it.

A name found here is a reason to parse the file, not a fact: what it misses is not looked up, what it finds in
excess costs one parse. Names of classes, enumerations, enumerators, aliases, macros and constants stand
plain; `f(` is a function-like macro. `T::f` says that a member `f` of `T` may be defined here, `f()` that a
function of that name takes part in an encoding or is inline, `f(T)` that its first parameter is a `T`, `f(?)`
that it is something else. `#n` counts the encoders in the file.

Every pattern begins with literal text where it can: the search for that is what costs, once per byte of every
file.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable, Iterator

VERSION = "14"
_CLASSES = tuple(
    re.compile(
        word + rb"(?<!\w" + word + rb")\s++(?:\w++\s*+\(++[^()]{0,200}+\)++\s*+)?(?:[A-Z_]++\s++)?"
        rb"((?:\w++::)*\w++)\s*+(?:<[^<>;{}]{0,400}+>)?\s*+(?:final\b\s*+)?[:{]"
    )
    for word in (b"class", b"struct", b"union")
)
_ENUM = re.compile(rb"enum\s++(?:(?:class|struct)\s++)?(\w*+)\s*+(?::\s*+[\w:]++\s*+)?\{")
_MOST_ENUM = 20_000  # bytes between the braces of an enumeration
_ENUMERATOR = re.compile(rb"(?:^|,)\s*+(\w++)")
_COMMENT = re.compile(rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?")
_TYPEDEF = re.compile(rb"typedef\b([^;{}]{0,1500}+);")
_TYPEDEF_NAME = re.compile(rb"(?<!\w)(\w++)\s*+(?:\[\w*+\])?\s*+$")
_ALIASES = (
    re.compile(rb"using\s++(\w++)\s*+="),
    re.compile(rb"\}\s*+(?:__attribute__\s*+\(\(\w++\)\)\s*+)?(\w++)\s*+;"),
    re.compile(rb"BOOST_STRONG_TYPEDEF\([\w: ]{1,200}+,\s*+(\w++)\s*+\)"),
)
_MACRO = re.compile(rb"#[ \t]*+define[ \t]++(\w++)[ \t]++\S")
_FUNCTION_MACRO = re.compile(rb"#[ \t]*+define[ \t]++(\w++\()")
_CONSTANT = re.compile(
    rb"const(?:expr)?\s++[\w:]++(?:\s++(?:const|constexpr))?(?:\s++[\w:]++)?\s++"
    rb"(?:\w++(?:<\w++>)?::)*(\w++)\s*+(?:=|\{|\[)"
)
_MEMBER = re.compile(rb"::(~?[A-Za-z_]\w*+)\s*+\(")
_BEFORE = re.compile(rb"[ \t]*+([A-Za-z_][^\n;{}()=#]*+)")
_MOST_BEFORE = 300  # letters before a member's name, in its line
_OWNER = re.compile(rb"(?<!\w)(\w++)(?:<[\w, :*&<>]{0,200}>)?$")
_CALL = re.compile(rb"(?:return|case|throw|else|delete|goto) |std$|boost$")
_FIRST = (
    rb"\s*+(?:(?:const|struct|class|enum)\s++)*((?:\w++::)*\w++)(?:\s++const)?\s*+[&*]*+\s*+\w*+\s*+[,)=]"
)
_FREE = re.compile(
    rb"\n(?:template\s*+<[^>]{0,400}+>\s*+)?(?:(?:static|inline)\s++){0,3}+(?:void|int|bool|[\w:]++)\s++"
    rb"(\w{0,80}(?:en|de)code\w*+|denc|_denc_friend)\s*+\("
    rb"(?:" + _FIRST + rb")?"
)
_INLINE = re.compile(rb"inline\s++[\w:]++(?:\s*+[&*])?\s*+(?<!\w)(\w++)\s*+\(")
_INDENTED = re.compile(_FIRST)
_STREAMS = (b"bufferlist", b"bufferptr", b"iterator", b"Formatter", b"JSONObj")
_GLUES = (re.compile(rb"\bWRITE_\w++\s*+\(\s*+([\w:<>]++)"), re.compile(rb"DENC\s*+\(\s*+([\w:<>]++)"))
_DEFINITIONS = tuple(
    re.compile(word + rb"\w{0,80}+\s*+(\([^;{}()]{0,400}+\))[^;{}()=]{0,60}+\{")
    for word in (b"encode", b"_denc_friend", b"decode")
)
_DENC = re.compile(rb"\n[ \t]*+DENC\s*+\(")
_HEAD = re.compile(rb"[ \t]*+(?:[\w:<>&*~,]++[ \t]++)++([\w:<>]*+)")
_MOST_HEAD = 400  # letters before the name of a function, in its line
_MARKERS = (b"encode", b"decode", b"denc", b"DENC", b"_ENCODER(")


def takes_part(source: bytes) -> bool:
    """Tell whether a file says anything about an encoding."""
    return any(marker in source for marker in _MARKERS)


def names(source: bytes, *, header: bool = True) -> tuple[str, ...]:
    """Return the names that a file may define; a source file that encodes nothing defines none for others."""
    marked = takes_part(source)
    if not (marked or header):
        return ()
    source = b"\n" + source
    found = set(_plain(source))
    if not marked:
        found.update(name + b"()" for name in _INLINE.findall(source))
    else:
        definitions = list(_definitions(source))
        found.update(_members(source))
        found.update(_functions(source, definitions))
        found.update(b"!" + name for pattern in _GLUES for name in pattern.findall(source))
        found.add(
            b"#%d" % (len(_DENC.findall(source)) + sum(b"decode" not in name for name, _ in definitions))
        )
    return tuple(sorted(name.decode("ascii", "replace") for name in found))


def kind(name: str) -> str:
    """Return what a name as `names` writes it is of: a "member", a "function", or "plain"."""
    if name.endswith(")"):
        return "function"
    return "member" if "::" in name else "plain"


def of_kind(source: bytes, wanted: str) -> Iterator[str]:
    """Yield the names of one kind that a part of a file that takes part in an encoding may define."""
    return (name.decode("ascii", "replace") for name in _KINDS[wanted](b"\n" + source))


def _plain(source: bytes) -> Iterator[bytes]:
    """Yield the names of classes, enumerations, enumerators, aliases, macros and constants."""
    for pattern in _CLASSES:
        yield from (name.split(b"::")[-1] for name in pattern.findall(source))
    for each in _ENUM.finditer(source):
        if each[1]:
            yield each[1]
        end = source.find(b"}", each.end(), each.end() + _MOST_ENUM)
        if end >= 0:
            yield from _ENUMERATOR.findall(_COMMENT.sub(b"", source[each.end() : end]))
    for found in _TYPEDEF.findall(source):
        if name := _TYPEDEF_NAME.search(found):
            yield name[1]
    for pattern in (*_ALIASES, _MACRO, _FUNCTION_MACRO, _CONSTANT):
        yield from pattern.findall(source)


def _functions(source: bytes, definitions: Iterable[tuple[bytes, bytes]] | None = None) -> Iterator[bytes]:
    """Yield `f()` and `f(T)` for the functions that take part in an encoding."""
    yield from (name + b"()" for name in _INLINE.findall(source))
    for name, first in _FREE.findall(source):
        yield name + b"()"
        yield name + b"(" + (first.split(b"::")[-1] or b"?") + b")"
    for name, given in _definitions(source) if definitions is None else definitions:
        found = _INDENTED.match(given, 1) if b"," in given and b":" not in name else None
        if found and (first := found[1].split(b"::")[-1]) not in _STREAMS:
            yield name + b"(" + first + b")"


def _members(source: bytes) -> Iterator[bytes]:
    """Yield `T::f` for what looks like the definition of a member, not like its call."""
    for found in _MEMBER.finditer(source):
        start, member = found.start(), found[1]
        line = source.rfind(b"\n", max(0, start - _MOST_BEFORE), start) + 1
        head = _BEFORE.fullmatch(source, line, start) if line or start < _MOST_BEFORE else None
        owner = _OWNER.search(head[1]) if head else None
        if (
            head
            and owner
            and (member[:1].islower() or member[:1] == b"_" or member == owner[1])
            and not _CALL.match(head[1])
        ):
            yield owner[1] + b"::" + member


_KINDS = {"plain": _plain, "member": _members, "function": _functions}


def _definitions(source: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the parameters of every function that encodes or decodes, wherever it stands."""
    for found in (found for pattern in _DEFINITIONS for found in pattern.finditer(source)):
        start = found.start()
        line = source.rfind(b"\n", max(0, start - _MOST_HEAD), start) + 1
        head = _HEAD.fullmatch(source, line, start) if line or start < _MOST_HEAD else None
        if head:
            yield head[1] + source[start : found.start(1)].strip(), found[1]


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
