"""The order in which a project learnt its features: who knows a newer one knows every older one."""

from __future__ import annotations

import re

from compatlint.notations.ceph.corpus import Corpus

_DEFINED = re.compile(r"^DEFINE_CEPH_FEATURE(?:_RETIRED|_DEPRECATED)?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\w+)", re.M)
_RELEASES = "SERVER_"


def ranks(corpus: Corpus) -> dict[str, int]:
    """Return a number for each feature, higher for newer ones, the same for features that share a bit.

    Bits were given out in order, and again from the start with the next incarnation.
    Source: DEFINE_CEPH_FEATURE(bit, incarnation, name) in src/include/ceph_features.h.
    """
    paths = corpus.where.get("CEPH_FEATURES_ALL", [])
    if not paths:
        return {}
    blob = corpus.paths[paths[0]]
    source = corpus.shared.read([blob]).get(blob, b"").decode("utf-8", "replace")
    return {name: int(incarnation) * 64 + int(bit) for bit, incarnation, name in _DEFINED.findall(source)}


def rank(name: str, known: dict[str, int]) -> int | None:
    """Return a feature's number; features named after releases, which go by the alphabet, have one without a table."""
    if name in known:
        return known[name]
    return 1000 + ord(name[len(_RELEASES)]) if name.startswith(_RELEASES) and len(name) > len(_RELEASES) else None
