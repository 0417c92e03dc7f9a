"""Migrations of data of two releases to meetings: what was removed, what is demanded, what is new."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from compatlint.notations.languages.python import Defined, Project, calls, walk
from compatlint.notations.languages.python.syntax import last
from compatlint.notations.openstack.data_migrations.demands import CHECKS, SCRIPT, blocker, checks
from compatlint.notations.openstack.data_migrations.migration_lists import FOLDER, LIST, ledger
from compatlint.notations.openstack.data_migrations.model import DataMigration, Demand, Ledger, Touched
from compatlint.notations.openstack.data_migrations.review_branch import stable_branch
from compatlint.notations.openstack.data_migrations.touched_tables import named, touched
from compatlint.notations.openstack.data_migrations.wants import wants
from compatlint.vocabulary import Change, Direction, Link
from compatlint.wire.ir.records import Entry, Lowered, Meeting, Record

NOTATION: Final = "data_migrations"
LISTED: Final = "online_migrations"
FORWARD: Final = (Direction.UPGRADE, Direction.SKIP)
JUMP: Final = (Direction.SKIP,)
BACKWARD: Final = (Direction.DOWNGRADE,)

_SOFT: Final = re.compile(r"SoftDelete")
_COLUMN: Final = re.compile(rb"(?m)^[ \t]+(\w+)\s*=\s*(?:\w+\.)*Column\(")
_TABLE: Final = re.compile(rb"__tablename__\s*=\s*['\"](\w+)['\"]")


@dataclass
class MigrationPair:
    """Two releases and what is asked of them more than once."""

    old: Project
    new: Project

    @cached_property
    def before(self) -> Ledger:
        """The older release's migrations."""
        return ledger(self.old)

    @cached_property
    def after(self) -> Ledger:
        """The newer release's migrations."""
        return ledger(self.new)

    @cached_property
    def able(self) -> list[Touched]:
        """What the older release's migrations do."""
        return [touched(self.old, each) for each in self.before.work]

    @cached_property
    def differing(self) -> list[str]:
        """The files of either release that differ."""
        files = self.old.files, self.new.files
        return [
            path
            for path in {**files[0], **files[1]}
            if files[0].get(path) != files[1].get(path) and wants(path)
        ]

    def added(self) -> list[DataMigration]:
        """Return the migrations that only the newer release has."""
        names = self.before.names()
        return [each for each in self.after.work if each.name not in names]

    def only_new(self, pattern: re.Pattern[bytes]) -> set[str]:
        """Return what a pattern finds in files of the newer release and nowhere in those of the older one that differ."""
        sides = [
            {
                word.decode()
                for source in side.sources(self.differing).values()
                for word in pattern.findall(source)
            }
            for side in (self.old, self.new)
        ]
        return sides[1] - sides[0]


def meet(old: Project, new: Project, changed: Collection[str]) -> Lowered:
    """Return the meetings of two releases."""
    both = MigrationPair(old, new)
    meetings: list[Meeting] = []
    listed = [path for path in changed if FOLDER.search(path) or _holds(both, path, LIST)]
    if listed:
        meetings.extend(_removed(both))
        meetings.extend(each for work in both.added() for each in _undone(both, work))
    meetings.extend(_blocked(both, [path for path in changed if SCRIPT.search(path)]))
    meetings.extend(_checked(both, [path for path in changed if _holds(both, path, CHECKS)]))
    missing = (*both.after.missing, *both.before.missing) if listed else ()
    return Lowered(tuple(meetings), missing, len(both.after.work) if listed else 0)


def _holds(both: MigrationPair, path: str, pattern: re.Pattern[bytes]) -> bool:
    return any(pattern.search(side.source(path) or b"") for side in (both.old, both.new))


def _removed(both: MigrationPair) -> Iterator[Meeting]:
    """Yield the migrations that the newer release does not have any more."""
    if both.after.missing:
        return
    names = both.after.names()
    gone = [each for each in both.before.work if each.name not in names]
    branch = stable_branch(both.old, both.new) if gone else None
    place = both.after.lists[0] if both.after.lists else None
    for work in gone:
        left = Record(LISTED, work.span, (Entry(work.name, work.span),))
        if branch is None:
            why = "rows that the older release did not migrate keep their old form"
            now = Record(LISTED, place or work.span)
            yield Meeting(
                NOTATION,
                Link.DISK,
                FORWARD,
                left,
                now,
                "reader",
                was=left,
                change=Change.KEY_REMOVED,
                why=why,
            )
            continue
        why = f"both are releases of the stable branch {branch}: nobody has to finish the migrations between them"
        undone = Record(LISTED, work.span)
        needs = Record(LISTED, place or work.span, (Entry(work.name, place or work.span, required=True),))
        yield Meeting(
            NOTATION,
            Link.DISK,
            FORWARD,
            undone,
            needs,
            "reader",
            was=left,
            change=Change.REMOVED_EARLY,
            why=why,
        )


