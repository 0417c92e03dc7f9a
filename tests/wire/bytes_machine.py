"""Wire programs over real bytes, for judging the symbolic machines.

Knows the steps and nothing of how they are checked.

`pack` makes bytes of values with an encoder, `unpack` takes them apart with a decoder. Both note every scalar
and every run of raw bytes that they touch as an `Atom`, so that it can be seen whether a reader took each for
what it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compatlint.wire.ir import terms
from compatlint.wire.ir.steps import (
    OUTSIDE,
    Close,
    Codec,
    Inlined,
    Item,
    Leave,
    Let,
    Open,
    Program,
    Refuse,
    Repeat,
    Step,
    When,
)
from compatlint.wire.ir.types import Array, Blob, Fixed, Int, Optional, Seq, Struct, Tuple, Type, Varint

MAX_ELEMENTS = 400


_KINDS = {"little": "int", "big": "big"}


def _base128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


class Failed(Exception):
    """The bytes do not make sense to the reader; `kind` is overread or refused."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class _Returned(Exception):
    pass


@dataclass(frozen=True, order=True)
class Atom:
    """`size` bytes at `start` that were touched as one thing.

    "int" ("big" if it is big-endian), "varint", "raw" (behind a length), "fixed" or part of a "header".

    `depth` counts the loops around it: an element is no member.
    """

    start: int
    size: int
    kind: str
    depth: int = 0

    @property
    def end(self) -> int:
        return self.start + self.size


@dataclass
class Packed:
    """Bytes, the atoms in them, and the values by name. `header` is what travels outside of them."""

    data: bytes
    atoms: frozenset[Atom]
    values: dict[str, Any]
    header: tuple[int, int] = (1, 1)


@dataclass
class Unpacked:
    """What a reader understood. `left` is the number of bytes that nothing skipped."""

    atoms: list[Atom]
    values: dict[str, Any]
    left: int


def evaluate(term: terms.Term, look: Callable[[str], Any], features: frozenset[str]) -> Any:
    """Return the value of a term."""
    match term:
        case terms.Const(value):
            return value
        case terms.Var(name):
            return look(name)
        case terms.Feature(name):
            return int(name in features)
        case terms.Op("size", (inner,)):
            return len(evaluate(inner, look, features))
        case terms.Op("!", (inner,)):
            return int(not _true(evaluate(inner, look, features)))
        case terms.Op("&&", (left, right)):
            return int(_true(evaluate(left, look, features)) and _true(evaluate(right, look, features)))
        case terms.Op("||", (left, right)):
            return int(_true(evaluate(left, look, features)) or _true(evaluate(right, look, features)))
        case terms.Op("cond", (test, yes, no)):
            return evaluate(yes if _true(evaluate(test, look, features)) else no, look, features)
        case terms.Op(name, (left, right)):
            one, other = _number(evaluate(left, look, features)), _number(evaluate(right, look, features))
            return int(
                {
                    "==": one == other,
                    ">=": one >= other,
                    "<": one < other,
                    ">": one > other,
                    "<=": one <= other,
                    "!=": one != other,
                }[name]
            )
    raise NotImplementedError(term)


def _number(value: Any) -> Any:
    return int(value is not None) if value is None or isinstance(value, (list, bytes, tuple)) else value


def _true(value: Any) -> bool:
    return bool(_number(value))


@dataclass
class _Machine:
    programs: Mapping[str, Codec]
    features: frozenset[str]
    values: dict[str, Any] = field(default_factory=dict)
    atoms: list[Atom] = field(default_factory=list)
    frames: list[Any] = field(default_factory=list)
    scopes: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    count: int = 0
    depth: int = 0

    def look(self, name: str) -> Any:
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.values[name]

    def value(self, term: terms.Term) -> Any:
        return evaluate(term, self.look, self.features)

    def execute(self, program: Program) -> None:
        for step in program:
            self.step(step)

    def step(self, step: Step) -> None:
        match step:
            case Item():
                self.item(step)
            case Let(name, value, _):
                self.scopes[-1][name] = self.value(value)
            case When(test, then, otherwise, _):
                self.execute(then if _true(self.value(test)) else otherwise)
            case Repeat():
                self.repeat(step)
            case Open():
                self.open(step)
            case Close():
                self.close(step)
            case Refuse():
                raise Failed("refused")
            case Leave():
                raise _Returned
            case Inlined(body, _):
                with contextlib.suppress(_Returned):
                    self.execute(body)
            case _:
                raise NotImplementedError(step)

    def nested(self, program: Program, values: dict[str, Any]) -> dict[str, Any]:
        """Run another structure's program over its own values."""
        outer = self.values, self.frames, self.scopes
        self.values, self.frames, self.scopes = values, [], [{}]
        try:
            self.execute(program)
        except _Returned:
            pass
        finally:
            done, (self.values, self.frames, self.scopes) = self.values, outer
        return done

    def item(self, step: Item) -> None:
        raise NotImplementedError

    def repeat(self, step: Repeat) -> None:
        raise NotImplementedError

    def open(self, step: Open) -> None:
        raise NotImplementedError

    def close(self, step: Close) -> None:
        raise NotImplementedError


