"""Blocks of statements: their locals end with them."""

from __future__ import annotations

from compatlint.notations.ceph.function_scope import FunctionScope
from compatlint.notations.languages.cpp.file_facts import Statement
from compatlint.wire.ir.steps import Program, Step, When


def block(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a block; its locals end with it."""
    with scope.nested():
        return list(scope.lower(statement[2]))


def shallow(steps: Program) -> list[Step]:
    """Return the steps of a program and of its choices, without those of its loops."""
    out: list[Step] = []
    for step in steps:
        out.append(step)
        if isinstance(step, When):
            out.extend(shallow(step.then) + shallow(step.otherwise))
    return out
