from __future__ import annotations

import pytest

from compatlint.notations.openstack.versioned_objects.objects import objects
from tests.projects import project

BASE = """
    import abc
    from oslo_versionedobjects import base, fields
    from shop import models
    from neutron_lib.objects.extensions import standardattributes

    STANDARD = {'note': fields.StringField(nullable=True)}

    def add_standard(cls):
        cls.fields = cls.fields.copy()
        cls.fields.update(STANDARD)
        cls.others.append('note')

    def unrelated(cls):
        cls.others.append('more')

    class Declarative(abc.ABCMeta):
        def __init__(cls, name, bases, dct):
            super().__init__(name, bases, dct)
            if 'id' in cls.fields:
                cls.extra = True
            unrelated(cls)
            if hasattr(cls, 'is_standard') and cls.is_standard():
                add_standard(cls)

    class Rights(type):
        def __new__(cls, name, bases, dct):
            return type(name, (WithRights,) + bases, dct)

    class Registry(base.VersionedObjectRegistry):
        pass

    class Stored(base.VersionedObject, metaclass=Declarative):
        model = None

        @classmethod
        def is_standard(cls):
            return bool(cls.model and issubclass(cls.model, models.Standard))

    class WithRights(Stored):
        fields = {'rights': fields.IntegerField()}

    Shared = Rights('Shared', (Stored,), {})
"""
MODELS = """
    from sqlalchemy import orm
    from elsewhere import Anything

    class Standard(object): pass
    class Plain(orm.Base): pass
    class Extended(Standard, orm.Base): pass
    class Unsure(Anything): pass
"""
HEAD = """
    from oslo_versionedobjects import fields
    from shop import base, models

    @base.Registry.register
"""


def crate(body: str, changed: str = BASE) -> tuple[list[str], tuple[str, ...]]:
    files = {"shop/base.py": changed, "shop/models.py": MODELS, "shop/objects/crate.py": HEAD + body}
    found = objects(project(files)).classes["Crate"]
    return [each.name for each in found.fields], found.unread


@pytest.mark.parametrize(
    ("model", "names", "unread"),
    [
        ("models.Extended", ["id", "note"], ()),
        ("models.Plain", ["id"], ()),
        ("None", ["id"], ()),
        (
            "models.Unsure",
            [],
            ("an addition of the metaclass if hasattr(cls, 'is_standard') and cls.is_standard()",),
        ),
    ],
)
def test_fields_that_a_metaclass_adds_on_a_condition(
    model: str, names: list[str], unread: tuple[str, ...]
) -> None:
    body = f"    class Crate(base.Stored):\n        model = {model}\n        fields = {{'id': fields.IntegerField()}}\n"
    assert crate(body) == (names, unread)


def test_fields_that_are_inherited_and_added_to() -> None:
    body = "    class Crate(base.WithRights):\n        model = models.Extended\n"
    assert crate(body) == (["note", "rights"], ())


def test_what_a_function_of_the_library_adds() -> None:
    body = "    class Crate(base.Stored):\n        model = models.Extended\n"
    changed = BASE.replace("    add_standard(cls)\n", "    standardattributes.add_standard_attributes(cls)\n")
    assert crate(body, changed) == (["created_at", "description", "revision_number", "updated_at"], ())


def test_a_base_that_a_metaclass_adds() -> None:
    body = "    class Crate(base.Shared):\n        fields = {'id': fields.IntegerField()}\n"
    assert crate(body) == (["id", "rights"], ())


@pytest.mark.parametrize(
    "statement",
    ["cls.fields['x'] = make()", "cls.fields = {}", "del cls.fields['id']", "setattr(cls, 'fields', {})"],
)
def test_what_is_not_understood_is_unread(statement: str) -> None:
    changed = BASE.replace("unrelated(cls)\n            if", f"{statement}\n            if")
    body = "    class Crate(base.Stored):\n        fields = {'id': fields.IntegerField()}\n"
    names, unread = crate(body, changed)
    assert unread == (f"an action of the metaclass in {statement}",)
    assert names == []


def test_a_metaclass_that_leaves_the_fields_alone() -> None:
    changed = BASE.replace("add_standard(cls)\n            ", "").replace(
        "                add_standard(cls)\n", "                unrelated(cls)\n"
    )
    body = "    class Crate(base.Stored):\n        model = models.Unsure\n        fields = {'id': fields.IntegerField()}\n"
    assert crate(body, changed) == (["id"], ())
