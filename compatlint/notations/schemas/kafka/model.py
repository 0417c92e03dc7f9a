"""Kafka's message definitions: for each version a layout of fields in their order.

The format is described in the README beside the definitions (apache/kafka, clients/src/main/resources/common/message).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from compatlint.notations.languages.json import JsonMistake, JsonObject, parse_json

_RANGE: Final = re.compile(r"(\d{1,5})(?:(\+)|-(\d{1,5}))?")
_ENDLESS: Final = 32767
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Versions:
    """A range of versions, both ends included; empty if `first` is higher than `last`."""

    first: int
    last: int

    def holds(self, version: int) -> bool:
        """Tell whether a version is in the range."""
        return self.first <= version <= self.last


NONE: Final = Versions(1, 0)


@dataclass(slots=True, eq=False)
class KafkaField:
    """One field; `inner` are the fields of a structure that it declares."""

    name: str
    type: str
    line: int
    versions: Versions
    nullable: Versions
    tagged: Versions
    tag: int | None
    default: str
    inner: list[KafkaField] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class KafkaMessage:
    """One file."""

    name: str
    kind: str
    valid: Versions
    flexible: Versions
    unstable: bool
    fields: list[KafkaField]
    structs: dict[str, list[KafkaField]]
    line: int = 1

    @property
    def released(self) -> Versions:
        """Return the versions that anybody was promised: not the last one, if that is declared unstable."""
        return Versions(self.valid.first, self.valid.last - 1) if self.unstable else self.valid

    def layout(self, fields: list[KafkaField], version: int) -> list[KafkaField]:
        """Return the fields that stand one behind the other in a version."""
        return [each for each in fields if each.versions.holds(version) and not each.tagged.holds(version)]

    def tagged(self, fields: list[KafkaField], version: int) -> dict[int, KafkaField]:
        """Return the fields that are found by their tag in a version."""
        some = (each for each in fields if each.versions.holds(version) and each.tagged.holds(version))
        return {each.tag: each for each in some if each.tag is not None}

    def inside(self, found: KafkaField) -> list[KafkaField]:
        """Return the fields of the structure that a field holds, none if it holds a plain value."""
        return found.inner or self.structs.get(found.type.removeprefix("[]"), [])


def parse_message(text: str) -> KafkaMessage | None:
    """Return what a file says, None if it is no message definition; raise JsonMistake where it cannot be read."""
    value = parse_json(text)
    if (
        not isinstance(value, JsonObject)
        or "validVersions" not in value
        or not isinstance(value.get("name"), str)
    ):
        return None
    structs = {
        str(each.get("name")): _fields(each.get("fields"), each.line, 0)
        for each in value.get("commonStructs", [])
        if isinstance(each, JsonObject)
    }
    return KafkaMessage(
        value["name"],
        str(value.get("type", "")),
        _versions(value, "validVersions", NONE),
        _versions(value, "flexibleVersions", NONE),
        value.get("latestVersionUnstable") is True,
        _fields(value.get("fields", []), value.line, 0),
        structs,
        value.line_of("name"),
    )


def _fields(value: Any, line: int, depth: int) -> list[KafkaField]:
    if not isinstance(value, list) or depth > _DEEPEST:
        raise JsonMistake(line, "fields are a list")
    found = []
    for each in value:
        if not isinstance(each, JsonObject) or not isinstance(each.get("name"), str):
            raise JsonMistake(line, "a field is an object with a name")
        tag = each.get("tag")
        tagged = _versions(each, "taggedVersions", NONE)
        found.append(
            KafkaField(
                each["name"],
                str(each.get("type", "")),
                each.line_of("name"),
                _versions(each, "versions", Versions(0, _ENDLESS) if tagged == NONE else tagged),
                _versions(each, "nullableVersions", NONE),
                tagged,
                tag if isinstance(tag, int) else None,
                str(each.get("default", "")),
                _fields(each.get("fields", []), each.line, depth + 1),
            )
        )
    return found


def _versions(value: JsonObject, key: str, default: Versions) -> Versions:
    text = value.get(key)
    if text is None or text == "none":
        return NONE if text == "none" else default
    found = _RANGE.fullmatch(str(text))
    if found is None:
        raise JsonMistake(value.line_of(key), f"{key} is a range of versions")
    first = int(found[1])
    last = _ENDLESS if found[2] else int(found[3] or first)
    return Versions(first, last)
