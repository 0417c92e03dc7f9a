"""What bytes a value takes. Two spellings of one layout are equal values.

All integers are little-endian unless a notation says otherwise. `std::string`, `bufferlist` and `bufferptr`
are `Blob(32)`; `list<T>`, `vector<T>` and `set<T>` are `Seq(32, T)`; a map is a `Seq` of `Tuple((K, V))`.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Int:
    """An integer of `bits` bits; signedness does not change the bytes and is no part of equality."""

    bits: int
    signed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Float:
    """An IEEE 754 number of `bits` bits."""

    bits: int


@dataclass(frozen=True, slots=True)
class Varint:
    """A variable-length integer. `kind` names the scheme.

    Varint, varint_lowz, signed_varint, signed_varint_lowz or lba.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """`size` raw bytes; `name` tells what they hold where the notation knows no more than that (size None: unknown)."""

    size: int | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes behind a length of `prefix` bits; prefix 0 is raw bytes whose number is known from elsewhere."""

    prefix: int = 32


@dataclass(frozen=True, slots=True)
class Seq:
    """A count of `prefix` bits and that many `of`; prefix 0: the count is known from elsewhere."""

    prefix: int
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
    """A type that was not understood; equal texts are equal."""

    text: str


Type = Int | Float | Varint | Fixed | Blob | Seq | Array | Tuple | Optional | Struct | Unknown


def describe(kind: Type) -> str:
    """Return a short name of a type for reports."""
    match kind:
        case Int(bits):
            return f"u{bits}"
        case Float(bits):
            return f"f{bits}"
        case Varint(name):
            return name
        case Fixed(size, name):
            return name or f"{'?' if size is None else size} bytes"
        case Blob(prefix):
            return "bytes" if prefix else "raw bytes"
        case Seq(_, Tuple((key, value))):
            return f"map<{describe(key)}, {describe(value)}>"
        case Seq(_, of):
            return f"list<{describe(of)}>"
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
