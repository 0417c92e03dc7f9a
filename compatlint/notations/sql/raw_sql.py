"""What a migration does in raw SQL. The home of sqlglot.

Only statements that change a schema, or rename a key in the documents of a column, become steps. A statement
that names a change and cannot be parsed is `Unclear`; queries, triggers and updates of rows are none of our
business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from compatlint.notations.sql.schema import (
    AddColumn,
    AddUnique,
    AlterColumn,
    Column,
    ColumnType,
    DropColumn,
    DropTable,
    DropUnique,
    RenameKey,
    RenameTable,
    Step,
    UnclearStep,
    Unique,
)
from compatlint.notations.sql.types import is_type, type_of
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from sqlglot import exp

MAX_SQL = 100_000
_CHANGES = re.compile(
    r"^\s*(ALTER\s+TABLE|DROP\s+TABLE|RENAME\s+TABLE|CREATE\s+UNIQUE|UPDATE\b.*\bREPLACE\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_RENAME = re.compile(
    r"^\s*RENAME\s+TABLE\s+[`\"]?(\w+)[`\"]?\s+TO\s+[`\"]?(\w+)[`\"]?\s*;?\s*$", re.IGNORECASE
)
_HARMLESS = re.compile(
    r"\b(CONVERT\s+TO|ENGINE\s*=|CHARSET|CHARACTER\s+SET|AUTO_INCREMENT\s*=|(EN|DIS)ABLE\s+KEYS|OWNER\s+TO)",
    re.IGNORECASE,
)
_OF_COLUMNS = re.compile(r"\b(COLUMN|MODIFY|CHANGE|ADD|DROP|ALTER\s+(?!TABLE))\b", re.IGNORECASE)
_LATER = re.compile(r"\A\s*(CREATE|DROP)\s+(\w+\s+){0,5}(TRIGGER|FUNCTION|PROCEDURE)\b", re.IGNORECASE)
_KEY = re.compile(r'^\s*\\?"([\w.-]+)\\?"\s*:')


def changes(sql: str) -> bool:
    """Tell whether a text of SQL may change a schema or rewrite documents.

    What stands in a trigger does not run now.
    """
    return _LATER.match(sql) is None and any(_CHANGES.match(each) for each in sql.split(";"))


def statements(sql: str, span: Span) -> Iterator[Step]:
    """Yield the steps of a text of SQL."""
    if len(sql) > MAX_SQL:
        yield UnclearStep(f"SQL of {len(sql)} characters is over the limit of {MAX_SQL}", span)
        return
    if not changes(sql):
        return
    for each in sql.split(";"):
        if not _CHANGES.match(each):
            continue
        renamed = _RENAME.match(each)
        if renamed is not None:
            yield RenameTable(renamed[1], renamed[2], span)
        elif _OF_COLUMNS.search(each) or not _HARMLESS.search(each):
            yield from _parsed(each, span)


def _parsed(sql: str, span: Span) -> Iterator[Step]:
    import logging

    import sqlglot
    from sqlglot import errors, exp

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it reports on its own what it falls back on
    for dialect in ("mysql", "postgres"):
        try:
            tree = sqlglot.parse_one(sql, dialect=dialect)
        except (errors.SqlglotError, RecursionError, ValueError):
            continue
        found = list(_steps(tree, span))
        if found or isinstance(tree, exp.Update):
            yield from found
            return
    if not _is_a_constraint(sql):
        yield UnclearStep("SQL that could not be read", span)


def _is_a_constraint(sql: str) -> bool:
    """Tell whether a statement only concerns keys, indexes and checks, none of them unique."""
    words = sql.upper()
    return (
        "UNIQUE" not in words
        and re.search(r"\b(FOREIGN\s+KEY|CONSTRAINT|INDEX|CHECK|PRIMARY\s+KEY)\b", words) is not None
    )


def _steps(tree: exp.Expr, span: Span) -> Iterator[Step]:
    from sqlglot import exp

    if isinstance(tree, exp.Alter) and isinstance(tree.this, exp.Table):
        for action in tree.args.get("actions") or ():
            yield from _action(tree.this.name, action, span)
    elif isinstance(tree, exp.Drop) and _kind(tree) == "TABLE":
        yield from (DropTable(name, span) for name in _dropped(tree))
    elif isinstance(tree, exp.Create) and tree.args.get("unique") and isinstance(tree.this, exp.Index):
        table, columns = (
            tree.this.args.get("table"),
            tuple(each.name for each in tree.this.find_all(exp.Column)),
        )
        if table is not None and columns:
            yield AddUnique(table.name, Unique(columns, span, tree.this.name), span)
    elif isinstance(tree, exp.Update):
        yield from _renamed_keys(tree, span)


def _action(table: str, action: exp.Expr, span: Span) -> Iterator[Step]:
    """Yield what one clause of ALTER TABLE does."""
    from sqlglot import exp

    if isinstance(action, exp.ColumnDef):
        yield AddColumn(table, _column(action, span), span)
    elif isinstance(action, exp.Drop):
        column = _kind(action) == "COLUMN"
        for name in _dropped(action):
            yield DropColumn(table, name, span) if column else DropUnique(table, name, (), span)
    elif isinstance(action, exp.RenameColumn):
        yield AlterColumn(table, action.this.name, span, name=action.args["to"].name)
    elif isinstance(action, exp.AlterRename):
        yield RenameTable(table, action.this.name, span)
    elif isinstance(action, exp.AlterColumn):
        nulls = action.args.get("allow_null")
        yield AlterColumn(table, action.this.name, span, nullable=nulls, type=_type(action.args.get("dtype")))
    elif isinstance(action, exp.ModifyColumn) and isinstance(action.this, exp.ColumnDef):
        yield _modified(table, action, span)
    elif isinstance(action, exp.AddConstraint):
        for unique in action.find_all(exp.UniqueColumnConstraint):
            columns = tuple(each.name for each in unique.find_all(exp.Column))
            yield AddUnique(table, Unique(columns, span), span)


def _modified(table: str, action: exp.ModifyColumn, span: Span) -> AlterColumn:
    """Return what MODIFY or CHANGE of a column does."""
    column, old = _column(action.this, span), action.args.get("rename_from")
    new = column.name if old is not None else None
    was = old.name if old is not None else column.name
    return AlterColumn(table, was, span, new, column.nullable, column.server_default, column.type)


def _kind(drop: exp.Expr) -> str:
    return str(drop.args.get("kind") or "COLUMN").upper()


def _dropped(drop: exp.Expr) -> Iterable[str]:
    """Return the names that a DROP names; sqlglot had one in `this` before it had several in `tables`."""
    return [each.name for each in drop.args.get("tables") or [drop.this] if each is not None]


def _column(node: exp.ColumnDef, span: Span) -> Column:
    from sqlglot import exp

    said = [each.args.get("kind") for each in node.args.get("constraints") or ()]
    kinds = {type(each) for each in said if each is not None and not each.args.get("allow_null")}
    return Column(
        node.name,
        span,
        _type(node.args.get("kind")) or ColumnType(),
        nullable=not kinds & {exp.NotNullColumnConstraint, exp.PrimaryKeyColumnConstraint},
        primary=exp.PrimaryKeyColumnConstraint in kinds,
        server_default=exp.DefaultColumnConstraint in kinds,
        unique=exp.UniqueColumnConstraint in kinds,
        counted=bool(kinds & {exp.AutoIncrementColumnConstraint, exp.GeneratedAsIdentityColumnConstraint})
        or "SERIAL" in str(node.args.get("kind")).upper(),
    )


def _type(node: exp.Expr | None) -> ColumnType | None:
    """Return a type by its name in SQL, None where nothing is said of it."""
    if node is None:
        return None
    text = node.sql(dialect="mysql")
    name, _, rest = text.partition("(")
    length = re.match(r"\d+", rest)
    return type_of(name, [int(length[0])] if length else []) if is_type(name.strip()) else ColumnType()


def _renamed_keys(update: exp.Update, span: Span) -> Iterator[Step]:
    """Yield the keys that `SET c = REPLACE(c, '"old":', '"new":')` renames in the documents of a column."""
    from sqlglot import exp

    for each in update.expressions:
        if not isinstance(each, exp.EQ) or not isinstance(each.this, exp.Column):
            continue
        literals = [str(part.this) for part in each.expression.find_all(exp.Literal)]
        columns = {part.name for part in each.expression.find_all(exp.Column)}
        keys = [_KEY.match(text) for text in literals]
        if columns == {each.this.name} and len(keys) == 2 and keys[0] is not None and keys[1] is not None:
            yield RenameKey(update.this.name, each.this.name, keys[0][1], keys[1][1], span)
