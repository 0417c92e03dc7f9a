"""The machine of real bytes.

A decoder's program takes them apart, and what it read decides which way it goes.

The control flow is that of the symbolic reader; only the streams differ. What the bytes do not tell is not
guessed: a test on anything else raises Unreadable. Hostile bytes are bounded: work is counted, lengths are
compared with what is there.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.base import MOST_WORK, Ground, Room
from compatlint.wire.concrete.cursor import ByteCursor, ByteFrame, Overread
from compatlint.wire.concrete.memory import PRESENT, Held
from compatlint.wire.concrete.numbers import decode_varint, float_format, read_prefix
from compatlint.wire.ir.loop_containers import filled
from compatlint.wire.ir.steps import Close, Enter, Item, Mark, Open, Program, Repeat, Seek, Skip, Try
from compatlint.wire.ir.terms import FALSE, TRUE, Const, Opaque, StreamPosition, Term
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
    describe,
)
from compatlint.wire.machine.interpreter import Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.machine.paths import Oracle


class Unpacker(Ground):
    """Reads real bytes. `room.store` collects the values, `dropped` what frames skip, `met` the structures on the way."""

    def __init__(
        self,
        programs: Programs,
        content: bytes,
        header: tuple[int, int] | None = None,
        beside: Mapping[str, bytes] | None = None,
    ) -> None:
        super().__init__(Oracle(), programs)
        streams = {name: ByteCursor(memoryview(each)) for name, each in (beside or {}).items()}
        self.room = Room({}, {**streams, "": ByteCursor(memoryview(content))}, header)
        self.dropped: list[str] = []
        self.versions: list[int] = []
        self.met: set[str] = set()
        self.depth = 0
        self.keep_dead = True  # values that the decoder throws away
        self.most = min(MOST_WORK, 100_000 + 100 * len(content))

    # ---- values ------------------------------------------------------------------------------------------------

    def stream(self, name: str) -> ByteCursor:
        """Return an open stream."""
        found = self.room.streams.get(name)
        if found is None:
            raise Unreadable(f"stream {name.split('~', maxsplit=1)[0] or 'of the codec'} was not opened")
        return found

    def item(self, step: Item) -> None:
        """Read a value into its path."""
        room = self.room
        value = self.read(step.type, self.stream(step.stream), step.name, step)
        if isinstance(step.type, Int):
            room.widths[step.name] = step.type.bits
            if step.type.signed:
                room.signed.add(step.name)
        room.lets.pop(step.name, None)
        if self.keep_dead or not step.dead:
            room.store[step.name] = value

    def read(self, kind: Type, stream: ByteCursor, name: str, step: Item) -> Any:
        """Read one value."""
        self.work()
        match kind:
            case Int(bits, signed, order):
                return int.from_bytes(stream.take(bits // 8, name), order, signed=signed)
            case Blob():
                return self._blob(kind, stream, name, step)
            case Struct():
                return self._structure(kind, stream, name)
            case Seq():
                return self._sequence(kind, stream, name, step)
            case Tuple(parts):
                return [self.read(part, stream, name, step) for part in parts]
            case Fixed(size, what):
                if size is None:
                    raise Unreadable(f"{name}: size of {what} not known")
                return bytes(stream.take(size, name))
            case Float(bits, order):
                return struct.unpack(float_format(bits, order), stream.take(bits // 8, name))[0]
            case Varint(scheme):
                return decode_varint(scheme, stream, name)
            case Optional(of):
                present = stream.number(1, name)
                return (
                    {PRESENT: present, "value": self.read(of, stream, name, step)}
                    if present
                    else {PRESENT: 0}
                )
            case Array(count, of):
                return [self.read(of, stream, name, step) for _ in range(count)]
            case Unknown(text):
                raise Unreadable(f"{name}: type not understood ({text})")
        raise Unreadable(f"{name}: {describe(kind)}")

    def _blob(self, kind: Blob, stream: ByteCursor, name: str, step: Item) -> bytes:
        if kind.prefix is not None:
            size = read_prefix(kind.prefix, stream, name)
        elif step.value is None:
            raise Unreadable(f"{name}: length not known")
        elif self.value(step.value) == Opaque("the rest"):
            size = stream.remaining
        else:
            size = self.number(step.value, f"length of {name}")
        return bytes(stream.take(size, name))

    def _sequence(self, kind: Seq, stream: ByteCursor, name: str, step: Item) -> list[Any]:
        if kind.prefix is not None:
            count = read_prefix(kind.prefix, stream, name)
        elif step.value is not None:
            count = self.number(step.value, f"number of {name}")
        else:
            raise Unreadable(f"{name}: number not known")
        # One by one, and not in a room made beforehand: a count that lies runs into the end of the bytes.
        return [self.read(kind.of, stream, name, step) for _ in range(count)]

    def _structure(self, kind: Struct, stream: ByteCursor, name: str) -> Held:
        codec = self.programs(kind.name)
        if codec is None or codec.decoder is None:
            raise Unreadable(f"{kind.name}: no decoder found")
        self.met.add(kind.name)
        chosen = self.room.lets.get(name)  # which class derived from an abstract one was made for it
        return self.inside(
            codec.decoder,
            Room({}, {"": stream}, lets={} if chosen is None else {"": chosen}),
            len(stream.frames),
        )

    def inside(self, program: Program, room: Room, frames: int) -> Held:
        """Run a structure's program in a room of its own, and return what it read."""
        outer, self.room = self.room, room
        self.depth += 1
        try:
            if self.depth > self.deepest:
                raise Unreadable("structures nested too deeply")
            self.run(program)
            return settled(room)
        finally:
            self.depth -= 1
            self.room = outer
            del room.streams[""].frames[frames:]

    # ---- steps -------------------------------------------------------------------------------------------------

    def repeat(self, step: Repeat) -> None:
        """Do a loop as often as the bytes say.

        What its rounds read becomes the elements of the containers that they name.
        """
        count = self.number(step.count, "a loop") if step.count is not None else None
        elements = memory.plain(memory.find(self.room.store, step.over)) if step.over else None
        containers = filled(step)
        rounds: dict[str, list[Any]] = {name: self._before(name) for name in containers}
        index = 0
        while (count is None and (step.test is None or self.decide(step.test))) or (
            count is not None and index < count
        ):
            self.work()
            if step.index:
                self.assign(step.index, Const(index))
            self._begin(containers, step.over, elements, index)
            goes_on = self.iteration(step.body)
            for name in containers:
                rounds[name].append(self._element(name))
            index += 1
            if not goes_on:
                break
        for name, found in rounds.items():
            if not isinstance(elements, list) or name != step.over:
                self._begin((name,), "", None, 0)
                self.room.store[name] = found

    def _before(self, name: str) -> list[Any]:
        """Return the elements that a container has before a loop.

        What another one filled, and one that was read by itself.
        """
        already = self.room.store.get(name)
        single = self._element(name)
        return [*(already if isinstance(already, list) else ()), *([single] if single != {} else ())]

    def _begin(self, containers: tuple[str, ...], over: str, elements: Any, index: int) -> None:
        """Forget the element of the round before, which this one's need not have.

        Put the one at hand in its place.
        """
        store, lets = self.room.store, self.room.lets
        for name in containers:
            for path in [path for path in (*store, *lets) if path.startswith(name + "[]")]:
                store.pop(path, None)
                lets.pop(path, None)
        if isinstance(elements, list) and index < len(elements):
            store[over + "[]"] = elements[index]

    def _element(self, name: str) -> Any:
        start = len(name) + 2
        found = {
            path[start:]: value for path, value in self.room.store.items() if path.startswith(name + "[]")
        }
        return found[""] if set(found) == {""} else found

    def open(self, step: Open) -> None:
        """Read a frame's header."""
        stream = self.stream(step.stream)
        if step.header.version is None:
            version, oldest = self.room.header or (1, 1)
            self._enter_frame(step, version, oldest)
            stream.frames.append(ByteFrame(None, True))
            return
        begin = stream.at
        version = read_prefix(step.header.version, stream, "frame version")
        header = step.header_at(version)
        if header.version is not None and header.version != step.header.version:
            stream.at = begin
            version = read_prefix(header.version, stream, "frame version")
        has_oldest = header.oldest is not None
        oldest = version if header.oldest is None else read_prefix(header.oldest, stream, "frame oldest")
        self._enter_frame(step, version, oldest, checked=has_oldest)
        end = None
        if header.length is not None:
            size = read_prefix(header.length, stream, "frame length")
            end = stream.at + size
            if end > len(stream.content):
                raise Overread(f"frame of {size} bytes, {stream.remaining} remain")
        stream.frames.append(ByteFrame(end))

    def _enter_frame(self, step: Open, version: int, oldest: int, *, checked: bool = True) -> None:
        self.versions.append(version)
        self.assign_frame(step, Const(version), Const(oldest))
        known = self.value(step.known) if checked and step.known is not None else None
        if isinstance(known, Const) and isinstance(known.value, int) and oldest > known.value:
            raise Refused(f"needs a reader of version {oldest}, this one knows {known.value}", step.line)

    def close(self, step: Close) -> None:
        """End a frame; skip what its length still covers."""
        stream = self.stream(step.stream)
        if not stream.frames:
            return
        frame = stream.frames.pop()
        end = len(stream.content) if frame.header else frame.end
        if end is None:
            return
        if stream.at > end:
            raise Overread(f"{stream.at - end} bytes past the end of the frame (line {step.line})")
        if stream.at < end:
            where = "the payload" if frame.header else "a frame"
            self.dropped.append(f"{end - stream.at} bytes at the end of {where} (line {step.line})")
        stream.at = end

    def attempt(self, step: Try) -> None:
        """Try one layout; if it gives up or runs over, do what the handler does."""
        try:
            self.execute(step.body)
        except (Overread, Refused):
            self.execute(step.instead)

    def skip(self, step: Skip) -> None:
        """Move forward."""
        self.stream(step.stream).take(self.number(step.count, "a skip"), "a skip")

    def mark(self, step: Mark) -> None:
        """Remember a position."""
        stream = self.stream(step.stream)
        self.room.marks[step.name] = (stream.at, list(stream.frames))

    def seek(self, step: Seek) -> None:
        """Go back."""
        saved = self.room.marks.get(step.name)
        if saved is None:
            raise Unreadable(f"position {step.name} is not known")
        stream = self.stream(step.stream)
        stream.at, stream.frames = saved[0], list(saved[1])

    def enter(self, step: Enter) -> None:
        """Read the bytes of a value read before."""
        found = memory.plain(memory.find(self.room.store, step.source))
        if not isinstance(found, bytes):
            raise Unreadable(f"{step.source} is read before it is decoded")
        self.room.streams[step.stream] = ByteCursor(memoryview(found))

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains on a stream."""
        found = self.room.streams.get(stream)
        return None if found is None else (FALSE if found.remaining else TRUE)

    def place(self, term: StreamPosition) -> Term | None:
        """Return a position in bytes."""
        stream = self.room.streams.get(term.stream)
        if stream is None:
            return Opaque(term.what)
        known = {"offset": stream.at, "remaining": stream.remaining, "size": len(stream.content)}
        if term.what == "next":
            if not stream.remaining:
                raise Overread("a look at the next byte, where none remains")
            return Const(stream.content[stream.at])
        return Const(known[term.what] if term.what in known else stream.end())


def settled(room: Room) -> Held:
    """Return what a structure holds once it is read: what was read, and what its decoder set by itself."""
    store = room.store
    for path, term in room.lets.items():
        if not isinstance(term, Const) or path in store or "#" in path or path in room.rough:
            continue
        if isinstance(term.value, int):
            if path:  # without one, the structure as a whole is set to something
                store[path] = term.value
        elif term.value.startswith("type:"):
            store[path] = memory.Kind(term.value)
    return store


__all__ = ["Unpacker", "settled"]
