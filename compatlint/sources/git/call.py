"""Calls to git: one command in, its bytes out, and nothing that a repository configures is executed.

A repository under study may be hostile: its configuration could name programs for file watching, hooks, diffs
or transports. Every call switches those off, takes no lock and fetches nothing. No command is used that looks at
the content of a working tree: filters are programs, too, and some have names that no option can say.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from compatlint.errors import SourceError

_SETTINGS = (
    "core.fsmonitor=false",  # may name a program
    f"core.hooksPath={os.devnull}",
    "core.untrackedCache=false",  # a list that the repository brings along is not believed
    "core.pager=cat",
    "core.sshCommand=false",
    "protocol.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
)
_ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",  # git 2.45 and later ask no promisor remote ...
    "GIT_ALLOW_PROTOCOL": "",  # ... and no git has a transport left to ask one with
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",  # an id must name one content, or the cache would lie
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",  # messages are matched
    "LANGUAGE": "C",
}
# What git exports to its hooks: it would win over a repository that the user named.
_LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
)


class GitFailed(Exception):
    """git ended with a status other than zero."""

    def __init__(self, status: int, output: bytes, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.output = output
        self.message = message


class Caller:
    """Runs git commands in one folder; `pinned` are further environment variables."""

    __slots__ = ("_folder", "_pinned")

    def __init__(self, folder: str, pinned: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._pinned = dict(pinned or {})

    def run(self, *arguments: str, lines: Sequence[str] | None = None, feed: bytes | None = None) -> bytes:
        """Return what `git ARGUMENTS` prints; `lines`, or the bytes to `feed`, go to its input.

        Raise GitFailed if it fails.
        """
        command = ["git"]
        for setting in _SETTINGS:
            command += ["-c", setting]
        command += arguments
        if lines is not None:
            feed = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
        if feed is None:
            return self._execute(command, None)
        # A file as input, and not a pipe: no thread is needed to feed it while the output is read.
        with tempfile.TemporaryFile() as file:
            stream = cast(BinaryIO, file)
            stream.write(feed)
            stream.seek(0)
            return self._execute(command, stream)

    def _execute(self, command: list[str], stream: BinaryIO | None) -> bytes:
        try:
            done = subprocess.run(
                command,
                cwd=self._folder,
                stdin=stream if stream is not None else subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, **_ENVIRONMENT, **self._pinned},
                check=False,
            )
        except FileNotFoundError as error:
            if not os.path.isdir(self._folder):
                raise SourceError(f"git cannot be run in {self._folder}: there is no such folder") from error
            raise SourceError("git cannot be run: install git, or put it on PATH") from error
        except OSError as error:
            raise SourceError(f"git cannot be run in {self._folder}: {error.strerror}") from error
        if done.returncode != 0:
            message = done.stderr.decode("utf-8", "surrogateescape").strip()
            raise GitFailed(done.returncode, done.stdout, message)
        return done.stdout


@contextmanager
def named_repository() -> Iterator[None]:
    """Hide the variables of a surrounding git command while a repository that the user named is looked up."""
    hidden = {name: os.environ.pop(name) for name in _LOCAL if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
