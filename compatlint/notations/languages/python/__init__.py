"""Python as a language: the modules of one release, what a name stands for, and what an expression is worth.

Source text in, facts out; nothing is imported or executed. Knows nothing of any wire. What cannot be said for
sure is None, `UNKNOWN` or a reason in `Project.failed`.
"""

from compatlint.notations.languages.python.bindings import BodyNames
from compatlint.notations.languages.python.budget import Budget, TooMuch
from compatlint.notations.languages.python.module import Defined, Definition, External, Module
from compatlint.notations.languages.python.modules import Blobs
from compatlint.notations.languages.python.project import Project, project
from compatlint.notations.languages.python.syntax import (
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
from compatlint.notations.languages.python.values import UNKNOWN, Thing, UnknownPython

__all__ = [
    "UNKNOWN",
    "Blobs",
    "BodyNames",
    "Budget",
    "Defined",
    "Definition",
    "External",
    "Module",
    "Project",
    "Thing",
    "TooMuch",
    "UnknownPython",
    "argument",
    "assigned_value",
    "calls",
    "decorator_names",
    "dotted",
    "keywords",
    "methods",
    "project",
    "text_of",
    "walk",
]
