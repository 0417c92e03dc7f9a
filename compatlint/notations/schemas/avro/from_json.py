"""Schemas and protocols that are written as JSON: .avsc and .avpr.

avro.apache.org, "Specification": Schema Declaration, Names, Aliases, Protocol Declaration.
"""

from __future__ import annotations

from typing import Any, Final

from compatlint.notations.languages.json import JsonArray, JsonMistake, JsonObject, parse_json
from compatlint.notations.schemas.avro.model import (
    MOST_BRANCHES,
    NAMED,
    PRIMITIVES,
    AvroCall,
    AvroField,
    AvroFile,
    AvroType,
)

_UNITS: Final = ("date", "time-", "timestamp-", "local-timestamp-", "duration", "uuid")


def parse_avsc(text: str) -> AvroFile:
    """Return what a schema file says; raise JsonMistake where it is no schema."""
    file = AvroFile()
    file.top = JsonSchemas(file).type_of(parse_json(text), "", 1)
    return file


def parse_avpr(text: str) -> AvroFile:
    """Return what a protocol file says; raise JsonMistake where it is no protocol."""
    value = parse_json(text)
    if not isinstance(value, JsonObject) or not isinstance(value.get("protocol"), str):
        raise JsonMistake(1, "a protocol is an object with the key 'protocol'")
    file = AvroFile()
    schemas = JsonSchemas(file)
    space = str(value.get("namespace", "")) or value["protocol"].rpartition(".")[0]
    for each in _list(value, "types"):
        schemas.type_of(each, space, value.line)
    protocol = full_name(value["protocol"], space)
    messages = value.get("messages", {})
    if isinstance(messages, JsonObject):
        for name, message in messages.items():
            if not isinstance(message, JsonObject):
                raise JsonMistake(messages.line_of(name), "a message is an object")
            file.calls[f"{protocol}.{name}"] = schemas.call(
                f"{protocol}.{name}", message, space, messages.line_of(name)
            )
    return file


class JsonSchemas:
    """Values of one file to types; every type with a name goes to `file.named`."""

    def __init__(self, file: AvroFile) -> None:
        self.file = file

    def type_of(self, value: Any, space: str, line: int) -> AvroType:
        """Return the type that a JSON value declares, or names, in a namespace."""
        if isinstance(value, str):
            if value in PRIMITIVES:
                return AvroType(value, line)
            return AvroType("name", line, full_name(value, space))
        if isinstance(value, JsonArray):
            if len(value) > MOST_BRANCHES:
                raise JsonMistake(value.line, f"a union has more than {MOST_BRANCHES} branches")
            return AvroType(
                "union", value.line, parts=[self.type_of(each, space, value.line) for each in value]
            )
        if not isinstance(value, JsonObject) or "type" not in value:
            raise JsonMistake(line, "a schema is a name, a list, or an object with the key 'type'")
        kind = value["type"]
        if not isinstance(kind, str):
            return self.type_of(kind, space, value.line)
        if kind in NAMED:
            return self._named(value, kind, space)
        if kind in ("array", "map"):
            key = "items" if kind == "array" else "values"
            if key not in value:
                raise JsonMistake(value.line, f"an {kind} needs {key!r}")
            return AvroType(kind, value.line, parts=[self.type_of(value[key], space, value.line_of(key))])
        found = self.type_of(kind, space, value.line)
        found.logical = _logical(value)
        return found

    def _named(self, value: JsonObject, kind: str, space: str) -> AvroType:
        name = value.get("name")
        if not isinstance(name, str):
            raise JsonMistake(value.line, f"a {kind} needs a name")
        full = full_name(name, str(value.get("namespace", "")) or space)
        inner = full.rpartition(".")[0]
        found = AvroType("record" if kind == "error" else kind, value.line, full)
        found.aliases = tuple(full_name(each, inner) for each in _texts(value, "aliases"))
        self.file.named[full] = found
        if found.kind == "record":
            for each in _list(value, "fields"):
                found.fields.append(self.field(each, inner, value.line))
        elif kind == "enum":
            line = value.line_of("symbols")
            found.symbols = dict.fromkeys(_texts(value, "symbols"), line)
            default = value.get("default")
            found.default = default if isinstance(default, str) else None
        else:
            size = value.get("size")
            if not isinstance(size, int):
                raise JsonMistake(value.line, "a fixed needs a size")
            found.size, found.logical = size, _logical(value)
        return found

    def field(self, value: Any, space: str, line: int) -> AvroField:
        """Return a field of a record, or an argument."""
        if not isinstance(value, JsonObject) or not isinstance(value.get("name"), str) or "type" not in value:
            raise JsonMistake(line, "a field is an object with the keys 'name' and 'type'")
        return AvroField(
            value["name"],
            self.type_of(value["type"], space, value.line_of("type")),
            value.line_of("name"),
            "default" in value,
            tuple(_texts(value, "aliases")),
        )

    def call(self, name: str, value: JsonObject, space: str, line: int) -> AvroCall:
        """Return a message of a protocol; its arguments are a record."""
        request = AvroType("record", line, f"{name}.request")
        request.fields = [self.field(each, space, line) for each in _list(value, "request")]
        response = self.type_of(value.get("response", "null"), space, line)
        errors = self.type_of(value["errors"], space, line) if "errors" in value else None
        return AvroCall(name, line, request, response, errors, value.get("one-way") is True)


def full_name(name: str, space: str) -> str:
    """Return a name with its namespace; a dotted one has its own."""
    return name if "." in name or not space else f"{space}.{name}"


def _logical(value: JsonObject) -> str:
    logical = value.get("logicalType")
    if logical == "decimal" and isinstance(value.get("precision"), int):
        return f"decimal({value['precision']}, {value.get('scale', 0)})"
    return logical if isinstance(logical, str) and logical.startswith(_UNITS) else ""


def _list(value: JsonObject, key: str) -> list[Any]:
    found = value.get(key, [])
    if not isinstance(found, JsonArray):
        raise JsonMistake(value.line_of(key), f"{key!r} is a list")
    return found


def _texts(value: JsonObject, key: str) -> list[str]:
    found = value.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise JsonMistake(value.line_of(key), f"{key!r} is a list of texts")
    return list(found)
