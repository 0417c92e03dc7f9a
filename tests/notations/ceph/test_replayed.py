"""Decoders run over bytes that the tests pack by hand: what real objects ask of the programs."""

# ruff: noqa: E501  (a structure of the sources under test stays on one line)

from __future__ import annotations

from compatlint.wire.concrete.decode_object import Replay, replay
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


FRIEND = """
struct node_t { uint64_t ino; std::vector<uint32_t> extents;
  DENC_HELPERS
  void bound_encode(size_t& p) const { _denc_friend(*this, p); }
  void encode(bufferlist::contiguous_appender& p) const { _denc_friend(*this, p); }
  void decode(buffer::ptr::const_iterator& p) { _denc_friend(*this, p); }
  template<typename T, typename P> friend std::enable_if_t<std::is_same_v<node_t, std::remove_const_t<T>>> _denc_friend(T& v, P& p) {
    DENC_START(1, 1, p); denc_varint(v.ino, p); denc(v.extents, p); DENC_FINISH(p); } };
"""


def test_a_friend_stands_for_all_three_functions_of_denc() -> None:
    assert read(FRIEND, "node_t", "0101 0a000000 8101 01000000 05000000").outcome == "exact"
    assert understood(alone(FRIEND, "node_t"))


OWN_CONTAINER = """
struct extent_t { uint64_t offset;
  DENC(extent_t, v, p) { denc(v.offset, p); } };
WRITE_CLASS_DENC(extent_t)
typedef std::vector<extent_t> Extents;
template<>
struct denc_traits<Extents> {
  static void encode(const Extents& v, bufferlist::contiguous_appender& p) { denc_varint(v.size(), p); for (auto& i : v) { denc(i, p); } }
  static void decode(Extents& v, bufferptr::const_iterator& p) { unsigned num; denc_varint(num, p); v.clear(); v.resize(num); for (unsigned i = 0; i < num; ++i) { denc(v[i], p); } }
};
struct op_t { uint8_t op; Extents extents; bufferlist data;
  DENC(op_t, v, p) { denc(v.op, p); denc(v.extents, p); denc(v.data, p); } };
"""


def test_a_container_with_traits_of_its_own_is_counted_their_way() -> None:
    assert read(OWN_CONTAINER, "op_t", "01 02" + "07" * 16 + "01000000 61").outcome == "exact"
    assert understood(alone(OWN_CONTAINER, "op_t"))


COUNTED_DOWN = """
struct refs_t { std::map<int64_t, uint8_t> refs;
  void decode(bufferlist::const_iterator& p) { uint32_t n; decode(n, p);
    if (n) { int64_t pos; decode(pos, p); decode(refs[pos], p); while (--n) { int64_t delta; decode(delta, p); pos += delta; decode(refs[pos], p); } } }
  void encode(bufferlist& bl) const; };
"""


def test_a_number_lowered_before_it_is_asked_gives_one_round_less() -> None:
    assert read(COUNTED_DOWN, "refs_t", "00000000").outcome == "exact"
    assert read(COUNTED_DOWN, "refs_t", "02000000" + ("01" + ZERO * 7 + "09") * 2).outcome == "exact"


FACTORY = """
class Shape { public: class Params {
 public:
  class Impl { public: virtual ~Impl() {} virtual void encode(bufferlist& bl) const {} virtual void decode(bufferlist::const_iterator& p) {} virtual int kind() const = 0; };
  boost::scoped_ptr<Impl> impl;
  bool create(int type);
  void encode(bufferlist& bl) const { if (impl) { encode((__u8)impl->kind(), bl); impl->encode(bl); } else { encode((__u8)0, bl); } }
  void decode(bufferlist::const_iterator& p) { __u8 type; decode(type, p); if (!create(type)) throw buffer::malformed_input("unknown"); if (impl) impl->decode(p); } }; };
class Round { public: class Params : public Shape::Params::Impl { public: uint32_t radius; int kind() const override { return 2; }
  void encode(bufferlist& bl) const override { encode(radius, bl); } void decode(bufferlist::const_iterator& p) override { decode(radius, p); } }; };
class Point { public: class Params : public Shape::Params::Impl { public: int kind() const override { return 1; } }; };
bool Shape::Params::create(int type) {
  switch (type) { case 1: impl.reset(new Point::Params); break; case 2: impl.reset(new Round::Params); break; case 0: impl.reset(NULL); break; default: return false; }
  return true;
}
"""


