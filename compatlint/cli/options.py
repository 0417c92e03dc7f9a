"""The options that several commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """The least severity that makes the exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


Repo = Annotated[
    str | None,
    typer.Option("--repo", metavar="FOLDER", help="The git repository; without it, the one around here."),
]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="A configuration file to use instead.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Neither read nor write the cache.")]
Staged = Annotated[
    bool, typer.Option("--staged", help="The newer side is what is staged for the next commit.")
]
Worktree = Annotated[bool, typer.Option("--worktree", help="The newer side is the working tree.")]
ReportFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        "-f",
        help="The report's format; else what FILE's suffix says, or text.",
        show_default=False,
    ),
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the report to a file.")
]
Fail = Annotated[FailOn, typer.Option("--fail-on", help="Exit with 1 at this severity or above.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 also where something could not be read.")]
PromiseName = Annotated[
    str | None,
    typer.Option(
        "--promise", metavar="NAME", help="Which releases must understand each other; `all`: every direction."
    ),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", help="List what could not be read, and show where a defect happened."),
]
