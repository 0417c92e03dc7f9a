"""What the names of one function stand for: locals, members, streams, and the functions that it calls.

A *path* names a place in memory the same way in encoder and decoder ("item.flags", "entries[].name"); a
*stream* is a buffer that bytes go to or an iterator that they come from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from compatlint.notations.ceph.ctype import SCALARS, CType, Site, is_stream, outer, parse_type
from compatlint.notations.ceph.expression_text import count_uses
from compatlint.notations.ceph.wire_types import Types
from compatlint.notations.languages.cpp.file_facts import Body, ClassFacts, Expression, FunctionFacts
from compatlint.wire.ir.steps import Program, Unclear
from compatlint.wire.ir.terms import Const, Feature, Op, Term, Var, unknowable, variables
from compatlint.wire.ir.types import Type

MAX_DEPTH = 24


@dataclass(slots=True)
class Local:
    """What a local name stands for.

    Any of a type, another path ("" for the object at hand), a stream, a value, a lambda.
    """

    type: CType | None = None
    path: str = ""
    stream: str | None = None
    term: Term | None = None
    lambda_: Expression | None = None
    buffer: bool = False


@dataclass(frozen=True, slots=True)
class Meanings:
    """The functions that say what an expression means in a scope: its type, its place, its value.

    Each is given the expression, the scope and the depth of the recursion. They need each other by way of the
    scope: the place of a call may depend on the value of an argument.
    """

    typ: Callable[[Expression, FunctionScope, int], CType | None]
    path: Callable[[Expression, FunctionScope, int], str | None]
    below: Callable[[Expression, FunctionScope, int], str | None]
    term: Callable[[Expression | None, FunctionScope, int], Term]


@dataclass
class FunctionScope:
    """One function being lowered: what its names stand for.

    `prefix` is the path of `this` with its dot, `owner` its type.
    """

    meanings: Meanings
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
    unclear: set[str] = field(
        default_factory=set
    )  # paths that hold what code returned that is not understood
    function: str = ""
    active: tuple[tuple[str, int], ...] = ()
    lowering: Callable[..., Program] | None = None

    def typ(self, expression: Expression, depth: int = 0) -> CType | None:
        """Return the type of an expression, None if it cannot be told."""
        return self.meanings.typ(expression, self, depth)

    def path(self, expression: Expression, depth: int = 0) -> str | None:
        """Return the path of the place that an expression names, None for what is no place."""
        return self.meanings.path(expression, self, depth)

    def below(self, expression: Expression, depth: int = 0) -> str | None:
        """Return the path that the members of an expression stand below, "" for the object at hand."""
        return self.meanings.below(expression, self, depth)

    def term(self, expression: Expression | None, depth: int = 0) -> Term:
        """Return the value of an expression."""
        return self.meanings.term(expression, self, depth)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """Let the locals that are declared within end with it; streams opened on the way stay known.

        Those are the locals whose name is "@" and the path of a buffer.
        """
        known, frames = dict(self.locals), list(self.frames)
        try:
            yield
        finally:
            opened = {
                name: local
                for name, local in self.locals.items()
                if name.startswith("@") and name not in known
            }
            self.locals, self.frames = {**known, **opened}, frames

    def of(self, site: Site, owner: CType | None) -> FunctionScope:
        """Return the scope of an expression elsewhere, which knows none of the locals."""
        return FunctionScope(self.meanings, self.types, self.writing, site, owner, depth=self.depth + 1)

    def not_understood(self, text: str, line: int, stream: str = "") -> Unclear:
        """Return the step for what was not understood, of the version of the file at hand."""
        return Unclear(text, line, stream, self.types.corpus.paths.get(self.site.path, ""))

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
        """Return the steps of a body, by what was given to the outermost scope.

        Modules of calls know no statements.
        """
        return self.lowering(body, self) if self.lowering is not None else ()

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

    def scalar(self, kind: CType | None) -> Type | None:
        """Return a builtin integer type, followed through aliases; None for everything else."""
        return SCALARS.get(self.types.settle(kind).name) if kind is not None else None

    def method_of(
        self, owner: CType, name: str, depth: int = 0
    ) -> tuple[FunctionFacts, str, CType | None] | None:
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
                parse_type(base, Site(outer(cls.name), path, self.types.bindings(cls, settled))),
                name,
                depth + 1,
            )
            if inner is not None:
                return inner
        return None

    def enter(self, function: FunctionFacts, path: str, owner: CType | None, prefix: str) -> FunctionScope:
        """Return the scope of a function called from here, with nothing bound yet."""
        bound = self.site.bound
        scope = function.name.rsplit("::", 1)[0] if "::" in function.name else ""
        if owner is not None:
            found = self.types.class_of(self.types.settle(owner))
            if found is not None:
                bound = self.types.bindings(found[0], self.types.settle(owner))
                scope = found[0].name
        key = (function.name, function.line)
        return replace(
            self,
            site=Site(scope, path, bound),
            owner=owner,
            prefix=prefix,
            locals={},
            frames=list(self.frames),
            uses=count_uses(function.body),
            depth=self.depth + 1,
            function=function.name,
            active=(*self.active, key),
        )

    def bind(self, text: str, name: str, caller: FunctionScope, argument: Expression) -> None:
        """Bind a parameter to an argument of the caller."""
        stream = caller.stream(argument)
        kind = parse_type(text, self.site)
        given = caller.typ(argument)
        settled_name = kind.name
        if given is not None and (
            settled_name in dict.fromkeys(("auto", "T", "U", "")) or settled_name not in dict(self.site.bound)
        ):
            cls = self.types.class_of(self.types.settle(kind))
            if settled_name == "auto" or (
                cls is None and self.types.wire(kind).__class__.__name__ == "Unknown"
            ):
                kind = given
                self.site = replace(self.site, bound=(*self.site.bound, (settled_name, given)))
        value, place = caller.term(argument), caller.below(argument)
        known = isinstance(value, Const | Var | Feature | Op)
        self.locals[name] = Local(
            kind,
            name if place is None else place,
            stream,
            value
            if (known and "&" not in text.replace("const", "").replace("&&", "")) or isinstance(value, Const)
            else None,
        )
        if stream is not None and kind.name.endswith("list"):
            self.locals[name].buffer = True

    def beside(self, name: str) -> tuple[FunctionFacts, str, CType | None] | None:
        """Return a free function of the file at hand."""
        for function, path in self.types.corpus.beside(name, self.site.path):
            if not function.owner or self.types.corpus.nearest_class(function.owner, "", path) is None:
                return function, path, None
        return None

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
        if (
            kind == "call"
            and expression[1][0] == "mem"
            and expression[1][2].startswith("get_contiguous_appender")
        ):
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
        if kind is not None and not is_stream(self.types.settle(kind)):
            return None
        return "" if name == "payload" else name
