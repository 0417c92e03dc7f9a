"""The codecs of one release: which functions encode and decode which structure, and their wire programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from compatlint.notations.ceph import adhoc
from compatlint.notations.ceph.corpus import Corpus
from compatlint.notations.ceph.ctype import SCALARS, CType, Site, parse_type
from compatlint.notations.ceph.lower import TooLarge, lower_function
from compatlint.notations.ceph.scope import Scope
from compatlint.notations.ceph.types import Types
from compatlint.notations.cpp.facts import ClassFacts, Expression, FunctionFacts
from compatlint.wire.span import Span
from compatlint.wire.steps import Close, Codec, Item, Let, Open, Program, Refuse, Unclear, When, walk
from compatlint.wire.steps import Scope as Inlined
from compatlint.wire.terms import Const, Term, Var, operate, show
from compatlint.wire.types import Fixed, Struct

Body = tuple[FunctionFacts, str]
Accept = Callable[[ClassFacts | FunctionFacts], bool]
_PAYLOAD = {"encode_payload": "decode_payload", "decode_payload": "encode_payload"}
_ARGUMENT = re.compile(r"_(op|ret|reply|call|args?)$")
_AT_REST = re.compile(r"store|journal|header|bare|disk|omap|dirfrag|attrs|blob|extent")
_SHARED = re.compile(r"(^|/)(cls|librbd|rgw|librados|osd)/")  # objects that clients of several releases open at once
_STEM = re.compile(r"(?:^|_)(?:en|de)code(?:_|$)")


@dataclass(frozen=True)
class Reference:
    """Where a codec's two sides are. `owner` is the type of their `this`, None for free functions."""

    name: str
    owner: CType | None
    encoder: Body | None
    decoder: Body | None
    message: bool = False
    buffers: tuple[str, str] = ("", "")


