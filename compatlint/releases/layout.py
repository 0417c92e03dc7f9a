"""What a codec writes, flat: items in order, each with its type and the condition under which it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compatlint.check.positional.queries import understood
from compatlint.releases.attribution import CONSTANT
from compatlint.wire.ir.steps import Codec, Inlined, Item, Open, Program, Repeat, Try, When, plain, walk
from compatlint.wire.ir.terms import Const, show
from compatlint.wire.ir.types import describe

if TYPE_CHECKING:
    from compatlint.wire.ir.records import Entry, Record
    from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class LayoutItem:
    """One item: `name` is unique in its layout (`x`, `x#2`), `guard` the condition as text, "" for none.

    `declared` is its declaration in the source, where an item has one and a name to be found by.
    """

    name: str
    type: str
    guard: str = ""
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A codec in one release. `ordered`: found by place, so that the order counts.

    `version` is what is written and the oldest reader, or a record's version; () where there is none. `reader`
    is what the decoder does, to be compared and nothing else. `paths` are the files that say all this, `text` the
    lines of its functions.
    """

    version: tuple[int, ...]
    items: tuple[LayoutItem, ...]
    paths: tuple[str, ...]
    ordered: bool = True
    reader: object = None
    unread: str = ""
    text: frozenset[str] = frozenset()


def of_codec(codec: Codec, lines: Callable[[Span], str] = lambda span: "") -> Layout:
    """Return the layout of a positional codec: of its encoder, or of its decoder where it has no other side.

    `lines` gives the source of a span.
    """
    program = codec.encoder if codec.encoder is not None else codec.decoder or ()
    spans = (codec.encoder_span, codec.decoder_span, codec.span)
    paths = {span.path: None for span in spans if span is not None and span.path}
    for step in walk(program):
        if isinstance(step, Item) and step.path:
            paths.setdefault(step.path)
    items = _numbered(_folded(_items(program, ())))
    functions = (span for span in (codec.encoder_span, codec.decoder_span) if span is not None)
    text = frozenset(line.strip() for span in functions for line in lines(span).split("\n") if line.strip())
    return Layout(
        _version(program),
        items,
        tuple(paths),
        reader=plain(codec.decoder),
        unread=understood(codec),
        text=text,
    )


def of_record(record: Record, lines: Callable[[Span], str] = lambda span: "") -> Layout:
    """Return the layout of a record: its entries in the order of their keys; `lines` gives the source of a span."""
    items = tuple(
        LayoutItem(each.title, _entry(each), declared=_declaration(each.key, lines(each.span)))
        for each in sorted(record.entries, key=lambda each: each.key)
    )
    paths = dict.fromkeys((record.span.path, *(each.span.path for each in record.entries)))
    return Layout(tuple(record.version or ()), items, tuple(paths), ordered=False)


def _declaration(key: str, text: str) -> str:
    """Return what a source text says of a key, up to the comma or the bracket that ends it; "" if it does not name it."""
    text = " ".join(text.split())
    start = re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text)
    if start is None:
        return ""
    depth = 0
    for place in range(start.start(), len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth < 0 or (depth == 0 and text[place] == ","):
            return text[start.start() : place].rstrip()
    return text[start.start() :].rstrip()


def _entry(entry: Entry) -> str:
    said = [entry.type] if entry.type else []
    said += ["needed"] if entry.required else []
    said += ["never null"] if not entry.nullable else []
    if entry.domain.values is not None:
        said.append(f"one of {', '.join(sorted(entry.domain.values))}")
    bounds = (
        (entry.domain.least, "at least"),
        (entry.domain.most, "at most"),
        (entry.domain.length, "length"),
    )
    said += [f"{word} {bound}" for bound, word in bounds if bound is not None]
    return ", ".join(said)


def _items(program: Program, guards: tuple[str, ...]) -> Iterator[LayoutItem]:
    """Yield the items of a program on its own stream, each under its conditions."""
    for step in program:
        match step:
            case Item() if step.stream == "":
                yield LayoutItem(_name(step), _type(step), " and ".join(guards))
            case When(test, then, otherwise, _):
                yield from _items(then, (*guards, show(test)))
                yield from _items(otherwise, (*guards, f"not ({show(test)})"))
            case Repeat(body):
                yield from _items(body, guards)
            case Inlined(body):
                yield from _items(body, guards)
            case Try(body, instead, _):
                yield from _items(body, guards)
                yield from _items(instead, (*guards, "the first attempt failed"))
            case _:
                pass


def _name(item: Item) -> str:
    parts = [part.rsplit("#", 1)[-1] for part in item.name.split(".")]
    kept = [part for part in parts if part[:1].isalpha() or part[:1] == "_"]
    return ".".join(kept) or CONSTANT


def _type(item: Item) -> str:
    kind = describe(item.type)
    constant = item.dead and isinstance(item.value, Const)
    return f"{kind} = {show(item.value)}" if constant and item.value is not None else kind


def _folded(items: Iterator[LayoutItem]) -> Iterator[LayoutItem]:
    """Yield items, those of a loop over one container as one: its count and all that is written of each element."""
    held: list[LayoutItem] = []
    for each in items:
        if held and (_container(each.name), each.guard) != (_container(held[0].name), held[0].guard):
            yield from _fold(held)
            held = []
        held.append(each)
    yield from _fold(held)


def _fold(held: list[LayoutItem]) -> Iterator[LayoutItem]:
    name = _container(held[0].name) if held else ""
    if not any("[" in each.name for each in held):
        yield from held
        return
    told = (
        f"{each.name.removeprefix(name).removeprefix('[].').removeprefix('.')} {each.type}".strip()
        for each in held
    )
    elements = ", ".join(dict.fromkeys(told))
    yield LayoutItem(name, elements, held[0].guard)


def _container(name: str) -> str:
    return name.split("[", 1)[0].removesuffix(".size()").removesuffix(".size")


def _numbered(items: Iterator[LayoutItem]) -> tuple[LayoutItem, ...]:
    count: dict[str, int] = {}
    found = []
    for each in items:
        count[each.name] = number = count.get(each.name, 0) + 1
        name = each.name if number == 1 else f"{each.name}#{number}"
        found.append(LayoutItem(name, each.type, each.guard))
    return tuple(found)


def _version(program: Program) -> tuple[int, ...]:
    """Return (version, oldest reader) of the newest frame that a program opens first."""
    frames = [step for step in walk(program) if isinstance(step, Open) and step.stream == ""]
    if not frames:
        return ()
    pairs = [
        (step.version.value, step.oldest.value)
        for step in frames[:1] or frames
        if isinstance(step.version, Const) and isinstance(step.oldest, Const)
    ]
    return max(((int(a), int(b)) for a, b in pairs if isinstance(a, int) and isinstance(b, int)), default=())
