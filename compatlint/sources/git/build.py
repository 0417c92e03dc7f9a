"""A new repository from files: each release becomes a commit with a tag.

For the demonstration, and for whoever wants to try two versions of a file without a history. This is the one
place that writes, and only into a folder that was empty.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed, named_repository

_WHO = "compatlint <compatlint@localhost> 1500000000 +0000"


def build(folder: str | os.PathLike[str], releases: Sequence[tuple[str, Mapping[str, bytes]]]) -> None:
    """Make a repository in `folder`, with a commit and a tag for every release.

    (tag, content by path), oldest first.
    """
    path = os.path.abspath(os.fspath(folder))
    os.makedirs(path, exist_ok=True)
    if os.listdir(path):
        raise SourceError(f"{path} is not empty: name a folder that does not exist yet")
    with named_repository():
        git = Caller(path)
        try:
            git.run("init", "--quiet", "--initial-branch=main")
            git.run("fast-import", "--quiet", feed=b"".join(_commit(tag, files) for tag, files in releases))
            git.run("checkout", "--quiet", "--force", "main")
        except GitFailed as error:
            raise SourceError(f"no repository can be made in {path}: {error.message}") from None


def _commit(tag: str, files: Mapping[str, bytes]) -> bytes:
    """Return the stream of one release for `git fast-import`: the whole tree anew, then its tag."""
    lines = [
        b"commit refs/heads/main",
        f"author {_WHO}".encode(),
        f"committer {_WHO}".encode(),
        _blob(tag.encode()),
    ]
    lines.append(b"deleteall")
    for path, content in sorted(files.items()):
        lines += [f"M 100644 inline {_quoted(path)}".encode(), _blob(content)]
    lines += [f"reset refs/tags/{tag}".encode(), b"from refs/heads/main", b""]
    return b"\n".join(lines) + b"\n"


def _blob(content: bytes) -> bytes:
    return b"data %d\n%s" % (len(content), content)


def _quoted(path: str) -> str:
    """Return a path as `git fast-import` wants it where it holds odd characters."""
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
