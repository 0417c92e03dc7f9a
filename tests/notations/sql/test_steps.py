"""What a script does to a schema, in whatever way it says so."""

from __future__ import annotations

import textwrap

import pytest

from compatlint.notations.sql.schema import (
    AddColumn,
    AddUnique,
    AlterColumn,
    ColumnType,
    CreateTable,
    DropColumn,
    DropTable,
    DropUnique,
    RenameTable,
    Step,
    UnclearStep,
)
from tests.notations.sql.box import NUMBERS, done, script


def brief(steps: tuple[Step, ...]) -> list[str]:
    """Return steps as short texts."""
    found = []
    for each in steps:
        if isinstance(each, AddColumn):
            found.append(f"+{each.table}.{each.column.name}")
        elif isinstance(each, DropColumn):
            found.append(f"-{each.table}.{each.column}")
        elif isinstance(each, AlterColumn):
            found.append(f"~{each.table}.{each.column}" + (f"={each.name}" if each.name else ""))
        elif isinstance(each, CreateTable):
            found.append(f"+{each.table.name}({','.join(column.name for column in each.table.columns)})")
        elif isinstance(each, DropTable):
            found.append(f"-{each.table}")
        elif isinstance(each, RenameTable):
            found.append(f"{each.table}={each.name}")
        elif isinstance(each, AddUnique):
            found.append(f"+{each.table}!{','.join(each.unique.columns)}")
        elif isinstance(each, DropUnique):
            found.append(f"-{each.table}!{each.name or ','.join(each.columns)}")
        elif isinstance(each, UnclearStep):
            found.append(f"?{each.table}")
    return found


def alembic(*lines: str, head: str = "", **more: str) -> list[str]:
    return brief(done(script(*lines, head=head), **more))


def numbered(body: str, head: str = "") -> list[str]:
    top = "from migrate.changeset.constraint import UniqueConstraint\nfrom sqlalchemy import *\n"
    text = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
    return brief(
        done(
            f"{top}{textwrap.dedent(head)}\n\ndef upgrade(migrate_engine):\n{text}\n",
            path=f"{NUMBERS}012_x.py",
        )
    )


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("op.add_column('t', sa.Column('c', sa.Integer()))", ["+t.c"]),
        ("op.add_column(table_name='t', column=sa.Column('c', sa.Integer))", ["+t.c"]),
        ("op.add_column('t', sa.Column('c', sa.Integer(), unique=True))", ["+t.c", "+t!c"]),
        ("op.drop_column('t', 'c')", ["-t.c"]),
        ("op.drop_column(column_name='c', table_name='t')", ["-t.c"]),
        ("op.alter_column('t', 'c', nullable=False)", ["~t.c"]),
        ("op.alter_column('t', 'c', new_column_name='d')", ["~t.c=d"]),
        ("op.drop_table('t')", ["-t"]),
        ("op.rename_table('t', 'u')", ["t=u"]),
        ("op.create_table('t', sa.Column('a', sa.Integer()), sa.Column('b', sa.Text()))", ["+t(a,b)"]),
        ("op.create_unique_constraint('u', 't', ['a', 'b'])", ["+t!a,b"]),
        ("op.create_unique_constraint(constraint_name='u', table_name='t', columns=('a',))", ["+t!a"]),
        ("op.create_index('i', 't', ['a'], unique=True)", ["+t!a"]),
        ("op.create_index('i', 't', ['a'])", []),
        ("op.drop_constraint('u', 't', type_='unique')", ["-t!u"]),
        ("op.drop_constraint('u', 't')", ["-t!u"]),
        ("op.drop_constraint('f', 't', type_='foreignkey')", []),
        ("op.drop_index('i', 't')", ["-t!i"]),
        ("op.create_foreign_key('f', 't', 'u', ['a'], ['b'])", []),
        ("op.bulk_insert(t, [{'a': 1}])", []),
    ],
)
def test_an_operation_of_alembic(line: str, steps: list[str]) -> None:
    assert alembic(line) == steps


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("t.create_column(Column('c', Integer))", ["+t.c"]),
        ("Column('c', Integer).create(t)", ["+t.c"]),
        ("c = Column('c', Integer, default=False)\nt.create_column(c.copy())", ["+t.c"]),
        ("t.drop_column('c')", ["-t.c"]),
        ("t.drop_column(t.c.c)", ["-t.c"]),
        ("t.c.c.drop()", ["-t.c"]),
        ("t.columns['c'].drop()", ["-t.c"]),
        ("getattr(t.c, 'c').drop()", ["-t.c"]),
        ("column = t.c.c\ncolumn.drop()", ["-t.c"]),
        ("t.c.c.alter(nullable=False)", ["~t.c"]),
        ("t.c.c.alter(name='d')", ["~t.c=d"]),
        ("t.drop()", ["-t"]),
        ("t.rename('u')", ["t=u"]),
        ("Table('u', meta, Column('a', Integer)).create(checkfirst=True)", ["+u(a)"]),
        ("UniqueConstraint('a', 'b', table=t, name='u').create()", ["+t!a,b"]),
        ("UniqueConstraint('a', table=t, name='u').drop()", ["-t!u"]),
        ("Index('i', t.c.a, unique=True).create(migrate_engine)", ["+t!a"]),
        ("Index('i', t.c.a).create(migrate_engine)", []),
        ("for key in t.foreign_keys:\n    key.constraint.drop()", []),
        ("t.insert().values(a=1).execute()", []),
        ("meta.tables['u'].c.a.drop()", ["-u.a"]),
    ],
)
def test_what_sqlalchemy_migrate_does(line: str, steps: list[str]) -> None:
    top = "meta = MetaData(bind=migrate_engine)\nt = Table('t', meta, autoload=True)\n"
    assert numbered(top + line) == steps