class Codecs:
    """Finds and lowers the codecs of a release. `raising`: an unexpected error is raised, for tests, not said as a reason."""

    raising: ClassVar[bool] = False

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.types = corpus, Types(corpus)
        self._programs: dict[str, Codec | None] = {}
        self._references: dict[str, Reference | None] = {}
        self._adhoc: dict[str, dict[bool, list[tuple[Body, str]]]] = {}
        self._scanned: set[str] = set()

    # ---- discovery ---------------------------------------------------------------------------------------------

    def in_paths(self, paths: Iterable[str], accept: Accept = lambda each: True) -> list[Reference]:
        """Return the codecs with a side, or the class, in one of `paths`: of the functions and classes that `accept` takes."""
        wanted = set(paths)
        self.corpus.load(sorted(wanted))
        names: dict[str, None] = {}
        for path in sorted(wanted & self.corpus.loaded):
            facts = self.corpus.shared.facts[self.corpus.paths[path]]
            for each in filter(accept, facts.classes):
                for name in self._of_class(each, path):
                    names[name] = None
            for function in filter(accept, facts.functions):
                for name in self._of_function(function, path):
                    names[name] = None
        for name in self._scan(wanted & self.corpus.loaded, accept):
            names[name] = None
        found = [self.reference(name) for name in names]
        return [each for each in found if each is not None and not _part_of_another(each)]

    def _scan(self, paths: Iterable[str], accept: Accept) -> list[str]:
        """Return the buffers of classes that ordinary functions in `paths` fill or read."""
        found: dict[str, None] = {}
        for path in sorted(paths):
            for function in self.corpus.shared.facts[self.corpus.paths[path]].functions:
                if not adhoc.may_touch(function):
                    continue
                for variable, member, written in adhoc.buffers(function.body):
                    owner = adhoc.owner_of(function, path, variable, member, self.types)
                    if owner is None:
                        continue
                    name = f"{owner}.{member}"
                    if accept(function):
                        found[name] = None
                    if path not in self._scanned:
                        sides = self._adhoc.setdefault(name, {True: [], False: []})
                        sides[written].append(((function, path), f"{variable}.{member}"))
            self._scanned.add(path)
        return list(found)

    def _of_buffer(self, name: str) -> Reference | None:
        """Return a buffer's two sides, if exactly one function fills it and one reads it."""
        sides = self._adhoc.get(name)
        if sides is None or len(sides[True]) != 1 or len(sides[False]) != 1:
            return None
        (encoder, filled), (decoder, read) = sides[True][0], sides[False][0]
        owner = encoder[0].name.rpartition("::")[0]
        cls = self.corpus.nearest_class(owner, "", encoder[1]) if owner else None
        kind = CType(cls[0].name, (), Site("", cls[1])) if cls is not None else None
        return Reference(name, kind, encoder, decoder, buffers=(filled, read))

    def _of_class(self, cls: ClassFacts, path: str) -> list[str]:
        methods = cls.methods
        if "encode_payload" in methods or "decode_payload" in methods:
            return [cls.name]
        if ("encode" in methods and "decode" in methods) or "DENC" in methods or "_denc_friend" in methods:
            return [cls.name]
        return []

    def _of_function(self, function: FunctionFacts, path: str) -> list[str]:
        owner, _, short = function.name.rpartition("::")
        if short in ("encode", "decode", "DENC", "_denc_friend", "denc", "encode_payload", "decode_payload", "bound_encode"):
            if short == "bound_encode" or "_json" in short:
                return []
            cls = self.corpus.nearest_class(owner, "", path) if owner else None
            if cls is not None and (cls[0].name == owner or cls[0].name.endswith("::" + owner)):
                return [cls[0].name] if self._has_stream(function, short) else []
            return self._free(function, path)
        if (
            _STEM.search(short)
            and self._has_stream(function, short)
            and not short.startswith(("encode_json", "decode_json", "encode_xml", "decode_xml"))
        ):
            return [self._pair_name(function, path)]
        return []

    def _free(self, function: FunctionFacts, path: str) -> list[str]:
        if len(function.params) < 2 or not self._has_stream(function, "encode"):
            return []
        first = parse_type(function.params[0][0], Site(function.owner, path))
        if first.name in function.template or self._scope(first.site).is_stream_type(first):
            return []
        kind = CType(first.name, (), first.site)
        cls = self.types.class_of(kind)
        if cls is not None:
            return [cls[0].name]
        enum = self.corpus.nearest("enums", first.name, function.owner, path)
        return [enum[0]] if enum is not None else []

    def _has_stream(self, function: FunctionFacts, short: str) -> bool:
        if short in ("DENC", "_denc_friend", "encode_payload", "decode_payload"):
            return True
        scope = self._scope(Site())
        for text, name in function.params:
            kind = parse_type(text, Site())
            if scope.is_stream_type(kind) or (kind.name in function.template and name in ("p", "it", "bl", "iter", "app", "bp")):
                return True
        return False

    def _scope(self, site: Site) -> Scope:
        return Scope(self.types, True, site)

    def _pair_name(self, function: FunctionFacts, path: str) -> str:
        owner, _, short = function.name.rpartition("::")
        cls = self.corpus.nearest_class(owner, "", path) if owner else None
        scope = cls[0].name if cls is not None else owner
        encoder = self._partner(function, scope, path) if "decode" in short else (function, path)
        name = (encoder or (function, path))[0].name.rpartition("::")[2]
        return f"{scope}::{name}" if scope else name

    def _siblings(self, function: FunctionFacts, scope: str, path: str) -> list[Body]:
        """Return the functions that may be the other side: of the same class, or free ones of the same file."""
        if scope:
            short = scope.rpartition("::")[2]
            self.corpus.need(short)
            found = self.corpus.methods_of(short)
            mine = [
                pair
                for pair in found
                if scope.endswith(pair[0].name.rpartition("::")[0]) or pair[0].name.rpartition("::")[0].endswith(scope)
            ]
            if mine:
                return mine
        return [(each, path) for each in self.corpus.shared.facts[self.corpus.paths[path]].functions]

    def _partner(self, function: FunctionFacts, scope: str, path: str) -> Body | None:
        """Return the function on the other side by its name: the same words but encode for decode, or nearly."""
        short = function.name.rpartition("::")[2]
        other = _other(short)
        if "::" in function.name:
            for where in list(self.corpus.where.get(f"{scope.rpartition('::')[2]}::{other}", ())):
                self.corpus.load([where])
        candidates = [
            pair for pair in self._siblings(function, scope, path) if self._has_stream(pair[0], pair[0].name.rpartition("::")[2])
        ]
        wanted = "decode" if "encode" in short else "encode"
        best: tuple[tuple[int, int, str], Body] | None = None
        for pair in candidates:
            name = pair[0].name.rpartition("::")[2]
            if wanted not in name or name in ("encode", "decode"):
                continue
            score = _likeness(short, name)
            if score is None:
                continue
            key = (*score, name)
            if best is None or key < best[0]:
                best = (key, pair)
        return best[1] if best else None

    # ---- references --------------------------------------------------------------------------------------------

    def reference(self, name: str) -> Reference | None:
        """Return where the codec called `name` is; None if there is none."""
        if name not in self._references:
            self._references[name] = self._find(name)
        return self._references[name]

    def _find(self, name: str) -> Reference | None:
        if "." in name:
            return self._of_buffer(name)
        bare = name.split("<", 1)[0]
        cls = self.corpus.nearest_class(bare, "", "")
        if cls is not None and (cls[0].name == bare or cls[0].name.endswith("::" + bare)):
            return None if self._ambiguous(bare, cls[0].name) else self._of_type(name, cls)
        owner, _, short = bare.rpartition("::")
        if _STEM.search(short) and short not in ("encode", "decode"):
            return self._of_pair(bare, owner, short)
        meant = self.types.settle(CType(bare))
        found = self.types.class_of(meant) if meant.name != bare and bare == name else None
        if found is not None and self.types.encodable(meant):
            return self._of_type(self.types.struct_name(meant), found)
        enum = self.corpus.nearest("enums", bare, "", "")
        kind = CType(bare, (), Site("", enum[2] if enum else ""))
        return self._free_reference(name, kind)

    def _ambiguous(self, bare: str, found: str) -> bool:
        """Tell whether a name without its namespace means several classes that have codecs: none of them is chosen."""
        if found == bare:
            return False
        self.corpus.need(bare.rpartition("::")[2])
        named = {each.name for each, path in self.corpus.classes.get(bare.rpartition("::")[2], ()) if self._of_class(each, path)}
        return len({name for name in named if name.endswith("::" + bare)}) > 1

    def _of_pair(self, name: str, owner: str, short: str) -> Reference | None:
        if owner:
            self.corpus.need(owner.rpartition("::")[2])
            self.corpus.need(f"{owner.rpartition('::')[2]}::{short}")
            found = [
                pair
                for pair in self.corpus.methods.get(f"{owner.rpartition('::')[2]}::{short}", ())
                if self._has_stream(pair[0], short)
            ]
        else:
            found = [pair for pair in self.corpus.free(short) if self._has_stream(pair[0], short)]
        if not found:
            return None
        mine = min(found, key=lambda pair: (-len(pair[0].body), pair[1]))
        other = self._partner(mine[0], owner, mine[1])
        cls = self.corpus.nearest_class(owner, "", mine[1]) if owner else None
        kind = CType(cls[0].name, (), Site("", cls[1])) if cls is not None and cls[0].name.endswith(owner) else None
        if other is None and "encode" in short:
            for each in self._siblings(mine[0], owner, mine[1]):
                parameter = adhoc.reader_parameter(mine[0], each[0])
                if parameter is not None:
                    return Reference(name, kind, mine, each, buffers=("", parameter))
        return Reference(name, kind, *((mine, other) if "encode" in short else (other, mine)))

    def _of_type(self, name: str, cls: tuple[ClassFacts, str]) -> Reference | None:
        facts, path = cls
        args = _split(name)
        owner = CType(facts.name, tuple(_argument(each) for each in args), Site("", path))
        encoder, decoder = self._method(owner, "encode_payload"), self._method(owner, "decode_payload")
        if encoder or decoder:
            return Reference(name, owner, encoder, decoder, message=True)
        both = self._method(owner, "DENC") or self._method(owner, "_denc_friend")
        if both is not None and self._own(facts, ("DENC", "_denc_friend")):
            return Reference(name, owner, both, both)
        encoder, decoder = self._method(owner, "encode"), self._method(owner, "decode")
        if encoder is None and decoder is None:
            return self._free_reference(name, owner)
        return Reference(name, owner, encoder, decoder)

    def _own(self, facts: ClassFacts, names: tuple[str, ...]) -> bool:
        return any(name in facts.methods for name in names)

    def _method(self, owner: CType, name: str, depth: int = 0) -> Body | None:
        """Return the side of a class: the overload that takes a stream and does most."""
        found = self.types.class_of(owner)
        if found is None or depth > 8:
            return None
        cls, path = found
        overloads = [pair for pair in self.corpus.overloads(cls.name, name) if self._has_stream(pair[0], name)]
        if overloads:
            return min(overloads, key=lambda pair: (len(pair[0].params) > 2, -_weight(pair[0]), pair[1], pair[0].line))
        if name in cls.methods and name not in ("encode_payload", "decode_payload"):
            return None
        for base in cls.bases:
            inner = self._method(
                self.types.settle(parse_type(base, Site(cls.name.rpartition("::")[0], path, self.types.bindings(cls, owner)))),
                name,
                depth + 1,
            )
            if inner is not None:
                return inner
        return None

    def _free_reference(self, name: str, kind: CType) -> Reference | None:
        sides = []
        for side in ("encode", "decode"):
            found = self.types.free_codec(kind, side) or self.types.free_codec(kind, "denc")
            sides.append(found)
        if sides == [None, None]:
            return None
        encoder, decoder = sides
        return Reference(name, None, encoder, decoder)  # type: ignore[arg-type]  # free_codec returns (FunctionFacts, path)

    # ---- programs ----------------------------------------------------------------------------------------------

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
        """Tell whether a class has an encoder and a decoder that do nothing: those of a derived class may do something."""
        sides = (reference.encoder, reference.decoder)
        return reference.owner is not None and all(side is not None and not side[0].body for side in sides)

    def _abstract(self, name: str) -> Codec | None:
        """Return the codec of an abstract class: that of the class derived from it which the object is of."""
        found = self.corpus.nearest_class(name, "", "")
        children = self.types.children(*found) if found is not None and self._own(found[0], ("encode", "decode")) else ()
        codecs = [(each, self.codec(each.name)) for each in children]
        if found is None or not codecs or any(codec is None for _, codec in codecs):
            return None
        sides: list[Program | None] = []
        for writing in (True, False):
            chain: Program = ()
            for index, (kind, codec) in enumerate(reversed(codecs)):
                steps = ((codec.encoder if writing else codec.decoder) if codec is not None else None) or ()
                test = operate("==", (Var(""), Const(f"type:{self.types.tag(kind)}")))
                chain = (Inlined(steps),) if index == 0 else (When(test, (Inlined(steps),), chain),)
            sides.append(chain)
        span = Span(self.corpus.commit, found[1], found[0].line, found[0].end_line)
        return Codec(name, "ceph", "disk", sides[0], sides[1], span)

    def _raw(self, name: str) -> Codec | None:
        """Return the codec of a structure that macros encode byte by byte."""
        kind = CType(name.split("<", maxsplit=1)[0], (), Site())
        short = name.rpartition("::")[2]
        self.corpus.need("!" + short)
        if not any(macro == "WRITE_RAW_ENCODER" for macro, _ in self.corpus.macros.get(short, ())):
            return None
        cls = self.types.class_of(kind)
        span = Span(self.corpus.commit, cls[1] if cls else "", cls[0].line if cls else 1, cls[0].end_line if cls else 1)
        held = CType(kind.name, (), Site("", span.path))
        members = self._raw_members(held, "", span.line)
        read = members if members is not None else (Item("bytes", self.types.raw(held), span.line, path=span.path),)
        written = tuple(replace(step, value=Var(step.name)) for step in read) if members is not None else read
        return Codec(name, "ceph", "disk", written, read, span)

    def _raw_members(self, kind: CType, prefix: str, line: int, depth: int = 0) -> tuple[Item, ...] | None:
        """Return the members of a packed structure in order, as a copy of its bytes has them; None if one has no known size."""
        found = self.types.class_of(self.types.settle(kind))
        if found is None or found[0].kind == "union" or found[0].bases or depth > 4:
            return None
        items: list[Item] = []
        for name, (_, where, _) in found[0].members.items():
            held = self.types.settle(self.types.member(kind, name) or CType("?"))
            inner = self._raw_members(held, f"{prefix}{name}.", where, depth + 1)
            wire = SCALARS.get(held.name) or (Fixed(self.types.raw_size(held)) if inner is None else None)
            if isinstance(wire, Fixed) and wire.size is None:
                return None
            items.extend(inner or () if wire is None else (Item(prefix + name, wire, where, path=found[1]),))
        return tuple(items) or None

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
        )

    def _span(self, body: Body) -> Span:
        return Span(self.corpus.commit, body[1], body[0].line, body[0].end_line)

    def _link(self, reference: Reference, path: str) -> str:
        """A message travels between running daemons; so do arguments of object classes and streams without a codec."""
        short = reference.name.rpartition("::")[2]
        if "." in short:
            held = self.corpus.nearest_class(reference.name.rpartition(".")[0], "", path)
            return "peer" if held is not None and self._own(held[0], ("encode_payload", "decode_payload")) else "disk"
        if reference.message or "/messages/" in path or ("/cls/" in path and _ARGUMENT.search(short)):
            return "peer"
        return "peer" if _STEM.search(short) and not _AT_REST.search(short) else "disk"

    def _side(self, reference: Reference, body: Body, writing: bool) -> Program:
        function, path = body
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
            return (Unclear("too many steps", function.line),)
        except RecursionError:
            return (Unclear("nested too deeply", function.line),)
        except Exception as error:  # a front end never raises over user code: one codec less, and it is named
            if self.raising:
                raise
            return (Unclear(f"not understood, {type(error).__name__}: {error}", function.line),)
        if not reference.message:
            return program
        head, oldest = self._versions(reference)
        if writing and _sender_chooses(program):
            head, oldest = Var("header.sent_version"), Var("header.sent_compat_version")
        frame = Open(head, oldest, "header.version", "header.compat_version", head, header=True, line=function.line, path=path)
        return (frame, Inlined(program, "function"), Close(line=function.end_line))

    def _versions(self, reference: Reference) -> tuple[Term, Term]:
        """Return HEAD_VERSION and COMPAT_VERSION of a message, as its constructor hands them to its base.

        Source: Message(int t, int version=1, int compat_version=0) in src/msg/Message.h; 0 means the version itself.
        """
        owner = reference.owner
        found = self.types.class_of(owner) if owner is not None else None
        if found is None:
            return Const(1), Const(1)
        cls, path = found
        scope = Scope(self.types, True, Site(cls.name, path), owner)
        given: list[Expression] = []
        for base, arguments in cls.super_calls.items():
            if base.split("<")[0].split("::")[-1] in {each.split("<")[0].split("::")[-1] for each in cls.bases}:
                skip = 2 if any("PaxosService" in each for each in cls.bases) or len(arguments) == 4 else 1
                given = list(arguments[skip:])
        terms = [scope.term(each) for each in given[:2]]
        numbers = [term for term in terms if isinstance(term, Const) and isinstance(term.value, int)]
        if not numbers:
            constants = [scope.term(("id", name)) for name in ("HEAD_VERSION", "COMPAT_VERSION") if name in cls.constants]
            numbers = [term for term in constants if isinstance(term, Const) and isinstance(term.value, int)]
        head = numbers[0] if numbers else Const(1)
        oldest = numbers[1] if len(numbers) > 1 and numbers[1].value else head
        return head, oldest


