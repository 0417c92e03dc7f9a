"""Migrations of data that two releases have or lack, and what the newer one demands."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.openstack import data_migrations
from compatlint.wire.ir.records import Lowered
from tests.projects import project

Told = tuple[str, str, str, tuple[str, ...]]

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, String
    class Parcel(Base):
        __tablename__ = "parcels"
        id = Column(Integer)
        label = Column(String(9))
    class Carrier(Base):
        __tablename__ = "carriers"
        id = Column(Integer)
"""
API = """
    from shop.db import models
    IMPL = load()
    def fill_labels(context, count):
        return IMPL.fill_labels(context, count)
    def fill_carriers(context, count):
        rows = _carriers(context)
        return len(rows), 0
    def _carriers(context):
        return context.session.query(models.Carrier).all()
"""
IMPL = """
    from shop.db import models
    def fill_labels(context, count):
        return context.session.query(models.Parcel).count(), 0
"""
BLOCKER = """
    from sqlalchemy import MetaData, Table, func, select
    def upgrade(engine):
        table = Table("{table}", MetaData(engine), autoload=True)
        count = select([func.count()]).select_from(table).scalar()
        if count > 0:
            raise ValueError("{message}")
"""
UNMIGRATED = "There are still unmigrated records"


def manage(*names: str) -> dict[str, str]:
    listed = "".join(f"{name}, " for name in names)
    text = f"from shop.db import api as db\nclass Commands:\n    online_migrations = ({listed})\n"
    return {
        "shop/cmd/manage.py": text,
        "shop/db/models.py": MODELS,
        "shop/db/api.py": API,
        "shop/db/sqlalchemy/api.py": IMPL,
    }


def blocker(
    table: str = "parcels", message: str = UNMIGRATED, name: str = "012_enforce_labels"
) -> dict[str, str]:
    return {f"shop/db/versions/{name}.py": textwrap.dedent(BLOCKER).format(table=table, message=message)}


def lower(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    before, after = project(old, "old"), project(new, "new")
    changed = [
        path for path in {*old, *new} if old.get(path) != new.get(path) and data_migrations.wants(path)
    ]
    marked = [
        path
        for path in changed
        if any(
            data_migrations.NOTATION.marks.pattern.search(textwrap.dedent(side.get(path, "")).encode())
            for side in (old, new)
        )
    ]
    return data_migrations.lower(before, after, marked)


def told(old: Mapping[str, str], new: Mapping[str, str]) -> set[Told]:
    found = causes_of(lower(old, new).meetings)
    return {(str(each.change), each.codec, each.item, tuple(map(str, each.breaks))) for each in found}


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    return {f"{change} {codec} {item}" for change, codec, item, _ in told(old, new)}


REMOVED = {("key-removed", "online_migrations", "fill_labels", ("upgrade", "skip"))}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "class C:\n    online_migrations = (db.fill_labels,)",
            "class C:\n    online_migrations = tuple(\n    )",
        ),
        (
            "class C:\n    online_migrations: tuple[Callable, ...] = (db.fill_labels,)",
            "class C:\n    online_migrations = ()",
        ),
        ("ONLINE_MIGRATIONS = ((db, 'fill_labels'), (db, 'last'))", "ONLINE_MIGRATIONS = ((db, 'last'),)"),
        ("ONLINE_MIGRATIONS = [db.fill_labels] + [db.last]", "ONLINE_MIGRATIONS = [db.last]"),
        ("online_data_migrations = (db.fill_labels,)", "pass"),
    ],
)
def test_lists_are_read_however_they_are_written(old: str, new: str) -> None:
    head = "from shop.db import api as db\n"
    assert told({"shop/cmd/manage.py": head + old}, {"shop/cmd/manage.py": head + new}) == REMOVED


def test_a_list_may_move_and_its_functions_may_be_imported_otherwise() -> None:
    old = {"shop/cmd/dbsync.py": "from shop.db import api as db\nONLINE_MIGRATIONS = (db.fill_labels,)\n"}
    new = {"shop/command/dbsync.py": "from shop import main\nONLINE_MIGRATIONS = (main.db.fill_labels,)\n"}
    assert told(old, new) == set()


