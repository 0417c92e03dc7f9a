"""What the operations of alembic and the methods of sqlalchemy-migrate do to a schema."""

from __future__ import annotations

import ast

from compatlint.notations.languages.python import UNKNOWN, External
from compatlint.notations.sql.call import ScriptCall
from compatlint.notations.sql.definitions import parts
from compatlint.notations.sql.raw_sql import changes, statements
from compatlint.notations.sql.schema import (
    AddColumn,
    AddUnique,
    AlterColumn,
    Column,
    ColumnType,
    CreateTable,
    DatabaseTable,
    DropColumn,
    DropTable,
    DropUnique,
    RenameTable,
    Unique,
)
from compatlint.notations.sql.types import is_type, type_of
from compatlint.notations.sql.values import ROWS, Batch, ColumnRef, Constraint, TableRef, Text


def alembic(made: ScriptCall, name: str, batch: Batch | None) -> object:
    """Call an operation of alembic; in a batch the table is that of the batch."""
    if name == "f":
        return made.argument(0)
    if name == "batch_alter_table":
        return Batch(made.argument(0, "table_name"))
    if name == "create_table":
        return _create_table(made)
    if name == "execute":
        execute(made, made.argument(0, "sqltext"))
    elif name in _OF_A_COLUMN:
        table = batch.table if batch is not None else made.argument(0, "table_name")
        if isinstance(table, str):
            _OF_A_COLUMN[name](made, table, 0 if batch is not None else 1)
        else:
            made.unclear(f"the table of {name} is not known")
    elif name in ("drop_table", "rename_table"):
        _whole(made, name)
    elif name in ("create_unique_constraint", "create_index", "drop_constraint", "drop_index"):
        _constrain(made, name, batch)
    return UNKNOWN


def _whole(made: ScriptCall, name: str) -> None:
    """Note that a whole table goes or gets another name."""
    old, new = made.argument(0, "table_name", "old_table_name"), made.argument(1, "new_table_name")
    if name == "drop_table" and isinstance(old, str):
        made.note(DropTable(old, made.span))
    elif name == "rename_table" and isinstance(old, str) and isinstance(new, str):
        made.note(RenameTable(old, new, made.span))
    else:
        made.unclear(f"the table of {name} is not known", old)


def _add(made: ScriptCall, table: str, at: int) -> None:
    column = made.argument(at, "column")
    if isinstance(column, Column) and column.name:
        add_column(made, table, column)
    else:
        made.unclear("the added column is not known", table)


def add_column(made: ScriptCall, table: str, column: Column) -> None:
    """Note that a column comes, with its own unique constraint if it has one."""
    made.note(AddColumn(table, column, made.span))
    if column.unique:
        made.note(AddUnique(table, Unique((column.name,), made.span), made.span))


def _drop(made: ScriptCall, table: str, at: int) -> None:
    name = made.argument(at, "column_name")
    name = name.name if isinstance(name, Column | ColumnRef) else name
    if isinstance(name, str):
        made.note(DropColumn(table, name, made.span))
    else:
        made.unclear("the dropped column is not known", table)


def _alter(made: ScriptCall, table: str, at: int) -> None:
    name = made.argument(at, "column_name")
    if isinstance(name, str):
        made.note(alteration(made, table, name, "new_column_name", "type_"))
    else:
        made.unclear("the altered column is not known", table)


_OF_A_COLUMN = {"add_column": _add, "drop_column": _drop, "alter_column": _alter}


def alteration(made: ScriptCall, table: str, column: str, name: str, kind: str) -> AlterColumn:
    """Return what the arguments of a call change about a column.

    `name` and `kind` are what those arguments are called.
    """
    nullable, new, default = (
        made.named.get("nullable"),
        made.named.get(name),
        made.named.get("server_default", UNKNOWN),
    )
    sort = made.named.get(kind)
    sort = type_of(sort.name) if isinstance(sort, External) and is_type(sort.name) else sort
    return AlterColumn(
        table,
        column,
        made.span,
        name=new if isinstance(new, str) and new != column else None,
        nullable=nullable if isinstance(nullable, bool) else None,
        server_default=None
        if default is UNKNOWN and "server_default" not in made.named
        else default not in (None, False),
        type=sort if isinstance(sort, ColumnType) else ColumnType() if sort is not None else None,
    )


