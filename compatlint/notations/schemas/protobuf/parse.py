"""Text of a .proto file to a `File`: proto2, proto3 and editions.

The grammar is that of protobuf.dev, "Protocol Buffers Language Specification". Blocks within blocks are a list, not
calls within calls, so nesting costs no stack; deeper than protoc itself goes, a file is no schema.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from compatlint.notations.languages.idl import Cursor, SyntaxMistake, tokens
from compatlint.notations.languages.idl.tokens import Tokens, integer, string
from compatlint.notations.schemas.protobuf.model import (
    MOST,
    Enum,
    Extension,
    File,
    Message,
    Method,
    ProtoField,
    Service,
    Value,
)

_DEEPEST: Final = 100
_MOST_FIELDS: Final = 65_535  # protobuf.dev, "Proto Limits"
_LABELS: Final = frozenset(("optional", "required", "repeated"))
_MODIFIERS: Final = frozenset(("export", "local"))


class _Block(NamedTuple):
    """An open block: the message that fields go to, the oneof or the extended message around them."""

    scope: str
    message: Message | None
    oneof: str = ""
    extendee: str = ""


def parse(text: str) -> tuple[File, Tokens]:
    """Return what a file says, and its words; raise SyntaxMistake where it is no schema."""
    found = tokens(text)
    cursor = Cursor(found)
    file = File()
    if cursor.word.startswith("\ufeff"):
        cursor.at += 1
    blocks: list[_Block] = []
    while cursor.word:
        if cursor.accept(";"):
            continue
        if not blocks:
            _top(cursor, file, blocks)
        elif cursor.accept("}"):
            blocks.pop()
        else:
            _inside(cursor, file, blocks)
        if len(blocks) > _DEEPEST:
            raise cursor.mistake(f"blocks are nested more than {_DEEPEST} deep")
    if blocks:
        raise cursor.mistake("a block is not closed")
    return file, found


def _top(cursor: Cursor, file: File, blocks: list[_Block]) -> None:
    """Read one statement of the file itself."""
    word = cursor.word
    if word in ("syntax", "edition"):
        cursor.take()
        cursor.expect("=")
        file.syntax = _text(cursor)
        cursor.expect(";")
    elif word == "import":
        cursor.take()
        kind = cursor.take() if cursor.word in ("public", "weak", "option") else ""
        file.imports.append((_text(cursor), kind == "public"))
        cursor.expect(";")
    elif word == "package":
        cursor.take()
        file.package = cursor.name()
        cursor.expect(";")
    elif word == "option":
        _option(cursor, file.options)
    elif word == "service":
        _service(cursor, file)
    elif not _definition(cursor, file, blocks, file.package):
        raise cursor.mistake(f"{word[:40]!r} begins no statement")


def _definition(cursor: Cursor, file: File, blocks: list[_Block], scope: str) -> bool:
    """Read the beginning of a message or an extension, or a whole enumeration; tell whether there was one."""
    if cursor.word in _MODIFIERS and cursor.ahead() in ("message", "enum"):
        cursor.take()
    word, at = cursor.word, cursor.at
    if cursor.ahead(2) != "{" or word not in ("message", "enum", "extend"):
        return False
    cursor.take()
    name = cursor.name()
    if word == "enum":
        _enum(cursor, file, Enum(_joined(scope, name), at))
        return True
    cursor.expect("{")
    if word == "extend":
        blocks.append(_Block(scope, None, extendee=name))
    else:
        blocks.append(_opened(file, _joined(scope, name), at))
    return True


def _opened(file: File, name: str, at: int) -> _Block:
    message = file.messages[name] = Message(name, at)
    return _Block(name, message)


def _inside(cursor: Cursor, file: File, blocks: list[_Block]) -> None:
    """Read one statement of a message, a oneof or an extension."""
    block = blocks[-1]
    message = block.message
    word, ahead = cursor.word, cursor.ahead()
    if word == "option" and (ahead == "(" or cursor.ahead(2) in ("=", ".", "(")):
        _option(cursor, message.options if message is not None and not block.oneof else {})
    elif message is not None and not block.oneof and word == "oneof" and cursor.ahead(2) == "{":
        cursor.take()
        blocks.append(_Block(block.scope, message, oneof=cursor.name()))
        cursor.expect("{")
    elif message is not None and word == "reserved" and cursor.ahead(2) != "=":
        _reserved(cursor, message)
    elif message is not None and word == "extensions" and cursor.ahead(2) != "=":
        cursor.take()
        _ranges(cursor, message.extensions)
        _end(cursor)
    elif block.oneof or not _definition(cursor, file, blocks, block.scope):
        _field(cursor, file, blocks)


def _field(cursor: Cursor, file: File, blocks: list[_Block]) -> None:
    """Read a field; one that is a group opens the block of its message."""
    block, at = blocks[-1], cursor.at
    label = cursor.take() if cursor.word in _LABELS and cursor.ahead() != "=" else ""
    key = ""
    if cursor.word == "map" and cursor.ahead() == "<":
        cursor.at += 2
        key = cursor.name()
        cursor.expect(",")
        kind = cursor.name()
        cursor.expect(">")
        label = "repeated"
    else:
        kind = cursor.name()
    name = cursor.name()
    cursor.expect("=")
    number = cursor.number()
    options: dict[str, str] = {}
    if cursor.word == "[":
        _bracketed(cursor, options)
    group = kind == "group" and cursor.word == "{"
    if group:
        kind, name = name, name.lower()
    made = ProtoField(name, number, label, kind, at, options, block.oneof, key, group)
    if block.message is not None and not block.extendee:
        block.message.fields.append(made)
        if len(block.message.fields) > _MOST_FIELDS:
            raise cursor.mistake(f"a message has more than {_MOST_FIELDS} fields")
    else:
        file.extensions.append(Extension(block.extendee, block.scope, made))
    if group:
        cursor.expect("{")
        blocks.append(_opened(file, _joined(block.scope, kind), at))
    else:
        cursor.expect(";")


def _enum(cursor: Cursor, file: File, enum: Enum) -> None:
    file.enums[enum.name] = enum
    cursor.expect("{")
    while not cursor.accept("}"):
        if cursor.accept(";"):
            continue
        if cursor.word == "option" and cursor.ahead() != "=":
            _option(cursor, enum.options)
        elif cursor.word == "reserved" and cursor.ahead() != "=":
            _reserved(cursor, enum)
        else:
            at = cursor.at
            name = cursor.name()
            cursor.expect("=")
            enum.values.append(Value(name, cursor.number(), at))
            _end(cursor)


def _service(cursor: Cursor, file: File) -> None:
    at = cursor.at
    cursor.take()
    service = Service(_joined(file.package, cursor.name()), at)
    file.services[service.name] = service
    cursor.expect("{")
    while not cursor.accept("}"):
        if cursor.accept(";"):
            continue
        if cursor.word == "rpc":
            service.methods.append(_method(cursor))
        elif cursor.word == "option":
            _option(cursor, {})
        else:
            raise cursor.mistake(f"{cursor.word[:40]!r} begins no statement of a service")


def _method(cursor: Cursor) -> Method:
    at = cursor.at
    cursor.take()
    name = cursor.name()
    client, request = _message_of(cursor)
    cursor.expect("returns")
    server, response = _message_of(cursor)
    if cursor.word == "{":
        cursor.skip()
        cursor.accept(";")
    else:
        cursor.expect(";")
    return Method(name, request, response, client, server, at)


def _message_of(cursor: Cursor) -> tuple[bool, str]:
    cursor.expect("(")
    streams = cursor.word == "stream" and cursor.ahead() != ")"
    if streams:
        cursor.take()
    name = cursor.name()
    cursor.expect(")")
    return streams, name


def _reserved(cursor: Cursor, owner: Message | Enum) -> None:
    """Read reserved numbers or names; a name is quoted, in editions it is not."""
    cursor.take()
    while not cursor.accept(";"):
        word = cursor.word
        name = string(word)
        if name is not None or word[:1].isalpha() or word[:1] == "_":
            owner.reserved_names.add(name if name is not None else word)
            cursor.take()
        else:
            _ranges(cursor, owner.reserved)
        cursor.accept(",")


def _ranges(cursor: Cursor, found: list[tuple[int, int]]) -> None:
    """Read `2, 9 to 11, 40 to max`."""
    while True:
        first = last = cursor.number()
        if cursor.accept("to"):
            last = MOST if cursor.accept("max") else cursor.number()
        found.append((first, last))
        if cursor.word != "," or (integer(cursor.ahead()) is None and cursor.ahead() != "-"):
            return
        cursor.take()


def _end(cursor: Cursor) -> None:
    """Read options in brackets, if there are any, and the end of a statement."""
    if cursor.word == "[":
        _bracketed(cursor, {})
    cursor.expect(";")


def _bracketed(cursor: Cursor, options: dict[str, str]) -> None:
    """Read `[name = value, ...]`."""
    cursor.expect("[")
    while not cursor.accept("]"):
        _assignment(cursor, options)
        if cursor.word != "]":
            cursor.expect(",")


def _option(cursor: Cursor, options: dict[str, str]) -> None:
    cursor.take()
    _assignment(cursor, options)
    cursor.expect(";")


def _assignment(cursor: Cursor, options: dict[str, str]) -> None:
    """Read `name = value`; a custom option's name is `(full.name).part`. `features = {...}` is read into its parts."""
    name = ""
    while cursor.word not in ("=", ""):
        if cursor.word == "(":
            first, last = cursor.skip()
            name += "".join(cursor.words[first : last + 1])
        else:
            name += cursor.take()
    cursor.expect("=")
    if cursor.word == "{":
        first, last = cursor.skip()
        if name == "features":
            _features(cursor.words[first + 1 : last], options)
        else:
            options[name] = "{}"
        return
    parts = [cursor.take()]
    if parts[0] in ("-", "+"):
        parts.append(cursor.take())
    while string(parts[0]) is not None and string(cursor.word) is not None:
        parts.append(cursor.take())
    texts = [string(each) for each in parts]
    options[name] = "".join(part if text is None else text for part, text in zip(parts, texts, strict=True))


def _features(words: list[str], options: dict[str, str]) -> None:
    for index, word in enumerate(words):
        if word == ":" and 0 < index < len(words) - 1:
            options[f"features.{words[index - 1]}"] = words[index + 1]


def _text(cursor: Cursor) -> str:
    parts = []
    while (part := string(cursor.word)) is not None:
        parts.append(part)
        cursor.at += 1
    if not parts:
        raise cursor.mistake(f"a quoted text expected, not {cursor.word[:40]!r}")
    return "".join(parts)


def _joined(scope: str, name: str) -> str:
    return f"{scope}.{name}" if scope else name


__all__ = ["SyntaxMistake", "parse"]
