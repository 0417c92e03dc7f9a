"""Where compatlint itself fails over something that it reads: that is unread, and the run goes on.

Whatever a repository contains, one file of it must not end the run. So a front end is called through `attempt`,
at each place where what it was reading can be named. What was made of such a file is not kept in the cache.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from compatlint import deadline
from compatlint.errors import CompatlintError

Result = TypeVar("Result")
PACKAGE = Path(__file__).resolve().parent
loud = False  # the tests of compatlint want to see each failure as it is
_met = False


def attempt(work: Callable[[], Result], unread: Callable[[str], Result]) -> Result:
    """Return what `work` returns; where it fails or the time is over, what `unread` makes of the reason.

    An error of which the user is told what to do is none of these failures.
    """
    if deadline.passed():
        return _failed(unread, deadline.reason())
    try:
        with deadline.interruptible():
            return work()
    except CompatlintError:
        raise
    except deadline.DeadlineReached as error:
        return _failed(unread, str(error))
    except Exception as error:
        if loud:
            raise
        return _failed(unread, reason_of(error))


def met() -> bool:
    """Tell whether anything failed here so far: then what was made is not worth keeping."""
    return _met


def note() -> None:
    """Note that something failed, here or in a process that works for this one."""
    global _met  # noqa: PLW0603  # it is about the process as a whole
    _met = True


def reason_of(error: Exception) -> str:
    """Return why something is unread: in words where that is known, else as what is to be reported."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if PACKAGE in path.parents:
            place = f" in {path.relative_to(PACKAGE).as_posix()}, line {frame.lineno}"
    return f"compatlint failed over it, please report that: {type(error).__name__}{place}"


def _failed(unread: Callable[[str], Result], reason: str) -> Result:
    note()
    return unread(reason)