def _undone(both: MigrationPair, work: DataMigration) -> Iterator[Meeting]:
    """Yield what a new migration does to rows that the older release does not undo when it comes back."""
    done = touched(both.new, work)
    if done.moves:
        why = f"{work.text} moves rows, and the older release searches the old place"
        yield _back(work, Change.MOVED, "rows", why)
    for column in sorted(done.rewritten):
        why = f"{work.text} replaces the value, and the older release reads the new form as an old one"
        yield _back(work, Change.RETYPED, column, why)
    for table, model in sorted(done.filled.items()):
        if table in both.only_new(_TABLE) and (target := _refers(both.new, model)):
            why = f"{work.text} adds rows to {table} that reference {target}; the older release deletes only {target}"
            yield _back(work, Change.RECORD_ADDED, table, why)


def _back(work: DataMigration, change: Change, item: str, why: str) -> Meeting:
    """Return that the older release finds what a new migration left."""
    was = Record(work.name, work.span)
    writer = Record(work.name, work.span, (Entry(item, work.span),))
    reader = Record(work.name, work.span, extra="rejected")
    return Meeting(NOTATION, Link.DISK, BACKWARD, writer, reader, "writer", was=was, change=change, why=why)


def _refers(release: Project, model: Defined) -> str:
    """Return the table that rows of a model belong to and that the database does not delete them with.

    "" if there is none.

    Rows that are only marked as deleted stay, and what refers to them is in nobody's way.
    """
    if release.attribute(model, "deleted") is not None or any(
        _SOFT.search(each.name) for each in release.mro(model)
    ):
        return ""
    for call in calls(model.node, "ForeignKey"):
        if (
            call.args
            and isinstance(call.args[0], ast.Constant)
            and not any(each.arg == "ondelete" for each in call.keywords)
        ):
            return str(call.args[0].value).partition(".")[0]
    return ""


def _blocked(both: MigrationPair, paths: Collection[str]) -> Iterator[Meeting]:
    """Yield the new schema migrations that demand what the older release cannot do."""
    known = {path.rpartition("/")[2] for path in both.old.files}
    for path in sorted(paths):
        if path.rpartition("/")[2] in known or path not in both.new.files:
            continue
        demand = blocker(both.new, path)
        if demand is None:
            continue
        for item, why in _unable(both, demand):
            yield _demanded(demand, item, JUMP, why)


def _unable(both: MigrationPair, demand: Demand) -> Iterator[tuple[str, str]]:
    """Yield what a demand asks for that the older release has no means to do, and how that is known."""
    commands = sorted(each for each in demand.commands if named(both.new, each) or named(both.old, each))
    if commands:
        if not any(named(both.old, each) for each in commands):
            yield (
                commands[0],
                f"{demand.name} requires that {commands[0]} was run, and the older release does not have it",
            )
        return
    done = {table for each in both.able for table in each.tables}
    if any(each.lost or not each.tables for each in both.able):
        added = [touched(both.new, each) for each in both.added()]
        wanted = demand.tables & {table for each in added for table in each.tables}
    else:
        wanted = demand.tables
    for table in sorted(wanted - done):
        yield (
            table,
            f"{demand.name} requires migrated rows in {table}, and no migration of the older release changes that table",
        )


def _demanded(demand: Demand, item: str, directions: tuple[Direction, ...], why: str) -> Meeting:
    reader = Record(demand.name, demand.span, (Entry(item, demand.span, required=True),))
    writer = Record(demand.name, demand.span)
    was = Record(demand.name, demand.span)
    return Meeting(
        NOTATION, Link.DISK, directions, writer, reader, "reader", was=was, change=Change.BLOCKED, why=why
    )


def _checked(both: MigrationPair, paths: Collection[str]) -> Iterator[Meeting]:
    """Yield the new upgrade checks that fail until columns are filled which only the newer release has."""
    before = {name for path in paths for name in checks(both.old, path)}
    for path in sorted(paths):
        for name, (demand, function) in sorted(checks(both.new, path).items()):
            if name in before:
                continue
            columns = {
                last(each) for each in walk(function.node) if isinstance(each, ast.Attribute)
            } | demand.words
            for column in sorted(columns & both.only_new(_COLUMN)):
                why = f"{demand.name} fails while rows have no {column}: only the newer release can fill it"
                yield _demanded(demand, column, FORWARD, why)
