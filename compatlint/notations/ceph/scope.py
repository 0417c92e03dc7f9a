"""What the names of one function mean: types, paths, values and streams of its expressions.

A *path* names a place in memory the same way in encoder and decoder ("item.flags", "entries[].name"); a *term* is a
value or a test; a *stream* is a buffer that bytes go to or an iterator that they come from.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from compatlint.notations.ceph.ctype import SCALARS, STREAMS, CType, Site, Types, parse_type
from compatlint.notations.cpp.facts import Body, ClassFacts, Expression, FunctionFacts
from compatlint.wire.steps import Program
from compatlint.wire.terms import AtEnd, Const, Feature, Op, Opaque, Place, Term, Var, operate, unknowable, variables
from compatlint.wire.types import Int, Type

MAX_DEPTH = 24
POSIX = {"S_IFMT": 0o170000, "S_IFDIR": 0o040000, "S_IFREG": 0o100000, "S_IFLNK": 0o120000}  # <sys/stat.h> on Linux


_DECLTYPE = re.compile(r"^(?:const\s+|typename\s+)*decltype\s*\(\s*(\w+)\s*\)(?:::(\w+))?\s*[&*]?$")


@dataclass(slots=True)
class Local:
    """What a local name stands for: any of a type, another path, a stream, a value, a lambda."""

    type: CType | None = None
    path: str = ""
    stream: str | None = None
    term: Term | None = None
    lambda_: Expression | None = None
    buffer: bool = False


@dataclass
class Scope:
    """One function being lowered. `prefix` is the path of `this` with its dot; `owner` its type."""

    types: Types
    writing: bool
    site: Site
    owner: CType | None = None
    prefix: str = ""
    locals: dict[str, Local] = field(default_factory=dict)
    frames: list[str] = field(default_factory=list)
    uses: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    message: bool = False
    serial: list[int] = field(default_factory=lambda: [0])
    unclear: set[str] = field(default_factory=set)  # paths that hold what code returned that is not understood
    function: str = ""
    active: tuple[tuple[str, int], ...] = ()
    lowering: Callable[[Body, Scope], Program] | None = None

    def clear(self, term: Term) -> bool:
        """Tell whether a term depends on nothing but what is on the wire and known."""
        names, _ = variables(term)
        return not unknowable(term) and not any(
            name == path or name.startswith(path + ".") for name in names for path in self.unclear
        )

    def note(self, path: str, value: Term) -> None:
        """Remember whether an assigned value is clear."""
        (self.unclear.discard if self.clear(value) else self.unclear.add)(path)

    def lower(self, body: Body) -> Program:
        """Return the steps of a body, by what was given to the outermost scope: modules of calls know no statements."""
        return self.lowering(body, self) if self.lowering is not None else ()

    # ---- names -------------------------------------------------------------------------------------------------

    def local(self, name: str) -> Local | None:
        """Return a local by name."""
        return self.locals.get(name)

    def member_type(self, name: str) -> CType | None:
        """Return the type of a member of `this`."""
        return self.types.member(self.owner, name) if self.owner is not None else None

    def kind_name(self, expression: Expression) -> str:
        """Return the short name of an expression's type, "" if it is not known."""
        kind = self.typ(expression)
        return self.types.settle(kind).name.rsplit("::", 1)[-1] if kind is not None else ""

    def cls(self, kind: CType | None) -> tuple[ClassFacts, str] | None:
        """Return the class of a type."""
        return self.types.class_of(self.types.settle(kind)) if kind is not None else None

    # ---- types -------------------------------------------------------------------------------------------------

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
            return parse_type(str(variable[1]), Site(_outer(variable[0]), variable[2]))
        constant = self.types.corpus.nearest("constants", name, self.site.scope, self.site.path)
        return self._enum_of(constant[0]) if constant is not None else None

    def _enum_of(self, qualified: str) -> CType:
        """Return the type of an enumerator, int where its enumeration is not encodable by itself."""
        outer = _outer(qualified)
        return CType(outer) if outer and self.types.corpus.nearest("enums", outer, "", "") else CType("int")

    def _typ_this(self, expression: Expression, depth: int) -> CType | None:
        return self.owner

    def _typ_num(self, expression: Expression, depth: int) -> CType | None:
        suffix = expression[2] if len(expression) > 2 else ""
        if suffix in ("bool", "c"):
            return CType("bool" if suffix == "bool" else "char")
        return CType("uint64_t" if "l" in suffix or expression[1] >= 1 << 32 else "int")

    def _typ_real(self, expression: Expression, depth: int) -> CType | None:
        return CType("double" if _integer(expression[1]) is None else "int")

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
            return self.typ(arguments[-1] if short in ("min", "max") and arguments[0][0] == "num" else arguments[0], depth)
        if short in ("make_pair", "make_tuple", "tie", "forward_as_tuple"):
            parts = tuple(self.typ(each, depth) or CType("?") for each in arguments)
            return CType("pair" if short == "make_pair" else "tuple", parts, self.site)
        if short in ("begin", "end", "cbegin") and arguments:
            return self._iterator_of(self.typ(arguments[0], depth))
        if callee[0] == "tid" and short in ("get", "make_unique", "make_shared", "make_message") and callee[2]:
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
        for function, path in self.types.corpus.functions.get(short, ())[:1]:
            if function.returns and function.returns not in ("void", "auto"):
                return parse_type(function.returns, Site(_outer(function.name), path))
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
            return element.args[1] if name == "at" and element is not None and element.name == "pair" else element
        if name in ("get", "value", "lock", "load", "value_or", "get_ptr"):
            settled = self.types.settle(owner)
            return settled.args[0] if settled.name.rsplit("::", 1)[-1] in ("optional", "atomic") and settled.args else owner
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
            inner = self._returned(parse_type(base, Site(_outer(cls.name), path, site.bound)), name, depth + 1)
            if inner is not None:
                return inner
        return None

    def _deduced(self, cls: str, name: str, owner: CType, site: Site) -> CType | None:
        body = self.types.corpus.method(cls, name)
        value = single_return(body[0].body) if body else None
        return Scope(self.types, self.writing, site, owner, depth=self.depth + 1).typ(value, MAX_DEPTH - 8) if value else None

    # ---- paths -------------------------------------------------------------------------------------------------

    def path(self, expression: Expression, depth: int = 0) -> str | None:
        """Return the path of the place that an expression names, None for what is no place."""
        if depth > MAX_DEPTH:
            return None
        kind = expression[0]
        if kind == "id":
            known = self.locals.get(expression[1])
            return known.path or expression[1] if known is not None else self.prefix + expression[1].rsplit("::", 1)[-1]
        if kind == "this":
            return self.prefix.removesuffix(".")
        if kind == "mem":
            owner = self.path(expression[1], depth + 1)
            if owner is None:
                return None
            return f"{owner}.{expression[2]}" if owner else expression[2]
        if kind in ("un", "inc") and expression[1] in ("*", "&", "++", "--"):
            return self.path(expression[2], depth + 1)
        if kind == "cast":
            return self.path(expression[2], depth + 1)
        if kind == "idx":
            owner = self.path(expression[1], depth + 1)
            return f"{owner}[]" if owner is not None else None
        if kind == "call":
            return self._path_call(expression, depth + 1)
        return None

    def _path_call(self, expression: Expression, depth: int) -> str | None:
        callee, arguments = expression[1], expression[2]
        if callee[0] == "mem":
            owner, name = self.path(callee[1], depth), callee[2]
            if owner is None:
                return None
            if name in ("begin", "cbegin", "rbegin", "front", "back", "at", "find"):
                return f"{owner}[]"
            if name in ("get", "value", "lock"):
                return owner
            inner = self._accessor(callee, arguments)
            if inner is not None:
                return inner[0].path(inner[1], depth)
            return f"{owner}.{name}()" if owner else f"{name}()"
        short = callee[1].rsplit("::", 1)[-1] if callee[0] in ("id", "tid") else ""
        if short in ("move", "ref", "forward", "as_const", "cref") and arguments:
            return self.path(arguments[0], depth)
        if not arguments and short and (self.owner is not None):
            inner = self._accessor(callee, arguments)
            if inner is not None:
                return inner[0].path(inner[1], depth)
            return f"{self.prefix}{short}()"
        return None

    def _accessor(self, callee: Expression, arguments: tuple[Expression, ...]) -> tuple[Scope, Expression] | None:
        """Return the scope and the returned expression of a method that only returns something."""
        if self.depth > 6:
            return None
        if callee[0] == "mem":
            owner, prefix, name = self.typ(callee[1]), self.path(callee[1]), callee[2]
        else:
            owner, prefix, name = self.owner, self.prefix.removesuffix("."), callee[1].rsplit("::", 1)[-1]
        if prefix is None:
            return None
        found = self.method_of(owner, name) if owner is not None else None
        if found is None and callee[0] == "id":
            found = self._beside(name)
        if found is None:
            return None
        function, path, real = found
        value = single_return(function.body)
        if value is None or len(arguments) > len(function.params):
            return None
        inner = self.enter(function, path, real, f"{prefix}." if prefix else "")
        for (text, parameter), argument in zip(function.params, arguments, strict=False):
            inner.bind(text, parameter, self, argument)
        return inner, value

    def _beside(self, name: str) -> tuple[FunctionFacts, str, CType | None] | None:
        """Return a free function of the file at hand."""
        for function, path in self.types.corpus.functions.get(name, ()):
            if path == self.site.path and (
                not function.owner or self.types.corpus.nearest_class(function.owner, "", path) is None
            ):
                return function, path, None
        return None

    def method_of(self, owner: CType, name: str, depth: int = 0) -> tuple[FunctionFacts, str, CType | None] | None:
        """Return a method's body, its file and the class it is found in (the class or a base)."""
        settled = self.types.settle(owner)
        found = self.types.class_of(settled)
        if found is None or depth > 8:
            return None
        cls, path = found
        body = self.types.corpus.method(cls.name, name)
        if body is not None:
            return body[0], body[1], settled
        for base in cls.bases:
            inner = self.method_of(
                parse_type(base, Site(_outer(cls.name), path, self.types.bindings(cls, settled))), name, depth + 1
            )
            if inner is not None:
                return inner
        return None

    def enter(self, function: FunctionFacts, path: str, owner: CType | None, prefix: str) -> Scope:
        """Return the scope of a function called from here, with nothing bound yet."""
        bound = self.site.bound
        scope = function.name.rsplit("::", 1)[0] if "::" in function.name else ""
        if owner is not None:
            found = self.types.class_of(self.types.settle(owner))
            if found is not None:
                bound = self.types.bindings(found[0], self.types.settle(owner))
                scope = found[0].name
        key = (function.name, function.line)
        return Scope(
            self.types, self.writing, Site(scope, path, bound), owner, prefix, {}, list(self.frames), count_uses(function.body),
            self.depth + 1, self.message, self.serial, self.unclear, function.name, (*self.active, key), self.lowering,
        )  # fmt: skip

    def bind(self, text: str, name: str, caller: Scope, argument: Expression) -> None:
        """Bind a parameter to an argument of the caller."""
        stream = caller.stream(argument)
        kind = parse_type(text, self.site)
        given = caller.typ(argument)
        settled_name = kind.name
        if given is not None and (
            settled_name in dict.fromkeys(("auto", "T", "U", "")) or settled_name not in dict(self.site.bound)
        ):
            cls = self.types.class_of(self.types.settle(kind))
            if settled_name == "auto" or (cls is None and self.types.wire(kind).__class__.__name__ == "Unknown"):
                kind = given
                self.site = replace(self.site, bound=(*self.site.bound, (settled_name, given)))
        value = caller.term(argument)
        known = isinstance(value, Const | Var | Feature | Op)
        self.locals[name] = Local(
            kind,
            caller.path(argument) or f"{name}",
            stream,
            value if (known and "&" not in text.replace("const", "").replace("&&", "")) or isinstance(value, Const) else None,
        )
        if stream is not None and kind.name.endswith("list"):
            self.locals[name].buffer = True

    # ---- streams -----------------------------------------------------------------------------------------------

    def stream(self, expression: Expression) -> str | None:
        """Return the stream that an expression stands for."""
        kind = expression[0]
        if kind == "id":
            known = self.locals.get(expression[1])
            if known is not None:
                return known.stream
            return self._part(expression[1])
        if kind in ("un", "inc") and expression[1] in ("*", "&"):
            return self.stream(expression[2])
        if kind == "mem" and expression[1][0] == "this" and self.message:
            return self.stream(("id", expression[2]))
        if kind == "mem":
            known = self.locals.get("@" + (self.path(expression) or ""))
            return known.stream if known is not None else None
        if kind == "call" and expression[1][0] == "mem" and expression[1][2].startswith("get_contiguous_appender"):
            return self.stream(expression[1][1])
        if (
            kind == "call"
            and expression[1][0] == "id"
            and expression[1][1].rsplit("::", 1)[-1] in ("move", "ref")
            and expression[2]
        ):
            return self.stream(expression[2][0])
        return None

    def _part(self, name: str) -> str | None:
        """Return the stream of a message's payload, middle or data; a member of the same name hides it.

        Source: class Message in src/msg/Message.h.
        """
        if not self.message or name not in ("payload", "middle", "data"):
            return None
        kind = self.member_type(name)
        if kind is not None and not self.is_stream_type(self.types.settle(kind)):
            return None
        return "" if name == "payload" else name

    def is_stream_type(self, kind: CType | None) -> bool:
        """Tell whether a type is a buffer or a position in one."""
        if kind is None:
            return False
        name = kind.name.removeprefix("ceph::")
        short = name.rsplit("::", 1)[-1]
        if short in ("iterator", "const_iterator"):
            return name in ("iterator", "const_iterator") or "bufferlist" in name or "buffer" in name
        return short in STREAMS or name in ("buffer::list", "buffer::ptr")

    # ---- values ------------------------------------------------------------------------------------------------

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
        number = _integer(expression[1])
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
            return Place("", "end")
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
            return _define(defined) if defined is not None else None
        value = entry[1]
        inner = Scope(self.types, self.writing, Site(_outer(entry[0]), entry[2]), None, depth=self.depth + 1)
        if depth > 8 or not isinstance(value, tuple) or (value[0] == "id" and value[1] == name):
            return Const(name.rsplit("::", 1)[-1])
        found_term = inner.term(value, depth + 4)
        return found_term if isinstance(found_term, Const) else Const(name.rsplit("::", 1)[-1])

    def _nearest_constant(self, name: str) -> tuple[str, object, str] | None:
        found = self.types.corpus.nearest("constants", name, self.site.scope, self.site.path)
        if found is None or "::" in name:
            return found
        scope = _outer(found[0])
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
                kinds.extend(parse_type(base, Site(_outer(cls[0].name), cls[1])) for base in cls[0].bases)
        return found if name.isupper() else None

    def _term_mem(self, expression: Expression, depth: int) -> Term:
        if expression[2] in ("version", "compat_version") and expression[1] in (("id", "header"), ("mem", ("this",), "header")):
            return Var(f"header.{expression[2]}")
        path = self.path(expression)
        return Var(path) if path is not None else Opaque(text(expression))

    def _term_this(self, expression: Expression, depth: int) -> Term:
        return Var(self.prefix + "this")

    def _term_cast(self, expression: Expression, depth: int) -> Term:
        return as_type(self.term(expression[2], depth), self._scalar(parse_type(expression[1], self.site)))

    def _scalar(self, kind: CType | None) -> Type | None:
        """Return a builtin integer type, followed through aliases; None for everything else."""
        return SCALARS.get(self.types.settle(kind).name) if kind is not None else None

    def _term_bin(self, expression: Expression, depth: int) -> Term:
        _, name, left, right = expression
        feature = self._feature_test(expression)
        if feature is not None:
            return feature
        if name in ("==", "!=") and right[0] == "num" and len(right) > 2 and right[2] == "null":
            return operate(
                "!" if name == "==" else "!=", (self.term(left, depth),) if name == "==" else (self.term(left, depth), Const(0))
            )
        one, two = self.term(left, depth), self.term(right, depth)
        if name in ("==", "!="):  # a negative number is compared with an unsigned one as its two's complement
            one, two = self._compared(one, two, right), self._compared(two, one, left)
        return operate(name, (one, two))

    def _compared(self, term: Term, other: Term, beside: Expression) -> Term:
        if not (isinstance(term, Const) and isinstance(term.value, int) and term.value < 0) or isinstance(other, Const):
            return term
        return as_type(term, self._scalar(self.typ(beside)))

    def _feature_test(self, expression: Expression) -> Term | None:
        """Read `features & CEPH_FEATURE_X`."""
        _, name, left, right = expression
        if name != "&":
            return None
        for one, other in ((left, right), (right, left)):
            if other[0] == "id" and other[1].rsplit("::", 1)[-1].startswith("CEPH_FEATURE") and "feat" in text(one).lower():
                return self.types.feature(feature_name(other[1]), self.writing)
        return None

    def _term_un(self, expression: Expression, depth: int) -> Term:
        if expression[1] == "*" and not self.writing and self.stream(expression[2]) is not None:
            return Place(self.stream(expression[2]) or "", "next")
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
                self.term(arguments[0], depth) if len(arguments) == 1 else Const(0) if not arguments else Opaque(text(expression))
            )
        inner = self._accessor(callee, arguments) if callee[0] == "id" else None
        if inner is not None and not _touches_stream(inner[1]):
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

    def _term_method(self, expression: Expression, callee: Expression, arguments: tuple[Expression, ...], depth: int) -> Term:
        name = callee[2]
        stream = self.stream(callee[1])
        if stream is not None:
            places: dict[str, Term] = {
                "end": AtEnd(stream),
                "get_remaining": Place(stream, "remaining"),
                "get_off": Place(stream, "offset"),
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
        inner = self._accessor(callee, arguments)
        if inner is not None and not _touches_stream(inner[1]):
            return inner[0].term(inner[1], depth)
        path = self.path(callee[1])
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
        if found is None or name not in found[0].methods or self.types.corpus.method(found[0].name, name) is not None:
            return None
        chosen: Term | None = None
        for child in self.types.children(*found):
            body = self.types.corpus.method(child.name, name)
            value = single_return(body[0].body) if body is not None else None
            answer = (
                Scope(self.types, self.writing, Site(child.name, child.site.path), child, depth=self.depth + 1).term(value, depth)
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


def single_return(body: Body) -> Expression | None:
    """Return what a body returns if it does nothing else (assertions aside)."""
    kept = [statement for statement in body if not (statement[0] == "x" and "assert" in text(statement[2])[:20])]
    return kept[0][2] if len(kept) == 1 and kept[0][0] == "ret" else None


def _touches_stream(expression: Expression) -> bool:
    return expression[0] == "call" and expression[1][0] == "id" and expression[1][1].split("::")[-1] in ("encode", "decode")


def feature_name(name: str) -> str:
    """Return a feature's name without the prefixes of its spellings."""
    short = name.rsplit("::", 1)[-1].strip("() ")
    for prefix in ("CEPH_FEATUREMASK_", "CEPH_FEATURE_", "CEPH_FEATURES_"):
        short = short.removeprefix(prefix)
    return short


_CAST = re.compile(r"^\(?\s*\(\s*(\w+)\s*\)\s*(.+?)\)?$")


def _define(text_: str) -> Term | None:
    """Return the number that a macro stands for, cast to its type where it says one: `((__u64)(-2))`."""
    found = _CAST.match(text_.strip())
    number = _integer(found[2] if found and found[1] in SCALARS else text_)
    if number is None:
        return None
    return as_type(Const(number), SCALARS.get(found[1])) if found else Const(number)


def as_type(term: Term, kind: Type | None) -> Term:
    """Return a number as a builtin type holds it: its low bits, in two's complement where the type is signed."""
    if not (isinstance(term, Const) and isinstance(term.value, int) and isinstance(kind, Int)):
        return term
    number = term.value & ((1 << kind.bits) - 1)
    return Const(number - (1 << kind.bits) if kind.signed and number >> (kind.bits - 1) else number)


def _integer(text_: str) -> int | None:
    """Return a literal's number, a negative one's too; None for what is no integer."""
    bare = text_.strip("() ").rstrip("uUlL")
    try:
        return int(bare, 0)
    except ValueError:
        return None


def _outer(name: str) -> str:
    return name.rsplit("::", 1)[0] if "::" in name else ""


@functools.lru_cache(maxsize=4096)
def _uses(body: Body) -> Counter[str]:
    counts: Counter[str] = Counter()
    stack: list[object] = [body]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            if len(node) == 2 and node[0] == "id" and isinstance(node[1], str):
                counts[node[1]] += 1
            else:
                stack.extend(node)
    return counts


def count_uses(body: Body) -> Counter[str]:
    """Count how often each name is mentioned in a body."""
    return _uses(body)


def text(expression: Expression) -> str:
    """Return an expression as short text, the same for the same code."""
    kind = expression[0]
    if kind in ("id", "text", "real", "tid"):
        return str(expression[1])
    if kind == "num":
        return str(expression[1])
    if kind == "str":
        return f'"{expression[1]}"'
    if kind == "mem":
        return f"{text(expression[1])}.{expression[2]}"
    if kind == "call":
        return f"{text(expression[1])}({', '.join(text(each) for each in expression[2])})"
    if kind in ("cast", "un", "inc"):
        return text(expression[2]) if kind == "cast" else f"{expression[1]}{text(expression[2])}"
    if kind in ("bin", "asg"):
        return f"{text(expression[2])} {expression[1]} {text(expression[3])}"
    if kind == "idx":
        return f"{text(expression[1])}[{text(expression[2])}]"
    if kind == "make":
        return f"{expression[1]}{{{', '.join(text(each) for each in expression[2])}}}"
    return str(kind)
