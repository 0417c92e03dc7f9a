"""What compat code does to the items of an object for a reader of some version, whatever its spelling."""

from __future__ import annotations

import textwrap

import pytest

from compatlint.notations.languages.python import Defined
from compatlint.notations.openstack.versioned_objects.compat import Backlevel, backlevel, has_compat
from tests.projects import project

BASE = """
from oslo_versionedobjects import base

class Thing(base.VersionedObject):
    fields = {}

def too_new(version, primitive, field, values):
    if primitive.get(field) in values:
        raise ValueError(version)
"""
ITEMS = frozenset({"name", "size", "colour", "shape", "parts"})


def lowered(body: str, target: tuple[int, ...], name: str = "Door", extra: str = "") -> Backlevel:
    files = {
        "shop/objects/base.py": BASE,
        "shop/objects/door.py": "from oslo_utils import versionutils\nfrom shop.objects import base\nNEW = ('x', 'y')\n"
        + textwrap.dedent(extra)
        + "\nclass Door(base.Thing):\n"
        + textwrap.indent(textwrap.dedent(body), "    "),
    }
    release = project(files)
    module = release.module("shop/objects/door.py")
    assert module is not None
    owner = release.resolve(module, name)
    assert isinstance(owner, Defined)
    return backlevel(release, release.mro(owner), ITEMS, target)


PLAIN = """
def obj_make_compatible(self, primitive, target_version):
    super(Door, self).obj_make_compatible(primitive, target_version)
    target_version = versionutils.convert_version_to_tuple(target_version)
    if target_version < (1, 4) and 'colour' in primitive:
        del primitive['colour']
    if target_version < (1, 3):
        primitive.pop('shape', None)
        if 'parts' in primitive:
            del primitive['parts']
"""
TABLE = """
def obj_make_compatible(self, primitive, target_version):
    added = (((1, 4), ('colour',)), ((1, 3), ('shape', 'parts')))
    target_version = versionutils.convert_version_to_tuple(target_version)
    for version, names in added:
        if target_version < version:
            for name in names:
                primitive.pop(name, None)
"""
INNER = """
def obj_make_compatible(self, primitive, target_version):
    def drop(*names):
        for name in names:
            primitive.pop(name, None)
    _target = versionutils.convert_version_to_tuple(target_version)
    if _target < (1, 4):
        drop('colour')
    if not _target >= (1, 3):
        drop('shape', 'parts')
"""
ON_SELF = """
def _adjust(self, name, default, target, major, minor, remove):
    is_set = self.obj_attr_is_set(name)
    if target >= (major, minor):
        if not is_set:
            setattr(self, name, default)
    elif is_set:
        if remove:
            delattr(self, name)
        else:
            setattr(self, name, default)

def _shape(self, target):
    if target < (1, 3):
        del self.shape

def _convert_to_version(self, target_version, remove_unavailable_fields=True):
    target_version = versionutils.convert_version_to_tuple(target_version)
    for name, minor in [('colour', 4), ('parts', 3)]:
        self._adjust(name, None, target_version, 1, minor, remove_unavailable_fields)
    self._shape(target_version)
"""
MANIFEST = """
def obj_make_compatible_from_manifest(self, primitive, target_version, version_manifest):
    super().obj_make_compatible_from_manifest(primitive, target_version, version_manifest)
    target_version = versionutils.convert_version_to_tuple(target_version)
    for name in [each for each in ('shape', 'parts') if each in primitive]:
        if target_version < (1, 3):
            del primitive[name]
    if target_version < (1, 4) and 'colour' in primitive: del primitive['colour']
"""


@pytest.mark.parametrize(
    "body", [PLAIN, TABLE, INNER, ON_SELF, MANIFEST], ids=["plain", "table", "inner", "self", "manifest"]
)
def test_every_spelling_takes_out_what_the_reader_does_not_have(body: str) -> None:
    assert lowered(body, (1, 4)) == Backlevel()
    assert lowered(body, (1, 3)).popped == {"colour"}
    assert lowered(body, (1, 2)).popped == {"colour", "shape", "parts"}
    assert not lowered(body, (1, 2)).unread


