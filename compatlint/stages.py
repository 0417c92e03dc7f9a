"""The stages of an upgrade: components that exchange data, each at the older or the newer release.

A stage says which component runs which release; `comparison/standings.py` tells which findings show in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final

from compatlint.errors import ConfigError, suggest
from compatlint.vocabulary import Direction

OLD: Final = "old"
NEW: Final = "new"
BOTH: Final = "old and new"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of an upgrade.

    `runs` maps each component to its release: `old`, `new` or `old and new`. `directions` are those in which
    data is read. `left` are components whose newer release has already stored data, although the older one
    runs now.
    """

    name: str
    runs: Mapping[str, str]
    directions: frozenset[Direction]
    left: frozenset[str] = frozenset()
    own: frozenset[Direction] = frozenset()


@dataclass(frozen=True, slots=True)
class Topology:
    """The components of a project, the stages of its upgrade, and the paths of each component's code."""

    components: tuple[str, ...]
    stages: tuple[Stage, ...]
    paths: Mapping[str, tuple[str, ...]]

    def component(self, path: str) -> str:
        """Return the component that owns the code at a path, "" if none does."""
        return next(
            (name for name, patterns in self.paths.items() if any(_below(path, each) for each in patterns)),
            "",
        )


def _below(path: str, pattern: str) -> bool:
    bare = pattern.rstrip("/")
    return path == bare or path.startswith(bare + "/") or fnmatch(path, pattern)


MIXED: Final = frozenset({Direction.MIXED})
ONWARD: Final = frozenset({Direction.UPGRADE, Direction.SKIP})


def custom(table: Mapping[str, object]) -> Topology:
    """Return the topology of a configuration: `components` maps names to paths, `stages` lists the new ones.

    Without `stages`, the components are upgraded one after another, in the given order. Raises ConfigError.
    """
    for key in table:
        if key not in ("components", "stages"):
            raise ConfigError(f"topology: unknown key {key!r}{suggest(key, ('components', 'stages'))}")
    components = table.get("components")
    if not isinstance(components, Mapping) or not components:
        raise ConfigError('topology: components must be a table of paths, such as { agents = ["src/agent"] }')
    paths = {name: _patterns(name, value) for name, value in components.items()}
    names = tuple(paths)
    stages = table.get("stages")
    if stages is None:
        made = [
            _upgraded(f"{name} one by one", names[: index + 1], names, moving=(name,))
            for index, name in enumerate(names)
        ]
    elif isinstance(stages, list):
        made = [_listed(each, names) for each in stages]
    else:
        raise ConfigError(
            'topology: stages must be a list of tables, such as { name = "servers first", new = ["server"] }'
        )
    whole = (
        Stage("all new", dict.fromkeys(names, NEW), ONWARD),
        Stage(
            "rollback of the code",
            dict.fromkeys(names, OLD),
            frozenset({Direction.DOWNGRADE}),
            frozenset(names),
        ),
    )
    return Topology(names, (*made, *whole), paths)


def _patterns(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ConfigError(f'topology: component {name} must be a list of paths, such as ["src/{name}"]')
    return tuple(value)


def _listed(table: object, names: tuple[str, ...]) -> Stage:
    if (
        not isinstance(table, Mapping)
        or not isinstance(table.get("name"), str)
        or not isinstance(table.get("new"), list)
    ):
        raise ConfigError(
            'topology: a stage has a name and a list of what is new, { name = "...", new = ["..."] }'
        )
    for each in table["new"]:
        if each not in names:
            raise ConfigError(f"topology: no component is called {each!r}{suggest(str(each), names)}")
    return _upgraded(table["name"], table["new"], names)


def _upgraded(name: str, new: Iterable[str], names: tuple[str, ...], moving: Iterable[str] = ()) -> Stage:
    """Return the stage in which some components are new; those that are `moving` run both releases at once."""
    newer, both = set(new), set(moving)
    runs = {each: NEW if each in newer else OLD for each in names}
    return Stage(name, {**runs, **dict.fromkeys(both, BOTH)}, MIXED, own=frozenset({Direction.UPGRADE}))
