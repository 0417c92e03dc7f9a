"""Every pattern of the Python notations takes time in proportion to the text, whatever the text repeats."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from itertools import product

import pytest

PACKAGES = (
    "compatlint.notations.languages.python",
    "compatlint.notations.openstack",
    "compatlint.notations.sql",
)
SMALL = 6_000
SLOW = 0.02  # seconds for the small text, below which a ratio says nothing


def _patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    seen: set[object] = set()
    for package in PACKAGES:
        top = importlib.import_module(package)
        for each in pkgutil.walk_packages(top.__path__, f"{package}."):
            module = importlib.import_module(each.name)
            for name, value in vars(module).items():
                held = [*value] if isinstance(value, tuple | list) else [value]
                flat = [part for one in held for part in (one if isinstance(one, tuple) else (one,))]
                for found in flat:
                    if isinstance(found, re.Pattern) and found not in seen:
                        seen.add(found)
                        yield f"{each.name}.{name}", found


def _units(pattern: str) -> list[str]:
    """Return short texts that a pattern may like: its own literals, blanks, and pairs of both."""
    words = re.findall(r"[A-Za-z_]{2,}", re.sub(r"\\[A-Za-z]", " ", pattern))[:8]
    marks = [each for each in "()[]{}=\"'.,:;*@#-" if each in pattern]
    plain = ["\n", " ", "\t", "a", "1", *words, *marks]
    pairs = [one + two for one, two in product([*words[:4], "a", "\n"], [" ", "\n", *marks[:6]])]
    return [*plain, *pairs]


def _seconds(pattern: re.Pattern[str] | re.Pattern[bytes], text: str) -> float:
    start = time.process_time()
    if isinstance(pattern.pattern, bytes):
        re.compile(pattern.pattern, pattern.flags).search(text.encode())
    else:
        re.compile(pattern.pattern, pattern.flags).search(text)
    return time.process_time() - start


@pytest.mark.parametrize(("name", "pattern"), list(_patterns()), ids=lambda each: str(each)[-60:])
def test_twice_the_text_takes_no_more_than_thrice_the_time(
    name: str, pattern: re.Pattern[str] | re.Pattern[bytes]
) -> None:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode()
    for unit in _units(source):
        text = unit * (SMALL // len(unit))
        if _seconds(pattern, text) < SLOW and _seconds(pattern, text * 2) < 3 * SLOW:
            continue
        small = min(_seconds(pattern, text) for _ in range(3))
        large = min(_seconds(pattern, text * 2) for _ in range(3))
        assert large < 3 * max(small, SLOW), f"{name} over {unit!r}: {small:.3f} s, then {large:.3f} s"
