"""Random pairs of Avro schemas, judged by us, by the official checker, and by what happens to real bytes."""

from __future__ import annotations

import io
import json
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compatlint.notations.schemas.avro import NOTATION
from tests.notations.schemas.box import found

fastavro = pytest.importorskip("fastavro", reason="the extra `oracles` is not installed")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    schema = pytest.importorskip("avro.schema", reason="the extra `oracles` is not installed")
    compatibility = pytest.importorskip("avro.compatibility", reason="the extra `oracles` is not installed")

PRIMITIVES = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"]
DEFAULTS = {
    "null": None, "boolean": False, "int": 0, "long": 0, "float": 0.5, "double": 0.5, "bytes": "", "string": "",
}  # fmt: skip
PAIRS = 2000


@st.composite
def schemas(draw: st.DrawFn, depth: int = 2, names: list[str] | None = None) -> object:
    """Draw a schema; every name is used once."""
    names = ["R", "S", "E", "F", "G"] if names is None else names
    kinds = ["primitive", "primitive", "union", "array", "map", "enum", "fixed", "record"]
    kind = draw(st.sampled_from(kinds if depth else kinds[:2]))
    if kind in ("enum", "fixed", "record") and not names:
        kind = "primitive"
    if kind == "primitive":
        return draw(st.sampled_from(PRIMITIVES))
    if kind == "union":
        branches = draw(st.lists(st.sampled_from(PRIMITIVES), min_size=1, max_size=3, unique=True))
        return branches
    if kind in ("array", "map"):
        key = "items" if kind == "array" else "values"
        return {"type": kind, key: draw(schemas(depth - 1, names))}
    name = names.pop(0)
    if kind == "enum":
        symbols = draw(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4, unique=True))
        extra = {"default": symbols[0]} if draw(st.booleans()) else {}
        return {"type": "enum", "name": name, "symbols": symbols, **extra}
    if kind == "fixed":
        return {"type": "fixed", "name": name, "size": draw(st.integers(1, 2))}
    fields = []
    for each in draw(st.lists(st.sampled_from("abcd"), max_size=3, unique=True)):
        of = draw(schemas(depth - 1, names))
        default = draw(st.booleans())
        field: dict[str, object] = {"name": each, "type": of}
        first = of[0] if isinstance(of, list) else of
        if default and isinstance(first, str):
            field["default"] = DEFAULTS[first]
        if draw(st.integers(0, 4)) == 0:
            field["aliases"] = [draw(st.sampled_from("wxyz"))]
        fields.append(field)
    return {"type": "record", "name": name, "fields": fields}


@st.composite
def changed(draw: st.DrawFn, value: object) -> object:
    """Draw a schema like another one, with a few changes."""
    if draw(st.integers(0, 7)) == 0:
        return draw(schemas(1, ["N1", "N2", "N3"]))
    if isinstance(value, list):
        kept = [each for each in value if draw(st.integers(0, 3))] or value
        more = draw(st.lists(st.sampled_from([each for each in PRIMITIVES if each not in kept]), max_size=1))
        return [*kept, *more]
    if isinstance(value, str):
        return draw(st.sampled_from([value, value, value, *PRIMITIVES]))
    assert isinstance(value, dict)
    made = dict(value)
    if made["type"] == "enum":
        symbols = draw(st.lists(st.sampled_from("ABCD"), min_size=1, max_size=4, unique=True))
        made["symbols"] = symbols
        made.pop("default", None)
    elif made["type"] == "fixed":
        made["size"] = draw(st.sampled_from([made["size"], 1, 2]))
    elif made["type"] == "record":
        fields = [
            {**{key: each[key] for key in each if key != "default"}, "type": draw(changed(each["type"]))}
            for each in made["fields"]
            if draw(st.integers(0, 4))
        ]
        if draw(st.integers(0, 3)) == 0:
            fields.append({"name": "n", "type": "int"} | ({"default": 1} if draw(st.booleans()) else {}))
        made["fields"] = fields
    else:
        key = "items" if made["type"] == "array" else "values"
        made[key] = draw(changed(made[key]))
    return made


def ours(old: object, new: object) -> set[str]:
    """Return "upgrade" and "downgrade" where something breaks."""
    # json.dumps of both sides, as a file of the same path
    seen = found(NOTATION, {"a.avsc": json.dumps(old)}, {"a.avsc": json.dumps(new)})
    return {word for word in ("u", "d") if any(word in each for each in seen.values())}


def official(reader: object, writer: object) -> bool:
    """Tell whether Avro's own checker lets the reader read what the writer wrote."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        one, other = (schema.parse(json.dumps(each)) for each in (reader, writer))
        result = compatibility.ReaderWriterCompatibilityChecker().get_compatibility(one, other)
    return result.compatibility is compatibility.SchemaCompatibilityType.compatible


@settings(max_examples=PAIRS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_pairs_are_judged_as_the_official_checker_does(data: st.DataObject) -> None:
    old = data.draw(schemas())
    new = data.draw(changed(old))
    mine = ours(old, new)
    assert ("u" not in mine) == official(new, old), ("upgrade", old, new)
    assert ("d" not in mine) == official(old, new), ("downgrade", old, new)


@st.composite
def values(draw: st.DrawFn, of: object) -> object:
    """Draw a value of a schema."""
    plain = {
        "null": st.none(), "boolean": st.booleans(), "int": st.integers(-9, 9), "long": st.integers(-9, 9),
        "float": st.sampled_from([0.5, -2.0]), "double": st.sampled_from([0.5, -2.0]),
        "bytes": st.sampled_from([b"", b"ab"]), "string": st.sampled_from(["", "ab"]),
    }  # fmt: skip
    if isinstance(of, str):
        return draw(plain[of])
    if isinstance(of, list):
        return draw(values(draw(st.sampled_from(of))))
    assert isinstance(of, dict)
    if of["type"] == "enum":
        return draw(st.sampled_from(of["symbols"]))
    if of["type"] == "fixed":
        return b"x" * of["size"]
    if of["type"] == "array":
        return [draw(values(of["items"])) for _ in range(draw(st.integers(0, 2)))]
    if of["type"] == "map":
        return {f"k{index}": draw(values(of["values"])) for index in range(draw(st.integers(0, 2)))}
    return {each["name"]: draw(values(each["type"])) for each in of["fields"]}


def decodes(writer: object, reader: object, value: object) -> bool:
    """Really write a value with one schema and read it with another; tell whether that works."""
    one, other = (fastavro.parse_schema(each) for each in (writer, reader))
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, one, value)
    stream.seek(0)
    try:
        fastavro.schemaless_reader(stream, one, other)
    except Exception:
        return False
    return True


@settings(max_examples=PAIRS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_said_to_work_works_with_real_bytes(data: st.DataObject) -> None:
    old = data.draw(schemas())
    new = data.draw(changed(old))
    mine = ours(old, new)
    for word, writer, reader in (("u", old, new), ("d", new, old)):
        if word not in mine:
            assert decodes(writer, reader, data.draw(values(writer))), (word, old, new)
