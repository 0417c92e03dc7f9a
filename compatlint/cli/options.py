"""The options that several commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from compatlint.cli.arguments import CommandArgument


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


_INPUT = "what is read"
_OUTPUT = "the report"

REPO = CommandArgument(
    name="repo",
    flags=("--repo",),
    metavar="FOLDER",
    group=_INPUT,
    help="Path of the git repository [default: the one that contains the current folder].",
)
CONFIG = CommandArgument(
    name="config",
    flags=("--config",),
    metavar="FILE",
    kind=Path,
    group=_INPUT,
    help="Use this configuration file instead of the repository's.",
)
NO_CACHE = CommandArgument(
    name="no_cache",
    flags=("--no-cache",),
    kind=bool,
    group=_INPUT,
    help="Neither read nor write the cache (see COMPATLINT_CACHE in the documentation).",
)
STAGED = CommandArgument(
    name="staged",
    flags=("--staged",),
    kind=bool,
    group=_INPUT,
    help="Take what is staged for the next commit as the newer side.",
)
WORKTREE = CommandArgument(
    name="worktree",
    flags=("--worktree",),
    kind=bool,
    group=_INPUT,
    help="Take the working tree as the newer side.",
)
PROMISE = CommandArgument(
    name="promise",
    flags=("--promise",),
    metavar="NAME",
    group=_INPUT,
    help="Which releases must understand each other; `all`: every direction.",
)
FORMAT = CommandArgument(
    name="form",
    flags=("-f", "--format"),
    choices=tuple(Format),
    group=_OUTPUT,
    help="Format of the report [default: by the suffix of FILE, or text].",
)
OUTPUT = CommandArgument(
    name="output",
    flags=("-o", "--output"),
    metavar="FILE",
    kind=Path,
    group=_OUTPUT,
    help="Write the report to a file.",
)
FAIL_ON = CommandArgument(
    name="fail_on",
    flags=("--fail-on",),
    choices=tuple(FailOn),
    default=FailOn.ERROR,
    group=_OUTPUT,
    help="Exit with 1 at this severity or above [default: error].",
)
STRICT = CommandArgument(
    name="strict",
    flags=("--strict",),
    kind=bool,
    group=_OUTPUT,
    help="Exit with 1 also if something could not be read.",
)
DEADLINE = CommandArgument(
    name="deadline",
    flags=("--deadline",),
    metavar="SECONDS",
    kind=float,
    default=1800.0,
    group=_INPUT,
    help="Report what is not read by then as unread; 0 is no deadline [default: 1800].",
)
VERBOSE = CommandArgument(
    name="verbose",
    flags=("-v", "--verbose"),
    kind=bool,
    group=_OUTPUT,
    help="List everything that could not be read, and show where a defect happened.",
)
RANGE = CommandArgument(
    name="terms",
    metavar="RANGE|PATH",
    many="*",
    help="A..B, A...B (from the merge base), or A against HEAD, the index or the working tree; then paths.",
)
REV = CommandArgument(
    name="terms",
    metavar="REV|PATH",
    many="*",
    help="A revision [default: HEAD], then paths.",
)
