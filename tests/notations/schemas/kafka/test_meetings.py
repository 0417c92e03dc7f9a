"""Two releases of Kafka's message definitions: what each change breaks, and in which direction."""

from __future__ import annotations

import json

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.schemas.kafka import NOTATION
from tests.notations.schemas.box import found, release

A = {"name": "A", "type": "int32", "versions": "0+"}
B = {"name": "B", "type": "string", "versions": "0+"}
C = {"name": "C", "type": "int64", "versions": "1+"}


def message(*fields: object, valid: str = "0-2", kind: str = "metadata", **more: object) -> str:
    return json.dumps(
        {
            "type": kind,
            "name": "M",
            "validVersions": valid,
            "flexibleVersions": "2+",
            "fields": fields,
            **more,
        }
    )


def of(old: str, new: str) -> dict[str, str]:
    return found(NOTATION, {"M.json": "// a comment\n" + old}, {"M.json": new})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([A, B], [A, B], {}),
        ([A, B], [{**A, "name": "Z"}, B], {}),
        ([A, B], [B, A], {"M.B misread moved": "ud"}),
        ([A, B], [A, C, B], {"M.C misread inserted": "ud"}),
        ([A, C, B], [A, B], {"M.C misread removed": "ud"}),
        ([A], [A, B], {"M.B misread appended": "ud"}),
        ([A, B], [A], {"M.B misread truncated": "ud"}),
        ([A], [{**A, "type": "int64"}], {"M.A misread retyped": "ud"}),
        ([{**A, "type": "bytes"}], [{**A, "type": "records"}], {}),
        ([A], [A, {**B, "versions": "3+"}], {}),
        ([A, B], [A, {**B, "nullableVersions": "1+"}], {"M.B rejected widened": "d"}),
        ([A, {**B, "nullableVersions": "0+"}], [A, B], {"M.B rejected nullable-dropped": "u"}),
        ([A], [A, {**B, "tag": 0, "taggedVersions": "2+", "versions": "2+"}], {}),
        ([A], [{"name": "T", "type": "int8", "tag": 0, "taggedVersions": "2+"}, A], {}),
        ([A], [{**A, "default": "5"}], {}),
        ([A], [{**A, "about": "something", "ignorable": True}], {}),
    ],
)
def test_a_released_version_keeps_its_layout(old, new, expected):
    assert of(message(*old), message(*new)) == expected


TAGGED = {"name": "T", "type": "int32", "versions": "2+", "tag": 0, "taggedVersions": "2+"}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ({**TAGGED, "type": "string"}, {"M.T misread retyped": "ud"}),
        ({**TAGGED, "default": "5"}, {"M.T misread default-changed": "ud"}),
        ({**TAGGED, "name": "Other"}, {}),
    ],
)
def test_tagged_fields_are_found_by_their_tag(new, expected):
    assert of(message(A, TAGGED), message(A, new)) == expected


def test_structures_are_compared_by_what_is_in_them():
    inline = {"name": "L", "type": "[]Part", "versions": "0+", "fields": [A]}
    common = {"name": "L", "type": "[]Piece", "versions": "0+"}
    assert of(message(inline), message(common, commonStructs=[{"name": "Piece", "fields": [A]}])) == {}
    assert of(message(inline), message({**inline, "fields": [B]})) == {"M.L.B misread retyped": "ud"}
    assert of(message(inline), message({**inline, "type": "Part"})) == {"M.L misread retyped": "ud"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {"valid": "0-3"}, {}),
        ({}, {"valid": "0-1"}, {"M.VERSION refused version-lowered": "u"}),
        ({"latestVersionUnstable": True}, {"valid": "0-1"}, {}),
        ({"kind": "request"}, {"kind": "request", "valid": "0-1"}, {}),
        ({"kind": "request"}, {"kind": "request", "valid": "3-4"}, {"M.VERSION refused version-raised": "u"}),
        ({}, {"valid": "1-2"}, {"M.VERSION refused version-raised": ""}),
        ({}, {"flexibleVersions": "1+"}, {"M.flexibleVersions misread reframed": "ud"}),
    ],
)
def test_versions(old, new, expected):
    assert of(message(A, **old), message(A, **new)) == expected


def test_an_unstable_version_is_free():
    assert of(message(A, latestVersionUnstable=True), message(A, {**B, "versions": "2+"})) == {}
    assert of(message(A), message(A, {**B, "versions": "2+"})) == {"M.B misread appended": "ud"}


def test_other_json_is_none_of_ours_and_a_message_that_goes_is_missed():
    assert found(NOTATION, {"a.json": '{"x": 1}'}, {"a.json": "[1]"}) == {}
    assert found(NOTATION, {"M.json": message(A)}, {"N.json": "{}"}) == {"M refused record-removed": "u"}


def test_a_release_by_itself_finds_nothing():
    alone = NOTATION.alone(release("a" * 40, {"M.json": message(A, B, TAGGED), "other.json": "{"}))
    assert [each.name for each in alone.meetings] == ["M"]
    assert causes_of(alone.meetings) == []


def test_what_cannot_be_read_is_unread_by_its_path():
    one = release("a" * 40, {"M.json": message(A)})
    other = release("b" * 40, {"M.json": message(A, valid="one to two")})
    NOTATION.lower(one, other, ["M.json"])
    assert list(other.failed) == ["M.json"]
