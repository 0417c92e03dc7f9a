"""Bytes without a type: structures copied as they lie in memory, and buffers appended."""

from __future__ import annotations

import pytest

from compatlint.wire.ir.steps import Item, walk
from compatlint.wire.ir.types import describe
from tests.notations.ceph.made import alone, codec, outcomes, release, understood

COPIED = """
struct inner_t { uint16_t a; uint8_t b[6]; };
union either_t { uint32_t number; uint8_t octets[16]; inner_t parts; };
enum colour_t { RED, BLUE };
struct held_t { MEMBERS };
WRITE_RAW_ENCODER(held_t)
struct whole_t {
  held_t held;
  void encode(bufferlist& bl) const { encode(held, bl); }
  void decode(bufferlist::const_iterator& p) { decode(held, p); }
};
"""


@pytest.mark.parametrize(
    ("members", "size"),
    [
        ("either_t either;", 16),
        ("uint32_t kind; either_t either;", 20),
        ("inner_t parts;", 8),
        ("colour_t colour;", 4),
        ("uint8_t octets[3]; inner_t parts[2];", 19),
        ("float ratio; double other;", 12),
        ("either_t several[2];", 32),
    ],
)
def test_bytes_of_a_structure_that_is_copied(members: str, size: int) -> None:
    codecs = release(COPIED.replace("MEMBERS", members))
    assert codecs.types.raw_size(codecs.types.member(codecs.reference("whole_t").owner, "held")) == size  # type: ignore[union-attr, arg-type]


def steps(body: str) -> list[str]:
    """Return the types of what an encoder appends."""
    source = f"struct blob_t {{ std::string s; void encode(bufferlist& bl) const {{ {body} }} }};"
    source += "struct blob_t; WRITE_CLASS_ENCODER(blob_t)"
    program = codec(release(source), "blob_t").encoder or ()
    return [describe(step.type) for step in walk(program) if isinstance(step, Item)]


@pytest.mark.parametrize(
    ("body", "types"),
    [
        ('bl.append("ab\\x01\\n");', ["4 bytes"]),
        ("bl.append_zero(4);", ["u32"]),
        ("bl.append_zero(5);", ["5 bytes"]),
        ("bl.append_hole(8);", ["u64"]),
        ("uint16_t n = 1; bl.append((char*)&n, sizeof(n));", ["u16"]),
    ],
)
def test_what_an_appending_encoder_writes(body: str, types: list[str]) -> None:
    assert steps(body) == types


def test_a_literal_is_as_long_as_its_characters_not_as_its_escapes() -> None:
    source = """
    struct label_t {
      uint32_t n;
      void encode(bufferlist& bl) const { bl.append("a\\n\\x7f"); encode(n, bl); }
      void decode(bufferlist::const_iterator& p) { uint16_t head; uint8_t tail; decode(head, p); decode(tail, p); decode(n, p); }
    };
    """
    assert understood(alone(source, "label_t"))
    assert outcomes(alone(source.replace("uint16_t head", "uint32_t head"), "label_t"))
