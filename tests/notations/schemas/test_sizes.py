"""Schemas that nobody would write: what they cost grows with their length alone, or they are unread."""

from __future__ import annotations

import json
import time

import pytest

from compatlint.check.keyed.meet import MOST
from tests.fuzz.kinds import compared


def fields(count: int, kind: str) -> str:
    return f"struct S {{{''.join(f'{n}: {kind} a{n};' for n in range(1, count + 1))}}}"


def union(count: int) -> str:
    parts = [{"type": "fixed", "name": f"F{n}", "size": n} for n in range(count)]
    return json.dumps({"type": "record", "name": "A", "fields": [{"name": "a", "type": parts}]})


PROTO = f'syntax = "proto3";\npackage {"a." * 50_000}a;\nmessage A {{ B.C x = 1; }}\n'
AVDL = f"protocol P {{ record A {{ union {{ {', '.join(f'F{n}' for n in range(300))} }} a; }} }}"


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("a.proto", PROTO, "a name has more than 64 parts"),
        ("a.avsc", union(3000), "a union has more than 256 branches"),
        ("a.avdl", AVDL, "a union has more than 256 branches"),
    ],
)
def test_past_a_limit_a_file_is_unread(path: str, text: str, words: str) -> None:
    began = time.process_time()
    found = compared({path: text.encode()}, {path: text.encode() + b"\n"})
    assert [words in each.reason for each in found.unread] == [True]
    assert time.process_time() - began < 3


def test_a_record_of_many_entries_is_no_square() -> None:
    took = []
    for count in (150, 600):
        began = time.process_time()
        found = compared(
            {"a.thrift": fields(count, "i32").encode()}, {"a.thrift": fields(count, "i64").encode()}
        )
        took.append(time.process_time() - began)
        assert len(found.findings) == min(count, MOST)
        assert [each.reason for each in found.unread] == ["200 of its items break; more are not listed"] * (
            count > MOST
        )
    assert took[1] < 8 * took[0], "four times the entries"
