"""Objects of the store by id, many at a time, and each one proved to be what its name says.

An id is a hash over the content, but git does not hash what it reads: a repository that lies about one object
would be believed, and the cache would keep the lie for honest repositories. So everything is hashed here. Sizes
are asked first, so that a file over the cap is never brought into memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from compatlint.errors import SourceError
from compatlint.sources.git.call import Caller, GitFailed

BATCH = 32 * 1024 * 1024  # bytes that one answer of git may hold


class MissingObjects(Exception):
    """Objects that the repository names and does not have, as in a partial clone."""


def object_id(content: bytes, hash_name: str, kind: str = "blob") -> str:
    """Return git's name for an object: the hash over `KIND SIZE`, NUL and the content."""
    digest = hashlib.new(hash_name, f"{kind} {len(content)}\0".encode(), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def sizes(git: Caller, ids: Iterable[str], kind: str = "blob") -> dict[str, int]:
    """Return the size in bytes of every object of a kind; raise MissingObjects if one is not there."""
    asked = list(ids)
    if not asked:
        return {}
    try:
        output = git.run(
            "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", "--buffer", lines=asked
        )
    except GitFailed as error:
        raise MissingObjects(error.message) from error
    found: dict[str, int] = {}
    for line in output.decode("ascii", "replace").split("\n")[:-1]:
        name, is_kind, *size = line.split(" ")
        if is_kind == "missing" or not size:
            raise MissingObjects(name)
        if is_kind == kind:
            found[name] = int(size[0])
    return found


def contents(git: Caller, wanted: dict[str, int], hash_name: str, kind: str = "blob") -> dict[str, bytes]:
    """Return the bytes of the objects in `wanted` (sizes by id), at most `BATCH` bytes in one call to git.

    Raise SourceError where one holds something else than its name says.
    """
    result: dict[str, bytes] = {}
    batch: list[str] = []
    total = 0
    for name, size in wanted.items():
        if batch and total + size > BATCH:
            result.update(_batch(git, batch, hash_name, kind))
            batch, total = [], 0
        batch.append(name)
        total += size
    if batch:
        result.update(_batch(git, batch, hash_name, kind))
    return result


def verify_trees(git: Caller, ids: Iterable[str], hash_name: str) -> None:
    """Raise SourceError where a tree holds something else than its name says."""
    contents(git, sizes(git, ids, "tree"), hash_name, "tree")


def _batch(git: Caller, ids: list[str], hash_name: str, kind: str) -> dict[str, bytes]:
    """Read the answer of `cat-file --batch`: `ID TYPE SIZE`, line feed, the bytes, line feed."""
    try:
        output = git.run("cat-file", "--batch", "--buffer", lines=ids)
    except GitFailed as error:
        raise MissingObjects(error.message) from error
    result: dict[str, bytes] = {}
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        name, *head = output[position:end].decode("ascii", "replace").split(" ")
        if len(head) != 2:
            raise SourceError(f"git cannot read object {name}: run `git fsck`")
        size = int(head[1])
        content = output[end + 1 : end + 1 + size]
        if head[0] != kind or object_id(content, hash_name, kind) != name:
            raise SourceError(
                f"object {name} holds something else than its name says: this repository is damaged or forged, "
                "run `git fsck`"
            )
        result[name] = content
        position = end + 1 + size + 1
    return result
