"""The `explain` command: what a rule, a direction or a finding means."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from compatlint.cli import last_question
from compatlint.cli.comparisons import ask
from compatlint.cli.learn import configured
from compatlint.cli.output import view_of_terminal
from compatlint.cli.startup import Startup, find_range, load_rules, open_scene
from compatlint.errors import SourceError, UsageError, suggest
from compatlint.report.directions import MEANINGS
from compatlint.vocabulary import Direction

if TYPE_CHECKING:
    from compatlint.sources.git import Tree

_FINGERPRINT = re.compile(r"[0-9a-f]{12}")


def explain(
    *, word: str, terms: Sequence[str], repo: str | None, promise: str | None, config: Path | None
) -> int:
    """Print what a word means.

    Raises SourceError for a fingerprint that no finding of the range has, RuleError for a word that is neither a
    rule nor a direction.
    """
    if _FINGERPRINT.fullmatch(word):
        return _finding(word, terms, repo, promise, config)
    if terms:
        raise UsageError("explain: a range is only for a fingerprint, twelve hexadecimal digits")
    if word in list(Direction):
        print(f"{word}: {MEANINGS[Direction(word)]}")
        return 0
    rules = load_rules(configured(repo, config))
    if word not in rules.rules:
        near = suggest(word, [*rules.rules, *map(str, Direction)]) or "; `compatlint rules` lists the rules"
        raise UsageError(f"explain: {word!r} is no rule, no direction and no fingerprint{near}")
    _show(rules.rule(word).text)
    return 0


def _finding(
    fingerprint: str, terms: Sequence[str], repo: str | None, promise: str | None, config: Path | None
) -> int:
    """Ask the last question of `diff` again, or that of a range, and print one finding in full."""
    scene = open_scene(repo, config, no_cache=False)
    question = last_question.recall(scene)
    if terms:
        old, new, paths = find_range(scene.repository, terms, staged=False, worktree=False)
    elif question is not None:
        old, new = (_tree(scene, each) for each in (question.old, question.new))
        paths, promise = question.paths, promise or question.promise
    else:
        raise UsageError("explain: no range was compared here before; name one: `explain FINGERPRINT A..B`")
    rules = scene.rules()
    found = ask(scene, rules, (old, new), paths, promise=promise)
    mine = tuple(each for each in found.findings if each.fingerprint == fingerprint)
    if not mine:
        raise SourceError(f"no finding of {old.rev}..{new.rev} has the fingerprint {fingerprint}")
    from compatlint.report.details import details
    from compatlint.report.lines import joined

    view = replace(view_of_terminal(), full=True)
    lines = [line for each in mine for line in (*details(each, rules, view), [])]
    print(joined(lines, color=view.color), end="")
    return 0


def _tree(scene: Startup, rev: str) -> Tree:
    named = {"index": scene.repository.index, "worktree": scene.repository.worktree}
    return named[rev]() if rev in named else scene.repository.tree(rev)


def _show(text: str) -> None:
    """Print the text of a rule, laid out where it goes to a terminal and as it is elsewhere."""
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        console = Console()
        console.print(Markdown(text), width=min(console.width, 100))
    else:
        sys.stdout.write(text)
