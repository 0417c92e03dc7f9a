"""The Ceph notation's front door: which files it reads, and which codecs a change of files can touch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from compatlint.notations.ceph.codecs import Codecs
from compatlint.notations.ceph.corpus import Cache, Corpus, Reader, Shared
from compatlint.notations.cpp.facts import FileFacts

SUFFIXES = (".h", ".cc", ".hpp", ".cpp", ".cxx", ".hh", ".c", ".inc")
OUTSIDE = re.compile(
    r"(^|/)(test|tests|unittest|googletest|gtest|gmock|third_party|vendor|boost|rocksdb|spdk|dpdk|seastar|zstd|lz4|jerasure|isa-l|civetweb|rapidjson|"
    r"fmt|spawn|xxHash|Beast|crimson|ceph-dencoder|erasure-code|pybind)(/|$)"
)
INTRINSIC = re.compile(r"(^|/)include/(encoding|denc|encoding_\w+)\.h$")  # the library whose rules `ctype` and `calls` know
MAX_USERS = 40


def wants(path: str) -> bool:
    """Tell whether a path is C++ of the project itself: no tests, no vendored code."""
    return path.endswith(SUFFIXES) and not OUTSIDE.search(path) and not INTRINSIC.search(path)


class Release:
    """One release: its codecs and its features. `paths` is path -> blob id of files that `wants` accepted."""

    def __init__(self, commit: str, paths: dict[str, str], shared: Shared) -> None:
        self.corpus = Corpus(commit, paths, shared)
        self.codecs = Codecs(self.corpus)
        self._features: frozenset[str] | None | bool = False

    def features(self) -> frozenset[str] | None:
        """Return the features that this release's daemons announce, None where the release does not list them.

        Source: CEPH_FEATURES_ALL in src/include/ceph_features.h.
        """
        if self._features is False:
            self._features = self._find_features()
        return self._features if not isinstance(self._features, bool) else None

    def _find_features(self) -> frozenset[str] | None:
        self.corpus.need("CEPH_FEATURES_ALL")
        listed = self.corpus.defines.get("CEPH_FEATURES_ALL")
        paths = self.corpus.where.get("CEPH_FEATURES_ALL", [])
        if listed is None or not paths:
            return None
        source = (
            self.corpus.shared.read([self.corpus.paths[paths[0]]])
            .get(self.corpus.paths[paths[0]], b"")
            .decode("utf-8", "replace")
        )
        found = re.search(r"define\s+CEPH_FEATURES_ALL\b((?:.*\\\n)*.*)", source)
        names = re.findall(r"CEPH_FEATURE(?:MASK)?_(\w+)", found[1] if found else "")
        return frozenset(names) if names else None

    def count(self) -> int:
        """Return how many encoders the release's files define, by their names alone."""
        total = 0
        for blob in self.corpus.paths.values():
            total += next((int(name[1:]) for name in self.corpus.shared.names.get(blob, ()) if name[:1] == "#"), 0)
        return total

    def marked(self) -> list[str]:
        """Return the files that take part in an encoding."""
        names = self.corpus.shared.names
        return [path for path, blob in self.corpus.paths.items() if any(name[:1] in "#!" for name in names.get(blob, ()))]


def open_releases(sides: Iterable[tuple[str, dict[str, str]]], read: Reader, cache: Cache | None) -> tuple[list[Release], Shared]:
    """Return a release for each (commit, path -> blob id), with what they have in common read once."""
    shared = Shared(read, cache)
    return [
        Release(commit, {path: blob for path, blob in files.items() if wants(path)}, shared) for commit, files in sides
    ], shared


def candidates(old: Release, new: Release, changed: Iterable[str]) -> list[str]:
    """Return the names of the codecs that a change of `changed` can touch: those in the files, and those that use
    an alias, an enumeration, a constant, a plain structure or a function that differs."""
    paths = [path for path in changed if wants(path)]
    names = {each.name: None for release in (old, new) for each in release.codecs.in_paths(paths)}
    moved = _changed_symbols(old, new, paths)
    for release in (old, new):
        for path in _users(release, moved, set(paths)):
            for each in release.codecs.in_paths([path]):
                if _mentions(release, each.name, moved):
                    names[each.name] = None
    return sorted(names)


def _facts(release: Release, path: str) -> FileFacts:
    blob = release.corpus.paths.get(path)
    return release.corpus.shared.facts.get(blob, FileFacts()) if blob is not None else FileFacts()


