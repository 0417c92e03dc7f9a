"""The JSON mapping of messages: names are on the wire there, and numbers are not.

protobuf.dev, "ProtoJSON Format": a name is written in lowerCamelCase or as `json_name` says; a parser takes that and
the name as declared, and refuses others. Numbers of 64 bits are texts and are taken as numbers, too; enumerations
are names; bytes are base64. Whether JSON is in use, messages do not tell; the signs are in `speaks_json`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from compatlint.notations.schemas.fits import SAME, breaks
from compatlint.notations.schemas.meet import meetings
from compatlint.notations.schemas.protobuf.model import Message, ProtoField
from compatlint.notations.schemas.protobuf.paths import is_unstable, wants
from compatlint.notations.schemas.protobuf.relation import fit
from compatlint.notations.schemas.protobuf.types import Wire, wire_of
from compatlint.notations.schemas.protobuf.universe import Source, Universe
from compatlint.vocabulary import Change
from compatlint.wire.ir.records import Entry, Fit, Meeting, Record

Side = tuple[Universe, Source, Message]
_SIGNS: Final = re.compile(
    rb"import\s*\"(?:google/api/annotations|protoc-gen-openapi[^\"]*)\.proto\"|\bjson_name\s*=\s*\""
)
_WISH: Final = re.compile(rb"\bWIRE_JSON\b")
_WORD: Final = re.compile(r"_+(\w)")
_FORMS: Final = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "sint32", "sint64"), "number"),
    **dict.fromkeys(("fixed32", "fixed64", "sfixed32", "sfixed64", "float", "double"), "number"),
    "bool": "true or false",
    "string": "text",
    "bytes": "base64",
    "enum": "name of a value",
    "message": "object",
    "group": "object",
}


class _JsonField(NamedTuple):
    """A field in JSON: the name that is written, those that are taken, and what stands there."""

    name: str
    names: tuple[str, ...]
    form: str


def json_meetings(old: Mapping[str, Side], new: Mapping[str, Side]) -> Iterator[Meeting]:
    """Yield how JSON of one release is read by the other, for messages in which that differs and bytes do not."""
    spoken: bool | None = None
    for name, one in old.items():
        other = new.get(name)
        if other is None:
            continue
        pairs = list(_differing(one, other))
        if pairs and spoken is None:
            spoken = speaks_json(one[0]) or speaks_json(other[0])
        if pairs and spoken:
            was, now = (
                Record(name, side[1].span(side[2].at), tuple(pair[index] for pair in pairs), extra="kept")
                for index, side in enumerate((one, other))
            )
            changes = (Change.KEY_RENAMED, Change.KEY_RENAMED)
            unstable = is_unstable(one[1].file.package)
            yield from meetings("protobuf", was, now, _json_fits, changes=changes, unstable=unstable)


def _differing(one: Side, other: Side) -> Iterator[tuple[Entry, Entry]]:
    """Yield the fields that are other JSON in the two releases, while their bytes are understood."""
    fields = {each.number: each for each in other[2].fields}
    for was in one[2].fields:
        now = fields.get(was.number)
        if now is None or (was._replace(at=0, oneof="") == now._replace(at=0, oneof="")):
            continue
        wires = [wire_of(side[0], side[1], side[2], each) for side, each in ((one, was), (other, now))]
        forms = [_form(each) for each in wires]
        understood = not any(
            breaks(fit(writer, reader, frozenset())) for writer, reader in (wires, reversed(wires))
        )
        if "" not in forms and understood:
            yield _entry(one, was, forms[0]), _entry(other, now, forms[1])


def _entry(side: Side, field: ProtoField, form: str) -> Entry:
    wire = _JsonField(_json(field), (_json(field), field.name), form)
    text = f'"{wire.name}" with {form}'
    return Entry(str(field.number), side[1].span(field.at), text, label=field.name, wire=wire)


def _json_fits(writer: Entry, reader: Entry) -> Fit:
    """Return what a parser of JSON makes of a field."""
    wrote, read = writer.wire, reader.wire
    assert isinstance(wrote, _JsonField)
    assert isinstance(read, _JsonField)
    return SAME if wrote.name in read.names and wrote.form == read.form else Fit("rejected")


def _form(wire: Wire) -> str:
    """Return which JSON a field is, "" where that is not known."""
    if wire.field.key:
        return "an object of keys"
    form = _FORMS.get(wire.kind(), "")
    return f"a list of {form}" if wire.repeated and form else form


def _json(field: ProtoField) -> str:
    return field.options.get("json_name") or _WORD.sub(lambda found: found[1].upper(), field.name)


def speaks_json(universe: Universe) -> bool:
    """Tell whether a project uses the JSON mapping: an HTTP mapping of calls, names for JSON, or buf.yaml says so."""
    files = universe.release.files
    paths = [path for path in files if wants(path)]
    if any(_SIGNS.search(content) for content in universe.release.sources(paths).values()):
        return True
    wishes = [path for path in files if path.rpartition("/")[2] == "buf.yaml"]
    return any(_WISH.search(content) for content in universe.release.sources(wishes).values())
