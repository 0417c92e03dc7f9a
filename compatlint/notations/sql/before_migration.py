"""New code over a database that was not migrated yet: columns and tables that it maps and that are not there.

No promise covers that, so these meetings have no direction; they tell which stages of an upgrade work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compatlint.notations.sql.model_meetings import LINK, NAME, record
from compatlint.notations.sql.schema import AddColumn, CreateTable, DatabaseTable, Step
from compatlint.wire.ir.records import Meeting, Record

_WHY = "the newer models select it with every row, and no migration has created it yet"


def ahead(
    steps: Iterable[Step], old: Mapping[str, DatabaseTable], new: Mapping[str, DatabaseTable]
) -> Iterator[Meeting]:
    """Yield the meetings of the older schema with the newer models, one for each table with additions."""
    wanted: dict[str, set[str]] = {}
    for step in steps:
        if isinstance(step, AddColumn):
            wanted.setdefault(step.table, set()).add(step.column.name)
        elif isinstance(step, CreateTable) and step.table.name not in old:
            wanted.setdefault(step.table.name, set()).update(each.name for each in step.table.columns)
    for name, columns in wanted.items():
        mapped, there = new.get(name), old.get(name)
        if mapped is None:
            continue
        writer = record(there) if there is not None else Record(name, mapped.span)
        needed = columns - {each.key for each in writer.entries}
        reader = record(mapped, needed)
        if reader.entries:
            yield Meeting(NAME, LINK, (), writer, reader, "reader", parties=("database", "control"), why=_WHY)
