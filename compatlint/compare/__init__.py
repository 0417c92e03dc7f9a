"""The pipeline: two releases in, a `Comparison` out.

    git -> sources -> notations -> wire -> check -> graph -> Comparison

`compare` and the values that it returns are the public interface of the library; the command line uses it,
too. Everything else may change from one version to the next.
"""

from __future__ import annotations

from compatlint.check.findings import Comparison, Finding, Unread
from compatlint.compare.describe import show, structures
from compatlint.compare.pipeline import check, compare
from compatlint.vocabulary import Severity

__all__ = ["Comparison", "Finding", "Severity", "Unread", "check", "compare", "show", "structures"]
