"""Which stages of an upgrade work: components that meet over links, each at the older or the newer release.

A finding says between whom it shows (`Evidence.writer_at`, `reader_at`); a stage says who runs what. A stage
is broken by every finding whose writer and reader can meet in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final

from compatlint.check.findings import Evidence, Finding, Standing
from compatlint.errors import ConfigError, suggest
from compatlint.vocabulary import Direction, Link, Severity

OLD: Final = "old"
NEW: Final = "new"
BOTH: Final = "old and new"


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment: what each component runs (`old`, `new` or `old and new`), and in which directions its meetings go.

    `left`: components whose newer release has already written what lies at rest, although the older one runs
    (again).
    """

    name: str
    runs: Mapping[str, str]
    directions: frozenset[Direction]
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Topology:
    """A project's components, the stages of its upgrade, and by path whose code is whose (where findings do not say)."""

    components: tuple[str, ...]
    stages: tuple[Stage, ...]
    paths: Mapping[str, tuple[str, ...]]

    def component(self, path: str) -> str:
        """Return the component whose code stands at a path, "" if none claims it."""
        return next(
            (name for name, patterns in self.paths.items() if any(_below(path, each) for each in patterns)),
            "",
        )


def _below(path: str, pattern: str) -> bool:
    bare = pattern.rstrip("/")
    return path == bare or path.startswith(bare + "/") or fnmatch(path, pattern)


_MIXED: Final = frozenset({Direction.MIXED})
_ONWARD: Final = frozenset({Direction.UPGRADE, Direction.SKIP})


def _service(
    name: str, database: str, control: str, agents: str, directions: frozenset[Direction], left: str = ""
) -> Stage:
    runs = {"database": database, "control": control, "agents": agents}
    return Stage(name, runs, directions, frozenset(left.split()))


SERVICES: Final = Topology(
    ("database", "control", "agents"),
    (
        _service("after the database is migrated", NEW, OLD, OLD, _MIXED),
        _service("control plane first", NEW, NEW, OLD, _MIXED),
        _service("control plane before the database", OLD, NEW, OLD, _MIXED),
        _service("agents one by one", NEW, NEW, BOTH, _MIXED),
        _service("all new", NEW, NEW, NEW, _ONWARD),
        _service(
            "rollback of the code", NEW, OLD, OLD, frozenset({Direction.DOWNGRADE}), left="control agents"
        ),
    ),
    {},
)


def custom(table: Mapping[str, object]) -> Topology:
    """Return the topology of a configuration.

    `components` maps names to paths, `stages` lists which of them are new.

    Without `stages`, each component in turn is upgraded, in the order given. Raises ConfigError.
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
            _upgraded(f"{name} upgraded", names[: index + 1], names) for index, name in enumerate(names[:-1])
        ]
    elif isinstance(stages, list):
        made = [_listed(each, names) for each in stages]
    else:
        raise ConfigError(
            'topology: stages must be a list of tables, such as { name = "servers first", new = ["server"] }'
        )
    whole = (
        Stage("all new", dict.fromkeys(names, NEW), _ONWARD),
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


def _upgraded(name: str, new: Iterable[str], names: tuple[str, ...]) -> Stage:
    newer = set(new)
    return Stage(name, {each: NEW if each in newer else OLD for each in names}, _MIXED)


def standings(
    findings: Iterable[Finding], early: Iterable[Finding], topology: Topology, old: str, new: str
) -> tuple[Standing, ...]:
    """Return how each stage stands between the releases `old` and `new` (the names that the evidence uses).

    `early` are findings that break no promise and count only where a component runs before the database is
    migrated.
    """
    errors = [each for each in findings if each.weight is Severity.ERROR and each.waived is None]
    known = [(each, each.fingerprint) for each in errors] + [(each, "") for each in early]
    found = []
    for stage in topology.stages:
        broken: dict[tuple[str, str], None] = {}
        for finding, fingerprint in known:
            if any(_shows(each, finding, stage, topology, old, new) for each in finding.evidence):
                broken[fingerprint, finding.subject] = None
        runs = tuple((name, stage.runs[name]) for name in topology.components)
        found.append(Standing(stage.name, runs, tuple(broken)))
    return tuple(found)


def _shows(
    evidence: Evidence, finding: Finding, stage: Stage, topology: Topology, old: str, new: str
) -> bool:
    """Tell whether a failing meeting can take place in a stage."""
    if evidence.direction not in stage.directions or old == new:
        return False
    own = topology.component(finding.span.path)
    writers = _at(evidence.writer_at or own, topology)
    readers = _at(evidence.reader_at or ("" if finding.link == Link.PEER else own), topology)
    writes = NEW if evidence.writer == new else OLD
    reads = NEW if evidence.reader == new else OLD
    met = any(_wrote(stage, each, writes, finding.link) for each in writers)
    return met and any(reads in stage.runs[each] for each in readers)


def _at(name: str, topology: Topology) -> tuple[str, ...]:
    return (
        (name,)
        if name in topology.components
        else tuple(each for each in topology.components if each != "database")
    )


def _wrote(stage: Stage, component: str, release: str, link: Link) -> bool:
    """Tell whether a component of that release has written what is read.

    At rest, older releases have, always.
    """
    if release in stage.runs[component]:
        return True
    return link == Link.DISK and component != "database" and (release == OLD or component in stage.left)
