"""Which structures the files of a release encode or decode.

The names of its codecs, and where their other sides are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from compatlint.notations.ceph import bare_streams
from compatlint.notations.ceph.ctype import CType, Site, is_stream, parse_type
from compatlint.notations.ceph.declarations import Declarations
from compatlint.notations.ceph.pairing import STEM, likeness, other
from compatlint.notations.ceph.wire_types import Types
from compatlint.notations.languages.cpp.file_facts import ClassFacts, FileFacts, FunctionFacts

Body = tuple[FunctionFacts, str]
Accept = Callable[[ClassFacts | FunctionFacts], bool]
Buffers = dict[
    bool, dict[str, list[int]]
]  # pieces of a file that may fill buffers (True) or read them, by member


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

    def __init__(self, corpus: Declarations) -> None:
        self.corpus, self.types = corpus, Types(corpus)
        self._adhoc: dict[str, dict[bool, list[tuple[Body, str]]]] = {}
        self.counted: dict[str, Buffers] = {}  # of the files whose ordinary functions count
        self._paired: set[str] | None = None  # the members that some of these fill and some read
        self._scanned: dict[str, set[str]] = defaultdict(set)  # where each member was looked for

    def reference(self, name: str) -> Reference | None:
        """Return where the codec called `name` is; None if there is none."""
        raise NotImplementedError

    def whole(self, reference: Reference) -> Reference:
        """Return the codec that a pair of functions is only a part of, or else its own."""
        raise NotImplementedError

    def in_paths(self, paths: Iterable[str], accept: Accept = lambda _each: True) -> list[Reference]:
        """Return the codecs with a side, or the class, in one of `paths`.

        Of the functions and classes that `accept` takes.
        """
        self.corpus.load(wanted := sorted(set(paths)))
        return self.in_pieces(
            {path: self.corpus.facts(path) for path in wanted if path in self.corpus.loaded}, accept
        )

    def in_pieces(
        self, pieces: Mapping[str, Sequence[FileFacts]], accept: Accept = lambda _each: True
    ) -> list[Reference]:
        """Return the codecs with a side, or the class, in some pieces of files (path -> facts of each).

        Of the functions and classes that `accept` takes.
        """
        names: dict[str, None] = {}
        for path, found in sorted(pieces.items()):
            for each in filter(accept, (cls for facts in found for cls in facts.classes)):
                names.update((name, None) for name in self._of_class(each))
            for function in filter(accept, (function for facts in found for function in facts.functions)):
                names.update((name, None) for name in self._of_function(function, path))
        names.update((name, None) for name in self._scan(pieces, accept))
        references = [self.reference(name) for name in names]
        wholes = [self.whole(each) for each in references if each is not None and not part_of_another(each)]
        return list({each.name: each for each in wholes}.values())

    def _scan(self, pieces: Mapping[str, Sequence[FileFacts]], accept: Accept) -> list[str]:
        """Return the buffers of classes that functions in `pieces` fill or read; count these functions."""
        self.count(pieces)
        found: dict[str, None] = {}
        for path, some in sorted(pieces.items()):
            for function in filter(accept, (function for facts in some for function in facts.functions)):
                if self._may_touch(function):
                    found.update((name, None) for name, _, _ in self._touched(function, path))
        return list(found)

    def _may_touch(self, function: FunctionFacts) -> bool:
        """Tell from its text whether a function can be a side of a buffer that has another."""
        if not isinstance(function.source, str):
            return True
        if self._paired is None:
            written, taken = (
                {member for each in self.counted.values() for member in each[side]} for side in (True, False)
            )
            self._paired = written & taken
        return any(member in self._paired for member, _ in bare_streams.touched(function.source))

    def count(self, paths: Iterable[str]) -> None:
        """Let the ordinary functions of some files count where a buffer's two sides are looked for."""
        self.adopt({path: self._members(path) for path in paths if path not in self.counted})

    def adopt(self, counted: Mapping[str, Buffers]) -> None:
        """Count files as another process did."""
        self.counted.update(counted)
        self._paired = None

    def _members(self, path: str) -> Buffers:
        """Return the pieces of a file that may fill a buffer, and those that may read one, by member."""
        members: Buffers = {True: {}, False: {}}
        for number, piece in enumerate(self.corpus.shared.outline(self.corpus.paths[path]).pieces):
            for member, written in bare_streams.touched(piece.text):
                members[written].setdefault(member, []).append(number)
        return members

    def _note(self, member: str) -> None:
        """Note the functions that fill or read a buffer that is a member of this name."""
        for path, members in sorted(self.counted.items()):
            if path in self._scanned[member]:
                continue
            self._scanned[member].add(path)
            numbers = sorted({*members[True].get(member, ()), *members[False].get(member, ())})
            for function in (
                function for facts in self.corpus.enter(path, numbers) for function in facts.functions
            ):
                if function.when:
                    continue
                if not isinstance(function.source, str) or any(
                    each == member for each, _ in bare_streams.touched(function.source)
                ):
                    for name, variable, written in self._touched(function, path):
                        if name.endswith(f".{member}"):
                            sides = self._adhoc.setdefault(name, {True: [], False: []})
                            sides[written].append(((function, path), f"{variable}.{member}"))

    def _touched(self, function: FunctionFacts, path: str) -> Iterable[tuple[str, str, bool]]:
        """Yield (codec, variable, written) for every buffer of a class that a function fills or reads."""
        for variable, member, written in bare_streams.buffers(function.shape):
            owner = bare_streams.owner_of(function, path, variable, member, self.types)
            if owner is not None:
                yield f"{owner}.{member}", variable, written

    def _of_buffer(self, name: str) -> Reference | None:
        """Return a buffer's two sides, if exactly one function fills it and one reads it."""
        self._note(name.rpartition(".")[2])
        sides = self._adhoc.get(name)
        if sides is None or len(sides[True]) != 1 or len(sides[False]) != 1:
            return None
        (encoder, filled), (decoder, read) = sides[True][0], sides[False][0]
        owner = encoder[0].name.rpartition("::")[0]
        cls = self.corpus.nearest_class(owner, "", encoder[1]) if owner else None
        kind = CType(cls[0].name, (), Site("", cls[1])) if cls is not None else None
        return Reference(name, kind, encoder, decoder, buffers=(filled, read))

    def _of_class(self, cls: ClassFacts) -> list[str]:
        methods = cls.methods
        if "encode_payload" in methods or "decode_payload" in methods:
            return [cls.name]
        if ("encode" in methods and "decode" in methods) or "DENC" in methods or "_denc_friend" in methods:
            return [cls.name]
        return []

    def _of_function(self, function: FunctionFacts, path: str) -> list[str]:
        owner, _, short = function.name.rpartition("::")
        if short in (
            "encode",
            "decode",
            "DENC",
            "_denc_friend",
            "denc",
            "encode_payload",
            "decode_payload",
            "bound_encode",
        ):
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
        if first.name in function.template or is_stream(first):
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
        for text, name in function.params:
            kind = parse_type(text, Site())
            if is_stream(kind) or (
                kind.name in function.template and name in ("p", "it", "bl", "iter", "app", "bp")
            ):
                return True
        return False

    def _pair_name(self, function: FunctionFacts, path: str) -> str:
        owner, _, short = function.name.rpartition("::")
        cls = self.corpus.nearest_class(owner, "", path) if owner else None
        scope = cls[0].name if cls is not None else owner
        encoder = self._partner(function, scope, path) if "decode" in short else (function, path)
        name = (encoder or (function, path))[0].name.rpartition("::")[2]
        return f"{scope}::{name}" if scope else name

    def _siblings(self, scope: str, path: str, fits: re.Pattern[str]) -> list[Body]:
        """Return the functions that may be the other side: of the same class, or free ones of the same file.

        In the file, they are looked for where its text `fits`.
        """
        beside = [(each, path) for each in self.corpus.functions_in(path, fits)]
        if not scope:
            return beside
        named = self.corpus.methods_of(scope.rpartition("::")[2], "code")
        known = {(where, each.line) for each, where in named}
        owned = [
            (each, where)
            for each, where in (*named, *(pair for pair in beside if (path, pair[0].line) not in known))
        ]
        mine = [
            pair
            for pair in owned
            if (own := pair[0].name.rpartition("::")[0]) and (scope.endswith(own) or own.endswith(scope))
        ]
        return mine or beside

    def _partner(self, function: FunctionFacts, scope: str, path: str) -> Body | None:
        """Return the function on the other side by its name.

        The same words but encode for decode, or nearly.
        """
        short = function.name.rpartition("::")[2]
        opposite = other(short)
        if "::" in function.name:
            self.corpus.need(f"{scope.rpartition('::')[2]}::{opposite}")
        wanted = "decode" if "encode" in short else "encode"
        candidates = [
            pair
            for pair in self._siblings(scope, path, _HEADS[wanted])
            if self._has_stream(pair[0], pair[0].name.rpartition("::")[2])
        ]
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


_HEADS = {
    word: re.compile(rf"{word}\w{{0,80}}+\s*+\([^;{{}}]{{0,2000}}+\{{") for word in ("encode", "decode")
}
_VERSIONS = ("version", "struct_v", "v")


def part_of_another(reference: Reference) -> bool:
    """Tell whether a decoder is given the version that it reads.

    Its bytes are a part of the envelope that knows it.

    Such a part has no version and no end of its own, so it is read where its envelope is.
    """
    return reference.decoder is not None and given_version(reference.decoder[0])


def given_version(function: FunctionFacts) -> bool:
    """Tell whether a function is handed the version that it reads."""
    kinds = {name: text.replace("const", "").strip(" &") for text, name in function.params}
    return any(
        kinds.get(name) in ("__u8", "uint8_t", "unsigned char", "__u16", "uint16_t", "int", "unsigned")
        for name in _VERSIONS
    )
