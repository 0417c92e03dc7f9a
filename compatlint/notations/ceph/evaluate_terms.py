"""What the names of one function mean: values of its expressions, on top of their types, paths and streams.

A *term* is a value or a test; the rest is in `names`, `typed` and `placed`.
"""

from __future__ import annotations

from compatlint.notations.ceph.access_paths import AccessPaths
from compatlint.notations.ceph.ctype import CType, Site, outer, parse_type
from compatlint.notations.ceph.environment import MAX_DEPTH, Local
from compatlint.notations.ceph.expression_text import (
    POSIX,
    as_type,
    count_uses,
    define,
    feature_name,
    integer,
    single_return,
    text,
    touches_stream,
)
from compatlint.notations.languages.cpp.file_facts import Expression
from compatlint.wire.ir.terms import AtEnd, Const, Op, Opaque, StreamPosition, Term, Var, operate


class FunctionScope(AccessPaths):
    """One function being lowered, with the values of its expressions."""

    def term(self, expression: Expression | None, depth: int = 0) -> Term:
        """Return the value of an expression."""
        if expression is None:
            return Const(1)
        if depth > MAX_DEPTH:
            return Opaque("too deep")
        found = getattr(self, "_term_" + expression[0], None)
        if found is None:
            return Opaque(text(expression))
        result: Term = found(expression, depth + 1)
        return result

    def _term_num(self, expression: Expression, depth: int) -> Term:
        return Const(expression[1])

    def _term_real(self, expression: Expression, depth: int) -> Term:
        number = integer(expression[1])
        return Const(number) if number is not None else Opaque(expression[1])

    def _term_str(self, expression: Expression, depth: int) -> Term:
        return Const('"' + expression[1])

    def _term_id(self, expression: Expression, depth: int) -> Term:
        name = expression[1]
        known = self.locals.get(name)
        if known is not None:
            return known.term if known.term is not None else Var(known.path or name)
        if name == "struct_v" and self.frames:
            return Var(self.frames[-1])
        if name == "struct_compat" and self.frames:
            return Var(self.frames[-1].replace("struct_v", "struct_compat"))
        if name == "struct_end":
            return StreamPosition("", "end")
        if self.owner is not None and "::" not in name:
            member = self.member_type(name)
            if member is not None:
                constant = self._constant(name)
                return constant if constant is not None else Var(self.prefix + name)
        constant = self._constant(name, depth)
        if constant is not None:
            return constant
        short = name.rsplit("::", 1)[-1]
        if short in POSIX:
            return Const(POSIX[short])
        if short.isupper() or "::" in name:
            return Const(short)
        return Var(self.prefix + name)

    def _constant(self, name: str, depth: int = 0) -> Term | None:
        for parameter, target in self.site.bound:
            if name.startswith(parameter + "::"):
                settled = self.types.settle(target)
                found = self.types.class_of(settled)
                name = (found[0].name if found else settled.name) + "::" + name.removeprefix(parameter + "::")
        entry = self._nearest_constant(name)
        if entry is None:
            defined = self.types.corpus.defines.get(name.rsplit("::", 1)[-1])
            if defined is None and name.rsplit("::", 1)[-1].isupper():
                self.types.corpus.need(name.rsplit("::", 1)[-1])
                defined = self.types.corpus.defines.get(name.rsplit("::", 1)[-1])
            return define(defined) if defined is not None else None
        value = entry[1]
        inner = FunctionScope(
            self.types, self.writing, Site(outer(entry[0]), entry[2]), None, depth=self.depth + 1
        )
        if depth > 8 or not isinstance(value, tuple) or (value[0] == "id" and value[1] == name):
            return Const(name.rsplit("::", 1)[-1])
        found_term = inner.term(value, depth + 4)
        return found_term if isinstance(found_term, Const) else Const(name.rsplit("::", 1)[-1])

    def _nearest_constant(self, name: str) -> tuple[str, object, str] | None:
        found = self.types.corpus.nearest("constants", name, self.site.scope, self.site.path)
        if found is None or "::" in name:
            return found
        scope = outer(found[0])
        mine = self.site.scope
        if scope in ("", mine) or mine.startswith(scope + "::"):
            return found
        if self.owner is not None:  # a constant of a base class
            kinds, seen = [self.owner], 0
            while kinds and seen < 12:
                cls = self.types.class_of(self.types.settle(kinds.pop(0)))
                seen += 1
                if cls is None:
                    continue
                if name in cls[0].constants:
                    return (f"{cls[0].name}::{name}", cls[0].constants[name], cls[1])
                kinds.extend(parse_type(base, Site(outer(cls[0].name), cls[1])) for base in cls[0].bases)
        return found if name.isupper() else None

    def _term_mem(self, expression: Expression, depth: int) -> Term:
        if expression[2] in ("version", "compat_version") and expression[1] in (
            ("id", "header"),
            ("mem", ("this",), "header"),
        ):
            return Var(f"header.{expression[2]}")
        path = self.path(expression)
        return Var(path) if path is not None else Opaque(text(expression))

    def _term_this(self, expression: Expression, depth: int) -> Term:
        return Var(self.prefix + "this")

    def _term_cast(self, expression: Expression, depth: int) -> Term:
        return as_type(self.term(expression[2], depth), self.scalar(parse_type(expression[1], self.site)))

    def _term_bin(self, expression: Expression, depth: int) -> Term:
        _, name, left, right = expression
        feature = self._feature_test(expression)
        if feature is not None:
            return feature
        if name in ("==", "!=") and right[0] == "num" and len(right) > 2 and right[2] == "null":
            return operate(
                "!" if name == "==" else "!=",
                (self.term(left, depth),) if name == "==" else (self.term(left, depth), Const(0)),
            )
        one, two = self.term(left, depth), self.term(right, depth)
        if name in ("==", "!="):  # a negative number is compared with an unsigned one as its two's complement
            one, two = self._compared(one, two, right), self._compared(two, one, left)
        return operate(name, (one, two))

    def _compared(self, term: Term, other: Term, beside: Expression) -> Term:
        if not (isinstance(term, Const) and isinstance(term.value, int) and term.value < 0) or isinstance(
            other, Const
        ):
            return term
        return as_type(term, self.scalar(self.typ(beside)))

    def _feature_test(self, expression: Expression) -> Term | None:
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
                return self.types.feature(feature_name(other[1]), self.writing)
        return None

    def _term_un(self, expression: Expression, depth: int) -> Term:
        if expression[1] == "*" and not self.writing and self.stream(expression[2]) is not None:
            return StreamPosition(self.stream(expression[2]) or "", "next")
        inner = self.term(expression[2], depth)
        return (
            operate("!", (inner,))
            if expression[1] == "!"
            else operate("-", (inner,))
            if expression[1] == "-"
            else operate("~", (inner,))
            if expression[1] == "~"
            else inner
        )

    def _term_inc(self, expression: Expression, depth: int) -> Term:
        return self.term(expression[2], depth)

    def _term_cond(self, expression: Expression, depth: int) -> Term:
        return operate("cond", tuple(self.term(each, depth) for each in expression[1:]))

    def _term_idx(self, expression: Expression, depth: int) -> Term:
        path = self.path(expression)
        return Var(path) if path is not None else Opaque(text(expression))

    def _term_make(self, expression: Expression, depth: int) -> Term:
        if len(expression[2]) == 1:
            return self.term(expression[2][0], depth)
        return Const(0) if not expression[2] else Opaque(text(expression))

    def _term_sizeof(self, expression: Expression, depth: int) -> Term:
        if expression[1].endswith("sa_family"):
            return Const(2)  # sa_family_t of <sys/socket.h> on Linux
        size = (
            self.types.raw_size(self.locals[expression[1]].type or CType("?"))
            if expression[1] in self.locals
            else self.types.raw_size(self.member_type(expression[1]) or parse_type(expression[1], self.site))
        )
        return Const(size) if size is not None else Opaque(f"sizeof({expression[1]})")

    def _term_asg(self, expression: Expression, depth: int) -> Term:
        return self.term(expression[3], depth)

    def _term_call(self, expression: Expression, depth: int) -> Term:
        callee, arguments = expression[1], expression[2]
        if callee[0] == "mem":
            return self._term_method(expression, callee, arguments, depth)
        name = callee[1].rsplit("::", 1)[-1] if callee[0] in ("id", "tid") else ""
        if name in ("HAVE_FEATURE", "HAVE_SIGNIFICANT_FEATURE") and len(arguments) == 2:
            return self.types.feature(feature_name(text(arguments[1])), self.writing)
        if (
            name
            in (
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
            )
            and arguments
        ):
            return self.term(arguments[0], depth)
        if name in ("min", "max", "tie") or (callee[0] == "id" and self._is_type(callee[1])):
            return (
                self.term(arguments[0], depth)
                if len(arguments) == 1
                else Const(0)
                if not arguments
                else Opaque(text(expression))
            )
        inner = self.accessor(callee, arguments) if callee[0] == "id" else None
        if inner is not None and not touches_stream(inner[1]):
            return inner[0].term(inner[1], depth)
        if not arguments:
            path = self.path(expression)
            return Var(path) if path else Opaque(text(expression))
        return Opaque(self._call_text(name, arguments))

    def _call_text(self, name: str, arguments: tuple[Expression, ...]) -> str:
        return f"{name}({', '.join(self.path(each) or text(each) for each in arguments)})"

    def _is_type(self, name: str) -> bool:
        kind = CType(name, (), self.site)
        return self.types.class_of(kind) is not None or self.types.wire(kind).__class__.__name__ != "Unknown"

    def _term_method(
        self, expression: Expression, callee: Expression, arguments: tuple[Expression, ...], depth: int
    ) -> Term:
        name = callee[2]
        stream = self.stream(callee[1])
        if stream is not None:
            places: dict[str, Term] = {
                "end": AtEnd(stream),
                "get_remaining": StreamPosition(stream, "remaining"),
                "get_off": StreamPosition(stream, "offset"),
            }
            found = places.get(name)
            if found is not None:
                return found
            if name == "length":
                return Op("length", (Var("@" + stream),))
        if name in ("has_feature", "has_features") and len(arguments) == 1:
            return self.types.feature(feature_name(text(arguments[0])), self.writing)
        if name == "empty":
            return operate("==", (self._size(callee[1], depth), Const(0)))
        if name in ("size", "length"):
            return self._size(callee[1], depth)
        if name in ("get", "value", "load") and not arguments:
            return self.term(callee[1], depth)
        if name in ("has_value", "is_initialized"):
            return self.term(callee[1], depth)
        inner = self.accessor(callee, arguments)
        if inner is not None and not touches_stream(inner[1]):
            return inner[0].term(inner[1], depth)
        path = self.below(callee[1])
        if path is None:
            return Opaque(text(expression))
        if not arguments:
            chosen = self._virtual(callee[1], path, name, depth)
            if chosen is not None:
                return chosen
            return Var(f"{path}.{name}()" if path else f"{name}()")
        return Opaque((f"{path}." if path else "") + self._call_text(name, arguments))

    def _virtual(self, owner: Expression, path: str, name: str, depth: int) -> Term | None:
        """Return the value of a method that every class derived from an abstract one answers with a constant."""
        found = self.cls(self.typ(owner)) if self.depth <= 6 else None
        if (
            found is None
            or name not in found[0].methods
            or self.types.corpus.method(found[0].name, name) is not None
        ):
            return None
        chosen: Term | None = None
        for child in self.types.children(*found):
            body = self.types.corpus.method(child.name, name)
            value = single_return(body[0].body) if body is not None else None
            answer = (
                FunctionScope(
                    self.types, self.writing, Site(child.name, child.site.path), child, depth=self.depth + 1
                ).term(value, depth)
                if value
                else None
            )
            if not isinstance(answer, Const):
                return None
            test = operate("==", (Var(path), Const(f"type:{self.types.tag(child)}")))
            chosen = answer if chosen is None else operate("cond", (test, answer, chosen))
        return chosen

    def _size(self, owner: Expression, depth: int) -> Term:
        path = self.path(owner)
        return Op("size", (Var(path) if path is not None else Opaque(text(owner)),))


__all__ = ["FunctionScope", "Local", "count_uses", "text"]
