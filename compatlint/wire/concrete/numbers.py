"""Numbers to bytes and back: lengths in front of what they count, and variable-length integers.

Source of the schemes other than "varint": denc_varint and its kin in src/include/denc.h of Ceph.
"""

from __future__ import annotations

from compatlint.wire.concrete.cursor import ByteCursor, Overread
from compatlint.wire.ir.types import ByteOrder, Prefix, Varint, describe
from compatlint.wire.machine.interrupts import Unreadable


def float_format(bits: int, order: ByteOrder) -> str:
    """Return the format of a floating-point number for `struct`."""
    return (">" if order == "big" else "<") + ("d" if bits == 64 else "f")


def read_prefix(prefix: Prefix, cursor: ByteCursor, what: str) -> int:
    """Take a length or a count; raise Overread where the bytes end or it is negative."""
    if not isinstance(prefix, Varint):
        return cursor.number(prefix.bits // 8, what, prefix.order)
    found = decode_varint(prefix.kind, cursor, what)
    if found < 0:
        raise Overread(f"{what} has a length of {found}")
    return found


def write_prefix(prefix: Prefix, number: int, what: str) -> bytes:
    """Return the bytes of a length or a count; raise Unreadable where it does not fit."""
    if isinstance(prefix, Varint):
        return encode_varint(prefix.kind, number)
    if number >> prefix.bits:
        raise Unreadable(f"{what}: {number} does not fit into a {describe(prefix)}")
    return number.to_bytes(prefix.bits // 8, prefix.order)


def encode_varint(scheme: str, number: int) -> bytes:
    """Return the bytes of a variable-length integer."""
    signed = scheme.startswith("signed")
    if scheme == "lba":
        return _encode_lba(number)
    if not scheme.endswith("lowz"):
        return _encode_base128(abs(number) << 1 | (number < 0) if signed else number)
    zeros = 0
    while zeros < 3 and number and not abs(number) & 0xF:
        number = -(-number >> 4) if number < 0 else number >> 4
        zeros += 1
    word = abs(number) << 2 | zeros
    return _encode_base128(word << 1 | (number < 0) if signed else word)


def _encode_base128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _encode_lba(number: int) -> bytes:
    zeros = ((number & -number).bit_length() - 1) // 4 if number else 0
    if zeros < 3:
        place, word = 3, 7
    else:
        fewer = min(zeros, 5)
        number >>= fewer * 4
        place, word = fewer - 2, (1 << (fewer - 3)) - 1
    word |= number << place & 0x7FFFFFFF
    number >>= 31 - place
    if not number:
        return word.to_bytes(4, "little")
    return (word | 0x80000000).to_bytes(4, "little") + _encode_base128(number)


def decode_varint(scheme: str, cursor: ByteCursor, what: str) -> int:
    """Take a variable-length integer; `what` names it where the bytes end too early."""
    if scheme == "lba":
        return _decode_lba(cursor, what)
    number = _decode_base128(cursor, what)
    if scheme.endswith("lowz"):
        negative = scheme.startswith("signed") and number & 1
        number >>= scheme.startswith("signed")
        number = (number >> 2) << ((number & 3) * 4)
        return -number if negative else number
    if scheme.startswith("signed"):
        return -(number >> 1) if number & 1 else number >> 1
    return number


def _decode_base128(cursor: ByteCursor, what: str) -> int:
    number, shift = 0, 0
    while True:
        byte = cursor.take(1, what)[0]
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80 or shift > 70:
            return number


def _decode_lba(cursor: ByteCursor, what: str) -> int:
    word = cursor.number(4, what)
    tail = word & 7
    if tail in (0, 2, 4, 6):
        number, shift = (word & 0x7FFFFFFE) << (12 - 1), 12 + 30
    elif tail in (1, 5):
        number, shift = (word & 0x7FFFFFFC) << (16 - 2), 16 + 29
    elif tail == 3:
        number, shift = (word & 0x7FFFFFF8) << (20 - 3), 20 + 28
    else:
        number, shift = (word & 0x7FFFFFF8) >> 3, 28
    more = word & 0x80000000
    while more and shift < 80:
        byte = cursor.take(1, what)[0]
        number |= (byte & 0x7F) << shift
        shift += 7
        more = byte & 0x80
    return number


__all__ = ["decode_varint", "encode_varint", "float_format", "read_prefix", "write_prefix"]
