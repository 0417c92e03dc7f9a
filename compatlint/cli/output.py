"""A report on its way out: which format, rendered by its module, to a file or to the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint import files
from compatlint.cli.options import FailOn, Format
from compatlint.errors import ConfigError

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison
    from compatlint.rulebook import Rulebook

_BY_SUFFIX = {
    ".json": Format.JSON,
    ".sarif": Format.SARIF,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
}
_WEIGHTS = {"note": 0, "warning": 1, "error": 2}


def choose_format(wish: str | None, output: Path | None) -> Format:
    """Return the format that was asked for, or that the file's suffix names, or text."""
    if wish is not None:
        return Format(wish)
    return _BY_SUFFIX.get(output.suffix.lower(), Format.TEXT) if output is not None else Format.TEXT


def deliver(
    comparison: Comparison, rules: Rulebook, kind: Format, output: Path | None, *, verbose: bool
) -> None:
    """Render the report and write it to `output`, or to stdout."""
    module = import_module(f"compatlint.report.{kind.value}")  # only the one format is imported
    terminal = output is None and sys.stdout.isatty()
    look: dict[str, object] = {}
    if kind is Format.TEXT:
        width = max(shutil.get_terminal_size().columns, 40) if terminal else 80
        look = {"color": output is None and colourful(terminal), "width": width}
    elif output is None and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(
            encoding="utf-8"
        )  # what a program reads does not depend on the terminal's language
    save(module.render(comparison, rulebook=rules, verbose=verbose, **look), output)


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
