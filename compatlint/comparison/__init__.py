"""The pipeline: a pair of releases in, a `Comparison` out.

    git -> sources -> notations -> wire -> check -> graph -> Comparison

It asks the registry and names no notation. What the library promises its users is in `public`.
"""

from __future__ import annotations

from compatlint.comparison.describe import show, structures
from compatlint.comparison.pipeline import check, compare

__all__ = ["check", "compare", "show", "structures"]
