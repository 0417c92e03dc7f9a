"""The functions of the library: paths and revisions in, a `Comparison` out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint import config as configuration
from compatlint.comparison import pipeline
from compatlint.config import Config

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison
    from compatlint.sources.git import Repository

Place = str | os.PathLike[str]


def compare(
    repository: Place,
    old: str,
    new: str,
    *,
    promise: str | Mapping[str, object] | None = None,
    paths: Sequence[str] = (),
    config: Place | None = None,
) -> Comparison:
    """Return what two releases cannot read of each other.

    Args:
        repository: a path in a git repository, bare or not.
        old: the older release, in any form that git takes for a revision ("v13.2.1", "HEAD~3", a hash).
        new: the newer release, likewise.
        promise: the name of a preset ("ceph", "openstack", "semver", "all"), or a table as in the configuration;
            None takes what `config` says, or else the preset of each notation.
        paths: limits the comparison to files at or below these, relative to the repository's root.
        config: a configuration file; None takes the defaults, whatever the repository holds.

    Returns:
        A `Comparison`: `findings` (errors first, then by place), `unread` (what could not be read, and why),
        `codecs` and `changed` (counts), `warnings` (one line each).

    Raises:
        CompatlintError: the repository, a revision, the promise or the configuration cannot be used; the text is
            one line that says what is wrong and what to do.

    """
    return pipeline.compare(_open(repository), old, new, config=_config(config), promise=promise, paths=paths)


def self_check(
    repository: Place, revision: str = "HEAD", *, paths: Sequence[str] = (), config: Place | None = None
) -> Comparison:
    """Return what one release does not decode of its own encoding.

    Args:
        repository: a path in a git repository, bare or not.
        revision: the release, in any form that git takes for a revision.
        paths: limits the check to files at or below these, relative to the repository's root.
        config: a configuration file; None takes the defaults.

    Returns:
        A `Comparison` whose `old` equals `new`; `codecs` counts the pairs of encoder and decoder.

    Raises:
        CompatlintError: as `compare` does.

    """
    opened = _open(repository)
    return pipeline.check(opened, opened.tree(revision), config=_config(config) or Config(), paths=paths)


def _open(repository: Place) -> Repository:
    from compatlint.sources.git import Repository as Opening

    return Opening.open(repository)


def _config(config: Place | None) -> Config | None:
    return None if config is None else configuration.load(None, Path(config))
