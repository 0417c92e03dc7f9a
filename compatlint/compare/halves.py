"""Work on many things done by two processes, where the system can fork: each takes every other thing.

What was read so far is there in both. A second process that cannot be had or that fails costs time only: what it leaves
undone is done here.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
LEAST = 8  # things below which another process costs more than it saves


def halves(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    *,
    begin: Callable[[], None],
    end: Callable[[], Any],
    absorb: Callable[[Any], None],
    meanwhile: Callable[[], None],
    tell: Callable[[int, int], None],
) -> list[Result]:
    """Return the result of every item, in order.

    `begin` is called in the other process before its work and `end` after it; what `end` returns there is given to
    `absorb` here. `tell` is called here with (done, total), `meanwhile` when this process is done before the other.
    """
    theirs = range(1, len(items), 2) if len(items) >= LEAST and _can_fork() else range(0)
    child, receiver = _start(theirs, items, work, begin, end) if theirs else (0, -1)
    done: dict[int, Result] = {}
    try:
        for index in range(len(items)):
            if index not in theirs:
                tell(index, len(items))
                done[index] = work(items[index])
        if child:
            meanwhile()
    finally:
        answer = _finish(child, receiver) if child else None
    if answer is not None:
        done.update(answer[0])
        absorb(answer[1])
    return [done[index] if index in done else work(item) for index, item in enumerate(items)]


def _can_fork() -> bool:
    """Tell whether there is another processor, and a system on which a process with libraries loaded may fork."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


def _start(
    indices: range, items: Sequence[Item], work: Callable[[Item], Result], begin: Callable[[], None], end: Callable[[], Any]
) -> tuple[int, int]:
    """Return the other process and where its answer is to be read; (0, -1) if none can be had."""
    receiver, sender = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(receiver)
        os.close(sender)
        return 0, -1
    if child:
        os.close(sender)
        return child, receiver
    try:
        os.close(receiver)
        begin()
        done = {index: work(items[index]) for index in indices}
        with os.fdopen(sender, "wb") as stream:
            pickle.dump((done, end()), stream)
    finally:
        os._exit(0)  # whatever happened: nothing of the other process's is flushed or closed twice


def _finish(child: int, receiver: int) -> tuple[dict[int, Any], Any] | None:
    """Return the answer of the other process, None if it failed."""
    with os.fdopen(receiver, "rb") as stream:
        packed = stream.read()
    os.waitpid(child, 0)
    try:
        answer: tuple[dict[int, Any], Any] = pickle.loads(packed)  # written by a copy of this process
    except (pickle.UnpicklingError, EOFError, ValueError):
        return None
    return answer
