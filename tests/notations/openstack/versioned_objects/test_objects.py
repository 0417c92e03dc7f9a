from __future__ import annotations

import textwrap
import time

import pytest

from compatlint.notations.openstack.versioned_objects.fingerprint import fingerprint
from compatlint.notations.openstack.versioned_objects.model import ObjectClass
from compatlint.notations.openstack.versioned_objects.objects import Registered, objects
from tests.projects import project

FIELDS = """
    from oslo_versionedobjects import fields
    from shop import words
    import outside

    String = fields.StringField

    class Base(fields.Enum):
        def __init__(self, **kwargs):
            super(Base, self).__init__(valid_values=self.__class__.ALL)

    class Size(Base):
        ALL = words.SIZES + ('huge',)

    class SizeField(fields.BaseEnumField):
        AUTO_TYPE = Size()

    class Listed(fields.Enum):
        def __init__(self):
            self.known = ('a', 'b')
            super().__init__(valid_values=self.known)

    class ListedField(fields.BaseEnumField):
        AUTO_TYPE = Listed()

    class TextList(fields.AutoTypedField):
        AUTO_TYPE = fields.List(fields.Dict(fields.String(), nullable=True))

    class Strict(fields.StringField):
        def __init__(self, nullable=False, **kwargs):
            if nullable:
                raise ValueError(self.__class__.__name__)
            super().__init__(nullable=nullable, **kwargs)

    class Outside(outside.Field):
        pass
"""
BASE = """
    from oslo_versionedobjects import base
    from shop import fields

    class ShopRegistry(base.VersionedObjectRegistry):
        told = []

        @classmethod
        def register_notice(cls, of):
            cls.register_if(False)(of)
            cls.told.append(of)
            return of

        @classmethod
        def register_both(cls, of):
            return cls.register(of)

    class Persistent(object):
        fields = {'created': fields.String(nullable=True), 'kept': fields.String()}

    class Shop(base.VersionedObject):
        OBJ_PROJECT_NAMESPACE = 'shop'
"""
HEAD = """
    from oslo_versionedobjects import base as ovo
    from oslo_versionedobjects import fields as plain
    from shop import base, fields, words
"""


def registered(text: str, **more: str) -> Registered:
    files = {"shop/fields.py": FIELDS, "shop/base.py": BASE, "shop/words.py": "SIZES = ('small', 'large')\n"}
    return objects(project({**files, "shop/objects/things.py": HEAD + text, **more}))


def crate(fields: str, bases: str = "base.Shop", body: str = "pass") -> ObjectClass:
    text = f"\n    @base.ShopRegistry.register\n    class Crate({bases}):\n        fields = {fields}\n        {body}\n"
    found = registered(text).get("Crate")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("expression", "text", "values", "holds"),
    [
        ("fields.String()", "String", None, ""),
        ("fields.SizeField()", "Enum", ("small", "large", "huge"), ""),
        ("fields.ListedField()", "Enum", ("a", "b"), ""),
        ("fields.TextList()", "List(Dict(String?))", None, ""),
        ("plain.EnumField(valid_values=words.SIZES)", "Enum", ("small", "large"), ""),
        ("plain.ListOfEnumField(words.SIZES)", "List(Enum)", ("small", "large"), ""),
        ("plain.ObjectField('Box', subclasses=True)", "Object(Box)", None, "Box"),
        ("plain.ListOfObjectsField('Box')", "List(Object(Box))", None, "Box"),
        ("plain.Field(plain.Set(plain.Integer()), nullable=True)", "Set(Integer)", None, ""),
        ("plain.DateTimeField(tzinfo_aware=False)", "DateTime", None, ""),
        ("plain.DictOfListOfStringsField()", "Dict(List(String))", None, ""),
    ],
)
def test_a_field_is_followed_to_the_library(
    expression: str, text: str, values: tuple[str, ...] | None, holds: str
) -> None:
    field = crate(f"{{'it': {expression}}}").field("it")
    assert field is not None
    assert field.reason == ""
    assert (field.type.text, field.values, field.holds) == (text, values, holds)


