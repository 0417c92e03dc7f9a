"""What a reader has to know about a range before he believes the report on it.

Settings that the range itself changes, a range the wrong way round or outside of every promise, files that were
never added, findings that a PATH leaves out. In come the trees and the changes, out come sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compatlint import files, toml
from compatlint.check.findings import Finding
from compatlint.comparison.context import selected
from compatlint.config import NAMES, WAIVERS, Config, table_of
from compatlint.errors import CompatlintError
from compatlint.notations.notation import reading
from compatlint.promise import Promise, Version
from compatlint.sources.git.objects import object_id
from compatlint.sources.git.tree import INDEX, WORKTREE
from compatlint.vocabulary import Direction, Link

if TYPE_CHECKING:
    from compatlint.sources.git import FileChange, Repository, Tree

_SHOWN: Final = 5  # names in one sentence
_PROMISED: Final = (Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED, Direction.SKIP)


def settings_changed(
    repository: Repository, old: Tree, new: Tree, changes: Iterable[FileChange], config: Config
) -> list[str]:
    """Return a sentence for each file of settings that the range changes, or that is not the one in force."""
    root = Path(repository.root) if repository.root else None
    sources = {*NAMES, *_inside(root, [config.source])}
    waivers = {WAIVERS, *_inside(root, [config.waivers])}
    folders = set(_inside(root, config.rules))
    found = []
    for change in changes:
        said = ""
        if change.path in sources:
            said = _keys(repository, change)
        elif change.path in waivers:
            said = "waivers"
        elif change.path.endswith(".md") and change.path.rpartition("/")[0] in folders:
            said = "an own rule"
        if said:
            found.append(f"this range changes {change.path} ({said}), and so what this report says")
    if config.revision:
        return [f"{each.partition(', and so')[0]}: those of {config.revision} are in force" for each in found]
    return [*found, *_not_in_force(repository, root, new, config)]


def _inside(root: Path | None, paths: Iterable[Path | None]) -> list[str]:
    """Return those of some paths that lie in the repository, relative to its top."""
    if root is None:
        return []
    return [
        path.resolve().relative_to(root.resolve()).as_posix()
        for path in paths
        if path is not None and not files.leads_outside(path, root)
    ]


def _keys(repository: Repository, change: FileChange) -> str:
    """Return the keys of compatlint's table that differ, "" if none does."""
    contents = repository.read(blob for blob in (change.old, change.new) if blob is not None)
    try:
        old, new = (
            table_of(Path(change.path), contents.get(blob or "", b"").decode("utf-8", "replace"))
            for blob in (change.old, change.new)
        )
    except CompatlintError:
        return "not readable"
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return _listed(keys)


def _not_in_force(repository: Repository, root: Path | None, new: Tree, config: Config) -> list[str]:
    """Return that the configuration in force is not that of the newer release, where it is not."""
    if root is None or config.source is None or new.commit in (INDEX, WORKTREE):
        return []
    for path in _inside(root, [config.source]):
        blob = new.files().get(path)
        content = config.source.read_bytes()
        if blob == object_id(content, repository.place.hash_name):
            return []
        old = repository.read([blob]).get(blob, b"").decode("utf-8", "replace") if blob is not None else ""
        try:
            same = table_of(config.source, old) == table_of(config.source, content.decode("utf-8", "replace"))
        except (CompatlintError, toml.TomlError):
            same = False
        if not same:
            other = "another one" if blob is not None else "none"
            return [f"{path} of the working tree is in force, and {new.rev} has {other}"]
    return []


def wrong_way_round(repository: Repository, old: Tree, new: Tree) -> list[str]:
    """Return that the first side of a range follows from the second, where it does."""
    if {old.commit, new.commit} & {INDEX, WORKTREE} or not repository.is_ancestor(new.commit, old.commit):
        return []
    return [f"{new.rev} is older than {old.rev}: did you mean {new.rev}..{old.rev}?"]


def unpromised(
    promises: Iterable[Promise], old: Tree, new: Tree, versions: Sequence[Version | None]
) -> list[str]:
    """Return that nothing is promised between two releases, where nothing is."""
    asked = list(promises)
    before, after = versions
    if not asked or any(
        each.covers(direction, link, before, after)
        for each in asked
        for direction in _PROMISED
        for link in Link
    ):
        return []
    names = " or ".join(dict.fromkeys(each.name for each in asked))
    return [
        f"nothing is promised between {old.rev} and {new.rev} (promise {names}), so nothing here is more than a "
        "note: --promise all judges every direction"
    ]


def never_added(repository: Repository, new: Tree, config: Config) -> list[str]:
    """Return which untracked files a notation would read, where the index is compared."""
    if new.commit != INDEX:
        return []
    paths = [path for path in repository.untracked() if reading(path, config.notations)]
    if not paths:
        return []
    count = "1 untracked file is" if len(paths) == 1 else f"{len(paths)} untracked files are"
    return [f"{count} not compared ({_listed(paths)}): git add what belongs to the commit"]


def left_out(changes: Iterable[FileChange], config: Config) -> list[str]:
    """Return how many changed files that a notation would read the configuration leaves out."""
    paths = [
        change.path
        for change in changes
        if reading(change.path, config.notations) and not selected(change.path, config, ())
    ]
    if not paths:
        return []
    count = "1 changed file" if len(paths) == 1 else f"{len(paths)} changed files"
    return [f"the configuration leaves out {count} that would be read ({_listed(paths)})"]


def concerns(finding: Finding, below: Sequence[str]) -> bool:
    """Tell whether a finding, or a place that belongs to it, lies at or below some paths."""
    spans = [
        finding.span,
        *(each.span for each in finding.related),
        *(each.span for each in finding.excerpts),
    ]
    return any(selected(span.path, Config(), below) for span in spans)


def elsewhere(count: int) -> list[str]:
    """Return how many findings lie elsewhere than a PATH asks for."""
    if not count:
        return []
    what = "1 finding elsewhere is" if count == 1 else f"{count} findings elsewhere are"
    return [f"{what} left out by PATH"]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"
