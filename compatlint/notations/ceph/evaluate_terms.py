"""Values of the expressions of one function. A *term* is a value or a test."""

from __future__ import annotations

from collections.abc import Callable

from compatlint.notations.ceph.access_paths import accessor, below, path
from compatlint.notations.ceph.ctype import CType, Site, outer, parse_type
from compatlint.notations.ceph.expression_text import (
    POSIX,
    as_type,
    define,
    feature_name,
    integer,
    single_return,
    text,
    touches_stream,
)
from compatlint.notations.ceph.expression_types import typ
from compatlint.notations.ceph.function_scope import MAX_DEPTH, FunctionScope, Meanings
from compatlint.notations.ceph.wire_types import Types
from compatlint.notations.languages.cpp.file_facts import Expression
from compatlint.wire.ir.terms import AtEnd, Const, Op, Opaque, StreamPosition, Term, Var, operate

_SAME_VALUE = frozenset(  # functions that return the value that they are given
    [
        "move",
        "ref",
        "likely",
        "unlikely",
        "mswab",
        "init_le32",
        "init_le64",
        "init_le16",
        "__builtin_expect",
        "as_const",
        "bool",
    ]
)


def term(expression: Expression | None, scope: FunctionScope, depth: int = 0) -> Term:
    """Return the value of an expression."""
    if expression is None:
        return Const(1)
    if depth > MAX_DEPTH:
        return Opaque("too deep")
    found = _KINDS.get(expression[0])
    return found(expression, scope, depth + 1) if found is not None else Opaque(text(expression))


def _num(expression: Expression, _scope: FunctionScope, _depth: int) -> Term:
    return Const(expression[1])


def _real(expression: Expression, _scope: FunctionScope, _depth: int) -> Term:
    number = integer(expression[1])
    return Const(number) if number is not None else Opaque(expression[1])


def _str(expression: Expression, _scope: FunctionScope, _depth: int) -> Term:
    return Const('"' + expression[1])