def _gives_up(program: Program) -> bool:
    """Tell whether an encoder does nothing but abort: nothing is ever written by it."""
    steps = [step for step in walk(program) if not isinstance(step, Open | Close | Let | Inlined)]
    return bool(steps) and all(isinstance(step, Refuse) for step in steps)


_VERSIONS = ("version", "struct_v", "v")


def _part_of_another(reference: Reference) -> bool:
    """Tell whether a decoder is given the version that it reads: its bytes are a part of the envelope that knows it.

    Such a part has no version and no end of its own, so it is read where its envelope is.
    """
    if reference.decoder is None:
        return False
    kinds = {name: text.replace("const", "").strip(" &") for text, name in reference.decoder[0].params}
    return any(
        kinds.get(name) in ("__u8", "uint8_t", "unsigned char", "__u16", "uint16_t", "int", "unsigned") for name in _VERSIONS
    )


def _sender_chooses(program: Program) -> bool:
    """Tell whether an encoder asks for the version of its header before it gives it one: whoever sends has set it."""
    for step in walk(program):
        if isinstance(step, Let) and step.name == "header.version":
            return False
        if isinstance(step, When) and "header.version" in show(step.test):
            return True
    return False


def uses(codec: Codec) -> tuple[str, ...]:
    """Return the names of the structures that a codec holds."""
    from compatlint.wire.types import structs_in

    found = {
        name
        for program in (codec.encoder, codec.decoder)
        for step in walk(program or ())
        if isinstance(step, Item)
        for name in structs_in(step.type)
    }
    return tuple(sorted(found - {codec.name}))


