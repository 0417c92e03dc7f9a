"""Errors that keep compatlint from running.

Each is one line that says what is wrong and what to do; the command line prints it and exits with 2. A defect
in the code that is checked is never an error here: it is a finding, or it is unread.
"""

from __future__ import annotations

from collections.abc import Iterable


class CompatlintError(Exception):
    """compatlint could not run; the message says what is wrong and what to do."""


class ConfigError(CompatlintError):
    """A configuration file, a waiver file or an option is not usable."""


class RuleError(CompatlintError):
    """A rule file cannot be read."""


class SourceError(CompatlintError):
    """The repository or a revision cannot be read."""


class UsageError(CompatlintError):
    """The command line is not usable."""


def suggest(word: str, options: Iterable[str]) -> str:
    """Return "; did you mean X?" for the option nearest to a mistyped word, or nothing."""
    import difflib

    near = difflib.get_close_matches(word, sorted(options), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
