"""Two releases of schemas in memory, and what meeting them finds."""

from __future__ import annotations

from collections.abc import Mapping

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.notation import Keyed
from compatlint.sources.release import Memory, Release
from compatlint.wire.ir.records import Lowered

SHORT = {"upgrade": "u", "downgrade": "d", "mixed": "", "skip": "", "self": "self"}


def release(commit: str, files: Mapping[str, str | bytes], memory: Memory | None = None) -> Release:
    """Make a release of texts by path."""
    contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    blobs = {path: f"{path}@{hash(text)}" for path, text in contents.items()}
    by_blob = {blobs[path]: text for path, text in contents.items()}
    return Release(
        commit, blobs, lambda ids: {each: by_blob[each] for each in ids if each in by_blob}, memory
    )


def lowered(notation: Keyed, before: Mapping[str, str], after: Mapping[str, str]) -> Lowered:
    """Lower two releases; every file counts as changed."""
    memory = Memory()
    old, new = release("a" * 40, before, memory), release("b" * 40, after, memory)
    paths = sorted(path for path in {**before, **after} if notation.wants(path))
    found = notation.lower(old, new, paths)
    assert not old.failed, old.failed
    assert not new.failed, new.failed
    return found


def found(notation: Keyed, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return "codec.item outcome change" to the directions that break: "u", "d" or "ud"."""
    result: dict[str, str] = {}
    for cause in causes_of(lowered(notation, before, after).meetings):
        item = f"{cause.codec}.{cause.item}" if cause.item else cause.codec
        name = f"{item} {cause.outcome} {cause.change}"
        result[name] = "".join(SHORT[each] for each in cause.breaks)
    return result
