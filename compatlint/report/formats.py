"""The formats of a report: each one is a module of this package of the same name, with `render`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from compatlint.errors import UsageError


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    HTML = "html"

    @property
    def module(self) -> str:
        """Return the name of the module that renders it."""
        return f"compatlint.report.{self.value}"


SUFFIXES = {
    ".txt": Format.TEXT,
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
    ".xml": Format.JUNIT,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".html": Format.HTML,
    ".htm": Format.HTML,
}


def choose(wish: str | None, output: Path | None) -> Format:
    """Return the format that was asked for, or that the suffix of the file names; text goes to the terminal.

    Raises UsageError for a suffix that names no format.
    """
    if wish is not None:
        return Format(wish)
    if output is None or not output.suffix or not output.name.strip(".") or output.is_char_device():
        return Format.TEXT
    if output.suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise UsageError(
            f"{output.name}: no format has the suffix {output.suffix}; use one of {known}, or name one with --format"
        )
    return SUFFIXES[output.suffix.lower()]
