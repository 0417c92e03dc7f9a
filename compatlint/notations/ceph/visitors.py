"""Visitors of boost::variant and std::variant: one way for each alternative.

A variant has no encoding of its own: the visitor writes a code for the alternative and then the alternative,
the decoder chooses an alternative by the code and hands it to a visitor that reads it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.ceph.inline import wrap
from compatlint.wire.ir.steps import Program, Step, When
from compatlint.wire.ir.terms import Const, Var, operate

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression, FunctionFacts


def visit(arguments: tuple[Expression, ...], line: int, scope: FunctionScope) -> list[Step] | None:
    """apply_visitor(Visitor(...), variant): one way for each alternative of the variant."""
    visitor, variant = arguments[0], arguments[1]
    choices = alternatives(scope.typ(variant), scope)
    made = _made(visitor, scope)
    if made is None or not choices:
        return _unclear_visit(visitor, line, scope)
    kind, given = made
    path = scope.path(variant)
    path = text(variant) if path is None else path
    chain: Program = ()
    for index, alternative in enumerate(reversed(choices)):
        name = alternative.name.rsplit("::", 1)[-1]
        steps = _visited(kind, given, alternative, path, line, scope)
        # a variant always holds one of its alternatives, so the last one needs no test
        chain = (
            steps
            if index == 0
            else (When(operate("==", (Var(path), Const(f"type:{name}"))), steps, chain, line),)
        )
    return list(chain)


def alternatives(kind: CType | None, scope: FunctionScope, depth: int = 0) -> tuple[CType, ...]:
    """Return what a variant, or a class derived from one, may hold; nothing for other types."""
    settled = scope.types.settle(kind) if kind is not None else CType("?")
    if settled.name.rsplit("::", 1)[-1] == "variant":
        return settled.args
    found = scope.types.class_of(settled)
    if found is None or depth > 4:
        return ()
    cls, path = found
    site = Site(cls.name, path, scope.types.bindings(cls, settled))
    return next(
        (inner for base in cls.bases if (inner := alternatives(parse_type(base, site), scope, depth + 1))), ()
    )


def _unclear_visit(visitor: Expression, line: int, scope: FunctionScope) -> list[Step] | None:
    touched = [
        scope.stream(each)
        for each in (visitor[2] if visitor[0] in ("call", "make") else ())
        if scope.stream(each) is not None
    ]
    return [scope.not_understood(f"visitor {text(visitor)}", line, touched[0] or "")] if touched else None


def _made(visitor: Expression, scope: FunctionScope) -> tuple[CType, tuple[Expression, ...]] | None:
    """Return the class of a visitor object and the arguments that it was made from."""
    if visitor[0] == "call" and visitor[1][0] in ("id", "tid"):
        return parse_type(visitor[1][1], scope.site), visitor[2]
    if visitor[0] == "make":
        return parse_type(visitor[1], scope.site), visitor[2]
    if visitor[0] == "id" and visitor[1] in scope.locals:
        local = scope.locals[visitor[1]]
        if local.lambda_ is not None and local.lambda_[0] == "made" and local.type is not None:
            return local.type, local.lambda_[1]
    return None


def _visited(
    kind: CType, given: tuple[Expression, ...], alternative: CType, path: str, line: int, scope: FunctionScope
) -> Program:
    """Return the steps of a visitor's call operator for one alternative."""
    found = scope.types.class_of(scope.types.settle(kind))
    if found is None:
        return (scope.not_understood(f"visitor {kind.name}", line),)
    cls, _ = found
    chosen = _operator(cls.name, alternative, scope)
    if chosen is None:
        return (scope.not_understood(f"visitor {kind.name} for {alternative.name}", line),)
    function, file, bound = chosen
    inner = scope.enter(function, file, scope.types.settle(kind), "visitor.")
    inner.site = replace(inner.site, bound=(*inner.site.bound, *bound))
    _construct(cls.name, cls.super_calls, given, inner, scope)
    if function.params:
        inner.locals[function.params[0][1]] = Local(
            alternative, f"{path}.{alternative.name.rsplit('::', 1)[-1]}"
        )
    return tuple(wrap(inner.lower(function.body)))


def _operator(
    cls: str, alternative: CType, scope: FunctionScope
) -> tuple[FunctionFacts, str, tuple[tuple[str, CType], ...]] | None:
    """Choose operator() by its parameter: the alternative's own, otherwise the template."""
    general = None
    short = alternative.name.rsplit("::", 1)[-1]
    for function, path in scope.types.corpus.overloads(cls, "operator()"):
        if not function.params:
            continue
        parameter = parse_type(function.params[0][0], Site(cls, path))
        if parameter.name.rsplit("::", 1)[-1] == short:
            return function, path, ()
        if parameter.name in function.template:
            general = (function, path, ((parameter.name, alternative),))
    return general


def _construct(
    cls: str,
    initializers: dict[str, tuple[Expression, ...]],
    given: tuple[Expression, ...],
    inner: FunctionScope,
    scope: FunctionScope,
) -> None:
    """Bind the members of a visitor to the arguments of its constructor."""
    short = cls.rsplit("::", 1)[-1]
    scope.types.corpus.need(short)
    constructors = [
        pair[0] for pair in scope.types.corpus.overloads(cls, short) if len(pair[0].params) >= len(given)
    ]
    if not constructors:
        return
    names = {
        name: (text_, argument)
        for (text_, name), argument in zip(constructors[0].params, given, strict=False)
    }
    for member, values in initializers.items():
        if len(values) == 1 and values[0][0] == "id" and values[0][1] in names:
            text_, argument = names[values[0][1]]
            inner.bind(text_, member, scope, argument)
