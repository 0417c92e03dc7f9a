"""Work done by two processes is the work done by one."""

from __future__ import annotations

import os
from typing import Any

import pytest

from compatlint.compare import halves as subject
from compatlint.compare.halves import halves


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subject, "_can_fork", lambda: hasattr(os, "fork"))


def run(items: list[int], work: Any, told: list[int] | None = None) -> tuple[list[Any], list[Any]]:
    absorbed: list[Any] = []
    began: list[int] = []
    found = halves(
        items,
        work,
        begin=lambda: began.append(1),
        end=lambda: (len(began), os.getpid()),
        absorb=absorbed.append,
        meanwhile=lambda: None,
        tell=lambda done, total: told.append(done) if told is not None else None,
    )
    return found, absorbed


@pytest.mark.usefixtures("forking")
def test_each_process_takes_every_other_thing() -> None:
    told: list[int] = []
    found, absorbed = run(list(range(20)), lambda item: (item * item, os.getpid()), told)
    assert [square for square, _ in found] == [item * item for item in range(20)]
    assert {process == os.getpid() for _, process in found[::2]} == {True}
    assert {process == os.getpid() for _, process in found[1::2]} == {False}
    assert absorbed == [(1, found[1][1])]
    assert told == list(range(0, 20, 2))


@pytest.mark.usefixtures("forking")
def test_what_another_process_leaves_undone_is_done_here() -> None:
    here = os.getpid()

    def work(item: int) -> int:
        if item == 7 and os.getpid() != here:
            os._exit(1)
        return item

    assert run(list(range(20)), work) == (list(range(20)), [])


@pytest.mark.usefixtures("forking")
def test_a_mistake_is_raised_here() -> None:
    def work(item: int) -> int:
        return 10 // (item - 7)

    with pytest.raises(ZeroDivisionError):
        run(list(range(20)), work)


def test_a_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was started"), raising=False)
    assert run([1, 2, 3], str) == (["1", "2", "3"], [])
    assert run([], str) == ([], [])