def _create_table(made: ScriptCall) -> object:
    name = made.argument(0, "table_name")
    if not isinstance(name, str):
        made.unclear("the created table is not known")
        return UNKNOWN
    columns, uniques, more = parts(made.arguments[1:])
    made.note(CreateTable(DatabaseTable(name, made.span, columns, uniques, more), made.span))
    return TableRef(name, columns, uniques, more)


def _constrain(made: ScriptCall, name: str, batch: Batch | None) -> None:
    """Note what an operation on a constraint or an index means for values that may occur once only."""
    own = made.argument(0, "constraint_name", "index_name", "name")
    table = batch.table if batch is not None else made.argument(1, "table_name", "source")
    listed = made.argument(1 if batch is not None else 2, "columns", "local_cols")
    if name == "create_index" and made.named.get("unique") is not True:
        return
    if name == "drop_constraint" and made.argument(1 if batch is not None else 2, "type_") not in (
        "unique",
        UNKNOWN,
        None,
    ):
        return
    named = own if isinstance(own, str) else ""
    if not isinstance(table, str):
        if not name.startswith("drop"):
            made.unclear(f"the table of {name} is not known")
    elif name.startswith("drop"):
        made.note(DropUnique(table, named, (), made.span))
    elif isinstance(listed, list | tuple) and all(isinstance(each, str) for each in listed):
        made.note(AddUnique(table, Unique(tuple(map(str, listed)), made.span, named), made.span))
    else:
        made.unclear("the columns of a unique constraint are not known", table)


def of_table(made: ScriptCall, table: TableRef, name: str, column: object = None) -> object:
    """Call a method of a table."""
    given = made.argument(0, "name") if column is None else column
    if name == "create":
        made.note(
            CreateTable(
                DatabaseTable(table.name, made.span, table.columns, table.uniques, table.open), made.span
            )
        )
    elif name == "drop":
        made.note(DropTable(table.name, made.span))
    elif name == "rename":
        if isinstance(given, str):
            made.note(RenameTable(table.name, given, made.span))
        else:
            made.unclear("the new name of the table is not known", table.name)
    elif name in ("create_column", "drop_column"):
        _of_table(made, table.name, name, given)
    elif name in ("tometadata", "to_metadata"):
        return table
    return ROWS


def _of_table(made: ScriptCall, table: str, name: str, column: object) -> None:
    """Note that a column of a table comes or goes."""
    known = column.name if isinstance(column, Column | ColumnRef) else column
    if name == "create_column" and isinstance(column, Column) and column.name:
        add_column(made, table, column)
    elif name == "drop_column" and isinstance(known, str):
        made.note(DropColumn(table, known, made.span))
    else:
        made.unclear(f"the column of {name} is not known", table)


def of_column(made: ScriptCall, column: ColumnRef, name: str) -> object:
    """Call a method of a column of a table."""
    if name == "drop":
        made.note(DropColumn(column.table.name, column.name, made.span))
    elif name == "alter":
        made.note(alteration(made, column.table.name, column.name, "name", "type"))
    elif name in ("copy", "_copy"):
        known = next((each for each in column.table.columns if each.name == column.name), None)
        return known if known is not None else UNKNOWN
    elif name not in ("create",):
        return ROWS
    return UNKNOWN


def of_constraint(made: ScriptCall, constraint: Constraint, name: str) -> object:
    """Call a method of a constraint or an index."""
    if not constraint.unique or name not in ("create", "drop"):
        return UNKNOWN
    if not constraint.table:
        if name == "create":
            made.unclear("the table of a constraint is not known")
    elif name == "create":
        made.note(
            AddUnique(constraint.table, Unique(constraint.columns, made.span, constraint.name), made.span)
        )
    else:
        made.note(DropUnique(constraint.table, constraint.name, constraint.columns, made.span))
    return UNKNOWN


def execute(made: ScriptCall, sql: object) -> None:
    """Note what a statement in SQL does.

    Of one that is put together while it runs, what its template says.
    """
    sql = sql.sql if isinstance(sql, Text) else sql
    node = made.node.args[0] if made.node.args else None
    if sql is UNKNOWN and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        template = made.run.evaluate(made.frame, node.left)
        if isinstance(template, str) and not changes(template):
            return
    if isinstance(sql, str):
        made.run.steps.extend(statements(sql, made.span))
    elif sql is UNKNOWN and isinstance(node, ast.Name | ast.BinOp | ast.JoinedStr):
        made.unclear("SQL that is built at run time")
