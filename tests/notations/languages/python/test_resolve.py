from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from compatlint.notations.languages.python import Defined, External, Module, Project
from tests.projects import project

RELEASE = {
    "pkg/__init__.py": "from pkg.base import Thing as Renamed\n",
    "pkg/base.py": """
        from outside import fields as outer
        from outside.more import *
        Text = outer.TextField
        class Thing(outer.Base):
            VERSION = '1.0'
            class Inner: pass
            def act(self, a): pass
        class Other(Thing):
            Alias = Thing
    """,
    "pkg/objects/__init__.py": """
        def register_all():
            __import__('pkg.objects.flavor')
            __import__('pkg.objects.image')
    """,
    "pkg/objects/flavor.py": "class Flavor: pass\n",
    "pkg/objects/image.py": "class Image: pass\n",
    "pkg/sub/use.py": """
        import pkg.base
        import pkg.base as based
        from pkg import objects, Renamed
        from ..base import Other
        from pkg.star import *
        from . import sibling
        try:
            from pkg.base import Thing
        except ImportError:
            Thing = None
        class Here:
            name = Other
            def method(self):
                from pkg.objects.image import Image
                return Image
    """,
    "pkg/sub/sibling.py": "here = 1\n",
    "pkg/star.py": "from pkg.loop import *\nclass Starred: pass\n",
    "pkg/loop.py": "from pkg.star import *\nclass Looped: pass\n",
}


@pytest.fixture
def release() -> Project:
    return project(RELEASE)


def use(release: Project) -> Module:
    module = release.find("pkg.sub.use")
    assert module is not None
    return module


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pkg.base.Thing", "pkg.base.Thing"),
        ("based.Thing.Inner", "pkg.base.Thing.Inner"),
        ("Renamed", "pkg.base.Thing"),
        ("Other", "pkg.base.Other"),
        ("Other.act", "pkg.base.Thing.act"),
        ("Other.Alias.VERSION", "pkg.base.Thing.VERSION"),
        ("objects.Flavor", "pkg.objects.flavor.Flavor"),
        ("objects.image.Image", "pkg.objects.image.Image"),
        ("Starred", "pkg.star.Starred"),
        ("Looped", "pkg.loop.Looped"),
        ("sibling.here", "pkg.sub.sibling.here"),
        ("Thing", "pkg.base.Thing"),
        ("Here.name", "pkg.base.Other"),
    ],
)
def test_a_name_leads_to_its_definition(release: Project, name: str, found: str) -> None:
    defined = release.resolve(use(release), name)
    assert isinstance(defined, Defined)
    assert defined.dotted == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("based.Text", External("outside.fields.TextField")),
        ("based.outer.Base", External("outside.fields.Base")),
        ("ValueError", External("builtins.ValueError")),
        ("based.missing", External("outside.more.missing")),
        ("objects.Missing", None),
        ("Renamed.missing", None),
        ("nowhere", None),
        ("objects", None),
    ],
)
def test_what_lies_outside_is_named_and_the_rest_is_none(release: Project, name: str, found: object) -> None:
    assert release.resolve(use(release), name) == found


def test_a_module_is_found_by_the_name_it_has_here(release: Project) -> None:
    found = release.imported(use(release), "objects.flavor")
    assert found is not None
    assert found.path == "pkg/objects/flavor.py"


def test_names_of_a_function_and_of_a_class_come_first(release: Project) -> None:
    module = use(release)
    here = module.names["Here"]
    assert isinstance(here, ast.ClassDef)
    method = here.body[1]
    found = release.resolve(module, "Image", method)
    assert isinstance(found, Defined)
    assert found.dotted == "pkg.objects.image.Image"
    assert release.resolve(module, "name", method) is None, "a class body is not seen from its methods"
    assert release.resolve(module, "name", here) is not None


def test_files_are_read_in_one_batch_and_never_again() -> None:
    texts = {f"m{number}.py": b"wanted = 1" if number % 2 else b"other = 1" for number in range(6)}
    asked: list[list[str]] = []

    def read(ids: Iterable[str]) -> dict[str, bytes]:
        asked.append(list(ids))
        return {each: texts[each] for each in asked[-1]}

    release = Project("c", {path: path for path in texts}, read)
    pattern = re.compile(rb"wanted")
    for _ in range(2):
        assert release.matching(pattern, lambda path: path != "m5.py") == ["m1.py", "m3.py"]
    release.module("m1.py")
    assert asked == [["m0.py", "m1.py", "m2.py", "m3.py", "m4.py"]]


def test_mro_is_pythons() -> None:
    release = project(
        {
            "a.py": """
                import six
                from lib import Meta, Ext
                class Root(six.with_metaclass(Meta, Ext)): pass
                class Left(Root): pass
                class Right(Root, object): pass
                class Both(Left, Right): pass
                class Odd(Root, Left): pass
                Made = Meta('Made', (Left,), {})
                class WithMeta(Met): pass
                Met = six.with_metaclass(Meta, Right)
                class FromMade(Made): pass
                class Lost(make()): pass
                class Loop(Loop): pass
            """
        }
    )
    module = release.find("a")
    assert module is not None

    def order(name: str) -> list[str]:
        found = release.resolve(module, name)
        assert isinstance(found, Defined)
        return [each.name for each in release.mro(found)]

    assert order("Both") == ["Both", "Left", "Right", "Root", "Ext"]
    assert order("Odd") == ["Odd", "Root", "Ext", "Left"]
    assert order("FromMade") == ["FromMade", "Made", "Left", "Root", "Ext"]
    assert order("WithMeta") == ["WithMeta", "Met", "Right", "Root", "Ext"]
    assert order("Lost") == ["Lost", "?make()"]
    assert order("Loop") == ["Loop"]


def test_packages_without_a_file_and_other_roots() -> None:
    release = project(
        {
            "src/shop/space/things.py": "class Thing: pass\n",
            "src/shop/use.py": "import shop.space.things\nfrom shop import space\nfrom shop.space import things as t, missing\n",
        }
    )
    module = release.find("shop.use")
    assert module is not None
    for name in ("shop.space.things.Thing", "space.things.Thing", "t.Thing"):
        found = release.resolve(module, name)
        assert isinstance(found, Defined), name
        assert found.dotted == "shop.space.things.Thing"
    assert release.resolve(module, "missing") is None
    assert release.resolve(module, "space.missing") is None
