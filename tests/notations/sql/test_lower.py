"""The older release's models against the schema that new migrations leave."""

from __future__ import annotations

import pytest

from compatlint.notations import sql
from tests.notations.sql.box import (
    FIRST,
    MODELS,
    NUMBERS,
    VERSIONS,
    clashes,
    lower,
    model,
    release,
    script,
    told,
    upgrade,
)

LATE = ("downgrade", "mixed", "skip")
WEIGHT = "weight = Column(Integer)"


def test_a_dropped_column_is_absent_for_models_that_map_it() -> None:
    found = clashes(upgrade(model(WEIGHT), model(), "op.drop_column('parcels', 'weight')"))
    assert found == {("absent", "parcels", "weight", "key-removed", LATE)}


def test_a_renamed_column_is_absent_under_its_old_name_alone() -> None:
    renaming = "op.alter_column('parcels', 'weight', new_column_name='mass')"
    lowered = upgrade(model("weight = Column(Integer, nullable=False)"), model(), renaming)
    assert clashes(lowered) == {("absent", "parcels", "weight", "key-renamed", LATE)}


def test_a_table_that_goes_takes_no_rows() -> None:
    assert clashes(upgrade(model(), model(), "op.drop_table('parcels')")) == {
        ("refused", "parcels", "", "record-removed", LATE)
    }
    found = clashes(upgrade(model(), model(), "op.rename_table('parcels', 'packets')"))
    assert found == {("refused", "parcels", "", "key-renamed", LATE)}


def test_a_contraction_waits_for_the_last_old_process() -> None:
    found = clashes(
        upgrade(
            model(WEIGHT),
            model(),
            "op.drop_column('parcels', 'weight')",
            path=f"{VERSIONS}2023.1/contract/b2.py",
        )
    )
    assert found == {("absent", "parcels", "weight", "key-removed", ("downgrade",))}


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('parcels', 'unmapped')",
        "op.drop_column('shadow_parcels', 'weight')",
        "op.drop_table('unmapped')",
        "op.add_column('parcels', sa.Column('note', sa.Text()))",
        "op.add_column('parcels', sa.Column('note', sa.Text(), nullable=False, server_default=''))",
        "op.create_table('parcels', sa.Column('id', sa.Integer()))",
        "op.create_table('notes', sa.Column('id', sa.Integer(), nullable=False))",
        "op.create_index('i', 'parcels', ['weight'])",
        "op.alter_column('parcels', 'weight', type_=sa.BigInteger())",
        "op.alter_column('parcels', 'weight', server_default='1')",
        "op.drop_column('parcels', 'weight')\n    op.add_column('parcels', sa.Column('weight', sa.Integer()))",
        "op.execute('UPDATE parcels SET weight = 1')",
    ],
)
def test_what_older_models_do_not_notice_is_fine(line: str) -> None:
    lowered = upgrade(model(WEIGHT), model(WEIGHT), line)
    assert clashes(lowered) == set()
    assert lowered.missing == ()


def test_a_table_that_is_built_anew_is_the_one_that_it_replaces() -> None:
    lines = (
        "op.create_table('new', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('weight', sa.Integer()))",
        "op.drop_table('parcels')",
        "op.rename_table('new', 'parcels')",
    )
    assert told(upgrade(model(WEIGHT), model(WEIGHT), *lines)) == set()
    assert told(upgrade(model(WEIGHT, "note = Column(Text)"), model(WEIGHT), *lines)) == {
        ("absent", "parcels", "note")
    }


def test_a_script_that_creates_what_is_there_leaves_it_alone() -> None:
    create = "op.create_table('parcels', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('weight', sa.Integer()))"
    lowered = upgrade(model(WEIGHT), model(), "op.drop_column('parcels', 'weight')", create)
    assert told(lowered) == {("absent", "parcels", "weight")}


def test_a_name_may_pass_from_one_column_to_another() -> None:
    lines = (
        "op.drop_column('parcels', 'weight')",
        "op.alter_column('parcels', 'mass', new_column_name='weight')",
    )
    lowered = upgrade(model(WEIGHT, "mass = Column(Integer)"), model(WEIGHT), *lines)
    assert told(lowered) == {("absent", "parcels", "mass")}


def test_a_column_that_is_built_anew_may_take_less() -> None:
    lines = (
        "op.drop_column('parcels', 'weight')",
        "op.add_column('parcels', sa.Column('weight', sa.Integer(), nullable=False))",
    )
    assert told(upgrade(model(WEIGHT), model(WEIGHT), *lines)) == {
        ("rejected", "parcels", "weight (b2_second)")
    }


def test_a_base_is_for_empty_databases() -> None:
    base = script(
        "op.add_column('parcels', sa.Column('c', sa.Integer(), nullable=False))", revision="z", down=None
    )
    files = {MODELS: model(), **FIRST}
    assert told(lower(files, {**files, "shop/db/other/versions/z.py": base})) == set()


