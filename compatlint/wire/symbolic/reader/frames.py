"""The reader's second layer: frames.

In: a frame of the writer's, or the values that stand where one should. Out: its version and its oldest reader
under the names of the step, and in `dropped` what its length covers and nobody read.
"""

from __future__ import annotations

from compatlint.wire.ir.steps import Close, Item, Open
from compatlint.wire.ir.terms import Const, Opaque, Term, whole
from compatlint.wire.ir.types import Int, Struct, Tuple, Type, describe
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.reader.streams import Streams
from compatlint.wire.symbolic.tokens import REST, Token, last_name


class Frames(Streams):
    """Reads the beginning and the end of a frame."""

    def open(self, step: Open) -> None:
        """Read a frame's header; refuse what is for newer readers only."""
        cursor = self.cursor(step.stream)
        token = cursor.peek()
        if token is None or token.kind == "close":
            raise Mismatch("overread", token, _head(step))
        if token.kind == "value" and isinstance(token.type, Struct):
            raise NeedInline(token.type.name)
        if token.kind == "unclear":
            raise Unreadable(token.name)
        if token.kind == "value" and self._bare_version(cursor, step, token):
            return
        if token.kind != "open" or token.header != step.header:
            raise Mismatch("misread", token, _head(step), "a frame")
        version = token.version or Const(1)
        self.assign(step.var, version)
        self.assign(step.oldest_var, token.oldest if token.compat and token.oldest is not None else version)
        if not step.header:
            _same_header(step, token, version)
        self._accepts(step, token)
        cursor.take()
        cursor.frames.append(token)

    def _bare_version(self, cursor: TokenCursor, step: Open, token: Token) -> bool:
        """Read a version that was written as a plain integer.

        All that a frame older than `compat_from` has for a header.

        Source: DECODE_START_LEGACY_COMPAT_LEN in Ceph's src/include/encoding.h.
        """
        version, number = token.value, whole(token.value)
        if step.header or token.type != Int(step.bits) or version is None or number is None:
            return False
        if not 0 <= number < min(step.compat_from, step.length_from):
            return False
        cursor.take()
        self.pairs.append(ReadItem(token, self.name(step.var), Int(step.bits), step.line, dead=True))
        self.assign(step.var, version)
        self.assign(step.oldest_var, version)
        cursor.frames.append(Token("open", version=version, oldest=version, compat=False, length=False))
        return True

    def _accepts(self, step: Open, token: Token) -> None:
        """Refuse a structure whose oldest reader is newer than this one."""
        oldest = whole(token.oldest if token.oldest is not None else Const(0))
        known = whole(self.value(step.known)) if step.known is not None else None
        if oldest is not None and known is not None and oldest > known:
            raise Refused(
                f"version {known} reader meets a structure for version {oldest} and newer", step.line
            )

    def close(self, step: Close) -> None:
        """End a frame: skip what its length covers."""
        cursor = self.cursor(step.stream)
        if not cursor.frames:
            return
        token = cursor.frames.pop()
        if not (token.length or token.header):
            return
        depth = 0
        while (following := cursor.peek()) is not None:
            cursor.take()
            if following.spelling == REST:
                raise Mismatch("misread", following, None, "the rest of raw bytes")
            if following.kind == "open" and following.length:
                depth += 1
            elif following.kind == "close" and (following.length or following.header):
                if depth == 0:
                    return
                depth -= 1
            elif following.kind in ("value", "loop", "unclear"):
                self.dropped.append(following)


def header_bytes(token: Token, kind: Type, step: Item) -> list[Token]:
    """Return a frame's header as values, for an item that reads its bytes.

    Raise Mismatch unless it is a version by hand.
    """
    name = last_name(step.name).lower()
    if token.header or not (
        kind == Int(token.bits if not token.compat else 8)
        and ("v" in name.split("_") or "ver" in name or name.endswith("_v") or name == "v")
    ):
        raise Mismatch("misread", token, step, describe(kind))
    parts = [Token("value", "version", Int(8), token.version, None, token.line, token.path)]
    if token.compat:
        parts.append(Token("value", "oldest", Int(8), token.oldest, None, token.line, token.path))
    if token.length:
        parts.append(Token("value", "length", Int(32), Opaque("length"), None, token.line, token.path))
    return parts


def _same_header(step: Open, token: Token, version: Term) -> None:
    """Check that reader and writer agree on which header fields this version has."""
    number = whole(version)
    if number is None:
        return
    compat, length = number >= step.compat_from, number >= step.length_from
    if compat != token.compat or length != token.length or (not compat and step.bits != token.bits):
        raise Mismatch("misread", token, _head(step), "another frame header")


def _head(step: Open) -> Item:
    """Return a frame's header as an item, to be shown."""
    return Item("frame", Tuple((Int(8), Int(8), Int(32))), step.line, path=step.path)
