"""Codecs and their items over releases, as networkx graphs, and the questions that are asked of them.

`containment` and `containers` say which structures hold a broken one; `evolution` says what became of every
item. networkx lives here and nowhere else; it is imported when the first graph is made.
"""

from compatlint.graph.containment import containers, containment
from compatlint.graph.evolution import changed, evolution
from compatlint.graph.structure import Containing, ReleaseStructures, Structure
from compatlint.graph.write import check_suffix, write

__all__ = [
    "Containing",
    "ReleaseStructures",
    "Structure",
    "changed",
    "check_suffix",
    "containers",
    "containment",
    "evolution",
    "write",
]
