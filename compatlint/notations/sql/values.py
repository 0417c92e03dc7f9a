"""What a name may stand for while a migration is read: tables, their columns, constraints, batches.

Plain Python values stand for themselves; `UNKNOWN` is what only a database could tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from compatlint.notations.sql.schema import Column, Unique


@dataclass(frozen=True, slots=True)
class TableRef:
    """A table by its name, with what its definition in the script says of it. `open`.

    The definition says not all.
    """

    name: str
    columns: tuple[Column, ...] = ()
    uniques: tuple[Unique, ...] = ()
    open: bool = True


@dataclass(frozen=True, slots=True)
class Columns:
    """`table.c`."""

    table: TableRef


@dataclass(frozen=True, slots=True)
class ColumnRef:
    """`table.c.name`."""

    table: TableRef
    name: str


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint or an index that is not created yet. `unique`: it is one that lets values occur once.

    `primary`: as a key.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """`with op.batch_alter_table(name) as batch_op`."""

    table: object


@dataclass(frozen=True, slots=True)
class Text:
    """`sqlalchemy.text(...)`."""

    sql: object


@dataclass(frozen=True, slots=True)
class BoundOperation:
    """A method of a value, not called yet."""

    owner: object
    name: str


class ValueKind(Enum):
    """Values of which only the kind matters."""

    ROWS = "rows"  # a statement that reads or writes rows
    PARTS = "parts"  # constraints, indexes and the like of a table, as the database has them
    TABLES = "tables"  # the tables of a metadata, by name


ROWS: Final = ValueKind.ROWS
PARTS: Final = ValueKind.PARTS
TABLES: Final = ValueKind.TABLES
