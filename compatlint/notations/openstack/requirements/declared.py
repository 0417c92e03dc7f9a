"""What a release says that it needs: the lines of its requirement files, grouped by package.

Read are `requirements.txt` beside a distribution's metadata (pbr takes it from there), `install_requires` of
`setup.cfg` and `dependencies` of `pyproject.toml`. A list that pins nearly everything is a lock, and says
nothing about what else would do.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from compatlint import toml
from compatlint.notations.openstack.requirements.package_lines import PYTHONS, Declared, Group, Pythons
from compatlint.notations.openstack.requirements.wants import wants
from compatlint.wire.ir.records import Missing
from compatlint.wire.ir.span import Span

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project

PYTHON: Final = "python"

_SIZE: Final = 1 << 20
_LINES: Final = 20_000
_LINE: Final = 2_000
_LOCK: Final = 10  # so many lines at least make a lock of a list that pins nearly everything
_COMMENT: Final = re.compile(r"(^|\s)#.*$")
_HASHES: Final = re.compile(r"\s--hash[= ]\S+")
_SETTING: Final = re.compile(
    r"\A\s*(?:-|[\w+]+://|\.{0,2}/)"
)  # an option, an address, a path: they name no range
_METADATA: Final = ("setup.cfg", "setup.py", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class DeclaredPackages:
    """The packages of a release by folder and normalised name, and what could not be read."""

    groups: dict[tuple[str, str], Group]
    missing: tuple[Missing, ...]

    def supported(self, group: Group) -> Pythons:
        """Return the versions of Python that the distribution of `group` runs on.

        All of them if it does not say.
        """
        own = self.groups.get((group.folder, PYTHON))
        if own is None or own is group:
            return PYTHONS
        return frozenset(
            each
            for each in PYTHONS
            if all(line.requirement.specifier.contains(each, prereleases=True) for line in own.lines)
        )


@dataclass(slots=True)
class _RequirementLines:
    """One release being read."""

    commit: str
    path: str = ""
    found: list[Declared] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)

    def take(self, text: str, line: int) -> None:
        """Add one requirement."""
        span = Span(self.commit, self.path, line, line)
        try:
            self.found.append(Declared(Requirement(text), span))
        except (InvalidRequirement, ValueError, RecursionError):
            self.miss(
                f"not a requirement: {text[:80]}", line, re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]
            )

    def miss(self, reason: str, line: int = 1, codec: str = "") -> None:
        """Say that something was not read."""
        self.missing.append(Missing(codec or self.path, Span(self.commit, self.path, line, line), reason))


def declare(release: Project) -> DeclaredPackages:
    """Return what a release needs."""
    folders = {path.rpartition("/")[0] for path in release.files if path.rpartition("/")[2] in _METADATA} | {
        "",
        "tools",
    }
    paths = sorted(path for path in release.files if wants(path) and path.rpartition("/")[0] in folders)
    sources = release.sources(paths)
    lines: dict[tuple[str, str], list[Declared]] = {}
    missing: list[Missing] = []
    for path in paths:
        reading = _RequirementLines(release.commit, path)
        _read(reading, sources.get(path, b""))
        folder = "" if path.startswith("tools/") else path.rpartition("/")[0]
        for each in reading.found:
            lines.setdefault((folder, canonicalize_name(each.requirement.name)), []).append(each)
        missing.extend(reading.missing)
    groups = {key: Group(found[0].requirement.name, key[0], tuple(found)) for key, found in lines.items()}
    return DeclaredPackages(groups, tuple(missing))


def _read(reading: _RequirementLines, source: bytes) -> None:
    if len(source) > _SIZE:
        reading.miss("the file is too large")
        return
    text = source.decode("utf-8", "replace")
    if reading.path.endswith("setup.cfg"):
        _setup(reading, text)
    elif reading.path.endswith(".toml"):
        _pyproject(reading, text)
    else:
        for line, entry in _entries(text):
            reading.take(entry, line)
        pinned = sum(
            1 for each in reading.found if re.fullmatch(r"={2,3}[^*,]+", str(each.requirement.specifier))
        )
        if len(reading.found) >= _LOCK and pinned * 10 >= len(reading.found) * 9:
            reading.found.clear()


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Yield the requirements of a `requirements.txt` with their lines.

    No comments, no options, lines continued.
    """
    held, start = "", 0
    for number, raw in enumerate(text.splitlines()[:_LINES], 1):
        line = _HASHES.sub(" ", _COMMENT.sub("", f" {raw[:_LINE]}")).rstrip()
        start = start if held else number
        if line.endswith("\\") and len(held) < _LINE:
            held += line[:-1]
            continue
        entry, held = (held + line).strip(), ""
        if entry and not _SETTING.match(entry):
            yield start, entry


def _setup(reading: _RequirementLines, text: str) -> None:
    """Read `setup.cfg`: `install_requires`, and the version of Python as setuptools or pbr spell it."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = lambda optionstr: optionstr.lower().replace("-", "_")  # type: ignore[method-assign]  # as documented
    try:
        parser.read_string(text)
    except configparser.Error as error:
        first = str(error).partition("\n")[0]
        reading.miss(f"not a configuration: {first[:80]}")
        return
    for section, key in (
        ("metadata", "requires_python"),
        ("metadata", "python_requires"),
        ("options", "python_requires"),
    ):
        _python(reading, text, parser.get(section, key, fallback=""))
    for _, entry in _entries(parser.get("options", "install_requires", fallback="")):
        reading.take(entry, _line(text, entry))


def _pyproject(reading: _RequirementLines, text: str) -> None:
    """Read `pyproject.toml`: `requires-python` and `dependencies`."""
    try:
        project = toml.loads(text).get("project")
    except toml.TomlError as error:
        reading.miss(f"not TOML: {str(error)[:80]}")
        return
    if not isinstance(project, dict):
        return
    _python(reading, text, project.get("requires-python"))
    listed = project.get("dependencies")
    for entry in listed[:_LINES] if isinstance(listed, list) else ():
        if isinstance(entry, str):
            reading.take(entry, _line(text, entry))


def _python(reading: _RequirementLines, text: str, wanted: object) -> None:
    """Take the versions of Python for a requirement like any other."""
    if not isinstance(wanted, str) or not wanted.strip():
        return
    try:
        reading.take(f"{PYTHON}{SpecifierSet(wanted.strip())}", _line(text, wanted))
    except InvalidSpecifier:
        reading.miss(f"not a range of versions: {wanted[:80]}", _line(text, wanted), PYTHON)


def _line(text: str, part: str) -> int:
    """Return the line on which `part` stands first."""
    return text.count("\n", 0, max(text.find(part.strip().partition("\n")[0]), 0)) + 1
