"""Releases among the tags: all of them, and the last one that a commit reaches.

`git describe` walks back from the commit, so the answer does not cost the whole history.
"""

from __future__ import annotations

from collections.abc import Callable

from compatlint.errors import SourceError
from compatlint.sources.git import advice
from compatlint.sources.git.call import Caller, GitFailed
from compatlint.sources.git.place import RepositoryPlace
from compatlint.sources.git.tags import is_final, latest, version_of
from compatlint.sources.git.tree import decode_path

_ATTEMPTS = 20  # names that only look like versions to a glob are excluded one by one, up to here


def release_tags(git: Caller, *selection: str) -> dict[str, str]:
    """Return the commit of every tag that looks like a version.

    `selection` are options of `git for-each-ref`.
    """
    pattern = "%(refname:lstrip=2) %(objecttype) %(objectname) %(*objecttype) %(*objectname)"
    try:
        output = decode_path(git.run("for-each-ref", f"--format={pattern}", *selection, "refs/tags"))
    except GitFailed as error:
        raise SourceError(f"the tags cannot be listed: {error.message}") from None
    found: dict[str, str] = {}
    for line in output.split("\n")[:-1]:
        tag, kind, name, *target = line.split(" ")
        if kind == "tag" and len(target) == 2:
            kind, name = target
        if kind == "commit" and version_of(tag) is not None:
            found[tag] = name
    return found


def last_release_tag(git: Caller, commit: str) -> str | None:
    """Return the nearest release tag at or before `commit`.

    Previews count only where no final release is found.
    """
    exclude: list[str] = []
    for _attempt in range(_ATTEMPTS):
        tag = _describe(git, commit, exclude)
        if tag is None:
            break
        if is_final(tag):
            return latest(release_tags(git, f"--points-at={tag}^{{commit}}")) or tag
        exclude.append(f"--exclude={_literal(tag)}")
    return latest(release_tags(git, f"--merged={commit}")) if exclude else None


def before_head(
    git: Caller, place: RepositoryPlace, last: Callable[[str], str | None], *, may_be_head: bool
) -> str:
    """Return the release tag that HEAD is compared with by default; raise SourceError if none is reachable.

    `last` returns the nearest release tag at or before a commit, as `last_release_tag` does. Where HEAD itself
    is a release it would be compared with itself, so then the release before it is meant (unless
    `may_be_head`: the index or the working tree are what is compared).
    """
    try:
        head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").decode("ascii").strip()
    except GitFailed:
        raise advice.unknown(git, place, "HEAD") from None
    tag = last(head)
    here = ""
    if tag is not None and not may_be_head and release_tags(git, f"--points-at={head}").get(tag) == head:
        here = tag
        try:
            parent = git.run("rev-parse", "--verify", "--quiet", f"{head}^1").decode("ascii").strip()
        except GitFailed:
            raise advice.no_release(git, place, here) from None
        tag = last(parent)
    if tag is None:
        raise advice.no_release(git, place, here)
    return f"refs/tags/{tag}" if _is_branch(git, tag) else tag


def _describe(git: Caller, commit: str, exclude: list[str]) -> str | None:
    """Return the nearest tag that has two numbers in its name, among the latest three that the walk back meets."""
    # More candidates cost ten times as much on a long history, and one alone could be an older line that was
    # merged back.
    options = ("--tags", "--abbrev=0", "--candidates=3", "--match=*[0-9].[0-9]*", "--match=*[0-9]_[0-9]*")
    try:
        return decode_path(git.run("describe", *options, *exclude, commit)).rstrip("\n")
    except GitFailed:
        return None


def _literal(tag: str) -> str:
    """Return a glob that matches `tag` alone: a reference name may hold no glob character but brackets."""
    return tag.replace("\\", "\\\\").replace("[", "\\[")


def _is_branch(git: Caller, tag: str) -> bool:
    try:
        git.run("show-ref", "--verify", "--quiet", f"refs/heads/{tag}")
    except GitFailed:
        return False
    return True
