"""Types of values on the wire, by the bytes that they take. Two spellings of one layout are equal.

A text or a buffer behind a 32-bit length is `Blob(U32)`, a list behind a 32-bit count `Seq(U32, T)`, a map a
`Seq` of `Tuple((K, V))`. Lengths and counts may be of any width and byte order, or variable-length themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

ByteOrder = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Int:
    """An integer of `bits` bits, a multiple of 8, in two's complement.

    Signedness does not change the bytes and is no part of equality. A single byte has no order: `order` is
    then always "little".
    """

    bits: int
    signed: bool = field(default=False, compare=False)
    order: ByteOrder = "little"

    def __post_init__(self) -> None:
        if self.bits == 8 and self.order != "little":
            object.__setattr__(self, "order", "little")


@dataclass(frozen=True, slots=True)
class Float:
    """An IEEE 754 number of `bits` bits: 32 or 64."""

    bits: int
    order: ByteOrder = "little"


@dataclass(frozen=True, slots=True)
class Varint:
    """A variable-length integer.

    `kind` names the scheme: "varint" (base 128, low bits first: LEB128, protobuf), or one of Ceph's denc.h:
    "varint_lowz", "signed_varint", "signed_varint_lowz", "lba".
    """

    kind: str


Prefix = Int | Varint  # a length or a count in front of what it counts
U8: Final = Int(8)
U16: Final = Int(16)
U32: Final = Int(32)
U64: Final = Int(64)


@dataclass(frozen=True, slots=True)
class Fixed:
    """`size` raw bytes; `name` tells what they hold where the notation knows no more than that (size None: unknown)."""

    size: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes behind their number, of type `prefix`; without a prefix, raw bytes whose number is known elsewhere."""

    prefix: Prefix | None


@dataclass(frozen=True, slots=True)
class Seq:
    """A count of type `prefix` and that many `of`; without a prefix, the count is known elsewhere."""

    prefix: Prefix | None
    of: Type


@dataclass(frozen=True, slots=True)
class Array:
    """`count` times `of`, without a count on the wire."""

    count: int
    of: Type


@dataclass(frozen=True, slots=True)
class Tuple:
    """Its parts, one after another, nothing between."""

    parts: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """One byte that says whether `of` follows."""

    of: Type


@dataclass(frozen=True, slots=True)
class Struct:
    """Another codec's encoding, by the codec's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A type that was not understood; equal texts are equal.

    `named`: nothing but the value's name is known, so values of one name are taken for equal. `source`
    identifies the version of the file that `text` was read in (a blob's hash), "" where that is not told.
    """

    text: str
    named: bool = field(default=False, compare=False)
    source: str = field(default="", compare=False)


Type = Int | Float | Varint | Fixed | Blob | Seq | Array | Tuple | Optional | Struct | Unknown
RAW: Final = Blob(None)
BYTES: Final = Blob(U32)


def describe(kind: Type) -> str:
    """Return a short name of a type for reports."""
    match kind:
        case Seq(prefix, Tuple((key, value))):
            return f"map<{describe(key)}, {describe(value)}>{_counted(prefix, 'count')}"
        case Seq(prefix, of):
            return f"list<{describe(of)}>{_counted(prefix, 'count')}"
        case Array(count, of):
            return f"{describe(of)}[{count}]"
        case Tuple(parts):
            return f"({', '.join(describe(part) for part in parts)})"
        case Optional(of):
            return f"optional<{describe(of)}>"
        case Struct(name):
            return name
        case Unknown(text):
            return f"?{text}"
        case _:
            return _describe_plain(kind)


def _describe_plain(kind: Int | Float | Varint | Fixed | Blob) -> str:
    """Return a short name of a type without parts."""
    match kind:
        case Int(bits, _, order):
            return f"u{bits}{_ordered(order)}"
        case Float(bits, order):
            return f"f{bits}{_ordered(order)}"
        case Varint(scheme):
            return scheme
        case Fixed(size, name):
            return name or f"{'?' if size is None else size} bytes"
        case Blob(prefix):
            return "raw bytes" if prefix is None else f"bytes{_counted(prefix, 'length')}"


def _ordered(order: ByteOrder) -> str:
    return "" if order == "little" else " big-endian"


def _counted(prefix: Prefix | None, what: str) -> str:
    """Return how a length or count is written, where it is not the usual 32-bit one."""
    return "" if prefix is None or prefix == U32 else f" (a {describe(prefix)} {what})"


def size_of(kind: Type) -> int | None:
    """Return the bytes a type takes, None when they depend on the content or on another codec."""
    match kind:
        case Int(bits) | Float(bits):
            return bits // 8
        case Fixed(size, _):
            return size
        case Array(count, of):
            one = size_of(of)
            return None if one is None else count * one
        case Tuple(parts):
            sizes = [size_of(part) for part in parts]
            return None if None in sizes else sum(size for size in sizes if size is not None)
        case _:
            return None


def suffixes(parts: int) -> tuple[str, ...]:
    """Return what the names of a tuple's parts have behind the tuple's own."""
    return (".first", ".second") if parts == 2 else tuple(f".{index}" for index in range(parts))


def structs_in(kind: Type) -> tuple[str, ...]:
    """Return the names of the codecs that a type holds."""
    match kind:
        case Struct(name):
            return (name,)
        case Seq(_, of) | Array(_, of) | Optional(of):
            return structs_in(of)
        case Tuple(parts):
            return tuple(name for part in parts for name in structs_in(part))
        case _:
            return ()
