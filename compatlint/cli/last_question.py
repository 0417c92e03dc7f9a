"""The question that `diff` was asked last in a repository, so that `explain FINGERPRINT` can ask it again.

It is kept beside the answers, in the cache: where that is gone, so is the question.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compatlint.cli.startup import Startup

_KIND, _VERSION = "question", "1"


@dataclass(frozen=True, slots=True)
class RememberedDiff:
    """Both revisions as they were written ("index" and "worktree" among them), the paths and the promise."""

    old: str
    new: str
    paths: tuple[str, ...] = ()
    promise: str | None = None


def keep(scene: Startup, question: RememberedDiff) -> None:
    """Remember a question."""
    packed = json.dumps(asdict(question)).encode("utf-8")
    scene.cache.put_many(_KIND, _VERSION, {scene.repository.place.folder: packed})


def recall(scene: Startup) -> RememberedDiff | None:
    """Return the last question, None if there is none."""
    folder = scene.repository.place.folder
    packed = scene.cache.get_many(_KIND, _VERSION, [folder]).get(folder)
    try:
        kept = json.loads(packed) if packed is not None else None
        return (
            RememberedDiff(kept["old"], kept["new"], tuple(kept["paths"]), kept["promise"]) if kept else None
        )
    except (ValueError, TypeError, KeyError):
        return None
