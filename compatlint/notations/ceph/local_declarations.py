"""Declarations of locals: streams, values, references, lambdas."""

from __future__ import annotations

from compatlint.notations.ceph.ctype import CType, is_stream
from compatlint.notations.ceph.expression_effects import nested, variant_value
from compatlint.notations.ceph.expression_types import written_type
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.notations.ceph.substreams import open_stream, reads_from, root
from compatlint.notations.languages.cpp.file_facts import Expression, Statement
from compatlint.wire.ir.steps import Let, Mark, Step
from compatlint.wire.ir.terms import StreamPosition


def declare(statement: Statement, scope: FunctionScope) -> list[Step]:
    """Lower the declaration of one local."""
    _, line, text_, name, initial, size = statement
    kind = written_type(text_, scope)
    if kind.name == "auto" and initial is not None:
        kind = scope.typ(initial) or kind
    if initial is not None and initial[0] == "lam":
        scope.locals[name] = Local(kind, name, lambda_=initial)
        return []
    if size is not None:
        kind = CType(
            "@array",
            (kind, CType(str(size[1]) if size[0] in ("num", "id") else "?", (), scope.site)),
            scope.site,
        )
    opened = _declare_stream(name, kind, text_, initial, line, scope)
    if opened is not None:
        return opened
    path = name if scope.depth == 0 else f"{scope.function.rsplit('::', 1)[-1]}#{scope.depth}.{name}"
    return _declare_value(name, path, kind, text_, initial, line, scope)


def _declare_value(
    name: str, path: str, kind: CType, text_: str, initial: Expression | None, line: int, scope: FunctionScope
) -> list[Step]:
    """Declare a local that is no stream: a reference is the place it refers to, anything else a value."""
    if initial is None:
        scope.locals[name] = Local(kind, path)
        return []
    settled = scope.types.settle(kind)
    target = scope.below(initial)
    refers = "&" in text_ or "*" in text_ or settled.name == "@iterator"
    before = nested(("list", (initial,)), line, scope)
    if refers and target is not None:
        scope.locals[name] = Local(kind, target)
        return before
    scope.locals[name] = Local(kind, path)
    variant = variant_value(initial, ("id", name), scope)
    if (initial[0] == "make" and len(initial[2]) != 1) or initial == ("list", ()):
        return before
    value = variant or scope.term(initial)
    scope.note(path, value)
    if isinstance(value, StreamPosition) and value.what == "offset" and not scope.writing:
        return [*before, Let(path, value, line), Mark(f"mark:{path}", value.stream)]  # to be sought later
    return [*before, Let(path, value, line)]


def _declare_stream(
    name: str, kind: CType, text_: str, initial: Expression | None, line: int, scope: FunctionScope
) -> list[Step] | None:
    """Declare a local buffer or position; None if it is neither."""
    if initial is not None and reads_from(initial, scope):
        opened = open_stream(name, initial, line, scope, kind)
        if opened is not None:
            return opened
    if not is_stream(kind):
        return _declare_alias(name, kind, text_, initial, scope)
    if scope.writing:
        source = scope.stream(initial) if initial is not None else None
        unique = f"{name}~{scope.depth}.{line}" if source is None or "&" not in text_ else source
        shown = f"{name}~{scope.depth}" if scope.depth else name
        scope.locals[name] = Local(kind, shown, unique, buffer=True)
        return []
    begun = _declare_position(name, kind, initial, line, scope) if initial is not None else None
    if begun is not None:
        return begun
    empty = "list" in kind.name or "ptr" in kind.name
    scope.locals[name] = Local(kind, name, None if empty else f"{name}~{scope.depth}")
    return []


def _declare_alias(
    name: str, kind: CType, text_: str, initial: Expression | None, scope: FunctionScope
) -> list[Step] | None:
    """Declare another name of an open stream, or a mark of where it is; None if it is neither."""
    source = scope.stream(initial) if initial is not None else None
    if source is None or not ("auto" in text_ or not scope.writing):
        return None
    if "&" in text_ or scope.writing:
        scope.locals[name] = Local(kind, name, source)
        return []
    scope.locals[name] = Local(kind, f"mark:{name}", source)
    return [Mark(f"mark:{name}", source)]


def _declare_position(
    name: str, kind: CType, initial: Expression, line: int, scope: FunctionScope
) -> list[Step] | None:
    """Declare a reader's position that begins somewhere; None where that cannot be told."""
    source = scope.stream(initial if initial[0] != "make" else (initial[2] or (initial,))[0])
    if source is None:
        return open_stream(name, initial, line, scope, kind)
    if scope.locals.get(root(initial), Local()).buffer:
        scope.locals[name] = Local(kind, name, source)
        return []
    scope.locals[name] = Local(kind, f"mark:{name}", source)
    return [Mark(f"mark:{name}", source)]
