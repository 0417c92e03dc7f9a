"""A reader over a writer of another byte order, or of another kind of length: symbolically and over real bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compatlint.check.positional.meet import meet
from compatlint.vocabulary import Link
from compatlint.wire.concrete.decode_object import replay
from compatlint.wire.concrete.encoder import pack
from compatlint.wire.ir.steps import Codec, Item, Program
from compatlint.wire.ir.terms import Const, Term, Var
from compatlint.wire.ir.types import RAW, U8, U16, U32, Blob, Fixed, Float, Int, Seq, Type, Varint
from compatlint.wire.machine.interrupts import Unreadable
from tests.wire.releases import SPAN

BIG16, BIG32 = Int(16, order="big"), Int(32, order="big")
VARINT = Varint("varint")


def codec(*items: tuple[str, Type] | tuple[str, Type, Term]) -> Codec:
    def program(writing: bool) -> Program:
        values = [each[2] if len(each) > 2 else Var(each[0]) for each in items]
        return tuple(
            Item(each[0], each[1], 1, value if writing else None)
            for each, value in zip(items, values, strict=True)
        )

    return Codec("Toy", "toy", Link.DISK, program(True), program(False), SPAN)


def outcome(writer: Codec, reader: Codec) -> str:
    met = meet(writer, reader, {}.get, {}.get)
    assert not met.unread
    return met.failed[0].outcome if met.failed else ""


@pytest.mark.parametrize(
    ("wrote", "read", "expected"),
    [
        (U32, BIG32, "misread"),
        (BIG32, BIG32, ""),
        (U8, Int(8, order="big"), ""),
        (BIG32, Fixed(4), ""),
        (Float(64), Float(64, "big"), "misread"),
        (Blob(U32), Blob(BIG32), "misread"),
        (Blob(VARINT), Blob(VARINT), ""),
        (Blob(VARINT), Blob(U8), "misread"),
        (Seq(VARINT, U16), Seq(U32, U16), "misread"),
        (Seq(VARINT, U16), Seq(VARINT, BIG16), "misread"),
        (Seq(BIG16, U16), Seq(BIG16, U16), ""),
        (VARINT, U8, "misread"),
    ],
)
def test_the_bytes_must_be_the_same(wrote: Type, read: Type, expected: str) -> None:
    assert outcome(codec(("a", wrote)), codec(("a", read))) == expected


@pytest.mark.parametrize(
    ("number", "wrote", "first", "second", "values"),
    [
        (0x01020304, U32, U16, U16, (0x0304, 0x0102)),
        (0x01020304, BIG32, BIG16, BIG16, (0x0102, 0x0304)),
        (0x01020304, BIG32, U16, BIG16, (0x0201, 0x0304)),
        (0x01020304, BIG32, U8, Int(24, order="big"), (0x01, 0x020304)),
        (-1, BIG32, U8, Int(24, order="big"), (0xFF, 0xFFFFFF)),
    ],
)
def test_a_constant_is_read_in_parts_from_its_first_byte(
    number: int, wrote: Type, first: Type, second: Type, values: tuple[int, int]
) -> None:
    """Symbolically each part is the constant that the bytes hold there; the machine of real bytes agrees."""
    reader = codec(("a", first), ("b", second))
    met = meet(codec(("a", wrote, Const(number))), reader, {}.get, {}.get)
    assert not met.failed
    told = [pair.token.value for pair in met.runs[0].pairs]
    assert told[1] == Const(values[1])
    found = replay(reader, pack(codec(("a", wrote)), {"a": number}, {}.get).streams[""], {}.get)
    assert (found.outcome, found.held) == ("exact", {"a": values[0], "b": values[1]})


def test_raw_bytes_are_not_read_out_of_a_number_of_any_length() -> None:
    """A length that was read is a different item's: what follows is no run of that many bytes."""
    old = codec(("n", VARINT), ("text", RAW))
    old = replace(old, decoder=(Item("n", VARINT, 1), Item("text", RAW, 1, Var("n"))))
    assert outcome(codec(("id", VARINT), ("text", Blob(VARINT))), old) == "misread"


@pytest.mark.parametrize(("number", "expected"), [(0, ""), (0x01010101, ""), (1, "misread")])
def test_a_constant_that_reads_alike_from_both_ends_is_understood(number: int, expected: str) -> None:
    assert outcome(codec(("a", U32, Const(number))), codec(("a", BIG32))) == expected


@pytest.mark.parametrize("prefix", [U8, U16, BIG16, BIG32, VARINT])
def test_a_length_is_written_and_read_back(prefix: Int | Varint) -> None:
    toy = codec(("text", Blob(prefix)), ("numbers", Seq(prefix, BIG16)), ("real", Float(32, "big")))
    held = {"text": b"abc", "numbers": [1, 258], "real": 0.5}
    packed = pack(toy, held, {}.get).streams[""]
    head = b"\x03" if not isinstance(prefix, Int) else (3).to_bytes(prefix.bits // 8, prefix.order)
    assert packed.startswith(head + b"abc")
    assert packed.endswith(b"\x00\x01\x01\x02" + b"\x3f\x00\x00\x00")
    found = replay(toy, packed, {}.get)
    assert (found.outcome, found.held) == ("exact", held)


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (b"\xff\xff\xff\xff\x7f", "overread"),  # a length far beyond the bytes
        (b"\x80", "overread"),  # the length itself does not end
        (b"\x02a", "overread"),
        (b"\x01ab", "leftover"),
    ],
)
def test_a_length_that_lies_is_found_out(content: bytes, outcome: str) -> None:
    assert replay(codec(("text", Blob(VARINT))), content, {}.get).outcome == outcome


def test_a_negative_length_is_no_length() -> None:
    found = replay(codec(("text", Seq(Varint("signed_varint"), U8))), b"\x03", {}.get)
    assert (found.outcome, found.reason) == ("overread", "text has a length of -1")


def test_more_than_a_length_can_say_is_not_written() -> None:
    with pytest.raises(Unreadable, match="text: 256 does not fit into a u8"):
        pack(codec(("text", Blob(U8))), {"text": bytes(256)}, {}.get)
