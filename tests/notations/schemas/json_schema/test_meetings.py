"""Two releases of JSON Schema: what each change breaks, and in which direction."""

from __future__ import annotations

import json
import time

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.schemas.json_schema import NOTATION
from tests.notations.schemas.box import found, release

P = "a.schema.json"


def of(old: object, new: object, **files: object) -> dict[str, str]:
    beside = {name.replace("_", "."): json.dumps(each) for name, each in files.items()}
    seen = found(NOTATION, {P: json.dumps(old), **beside}, {P: json.dumps(new), **beside})
    return {name.removeprefix(f"{P}."): directions for name, directions in seen.items()}


def objects(
    required: list[str] | None = None, extra: object = None, **properties: object
) -> dict[str, object]:
    made: dict[str, object] = {"type": "object", "properties": properties}
    if required is not None:
        made["required"] = required
    if extra is not None:
        made["additionalProperties"] = extra
    return made


TEXT, NUMBER, WHOLE = {"type": "string"}, {"type": "number"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (WHOLE, NUMBER, {"(document) rejected retyped": "d"}),
        (WHOLE, TEXT, {"(document) rejected retyped": "ud"}),
        (TEXT, {"type": ["string", "null"]}, {"(document) rejected retyped": "d"}),
        (TEXT, {}, {"(document) rejected retyped": "d"}),
        (TEXT, True, {}),
        ({**TEXT, "title": "x"}, {**TEXT, "description": "y", "x-z": 1}, {}),
        ({**WHOLE, "minimum": 1}, {**WHOLE, "minimum": 2}, {"(document) rejected narrowed": "u"}),
        ({**WHOLE, "minimum": 1}, {**WHOLE, "exclusiveMinimum": 1}, {"(document) rejected narrowed": "u"}),
        ({**WHOLE, "maximum": 1}, {**WHOLE, "maximum": 2}, {"(document) rejected widened": "d"}),
        ({**WHOLE, "maximum": 2, "exclusiveMaximum": True}, {**WHOLE, "exclusiveMaximum": 2}, {}),
        ({**WHOLE, "multipleOf": 2}, {**WHOLE, "multipleOf": 4}, {"(document) rejected narrowed": "u"}),
        ({**TEXT, "maxLength": 3}, TEXT, {"(document) rejected widened": "d"}),
        (TEXT, {**TEXT, "minLength": 1}, {"(document) rejected narrowed": "u"}),
        (TEXT, {**TEXT, "pattern": "^a"}, {"(document) rejected narrowed": "u"}),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, {"(document) rejected narrowed": "u"}),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, {"(document) rejected widened": "d"}),
        ({"const": "a"}, {"enum": ["a"]}, {}),
        ({"enum": ["a"]}, TEXT, {"(document) rejected widened": "d"}),
        ({"type": "boolean"}, {"enum": [True, False]}, {}),
    ],
)
def test_values(old, new, expected):
    assert of({"a": 1, **old} if isinstance(old, dict) else old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (objects(a=TEXT), objects(a=TEXT, b=TEXT), {}),
        (objects(a=TEXT), objects(["a"], a=TEXT), {"a absent made-required": "u"}),
        (objects(["a"], a=TEXT), objects(a=TEXT), {"a absent made-optional": "d"}),
        (objects(["a"], a=TEXT), objects(), {"a absent made-optional": "d"}),
        (objects(a=TEXT), objects(a=WHOLE), {"a rejected retyped": "ud"}),
        (objects(extra=False, a=TEXT), objects(extra=False, a=TEXT, b=TEXT), {"b rejected key-added": "d"}),
        (objects(extra=False, a=TEXT, b=TEXT), objects(extra=False, a=TEXT), {"b rejected key-removed": "u"}),
        (objects(a=TEXT, b=TEXT), objects(extra=False, a=TEXT), {"b rejected key-removed": "u"}),
        (objects(extra=True, a=TEXT), objects(extra=False, a=TEXT), {"* rejected key-removed": "u"}),
        (objects(extra=TEXT), objects(extra=WHOLE), {"* rejected retyped": "ud"}),
        (objects(a=objects(b=TEXT)), objects(a=objects(b=WHOLE)), {"a.b rejected retyped": "ud"}),
    ],
)
def test_objects(old, new, expected):
    assert of(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"items": TEXT}, {"items": WHOLE}, {"[] rejected retyped": "ud"}),
        ({"items": [TEXT]}, {"prefixItems": [TEXT]}, {}),
        ({"items": [TEXT]}, {"prefixItems": [WHOLE]}, {"[0] rejected retyped": "ud"}),
        ({"maxItems": 2}, {"maxItems": 1}, {"(document) rejected narrowed": "u"}),
        ({}, {"uniqueItems": True}, {"(document) rejected narrowed": "u"}),
    ],
)
def test_lists(old, new, expected):
    assert of({"type": "array", **old}, {"type": "array", **new}) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"anyOf": [TEXT, WHOLE]}, {"anyOf": [TEXT]}, {"(document) rejected retyped": "u"}),
        (TEXT, {"anyOf": [TEXT, WHOLE]}, {"(document) rejected retyped": "d"}),
        ({"type": ["string", "integer"]}, {"anyOf": [TEXT, WHOLE]}, {}),
        ({"oneOf": [TEXT, WHOLE]}, {"anyOf": [WHOLE, TEXT]}, {}),
        (objects(a=TEXT), {"allOf": [objects(a=TEXT), {"required": ["a"]}]}, {"a absent made-required": "u"}),
        ({"allOf": [TEXT, {"maxLength": 3}]}, {**TEXT, "maxLength": 3}, {}),
        (TEXT, {"oneOf": [TEXT, {**TEXT, "minLength": 3}]}, {"(document) unread none": "u"}),
        (TEXT, {"not": WHOLE}, {"(document) unread none": "u", "(document) rejected retyped": "d"}),
        ({"if": TEXT, "then": TEXT}, {"if": TEXT, "then": TEXT, "title": "x"}, {}),
    ],
)
def test_combined(old, new, expected):
    assert of(old, new) == expected


