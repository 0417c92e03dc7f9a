"""Which structures the files of a release encode or decode: the names of its codecs, and where their other sides are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compatlint.notations.ceph import adhoc
from compatlint.notations.ceph.corpus import Corpus
from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.pairing import STEM, likeness, other
from compatlint.notations.ceph.scope import Scope
from compatlint.notations.ceph.types import Types
from compatlint.notations.cpp.facts import ClassFacts, FunctionFacts

Body = tuple[FunctionFacts, str]
Accept = Callable[[ClassFacts | FunctionFacts], bool]


@dataclass(frozen=True)
class Reference:
    """Where a codec's two sides are. `owner` is the type of their `this`, None for free functions."""

    name: str
    owner: CType | None
    encoder: Body | None
    decoder: Body | None
    message: bool = False
    buffers: tuple[str, str] = ("", "")


class Discovery:
    """Finds the names of codecs. What a name refers to is in `references`."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus, self.types = corpus, Types(corpus)
        self._adhoc: dict[str, dict[bool, list[tuple[Body, str]]]] = {}
        self._scanned: set[str] = set()

    def reference(self, name: str) -> Reference | None:
        """Return where the codec called `name` is; None if there is none."""
        raise NotImplementedError

    def whole(self, reference: Reference) -> Reference:
        """Return the codec that a pair of functions is only a part of, or else its own."""
        raise NotImplementedError

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
        wholes = [self.whole(each) for each in found if each is not None and not part_of_another(each)]
        return list({each.name: each for each in wholes}.values())

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
            STEM.search(short)
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
        opposite = other(short)
        if "::" in function.name:
            for where in list(self.corpus.where.get(f"{scope.rpartition('::')[2]}::{opposite}", ())):
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
            score = likeness(short, name)
            if score is None:
                continue
            key = (*score, name)
            if best is None or key < best[0]:
                best = (key, pair)
        return best[1] if best else None


_VERSIONS = ("version", "struct_v", "v")


def part_of_another(reference: Reference) -> bool:
    """Tell whether a decoder is given the version that it reads: its bytes are a part of the envelope that knows it.

    Such a part has no version and no end of its own, so it is read where its envelope is.
    """
    return reference.decoder is not None and given_version(reference.decoder[0])


def given_version(function: FunctionFacts) -> bool:
    """Tell whether a function is handed the version that it reads."""
    kinds = {name: text.replace("const", "").strip(" &") for text, name in function.params}
    return any(
        kinds.get(name) in ("__u8", "uint8_t", "unsigned char", "__u16", "uint16_t", "int", "unsigned") for name in _VERSIONS
    )
