"""Which files there are: in a tree, in the index, and in the working tree beside it.

Bytes of git in, paths and ids out. Trees are proved to be what their names say before they are believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from compatlint.sources.git.call import Caller, GitFailed
from compatlint.sources.git.objects import object_id, verify_trees
from compatlint.sources.git.tree import FileChange, decode_path, unmerged


@dataclass(frozen=True, slots=True)
class IndexFiles:
    """The regular files of the index: blob id by path.

    `announced` are paths that are known to come and have no content yet (`git add -N`), `absent` those that a
    sparse checkout leaves out of the working tree.
    """

    files: dict[str, str] = field(default_factory=dict)
    announced: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)


def tree_files(git: Caller, tree: str, hash_name: str) -> dict[str, str]:
    """Return the blob id of every regular file below a tree, by path."""
    files: dict[str, str] = {}
    trees = {tree}
    for head, path in _records(git.run("ls-tree", "-r", "-t", "-z", "--full-tree", tree)):
        mode, kind, name = head.split(" ")
        if kind == "tree":
            trees.add(name)
        elif mode.startswith("100"):
            files[path] = name
    verify_trees(git, sorted(trees), hash_name)
    return files


def tree_changes(git: Caller, old: str, new: str, hash_name: str) -> list[FileChange]:
    """Return every path whose regular file differs between two trees.

    A side that is no regular file counts as absent.
    """
    options = ("-r", "-t", "--raw", "-z", "--no-abbrev", "--no-renames", "--ignore-submodules")
    output = git.run("diff-tree", *options, "--no-ext-diff", "--no-textconv", old, new)
    found: list[FileChange] = []
    trees = {old, new}
    fields = output.split(b"\0")
    for head, raw in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, before, after, _status = head.decode("ascii").lstrip(":").split(" ")
        trees |= {name for mode, name in ((old_mode, before), (new_mode, after)) if mode == "040000"}
        left = before if old_mode.startswith("100") else None
        right = after if new_mode.startswith("100") else None
        if left != right:
            found.append(FileChange(decode_path(raw), left, right))
    verify_trees(git, sorted(trees), hash_name)
    return found


def index_files(git: Caller, hash_name: str) -> IndexFiles:
    """Return what the index holds; raise SourceError while a merge is unresolved."""
    found = IndexFiles()
    for head, path in _records(git.run("ls-files", "--stage", "-v", "-z", "--full-name")):
        tag, mode, blob, stage = head.split(" ")
        if stage != "0":
            raise unmerged(path)
        if mode.startswith("100"):
            found.files[path] = blob
            if tag in "sS":
                found.absent.add(path)
    empty = object_id(b"", hash_name)
    hollow = {path for path, blob in found.files.items() if blob == empty}
    if hollow:
        found.announced.update(hollow - _really_added(git, object_id(b"", hash_name, "tree")))
    return found


def untracked_files(git: Caller) -> list[str]:
    """Return the paths in the working tree that the index does not know and that git does not ignore."""
    output = git.run("ls-files", "--others", "--exclude-standard", "-z", "--full-name")
    return sorted(decode_path(raw) for raw in output.split(b"\0") if raw and not raw.endswith(b"/"))


def _really_added(git: Caller, empty_tree: str) -> set[str]:
    """Return the paths of the index but for those that are only announced."""
    options = ("--cached", "--ita-invisible-in-index", "--name-only", "-z", "--no-renames")
    try:
        output = git.run("diff-index", *options, empty_tree)
    except GitFailed:
        return set()
    return {decode_path(raw) for raw in output.split(b"\0") if raw}


def _records(output: bytes) -> Iterator[tuple[str, str]]:
    """Yield (what stands before the tab, path) of the records of `-z`."""
    for record in output.split(b"\0"):
        head, _, raw = record.partition(b"\t")
        if head:
            yield head.decode("ascii", "replace"), decode_path(raw)
