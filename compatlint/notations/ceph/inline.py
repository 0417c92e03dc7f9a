"""Functions that an encoder or decoder calls, looked through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compatlint.notations.ceph.builds import either
from compatlint.notations.ceph.ctype import CType, Site, is_stream, parse_type
from compatlint.notations.ceph.expression_text import text
from compatlint.notations.ceph.function_scope import FunctionScope, Local
from compatlint.wire.ir.steps import Inlined, Leave, Program, Step, walk

if TYPE_CHECKING:
    from compatlint.notations.languages.cpp.file_facts import Expression, FunctionFacts

MAX_INLINE = 14


def inline(
    callee: Expression, name: str, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step]:
    """Return the steps of a called function, or one Unclear step."""
    if scope.depth > MAX_INLINE:
        return [scope.not_understood(f"{name}: nested too deeply", line)]
    found = callee_of(callee, name, arguments, scope) or _constructor(callee, name, arguments, scope)
    if found is None:
        touched = next((scope.stream(each) for each in arguments if scope.stream(each) is not None), "")
        if name in _HARMLESS or name.startswith(("operator", "dump", "print")):
            return []
        return [scope.not_understood(f"call of {text(callee)}", line, touched or "")]
    function, path, owner, prefix = found
    if (function.name, function.line) in scope.active:
        return [scope.not_understood(f"{name} calls itself", line)]
    inner = scope.enter(function, path, owner, prefix)
    for (text_, parameter), argument in zip(function.params, arguments, strict=False):
        inner.bind(text_, parameter, scope, argument)
    body = inner.lower(function.body)
    for other in scope.types.corpus.instead(function, path):
        built = tuple(wrap(inner.lower(other.body)))
        source = scope.types.corpus.paths.get(path, "")
        body = either(tuple(wrap(body)), built, other, scope.writing, source)
    return wrap(body)


_HARMLESS = frozenset(
    [
        "encode_json",
        "hexdump",
        "dump",
        "crc32c",
        "ceph_crc32c",
        "make_writeable",
        "dout_prefix",
        "JSONFormatter",
        "generate_test_instances",
        "get_encoded_len",
        "bound_encode",
    ]
)


def wrap(body: Program) -> list[Step]:
    """Return an inlined body; one that can be left early is a scope of its own."""
    while body and body[-1] == Leave("function"):
        body = body[:-1]
    if any(step == Leave("function") for step in walk(body)):
        return [Inlined(body, "function")]
    return list(body)


def callee_of(
    callee: Expression, name: str, arguments: tuple[Expression, ...], scope: FunctionScope
) -> tuple[FunctionFacts, str, CType | None, str] | None:
    """Find the function that a call means: (function, file, type of its `this`, path of its `this`)."""
    if callee[0] == "mem":
        return _member(callee, name, arguments, scope)
    qualified = callee[1]
    if "::" in qualified:
        owner = qualified.rsplit("::", 1)[0]
        kind = parse_type(owner, scope.site)
        if owner.split("::")[-1] == "T" or scope.types.class_of(scope.types.settle(kind)) is not None:
            found = method(kind, name, arguments, scope)
            if found:
                return (*found, scope.prefix)
    if scope.owner is not None:
        found = method(scope.owner, name, arguments, scope)
        if found:
            return (*found, scope.prefix)
    for function, path in sorted(
        scope.types.corpus.free(name, beside=scope.site.path),
        key=lambda pair: (pair[1] != scope.site.path, pair[1]),
    ):
        if (
            len(function.params) >= len(arguments)
            and function.body
            and _accepts(function, path, arguments, scope)
        ):
            return function, path, None, ""
    return None


def _constructor(
    callee: Expression, name: str, arguments: tuple[Expression, ...], scope: FunctionScope
) -> tuple[FunctionFacts, str, CType | None, str] | None:
    """Find the constructor that `container.emplace_back(...)` calls for its new element."""
    kind = scope.typ(callee[1]) if callee[0] == "mem" and name in ("emplace_back", "emplace_front") else None
    place = scope.path(callee[1]) if kind is not None else None
    element = scope.types.element(kind) if kind is not None else None
    cls = scope.cls(element)
    if element is None or cls is None or place is None:
        return None
    found = method(element, cls[0].name.rsplit("::", 1)[-1], arguments, scope)
    return (*found, f"{place}[].") if found is not None else None


def _member(
    callee: Expression, name: str, arguments: tuple[Expression, ...], scope: FunctionScope
) -> tuple[FunctionFacts, str, CType, str] | None:
    """Find the method that `object.name(...)` means."""
    kind, prefix = scope.typ(callee[1]), scope.below(callee[1])
    if kind is None or prefix is None:
        return None
    settled = scope.types.settle(kind)
    found = method(settled.args[0] if settled.name == "@iterator" else kind, name, arguments, scope)
    if found is None:
        return None
    return (*found, f"{prefix}." if prefix else "")


def _accepts(
    function: FunctionFacts, path: str, arguments: tuple[Expression, ...], scope: FunctionScope
) -> bool:
    """Tell whether the parameters that are streams are where the arguments are streams."""
    site = Site("", path)
    for (text_, _), argument in zip(function.params, arguments, strict=False):
        parameter = parse_type(text_, site)
        if parameter.name in function.template and scope.stream(argument) is None:
            continue
        if (scope.stream(argument) is not None) != (
            is_stream(parameter) or parameter.name in function.template
        ):
            return False
        given = scope.typ(argument)
        if given is not None and scope.stream(argument) is None:
            cls, other = (
                scope.types.class_of(scope.types.settle(parameter)),
                scope.types.class_of(scope.types.settle(given)),
            )
            if cls is not None and (other is None or cls[0].name != other[0].name):
                return False
    return True


def method(
    kind: CType, name: str, arguments: tuple[Expression, ...], scope: FunctionScope, depth: int = 0
) -> tuple[FunctionFacts, str, CType] | None:
    """Return the overload of a method that fits the number of arguments, in the class or a base."""
    settled = scope.types.settle(kind)
    found = scope.types.class_of(settled)
    if found is None or depth > 8:
        return None
    cls, path = found
    overloads = scope.types.corpus.overloads(cls.name, name)
    fitting = [
        pair
        for pair in overloads
        if len(pair[0].params) >= len(arguments) and _streams_fit(pair[0], arguments, scope)
    ]
    if fitting:
        best = min(fitting, key=lambda pair: (len(pair[0].params), pair[1] != path, -len(pair[0].body)))
        return best[0], best[1], settled
    for base in cls.bases:
        inner = method(
            parse_type(
                base,
                Site(
                    cls.name.rsplit("::", 1)[0] if "::" in cls.name else "",
                    path,
                    scope.types.bindings(cls, settled),
                ),
            ),
            name,
            arguments,
            scope,
            depth + 1,
        )
        if inner is not None:
            return inner
    return None


def _streams_fit(function: FunctionFacts, arguments: tuple[Expression, ...], scope: FunctionScope) -> bool:
    for (text_, _), argument in zip(function.params, arguments, strict=False):
        kind = parse_type(text_, scope.site)
        if scope.stream(argument) is not None and not (
            is_stream(kind) or kind.name in function.template or kind.name == "auto"
        ):
            return False
    return True


def named_lambda(
    found: Expression, arguments: tuple[Expression, ...], line: int, scope: FunctionScope
) -> list[Step]:
    """Return the steps of a lambda called by its name: it sees the locals of where it was made."""
    if scope.depth + 1 >= MAX_INLINE:
        return [scope.not_understood("lambda nested too deeply", line)]
    inner = replace(scope, locals=dict(scope.locals), depth=scope.depth + 1)
    for (text_, parameter), argument in zip(found[1], arguments, strict=False):
        kind = parse_type(text_, scope.site)
        inner.locals[parameter] = Local(
            scope.typ(argument) if kind.name == "auto" else kind,
            scope.path(argument) or parameter,
            scope.stream(argument),
        )
    return wrap(inner.lower(found[2]))
