"""Python as a language: the modules of one release, what a name stands for, and what an expression is worth.

Source text in, facts out; nothing is imported or executed. Knows nothing of any wire. What cannot be said for sure is
None, `UNKNOWN` or a reason in `Project.failed`.
"""

from compatlint.notations.python.bindings import Scope
from compatlint.notations.python.module import Defined, Definition, External, Module
from compatlint.notations.python.modules import Blobs
from compatlint.notations.python.project import Project
from compatlint.notations.python.syntax import (
    argument,
    assigned_value,
    calls,
    decorator_names,
    dotted,
    keywords,
    methods,
    text_of,
    walk,
)
from compatlint.notations.python.values import UNKNOWN, Thing, Unknown

__all__ = [
    "UNKNOWN",
    "Blobs",
    "Defined",
    "Definition",
    "External",
    "Module",
    "Project",
    "Scope",
    "Thing",
    "Unknown",
    "argument",
    "assigned_value",
    "calls",
    "decorator_names",
    "dotted",
    "keywords",
    "methods",
    "text_of",
    "walk",
]
