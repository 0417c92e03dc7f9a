"""The migration scripts of a release.

Where they are, what they come after, and in which phase of an upgrade they run.

Two kinds: alembic's, which name themselves and what they revise, and sqlalchemy-migrate's, which are
numbered. Told by the text of a script; only those that are new are ever parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from compatlint.notations.languages.python import Project

EXPAND: Final = "expand"
MIGRATE: Final = "migrate"
CONTRACT: Final = "contract"

FOLDER: Final = re.compile(r"(^|/)(\w*versions)/")
_NUMBERED = re.compile(r"^(\d{2,4})_\w+\.(py|sql)$")
_REVISION = re.compile(rb"^revision\s*(?::[^=\n]+)?=\s*['\"]([^'\"\n]+)['\"]", re.MULTILINE)
_DOWN = re.compile(
    rb"^(down_revision|depends_on)\s*(?::[^=\n]+)?=\s*(\([^)]*\)|\[[^\]]*\]|[^\n]*)", re.MULTILINE
)
_LABELS = re.compile(rb"^branch_labels\s*(?::[^=\n]+)?=\s*([^\n]*)", re.MULTILINE)
_QUOTED = re.compile(rb"['\"]([^'\"]+)['\"]")
_PHASES: Final = (
    (CONTRACT, re.compile(r"(^|[/_])contract(_|/|\d|$)")),
    (EXPAND, re.compile(r"(^|[/_])expand(_|/|\d|$)")),
    (MIGRATE, re.compile(r"(^|[/_])(data_migrations?|migrate)(_repo|/|\d|$)")),
)


@dataclass(frozen=True, slots=True)
class Script:
    """One script. `revision` names it among those of its `repository`; a numbered one has a `number` too.

    `after`: the revisions that it revises; `needs`: others that must have run. `phase` is "" where an upgrade
    has no phases. `labelled`: it names a branch of its own.
    """

    path: str
    repository: str
    revision: str
    number: int | None = None
    after: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    phase: str = ""
    labelled: bool = False

    @property
    def stem(self) -> str:
        """Return the file's name without its ending."""
        return self.path.rpartition("/")[2].rpartition(".")[0]


def wants(path: str) -> bool:
    """Tell whether a path may be that of a script."""
    return path.endswith(".py") and FOLDER.search(path) is not None and not path.endswith("__init__.py")


def scripts(release: Project) -> dict[str, Script]:
    """Return every script of a release by its path."""
    paths = [path for path in release.files if wants(path) and not _is_test(path)]
    found: dict[str, Script] = {}
    named = [path for path in paths if _NUMBERED.match(path.rpartition("/")[2])]
    sources = release.sources(paths)
    for path in paths:
        made = _script(path, sources.get(path, b""), path in set(named))
        if made is not None:
            found[path] = made
    return found


def _is_test(path: str) -> bool:
    return any(part in ("tests", "test") for part in path.split("/"))


def _script(path: str, source: bytes, numbered: bool) -> Script | None:
    match = FOLDER.search(path)
    if match is None:
        return None
    folder, name = path[: match.end(2)], path.rpartition("/")[2]
    revision = _REVISION.search(source)
    if revision is not None:
        label = _LABELS.search(source)
        return Script(
            path,
            folder,
            revision[1].decode("utf-8", "replace"),
            None,
            _named(source, b"down_revision"),
            _named(source, b"depends_on"),
            _phase(path, label[1] if label else b""),
            label is not None and label[1].strip() not in (b"None", b"()", b"[]"),
        )
    if numbered:
        return Script(
            path, folder, name.rpartition(".")[0], int(name.partition("_")[0]), phase=_phase(path, b"")
        )
    return None


def _named(source: bytes, word: bytes) -> tuple[str, ...]:
    """Return the revisions that a script gives to one of alembic's names."""
    texts = (text for name, text in _DOWN.findall(source) if name == word)
    return tuple(quoted.decode("utf-8", "replace") for text in texts for quoted in _QUOTED.findall(text))


def _phase(path: str, label: bytes) -> str:
    bare = path.rpartition(".")[0]
    tail = "/".join(bare.split("/")[-4:])
    for phase, pattern in _PHASES:
        if pattern.search(tail) if phase != MIGRATE else "data_migration" in tail:
            return phase
    lower = label.lower()
    return CONTRACT if b"contract" in lower else EXPAND if b"expand" in lower else ""


def heads(found: Iterable[Script]) -> list[Script]:
    """Return alembic's scripts that nothing comes after."""
    every = [each for each in found if each.number is None and each.phase != MIGRATE]
    revised = {name for each in every for name in each.after}
    return [each for each in every if each.revision not in revised]


def highest(found: Iterable[Script]) -> dict[str, Script]:
    """Return the last numbered script of each repository."""
    last: dict[str, Script] = {}
    for each in found:
        if each.number is not None and (
            each.repository not in last or (last[each.repository].number or 0) < each.number
        ):
            last[each.repository] = each
    return last


def in_order(found: Sequence[Script], every: Mapping[str, Script]) -> list[Script]:
    """Return scripts in the order in which an upgrade runs them.

    By what they come after, by number, expansion first.
    """
    by_name = {each.revision: each for each in every.values()}
    depth: dict[str, int] = {}
    for each in found:
        _deepen(each, by_name, depth)
    ranks = {EXPAND: 0, "": 0, MIGRATE: 1, CONTRACT: 2}
    return sorted(
        found, key=lambda each: (ranks[each.phase], each.number or 0, depth[each.revision], each.path)
    )


def _deepen(script: Script, by_name: Mapping[str, Script], depth: dict[str, int]) -> None:
    """Note for a script, and for all that it comes after, how many come one after the other up to it."""
    stack = [script]
    while stack:
        current = stack[-1]
        below = [by_name[name] for name in (*current.after, *current.needs) if name in by_name]
        if current.revision not in depth:
            depth[current.revision] = 0  # a cycle ends here
            stack.extend(each for each in below if each.revision not in depth)
            continue
        stack.pop()
        if not depth[current.revision]:
            depth[current.revision] = 1 + max((depth[each.revision] for each in below), default=0)
