"""What a codec is does not depend on what was read before it."""

from __future__ import annotations

import random

import pytest

from compatlint.notations.ceph.codecs import Codecs
from compatlint.notations.ceph.declarations import Declarations
from compatlint.wire.ir.steps import Item, Unclear, When, walk
from compatlint.wire.ir.terms import show
from compatlint.wire.ir.types import U64, describe
from tests.notations.ceph.made import release

FILES = {
    "src/msg/Message.h": """
class Message {
public:
  void encode_trace(bufferlist& bl, uint64_t features) const;
};
template<class T, class M = Message>
class Instance : public M {
public:
  int unused;
};
""",
    "src/msg/Message.cc": """
void Message::encode_trace(bufferlist& bl, uint64_t features) const
{
  uint32_t trace_id = 0;
  encode(trace_id, bl);
}
""",
    "src/messages/MPing.h": """
class MPing : public Instance<MPing> {
public:
  uint64_t stamp;
  void encode_payload(uint64_t features) override {
    encode(stamp, payload);
    encode_trace(payload, features);
  }
  void decode_payload() override {
    auto p = payload.cbegin();
    decode(stamp, p);
    uint32_t trace_id;
    decode(trace_id, p);
  }
};
""",
    "src/common/sizes.h": """
static inline uint64_t rounded(uint64_t bytes)
{
  return (bytes + 1023) / 1024;
}
""",
    "src/osd/quota.h": """
struct quota_t {
  uint64_t most;
  void encode(bufferlist& bl) const {
    ENCODE_START(1, 1, bl);
    encode(rounded(most), bl);
    ENCODE_FINISH(bl);
  }
  void decode(bufferlist::const_iterator& p) {
    DECODE_START(1, p);
    decode(most, p);
    DECODE_FINISH(p);
  }
};
""",
    "src/osd/other.h": """
struct event_t {
  virtual void encode(bufferlist& bl, uint64_t features) const = 0;
  void encode_with_header(bufferlist& bl, uint64_t features) {
    uint32_t kind = 7;
    encode(kind, bl);
    encode(bl, features);
  }
};
struct held_t {
  uint32_t a;
  void encode(bufferlist& bl, uint64_t features) const;
  void decode(bufferlist::const_iterator& p);
};
""",
    "src/osd/other.cc": """
void held_t::encode(bufferlist& bl, uint64_t features) const
{
  encode(a, bl);
}

void held_t::decode(bufferlist::const_iterator& p)
{
  decode(a, p);
}

void encode(const loose_t& loose, bufferlist& bl)
{
  encode(loose.a, bl);
}
""",
    # of one piece with a codec: a function and a constant that the index of names does not know
    "src/os/scaled.h": """
struct piece_t { uint32_t a; void encode(bufferlist& bl) const { encode(a, bl); }
  void decode(bufferlist::const_iterator& p) { decode(a, p); } }; uint16_t scaled(uint64_t bytes) { return bytes / 512; }
static const unsigned long long int MOST = 4;
""",
    "src/mon/user.h": """
struct user_t {
  uint64_t size;
  void encode(bufferlist& bl) const {
    encode(scaled(size), bl);
    encode((uint32_t)MOST, bl);
  }
  void decode(bufferlist::const_iterator& p) {
    uint16_t blocks;
    decode(blocks, p);
    uint32_t most;
    decode(most, p);
  }
};
""",
    "src/rbd/swap.cc": """
namespace {

bool swapped(__u8 version)
{
  return version == 0;
}

} // anonymous namespace

void entry_t::encode(bufferlist& bl) const
{
  encode((uint8_t)1, bl);
  encode(id, bl);
}

void entry_t::decode(bufferlist::const_iterator& p)
{
  __u8 version;
  decode(version, p);
  decode(id, p);
  if (swapped(version)) {
    decode(again, p);
  }
}
""",
    "src/rbd/swap.h": """
struct entry_t {
  uint32_t id, again;
  void encode(bufferlist& bl) const;
  void decode(bufferlist::const_iterator& p);
};
""",
}
NAMES = ("MPing", "quota_t", "event_t::encode_with_header", "held_t", "entry_t", "piece_t", "user_t")


def _fresh(whole: Codecs) -> Codecs:
    """Return the codecs of the same release, before anything of it was read."""
    return Codecs(Declarations("commit", whole.corpus.paths, whole.corpus.shared))


@pytest.mark.parametrize("seed", range(12))
def test_codecs_are_the_same_in_every_order(seed: int) -> None:
    whole = release(FILES)
    names = sorted({*NAMES, *(each.name for each in whole.in_paths(FILES))})
    expected = {name: whole.codec(name) for name in names}
    order = random.Random(seed).sample(names, len(names))
    again = _fresh(whole)
    assert {name: again.codec(name) for name in order} == expected


def test_a_function_of_the_same_file_is_known() -> None:
    codec = _fresh(release(FILES)).codec("entry_t")
    assert codec is not None
    (test,) = (step.test for step in walk(codec.decoder or ()) if isinstance(step, When))
    assert show(test) == "(version == 0)"


def _written(name: str) -> tuple[list[str], list[str]]:
    codec = _fresh(release(FILES)).codec(name)
    assert codec is not None
    assert codec.encoder is not None
    steps = list(walk(codec.encoder))
    values = [step.name.rpartition(".")[2] for step in steps if isinstance(step, Item)]
    return values, [step.text for step in steps if isinstance(step, Unclear)]


def test_a_base_that_only_a_default_names_is_looked_through() -> None:
    values, unclear = _written("MPing")
    assert values[0] == "stamp"
    assert values[-1].endswith("trace_id")
    assert not unclear


def test_an_inline_function_of_another_header_is_known() -> None:
    codec = _fresh(release(FILES)).codec("quota_t")
    assert codec is not None
    (item,) = (step for step in walk(codec.encoder or ()) if isinstance(step, Item))
    assert item.type == U64


def test_what_a_derived_class_writes_is_not_guessed() -> None:
    values, unclear = _written("event_t::encode_with_header")
    assert len(values) == 1
    assert unclear == ["call of encode"]


def test_a_class_and_an_alias_of_one_name_are_told_apart_by_how_near_they_are() -> None:
    """A C interface in a folder below has a typedef of the name; the class is in the folder itself."""
    files = {
        "src/include/object.h": """
struct snapid_t {
  uint64_t val;
};
inline void encode(snapid_t i, bufferlist& bl) { encode(i.val, bl); }
inline void decode(snapid_t& i, bufferlist::iterator& p) { decode(i.val, p); }
""",
        "src/include/api/plain.h": "typedef struct _snapid_t {\n  char text[12];\n} snapid_t;\n",
        "src/include/intervals.h": """
template<class T>
struct intervals {
  std::map<T, T> m;
  void encode_nohead(bufferlist& bl) const { encode_nohead(m, bl); }
  void decode_nohead(int n, bufferlist::iterator& p) { decode_nohead(n, m, p); }
};
""",
        "src/osd/pool.h": """
struct pool_t {
  intervals<snapid_t> removed;
  void encode(bufferlist& bl) const { __u32 n = removed.m.size(); encode(n, bl); removed.encode_nohead(bl); }
  void decode(bufferlist::iterator& p) { __u32 n; decode(n, p); removed.decode_nohead(n, p); }
};
""",
    }
    found = release(files).codec("pool_t")
    assert found is not None
    kinds = {
        describe(step.type)
        for side in (found.encoder, found.decoder)
        for step in walk(side or ())
        if isinstance(step, Item)
    }
    assert kinds == {"u32", "map<snapid_t, snapid_t>"}
