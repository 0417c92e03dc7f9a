"""Which values a field takes from a message: how oslo.versionedobjects coerces what it is given.

Types are few on the wire: texts, numbers, containers, nested objects. A text field takes every scalar; an
enumeration, a pattern or an address is a text; what is not known takes anything.
"""

from __future__ import annotations

from typing import Final

from compatlint.notations.openstack.versioned_objects.model import Field, FieldType

_TEXTS: Final = frozenset(
    (
        *("String", "SensitiveString", "VersionPredicate", "Enum", "StringPattern", "UUID", "DateTime"),
        *("MACAddress", "PCIAddress", "IPAddress", "IPV4Address", "IPV6Address", "IPV4AndV6Address"),
        *("IPNetwork", "IPV4Network", "IPV6Network"),
    )
)
_NUMBERS: Final = frozenset(
    ("Integer", "NonNegativeInteger", "Float", "NonNegativeFloat", "Boolean", "FlexibleBoolean")
)
_LISTS: Final = frozenset(("List", "Set"))
MAX_DEPTH: Final = 8


def accepts(reader: FieldType, writer: FieldType, depth: int = 0) -> bool:
    """Tell whether a field of one type takes what a field of another type sends, values of enumerations aside."""
    taken, sent = _kind(reader), _kind(writer)
    if not taken or not sent or depth > MAX_DEPTH:
        return True
    if taken == "text":
        return sent in ("text", "number")
    if taken == "number":
        return sent == "number" or (sent == "text" and reader.library in ("Boolean", "FlexibleBoolean"))
    if taken != sent:
        return False
    if taken == "object":
        return reader.subclasses or not reader.holds or not writer.holds or reader.holds == writer.holds
    if reader.element is None or writer.element is None:
        return True
    return accepts(reader.element, writer.element, depth + 1)


def _kind(of: FieldType) -> str:
    """Return what a type is on the wire, "" if that is not known."""
    if of.reason:
        return ""
    if of.library in _TEXTS:
        return "text"
    if of.library in _NUMBERS:
        return "number"
    if of.library in _LISTS:
        return "list"
    return {"Dict": "dict", "Object": "object"}.get(of.library, "")


def takes_null(field: Field) -> bool:
    """Tell whether a field takes null: it may be null, a default stands in for it, or that is not known."""
    return field.nullable is not False or field.default is not None


def sends_null(field: Field) -> bool:
    """Tell whether a field may be null for sure."""
    return field.nullable is True
