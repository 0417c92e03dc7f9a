"""Which commits made a change, and which commit a backport came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compatlint.sources.git import Repository
    from compatlint.sources.git.tagged import CommitNote

CONSTANT = "(constant)"  # an item without a name
MOST = 3000  # commits between two releases that are looked at
_CODEC = re.compile(r"code|denc|DENC|[\"']")
_NUMBER = re.compile(r"code\w{0,40}\s{0,9}\([^\n]{0,200}?(?<!\w)\d")  # a constant that is encoded
_FRAME = re.compile(r"\b(?:EN|DE)CODE_START|\bDENC_START|\bstruct_v\b|\b_?VERSION\b")


@dataclass(frozen=True, slots=True)
class Patch:
    """A commit with the lines that it added and removed in some files."""

    note: CommitNote
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def content(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return what makes two patches one, wherever they were applied."""
        return frozenset(self.added), frozenset(self.removed)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a backported commit came from; `how` is "cherry picked" or "same content"."""

    commit: str
    how: str


def patches(repository: Repository, new: str, old: str, paths: Sequence[str]) -> list[Patch]:
    """Return the commits between two releases that touch some files, oldest first; none if there are too many."""
    notes = [each for each in repository.commits_between(new, [old], paths) if not each.merge]
    if len(notes) > MOST:
        return []
    lines = repository.changed_lines([each.commit for each in notes], paths)
    return [Patch(each, *lines.get(each.commit, ((), ()))) for each in reversed(notes)]


Lines = frozenset[str]


def blamed(
    known: Iterable[Patch], item: str, differing: tuple[Lines, Lines] = (frozenset(), frozenset())
) -> list[Patch]:
    """Return the commits that speak of an item where it is encoded, else those that speak of it at all.

    `differing` are the lines that only the older and only the newer release has in the codec's functions: what
    has no name of its own is blamed on the commits that took them away or wrote them.
    """
    some = list(known)
    name = _last(item)
    if any(differing) and (item in ("version", "decoder") or name == CONSTANT):
        gone, come = differing
        wrote = [each for each in some if come & set(each.added)]
        touching = wrote or [each for each in some if gone & set(each.removed)]
        if touching:
            return _lasting(touching)
    if item in ("version", "decoder"):
        return _frames(some, item)
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name != CONSTANT else _NUMBER
    speaking = [
        (patch, [line for line in (*patch.added, *patch.removed) if word.search(line)]) for patch in some
    ]
    encoding = [patch for patch, lines in speaking if any(_CODEC.search(line) for line in lines)]
    return _lasting(encoding or [patch for patch, lines in speaking if lines])


def _lasting(some: list[Patch]) -> list[Patch]:
    """Return the commits without those that a later one of them takes back, and without that one."""
    known = {each.note.commit: each for each in some}
    gone: set[str] = set()
    for each in some:
        for name in each.note.reverts:
            back = next((commit for commit in known if commit.startswith(name) and commit not in gone), None)
            if back is not None:
                gone |= {back, each.note.commit}
    return [each for each in some if each.note.commit not in gone] or some


def origin(patch: Patch, elsewhere: Iterable[Patch]) -> Origin | None:
    """Return where a commit came from: as it says itself, or the same lines in another commit."""
    if patch.note.picked_from:
        return Origin(patch.note.picked_from[-1], "cherry picked")
    for other in elsewhere:
        if other.note.commit == patch.note.commit:
            continue
        alike = patch.added and other.content == patch.content
        if alike or (other.note.title == patch.note.title and set(patch.added) & set(other.added)):
            return Origin(other.note.commit, "same content")
    return None


def _frames(some: Sequence[Patch], item: str) -> list[Patch]:
    wanted = _FRAME if item == "version" else _CODEC
    return [patch for patch in some if any(wanted.search(line) for line in (*patch.added, *patch.removed))]


def _last(item: str) -> str:
    """Return the name in the source that an item's path ends with."""
    if item.startswith(CONSTANT):
        return CONSTANT
    found: list[str] = re.findall(r"[A-Za-z_]\w*", item.split("#", 1)[0].split("[", 1)[0])
    return found[-1] if found else CONSTANT
