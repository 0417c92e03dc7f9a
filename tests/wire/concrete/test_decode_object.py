"""Decoders and encoders over bytes that the tests pack, and over bytes that nobody wrote."""

# ruff: noqa: E501  (a structure of the sources under test stays on few lines)

from __future__ import annotations

import struct
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.decode_object import OUTCOMES, Replay, replay
from compatlint.wire.concrete.encoder import pack
from compatlint.wire.concrete.numbers import decode_varint, encode_varint
from compatlint.wire.ir.steps import Codec
from compatlint.wire.machine.interrupts import Unreadable
from tests.notations.ceph.made import codec, release
from tests.wire import bytes_machine, releases

SOURCE = """
struct point_t { int32_t x; uint64_t y;
  void encode(bufferlist& bl) const { ENCODE_START(2, 1, bl); encode(x, bl); encode(y, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(2, p); decode(x, p); if (struct_v >= 2) decode(y, p); DECODE_FINISH(p); } };
WRITE_CLASS_ENCODER(point_t)
struct shape_t { std::string name; std::map<uint32_t, std::string> labels; std::vector<point_t> points; bufferlist extra; int64_t pool;
  void encode(bufferlist& bl) const { ENCODE_START(3, 2, bl); encode(name, bl); encode(labels, bl); encode(points, bl);
    encode(extra, bl); encode(pool, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(3, p); decode(name, p); decode(labels, p); decode(points, p);
    decode(extra, p); decode(pool, p); if (pool == -1) { throw buffer::malformed_input("no pool"); } DECODE_FINISH(p); } };
WRITE_CLASS_ENCODER(shape_t)
struct loop_t { std::map<uint32_t, uint64_t> m; uint8_t last;
  void encode(bufferlist& bl) const { uint32_t n = m.size(); encode(n, bl);
    for (auto& p : m) { encode(p.first, bl); encode(p.second, bl); } encode(last, bl); }
  void decode(bufferlist::const_iterator& p) { uint32_t n; decode(n, p);
    while (n--) { uint32_t k; decode(k, p); decode(m[k], p); } decode(last, p); } };
WRITE_CLASS_ENCODER(loop_t)
struct raw_t { uint32_t len; std::string s;
  void decode(bufferlist::const_iterator& p) { decode(len, p); decode_nohead(len, s, p); } };
WRITE_CLASS_ENCODER(raw_t)
"""
CODECS = release(SOURCE)


