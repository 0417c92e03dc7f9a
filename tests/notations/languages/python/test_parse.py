from __future__ import annotations

import ast
import re
import warnings

import pytest

from compatlint.notations.languages.python.parse import MAX_BYTES, parse
from tests.projects import project


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"print 'x'\n", "Python 2 (line 1)"),
        (b"try:\n    pass\nexcept IOError, error:\n    pass\n", "Python 2 (line 3)"),
        (b"mode = 0777\n", "Python 2"),
        (b"raise ValueError, 'x'\n", "Python 2"),
        (b"if a <> b:\n    pass\n", "Python 2"),
        (b"def f(:\n", "not valid Python"),
        (b"x = '\0'\n", "null bytes"),
        (b"# coding: klingon\n", "none in its encoding"),
        (b"async \xbe\n", "none in its encoding"),
        (b"# coding: punycode\n" + b"x" * 100_000, "none in its encoding"),
        (b"(" * 5000 + b")" * 5000, "nested|too many"),
        (b"x" * (MAX_BYTES + 1), "over the limit"),
    ],
)
def test_what_cannot_be_parsed_has_a_reason(source: bytes, reason: str) -> None:
    found = parse(source)
    assert isinstance(found, str)
    assert re.search(reason.replace("(", r"\(").replace(")", r"\)"), found)


def test_async_was_a_name_once() -> None:
    assert not isinstance(parse(b"def call(async=False):\n    await = async\n"), str)


def test_a_stray_backslash_does_not_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not isinstance(parse(b"x = '\\d' is 'y'\n"), str)


def test_a_project_remembers_why_a_file_failed() -> None:
    release = project({"a.py": "print 'x'", "b.py": "x = 1"})
    assert release.module("a.py") is None
    assert "Python 2" in release.failed["a.py"]
    assert release.module("b.py") is not None
    assert release.module("missing.py") is None
    assert list(release.failed) == ["a.py"]


@pytest.mark.parametrize(
    "source", [b"# coding: latin-1\nx = '\xe9'\n", b"\xef\xbb\xbfx = '\xc3\xa9'\n", b"x = '\xc3\xa9'\r\n"]
)
def test_a_file_is_read_in_the_encoding_that_it_names(source: bytes) -> None:
    tree = parse(source)
    assert not isinstance(tree, str)
    assert "'\xe9'" in ast.unparse(tree)
