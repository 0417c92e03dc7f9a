"""What a symbolic writer leaves on the wire, for a symbolic reader to read."""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.wire.ir.steps import FrameHeader
from compatlint.wire.ir.terms import Const, Op, Opaque, Term, Var
from compatlint.wire.ir.types import RAW, Array, Blob, Fixed, Float, Int, Optional, Seq, Tuple, Type, suffixes


@dataclass(slots=True)
class Token:
    """One thing on the wire.

    kind "value": `type`, `value`, `name`; `body` holds the contents of a blob, if they are known.
    kind "loop": `body` once for each of `value` (a count, None if unknown).
    kind "open": a frame; `version` and `oldest` are in it as far as its `header` has such fields.
    kind "close": the end of a frame with that `header`.
    kind "stream": `body` goes beside the bytes at hand, under `name` (a message's data).
    kind "unclear": a step that was not understood, `name` is its text.

    `imagined`: nobody wrote it, a decoder would accept it.
    """

    kind: str
    name: str = ""
    type: Type | None = None
    value: Term | None = None
    body: list[Token] | None = None
    line: int = 0
    path: str = ""
    spelling: str = ""
    dead: bool = False
    version: Term | None = None
    oldest: Term | None = None
    header: FrameHeader | None = None
    imagined: bool = False

    @property
    def bounded(self) -> bool:
        """Whether this is a frame whose end a reader can see."""
        return self.header is not None and self.header.bounded

    def copy(self) -> Token:
        """Return a token that can be taken apart without touching this one."""
        body = None if self.body is None else [each.copy() for each in self.body]
        # Spelled out: this is done for every token of every world, and `dataclasses.replace` takes ten times
        # as long.
        return Token(
            self.kind, self.name, self.type, self.value, body, self.line, self.path, self.spelling, self.dead,
            self.version, self.oldest, self.header,
        )  # fmt: skip


CONTENT = "content"  # the spelling of raw bytes that are the content of a counted value: nobody reads fields out of these
REST = "rest"  # the spelling of raw bytes of which some have been read


def expand(token: Token) -> list[Token] | None:
    """Take a value of a compound type apart, one level.

    None for what has no parts (or another codec's name).
    """
    kind, name = token.type, token.name
    if isinstance(kind, Tuple):
        named = zip(kind.parts, suffixes(len(kind.parts)), strict=True)
        return [_part(token, part, name + suffix) for part, suffix in named]
    if isinstance(kind, Optional):
        return None
    if isinstance(kind, Array):
        return [
            Token(
                "loop",
                name,
                None,
                Const(kind.count),
                [_part(token, kind.of, f"{name}[]")],
                token.line,
                token.path,
            )
        ]
    if isinstance(kind, Seq):
        count = _size(token)
        loop = Token("loop", name, None, count, [_part(token, kind.of, f"{name}[]")], token.line, token.path)
        head = [_part(token, kind.prefix, f"{name}.size()", count)] if kind.prefix is not None else []
        return head if count == Const(0) else [*head, loop]
    if isinstance(kind, Blob) and kind.prefix is not None:
        count = Op("size", (token.value,)) if token.value is not None else Opaque("size of " + name)
        raw = _part(token, RAW, name, count)
        raw.body = token.body
        raw.spelling = CONTENT
        return [_part(token, kind.prefix, f"{name}.size()", count), raw]
    return None


def _size(token: Token) -> Term:
    if token.value is None:
        return Opaque("size of " + token.name)
    if isinstance(token.value, Const) and token.value.value in (0, ""):
        return Const(0)
    return Op("size", (token.value,))


def _part(token: Token, kind: Type, name: str, value: Term | None = None) -> Token:
    if value is None:
        value = token.value if isinstance(token.value, Const) else Var(name)
    return Token(
        "value", name, kind, value, None, token.line, token.path, "", token.dead, imagined=token.imagined
    )


def fixed_size(kind: Type | None) -> int | None:
    """Return the size of a scalar or raw type in bytes."""
    if isinstance(kind, Int):
        return kind.bits // 8
    if isinstance(kind, Fixed):
        return kind.size
    return kind.bits // 8 if isinstance(kind, Float) else None


def last_name(name: str) -> str:
    """Return the last part of a value's path."""
    return name.rstrip("[]").rsplit(".", 1)[-1]
