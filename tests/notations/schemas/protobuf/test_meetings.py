"""Two releases of .proto files: what each change breaks, and in which direction."""

from __future__ import annotations

import pytest

from compatlint.notations.schemas.protobuf import NOTATION
from compatlint.notations.schemas.protobuf.paths import is_unstable
from tests.notations.schemas.box import found, lowered

PROTO3 = 'syntax = "proto3";\npackage p;\n'
PROTO2 = 'syntax = "proto2";\npackage p;\n'
EDITION = 'edition = "2023";\npackage p;\n'


def of(old: str, new: str, head: str = PROTO3) -> dict[str, str]:
    """Return what is found where a message M has one body and then another one."""
    sides = ({"a.proto": f"{head}message M {{ {body} }}\n{OTHERS}"} for body in (old, new))
    return {name.removeprefix("p.M."): directions for name, directions in found(NOTATION, *sides).items()}


OTHERS = """
message Inner { string name = 1; int32 count = 2; }
message Same { string name = 1; int32 count = 2; }
message Renamed { string title = 1; int32 number = 2; }
message Other { int32 id = 1; }
message Pair { string key = 1; int32 value = 2; }
enum E { E_ZERO = 0; E_ONE = 1; E_TWO = 2; }
enum F { F_ZERO = 0; F_ONE = 1; }
enum Bit { BIT_NO = 0; BIT_YES = 1; }
"""

RETYPED = [
    ("int32", "int64", "narrowed", "d"),
    ("int64", "int32", "narrowed", "u"),
    ("uint32", "int64", "narrowed", "d"),
    ("int32", "uint32", "narrowed", "ud"),
    ("bool", "int32", "narrowed", "d"),
    ("int32", "bool", "narrowed", "u"),
    ("sint32", "sint64", "narrowed", "d"),
    ("fixed32", "sfixed32", "narrowed", "ud"),
    ("fixed64", "sfixed64", "narrowed", "ud"),
    ("string", "bytes", "narrowed", "d"),
    ("bytes", "string", "narrowed", "u"),
    ("E", "bool", "narrowed", "u"),
    ("repeated string", "string", "narrowed", "u"),
    ("string", "repeated string", "narrowed", "d"),
    ("Inner", "repeated Inner", "narrowed", "d"),
    ("E", "F", "narrowed", "u"),
    ("int32", "sint32", "retyped", "ud"),
    ("int64", "sint64", "retyped", "ud"),
    ("fixed32", "float", "retyped", "ud"),
    ("double", "fixed64", "retyped", "ud"),
    ("string", "Inner", "retyped", "ud"),
    ("Inner", "Renamed", "retyped", "ud"),
]


@pytest.mark.parametrize(("old", "new", "change", "directions"), RETYPED)
def test_types_that_share_a_wire_type(old, new, change, directions):
    assert of(f"{old} x = 1;", f"{new} x = 1;") == {f"1 misread {change}": directions}


