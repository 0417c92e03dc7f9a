"""Two processes for the types of a corpus: a second one takes half of them, where the system can fork.

A second process that cannot be had or that fails costs time only: what it leaves undone is done here.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

Sample = TypeVar("Sample")
Result = TypeVar("Result")
WORTH = 300  # objects below which starting a process costs more than it saves


def spread(
    groups: Mapping[str, Sequence[Sample]],
    work: Callable[[str, Sequence[Sample]], list[Result]],
    finish: Callable[[], None],
    tell: Callable[[int, int, str], None],
) -> dict[str, list[Result]]:
    """Return the results of every group by name. `finish` is called at the end of the second process."""
    total = sum(len(each) for each in groups.values())
    names = list(groups)
    theirs = names[1::2] if total >= WORTH and _can_fork() else []
    receiver, process = _start({name: groups[name] for name in theirs}, work, finish) if theirs else (None, None)
    done: dict[str, list[Result]] = {}
    mine = [name for name in names if name not in set(theirs)]
    for index, name in enumerate(mine):
        tell(len(names) * index // len(mine), len(names), name)
        done[name] = work(name, groups[name])
    if receiver is not None and process is not None:
        with contextlib.suppress(EOFError, OSError):  # it failed: what it leaves undone is done below
            done.update(receiver.recv())
        process.join()
    for name in names:
        if name not in done:
            done[name] = work(name, groups[name])
    return done


def _can_fork() -> bool:
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1


def _start(
    groups: Mapping[str, Sequence[Sample]], work: Callable[[str, Sequence[Sample]], list[Result]], finish: Callable[[], None]
) -> tuple[Connection, multiprocessing.process.BaseProcess]:
    context = multiprocessing.get_context("fork")  # what was indexed is shared, not made again
    receiver, sender = context.Pipe(duplex=False)

    def run() -> None:
        sender.send({name: work(name, samples) for name, samples in groups.items()})
        sender.close()
        finish()

    process = context.Process(target=run, daemon=True)
    process.start()
    sender.close()
    return receiver, process
