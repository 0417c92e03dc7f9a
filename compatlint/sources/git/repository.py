"""One git repository: revisions in, trees, changes and contents out.

Everything comes from the object store; no checkout, no write, and a clear SourceError for whatever git will
not do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence

from compatlint.errors import SourceError
from compatlint.sources.git import advice, listing, objects, releases, tagged
from compatlint.sources.git.call import GitFailed
from compatlint.sources.git.disk import Disk, read_disk
from compatlint.sources.git.listing import IndexFiles
from compatlint.sources.git.place import RepositoryPlace, find_place
from compatlint.sources.git.revisions import RevisionRange, checked, split_range
from compatlint.sources.git.tree import (
    INDEX,
    WORKTREE,
    FileChange,
    Tree,
    compare_lists,
)

CAP = 4 * 1024 * 1024  # bytes; a larger file is generated, and no codec was ever found in one


class Repository:
    """A repository, bare or not, as `open` found it.

    What a name, the index or a file on disk was found to be, it stays.

    `oversized` records the blobs over the cap that `read` left out: size in bytes by id.
    """

    def __init__(self, place: RepositoryPlace, cap: int = CAP) -> None:
        self.place = place
        self.oversized: dict[str, int] = {}
        self._git = place.caller()
        self._cap = cap
        self._disk: Disk | None = None
        self._indexed: IndexFiles | None = None
        self._untracked: list[str] | None = None
        self._names: dict[str, str | None] = {}
        self._last: dict[str, str | None] = {}
        self._tags: dict[str, str] | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str] | None = None, *, cap: int = CAP) -> Repository:
        """Return the repository around `path`, or around the current folder.

        Raise SourceError if there is none.
        """
        return cls(find_place(path), cap)

    @property
    def root(self) -> str | None:
        """Return the top folder of the working tree, or None for a bare repository."""
        return self.place.top

    def relative(self, path: str) -> str:
        """Return `path`, as the user typed it, relative to the top of the repository, with `/`."""
        if os.path.isabs(path) and self.place.top:
            path = os.path.relpath(os.path.realpath(path), os.path.realpath(self.place.top))
        else:
            path = os.path.join(self.place.prefix, path)
        path = os.path.normpath(path).replace(os.sep, "/")
        if path == ".." or path.startswith("../"):
            raise SourceError(f"{path} is outside of the repository")
        return "" if path == "." else path

    def resolve(self, rev: str) -> str:
        """Return the full hash of the commit that `rev` names.

        Raise SourceError with what to do if there is none.
        """
        return self._resolve(rev)[0]

    def knows(self, text: str) -> bool:
        """Tell whether `text` names a revision or a range here, and not, say, a path."""
        if self._named(text) is not None:
            return True
        return any(self._named(reading.old) and self._named(reading.new) for reading in split_range(text))

    def tree(self, rev: str) -> Tree:
        """Return the files of the commit that `rev` names."""
        return self._tree(rev, *self._resolve(rev))

    def index(self) -> Tree:
        """Return the files as staged for the next commit; raise SourceError while a merge is unresolved."""
        self._need_worktree("--staged")
        return Tree(INDEX, INDEX, "", self._index_files)

    def worktree(self) -> Tree:
        """Return the files as they are on disk: those of the index, and those that git does not ignore."""
        self._need_worktree("--worktree")
        return Tree(WORKTREE, WORKTREE, "", self._worktree_files)

    def range(
        self, text: str | None = None, *, staged: bool = False, worktree: bool = False
    ) -> tuple[Tree, Tree]:
        """Return the two releases of a range.

        `A..B`, `A...B` (from the merge base), or `A` against what follows it.

        What follows is the index (`staged`), the working tree (`worktree`) or HEAD. Without `text` the old
        release is the last release tag that HEAD reaches.
        """
        later = self.worktree() if worktree else self.index() if staged else None
        if text is None:
            old = releases.before_head(self._git, self.place, self._last_at, may_be_head=later is not None)
            return self.tree(old), later or self.tree("HEAD")
        checked(text)
        if later is None:
            for reading in split_range(text):
                if self._named(reading.old) and self._named(reading.new):
                    return self._read_range(reading)
        elif any(True for _ in split_range(text)) and self._named(text) is None:
            raise SourceError(f"{text} is a range: name one revision to compare it with the {later.rev}")
        try:
            return self.tree(text), later or self.tree("HEAD")
        except SourceError:
            for reading in split_range(text):  # let the side that is wrong be named, not the whole range
                self.resolve(reading.old)
                self.resolve(reading.new)
            raise

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Tell whether a commit is another one's ancestor, and not the same."""
        if commit == of:
            return False
        try:
            self._git.run("merge-base", "--is-ancestor", commit, of)
        except GitFailed:
            return False
        return True

    def changes(self, old: Tree, new: Tree) -> list[FileChange]:
        """Return every path whose regular file differs between two trees, by path."""
        if old.commit == new.commit:
            return []
        if {INDEX, WORKTREE} & {old.commit, new.commit}:
            return compare_lists(old.files(), new.files())
        try:
            return listing.tree_changes(self._git, old.key, new.key, self.place.hash_name)
        except (GitFailed, objects.MissingObjects) as error:
            raise advice.missing_blob(self._git, self.place, str(error)) from None

    def read(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return contents by blob id; blobs over the cap are left out and recorded in `oversized`."""
        asked = list(dict.fromkeys(ids))
        disk = self._disk or Disk()
        result = {blob: disk.contents[blob] for blob in asked if blob in disk.contents}
        stored = [blob for blob in asked if blob not in result and blob not in disk.oversized]
        try:
            found = objects.sizes(self._git, stored)
            wanted = {blob: size for blob, size in found.items() if size <= self._cap}
            result.update(objects.contents(self._git, wanted, self.place.hash_name))
        except objects.MissingObjects as error:
            raise advice.missing_blob(self._git, self.place, str(error)) from None
        self.oversized.update({blob: size for blob, size in found.items() if size > self._cap})
        self.oversized.update({blob: disk.oversized[blob] for blob in asked if blob in disk.oversized})
        return result

    def untracked(self) -> list[str]:
        """Return the paths in the working tree that were never added and that git does not ignore."""
        if self._untracked is None:
            try:
                self._untracked = listing.untracked_files(self._git)
            except GitFailed as error:
                raise SourceError(f"the working tree cannot be listed: {error.message}") from None
        return self._untracked

    def release_tags(self) -> dict[str, str]:
        """Return the commit of every tag that looks like a version."""
        if self._tags is None:
            self._tags = releases.release_tags(self._git)
        return self._tags

    def tagged_commits(self) -> list[tagged.TaggedCommit]:
        """Return every tag that looks like a version, with its commit and date."""
        return tagged.tagged_commits(self._git)

    def commits_between(
        self, new: str, old: Iterable[str], paths: Sequence[str] = ()
    ) -> list[tagged.CommitNote]:
        """Return the commits that commit `new` reaches and none of `old` does, newest first.

        With `paths`, those that touch one.
        """
        return tagged.commits_between(self._git, new, old, paths)

    def count_between(self, new: str, old: Iterable[str]) -> int:
        """Return how many commits commit `new` reaches and none of `old` does."""
        return tagged.count_between(self._git, new, old)

    def changed_lines(
        self, commits: Sequence[str], paths: Sequence[str]
    ) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the lines that each commit added to some files and removed from them, without their white space."""
        return tagged.changed_lines(self._git, commits, paths)

    def tags_with(self, commit: str) -> list[str]:
        """Return the tags whose commits are `commit` or come after it."""
        return tagged.tags_with(self._git, commit)

    def last_release_tag(self, rev: str = "HEAD") -> str | None:
        """Return the nearest release tag that `rev` reaches, `rev` itself included; None if there is none."""
        return self._last_at(self.resolve(rev))

    def _last_at(self, commit: str) -> str | None:
        if commit not in self._last:
            self._last[commit] = releases.last_release_tag(self._git, commit)
        return self._last[commit]

    def _named(self, rev: str) -> str | None:
        """Return the full hash of the object that `rev` names, or None.

        It need not be a commit, nor be present.
        """
        if rev not in self._names:
            self._names[rev] = self._look_up(rev)
        return self._names[rev]

    def _look_up(self, rev: str) -> str | None:
        try:
            checked(rev)
            output = self._git.run("rev-parse", "--verify", "--quiet", rev).decode("ascii", "replace").strip()
        except (GitFailed, SourceError):
            return None
        return output if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", output) else None

    def _resolve(self, rev: str) -> tuple[str, str]:
        """Return the full hashes of the commit that `rev` names, and of its tree."""
        name = self._named(checked(rev))
        if name is None:
            raise advice.unknown(self._git, self.place, rev)
        try:
            commit = self._git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
            found = commit.decode("ascii", "replace").strip()
            content = objects.contents(self._git, {found: 0}, self.place.hash_name, "commit")[found]
        except (GitFailed, KeyError):
            raise advice.not_a_commit(self._git, self.place, rev, name) from None
        except objects.MissingObjects as error:
            raise advice.missing_blob(self._git, self.place, str(error)) from None
        return found, content[len("tree ") : content.index(b"\n")].decode("ascii")

    def _read_range(self, reading: RevisionRange) -> tuple[Tree, Tree]:
        """Return the trees of a range whose sides git knows."""
        new = self.tree(reading.new)
        if not reading.merge_base:
            return self.tree(reading.old), new
        old = self.resolve(reading.old)
        try:
            base = self._git.run("merge-base", old, new.commit).decode("ascii").strip()
        except GitFailed:
            raise advice.no_merge_base(self._git, self.place, reading.old, reading.new) from None
        return self._tree(reading.old if base == old else base[:12], *self._resolve(base)), new

    def _tree(self, rev: str, commit: str, tree: str) -> Tree:
        return Tree(rev, commit, tree, lambda: self._tree_files(tree))

    def _tree_files(self, tree: str) -> dict[str, str]:
        try:
            return listing.tree_files(self._git, tree, self.place.hash_name)
        except (GitFailed, objects.MissingObjects) as error:
            raise advice.missing_blob(self._git, self.place, str(error)) from None

    def _index(self) -> IndexFiles:
        if self._indexed is None:
            try:
                self._indexed = listing.index_files(self._git, self.place.hash_name)
            except GitFailed as error:
                raise SourceError(f"the index cannot be read: {error.message}") from None
        return self._indexed

    def _index_files(self) -> dict[str, str]:
        found = self._index()
        return {path: blob for path, blob in found.files.items() if path not in found.announced}

    def _worktree_files(self) -> dict[str, str]:
        if self._disk is None:
            found = self._index()
            assert self.place.top is not None
            self._disk = read_disk(
                self.place.top,
                self.place.hash_name,
                self._cap,
                found.files,
                found.absent,
                self.untracked(),
            )
        return self._disk.files

    def _need_worktree(self, option: str) -> None:
        if self.place.top is None:
            raise SourceError(
                f"{self.place.folder} has no working tree: {option} needs one; compare two revisions instead"
            )
