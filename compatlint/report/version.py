"""compatlint's own version, for reports and for `--version`."""

from __future__ import annotations


def tool_version() -> str:
    """Return compatlint's version, or "unknown" where it runs from a folder that was never installed."""
    from importlib import metadata

    try:
        return metadata.version("compatlint")
    except metadata.PackageNotFoundError:
        return "unknown"
