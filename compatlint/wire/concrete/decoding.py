"""The state of a decoder's run over real bytes, and how values of all types are read from them.

Hostile bytes are bounded: work is counted, lengths are compared with what is there.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.cursor import ByteCursor
from compatlint.wire.concrete.evaluation import MOST_NESTED, Activation, Evaluation
from compatlint.wire.concrete.memory import PRESENT, StoredValues
from compatlint.wire.concrete.numbers import decode_varint, float_format, read_prefix
from compatlint.wire.ir.loop_containers import FilledBy
from compatlint.wire.ir.steps import Item
from compatlint.wire.ir.terms import THE_REST, Const
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
    Unknown,
    Varint,
)
from compatlint.wire.machine.interpreter import Execution, Programs
from compatlint.wire.machine.interrupts import Unreadable


@dataclass(slots=True)
class ByteDecoding:
    """A decoder's run over real bytes.

    `values.here.store` collects the values, `dropped` says what frames skip, `versions` are those of the frames
    on the way, `met` the structures that were taken apart. `keep_dead`: values that the decoder throws away are
    stored, too. `fills` remembers the containers of loops (see `ir/loop_containers.py`).
    """

    execution: Execution
    values: Evaluation
    programs: Programs
    keep_dead: bool = True
    dropped: list[str] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    fills: FilledBy = field(default_factory=FilledBy)
    depth: int = 0

    def stream(self, name: str) -> ByteCursor:
        """Return an open stream."""
        found = self.values.here.streams.get(name)
        if found is None:
            raise Unreadable(f"stream {name.split('~', maxsplit=1)[0] or 'of the codec'} was not opened")
        return found

    @contextlib.contextmanager
    def inside(self, activation: Activation) -> Iterator[None]:
        """Run the program of a structure of the one at hand; frames that it left open end with it."""
        outer, self.values.here = self.values.here, activation
        frames = len(activation.streams[""].frames)
        self.depth += 1
        try:
            if self.depth > MOST_NESTED:
                raise Unreadable("structures nested too deeply")
            yield
        finally:
            self.depth -= 1
            self.values.here = outer
            del activation.streams[""].frames[frames:]


def read(decoding: ByteDecoding, kind: Type, stream: ByteCursor, name: str, step: Item) -> Any:
    """Read one value."""
    decoding.execution.count()
    return _READERS[type(kind)](decoding, kind, stream, name, step)


def _int(_decoding: ByteDecoding, kind: Int, stream: ByteCursor, name: str, _step: Item) -> int:
    return int.from_bytes(stream.take(kind.bits // 8, name), kind.order, signed=kind.signed)


def _float(_decoding: ByteDecoding, kind: Float, stream: ByteCursor, name: str, _step: Item) -> Any:
    return struct.unpack(float_format(kind.bits, kind.order), stream.take(kind.bits // 8, name))[0]


def _varint(_decoding: ByteDecoding, kind: Varint, stream: ByteCursor, name: str, _step: Item) -> int:
    return decode_varint(kind.kind, stream, name)


def _fixed(_decoding: ByteDecoding, kind: Fixed, stream: ByteCursor, name: str, _step: Item) -> bytes:
    if kind.size is None:
        raise Unreadable(f"{name}: size of {kind.name} not known")
    return bytes(stream.take(kind.size, name))


def _blob(decoding: ByteDecoding, kind: Blob, stream: ByteCursor, name: str, step: Item) -> bytes:
    if kind.prefix is not None:
        size = read_prefix(kind.prefix, stream, name)
    elif step.value is None:
        raise Unreadable(f"{name}: length not known")
    elif decoding.values.value(step.value) == THE_REST:
        size = stream.remaining
    else:
        size = decoding.values.number(step.value, f"length of {name}")
    return bytes(stream.take(size, name))


def _sequence(decoding: ByteDecoding, kind: Seq, stream: ByteCursor, name: str, step: Item) -> list[Any]:
    if kind.prefix is not None:
        count = read_prefix(kind.prefix, stream, name)
    elif step.value is not None:
        count = decoding.values.number(step.value, f"number of {name}")
    else:
        raise Unreadable(f"{name}: number not known")
    # One by one, and not in a room made beforehand: a count that lies runs into the end of the bytes.
    return [read(decoding, kind.of, stream, name, step) for _ in range(count)]


def _array(decoding: ByteDecoding, kind: Array, stream: ByteCursor, name: str, step: Item) -> list[Any]:
    return [read(decoding, kind.of, stream, name, step) for _ in range(kind.count)]


def _tuple(decoding: ByteDecoding, kind: Tuple, stream: ByteCursor, name: str, step: Item) -> list[Any]:
    return [read(decoding, part, stream, name, step) for part in kind.parts]


def _optional(
    decoding: ByteDecoding, kind: Optional, stream: ByteCursor, name: str, step: Item
) -> dict[str, Any]:
    present = stream.number(1, name)
    if not present:
        return {PRESENT: 0}
    return {PRESENT: present, "value": read(decoding, kind.of, stream, name, step)}


def _structure(
    decoding: ByteDecoding, kind: Struct, stream: ByteCursor, name: str, _step: Item
) -> StoredValues:
    codec = decoding.programs(kind.name)
    if codec is None or codec.decoder is None:
        raise Unreadable(f"{kind.name}: no decoder found")
    decoding.met.add(kind.name)
    chosen = decoding.values.here.lets.get(name)  # which class derived from an abstract one was made for it
    activation = Activation({}, {"": stream}, lets={} if chosen is None else {"": chosen})
    with decoding.inside(activation):
        decoding.execution.run(decoding, codec.decoder)
    return settled(activation)


def _unknown(_decoding: ByteDecoding, kind: Unknown, _stream: ByteCursor, name: str, _step: Item) -> Any:
    raise Unreadable(f"{name}: type not understood ({kind.text})")


_READERS: Final[Mapping[type, Callable[[ByteDecoding, Any, ByteCursor, str, Item], Any]]] = {
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
    Unknown: _unknown,
}


def settled(activation: Activation) -> StoredValues:
    """Return what a structure holds once it is read: what was read, and what its decoder set by itself."""
    store = activation.store
    for path, term in activation.lets.items():
        if not isinstance(term, Const) or path in store or "#" in path or path in activation.rough:
            continue
        if isinstance(term.value, int):
            if path:  # without one, the structure as a whole is set to something
                store[path] = term.value
        elif term.value.startswith("type:"):
            store[path] = memory.Kind(term.value)
    return store
