"""Work on many things divided among as many processes as there are processors, where the system can fork.

Every process has what was read before, takes what is next whenever it is free, and hands its results to the
first one. Another process that cannot be had or that fails costs time only: what it leaves undone is done
here. No process outlives the first one.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from compatlint import deadline, faults

Item = TypeVar("Item")
Result = TypeVar("Result")
_Answer = tuple[dict[int, Any], Any, bool]  # results by index, what was gathered, whether anything failed
MOST = 4  # processes
PARTS = 1024  # that the work is cut into: the smallest pipe that there is holds their numbers
_TOKEN = 4  # bytes of a part's number
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_alone = False  # this is one of the other processes: it has no others


class Gathering(Protocol):
    """What grows by the way while work is done, and that the first process wants to have of the others."""

    def begin(self) -> None:
        """Begin anew, in another process."""

    def made(self) -> Any:
        """Return what was gathered since."""

    def absorb(self, made: Any) -> None:
        """Take what another process gathered."""


def divide(
    items: Sequence[Item],
    work: Callable[[Item], Result],
    *,
    weigh: Callable[[Item], int] = lambda item: 1,
    worth: int = 8,
    grain: int = 1,
    gathering: Gathering | None = None,
    meanwhile: Callable[[], object] = lambda: None,
    tell: Callable[[int, int], object] = lambda done, total: None,
) -> list[Result]:
    """Return the result of every item, in order.

    `weigh` tells how much work an item is; less than `worth` in all is done by this process alone, and about
    `grain` of it is taken at a time. `meanwhile` is called here while the others begin, `tell` here with
    (done, total). What `work` raises is raised here.
    """
    weights = [weigh(item) for item in items]
    parts = _parts(weights, max(grain, -(-sum(weights) // PARTS)))
    hands = min(MOST, _processors(), len(parts)) - 1 if sum(weights) >= worth and not _alone else 0
    queue = _queue(len(parts)) if hands else -1
    others = [
        other for _ in range(hands) if (other := _start(queue, parts, items, work, gathering)) is not None
    ]
    done: dict[int, Result] = {}
    answers: list[_Answer | None] = []
    try:
        meanwhile()
        for index in (
            index for part in (_taken(queue) if hands else range(len(parts))) for index in parts[part]
        ):
            tell(index, len(items))
            done[index] = work(items[index])
        answers.extend(_answer(*other) for other in others)
    finally:
        if hands:
            os.close(queue)
            _end(others[len(answers) :])
    for results, made, failed in (answer for answer in answers if answer is not None):
        done.update(results)
        if gathering is not None:
            gathering.absorb(made)
        if failed:
            faults.note()
    return [done[index] if index in done else work(item) for index, item in enumerate(items)]


def first() -> bool:
    """Tell whether this is the process that the others work for."""
    return not _alone


def _parts(weights: Sequence[int], grain: int) -> list[range]:
    """Return runs of indices of about `grain` each."""
    found: list[range] = []
    start, weight = 0, 0
    for index, each in enumerate(weights, 1):
        weight += each
        if weight >= grain or index == len(weights):
            found.append(range(start, index))
            start, weight = index, 0
    return found


def _queue(size: int) -> int:
    """Return a pipe that holds the numbers below `size`, each of which one process will read."""
    receiver, sender = os.pipe()
    with os.fdopen(sender, "wb") as stream:
        stream.write(b"".join(number.to_bytes(_TOKEN, "little") for number in range(size)))
    return receiver


def _taken(queue: int) -> Iterator[int]:
    """Yield the numbers that this process takes."""
    while token := os.read(queue, _TOKEN):
        yield int.from_bytes(token, "little")


def _processors() -> int:
    """Return how many processes can work at once.

    One where this one must not fork, for its libraries or its threads.
    """
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" and threading.active_count() == 1 else 1


def _start(
    queue: int,
    parts: Sequence[range],
    items: Sequence[Item],
    work: Callable[[Item], Result],
    gathering: Gathering | None,
) -> tuple[int, int] | None:
    """Return another process and where its answer is to be read; None if none can be had."""
    global _alone  # noqa: PLW0603  # it is about the process as a whole
    receiver, sender = os.pipe()
    parent = os.getpid()
    try:
        child = os.fork()
    except OSError:
        os.close(receiver)
        os.close(sender)
        return None
    if child:
        os.close(sender)
        return child, receiver
    try:
        _alone = True
        _die_with(parent)
        os.close(receiver)
        deadline.arm()
        if gathering is not None:
            gathering.begin()
        done = {index: work(items[index]) for part in _taken(queue) for index in parts[part]}
        with os.fdopen(sender, "wb") as stream:
            made = gathering.made() if gathering is not None else None
            pickle.dump((done, made, faults.met()), stream, pickle.HIGHEST_PROTOCOL)
    finally:
        os._exit(0)  # whatever happened: nothing of the first process's is flushed or closed twice


def _die_with(parent: int) -> None:
    """Let this process end with the first one, however that ends, and be stopped as any other."""
    import ctypes

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before it could be asked
        os._exit(0)


def _end(others: Sequence[tuple[int, int]]) -> None:
    """Stop processes whose answers nobody waits for any more."""
    for child, receiver in others:
        for stop in (
            partial(os.close, receiver),
            partial(os.kill, child, signal.SIGKILL),
            partial(os.waitpid, child, 0),
        ):
            with contextlib.suppress(OSError):  # it ended while this process was interrupted
                stop()


def _answer(child: int, receiver: int) -> _Answer | None:
    """Return the answer of another process, None if it failed."""
    with os.fdopen(receiver, "rb") as stream:
        packed = stream.read()
    os.waitpid(child, 0)
    try:
        answer: _Answer = pickle.loads(packed)  # written by a copy of this process
    except (pickle.UnpicklingError, EOFError, ValueError):
        return None
    return answer