def test_names_come_from_loops_prefixes_and_constants() -> None:
    head = "NAMES = ['a', 'b']\nTABLE = 'parcels'\n"
    lines = (
        "for prefix in ('', 'shadow_'):",
        "    for name in NAMES:",
        "        with op.batch_alter_table(prefix + TABLE) as batch_op:",
        "            batch_op.add_column(sa.Column('%s_id' % name, sa.Integer()))",
    )
    assert alembic(*lines, head=head) == [
        "+parcels.a_id",
        "+parcels.b_id",
        "+shadow_parcels.a_id",
        "+shadow_parcels.b_id",
    ]


@pytest.mark.parametrize(
    "name", ["'t_%s' % n", "'t_' + n", "f't_{n}'", "'t_{}'.format(n)", "'_'.join(['t', n])"]
)
def test_a_name_may_be_put_together(name: str) -> None:
    assert alembic("n = 'x'", f"op.drop_table({name})") == ["-t_x"]


def test_helpers_are_followed_within_a_script_and_out_of_it() -> None:
    head = """
    from shop.db import tools

    def remove(table, column='c', *, also=()):
        op.drop_column(table, column)
        for each in also:
            tools.drop_if_there(table, each)
    """
    tools = """
    from alembic import op

    def drop_if_there(table, name):
        if name in look(table):
            op.drop_column(table, name)
    """
    assert alembic("remove('t', also=['d'])", head=head, shop__db__tools=tools) == ["-t.c", "-t.d"]


def test_a_list_that_is_filled_from_the_database_keeps_what_is_known() -> None:
    head = """
    def found():
        rows = []
        for table in ('a', 'b'):
            for column in sa.inspect(op.get_bind()).get_columns(table):
                if column['name'] == 'old':
                    rows.append((table, column))
        return rows
    """
    rename = "    op.alter_column(table, 'old', new_column_name='new', nullable=column['nullable'])"
    lines = ("for table, column in found():", rename)
    assert alembic(*lines, head=head) == ["~a.old=new", "~b.old=new"]


@pytest.mark.parametrize(
    ("test", "steps"),
    [
        ("bind.dialect.name == 'sqlite'", ["-u"]),
        ("op.get_bind().engine.name != 'sqlite'", ["-t"]),
        ("bind.dialect.name in ('mysql', 'postgresql')", ["-t"]),
        ("bind.name.startswith('postgresql')", ["-u"]),
        ("inspector.has_table('t')", ["-t", "-u"]),
        ("not True", ["-u"]),
        ("None is None and 'a' in ['a']", ["-t"]),
    ],
)
def test_of_the_dialects_it_is_mysql_and_what_only_a_database_knows_may_be_either(
    test: str, steps: list[str]
) -> None:
    assert (
        alembic(
            "bind = op.get_bind()", f"if {test}:", "    op.drop_table('t')", "else:", "    op.drop_table('u')"
        )
        == steps
    )


def test_a_text_that_is_one_or_the_other_is_neither() -> None:
    assert alembic(
        "null = 'NULL' if look() else 'NOT NULL'", "op.execute('ALTER TABLE t MODIFY c INT ' + null)"
    ) == ["?"]
    assert alembic("name = 't'", "if look():", "    name = 'u'", "op.drop_table(name)") == ["?"]


