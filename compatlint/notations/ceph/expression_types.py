"""Types of the expressions of one function."""

from __future__ import annotations

import re

from compatlint.notations.ceph.ctype import CType, Site, outer, parse_type
from compatlint.notations.ceph.environment import MAX_DEPTH, Environment
from compatlint.notations.ceph.expression_text import integer, single_return
from compatlint.notations.languages.cpp.file_facts import Expression

_DECLTYPE = re.compile(r"^(?:const\s+|typename\s+)*decltype\s*\(\s*(\w+)\s*\)(?:::(\w+))?\s*[&*]?$")


class Typed(Environment):
    """Types of expressions."""

    def typ(self, expression: Expression, depth: int = 0) -> CType | None:
        """Return the type of an expression, None if it cannot be told."""
        if depth > MAX_DEPTH:
            return None
        found = getattr(self, "_typ_" + expression[0], None)
        result: CType | None = found(expression, depth + 1) if found is not None else None
        return result

    def kind(self, text_: str) -> CType:
        """Return a written type; `decltype(x)` and its member types are those of x."""
        found = _DECLTYPE.match(text_)
        given = self.typ(("id", found[1])) if found else None
        if found is None or given is None:
            return parse_type(text_, self.site)
        return CType(f"::{found[2]}", (given,), self.site) if found[2] else given

    def _typ_id(self, expression: Expression, depth: int) -> CType | None:
        name = expression[1]
        known = self.locals.get(name)
        if known is not None:
            return known.type
        found = self.member_type(name.split("::")[-1]) if self.owner is not None else None
        if found is not None:
            return found
        if name == "struct_v":
            return CType("uint8_t")
        variable = self.types.corpus.nearest("variables", name, self.site.scope, self.site.path)
        if variable is not None:
            return parse_type(str(variable[1]), Site(outer(variable[0]), variable[2]))
        constant = self.types.corpus.nearest("constants", name, self.site.scope, self.site.path)
        return self._enum_of(constant[0]) if constant is not None else None

    def _enum_of(self, qualified: str) -> CType:
        """Return the type of an enumerator, int where its enumeration is not encodable by itself."""
        scope = outer(qualified)
        return CType(scope) if scope and self.types.corpus.nearest("enums", scope, "", "") else CType("int")

    def _typ_this(self, expression: Expression, depth: int) -> CType | None:
        return self.owner

    def _typ_num(self, expression: Expression, depth: int) -> CType | None:
        suffix = expression[2] if len(expression) > 2 else ""
        if suffix in ("bool", "c"):
            return CType("bool" if suffix == "bool" else "char")
        return CType("uint64_t" if "l" in suffix or expression[1] >= 1 << 32 else "int")

    def _typ_real(self, expression: Expression, depth: int) -> CType | None:
        return CType("double" if integer(expression[1]) is None else "int")

    def _typ_str(self, expression: Expression, depth: int) -> CType | None:
        return CType("string")

    def _typ_mem(self, expression: Expression, depth: int) -> CType | None:
        owner = self.typ(expression[1], depth)
        return self.types.member(owner, expression[2].split("::")[-1]) if owner is not None else None

    def _typ_cast(self, expression: Expression, depth: int) -> CType | None:
        return parse_type(expression[1], self.site)

    def _typ_make(self, expression: Expression, depth: int) -> CType | None:
        return parse_type(expression[1], self.site)

    _typ_new = _typ_make

    def _typ_bin(self, expression: Expression, depth: int) -> CType | None:
        if expression[1] in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
            return CType("bool")
        left = self.typ(expression[2], depth)
        if left is not None and left.name == "@array":
            return left
        right = self.typ(expression[3], depth)
        for one, other in ((left, right), (right, left)):
            if one is not None and one.name in ("int", "bool", "char") and other is not None:
                return other
        return left or right

    def _typ_asg(self, expression: Expression, depth: int) -> CType | None:
        return self.typ(expression[2], depth)

    def _typ_un(self, expression: Expression, depth: int) -> CType | None:
        inner = self.typ(expression[2], depth)
        if expression[1] == "!":
            return CType("bool")
        if expression[1] == "*" and inner is not None:
            settled = self.types.settle(inner)
            if settled.name == "@iterator":
                return settled.args[0]
            if settled.name.rsplit("::", 1)[-1] == "optional" and settled.args:
                return settled.args[0]
        return inner

    def _typ_inc(self, expression: Expression, depth: int) -> CType | None:
        return self.typ(expression[2], depth)

    def _typ_idx(self, expression: Expression, depth: int) -> CType | None:
        owner = self.typ(expression[1], depth)
        if owner is None:
            return None
        settled = self.types.settle(owner)
        element = self.types.element(settled)
        if element is not None and element.name == "pair" and settled.name.rsplit("::", 1)[-1] != "vector":
            return element.args[1]
        return element or owner

    def _typ_cond(self, expression: Expression, depth: int) -> CType | None:
        return self.typ(expression[2], depth) or self.typ(expression[3], depth)

    def _typ_sizeof(self, expression: Expression, depth: int) -> CType | None:
        return CType("size_t")

    def _typ_tid(self, expression: Expression, depth: int) -> CType | None:
        return None

    def _typ_call(self, expression: Expression, depth: int) -> CType | None:
        callee, arguments = expression[1], expression[2]
        if callee[0] == "mem":
            return self._typ_method(callee, arguments, depth)
        name = callee[1] if callee[0] in ("id", "tid") else ""
        short = name.rsplit("::", 1)[-1]
        if short in ("move", "ref", "cref", "forward", "min", "max", "as_const") and arguments:
            return self.typ(
                arguments[-1] if short in ("min", "max") and arguments[0][0] == "num" else arguments[0], depth
            )
        if short in ("make_pair", "make_tuple", "tie", "forward_as_tuple"):
            parts = tuple(self.typ(each, depth) or CType("?") for each in arguments)
            return CType("pair" if short == "make_pair" else "tuple", parts, self.site)
        if short in ("begin", "end", "cbegin") and arguments:
            return self._iterator_of(self.typ(arguments[0], depth))
        if (
            callee[0] == "tid"
            and short in ("get", "make_unique", "make_shared", "make_message")
            and callee[2]
        ):
            return parse_type(callee[2][0], self.site)
        if self.owner is not None:
            returned = self._returned(self.owner, short)
            if returned is not None:
                return returned
        kind = parse_type(name if callee[0] == "id" else f"{name}<{','.join(callee[2])}>", self.site)
        settled = self.types.settle(kind)
        if (
            self.types.class_of(settled) is not None
            or settled.name != kind.name
            or settled.args
            or kind.name in ("string", "std::string")
        ):
            return kind
        if self.types.wire(kind).__class__.__name__ != "Unknown":
            return kind
        return self._answered(name)

    def _answered(self, name: str) -> CType | None:
        """Return the type that a function returns, of a class that is named or of none."""
        short = name.rsplit("::", 1)[-1]
        returned = self._returned(parse_type(outer(name), self.site), short) if "::" in name else None
        if returned is not None:
            return returned
        found = self.types.corpus.free(short, beside=self.site.path)
        for function, path in sorted(
            found, key=lambda pair: (pair[1] != self.site.path, pair[1], pair[0].line)
        )[:1]:
            if function.returns and function.returns not in ("void", "auto"):
                return parse_type(function.returns, Site(outer(function.name), path))
        return None

    def _iterator_of(self, kind: CType | None) -> CType | None:
        element = self.types.element(kind) if kind is not None else None
        return CType("@iterator", (element,), self.site) if element is not None else None

    _SIZES = frozenset(["size", "length", "count", "num_items"])

    def _typ_method(self, callee: Expression, arguments: tuple[Expression, ...], depth: int) -> CType | None:
        name = callee[2].split("<")[0]
        owner = self.typ(callee[1], depth)
        if owner is None:
            return CType("size_t") if name in self._SIZES else None
        returned = self._returned(owner, name)
        if returned is not None:
            return returned
        if name in self._SIZES:
            return CType("size_t")
        if name in ("begin", "end", "rbegin", "find", "cbegin", "lower_bound", "upper_bound", "insert"):
            return self._iterator_of(owner)
        if name in ("front", "back", "at", "top"):
            element = self.types.element(owner)
            return (
                element.args[1]
                if name == "at" and element is not None and element.name == "pair"
                else element
            )
        if name in ("get", "value", "lock", "load", "value_or", "get_ptr"):
            settled = self.types.settle(owner)
            return (
                settled.args[0]
                if settled.name.rsplit("::", 1)[-1] in ("optional", "atomic") and settled.args
                else owner
            )
        if name in ("c_str", "str", "to_str", "to_string", "substr", "data"):
            return CType("string")
        return None

    def _returned(self, owner: CType, name: str, depth: int = 0) -> CType | None:
        """Return the declared return type of a method, in the class or its bases."""
        found = self.types.class_of(self.types.settle(owner))
        if found is None or depth > 8:
            return None
        cls, path = found
        text = cls.methods.get(name)
        site = Site(cls.name, path, self.types.bindings(cls, self.types.settle(owner)))
        if text:
            return (
                parse_type(text, site)
                if text not in ("auto", "void", "const auto&", "auto&")
                else self._deduced(cls.name, name, owner, site)
            )
        for base in cls.bases:
            inner = self._returned(parse_type(base, Site(outer(cls.name), path, site.bound)), name, depth + 1)
            if inner is not None:
                return inner
        return None

    def _deduced(self, cls: str, name: str, owner: CType, site: Site) -> CType | None:
        body = self.types.corpus.method(cls, name)
        value = single_return(body[0].body) if body else None
        return (
            type(self)(self.types, self.writing, site, owner, depth=self.depth + 1).typ(value, MAX_DEPTH - 8)
            if value
            else None
        )
