"""What must not matter does not: comments, blanks, the order of functions, names of locals; and nothing differs from itself."""

from __future__ import annotations

import re
from random import Random

import pytest

from compatlint.errors import SourceError
from tests.fuzz import cpp, python
from tests.fuzz.kinds import compared

pytestmark = pytest.mark.fuzz
Signature = set[tuple[str, str, str, tuple[str, ...]]]
PATH = "src/a.h"


def headers(number: int) -> tuple[str, str]:
    """Return a well-formed header before and after a change."""
    choose = Random(f"metamorphic {number}")
    names = ["T0", "T1"]
    old = [cpp.structure(choose, name, names) for name in names]
    new = [old[0], cpp.change(choose, old[1])]
    return "\n".join(old), "\n".join(new)


def found(old: str, new: str, path: str = PATH) -> Signature:
    try:
        comparison = compared({path: old.encode()}, {path: new.encode()})
    except SourceError:
        return {("refused", "", "", ())}
    return {(each.rule, each.codec, each.item, tuple(each.breaks)) for each in comparison.findings} | {
        ("unread", each.codec, "", ()) for each in comparison.unread
    }


def told(signature: Signature) -> Signature:
    """Leave out what is unread: that of a structure shows only where its text differs."""
    return {each for each in signature if each[0] != "unread"}


def commented(text: str) -> str:
    return "/* before */\n" + "\n".join(
        f'{line} // {{ encode(x, bl); \\"' if line else line for line in text.split("\n")
    )


def spaced(text: str) -> str:
    return re.sub(r"([;{}])", r"\1  ", text).replace("\n", "\n\n\t")


def renamed(text: str) -> str:
    return re.sub(r"\bhas\b", "present", re.sub(r"\bbl\b", "out", re.sub(r"\bp\b", "it", text)))


def turned(text: str) -> str:
    """Exchange the encoder and the decoder of every structure."""
    return re.sub(r"(  void encode\(.*?\n  }\n)(  void decode\(.*?\n  }\n)", r"\2\1", text, flags=re.DOTALL)


@pytest.mark.parametrize("number", range(25))
def test_what_must_not_matter(number: int) -> None:
    old, new = headers(number)
    expected = found(old, new)
    for change in (commented, spaced, renamed, turned):
        assert found(change(old), change(new)) == expected, change.__name__
        assert told(found(old, change(new))) == told(expected), f"{change.__name__} on one side"


@pytest.mark.parametrize("number", range(25))
def test_nothing_differs_from_itself(number: int) -> None:
    old, new = headers(number)
    assert found(new, new) == set()
    assert told(found(old, commented(old))) == set()


@pytest.mark.parametrize("number", range(25))
def test_a_change_is_seen_from_either_side(number: int) -> None:
    """Where something is found one way, something is found or unread the other way."""
    old, new = headers(number)
    assert bool(found(old, new)) == bool(found(new, old))


@pytest.mark.parametrize("number", range(25))
def test_a_comment_in_python_changes_nothing(number: int) -> None:
    choose = Random(f"metamorphic {number}")
    path, make = choose.choice(python.MAKERS)
    old = make(choose)
    new = python.change(choose, old)
    path = path.format(0)
    expected = found(old, new, path)
    said = "\n".join(f"{line}  # comment" if line else line for line in new.split("\n"))
    assert found(old, said, path) == expected
    assert found(old, f"# before\n\n{new}\n\n", path) == expected
