"""A decoder's program run over real bytes: what they hold, and whether the program understands all of them.

The same programs and the same control flow as the symbolic reader; only the streams differ. Hostile bytes are
bounded: a count never makes more work than there are bytes, nothing is allocated by a length that was read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

from compatlint.wire.machine import Machine, Oracle, Programs, Refused, Unreadable
from compatlint.wire.steps import Close, Codec, Enter, Item, Mark, Open, Repeat, Seek, Skip, Splice, Try, Unclear, walk
from compatlint.wire.terms import FALSE, TRUE, AtEnd, Const, Feature, Op, Opaque, Place, Term, Var, show
from compatlint.wire.types import Array, Blob, Fixed, Float, Int, Optional, Seq, Struct, Tuple, Type, Unknown, Varint, describe

MAX_WORK = 2_000_000
MAX_ROUNDS = 1_000_000


class Overread(Exception):
    """The program wants more bytes than there are; `text` names what it wanted."""


@dataclass(slots=True)
class Replay:
    """What became of one object: `outcome` is exact, dropped, overread, leftover, refused or unread."""

    outcome: str
    reason: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    consumed: int = 0
    size: int = 0


@dataclass(slots=True)
class _Stream:
    data: memoryview
    at: int = 0
    frames: list[tuple[int | None, bool]] = field(default_factory=list)  # (end, whether the header was a message's)


def replay(codec: Codec, data: bytes, programs: Programs, header: tuple[int, int] | None = None) -> Replay:
    """Decode `data` with a codec. `header` is the (version, oldest reader) that a message's header carried."""
    if codec.decoder is None:
        return Replay("unread", "no decoder found", size=len(data))
    machine = Bytes(programs, data, header)
    outcome, reason = "exact", ""
    try:
        machine.run(codec.decoder)
    except Overread as wrong:
        outcome, reason = "overread", str(wrong)
    except Refused as refused:
        outcome, reason = "refused", refused.text
    except Unreadable as unclear:
        outcome, reason = "unread", str(unclear)
    except RecursionError:
        outcome, reason = "unread", "nested too deeply"
    stream = machine.streams[""]
    if outcome == "exact" and stream.at < len(data):
        outcome, reason = "leftover", f"{len(data) - stream.at} of {len(data)} bytes remain"
    if outcome == "exact" and machine.dropped:
        outcome, reason = "dropped", machine.dropped[0]
    return Replay(outcome, reason, machine.root, stream.at, len(data))


