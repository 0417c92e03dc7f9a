"""No pattern takes more than linear time, whatever text it is searched in.

Every compiled pattern of the package is run over repeats of what it is made of, at n and at twice n.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import re._constants as codes  # the parsed form of a pattern, to find its literals
import re._parser as parser
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import compatlint

LENGTH = 10_000
FACTOR = 3.0
ENOUGH = 0.05  # seconds that the longest text may take where its length has a limit
FLOOR = 0.003  # seconds of the processor below which nothing can be told
# What is cut before it is asked: to this many characters.
LIMITED = {
    "compatlint.sources.git.tags._TAG": 100,
    "compatlint.sources.git.tags._REST": 100,
    "compatlint.sources.git.revisions._STEPS": 1000,
}
SOURCE = "\n".join(path.read_text() for path in Path(compatlint.__file__).parent.rglob("*.py"))
SEPARATORS = (
    " ",
    "\n",
    "\t",
    " \n",
    "a",
    "a ",
    "a\n",
    "aA0",
    "1",
    "\\",
    "\\\n",
    "//",
    "/*",
    '"',
    "'",
    ",",
    ".",
    "x.",
    "a, ",
)


def modules() -> Iterator[types.ModuleType]:
    for found in pkgutil.walk_packages(compatlint.__path__, "compatlint."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for each in (*value.keys(), *value.values()):
            yield from patterns_in(each, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns_in(each, depth + 1)
    elif depth < 4 and dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from patterns_in(getattr(value, field.name, None), depth + 1)
    elif isinstance(value, type) and value.__module__.startswith("compatlint"):
        for each in vars(value).values():
            yield from patterns_in(each, depth + 1)


def all_patterns() -> dict[str, re.Pattern]:
    found: dict[str, re.Pattern] = {}
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(patterns_in(value)):
                if pattern not in found.values():
                    found[f"{module.__name__}.{name}.{number}"] = pattern
    return found


PATTERNS = all_patterns()


def pieces(pattern: re.Pattern) -> list[str]:
    """Return texts that a pattern is made of: each run of literals, and what stands for its classes."""
    found: list[str] = []

    def walk(parsed: object) -> None:
        run = ""
        for code, value in parsed:
            if code is codes.LITERAL:
                run += chr(value)
                continue
            if run:
                found.append(run)
                run = ""
            if code is codes.IN:
                found.extend(chr(each) for kind, each in value if kind is codes.LITERAL)
            for each in value if isinstance(value, tuple | list) else (value,):
                for inner in each if isinstance(each, list) else (each,):
                    if isinstance(inner, parser.SubPattern):
                        walk(inner)
        if run:
            found.append(run)

    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    walk(parser.parse(text, pattern.flags & ~re.UNICODE & ~re.LOCALE))
    return list(dict.fromkeys(found))


def attacks(pattern: re.Pattern) -> Iterator[tuple[str, str, str]]:
    """Yield (head, what is repeated, tail)."""
    literals = pieces(pattern)[:12]
    units = [*literals, *SEPARATORS, *(each + more for each in literals for more in (" ", "\n", "a ", ", "))]
    heads = ["", *(each for each in literals if each.strip())][:4]
    for unit in dict.fromkeys([*units, "".join(literals)]):
        if unit:
            yield from ((head, unit, "\0") for head in heads)
            yield "", unit, ""


def way(name: str) -> str:
    """Return how a pattern is asked: at the beginning of a text only, or anywhere in it."""
    module, variable, _ = name.rsplit(".", 2)
    source = Path(importlib.import_module(module).__file__ or "").read_text()
    source = source if variable.startswith("_") else SOURCE
    asked = set(re.findall(rf"(?<!\w){variable}(?:\[[^]]*\])?(?:\.(\w+)\(|(?=[,)\]]))", source))
    if asked and asked <= {"fullmatch"}:
        return "fullmatch"
    return "match" if asked and asked <= {"match", "fullmatch"} else "search"


def seconds(method: Callable[[str | bytes], object], text: str | bytes) -> float:
    began = time.process_time()
    method(text)
    return time.process_time() - began


def repeated(pattern: re.Pattern, head: str, unit: str, tail: str, length: int) -> str | bytes:
    text = head + unit * (length // len(unit)) + tail
    return text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")


def worst(name: str, pattern: re.Pattern) -> tuple[float, str]:
    """Return how many times longer twice the text takes, at worst, and over what."""
    most, over = 0.0, ""
    method = getattr(pattern, way(name))
    length = LIMITED.get(name.rpartition(".")[0], LENGTH)
    for head, unit, tail in attacks(pattern):
        text = repeated(pattern, head, unit, tail, length)
        if seconds(method, text) < (ENOUGH if length < LENGTH else FLOOR):
            continue
        half = repeated(pattern, head, unit, tail, length // 2)
        short, long = (min(seconds(method, each) for _ in range(3)) for each in (half, text))
        if long >= FLOOR and long / max(short, 1e-9) > most:
            most = long / max(short, 1e-9)
            over = f"{head!r} + {unit!r} repeated + {tail!r}: {short:.4f} s and {long:.4f} s"
        if most > FACTOR:
            break
    return most, over


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_takes_about_twice_as_long(name: str) -> None:
    factor, over = worst(name, PATTERNS[name])
    assert factor < FACTOR, f"{PATTERNS[name].pattern!r} over {over}"
