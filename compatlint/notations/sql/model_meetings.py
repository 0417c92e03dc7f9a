"""Who meets whom at a database.

The older release's models and the schema that the newer release's migrations leave.

The older release reads what the schema holds, and writes rows into it. It does so after a rollback of the
code (`downgrade`), and, where the upgrade does not wait for the last old process before the step, while both
run (`mixed`, and `skip` where the newer release is a further one).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from compatlint.notations.sql.apply_steps import Schema, State, StepOrigin, demands
from compatlint.notations.sql.schema import Column, DatabaseTable
from compatlint.notations.sql.scripts import CONTRACT, MIGRATE
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Domain, Entry, Meeting, Record

NAME: Final = "database"
LINK: Final = Link.DISK
_WAITS: Final = (Direction.DOWNGRADE,)
_AT_ONCE: Final = (Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)


def meetings(mapped: dict[str, DatabaseTable], schema: Schema) -> Iterator[Meeting]:
    """Yield the meetings of models with what migrations made of their tables."""
    for name, table in mapped.items():
        state = schema.tables.get(name)
        if state is None:
            continue
        if not state.there and state.gone is not None:
            yield _gone(table, state, state.gone)
            continue
        yield from _read(table, state)
        yield from _written(table, state)
        yield from _inside(table, state)


def record(table: DatabaseTable, needed: Collection[str] | None = None) -> Record:
    """Return a table as a record.

    All its columns as they are, or those of `needed` as columns that one cannot do without.
    """
    columns = [each for each in table.columns if needed is None or each.name in needed]
    return Record(
        table.name,
        table.span,
        tuple(_entry(each, required=needed is not None) for each in columns),
        extra="kept",
    )


def directions(cause: StepOrigin) -> tuple[Direction, ...]:
    """Return the directions in which older code meets a step.

    A contraction waits until no older code runs.
    """
    return _WAITS if cause.script.phase in (CONTRACT, MIGRATE) else _AT_ONCE


def _gone(table: DatabaseTable, state: State, cause: StepOrigin) -> Meeting:
    """Return the meeting of a table that nobody holds any more: it is sent rows all the same."""
    writer = Record(table.name, table.span)
    return Meeting(
        NAME,
        LINK,
        directions(cause),
        writer,
        None,
        "reader",
        was=Record(table.name, cause.span),
        parties=("control", "database"),
        change=Change.KEY_RENAMED if state.renamed else Change.RECORD_REMOVED,
        why=f"the migration {cause.script.stem} {f'renames it to {state.renamed}' if state.renamed else 'drops it'}, "
        "and the older models map it",
    )


def _read(table: DatabaseTable, state: State) -> Iterator[Meeting]:
    """Yield the meetings of mapped columns that are gone, one for each step that took some away."""
    for (cause, renamed), names in _by_cause(state, [each.name for each in table.columns]).items():
        needed = [column for column in table.columns if column.name in names]
        reader = Record(
            table.name, table.span, tuple(_entry(each, required=True) for each in needed), extra="kept"
        )
        verb = "renames" if renamed else "drops"
        yield Meeting(
            NAME,
            LINK,
            directions(cause),
            Record(table.name, cause.span, tuple(_entry(each) for each in state.columns.values())),
            reader,
            "writer",
            was=reader,
            parties=("database", "control"),
            change=Change.KEY_RENAMED if renamed else Change.KEY_REMOVED,
            why=f"the migration {cause.script.stem} {verb} it, and the older models select it with every row",
        )


def _by_cause(state: State, names: Iterable[str]) -> dict[tuple[StepOrigin, bool], list[str]]:
    found: dict[tuple[StepOrigin, bool], list[str]] = {}
    for name in names:
        cause = state.dropped.get(name)
        if cause is not None and name not in state.columns:
            found.setdefault((cause, name in state.called), []).append(name)
    return found


def _written(table: DatabaseTable, state: State) -> Iterator[Meeting]:
    """Yield the meetings of rows that older code writes with columns that are new or changed."""
    known = {each.name: each for each in table.columns}
    demanded = _demanded(table, state)
    for name, cause in state.added.items():
        column = state.columns.get(name)
        if column is None:
            continue
        if name in known:  # dropped and built anew
            yield _changed(known[name], column, table, cause)
        elif demands(column):
            why = f"the migration {cause.script.stem} adds it without a server default, and older code does not send it"
            yield _sent(table, cause, None, column, Change.KEY_ADDED, why)
        elif name in demanded:
            limit = demanded[name]
            why = f"the migration {limit.script.stem} adds it to a unique constraint, and older code leaves it at its default"
            yield _sent(table, limit, None, column, Change.KEY_ADDED, why)
    for name, cause in state.altered.items():
        if name in known and name in state.columns:
            yield _changed(known[name], state.columns[name], table, cause)


def _changed(sent: Column, column: Column, table: DatabaseTable, cause: StepOrigin) -> Meeting:
    """Return the meeting of a column that older code writes with what it has become."""
    return _sent(
        table, cause, sent, column, _word(sent, column), f"the migration {cause.script.stem} changes it"
    )


def _word(sent: Column, column: Column) -> Change | None:
    """Return what happened to a column, where the comparison of records does not tell.

    A default is there, a value is not.
    """
    if sent.nullable and not column.nullable and column.server_default:
        return Change.MADE_REQUIRED
    gone = (
        (sent.type.values or frozenset()) - column.type.values
        if column.type.values is not None
        else frozenset()
    )
    return Change.NARROWED if gone else None


def _demanded(table: DatabaseTable, state: State) -> dict[str, StepOrigin]:
    """Return the new columns of which every row needs another value, though older code gives them none.

    A unique constraint over columns that older code knows only repeats what it keeps to already, or a race
    breaks it; one that leans on a new column with a fixed default makes the rest of its columns unique.
    """
    known = {each.name for each in table.columns}
    found: dict[str, StepOrigin] = {}
    for unique, cause in state.limited:
        new = [name for name in unique.columns if name in state.added and name not in known]
        rest = {name for name in unique.columns if name in known}
        if not new or not rest or len(new) + len(rest) != len(unique.columns):
            continue
        columns = [state.columns[name] for name in new]
        constant = all(each.server_default or not each.nullable for each in columns)
        if constant and not any(set(each.columns) <= rest for each in table.uniques):
            found[new[0]] = cause
    return found


def _sent(
    table: DatabaseTable,
    cause: StepOrigin,
    sent: Column | None,
    column: Column,
    change: Change | None,
    why: str,
) -> Meeting:
    """Return the meeting of one column of the rows that older code writes.

    A column that is there already is named with the migration that changes it: several may, each in its own
    way.
    """
    key = column.name if sent is None else f"{column.name} ({cause.script.stem})"
    null = sent is not None and sent.nullable and not sent.default and not sent.primary
    written = (replace(_entry(sent, null=null), key=key),) if sent is not None else ()
    taken = Entry(
        key, cause.span, _family(sent, column), sent is None, column.nullable, _domain(sent, column)
    )
    was = () if sent is None else (replace(_entry(sent), key=key),)
    return Meeting(
        NAME,
        LINK,
        directions(cause),
        Record(table.name, table.span, written),
        Record(table.name, cause.span, (taken,), extra="kept"),
        "reader",
        was=Record(table.name, table.span, was),
        parties=("control", "database"),
        change=change,
        why=why,
    )


def _inside(table: DatabaseTable, state: State) -> Iterator[Meeting]:
    """Yield the meetings of documents in a column whose keys a migration renames."""
    for step, cause in state.keys:
        column = table.column(step.column)
        if column is None:
            continue
        name = f"{table.name}.{step.column}"
        old = Record(name, column.span, (Entry(step.old, column.span, required=True),), extra="kept")
        yield Meeting(
            NAME,
            LINK,
            directions(cause),
            Record(name, cause.span, (Entry(step.new, cause.span),)),
            old,
            "writer",
            was=old,
            parties=("database", "control"),
            change=Change.KEY_RENAMED,
            why=f"the migration {cause.script.stem} rewrites the documents in place",
        )


def _entry(column: Column, *, required: bool = False, null: bool | None = None) -> Entry:
    nullable = column.nullable if null is None else null
    return Entry(column.name, column.span, column.type.family, required, nullable, _domain(column, column))


def _family(sent: Column | None, column: Column) -> str:
    """Return the type that a column takes.

    As sent where both count as texts, numbers or times of whatever kind.
    """
    return column.type.family if sent is None or sent.type.family else ""


def _domain(sent: Column | None, column: Column) -> Domain:
    """Return what a column takes, as far as it is known what it is sent.

    A limit on one side alone says nothing.
    """
    here, there = column.type, sent.type if sent is not None else column.type
    most = (1 << (here.bits - 1)) - 1 if here.bits is not None and there.bits is not None else None
    return Domain(
        values=here.values if there.values is not None else None,
        most=most,
        length=here.length if there.length is not None else None,
    )
