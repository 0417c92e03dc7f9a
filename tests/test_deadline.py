"""What is not read in time is unread, and what was found is not lost."""

from __future__ import annotations

import contextlib
import time

import pytest

from compatlint import deadline, faults, parallel
from compatlint.sources.cache import Cache


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "_met", False)


def endless() -> str:
    while True:
        pass


def test_what_takes_too_long_is_unread_and_so_is_the_rest() -> None:
    began = time.monotonic()
    with deadline.within(0.2):
        first = faults.attempt(endless, str)
        second = faults.attempt(lambda: "read", str)
    assert first == second == "not read: the deadline of 0.2 s had passed"
    assert time.monotonic() - began < 5
    assert faults.attempt(lambda: "read", str) == "read"


def test_even_where_a_front_end_swallows_the_alarm() -> None:
    def stubborn() -> str:
        for _ in range(2):
            with contextlib.suppress(Exception):  # as a careless front end would
                endless()
        return endless()

    with deadline.within(0.1):
        assert faults.attempt(stubborn, str).startswith("not read")


def test_what_was_found_has_a_while_to_come_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with deadline.within(0.05):
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            pass
    monkeypatch.setattr(deadline, "GRACE", 0.1)
    with pytest.raises(deadline.DeadlineReached), deadline.within(0.05):
        endless()


def test_no_deadline() -> None:
    with deadline.within(0):
        assert not deadline.passed()
        assert faults.attempt(lambda: "read", str) == "read"


def test_other_processes_keep_the_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_processors", lambda: 3)
    began = time.monotonic()
    with deadline.within(0.5):
        found = parallel.divide(list(range(30)), lambda item: faults.attempt(endless, str))
    assert found == ["not read: the deadline of 0.5 s had passed"] * 30
    assert time.monotonic() - began < 15


def test_what_was_not_read_is_not_remembered(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path)
    cache.put_many("kind", "1", {"a": b"before"})
    with deadline.within(0.1):
        faults.attempt(endless, str)
    cache.put_many("kind", "1", {"b": b"after"})
    assert cache.get_many("kind", "1", ["a", "b"]) == {"a": b"before"}
