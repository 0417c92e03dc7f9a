"""What can keep compatlint from running at all.

Every kind is one line that says what is wrong and what to do; `cli.py` prints it and exits with 2.
A defect in the code under study is never an error here: it is a finding, or it is unread.
"""

from __future__ import annotations


class CompatlintError(Exception):
    """compatlint could not run; the message says what is wrong and what to do."""


class ConfigError(CompatlintError):
    """A configuration file, a waiver file or an option is not usable."""


class RuleError(CompatlintError):
    """A rule file cannot be read."""


class SourceError(CompatlintError):
    """The repository or a revision cannot be read."""
