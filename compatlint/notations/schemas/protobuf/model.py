"""What a .proto file says: messages, fields, enumerations, services, before any name is resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

SCALARS: Final = frozenset(
    (
        "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64",
        "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
    )
)  # fmt: skip
NUMBERS: Final = SCALARS - {"string", "bytes"}
MOST: Final = 1 << 29  # the highest field number and one; `max` in a range stands for it

# What the syntax lines stand for (protobuf.dev, "Feature Settings for Editions")
PROTO2: Final = {
    "field_presence": "EXPLICIT",
    "enum_type": "CLOSED",
    "repeated_field_encoding": "EXPANDED",
    "message_encoding": "LENGTH_PREFIXED",
    "utf8_validation": "NONE",
}
PROTO3: Final = {
    "field_presence": "IMPLICIT",
    "enum_type": "OPEN",
    "repeated_field_encoding": "PACKED",
    "message_encoding": "LENGTH_PREFIXED",
    "utf8_validation": "VERIFY",
}
EDITIONS: Final = {**PROTO3, "field_presence": "EXPLICIT"}


class ProtoField(NamedTuple):
    """One field. `at` is the place of its first word; `type` is as written ("group" is a type of that name).

    `key` is the type of a map's keys, "" for what is no map; `oneof` the group that the field stands in.
    """

    name: str
    number: int
    label: str
    type: str
    at: int
    options: Mapping[str, str]
    oneof: str = ""
    key: str = ""
    group: bool = False


class Value(NamedTuple):
    """One name of a number in an enumeration."""

    name: str
    number: int
    at: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message by its full name. `reserved` and `extensions` are ranges, both ends included."""

    name: str
    at: int
    fields: list[ProtoField] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    reserved: list[tuple[int, int]] = field(default_factory=list)
    reserved_names: set[str] = field(default_factory=set)
    extensions: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Enum:
    """One enumeration by its full name."""

    name: str
    at: int
    values: list[Value] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)
    reserved: list[tuple[int, int]] = field(default_factory=list)
    reserved_names: set[str] = field(default_factory=set)


class Method(NamedTuple):
    """One remote call."""

    name: str
    request: str
    response: str
    client_streams: bool
    server_streams: bool
    at: int


@dataclass(frozen=True, slots=True)
class Service:
    """One service by its full name."""

    name: str
    at: int
    methods: list[Method] = field(default_factory=list)


class Extension(NamedTuple):
    """A field that a file adds to a message; `scope` is the name that it is seen from."""

    extendee: str
    scope: str
    field: ProtoField


@dataclass(slots=True)
class File:
    """One file. Types are listed by full name, nested ones included."""

    package: str = ""
    syntax: str = "proto2"
    imports: list[tuple[str, bool]] = field(default_factory=list)  # path, public
    options: dict[str, str] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    extensions: list[Extension] = field(default_factory=list)

    @property
    def features(self) -> Mapping[str, str]:
        """Return what holds for every type of the file that says nothing else."""
        base = {"proto2": PROTO2, "proto3": PROTO3}.get(self.syntax, EDITIONS)
        return overridden(base, self.options)


def overridden(base: Mapping[str, str], options: Mapping[str, str]) -> Mapping[str, str]:
    """Return features with those that options name laid over them."""
    own = {key[9:]: value for key, value in options.items() if key.startswith("features.")}
    return {**base, **own} if own else base
