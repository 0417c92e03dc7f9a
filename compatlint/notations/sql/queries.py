"""New columns that old rows leave empty while the newer release asks for a value.

A default that only the client knows does not reach the rows that are there. Where the newer release selects
rows by that default and allows no null, it no longer sees them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from compatlint.notations.languages.python import Project
from compatlint.notations.sql.apply_steps import Schema
from compatlint.notations.sql.model_meetings import LINK, NAME
from compatlint.notations.sql.schema import AddColumn, Step
from compatlint.notations.sql.scripts import FOLDER, Script
from compatlint.vocabulary import Change, Direction
from compatlint.wire.ir.records import Entry, Meeting, Record
from compatlint.wire.ir.span import Span

_VALUE = rb"(?:sql\.|sa\.|expression\.)?(?:[Ff]alse|[Tt]rue)\b"
_HEAD = re.compile(rb"^ *def ", re.MULTILINE)
_NULL = rb"(?:(?:sql\.|sa\.|expression\.)?null\(\)|None)"


def demanding(
    release: Project, ran: Iterable[tuple[Script, Iterable[Step]]], schema: Schema, mapped: Collection[str]
) -> Iterator[Meeting]:
    """Yield the meetings of rows without a value with queries of the newer release that ask for one."""
    for script, steps in ran:
        for step in steps:
            if not isinstance(step, AddColumn) or not step.column.default or step.table not in mapped:
                continue
            state = schema.tables.get(step.table)
            column = state.columns.get(step.column.name) if state is not None and state.there else None
            if state is None or column is None or not column.nullable or column.server_default:
                continue
            if script.number is not None and "deleted" not in state.columns:
                continue  # sqlalchemy-migrate fills all rows at once, which it gets done unless deleted ones pile up
            place = _asked(release, step.column.name)
            if place is None:
                continue
            entry = Entry(step.column.name, step.span)
            yield Meeting(
                NAME,
                LINK,
                (Direction.UPGRADE, Direction.SKIP),
                Record(step.table, step.span, (entry,)),
                Record(step.table, step.span, (replace(entry, nullable=False),), extra="kept"),
                "reader",
                was=Record(step.table, place, extra="kept"),
                parties=("database", "control"),
                change=Change.KEY_ADDED,
                why=f"the migration {script.stem} leaves existing rows without a value, "
                f"and {place.path}:{place.line} selects by it",
            )


def _asked(release: Project, name: str) -> Span | None:
    """Return where rows are selected by a column's value, None if those without one are taken too."""
    own = re.escape(name).encode()
    asked = re.compile(rb"filter_by\([^)]*\b%s\s*=\s*%s|\.%s\s*==\s*%s" % (own, _VALUE, own, _VALUE))
    taken = re.compile(rb"\.%s\s*==\s*%s|\.%s\.is_\(\s*%s" % (own, _NULL, own, _NULL))
    if release.matching(taken, _runs):
        return None
    for path in release.matching(asked, _runs):
        text = release.source(path) or b""
        for match in asked.finditer(text):
            if not _moves_rows(text, match.start()):
                line = text.count(b"\n", 0, match.start()) + 1
                return Span(release.commit, path, line, line)
    return None


def _moves_rows(text: bytes, place: int) -> bool:
    """Tell whether a place stands in an online data migration.

    Those take how many rows they may move at once.
    """
    heads = [match.start() for match in _HEAD.finditer(text, 0, place)]
    return bool(heads) and b"max_count" in text[heads[-1] : text.find(b":\n", heads[-1])]


def _runs(path: str) -> bool:
    """Tell whether a file is of a service.

    Neither tests, nor migrations, nor commands that an operator gives.
    """
    left_out = {"tests", "test", "cmd", "command"}
    return path.endswith(".py") and FOLDER.search(path) is None and not left_out & set(path.split("/"))
