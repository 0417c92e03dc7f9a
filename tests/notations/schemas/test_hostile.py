"""Hostile schemas: whatever they hold, the run ends soon, and says what it did not read."""

from __future__ import annotations

import json
import time

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.notation import Keyed, notation
from tests.notations.schemas.box import release

DEEP = 100_000
FIELDS = 40_000
BROKEN = {
    "a.proto": [
        "message M {" * DEEP,
        "message M { oneof o {" * DEEP,
        'option a = "' + "\\" * DEEP,
        "option x = " + "{" * DEEP,
        "/*" * DEEP,
        "message M { map<" * DEEP,
        "\x00\xff",
        "message M { int32 a = 99999999999999999999999999; }",
        'import "a.proto"; ' * 5_000 + "message {",
    ],
    "a.thrift": [
        "struct S { 1: " + "list<" * DEEP,
        "const x y = " + "[" * DEEP,
        "struct " * DEEP,
        "service S extends S {",
    ],
    "a.avdl": ["protocol P { record R { " + "array<" * DEEP, "@a(" * DEEP, "union {" * DEEP],
    "a.avsc": ["[" * DEEP, '{"type":' * DEEP, '{"type": "record", "name": "R", "fields": 3}', "1" * DEEP],
    "a.avpr": ['{"protocol": 3}', "{" * DEEP],
    "a.schema.json": ["[" * DEEP, '{"a":' * DEEP, '"' + "\\u" * DEEP],
    "M.json": [
        '{"validVersions": "0-9999999999", "name": "M"}',
        '{"validVersions": "0", "name": "M", "fields": {}}',
    ],
}
NOTATIONS = {
    "a.proto": "protobuf", "a.thrift": "thrift", "a.avdl": "avro", "a.avsc": "avro", "a.avpr": "avro",
    "a.schema.json": "json_schema", "M.json": "kafka",
}  # fmt: skip


def met(name: str, before: dict[str, str], after: dict[str, str]) -> tuple[int, float, dict[str, str]]:
    """Return how many causes are found, in how many seconds, and what was not read."""
    front = notation(name)
    assert isinstance(front, Keyed)
    old, new = release("a" * 40, before), release("b" * 40, after)
    started = time.process_time()
    found = causes_of(front.lower(old, new, sorted({*before, *after})).meetings)
    return len(found), time.process_time() - started, new.failed


@pytest.mark.parametrize(("path", "text"), [(path, text) for path, some in BROKEN.items() for text in some])
def test_what_is_no_schema_is_unread(path, text):
    _, seconds, failed = met(NOTATIONS[path], {path: ""}, {path: text})
    assert list(failed) == [path]
    assert len(failed[path]) < 200
    assert seconds < 5


def many(kind: str) -> str:
    return "".join(f"{kind} f{number} = {number}; " for number in range(1, FIELDS))


@pytest.mark.parametrize(
    ("name", "path", "old", "new"),
    [
        ("protobuf", "a.proto", f"message M {{ {many('int32')} }}", f"message M {{ {many('string')} }}"),
        (
            "protobuf",
            "a.proto",
            "enum E { " + "".join(f"A{n} = {n}; " for n in range(FIELDS)) + "}",
            "enum E { " + "".join(f"A{n} = {n + 1}; " for n in range(FIELDS)) + "}",
        ),
        (
            "thrift",
            "a.thrift",
            "struct S { " + "".join(f"{n}: i32 f{n}; " for n in range(1, FIELDS)) + "}",
            "struct S { " + "".join(f"{n}: i64 f{n}; " for n in range(1, FIELDS)) + "}",
        ),
        (
            "avro",
            "a.avsc",
            json.dumps(
                {
                    "type": "record",
                    "name": "R",
                    "fields": [{"name": f"f{n}", "type": "int"} for n in range(FIELDS)],
                }
            ),
            json.dumps(
                {
                    "type": "record",
                    "name": "R",
                    "fields": [{"name": f"f{n}", "type": "long"} for n in range(FIELDS)],
                }
            ),
        ),
        (
            "json_schema",
            "a.schema.json",
            json.dumps({"properties": {f"f{n}": {"type": "string"} for n in range(FIELDS)}}),
            json.dumps({"properties": {f"f{n}": {"type": "integer"} for n in range(FIELDS)}}),
        ),
    ],
)
def test_many_fields_end_in_time(name, path, old, new):
    count, seconds, _ = met(name, {path: old}, {path: new})
    assert count > 0
    assert seconds < 10


def test_imports_in_a_circle_and_many_messages_of_one_name():
    ring = {
        f"d{index}/a.proto": f'syntax = "proto3"; import "d{(index + 1) % 300}/a.proto"; message M {{ N{index} x = 1; int32 y = 2; }}'
        for index in range(300)
    }
    other = {path: text.replace("int32", "string") for path, text in ring.items()}
    count, seconds, failed = met("protobuf", ring, other)
    assert (count, failed) == (1, {}), "one codec of one name"
    assert seconds < 10


def test_messages_that_hold_each_other_under_other_names():
    def text(prefix: str, kind: str) -> str:
        ring = "".join(
            f"message {prefix}{n} {{ {prefix}{(n + 1) % 60} next = 1; {prefix}{(n * 7) % 60} far = 2; {kind} v = 3; }} "
            for n in range(60)
        )
        return f'syntax = "proto3"; message Root {{ {prefix}0 x = 1; }} {ring}'

    _, seconds, _ = met("protobuf", {"a.proto": text("A", "int32")}, {"a.proto": text("B", "string")})
    assert seconds < 10
    _, seconds, _ = met("protobuf", {"a.proto": text("A", "int32")}, {"a.proto": text("B", "int32")})
    assert seconds < 10