@dataclass
class _Packer(_Machine):
    data: bytearray = field(default_factory=bytearray)
    header: tuple[int, int] = (1, 1)

    def item(self, step: Item) -> None:
        assert step.value is not None
        self.write(step.type, self.value(step.value))

    def write(self, kind: Type, value: Any) -> None:
        match kind:
            case Int(bits, _, order):
                number = _number(value) if isinstance(value, (int, bool)) else len(value)
                self.put((number & ((1 << bits) - 1)).to_bytes(bits // 8, order), _KINDS[order])
            case Varint("varint"):
                self.put(_base128(value), "varint")
            case Blob(prefix):
                if prefix is not None:
                    self.write(prefix, len(value))
                self.put(value, "raw")
            case Fixed(size, _):
                self.put(value[:size].ljust(size or 0, b"\0"), "fixed")
            case Seq(prefix, of):
                if prefix is not None:
                    self.write(prefix, len(value))
                self.depth += 1
                for each in value:
                    self.write(of, each)
                self.depth -= 1
            case Array(_, of):
                for each in value:
                    self.write(of, each)
            case Tuple(parts):
                for part, each in zip(parts, value, strict=True):
                    self.write(part, each)
            case Optional(of):
                self.write(Int(8), int(value is not None))
                if value is not None:
                    self.write(of, value)
            case Struct(name):
                self.nested(self.programs[name].encoder or (), value)
            case _:
                raise NotImplementedError(kind)

    def put(self, raw: bytes, kind: str) -> None:
        if raw:
            self.atoms.append(Atom(len(self.data), len(raw), kind, self.depth))
            self.data += raw

    def repeat(self, step: Repeat) -> None:
        for element in self.look(step.over):
            scope = {f"{step.over}[]": element}
            if isinstance(element, tuple):
                scope |= {f"{step.over}[].first": element[0], f"{step.over}[].second": element[1]}
            self.scopes.append(scope)
            self.depth += 1
            self.execute(step.body)
            self.depth -= 1
            self.scopes.pop()

    def open(self, step: Open) -> None:
        version, oldest = self.value(step.version), self.value(step.oldest)
        if step.header == OUTSIDE:
            self.header = (version, oldest)
            self.frames.append(None)
            return
        for part, number in (
            (step.header.version, version),
            (step.header.oldest, oldest),
            (step.header.length, 0),
        ):
            if isinstance(part, Int):
                self.atoms.append(Atom(len(self.data), part.bits // 8, "header", self.depth))
                self.data += number.to_bytes(part.bits // 8, part.order)
        self.frames.append((len(self.data), step.header.length))

    def close(self, step: Close) -> None:
        frame = self.frames.pop()
        if frame is not None and frame[1] is not None:
            start, size = frame[0], frame[1].bits // 8
            self.data[start - size : start] = (len(self.data) - start).to_bytes(size, frame[1].order)


@dataclass
class _Unpacker(_Machine):
    data: bytes = b""
    at: int = 0
    header: tuple[int, int] = (1, 1)

    def item(self, step: Item) -> None:
        self.bind(step.name, self.read(step.type, step))

    def bind(self, name: str, value: Any) -> None:
        if len(self.scopes) > 1:
            self.scopes[-1][name] = value
        else:
            self.values[name] = value

    def read(self, kind: Type, step: Item | None = None) -> Any:
        match kind:
            case Int(bits, _, order):
                return int.from_bytes(self.get(bits // 8, _KINDS[order]), order)
            case Varint("varint"):
                return self.varint()
            case Blob(None):
                known = step is not None and step.value is not None
                return self.get(self.value(step.value) if known else 0, "raw")
            case Blob(prefix):
                return self.get(self.read(prefix), "raw")
            case Fixed(size, _):
                return self.get(size or 0, "fixed")
            case Seq(prefix, of):
                count = self.bounded(self.read(prefix))
                self.depth += 1
                found = [self.element(of) for _ in range(count)]
                self.depth -= 1
                return found
            case Array(count, of):
                return [self.element(of) for _ in range(count)]
            case Tuple(parts):
                return tuple(self.read(part) for part in parts)
            case Optional(of):
                return self.read(of) if self.read(Int(8)) else None
            case Struct(name):
                return self.nested(self.programs[name].decoder or (), {})
        raise NotImplementedError(kind)

    def element(self, of: Type) -> Any:
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise Failed("overread")
        return self.read(of)

    def varint(self) -> int:
        number, start = 0, self.at
        for shift in range(0, 70, 7):
            if self.at >= len(self.data):
                raise Failed("overread")
            byte = self.data[self.at]
            self.at += 1
            number |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
        self.atoms.append(Atom(start, self.at - start, "varint", self.depth))
        return number

    def bounded(self, count: int) -> int:
        return min(count, MAX_ELEMENTS + 1)

    def get(self, size: int, kind: str) -> bytes:
        if self.at + size > len(self.data):
            raise Failed("overread")
        if size:
            self.atoms.append(Atom(self.at, size, kind, self.depth))
        self.at += size
        return self.data[self.at - size : self.at]

    def repeat(self, step: Repeat) -> None:
        assert step.count is not None
        found = []
        for _ in range(self.bounded(self.value(step.count))):
            self.count += 1
            if self.count > MAX_ELEMENTS:
                raise Failed("overread")
            self.scopes.append({})
            self.depth += 1
            self.execute(step.body)
            self.depth -= 1
            made = self.scopes.pop()
            found.append(next(iter(made.values())) if len(made) == 1 else tuple(made.values()))
        self.bind(step.over, found)

    def open(self, step: Open) -> None:
        if step.header == OUTSIDE:
            version, oldest = self.header
            end = None
        else:
            version = self.head(step.header.version, 0)
            oldest = self.head(step.header.oldest, 0)
            end = self.head(step.header.length, None)
            end = None if end is None else end + self.at
            if end is not None and end > len(self.data):
                raise Failed("overread")
        known = self.value(step.known) if step.known is not None else oldest
        if oldest > known:
            raise Failed("refused")
        self.scopes[-1] |= {step.var: version, step.oldest_var: oldest}
        self.frames.append(end)

    def head(self, field: Any, without: int | None) -> Any:
        return without if field is None else int.from_bytes(self.get(field.bits // 8, "header"), field.order)

    def close(self, step: Close) -> None:
        end = self.frames.pop()
        if end is not None:
            if self.at > end:
                raise Failed("overread")
            self.at = end


def pack(
    codec: Codec,
    values: dict[str, Any],
    programs: Mapping[str, Codec],
    features: frozenset[str] = frozenset(),
) -> Packed:
    """Return what `codec`'s encoder makes of `values`."""
    machine = _Packer(programs, features, dict(values))
    machine.nested(codec.encoder or (), dict(values))
    return Packed(bytes(machine.data), frozenset(machine.atoms), values, machine.header)


def unpack(
    codec: Codec, packed: Packed, programs: Mapping[str, Codec], features: frozenset[str] = frozenset()
) -> Unpacked:
    """Return what `codec`'s decoder makes of bytes; raise Failed if it cannot."""
    machine = _Unpacker(programs, features, data=packed.data, header=packed.header)
    values = machine.nested(codec.decoder or (), {})
    # a message ends where its bytes end: what follows is nobody's
    left = 0 if codec.message else len(packed.data) - machine.at
    return Unpacked(machine.atoms, values, left)


def understood(
    packed: Packed, codec: Codec, programs: Mapping[str, Codec], features: frozenset[str] = frozenset()
) -> str:
    """Return "" if the reader takes every byte for what it is or skips it, otherwise what goes wrong."""
    try:
        read = unpack(codec, packed, programs, features)
    except Failed as failed:
        return failed.kind
    if read.left:
        return "leftover"
    verdicts = {_taken(atom, packed.atoms) for atom in read.atoms}
    return next((verdict for verdict in ("misread", "blurred") if verdict in verdicts), "")


def _taken(atom: Atom, written: frozenset[Atom]) -> str:
    """Return "" for something that was written as it is read, and "blurred" for part of plain bytes together with others."""
    if atom in written:
        return ""
    around = [each for each in written if each.start < atom.end and atom.start < each.end]
    if any(each.depth != atom.depth or each.kind not in ("int", "big", "fixed") for each in around):
        return "misread"
    whole = all(atom.start <= each.start and each.end <= atom.end for each in around)
    if atom.kind == "fixed" and whole:
        return ""
    if (
        atom.kind in ("int", "big", "fixed")
        and [each.kind for each in around] == ["fixed"]
        and atom.end <= around[0].end
    ):
        return "" if atom.start >= around[0].start else "blurred"
    return "blurred" if any(each.kind == "fixed" for each in around) else "misread"
