"""The commands that accept findings: `waive` one, `baseline` all that a range has today."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compatlint.check.waivers import append
from compatlint.cli.comparisons import ask
from compatlint.cli.startup import find_range, open_scene
from compatlint.errors import ConfigError, UsageError
from compatlint.vocabulary import Severity


def waive(
    *, fingerprint: str, reason: str | None, until: str | None, repo: str | None, config: Path | None
) -> int:
    """Write one finding to the waiver file."""
    if reason is None:
        raise UsageError("waive: --reason TEXT is required: who reads the file later wants to know why")
    path = open_scene(repo, config, no_cache=True).config.waivers
    if path is None:
        raise ConfigError(
            "a bare repository has no waiver file: run this in a working tree, or name a configuration with --config"
        )
    append(path, fingerprint, reason, until)
    print(f"{path}: {fingerprint} is waived; commit this file")
    return 0


def baseline(
    *,
    terms: Sequence[str],
    reason: str | None,
    until: str | None,
    repo: str | None,
    promise: str | None,
    config: Path | None,
    no_cache: bool,
) -> int:
    """Write every error and warning of a range to the waiver file, with one reason."""
    if reason is None:
        raise UsageError("baseline: --reason TEXT is required: who reads the file later wants to know why")
    scene = open_scene(repo, config, no_cache=no_cache)
    path = scene.config.waivers
    if path is None:
        raise ConfigError("a bare repository has no waiver file: run this in a working tree")
    old, new, paths = find_range(scene.repository, terms, staged=False, worktree=False)
    found = ask(scene, scene.rules(), (old, new), paths, promise=promise)
    accepted = [each for each in found.findings if each.waived is None and each.severity is not Severity.NOTE]
    for each in dict.fromkeys(each.fingerprint for each in accepted):
        append(path, each, reason, until)
    print(f"{path}: {len(accepted)} findings of {old.rev}..{new.rev} are waived; read and commit this file")
    return 0
