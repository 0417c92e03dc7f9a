"""What a migration says in SQL."""

from __future__ import annotations

import pytest

from compatlint.notations.sql import raw_sql
from compatlint.notations.sql.schema import AddColumn, AlterColumn, ColumnType, RenameKey, UnclearStep
from compatlint.wire.ir.span import Span
from tests.notations.sql.test_steps import brief

HERE = Span("c", "p", 1, 1)


def read(text: str) -> list[str]:
    return brief(tuple(raw_sql.statements(text, HERE)))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 3", ["+t.c"]),
        ("ALTER TABLE t ADD c INT, DROP COLUMN d;", ["+t.c", "-t.d"]),
        ("ALTER TABLE t DROP c", ["-t.c"]),
        ("alter table `t` rename column `c` to `d`", ["~t.c=d"]),
        ("ALTER TABLE t CHANGE c d VARCHAR(3) NOT NULL", ["~t.c=d"]),
        ("ALTER TABLE t MODIFY c VARCHAR(3)", ["~t.c"]),
        ('ALTER TABLE "t" ALTER COLUMN c SET NOT NULL', ["~t.c"]),
        ("ALTER TABLE t RENAME TO u", ["t=u"]),
        ("RENAME TABLE t TO u", ["t=u"]),
        ("DROP TABLE IF EXISTS t", ["-t"]),
        ("ALTER TABLE t ADD CONSTRAINT x UNIQUE (a, b)", ["+t!a,b"]),
        ("ALTER TABLE t ADD UNIQUE KEY x (a, b)", ["+t!a,b"]),
        ("CREATE UNIQUE INDEX i ON t (a, b)", ["+t!a,b"]),
        ("ALTER TABLE t DROP INDEX x", ["-t!x"]),
        ("ALTER TABLE t DROP c; ALTER TABLE u DROP d", ["-t.c", "-u.d"]),
    ],
)
def test_a_statement_that_changes_a_schema(text: str, steps: list[str]) -> None:
    assert read(text) == steps


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t",
        "UPDATE t SET c = 1",
        "INSERT INTO t VALUES (1)",
        "SET FOREIGN_KEY_CHECKS = 0",
        "ALTER TABLE t ENGINE=InnoDB",
        "ALTER TABLE t CONVERT TO CHARACTER SET utf8",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n ALTER TABLE t DROP c; DROP TABLE t;\nEND;",
        "CREATE OR REPLACE FUNCTION x() RETURNS trigger AS $$ BEGIN DROP TABLE t; END $$",
        "DROP TRIGGER x",
        "",
        ";;;",
    ],
)
def test_a_statement_that_changes_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text", ["ALTER TABLE t FROBNICATE COLUMN c", "ALTER TABLE", "ALTER TABLE t ADD c INT " + "(" * 400]
)
def test_a_change_that_is_not_understood_is_unclear(text: str) -> None:
    assert read(text) == ["?"]


def test_too_long_a_text_is_unclear() -> None:
    (step,) = raw_sql.statements("ALTER TABLE t DROP c -- " + "x" * raw_sql.MAX_SQL, HERE)
    assert isinstance(step, UnclearStep)
    assert "over the limit" in step.reason


def test_columns_are_read_whole() -> None:
    add, modify = raw_sql.statements(
        "ALTER TABLE t ADD c VARCHAR(36) NOT NULL DEFAULT 'x', MODIFY d TEXT CHARACTER SET utf8mb4 NULL", HERE
    )
    assert isinstance(add, AddColumn)
    assert (add.column.type, add.column.nullable, add.column.server_default) == (
        ColumnType("text", 36),
        False,
        True,
    )
    assert isinstance(modify, AlterColumn)
    assert (modify.type, modify.nullable) == (ColumnType("text", 65535), True)


def test_a_key_that_is_renamed_in_documents_is_seen() -> None:
    text = """UPDATE t SET c = REPLACE(c, '"old":', '"new":') WHERE INSTR(c, '"old":') > 0"""
    (step,) = raw_sql.statements(text, HERE)
    assert step == RenameKey("t", "c", "old", "new", HERE)


@pytest.mark.parametrize(
    "text", ["UPDATE t SET c = REPLACE(c, 'a', 'b')", """UPDATE t SET c = REPLACE(d, '"a":', '"b":')"""]
)
def test_other_replacements_rename_no_key(text: str) -> None:
    assert read(text) == []