def _changed_symbols(old: Release, new: Release, paths: list[str]) -> frozenset[str]:
    """Return the names of what other files' codecs are made of and that differs between the releases."""
    found: set[str] = set()
    for path in paths:
        before, after = _facts(old, path), _facts(new, path)
        for table in ("types", "enums"):
            left, right = getattr(before, table), getattr(after, table)
            found.update(name for name in left.keys() & right.keys() if left[name] != right[name])
        left, right = before.constants, after.constants
        found.update(name for name in left.keys() & right.keys() if left[name] != right[name] and left[name][0] == "num")
        old_classes = {each.name: each for each in before.classes}
        for cls in after.classes:
            other = old_classes.get(cls.name)
            if (
                other is not None
                and _members(cls.members) != _members(other.members)
                and not {"encode", "decode", "DENC"} & set(cls.methods)
            ):
                found.add(cls.name)
        old_functions = {each.name: each.body for each in before.functions}
        for function in after.functions:
            short = function.name.rsplit("::", 1)[-1]
            if ("code" in short or "bufferlist" in str(function.params)) and short not in (
                "encode",
                "decode",
                "encode_payload",
                "decode_payload",
            ):
                if function.name in old_functions and _lineless(old_functions[function.name]) != _lineless(function.body):
                    found.add(function.name)
    return frozenset(name.rsplit("::", 1)[-1] for name in found if len(name.rsplit("::", 1)[-1]) > 2)


def _members(members: dict[str, tuple[str, int, object]]) -> list[tuple[str, str]]:
    return [(name, kind) for name, (kind, _, _) in members.items()]


def _lineless(node: object) -> object:
    """Return a body without its line numbers."""
    if isinstance(node, tuple):
        if len(node) > 1 and isinstance(node[0], str) and isinstance(node[1], int) and node[0] not in ("num",):
            return (node[0], *(_lineless(each) for each in node[2:]))
        return tuple(_lineless(each) for each in node)
    return node


def _users(release: Release, symbols: frozenset[str], known: set[str]) -> list[str]:
    """Return the files with encoders that mention one of `symbols`, at most MAX_USERS for each."""
    if not symbols:
        return []
    pattern = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(symbols)) + rb")\b")
    shared, corpus = release.corpus.shared, release.corpus
    paths = [path for path in release.marked() if path not in known]
    sources = shared.read([corpus.paths[path] for path in paths])
    found: dict[str, list[str]] = {}
    for path in paths:
        for name in {each.decode() for each in pattern.findall(sources.get(corpus.paths[path], b""))}:
            found.setdefault(name, []).append(path)
    return sorted({path for users in found.values() if len(users) <= MAX_USERS for path in users})


def _mentions(release: Release, name: str, symbols: frozenset[str]) -> bool:
    """Tell whether a codec's functions or its class's members mention one of `symbols`."""
    reference = release.codecs.reference(name)
    if reference is None:
        return False
    text = str([body[0].body for body in (reference.encoder, reference.decoder) if body is not None])
    found = release.codecs.types.class_of(reference.owner) if reference.owner is not None else None
    if found is not None:
        text += str([kind for kind, _, _ in found[0].members.values()]) + str(found[0].bases)
    return any(re.search(rf"\b{re.escape(symbol)}\b", text) for symbol in symbols)


def users_of(release: Release, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (container, contained) for every codec that directly holds one of `names`."""
    from compatlint.notations.ceph.codecs import uses

    wanted = {name: None for name in names}
    shorts = frozenset(name.split("<")[0].rsplit("::", 1)[-1] for name in wanted)
    found = []
    for path in _users(release, shorts, set()):
        for reference in release.codecs.in_paths([path]):
            if not _mentions(release, reference.name, shorts):
                continue
            codec = release.codecs.codec(reference.name)
            found.extend((reference.name, inner) for inner in (uses(codec) if codec is not None else ()) if inner in wanted)
    return found


def find(release: Release, name: str) -> list[str]:
    """Return the codecs that a user's name means: the exact one, or all with that last part."""
    exact = release.codecs.reference(name)
    short = name.split("<")[0].rsplit("::", 1)[-1]
    release.corpus.need(short)
    paths = {path for cls, path in release.corpus.classes.get(short, ())}
    paths.update(path for key in (short, f"{short}()") for path in release.corpus.where.get(key, ()))
    names = {each.name for each in release.codecs.in_paths(paths) if each.name == name or each.name.endswith("::" + name)}
    if exact is not None:
        names.add(exact.name)
    return sorted(names)
