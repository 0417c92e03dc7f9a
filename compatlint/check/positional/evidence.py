"""What a failing meeting looked like: the byte table, and the sentence of each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from compatlint.check.findings import Row
from compatlint.check.positional.layout_diff import bare
from compatlint.check.positional.meet import Run
from compatlint.vocabulary import Outcome
from compatlint.wire.ir.steps import OUTSIDE, FrameHeader
from compatlint.wire.ir.terms import Const, Op, Term, show
from compatlint.wire.ir.types import describe, size_of
from compatlint.wire.symbolic.reader import ReadItem
from compatlint.wire.symbolic.tokens import Token

AROUND = 4  # rows shown after the first wrong one
BEFORE = 6
END: Final = "(end of frame)"
SKIPPED: Final = "(skipped)"


@dataclass(frozen=True, slots=True)
class _Place:
    """One token of the writer: how deep in loops it stands, and its offset (None once that depends on content)."""

    token: Token
    depth: int
    offset: int | None


def table(run: Run) -> tuple[Row, ...]:
    """Return the bytes that the writer left beside what the reader takes them for, around what goes wrong.

    A run that goes wrong has one bad row, at least.
    """
    rows = list(_rows(run))
    first = next((index for index, row in enumerate(rows) if row.bad), len(rows))
    start = max(0, first - BEFORE)
    return tuple(rows[start : first + AROUND + 1])


def _rows(run: Run) -> Iterator[Row]:
    read = {id(pair.token): pair for pair in run.pairs}
    matched = {(pair.token.name, pair.token.line): pair for pair in run.pairs}
    lost = {(token.kind, token.name, token.line) for token in run.dropped} if not run.outcome else set()
    places = list(_places(run.tokens))
    wrong = _wrong(run, places) if run.outcome else None
    for index, place in enumerate(places):
        token = place.token
        pair = read.get(id(token)) or matched.get((token.name, token.line))
        wrote, bad = _wrote(token), index == wrong
        if bad:
            yield Row(place.offset, "  " * place.depth + (wrote or END), _misread(run, token), True)
        elif wrote:
            dropped = (token.kind, token.name, token.line) in lost and token.kind == "value"
            seen = SKIPPED if dropped else _read(pair)
            yield Row(place.offset, "  " * place.depth + wrote, seen, dropped)
    if run.outcome and wrong is None:
        end = places[-1] if places else None
        offset = _advance(end.offset, end.token) if end is not None and not end.depth else None
        yield Row(offset if places else 0, "", _misread(run, None), True)


def _wrong(run: Run, places: Sequence[_Place]) -> int | None:
    """Return which place goes wrong, None for what lies behind the last one."""
    if run.outcome is Outcome.REFUSED:
        return _refused(run, places)
    if run.token is None:
        return None
    for index, place in enumerate(places):
        if place.token is run.token:
            return index
    if run.token.kind == "close":
        after = _last_read(run, places)
        ends = (i for i, place in enumerate(places) if i > after and place.token.kind == "close")
        return next(ends, None)
    alike = (i for i, place in enumerate(places) if _is(run.token, place.token))
    after = _last_read(run, places)
    return next(alike, after if after >= 0 else None)


def _refused(run: Run, places: Sequence[_Place]) -> int | None:
    """Return the place at which a reader gives up: the frame that turns it away, or the last value that it read."""
    if run.newer:
        return next((i for i, place in enumerate(places) if place.token.kind == "open"), None)
    after = _last_read(run, places)
    return after if after >= 0 else None


def _last_read(run: Run, places: Sequence[_Place]) -> int:
    """Return the place of the last value that was read, -1 if there is none."""
    pairs = run.pairs[: run.stop] if run.stop else run.pairs
    for number, pair in reversed(list(enumerate(pairs))):
        alike = [index for index, place in enumerate(places) if _is(pair.token, place.token)]
        if alike:
            earlier = sum(1 for each in pairs[:number] if _is(each.token, pair.token))
            return alike[min(earlier, len(alike) - 1)]
    return -1


def _is(one: Token, other: Token) -> bool:
    if (one.kind, one.name, one.line) == (other.kind, other.name, other.line):
        return True  # a copy; or, below, a part of a value that was taken apart
    return (
        other.kind == "value"
        and one.line == other.line
        and bool(other.name)
        and one.name.startswith(other.name)
    )


def _places(tokens: Sequence[Token]) -> Iterator[_Place]:
    offset: int | None = 0
    for token, depth in _walk(tokens):
        yield _Place(token, depth, None if depth else offset)
        offset = _advance(offset, token)


def _walk(tokens: Sequence[Token], depth: int = 0) -> Iterator[tuple[Token, int]]:
    for token in tokens:
        yield token, depth
        if token.kind == "loop" and token.body and depth < 4:
            yield from _walk(token.body, depth + 1)


def _wrote(token: Token) -> str:
    if token.kind == "open":
        if token.header == OUTSIDE:
            return f"(header) version {_text(token.version)}"
        head = f"(frame) version {_text(token.version)}"
        return head + (f", oldest {_text(token.oldest)}" if token.header and token.header.oldest else "")
    if token.kind == "loop":
        return f"{bare(token.name) or 'each'}: for each"
    if token.kind == "value" and token.type is not None:
        constant = f" = {_text(token.value)}" if token.dead and isinstance(token.value, Const) else ""
        return f"{bare(token.name)} {token.spelling or describe(token.type)}{constant}"
    return ""


def _text(term: Term | None) -> str:
    return show(term) if term is not None else "?"


def _read(pair: ReadItem | None) -> str:
    return f"{bare(pair.name)} {pair.spelling or describe(pair.type)}" if pair is not None else ""


def _misread(run: Run, token: Token | None) -> str:
    """Return what the reader takes the wrong place for."""
    if run.outcome is Outcome.REFUSED:
        return f"gives up: {run.text}"
    if run.outcome is Outcome.LEFTOVER and token is not None:
        return "(nothing reads this)"
    kind = describe(run.item_type) if run.item_type is not None else ""
    return f"{bare(run.item_name)} {kind}".strip() or run.text or "(more)"


def _advance(offset: int | None, token: Token) -> int | None:
    if offset is None or token.kind == "loop":
        return None
    if token.kind == "open":
        return _sum(offset, token.header)
    size = size_of(token.type) if token.type is not None else 0
    return None if size is None else offset + size


def _sum(offset: int, header: FrameHeader | None) -> int | None:
    """Return an offset behind a frame's header; None once it depends on the content."""
    fields = () if header is None else (header.version, header.oldest, header.length)
    sizes = [size_of(each) for each in fields if each is not None]
    return None if None in sizes else offset + sum(each for each in sizes if each is not None)


def worlds(run: Run) -> tuple[str, ...]:
    """Return the choices of a world that say something: features and values, without noise."""
    said = []
    for test, answer in run.world.answers:
        text = show(test) if answer else _denied(test)
        if len(text) < 90:
            said.append(text)
    return tuple(said[:6])


def _denied(test: Term) -> str:
    return show(Op("!", (test,)))
