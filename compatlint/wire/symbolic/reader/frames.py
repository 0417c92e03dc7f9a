"""Frames, as a symbolic reader goes into them and leaves them.

In: a frame of the writer's, or the values that stand where one should. Out: its version and its oldest reader
under the names of the step, and in `dropped` what its length covers and nobody read.
"""

from __future__ import annotations

import re

from compatlint.vocabulary import Outcome
from compatlint.wire.ir.conventions import Conventions
from compatlint.wire.ir.steps import Close, Item, Open
from compatlint.wire.ir.terms import Const, Opaque, Term, whole
from compatlint.wire.ir.types import Struct, Tuple, Type, describe
from compatlint.wire.machine.interrupts import Refused, Unreadable
from compatlint.wire.symbolic.reader.cursor import TokenCursor
from compatlint.wire.symbolic.reader.found import Mismatch, NeedInline, ReadItem
from compatlint.wire.symbolic.reader.reading import TokenReading
from compatlint.wire.symbolic.tokens import REST, Token, last_name


def open_frame(reading: TokenReading, step: Open) -> None:
    """Read a frame's header; refuse what is for newer readers only."""
    cursor = reading.cursor(step.stream)
    token = cursor.peek()
    if token is None or token.kind == "close":
        raise Mismatch(Outcome.OVERREAD, token, _head(step))
    if token.kind == "value" and isinstance(token.type, Struct):
        raise NeedInline(token.type.name)
    if token.kind == "unclear":
        raise Unreadable(token.name)
    if token.kind == "value" and _bare_version(reading, cursor, step, token):
        return
    outside = step.header.version is None
    if token.kind != "open" or token.header is None or (token.header.version is None) is not outside:
        raise Mismatch(Outcome.MISREAD, token, _head(step), "a frame")
    version = token.version or Const(1)
    has_oldest = outside or token.header.oldest is not None
    reading.values.assign_frame(
        step, version, token.oldest if has_oldest and token.oldest is not None else version
    )
    if not outside:
        _same_header(step, token, version)
    if outside or has_oldest:
        _accepts(reading, step, token)
    cursor.take()
    cursor.frames.append(token)


def _bare_version(reading: TokenReading, cursor: TokenCursor, step: Open, token: Token) -> bool:
    """Read a version that was written as a plain integer.

    All that a frame older than `oldest_from` has for a header.

    Source: DECODE_START_LEGACY_COMPAT_LEN in Ceph's src/include/encoding.h.
    """
    version, number = token.value, whole(token.value)
    if version is None or number is None or not 0 <= number < min(step.oldest_from, step.length_from):
        return False
    header = step.header_at(number)
    if header.version is None or token.type != header.version:
        return False
    cursor.take()
    reading.pairs.append(ReadItem(token, reading.values.name(step.var), header.version, step.line, dead=True))
    reading.values.assign_frame(step, version, version)
    cursor.frames.append(Token("open", version=version, oldest=version, header=header))
    return True


def _accepts(reading: TokenReading, step: Open, token: Token) -> None:
    """Refuse a structure whose oldest reader is newer than this one."""
    oldest = whole(token.oldest if token.oldest is not None else Const(0))
    known = whole(reading.values.value(step.known)) if step.known is not None and step.compares else None
    if oldest is not None and known is not None and oldest > known:
        text = f"version {known} reader meets a structure for version {oldest} and newer"
        raise Refused(text, step.line, newer=True)


def close_frame(reading: TokenReading, step: Close) -> None:
    """End a frame: skip what its length covers."""
    cursor = reading.cursor(step.stream)
    if not cursor.frames:
        return
    token = cursor.frames.pop()
    if not token.bounded:
        return
    depth = 0
    while (following := cursor.peek()) is not None:
        cursor.take()
        if following.spelling == REST:
            raise Mismatch(Outcome.MISREAD, following, None, "the rest of raw bytes")
        if following.kind == "open" and following.header is not None and following.header.length is not None:
            depth += 1
        elif following.kind == "close" and following.bounded:
            if depth == 0:
                return
            depth -= 1
        elif following.kind in ("value", "loop", "unclear"):
            reading.dropped.append(following)


def header_bytes(token: Token, kind: Type, step: Item, conventions: Conventions) -> list[Token]:
    """Return a frame's header as values, for an item that reads its bytes.

    Raise Mismatch unless it is a version by hand.
    """
    header, name = token.header, last_name(step.name).lower()
    like = conventions.version_like
    if header is None or kind != header.version or not (like and re.search(like, name)):
        raise Mismatch(Outcome.MISREAD, token, step, describe(kind))
    parts = (
        ("version", header.version, token.version),
        ("oldest", header.oldest, token.oldest),
        ("length", header.length, Opaque("length")),
    )
    return [
        Token("value", part, field, value, None, token.line, token.path)
        for part, field, value in parts
        if field is not None
    ]


def _same_header(step: Open, token: Token, version: Term) -> None:
    """Check that reader and writer agree on which header fields this version has."""
    number = whole(version)
    if number is not None and step.header_at(number) != token.header:
        raise Mismatch(Outcome.MISREAD, token, _head(step), "another frame header")


def _head(step: Open) -> Item:
    """Return a frame's header as an item, to be shown."""
    fields = (step.header.version, step.header.oldest, step.header.length)
    return Item("frame", Tuple(tuple(each for each in fields if each is not None)), step.line, path=step.path)
