"""The outcomes of the objects of a corpus, as values that `report/replay.py` renders."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from compatlint.wire.concrete.decode_object import WRONG


@dataclass(frozen=True, slots=True)
class Replayed:
    """One object: how its bytes were understood, and by which codec.

    `values` are the decoded values, ready for JSON. `reencoded` is the outcome of encoding them again, "" if
    that was not asked for. `noted`: the corpus notes that no newer release reads the object. `at` is the
    offset in bytes at which decoding ended, `around` the bytes there, and `misread` a sentence about a value
    that differs from the value in the writing release.
    """

    archive: str
    type: str
    name: str
    outcome: str
    reason: str = ""
    codec: str = ""
    size: int = 0
    values: Any = None
    reencoded: str = ""
    reencoded_reason: str = ""
    noted: bool = False
    at: int = 0
    around: str = ""
    misread: str = ""

    @property
    def wrong(self) -> bool:
        """Tell whether the release fails on the object."""
        return self.outcome in WRONG


@dataclass(frozen=True, slots=True)
class Results:
    """The outcome of every object, decoded by the release `rev`; `seconds` is how long it took.

    `writer` is the revision whose encoder wrote the bytes, "" if they are those of the corpus.
    """

    rev: str
    objects: tuple[Replayed, ...]
    seconds: float = 0.0
    writer: str = ""

    def types(self) -> list[str]:
        """Return the names of the types in the corpus, sorted."""
        return sorted({each.type for each in self.objects})

    def count(self) -> Counter[str]:
        """Return the number of objects by outcome."""
        return Counter(each.outcome for each in self.objects)

    def reencoded(self) -> Counter[str]:
        """Return the number of objects by outcome of encoding again."""
        return Counter(each.reencoded for each in self.objects if each.reencoded)

    def by_type(self) -> dict[str, Counter[str]]:
        """Return the number of objects by type and outcome."""
        found: dict[str, Counter[str]] = {name: Counter() for name in self.types()}
        for each in self.objects:
            found[each.type][each.outcome] += 1
        return found
