"""The state of an encoder's run that writes real bytes, and how values of all types are written.

What the encoder asks for and the decoder did not leave is not made up: it raises Unreadable.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.evaluation import MOST_NESTED, Activation, Evaluation
from compatlint.wire.concrete.memory import MISSING, PRESENT
from compatlint.wire.concrete.numbers import encode_varint, float_format, write_prefix
from compatlint.wire.ir.loop_containers import FilledBy
from compatlint.wire.ir.steps import Item, Open
from compatlint.wire.ir.types import (
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
    Varint,
    describe,
    suffixes,
)
from compatlint.wire.machine.interpreter import Execution, Programs
from compatlint.wire.machine.interrupts import Unreadable

MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackedFrame:
    """A frame under way: the step that began it, what it wrote, and where its header begins."""

    step: Open
    version: int
    oldest: int
    start: int


@dataclass(slots=True)
class ByteEncoding:
    """An encoder's run that writes real bytes, to the streams of `values.here.out`.

    `versions` are those of the frames, `header` what a message's header would carry.
    """

    execution: Execution
    values: Evaluation
    programs: Programs
    frames: list[PackedFrame] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    header: tuple[int, int] = (1, 1)
    fills: FilledBy = field(default_factory=FilledBy)
    depth: int = 0

    def out(self, stream: str) -> bytearray:
        """Return the bytes of a stream so far."""
        return self.values.here.out.setdefault(stream, bytearray())

    @contextlib.contextmanager
    def inside(self, activation: Activation) -> Iterator[None]:
        """Run the program of a structure of the one at hand."""
        outer, frames = self.values.here, self.frames
        self.values.here, self.frames = activation, []
        self.depth += 1
        try:
            if self.depth > MOST_NESTED:
                raise Unreadable("structures nested too deeply")
            yield
        finally:
            self.depth -= 1
            self.values.here, self.frames = outer, frames


def write(encoding: ByteEncoding, kind: Type, value: Any, out: bytearray, step: Item) -> None:
    """Write one value."""
    encoding.execution.count()
    if len(out) > MOST_BYTES:
        raise Unreadable(f"more than {MOST_BYTES} bytes")
    writer = _WRITERS.get(type(kind))
    if writer is None:
        raise Unreadable(f"{step.name}: {describe(kind)} is not written")
    writer(encoding, kind, value, out, step)


def _int(_encoding: ByteEncoding, kind: Int, value: Any, out: bytearray, step: Item) -> None:
    out += (_number(value, step) % (1 << kind.bits)).to_bytes(kind.bits // 8, kind.order)


def _float(_encoding: ByteEncoding, kind: Float, value: Any, out: bytearray, step: Item) -> None:
    number = memory.plain(value)
    if not isinstance(number, int | float):
        raise Unreadable(f"{step.name} is no number")
    out += struct.pack(float_format(kind.bits, kind.order), number)


def _varint(_encoding: ByteEncoding, kind: Varint, value: Any, out: bytearray, step: Item) -> None:
    out += encode_varint(kind.kind, _number(value, step))


def _blob(_encoding: ByteEncoding, kind: Blob, value: Any, out: bytearray, step: Item) -> None:
    raw = _raw(value, step)
    if kind.prefix is not None:
        out += write_prefix(kind.prefix, len(raw), step.name)
    out += raw


def _fixed(_encoding: ByteEncoding, kind: Fixed, value: Any, out: bytearray, step: Item) -> None:
    raw = _raw(value, step)
    if len(raw) != kind.size:
        raise Unreadable(f"{step.name} has {len(raw)} bytes, not {kind.size}")
    out += raw


def _sequence(encoding: ByteEncoding, kind: Seq, value: Any, out: bytearray, step: Item) -> None:
    elements = _list(value, step)
    if kind.prefix is not None:
        out += write_prefix(kind.prefix, len(elements), step.name)
    for each in elements:
        write(encoding, kind.of, each, out, step)


def _array(encoding: ByteEncoding, kind: Array, value: Any, out: bytearray, step: Item) -> None:
    elements = _list(value, step)
    if len(elements) != kind.count:
        raise Unreadable(f"{step.name} has {len(elements)} elements, not {kind.count}")
    for each in elements:
        write(encoding, kind.of, each, out, step)


def _tuple(encoding: ByteEncoding, kind: Tuple, value: Any, out: bytearray, step: Item) -> None:
    for index, part in enumerate(kind.parts):
        write(encoding, part, _part(value, index, len(kind.parts), step), out, step)


def _optional(encoding: ByteEncoding, kind: Optional, value: Any, out: bytearray, step: Item) -> None:
    if not isinstance(value, dict) or PRESENT not in value:
        raise Unreadable(f"{step.name} may be there or not")
    out.append(value[PRESENT])
    if value[PRESENT]:
        write(encoding, kind.of, value["value"], out, step)


def _structure(encoding: ByteEncoding, kind: Struct, value: Any, out: bytearray, _step: Item) -> None:
    codec = encoding.programs(kind.name)
    if codec is None or codec.encoder is None:
        raise Unreadable(f"{kind.name}: no encoder found")
    if not isinstance(value, dict):
        raise Unreadable(f"{kind.name}: its values were not read one by one")
    with encoding.inside(Activation(dict(value), out={"": out})):
        encoding.execution.run(encoding, codec.encoder)


_WRITERS: Final[Mapping[type, Callable[[ByteEncoding, Any, Any, bytearray, Item], None]]] = {
    Int: _int,
    Float: _float,
    Varint: _varint,
    Fixed: _fixed,
    Blob: _blob,
    Seq: _sequence,
    Array: _array,
    Tuple: _tuple,
    Optional: _optional,
    Struct: _structure,
}


def _number(value: Any, step: Item) -> int:
    found = memory.plain(value)
    if isinstance(found, dict) and PRESENT in found:
        found = found[PRESENT]
    if not isinstance(found, int):
        raise Unreadable(f"{step.name} is no number")
    return found


def _raw(value: Any, step: Item) -> bytes:
    found = memory.plain(value)
    if found in (0, ""):
        return b""  # a constant that is empty
    if isinstance(found, str) and found.startswith('"'):
        return found[1:].encode()
    if not isinstance(found, bytes):
        raise Unreadable(f"{step.name} is not bytes")
    return found


def _list(value: Any, step: Item) -> list[Any]:
    found = [] if value in (0, "") else memory.plain(value)
    if not isinstance(found, list):
        raise Unreadable(f"{step.name} is no list")
    return found


def _part(value: Any, index: int, count: int, step: Item) -> Any:
    if isinstance(value, list) and len(value) == count:
        return value[index]
    found = memory.dig(value, suffixes(count)[index]) if isinstance(value, dict) else MISSING
    if found is MISSING:
        raise Unreadable(f"{step.name}: its parts were not read one by one")
    return found
