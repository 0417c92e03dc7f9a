"""What a database holds, and what a migration does to it.

Tables, columns, and the steps from one schema to the next.

Pure values. A `Type` says only what decides whether a value fits: its family, and how long, wide or which it
may be.
"""

from __future__ import annotations

from dataclasses import dataclass

from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What a column takes: `family` is "" where values of other families may fit too (a boolean, JSON, a type of the project).

    `length` bounds a text in characters, `bits` a whole number; `values` are those of an enumeration.
    """

    family: str = ""
    length: int | None = None
    bits: int | None = None
    values: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `default` is one that the client fills in, `server_default` one that the database fills in.

    `counted`: the database numbers the rows itself.
    """

    name: str
    span: Span
    type: ColumnType = ColumnType()
    nullable: bool = True
    primary: bool = False
    default: bool = False
    server_default: bool = False
    unique: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns whose values together occur once."""

    columns: tuple[str, ...]
    span: Span
    name: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseTable:
    """A table. `open`: it may have more columns than are listed."""

    name: str
    span: Span
    columns: tuple[Column, ...] = ()
    uniques: tuple[Unique, ...] = ()
    open: bool = False

    def column(self, name: str) -> Column | None:
        """Return a column by its name."""
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True, slots=True)
class CreateTable:
    """A table comes, unless it is there."""

    table: DatabaseTable
    span: Span


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table goes."""

    table: str
    span: Span


@dataclass(frozen=True, slots=True)
class RenameTable:
    """A table gets another name."""

    table: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A column comes, unless it is there."""

    table: str
    column: Column
    span: Span


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column goes."""

    table: str
    column: str
    span: Span


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """A column changes; None leaves a trait as it is."""

    table: str
    column: str
    span: Span
    name: str | None = None
    nullable: bool | None = None
    server_default: bool | None = None
    type: ColumnType | None = None


@dataclass(frozen=True, slots=True)
class AddUnique:
    """A unique constraint or a unique index comes."""

    table: str
    unique: Unique
    span: Span


@dataclass(frozen=True, slots=True)
class DropUnique:
    """A unique constraint goes: the one of this name, or the one over these columns."""

    table: str
    name: str
    columns: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class RenameKey:
    """A key within the documents that a column holds gets another name."""

    table: str
    column: str
    old: str
    new: str
    span: Span


@dataclass(frozen=True, slots=True)
class UnclearStep:
    """A step that could not be read; `table` is "" where not even the table is known."""

    reason: str
    span: Span
    table: str = ""


Step = (
    CreateTable
    | DropTable
    | RenameTable
    | AddColumn
    | DropColumn
    | AlterColumn
    | AddUnique
    | DropUnique
    | RenameKey
    | UnclearStep
)