def text(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value


def frame(version: int, oldest: int, body: bytes) -> bytes:
    return struct.pack("<BBI", version, oldest, len(body)) + body


def point(x: int, y: int) -> bytes:
    return frame(2, 1, struct.pack("<iQ", x, y))


def shape(pool: int = 7, version: int = 3, oldest: int = 2, more: bytes = b"") -> bytes:
    labels = (
        struct.pack("<I", 2) + struct.pack("<I", 5) + text(b"five") + struct.pack("<I", 6) + text(b"\xff")
    )
    points = struct.pack("<I", 2) + point(-3, 4) + frame(1, 1, struct.pack("<i", 9))
    return frame(version, oldest, text(b"tri") + labels + points + text(b"") + struct.pack("<q", pool) + more)


def run(name: str, content: bytes) -> Replay:
    return replay(codec(CODECS, name), content, CODECS.codec)


def test_every_value_is_read_and_shown() -> None:
    found = run("shape_t", shape())
    assert (found.outcome, found.consumed) == ("exact", len(shape()))
    shown = memory.shown(found.held)
    assert shown["name"] == "tri"
    assert shown["labels"] == [[5, "five"], [6, "0xff"]]
    assert [each["x"] for each in shown["points"]] == [-3, 9]
    assert "y" not in shown["points"][1], (
        "what an older version did not write is not made up, nor left from another element"
    )
    assert found.versions == (3, 2, 1)


@pytest.mark.parametrize(
    ("content", "outcome", "reason"),
    [
        (shape(more=b"more", version=4), "dropped", "4 bytes"),
        (shape() + b"x", "leftover", "1 of"),
        (shape(oldest=4, version=9), "refused", "needs a reader of version 4"),
        (shape()[:-1], "overread", "frame of"),
        (shape(pool=-1), "refused", "no pool"),
        (b"", "overread", "needs 1 bytes, 0 remain"),
        (frame(3, 2, text(b"tri") + struct.pack("<I", 0xFFFFFFFF)), "overread", "0 remain"),
    ],
)
def test_what_bytes_can_be(content: bytes, outcome: str, reason: str) -> None:
    found = run("shape_t", content)
    assert found.outcome == outcome
    assert reason in found.reason


def test_a_loop_that_counts_down_fills_its_container() -> None:
    content = struct.pack("<IIQIQB", 2, 1, 10, 2, 20, 255)
    found = run("loop_t", content)
    assert found.outcome == "exact"
    assert memory.shown(found.held)["m"] == [10, 20]
    assert memory.find(found.held, "last") == 255


def test_raw_bytes_are_as_long_as_was_read() -> None:
    assert run("raw_t", text(b"abc")).outcome == "exact"
    assert run("raw_t", text(b"abc") + b"d").outcome == "leftover"
    assert run("raw_t", struct.pack("<I", 0xFFFFFFFF)).outcome == "overread"


NUMBERS = """
struct wide_t { uint64_t snap; uint32_t n; int32_t s; uint8_t more;
  void encode(bufferlist& bl) const { encode(snap, bl); encode(n, bl); encode(s, bl); encode(more, bl); }
  void decode(bufferlist::const_iterator& p) { decode(snap, p); decode(n, p); decode(s, p);
    if (snap == (uint64_t)-2 || n == -1 || s < 0) decode(more, p); } };
"""


@pytest.mark.parametrize(
    ("snap", "n", "s", "more"),
    [
        (2**64 - 2, 0, 0, True),
        (2**32 - 2, 0, 0, False),
        (0, 2**32 - 1, 0, True),
        (0, 255, 0, False),
        (0, 0, -5, True),
        (0, 0, 5, False),
    ],
)
def test_negative_constants_are_compared_in_the_width_of_what_was_read(
    snap: int, n: int, s: int, more: bool
) -> None:
    codecs = release(NUMBERS)
    content = struct.pack("<QIi", snap, n, s) + b"\x01" * more
    assert replay(codec(codecs, "wide_t"), content, codecs.codec).outcome == "exact"


def test_what_bytes_do_not_tell_is_not_guessed() -> None:
    source = """struct odd_t { uint32_t a;
      void decode(bufferlist::const_iterator& p) { decode(a, p); if (g_conf()->strange) decode(a, p); } };
    WRITE_CLASS_ENCODER(odd_t)"""
    codecs = release(source)
    found = replay(codec(codecs, "odd_t"), struct.pack("<I", 1), codecs.codec)
    assert found.outcome == "unread"
    assert "depends on" in found.reason


def test_what_was_read_is_written_byte_for_byte() -> None:
    found = run("point_t", point(-3, 4))
    assert pack(codec(CODECS, "point_t"), found.held, CODECS.codec).streams[""] == point(-3, 4)


def test_what_was_not_read_is_not_made_up_to_be_written() -> None:
    found = run("shape_t", shape())
    assert found.outcome == "exact"
    with pytest.raises(Unreadable, match="y was not read"):
        pack(codec(CODECS, "shape_t"), found.held, CODECS.codec)


ADDRESS = """
struct peer_t { uint32_t family; uint8_t data[26];
  void encode(bufferlist& bl) const { __u32 elen = how_long(); encode(elen, bl); encode(family, bl); elen -= sizeof(family);
    bl.append(data, elen); }
  void decode(bufferlist::const_iterator& p) { __u32 elen; decode(elen, p); decode(family, p); elen -= sizeof(family);
    p.copy(elen, data); } };
struct first_t { std::map<uint32_t, uint64_t> m;
  void decode(bufferlist::const_iterator& p) { uint32_t n; decode(n, p); if (n) { uint32_t k; decode(k, p); decode(m[k], p);
    while (--n) { decode(k, p); decode(m[k], p); } } } };
WRITE_CLASS_ENCODER(first_t)
"""


def test_a_number_that_code_computes_is_what_was_read_by_that_name() -> None:
    codecs = release(ADDRESS)
    content = struct.pack("<II", 7, 1) + b"abc"
    found = replay(codec(codecs, "peer_t"), content, codecs.codec)
    assert found.outcome == "exact"
    assert pack(codec(codecs, "peer_t"), found.held, codecs.codec).streams[""] == content


def test_an_element_that_is_read_before_the_loop_is_the_first() -> None:
    codecs = release(ADDRESS)
    found = replay(codec(codecs, "first_t"), struct.pack("<IIQIQ", 2, 1, 10, 2, 20), codecs.codec)
    assert found.outcome == "exact"
    assert memory.shown(found.held)["m"] == [10, 20]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["varint", "varint_lowz", "signed_varint", "signed_varint_lowz", "lba"]),
    st.integers(0, 2**63 - 1),
)
def test_integers_of_variable_length_come_back(scheme: str, number: int) -> None:
    from compatlint.wire.concrete.cursor import ByteCursor

    if scheme == "lba":
        number &= ~0xFFF & 2**50 - 1
    for each in (number, -number) if scheme.startswith("signed") else (number,):
        packed = encode_varint(scheme, each)
        cursor = ByteCursor(memoryview(packed))
        assert decode_varint(scheme, cursor, "n") == each
        assert cursor.remaining == 0


