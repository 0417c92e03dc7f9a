"""Features are bits: two names of one bit are one feature, whoever announces which."""

from __future__ import annotations

import pytest

from compatlint.check.positional.compare import compare_codec
from compatlint.check.positional.feasibility import Side
from compatlint.notations.ceph.release import CephRelease
from compatlint.notations.ceph.source_store import Shared
from tests.notations.ceph.made import read_all

FEATURES = """
DEFINE_CEPH_FEATURE(57, 1, SERVER_JEWEL)
{more}
#define CEPH_FEATURES_ALL (CEPH_FEATURE_SERVER_JEWEL {announced})
"""
REPLY = """
class MReply : public Message {{
  int32_t result; std::string target; bool moved;
  MReply() : Message(79, {head}, 2) {{}}
  void encode_payload(uint64_t features) override {{ encode(result, payload); {writes} }}
  void decode_payload() override {{ auto p = payload.cbegin(); decode(result, p); {reads} }}
}};
"""
OLD = REPLY.format(head=6, writes="encode(target, payload);", reads="decode(target, p);")
NEW = REPLY.format(
    head=7,
    writes="if ((features & CEPH_FEATURE_SHORT) == 0) { header.version = 6; encode(target, payload); } "
    "else { encode(moved, payload); encode(target, payload); }",
    reads="if (header.version >= 7) decode(moved, p); decode(target, p);",
)


def side(reply: str, features: str) -> Side:
    """Return a release's view of the message."""
    paths, read = read_all({"src/messages/MReply.h": reply, "src/include/ceph_features.h": features})
    release = CephRelease("commit", paths, Shared(read))
    codec = release.codecs.codec("MReply")
    assert codec is not None
    return Side(codec, release.codecs.codec, release.features())


@pytest.mark.parametrize(
    ("old", "bit", "breaks"),
    [
        ("DEFINE_CEPH_FEATURE(58, 1, TUNABLES)", 58, True),  # another name of the same bit
        ("DEFINE_CEPH_FEATURE(58, 1, TUNABLES)", 59, False),
        ("DEFINE_CEPH_FEATURE(58, 2, TUNABLES)", 58, False),  # another incarnation of the bit
    ],
)
def test_a_peer_that_announces_the_bit_is_sent_the_new_layout(old: str, bit: int, breaks: bool) -> None:
    before = side(OLD, FEATURES.format(more=old, announced="| CEPH_FEATURE_TUNABLES"))
    more = f"{old}\nDEFINE_CEPH_FEATURE({bit}, 1, SHORT)"
    after = side(NEW, FEATURES.format(more=more, announced="| CEPH_FEATURE_TUNABLES | CEPH_FEATURE_SHORT"))
    causes = [cause for cause in compare_codec(before, after).causes if "downgrade" in map(str, cause.breaks)]
    assert bool(causes) is breaks
