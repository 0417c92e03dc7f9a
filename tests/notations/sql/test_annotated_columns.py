"""Models of Flask-SQLAlchemy, of annotations alone, and of SQLModel; and tables that no model maps."""

from __future__ import annotations

import pytest

from compatlint.notations.sql.models import models
from tests.notations.sql.box import VERSIONS, lower, release, told

FLASK = """
    from flask_sqlalchemy import SQLAlchemy
    db = SQLAlchemy()
    class ParcelLine(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        label = db.Column(db.String(40), nullable=False)
        weight = db.Column(db.Integer)
"""
SUBCLASSED = FLASK.replace("db = SQLAlchemy()", "class Own(SQLAlchemy):\n        pass\n    db = Own()")
ANNOTATED = """
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    class Base(DeclarativeBase):
        pass
    class ParcelLine(Base):
        __tablename__ = 'parcel_line'
        id: Mapped[int] = mapped_column(primary_key=True)
        label: Mapped[str]
        weight: Mapped[int | None]
        other = 3
"""
OPTIONAL = ANNOTATED.replace("int | None", "Optional[int]")
SQLMODEL = """
    from sqlmodel import Field, Relationship, SQLModel
    class ParcelLine(SQLModel, table=True):
        __tablename__ = 'parcel_line'
        id: int | None = Field(default=None, primary_key=True)
        label: str = Field(max_length=40)
        weight: int | None = None
        sender: "Sender" = Relationship(back_populates="lines")
    class Shown(SQLModel):
        label: str
"""


@pytest.mark.parametrize("text", [FLASK, SUBCLASSED, ANNOTATED, OPTIONAL, SQLMODEL])
def test_columns_in_whatever_way_they_are_declared(text: str) -> None:
    (found,) = models(release({"shop/models.py": text}))
    assert found.table.name == "parcel_line"
    columns = {each.name: each for each in found.table.columns}
    assert set(columns) == {"id", "label", "weight"}
    assert {name: each.nullable for name, each in columns.items()} == {
        "id": False,
        "label": False,
        "weight": True,
    }
    assert columns["id"].primary
    assert columns["weight"].type.bits == 32


def test_a_length_of_a_field_is_that_of_its_column() -> None:
    (found,) = models(release({"shop/models.py": SQLMODEL}))
    assert [each.type.length for each in found.table.columns if each.name == "label"] == [40]


def test_a_class_of_sqlmodel_without_a_name_is_its_class_in_small_letters() -> None:
    text = SQLMODEL.replace("        __tablename__ = 'parcel_line'\n", "")
    assert [each.table.name for each in models(release({"shop/models.py": text}))] == ["parcelline"]


SCRIPT = """
    from alembic import op
    import sqlalchemy as sa
    revision = 'b2'
    down_revision = 'a1'
    def upgrade():
        op.drop_column('parcel_line', 'weight')
"""
FIRST = {f"{VERSIONS}a1.py": "revision = 'a1'\ndown_revision = None\ndef upgrade():\n    pass\n"}


@pytest.mark.parametrize("text", [FLASK, SUBCLASSED, ANNOTATED, SQLMODEL])
def test_older_models_need_a_column_that_is_dropped(text: str) -> None:
    files = FIRST | {"shop/models.py": text}
    assert told(lower(files, files | {f"{VERSIONS}b2.py": SCRIPT})) == {("absent", "parcel_line", "weight")}


def test_a_migration_of_a_table_that_no_model_maps_is_unread_by_name() -> None:
    missing = lower(FIRST, FIRST | {f"{VERSIONS}b2.py": SCRIPT}).missing
    assert [(each.codec, "no model" in each.reason) for each in missing] == [("parcel_line", True)]