def test_a_table_entry_without_its_comma_takes_nothing_out() -> None:
    body = TABLE.replace("('colour',)", "('colour')")
    assert lowered(body, (1, 2)).popped == {"shape", "parts"}


def test_code_of_a_base_counts() -> None:
    text = "from oslo_versionedobjects import base\nfrom oslo_utils import versionutils\nclass Door(base.VersionedObject):\n"
    text += textwrap.indent(PLAIN, "    ") + "\nclass Gate(Door):\n    VERSION = '1.0'\n"
    release = project({"a.py": text})
    module = release.module("a.py")
    assert module is not None
    owner = release.resolve(module, "Gate")
    assert isinstance(owner, Defined)
    assert backlevel(release, release.mro(owner), ITEMS, (1, 2)).popped == {"colour", "shape", "parts"}


def test_values_that_are_refused_or_changed_are_guarded() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        target_version = versionutils.convert_version_to_tuple(target_version)
        if target_version < (1, 5):
            base.too_new(target_version, primitive, 'colour', ('mauve',))
        if target_version < (1, 4) and 'shape' in primitive:
            shape = primitive['shape']
            if shape == 'oval':
                raise ValueError(shape)
        if target_version < (1, 3):
            if primitive['size'] == 'huge':
                primitive['size'] = 'large'
        if target_version < (1, 2):
            for part in primitive['parts']:
                part['shop.data'].pop('hinge', None)
    """
    assert lowered(body, (1, 5)) == Backlevel()
    assert lowered(body, (1, 4)).guarded == {"colour"}
    assert lowered(body, (1, 3)).guarded == {"colour", "shape"}
    assert lowered(body, (1, 2)).guarded == {"colour", "shape", "size"}
    assert lowered(body, (1, 1)) == Backlevel(guarded=frozenset({"colour", "shape", "size", "parts"}))


def test_a_check_that_looks_at_several_items_guards_them_all() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        target_version = versionutils.convert_version_to_tuple(target_version)
        if target_version < (1, 4):
            new = ['colour', 'shape']
            if any(field in new for field in primitive):
                raise ValueError
    """
    assert lowered(body, (1, 3)).guarded >= {"colour", "shape"}


def test_a_version_that_is_refused_outright() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        if versionutils.convert_version_to_tuple(target_version) < (1, 3):
            raise ValueError(target_version)
        primitive.pop('colour', None)
    """
    assert lowered(body, (1, 2)).refused
    assert lowered(body, (1, 3)) == Backlevel(popped=frozenset({"colour"}))


def test_an_item_that_is_put_back_is_changed_not_taken_out() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        old = primitive.pop('parts', [])
        primitive['parts'] = old[:1]
    """
    assert lowered(body, (1, 0)) == Backlevel(guarded=frozenset({"parts"}))


def test_code_that_cannot_be_followed_is_unread() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        elsewhere(primitive, target_version)
    """
    assert lowered(body, (1, 0), extra="from other import elsewhere").unread
    assert not lowered(body, (1, 0), extra="def elsewhere(data, version): data.pop('colour')").unread


def test_code_without_an_end_is_unread() -> None:
    body = """
    def obj_make_compatible(self, primitive, target_version):
        self.obj_again(primitive)
    def obj_again(self, primitive):
        self.obj_again(primitive)
        self.obj_again(primitive)
    """
    assert lowered(body, (1, 0)).unread


def test_compat_code_of_the_common_base_is_not_a_class_s_own() -> None:
    release = project(
        {
            "a.py": """
            from oslo_versionedobjects import base
            class Thing(base.VersionedObject):
                def obj_make_compatible(self, primitive, target_version):
                    log(target_version)
            class Door(Thing):
                pass
            class Gate(Thing):
                def obj_make_compatible(self, primitive, target_version):
                    pass
            """
        }
    )
    module = release.module("a.py")
    assert module is not None
    found = {}
    for name in ("Thing", "Door", "Gate"):
        owner = release.resolve(module, name)
        assert isinstance(owner, Defined)
        found[name] = has_compat(release.mro(owner))
    assert found == {"Thing": False, "Door": False, "Gate": True}
