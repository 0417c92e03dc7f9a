"""The steps of an encoder that writes real bytes: its program over the values that a decoder read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.encoding import ByteEncoding, PackedFrame, write
from compatlint.wire.concrete.evaluation import MOST_WORK, Activation, Evaluation
from compatlint.wire.concrete.memory import MISSING, StoredValues
from compatlint.wire.concrete.numbers import write_prefix
from compatlint.wire.ir.steps import Close, Codec, FrameHeader, Item, Let, Open, Repeat, Splice
from compatlint.wire.ir.terms import Const, Op, Opaque, StreamPosition, Term, Var, show
from compatlint.wire.ir.types import RAW, Int, Prefix, size_of
from compatlint.wire.machine.interpreter import COMMON, Actions, Execution, Programs
from compatlint.wire.machine.interrupts import Unreadable


@dataclass(frozen=True, slots=True)
class Packed:
    """What an encoder wrote: bytes by stream ("" is its own), and the versions of its frames.

    `header` is the (version, oldest reader) that travels outside the bytes.
    """

    streams: Mapping[str, bytes]
    versions: tuple[int, ...]
    header: tuple[int, int]


def pack(
    codec: Codec, store: StoredValues, programs: Programs, beside: Mapping[str, bytes] | None = None
) -> Packed:
    """Write values with a codec's encoder; raise Unreadable or Refused where it cannot be followed.

    `beside` is what the codec's other streams hold already, by name.
    """
    out = {"": bytearray(), **{name: bytearray(each) for name, each in (beside or {}).items()}}
    evaluation = Evaluation(Activation(dict(store), out=out), _at_end, _place)
    encoding = ByteEncoding(Execution(_ACTIONS, MOST_WORK), evaluation, programs)
    try:
        encoding.execution.run(encoding, codec.encoder or ())
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    streams = {name: bytes(each) for name, each in out.items()}
    return Packed(streams, tuple(encoding.versions), encoding.header)


def _at_end(_here: Activation, _stream: str) -> Term | None:
    return Opaque("at end")


def _place(here: Activation, term: StreamPosition) -> Term | None:
    """Return how much was written."""
    return Const(len(here.out.get(term.stream, b""))) if term.what in ("offset", "size") else None


def _let(encoding: ByteEncoding, step: Let) -> None:
    """Give a path a value; where the code that computes it is not known, what was read by that name is it."""
    values, store = encoding.values, encoding.values.here.store
    values.note_let(step.name, step.value)
    value = values.value(step.value)
    found = store.get(step.name + memory.READ, store.get(step.name))
    if isinstance(found, int) and not isinstance(value, Const):
        value = Const(found)
    values.assign(step.name, value)


def _item(encoding: ByteEncoding, step: Item) -> None:
    """Write a value, or the bytes of a buffer."""
    if step.content is not None:
        value: Any = bytes(encoding.out(step.content))
    else:
        value = _given(encoding, step.value if step.value is not None else Var(step.name), step.name)
        if step.type == RAW and isinstance(value, int):  # the value of raw bytes may be their number
            raw = memory.plain(encoding.values.here.stored(step.name))
            value = raw[:value] if isinstance(raw, bytes) and len(raw) >= value else value
    write(encoding, step.type, value, encoding.out(step.stream), step)


def _given(encoding: ByteEncoding, term: Term, name: str) -> Any:
    """Return the value that a term stands for."""
    if isinstance(term, Op) and term.name == "cond":
        way = term.args[1] if encoding.values.decide(term.args[0]) else term.args[2]
        return _given(encoding, way, name)
    if isinstance(term, Var):
        assigned = encoding.values.here.lets.get(term.name)
        if assigned is None or isinstance(assigned, Var):
            return _read_as(encoding.values.here, term.name)
    found = encoding.values.value(term)
    if isinstance(found, Const):
        return found.value
    raise Unreadable(f"{name} depends on {show(term)}")


def _read_as(here: Activation, name: str) -> Any:
    found = here.stored(name)
    if found is MISSING or isinstance(found, memory.Kind):
        found = memory.gathered(here.store, name)
    if found is MISSING:
        raise Unreadable(f"{name} was not read")
    return found


def _repeat(encoding: ByteEncoding, step: Repeat) -> None:
    """Do a loop, over the elements of what it goes through."""
    values, here = encoding.values, encoding.values.here
    elements = memory.plain(here.stored(step.over)) if step.over else None
    count = len(elements) if isinstance(elements, list) else None
    if count is None and step.count is not None:
        count = values.number(step.count, "a loop")
    index = 0
    while index < count if count is not None else (step.test is None or values.decide(step.test)):
        encoding.execution.count()
        if step.index:
            values.assign(step.index, Const(index))
        if isinstance(elements, list):
            here.store[step.over + "[]"] = elements[index]
        elif step.index:
            _put_elements(encoding, step, index)
        index += 1
        if not encoding.execution.iteration(encoding, step.body):
            break


def _put_elements(encoding: ByteEncoding, step: Repeat, index: int) -> None:
    """Put the elements at hand in place, where a loop counts and its body names the containers."""
    here = encoding.values.here
    for name in encoding.fills.containers(step):
        elements = memory.plain(here.stored(name))
        if isinstance(elements, list) and index < len(elements):
            here.store[name + "[]"] = elements[index]


def _open(encoding: ByteEncoding, step: Open) -> None:
    """Begin a frame; its length is known at its end."""
    out, values = encoding.out(step.stream), encoding.values
    version, oldest = values.number(step.version, "a version"), values.number(step.oldest, "an oldest reader")
    values.assign_frame(step, version, oldest)
    encoding.frames.append(PackedFrame(step, version, oldest, len(out)))
    if step.header.version is not None:
        encoding.versions.append(version)
        out += bytes(_room_for(step.header_at(version)))


def _close(encoding: ByteEncoding, step: Close) -> None:
    """End the innermost frame."""
    if not encoding.frames:
        raise Unreadable("a frame ends that did not begin")
    frame, values = encoding.frames.pop(), encoding.values
    begun, start = frame.step, frame.start
    if begun.header.version is None:
        version, oldest = (values.number(Var(each), "a version") for each in (begun.var, begun.oldest_var))
        encoding.header = (version, oldest)
        encoding.versions.insert(0, version)
        return
    oldest = frame.oldest if step.oldest is None else values.number(step.oldest, "an oldest reader")
    out, header = encoding.out(begun.stream), begun.header_at(frame.version)
    room = _room_for(header)
    out[start : start + room] = _header_bytes(header, frame.version, oldest, len(out) - start - room)


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


def _splice(encoding: ByteEncoding, step: Splice) -> None:
    """Append one stream to another."""
    encoding.out(step.stream).extend(encoding.out(step.source))


_ACTIONS: Final[Actions] = {
    **COMMON,
    Item: _item,
    Let: _let,
    Repeat: _repeat,
    Open: _open,
    Close: _close,
    Splice: _splice,
}

__all__ = ["Packed", "pack"]
