"""Types of the expressions of one function."""

from __future__ import annotations

import re
from collections.abc import Callable

from compatlint.notations.ceph.ctype import CType, Site, outer, parse_type
from compatlint.notations.ceph.expression_text import integer, single_return
from compatlint.notations.ceph.function_scope import MAX_DEPTH, FunctionScope
from compatlint.notations.languages.cpp.file_facts import Expression

_SIZES = frozenset(["size", "length", "count", "num_items"])
_DECLTYPE = re.compile(r"^(?:const\s+|typename\s+)*decltype\s*\(\s*(\w+)\s*\)(?:::(\w+))?\s*[&*]?$")


def typ(expression: Expression, scope: FunctionScope, depth: int = 0) -> CType | None:
    """Return the type of an expression, None if it cannot be told."""
    if depth > MAX_DEPTH:
        return None
    found = _KINDS.get(expression[0])
    return found(expression, scope, depth + 1) if found is not None else None


def written_type(text_: str, scope: FunctionScope) -> CType:
    """Return a written type; `decltype(x)` and its member types are those of x."""
    found = _DECLTYPE.match(text_)
    given = scope.typ(("id", found[1])) if found else None
    if found is None or given is None:
        return parse_type(text_, scope.site)
    return CType(f"::{found[2]}", (given,), scope.site) if found[2] else given


def _id(expression: Expression, scope: FunctionScope, _depth: int) -> CType | None:
    name = expression[1]
    known = scope.locals.get(name)
    if known is not None:
        return known.type
    found = scope.member_type(name.split("::")[-1]) if scope.owner is not None else None
    if found is not None:
        return found
    if name == "struct_v":
        return CType("uint8_t")
    variable = scope.types.corpus.nearest("variables", name, scope.site.scope, scope.site.path)
    if variable is not None:
        return parse_type(str(variable[1]), Site(outer(variable[0]), variable[2]))
    constant = scope.types.corpus.nearest("constants", name, scope.site.scope, scope.site.path)
    return _enum_of(constant[0], scope) if constant is not None else None


def _enum_of(qualified: str, scope: FunctionScope) -> CType:
    """Return the type of an enumerator, int where its enumeration is not encodable by itself."""
    around = outer(qualified)
    return CType(around) if around and scope.types.corpus.nearest("enums", around, "", "") else CType("int")


def _this(_expression: Expression, scope: FunctionScope, _depth: int) -> CType | None:
    return scope.owner


def _num(expression: Expression, _scope: FunctionScope, _depth: int) -> CType | None:
    suffix = expression[2] if len(expression) > 2 else ""
    if suffix in ("bool", "c"):
        return CType("bool" if suffix == "bool" else "char")
    return CType("uint64_t" if "l" in suffix or expression[1] >= 1 << 32 else "int")


def _real(expression: Expression, _scope: FunctionScope, _depth: int) -> CType | None:
    return CType("double" if integer(expression[1]) is None else "int")


def _str(_expression: Expression, _scope: FunctionScope, _depth: int) -> CType | None:
    return CType("string")


