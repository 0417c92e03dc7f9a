"""What the name of a codec refers to: the functions that encode and decode it."""

from __future__ import annotations

from compatlint.notations.ceph import bare_streams, helper_codecs
from compatlint.notations.ceph.ctype import CType, Site, parse_type
from compatlint.notations.ceph.declarations import Declarations
from compatlint.notations.ceph.discovery import Body, Discovery, Reference, given_version
from compatlint.notations.ceph.pairing import STEM
from compatlint.notations.languages.cpp.file_facts import ClassFacts, FunctionFacts


class References(Discovery):
    """Finds both sides of a codec by its name."""

    def __init__(self, corpus: Declarations) -> None:
        super().__init__(corpus)
        self._references: dict[str, Reference | None] = {}

    def reference(self, name: str) -> Reference | None:
        """Return where the codec called `name` is; None if there is none."""
        if name not in self._references:
            self._references[name] = self._find(name)
        return self._references[name]

    def whole(self, reference: Reference) -> Reference:
        """Return the codec that a pair of functions is only a part of, or else its own."""
        return helper_codecs.whole(self, reference)

    def _find(self, name: str) -> Reference | None:
        if "." in name:
            return self._of_buffer(name)
        bare = name.split("<", 1)[0]
        cls = self.corpus.nearest_class(bare, "", "")
        if cls is not None and (cls[0].name == bare or cls[0].name.endswith("::" + bare)):
            return None if self._ambiguous(bare, cls[0].name) else self._of_type(name, cls)
        owner, _, short = bare.rpartition("::")
        if STEM.search(short) and short not in ("encode", "decode"):
            return self._of_pair(bare, owner, short)
        meant = self.types.settle(CType(bare))
        found = self.types.class_of(meant) if meant.name != bare and bare == name else None
        if found is not None and self.types.encodable(meant):
            return self._of_type(self.types.struct_name(meant), found)
        enum = self.corpus.nearest("enums", bare, "", "")
        kind = CType(bare, (), Site("", enum[2] if enum else ""))
        return self._free_reference(name, kind)

    def _ambiguous(self, bare: str, found: str) -> bool:
        """Tell whether a name without its namespace means several classes that have codecs.

        None of them is chosen.
        """
        if found == bare:
            return False
        named = {
            each.name
            for each, _ in self.corpus.classes_called(bare.rpartition("::")[2])
            if self._of_class(each)
        }
        return len({name for name in named if name.endswith("::" + bare)}) > 1

    def _of_pair(self, name: str, owner: str, short: str) -> Reference | None:
        if owner:
            called = self.corpus.methods_called(owner.rpartition("::")[2], short)
            found = [pair for pair in called if self._has_stream(pair[0], short)]
        else:
            found = [pair for pair in self.corpus.free(short) if self._has_stream(pair[0], short)]
        if not found:
            return None
        mine = min(found, key=lambda pair: (-len(pair[0].body), pair[1]))
        other = self._partner(mine[0], owner, mine[1])
        cls = self.corpus.nearest_class(owner, "", mine[1]) if owner else None
        kind = (
            CType(cls[0].name, (), Site("", cls[1]))
            if cls is not None and cls[0].name.endswith(owner)
            else None
        )
        if other is None and "encode" in short:
            for each in self._siblings(owner, mine[1], bare_streams.parameter_pattern(mine[0])):
                parameter = bare_streams.reader_parameter(mine[0], each[0])
                if parameter is not None:
                    return Reference(name, kind, mine, each, buffers=("", parameter))
        return Reference(name, kind, *((mine, other) if "encode" in short else (other, mine)))

    def _of_type(self, name: str, cls: tuple[ClassFacts, str]) -> Reference | None:
        facts, path = cls
        args = split(name)
        owner = CType(facts.name, tuple(argument(each) for each in args), Site("", path))
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
        overloads = [
            pair for pair in self.corpus.overloads(cls.name, name) if self._has_stream(pair[0], name)
        ]
        if overloads:
            return min(
                overloads,
                key=lambda pair: (
                    given_version(pair[0]),
                    len(pair[0].params) > 2,
                    -_weight(pair[0]),
                    pair[1],
                    pair[0].line,
                ),
            )
        if name in cls.methods and name not in ("encode_payload", "decode_payload"):
            return None
        for base in cls.bases:
            inner = self._method(
                self.types.settle(
                    parse_type(
                        base, Site(cls.name.rpartition("::")[0], path, self.types.bindings(cls, owner))
                    )
                ),
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
        return Reference(name, None, encoder, decoder)


def _weight(function: FunctionFacts) -> int:
    return len(str(function.body))


def split(name: str) -> list[str]:
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


def argument(text: str) -> CType:
    """Return the C++ type for an argument in a codec's name."""
    text = text.strip()
    return CType(_NAMED[text]) if text in _NAMED else parse_type(text, Site())
