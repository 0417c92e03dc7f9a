"""A toy notation whose items are found by place, in files called *.strip: big-endian numbers, lengths as varints.

strip Parcel
u32 id
text label
list u16 tags
strip Address to
"""

from __future__ import annotations

from collections.abc import Iterator

from compatlint.notations.notation import Positional
from compatlint.notations.whole_files import reading_of
from compatlint.vocabulary import Link
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import Codec, Item, Step, Unclear
from compatlint.wire.ir.terms import Var
from compatlint.wire.ir.types import Blob, Int, Seq, Struct, Type, Varint

LENGTH = Varint("varint")
WORDS: dict[str, Type] = {f"u{bits}": Int(bits, order="big") for bits in (8, 16, 32, 64)}
WORDS |= {"le16": Int(16), "text": Blob(LENGTH), "short_text": Blob(Int(16, order="big"))}


def wants(path: str) -> bool:
    return path.endswith(".strip")


def lower(path: str, source: bytes) -> Iterator[Codec]:
    name, begin, items = "", 0, []
    lines = source.decode().split("\n")
    for number, line in enumerate([*lines, "strip ."], 1):
        words = line.split()
        if words[:1] == ["strip"] and len(words) == 2:
            if name:
                yield codec(name, Span("", path, begin, number - 1), items)
            name, begin, items = words[1], number, []
        elif words:
            items.append((words, number))


def codec(name: str, span: Span, items: list[tuple[list[str], int]]) -> Codec:
    writes = tuple(item(words, line, span.path, writing=True) for words, line in items)
    reads = tuple(item(words, line, span.path, writing=False) for words, line in items)
    return Codec(name, "strip", Link.DISK, writes, reads, span, span, span)


def item(words: list[str], line: int, path: str, *, writing: bool) -> Step:
    kind = type_of(words[:-1])
    if kind is None:
        return Unclear(" ".join(words), line)
    return Item(words[-1], kind, line, Var(words[-1]) if writing else None, path=path)


def type_of(words: list[str]) -> Type | None:
    if words[:1] == ["list"]:
        of = type_of(words[1:])
        return None if of is None else Seq(LENGTH, of)
    return Struct(words[1]) if words[:1] == ["strip"] and len(words) == 2 else WORDS.get(" ".join(words))


NOTATION = Positional("strip", wants, reading_of(lower, wants), promise="all")
