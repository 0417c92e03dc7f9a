"""Decoders run over bytes that the tests pack by hand: what real objects ask of the programs."""

# ruff: noqa: E501  (a structure of the sources under test stays on one line)

from __future__ import annotations

from compatlint.wire.replay import Replay, replay
from tests.notations.ceph.made import alone, codec, release, understood

ZERO = "00"


def read(source: str, name: str, packed: str) -> Replay:
    """Decode bytes given as hexadecimal digits with a codec of a release of one file."""
    codecs = release(source)
    return replay(codec(codecs, name), bytes.fromhex(packed), codecs.codec)


SECRET = """
struct secret_t { uint16_t type; bufferptr secret;
  int set_secret(int t, const bufferptr& s);
  void encode(bufferlist& bl) const { encode(type, bl); __u16 len = secret.length(); encode(len, bl); bl.append(secret); }
  void decode(bufferlist::const_iterator& p) { decode(type, p); __u16 len; decode(len, p); bufferptr tmp; p.copy_deep(len, tmp);
    if (set_secret(type, tmp) < 0) throw buffer::malformed_input("malformed secret"); } };
"""


def test_a_check_by_code_that_is_not_known_does_not_stop_the_reader() -> None:
    assert read(SECRET, "secret_t", "0100 0300 616263").outcome == "exact"
    assert understood(alone(SECRET, "secret_t"))


ADDRESS = """
struct peer_t { uint32_t nonce; uint8_t data[26]; size_t room() const { switch (nonce) { case 1: return 16; } return 28; }
  void encode(bufferlist& bl) const { encode(nonce, bl); __u32 len = room(); encode(len, bl); bl.append(data, len); }
  void decode(bufferlist::const_iterator& p) { decode(nonce, p); __u32 len; decode(len, p);
    if (len > room() - sizeof(uint16_t)) throw buffer::malformed_input("too long");
    p.copy(len, data); } };
"""


def test_a_length_checked_against_a_computed_one_is_the_one_that_was_read() -> None:
    assert read(ADDRESS, "peer_t", "01000000 02000000 aabb").outcome == "exact"


NUMBERS = """
#define NO_SNAP ((uint64_t)(-2))
struct snap_id { uint64_t val; void encode(bufferlist& bl) const { encode(val, bl); } void decode(bufferlist::const_iterator& p) { decode(val, p); } };
struct placed_t { int64_t pool; uint32_t hash; snap_id snap; uint8_t extra;
  void encode(bufferlist& bl) const { encode(pool, bl); encode(hash, bl); encode(snap, bl); if (pool == -1 && hash == -1 && snap == NO_SNAP) encode(extra, bl); }
  void decode(bufferlist::const_iterator& p) { decode(pool, p); decode(hash, p); decode(snap, p); if (pool == -1 && hash == -1 && snap == NO_SNAP) decode(extra, p); } };
"""
MINUS_ONE, MINUS_TWO = "ff" * 8, "fe" + "ff" * 7


def test_negative_numbers_are_as_wide_as_what_they_are_compared_with() -> None:
    assert read(NUMBERS, "placed_t", f"{MINUS_ONE} ffffffff {MINUS_TWO} 07").outcome == "exact"
    assert read(NUMBERS, "placed_t", f"{MINUS_ONE} ffffffff {MINUS_ONE}").outcome == "exact"
    assert read(NUMBERS, "placed_t", f"{MINUS_ONE} feffffff {MINUS_TWO}").outcome == "exact"
    assert understood(alone(NUMBERS, "placed_t"))


PEEKED = """
struct old_layout { __le32 unit; __le32 count; } __attribute__ ((packed));
WRITE_RAW_ENCODER(old_layout)
struct layout_t { uint32_t unit; uint32_t count; std::string pool;
  void encode(bufferlist& bl) const { ENCODE_START(2, 2, bl); encode(unit, bl); encode(count, bl); encode(pool, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) {
    if (*p == 0) { old_layout o; decode(o, p); unit = o.unit; return; }
    DECODE_START(2, p); decode(unit, p); decode(count, p); decode(pool, p); DECODE_FINISH(p); } };
"""


def test_a_byte_that_is_looked_at_chooses_the_layout() -> None:
    assert read(PEEKED, "layout_t", "0000400001000000").outcome == "exact"
    assert read(PEEKED, "layout_t", "0202 0c000000 00004000 01000000 00000000").outcome == "exact"
    assert understood(alone(PEEKED, "layout_t"))


ANONYMOUS = """
struct uuid_id { boost::uuids::uuid uuid; void encode(bufferlist& bl) const { ceph::encode_raw(uuid, bl); } void decode(bufferlist::const_iterator& p) { ceph::decode_raw(uuid, p); } };
struct placement_t { struct { std::string data; uint16_t mode; } explicit_; uuid_id id; uid_t owner;
  void encode(bufferlist& bl) const { encode(explicit_.data, bl); encode(explicit_.mode, bl); encode(id, bl); encode(owner, bl); }
  void decode(bufferlist::const_iterator& p) { decode(explicit_.data, p); decode(explicit_.mode, p); decode(id, p); decode(owner, p); } };
"""


def test_members_of_a_nameless_structure_have_their_types() -> None:
    assert read(ANONYMOUS, "placement_t", "01000000 61 0200" + ZERO * 16 + "e8030000").outcome == "exact"
