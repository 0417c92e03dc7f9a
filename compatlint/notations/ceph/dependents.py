"""The codecs that are made of something: those in the files that mention its name."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Mapping

from compatlint.notations.ceph.release import CephRelease
from compatlint.notations.ceph.text_index import Declaration, about, codec_mentions, mentioning, says, text_of
from compatlint.notations.languages.cpp.file_facts import ClassFacts
from compatlint.wire.ir.steps import uses

MAX_USERS = 40  # files that may use a name before it is too common to tell anything
FEW = 8  # names that are found faster one by one


def containers(release: CephRelease, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (container, contained) for every codec that directly holds one of `names`."""
    wanted = dict.fromkeys(names)
    shorts = frozenset(name.split("<")[0].rsplit("::", 1)[-1] for name in wanted)
    paths = release.marked()
    sources = release.corpus.shared.contents(release.corpus.paths[path] for path in paths)
    told = {blob: search(source, shorts) for blob, source in sources.items()}
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys(
        name for path in users(release, paths, told) for name in using(release, path, shorts)
    ):
        codec = release.codecs.codec(name)
        found.extend((name, inner) for inner in (uses(codec) if codec is not None else ()) if inner in wanted)
    return found


def users(release: CephRelease, paths: Iterable[str], told: Mapping[str, Collection[bytes]]) -> list[str]:
    """Return those of `paths` that mention something, by what each blob does.

    At most MAX_USERS for each name.
    """
    found: dict[bytes, list[str]] = {}
    for path in paths:
        for name in told.get(release.corpus.paths[path], ()):
            found.setdefault(name, []).append(path)
    return sorted({path for some in found.values() if len(some) <= MAX_USERS for path in some})


@functools.lru_cache(maxsize=1 << 12)
def search(source: bytes, symbols: frozenset[str]) -> frozenset[bytes]:
    """Return the symbols that a text mentions; most files are the same text in both releases."""
    if not symbols or (len(symbols) <= FEW and not any(name.encode() in source for name in symbols)):
        return frozenset()
    return frozenset(_pattern(symbols).findall(source))


@functools.lru_cache(maxsize=8)
def _pattern(symbols: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(symbols)) + rb")\b")


def using(release: CephRelease, path: str, symbols: frozenset[str]) -> list[str]:
    """Return the codecs of a file whose functions or members mention one of `symbols`."""
    mention = mentioning(symbols)
    corpus = release.corpus
    pieces = corpus.shared.outline(corpus.paths[path]).pieces
    told = {number for number, piece in enumerate(pieces) if says(piece, symbols)}
    holders = {
        each.name
        for facts in corpus.enter(path, sorted(told))
        for each in facts.classes
        if mention(text_of(each))
    }
    shorts = frozenset(name.rsplit("::", 1)[-1] for name in holders)
    around = {number for number, piece in enumerate(pieces) if shorts and says(piece, shorts)}

    def mentioned(each: Declaration) -> bool:
        return (
            each.name in holders
            if isinstance(each, ClassFacts)
            else mention(text_of(each)) or about(each, shorts | symbols)
        )

    found = release.codecs.in_pieces({path: corpus.enter(path, sorted(told | around))}, mentioned)
    return [each.name for each in found if codec_mentions(release, each.name, mention)]
