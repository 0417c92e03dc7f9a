"""Decode real bytes with the wire programs of a release, and give each object an outcome."""

from compatlint.replay.pipeline import replay
from compatlint.replay.results import Replayed, Results

__all__ = ["Replayed", "Results", "replay"]
