"""The meetings that a matrix needs: each different one once, divided among processes, the heaviest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compatlint import faults
from compatlint.comparison.context import PairContext
from compatlint.comparison.positional import PositionalRun
from compatlint.comparison.shared_reading import CommonCodecs, SharedReading
from compatlint.config import Config
from compatlint.notations.notation import Positional
from compatlint.parallel import divide
from compatlint.promise import Promise
from compatlint.wire.ir.steps import Codec, walk

if TYPE_CHECKING:
    from compatlint.sources.git import Repository, Tree


@dataclass(frozen=True, slots=True)
class Job:
    """One codec that meets itself in a release (`old` is `new`), or another release's; indices of the releases."""

    old: int
    new: int
    name: str
    weight: int


@dataclass
class Meetings:
    """The releases of a matrix, as one positional notation reads them."""

    repository: Repository
    shared: SharedReading
    notation: Positional
    trees: Sequence[Tree]
    config: Config
    promise: Promise
    _runs: dict[tuple[int, int], PositionalRun] = field(default_factory=dict)

    def hold(self, tell: Callable[[int, int], object]) -> int:
        """Let all that differs meet; return how many meetings there were. What came of them is in `shared`."""
        sources = self.shared.open(self.notation, self.trees)
        for source in sources:
            source.features()
        own = self._distinct(((each, each) for each in range(len(sources))), sources)
        divide(own, self._alone, weigh=_weight, worth=400, grain=200, gathering=self.shared, tell=tell)
        pairs = [(old, new) for new in range(len(sources)) for old in range(new)]
        jobs = self._distinct(pairs, sources)
        divide(jobs, self._meet, weigh=_weight, worth=400, grain=50, gathering=self.shared, tell=tell)
        return len(own) + len(jobs)

    def _distinct(self, pairs: Iterable[tuple[int, int]], sources: Sequence[CommonCodecs]) -> list[Job]:
        """Return one job for each meeting that is not the same as another, heaviest first."""
        found: dict[object, Job] = {}
        for old, new in pairs:
            before, after = sources[old], sources[new]
            older = self._run(old, new).older_tags if old != new else ()
            for name in self._names(before, after):
                left, right = before.codec(name), after.codec(name)
                key = (
                    (id(left), id(right), before.features(), after.features(), older),
                    self.shared.closure(before, name),
                    self.shared.closure(after, name),
                )
                if key not in found and left is not None and right is not None:
                    found[key] = Job(old, new, name, _size(left) * _size(right))
        return sorted(found.values(), key=lambda job: -job.weight)

    def _names(self, before: CommonCodecs, after: CommonCodecs) -> list[str]:
        if before is after:
            return sorted(self.shared.names.get(self.notation.name, ()))
        return self.shared.differing(self.notation, before, after)

    def _run(self, old: int, new: int) -> PositionalRun:
        """Return the comparison of a pair."""
        if (old, new) not in self._runs:
            sides = (self.trees[old], self.trees[new])
            context = PairContext(self.repository, *sides, self.config, self.promise, shared=self.shared)
            run = PositionalRun(context, self.notation)
            run.releases = [*self.shared.open(self.notation, sides)]
            self._runs[old, new] = run
        return self._runs[old, new]

    def _meet(self, job: Job) -> None:
        """Let a codec of two releases meet; who asks again finds the answer, or fails again."""
        faults.attempt(lambda: self._run(job.old, job.new).met(job.name), lambda reason: None)

    def _alone(self, job: Job) -> None:
        faults.attempt(lambda: self._run(job.old, job.new).met_itself(job.name), lambda reason: None)


def _weight(job: Job) -> int:
    return job.weight


def _size(codec: Codec) -> int:
    """Return how much work a codec is, roughly: its steps."""
    return 1 + len(walk(codec.encoder or ())) + len(walk(codec.decoder or ()))
