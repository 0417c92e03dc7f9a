"""compatlint: finds what one release writes and another cannot read, in source text alone.

    from compatlint import compare

    comparison = compare("path/to/repository", "v13.2.1", "v13.2.2")
    for finding in comparison.findings:
        print(finding.severity, finding.codec, finding.item, finding.message)

`__all__` is the public interface, and it stays what it is. Everything else is private and may change from one
version to the next. Names are imported when they are first asked for, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compatlint.check.findings import Comparison as Comparison
    from compatlint.check.findings import Evidence as Evidence
    from compatlint.check.findings import Finding as Finding
    from compatlint.check.findings import Revision as Revision
    from compatlint.check.findings import Row as Row
    from compatlint.check.findings import Unread as Unread
    from compatlint.comparison.public import compare as compare
    from compatlint.comparison.public import self_check as self_check
    from compatlint.errors import CompatlintError as CompatlintError
    from compatlint.vocabulary import Direction as Direction
    from compatlint.vocabulary import Link as Link
    from compatlint.vocabulary import Outcome as Outcome
    from compatlint.vocabulary import Severity as Severity
    from compatlint.wire.ir.span import Span as Span

_HOMES = {
    "compatlint.check.findings": ("Comparison", "Evidence", "Finding", "Revision", "Row", "Unread"),
    "compatlint.comparison.public": ("compare", "self_check"),
    "compatlint.errors": ("CompatlintError",),
    "compatlint.vocabulary": ("Direction", "Link", "Outcome", "Severity"),
    "compatlint.wire.ir.span": ("Span",),
}

__all__ = [
    "Comparison",
    "CompatlintError",
    "Direction",
    "Evidence",
    "Finding",
    "Link",
    "Outcome",
    "Revision",
    "Row",
    "Severity",
    "Span",
    "Unread",
    "compare",
    "self_check",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    for home, names in _HOMES.items():
        if name in names:
            found = globals()[name] = getattr(import_module(home), name)
            return found
    raise AttributeError(f"module 'compatlint' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__]
