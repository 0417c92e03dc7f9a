"""What became of the objects of a corpus. Pure values; `report/replay.py` renders them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from compatlint.wire.concrete.decode_object import WRONG


@dataclass(frozen=True, slots=True)
class Replayed:
    """One object: how its bytes were understood, and by which codec.

    `values` is what was decoded, as it prints in JSON. `again` tells how the encoder's bytes compare, "" if
    it was not asked. `noted`: people noted in the corpus that nothing newer reads it. `at` is where reading
    ended, `around` the bytes there, `misread` a value that is another one to the writing release.
    """

    archive: str
    type: str
    name: str
    outcome: str
    reason: str = ""
    codec: str = ""
    size: int = 0
    values: Any = None
    again: str = ""
    again_reason: str = ""
    noted: bool = False
    at: int = 0
    around: str = ""
    misread: str = ""

    @property
    def wrong(self) -> bool:
        """Tell whether the release does not understand the object."""
        return self.outcome in WRONG


@dataclass(frozen=True, slots=True)
class Results:
    """Every object's outcome under the sources of `rev`.

    `writer` is the revision whose encoder wrote the bytes anew.
    """

    rev: str
    objects: tuple[Replayed, ...]
    seconds: float = 0.0
    writer: str = ""

    def types(self) -> list[str]:
        """Return the types in the corpus."""
        return sorted({each.type for each in self.objects})

    def count(self) -> Counter[str]:
        """Return the number of objects by outcome."""
        return Counter(each.outcome for each in self.objects)

    def again(self) -> Counter[str]:
        """Return the number of objects by what the encoder made of them."""
        return Counter(each.again for each in self.objects if each.again)

    def by_type(self) -> dict[str, Counter[str]]:
        """Return the number of objects by type and outcome."""
        found: dict[str, Counter[str]] = {name: Counter() for name in self.types()}
        for each in self.objects:
            found[each.type][each.outcome] += 1
        return found
