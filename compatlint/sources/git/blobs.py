"""The content of blobs, many at a time.

Ids in, bytes by id out. Sizes are asked first, so that a file over the cap is never brought into memory.
"""

from __future__ import annotations

from collections.abc import Iterable

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed

BATCH = 32 * 1024 * 1024  # bytes that one answer of git may hold


class MissingBlobs(Exception):
    """Blobs that the repository names and does not have, as in a partial clone."""


def sizes(git: Caller, ids: Iterable[str]) -> dict[str, int]:
    """Return the size in bytes of every blob; raise MissingBlobs if one is not there."""
    asked = list(ids)
    if not asked:
        return {}
    try:
        output = git.run(
            "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", "--buffer", lines=asked
        )
    except GitFailed as error:
        raise MissingBlobs(error.message) from error
    found: dict[str, int] = {}
    for line in output.decode("ascii", "replace").splitlines():
        name, kind, *size = line.split(" ")
        if kind == "missing" or not size:
            raise MissingBlobs(name)
        if kind == "blob":
            found[name] = int(size[0])
    return found


def contents(git: Caller, wanted: dict[str, int]) -> dict[str, bytes]:
    """Return the bytes of the blobs in `wanted` (sizes by id), at most `BATCH` bytes in one call to git."""
    result: dict[str, bytes] = {}
    batch: list[str] = []
    total = 0
    for name, size in wanted.items():
        if batch and total + size > BATCH:
            result.update(_batch(git, batch))
            batch, total = [], 0
        batch.append(name)
        total += size
    if batch:
        result.update(_batch(git, batch))
    return result


def _batch(git: Caller, ids: list[str]) -> dict[str, bytes]:
    """Read the answer of `cat-file --batch`: `ID TYPE SIZE`, line feed, the bytes, line feed."""
    try:
        output = git.run("cat-file", "--batch", "--buffer", lines=ids)
    except GitFailed as error:
        raise MissingBlobs(error.message) from error
    result: dict[str, bytes] = {}
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        head = output[position:end].decode("ascii", "replace").split(" ")
        if len(head) != 3:
            raise SourceError(f"git cannot read object {head[0]}: run `git fsck`")
        size = int(head[2])
        result[head[0]] = output[end + 1 : end + 1 + size]
        position = end + 1 + size + 1
    return result
