"""Text of a .thrift file to a `ThriftFile`. The grammar is that of thrift.apache.org, "Interface Description Language"."""

from __future__ import annotations

from typing import Final

from compatlint.notations.languages.idl import Cursor, tokens
from compatlint.notations.languages.idl.tokens import Tokens, string
from compatlint.notations.schemas.thrift.model import (
    BASE,
    Function,
    ThriftEnum,
    ThriftField,
    ThriftFile,
    ThriftService,
    ThriftStruct,
    ThriftType,
)

_DEEPEST: Final = 100
_SEPARATORS: Final = (",", ";")
_CONTAINERS: Final = {"list": 1, "set": 1, "map": 2}


def parse(text: str) -> tuple[ThriftFile, Tokens]:
    """Return what a file says, and its words; raise SyntaxMistake where it is no schema."""
    found = tokens(text, hashes=True)
    cursor = Cursor(found)
    file = ThriftFile()
    while cursor.word:
        if cursor.word not in _SEPARATORS:
            _top(cursor, file)
        else:
            cursor.at += 1
    return file, found


def _top(cursor: Cursor, file: ThriftFile) -> None:
    """Read one statement of the file itself."""
    at, word = cursor.at, cursor.take()
    if word in ("include", "cpp_include"):
        file.includes.append(string(cursor.take()) or "")
    elif word == "namespace":
        cursor.at += 1
        while cursor.accept("."):
            cursor.take()
        cursor.take()
        _notes(cursor)
    elif word in ("php_namespace", "xsd_namespace"):
        cursor.take()
    elif word == "typedef":
        kind = _type(cursor)
        file.typedefs[cursor.name()] = kind
        _notes(cursor)
    elif word == "const":
        _type(cursor)
        cursor.name()
        cursor.expect("=")
        _value(cursor)
    elif word in ("enum", "senum"):
        _enum(cursor, file, at)
    elif word in ("struct", "union", "exception"):
        struct = ThriftStruct(cursor.name(), word, at)
        file.structs[struct.name] = struct
        cursor.accept("xsd_all")
        cursor.expect("{")
        struct.fields.extend(_fields(cursor, "}"))
        _notes(cursor)
    elif word == "service":
        _service(cursor, file, at)
    else:
        raise cursor.mistake(f"{word[:40]!r} begins no statement")


def _enum(cursor: Cursor, file: ThriftFile, at: int) -> None:
    enum = ThriftEnum(cursor.name(), at)
    file.enums[enum.name] = enum
    cursor.expect("{")
    number = -1
    while not cursor.accept("}"):
        place = cursor.at
        name = string(cursor.word)
        if name is None:
            name = cursor.name()
        else:
            cursor.take()
        number = cursor.number() if cursor.accept("=") else number + 1
        enum.values.setdefault(number, (name, place))
        _notes(cursor)
        _separator(cursor)
    _notes(cursor)


def _fields(cursor: Cursor, closing: str) -> list[ThriftField]:
    """Read fields up to a closing bracket; those without a number get -1, -2 and so on, as Thrift numbers them."""
    found = []
    unnumbered = 0
    while not cursor.accept(closing):
        at = cursor.at
        if cursor.ahead() == ":" or (cursor.word == "-" and cursor.ahead(2) == ":"):
            number = cursor.number()
            cursor.expect(":")
        else:
            unnumbered -= 1
            number = unnumbered
        need = cursor.take() if cursor.word in ("required", "optional") else ""
        kind = _type(cursor)
        cursor.accept("&")
        name = cursor.name()
        default = _value(cursor) if cursor.accept("=") else None
        for each in ("xsd_optional", "xsd_nillable"):
            cursor.accept(each)
        retired = _notes(cursor)
        _separator(cursor)
        found.append(ThriftField(number, name, kind, need, default, retired, at))
    return found


def _service(cursor: Cursor, file: ThriftFile, at: int) -> None:
    name = cursor.name()
    base = cursor.name() if cursor.accept("extends") else ""
    service = file.services[name] = ThriftService(name, at, base)
    cursor.expect("{")
    while not cursor.accept("}"):
        place = cursor.at
        oneway = cursor.word in ("oneway", "async")
        cursor.at += oneway
        answer = _type(cursor)
        function = cursor.name()
        cursor.expect("(")
        arguments = _fields(cursor, ")")
        exceptions: list[ThriftField] = []
        if cursor.accept("throws"):
            cursor.expect("(")
            exceptions = _fields(cursor, ")")
        _notes(cursor)
        _separator(cursor)
        service.functions[function] = Function(function, place, answer, oneway, arguments, exceptions)
    _notes(cursor)


def _type(cursor: Cursor, depth: int = 0) -> ThriftType:
    if depth > _DEEPEST:
        raise cursor.mistake(f"types are nested more than {_DEEPEST} deep")
    word = cursor.name()
    if word in _CONTAINERS and (cursor.word in ("<", "cpp_type")):
        if cursor.accept("cpp_type"):
            cursor.take()
        cursor.expect("<")
        parts = [_type(cursor, depth + 1)]
        for _ in range(_CONTAINERS[word] - 1):
            cursor.expect(",")
            parts.append(_type(cursor, depth + 1))
        cursor.expect(">")
        if cursor.accept("cpp_type"):
            cursor.take()
        found = ThriftType(word, tuple(parts))
    else:
        found = ThriftType(BASE.get(word, word))
    _notes(cursor)
    return found


def _notes(cursor: Cursor) -> bool:
    """Step over `(name = "value", ...)`; tell whether it says that something is deprecated."""
    if cursor.word != "(":
        return False
    first, last = cursor.skip()
    return "deprecated" in cursor.words[first:last]


def _value(cursor: Cursor) -> str:
    """Read a constant and return it as text."""
    first = cursor.at
    if cursor.word in ("[", "{"):
        cursor.skip()
    else:
        cursor.accept("-") or cursor.accept("+")
        cursor.take()
    return " ".join(cursor.words[first : cursor.at])


def _separator(cursor: Cursor) -> None:
    if cursor.word in _SEPARATORS:
        cursor.at += 1