def test_references():
    defined = {"$defs": {"t": TEXT}, "properties": {"a": {"$ref": "#/$defs/t"}}}
    assert (
        of(defined, objects(a=TEXT) | {"type": [*["null", "boolean", "number", "string", "array", "object"]]})
        == {}
    )
    assert of(defined, {**defined, "$defs": {"t": WHOLE}}) == {"a rejected retyped": "ud"}
    outside = {"properties": {"a": {"$ref": "b.schema.json#/x"}}}
    assert of(outside, objects(a=TEXT), b_schema_json={"x": TEXT})["(document) rejected retyped"] == "u"
    far = {"$ref": "https://example.org/x.json"}
    assert of({"properties": {"a": far}}, {"properties": {"a": far, "b": TEXT}}) == {}
    assert of({"properties": {"a": far}}, {"properties": {"a": TEXT}}) == {"a unread none": "ud"}


def test_recursion_ends():
    tree = {"properties": {"v": TEXT, "next": {"$ref": "#"}}}
    assert of(tree, {"properties": {"v": WHOLE, "next": {"$ref": "#"}}}) == {"v rejected retyped": "ud"}
    assert of({"$ref": "#"}, {"$ref": "#", "x": 1}) == {"(document) unread none": "ud"}


def test_what_explodes_is_unread_and_soon():
    wide = {"$defs": {f"n{index}": {"anyOf": [{"$ref": f"#/$defs/n{index + 1}"}] * 4} for index in range(40)}}
    wide["$defs"]["n40"] = TEXT
    old, new = ({**wide, "properties": {"a": {"$ref": "#/$defs/n0"}, mark: TEXT}} for mark in ("b", "c"))
    started = time.process_time()
    of(old, new)
    assert time.process_time() - started < 10


def test_other_json_is_none_of_ours_and_a_release_by_itself_finds_nothing():
    assert found(NOTATION, {"a.json": '{"type": "x"}'}, {"a.json": '{"type": "y"}'}) == {}
    text = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **objects(["a"], a=TEXT)})
    alone = NOTATION.alone(release("a" * 40, {"a.json": text, "b.json": "{}"}))
    assert [each.name for each in alone.meetings] == ["a.json"]
    assert causes_of(alone.meetings) == []
