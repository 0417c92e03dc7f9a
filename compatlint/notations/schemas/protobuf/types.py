"""The type of a field: what its bytes are, as far as one side can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compatlint.notations.schemas.protobuf.model import (
    NUMBERS,
    SCALARS,
    Enum,
    Message,
    ProtoField,
    overridden,
)
from compatlint.notations.schemas.protobuf.universe import Named, Source, Universe, candidates


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """The type of one field, seen from the scope that it stands in. Names are resolved when that is asked."""

    universe: Universe
    source: Source
    scope: str
    field: ProtoField
    features: Mapping[str, str]

    @property
    def repeated(self) -> bool:
        """Tell whether the field holds many values."""
        return self.field.label == "repeated"

    def named(self) -> Named | None:
        """Return the message or enumeration that the type names, None if it is a scalar or stands elsewhere."""
        if self.field.type in SCALARS:
            return None
        return self.universe.resolve(self.source, self.scope, self.field.type)

    def kind(self) -> str:
        """Return the scalar's name, or "message", "group", "enum", or "unknown" for a name that nothing defines."""
        if self.field.type in SCALARS:
            return self.field.type
        found = self.named()
        if found is None:
            return "group" if self.field.group else "unknown"
        if isinstance(found.found, Enum):
            return "enum"
        delimited = self.features["message_encoding"] == "DELIMITED" and not self.field.key
        return "group" if self.field.group or delimited else "message"

    def packed(self) -> bool:
        """Tell whether many values are written as one length-delimited field."""
        if not self.repeated or not (self.field.type in NUMBERS or self.kind() == "enum"):
            return False
        wish = self.field.options.get("packed")
        return wish == "true" if wish is not None else self.features["repeated_field_encoding"] == "PACKED"

    def spelled(self) -> str:
        """Return the type as the source spells it."""
        if self.field.key:
            return f"map<{self.field.key}, {self.field.type}>"
        return f"repeated {self.field.type}" if self.repeated else self.field.type

    def single(self) -> Wire:
        """Return the type of one value of many."""
        return Wire(
            self.universe, self.source, self.scope, self.field._replace(label="", key=""), self.features
        )


def wire_of(universe: Universe, source: Source, owner: Message, field: ProtoField) -> Wire:
    """Return the type of a field of a message."""
    if owner.name not in source.features:
        source.features[owner.name] = features_of(source, owner)
    features = (
        overridden(source.features[owner.name], field.options)
        if field.options
        else source.features[owner.name]
    )
    return Wire(universe, source, owner.name, field, features)


def features_of(source: Source, owner: Message | Enum, field: ProtoField | None = None) -> Mapping[str, str]:
    """Return the features that hold for a type, or for a field of a message."""
    found: Mapping[str, str] = source.file.features
    for name in reversed(candidates(owner.name, "")[:-1]):
        outer = source.file.messages.get(name.rstrip("."))
        if outer is not None and outer is not owner:
            found = overridden(found, outer.options)
    found = overridden(found, owner.options)
    return overridden(found, field.options) if field is not None else found


def is_closed(named: Named) -> bool:
    """Tell whether readers take an unknown number of an enumeration for nothing."""
    found = named.found
    return isinstance(found, Enum) and features_of(named.source, found)["enum_type"] == "CLOSED"


def is_required(wire: Wire) -> bool:
    """Tell whether a field must be in every message."""
    return wire.field.label == "required" or wire.features["field_presence"] == "LEGACY_REQUIRED"
