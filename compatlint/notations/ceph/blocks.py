"""Blocks of statements: their locals end with them."""

from __future__ import annotations

from compatlint.notations.ceph.evaluate_terms import FunctionScope, Local
from compatlint.notations.languages.cpp.file_facts import Statement
from compatlint.wire.ir.steps import Program, Step, When


def block(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower a block; its locals end with it."""
    known, frames = dict(scope.locals), list(scope.frames)
    steps = list(scope.lower(statement[2]))
    scope.locals, scope.frames = (
        {**{name: scope.locals.get(name, local) for name, local in known.items()}, **kept(scope, known)},
        frames,
    )
    for name, local in known.items():
        scope.locals[name] = local
    return steps


def kept(scope: FunctionScope, known: dict[str, Local]) -> dict[str, Local]:
    """Return the streams opened on the way that a block leaves behind."""
    return {name: local for name, local in scope.locals.items() if name.startswith("@") and name not in known}


def shallow(steps: Program) -> list[Step]:
    """Return the steps of a program and of its choices, without those of its loops."""
    out: list[Step] = []
    for step in steps:
        out.append(step)
        if isinstance(step, When):
            out.extend(shallow(step.then) + shallow(step.otherwise))
    return out