@pytest.mark.parametrize(
    ("old", "new", "directions"),
    [
        ("int32", "string", "ud"),
        ("int32", "float", "ud"),
        ("int32", "fixed32", "ud"),
        ("float", "double", "ud"),
        ("int32", "Inner", "ud"),
        ("Inner", "Other", "ud"),
        ("E", "Inner", "ud"),
        ("repeated int32", "int32", "u"),
        ("int32", "repeated int32", "d"),
        ("E", "repeated E", "d"),
        ("map<string, int32>", "string", "ud"),
        ("map<string, int32>", "map<fixed32, int32>", "ud"),
        ("map<string, int32>", "map<string, string>", "ud"),
    ],
)
def test_types_of_another_wire_type(old, new, directions):
    assert of(f"{old} x = 1;", f"{new} x = 1;") == {"1 rejected retyped": directions}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("string x = 1;", "string y = 1;"),
        ("Inner x = 1;", "Same x = 1;"),
        ("E x = 1;", "int32 x = 1;"),
        ("Inner x = 1;", ".p.Inner x = 1;"),
        ("Bit x = 1;", "bool x = 1;"),
        ("repeated int32 x = 1;", "repeated int32 x = 1 [packed = false];"),
        ("map<string, int32> x = 1;", "repeated Pair x = 1;"),
        ("string x = 1;", "optional string x = 1;"),
        ("string x = 1;", "oneof o { string x = 1; }"),
        ("oneof o { string x = 1; }", "string x = 1;"),
        ("oneof o { string x = 1; int32 y = 2; }", "oneof other { string x = 1; int32 y = 2; }"),
        ("string x = 1;", "string x = 1; int32 y = 2;"),
        ("string x = 1; int32 y = 2;", "reserved 2; string x = 1;"),
        ("string x = 1; int32 y = 3;", "reserved 2 to max; string x = 1;"),
        ("string x = 1;", "string x = 1 [deprecated = true];"),
        ("string x = 1; int32 y = 2;", "int32 y = 2; string x = 1;"),
        ("string x = 1;", "string old_x = 1; int32 x = 2;"),
        ("string x = 1;", "string old_x = 1 [deprecated = true]; string x = 2;"),
    ],
)
def test_the_same_bytes(old, new):
    assert {name for name in of(old, new) if "dropped" not in name} == set()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("required int32 x = 1;", "optional int32 x = 1;", {"1 absent made-optional": "d"}),
        ("optional int32 x = 1;", "required int32 x = 1;", {"1 absent made-required": "u"}),
        ("", "required int32 x = 1;", {"1 absent key-added": "u"}),
        (
            "required int32 x = 1;",
            "",
            {"1 dropped key-removed": "u", "1 absent key-removed": "d"},
        ),
        (
            "optional int32 x = 1 [default = 1];",
            "optional int32 x = 1 [default = 0x1];",
            {},
        ),
        (
            "optional int32 x = 1 [default = 1];",
            "optional int32 x = 1;",
            {"1 misread default-changed": "ud"},
        ),
        (
            "optional E x = 1 [default = E_ONE];",
            "optional E x = 1 [default = E_TWO];",
            {"1 misread default-changed": "ud"},
        ),
        (
            "optional E x = 1;",
            "optional E x = 1 [default = E_ZERO];",
            {},
        ),
        (
            "optional group Part = 1 { optional int32 a = 1; }",
            "optional Part x = 1; message Part { optional int32 a = 1; }",
            {"1 rejected retyped": "ud"},
        ),
        ("repeated int32 x = 1;", "repeated int32 x = 1 [packed = true];", {}),
        ("optional int32 x = 1;", "repeated int32 x = 1;", {"1 misread narrowed": "d"}),
    ],
)
def test_proto2(old, new, expected):
    assert of(old, new, PROTO2) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("int32 x = 1;", "int32 x = 1 [features.field_presence = IMPLICIT];", {}),
        (
            "int32 x = 1;",
            "int32 x = 1 [features.field_presence = LEGACY_REQUIRED];",
            {"1 absent made-required": "u"},
        ),
        (
            "Inner x = 1;",
            "Inner x = 1 [features.message_encoding = DELIMITED];",
            {"1 rejected retyped": "ud"},
        ),
        ("int32 x = 1;", "repeated int32 x = 1;", {"1 rejected retyped": "d"}),
        (
            "int32 x = 1;",
            "repeated int32 x = 1 [features.repeated_field_encoding = EXPANDED];",
            {"1 misread narrowed": "d"},
        ),
    ],
)
def test_editions(old, new, expected):
    assert of(old, new, EDITION) == expected


