"""Work divided among processes is the work done by one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from compatlint import parallel as subject
from compatlint.parallel import divide, first

COUNT = 40
HERE = os.getpid()


class Notes:
    """Gathers which process did what."""

    def __init__(self) -> None:
        self.own: list[str] = ["from before"]
        self.absorbed: list[list[str]] = []

    def begin(self) -> None:
        self.own = []

    def made(self) -> list[str]:
        return self.own

    def absorb(self, made: list[str]) -> None:
        self.absorbed.append(made)


@pytest.fixture(params=[2, 4])
def processors(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(subject, "_processors", lambda: request.param)
    return int(request.param)


def _waiting(work: Callable[[int], Any], others: int) -> Callable[[int], Any]:
    """Return work of which every process takes some: each rests for a while after the first that it takes."""
    rested: list[int] = []

    def each(item: int) -> Any:
        if not rested:
            rested.append(item)
            time.sleep(0.05 * others)
        return work(item)

    return each


def test_every_process_takes_some_and_the_order_is_kept(processors: int) -> None:
    told: list[tuple[int, int]] = []
    work = _waiting(lambda item: (item * item, os.getpid(), first()), processors)
    found = divide(list(range(COUNT)), work, tell=lambda done, total: told.append((done, total)))
    assert [square for square, _, _ in found] == [item * item for item in range(COUNT)]
    assert len({process for _, process, _ in found}) == processors
    assert all(mine == (process == HERE) for _, process, mine in found)
    assert [index for index, (_, process, _) in enumerate(found) if process == HERE] == [
        done for done, _ in told
    ]
    assert {total for _, total in told} == {COUNT}


def test_what_other_processes_gather_is_handed_over(processors: int) -> None:
    notes = Notes()

    def work(item: int) -> None:
        notes.own.append(f"{item} by {os.getpid() == HERE}")

    divide(list(range(COUNT)), _waiting(work, processors), gathering=notes)
    assert notes.own[0] == "from before"
    theirs = [each for made in notes.absorbed for each in made]
    assert len(notes.absorbed) == processors - 1
    assert all(each.endswith("by False") for each in theirs)
    assert sorted((*notes.own[1:], *theirs)) == sorted(
        [f"{item} by {f'{item} by True' in notes.own}" for item in range(COUNT)]
    )


def test_what_another_process_leaves_undone_is_done_here(processors: int) -> None:
    def work(item: int) -> int:
        if os.getpid() != HERE:
            os._exit(1)
        return item

    assert divide(list(range(COUNT)), _waiting(work, processors)) == list(range(COUNT))


@pytest.mark.parametrize("where", ["here", "elsewhere"])
@pytest.mark.usefixtures("processors")
def test_a_mistake_is_raised_here(where: str) -> None:
    def work(item: int) -> int:
        if (os.getpid() == HERE) == (where == "here") or item > 30:
            raise ZeroDivisionError
        return item

    with pytest.raises(ZeroDivisionError):
        divide(list(range(COUNT)), _waiting(work, 2))


@pytest.mark.usefixtures("processors")
def test_no_process_divides_its_part_again() -> None:
    def work(item: int) -> tuple[bool, set[int]]:
        return first(), set(divide(list(range(COUNT)), lambda _: os.getpid()))

    found = divide(list(range(COUNT)), _waiting(work, 2))
    assert all(len(processes) == 1 for mine, processes in found if not mine)


def test_a_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was started"), raising=False)
    monkeypatch.setattr(subject, "_processors", lambda: 4)
    assert divide([1, 2, 3], str) == ["1", "2", "3"]
    assert divide([], str) == []
    assert divide(["a" * 10] * COUNT, len, weigh=len, worth=10 * COUNT + 1) == [10] * COUNT
    monkeypatch.setattr(subject, "_processors", lambda: 1)
    assert divide(list(range(COUNT)), str) == [str(item) for item in range(COUNT)]


@pytest.mark.usefixtures("processors")
def test_any_number_of_things_is_divided() -> None:
    many = 3 * subject.PARTS + 1
    assert divide(list(range(many)), lambda item: -item) == [-item for item in range(many)]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="only where work is divided")
def test_a_process_with_threads_is_not_forked() -> None:
    program = (
        "import os, sys, threading; from compatlint import parallel; os.sched_getaffinity = lambda _: {0, 1}\n"
        "go = threading.Event(); other = threading.Thread(target=go.wait)\n"
        "print(parallel._processors(), end=' '); other.start(); print(parallel._processors()); go.set(); other.join()"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown == ("2 1\n" if sys.platform == "linux" else "1 1\n")