def test_a_return_under_a_condition_that_is_not_known_ends_nothing() -> None:
    assert alembic(
        "if not sa.inspect(op.get_bind()).has_table('t'):", "    return", "op.drop_table('t')"
    ) == ["-t"]


def test_a_return_on_another_dialect_is_none_of_ours() -> None:
    assert alembic("if op.get_bind().dialect.name != 'mysql':", "    return", "op.drop_table('t')") == ["-t"]


def test_what_is_tried_is_done_and_what_is_caught_is_not() -> None:
    lines = (
        "try:",
        "    op.drop_table('t')",
        "except Error:",
        "    op.drop_table('u')",
        "finally:",
        "    op.drop_table('v')",
    )
    assert alembic(*lines) == ["-t", "-v"]


@pytest.mark.parametrize(
    ("line", "table"),
    [
        ("op.drop_table(look())", ""),
        ("op.drop_column('t', look())", "t"),
        ("op.add_column('t', look())", "t"),
        ("for name in look():\n        op.drop_table(name)", ""),
        ("op.execute('ALTER TABLE ' + look())", ""),
    ],
)
def test_what_cannot_be_told_is_unclear(line: str, table: str) -> None:
    assert alembic(line) == [f"?{table}"]


def test_types_nullability_and_defaults_are_read() -> None:
    head = "def Medium():\n    return sa.Text().with_variant(sa.dialects.mysql.MEDIUMTEXT(), 'mysql')\n"
    lines = (
        "op.add_column('t', sa.Column('a', sa.String(length=36), nullable=False, server_default='x'))",
        "op.add_column('t', sa.Column('b', Medium(), default=1))",
        "op.add_column('t', sa.Column('c', sa.Enum('x', 'y', name='e'), primary_key=True))",
        "op.add_column('t', sa.Column('d', sa.BigInteger))",
    )
    a, b, c, d = (step.column for step in done(script(*lines, head=head)) if isinstance(step, AddColumn))
    assert (a.type, a.nullable, a.server_default, a.default) == (ColumnType("text", 36), False, True, False)
    assert (b.type, b.nullable, b.server_default, b.default) == (
        ColumnType("text", 16777215),
        True,
        False,
        True,
    )
    assert (c.type.values, c.nullable, c.primary) == (frozenset("xy"), False, True)
    assert d.type == ColumnType("integer", bits=64)


def test_a_key_that_is_named_apart_is_a_key() -> None:
    line = "op.create_table('t', sa.Column('a', sa.Integer()), sa.Column('b', sa.Integer()), sa.PrimaryKeyConstraint('a'))"
    (step,) = done(script(line))
    assert isinstance(step, CreateTable)
    assert [(each.primary, each.nullable) for each in step.table.columns] == [(True, False), (False, True)]
    assert [each.columns for each in step.table.uniques] == [("a",)]


HOSTILE = [
    "while True:\n        op.drop_table('t')",
    "for i in range(10 ** 9):\n        x = i",
    "x = 'a' * 10 ** 9",
    "x = [0] * 10 ** 9",
    "x = 9 ** 9 ** 9",
    "x = '%1000000000d' % 1",
    "x = '{:>1000000000}'.format(1)",
    "again()",
    "x = []\n    x.append(x)\n    op.drop_table(x)",
    "x = {}\n    x['x'] = x\n    op.drop_table(x)",
    "op.drop_table()",
    "op.add_column()",
    "op.alter_column('t')",
    "op.create_table()",
    "sa.Table()",
    "sa.Column(*look(), **look())",
    "getattr(op, look())()",
    "{}[0]; [][0]; ()[5]",
    "with op.batch_alter_table(look()) as b:\n        b.drop_column('c')",
    "op.execute(sa.text(None))",
    "x = lambda: op\n    x().drop_table('t')",
    "y = [a for a in look() for b in a]",
    "sa.inspect",
    "'%s %s' % 'a'",
    "'%(a)s' % {}",
    "x = " + "-" * 50 + "1",
    "x = " + "(" * 40 + "1" + ")" * 40,
    "x = " + " + ".join(["1"] * 300),
]


@pytest.mark.parametrize("line", HOSTILE)
def test_nothing_that_a_script_holds_makes_us_stumble(line: str) -> None:
    head = "def again():\n    again()\n    again()\n"
    done(script(line, head=head))


def test_a_script_that_takes_too_long_is_unclear() -> None:
    lines = [f"{'    ' * depth}for i{depth} in range(300):" for depth in range(5)]
    assert "?" in alembic(*lines, "    " * 5 + "op.get_bind()")[-1]