def test_an_edition_with_the_defaults_of_proto3_is_the_same():
    body = "message M { int32 x = 1; repeated int32 y = 2; } enum E { E_A = 0; }"
    after = f"{EDITION}option features.field_presence = IMPLICIT;\n{body}"
    assert found(NOTATION, {"a.proto": PROTO3 + body}, {"a.proto": after}) == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "oneof o { int32 x = 1; int32 y = 2; } int32 z = 3;",
            "oneof o { int32 x = 1; int32 y = 2; int32 z = 3; }",
            {"3 dropped grouped": "u"},
        ),
        (
            "oneof o { int32 x = 1; int32 y = 2; int32 z = 3; }",
            "oneof o { int32 x = 1; int32 y = 2; } int32 z = 3;",
            {"3 dropped grouped": "d"},
        ),
        ("oneof o { int32 x = 1; }", "oneof o { int32 x = 1; int32 y = 2; }", {}),
    ],
)
def test_a_oneof_keeps_one(old, new, expected):
    assert of(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "string a = 1; string b = 2;",
            "string b = 1; string a = 2;",
            {"1 misread renumbered": "ud", "2 misread renumbered": "ud"},
        ),
        (
            "string a = 1; string b = 2;",
            "string new = 1; string a = 2; string b = 3;",
            {"1 misread renumbered": "ud", "2 misread renumbered": "ud"},
        ),
        ("string a = 1;", "string other = 1; string a = 2;", {"1 misread renumbered": "ud"}),
        ("string a = 1;", "string a = 2;", {"1 absent renumbered": "u", "2 absent renumbered": "d"}),
    ],
)
def test_numbers_that_mean_something_else(old, new, expected):
    assert of(old, new) == expected


@pytest.mark.parametrize(
    ("head", "old", "new", "expected"),
    [
        (PROTO3, "A = 0; B = 1;", "A = 0; B = 1; C = 2;", {}),
        (PROTO3, "A = 0; B = 1;", "A = 0;", {"p.E.1 dropped variant-removed": "u"}),
        (PROTO3, "A = 0; B = 1;", "A = 0; reserved 1;", {}),
        (PROTO3, "A = 0; B = 1;", "A = 0; C = 1;", {}),
        (PROTO3, "A = 0; B = 1;", "A = 0; C = 1; B = 2;", {"p.E.1 misread renumbered": "ud"}),
        (PROTO3, "A = 0; B = 1;", "option allow_alias = true; A = 0; C = 1; B = 1;", {}),
        (PROTO2, "A = 1;", "A = 1; B = 2;", {"p.E.2 rejected variant-added": "d"}),
        (PROTO2, "A = 1; B = 2;", "A = 1;", {"p.E.2 rejected variant-removed": "u"}),
        (
            EDITION,
            "option features.enum_type = CLOSED; A = 1;",
            "option features.enum_type = CLOSED; A = 1; B = 2;",
            {"p.E.2 rejected variant-added": "d"},
        ),
    ],
)
def test_enumerations(head, old, new, expected):
    sides = ({"a.proto": f"{head}enum E {{ {body} }}"} for body in (old, new))
    assert found(NOTATION, *sides) == expected


CALLS = PROTO3 + "message A { int32 x = 1; } message B { int32 x = 1; } message C { string x = 1; }\n"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("rpc F(A) returns (A);", "rpc F(A) returns (B);", {}),
        ("rpc F(A) returns (A);", "rpc F(A) returns (C);", {"/p.S/F.response rejected retyped": "ud"}),
        (
            "rpc F(A) returns (A);",
            "rpc F(stream A) returns (A) {}",
            {"/p.S/F.request stream rejected retyped": "ud"},
        ),
        ("rpc F(A) returns (A);", "", {"/p.S/F refused record-removed": "u"}),
        ("", "rpc F(A) returns (A);", {}),
    ],
)
def test_remote_calls(old, new, expected):
    sides = ({"a.proto": f"{CALLS}service S {{ {body} }}"} for body in (old, new))
    assert found(NOTATION, *sides) == expected


def test_a_message_that_moves_to_another_file_or_package_is_met_there():
    before = {"a.proto": PROTO3 + "message M { int32 x = 1; } message N { M m = 1; }"}
    moved = {
        "a.proto": PROTO3 + 'import "q/b.proto"; message N { q.M m = 1; }',
        "q/b.proto": 'syntax = "proto3"; package q; message M { sint32 x = 1; }',
    }
    assert found(NOTATION, before, moved) == {"q.M.1 misread retyped": "ud"}


