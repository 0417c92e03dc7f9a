"""The steps of a decoder over real bytes: what it read decides which way it goes.

What the bytes do not tell is not guessed: a test on anything else raises Unreadable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from compatlint.wire.concrete import memory
from compatlint.wire.concrete.cursor import ByteCursor, ByteFrame, Overread
from compatlint.wire.concrete.decoding import ByteDecoding, read
from compatlint.wire.concrete.evaluation import MOST_WORK, Activation, Evaluation
from compatlint.wire.concrete.numbers import read_prefix
from compatlint.wire.ir.steps import Close, Enter, Item, Let, Mark, Open, Repeat, Seek, Skip, Try
from compatlint.wire.ir.terms import FALSE, TRUE, Const, Opaque, StreamPosition, Term, whole
from compatlint.wire.ir.types import Int
from compatlint.wire.machine.interpreter import COMMON, Actions, Execution, Programs
from compatlint.wire.machine.interrupts import Refused, Unreadable


def begin(
    programs: Programs,
    content: bytes,
    header: tuple[int, int] | None = None,
    beside: Mapping[str, bytes] | None = None,
    *,
    keep_dead: bool = True,
) -> ByteDecoding:
    """Return a run that stands at the beginning of `content`; for the arguments see `decode_object.replay`."""
    streams = {name: ByteCursor(memoryview(each)) for name, each in (beside or {}).items()}
    activation = Activation({}, {**streams, "": ByteCursor(memoryview(content))}, header=header)
    execution = Execution(_ACTIONS, min(MOST_WORK, 100_000 + 100 * len(content)))
    return ByteDecoding(execution, Evaluation(activation, _at_end, _place), programs, keep_dead)


def _at_end(here: Activation, stream: str) -> Term | None:
    found = here.streams.get(stream)
    if found is None:
        return None
    return FALSE if found.remaining else TRUE


def _place(here: Activation, term: StreamPosition) -> Term | None:
    """Return a position in bytes."""
    stream = here.streams.get(term.stream)
    if stream is None:
        return Opaque(term.what)
    if term.what == "next":
        if not stream.remaining:
            raise Overread("a look at the next byte, where none remains")
        return Const(stream.content[stream.at])
    known = {"offset": stream.at, "remaining": stream.remaining, "size": len(stream.content)}
    return Const(known[term.what] if term.what in known else stream.end())


def _item(decoding: ByteDecoding, step: Item) -> None:
    """Read a value into its path."""
    here = decoding.values.here
    value = read(decoding, step.type, decoding.stream(step.stream), step.name, step)
    if isinstance(step.type, Int):
        here.widths[step.name] = step.type.bits
        if step.type.signed:
            here.signed.add(step.name)
    here.lets.pop(step.name, None)
    if decoding.keep_dead or not step.dead:
        here.store[step.name] = value


def _let(decoding: ByteDecoding, step: Let) -> None:
    decoding.values.note_let(step.name, step.value)
    decoding.values.assign(step.name, decoding.values.value(step.value))


def _repeat(decoding: ByteDecoding, step: Repeat) -> None:
    """Do a loop as often as the bytes say.

    What its rounds read becomes the elements of the containers that they name.
    """
    values, here = decoding.values, decoding.values.here
    count = values.number(step.count, "a loop") if step.count is not None else None
    elements = memory.plain(memory.find(here.store, step.over)) if step.over else None
    containers = decoding.fills.containers(step)
    rounds: dict[str, list[Any]] = {name: _before(here, name) for name in containers}
    index = 0
    while _goes_on(decoding, step, count, index):
        decoding.execution.count()
        if step.index:
            values.assign(step.index, Const(index))
        _begin_round(here, containers, step.over, elements, index)
        more = decoding.execution.iteration(decoding, step.body)
        for name in containers:
            rounds[name].append(_element(here, name))
        index += 1
        if not more:
            break
    for name, found in rounds.items():
        if not isinstance(elements, list) or name != step.over:
            _begin_round(here, (name,), "", None, 0)
            here.store[name] = found


def _goes_on(decoding: ByteDecoding, step: Repeat, count: int | None, index: int) -> bool:
    if count is not None:
        return index < count
    return step.test is None or decoding.values.decide(step.test)


def _before(here: Activation, name: str) -> list[Any]:
    """Return the elements that a container has before a loop.

    What another one filled, and one that was read by itself.
    """
    already = here.store.get(name)
    single = _element(here, name)
    return [*(already if isinstance(already, list) else ()), *([single] if single != {} else ())]


def _begin_round(here: Activation, containers: tuple[str, ...], over: str, elements: Any, index: int) -> None:
    """Forget the element of the round before, which this one's need not have.

    Put the one at hand in its place.
    """
    for name in containers:
        for path in [path for path in (*here.store, *here.lets) if path.startswith(name + "[]")]:
            here.store.pop(path, None)
            here.lets.pop(path, None)
    if isinstance(elements, list) and index < len(elements):
        here.store[over + "[]"] = elements[index]


def _element(here: Activation, name: str) -> Any:
    start = len(name) + 2
    found = {path[start:]: value for path, value in here.store.items() if path.startswith(name + "[]")}
    return found[""] if set(found) == {""} else found


def _open(decoding: ByteDecoding, step: Open) -> None:
    """Read a frame's header."""
    stream = decoding.stream(step.stream)
    if step.header.version is None:
        version, oldest = decoding.values.here.header or (1, 1)
        _enter_frame(decoding, step, version, oldest)
        stream.frames.append(ByteFrame(None, True))
        return
    begin = stream.at
    version = read_prefix(step.header.version, stream, "frame version")
    header = step.header_at(version)
    if header.version is not None and header.version != step.header.version:
        stream.at = begin
        version = read_prefix(header.version, stream, "frame version")
    oldest = version if header.oldest is None else read_prefix(header.oldest, stream, "frame oldest")
    _enter_frame(decoding, step, version, oldest, checked=header.oldest is not None)
    end = None
    if header.length is not None:
        size = read_prefix(header.length, stream, "frame length")
        end = stream.at + size
        if end > len(stream.content):
            raise Overread(f"frame of {size} bytes, {stream.remaining} remain")
    stream.frames.append(ByteFrame(end))


