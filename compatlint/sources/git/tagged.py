"""Release tags with their commits and dates, and what lies between two of them.

Only plumbing is asked (`for-each-ref`, `rev-list`): it obeys no setting that could run a program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed
from compatlint.sources.git.tags import version_of
from compatlint.sources.git.tree import decode_path

_TAGS: Final = (
    "%(objecttype) %(objectname) %(committerdate:short) "
    "%(*objecttype) %(*objectname) %(*committerdate:short) %(refname:lstrip=2)"
)
_COMMIT: Final = "%x00%H%n%as%n%P%n%s%n%b"
_PICKED: Final = re.compile(r"\(cherry[ -]picked from (?:commit )?([0-9a-f]{7,64})\b", re.IGNORECASE)

_REVERTED: Final = re.compile(r"This reverts commit ([0-9a-f]{7,64})\b")


@dataclass(frozen=True, slots=True)
class TaggedCommit:
    """A release tag: `key` sorts it among versions, `date` is its commit's (YYYY-MM-DD), `final`: no preview."""

    tag: str
    commit: str
    date: str
    key: tuple[tuple[int, ...], bool, tuple[int, ...]]

    @property
    def final(self) -> bool:
        """Tell whether the tag is a release and not a preview of one."""
        return self.key[1]


@dataclass(frozen=True, slots=True)
class CommitNote:
    """One commit: `date` is the author's (YYYY-MM-DD).

    `picked_from` are the commits that it says it was picked from, `reverts` those that it says it takes back.
    """

    commit: str
    date: str
    title: str
    picked_from: tuple[str, ...] = ()
    merge: bool = False
    reverts: tuple[str, ...] = ()


def tagged_commits(git: Caller) -> list[TaggedCommit]:
    """Return every tag that looks like a version and names a commit."""
    try:
        output = decode_path(git.run("for-each-ref", f"--format={_TAGS}", "refs/tags"))
    except GitFailed as error:
        raise SourceError(f"the tags cannot be listed: {error.message}") from None
    found = []
    for line in output.split("\n")[:-1]:
        kind, name, date, inner, target, inner_date, tag = line.split(" ", 6)
        if kind == "tag":
            kind, name, date = inner, target, inner_date
        key = version_of(tag)
        if kind == "commit" and key is not None:
            found.append(TaggedCommit(tag, name, date, key))
    return found


def commits_between(git: Caller, new: str, old: Iterable[str], paths: Sequence[str] = ()) -> list[CommitNote]:
    """Return the commits that `new` reaches and none of `old` does, newest first; with `paths`, those that touch one."""
    excluded = [f"^{each}" for each in old]
    limits = ["--", *paths] if paths else []
    try:
        output = git.run("rev-list", f"--format={_COMMIT}", "--stdin", lines=[new, *excluded, *limits])
    except GitFailed as error:
        raise SourceError(f"the commits of {new} cannot be listed: {error.message}") from None
    return [_note(each) for each in output.decode("utf-8", "replace").split("\0")[1:]]


def count_between(git: Caller, new: str, old: Iterable[str]) -> int:
    """Return how many commits `new` reaches and none of `old` does."""
    try:
        return int(git.run("rev-list", "--count", "--stdin", lines=[new, *(f"^{each}" for each in old)]))
    except (GitFailed, ValueError) as error:
        raise SourceError(f"the commits of {new} cannot be counted: {error}") from None


def tags_with(git: Caller, commit: str) -> list[str]:
    """Return the tags whose commits are `commit` or come after it."""
    try:
        output = git.run("for-each-ref", f"--contains={commit}", "--format=%(refname:lstrip=2)", "refs/tags")
    except GitFailed as error:
        raise SourceError(f"the tags that hold {commit} cannot be listed: {error.message}") from None
    return decode_path(output).split("\n")[:-1]


def _note(text: str) -> CommitNote:
    commit, date, parents, title, body = (*text.split("\n", 4), "", "", "", "")[:5]
    picked, reverted = (tuple(dict.fromkeys(each.findall(body))) for each in (_PICKED, _REVERTED))
    return CommitNote(commit, date, title[:200], picked, len(parents.split()) > 1, reverted)


def changed_lines(
    git: Caller, commits: Sequence[str], paths: Sequence[str]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the lines that each commit added to some files and removed from them, without their white space."""
    if not commits:
        return {}
    options = ("--stdin", "-r", "-p", "-U0", "--root", "--no-renames", "--no-ext-diff", "--no-textconv")
    try:
        output = git.run("diff-tree", *options, "--", *paths, lines=list(commits))
    except GitFailed as error:
        raise SourceError(f"what commits changed cannot be read: {error.message}") from None
    found: dict[str, tuple[list[str], list[str]]] = {}
    here: tuple[list[str], list[str]] = ([], [])
    body = False  # past the names of a file's two versions
    asked = set(commits)
    for line in output.decode("utf-8", "replace").split("\n"):
        if line in asked:
            here, body = found.setdefault(line, ([], [])), False
        elif line.startswith("diff --git "):
            body = False
        elif line.startswith("@@ "):
            body = True
        elif body and line[:1] in ("+", "-") and line[1:].strip():
            here[line[0] == "-"].append(line[1:].strip())
    return {commit: (tuple(added), tuple(removed)) for commit, (added, removed) in found.items()}