@pytest.mark.parametrize(
    ("column", "needed"),
    [
        ("sa.Column('c', sa.Integer(), nullable=False)", True),
        ("sa.Column('c', sa.Integer(), nullable=False, default=1)", True),
        ("sa.Column('c', sa.Integer())", False),
        ("sa.Column('c', sa.Integer(), default=1)", False),
        ("sa.Column('c', sa.Integer(), primary_key=True)", False),
        ("sa.Column('c', sa.BigInteger(), sa.Identity(), nullable=False)", False),
    ],
)
def test_a_new_column_may_need_a_value(column: str, needed: bool) -> None:
    found = told(upgrade(model(), model(), f"op.add_column('parcels', {column})"))
    assert found == ({("absent", "parcels", "c")} if needed else set())


def test_the_step_that_makes_it_needed_decides_when() -> None:
    old, new = {MODELS: model(), **FIRST}, {MODELS: model(), **FIRST}
    new[f"{VERSIONS}x/expand/b2.py"] = script("op.add_column('parcels', sa.Column('c', sa.Integer()))")
    new[f"{VERSIONS}x/contract/c3.py"] = script(
        "op.alter_column('parcels', 'c', nullable=False)", revision="c3", down="b2"
    )
    assert clashes(lower(old, new)) == {("absent", "parcels", "c", "key-added", ("downgrade",))}


@pytest.mark.parametrize(
    ("unique", "found"),
    [
        ("['owner', 'place']", {("absent", "parcels", "place")}),
        ("['id', 'place']", set()),  # what older code keeps apart by its key
        ("['owner', 'weight']", set()),  # what older code knows
        ("['place']", set()),
        ("['owner', 'free']", set()),  # null is never equal to null
        ("['owner', 'stranger']", set()),
    ],
)
def test_unique_over_a_column_that_older_code_leaves_at_its_default(
    unique: str, found: set[tuple[str, str, str]]
) -> None:
    lines = (
        "op.add_column('parcels', sa.Column('place', sa.Integer(), nullable=False, server_default='1'))",
        "op.add_column('parcels', sa.Column('free', sa.Integer()))",
        f"op.create_unique_constraint('u', 'parcels', {unique})",
    )
    owner = "owner = Column(String(36), nullable=False)"
    assert told(upgrade(model(owner, WEIGHT), model(owner, WEIGHT), *lines)) == found


@pytest.mark.parametrize(
    ("sent", "altered", "change"),
    [
        ("Integer", "nullable=False", "nullable-dropped"),
        ("Integer", "nullable=False, server_default='1'", "made-required"),
        ("Integer, default=1", "nullable=False", None),
        ("Integer, nullable=False", "nullable=False", None),
        ("Integer, primary_key=True", "nullable=False", None),
        ("String(64)", "type_=sa.String(32)", "narrowed"),
        ("String(32)", "type_=sa.String(64)", None),
        ("String(64)", "type_=sa.Text()", None),
        ("Text", "type_=sa.String(64)", "narrowed"),
        ("String", "type_=sa.String(64)", None),
        ("BigInteger", "type_=sa.Integer()", "narrowed"),
        ("Integer", "type_=sa.BigInteger()", None),
        ("Enum('a', 'b')", "type_=sa.Enum('a', 'c')", "narrowed"),
        ("Enum('a', 'b')", "type_=sa.Enum('a', 'b', 'c')", None),
        ("String(64)", "type_=sa.Enum('a', 'b')", None),
        ("String(64)", "type_=sa.Integer()", "retyped"),
        ("Boolean", "type_=sa.Integer()", None),
        ("Integer", "type_=look()", None),
    ],
)
def test_a_column_that_changes_may_take_less(sent: str, altered: str, change: str | None) -> None:
    from compatlint.check.keyed.causes import causes_of

    lowered = upgrade(model(f"c = Column({sent})"), model(), f"op.alter_column('parcels', 'c', {altered})")
    causes = [(each.outcome.value, each.item, each.change.value) for each in causes_of(lowered.meetings)]
    assert causes == ([("rejected", "c (b2_second)", change)] if change else [])


def test_an_object_that_never_holds_null_sends_none() -> None:
    objects = "from shop.objects import fields\n\nclass Parcel(Base):\n    fields = {'weight': fields.IntegerField(%s)}\n"
    old = {MODELS: model(WEIGHT), **FIRST, "shop/objects/parcel.py": objects % ""}
    new = {**old, f"{VERSIONS}b2_second.py": script("op.alter_column('parcels', 'weight', nullable=False)")}
    assert told(lower(old, new)) == set()
    loose = {**old, "shop/objects/parcel.py": objects % "nullable=True"}
    assert told(lower(loose, new)) == {("rejected", "parcels", "weight (b2_second)")}


