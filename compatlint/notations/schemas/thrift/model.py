"""What a .thrift file says, before any name is resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

BASE: Final = {
    "bool": "bool", "byte": "i8", "i8": "i8", "i16": "i16", "i32": "i32", "i64": "i64", "double": "double",
    "string": "string", "binary": "string", "slist": "string", "uuid": "uuid", "void": "void",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ThriftType:
    """A type as it is written: a base type, `list`, `set` or `map` of `parts`, or a name."""

    kind: str
    parts: tuple[ThriftType, ...] = ()

    def __str__(self) -> str:
        return f"{self.kind}<{', '.join(map(str, self.parts))}>" if self.parts else self.kind


class ThriftField(NamedTuple):
    """One field; `need` is required, optional or "" (written, but not needed)."""

    number: int
    name: str
    type: ThriftType
    need: str
    default: str | None
    retired: bool
    at: int


@dataclass(frozen=True, slots=True)
class ThriftStruct:
    """A struct, union or exception."""

    name: str
    kind: str
    at: int
    fields: list[ThriftField] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ThriftEnum:
    """An enumeration: numbers with a name and a place."""

    name: str
    at: int
    values: dict[int, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Function:
    """One remote call; its arguments and exceptions are fields of structs."""

    name: str
    at: int
    answer: ThriftType
    oneway: bool
    arguments: list[ThriftField]
    exceptions: list[ThriftField]


@dataclass(frozen=True, slots=True)
class ThriftService:
    """A service, and the one that it extends."""

    name: str
    at: int
    base: str
    functions: dict[str, Function] = field(default_factory=dict)


@dataclass(slots=True)
class ThriftFile:
    """One file."""

    includes: list[str] = field(default_factory=list)
    structs: dict[str, ThriftStruct] = field(default_factory=dict)
    enums: dict[str, ThriftEnum] = field(default_factory=dict)
    typedefs: dict[str, ThriftType] = field(default_factory=dict)
    services: dict[str, ThriftService] = field(default_factory=dict)