def test_a_type_of_another_repository_is_itself():
    before = {"a.proto": PROTO3 + 'import "far/away.proto"; message M { far.Thing x = 1; }'}
    after = {"a.proto": PROTO3 + 'import "far/v2.proto"; message M { far.v2.Thing x = 1; int32 y = 2; }'}
    assert found(NOTATION, before, after) == {}
    unlike = {"a.proto": PROTO3 + 'import "far/v2.proto"; message M { far.v2.Else x = 1; }'}
    assert found(NOTATION, before, unlike) == {"p.M.1 unread none": "ud"}


def test_a_message_that_nothing_holds_is_missed_when_it_goes():
    before = {"a.proto": PROTO3 + "message Held { int32 x = 1; } message Root { Held h = 1; }"}
    assert found(NOTATION, before, {"a.proto": PROTO3}) == {"p.Root refused record-removed": "u"}


def test_extensions_are_fields_of_what_they_extend():
    base = PROTO2 + "message M { extensions 100 to 200; }\n"
    before = {"a.proto": base + "extend M { optional int32 x = 100; }"}
    after = {"a.proto": base + "extend M { optional string x = 100; }"}
    assert found(NOTATION, before, after) == {"p.M.100 rejected retyped": "ud"}


def test_custom_options_are_no_fields_of_a_message():
    text = (
        PROTO3
        + 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { %s x = 50001; }'
    )
    assert found(NOTATION, {"a.proto": text % "bool"}, {"a.proto": text % "string"}) == {}


def test_a_message_that_becomes_an_enumeration():
    before, after = PROTO3 + "message T { int32 x = 1; }", PROTO3 + "enum T { T_A = 0; }"
    assert found(NOTATION, {"a.proto": before}, {"a.proto": after}) == {"p.T.type rejected retyped": "ud"}


JSON = 'import "google/api/annotations.proto";\n'


@pytest.mark.parametrize(
    ("old", "new", "directions"),
    [
        ("string owner = 1;", "string holder = 1;", "ud"),
        ("string owner = 1;", 'string holder = 1 [json_name = "owner"];', None),
        ("string owner = 1;", 'string owner = 1 [json_name = "holder"];', "d"),
        ("string my_owner = 1;", "string myOwner = 1;", None),
        ("string owner = 1;", "bytes owner = 1;", "ud"),
        ("string owner = 1;", "repeated string owner = 1;", "ud"),
        ("int32 owner = 1;", "int64 owner = 1;", None),
        ("string owner = 1;", "int32 owner = 1;", None),
    ],
)
def test_json_where_the_project_speaks_it(old, new, directions):
    sides = [f"{PROTO3}{JSON}message M {{ {body} }}" for body in (old, new)]
    seen = found(NOTATION, *({"a.proto": each} for each in sides))
    assert seen.get("p.M.1 rejected key-renamed") == directions
    silent = found(NOTATION, *({"a.proto": each.replace(JSON, "")} for each in sides))
    if "json_name" not in new:
        assert "p.M.1 rejected key-renamed" not in silent


@pytest.mark.parametrize(
    ("package", "unstable"),
    [
        ("shop.v1alpha1", True),
        ("shop.v1beta2.orders", True),
        ("shop.experimental", True),
        ("opentelemetry.proto.profiles.v1development", True),
        ("shop.v1", False),
        ("alphabet.v1", False),
        ("", False),
    ],
)
def test_a_package_declares_itself_unstable(package, unstable):
    assert is_unstable(package) is unstable


def test_what_a_package_declares_goes_with_its_meetings():
    head = 'syntax = "proto3";\npackage p.v1alpha1;\n'
    sides = ({"a.proto": f"{head}message M {{ {kind} x = 1; }}"} for kind in ("int32", "string"))
    assert all(each.unstable for each in lowered(NOTATION, *sides).meetings)


def test_a_release_by_itself_has_every_record_and_finds_nothing():
    from compatlint.check.keyed.causes import causes_of
    from tests.notations.schemas.box import release

    text = CALLS + "service S { rpc F(A) returns (B); } enum E { E_A = 0; }"
    alone = NOTATION.alone(release("a" * 40, {"a.proto": text}))
    assert {each.name for each in alone.meetings} == {"p.A", "p.B", "p.C", "p.E", "/p.S/F"}
    assert causes_of(alone.meetings) == []