@pytest.mark.parametrize(
    ("expression", "nullable", "read_only", "default"),
    [
        ("fields.String()", False, False, None),
        ("fields.String(True)", True, False, None),
        ("fields.String(False, 'x', True)", False, True, "x"),
        ("fields.Strict(nullable=False, default=None)", False, False, "None"),
        ("plain.StringField(nullable=words.YES, default={'b', 'a'})", True, False, "set([a,b])"),
        ("plain.IntegerField(default=plain.UnspecifiedDefault)", False, False, None),
    ],
)
def test_flags_and_defaults(expression: str, nullable: bool, read_only: bool, default: str | None) -> None:
    found = registered(
        f"\n    @base.ShopRegistry.register\n    class Crate(base.Shop):\n        fields = {{'it': {expression}}}\n",
        **{"shop/words.py": "YES = not False\nSIZES = ()\n"},
    ).get("Crate")
    field = found.field("it") if found is not None else None
    assert field is not None
    assert (field.nullable, field.read_only) == (nullable, read_only)
    assert (field.default.text if field.default is not None else None) == default


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("fields.Outside()", "outside.Field is outside the repository"),
        ("make()", "the field make()"),
        ("plain.EnumField(valid_values=nowhere)", "the values of Enum"),
        ("plain.ObjectField(nowhere)", "the name of the nested object"),
        ("plain.StringField(strange=1)", "the argument strange"),
    ],
)
def test_what_is_not_followed_has_a_reason(expression: str, reason: str) -> None:
    field = crate(f"{{'it': {expression}}}").field("it")
    assert field is not None
    assert field.reason == reason


def test_fields_are_merged_as_the_registry_does() -> None:
    found = registered(
        """
    class Mixin(object):
        fields = {'kept': plain.IntegerField(), 'mixed': plain.IntegerField()}

    @base.ShopRegistry.register
    class Box(base.Persistent, base.Shop):
        VERSION = '1.4'
        fields = {'kept': plain.FloatField()}

    @base.ShopRegistry.register
    class Crate(Box, Mixin):
        VERSION = Box.VERSION

    @base.ShopRegistry.register
    class Other(ovo.ObjectListBase, Box, ovo.TimestampedObject):
        fields = dict(Box.fields, extra=plain.StringField())
        fields['late'] = plain.BooleanField()
        fields.update({'kept': plain.UUIDField()})
        child_versions = {'1.0': '1.1'}
"""
    ).classes
    assert {each.name: (each.type.text, each.defined_in) for each in found["Crate"].fields} == {
        "kept": ("Float", "shop.objects.things.Box"),
        "created": ("String", "shop.base.Persistent"),
        "mixed": ("Integer", "shop.objects.things.Mixin"),
    }
    assert found["Crate"].version == (1, 4)
    assert {each.name: each.type.text for each in found["Other"].fields} == {
        "created": "String",
        "created_at": "DateTime",
        "extra": "String",
        "kept": "UUID",
        "late": "Boolean",
        "objects": "List(Object(VersionedObject))",
        "updated_at": "DateTime",
    }
    assert found["Other"].is_list
    assert found["Other"].child_versions == (("1.0", "1.1"),)
    assert not any(each.unread for each in found.values())


def test_a_table_built_from_another_is_followed() -> None:
    found = registered(
        """
    @base.ShopRegistry.register
    class Box(base.Shop):
        fields = {'size': fields.SizeField(nullable=True), 'secret': plain.StringField()}

    @base.ShopRegistry.register_notice
    class BoxNotice(base.Shop):
        fields = {key: each.__class__() for key, each in Box.fields.items() if key not in ('secret',)}
"""
    ).classes
    (field,) = found["BoxNotice"].fields
    assert (field.name, field.type.name, field.nullable) == ("size", "Size", False)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ("make()", "fields from make()"),
        ("{NAME: fields.String()}", "the field NAME"),
        ("{**nowhere}", "fields from nowhere"),
    ],
)
def test_a_table_that_is_not_followed_is_unread(fields: str, reason: str) -> None:
    assert crate(fields).unread == (reason,)


def test_which_classes_are_registered_and_how() -> None:
    found = registered(
        """
    @base.ShopRegistry.register
    class Box(base.Shop): pass
    @base.ShopRegistry.register_if(False)
    class Hidden(base.Shop): pass
    @base.ShopRegistry.register_if(CONF.on)
    class Perhaps(base.Shop): pass
    @base.ShopRegistry.register_notice
    class Notice(base.Shop): pass
    @base.ShopRegistry.register_both
    class Both(base.Shop): pass
    @somebody.register
    class Else(base.Shop): pass
    class Plain(base.Shop): pass
"""
    ).classes
    assert {name: (each.how, each.registered) for name, each in found.items()} == {
        "Both": ("register_both", True),
        "Box": ("register", True),
        "Hidden": ("register_if", False),
        "Notice": ("register_notice", False),
        "Perhaps": ("register_if", True),
    }


