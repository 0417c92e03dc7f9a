"""Real bytes through the wire programs of a release.

A corpus and a revision in, what became of every object out.
"""

from compatlint.replay.pipeline import replay
from compatlint.replay.results import Replayed, Results

__all__ = ["Replayed", "Results", "replay"]
