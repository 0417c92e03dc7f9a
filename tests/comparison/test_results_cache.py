"""Outcomes survive the way into the cache and back, and nothing else comes out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.check.findings import Evidence, Excerpt, Finding, Related, Row, Unread, Waived
from compatlint.comparison import results_cache
from compatlint.comparison.context import PairContext
from compatlint.comparison.results_cache import Outcomes
from compatlint.config import Config
from compatlint.notations.presets import presets
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from compatlint.vocabulary import Direction, Outcome, Severity
from compatlint.wire.ir.span import Span
from tests.gitbox import GitBox

SPAN = Span("c" * 40, "src/a.cc", 3, 9)
FINDING = Finding(
    "item-inserted-midway",
    Severity.ERROR,
    (Direction.UPGRADE, Direction.SKIP),
    "disk",
    "ceph",
    "A::B",
    "x",
    "x is inserted",
    SPAN,
    (
        Evidence(
            "v1",
            "v2",
            Direction.UPGRADE,
            Outcome.MISREAD,
            ("w",),
            (Row(0, "x u8", ""), Row(None, "", "y", True)),
        ),
    ),
    (Excerpt("old", SPAN, "text \udcff", 4),),
    (Related(SPAN, "there"),),
    ("C",),
    Waived("reason", None, "comment"),
    (("outcome", "misread"),),
    False,
)
OUTCOMES = Outcomes((FINDING,), (Unread("D", SPAN, "too large"),), 12, 3)


def test_outcomes_come_back_as_they_were() -> None:
    assert results_cache.load(results_cache.dump(OUTCOMES)) == OUTCOMES


def _damaged(path: tuple[object, ...], value: object) -> bytes:
    tree = json.loads(results_cache.dump(OUTCOMES))
    place = tree
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("codecs",), "12"),
        (("codecs",), True),
        (("findings",), None),
        (("findings", 0), "x"),
        (("findings", 0, "severity"), "grave"),
        (("findings", 0, "span", "line"), None),
        (("findings", 0, "facts"), [["one"]]),
        (("unread", 0), {}),
    ],
)
def test_what_is_no_outcome_is_not_taken_for_one(path: tuple[object, ...], value: object) -> None:
    assert results_cache.load(_damaged(path, value)) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(packed: bytes) -> None:
    assert results_cache.load(packed) is None


def test_deep_nesting_is_survived() -> None:
    assert results_cache.load(b"[" * 100_000) is None


def test_a_question_is_told_apart_by_every_part() -> None:
    assert results_cache.key("a", 1) == results_cache.key("a", 1)
    assert (
        len(
            {
                results_cache.key("a", 1),
                results_cache.key("a", "1"),
                results_cache.key("a"),
                results_cache.key("a", 1, None),
            }
        )
        == 4
    )


def test_the_code_has_one_name_while_it_does_not_change() -> None:
    assert results_cache.code_version() == results_cache.code_version()
    assert len(results_cache.code_version()) == 64


def test_without_a_cache_no_question_gets_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = GitBox(tmp_path / "unremembered")
    box.commit({"a.h": "1"}, tag="v1.0.0")
    repository = Repository.open(box.path)
    tree = repository.tree("v1.0.0")
    context = PairContext(repository, tree, tree, Config(), presets().promises["all"], Cache(None))
    monkeypatch.setattr(results_cache, "code_version", lambda: pytest.fail("nobody asks for this key"))
    assert context.answer(["x"], lambda: Outcomes((), (), 7, 0)).codecs == 7
