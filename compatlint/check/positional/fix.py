"""What mends a cause, in the names, numbers and lines of its case.

Only what the source shows is said: the statement that reads the item, the line that opens the frame and the
numbers in it. Where one of them is not plainly there, nothing is said, and the rule's advice stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from compatlint.check.findings import Edit, Fix
from compatlint.check.positional import layout_diff
from compatlint.check.positional.feasibility import Cause
from compatlint.vocabulary import Change, Direction, Guard, Outcome
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import OUTSIDE, Codec, Item, Open, Program, walk
from compatlint.wire.ir.terms import Const

Lines = Callable[[Span], str]
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?![\w.])")
_STATEMENT: Final = re.compile(r"[^;{}]*;")


@dataclass(frozen=True, slots=True)
class _Statement:
    """One source line that is a whole statement."""

    span: Span
    text: str

    @property
    def code(self) -> str:
        return self.text.strip()

    @property
    def place(self) -> str:
        return f"{self.span.path}:{self.span.line}"

    def replaced(self, code: str) -> Edit:
        """Return the edit that puts other code in its place."""
        indent = self.text[: len(self.text) - len(self.text.lstrip())]
        return Edit(self.span, f"{indent}{code}\n")

    def numbered(self, position: int, number: int) -> str | None:
        """Return the code with another number at a position among the numbers in its parentheses."""
        start = self.code.find("(")
        found = list(_NUMBER.finditer(self.code, start)) if start >= 0 else []
        if position >= len(found):
            return None
        place = found[position]
        return f"{self.code[: place.start()]}{number}{self.code[place.end() :]}"


def fix_of(lines: Lines, old: Codec, new: Codec, cause: Cause) -> Fix | None:
    """Return the fix of a cause, None if its source does not show enough.

    `lines` returns the source of a span.
    """
    made = _FIXES.get(cause.change)
    return made(_Case(lines, old, new, cause)) if made is not None else None


@dataclass(frozen=True, slots=True)
class _Case:
    """A cause with its two codecs and their source."""

    lines: Lines
    old: Codec
    new: Codec
    cause: Cause

    @property
    def item(self) -> str:
        return layout_diff.bare(self.cause.item)

    def statement(self, codec: Codec, path: str, line: int) -> _Statement | None:
        """Return a line of a codec's release if it is one statement."""
        span = Span(codec.span.commit, path, line, line)
        text = self.lines(span) if line > 0 and path else ""
        return _Statement(span, text) if _STATEMENT.fullmatch(text.strip()) else None

    def reads(self) -> _Statement | None:
        """Return the statement of the newer decoder that goes wrong over older bytes, else the one that reads the item."""
        decoder = self.new.decoder_span
        for run in (self.cause.runs.get(Direction.UPGRADE), self.cause.runs.get(Direction.SKIP)):
            if run is not None and run.item_line and decoder is not None:
                return self.statement(self.new, run.item_path or decoder.path, run.item_line)
        return self.read_by_name()

    def read_by_name(self) -> _Statement | None:
        """Return the statement of the newer decoder that reads an item of this name."""
        decoder = self.new.decoder_span
        items = (each for each in _items(self.new.decoder) if layout_diff.bare(each.name) == self.item)
        found = next(items, None)
        if found is None or decoder is None:
            return None
        return self.statement(self.new, found.path or decoder.path, found.line)

    def writes(self, codec: Codec) -> _Statement | None:
        """Return the statement of an encoder that writes the item."""
        encoder = codec.encoder_span
        items = (each for each in _items(codec.encoder) if layout_diff.bare(each.name) == self.item)
        found = next(items, None)
        if found is None or encoder is None:
            return None
        return self.statement(codec, found.path or encoder.path, found.line)

    def frame(self, codec: Codec, *, reading: bool) -> tuple[Open, _Statement] | None:
        """Return the frame of a codec and the line that opens it."""
        program, span = (
            (codec.decoder, codec.decoder_span) if reading else (codec.encoder, codec.encoder_span)
        )
        opened = next((step for step in walk(program or ()) if isinstance(step, Open)), None)
        if opened is None or opened.header == OUTSIDE or span is None:
            return None
        statement = self.statement(codec, opened.path or span.path, opened.line)
        return (opened, statement) if statement is not None else None


def _items(program: Program | None) -> Iterator[Item]:
    return (step for step in walk(program or ()) if isinstance(step, Item))


