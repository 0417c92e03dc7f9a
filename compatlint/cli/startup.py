"""What every command needs before it can begin: the repository, the configuration, the rules, the cache.

Positional arguments are told apart here, too: a revision or a range comes first, paths follow.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint import config as configuration
from compatlint.cli import ENDING
from compatlint.config import Config
from compatlint.errors import SourceError
from compatlint.sources.cache import Cache, default_folder
from compatlint.sources.git import Repository, Tree

if TYPE_CHECKING:
    from compatlint.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Startup:
    """A repository with its configuration and the cache."""

    repository: Repository
    config: Config
    cache: Cache

    def rules(self) -> Rulebook:
        """Return the rules that ship with compatlint and the project's own."""
        return load_rules(self.config)

    def wish(self, name: str | None) -> str | Mapping[str, object] | None:
        """Return the promise that the command line asks for, or else the configuration."""
        return self.config.promise if name is None else name


def open_scene(
    repo: str | None, config: Path | None, *, no_cache: bool, config_from: str | None = None
) -> Startup:
    """Open the repository at `repo` or around the current folder, with its configuration.

    `config_from` is a revision whose configuration is taken, whatever the checkout holds.
    """
    repository = Repository.open(repo)
    root = Path(repository.root) if repository.root else None
    cache = Cache(None if no_cache else default_folder())
    ENDING.append(cache.close)
    if config_from is None:
        return Startup(repository, configuration.load(root, config), cache)
    if config is not None:
        raise SourceError("--config and --config-from exclude each other: name one")
    from compatlint.cli.settings import settings_at

    return Startup(repository, settings_at(repository, config_from, ENDING), cache)


def load_rules(config: Config) -> Rulebook:
    """Return the rulebook of a configuration."""
    from compatlint import rulebook
    from compatlint.check.facts import vocabulary

    return rulebook.load(vocabulary(), config.rules, config.severity)


def find_range(
    repository: Repository, terms: Sequence[str], *, staged: bool, worktree: bool
) -> tuple[Tree, Tree, tuple[str, ...]]:
    """Return both releases and the paths that `[RANGE] [PATH...]` means.

    `A B` is read as `A..B` where B is no path.
    """
    if staged and worktree:
        raise SourceError("--staged and --worktree exclude each other: name one newer side")
    text, rest = split_terms(repository, terms)
    alone = text is not None and ".." not in text and not (staged or worktree)
    if alone and rest and not os.path.exists(rest[0]) and repository.knows(rest[0]):
        text, rest = f"{text}..{rest[0]}", rest[1:]
    old, new = repository.range(text, staged=staged, worktree=worktree)
    return old, new, find_paths(repository, rest, old, new)


def find_tree(
    repository: Repository, terms: Sequence[str], *, staged: bool, worktree: bool
) -> tuple[Tree, tuple[str, ...]]:
    """Return the release and the paths that `[REV] [PATH...]` means."""
    if staged and worktree:
        raise SourceError("--staged and --worktree exclude each other: name one")
    if staged or worktree:
        tree = repository.index() if staged else repository.worktree()
        return tree, find_paths(repository, terms, tree)
    text, rest = split_terms(repository, terms)
    tree = repository.tree(text or "HEAD")
    return tree, find_paths(repository, rest, tree)


def split_terms(repository: Repository, terms: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Return the revision or range, None if there is none, and the paths.

    A path is what exists and names no revision.
    """
    if not terms:
        return None, ()
    if os.path.exists(terms[0]) and not repository.knows(terms[0]):
        return None, tuple(terms)
    return terms[0], tuple(terms[1:])


def find_paths(repository: Repository, paths: Sequence[str], *trees: Tree) -> tuple[str, ...]:
    """Return paths relative to the repository.

    Raise SourceError for one that holds no file of any of the trees.
    """
    found = tuple(repository.relative(path) for path in paths)
    for typed, path in zip(paths, found, strict=True):
        if re.search(r"[*?\[]", path) or not path:
            continue  # a pattern may match nothing, the top matches everything
        if not any(file == path or file.startswith(f"{path}/") for tree in trees for file in tree.files()):
            where = " or ".join(tree.rev for tree in trees)
            raise SourceError(f"no file at {typed} in {where}: correct the path or the revision")
    return tuple(path for path in found if path)