def _other(short: str) -> str:
    return short.replace("encode", "decode") if "encode" in short else short.replace("decode", "encode")


_SYNONYMS = {"export": "transfer", "import": "transfer", "fetch": "store", "store": "store"}


def _words(short: str) -> list[str]:
    return [_SYNONYMS.get(word, word) for word in short.split("_") if word and word not in ("encode", "decode")]


def _likeness(one: str, other: str) -> tuple[int, int] | None:
    """Compare two function names apart from encode and decode: (words that differ, words in all); None if unlike."""
    left, right = _words(one), _words(other)
    if left == right:
        return (0, 0)
    shared = set(left) & set(right)
    if not shared or not (set(left) <= set(right) or set(right) <= set(left)):
        return None
    return (len(set(left) ^ set(right)), len(left) + len(right))


def _weight(function: FunctionFacts) -> int:
    return len(str(function.body))


def _split(name: str) -> list[str]:
    """Return the template arguments in a codec's name."""
    if "<" not in name:
        return []
    inner, parts, depth, start = name[name.index("<") + 1 : -1], [], 0, 0
    for index, char in enumerate(inner):
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            parts.append(inner[start:index])
            start = index + 1
    return [*parts, inner[start:]]


_NAMED = {
    "u8": "uint8_t",
    "u16": "uint16_t",
    "u32": "uint32_t",
    "u64": "uint64_t",
    "f64": "double",
    "f32": "float",
    "bytes": "string",
}


def _argument(text: str) -> CType:
    """Return the C++ type for an argument in a codec's name."""
    text = text.strip()
    return CType(_NAMED[text]) if text in _NAMED else parse_type(text, Site())


__all__ = ["Codecs", "Reference", "Struct", "uses"]
