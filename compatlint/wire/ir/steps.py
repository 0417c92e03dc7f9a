"""The wire program: what an encoder writes or a decoder reads, step by step.

A program is a small imperative one. Several streams may be open at once: `""` is the codec's own, others are
the buffers that it fills and nests, or takes out of a value and reads (`Enter`). Frames open and close as
steps, so that several frames, nested ones and early returns need no other shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from compatlint.vocabulary import Link
from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.terms import Const, Term
from compatlint.wire.ir.types import U8, Int, Prefix, Type, structs_in

ONE = Const(1)


@dataclass(frozen=True, slots=True)
class Item:
    """One value on `stream`.

    Writing: `value` is what is written. Reading: it goes to the path `name`. `dead`: a constant that is
    written, or a local that nothing uses. `content` is a buffer whose bytes the value is (writing). `key` is
    set for keyed wires.
    """

    name: str
    type: Type
    line: int
    value: Term | None = None
    stream: str = ""
    spelling: str = ""
    dead: bool = False
    content: str | None = None
    key: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Let:
    """Give `name` the value of `value`."""

    name: str
    value: Term
    line: int = 0


@dataclass(frozen=True, slots=True)
class When:
    """Take one of two ways."""

    test: Term
    then: Program
    otherwise: Program
    line: int = 0


@dataclass(frozen=True, slots=True)
class Repeat:
    """Do `body` `count` times, or while `test` holds; `index` counts from 0."""

    body: Program
    count: Term | None = None
    test: Term | None = None
    index: str = ""
    line: int = 0
    each: tuple[str, ...] = ()
    over: str = ""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """The fields at the beginning of a frame, in order; None where a frame has no such field.

    `version`, `oldest`: the structure's version, and that of the oldest reader that can read it. `length`: the
    number of bytes in the frame, behind the header. Without any field the frame is OUTSIDE the bytes: a message
    whose version travels in a header of its own, and whose end is the end of the bytes.
    """

    version: Prefix | None = U8
    oldest: Prefix | None = None
    length: Prefix | None = None

    @property
    def bounded(self) -> bool:
        """Whether a reader can tell where the frame ends."""
        return self.length is not None or self.version is None


OUTSIDE: Final = FrameHeader(None)


@dataclass(frozen=True, slots=True)
class Open:
    """Begin a frame.

    Writing: `version` and `oldest` are written. Reading: the version goes to `var`, the oldest reader to
    `oldest_var` ("": to none); `known` is the version that a reader compares the oldest with, unless it
    compares nothing (`compares`).

    Early versions of a frame may have fewer fields: below version `oldest_from` there is no oldest reader, and
    the version is of type `early` if that is given; below `length_from` there is no length. (Ceph's
    DECODE_START_LEGACY_COMPAT_LEN_32 is an example.)
    """

    version: Term = ONE
    oldest: Term = ONE
    var: str = ""
    oldest_var: str = ""
    known: Term | None = None
    header: FrameHeader = FrameHeader()
    oldest_from: int = 0
    length_from: int = 0
    early: Int | None = None
    stream: str = ""
    line: int = 0
    path: str = ""
    compares: bool = True

    def header_at(self, version: int) -> FrameHeader:
        """Return the header that a frame of a version has."""
        if self.oldest_from <= version >= self.length_from or self.header.version is None:
            return self.header
        short = version < self.oldest_from
        return FrameHeader(
            (self.early if short else None) or self.header.version,
            None if short else self.header.oldest,
            None if version < self.length_from else self.header.length,
        )


@dataclass(frozen=True, slots=True)
class Close:
    """End the innermost frame of `stream`; a reader skips what it did not read.

    `oldest`, if there is one, becomes the compat version in the header after the body.
    """

    stream: str = ""
    line: int = 0
    oldest: Term | None = None


@dataclass(frozen=True, slots=True)
class Inlined:
    """An inlined function: `Leave("function")` goes to its end."""

    body: Program
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Go to the end of the innermost "function", "loop" or "iteration"."""

    what: str = "function"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Give up: an exception, an assertion or an abort."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Try:
    """Do `body`; if it gives up or reads past the end, undo nothing and do `instead`."""

    body: Program
    instead: Program
    line: int = 0


@dataclass(frozen=True, slots=True)
class Skip:
    """Move `count` bytes forward."""

    count: Term
    stream: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Remember the position of `stream` as `name`."""

    name: str
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Seek:
    """Go back to the position remembered as `name`."""

    name: str
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Enter:
    """Read `stream` out of the bytes of the value at path `source`."""

    stream: str
    source: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Splice:
    """Put everything written on `source` at the end of `stream`."""

    source: str
    stream: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A step that was not understood, and that may read or write `stream`.

    `source` identifies the version of the file that `text` was read in (a blob's hash), "" where that is not
    told.
    """

    text: str
    line: int = 0
    stream: str = ""
    source: str = field(default="", compare=False)


Step = (
    Item
    | Let
    | When
    | Repeat
    | Open
    | Close
    | Inlined
    | Leave
    | Refuse
    | Try
    | Skip
    | Mark
    | Seek
    | Enter
    | Splice
    | Unclear
)
Program = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Codec:
    """One structure's encoder and decoder; either may be missing (None) where the release has only one side.

    `message`: the version travels in a message's header and the end of the payload is the end of the bytes.
    `shared`: bytes at rest that clients of several releases open at the same time. `exchanged`: bytes at rest
    that daemons hand each other as they are.
    """

    name: str
    notation: str
    link: Link
    encoder: Program | None
    decoder: Program | None
    span: Span
    encoder_span: Span | None = None
    decoder_span: Span | None = None
    message: bool = False
    shared: bool = False
    exchanged: bool = False
    conventions: Conventions = NO_CONVENTIONS


def walk(program: Program) -> list[Step]:
    """Return every step of a program, inner ones included, in source order."""
    out: list[Step] = []
    stack = list(reversed(program))
    while stack:
        step = stack.pop()
        out.append(step)
        match step:
            case When(_, then, otherwise, _):
                stack.extend(reversed((*then, *otherwise)))
            case Repeat() | Inlined():
                stack.extend(reversed(step.body))
            case Try(body, instead, _):
                stack.extend(reversed((*body, *instead)))
            case _:
                pass
    return out


def uses(codec: Codec) -> tuple[str, ...]:
    """Return the names of the structures that a codec holds."""
    found = {
        name
        for program in (codec.encoder, codec.decoder)
        for step in walk(program or ())
        if isinstance(step, Item)
        for name in structs_in(step.type)
    }
    return tuple(sorted(found - {codec.name}))


def plain(program: Program | None) -> Program | None:
    """Return a program without lines and paths."""
    if program is None:
        return None
    out = []
    for step in program:
        changes: dict[str, object] = {}
        if hasattr(step, "line"):
            changes["line"] = 0
        if hasattr(step, "path"):
            changes["path"] = ""
        for name in ("then", "otherwise", "body", "instead"):
            inner = getattr(step, name, None)
            if isinstance(inner, tuple):
                changes[name] = plain(inner)
        out.append(replace(step, **changes) if changes else step)  # type: ignore[arg-type]  # only fields that the step has
    return tuple(out)
