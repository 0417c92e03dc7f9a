"""New columns by which the newer release selects rows that were there before."""

from __future__ import annotations

import pytest

from tests.notations.sql.box import FIRST, MODELS, NUMBERS, VERSIONS, clashes, lower, model, script

HIDDEN = "hidden = Column(Boolean, default=False)"
ASKS = "def shown(query):\n    return query.filter_by(hidden=false())\n"
FOUND = {("rejected", "parcels", "hidden", "key-added", ("upgrade", "skip"))}


def added(
    column: str, query: str, path: str = "shop/db/api.py", table: str = "parcels", *more: str
) -> set[tuple[object, ...]]:
    lines = (f"op.add_column('{table}', sa.Column('hidden', sa.Boolean(), {column}))", *more)
    old = {MODELS: model(), **FIRST}
    return set(
        clashes(lower(old, {MODELS: model(HIDDEN), **FIRST, f"{VERSIONS}b2.py": script(*lines), path: query}))
    )


@pytest.mark.parametrize(
    "query",
    [
        ASKS,
        "def shown(query):\n    return query.filter_by(a=1, hidden=False)\n",
        "def shown(query):\n    return query.filter(models.Parcel.hidden == sql.false())\n",
    ],
)
def test_a_query_for_a_value_does_not_see_rows_without_one(query: str) -> None:
    assert added("default=False", query) == FOUND


@pytest.mark.parametrize(
    ("column", "query"),
    [
        ("server_default='0'", ASKS),
        ("default=False, server_default='0'", ASKS),
        ("nullable=True", ASKS),  # whoever gives no default means null
        ("default=False", "def shown(query):\n    return query\n"),
        (
            "default=False",
            ASKS + "    return query.filter(or_(Parcel.hidden == false(), Parcel.hidden == null()))\n",
        ),
        ("default=False", ASKS + "    return query.filter(Parcel.hidden.is_(None))\n"),
        ("default=False", "def move(context, max_count):\n    return query.filter_by(hidden=false())\n"),
        ("default=False", "def shown(query):\n    return query.filter_by(hidden=value)\n"),
    ],
)
def test_other_columns_and_queries_are_fine(column: str, query: str) -> None:
    assert added(column, query) == set()


@pytest.mark.parametrize("path", ["shop/tests/test_api.py", "shop/cmd/manage.py"])
def test_tests_and_commands_do_not_serve(path: str) -> None:
    assert added("default=False", ASKS, path) == set()


def test_a_table_that_nobody_maps_is_not_asked() -> None:
    assert added("default=False", ASKS, "shop/db/api.py", "shadow_parcels") == set()


def test_rows_that_the_script_itself_gives_a_value_are_fine() -> None:
    more = "op.alter_column('parcels', 'hidden', nullable=False, server_default='0')"
    assert added("default=False", ASKS, "shop/db/api.py", "parcels", more) == set()


@pytest.mark.parametrize(("kept", "found"), [("deleted = Column(Integer)", FOUND), ("", set())])
def test_sqlalchemy_migrate_fills_rows_unless_deleted_ones_pile_up(
    kept: str, found: set[tuple[object, ...]]
) -> None:
    add = "Table('parcels', MetaData(bind=engine)).create_column(Column('hidden', Boolean, default=False))"
    text = f"from sqlalchemy import *\n\ndef upgrade(engine):\n    {add}\n"
    columns = [each for each in (kept,) if each]
    old = {MODELS: model(*columns), f"{NUMBERS}001_first.py": "def upgrade(engine):\n    pass\n"}
    new = {**old, MODELS: model(*columns, HIDDEN), f"{NUMBERS}002_hidden.py": text, "shop/db/api.py": ASKS}
    assert set(clashes(lower(old, new))) == found
