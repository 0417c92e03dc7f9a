"""What the types of one release are on the wire.

Sources of the layouts: src/include/encoding.h, src/include/denc.h, src/include/types.h of Ceph.
"""

from __future__ import annotations

import re

from compatlint.notations.ceph.ctype import (
    BLOBS,
    MAPS,
    POSIX,
    SCALARS,
    SEQUENCES,
    SPANS,
    TIMES,
    CType,
    Site,
    outer,
    parse_type,
)
from compatlint.notations.ceph.declarations import Declarations
from compatlint.notations.ceph.resolve_types import TypeResolver
from compatlint.notations.languages.cpp.file_facts import FunctionFacts
from compatlint.wire.ir.steps import Item
from compatlint.wire.ir.types import (
    BYTES,
    U8,
    U32,
    Array,
    Fixed,
    Int,
    Optional,
    Seq,
    Struct,
    Tuple,
    Type,
    Unknown,
    describe,
    size_of,
)

_BUFFERS = ("ceph::buffer::list", "buffer::list", "ceph::buffer::ptr", "buffer::ptr")
_CHARACTERS = ("char", "unsigned char")  # as a number, a byte is often written one by one
_DURATIONS = tuple(
    f"std::chrono::{unit}"
    for unit in ("hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds")
)
MAX_NESTING = 10  # containers in containers: each level may double the type, and nobody writes as many


def unknown(name: str) -> Unknown:
    """Return a type that was not understood; where it has no name either, the value's name alone tells."""
    return Unknown(name or "?", named=name.startswith("?") or not name)


