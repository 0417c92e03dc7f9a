"""Two releases of Avro schemas: what each change breaks, and in which direction."""

from __future__ import annotations

import json

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.schemas.avro import NOTATION
from tests.notations.schemas.box import found, lowered, release

NESTED = {"type": "record", "name": "Inner", "fields": [{"name": "a", "type": "int"}]}
SUITS = {"type": "enum", "name": "Suit", "symbols": ["A", "B"]}


def record(*fields: object, name: str = "R", **more: object) -> str:
    made = [{"name": "x", "type": each} if not _is_field(each) else each for each in fields]
    return json.dumps({"type": "record", "name": name, "namespace": "n", "fields": made, **more})


def _is_field(value: object) -> bool:
    return (
        isinstance(value, dict) and "name" in value and value.get("type") not in ("record", "enum", "fixed")
    )


def of(old: str, new: str) -> dict[str, str]:
    return found(NOTATION, {"a.avsc": old}, {"a.avsc": new})


@pytest.mark.parametrize(
    ("old", "new", "directions"),
    [
        ("int", "long", "d"),
        ("long", "int", "u"),
        ("int", "float", "d"),
        ("long", "double", "d"),
        ("string", "bytes", None),
        ("int", "string", "ud"),
        ("boolean", "int", "ud"),
        ("int", ["null", "int"], "d"),
        (["null", "int"], "int", "u"),
        (["null", "int"], ["null", "long"], "d"),
        (["null", "int"], ["int", "null"], None),
        (["null", "int"], ["null", "int", "string"], "d"),
        ({"type": "array", "items": "int"}, {"type": "array", "items": "long"}, "d"),
        ({"type": "array", "items": "int"}, {"type": "map", "values": "int"}, "ud"),
        ({"type": "map", "values": "int"}, {"type": "map", "values": "string"}, "ud"),
        (
            {"type": "fixed", "name": "F", "size": 4},
            {"type": "fixed", "name": "F", "size": 8},
            "ud",
        ),
        ("int", {"type": "int", "logicalType": "date"}, None),
        ({"type": "string", "logicalType": "unheard-of"}, "string", None),
    ],
)
def test_types(old, new, directions):
    seen = of(record(old), record(new))
    assert seen == ({"n.R.x rejected retyped": directions} if directions else {})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2},
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3},
        ),
        (
            {"type": "long", "logicalType": "timestamp-millis"},
            {"type": "long", "logicalType": "timestamp-micros"},
        ),
    ],
)
def test_the_same_bytes_with_another_meaning(old, new):
    assert of(record(old), record(new)) == {"n.R.x misread retyped": "ud"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [{"name": "y", "type": "int"}], {"n.R.y absent key-added": "u"}),
        ([], [{"name": "y", "type": "int", "default": 0}], {}),
        ([{"name": "y", "type": "int"}], [], {"n.R.y absent key-removed": "d"}),
        ([{"name": "y", "type": "int", "default": 0}], [], {}),
        (
            [{"name": "y", "type": "int"}],
            [{"name": "z", "type": "int", "aliases": ["y"]}],
            {"n.R.y absent key-renamed": "d"},
        ),
        (
            [{"name": "y", "type": "int", "default": 0}],
            [{"name": "y", "type": "int"}],
            {},
        ),
        (
            [{"name": "y", "type": "int"}, {"name": "z", "type": "int"}],
            [{"name": "z", "type": "int"}, {"name": "y", "type": "int"}],
            {},
        ),
    ],
)
def test_fields(old, new, expected):
    assert of(record(*old), record(*new)) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["A"], ["A", "B"], {"Suit.B rejected variant-added": "d"}),
        (["A", "B"], ["A"], {"Suit.B rejected variant-removed": "u"}),
        (["A", "B"], ["B", "A"], {}),
    ],
)
def test_enumerations(old, new, expected):
    sides = [json.dumps({"type": "enum", "name": "Suit", "symbols": each}) for each in (old, new)]
    assert of(*sides) == expected
    assert of(*(each[:-1] + ', "default": "A"}' for each in sides if '"A"' in each)) == {} or "A" not in new


def test_what_a_record_holds_is_its_own_codec():
    old = record({"name": "i", "type": NESTED}, {"name": "s", "type": SUITS})
    new = old.replace('"type": "int"', '"type": "string"').replace('["A", "B"]', '["A"]')
    assert of(old, new) == {
        "n.Inner.a rejected retyped": "ud",
        "n.Suit.B rejected variant-removed": "u",
    }


def test_records_in_unions_meet_by_name():
    union = [record({"name": "a", "type": "int"}, name=name) for name in ("P", "Q")]
    old = f'["null", {union[0]}, {union[1]}]'
    assert of(old, old.replace('"name": "Q"', '"name": "Z"')) == {"a.avsc.schema rejected retyped": "ud"}
    assert of(old, f'["null", {union[1]}, {union[0]}]') == {}


def test_a_top_record_keeps_its_name_or_has_an_alias():
    plain = record({"name": "a", "type": "int"})
    assert of(plain, record({"name": "a", "type": "int"}, name="Z")) == {
        "a.avsc.schema rejected retyped": "ud"
    }
    aliased = record({"name": "a", "type": "int"}, name="Z", aliases=["R"])
    assert of(plain, aliased) == {"a.avsc.schema rejected retyped": "d"}
    assert of(plain, plain.replace('"n"', '"other"')) == {}


