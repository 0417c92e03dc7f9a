"""Protocols and schemas that are written in Avro's own language: .avdl.

avro.apache.org, "IDL Language".
"""

from __future__ import annotations

from typing import Final

from compatlint.notations.languages.idl import Cursor, tokens
from compatlint.notations.languages.idl.tokens import string
from compatlint.notations.schemas.avro.from_json import full_name
from compatlint.notations.schemas.avro.model import (
    MOST_BRANCHES,
    PRIMITIVES,
    AvroCall,
    AvroField,
    AvroFile,
    AvroType,
)

_LOGICAL: Final = {
    "date": ("int", "date"),
    "time_ms": ("int", "time-millis"),
    "timestamp_ms": ("long", "timestamp-millis"),
    "local_timestamp_ms": ("long", "local-timestamp-millis"),
    "uuid": ("string", "uuid"),
    "void": ("null", ""),
}
_DEEPEST: Final = 100
_OPENING: Final = frozenset("{[(")


def parse_avdl(text: str) -> AvroFile:
    """Return what an IDL file says; raise SyntaxMistake where it is none."""
    cursor = Cursor(tokens(text))
    file = AvroFile()
    reader = _Idl(cursor, file)
    while cursor.word:
        reader.top()
    return file


class _Idl:
    """One file on its way to types. `space` is the namespace in force, `protocol` the protocol around the cursor."""

    def __init__(self, cursor: Cursor, file: AvroFile) -> None:
        self.cursor = cursor
        self.file = file
        self.space = ""
        self.protocol = ""

    def top(self) -> None:
        """Read one statement outside of a protocol."""
        cursor = self.cursor
        notes = self._notes()
        if cursor.word == "protocol":
            cursor.take()
            name = _bare(cursor.name())
            self.space = notes.get("namespace", self.space) or name.rpartition(".")[0]
            self.protocol = full_name(name, self.space)
            cursor.expect("{")
            while not cursor.accept("}"):
                self._declaration(self._notes())
        elif cursor.word == "namespace":
            cursor.take()
            self.space = _bare(cursor.name())
            cursor.expect(";")
        elif cursor.word == "schema":
            cursor.take()
            self.file.top = self._type(0)
            cursor.expect(";")
        else:
            self._declaration(notes)

    def _declaration(self, notes: dict[str, str]) -> None:
        """Read one type, import or message."""
        cursor = self.cursor
        word = cursor.word
        if word == "import":
            cursor.at += 2
            self.file.imports.append(string(cursor.take()) or "")
            cursor.expect(";")
        elif word in ("record", "error") and cursor.ahead(2) == "{":
            self._record(notes)
        elif word == "enum" and cursor.ahead(2) == "{":
            self._enum(notes)
        elif word == "fixed" and cursor.ahead(2) == "(":
            found = self._named("fixed", notes)
            cursor.expect("(")
            found.size = cursor.number()
            cursor.expect(")")
            cursor.expect(";")
        elif self.protocol:
            self._call()
        else:
            raise cursor.mistake(f"{word[:40]!r} begins no declaration")

    def _named(self, kind: str, notes: dict[str, str]) -> AvroType:
        cursor = self.cursor
        line = cursor.tokens.line(cursor.at)
        cursor.take()
        space = notes.get("namespace", self.space)
        name = full_name(_bare(cursor.name()), space)
        aliases = tuple(full_name(each, space) for each in notes.get("aliases", "").split(",") if each)
        found = self.file.named[name] = AvroType(kind, line, name, aliases=aliases)
        return found

    def _record(self, notes: dict[str, str]) -> None:
        cursor = self.cursor
        found = self._named("record", notes)
        outer, self.space = self.space, found.name.rpartition(".")[0]
        cursor.expect("{")
        while not cursor.accept("}"):
            kind = self._type(0)
            while True:
                found.fields.append(self._field(kind))
                if not cursor.accept(","):
                    break
            cursor.expect(";")
        self.space = outer

    def _field(self, kind: AvroType) -> AvroField:
        """Read the name of a field, with its notes and its default."""
        cursor = self.cursor
        notes = self._notes()
        line = cursor.tokens.line(cursor.at)
        name = _bare(cursor.name())
        has_default = cursor.accept("=")
        if has_default:
            self._value()
        aliases = tuple(each for each in notes.get("aliases", "").split(",") if each)
        return AvroField(name, kind, line, has_default, aliases)

    def _enum(self, notes: dict[str, str]) -> None:
        cursor = self.cursor
        found = self._named("enum", notes)
        cursor.expect("{")
        while not cursor.accept("}"):
            self._notes()
            line = cursor.tokens.line(cursor.at)
            found.symbols[_bare(cursor.name())] = line
            if cursor.word != "}":
                cursor.expect(",")
        if cursor.accept("="):
            found.default = _bare(cursor.name())
            cursor.expect(";")

    def _call(self) -> None:
        cursor = self.cursor
        line = cursor.tokens.line(cursor.at)
        response = self._type(0)
        name = f"{self.protocol}.{_bare(cursor.name())}"
        request = AvroType("record", line, f"{name}.request")
        cursor.expect("(")
        while not cursor.accept(")"):
            request.fields.append(self._field(self._type(0)))
            if cursor.word != ")":
                cursor.expect(",")
        call = self.file.calls[name] = AvroCall(name, line, request, response)
        call.one_way = cursor.accept("oneway")
        if cursor.accept("throws"):
            call.errors = AvroType("union", line, parts=[self._type(0)])
            while cursor.accept(","):
                call.errors.parts.append(self._type(0))
        cursor.expect(";")

    def _type(self, depth: int) -> AvroType:
        """Read a type; a `?` behind it adds null."""
        cursor = self.cursor
        if depth > _DEEPEST:
            raise cursor.mistake(f"types are nested more than {_DEEPEST} deep")
        notes = self._notes()
        line = cursor.tokens.line(cursor.at)
        found = self._plain(depth, line)
        found.logical = notes.get("logicalType", found.logical)
        if cursor.accept("?"):
            found = AvroType("union", line, parts=[AvroType("null", line), found])
        return found

    def _plain(self, depth: int, line: int) -> AvroType:
        cursor = self.cursor
        word = cursor.name()
        if word in ("array", "map") and cursor.accept("<"):
            found = AvroType(word, line, parts=[self._type(depth + 1)])
            cursor.expect(">")
            return found
        if word == "union" and cursor.accept("{"):
            found = AvroType("union", line)
            while not cursor.accept("}"):
                found.parts.append(self._type(depth + 1))
                if len(found.parts) > MOST_BRANCHES:
                    raise cursor.mistake(f"a union has more than {MOST_BRANCHES} branches")
                if cursor.word != "}":
                    cursor.expect(",")
            return found
        if word == "decimal" and cursor.accept("("):
            precision = cursor.number()
            scale = cursor.number() if cursor.accept(",") else 0
            cursor.expect(")")
            return AvroType("bytes", line, logical=f"decimal({precision}, {scale})")
        if word in _LOGICAL:
            kind, logical = _LOGICAL[word]
            return AvroType(kind, line, logical=logical)
        if word in PRIMITIVES:
            return AvroType(word, line)
        return AvroType("name", line, full_name(_bare(word), self.space))

    def _notes(self) -> dict[str, str]:
        """Read `@name(value)` as often as it stands here; lists are joined by commas."""
        cursor = self.cursor
        found: dict[str, str] = {}
        while cursor.accept("@"):
            name = cursor.name()
            while cursor.accept("-"):
                name += "-" + cursor.name()
            if cursor.word == "(":
                first, last = cursor.skip()
                texts = (string(each) for each in cursor.words[first:last])
                found[name] = ",".join(each for each in texts if each is not None)
        return found

    def _value(self) -> None:
        """Step over a default, which is JSON."""
        cursor = self.cursor
        if cursor.word in _OPENING:
            cursor.skip()
            return
        cursor.accept("-")
        cursor.take()


def _bare(name: str) -> str:
    return name.strip("`")
