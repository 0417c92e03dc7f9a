"""New code over a database that was not migrated yet, and a release's tables by themselves."""

from __future__ import annotations

from compatlint.check.keyed.meet import by_key
from compatlint.notations import sql
from tests.projects import project

MODELS = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base

BASE = declarative_base()


class Server(BASE):
    __tablename__ = 'servers'
    id = sa.Column(sa.Integer, primary_key=True)
"""
FIRST = """
import sqlalchemy as sa
from alembic import op
revision = 'a1'
down_revision = None


def upgrade():
    op.create_table('servers', sa.Column('id', sa.Integer, primary_key=True))
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision = 'b2'
down_revision = 'a1'


def upgrade():
    op.add_column('servers', sa.Column('host', sa.String(255)))
    op.add_column('servers', sa.Column('unmapped', sa.String(255)))
"""
OLD = {"thing/models.py": MODELS, "thing/alembic/versions/a1_first.py": FIRST}
NEW = {
    **OLD,
    "thing/models.py": MODELS + "    host = sa.Column(sa.String(255))\n",
    "thing/alembic/versions/b2_second.py": SECOND,
}


def test_a_column_that_new_code_maps_is_not_there_before_the_migration():
    lowered = sql.lower(project(OLD), project(NEW), ["thing/alembic/versions/b2_second.py"])
    ahead = [each for each in lowered.meetings if not each.directions]
    assert [(each.parties, [clash.item for clash in by_key(each)]) for each in ahead] == [
        (("database", "control"), ["host"])
    ]


def test_a_release_knows_its_tables():
    (met,) = sql.alone(project(OLD)).meetings
    assert (met.name, met.directions, by_key(met)) == ("servers", ("self",), ())
    assert [each.key for each in met.reader.entries] == ["id"]


def test_without_scripts_there_is_no_database():
    assert sql.alone(project({"thing/models.py": MODELS})).meetings == ()
