"""Avro schemas as values: what .avsc, .avpr and .avdl files lower to before names are resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

PRIMITIVES: Final = frozenset(("null", "boolean", "int", "long", "float", "double", "bytes", "string"))
NAMED: Final = frozenset(("record", "error", "enum", "fixed"))

MOST_BRANCHES: Final = 256  # of a union: each of a writer's is held against each of a reader's


@dataclass(slots=True, eq=False)
class AvroType:
    """One schema. `kind` is a primitive, a complex type, or "name" for a reference to `name`.

    `parts` are a union's branches, or what an array or a map holds. `home` looks a reference up in the release
    that the schema stands in.
    """

    kind: str
    line: int
    name: str = ""
    parts: list[AvroType] = field(default_factory=list)
    fields: list[AvroField] = field(default_factory=list)
    symbols: dict[str, int] = field(default_factory=dict)  # with their lines
    default: str | None = None  # of an enumeration
    size: int = 0
    aliases: tuple[str, ...] = ()
    logical: str = ""  # with precision and scale of a decimal
    path: str = ""
    home: Callable[[AvroType], AvroType] | None = None

    def meant(self) -> AvroType:
        """Return what a reference stands for; any other type, and a name that nothing defines, as it is."""
        return self.home(self) if self.kind == "name" and self.home is not None else self

    @property
    def short(self) -> str:
        """Return the name without its namespace."""
        return self.name.rpartition(".")[2]


@dataclass(slots=True, eq=False)
class AvroField:
    """One field of a record, or one argument of a message."""

    name: str
    type: AvroType
    line: int
    has_default: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class AvroCall:
    """One message of a protocol."""

    name: str
    line: int
    request: AvroType
    response: AvroType
    errors: AvroType | None = None
    one_way: bool = False


@dataclass(slots=True, eq=False)
class AvroFile:
    """One file: its top schema (none in a protocol), every type that it names, its messages, its imports."""

    top: AvroType | None = None
    named: dict[str, AvroType] = field(default_factory=dict)
    calls: dict[str, AvroCall] = field(default_factory=dict)
    imports: list[str] = field(default_factory=list)

    def types(self) -> Iterator[AvroType]:
        """Yield every type of the file, references included, each once."""
        waiting = [*self.named.values(), *([self.top] if self.top is not None else [])]
        for call in self.calls.values():
            waiting.extend((call.request, call.response, *([call.errors] if call.errors is not None else [])))
        seen: set[int] = set()
        while waiting:
            found = waiting.pop()
            if id(found) not in seen:
                seen.add(id(found))
                yield found
                waiting.extend(found.parts)
                waiting.extend(each.type for each in found.fields)