def test_a_factory_chooses_the_class_whose_decoder_reads() -> None:
    assert [read(FACTORY, "Shape::Params", packed).outcome for packed in ("00", "01", "02 07000000")] == [
        "exact"
    ] * 3
    assert read(FACTORY, "Shape::Params", "09").outcome == "refused"


RAW = """
struct release_head { __le64 ino; __le32 caps; __le32 name_len; } __attribute__ ((packed));
WRITE_RAW_ENCODER(release_head)   // it's all little-endian
struct release_t { mutable release_head item; std::string name;
  void encode(bufferlist& bl) const { item.name_len = name.length(); encode(item, bl); encode_nohead(name, bl); }
  void decode(bufferlist::const_iterator& p) { decode(item, p); decode_nohead(item.name_len, name, p); } };
"""


def test_a_structure_copied_byte_by_byte_has_members() -> None:
    assert read(RAW, "release_t", "01" + ZERO * 11 + "03000000 616263").outcome == "exact"
    assert understood(alone(RAW, "release_t"))


CHECKED = """
struct sealed_t { bufferlist content; uint32_t crc; template <int N> struct pad { };
  void encode(bufferlist& bl) const { encode(content, bl); encode(crc, bl); }
  void decode(bufferlist::const_iterator& p) { decode(content, p); decode(crc, p); uint32_t actual = content.crc32c(-1);
    if (actual != crc) { std::ostringstream ss; ss << "bad crc " << actual; std::string s = ss.str(); throw buffer::malformed_input(s.c_str()); } } };
"""


def test_a_checksum_is_no_part_of_the_layout() -> None:
    assert read(CHECKED, "sealed_t", "01000000 61 efbeadde").outcome == "exact"


AMBIGUOUS = """
namespace one { struct Entry { uint8_t a; void encode(bufferlist& bl) const { encode(a, bl); } void decode(bufferlist::const_iterator& p) { decode(a, p); } }; }
namespace two { struct Entry { uint16_t a; void encode(bufferlist& bl) const { encode(a, bl); } void decode(bufferlist::const_iterator& p) { decode(a, p); } }; }
template <uint8_t S> struct digest_t { constexpr static uint32_t SIZE = S; unsigned char v[S];
  void encode(bufferlist& bl) const { std::array<unsigned char, SIZE> all; encode(all, bl); } void decode(bufferlist::const_iterator& p) { std::array<unsigned char, SIZE> all; decode(all, p); } };
using short_digest_t = digest_t<4>;
WRITE_CLASS_ENCODER(short_digest_t)
"""


def test_a_name_of_several_classes_is_none_of_them_and_an_alias_is_what_it_stands_for() -> None:
    codecs = release(AMBIGUOUS)
    assert codecs.reference("Entry") is None
    assert codecs.reference("two::Entry") is not None
    assert read(AMBIGUOUS, "short_digest_t", "01020304").outcome == "exact"


RESIZED = """
struct point_t { uint16_t at; void decode(__u8 version, bufferlist::const_iterator& p) { if (version == 0) { uint8_t old; decode(old, p); at = old; } else { decode(at, p); } }
  void decode(bufferlist::const_iterator& p) { decode(1, p); } void encode(bufferlist& bl) const { encode(at, bl); } };
struct path_t { std::vector<point_t> points;
  void encode(bufferlist& bl) const { __u32 n = points.size(); encode(n, bl); for (auto& each : points) each.encode(bl); }
  void decode(bufferlist::const_iterator& p) { __u32 n; decode(n, p); points.resize(n); for (auto& each : points) { each.decode(p); } } };
"""


def test_a_container_made_large_enough_is_filled_by_a_loop_over_it() -> None:
    assert read(RESIZED, "path_t", "02000000 0100 0200").outcome == "exact"
    assert read(RESIZED, "point_t", "0100").outcome == "exact"
    assert understood(alone(RESIZED, "path_t"))
