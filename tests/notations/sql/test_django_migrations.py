"""Django: what older models meet in the tables that newer migrations leave."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from compatlint.notations import sql
from compatlint.notations.sql.django_migrations import Migrations, django_scripts, in_order
from compatlint.notations.sql.django_models import django_models
from tests.notations.sql.box import clashes, lower, release, told
from tests.notations.sql.test_steps import brief

MODELS = """
    from django.contrib.postgres.fields import JSONField
    from django.db import models

    class Timed(models.Model):
        created = models.DateTimeField(auto_now_add=True)
        class Meta:
            abstract = True

    class Sender(models.Model):
        name = models.CharField(max_length=40)
        class Meta:
            db_table = "senders"

    class Parcel(Timed):
        label = models.CharField(max_length=40, unique=True)
        note = models.TextField(blank=True, null=True)
        sender = models.ForeignKey(Sender, on_delete=models.CASCADE)
        weight = models.PositiveSmallIntegerField(db_column="grams", default=0)
        routes = models.ManyToManyField("Route")
        tags = TaggableManager()
        size = 3

    class Route(models.Model):
        pass

    class Proxied(Parcel):
        class Meta:
            proxy = True
"""


def migration(*operations: str, after: str = "0001_initial", app: str = "post") -> str:
    body = "".join(f"        {each},\n" for each in operations)
    head = "from django.db import migrations, models\n\nclass Migration(migrations.Migration):\n"
    return f"{head}    dependencies = [('{app}', '{after}')]\n    operations = [\n{body}    ]\n"


def post(*operations: str, **more: str) -> dict[str, str]:
    first = {"post/models.py": MODELS, "post/migrations/0001_initial.py": migration()}
    return first | ({"post/migrations/0002_more.py": migration(*operations)} if operations else {}) | more


def did(*operations: str) -> list[str]:
    here = release(post(*operations))
    every = django_scripts(here)
    return brief(Migrations(here, django_models(here)).steps(every["post/migrations/0002_more.py"]))


def test_models_are_tables_of_their_application() -> None:
    found = {table.name: table for each in django_models(release(post())) for table in each.tables()}
    assert set(found) == {"senders", "post_parcel", "post_parcel_routes", "post_route"}
    columns = {each.name: each for each in found["post_parcel"].columns}
    assert set(columns) == {"id", "created", "label", "note", "sender_id", "grams"}
    assert (columns["label"].type.length, columns["label"].unique, columns["note"].nullable) == (
        40,
        True,
        True,
    )
    assert columns["grams"].type.bits == 16
    assert columns["id"].primary


@pytest.mark.parametrize(
    ("operation", "steps"),
    [
        ("migrations.AddField('parcel', 'colour', models.CharField(max_length=9))", ["+post_parcel.colour"]),
        (
            "migrations.AddField(model_name='Parcel', name='owner', field=models.OneToOneField('Sender'))",
            ["+post_parcel.owner_id"],
        ),
        (
            "migrations.AddField('parcel', 'friends', models.ManyToManyField('Sender'))",
            ["+post_parcel_friends()"],
        ),
        ("migrations.RemoveField('parcel', 'weight')", ["-post_parcel.grams"]),
        ("migrations.RemoveField('parcel', 'sender')", ["-post_parcel.sender_id"]),
        ("migrations.RemoveField('parcel', 'routes')", ["-post_parcel_routes"]),
        ("migrations.RemoveField('parcel', 'tags')", []),
        ("migrations.RenameField('parcel', 'note', 'remark')", ["~post_parcel.note=remark"]),
        (
            "migrations.RenameField('parcel', old_name='sender', new_name='origin')",
            ["~post_parcel.sender_id=origin_id"],
        ),
        ("migrations.RenameField('parcel', 'routes', 'ways')", ["post_parcel_routes=post_parcel_ways"]),
        ("migrations.AlterField('parcel', 'note', models.TextField())", ["~post_parcel.note"]),
        ("migrations.DeleteModel('Sender')", ["-senders"]),
        ("migrations.RenameModel('Route', 'Way')", ["post_route=post_way"]),
        ("migrations.RenameModel('Sender', 'Origin')", []),
        ("migrations.AlterModelTable('route', 'ways')", ["post_route=ways"]),
        (
            "migrations.CreateModel('Box', [('id', models.AutoField(primary_key=True)), ('size', models.IntegerField())])",
            ["+post_box(id,size)"],
        ),
        ("migrations.CreateModel('P', fields=[], options={'proxy': True})", []),
        (
            "migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField('parcel', 'note')])",
            [],
        ),
        (
            "migrations.SeparateDatabaseAndState([migrations.RemoveField('parcel', 'note')])",
            ["-post_parcel.note"],
        ),
        ("migrations.RunSQL('ALTER TABLE senders DROP COLUMN name')", ["-senders.name"]),
        ("migrations.RunPython(fill)", []),
        ("tools.Shuffle('parcel')", ["?"]),
        ("migrations.RunSQL(text())", ["?"]),
    ],
)
def test_what_an_operation_does(operation: str, steps: list[str]) -> None:
    assert did(operation) == steps


def test_operations_build_on_those_before() -> None:
    assert did(
        "migrations.RenameModel('Route', 'Way')",
        "migrations.AddField('way', 'length', models.IntegerField(null=True))",
        "migrations.RenameField('way', 'length', 'metres')",
        "migrations.RemoveField('way', 'metres')",
    ) == ["post_route=post_way", "+post_way.length", "~post_way.length=metres", "-post_way.metres"]


def test_older_code_needs_what_is_gone_and_does_not_send_what_is_new() -> None:
    lowered = lower(
        post(),
        post(
            "migrations.RemoveField('parcel', 'note')",
            "migrations.AddField('parcel', 'colour', models.CharField(max_length=9, default='red'))",
            "migrations.AddField('parcel', 'shape', models.CharField(max_length=9, null=True))",
            "migrations.AddField('parcel', 'kind', models.CharField(max_length=9, db_default='box'))",
        ),
    )
    assert told(lowered) == {("absent", "post_parcel", "note"), ("absent", "post_parcel", "colour")}
    assert {each[4] for each in clashes(lowered)} == {("downgrade", "mixed", "skip")}
    assert lower(post(), post()).meetings == ()


def test_an_unknown_operation_is_unread_by_name() -> None:
    missing = lower(post(), post("tools.Shuffle('parcel')")).missing
    assert [(each.codec, each.reason) for each in missing] == [
        ("0002_more", "the operation Shuffle is not known")
    ]
    body = indent(dedent("operations = [*made()] + more()"), "    ")
    whole = f"class Migration(migrations.Migration):\n{body}\n"
    (only,) = lower(post(), post() | {"post/migrations/0002_x.py": whole}).missing
    assert "put together" in only.reason


def test_migrations_run_in_the_order_of_what_they_depend_on() -> None:
    files = {
        "a/migrations/0002_x.py": migration(after="0003_z", app="b"),
        "b/migrations/0003_z.py": migration(after="0009_y", app="b"),
        "b/migrations/0009_y.py": migration(after="0001_initial", app="b"),
    }
    here = release(files)
    every = django_scripts(here)
    assert [each.path[0] + each.stem for each in in_order(here, list(every.values()), every.values())] == [
        "b0009_y",
        "b0003_z",
        "a0002_x",
    ]
    chain = {f"c/migrations/{n:04}_x.py": migration(after=f"{n - 1:04}_x", app="c") for n in range(1, 1500)}
    long = release(chain | {"c/migrations/0000_x.py": migration(after="1499_x", app="c")})
    assert len(in_order(long, list(django_scripts(long).values()), django_scripts(long).values())) == 1500


def test_a_migration_is_told_by_its_path_and_a_release_by_itself_has_its_tables() -> None:
    assert sql.NOTATION.wants("post/migrations/0002_more.py")
    assert not sql.NOTATION.wants("post/migrations/__init__.py")
    assert not sql.NOTATION.wants("post/tests/migrations/0002_more.py")
    assert {each.name for each in sql.alone(release(post())).meetings} >= {"post_parcel", "senders"}
