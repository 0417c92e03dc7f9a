"""The library as a program uses it: a path and two revisions in, a comparison out."""

from __future__ import annotations

from pathlib import Path

from compatlint.compare import compare
from compatlint.sources.cache import Cache
from tests.gitbox import GitBox

BEFORE = """
struct Parcel {
  uint64_t id;
  uint32_t weight;
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(id, bl); encode(weight, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode(id, p); decode(weight, p); DECODE_FINISH(p); }
};
"""


def test_a_path_and_two_revisions_are_enough(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    box.commit({"src/parcel.h": BEFORE}, tag="v1.0.0")
    box.commit({"src/parcel.h": BEFORE.replace("uint32_t weight", "std::string weight")}, tag="v1.0.1")
    comparison = compare(tmp_path, "v1.0.0", "v1.0.1")
    assert [(each.codec, each.item) for each in comparison.findings] == [("Parcel", "weight")]
    assert compare(str(tmp_path), "v1.0.0", "v1.0.0").findings == ()


def test_a_waiver_that_waives_nothing_warns_though_nothing_breaks(tmp_path: Path) -> None:
    box = GitBox(tmp_path / "repo")
    box.commit({"src/parcel.h": BEFORE, "shop/rpcapi.py": "a = 1\n"}, tag="v1.0.0")
    waiver = "// compatlint: waive item-moved -- nobody reads it\n"
    changed = {
        "src/parcel.h": waiver + BEFORE,
        "shop/rpcapi.py": "# compatlint: waive rpc-argument-added -- not shipped\na = 2\n",
    }
    box.commit(changed, tag="v1.0.1")
    cache = Cache(tmp_path / "cache")
    for _ in range(2):  # asked anew, and as it was answered before
        warnings = compare(tmp_path / "repo", "v1.0.0", "v1.0.1", cache=cache).warnings
        assert [each.partition(": ")[0] for each in warnings] == ["src/parcel.h:1", "shop/rpcapi.py:1"]
        assert all("waives nothing" in each for each in warnings)
