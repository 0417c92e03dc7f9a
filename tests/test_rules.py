"""Every rule's examples through the real pipeline: exactly what they say is found, and the cure cures.

All rules are loaded for each example, so an example also proves that no other rule speaks up. Each tree
compared with itself finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from compatlint.check.findings import Comparison
from compatlint.comparison import compare
from compatlint.config import Config
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
from compatlint.vocabulary import Severity
from tests.gitbox import GitBox

BOOK = rulebook.load(vocabulary())
EXAMPLES = [pytest.param(example, id=rule.id) for rule in BOOK.rules.values() for example in rule.examples]


def repository(folder: Path, trees: Mapping[str, Mapping[str, str]]) -> Repository:
    """Make one commit and tag for each tree of files."""
    box = GitBox(folder)
    for tag, files in trees.items():
        box.commit(dict(files), tag=tag)
    return Repository.open(folder)


def run(repo: Repository, old: str, new: str) -> Comparison:
    before, after = repo.range(f"{old}..{new}")
    return compare(repo, before, after, config=Config(), promise="all", cache=Cache(None), rules=BOOK)


def found(comparison: Comparison) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return sorted(
        (each.rule, each.codec, each.item, tuple(sorted(each.breaks))) for each in comparison.findings
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_finds_exactly_what_it_says(example, tmp_path):
    repo = repository(tmp_path, {"v1.2.0": example.before, "v1.2.1": example.after})
    expected = sorted(
        (each["rule"], each["codec"], each["item"], tuple(sorted(each["breaks"]))) for each in example.finds
    )
    comparison = run(repo, "v1.2.0", "v1.2.1")
    assert found(comparison) == expected
    assert comparison.unread == ()
    for each in comparison.findings:
        assert str(each.severity) == BOOK.severity(each.rule)
        assert each.evidence


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.values[0].fixed])
def test_the_cure_leaves_notes_at_most(example, tmp_path):
    repo = repository(tmp_path, {"v1.2.0": example.before, "v1.2.1": example.fixed})
    comparison = run(repo, "v1.2.0", "v1.2.1")
    assert [each for each in comparison.findings if each.severity is not Severity.NOTE] == []
    assert comparison.unread == ()


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_release_against_itself_finds_nothing(example, tmp_path):
    repo = repository(
        tmp_path,
        {"v1.2.0": example.before, "v1.2.1": example.after, "v1.2.2": example.fixed or example.after},
    )
    for tag in ("v1.2.0", "v1.2.1", "v1.2.2"):
        assert found(run(repo, tag, tag)) == []
