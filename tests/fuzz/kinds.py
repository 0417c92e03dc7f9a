"""What is done with an input of each kind. The one exception allowed is CompatlintError, in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from compatlint import config, toml
from compatlint.check import waivers
from compatlint.check.findings import Comparison
from compatlint.comparison.pipeline import check, compare
from compatlint.config import Config
from compatlint.errors import CompatlintError
from compatlint.notations.languages.cpp import name_index
from compatlint.notations.languages.cpp import parse as cpp_parse
from compatlint.report.formats import Format
from compatlint.sources.git import revisions, tags
from tests.fuzz import cpp, python, texts
from tests.fuzz.store import Files, MemoryRepository
from tests.projects import project

FORMATS = tuple(Format)
OFTEN = 8
Made = Any


def made(kind: str, number: int) -> Made:
    """Return the input of a kind that a number names."""
    return KINDS[kind][0](Random(f"{kind} {number}"))


def tried(kind: str, given: Made) -> None:
    """Do with an input what compatlint does; raise where it must not."""
    try:
        KINDS[kind][1](given)
    except CompatlintError as error:
        assert "\n" not in str(error).strip(), repr(str(error))


def compared(old: Files, new: Files, names: tuple[str, ...] = ()) -> Comparison:
    """Return what two releases in memory cannot read of each other."""
    repository: Any = MemoryRepository(old, new)
    return compare(
        repository, "v1.0.0", "v2.0.0", promise="all", config=Config(notations=names), rules=rules()
    )


def pairs(given: tuple[Files, Files]) -> None:
    old, new = given
    found = compared(old, new)
    if sum(map(len, new.values())) % OFTEN:
        return  # reports and the check of one release cost as much again
    for name in FORMATS:
        report = import_module(f"compatlint.report.{name}").render(found, rulebook=rules())
        assert "\x1b" not in report or name == "text"
    repository: Any = MemoryRepository(old, new)
    check(repository, repository.tree("v2.0.0"), config=Config(), rules=rules())


_RULES: list[Any] = []


def rules() -> Any:
    """Return the rules that ship; they are read once."""
    if not _RULES:
        from compatlint.comparison.context import PairContext

        _RULES.append(PairContext(None, None, None, Config(), None).book())  # type: ignore[arg-type]  # of no comparison
    return _RULES[0]


def cpp_files(given: tuple[Files, Files]) -> None:
    """Run what stands before the lowering of C++: names, pieces, facts, what differs."""
    for files in given:
        for content in files.values():
            name_index.names(content)
            cpp_parse.parse(content)


def python_files(given: tuple[Files, Files]) -> None:
    """Parse the modules, and tell what each of their names is worth."""
    for files in given:
        release = project(files)
        for path in files:
            module = release.module(path)
            for name in module.bindings if module is not None else ():
                release.value_of(release.resolve(module, name))


def read_toml(text: str) -> None:
    for name in ("compatlint.toml", "pyproject.toml"):
        with contextlib.suppress(CompatlintError):
            settled = config._settled(Path(name), text, Path())
            import_module("compatlint.comparison.context").sound(settled)
    with contextlib.suppress(toml.TomlError):
        table = toml.loads(text)
        rows = table.get("waiver")
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            with contextlib.suppress(CompatlintError):
                waivers._entry(Path("w"), number, row)
    waivers.comments("a.h", f"// compatlint: waive {text}")


def read_revision(text: str) -> None:
    tags.version_of(text)
    tags.latest([text, "v1.0.0"])
    revisions.suggestion(text, ["v1.0.0", "main"])
    for shallow in (True, False):
        revisions.fetch_command(text, "origin", shallow)
    for reading in revisions.split_range(text):
        for side in (reading.old, reading.new):
            with contextlib.suppress(CompatlintError):
                revisions.checked(side)


KINDS: dict[str, tuple[Callable[[Random], Made], Callable[[Made], None]]] = {
    "cpp": (cpp.pair, pairs),
    "python": (python.pair, pairs),
    "cpp-files": (cpp.pair, cpp_files),
    "python-files": (python.pair, python_files),
    "flip": (texts.flipped, pairs),
    "toml": (texts.toml, read_toml),
    "revisions": (texts.revision, read_revision),
}
