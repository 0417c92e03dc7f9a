"""Messages, enumerations and methods to records: entries by number, with the name for people."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from compatlint.notations.schemas.protobuf.model import NUMBERS, Enum, Message, Method, ProtoField, Service
from compatlint.notations.schemas.protobuf.types import (
    Wire,
    features_of,
    is_required,
    wire_of,
)
from compatlint.notations.schemas.protobuf.universe import Source, Universe
from compatlint.wire.ir.records import Entry, Record

_FLOATS: Final = frozenset(("float", "double"))


def message_record(
    universe: Universe, source: Source, message: Message, defaults: Collection[int] = ()
) -> Record:
    """Return the record of a message; `defaults` are fields of which either release spells a default."""
    entries = tuple(
        entry(universe, source, message, each, each.number in defaults) for each in message.fields
    )
    return Record(
        message.name, source.span(message.at), entries, reserved=tuple(message.reserved), unwritten=True
    )


def entry(
    universe: Universe, source: Source, owner: Message, field: ProtoField, spelled: bool = False
) -> Entry:
    """Return a field's entry. `spelled`: a default is written down for it, here or in the other release."""
    wire = wire_of(universe, source, owner, field)
    required = is_required(wire)
    return Entry(
        str(field.number),
        source.span(field.at),
        wire.spelled(),
        required,
        holds=_holds(source, wire),
        label=field.name,
        always=required,
        default=_default(wire) if spelled else None,
        group=field.oneof,
        retired=field.options.get("deprecated") == "true",
        wire=wire,
    )


def _holds(source: Source, wire: Wire) -> str:
    """Return the message of the same file that a field holds, or the name of another as it is written."""
    if wire.field.type in NUMBERS or wire.field.type in ("string", "bytes"):
        return ""
    found = wire.named()
    return found.found.name if found is not None and isinstance(found.found, Message) else ""


def _default(wire: Wire) -> str | None:
    """Return what a field is taken for where it was left out, None where nothing stands for it."""
    if wire.repeated:
        return None
    wish = wire.field.options.get("default")
    kind = wire.kind()
    if kind in NUMBERS:
        return _number(wish or "0", kind)
    if kind in ("string", "bytes"):
        return wish or ""
    found = wire.named()
    if found is None or not isinstance(found.found, Enum) or not found.found.values:
        return None
    numbers = {each.name: each.number for each in found.found.values}
    return str(numbers.get(wish, wish) if wish is not None else found.found.values[0].number)


def _number(text: str, kind: str) -> str:
    if kind == "bool":
        return "true" if text == "true" else "false"
    try:
        return str(float(text)) if kind in _FLOATS else str(int(text, 0))
    except ValueError:
        return text


def enum_record(source: Source, enum: Enum, known: Collection[str] = ()) -> Record:
    """Return the record of an enumeration; of several names of one number, one of `known` counts."""
    names: dict[int, list[tuple[str, int]]] = {}
    for each in enum.values:
        names.setdefault(each.number, []).append((each.name, each.at))
    entries = []
    for number, spellings in names.items():
        name, at = next((each for each in spellings if each[0] in known), spellings[0])
        entries.append(Entry(str(number), source.span(at), label=name, always=False))
    closed = features_of(source, enum)["enum_type"] == "CLOSED"
    return Record(
        enum.name,
        source.span(enum.at),
        tuple(entries),
        extra="rejected" if closed else "dropped",
        reserved=tuple(enum.reserved),
    )


def method_record(universe: Universe, source: Source, service: Service, method: Method) -> Record:
    """Return the record of a remote call, by the path that gRPC gives it."""
    span = source.span(method.at)
    features = source.file.features
    parts = []
    for key, kind in (("request", method.request), ("response", method.response)):
        wire = Wire(universe, source, service.name, ProtoField(key, 0, "", kind, method.at, {}), features)
        parts.append(Entry(key, span, kind, wire=wire, holds=_holds(source, wire)))
    for key, streams in (
        ("request stream", method.client_streams),
        ("response stream", method.server_streams),
    ):
        parts.append(Entry(key, span, "many messages" if streams else "one message"))
    return Record(f"/{service.name}/{method.name}", span, tuple(parts))
