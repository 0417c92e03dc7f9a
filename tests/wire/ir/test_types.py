"""Types are equal by the bytes that they take, and say which."""

from __future__ import annotations

import pytest

from compatlint.wire.ir.types import (
    BYTES,
    RAW,
    U8,
    U16,
    U32,
    U64,
    Array,
    Blob,
    Fixed,
    Float,
    Int,
    Optional,
    Seq,
    Struct,
    Tuple,
    Type,
    Unknown,
    Varint,
    describe,
    size_of,
    structs_in,
    suffixes,
)

BIG = Int(32, order="big")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Int(32), Int(32, signed=True), True),
        (Int(32), BIG, False),
        (Int(8), Int(8, order="big"), True),
        (Float(64), Float(64, "big"), False),
        (Blob(U32), Blob(Int(32, signed=True)), True),
        (Blob(U32), Blob(BIG), False),
        (Blob(U32), Blob(Varint("varint")), False),
        (Blob(U32), RAW, False),
        (Seq(U8, U16), Seq(Int(8, order="big"), U16), True),
        (Seq(U16, U16), Seq(None, U16), False),
        (Unknown("x", named=True), Unknown("x", source="a" * 40), True),
        (Varint("varint"), Varint("lba"), False),
    ],
)
def test_types_are_equal_by_their_bytes(one: Type, other: Type, same: bool) -> None:
    assert (one == other) is same
    assert not same or hash(one) == hash(other)


@pytest.mark.parametrize(
    ("kind", "text", "size"),
    [
        (Int(24), "u24", 3),
        (BIG, "u32 big-endian", 4),
        (Float(32), "f32", 4),
        (Float(64, "big"), "f64 big-endian", 8),
        (Varint("lba"), "lba", None),
        (Fixed(16), "16 bytes", 16),
        (Fixed(None), "? bytes", None),
        (Fixed(16, "uuid"), "uuid", 16),
        (BYTES, "bytes", None),
        (RAW, "raw bytes", None),
        (Blob(Varint("varint")), "bytes (a varint length)", None),
        (Seq(U32, U16), "list<u16>", None),
        (Seq(None, U16), "list<u16>", None),
        (Seq(BIG, U16), "list<u16> (a u32 big-endian count)", None),
        (Seq(U32, Tuple((U8, BYTES))), "map<u8, bytes>", None),
        (Seq(U8, Tuple((U8, BYTES))), "map<u8, bytes> (a u8 count)", None),
        (Seq(U32, Tuple((U8, U8, U8))), "list<(u8, u8, u8)>", None),
        (Array(3, U16), "u16[3]", 6),
        (Array(3, BYTES), "bytes[3]", None),
        (Tuple((U64, U16)), "(u64, u16)", 10),
        (Tuple((U64, BYTES)), "(u64, bytes)", None),
        (Optional(U8), "optional<u8>", None),
        (Struct("pool_t"), "pool_t", None),
        (Unknown("x[N]"), "?x[N]", None),
    ],
)
def test_a_type_says_which_bytes_it_takes(kind: Type, text: str, size: int | None) -> None:
    assert (describe(kind), size_of(kind)) == (text, size)


def test_the_structures_in_a_type() -> None:
    inner = Tuple((Struct("a"), Optional(Struct("b")), U8, Array(2, Struct("c"))))
    assert structs_in(Seq(U32, inner)) == ("a", "b", "c")
    assert structs_in(BYTES) == ()


def test_the_parts_of_a_pair_have_names_and_those_of_others_numbers() -> None:
    assert suffixes(2) == (".first", ".second")
    assert suffixes(3) == (".0", ".1", ".2")