class Bytes(Machine):
    """Reads real bytes. `root` collects the values as they would print in JSON."""

    def __init__(self, programs: Programs, data: bytes, header: tuple[int, int] | None = None) -> None:
        super().__init__(Oracle(), programs)
        self.streams = {"": _Stream(memoryview(data))}
        self.header = header
        self.blobs: dict[str, bytes] = {}
        self.sizes: dict[str, int] = {}
        self.marks: dict[str, tuple[int, list[tuple[int | None, bool]]]] = {}
        self.dropped: list[str] = []
        self.root: dict[str, Any] = {}
        self.here: dict[str, Any] = self.root
        self.work = 0

    # ---- values ------------------------------------------------------------------------------------------------

    def decide(self, test: Term) -> bool:
        """Return the truth of a test; what real bytes do not tell is not guessed."""
        found = self.value(test)
        if isinstance(found, Op) and found.name in ("&&", "||"):
            left = self.decide(found.args[0])
            return left if left != (found.name == "&&") else self.decide(found.args[1])
        if isinstance(found, Op) and found.name == "!":
            return not self.decide(found.args[0])
        if isinstance(found, Const):
            return bool(found.value)
        raise Unreadable(f"depends on {show(found)}")

    def lookup(self, term: Term) -> Term | None:
        """Return what was read; every feature is on, as it is for the tool that wrote the corpus."""
        if isinstance(term, Feature):
            return TRUE
        return super().lookup(term)

    def value(self, term: Term) -> Term:
        """Return a term with everything known put in, sizes of what was read included."""
        if isinstance(term, Op) and term.name == "size" and isinstance(term.args[0], Var):
            size = self.sizes.get(self.name(term.args[0].name))
            if size is not None:
                return Const(size)
        if isinstance(term, Op) and term.name == "length" and isinstance(term.args[0], Var):
            stream = self.streams.get(term.args[0].name.removeprefix("@"))
            return Const(len(stream.data)) if stream is not None else Opaque("length")
        if isinstance(term, Op):
            from compatlint.wire.terms import operate

            return operate(term.name, tuple(self.value(each) for each in term.args))
        return super().value(term)

    def number(self, term: Term, what: str) -> int:
        """Return a term as a number."""
        found = self.value(term)
        if isinstance(found, Const) and isinstance(found.value, int):
            return found.value
        raise Unreadable(f"{what} depends on {show(found)}")

    # ---- reading -----------------------------------------------------------------------------------------------

    def stream(self, name: str) -> _Stream:
        """Return an open stream."""
        found = self.streams.get(name)
        if found is None:
            raise Unreadable(f"stream {name.split('~')[0] or 'of the codec'} was not opened")
        return found

    def take(self, stream: _Stream, size: int, what: str) -> memoryview:
        """Return the next bytes."""
        self.work += 1
        if self.work > MAX_WORK:
            raise Unreadable(f"more than {MAX_WORK} values")
        if size < 0 or stream.at + size > len(stream.data):
            raise Overread(f"{what} wants {size} bytes, {len(stream.data) - stream.at} remain")
        found = stream.data[stream.at : stream.at + size]
        stream.at += size
        return found

    def item(self, step: Item) -> None:
        """Read a value into its path."""
        name = self.name(step.name)
        shown = self.read(step.type, self.stream(step.stream), name, step)
        _store(self.here, step.name, shown)

    def read(self, kind: Type, stream: _Stream, name: str, step: Item) -> Any:
        """Read one value: return it as it would print, and remember what tests may ask of it."""
        if isinstance(kind, Int):
            number = int.from_bytes(self.take(stream, kind.bits // 8, name), "little")
            self.env[name] = Const(number)
            return number
        if isinstance(kind, Float):
            return struct.unpack("<d" if kind.bits == 64 else "<f", self.take(stream, kind.bits // 8, name))[0]
        if isinstance(kind, Blob):
            return self._blob(kind, stream, name, step)
        if isinstance(kind, Struct):
            return self._structure(kind, stream, name)
        if isinstance(kind, Fixed):
            if kind.size is None:
                raise Unreadable(f"{name}: size of {kind.name} not known")
            return self.take(stream, kind.size, name).hex()
        if isinstance(kind, Varint):
            return self._varint(kind, stream, name)
        if isinstance(kind, Unknown):
            raise Unreadable(f"{name}: type not understood ({kind.text})")
        return self._compound(kind, stream, name, step)

    def _blob(self, kind: Blob, stream: _Stream, name: str, step: Item) -> Any:
        if kind.prefix:
            size = int.from_bytes(self.take(stream, kind.prefix // 8, name), "little")
        elif step.value is not None and self.value(step.value) == Opaque("the rest"):
            size = len(stream.data) - stream.at
        elif step.value is not None:
            size = self.number(step.value, f"length of {name}")
        else:
            raise Unreadable(f"{name}: length not known")
        found = bytes(self.take(stream, size, name))
        self.blobs[name], self.sizes[name] = found, size
        self.env[name] = Const('"' + found.decode("utf-8", "replace"))
        return _text(found)

    def _structure(self, kind: Struct, stream: _Stream, name: str) -> Any:
        codec = self.programs(kind.name)
        if codec is None or codec.decoder is None:
            raise Unreadable(f"{kind.name}: no decoder found")
        outer, prefix, here, header = self.streams, self.prefix, self.here, self.header
        self.streams, self.prefix, self.here, self.header = {"": stream}, "", {}, None
        depth = len(stream.frames)
        try:
            self.nested(codec, codec.decoder, name)
            return self.here
        finally:
            self.streams, self.prefix, self.here, self.header = outer, prefix, here, header
            del stream.frames[depth:]

    def _varint(self, kind: Varint, stream: _Stream, name: str) -> int:
        """Read a variable-length integer. Source: denc_varint and its kin in src/include/denc.h of Ceph."""
        number = self._lba(stream, name) if kind.kind == "lba" else self._base128(stream, name)
        if kind.kind.endswith("lowz"):
            signed = kind.kind.startswith("signed")
            sign, number = (number & 1, number >> 1) if signed else (0, number)
            number = (number >> 2) << ((number & 3) * 4)
            number = -number if sign else number
        elif kind.kind.startswith("signed"):
            number = -(number >> 1) if number & 1 else number >> 1
        self.env[name] = Const(number)
        return number

    def _base128(self, stream: _Stream, name: str) -> int:
        number, shift = 0, 0
        while True:
            byte = self.take(stream, 1, name)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift > 70:
                return number

    def _lba(self, stream: _Stream, name: str) -> int:
        word = int.from_bytes(self.take(stream, 4, name), "little")
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
            byte = self.take(stream, 1, name)[0]
            number |= (byte & 0x7F) << shift
            shift += 7
            more = byte & 0x80
        return number

    def _compound(self, kind: Type, stream: _Stream, name: str, step: Item) -> Any:
        if isinstance(kind, Tuple):
            suffixes = (".first", ".second") if len(kind.parts) == 2 else tuple(f".{index}" for index in range(len(kind.parts)))
            return [self.read(part, stream, name + suffix, step) for part, suffix in zip(kind.parts, suffixes, strict=True)]
        if isinstance(kind, Optional):
            present = self.take(stream, 1, name)[0]
            self.env[name] = Const(present)
            return self.read(kind.of, stream, f"{name}.value", step) if present else None
        if isinstance(kind, Array):
            return [self.read(kind.of, stream, f"{name}[]", step) for _ in range(kind.count)]
        if isinstance(kind, Seq):
            if kind.prefix:
                count = int.from_bytes(self.take(stream, kind.prefix // 8, name), "little")
            elif step.value is not None:
                count = self.number(step.value, f"number of {name}")
            else:
                raise Unreadable(f"{name}: number not known")
            return self._sequence(kind, count, stream, name, step)
        raise Unreadable(f"{name}: {describe(kind)}")

    def _sequence(self, kind: Seq, count: int, stream: _Stream, name: str, step: Item) -> list[Any]:
        found: list[Any] = []
        for _ in range(count):
            before = stream.at
            found.append(self.read(kind.of, stream, f"{name}[]", step))
            if stream.at == before and len(found) > 4096:
                raise Overread(f"{name}: {count} elements without a byte")
        self.sizes[name] = count
        return found

    # ---- steps -------------------------------------------------------------------------------------------------

    def repeat(self, step: Repeat) -> None:
        """Do a loop as often as the bytes say."""
        if step.count is None:
            self._while(step)
            return
        count = self.number(step.count, "a loop")
        rounds: list[dict[str, Any]] = []
        outer = self.here
        idle = 0
        for index in range(count):
            if step.index:
                self.assign(step.index, Const(index))
            self.here, before = {}, self.work
            goes_on = self.iteration(step.body)
            rounds.append(self.here)
            idle = idle + 1 if self.work == before else 0
            if not goes_on or idle > 4096:
                break
        self.here = outer
        self._collect(step, rounds)

    def _collect(self, step: Repeat, rounds: list[dict[str, Any]]) -> None:
        """Keep what the rounds of a loop read, and the sizes of the containers that they filled."""
        for item in walk(step.body):
            if isinstance(item, Item) and "[]" in item.name:
                self.sizes[self.name(item.name.split("[]")[0])] = len(rounds)
        if any(rounds):
            name = next((item.name.split("[]")[0] for item in walk(step.body) if isinstance(item, Item) and "[]" in item.name), "items")
            _store(self.here, name, [one[""] if set(one) == {""} else one for one in rounds])

    def _while(self, step: Repeat) -> None:
        outer, rounds = self.here, []
        while len(rounds) < MAX_ROUNDS and (step.test is None or self.decide(step.test)):
            self.here, before = {}, self.work
            goes_on = self.iteration(step.body)
            rounds.append(self.here)
            if not goes_on:
                break
            if self.work == before and len(rounds) > 4096:
                raise Unreadable("a loop that reads nothing")
        self.here = outer
        self._collect(step, rounds)

    def open(self, step: Open) -> None:
        """Read a frame's header."""
        stream = self.stream(step.stream)
        if step.header:
            version, oldest = self.header or (1, 1)
            self.assign(step.var, Const(version))
            self.assign(step.oldest_var, Const(oldest))
            self._accept(step, oldest)
            stream.frames.append((None, True))
            return
        version = int.from_bytes(self.take(stream, 1, "frame version"), "little")
        if step.compat_from and version < step.compat_from and step.bits > 8:
            stream.at -= 1
            version = int.from_bytes(self.take(stream, step.bits // 8, "frame version"), "little")
        oldest = version
        if version >= step.compat_from:
            oldest = self.take(stream, 1, "frame oldest")[0]
        self.assign(step.var, Const(version))
        self.assign(step.oldest_var, Const(oldest))
        self._accept(step, oldest if version >= step.compat_from else 0)
        end = None
        if version >= step.length_from:
            size = int.from_bytes(self.take(stream, 4, "frame length"), "little")
            end = stream.at + size
            if end > len(stream.data):
                raise Overread(f"frame of {size} bytes, {len(stream.data) - stream.at} remain")
        stream.frames.append((end, False))

    def _accept(self, step: Open, oldest: int) -> None:
        known = self.value(step.known) if step.known is not None else None
        if isinstance(known, Const) and isinstance(known.value, int) and oldest > known.value:
            raise Refused(f"needs a reader of version {oldest}, this one knows {known.value}", step.line)

    def close(self, step: Close) -> None:
        """End a frame; skip what its length still covers."""
        stream = self.stream(step.stream)
        if not stream.frames:
            return
        end, header = stream.frames.pop()
        if header:
            if stream.at < len(stream.data):
                self.dropped.append(f"{len(stream.data) - stream.at} bytes at the end of the payload")
            stream.at = len(stream.data)
        if end is None:
            return
        if stream.at > end:
            raise Overread(f"{stream.at - end} bytes past the end of the frame (line {step.line})")
        if stream.at < end:
            self.dropped.append(f"{end - stream.at} bytes at the end of a frame (line {step.line})")
        stream.at = end

    def attempt(self, step: Try) -> None:
        """Try one layout; if it gives up or runs over, do what the handler does."""
        try:
            self.execute(step.body)
        except (Overread, Refused):
            self.execute(step.instead)

    def skip(self, step: Skip) -> None:
        """Move forward."""
        self.take(self.stream(step.stream), self.number(step.count, "a skip"), "a skip")

    def mark(self, step: Mark) -> None:
        """Remember a position."""
        stream = self.stream(step.stream)
        self.marks[step.name] = (stream.at, list(stream.frames))

    def seek(self, step: Seek) -> None:
        """Go back."""
        saved = self.marks.get(step.name)
        if saved is None:
            raise Unreadable(f"position {step.name} is not known")
        stream = self.stream(step.stream)
        stream.at, stream.frames = saved[0], list(saved[1])

    def enter(self, step: Enter) -> None:
        """Read the bytes of a value read before."""
        found = self.blobs.get(self.name(step.source))
        if found is None:
            raise Unreadable(f"{step.source} is read before it is decoded")
        self.streams[step.stream] = _Stream(memoryview(found))

    def splice(self, step: Splice) -> None:
        """A reader appends nothing."""

    def unclear(self, step: Unclear) -> None:
        """A step that was not understood."""
        raise Unreadable(step.text)

    def at_end(self, stream: str) -> Term | None:
        """Return whether nothing remains on a stream."""
        found = self.streams.get(stream)
        return None if found is None else (TRUE if found.at >= len(found.data) else FALSE)

    def place(self, term: Place) -> Term | None:
        """Return a position in bytes."""
        stream = self.streams.get(term.stream)
        if stream is None:
            return Opaque(term.what)
        if term.what == "offset":
            return Const(stream.at)
        if term.what == "remaining":
            return Const(len(stream.data) - stream.at)
        return Const(next((end for end, _ in reversed(stream.frames) if end is not None), len(stream.data)))


def _store(here: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path of nested dictionaries; a path seen before gets a number."""
    parts = [part for part in path.split("[]")[-1].split("#")[-1].split(".") if part]
    for part in parts[:-1]:
        inner = here.setdefault(part, {})
        if not isinstance(inner, dict):
            break
        here = inner
    name = parts[-1] if parts else ""
    count = 2
    while name in here and parts:
        name, count = f"{parts[-1]}#{count}", count + 1
    here[name] = value


def _text(found: bytes) -> str:
    """Return bytes as text if they are, else as hexadecimal digits."""
    try:
        text = found.decode("utf-8")
    except UnicodeDecodeError:
        return "0x" + found.hex()
    return text if text.isprintable() else "0x" + found.hex()


__all__ = ["AtEnd", "Bytes", "Replay", "replay"]
