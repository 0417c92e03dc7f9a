"""Random pairs of messages, judged by us, by buf, and by what happens to real bytes."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from compatlint.notations.schemas.protobuf import NOTATION
from tests.notations.schemas.box import found

descriptor_pb2 = pytest.importorskip(
    "google.protobuf.descriptor_pb2", reason="the extra `oracles` is not installed"
)
from google.protobuf import descriptor_pool, message_factory  # noqa: E402  # behind the check that it is there
from google.protobuf.message import DecodeError  # noqa: E402

SCALARS = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64",
    "fixed32", "fixed64", "sfixed32", "sfixed64", "bool", "string", "bytes",
]  # fmt: skip
NAMED = ["Inner", "E"]
KINDS = {each: index for index, each in enumerate(
    ["", "double", "float", "int64", "uint64", "int32", "fixed64", "fixed32", "bool", "string", "group", "Inner",
     "bytes", "uint32", "E", "sfixed32", "sfixed64", "sint32", "sint64"])}  # fmt: skip
PAIRS = 2500
Field = tuple[str, int, str, str]  # name, number, label, type


def fields(draw: random.Random, syntax: str) -> list[Field]:
    """Draw the fields of a message."""
    numbers = draw.sample(range(1, 6), draw.randint(1, 3))
    return [
        (f"f{number}", number, label(draw, syntax), draw.choice(SCALARS + NAMED))
        for number in sorted(numbers)
    ]


def label(draw: random.Random, syntax: str) -> str:
    """Draw a label."""
    return draw.choice(
        ["", "", "repeated"] if syntax == "proto3" else ["optional", "optional", "repeated", "required"]
    )


def changed(draw: random.Random, syntax: str, old: list[Field]) -> list[Field]:
    """Draw a message like another one, with one or two changes."""
    new = list(old)
    for _ in range(draw.randint(1, 2)):
        change = draw.randint(0, 5)
        place = draw.randrange(len(new)) if new else 0
        if change == 0:
            new.append((f"g{len(new)}", 10 + len(new), label(draw, syntax), draw.choice(SCALARS + NAMED)))
        elif not new:
            continue
        elif change == 1:
            new.pop(place)
        elif change == 2:
            name, number, _, kind = new[place]
            new[place] = (name, number, label(draw, syntax), kind)
        elif change == 3:
            _, number, mark, kind = new[place]
            new[place] = (f"other{number}", number, mark, kind)
        else:
            name, number, mark, _ = new[place]
            new[place] = (name, number, mark, draw.choice(SCALARS + NAMED))
    return new


def text_of(name: str, syntax: str, body: list[Field]) -> str:
    """Write a message down."""
    lines = (f"{mark} {kind} {field} = {number};".strip() for field, number, mark, kind in body)
    return f"message {name} {{ {' '.join(lines)} }}\n"


HEAD = """syntax = "%s";
package p;
message Inner { %s int32 a = 1; %s string b = 2; }
enum E { E_ZERO = 0; E_ONE = 1; E_BIG = 70000; }
"""


def head(syntax: str) -> str:
    """Write down what every file begins with."""
    mark = "optional" if syntax == "proto2" else ""
    return HEAD % (syntax, mark, mark)


def class_of(syntax: str, body: list[Field]) -> type:
    """Return the official runtime's class of a message."""
    file = descriptor_pb2.FileDescriptorProto(name="a.proto", package="p", syntax=syntax)
    enum = file.enum_type.add(name="E")
    for name, number in (("E_ZERO", 0), ("E_ONE", 1), ("E_BIG", 70000)):
        enum.value.add(name=name, number=number)
    inner = file.message_type.add(name="Inner")
    inner.field.add(name="a", number=1, label=1, type=KINDS["int32"])
    inner.field.add(name="b", number=2, label=1, type=KINDS["string"])
    made = file.message_type.add(name="M")
    for name, number, mark, kind in body:
        field = made.field.add(name=name, number=number, type=KINDS[kind])
        field.label = {"required": 2, "repeated": 3}.get(mark, 1)
        if kind in NAMED:
            field.type_name = f".p.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("p.M"))


