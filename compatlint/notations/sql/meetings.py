"""Two releases to meetings.

Which scripts are new, what they do, and which models meet the schema that they leave.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from compatlint.notations.languages.python import Project
from compatlint.notations.sql import history
from compatlint.notations.sql.apply_steps import Schema, apply
from compatlint.notations.sql.before_migration import ahead
from compatlint.notations.sql.databases import assign
from compatlint.notations.sql.django_migrations import Migrations, django_scripts
from compatlint.notations.sql.django_migrations import in_order as order_of_django
from compatlint.notations.sql.django_models import django_models
from compatlint.notations.sql.expressions import interpreter
from compatlint.notations.sql.model_meetings import LINK, NAME, meetings, record
from compatlint.notations.sql.model_usage import in_use, never_null
from compatlint.notations.sql.models import Model, models
from compatlint.notations.sql.queries import demanding
from compatlint.notations.sql.schema import ColumnType, DatabaseTable, Step, UnclearStep
from compatlint.notations.sql.scripts import Script, in_order, scripts
from compatlint.vocabulary import Change, Direction
from compatlint.wire.ir.meetings import Sides, self_meeting
from compatlint.wire.ir.records import Entry, Lowered, Meeting, Missing, Record
from compatlint.wire.ir.span import Span

Ran = list[tuple[Script, tuple[Step, ...]]]


def lowered(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases; `changed` are the scripts that differ."""
    before, after = scripts(old), scripts(new)
    further = django_lowered(old, new)
    if not before or not after:
        return further
    found = [
        *history.cuts(old, new, before, after),
        *history.forks(old, new, before, after),
        *history.late(old, new, before, after),
        *_edited(old, new, before, after, changed),
    ]
    ran: Ran = [(each, steps(new, each)) for each in in_order(history.fresh(before, after), after)]
    if not any(done for _, done in ran):
        return _together(Lowered(tuple(found)), further)
    mapped = models(old)
    missing: list[Missing] = []
    for mine, repositories in assign(mapped, {each.repository for each in after.values()}):
        own = [(script, done) for script, done in ran if script.repository in repositories]
        schema = apply(tables(mine), own)
        found.extend(
            each
            for each in meetings(tables(mine), schema)
            if not never_null(old, mine, each) and in_use(old, mine, each)
        )
        found.extend(demanding(new, own, schema, tables(mine)))
        missing.extend(_missing(schema))
    missing.extend(_unmapped(ran) if not mapped else ())
    done = [step for _, taken in ran for step in taken]
    found.extend(ahead(done, tables(mapped), tables(models(new))))
    return _together(Lowered(tuple(found), tuple(dict.fromkeys(missing)), len(mapped)), further)


def django_lowered(old: Project, new: Project) -> Lowered:
    """Return the meetings of the older release's Django models with what the newer one's migrations leave."""
    before, after = django_scripts(old), django_scripts(new)
    fresh = [each for path, each in after.items() if path not in before]
    if not before or not fresh:
        return Lowered()
    mapped = django_models(old)
    mine = {table.name: table for each in mapped for table in each.tables()}
    reading = Migrations(new, mapped)
    ran = [(each, reading.steps(each)) for each in order_of_django(new, fresh, after.values())]
    schema = apply(mine, ran)
    found = list(meetings(mine, schema))
    return Lowered(tuple(found), tuple(dict.fromkeys(_missing(schema))), len(mine))


def _together(one: Lowered, other: Lowered) -> Lowered:
    return Lowered(
        (*one.meetings, *other.meetings), (*one.missing, *other.missing), one.codecs + other.codecs
    )


def alone(release: Project) -> Lowered:
    """Return every table that a release's models map, as it meets itself."""
    mapped = [each.table for each in models(release)] if scripts(release) else []
    if django_scripts(release):
        mapped += [table for each in django_models(release) for table in each.tables()]
    found = [record(each) for each in mapped]
    return Lowered(tuple(self_meeting(NAME, LINK, Sides(each, each)) for each in found), (), len(found))


def steps(release: Project, script: Script) -> tuple[Step, ...]:
    """Return what a script does when a database is brought up to it."""
    module = release.module(script.path)
    if module is None:
        return ()
    run = interpreter(release)
    entry = module.names.get("upgrade")
    return run.script(module, entry) if isinstance(entry, ast.FunctionDef) else ()


def tables(found: Sequence[Model]) -> dict[str, DatabaseTable]:
    """Return the tables of models by name."""
    return {each.table.name: each.table for each in found}


def _unmapped(ran: Ran) -> Iterator[Missing]:
    """Yield the tables that scripts change, of a release of which no model was found."""
    for _, done in ran:
        for step in done:
            table = getattr(step, "table", "")
            if isinstance(table, str) and table and not isinstance(step, UnclearStep):
                yield Missing(table, step.span, "no model of the older release that maps it was found")


def _missing(schema: Schema) -> Iterator[Missing]:
    for script, unclear in schema.unclear:
        yield Missing(unclear.table or script.stem, unclear.span, unclear.reason)


def _edited(
    old: Project,
    new: Project,
    before: Mapping[str, Script],
    after: Mapping[str, Script],
    changed: Collection[str],
) -> Iterator[Meeting]:
    """Yield the meetings of databases that saw a script with a release in which it does something else."""
    for path in sorted(changed):
        here, there = before.get(path), after.get(path)
        if here is None or there is None or here.revision != there.revision:
            continue
        left, now = steps(old, here), steps(new, there)
        if not now or _same(left, now):  # one that does nothing any more was retired
            continue
        writer = Record(
            there.stem, Span(old.commit, path, 1, 1), (Entry("upgrade", _place(old, path, left)),)
        )
        reader = Record(there.stem, _place(new, path, now))
        why = "a database that ran the old script does not get the new changes"
        parties = ("database", "control")
        yield Meeting(
            NAME,
            LINK,
            (Direction.UPGRADE,),
            writer,
            reader,
            "reader",
            parties=parties,
            change=Change.EDITED,
            why=why,
        )


def _place(release: Project, path: str, done: Sequence[Step]) -> Span:
    return done[0].span if done else Span(release.commit, path, 1, 1)


def _same(one: object, other: object) -> bool:
    """Tell whether steps say the same, wherever they stand; what is not known of a type is not different."""
    if isinstance(one, ColumnType) and isinstance(other, ColumnType):
        pairs = [(getattr(one, each.name), getattr(other, each.name)) for each in fields(one)]
        return "" in (one.family, other.family) or all(
            left == right or None in (left, right) for left, right in pairs
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(
            _same(left, right) for left, right in zip(one, other, strict=True)
        )
    if is_dataclass(one) and type(one) is type(other):
        return all(
            _same(getattr(one, each.name), getattr(other, each.name))
            for each in fields(one)
            if each.name != "span"
        )
    return one == other