def _id(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    name = expression[1]
    known = scope.locals.get(name)
    if known is not None:
        return known.term if known.term is not None else Var(known.path or name)
    if name == "struct_v" and scope.frames:
        return Var(scope.frames[-1])
    if name == "struct_compat" and scope.frames:
        return Var(scope.frames[-1].replace("struct_v", "struct_compat"))
    if name == "struct_end":
        return StreamPosition("", "end")
    if scope.owner is not None and "::" not in name:
        member = scope.member_type(name)
        if member is not None:
            constant = _constant(name, scope)
            return constant if constant is not None else Var(scope.prefix + name)
    constant = _constant(name, scope, depth)
    if constant is not None:
        return constant
    short = name.rsplit("::", 1)[-1]
    if short in POSIX:
        return Const(POSIX[short])
    if short.isupper() or "::" in name:
        return Const(short)
    return Var(scope.prefix + name)


def _constant(name: str, scope: FunctionScope, depth: int = 0) -> Term | None:
    for parameter, target in scope.site.bound:
        if name.startswith(parameter + "::"):
            settled = scope.types.settle(target)
            found = scope.types.class_of(settled)
            name = (found[0].name if found else settled.name) + "::" + name.removeprefix(parameter + "::")
    entry = _nearest_constant(name, scope)
    if entry is None:
        defined = scope.types.corpus.defines.get(name.rsplit("::", 1)[-1])
        if defined is None and name.rsplit("::", 1)[-1].isupper():
            scope.types.corpus.need(name.rsplit("::", 1)[-1])
            defined = scope.types.corpus.defines.get(name.rsplit("::", 1)[-1])
        return define(defined) if defined is not None else None
    value = entry[1]
    inner = scope.of(Site(outer(entry[0]), entry[2]), None)
    if depth > 8 or not isinstance(value, tuple) or (value[0] == "id" and value[1] == name):
        return Const(name.rsplit("::", 1)[-1])
    found_term = inner.term(value, depth + 4)
    return found_term if isinstance(found_term, Const) else Const(name.rsplit("::", 1)[-1])


def _nearest_constant(name: str, scope: FunctionScope) -> tuple[str, object, str] | None:
    found = scope.types.corpus.nearest("constants", name, scope.site.scope, scope.site.path)
    if found is None or "::" in name:
        return found
    around = outer(found[0])
    mine = scope.site.scope
    if around in ("", mine) or mine.startswith(around + "::"):
        return found
    if scope.owner is not None:  # a constant of a base class
        kinds, seen = [scope.owner], 0
        while kinds and seen < 12:
            cls = scope.types.class_of(scope.types.settle(kinds.pop(0)))
            seen += 1
            if cls is None:
                continue
            if name in cls[0].constants:
                return (f"{cls[0].name}::{name}", cls[0].constants[name], cls[1])
            kinds.extend(parse_type(base, Site(outer(cls[0].name), cls[1])) for base in cls[0].bases)
    return found if name.isupper() else None


def _mem(expression: Expression, scope: FunctionScope, _depth: int) -> Term:
    if expression[2] in ("version", "compat_version") and expression[1] in (
        ("id", "header"),
        ("mem", ("this",), "header"),
    ):
        return Var(f"header.{expression[2]}")
    path = scope.path(expression)
    return Var(path) if path is not None else Opaque(text(expression))


def _this(_expression: Expression, scope: FunctionScope, _depth: int) -> Term:
    return Var(scope.prefix + "this")


def _cast(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    return as_type(scope.term(expression[2], depth), scope.scalar(parse_type(expression[1], scope.site)))


def _bin(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    _, name, left, right = expression
    feature = _feature_test(expression, scope)
    if feature is not None:
        return feature
    if name in ("==", "!=") and right[0] == "num" and len(right) > 2 and right[2] == "null":
        return operate(
            "!" if name == "==" else "!=",
            (scope.term(left, depth),) if name == "==" else (scope.term(left, depth), Const(0)),
        )
    one, two = scope.term(left, depth), scope.term(right, depth)
    if name in ("==", "!="):  # a negative number is compared with an unsigned one as its two's complement
        one, two = _compared(one, two, right, scope), _compared(two, one, left, scope)
    return operate(name, (one, two))


def _compared(term: Term, other: Term, beside: Expression, scope: FunctionScope) -> Term:
    if not (isinstance(term, Const) and isinstance(term.value, int) and term.value < 0) or isinstance(
        other, Const
    ):
        return term
    return as_type(term, scope.scalar(scope.typ(beside)))


def _feature_test(expression: Expression, scope: FunctionScope) -> Term | None:
    """Read `features & CEPH_FEATURE_X`."""
    _, name, left, right = expression
    if name != "&":
        return None
    for one, other in ((left, right), (right, left)):
        if (
            other[0] == "id"
            and other[1].rsplit("::", 1)[-1].startswith("CEPH_FEATURE")
            and "feat" in text(one).lower()
        ):
            return scope.types.feature(feature_name(other[1]), scope.writing)
    return None


def _un(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    if expression[1] == "*" and not scope.writing and scope.stream(expression[2]) is not None:
        return StreamPosition(scope.stream(expression[2]) or "", "next")
    inner = scope.term(expression[2], depth)
    return operate(expression[1], (inner,)) if expression[1] in ("!", "-", "~") else inner


def _inc(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    return scope.term(expression[2], depth)


def _cond(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    return operate("cond", tuple(scope.term(each, depth) for each in expression[1:]))


def _idx(expression: Expression, scope: FunctionScope, _depth: int) -> Term:
    path = scope.path(expression)
    return Var(path) if path is not None else Opaque(text(expression))


def _make(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    if len(expression[2]) == 1:
        return scope.term(expression[2][0], depth)
    return Const(0) if not expression[2] else Opaque(text(expression))


def _sizeof(expression: Expression, scope: FunctionScope, _depth: int) -> Term:
    if expression[1].endswith("sa_family"):
        return Const(2)  # sa_family_t of <sys/socket.h> on Linux
    size = (
        scope.types.raw_size(scope.locals[expression[1]].type or CType("?"))
        if expression[1] in scope.locals
        else scope.types.raw_size(scope.member_type(expression[1]) or parse_type(expression[1], scope.site))
    )
    return Const(size) if size is not None else Opaque(f"sizeof({expression[1]})")


def _asg(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    return scope.term(expression[3], depth)


def _call(expression: Expression, scope: FunctionScope, depth: int) -> Term:
    callee, arguments = expression[1], expression[2]
    if callee[0] == "mem":
        return _method(expression, callee, arguments, scope, depth)
    name = callee[1].rsplit("::", 1)[-1] if callee[0] in ("id", "tid") else ""
    if name in ("HAVE_FEATURE", "HAVE_SIGNIFICANT_FEATURE") and len(arguments) == 2:
        return scope.types.feature(feature_name(text(arguments[1])), scope.writing)
    if name in _SAME_VALUE and arguments:
        return scope.term(arguments[0], depth)
    if name in ("min", "max", "tie") or (callee[0] == "id" and _is_type(callee[1], scope)):
        if len(arguments) == 1:
            return scope.term(arguments[0], depth)
        return Opaque(text(expression)) if arguments else Const(0)
    inner = accessor(callee, arguments, scope) if callee[0] == "id" else None
    if inner is not None and not touches_stream(inner[1]):
        return inner[0].term(inner[1], depth)
    if not arguments:
        path = scope.path(expression)
        return Var(path) if path else Opaque(text(expression))
    return Opaque(_call_text(name, arguments, scope))


def _call_text(name: str, arguments: tuple[Expression, ...], scope: FunctionScope) -> str:
    return f"{name}({', '.join(scope.path(each) or text(each) for each in arguments)})"


def _is_type(name: str, scope: FunctionScope) -> bool:
    kind = CType(name, (), scope.site)
    return scope.types.class_of(kind) is not None or scope.types.wire(kind).__class__.__name__ != "Unknown"


def _method(
    expression: Expression,
    callee: Expression,
    arguments: tuple[Expression, ...],
    scope: FunctionScope,
    depth: int,
) -> Term:
    name = callee[2]
    known = _of_stream(callee, scope)
    if known is not None:
        return known
    if name in ("has_feature", "has_features") and len(arguments) == 1:
        return scope.types.feature(feature_name(text(arguments[0])), scope.writing)
    if name == "empty":
        return operate("==", (_size(callee[1], scope), Const(0)))
    if name in ("size", "length"):
        return _size(callee[1], scope)
    if name in ("has_value", "is_initialized") or (name in ("get", "value", "load") and not arguments):
        return scope.term(callee[1], depth)
    inner = accessor(callee, arguments, scope)
    if inner is not None and not touches_stream(inner[1]):
        return inner[0].term(inner[1], depth)
    path = scope.below(callee[1])
    if path is None:
        return Opaque(text(expression))
    prefix = f"{path}." if path else ""
    if arguments:
        return Opaque(prefix + _call_text(name, arguments, scope))
    chosen = _virtual(callee[1], path, name, scope, depth)
    return chosen if chosen is not None else Var(f"{prefix}{name}()")


def _of_stream(callee: Expression, scope: FunctionScope) -> Term | None:
    """Return what a method says of a buffer or of a position in one."""
    stream = scope.stream(callee[1])
    if stream is None:
        return None
    found: dict[str, Term] = {
        "end": AtEnd(stream),
        "get_remaining": StreamPosition(stream, "remaining"),
        "get_off": StreamPosition(stream, "offset"),
        "length": Op("length", (Var("@" + stream),)),
    }
    return found.get(callee[2])


def _virtual(owner: Expression, path: str, name: str, scope: FunctionScope, depth: int) -> Term | None:
    """Return the value of a method that every class derived from an abstract one answers with a constant."""
    found = scope.cls(scope.typ(owner)) if scope.depth <= 6 else None
    if (
        found is None
        or name not in found[0].methods
        or scope.types.corpus.method(found[0].name, name) is not None
    ):
        return None
    chosen: Term | None = None
    for child in scope.types.children(*found):
        body = scope.types.corpus.method(child.name, name)
        value = single_return(body[0].body) if body is not None else None
        answer = scope.of(Site(child.name, child.site.path), child).term(value, depth) if value else None
        if not isinstance(answer, Const):
            return None
        test = operate("==", (Var(path), Const(f"type:{scope.types.tag(child)}")))
        chosen = answer if chosen is None else operate("cond", (test, answer, chosen))
    return chosen


def _size(owner: Expression, scope: FunctionScope) -> Term:
    path = scope.path(owner)
    return Op("size", (Var(path) if path is not None else Opaque(text(owner)),))


_KINDS: dict[str, Callable[[Expression, FunctionScope, int], Term]] = {
    "num": _num,
    "real": _real,
    "str": _str,
    "id": _id,
    "mem": _mem,
    "this": _this,
    "cast": _cast,
    "bin": _bin,
    "un": _un,
    "inc": _inc,
    "cond": _cond,
    "idx": _idx,
    "make": _make,
    "sizeof": _sizeof,
    "asg": _asg,
    "call": _call,
}

_MEANINGS = Meanings(typ, path, below, term)


def open_scope(types: Types, writing: bool, site: Site, owner: CType | None = None) -> FunctionScope:
    """Return a scope in which nothing is declared yet; `writing` says whether it is an encoder's."""
    return FunctionScope(_MEANINGS, types, writing, site, owner)
