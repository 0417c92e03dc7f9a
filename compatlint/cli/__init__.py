"""The command line: the only place that catches errors and exits.

Exit codes: 0 nothing breaks, 1 something does, 2 compatlint could not run, 3 a defect of compatlint itself; 130 and
143 are interrupted and terminated, 141 is a report that nobody reads.
Everything heavy is imported by the command that needs it.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compatlint.cli.arguments import Command

ENDING: list[Callable[[], None]] = []  # what is to be closed before the process ends
BREAKS, UNABLE, DEFECT, INTERRUPTED, PIPE_CLOSED, TERMINATED = 1, 2, 3, 130, 141, 143
_NO_PLACE = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG)


class Terminated(KeyboardInterrupt):
    """Somebody asked this process to end."""


class _Closed(io.TextIOBase):
    """A stream that the process was started without."""

    def write(self, text: str) -> int:
        """Fail as a closed file descriptor does."""
        raise OSError(errno.EBADF, "the standard output is closed")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(
        100_000, 50, 100
    )  # syntax trees are many tuples and no cycles: looking for some costs a tenth of the time
    _open_streams()
    signal.signal(signal.SIGTERM, _terminate)
    code = run(sys.argv[1:] if arguments is None else arguments)
    for close in ENDING:
        close()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    os._exit(
        code
    )  # to take millions of syntax nodes apart one by one at the end costs half a second, and helps nobody


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code; whatever goes wrong ends in one line on stderr."""
    from compatlint.deadline import DeadlineReached
    from compatlint.errors import CompatlintError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a path need not be text in this terminal
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except CompatlintError as error:
        say(str(error))
        return UNABLE
    except DeadlineReached:
        say("the deadline passed before anything was compared: name a PATH, or allow more with --deadline")
        return UNABLE
    except KeyboardInterrupt as error:
        return TERMINATED if isinstance(error, Terminated) else INTERRUPTED
    except SystemExit:  # rich ends a program so whose output nobody reads any more
        return PIPE_CLOSED
    except BrokenPipeError:
        # Whoever read the report had enough; Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_PLACE:
            say(f"the report cannot be written: {error.strerror}")
            return UNABLE
        return _defect(error, verbose="--verbose" in arguments or "-v" in arguments)
    return code


def say(message: str) -> None:
    """Write one line to stderr: the message may hold names from the code under study, and those anything."""
    from compatlint.plain_text import one_line

    with contextlib.suppress(OSError, ValueError):  # there may be nobody to tell it to
        print(f"compatlint: {one_line(message)}", file=sys.stderr, flush=True)


def _open_streams() -> None:
    """Put something in place of the streams that the process was started without.

    Else the next file that is opened would be taken for one of them.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    sys.stdout = sys.stdout or _Closed()
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  # open to the end


def _terminate(*_: object) -> None:
    raise Terminated


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

        for part in traceback.format_exception(error):
            for line in part.rstrip("\n").split("\n"):
                say(line)
    notes = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
    say(f"internal error, please report it: {type(error).__name__}: {error}{notes}")
    if not verbose:
        say("--verbose shows where it happened")
    return DEFECT
