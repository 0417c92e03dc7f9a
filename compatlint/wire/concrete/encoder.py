"""The machine that writes real bytes: an encoder's program over the values that a decoder read.

What the encoder asks for and the decoder did not leave is not made up: it raises Unreadable.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.base import MOST_WORK, Ground, Room
from compatlint.wire.concrete.memory import MISSING, PRESENT, Held
from compatlint.wire.concrete.numbers import encode_varint, float_format, write_prefix
from compatlint.wire.ir.loop_containers import filled
from compatlint.wire.ir.steps import Close, Codec, FrameHeader, Item, Open, Repeat, Splice
from compatlint.wire.ir.terms import Const, Op, StreamPosition, Term, Var, show
from compatlint.wire.ir.types import (
    RAW,
    Array,
    Blob,
    Fixed,
    Float,
    Int,
    Optional,
    Prefix,
    Seq,
    Struct,
    Tuple,
    Type,
    Varint,
    describe,
    size_of,
    suffixes,
)
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Unreadable
from compatlint.wire.machine.paths import Oracle

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackedFrame:
    """A frame under way: the step that began it, what it wrote, and where its header begins."""

    step: Open
    version: int
    oldest: int
    start: int


class Packer(Ground):
    """Writes real bytes. `versions` are those of the frames, `header` what a message's header would carry."""

    def __init__(self, programs: Programs, store: Held, beside: Mapping[str, bytes] | None = None) -> None:
        super().__init__(Oracle(), programs)
        self.room = Room(store, {})
        self.out: dict[str, bytearray] = {"": bytearray()}
        self.beside = dict(beside or {})
        self.frames: list[PackedFrame] = []
        self.versions: list[int] = []
        self.header = (1, 1)
        self.depth = 0
        self.most = MOST_WORK

    # ---- values ------------------------------------------------------------------------------------------------

    def assign(self, path: str, value: Term) -> None:
        """Give a path a value; where the code that computes it is not known, what was read by that name is it."""
        found = self.room.store.get(path + memory.READ, self.room.store.get(path))
        super().assign(
            path, Const(found) if isinstance(found, int) and not isinstance(value, Const) else value
        )

    def bytes_of(self, stream: str) -> bytearray:
        """Return what a stream holds so far."""
        if stream not in self.out:
            self.out[stream] = bytearray(self.beside.pop(stream, b""))
        return self.out[stream]

    def item(self, step: Item) -> None:
        """Write a value, or the bytes of a buffer."""
        if step.content is not None:
            value: Any = bytes(self.bytes_of(step.content))
        else:
            value = self.given(step.value if step.value is not None else Var(step.name), step.name)
            if step.type == RAW and isinstance(value, int):  # the value of raw bytes may be their number
                raw = memory.plain(self.held(step.name))
                value = raw[:value] if isinstance(raw, bytes) and len(raw) >= value else value
        self.write(step.type, value, self.bytes_of(step.stream), step)

    def given(self, term: Term, name: str) -> Any:
        """Return the value that a term stands for."""
        if isinstance(term, Op) and term.name == "cond":
            return self.given(term.args[1] if self.decide(term.args[0]) else term.args[2], name)
        if isinstance(term, Var):
            assigned = self.room.lets.get(term.name)
            if assigned is None or isinstance(assigned, Var):
                found = self.held(term.name)
                if found is MISSING or isinstance(found, memory.Kind):
                    found = memory.gathered(self.room.store, term.name)
                if found is MISSING:
                    raise Unreadable(f"{term.name} was not read")
                return found
        found_term = self.value(term)
        if isinstance(found_term, Const):
            return found_term.value
        raise Unreadable(f"{name} depends on {show(term)}")

    def write(self, kind: Type, value: Any, out: bytearray, step: Item) -> None:
        """Write one value."""
        self.work()
        if len(out) > MOST_BYTES:
            raise Unreadable(f"more than {MOST_BYTES} bytes")
        match kind:
            case Int(bits, _, order):
                out += (self._number(value, step) % (1 << bits)).to_bytes(bits // 8, order)
            case Blob(prefix):
                raw = self._raw(value, step)
                out += (write_prefix(prefix, len(raw), step.name) if prefix is not None else b"") + raw
            case Fixed(size, _):
                raw = self._raw(value, step)
                if len(raw) != size:
                    raise Unreadable(f"{step.name} has {len(raw)} bytes, not {size}")
                out += raw
            case Float(bits, order):
                number = memory.plain(value)
                if not isinstance(number, int | float):
                    raise Unreadable(f"{step.name} is no number")
                out += struct.pack(float_format(bits, order), number)
            case Varint(scheme):
                out += encode_varint(scheme, self._number(value, step))
            case Struct(name):
                self._structure(name, value, out)
            case _:
                self._compound(kind, value, out, step)

    def _compound(self, kind: Type, value: Any, out: bytearray, step: Item) -> None:
        match kind:
            case Seq(prefix, of):
                self._sequence(prefix, of, value, out, step)
            case Tuple(parts):
                for index, part in enumerate(parts):
                    self.write(part, _part(value, index, len(parts), step), out, step)
            case Array(count, of):
                elements = self._list(value, step)
                if len(elements) != count:
                    raise Unreadable(f"{step.name} has {len(elements)} elements, not {count}")
                for each in elements:
                    self.write(of, each, out, step)
            case Optional(of):
                self._optional(of, value, out, step)
            case _:
                raise Unreadable(f"{step.name}: {describe(kind)} is not written")

    def _number(self, value: Any, step: Item) -> int:
        found = memory.plain(value)
        if isinstance(found, dict) and PRESENT in found:
            found = found[PRESENT]
        if not isinstance(found, int):
            raise Unreadable(f"{step.name} is no number")
        return found

    def _raw(self, value: Any, step: Item) -> bytes:
        found = memory.plain(value)
        if found in (0, ""):
            return b""  # a constant that is empty
        if isinstance(found, str) and found.startswith('"'):
            return found[1:].encode()
        if not isinstance(found, bytes):
            raise Unreadable(f"{step.name} is not bytes")
        return found

    def _list(self, value: Any, step: Item) -> list[Any]:
        found = [] if value in (0, "") else memory.plain(value)
        if not isinstance(found, list):
            raise Unreadable(f"{step.name} is no list")
        return found

    def _sequence(self, prefix: Prefix | None, of: Type, value: Any, out: bytearray, step: Item) -> None:
        elements = self._list(value, step)
        if prefix is not None:
            out += write_prefix(prefix, len(elements), step.name)
        for each in elements:
            self.write(of, each, out, step)

    def _optional(self, of: Type, value: Any, out: bytearray, step: Item) -> None:
        if not isinstance(value, dict) or PRESENT not in value:
            raise Unreadable(f"{step.name} may be there or not")
        out.append(value[PRESENT])
        if value[PRESENT]:
            self.write(of, value["value"], out, step)

    def _structure(self, name: str, value: Any, out: bytearray) -> None:
        codec = self.programs(name)
        if codec is None or codec.encoder is None:
            raise Unreadable(f"{name}: no encoder found")
        if not isinstance(value, dict):
            raise Unreadable(f"{name}: its values were not read one by one")
        outer = self.room, self.out, self.frames
        self.room, self.out, self.frames = Room(dict(value), {}), {"": out}, []
        self.depth += 1
        try:
            if self.depth > self.deepest:
                raise Unreadable("structures nested too deeply")
            self.run(codec.encoder)
        finally:
            self.depth -= 1
            self.room, self.out, self.frames = outer

    # ---- steps -------------------------------------------------------------------------------------------------

    def repeat(self, step: Repeat) -> None:
        """Do a loop, over the elements of what it goes through."""
        elements = memory.plain(self.held(step.over)) if step.over else None
        count = len(elements) if isinstance(elements, list) else None
        if count is None and step.count is not None:
            count = self.number(step.count, "a loop")
        index = 0
        while (count is None and (step.test is None or self.decide(step.test))) or (
            count is not None and index < count
        ):
            self.work()
            if step.index:
                self.assign(step.index, Const(index))
            if isinstance(elements, list):
                self.room.store[step.over + "[]"] = elements[index]
            elif step.index:
                self._element(step, index)
            index += 1
            if not self.iteration(step.body):
                break

    def _element(self, step: Repeat, index: int) -> None:
        """Put the elements at hand in place, where a loop counts and its body names the containers."""
        for name in filled(step):
            elements = memory.plain(self.held(name))
            if isinstance(elements, list) and index < len(elements):
                self.room.store[name + "[]"] = elements[index]

    def open(self, step: Open) -> None:
        """Begin a frame; its length is known at its end."""
        out = self.bytes_of(step.stream)
        version, oldest = self.number(step.version, "a version"), self.number(step.oldest, "an oldest reader")
        self.assign_frame(step, Const(version), Const(oldest))
        self.frames.append(PackedFrame(step, version, oldest, len(out)))
        if step.header.version is not None:
            self.versions.append(version)
            out += bytes(_room_for(step.header_at(version)))

    def close(self, step: Close) -> None:
        """End the innermost frame."""
        if not self.frames:
            raise Unreadable("a frame ends that did not begin")
        frame = self.frames.pop()
        begun, start = frame.step, frame.start
        out = self.bytes_of(begun.stream)
        if begun.header.version is None:
            self.header = (
                self.number(Var(begun.var), "a version"),
                self.number(Var(begun.oldest_var), "a version"),
            )
            self.versions.insert(0, self.header[0])
            return
        oldest = frame.oldest if step.oldest is None else self.number(step.oldest, "an oldest reader")
        header = begun.header_at(frame.version)
        room = _room_for(header)
        out[start : start + room] = _header_bytes(header, frame.version, oldest, len(out) - start - room)

    def splice(self, step: Splice) -> None:
        """Append one stream to another."""
        self.bytes_of(step.stream).extend(self.bytes_of(step.source))

    def place(self, term: StreamPosition) -> Term | None:
        """Return how much was written."""
        return Const(len(self.bytes_of(term.stream))) if term.what in ("offset", "size") else None


def pack(codec: Codec, store: Held, programs: Programs, beside: Mapping[str, bytes] | None = None) -> Packer:
    """Write values with a codec's encoder; raise Unreadable or Refused where it cannot be followed."""
    machine = Packer(programs, dict(store), beside)
    try:
        machine.run(codec.encoder or ())
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    return machine


def _room_for(header: FrameHeader) -> int:
    """Return the bytes to leave for a header: none where they depend on what is written into it."""
    sizes = [size_of(each) for each in (header.version, header.oldest, header.length) if each is not None]
    return 0 if None in sizes else sum(each for each in sizes if each is not None)


def _header_bytes(header: FrameHeader, version: int, oldest: int, length: int) -> bytes:
    fields = ((header.version, version, "version"), (header.oldest, oldest, "oldest reader"))
    out = b"".join(write_prefix(kind, _cut(kind, number), what) for kind, number, what in fields if kind)
    return out + (write_prefix(header.length, length, "length of a frame") if header.length else b"")


def _cut(kind: Prefix, number: int) -> int:
    """Return a number as an assignment to a field of its width leaves it."""
    return number & ((1 << kind.bits) - 1) if isinstance(kind, Int) else number


def _part(value: Any, index: int, count: int, step: Item) -> Any:
    if isinstance(value, list) and len(value) == count:
        return value[index]
    found = MISSING
    if isinstance(value, dict):
        found = memory.dig(value, suffixes(count)[index])
    if found is MISSING:
        raise Unreadable(f"{step.name}: its parts were not read one by one")
    return found


__all__ = ["Packer", "pack"]