def value_of(draw: random.Random, kind: str) -> object:
    """Draw a value, often one at the edge of its type."""
    if kind == "string":
        return draw.choice(["", "text", "\u00e9"])
    if kind == "bytes":
        return draw.choice([b"", b"text", b"\xff\xfe"])
    if kind == "bool":
        return draw.random() < 0.8
    if kind in ("float", "double"):
        return draw.choice([0.0, 1.5, -2.25])
    if kind == "E":
        return draw.choice([0, 1, 70000])
    bits = 64 if "64" in kind else 32
    if kind.startswith(("u", "fixed")):
        return draw.choice([0, 1, 2, (1 << bits) - 1])
    return draw.choice([0, 1, 2, -1, (1 << (bits - 1)) - 1, -(1 << (bits - 1))])


def filled(draw: random.Random, made: type, body: list[Field]) -> object:
    """Draw a message."""
    message = made()
    for name, _, mark, kind in body:
        if mark != "required" and draw.random() < 0.2:
            continue
        if kind == "Inner":
            one = getattr(message, name).add() if mark == "repeated" else getattr(message, name)
            one.SetInParent() if mark != "repeated" else None
            one.a, one.b = draw.choice([0, 7]), draw.choice(["", "in"])
        elif mark == "repeated":
            getattr(message, name).extend(value_of(draw, kind) for _ in range(draw.randint(0, 3)))
        else:
            setattr(message, name, value_of(draw, kind))
    return message


def seen(message: object, name: str, mark: str, kind: str) -> list[object]:
    """Return the values of a field in a form that types with the same values share; zero counts as unset."""
    value = getattr(message, name)
    some = list(value) if mark == "repeated" else [value]
    if kind == "Inner":
        plain = [each.SerializeToString() for each in some]
        return plain if mark == "repeated" else [each for each in plain if each]
    turned = [each.encode() if isinstance(each, str) else each for each in some]
    return turned if mark == "repeated" else [each for each in turned if each not in (0, b"")]


def survives(
    draw: random.Random, writer: list[Field], reader: list[Field], classes: tuple[type, type]
) -> set[str]:
    """Really write a message and read it; return the numbers of fields that came out otherwise, "*" if none did."""
    message = filled(draw, classes[0], writer)
    try:
        again = classes[1].FromString(message.SerializeToString())  # type: ignore[attr-defined]
    except (DecodeError, UnicodeDecodeError):
        return {"*"}
    lost = set() if again.IsInitialized() else {"*"}
    numbers = {each[1]: each for each in reader}
    for name, number, mark, kind in writer:
        if number in numbers:
            other = numbers[number]
            wrote, read = seen(message, name, mark, kind), seen(again, other[0], other[2], other[3])
            if mark == "repeated" and other[2] != "repeated":
                wrote = [each for each in wrote if each not in (0, b"")] if len(wrote) < 2 else wrote
            if [*wrote] != [*read] and not (
                mark != "repeated" and other[2] == "repeated" and not any(read) and not wrote
            ):
                lost.add(str(number))
    return lost


def judged(old: list[Field], new: list[Field], syntax: str) -> dict[str, dict[str, str]]:
    """Return what we say for each direction: outcome by number."""
    sides = ({"a.proto": head(syntax) + text_of("M", syntax, body)} for body in (old, new))
    result: dict[str, dict[str, str]] = {"u": {}, "d": {}}
    for name, directions in found(NOTATION, *sides).items():
        where = re.match(r"p\.M\.(\d+) (\w+) ([\w-]+)", name)
        for each in directions if where else "":
            assert where is not None
            result[each].setdefault(where[1], f"{where[2]} {where[3]}")
    return result


