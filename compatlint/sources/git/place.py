"""Where a repository is: its folder, its working tree if it has one, and what kind of clone it is.

A path in, a `Place` out; a SourceError that says what to do where git finds nothing or refuses.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed, named_repository

_QUESTIONS: Final = (
    ("--absolute-git-dir",),
    ("--is-bare-repository",),
    ("--is-inside-work-tree",),
    ("--show-object-format",),
    ("--is-shallow-repository",),
    ("--show-prefix",),
    ("--git-path", "index"),
    ("--show-toplevel",),
)


@dataclass(frozen=True, slots=True)
class RepositoryPlace:
    """A repository's folder (`.git` or bare), the top of its working tree or None, and the user's folder below the top.

    `hash_name` is "sha1" or "sha256"; `pinned` holds the environment that keeps git in a repository the user
    named.
    """

    folder: str
    top: str | None
    prefix: str
    hash_name: str
    shallow: bool
    pinned: Mapping[str, str] = field(default_factory=dict)

    def caller(self) -> Caller:
        """Return a caller that runs git at the top of the repository."""
        return Caller(self.top or self.folder, self.pinned)


def find_place(path: str | os.PathLike[str] | None) -> RepositoryPlace:
    """Return the place of the repository around `path`, or around the current folder if None."""
    start = os.path.abspath(os.fspath(path) if path is not None else os.getcwd())
    if not os.path.exists(start):
        raise SourceError(f"{start} does not exist: --repo needs the folder of a git repository")
    if not os.path.isdir(start) or os.path.basename(start) == ".git":
        start = os.path.dirname(start)
    # "--repo ." inside a hook still means the index that git prepared for that hook.
    named = path is not None and not os.path.samefile(start, os.getcwd())
    with named_repository() if named else nullcontext():
        lines = _ask(start)
    folder, _bare, inside, hash_name, shallow, prefix, index, *top = lines
    pinned: dict[str, str] = {}
    if named:
        pinned = {"GIT_DIR": folder, "GIT_INDEX_FILE": os.path.join(start, index)}
        if top:
            pinned["GIT_WORK_TREE"] = top[0]
    has_top = inside == "true" and bool(top)
    return RepositoryPlace(folder, top[0] if has_top else None, prefix, hash_name, shallow == "true", pinned)


def _ask(start: str) -> list[str]:
    """Return git's answers about the repository around `start`.

    That on the top folder only where there is one.
    """
    git = Caller(start)
    questions = [option for options in _QUESTIONS for option in options]
    try:
        output = git.run("rev-parse", *questions)
    except GitFailed as error:
        output = error.output
        if output.count(b"\n") < len(_QUESTIONS) - 1:
            raise _refused(start, error.message) from None
    answers = os.fsdecode(output).split("\n")[:-1]
    if len(answers) <= len(_QUESTIONS):
        return answers  # one less in a bare repository: the last question has no answer
    return [answer for options in _QUESTIONS if (answer := _ask_one(git, options)) is not None]


def _ask_one(git: Caller, options: tuple[str, ...]) -> str | None:
    """Return one answer, which may hold line breaks as the name of a folder may."""
    try:
        return os.fsdecode(git.run("rev-parse", *options)).removesuffix("\n")
    except GitFailed:
        return None


def _refused(start: str, message: str) -> SourceError:
    """Say why git does not open the repository at `start`."""
    owner = re.search(r"dubious ownership in repository at '(.*?)'", message, re.DOTALL)
    if owner is not None:
        command = f"git config --global --add safe.directory {shlex.quote(owner[1])}"
        return SourceError(
            f"git refuses {owner[1]}, because another user owns it; if you trust it, run: {command}"
        )
    if "not a git repository" in message:
        return SourceError(
            f"{start} is not in a git repository: run compatlint inside one, or name one with --repo"
        )
    return SourceError(f"git cannot open {start}: {message}")
