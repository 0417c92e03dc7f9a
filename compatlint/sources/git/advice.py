"""What to say when a revision or an object is not there: the likely cause, and the command that brings it.

Only ever asked after something failed, so it may take its time.
"""

from __future__ import annotations

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed
from compatlint.sources.git.place import RepositoryPlace
from compatlint.sources.git.revisions import fetch_command, suggestion


def unknown(git: Caller, place: RepositoryPlace, rev: str) -> SourceError:
    """Return the error for a revision that names nothing here."""
    if rev == "HEAD" or rev.startswith(("HEAD~", "HEAD^", "@")):
        if not _has(git, "HEAD"):
            if _names(git):
                return SourceError(
                    "HEAD points to no commit here: name both sides of the range, as in `A..B`"
                )
            return SourceError("the repository has no commit yet: commit something first")
        if not place.shallow:
            return SourceError(f"there is no revision {rev}: the history of HEAD does not go back that far")
    remote = _remote(git)
    if place.shallow:
        command = fetch_command(rev, remote or "origin", True)
        return SourceError(f"there is no revision {rev} in this shallow clone; bring it with: {command}")
    close = suggestion(rev, _names(git))
    if close or remote is None:
        return SourceError(f"there is no revision {rev}{close}")
    return SourceError(
        f"there is no revision {rev}; if the remote has it: {fetch_command(rev, remote, False)}"
    )


def not_a_commit(git: Caller, place: RepositoryPlace, rev: str, name: str) -> SourceError:
    """Return the error for a revision that names an object which is no commit, or which is not here."""
    try:
        kind = git.run("cat-file", "-t", name).decode("ascii", "replace").strip()
    except GitFailed:
        command = fetch_command(rev, _remote(git) or "origin", place.shallow)
        where = "shallow clone" if place.shallow else "repository"
        return SourceError(f"the commit {rev} is not in this {where}; bring it with: {command}")
    if kind in ("tag", "commit"):  # what it leads to is not there, or is damaged
        return SourceError(f"the commit of {rev} cannot be read: run `git fsck`")
    return SourceError(f"{rev} is a {kind} and not a commit: name a tag, a branch or a commit")


def no_merge_base(git: Caller, place: RepositoryPlace, old: str, new: str) -> SourceError:
    """Return the error for two commits without a common ancestor."""
    if place.shallow:
        command = f"git fetch --unshallow {_remote(git) or 'origin'}"
        return SourceError(
            f"{old} and {new} have no common ancestor in this shallow clone; bring it with: {command}"
        )
    return SourceError(f"{old} and {new} have no common ancestor: use {old}..{new} to compare them directly")


class NoRelease(SourceError):
    """No release is tagged before what is to be compared."""


def no_release(git: Caller, place: RepositoryPlace, head: str = "") -> SourceError:
    """Return the error for a history in which no release is tagged; `head` is the release that HEAD itself is."""
    if place.shallow:
        command = f"git fetch --unshallow --tags {_remote(git) or 'origin'}"
        return SourceError(
            f"no release tag is reachable from HEAD in this shallow clone; bring them with: {command}"
        )
    if head:
        return NoRelease(
            f"HEAD is {head} itself, and there is no release before it: name a range, as in `A..B`"
        )
    cure = "name the range, as in `compatlint diff main..HEAD`, or `git fetch --tags`"
    return NoRelease(f"no release tag is reachable from HEAD: {cure}")


def missing_blob(git: Caller, place: RepositoryPlace, message: str) -> SourceError:
    """Return the error for an object that the repository names and does not have."""
    if _configured(git, r"^remote\..*\.promisor$") or _configured(git, r"^extensions\.partialclone$"):
        command = f"git fetch --refetch --no-filter {_remote(git) or 'origin'}"
        return SourceError(
            f"this partial clone lacks objects that the comparison needs; bring them with: {command}"
        )
    reason = message.partition("\n")[0] or "missing"
    return SourceError(f"an object cannot be read in {place.folder} ({reason}): run `git fsck`")


def _has(git: Caller, rev: str) -> bool:
    try:
        git.run("rev-parse", "--verify", "--quiet", rev)
    except GitFailed:
        return False
    return True


def _configured(git: Caller, pattern: str) -> bool:
    try:
        return bool(git.run("config", "--name-only", "--get-regexp", pattern))
    except GitFailed:
        return False


def _remote(git: Caller) -> str | None:
    """Return the remote to fetch from: origin if there is one, or the first."""
    try:
        names = git.run("remote").decode("utf-8", "replace").split("\n")[:-1]
    except GitFailed:
        return None
    return "origin" if "origin" in names else next(iter(names), None)


def _names(git: Caller) -> list[str]:
    """Return the short names of all tags and branches."""
    try:
        output = git.run(
            "for-each-ref", "--format=%(refname:short)", "refs/tags", "refs/heads", "refs/remotes"
        )
    except GitFailed:
        return []
    return output.decode("utf-8", "replace").split("\n")[:-1]