def test_a_list_that_is_computed_is_said_and_nothing_is_taken_for_removed() -> None:
    result = lower(
        manage("db.fill_labels"), {**manage(), "shop/cmd/manage.py": "ONLINE_MIGRATIONS = load_all(1)\n"}
    )
    assert [each.codec for each in result.missing] == ["ONLINE_MIGRATIONS"]
    assert result.meetings == ()


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("stable/alpha", "stable/alpha", "removed-early"),
        ("stable/alpha", "stable/beta", "key-removed"),
        ("unmaintained/alpha", "unmaintained/alpha", "removed-early"),
        ("master", "master", "key-removed"),
    ],
)
def test_a_stable_branch_keeps_its_migrations(before: str, after: str, change: str) -> None:
    old = {**manage("db.fill_labels"), ".gitreview": f"[gerrit]\ndefaultbranch={before}\n"}
    new = {**manage(), ".gitreview": f"[gerrit]\ndefaultbranch={after}\n"}
    assert told(old, new) == {(change, "online_migrations", "fill_labels", ("upgrade", "skip"))}


def test_a_demand_that_the_older_release_can_meet_breaks_nothing() -> None:
    both = manage("db.fill_labels", "db.fill_carriers")
    assert told(both, {**both, **blocker("parcels")}) == set()
    assert told(both, {**both, **blocker("carriers")}) == set()


def test_a_demand_that_it_cannot_meet_blocks_who_jumps() -> None:
    old, new = manage("db.fill_carriers"), {**manage("db.fill_carriers", "db.fill_labels"), **blocker()}
    assert told(old, new) == {("blocked", "012_enforce_labels", "parcels", ("skip",))}
    assert changes({"shop/other.py": "pass"}, {**manage(), **blocker()}) == {
        "blocked 012_enforce_labels parcels"
    }


def test_what_cannot_be_followed_might_be_the_work_that_is_demanded() -> None:
    old = manage("db.from_elsewhere")
    assert changes(old, {**old, **blocker()}) == set()
    new = {**manage("db.from_elsewhere", "db.fill_labels"), **blocker()}
    assert changes(old, new) == {
        "blocked 012_enforce_labels parcels"
    }  # the newer release shows what the work is


@pytest.mark.parametrize(
    "new",
    [
        blocker(message="Two parcels have the same label"),
        {
            "shop/db/versions/012_add.py": textwrap.dedent(BLOCKER).format(
                table="parcels", message=UNMIGRATED
            )
            + "    op.add_column(1)\n"
        },
        {
            "shop/db/versions/012_warn.py": "def upgrade(engine):\n    Table('parcels')\n    log('unmigrated')\n"
        },
        {path.replace("versions", "other"): text for path, text in blocker().items()},
    ],
)
def test_other_migrations_demand_no_work(new: dict[str, str]) -> None:
    old = manage("db.fill_carriers")
    assert changes(old, {**old, **new}) == set()


def test_a_demand_is_new_only_once() -> None:
    old = {**manage(), **blocker()}
    moved = {
        path.replace("shop/db/", "shop/main/db/"): text
        for path, text in blocker(message=UNMIGRATED + "!").items()
    }
    assert changes(old, {**manage(), **moved}) == set()
    assert changes(old, {**manage(), **blocker(message=UNMIGRATED + "!")}) == set()


def test_a_command_that_a_message_names_is_the_work() -> None:
    command = {"shop/cmd/setup.py": "class Setup:\n    def simple_depot_setup(self):\n        pass\n"}
    demand = blocker("depots", "Please run shop-manage simple_depot_setup before going on.")
    assert changes({**manage(), **command}, {**manage(), **command, **demand}) == set()
    assert changes(manage(), {**manage(), **command, **demand}) == {
        "blocked 012_enforce_labels simple_depot_setup"
    }


STATUS = """
    from oslo_upgradecheck import upgradecheck
    class Checks(upgradecheck.UpgradeCommands):
        def _check_labels(self):
            if find({what}):
                return upgradecheck.Result(upgradecheck.Code.{code}, "unset")
        def _check_other(self):
            return upgradecheck.Result(upgradecheck.Code.FAILURE, "other")
        _upgrade_checks = ({pair}("Other", _check_other),)
"""


def status(what: str = "", code: str = "FAILURE", *, listed: bool = True) -> dict[str, str]:
    pair = "(_('Parcel labels'), _check_labels), " if listed else ""
    return {"shop/cmd/status.py": textwrap.dedent(STATUS).format(what=what, code=code, pair=pair)}


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (status("{'carrier_id': None}"), {"blocked upgrade check Parcel labels carrier_id"}),
        (status("models.Parcel.carrier_id"), {"blocked upgrade check Parcel labels carrier_id"}),
        (status("{'label': None}"), set()),
        (status("{'carrier_id': None}", "WARNING"), set()),
        (status("{'carrier_id': None}", listed=False), set()),
    ],
)
def test_a_check_for_what_only_the_newer_release_can_fill(check: dict[str, str], expected: set[str]) -> None:
    models = {"shop/db/models.py": MODELS + "        carrier_id = Column(Integer)\n"}
    old = {**manage(), **status(listed=False)}
    assert changes(old, {**manage(), **models, **check}) == expected
    assert changes({**old, **check}, {**manage(), **models, **check}) == set()


