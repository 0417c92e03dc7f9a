"""The order in which a project learnt its features: who knows a newer one knows every older one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from compatlint.notations.ceph.declarations import Declarations

REACH = 2  # a release works with daemons of up to two releases before it: doc/releases, "Upgrading"
_DEFINED = re.compile(
    r"^DEFINE_CEPH_FEATURE(?:_RETIRED|_DEPRECATED)?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\w+)", re.M
)
_OLDER_FORM = re.compile(r"^#define\s+CEPH_FEATURE_(\w+)\s+\(1ULL\s*<<\s*(\d+)\)", re.M)
_ANNOUNCED = re.compile(r"define\s+CEPH_FEATURES_ALL\b((?:.*\\\n)*.*)")
_RELEASE = re.compile(r"SERVER_([A-Z])[A-Z]+$")


@dataclass(frozen=True, slots=True)
class Order:
    """Features by age. `ranks` is higher for newer ones.

    `always` is the rank up to which every peer has them.
    """

    ranks: dict[str, int] = field(default_factory=dict)
    always: int = -1

    def rank(self, name: str) -> int | None:
        """Return a feature's rank, None if the release does not list it."""
        return self.ranks.get(name)

    def certain(self, name: str) -> bool:
        """Tell whether every daemon that this release may meet has a feature."""
        rank = self.ranks.get(name)
        return rank is not None and rank <= self.always


def order(corpus: Declarations) -> Order:
    """Return the features of a release by age.

    Bits were given out in order, and again from the start with the next incarnation; features that share a
    bit are one. Source: DEFINE_CEPH_FEATURE(bit, incarnation, name) and CEPH_FEATURES_ALL in
    src/include/ceph_features.h.
    """
    paths = corpus.where.get("CEPH_FEATURES_ALL", [])
    if not paths:
        return Order()
    blob = corpus.paths[paths[0]]
    source = corpus.shared.read([blob]).get(blob, b"").decode("utf-8", "replace")
    ranks = {name: 64 + int(bit) for name, bit in _OLDER_FORM.findall(source)}
    ranks |= {name: int(incarnation) * 64 + int(bit) for bit, incarnation, name in _DEFINED.findall(source)}
    listed = _ANNOUNCED.search(source)
    names = re.findall(r"CEPH_FEATURE(?:MASK)?_(\w+)", listed[1] if listed else "")
    letters = {found[1]: name for name in names if (found := _RELEASE.match(name))}
    oldest = chr(ord(max(letters)) - REACH) if letters else ""
    return Order(ranks, ranks.get(letters.get(oldest, ""), -1))
