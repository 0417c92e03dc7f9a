"""What callers of an older release of a library may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import dedent

import pytest

from compatlint.check.keyed.causes import change_of
from compatlint.check.keyed.meet import by_key
from compatlint.notations.languages.python import Project
from compatlint.notations.openstack import library
from compatlint.notations.openstack.library.public_names import is_library, wants

SETUP = "[metadata]\nname = python-shopclient\n"
PATH = "shopclient/v3/parcels.py"
HEAD = '''
class Base:
    """Everything."""
    def inherited(self): ...

class Parcels(Base):
    """Parcels of the shop."""
'''


def release(files: Mapping[str, str]) -> Project:
    texts = {path: dedent(text).encode() for path, text in files.items()}

    def read(blobs: Iterable[str]) -> dict[str, bytes]:
        return {blob: texts[blob] for blob in blobs}

    return Project("c", {path: path for path in texts}, read)


def broken(old: Mapping[str, str], new: Mapping[str, str]) -> set[tuple[str, str, str]]:
    """Return (codec, item, change) of all that goes wrong."""
    before, after = release({"setup.cfg": SETUP, **old}), release({"setup.cfg": SETUP, **new})
    changed = [path for path in {*old, *new} if wants(path)]
    return {
        (meeting.name, clash.item, str(change_of(meeting, clash)))
        for meeting in library.lower(before, after, changed).meetings
        for clash in by_key(meeting)
    }


def method(old: str, new: str) -> set[tuple[str, str, str]]:
    """Return what goes wrong when one method becomes another."""
    return broken({PATH: f"{HEAD}    {old}: ...\n"}, {PATH: f"{HEAD}    {new}: ...\n"})


def module(old: str, new: str, **more: str) -> set[tuple[str, str, str]]:
    others = {f"shopclient/{name}.py": text for name, text in more.items()}
    return broken({PATH: old}, {PATH: new, **others})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("def send(self, a)", "def send(self, a)", set()),
        ("def send(self, a)", "def send(self, a, b=None)", set()),
        ("def send(self, a)", "def send(self, a, *, b=None)", set()),
        ("def send(self, a)", "def send(self, a, **kwargs)", set()),
        ("def send(self, a)", "def send(self, *args, **kwargs)", set()),
        ("def send(self, a, b=1)", "def send(self, c, a, *args, b=1)", set()),
        ("def send(self, a, b=1)", "def send(self, a, b)", {("Parcels.send", "b", "made-required")}),
        ("def send(self, a)", "def send(self, a, b)", {("Parcels.send", "b", "key-added")}),
        ("def send(self, a)", "def send(self, a, *, b)", {("Parcels.send", "b", "key-added")}),
        ("def send(self, a, b=1)", "def send(self, a)", {("Parcels.send", "b", "key-removed")}),
        ("def send(self, a, b=1)", "def send(self, a, **kwargs)", set()),
        ("def send(self, a)", "def send(self, b)", {("Parcels.send", "a", "key-renamed")}),
        ("def send(self, a, b=1)", "def send(self, a, c=2, b=1)", {("Parcels.send", "b", "moved")}),
        ("def send(self, a, b=1)", "def send(self, a, *, b=1)", {("Parcels.send", "b", "moved")}),
        ("def send(self, a, *, b=1)", "def send(self, a, c=2, b=1)", set()),
        ("@positional(1)\n    def send(self, a, b=1)", "def send(self, a, c=2, b=1)", set()),
        (
            "@positional(3)\n    def send(self, a, b=1)",
            "def send(self, a, c=2, b=1)",
            {("Parcels.send", "b", "moved")},
        ),
        (
            "@positional.method(1)\n    def send(self, a, b=1)",
            "def send(self, b=1, a=2)",
            {("Parcels.send", "a", "moved")},
        ),
        ("@positional.method(1)\n    def send(self, a, b=1)", "def send(self, a, c=2, b=1)", set()),
        ("def send(self, a)", "@renames.renamed_kwarg('a', 'b')\n    def send(self, b)", set()),
        (
            "@removals.removed_kwarg('b')\n    def send(self, a, b=1)",
            "def send(self, a)",
            {("Parcels.send", "b", "announced")},
        ),
        ("def send(self)", "def other(self)", {("Parcels.send", "", "record-removed")}),
        ("def _send(self)", "def other(self)", set()),
        ("def inherited(self)", "def other(self)", set()),
        ("def __init__(self, a)", "def __init__(self, a, b)", {("Parcels", "b", "key-added")}),
        (
            "@staticmethod\n    def send(a)",
            "@staticmethod\n    def send(a, b)",
            {("Parcels.send", "b", "key-added")},
        ),
        (
            "@classmethod\n    def send(cls, a)",
            "@classmethod\n    def send(cls)",
            {("Parcels.send", "a", "key-removed")},
        ),
        ("@property\n    def state(self)", "def state(self, a)", set()),
        ("def send(self)", "other = send = make()", set()),
    ],
)
def test_a_method_meets_what_it_became(old, new, expected):
    assert method(old, new) == expected


def test_a_deprecated_argument_may_go():
    old = f'{HEAD}    def send(self, a, b=None):\n        if b is not None:\n            warnings.warn("b", DeprecationWarning)\n'
    assert broken({PATH: old}, {PATH: f"{HEAD}    def send(self, a): ...\n"}) == {
        ("Parcels.send", "b", "announced")
    }


@pytest.mark.parametrize(
    "how", ['"""Send; deprecated."""', '"""Send."""\n    warnings.warn("no", DeprecationWarning)']
)
def test_a_deprecated_function_may_go(how):
    assert module(f"def send():\n    {how}\n", "") == {("send", "", "announced")}


def test_a_function_that_is_not_documented_or_listed_is_no_promise():
    assert module("def send(): pass\n", "") == set()
    assert module('def send():\n    """Send."""\n', "") == {("send", "", "record-removed")}
    assert module('__all__ = ["other"]\ndef send():\n    """Send."""\n', "") == set()


@pytest.mark.parametrize(
    "way",
    [
        "from shopclient.moved import send",
        "from shopclient.moved import *",
        "from elsewhere import send",
        "send = shim()",
    ],
)
def test_what_can_still_be_imported_is_still_there(way):
    assert (
        module('def send():\n    """Send."""\n', f"{way}\n", moved='def send():\n    """Send."""\n') == set()
    )


def test_what_moved_meets_what_it_became():
    moved = 'def send(a):\n    """Send."""\n'
    assert module('def send():\n    """Send."""\n', "from shopclient.moved import send\n", moved=moved) == {
        ("send", "a", "key-added")
    }


@pytest.mark.parametrize("base", ["elsewhere.Base", "Unknown", "dict"])
def test_bases_that_cannot_be_followed_may_have_it(base):
    old = 'class Parcels:\n    """Parcels."""\n    def send(self): ...\n'
    new = f'import elsewhere\nclass Parcels({base}):\n    """Parcels."""\n'
    assert module(old, new) == ({("Parcels.send", "", "record-removed")} if base == "dict" else set())


def test_a_module_that_is_gone_is_one_thing():
    assert broken({PATH: HEAD}, {}) == {("shopclient.v3.parcels", "", "record-removed")}
    assert broken({PATH: f"# deprecated\n{HEAD}"}, {}) == {("shopclient.v3.parcels", "", "announced")}
    assert broken({PATH: HEAD}, {"shopclient/v3/parcels/__init__.py": HEAD}) == set()
    assert broken({PATH: "_x = 1\n"}, {}) == set()


@pytest.mark.parametrize(
    ("files", "yes"),
    [
        ({"setup.cfg": "[metadata]\nname = python-shopclient\n"}, True),
        ({"setup.cfg": "[metadata]\nname = oslo.shop\n"}, True),
        ({"setup.cfg": "[metadata]\nname = shop-lib\n"}, True),
        ({"setup.cfg": "[metadata]\nname = shop\n"}, False),
        (
            {
                "setup.cfg": "[metadata]\nname = shop\nclassifier =\n    Topic :: Software Development :: Libraries\n"
            },
            True,
        ),
        ({"pyproject.toml": "[project]\nname = 'os-shop'\n"}, True),
        (
            {
                "pyproject.toml": "[project]\nname = 'shop'\nclassifiers = ['Topic :: Software Development :: Libraries']\n"
            },
            True,
        ),
        ({"pyproject.toml": "[project]\nname = 'shop'\n"}, False),
        ({"pyproject.toml": "[project\n", "setup.cfg": "x\n"}, False),
        ({"pyproject.toml": "project = 3\n"}, False),
        ({}, False),
    ],
)
def test_which_projects_are_libraries(files, yes):
    assert is_library(release(files)) is yes


def test_a_service_promises_none_of_its_functions():
    old, new = release({PATH: HEAD}), release({PATH: ""})
    assert library.lower(old, new, [PATH]).meetings == ()


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        ("shopclient/v3/parcels.py", True),
        ("shopclient/__init__.py", True),
        ("shopclient/_private.py", False),
        ("shopclient/_private/__init__.py", False),
        ("shopclient/tests/__init__.py", False),
        ("shopclient/openstack/common/base.py", False),
        ("setup.py", False),
        ("doc/source/conf.py", False),
    ],
)
def test_public_files(path, yes):
    assert wants(path) is yes


@pytest.mark.parametrize(
    "text",
    [
        "def f(*, a, **b): 'x'\n",
        "class A(A): 'x'\n",
        "class A(A.b, metaclass=c):\n    'x'\n    def f(): ...\n",
        "x = (\n",
    ],
)
def test_no_source_is_too_odd(text):
    for old, new in ((text, HEAD), (HEAD, text), (text, text)):
        module(old, new)
