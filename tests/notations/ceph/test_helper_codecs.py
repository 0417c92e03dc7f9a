"""Functions that a class's own encode and decode call are judged there, unless somebody else calls them, too."""

from __future__ import annotations

import pytest

from compatlint.notations.ceph.affected_codecs import candidates
from compatlint.notations.ceph.declarations import Shared
from compatlint.notations.ceph.release import CephRelease
from tests.notations.ceph.made import alone, release, understood

MAP = """
struct map_t {
  uint32_t epoch; std::string name;
  void encode_name(bufferlist& bl) const { encode(name, bl); }
  void decode_name(bufferlist::const_iterator& p) { decode(name, p); }
  void encode_classic(bufferlist& bl) const { encode(epoch, bl); encode_name(bl); }
  void decode_classic(bufferlist::const_iterator& p) { decode(epoch, p); decode_name(p); }
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode_classic(bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode_classic(p); DECODE_FINISH(p); }
};
"""
OTHER = """
struct map_t::delta_t {
  uint64_t change;
  void encode_classic(bufferlist& bl) const { encode(change, bl); }
  void decode_classic(bufferlist::const_iterator& p) { decode(change, p); }
  void encode(bufferlist& bl) const { encode_classic(bl); }
  void decode(bufferlist::const_iterator& p) { decode_classic(p); }
};
"""
SENDS = "void Peer::send(map_t& m) { bufferlist bl; m.encode_classic(bl); post(bl); }\n"
TAKES = "void Peer::take(map_t& m, bufferlist& bl) { auto p = bl.cbegin(); m->decode_classic(p); }\n"


def names(files: dict[str, str]) -> set[str]:
    return {each.name for each in release(files).in_paths(["src/one.h"])}


def test_what_the_class_s_own_encode_calls_is_a_part_of_it() -> None:
    assert names({"src/one.h": MAP}) == {"map_t"}
    assert understood(alone(MAP, "map_t"))


def test_another_class_s_function_of_that_name_is_another() -> None:
    assert names({"src/one.h": MAP + OTHER}) == {"map_t", "map_t::delta_t"}


@pytest.mark.parametrize(("more", "kept"), [(SENDS, False), (TAKES, False), (SENDS + TAKES, True)])
def test_both_sides_must_be_called_from_outside(more: str, kept: bool) -> None:
    found = names({"src/one.h": MAP, "src/peer.cc": more})
    assert found == ({"map_t", "map_t::encode_classic"} if kept else {"map_t"})


def test_a_method_of_the_class_that_is_no_codec_is_outside() -> None:
    uses = MAP.replace(
        "};\n",
        "  void save() { bufferlist bl; encode_classic(bl); auto p = bl.cbegin(); decode_classic(p); }\n};\n",
    )
    assert names({"src/one.h": uses}) == {"map_t", "map_t::encode_classic"}


def test_a_pair_that_only_one_side_of_the_class_calls_stays_by_itself() -> None:
    half = MAP.replace(
        "DECODE_START(1, p); decode_classic(p);", "DECODE_START(1, p); decode(epoch, p); decode(name, p);"
    )
    assert names({"src/one.h": half}) >= {"map_t", "map_t::encode_classic"}


def test_a_change_in_a_part_is_a_change_of_the_whole() -> None:
    blobs = {"old": MAP, "new": MAP.replace("encode(name, bl);", "encode(name, bl); encode(epoch, bl);")}
    shared = Shared(lambda ids: {each: blobs[each].encode() for each in ids})
    old, new = (CephRelease(each, {"src/one.h": each}, shared) for each in blobs)
    assert candidates(old, new, ["src/one.h"]) == ["map_t"]
