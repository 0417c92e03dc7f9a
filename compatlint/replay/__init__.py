"""Real bytes through the wire programs of a release: a corpus and a revision in, what became of every object out."""

from compatlint.replay.results import Replayed, Results
from compatlint.replay.run import replay

__all__ = ["Replayed", "Results", "replay"]
