"""The options that several commands share, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from compatlint.cli.arguments import CommandArgument
from compatlint.report.formats import Format


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
    help="Path of the git repository [default: the one that contains the current directory].",
)
CONFIG = CommandArgument(
    name="config",
    flags=("--config",),
    metavar="FILE",
    kind=Path,
    group=_INPUT,
    help="Use this configuration file instead of the repository's.",
)
CONFIG_FROM = CommandArgument(
    name="config_from",
    flags=("--config-from",),
    metavar="REV",
    group=_INPUT,
    help="Use the configuration, waivers and own rules of a revision, so that the range cannot excuse itself.",
)
NO_CACHE = CommandArgument(
    name="no_cache",
    flags=("--no-cache",),
    kind=bool,
    group=_INPUT,
    help="Do not use the cache.",
)
STAGED = CommandArgument(
    name="staged",
    flags=("--staged",),
    kind=bool,
    group=_INPUT,
    help="Compare the staged changes (the index) as the newer side.",
)
WORKTREE = CommandArgument(
    name="worktree",
    flags=("--worktree",),
    kind=bool,
    group=_INPUT,
    help="Compare the working tree as the newer side.",
)
PROMISE = CommandArgument(
    name="promise",
    flags=("--promise",),
    metavar="NAME",
    group=_INPUT,
    help="Preset that says which releases must understand each other; `all` checks every direction.",
)
FORMAT = CommandArgument(
    name="form",
    flags=("-f", "--format"),
    choices=tuple(Format),
    group=_OUTPUT,
    help="Format of the report [default: by the suffix of FILE, otherwise text].",
)
OUTPUT = CommandArgument(
    name="output",
    flags=("-o", "--output"),
    metavar="FILE",
    kind=Path,
    group=_OUTPUT,
    help="Write the report to this file.",
)
FAIL_ON = CommandArgument(
    name="fail_on",
    flags=("--fail-on",),
    choices=tuple(FailOn),
    default=FailOn.ERROR,
    group=_OUTPUT,
    help="Lowest severity that makes the exit code 1 [default: error].",
)
STRICT = CommandArgument(
    name="strict",
    flags=("--strict",),
    kind=bool,
    group=_OUTPUT,
    help="Also exit with 1 if anything could not be read.",
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
FULL = CommandArgument(
    name="full",
    flags=("--full",),
    kind=bool,
    group=_OUTPUT,
    help="Show every finding in detail, not as a list [default: details for at most three].",
)
SELECT = CommandArgument(
    name="select",
    flags=("--select",),
    metavar="RULE",
    kind=list,
    group=_OUTPUT,
    help="Only findings of these rules (may be repeated, or joined by commas).",
)
IGNORE = CommandArgument(
    name="ignore",
    flags=("--ignore",),
    metavar="RULE",
    kind=list,
    group=_OUTPUT,
    help="No findings of these rules.",
)
CODEC = CommandArgument(
    name="codecs",
    flags=("--codec",),
    metavar="CODEC",
    kind=list,
    group=_OUTPUT,
    help="Only findings of these structures, in detail (a name, its last part, or a pattern with *).",
)
SEVERITY = CommandArgument(
    name="severity",
    flags=("--severity",),
    choices=("error", "warning", "note"),
    group=_OUTPUT,
    help="Only findings of this severity or above; `note` also lists each note.",
)
LINK = CommandArgument(
    name="link",
    flags=("--link",),
    choices=("disk", "peer"),
    group=_OUTPUT,
    help="Only findings about data at rest (disk), or about messages between running processes (peer).",
)
STATISTICS = CommandArgument(
    name="statistics",
    flags=("--statistics",),
    kind=bool,
    group=_OUTPUT,
    help="Print only how many findings each rule has.",
)
QUIET = CommandArgument(
    name="quiet",
    flags=("-q", "--quiet"),
    kind=bool,
    group=_OUTPUT,
    help="Print errors and warnings only, and nothing if there are none.",
)
VIEWS = (FULL, CODEC, SELECT, IGNORE, SEVERITY, LINK, STATISTICS, QUIET)
VERBOSE = CommandArgument(
    name="verbose",
    flags=("-v", "--verbose"),
    kind=bool,
    group=_OUTPUT,
    help="List every codec that could not be read; show the traceback of an internal error.",
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
