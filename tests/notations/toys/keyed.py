"""A toy notation whose items are found by number: `table Monster { hp: short (id: 0); }` in files called *.tbl."""

from __future__ import annotations

import re
from collections.abc import Collection

from compatlint.notations.notation import Keyed
from compatlint.sources.release import Release
from compatlint.vocabulary import Direction, Link
from compatlint.wire.ir.records import Entry, Lowered, Meeting, Missing, Record
from compatlint.wire.ir.span import Span

_TABLE = re.compile(r"table (\w+) \{([^}]*)\}")
_FIELD = re.compile(r"(\w+): (\w+) \(id: (\d+)\)( required)?;")


def wants(path: str) -> bool:
    return path.endswith(".tbl")


def tables(release: Release) -> tuple[dict[str, Record], list[Missing]]:
    found: dict[str, Record] = {}
    missing = []
    for path, source in release.sources([*filter(wants, release.files)]).items():
        text = source.decode("utf-8", "replace")
        for table in _TABLE.finditer(text):
            span = Span(release.commit, path, line := text.count("\n", 0, table.start()) + 1, line)
            fields = [
                Entry(number, span, kind, required=bool(required), label=name)
                for name, kind, number, required in _FIELD.findall(table[2])
            ]
            found[table[1]] = Record(table[1], span, tuple(fields))
            if table[2].count(";") != len(fields):
                missing.append(Missing(table[1], span, "a line that is no field"))
    return found, missing


def lower(old: Release, new: Release, changed: Collection[str]) -> Lowered:
    del changed
    (before, _), (after, missing) = tables(old), tables(new)
    meetings = []
    for name in sorted(before.keys() & after.keys()):
        one, two = before[name], after[name]
        upgrade = Meeting("table", Link.DISK, (Direction.UPGRADE,), one, two, "reader", was=one)
        downgrade = Meeting("table", Link.DISK, (Direction.DOWNGRADE,), two, one, "writer", was=one)
        meetings += [upgrade, downgrade]
    return Lowered(tuple(meetings), tuple(missing), len(after))


def alone(release: Release) -> Lowered:
    found, missing = tables(release)
    own = [Meeting("table", Link.DISK, (Direction.SELF,), each, each, "reader") for each in found.values()]
    return Lowered(tuple(own), tuple(missing), len(found))


NOTATION = Keyed("table", wants, lower, alone, promise="all")
