"""The end of a run's time: what was not read by then is unread, and named.

One clock for a process. While something is read that can be named (`faults.attempt`), the alarm interrupts it;
elsewhere it waits, so that what was found is not lost on its way out, and only after a while of grace it ends
the run.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

DEFAULT = 1800.0  # seconds: many times what the largest comparison that we know takes
GRACE = 20.0  # seconds until the alarm ends the run
_PACE = 1.0  # seconds between two alarms: the first may come at a bad moment

_seconds = 0.0
_end: float | None = None
_interruptible = 0


class DeadlineReached(Exception):
    """The time is over."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is done inside take `seconds`; none or less is no deadline."""
    global _seconds, _end  # noqa: PLW0603  # the clock is one for the process
    _seconds, _end = seconds, time.monotonic() + seconds if seconds > 0 else None
    arm()
    try:
        yield
    finally:
        _end = None
        arm()


def arm() -> None:
    """Set the alarm of this process; a forked one has none of its own."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return  # then only the time between two steps is looked at
    if _end is None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return
    signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, max(_end - time.monotonic(), 0.001), _PACE)


def passed() -> bool:
    """Tell whether the time is over."""
    return _end is not None and time.monotonic() >= _end


def reason() -> str:
    """Return why something is unread once the time is over."""
    return f"not read: the deadline of {_seconds:g} s had passed"


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the alarm raise DeadlineReached inside."""
    global _interruptible  # noqa: PLW0603  # the clock is one for the process
    _interruptible += 1
    try:
        yield
    finally:
        _interruptible -= 1


def _ring(*_: object) -> None:
    if passed() and (_interruptible or (_end is not None and time.monotonic() >= _end + GRACE)):
        raise DeadlineReached(reason())
