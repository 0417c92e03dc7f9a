"""A repository in memory: two releases from dicts of path to bytes, as the pipeline asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from compatlint.sources.git.tree import FileChange, Tree, compare_lists

Files = Mapping[str, bytes]


class MemoryRepository:
    """Offers what `compare` and `check` ask of a repository; tags are v1.0.0 and v2.0.0."""

    root = None

    def __init__(self, old: Files, new: Files) -> None:
        self.oversized: dict[str, int] = {}
        self._contents: dict[str, bytes] = {}
        self._trees = {
            rev: Tree(rev, commit * 40, commit * 40, lambda files=files: self._listed(files))
            for rev, commit, files in (("v1.0.0", "1", old), ("v2.0.0", "2", new))
        }

    def _listed(self, files: Files) -> dict[str, str]:
        blobs = {}
        for path, content in files.items():
            blobs[path] = hashlib.sha1(content, usedforsecurity=False).hexdigest()
            self._contents[blobs[path]] = content
        return blobs

    def tree(self, rev: str) -> Tree:
        return self._trees.get(rev) or self._trees["v1.0.0" if rev[:1] == "1" else "v2.0.0"]

    def changes(self, old: Tree, new: Tree) -> list[FileChange]:
        return compare_lists(old.files(), new.files())

    def read(self, ids: Iterable[str]) -> dict[str, bytes]:
        return {each: self._contents[each] for each in ids if each in self._contents}

    def release_tags(self) -> dict[str, str]:
        return {rev: tree.commit for rev, tree in self._trees.items()}

    tagged_commits = release_tags

    def last_release_tag(self, rev: str = "HEAD") -> str | None:
        return "v1.0.0" if rev[:1] == "1" else "v2.0.0"

    def untracked(self) -> list[str]:
        return []

    def is_ancestor(self, commit: str, of: str) -> bool:
        return False