def _number(term: object) -> int | None:
    return term.value if isinstance(term, Const) and isinstance(term.value, int) else None


def _appended(case: _Case) -> Fix | None:
    """Return the fix of an item that older bytes lack: a version of its own, and a read that looks at it."""
    if case.cause.outcome is not Outcome.OVERREAD or case.cause.guard is Guard.VERSION:
        return None
    writer, reader, reads = (
        case.frame(case.new, reading=False),
        case.frame(case.new, reading=True),
        case.reads(),
    )
    version = _number(writer[0].version) if writer is not None else None
    if writer is None or reader is None or reads is None or version is None or not reader[0].var:
        return None
    edits, words = [], []
    if not case.cause.version_raised:
        version += 1
        raised = writer[1].numbered(0, version)
        if raised is None:
            return None
        edits.append(writer[1].replaced(raised))
        words.append(f"write `{raised.rstrip(';')}` ({writer[1].place})")
    known = reader[1].numbered(0, version)
    if known is not None and known != reader[1].code:
        edits.append(reader[1].replaced(known))
        words.append(f"open it with `{known.rstrip(';')}` ({reader[1].place})")
    gated = f"if ({reader[0].var} >= {version}) {reads.code}"
    edits.append(reads.replaced(gated))
    words.append(f"read the item with `{gated}` ({reads.place})")
    return Fix(_sentence(words), tuple(edits))


def _inserted(case: _Case) -> Fix | None:
    """Return the fix of an item in the middle: it goes to the end, under a version of its own."""
    writer, reader = case.frame(case.new, reading=False), case.frame(case.new, reading=True)
    writes, reads = case.writes(case.new), case.read_by_name()
    version = _number(writer[0].version) if writer is not None else None
    if writer is None or reader is None or writes is None or reads is None or version is None:
        return None
    target = version if case.cause.version_raised else version + 1
    raised = writer[1].numbered(0, target)
    if raised is None or not reader[0].var:
        return None
    return Fix(
        f"Move `{writes.code}` ({writes.place}) after all other items, write `{raised.rstrip(';')}` "
        f"({writer[1].place}), and read the item last, with `if ({reader[0].var} >= {target}) {reads.code}` "
        f"instead of at {reads.place}."
    )


def _removed(case: _Case) -> Fix | None:
    """Return the fix of an item that is gone: its place stays taken."""
    writes = case.writes(case.old)
    if writes is None:
        return None
    return Fix(
        f"Keep the place of the item: write a default where the older release has `{writes.code}` "
        f"({writes.place} in it), and read it there and discard it."
    )


def _compat_raised(case: _Case) -> Fix | None:
    """Return the fix of a frame that turns readers away which could skip what is new."""
    before, after = case.frame(case.old, reading=False), case.frame(case.new, reading=False)
    if before is None or after is None:
        return None
    oldest, was = _number(before[0].oldest), [each.name for each in _items(case.old.encoder)]
    now = [each.name for each in _items(case.new.encoder)]
    lowered = after[1].numbered(1, oldest) if oldest is not None else None
    if lowered is None or now[: len(was)] != was:
        return None
    return Fix(
        f"Write `{lowered.rstrip(';')}` ({after[1].place}): readers from version {oldest} on skip the items "
        "that are appended.",
        (after[1].replaced(lowered),),
    )


def _renumbered(case: _Case) -> Fix | None:
    """Return the fix of a number that means two layouts."""
    writer = case.frame(case.new, reading=False)
    version = _number(writer[0].version) if writer is not None else None
    raised = writer[1].numbered(0, version + 1) if writer is not None and version is not None else None
    if writer is None or raised is None or version is None:
        return None
    return Fix(
        f"Version {version} already has a different layout in the other release: write `{raised.rstrip(';')}` "
        f"({writer[1].place}), and read this layout from version {version + 1} on."
    )


def _sentence(words: list[str]) -> str:
    *first, last = words
    text = f"{', '.join(first)}, and {last}" if first else last
    return f"{text[0].upper()}{text[1:]}."


_FIXES: Final[dict[Change, Callable[[_Case], Fix | None]]] = {
    Change.APPENDED: _appended,
    Change.INSERTED: _inserted,
    Change.REMOVED: _removed,
    Change.TRUNCATED: _removed,
    Change.COMPAT_RAISED: _compat_raised,
    Change.RENUMBERED: _renumbered,
}