def test_classes_that_share_a_name_come_newest_first() -> None:
    found = registered(
        """
    class Old(base.Shop):
        @classmethod
        def obj_name(cls):
            return 'Box'
    @base.ShopRegistry.register
    class BoxV1(Old):
        VERSION = '1.10'
    @base.ShopRegistry.register
    class BoxV2(Old):
        VERSION = '2.0'
    @base.ShopRegistry.register
    class BoxV0(Old):
        VERSION = '1.9'
"""
    )
    assert [each.version for each in found.every("Box")] == [(2, 0), (1, 10), (1, 9)]
    assert found.classes["Box"].defined.name == "BoxV2"


def test_remotable_methods_with_their_arguments() -> None:
    found = crate(
        "{'name': fields.String()}",
        body="""
        @ovo.remotable_classmethod
        def get(cls, context, id, deep=False, *rest, fast: int = words.FAST, **more): pass

        @property
        @ovo.remotable
        def name(self): pass

        @classmethod
        def local(cls): pass
""",
    )
    (method,) = found.methods
    assert method.name == "get"
    assert [(each.name, each.default, each.value) for each in method.arguments] == [
        ("cls", None, None),
        ("context", None, None),
        ("id", None, None),
        ("deep", "False", "False"),
        ("fast", "words.FAST", None),
    ]
    assert (method.variable, method.keywords, method.arguments[-1].kind) == ("rest", "more", "keyword")


def test_tests_are_left_out_and_folders_can_be_asked_for() -> None:
    text = HEAD + "\n    @base.ShopRegistry.register\n    class {}(base.Shop): pass\n"
    files = {
        path: text.format(name)
        for path, name in (
            ("shop/tests/unit/fake.py", "A"),
            ("shop/objects/b.py", "B"),
            ("shop/other/c.py", "C"),
            ("shop/objects/test_d.py", "D"),
        )
    }
    release = project(
        {"shop/fields.py": FIELDS, "shop/base.py": BASE, "shop/words.py": "SIZES = ()\n", **files}
    )
    assert list(objects(release).classes) == ["B", "C"]
    assert list(objects(release, "shop/other/").classes) == ["C"]
    assert objects(release) is objects(release), "remembered with the project"


HOSTILE = {
    "its own fields": "class Crate(base.Shop):\n    fields = {**Crate.fields}\n",
    "each other's fields": (
        "class Crate(base.Shop):\n    fields = dict(Box.fields)\n"
        "@base.ShopRegistry.register\nclass Box(base.Shop):\n    fields = dict(Crate.fields)\n"
    ),
    "its own base": "class Crate(Crate):\n    pass\n",
    "a type of itself": "class Crate(base.Shop):\n    fields = {'it': T()}\nclass T(T):\n    AUTO_TYPE = T()\n",
    "a constructor that calls itself": (
        "class Crate(base.Shop):\n    fields = {'it': T(1)}\n"
        "class T(plain.AutoTypedField):\n    def __init__(self, *a, **k):\n        T.__init__(self, *a, **k)\n"
    ),
    "a deep sum": "class Crate(base.Shop):\n    fields = {'it': plain.IntegerField(default="
    + "+".join(["words"] * 900)
    + ")}\n",
    "a deep value": "class Crate(base.Shop):\n    fields = {'it': plain.Field("
    + "plain.List(" * 90
    + ")" * 90
    + ")}\n",
    "many bases": "class C0: pass\nclass D0: pass\n"
    + "".join(f"class C{n}(C{n - 1}, D{n - 1}): pass\nclass D{n}(C{n - 1}): pass\n" for n in range(1, 60))
    + "@base.ShopRegistry.register\nclass Crate(C59, base.Shop): pass\n",
    "a decorated decorator": (
        "class Crate(base.Shop):\n    @turn\n    @ovo.remotable\n    def it(self): pass\ndef turn(f):\n    return turn(f)\n"
    ),
    "a version of itself": "class Crate(base.Shop):\n    VERSION = VERSION\n    fields = fields\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_classes_are_read_without_harm(text: str) -> None:
    start = time.monotonic()
    source = (
        textwrap.dedent(HEAD)
        + ("" if "register\nclass Crate" in text else "@base.ShopRegistry.register\n")
        + text
    )
    files = {
        "shop/fields.py": FIELDS,
        "shop/base.py": BASE,
        "shop/words.py": "",
        "shop/objects/things.py": source,
    }
    found = objects(project(files)).classes
    assert "Crate" in found
    fingerprint(found["Crate"])
    assert time.monotonic() - start < 3