class Types(TypeResolver):
    """Turns types into wire types."""

    def __init__(self, corpus: Declarations) -> None:
        super().__init__(corpus)
        self._wire: dict[tuple[CType, str, str, tuple[tuple[str, CType], ...]], Type] = {}
        self._encodable: dict[str, bool] = {}

    def wire(self, kind: CType, depth: int = 0) -> Type:
        """Return the bytes that a value of a type takes on the wire."""
        key = (kind, kind.site.scope, kind.site.path, kind.site.bound)
        known = self._wire.get(key)
        if known is None:
            known = self._wire[key] = (
                self._find_wire(kind, depth) if depth < MAX_NESTING else unknown(kind.name)
            )
        return known

    def _find_wire(self, kind: CType, depth: int) -> Type:
        if self._own_codec(kind):
            return Struct(self.struct_name(kind))
        settled = self.settle(kind)
        name = settled.name.removeprefix("::")
        short = name.rsplit("::", 1)[-1]
        known = _known(name, short, bool(settled.args))
        if known is not None:
            return known
        if settled.args:
            found = self._container(short, settled, depth)
            if found is not None:
                return found
        if name in SCALARS:
            return SCALARS[name]
        if self._own_codec(settled):
            return Struct(self.struct_name(settled))
        if short in SCALARS:
            return SCALARS[short]
        return self._rest(settled, name, short, depth)

    def _rest(self, settled: CType, name: str, short: str, depth: int) -> Type:
        """Resolve enumerations, plain structures and aliases of arrays."""
        enum = self.corpus.nearest("enums", name, settled.site.scope, settled.site.path)
        if enum is not None:
            return self.wire(parse_type(str(enum[1]), Site(outer(enum[0]), enum[2])), depth + 1)
        alias = self.alias(name, settled.site)
        if alias is not None and alias[1].endswith("]"):
            base, _, size = alias[1][:-1].rpartition("[")
            of = self.wire(parse_type(base, Site(outer(alias[0]), alias[2])), depth + 1)
            return Array(int(size), of) if size.isdigit() else unknown(name)
        cls = self.class_of(settled)
        if cls is not None:
            for base in cls[0].bases:
                found = self.wire(
                    parse_type(base, Site(outer(cls[0].name), cls[1], self.bindings(cls[0], settled))),
                    depth + 1,
                )
                if not isinstance(found, Unknown):
                    return found
        return POSIX.get(name) or unknown(short)

    def _container(self, short: str, kind: CType, depth: int) -> Type | None:
        first = kind.args[0]
        if short in SEQUENCES:
            one = self.wire(first, depth + 1)
            # a length and so many bytes are what a buffer is, too
            return BYTES if short == "vector" and one == U8 and first.name in _CHARACTERS else Seq(U32, one)
        if short in MAPS and len(kind.args) > 1:
            return Seq(U32, Tuple((self.wire(first, depth + 1), self.wire(kind.args[1], depth + 1))))
        if short == "interval_set":
            one = self.wire(first, depth + 1)
            return Seq(U32, Tuple((one, one)))
        if short in ("pair", "tuple"):
            return Tuple(
                tuple(self.wire(each, depth + 1) for each in kind.args[: 2 if short == "pair" else 20])
            )
        if short == "optional":
            return Optional(self.wire(first, depth + 1))
        if short in ("array", "@array") and len(kind.args) > 1:
            one = self.wire(first, depth + 1)
            count = self.number(kind.args[1])
            return (
                Array(count, one) if count is not None else unknown(f"{describe(one)}[{kind.args[1].name}]")
            )
        if short == "@iterator":
            return self.wire(first, depth + 1)
        return None

    def number(self, kind: CType) -> int | None:
        """Return the value of a constant used as a template argument or an array size."""
        text = kind.name
        for _ in range(5):
            if re.fullmatch(r"\d+", text):
                return int(text)
            for parameter, target in kind.site.bound:
                if parameter == text:
                    text = target.name
                    break
            else:
                found = self.corpus.nearest("constants", text, kind.site.scope, kind.site.path)
                value = found[1] if found else None
                if isinstance(value, tuple) and value[0] == "num":
                    return int(value[1])
                if isinstance(value, tuple) and value[0] == "id" and value[1] != text:
                    text = value[1]
                    continue
                defined = self.corpus.defines.get(text)
                if defined is None:
                    return None
                text = defined.strip("() ")
        return None

    def _own_codec(self, kind: CType) -> bool:
        """Tell whether a type has an encoding of its own."""
        if not kind.name or kind.name[0] == "@" or kind.name in SCALARS:
            return False
        return self.encodable(kind)

    def encodable(self, kind: CType) -> bool:
        """Tell whether a class or enumeration has an encoder.

        A member, DENC, glue macros, or a free function.
        """
        key = f"{kind.name}|{kind.site.scope}|{kind.site.path}"
        known = self._encodable.get(key)
        if known is None:
            self._encodable[key] = False  # a class that contains itself
            known = self._encodable[key] = self._has_encoder(kind)
        return known

    def _has_encoder(self, kind: CType) -> bool:
        short = kind.name.rsplit("::", 1)[-1]
        if (
            short in BLOBS
            or short in SEQUENCES
            or short in MAPS
            or short in TIMES
            or short in SPANS
            or short in ("pair", "optional", "tuple", "interval_set", "array")
        ):
            return False
        found = self.class_of(kind)
        if found is not None:
            methods = found[0].methods
            if (
                ("encode" in methods and "decode" in methods)
                or "DENC" in methods
                or "_denc_friend" in methods
            ):
                return True
        if self.corpus.where.get("!" + short):
            self.corpus.need("!" + short)
            if found is not None or self.corpus.nearest("enums", kind.name, kind.site.scope, kind.site.path):
                return any(macro.startswith("WRITE") for macro, _ in self.corpus.macros.get(short, ()))
        return self.free_codec(kind, "encode") is not None

    def free_codec(self, kind: CType, name: str) -> tuple[FunctionFacts, str] | None:
        """Return the free function `name` (encode, decode, denc) whose first parameter is this very type."""
        short = kind.name.rsplit("::", 1)[-1]
        if not self.corpus.where.get(short):
            return None
        for function, path in self.corpus.free(name, short):
            if not function.params:
                continue
            first = parse_type(function.params[0][0], Site(outer(function.name), path))
            if first.name.rsplit("::", 1)[-1] == short and function.body:
                return function, path
        return self._traits(short, name)

    def _traits(self, short: str, name: str) -> tuple[FunctionFacts, str] | None:
        """Return `encode` or `decode` of a specialisation denc_traits<short>.

        How containers of a kind of their own are written.

        Source: denc_traits in src/include/denc.h.
        """
        if "denc_traits" not in self.corpus.where:
            return None
        self.corpus.need("denc_traits")
        return next(iter(self.corpus.methods.get(f"denc_traits<{short}>::{name}", ())), None)

    def struct_name(self, kind: CType) -> str:
        """Return the codec name of an encodable type: qualified, with template arguments as wire types."""
        found = self.class_of(kind)
        name = found[0].name if found else kind.name
        if not found:
            enum = self.corpus.nearest("enums", kind.name, kind.site.scope, kind.site.path)
            alias = self.alias(kind.name, kind.site)
            meant = enum or alias
            name = meant[0] if meant else name
        if kind.args and found and found[0].template:
            return f"{name}<{','.join(self._argument(each) for each in kind.args)}>"
        return name

    def _argument(self, kind: CType) -> str:
        if kind.name.isdigit():
            return kind.name
        found = self.wire(kind)
        return kind.name.rsplit("::", 1)[-1] if isinstance(found, Unknown) else describe(found)

    def raw_members(self, kind: CType, prefix: str = "", depth: int = 0) -> tuple[Item, ...] | None:
        """Return the members of a packed structure in order, as a copy of its bytes has them.

        None if one has no known size.
        """
        found = self.class_of(self.settle(kind))
        if found is None or found[0].kind == "union" or found[0].bases or depth > 4:
            return None
        items: list[Item] = []
        for name, (_, where, _) in found[0].members.items():
            held = self.settle(self.member(kind, name) or CType("?"))
            inner = self.raw_members(held, f"{prefix}{name}.", depth + 1)
            wire = SCALARS.get(held.name) or (Fixed(self.raw_size(held)) if inner is None else None)
            if isinstance(wire, Fixed) and wire.size is None:
                return None
            items.extend(inner or () if wire is None else (Item(prefix + name, wire, where, path=found[1]),))
        return tuple(items) or None

    def raw_size(self, kind: CType, depth: int = 0) -> int | None:
        """Return the bytes of a packed plain structure: the sum of its members."""
        settled = self.settle(kind)
        if settled.name in SCALARS:
            return size_of(SCALARS[settled.name])
        if settled.name == "@array":
            one, count = self.raw_size(settled.args[0], depth + 1), self.number(settled.args[1])
            return None if one is None or count is None else one * count
        found = self.class_of(settled)
        if found is None and settled.name.rpartition("::")[2] == "uuid":
            return 16  # boost::uuids::uuid is the 16 octets of RFC 4122
        if found is None or depth > 8:
            enum = self.corpus.nearest("enums", settled.name, settled.site.scope, settled.site.path)
            return 4 if enum is not None else None
        total = 0
        if found[0].kind == "union":
            return max(
                (
                    self.raw_size(self.member(settled, name) or CType("?"), depth + 1) or 0
                    for name in found[0].members
                ),
                default=None,
            )
        for name in found[0].members:
            held = self.member(settled, name)
            size = self.raw_size(held, depth + 1) if held is not None else None
            if size is None:
                return None
            total += size
        return total

    def raw(self, kind: CType) -> Type:
        """Return the wire type of a structure that is copied byte by byte."""
        settled = self.settle(kind)
        if settled.name in SCALARS:
            return SCALARS[settled.name]
        return Fixed(self.raw_size(settled), settled.name.rsplit("::", 1)[-1])


def _known(name: str, short: str, template: bool) -> Type | None:
    """Return the wire type of a buffer, a string, a time or a duration; None for anything else."""
    if name in _BUFFERS or short == "basic_string" or (short in BLOBS and not template):
        return BYTES
    if short in TIMES or (short == "time_point" and template):
        return Tuple((Int(32), Int(32)))
    if (
        short in SPANS
        or name in _DURATIONS
        or (short == "duration" and (template or "clock" in name.lower()))
    ):
        # source: encode of std::chrono::duration in src/include/encoding.h: seconds, and nanoseconds of one
        return Tuple((Int(32, True), Int(32, True)))
    return None
