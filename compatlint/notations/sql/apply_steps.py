"""The schema that migrations leave.

The older release's models, and every step of the newer release's new scripts on top.

Where a model says nothing of a table (nobody maps it), what the scripts do to it is followed all the same, so
that a table that is built anew under a temporary name and then renamed is the table that it replaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from compatlint.notations.sql.schema import (
    AddColumn,
    AddUnique,
    AlterColumn,
    Column,
    CreateTable,
    DatabaseTable,
    DropColumn,
    DropTable,
    DropUnique,
    RenameKey,
    RenameTable,
    Step,
    UnclearStep,
    Unique,
)
from compatlint.notations.sql.scripts import Script
from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class StepOrigin:
    """The step of a script that made a thing what it is."""

    script: Script
    span: Span


@dataclass(slots=True)
class State:
    """A table while scripts run. `open`: it may hold columns that nobody named.

    Each thing that changed has its cause.
    """

    columns: dict[str, Column]
    uniques: list[Unique]
    open: bool
    there: bool = True
    gone: StepOrigin | None = None
    renamed: str = ""
    added: dict[str, StepOrigin] = field(default_factory=dict)
    dropped: dict[str, StepOrigin] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)  # what a column that was renamed is called now
    altered: dict[str, StepOrigin] = field(default_factory=dict)
    limited: list[tuple[Unique, StepOrigin]] = field(default_factory=list)
    keys: list[tuple[RenameKey, StepOrigin]] = field(default_factory=list)


@dataclass(slots=True)
class Schema:
    """The tables of one database, by name, and what could not be read on the way."""

    tables: dict[str, State]
    unclear: list[tuple[Script, UnclearStep]] = field(default_factory=list)


def apply(mapped: Mapping[str, DatabaseTable], ran: Iterable[tuple[Script, Iterable[Step]]]) -> Schema:
    """Return what scripts make of the tables that are mapped."""
    schema = Schema({name: _state(table) for name, table in mapped.items()})
    for script, steps in ran:
        for step in steps:
            if isinstance(step, UnclearStep):
                schema.unclear.append((script, step))
            else:
                _take(schema, step, StepOrigin(script, step.span))
    return schema


def _state(table: DatabaseTable) -> State:
    return State({each.name: each for each in table.columns}, list(table.uniques), table.open)


def _take(schema: Schema, step: Step, cause: StepOrigin) -> None:
    if isinstance(step, CreateTable):
        _create(schema, step)
    elif isinstance(step, RenameTable):
        _rename(schema, step, cause)
    elif isinstance(step, DropTable):
        state = schema.tables.get(step.table)
        if state is not None:
            state.there, state.gone = False, cause
    elif not isinstance(step, UnclearStep):
        state = schema.tables.setdefault(step.table, State({}, [], open=True))
        _alter(state, step, cause)


def _create(schema: Schema, step: CreateTable) -> None:
    """Create a table; one that is there stays, for scripts that create all are for empty databases."""
    state = schema.tables.get(step.table.name)
    if state is None or not state.there:
        schema.tables[step.table.name] = _state(step.table)


def _rename(schema: Schema, step: RenameTable, cause: StepOrigin) -> None:
    state = schema.tables.get(step.table) or State({}, [], open=True)
    before = schema.tables.get(step.name)
    moved = replace(state, there=True, gone=None)
    if (
        before is not None
    ):  # built anew: what differs from the table that stood here is what this script changed
        moved.dropped = {
            name: cause for name in before.columns if name not in moved.columns and not moved.open
        }
        moved.added = {name: cause for name in moved.columns if name not in before.columns}
        moved.altered = {name: cause for name in moved.columns if name in before.columns}
    schema.tables[step.name] = moved
    schema.tables[step.table] = State({}, [], open=False, there=False, gone=cause, renamed=step.name)


def _alter(state: State, step: Step, cause: StepOrigin) -> None:
    """Do what a step does to one table."""
    if isinstance(step, AddColumn):
        if step.column.name not in state.columns:
            state.columns[step.column.name] = step.column
            state.added[step.column.name] = cause
    elif isinstance(step, DropColumn):
        _drop(state, step.column, cause)
    elif isinstance(step, AlterColumn):
        _change(state, step, cause)
    elif isinstance(step, AddUnique):
        if not any(set(each.columns) == set(step.unique.columns) for each in state.uniques):
            state.limited.append((step.unique, cause))
        state.uniques.append(step.unique)
    elif isinstance(step, DropUnique):
        gone = [
            each
            for each in state.uniques
            if (step.name and each.name == step.name)
            or (step.columns and set(each.columns) == set(step.columns))
        ]
        state.uniques = [each for each in state.uniques if each not in gone]
        state.limited = [each for each in state.limited if each[0] not in gone]
    elif isinstance(step, RenameKey):
        state.keys.append((step, cause))


def _drop(state: State, name: str, cause: StepOrigin) -> None:
    state.columns.pop(name, None)
    state.added.pop(name, None)
    state.dropped[name] = cause
    state.uniques = [each for each in state.uniques if name not in each.columns]
    state.limited = [each for each in state.limited if name not in each[0].columns]


def _change(state: State, step: AlterColumn, cause: StepOrigin) -> None:
    old = state.columns.get(step.column, Column(step.column, step.span))
    new = replace(
        old,
        name=step.name or old.name,
        nullable=old.nullable if step.nullable is None else step.nullable,
        server_default=old.server_default if step.server_default is None else step.server_default,
        type=old.type if step.type is None else step.type,
        span=step.span,
    )
    state.columns.pop(step.column, None)
    state.columns[new.name] = new
    if new.name != step.column:
        state.dropped[step.column] = cause
        state.called[step.column] = new.name
    elif new.name not in state.added:
        state.altered[new.name] = cause
    elif demands(new) and not demands(old):
        state.added[new.name] = cause  # it is this step that older code cannot live with


def demands(column: Column) -> bool:
    """Tell whether a row needs a value for a column from whoever writes it."""
    numbered = column.counted or (column.primary and column.type.family in ("integer", ""))
    return not column.nullable and not column.server_default and not numbered
