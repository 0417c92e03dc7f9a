"""What is done to rows while services run, what demands that it was done, and what either touches."""

from __future__ import annotations

from dataclasses import dataclass, field

from compatlint.notations.languages.python import Defined
from compatlint.wire.ir.records import Missing
from compatlint.wire.ir.span import Span


@dataclass(frozen=True, slots=True)
class DataMigration:
    """One online data migration.

    `name` as its function is called, `text` as the list of migrations spells it.
    """

    name: str
    text: str
    span: Span
    functions: tuple[Defined, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """The online data migrations of a release.

    `lists` are the places where it keeps them, None if one cannot be read.
    """

    work: tuple[DataMigration, ...] = ()
    lists: tuple[Span, ...] = ()
    missing: tuple[Missing, ...] = ()

    def names(self) -> set[str]:
        """Return the names of all migrations."""
        return {each.name for each in self.work}


@dataclass(slots=True)
class Touched:
    """What a function does to tables, called functions included.

    `tables` it names; `moves`: it makes rows in one place and deletes them in another; `rewritten`: columns
    whose value is made from what they held; `filled`: tables that rows are added to, with their models;
    `words`: every name and text in it. `lost`: something that it calls could not be followed.
    """

    tables: set[str] = field(default_factory=set)
    moves: bool = False
    rewritten: set[str] = field(default_factory=set)
    filled: dict[str, Defined] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Demand:
    """A place that refuses to go on unless something was done before.

    A migration that raises, or an upgrade check.

    `name` is how people call it; `tables` whose rows must have been migrated; `commands`: words of its
    message that may name functions of the project; `words`: every text in it.
    """

    name: str
    span: Span
    tables: frozenset[str] = frozenset()
    commands: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
