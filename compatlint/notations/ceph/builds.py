"""What a function does in builds that are not the ordinary one: the other branch of a conditional compilation.

Two daemons of one release may be built with different options, so which branch the other side took is not
known to anybody. An option of the build is told by its name; any other condition selects one of two texts for
reasons that are not known, and what differs by it is not understood.
"""

from __future__ import annotations

import re

from compatlint.notations.languages.cpp.file_facts import FunctionFacts
from compatlint.wire.ir.steps import Program, Unclear, When, plain
from compatlint.wire.ir.terms import Feature

_OPTION = re.compile(r"\b(?:HAVE|WITH|ENABLE|USE)_\w+")


def either(
    usual: Program, other: Program, function: FunctionFacts, writing: bool, source: str = ""
) -> Program:
    """Return a program that does what an ordinary build does, or what `function` does in another one.

    `source` is the version of the file that holds both.
    """
    if plain(usual) == plain(other):
        return usual
    option = _OPTION.search(function.when)
    if option is None:
        reason = (
            f"line {function.guessed} has #if {function.when}: which of two texts is compiled is not known"
        )
        return (*usual, Unclear(reason, function.guessed, source=source))
    side = "writer" if writing else "reader"
    return (When(Feature(f"{side} built with {option[0]}", build=True), usual, other, function.line),)
