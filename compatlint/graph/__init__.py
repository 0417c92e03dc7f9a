"""Codecs and their items in two releases as networkx graphs, and queries on them.

`containment` and `containers` find the structures that contain a broken one; `evolution` shows how every item
changed. Only this package imports networkx, when the first graph is made.
"""

from compatlint.graph.containment import containers, containment
from compatlint.graph.evolution import changed, evolution
from compatlint.graph.listing import listing
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
    "listing",
    "write",
]