def _enter_frame(
    decoding: ByteDecoding, step: Open, version: int, oldest: int, *, checked: bool = True
) -> None:
    decoding.versions.append(version)
    decoding.values.assign_frame(step, version, oldest)
    known = whole(decoding.values.value(step.known)) if checked and step.known is not None else None
    if known is not None and oldest > known:
        raise Refused(f"needs a reader of version {oldest}, this one knows {known}", step.line, newer=True)


def _close(decoding: ByteDecoding, step: Close) -> None:
    """End a frame; skip what its length still covers."""
    stream = decoding.stream(step.stream)
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
        decoding.dropped.append(f"{end - stream.at} bytes at the end of {where} (line {step.line})")
    stream.at = end


def _attempt(decoding: ByteDecoding, step: Try) -> None:
    """Try one layout; if it gives up or runs over, do what the handler does."""
    try:
        decoding.execution.execute(decoding, step.body)
    except (Overread, Refused):
        decoding.execution.execute(decoding, step.instead)


def _skip(decoding: ByteDecoding, step: Skip) -> None:
    decoding.stream(step.stream).take(decoding.values.number(step.count, "a skip"), "a skip")


def _mark(decoding: ByteDecoding, step: Mark) -> None:
    stream = decoding.stream(step.stream)
    decoding.values.here.marks[step.name] = (stream.at, list(stream.frames))


def _seek(decoding: ByteDecoding, step: Seek) -> None:
    saved = decoding.values.here.marks.get(step.name)
    if saved is None:
        raise Unreadable(f"position {step.name} is not known")
    stream = decoding.stream(step.stream)
    stream.at, stream.frames = saved[0], list(saved[1])


def _enter(decoding: ByteDecoding, step: Enter) -> None:
    """Read the bytes of a value read before."""
    here = decoding.values.here
    found = memory.plain(memory.find(here.store, step.source))
    if not isinstance(found, bytes):
        raise Unreadable(f"{step.source} is read before it is decoded")
    here.streams[step.stream] = ByteCursor(memoryview(found))


_ACTIONS: Final[Actions] = {
    **COMMON,
    Item: _item,
    Let: _let,
    Repeat: _repeat,
    Open: _open,
    Close: _close,
    Try: _attempt,
    Skip: _skip,
    Mark: _mark,
    Seek: _seek,
    Enter: _enter,
}

__all__ = ["begin"]
