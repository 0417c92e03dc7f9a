"""The command line: the only place that catches errors and exits.

Exit codes: 0 nothing breaks, 1 something does, 2 compatlint could not run, 3 a defect of compatlint itself.
Everything heavy is imported by the command that needs it.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compatlint.cli.arguments import Command

ENDING: list[Callable[[], None]] = []  # what is to be closed before the process ends
BREAKS, UNABLE, DEFECT, INTERRUPTED, PIPE_CLOSED = 1, 2, 3, 130, 141


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(
        100_000, 50, 100
    )  # syntax trees are many tuples and no cycles: looking for some costs a tenth of the time
    code = run(sys.argv[1:] if arguments is None else arguments)
    for close in ENDING:
        close()
    sys.stderr.flush()
    os._exit(
        code
    )  # to take millions of syntax nodes apart one by one at the end costs half a second, and helps nobody


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; whatever goes wrong ends in one line on stderr."""
    from compatlint.errors import CompatlintError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a path need not be text in this terminal
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except CompatlintError as error:
        print(f"compatlint: {error}", file=sys.stderr)
        return UNABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit:  # rich ends a program so whose output nobody reads any more
        return PIPE_CLOSED
    except BrokenPipeError:
        # Whoever read the report had enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            print(f"compatlint: the report cannot be written: {error.strerror}", file=sys.stderr)
            return UNABLE
        return _defect(error, verbose="--verbose" in arguments or "-v" in arguments)
    return code


def _dispatch(arguments: Sequence[str]) -> int:
    """Run the command that the first word names, or print what there is."""
    first, *rest = arguments or ("",)
    if first == "--version":
        from compatlint.report.version import tool_version

        print(f"compatlint {tool_version()}")
        return 0
    from compatlint.cli.commands import COMMANDS

    command = next((each for each in COMMANDS if each.name == first), None)
    if command is not None:
        return command.run(rest)
    if first in ("", "-h", "--help", "help"):
        _overview(COMMANDS)
        return 0 if first else UNABLE
    from compatlint.errors import UsageError, suggest

    near = suggest(first, [each.name for each in COMMANDS]) or "; compatlint --help lists them"
    raise UsageError(f"no command is called {first!r}{near}")


def _overview(commands: Sequence[Command]) -> None:
    width = max(len(each.name) for each in commands)
    print("usage: compatlint COMMAND ...\n")
    print(
        "Find what one release writes and another cannot read, from source text in git. Nothing is built.\n"
    )
    for each in commands:
        print(f"  {each.name:{width}}  {each.summary}")
    print("\n`compatlint COMMAND --help` shows what a command takes; `compatlint --version` the version.")


def _defect(error: Exception, *, verbose: bool) -> int:
    """Say that compatlint itself is at fault, and over which file it stumbled (the notes of the exception)."""
    if verbose:
        import traceback

        traceback.print_exception(error)
    notes = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
    print(
        f"compatlint: internal error, please report it: {type(error).__name__}: {error}{notes}",
        file=sys.stderr,
    )
    if not verbose:
        print("compatlint: --verbose shows where it happened", file=sys.stderr)
    return DEFECT
