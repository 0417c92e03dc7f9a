"""The command that accepts findings: `waive`."""

from __future__ import annotations

from pathlib import Path

from compatlint.check.waivers import append
from compatlint.cli.startup import open_scene
from compatlint.errors import ConfigError, UsageError


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
