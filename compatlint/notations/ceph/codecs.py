"""The codecs of one release: the wire programs of the functions that encode and decode its structures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import ClassVar, Final

from compatlint.notations.ceph.builds import either
from compatlint.notations.ceph.ctype import CType, Site
from compatlint.notations.ceph.declarations import Declarations
from compatlint.notations.ceph.discovery import Body, Reference
from compatlint.notations.ceph.evaluate_terms import open_scope
from compatlint.notations.ceph.lower_function import TooLarge, lower_function
from compatlint.notations.ceph.pairing import STEM
from compatlint.notations.ceph.references import References
from compatlint.notations.languages.cpp.file_facts import Expression
from compatlint.vocabulary import Link
from compatlint.wire.ir.conventions import Conventions
from compatlint.wire.ir.span import Span
from compatlint.wire.ir.steps import (
    OUTSIDE,
    Close,
    Codec,
    Inlined,
    Item,
    Let,
    Open,
    Program,
    Refuse,
    Unclear,
    When,
    walk,
)
from compatlint.wire.ir.terms import Const, Term, Var, operate, show

_ARGUMENT = re.compile(r"_(op|ret|reply|call|args?)$")
_AT_REST = re.compile(r"store|journal|header|bare|disk|omap|dirfrag|attrs|blob|extent")
_SHARED = re.compile(
    r"(^|/)(cls|librbd|rgw|librados)/"
)  # objects that clients of several releases open at once
_EXCHANGED = re.compile(
    r"(^|/)osd/"
)  # what OSDs store they also send each other, to recover and to replicate


CONVENTIONS: Final = Conventions(
    versions=("struct_v", "header.version"),
    frames=("struct_v", "struct_compat", "header."),
    outside=("header.",),
    by_hand=frozenset(("struct_v", "version", "v", "ver", "struct_version")),
    version_like=r"(^|_)v(_|$)|ver",
    member_prefix="m_",
    member_suffix="_",
    buffer_suffix="bl",
)


class Codecs(References):
    """Finds and lowers the codecs of a release. `raising`.

    An unexpected error is raised, for tests, not said as a reason.
    """

    raising: ClassVar[bool] = False

    def __init__(self, corpus: Declarations) -> None:
        super().__init__(corpus)
        self._programs: dict[str, Codec | None] = {}

    def codec(self, name: str) -> Codec | None:
        """Return a codec with its programs, by name."""
        if name not in self._programs:
            self._programs[name] = None  # a codec that contains itself
            reference = self.reference(name)
            if reference is None or self._empty(reference):
                self._programs[name] = self._abstract(name)
            if self._programs[name] is None:
                self._programs[name] = self.lower(reference) if reference is not None else self._raw(name)
        return self._programs[name]

    def _empty(self, reference: Reference) -> bool:
        """Tell whether a class has an encoder and a decoder that do nothing.

        Those of a derived class may do something.
        """
        sides = (reference.encoder, reference.decoder)
        return reference.owner is not None and all(side is not None and not side[0].body for side in sides)

    def _abstract(self, name: str) -> Codec | None:
        """Return the codec of an abstract class: that of the class derived from it which the object is of."""
        found = self.corpus.nearest_class(name, "", "")
        children = (
            self.types.children(*found)
            if found is not None and self._own(found[0], ("encode", "decode"))
            else ()
        )
        codecs = [(each, codec) for each in children if (codec := self.codec(each.name)) is not None]
        if found is None or not codecs or len(codecs) < len(children):
            return None
        encoder = self._chosen((kind, codec.encoder) for kind, codec in reversed(codecs))
        decoder = self._chosen((kind, codec.decoder) for kind, codec in reversed(codecs))
        span = Span(self.corpus.commit, found[1], found[0].line, found[0].end_line)
        return Codec(name, "ceph", Link.DISK, encoder, decoder, span, conventions=CONVENTIONS)

    def _chosen(self, sides: Iterable[tuple[CType, Program | None]]) -> Program:
        """Return the program that does what the class does that the object is of; the first needs no test."""
        chain: Program = ()
        for index, (kind, steps) in enumerate(sides):
            test = operate("==", (Var(""), Const(f"type:{self.types.tag(kind)}")))
            inner = Inlined(steps or ())
            chain = (When(test, (inner,), chain),) if index else (inner,)
        return chain

    def is_raw(self, name: str) -> bool:
        """Tell whether a structure is copied byte by byte: WRITE_RAW_ENCODER in src/include/encoding.h."""
        short = name.rpartition("::")[2]
        self.corpus.need("!" + short)
        return any(macro == "WRITE_RAW_ENCODER" for macro, _ in self.corpus.macros.get(short, ()))

    def _raw(self, name: str) -> Codec | None:
        """Return the codec of a structure that macros encode byte by byte."""
        kind = CType(name.split("<", maxsplit=1)[0], (), Site())
        if not self.is_raw(name):
            return None
        cls = self.types.class_of(kind)
        span = Span(
            self.corpus.commit,
            cls[1] if cls else "",
            cls[0].line if cls else 1,
            cls[0].end_line if cls else 1,
        )
        held = CType(kind.name, (), Site("", span.path))
        members = self.types.raw_members(held)
        read = (
            members
            if members is not None
            else (Item("bytes", self.types.raw(held), span.line, path=span.path),)
        )
        written = tuple(replace(step, value=Var(step.name)) for step in read) if members is not None else read
        return Codec(name, "ceph", Link.DISK, written, read, span, conventions=CONVENTIONS)

    def lower(self, reference: Reference) -> Codec:
        """Return the wire programs of a reference."""
        programs: list[Program | None] = []
        for body, writing in ((reference.encoder, True), (reference.decoder, False)):
            program = self._side(reference, body, writing) if body is not None else None
            programs.append(None if program is not None and writing and _gives_up(program) else program)
        shown = reference.encoder or reference.decoder
        if shown is None:
            raise ValueError(f"{reference.name} has neither side")
        return Codec(
            reference.name,
            "ceph",
            self._link(reference, shown[1]),
            programs[0],
            programs[1],
            self._span(shown),
            self._span(reference.encoder) if reference.encoder else None,
            self._span(reference.decoder) if reference.decoder else None,
            reference.message,
            bool(_SHARED.search(shown[1])),
            bool(_EXCHANGED.search(shown[1])),
            CONVENTIONS,
        )

    def _span(self, body: Body) -> Span:
        return Span(self.corpus.commit, body[1], body[0].line, body[0].end_line)

    def _link(self, reference: Reference, path: str) -> Link:
        """Return the link: a message travels between daemons.

        So do arguments of object classes and streams without a codec.
        """
        short = reference.name.rpartition("::")[2]
        if "." in short:
            held = self.corpus.nearest_class(reference.name.rpartition(".")[0], "", path)
            return (
                Link.PEER
                if held is not None and self._own(held[0], ("encode_payload", "decode_payload"))
                else Link.DISK
            )
        if reference.message or "/messages/" in path or ("/cls/" in path and _ARGUMENT.search(short)):
            return Link.PEER
        return Link.PEER if STEM.search(short) and not _AT_REST.search(short) else Link.DISK

    def _side(self, reference: Reference, body: Body, writing: bool) -> Program:
        """Return the program of a side, in all builds."""
        program = self._built(reference, body, writing)
        for other in self.corpus.instead(*body):
            built = self._built(reference, (other, body[1]), writing)
            program = either(program, built, other, writing, self.corpus.paths.get(body[1], ""))
        return program

    def _built(self, reference: Reference, body: Body, writing: bool) -> Program:
        """Return the program of a side in one build."""
        function, path = body
        source = self.corpus.paths.get(path, "")
        try:
            program = lower_function(
                function,
                path,
                self.types,
                writing=writing,
                owner=reference.owner,
                message=reference.message,
                buffer=reference.buffers[not writing],
            )
        except TooLarge:
            return (Unclear("too many steps", function.line, source=source),)
        except RecursionError:
            return (Unclear("nested too deeply", function.line, source=source),)
        except Exception as error:  # a front end never raises over user code: one codec less, and it is named
            if self.raising:
                raise
            reason = f"not understood, {type(error).__name__}: {error}"
            return (Unclear(reason, function.line, source=source),)
        if not reference.message:
            return program
        head, oldest = self._versions(reference)
        if writing and _sender_chooses(program):
            head, oldest = Var("header.sent_version"), Var("header.sent_compat_version")
        frame = Open(
            head,
            oldest,
            "header.version",
            "header.compat_version",
            head,
            header=OUTSIDE,
            line=function.line,
            path=path,
        )
        return (frame, Inlined(program, "function"), Close(line=function.end_line))

    def _versions(self, reference: Reference) -> tuple[Term, Term]:
        """Return HEAD_VERSION and COMPAT_VERSION of a message, as its constructor hands them to its base.

        Source: Message(int t, int version=1, int compat_version=0) in src/msg/Message.h; 0 means the version
        itself.
        """
        owner = reference.owner
        found = self.types.class_of(owner) if owner is not None else None
        if found is None:
            return Const(1), Const(1)
        cls, path = found
        scope = open_scope(self.types, True, Site(cls.name, path), owner)
        given: list[Expression] = []
        for base, arguments in cls.super_calls.items():
            if base.split("<")[0].split("::")[-1] in {
                each.split("<")[0].split("::")[-1] for each in cls.bases
            }:
                skip = 2 if any("PaxosService" in each for each in cls.bases) or len(arguments) == 4 else 1
                given = list(arguments[skip:])
        terms = [scope.term(each) for each in given[:2]]
        numbers = [term for term in terms if isinstance(term, Const) and isinstance(term.value, int)]
        if not numbers:
            constants = [
                scope.term(("id", name))
                for name in ("HEAD_VERSION", "COMPAT_VERSION")
                if name in cls.constants
            ]
            numbers = [term for term in constants if isinstance(term, Const) and isinstance(term.value, int)]
        head = numbers[0] if numbers else Const(1)
        oldest = numbers[1] if len(numbers) > 1 and numbers[1].value else head
        return head, oldest


def _gives_up(program: Program) -> bool:
    """Tell whether an encoder does nothing but abort: nothing is ever written by it."""
    steps = [step for step in walk(program) if not isinstance(step, Open | Close | Let | Inlined)]
    return bool(steps) and all(isinstance(step, Refuse) for step in steps)


def _sender_chooses(program: Program) -> bool:
    """Tell whether an encoder asks for the version of its header before it gives it one.

    Whoever sends has set it.
    """
    for step in walk(program):
        if isinstance(step, Let) and step.name == "header.version":
            return False
        if isinstance(step, When) and "header.version" in show(step.test):
            return True
    return False


__all__ = ["Codecs", "Reference"]
