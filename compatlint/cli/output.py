"""A report on its way out: which format, rendered by its module, to a file or to the terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from compatlint import files
from compatlint.cli.options import FailOn
from compatlint.errors import ConfigError
from compatlint.report.formats import Format, choose
from compatlint.report.view import View
from compatlint.vocabulary import Severity

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison
    from compatlint.rulebook import Rulebook

_WEIGHTS = {"note": 0, "warning": 1, "error": 2}


class ReportOptions(TypedDict):
    """The options of the command line that say which findings are reported, how, and what fails."""

    form: str | None
    output: Path | None
    fail_on: str
    strict: bool
    verbose: bool
    full: bool
    codecs: Sequence[str]
    select: Sequence[str]
    ignore: Sequence[str]
    severity: str | None
    link: str | None
    statistics: bool
    quiet: bool


def deliver(comparison: Comparison, rules: Rulebook, asked: ReportOptions, pages: str = "") -> int:
    """Render the report, write it to a file or to stdout, and return the exit code."""
    output, kind = asked["output"], choose(asked["form"], asked["output"])
    chosen = narrowed(comparison, rules, asked)
    if asked["statistics"]:
        from compatlint.report import statistics

        save(statistics.render(chosen, rulebook=rules), output)
        return exit_code(chosen, asked["fail_on"], strict=asked["strict"])
    module = import_module(kind.module)  # only the one format is imported
    if kind is not Format.TEXT and output is None and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8"
        )  # what a program reads does not depend on the terminal's language
    view = replace(
        view_of_terminal() if output is None else View(),
        full=asked["full"] or bool(asked["codecs"]),
        least=Severity(asked["severity"]) if asked["severity"] else None,
        verbose=asked["verbose"],
        quiet=asked["quiet"],
        pages=pages,
    )
    save(module.render(chosen, rulebook=rules, view=view), output)
    return exit_code(chosen, asked["fail_on"], strict=asked["strict"])


def view_of_terminal() -> View:
    """Return the view that fits the standard output: as wide as the terminal, in colour if it has any."""
    terminal = sys.stdout.isatty()
    width = max(shutil.get_terminal_size().columns, 40) if terminal else 80
    return View(color=colourful(terminal), width=width)


def narrowed(comparison: Comparison, rules: Rulebook, asked: ReportOptions) -> Comparison:
    """Return the comparison with the findings that were asked for; the others are counted.

    Raises RuleError for a rule that does not exist.
    """
    for name in (*asked["select"], *asked["ignore"]):
        rules.rule(name)
    least = _WEIGHTS[asked["severity"] or "note"]
    kept = tuple(
        each
        for each in comparison.findings
        if _WEIGHTS[each.severity] >= least
        and (not asked["select"] or each.rule in asked["select"])
        and each.rule not in asked["ignore"]
        and asked["link"] in (None, each.link)
        and (not asked["codecs"] or any(_named(each.codec, name) for name in asked["codecs"]))
    )
    return replace(comparison, findings=kept, left_out=len(comparison.findings) - len(kept))


def _named(codec: str, wanted: str) -> bool:
    """Tell whether a codec has a name, or ends with it, or fits it as a pattern."""
    return codec == wanted or re.split(r"::|\.", codec)[-1] == wanted or fnmatchcase(codec, wanted)


def colourful(terminal: bool) -> bool:
    """Tell whether to use colour: on a terminal that has it, unless NO_COLOR is set.

    Elsewhere only with FORCE_COLOR.
    """
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")


def save(text: str, output: Path | None) -> None:
    """Write text, with one line break at its end, to a file or to stdout."""
    text = text.rstrip("\n") + "\n" if text else ""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        files.write_text(output, text)
    except OSError as error:
        raise ConfigError(f"{output} cannot be written: {error.strerror or error}") from error


def exit_code(comparison: Comparison, fail_on: str, *, strict: bool) -> int:
    """Return 1 if a finding that nobody waived weighs enough, or if something is not read and that counts.

    Else 0.
    """
    if strict and (comparison.unread or comparison.blind):
        return 1
    if fail_on == FailOn.NEVER:
        return 0
    least = _WEIGHTS[fail_on]
    return int(
        any(each.waived is None and _WEIGHTS[each.severity.value] >= least for each in comparison.findings)
    )
