"""Which tables a release maps, however it says so."""

from __future__ import annotations

import textwrap

import pytest

from compatlint.notations.sql.models import models
from compatlint.notations.sql.schema import ColumnType
from tests.notations.sql.box import BASE, model, release


def tables(text: str, **more: str) -> dict[str, list[str]]:
    """Return the columns of the tables that a module maps."""
    files = {"shop/db/models.py": text} | {
        name.replace("__", "/") + ".py": body for name, body in more.items()
    }
    return {
        each.table.name: [column.name for column in each.table.columns] for each in models(release(files))
    }


def based(text: str, base: str = BASE) -> str:
    return textwrap.dedent(base) + textwrap.dedent(text)


def test_a_class_with_a_table_is_a_model() -> None:
    assert tables(model("owner = Column(String(36))")) == {"parcels": ["id", "owner"]}


def test_a_column_may_be_called_otherwise() -> None:
    text = model("kind = Column('type', String(36))", "_note = Column(name='note', type_=Text)")
    assert tables(text) == {"parcels": ["id", "type", "note"]}


def test_mixins_bases_and_declared_attributes_bring_columns_and_the_nearest_wins() -> None:
    text = based("""
    from sqlalchemy.orm import declared_attr

    class Stamped:
        made = Column(DateTime)
        note = Column(String(10))

    class Owned:
        @declared_attr
        def owner_id(cls):
            return Column(Integer, ForeignKey('owners.id'))

    class Parcel(Base, Stamped, Owned):
        __tablename__ = 'parcels'
        id = Column(Integer, primary_key=True)
        note = Column(String(20))
    """)
    (found,) = models(release({"shop/db/models.py": text}))
    assert {each.name for each in found.table.columns} == {"id", "made", "note", "owner_id"}
    note = found.table.column("note")
    assert note is not None
    assert note.type == ColumnType("text", 20)


def test_a_base_may_be_made_of_a_class_that_names_the_tables() -> None:
    base = """
    from sqlalchemy import Column, Integer
    from sqlalchemy.ext.declarative import declarative_base, declared_attr

    class Standard:
        @declared_attr
        def __tablename__(cls):
            return cls.__name__.lower() + 's'

    Base = declarative_base(cls=Standard)
    """
    text = based(
        """
    class Parcel(Base):
        id = Column(Integer, primary_key=True)
    """,
        base,
    )
    assert tables(text) == {"parcels": ["id"]}


def test_a_base_from_elsewhere_names_tables_as_such_bases_do() -> None:
    text = """
    from elsewhere.db import model_base
    import sqlalchemy as sa

    class PortRange(model_base.BASEV2, model_base.HasId):
        low = sa.Column(sa.Integer)
    """
    assert tables(text) == {"portranges": ["low"]}


def test_a_project_may_have_names_of_its_own_for_sqlalchemys() -> None:
    core = """
    import sqlalchemy
    from sqlalchemy.ext import declarative
    Column = sqlalchemy.Column
    String = sqlalchemy.String
    ModelBase = declarative.declarative_base()
    """
    text = """
    from shop.common import sql

    class Limit(sql.ModelBase):
        __tablename__ = 'limit'
        id = sql.Column(sql.String(64), primary_key=True)
    """
    home = "shop/common/sql/"
    files = {
        "shop/db/limit.py": text,
        f"{home}__init__.py": "from shop.common.sql.core import *\n",
        f"{home}core.py": core,
    }
    assert [(each.table.name, len(each.table.columns)) for each in models(release(files))] == [("limit", 1)]


def test_mapped_attributes_tables_and_deferred_columns_count() -> None:
    text = based("""
    from sqlalchemy import MetaData, Table
    from sqlalchemy.orm import deferred, mapped_column

    class Parcel(Base):
        __tablename__ = 'parcels'
        id: int = mapped_column(Integer, primary_key=True)
        blob = deferred(Column(Text))

    rates = Table('rates', MetaData(), Column('id', Integer), Column('rate', Integer))
    """)
    assert tables(text) == {"parcels": ["id", "blob"], "rates": ["id", "rate"]}


def test_what_oslo_db_brings_is_known() -> None:
    text = based("""
    from oslo_db.sqlalchemy import models

    class Parcel(Base, models.TimestampMixin, models.SoftDeleteMixin):
        __tablename__ = 'parcels'
        id = Column(Integer, primary_key=True)
    """)
    assert set(tables(text)["parcels"]) == {"id", "created_at", "updated_at", "deleted", "deleted_at"}


def test_unique_columns_are_those_of_constraints_flags_and_keys() -> None:
    lines = ("kind = Column('type', String(3))", "code = Column(Integer, unique=True)")
    text = model(*lines, "__table_args__ = (UniqueConstraint('kind', 'code'),)")
    (found,) = models(release({"shop/db/models.py": text}))
    assert {each.columns for each in found.table.uniques} == {("id",), ("code",), ("type", "code")}


def test_a_type_of_the_project_takes_anything_unless_it_derives_from_one() -> None:
    text = based("""
    from sqlalchemy.types import TypeDecorator

    class Document(TypeDecorator):
        impl = Text

    class Name(String):
        pass

    class Parcel(Base):
        __tablename__ = 'parcels'
        id = Column(Integer, primary_key=True)
        document = Column(Document)
        name = Column(Name(7))
    """)
    (found,) = models(release({"shop/db/models.py": text}))
    assert [each.type for each in found.table.columns] == [
        ColumnType("integer", bits=32),
        ColumnType(),
        ColumnType("text", 7),
    ]


def test_two_classes_of_one_table_are_one_model() -> None:
    text = based("""
    class Node(Base):
        __tablename__ = 'nodes'
        id = Column(Integer, primary_key=True)

    class Named(Base):
        __tablename__ = 'nodes'
        id = Column(Integer, primary_key=True)
        name = Column(Text)
    """)
    assert tables(text) == {"nodes": ["id", "name"]}


@pytest.mark.parametrize(
    "path", ["shop/tests/models.py", "shop/db/migrations/versions/a1.py", "shop/db/migration/models.py"]
)
def test_tests_and_migrations_hold_no_models(path: str) -> None:
    assert models(release({path: model()})) == []


@pytest.mark.parametrize(
    "line",
    [
        "__tablename__ = look()",
        "__tablename__ = 7",
        "x = Column(*look(), **look())",
        "x = Column(Column(Column()))",
        "x = Column('a' * 10 ** 9)",
        "__table_args__ = look()",
        "__table_args__ = (UniqueConstraint(*look()),)",
        "__mapper_args__ = {look(): look()}",
        "x = [Column() for _ in range(10 ** 9)]",
    ],
)
def test_nothing_that_a_model_holds_makes_us_stumble(line: str) -> None:
    tables(model(line))


def test_a_class_that_is_its_own_base_is_no_model() -> None:
    assert (
        tables(based("class A(B):\n    x = Column(Integer)\n\nclass B(A):\n    y = Column(Integer)\n")) == {}
    )