NEW = "from shop.db import models\ndef new_migration(context, count):\n    rows = find(context)\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            "    for row in rows:\n        main_create(row)\n        row.destroy()\n",
            {"moved new_migration rows"},
        ),
        ("    for row in rows:\n        row.destroy()\n        main_create(row)\n", set()),  # made anew
        ("    for row in rows:\n        row.delete()\n", set()),
        ("    for row in rows:\n        row.label = 'P_' + row.label\n", {"retyped new_migration label"}),
        ("    for row in rows:\n        row.label = 'none'\n", set()),
        (
            "    rows.update({'label': func.concat('P_', models.Parcel.label)})\n",
            {"retyped new_migration label"},
        ),
        ("    rows.update({models.Parcel.label: 'none'})\n", set()),
        (
            "    execute('UPDATE parcels SET label = REPLACE(label, 1, 2) WHERE 1')\n",
            {"retyped new_migration parcels.label"},
        ),
        ("    execute('UPDATE parcels SET label = 1 WHERE label IS NULL')\n", set()),
        (
            "    for row in rows:\n        add(models.Tag(parcel=row.id))\n",
            {"record-added new_migration tags"},
        ),
        ("    for row in rows:\n        add(models.Loose(parcel=row.id))\n", set()),
        ("    for row in rows:\n        add(models.Kept(parcel=row.id))\n", set()),
        ("    for row in rows:\n        add(models.Carrier(parcel=row.id))\n", set()),
        ("    def inner():\n        new_migration(context, count)\n    return inner()\n", set()),
    ],
)
def test_what_a_new_migration_does_to_the_older_release(body: str, expected: set[str]) -> None:
    models = """
    class Tag(Base):
        __tablename__ = "tags"
        parcel_id = Column(Integer, ForeignKey("parcels.id"))
    class Loose(Base):
        __tablename__ = "loose"
        parcel_id = Column(Integer, ForeignKey("parcels.id", ondelete="CASCADE"))
    class Kept(Base, SoftDeleteMixin):
        __tablename__ = "kept"
        parcel_id = Column(Integer, ForeignKey("parcels.id"))
"""
    old = manage("db.fill_labels")
    new = {
        **manage("db.fill_labels", "db.new_migration"),
        "shop/db/models.py": MODELS + models,
        "shop/db/sqlalchemy/new.py": NEW + body,
    }
    assert changes(old, new) == expected


def test_a_module_may_be_a_migration() -> None:
    folder = "shop/db/data_migrations"
    new = {
        f"{folder}/__init__.py": "def migrate(engine):\n    execute('UPDATE a SET b = f(b)')\n",
        f"{folder}/beta_migrate01_empty.py": "def migrate(engine):\n    return 0\n",
        f"{folder}/beta_migrate02_names.py": "def migrate(engine):\n    execute('UPDATE parcels SET label = UPPER(label)')\n",
    }
    assert changes({}, new) == {"retyped beta_migrate02_names parcels.label"}
    assert changes(new, {}) == {"key-removed online_migrations beta_migrate02_names"}


@pytest.mark.parametrize(
    "text",
    [
        "online_migrations = online_migrations\n",
        "online_migrations = (1, None, 'x', (1, 2), (a, 'b', c), *rest, lambda: 1, f())\n",
        "class C:\n    online_migrations = (x, x, x.y.z)\n    x = x\n",
        "online_migrations = " + "(" * 150 + ")" * 150 + "\n",
        "_upgrade_checks = ((), (1,), (1, 2), ('a', 'b'), 3)\n",
        "def upgrade(\n",
    ],
)
def test_hostile_files_break_nothing(text: str) -> None:
    for path in ("shop/cmd/manage.py", "shop/db/versions/001_x.py", "shop/db/data_migrations/a_migrate.py"):
        for old, new in (
            ({}, {path: text}),
            ({path: text}, manage("db.fill_labels")),
            (manage("db.fill_labels"), {path: text}),
        ):
            assert isinstance(lower(old, new), Lowered)