@pytest.mark.parametrize("syntax", ["proto2", "proto3"])
def test_what_is_said_to_work_works_with_real_bytes(syntax: str) -> None:
    draw = random.Random(7)
    witnessed: Counter[str] = Counter()
    for _ in range(PAIRS):
        old = fields(draw, syntax)
        new = changed(draw, syntax, old)
        said = judged(old, new, syntax)
        classes = class_of(syntax, old), class_of(syntax, new)
        for way, writer, reader, pair in (("u", old, new, classes), ("d", new, old, classes[::-1])):
            lost: set[str] = set()
            for _ in range(12):
                lost |= survives(draw, writer, reader, pair)
            expected = {number for number, what in said[way].items() if "dropped" not in what}
            unexplained = lost - expected - {"*"}
            assert not unexplained, (way, unexplained, writer, reader)
            refuses = any(
                "absent" in what or "narrowed" in what or "retyped" in what for what in said[way].values()
            )
            assert "*" not in lost or refuses, (way, writer, reader)
            for number in expected:
                kind = said[way][number]
                witnessed[f"{kind}: {'seen' if number in lost or '*' in lost else 'not seen'}"] += 1
    errors = {name: count for name, count in witnessed.items() if "narrowed" not in name}
    seen_of = sum(count for name, count in errors.items() if name.endswith(": seen"))
    assert seen_of >= 0.97 * sum(errors.values()), witnessed


BUF = """version: v1
breaking:
  use: [WIRE]
"""


@pytest.mark.skipif(shutil.which("buf") is None, reason="the extra `oracles` is not installed")
@pytest.mark.parametrize("syntax", ["proto2", "proto3"])
def test_pairs_are_judged_as_buf_does_but_for_what_the_table_explains(syntax: str, tmp_path: Path) -> None:
    draw = random.Random(11)
    pairs = []
    for _ in range(PAIRS):
        old = fields(draw, syntax)
        pairs.append((old, changed(draw, syntax, old)))
    for index, side in enumerate(("old", "new")):
        text = head(syntax) + "".join(text_of(f"M{at}", syntax, pair[index]) for at, pair in enumerate(pairs))
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.proto").write_text(text)
        (tmp_path / side / "buf.yaml").write_text(BUF)
    done = subprocess.run(
        ["buf", "breaking", str(tmp_path / "new"), "--against", str(tmp_path / "old"), "--error-format", "json"],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    theirs: dict[tuple[int, str], set[str]] = {}
    for line in done.stdout.splitlines():
        said_of = json.loads(line)
        message = re.search(r'[Mm]essage "M(\d+)"', said_of["message"])
        number = re.search(r'field "(\d+)"', said_of["message"], re.IGNORECASE)
        kind = [said_of["type"]]
        assert message is not None, line
        theirs.setdefault((int(message[1]), number[1] if number else "*"), set()).add(kind[0])
    reasons: Counter[str] = Counter()
    for at, (old, new) in enumerate(pairs):
        said = judged(old, new, syntax)
        numbers = {str(each[1]) for each in (*old, *new)}
        for number in numbers:
            mine = {said[way][number] for way in ("u", "d") if number in said[way]}
            other = theirs.get((at, number), set())
            if bool(mine) != bool(other):
                reasons[explained(number, mine, other, old, new, theirs.get((at, "*"), set()))] += 1
    assert reasons[""] == 0, reasons


def explained(
    number: str, mine: set[str], theirs: set[str], old: list[Field], new: list[Field], whole: set[str]
) -> str:
    """Return why we and buf differ over a field, "" if nothing explains it."""
    was, now = (next((each for each in side if str(each[1]) == number), None) for side in (old, new))
    if any("absent" in each for each in mine) and "MESSAGE_SAME_REQUIRED_FIELDS" in whole:
        return "a required field: buf names the message, not the field"
    if was is None or now is None:
        return ""
    kinds = was[3], now[3]
    if mine and not theirs:
        if all("narrowed" in each for each in mine):
            return "types of one group that cut a value short: buf lets them pass, we warn"
        if "repeated" in (was[2], now[2]):
            return "one and many: buf looks at labels as such only for some types"
        return ""
    if "E" in kinds:
        return "an enumeration read as a number: buf forbids it, the bytes are the same"
    if kinds in (("Inner", "bytes"), ("bytes", "Inner"), ("bytes", "string"), ("string", "bytes")):
        return "a message or a text read as bytes"
    if theirs <= {"FIELD_WIRE_COMPATIBLE_CARDINALITY"} or "repeated" in (was[2], now[2]):
        return "one and many of what is not packed: the bytes are read"
    return ""
