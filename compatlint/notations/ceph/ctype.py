"""C++ types as written, and the builtin ones that Ceph's wire knows.

`CType` is a type text taken apart, with the place that its names are to be looked up from. `resolve` finds
what such a name means, `types` turns one into a wire type. Source of the lists: src/include/encoding.h and
denc.h of Ceph.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field

from compatlint.wire.ir.types import Float, Int, Type


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
    "const", "volatile", "typename", "struct", "class", "enum", "union", "mutable", "static", "constexpr", "inline",
    "template", "auto_", "register", "extern",
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
            if (
                names
                and tokens[at - 1] not in ("::",)
                and not (names[-1] in _INTEGER_WORDS and token in _INTEGER_WORDS)
            ):
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
SCALARS: dict[str, Type] = {
    name: Int(bits, name in _SIGNED.split()) for bits, names in _BITS.items() for name in names.split()
}
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
POSIX: dict[str, Type] = {
    "uid_t": Int(32),
    "gid_t": Int(32),
}  # <sys/types.h> on Linux, where no type of the project hides them
TIMES = frozenset(["real_time", "utime_t", "coarse_real_time", "time_point", "real_clock::time_point"])
SPANS = frozenset(["timespan", "coarse_timespan", "signedspan"])
ITERATORS = frozenset(["iterator", "const_iterator", "reverse_iterator", "const_reverse_iterator"])


def outer(name: str) -> str:
    """Return the scope of a qualified name."""
    return name.rsplit("::", 1)[0] if "::" in name else ""


def is_stream(kind: CType | None) -> bool:
    """Tell whether a type is a buffer or a position in one."""
    if kind is None:
        return False
    name = kind.name.removeprefix("ceph::")
    short = name.rsplit("::", 1)[-1]
    if short in ("iterator", "const_iterator"):
        return name in ("iterator", "const_iterator") or "bufferlist" in name or "buffer" in name
    return short in STREAMS or name in ("buffer::list", "buffer::ptr")