@settings(max_examples=400, deadline=2000)
@given(st.sampled_from(["point_t", "shape_t", "loop_t", "raw_t"]), st.binary(max_size=200))
def test_bytes_that_nobody_wrote_end_in_an_outcome(name: str, content: bytes) -> None:
    found = run(name, content)
    assert found.outcome in OUTCOMES
    assert found.consumed <= len(content)


@settings(max_examples=400, deadline=2000)
@given(st.integers(0, 2**32), st.integers(0, 400))
def test_damaged_bytes_end_in_an_outcome(seed: int, cut: int) -> None:
    random = Random(seed)
    content = bytearray(shape())
    for _ in range(random.randint(0, 6)):
        content[random.randrange(len(content))] = random.choice((0, 255, random.randrange(256)))
    found = run("shape_t", bytes(content[: cut or None]))
    assert found.outcome in OUTCOMES
    memory.shown(found.held)


def test_a_count_of_four_billion_of_nothing_ends() -> None:
    source = """struct none_t { void decode(bufferlist::const_iterator& p) { } void encode(bufferlist& bl) const { } };
      WRITE_CLASS_ENCODER(none_t)
      struct many_t { std::vector<none_t> all; void decode(bufferlist::const_iterator& p) { decode(all, p); } };
      WRITE_CLASS_ENCODER(many_t)"""
    codecs = release(source)
    found = replay(codec(codecs, "many_t"), b"\xff\xff\xff\xff", codecs.codec)
    assert found.outcome == "unread"
    assert "more than" in found.reason


def test_a_structure_in_itself_ends() -> None:
    source = """struct tree_t { std::vector<tree_t> kids; void decode(bufferlist::const_iterator& p) { decode(kids, p); } };
      WRITE_CLASS_ENCODER(tree_t)"""
    codecs = release(source)
    assert replay(codec(codecs, "tree_t"), b"\x01\x00\x00\x00" * 5000, codecs.codec).outcome == "unread"


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_it_agrees_with_a_reader_that_knows_nothing_of_it(seed: int) -> None:
    """The oracle of the checker's tests unpacks the same bytes by code of its own."""
    random = Random(seed)
    programs = releases.programs()
    made = releases.layout(random)
    written = releases.codec(made)
    reader = releases.codec(releases.change(random, made)[0]) if random.random() < 0.5 else written
    packed = bytes_machine.pack(written, releases.fill(made, random), programs, frozenset({"NEW"}))
    found = replay(reader, packed.data, programs.get, packed.header if made.message else None)
    assert found.outcome in expected(packed, reader, programs), found.reason


def expected(packed: bytes_machine.Packed, reader: Codec, programs: dict[str, Codec]) -> tuple[str, ...]:
    try:
        read = bytes_machine.unpack(reader, packed, programs, frozenset({"NEW"}))
    except bytes_machine.Failed:
        return ("overread", "refused")  # where both are true, each may look at the one or at the other first
    return ("leftover",) if read.left else ("exact", "dropped")