def _mem(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    owner = scope.typ(expression[1], depth)
    return scope.types.member(owner, expression[2].split("::")[-1]) if owner is not None else None


def _cast(expression: Expression, scope: FunctionScope, _depth: int) -> CType | None:
    return parse_type(expression[1], scope.site)


def _make(expression: Expression, scope: FunctionScope, _depth: int) -> CType | None:
    return parse_type(expression[1], scope.site)


def _bin(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    if expression[1] in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
        return CType("bool")
    left = scope.typ(expression[2], depth)
    if left is not None and left.name == "@array":
        return left
    right = scope.typ(expression[3], depth)
    for one, other in ((left, right), (right, left)):
        if one is not None and one.name in ("int", "bool", "char") and other is not None:
            return other
    return left or right


def _asg(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    return scope.typ(expression[2], depth)


def _un(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    inner = scope.typ(expression[2], depth)
    if expression[1] == "!":
        return CType("bool")
    if expression[1] == "*" and inner is not None:
        settled = scope.types.settle(inner)
        if settled.name == "@iterator":
            return settled.args[0]
        if settled.name.rsplit("::", 1)[-1] == "optional" and settled.args:
            return settled.args[0]
    return inner


def _inc(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    return scope.typ(expression[2], depth)


def _idx(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    owner = scope.typ(expression[1], depth)
    if owner is None:
        return None
    settled = scope.types.settle(owner)
    element = scope.types.element(settled)
    if element is not None and element.name == "pair" and settled.name.rsplit("::", 1)[-1] != "vector":
        return element.args[1]
    return element or owner


def _cond(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    return scope.typ(expression[2], depth) or scope.typ(expression[3], depth)


def _sizeof(_expression: Expression, _scope: FunctionScope, _depth: int) -> CType | None:
    return CType("size_t")


def _tid(_expression: Expression, _scope: FunctionScope, _depth: int) -> CType | None:
    return None


def _call(expression: Expression, scope: FunctionScope, depth: int) -> CType | None:
    callee, arguments = expression[1], expression[2]
    if callee[0] == "mem":
        return _method(callee, scope, depth)
    name = callee[1] if callee[0] in ("id", "tid") else ""
    short = name.rsplit("::", 1)[-1]
    if short in ("move", "ref", "cref", "forward", "min", "max", "as_const") and arguments:
        return scope.typ(
            arguments[-1] if short in ("min", "max") and arguments[0][0] == "num" else arguments[0], depth
        )
    if short in ("make_pair", "make_tuple", "tie", "forward_as_tuple"):
        parts = tuple(scope.typ(each, depth) or CType("?") for each in arguments)
        return CType("pair" if short == "make_pair" else "tuple", parts, scope.site)
    if short in ("begin", "end", "cbegin") and arguments:
        return _iterator_of(scope.typ(arguments[0], depth), scope)
    if callee[0] == "tid" and short in ("get", "make_unique", "make_shared", "make_message") and callee[2]:
        return parse_type(callee[2][0], scope.site)
    if scope.owner is not None:
        returned = _returned(scope.owner, short, scope)
        if returned is not None:
            return returned
    kind = parse_type(name if callee[0] == "id" else f"{name}<{','.join(callee[2])}>", scope.site)
    settled = scope.types.settle(kind)
    if (
        scope.types.class_of(settled) is not None
        or settled.name != kind.name
        or settled.args
        or kind.name in ("string", "std::string")
    ):
        return kind
    if scope.types.wire(kind).__class__.__name__ != "Unknown":
        return kind
    return _answered(name, scope)


def _answered(name: str, scope: FunctionScope) -> CType | None:
    """Return the type that a function returns, of a class that is named or of none."""
    short = name.rsplit("::", 1)[-1]
    returned = _returned(parse_type(outer(name), scope.site), short, scope) if "::" in name else None
    if returned is not None:
        return returned
    found = scope.types.corpus.free(short, beside=scope.site.path)
    for function, path in sorted(found, key=lambda pair: (pair[1] != scope.site.path, pair[1], pair[0].line))[
        :1
    ]:
        if function.returns and function.returns not in ("void", "auto"):
            return parse_type(function.returns, Site(outer(function.name), path))
    return None


def _iterator_of(kind: CType | None, scope: FunctionScope) -> CType | None:
    element = scope.types.element(kind) if kind is not None else None
    return CType("@iterator", (element,), scope.site) if element is not None else None


def _method(callee: Expression, scope: FunctionScope, depth: int) -> CType | None:
    name = callee[2].split("<")[0]
    owner = scope.typ(callee[1], depth)
    if owner is None:
        return CType("size_t") if name in _SIZES else None
    returned = _returned(owner, name, scope)
    if returned is not None:
        return returned
    if name in _SIZES:
        return CType("size_t")
    if name in ("begin", "end", "rbegin", "find", "cbegin", "lower_bound", "upper_bound", "insert"):
        return _iterator_of(owner, scope)
    if name in ("front", "back", "at", "top"):
        element = scope.types.element(owner)
        return element.args[1] if name == "at" and element is not None and element.name == "pair" else element
    if name in ("get", "value", "lock", "load", "value_or", "get_ptr"):
        settled = scope.types.settle(owner)
        return (
            settled.args[0]
            if settled.name.rsplit("::", 1)[-1] in ("optional", "atomic") and settled.args
            else owner
        )
    if name in ("c_str", "str", "to_str", "to_string", "substr", "data"):
        return CType("string")
    return None


def _returned(owner: CType, name: str, scope: FunctionScope, depth: int = 0) -> CType | None:
    """Return the declared return type of a method, in the class or its bases."""
    found = scope.types.class_of(scope.types.settle(owner))
    if found is None or depth > 8:
        return None
    cls, path = found
    text = cls.methods.get(name)
    site = Site(cls.name, path, scope.types.bindings(cls, scope.types.settle(owner)))
    if text:
        return (
            parse_type(text, site)
            if text not in ("auto", "void", "const auto&", "auto&")
            else _deduced(cls.name, name, owner, site, scope)
        )
    for base in cls.bases:
        inner = _returned(parse_type(base, Site(outer(cls.name), path, site.bound)), name, scope, depth + 1)
        if inner is not None:
            return inner
    return None


def _deduced(cls: str, name: str, owner: CType, site: Site, scope: FunctionScope) -> CType | None:
    body = scope.types.corpus.method(cls, name)
    value = single_return(body[0].body) if body else None
    return scope.of(site, owner).typ(value, MAX_DEPTH - 8) if value else None


_KINDS: dict[str, Callable[[Expression, FunctionScope, int], CType | None]] = {
    "id": _id,
    "this": _this,
    "num": _num,
    "real": _real,
    "str": _str,
    "mem": _mem,
    "cast": _cast,
    "make": _make,
    "bin": _bin,
    "asg": _asg,
    "un": _un,
    "inc": _inc,
    "idx": _idx,
    "cond": _cond,
    "sizeof": _sizeof,
    "call": _call,
    "new": _make,
}
