"""C++ types as written, and what they are on Ceph's wire.

`CType` is a type text taken apart, with the place that its names are to be looked up from; `Types.wire` turns one
into a wire type. Sources of the layouts: src/include/encoding.h, src/include/denc.h, src/include/types.h of Ceph.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from compatlint.notations.ceph import features
from compatlint.notations.ceph.corpus import Corpus
from compatlint.notations.cpp.facts import ClassFacts
from compatlint.wire.terms import TRUE, Feature, Term
from compatlint.wire.types import Array, Blob, Fixed, Float, Int, Optional, Seq, Struct, Tuple, Type, Unknown, describe, size_of

MAX_NESTING = 10  # containers in containers: each level may double the type, and nobody writes as many


@dataclass(frozen=True)
class Site:
    """Where names are looked up from: a scope, a file, and what template parameters stand for."""

    scope: str = ""
    path: str = ""
    bound: tuple[tuple[str, CType], ...] = ()


@dataclass(frozen=True)
class CType:
    """A type: its name without qualifiers, its template arguments, and the site that it was written at."""

    name: str
    args: tuple[CType, ...] = ()
    site: Site = field(default=Site(), compare=False)


_TOKEN = re.compile(r"::|[A-Za-z_]\w*|\d+|[<>,*&\[\]()]|\.\.\.")
_DROPPED = {
    "const", "volatile", "typename", "struct", "class", "enum", "union", "mutable", "static", "constexpr", "inline", "template", "auto_", "register", "extern",
}  # fmt: skip


@functools.lru_cache(maxsize=20000)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(token for token in _TOKEN.findall(text) if token not in _DROPPED)


def parse_type(text: str, site: Site) -> CType:
    """Take a type text apart; what cannot be read is a CType with the text as its name."""
    if text.startswith("(anonymous"):
        return CType(f"{site.scope}::{text.rstrip('* ')}" if site.scope else text, (), site)
    tokens = _tokens(text)
    found, _ = _parse(tokens, 0, site, 0)
    return found


_UNSIGNED = {"char": "unsigned char", "short": "unsigned short", "long": "unsigned long", "int": "unsigned"}
_INTEGER_WORDS = {"unsigned", "signed", "long", "short", "int", "char", "double", *_UNSIGNED.values()}


def _parse(tokens: tuple[str, ...], at: int, site: Site, depth: int) -> tuple[CType, int]:
    names: list[str] = []
    args: tuple[CType, ...] = ()
    inner: CType | None = None
    while at < len(tokens):
        token = tokens[at]
        if token == "<" and depth < 30:
            args, at = _arguments(tokens, at + 1, site, depth + 1)
            if at < len(tokens) and tokens[at] == "::":
                inner = CType("::".join(names), args, site)
                names, args = [], ()
                at += 1
            continue
        if token in (">", ",", ")"):
            break
        if token[0].isalpha() or token[0] == "_" or token.isdigit():
            if names and tokens[at - 1] not in ("::",) and not (names[-1] in _INTEGER_WORDS and token in _INTEGER_WORDS):
                break
            if names and names[-1] in _INTEGER_WORDS and token in _INTEGER_WORDS:
                names[-1] = _merge(names[-1], token)
            else:
                names.append(token)
        at += 1
    name = "::".join(names)
    if inner is not None:
        return CType("::" + name, (inner, *args), site), at  # a member type of a template instance
    return CType(name, args, site), at


def _merge(left: str, right: str) -> str:
    """Join the words of a builtin type: `unsigned long long` is `unsigned long`, `long int` is `long`."""
    words = {*left.split(), *right.split()}
    size = next((word for word in ("char", "short", "double", "long") if word in words), "int")
    if size == "double":
        return size
    return _UNSIGNED[size] if "unsigned" in words else size


def _arguments(tokens: tuple[str, ...], at: int, site: Site, depth: int) -> tuple[tuple[CType, ...], int]:
    found: list[CType] = []
    while at < len(tokens):
        one, at = _parse(tokens, at, site, depth)
        found.append(one)
        while at < len(tokens) and tokens[at] not in (">", ","):
            at += 1
        if at >= len(tokens) or tokens[at] == ">":
            return tuple(found), at + 1
        at += 1
    return tuple(found), at


_BITS = {
    8: "char int8_t uint8_t __u8 __s8 bool u8 s8",
    16: "short int16_t uint16_t __u16 __s16 ceph_le16 __le16 le16_t",
    32: "int unsigned int32_t uint32_t __u32 __s32 signed ceph_le32 __le32 uint u_int32_t mode_t le32_t",
    64: "long int64_t uint64_t __u64 __s64 size_t ssize_t ceph_le64 __le64 off_t uintptr_t loff_t time_t u_int64_t le64_t",
}
_SIGNED = "int8_t __s8 s8 short int16_t __s16 int int32_t __s32 signed long int64_t __s64 ssize_t off_t loff_t time_t"
SCALARS: dict[str, Type] = {name: Int(bits, name in _SIGNED.split()) for bits, names in _BITS.items() for name in names.split()}
SCALARS |= {"unsigned char": Int(8), "unsigned short": Int(16), "unsigned long": Int(64)}
SCALARS |= {"float": Float(32), "double": Float(64)}
BLOBS = frozenset(
    [
        "string",
        "bufferlist",
        "bufferptr",
        "ptr",
        "string_view",
        "string_ref",
        "list_",
        "buffer_list",
        "cow_string",
        "alloc_string",
    ]
)
STREAMS = frozenset(
    [
        "bufferlist",
        "iterator",
        "const_iterator",
        "contiguous_appender",
        "page_aligned_appender",
        "iterator_impl",
        "DENC_P",
        "contiguous_filler",
        "appender",
        "safe_appender",
        "unsafe_appender",
    ]
)
SEQUENCES = frozenset(
    [
        "list",
        "vector",
        "set",
        "deque",
        "unordered_set",
        "multiset",
        "compact_set",
        "btree_set",
        "flat_set",
        "small_vector",
        "unordered_multiset",
        "slist",
        "static_vector",
        "hash_set",
        "mini_flat_set",
        "bounded_vector",
    ]
)
MAPS = frozenset(
    [
        "map",
        "multimap",
        "unordered_map",
        "unordered_multimap",
        "compact_map",
        "compact_multimap",
        "btree_map",
        "flat_map",
        "hash_map",
        "mini_flat_map",
    ]
)
POINTERS = frozenset(
    [
        "shared_ptr",
        "unique_ptr",
        "intrusive_ptr",
        "scoped_ptr",
        "weak_ptr",
        "reference_wrapper",
        "ref_t",
        "cref_t",
        "MRef",
        "ConstRef",
    ]
)
POSIX: dict[str, Type] = {"uid_t": Int(32), "gid_t": Int(32)}  # <sys/types.h> on Linux, where no type of the project hides them
TIMES = frozenset(["real_time", "utime_t", "coarse_real_time", "time_point", "real_clock::time_point"])
SPANS = frozenset(["timespan", "coarse_timespan", "signedspan"])
ITERATORS = frozenset(["iterator", "const_iterator", "reverse_iterator", "const_reverse_iterator"])


class Types:
    """Resolves types of one release."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._wire: dict[tuple[CType, str, str, tuple[tuple[str, CType], ...]], Type] = {}
        self._encodable: dict[str, bool] = {}
        self._order: features.Order | None = None

    def feature(self, name: str, writing: bool) -> Term:
        """Return the test for a feature; a writer needs none for what every peer has."""
        if self._order is None:
            self._order = features.order(self.corpus)
        return TRUE if writing and self._order.certain(name) else Feature(name, self._order.rank(name))

    def settle(self, kind: CType, depth: int = 0) -> CType:
        """Follow template parameters, aliases and smart pointers to the type that is meant."""
        while depth < 40:
            depth += 1
            found = self._step(kind)
            if found is None:
                return kind
            kind = found
        return kind

    def _step(self, kind: CType) -> CType | None:
        """Follow one alias; None if there is none."""
        name, site = kind.name, kind.site
        for parameter, target in site.bound:
            if parameter == name:
                return target if target.name != name or target.site is not site else None
        short = name.rsplit("::", 1)[-1]
        if name.startswith("::") and kind.args and name[2:3] != ":":
            return self._member_type(kind)
        if short in POINTERS and kind.args:
            return kind.args[0]
        if short in ITERATORS and "::" in name:
            return self._iterator(name.rsplit("::", 1)[0], site)
        if self._builtin(short, name, kind.args):
            return None
        cls = self.corpus.nearest_class(name, site.scope, site.path)
        alias = self._alias(name, site)
        if alias is not None and (cls is None or not _closer_class(cls[0].name, alias[0], site.scope)):
            target = parse_type(alias[1], Site(_outer(alias[0]), alias[2], site.bound))
            if target.name == name and target.site == site:
                return None
            if "[" in alias[1]:
                return None
            return target if target.name != name or alias[0] != name else None
        return None

    def _builtin(self, short: str, name: str, args: tuple[CType, ...]) -> bool:
        plain = name in SCALARS or (short in SCALARS and "::" not in name.replace("std::", ""))
        return plain or (bool(args) and (short in SEQUENCES or short in MAPS or short in ("pair", "optional", "array", "tuple")))

    def _alias(self, name: str, site: Site) -> tuple[str, str, str] | None:
        """Return (qualified name, target text, path) of an alias, looked up through the bases of the enclosing classes too."""
        found = self.corpus.nearest("types", name, site.scope, site.path)
        if found is None and "::" in name:
            found = self._inherited_alias(name, site)
        return None if found is None else (found[0], str(found[1]), found[2])

    def _inherited_alias(self, name: str, site: Site) -> tuple[str, object, str] | None:
        """Return the alias that `Derived::name` inherits from a base."""
        owner, _, short = name.rpartition("::")
        pending = [self.class_of(CType(owner, (), site))]
        for _ in range(12):
            found = pending.pop(0) if pending else None
            if found is None:
                return None
            cls, path = found
            alias = self.corpus.nearest("types", f"{cls.name}::{short}", "", path)
            if alias is not None and alias[0] == f"{cls.name}::{short}":
                return alias
            pending.extend(self.class_of(parse_type(base, Site(_outer(cls.name), path))) for base in cls.bases)
        return None

    def _member_type(self, kind: CType) -> CType | None:
        """Resolve `X<A>::name`: an iterator of a container, a type of a class template."""
        short = kind.name.removeprefix("::")
        if short == "type" and kind.args[0].name.endswith("make_variant_over"):
            return self._variant_over(kind.args[0])
        owner = self.settle(kind.args[0])
        if short in ITERATORS:
            return CType("@iterator", (self.element(owner) or CType("?"),), kind.site)
        if short in ("value_type", "mapped_type", "key_type", "reference", "const_reference"):
            element = self.element(owner)
            if element is not None and short in ("mapped_type", "key_type") and element.args:
                return element.args[1 if short == "mapped_type" else 0]
            return element
        cls = self.class_of(owner)
        return parse_type(short, Site(cls[0].name, cls[1], self.bindings(cls[0], owner))) if cls else None

    def _variant_over(self, made: CType) -> CType | None:
        """Resolve `boost::make_variant_over<Sequence::type>::type`: a variant of the sequence's types."""
        if not made.args:
            return None
        listed = made.args[0]
        if listed.name == "::type" and listed.args:
            listed = listed.args[0]
        listed = self.settle(CType(listed.name.removesuffix("::type"), listed.args, listed.site))
        return CType("variant", listed.args, listed.site) if listed.args else None

    def _iterator(self, owner: str, site: Site) -> CType | None:
        element = self.element(self.settle(CType(owner, (), site)))
        return CType("@iterator", (element,), site) if element is not None else None

    def element(self, kind: CType) -> CType | None:
        """Return what a container holds: a pair for a map."""
        kind = self.settle(kind)
        short = kind.name.rsplit("::", 1)[-1]
        if short in MAPS and len(kind.args) > 1:
            return CType("pair", kind.args[:2], kind.site)
        if (short in SEQUENCES or short in ("array", "optional", "xlist", "@array", "interval_set")) and kind.args:
            return kind.args[0]
        if short == "@iterator":
            return kind.args[0]
        if short in ("string", "bufferlist"):
            return CType("char")
        cls = self.class_of(kind)
        for base in cls[0].bases if cls else ():
            found = (
                self.element(parse_type(base, Site(_outer(cls[0].name), cls[1], self.bindings(cls[0], kind)))) if cls else None
            )
            if found is not None:
                return found
        return None

    def class_of(self, kind: CType) -> tuple[ClassFacts, str] | None:
        """Return the class that a settled type names."""
        if not kind.name or kind.name[0] == "@":
            return None
        return self.corpus.nearest_class(kind.name, kind.site.scope, kind.site.path)

    def children(self, facts: ClassFacts, path: str) -> tuple[CType, ...]:
        """Return the classes derived from one, in the file of its declaration or of its definitions."""
        stem, short = path.rpartition(".")[0], facts.name.rpartition("::")[2]
        self.corpus.load([each for each in (f"{stem}.cc", f"{stem}.cpp") if each in self.corpus.paths])
        found = [
            CType(each.name, (), Site("", where))
            for entries in list(self.corpus.classes.values())
            for each, where in entries
            if where.rpartition(".")[0] == stem and any(self._means(base, each, where, facts, short) for base in each.bases)
        ]
        return tuple(sorted(found, key=lambda kind: kind.name))

    def _means(self, base: str, child: ClassFacts, where: str, facts: ClassFacts, short: str) -> bool:
        """Tell whether a base clause names a class, and not another one of the same last name."""
        bare = base.split("<", maxsplit=1)[0]
        if bare.rpartition("::")[2] != short:
            return False
        found = self.class_of(CType(bare, (), Site(_outer(child.name), where)))
        return found is None or found[0].name == facts.name

    def tag(self, kind: CType) -> str:
        """Return the name by which a chosen class is told from others: the last part, with the class around it for a common one."""
        short = kind.name.rpartition("::")[2]
        if short not in ("Params", "Impl"):
            return short
        found = self.class_of(self.settle(kind))
        return "::".join((found[0].name if found else kind.name).split("::")[-2:])

    def bindings(self, cls: ClassFacts, kind: CType) -> tuple[tuple[str, CType], ...]:
        """Return what a class template's parameters stand for in an instance."""
        return tuple(zip(cls.template, kind.args, strict=False)) if cls.template else kind.site.bound

    def member(self, kind: CType, name: str, depth: int = 0) -> CType | None:
        """Return the type of a member, of the class or of a base."""
        kind = self.settle(kind)
        short = kind.name.rsplit("::", 1)[-1]
        if short == "@iterator":
            return self.member(kind.args[0], name, depth + 1)
        if short == "pair" and len(kind.args) == 2 and name in ("first", "second"):
            return kind.args[name == "second"]
        found = self.class_of(kind)
        if found is None or depth > 12:
            return None
        cls, path = found
        site = Site(cls.name, path, self.bindings(cls, kind))
        if name in cls.members:
            text, _, size = cls.members[name]
            one = parse_type(text, site)
            return (
                one
                if size is None
                else CType("@array", (one, CType(str(size[1]) if size[0] in ("num", "id") else "?", (), site)), site)
            )
        for anonymous in [each for each in cls.members if each.startswith("(anonymous")]:
            inner = self.member(CType(f"{cls.name}::{anonymous}", (), Site("", path)), name, depth + 1)
            if inner is not None:
                return inner
        for base in cls.bases:
            inner = self.member(parse_type(base, Site(_outer(cls.name), path, site.bound)), name, depth + 1)
            if inner is not None:
                return inner
        return None

    def wire(self, kind: CType, depth: int = 0) -> Type:
        """Return the bytes that a value of a type takes on the wire."""
        key = (kind, kind.site.scope, kind.site.path, kind.site.bound)
        known = self._wire.get(key)
        if known is None:
            known = self._wire[key] = self._find_wire(kind, depth) if depth < MAX_NESTING else Unknown(kind.name)
        return known

    def _find_wire(self, kind: CType, depth: int) -> Type:
        if self._own_codec(kind):
            return Struct(self.struct_name(kind))
        settled = self.settle(kind)
        name = settled.name.removeprefix("::")
        short = name.rsplit("::", 1)[-1]
        if name in ("ceph::buffer::list", "buffer::list", "ceph::buffer::ptr", "buffer::ptr") or (
            short in BLOBS and not settled.args
        ):
            return Blob(32)
        if short == "basic_string":
            return Blob(32)
        if short in TIMES or (short == "time_point" and settled.args):
            return Tuple((Int(32), Int(32)))
        if short in SPANS or (short == "duration" and "clock" in name.lower()):
            return Tuple((Int(32, True), Int(32, True)))
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
            return self.wire(parse_type(str(enum[1]), Site(_outer(enum[0]), enum[2])), depth + 1)
        alias = self._alias(name, settled.site)
        if alias is not None and alias[1].endswith("]"):
            base, _, size = alias[1][:-1].rpartition("[")
            of = self.wire(parse_type(base, Site(_outer(alias[0]), alias[2])), depth + 1)
            return Array(int(size), of) if size.isdigit() else Unknown(name)
        cls = self.class_of(settled)
        if cls is not None:
            for base in cls[0].bases:
                found = self.wire(parse_type(base, Site(_outer(cls[0].name), cls[1], self.bindings(cls[0], settled))), depth + 1)
                if not isinstance(found, Unknown):
                    return found
        return POSIX.get(name) or Unknown(short or "?")

    def _container(self, short: str, kind: CType, depth: int) -> Type | None:
        first = kind.args[0]
        if short in SEQUENCES:
            return Seq(32, self.wire(first, depth + 1))
        if short in MAPS and len(kind.args) > 1:
            return Seq(32, Tuple((self.wire(first, depth + 1), self.wire(kind.args[1], depth + 1))))
        if short == "interval_set":
            one = self.wire(first, depth + 1)
            return Seq(32, Tuple((one, one)))
        if short in ("pair", "tuple"):
            return Tuple(tuple(self.wire(each, depth + 1) for each in kind.args[: 2 if short == "pair" else 20]))
        if short == "optional":
            return Optional(self.wire(first, depth + 1))
        if short in ("array", "@array") and len(kind.args) > 1:
            one = self.wire(first, depth + 1)
            count = self.number(kind.args[1])
            return Array(count, one) if count is not None else Unknown(f"{describe(one)}[{kind.args[1].name}]")
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
        """Tell whether a class or enumeration has an encoder: a member, DENC, glue macros, or a free function."""
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
            if ("encode" in methods and "decode" in methods) or "DENC" in methods or "_denc_friend" in methods:
                return True
        if self.corpus.where.get("!" + short):
            self.corpus.need("!" + short)
            if found is not None or self.corpus.nearest("enums", kind.name, kind.site.scope, kind.site.path):
                return any(macro.startswith("WRITE") for macro, _ in self.corpus.macros.get(short, ()))
        return self.free_codec(kind, "encode") is not None

    def free_codec(self, kind: CType, name: str) -> tuple[object, str] | None:
        """Return the free function `name` (encode, decode, denc) whose first parameter is this very class or enumeration."""
        short = kind.name.rsplit("::", 1)[-1]
        if not self.corpus.where.get(short):
            return None
        for function, path in self.corpus.free(name, short):
            if not function.params:
                continue
            first = parse_type(function.params[0][0], Site(_outer(function.name), path))
            if first.name.rsplit("::", 1)[-1] == short and function.body:
                return function, path
        return self._traits(short, name)

    def _traits(self, short: str, name: str) -> tuple[object, str] | None:
        """Return `encode` or `decode` of a specialisation denc_traits<short>: how containers of a kind of their own are written.

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
            alias = self._alias(kind.name, kind.site)
            name = enum[0] if enum else alias[0] if alias else name
        if kind.args and found and found[0].template:
            return f"{name}<{','.join(self._argument(each) for each in kind.args)}>"
        return name

    def _argument(self, kind: CType) -> str:
        if kind.name.isdigit():
            return kind.name
        found = self.wire(kind)
        return kind.name.rsplit("::", 1)[-1] if isinstance(found, Unknown) else describe(found)

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
                (self.raw_size(self.member(settled, name) or CType("?"), depth + 1) or 0 for name in found[0].members),
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


def _outer(name: str) -> str:
    return name.rsplit("::", 1)[0] if "::" in name else ""


def _closer_class(cls: str, alias: str, scope: str) -> bool:
    """Tell whether the class is nearer to `scope` than the alias of the same short name."""
    return _shared(_outer(cls), scope) > _shared(_outer(alias), scope)


def _shared(left: str, right: str) -> int:
    if not left:
        return 0
    count = 0
    for one, two in zip(left.split("::"), right.split("::"), strict=False):
        if one != two:
            return -1
        count += 1
    return count