def test_a_key_in_documents_that_is_renamed_in_place() -> None:
    line = """op.execute("UPDATE parcels SET note = REPLACE(note, '\\"old\\":', '\\"new\\":')")"""
    found = clashes(upgrade(model("note = Column(Text)"), model("note = Column(Text)"), line))
    assert found == {("absent", "parcels.note", "old", "key-renamed", LATE)}


def test_what_is_not_understood_is_named() -> None:
    (missing,) = upgrade(model(), model(), "op.drop_column('parcels', look())").missing
    assert (missing.codec, missing.span.path) == ("parcels", f"{VERSIONS}b2_second.py")


def test_only_what_is_new_is_run() -> None:
    old = {
        MODELS: model(WEIGHT),
        **FIRST,
        f"{VERSIONS}b2_second.py": script("op.drop_column('parcels', 'weight')"),
    }
    third = script("op.add_column('parcels', sa.Column('n', sa.Text()))", revision="c3", down="b2")
    new = {**old, f"{VERSIONS}c3_third.py": third}
    assert clashes(lower(old, new)) == set()


def test_a_numbered_script_is_new_if_its_number_is() -> None:
    drop = "Table('parcels', MetaData(bind=engine)).c.weight.drop()"
    body = f"from sqlalchemy import MetaData, Table\n\ndef upgrade(engine):\n    {drop}\n"
    nothing = "def upgrade(engine):\n    pass\n"
    old = {MODELS: model(WEIGHT), f"{NUMBERS}001_first.py": nothing, f"{NUMBERS}002_placeholder.py": nothing}
    assert told(lower(old, {**old, f"{NUMBERS}003_drop.py": body})) == {("absent", "parcels", "weight")}
    assert told(lower(old, {**old, f"{NUMBERS}002_drop.py": body})) == {("dropped", "002_drop", "upgrade")}


def test_models_and_scripts_of_two_databases_do_not_mix() -> None:
    api = model(WEIGHT).replace("Base = ", "ApiBase = ").replace("(Base)", "(ApiBase)")
    files = {"shop/db/main/models.py": model(), "shop/db/api/models.py": api}
    for each in ("main", "api"):
        files[f"shop/db/{each}/migrations/versions/a1.py"] = script(revision=f"{each}1", down=None)
    drop = "op.drop_column('parcels', 'weight')"
    main = {**files, "shop/db/main/migrations/versions/b2.py": script(drop, revision="main2", down="main1")}
    assert told(lower(files, main)) == set()
    other = {**files, "shop/db/api/migrations/versions/b2.py": script(drop, revision="api2", down="api1")}
    assert told(lower(files, other)) == {("absent", "parcels", "weight")}


def test_a_model_that_only_tests_lead_to_is_not_in_use() -> None:
    old = {
        "shop/db/parcel.py": model(WEIGHT),
        "shop/db/mixin.py": "from shop.db import parcel\n\nclass Mixin:\n    model = parcel.Parcel\n",
        "shop/tests/test_mixin.py": "from shop.db import mixin\n",
        **FIRST,
    }
    new = {**old, f"{VERSIONS}b2.py": script("op.drop_table('parcels')")}
    assert told(lower(old, new)) == set()
    used = {**old, "shop/api.py": "from shop.db import mixin\n"}
    assert told(lower(used, {**new, "shop/api.py": used["shop/api.py"]})) == {("refused", "parcels", "")}
    listed = {**old, "setup.cfg": "[entry_points]\nshop =\n    mixin = shop.db.mixin:Mixin\n"}
    assert told(lower(listed, {**new, "setup.cfg": listed["setup.cfg"]})) == {("refused", "parcels", "")}


def test_a_model_that_nothing_names_is_not_in_use() -> None:
    old = {
        MODELS: model(WEIGHT),
        "shop/api.py": "from shop.db import models\n\nquery(models.Other)\n",
        **FIRST,
    }
    new = {**old, f"{VERSIONS}b2.py": script("op.drop_table('parcels')")}
    assert told(lower(old, new)) == set()
    named = {"shop/api.py": "from shop.db import models\n\nquery(models.Parcel)\n"}
    assert told(lower(old | named, new | named)) == {("refused", "parcels", "")}


def test_a_release_against_itself_has_nothing_to_say() -> None:
    files = {
        MODELS: model(WEIGHT),
        **FIRST,
        f"{VERSIONS}b2_second.py": script("op.drop_column('parcels', 'weight')"),
    }
    assert lower(files, files).meetings == ()
    assert sql.alone(release(files)).codecs == 1
    assert sql.alone(release({MODELS: model()})).codecs == 0


def test_a_project_that_gets_its_first_scripts_breaks_nothing() -> None:
    assert lower({MODELS: model()}, {MODELS: model(), **FIRST}).meetings == ()