def test_recursion_ends():
    old = record({"name": "v", "type": "int"}, {"name": "next", "type": ["null", "R"], "default": None})
    assert of(old, old.replace('"v", "type": "int"', '"v", "type": "long"')) == {
        "n.R.v rejected retyped": "d"
    }


def test_a_type_of_another_file():
    uses = record({"name": "i", "type": "n.Inner"})
    inner = json.dumps({**NESTED, "namespace": "n"})
    before = {"a.avsc": uses, "b.avsc": inner}
    after = {
        "a.avsc": record({"name": "i", "type": "n.Inner"}, {"name": "y", "type": "int"}),
        "b.avsc": inner,
    }
    assert found(NOTATION, before, after) == {"n.R.y absent key-added": "u"}
    assert of(uses, record({"name": "i", "type": "n.Elsewhere"})) == {"n.R.i unread none": "ud"}


IDL = """
@namespace("n")
protocol Shop {
  import idl "other.avdl";
  /** A parcel. */
  record Parcel {
    string id;
    union { null, long } @aliases(["mass"]) weight = null;
    array<decimal(9, 2)> prices = [];
    Suit? suit = null;
    @java-class("x.Y") map<int> counts, more;
    date `when`;
  }
  enum Suit { A, B } = A;
  fixed Hash(16);
  error Lost { string why; }
  Parcel ship(string id, int count = 1) throws Lost;
  void ping() oneway;
}
"""


def test_idl_lowers_as_json_does():
    from compatlint.notations.schemas.avro.from_idl import parse_avdl

    file = parse_avdl(IDL)
    parcel = file.named["n.Parcel"]
    assert [(each.name, each.type.kind, each.has_default) for each in parcel.fields] == [
        ("id", "string", False),
        ("weight", "union", True),
        ("prices", "array", True),
        ("suit", "union", True),
        ("counts", "map", False),
        ("more", "map", False),
        ("when", "int", False),
    ]
    assert parcel.fields[1].aliases == ("mass",)
    assert parcel.fields[2].type.parts[0].logical == "decimal(9, 2)"
    assert file.named["n.Suit"].default == "A"
    assert file.named["n.Hash"].size == 16
    assert list(file.calls) == ["n.Shop.ship", "n.Shop.ping"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("string id;", "bytes id;", {}),
        ("string id;", "int id;", {"n.Parcel.id rejected retyped": "ud"}),
        ("void ping() oneway;", "", {"n.Shop.ping refused record-removed": "u"}),
        ("void ping() oneway;", "void ping();", {"n.Shop.ping.(one way) rejected retyped": "ud"}),
        ("int count = 1", "int count", {}),
        (", int count = 1", "", {}),
        (
            "ship(string id,",
            "ship(string key,",
            {"n.Shop.ship.key absent key-added": "u", "n.Shop.ship.id absent key-removed": "d"},
        ),
    ],
)
def test_protocols(old, new, expected):
    assert found(NOTATION, {"a.avdl": IDL}, {"a.avdl": IDL.replace(old, new)}) == expected


def test_protocols_in_json():
    text = json.dumps(
        {
            "protocol": "Shop",
            "namespace": "n",
            "types": [json.loads(record({"name": "a", "type": "int"}))],
            "messages": {"ship": {"request": [{"name": "p", "type": "R"}], "response": "int"}},
        }
    )
    assert found(
        NOTATION, {"a.avpr": text}, {"a.avpr": text.replace('"response": "int"', '"response": "long"')}
    ) == {"n.Shop.ship.(answer) rejected retyped": "d"}


def test_a_release_by_itself_finds_nothing():
    alone = NOTATION.alone(release("a" * 40, {"a.avdl": IDL, "b.avsc": record("int")}))
    assert {each.name for each in alone.meetings} == {"n.Parcel", "n.Suit", "n.Lost", "n.R"}
    assert causes_of(alone.meetings) == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"type": "record"}',
        "[" * 100_000,
        '{"type": "array"}',
        '{"a": 1, "a": 2}',
        "[1]",
        '{"type": "fixed", "name": "F"}',
    ],
)
def test_what_is_no_schema_is_unread_by_its_path(text):
    one, other = release("a" * 40, {"a.avsc": '"int"'}), release("b" * 40, {"a.avsc": text})
    NOTATION.lower(one, other, ["a.avsc"])
    assert list(other.failed) == ["a.avsc"]


def test_lines_are_those_of_the_fields():
    text = '{"type": "record", "name": "R", "fields": [\n{"name": "x", "type": "int"},\n{"name": "y", "type": "int"}]}'
    meetings = lowered(
        NOTATION, {"a.avsc": text}, {"a.avsc": text.replace('"y", "type": "int"', '"y", "type": "string"')}
    )
    (cause,) = causes_of(meetings.meetings)
    ((meeting, clash),) = [each for key, each in cause.shown.items() if key[0] == "downgrade"]
    assert clash.writing is not None
    assert (clash.writing.span.line, meeting.writer and meeting.writer.span.line) == (3, 1)
