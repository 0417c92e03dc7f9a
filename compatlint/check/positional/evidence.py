"""What a failing meeting looked like: the byte table, and the sentence of each side."""

from __future__ import annotations

from collections.abc import Iterator

from compatlint.check.findings import Row
from compatlint.check.positional.layout_diff import bare
from compatlint.check.positional.meet import Run
from compatlint.wire.ir.terms import Const, Op, Term, show
from compatlint.wire.ir.types import describe, size_of
from compatlint.wire.symbolic.reader import ReadItem
from compatlint.wire.symbolic.tokens import Token

AROUND = 4  # rows shown after the first wrong one
BEFORE = 6


def table(run: Run) -> tuple[Row, ...]:
    """Return the bytes that the writer left beside what the reader takes them for, up to where it goes wrong."""
    rows = list(_rows(run))
    first = next((index for index, row in enumerate(rows) if row.bad), len(rows))
    start = max(0, first - BEFORE)
    return tuple(rows[start : first + AROUND + 1])


def _rows(run: Run) -> Iterator[Row]:
    read = {id(pair.token): pair for pair in run.pairs}
    matched = {(pair.token.name, pair.token.line): pair for pair in run.pairs}
    offset: int | None = 0
    wrong = False
    for token, depth in _walk(run.tokens):
        pair = read.get(id(token)) or matched.get((token.name, token.line))
        bad = run.token is not None and not wrong and _is(run.token, token)
        wrong = wrong or bad
        wrote = _wrote(token)
        if wrote:
            yield Row(offset if depth == 0 else None, "  " * depth + wrote, _read(run, pair, bad), bad)
        offset = _advance(offset, token)
    if not wrong and run.outcome in ("overread", "refused", "misread"):
        text = f"{bare(run.item_name)} {_kind(run)}" if run.outcome != "refused" else f"gives up: {run.text}"
        yield Row(offset, "", text.strip(), True)


def _is(one: Token, other: Token) -> bool:
    if one is other or (one.kind, one.name, one.line) == (other.kind, other.name, other.line):
        return True  # a copy; or, below, a part of a value that was taken apart
    return (
        other.kind == "value"
        and one.line == other.line
        and bool(other.name)
        and one.name.startswith(other.name)
    )


def _walk(tokens: list[Token], depth: int = 0) -> Iterator[tuple[Token, int]]:
    for token in tokens:
        yield token, depth
        if token.kind == "loop" and token.body and depth < 4:
            yield from _walk(token.body, depth + 1)


def _wrote(token: Token) -> str:
    if token.kind == "open":
        if token.header:
            return f"(header) version {_text(token.version)}"
        head = f"(frame) version {_text(token.version)}"
        return head + (f", oldest {_text(token.oldest)}" if token.compat else "")
    if token.kind == "loop":
        return f"{bare(token.name) or 'each'}: for each"
    if token.kind == "value" and token.type is not None:
        constant = f" = {_text(token.value)}" if token.dead and isinstance(token.value, Const) else ""
        return f"{bare(token.name)} {token.spelling or describe(token.type)}{constant}"
    return ""


def _text(term: Term | None) -> str:
    return show(term) if term is not None else "?"


def _read(run: Run, pair: ReadItem | None, bad: bool) -> str:
    if bad and run.outcome == "leftover":
        return "(nothing reads this)"
    if bad and run.item_name:
        return f"{bare(run.item_name)} {_kind(run)}".strip()
    if pair is None:
        return ""
    return f"{bare(pair.name)} {pair.spelling or describe(pair.type)}"


def _kind(run: Run) -> str:
    kind = run.item_type
    return describe(kind) if kind is not None and not isinstance(kind, str) else ""  # type: ignore[arg-type]  # a wire type


def _advance(offset: int | None, token: Token) -> int | None:
    if offset is None or token.kind == "loop":
        return None
    if token.kind == "open":
        return offset + (0 if token.header else token.bits // 8 + token.compat + 4 * token.length)
    size = size_of(token.type) if token.type is not None else 0
    return None if size is None else offset + size


def worlds(run: Run) -> tuple[str, ...]:
    """Return the choices of a world that say something: features and values, without noise."""
    if run.oracle is None:
        return run.world
    said = []
    for test, answer in run.oracle.log:
        text = show(test) if answer else _denied(test)
        if len(text) < 90:
            said.append(text)
    return tuple(said[:6])


def _denied(test: Term) -> str:
    return show(Op("!", (test,)))
