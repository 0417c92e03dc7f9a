"""Fingerprints against those that oslo.versionedobjects 3.x computed itself for the very same source."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack.versioned_objects.fingerprint import Untold, fingerprint
from compatlint.notations.openstack.versioned_objects.objects import objects
from tests.projects import project

SOURCE = """
import functools
from oslo_versionedobjects import base, fields

class Registry(base.VersionedObjectRegistry):
    pass

class Kind(fields.Enum):
    SMALL = 'small'
    LARGE = 'large'
    ALL = (SMALL, LARGE)
    def __init__(self):
        super().__init__(valid_values=Kind.ALL)

class KindField(fields.BaseEnumField):
    AUTO_TYPE = Kind()

class Range(fields.Integer):
    def __init__(self, start, end, **kwargs):
        self.start = int(start)
        self.end = end
        super().__init__(**kwargs)

class PortField(fields.AutoTypedField):
    AUTO_TYPE = Range(0, 65535)

class ColourField(fields.AutoTypedField):
    def __init__(self, colours, **kwargs):
        kwargs.setdefault('nullable', True)
        self.AUTO_TYPE = fields.List(fields.Enum(valid_values=colours))
        super().__init__(**kwargs)

def logged(f):
    @functools.wraps(f)
    def wrapper(self, context, *rest, **more):
        return f(self, context, *rest, **more)
    return wrapper

class Persistent:
    fields = {
        'created_at': fields.DateTimeField(nullable=True),
        'deleted': fields.BooleanField(default=False),
    }

class Base(base.VersionedObject):
    OBJ_PROJECT_NAMESPACE = 'shop'

@Registry.register
class Crate(Base, base.ComparableVersionedObject, Persistent):
    VERSION = '1.3'
    fields = {
        'id': fields.IntegerField(read_only=True),
        'deleted': fields.StringField(default='no'),
        'kind': KindField(default=Kind.SMALL),
        'inline': fields.EnumField(['a', 'b'], nullable=True),
        'several': fields.ListOfEnumField(valid_values=['x'], default=[]),
        'port': PortField(default=80),
        'colours': ColourField(['red', 'blue']),
        'tags': fields.DictOfNullableStringsField(),
        'raw': fields.Field(fields.Dict(fields.Integer()), nullable=True, default={'a': 1}),
        'set': fields.SetOfIntegersField(default=set([3, 1, 2])),
        'none': fields.UUIDField(default=None, nullable=True),
    }
    @base.remotable_classmethod
    def get(cls, context, id, deep=False, *, fast=None): pass
    @classmethod
    @base.remotable
    def find(cls, context, name, limit=10, order=('id', 'name')): pass
    @base.remotable
    def save(self, expected: str = None, count: int = 1) -> bool: pass
    @base.remotable
    @logged
    def hidden(self, context, secret): pass
    @logged
    @base.remotable
    def marked(self, context, *rest, **more): pass
    def local(self): pass

@Registry.register
class CrateList(base.ObjectListBase, Base):
    fields = {'objects': fields.ListOfObjectsField('Crate')}

@Registry.register
class OldList(base.ObjectListBase, Base):
    VERSION = '2.1'
    child_versions = {'1.0': '1.0', '2.0': '1.3'}

@Registry.register
class SubCrate(Crate):
    VERSION = Crate.VERSION
    fields = {'crate': fields.ObjectField('Crate', nullable=True)}

@Registry.register_if(False)
class NotThere(Base):
    pass
"""
RECORDED = {  # what ObjectVersionChecker.get_hashes() returned
    "Crate": "1.3-a4e6d2eada49e8666b9afbb5b4f20438",
    "CrateList": "1.0-15ecf022a68ddbb8c2a6739cfc9f8f5e",
    "OldList": "2.1-06e28ea0323d52667e6d670c11a264b5",
    "SubCrate": "1.3-8dcaa6b205161bbc159e6cd813420624",
}


def test_fingerprints_are_those_of_the_library() -> None:
    known = objects(project({"shop/objs.py": SOURCE})).classes
    assert {name: fingerprint(each) for name, each in known.items() if each.registered} == RECORDED


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("'port': PortField(default=80)", "'port': PortField(default=81)", ("Crate", "SubCrate")),
        ("ALL = (SMALL, LARGE)", "ALL = (LARGE, SMALL)", ("Crate", "SubCrate")),
        ("VERSION = '1.3'", "VERSION = '1.4'", ("Crate", "SubCrate")),
        ("class Kind(", "class Sort(fields.Enum): pass\nclass Kind(", ()),
        ("'2.0': '1.3'", "'2.0': '1.4'", ("OldList",)),
        ("name, limit=10", "name, limit=11", ("Crate", "SubCrate")),
        ("def local(self)", "def local(self, more)", ()),
        ("def wrapper(self, context, *rest", "def wrapper(self, context, *others", ("Crate", "SubCrate")),
        ("fields.ListOfObjectsField('Crate')", "fields.ListOfObjectsField('OldList')", ()),
        ("'deleted': fields.BooleanField(default=False)", "'deleted': fields.BooleanField()", ()),
        (
            "'created_at': fields.DateTimeField(nullable=True)",
            "'made_at': fields.DateTimeField(nullable=True)",
            ("Crate", "SubCrate"),
        ),
    ],
)
def test_a_fingerprint_moves_with_what_is_hashed(old: str, new: str, moved: tuple[str, ...]) -> None:
    assert old in SOURCE
    known = objects(project({"shop/objs.py": SOURCE.replace(old, new)})).classes
    found = {name: fingerprint(each) for name, each in known.items() if each.registered}
    assert tuple(name for name in RECORDED if found[name] != RECORDED[name]) == moved


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("default=Kind.SMALL", "default=nowhere()", "kind: the default nowhere()"),
        ("ALL = (SMALL, LARGE)", "ALL = frozenset({SMALL, LARGE})", "kind: the order of the values of Kind"),
        ("ALL = (SMALL, LARGE)", "ALL = tuple(elsewhere)", "kind: the values of Kind"),
        ("kwargs.setdefault('nullable', True)", "mangle(kwargs)", "colours: mangle(kwargs)"),
        ("'id': fields.IntegerField(read_only=True)", "'id': shelf.Field()", "id: the field shelf.Field()"),
        ("'none': fields.UUIDField(default=None", "NAME: fields.UUIDField(default=None", "the field NAME"),
        ("class Base(base.VersionedObject)", "class Base(base.VersionedObject, mixin())", "the base mixin()"),
        ("VERSION = '1.3'", "VERSION = version()", "its version"),
        ("@logged\n    @base.remotable", "@unseen\n    @base.remotable", "marked(): the decorator unseen"),
        ("limit=10", "limit=limit()", "find(): the default of limit"),
    ],
)
def test_what_is_hashed_and_not_known_leaves_no_fingerprint(old: str, new: str, reason: str) -> None:
    assert old in SOURCE
    known = objects(project({"shop/objs.py": SOURCE.replace(old, new)})).classes
    found = fingerprint(known["Crate"])
    assert isinstance(found, Untold)
    assert found.reason == reason
