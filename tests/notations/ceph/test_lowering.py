"""Functions to programs: names, types, frames and raw bytes that encoder and decoder spell differently."""

# ruff: noqa: E501  (a structure of the sources under test stays on one line)

from __future__ import annotations

import pytest

from compatlint.check.positional.self_check import check_itself as check
from compatlint.notations.ceph import codecs as codecs_module
from compatlint.notations.ceph.codecs import Codecs
from compatlint.wire.ir.steps import Open, walk
from tests.notations.ceph.made import alone, between, codec, items, outcomes, release, understood

HAND_WRITTEN = """
struct quota_t {
  uint64_t bytes; uint32_t files;
  void encode_old(bufferlist& bl) const { __u8 struct_v = VERSION; encode(struct_v, bl); encode(bytes, bl); }
  void encode(bufferlist& bl, uint64_t features) const {
    if ((features & CEPH_FEATURE_QUOTA2) == 0) { encode_old(bl); return; }
    ENCODE_START(4, 3, bl);
    encode(bytes, bl);
    encode(files, bl);
    ENCODE_FINISH(bl);
  }
  void decode(bufferlist::const_iterator& p) {
    DECODE_START_LEGACY_COMPAT_LEN(4, 3, 3, p);
    decode(bytes, p);
    if (struct_v >= 4) decode(files, p);
    DECODE_FINISH(p);
  }
};
WRITE_CLASS_ENCODER_FEATURES(quota_t)
"""


def test_a_version_written_by_hand_is_a_frame_without_oldest_and_length() -> None:
    assert understood(alone(HAND_WRITTEN.replace("VERSION", "2"), "quota_t"))


def test_a_hand_written_version_that_needs_a_longer_header_is_misread() -> None:
    assert outcomes(alone(HAND_WRITTEN.replace("VERSION", "3"), "quota_t")) == {"misread"}


def test_a_constant_is_read_byte_by_byte() -> None:
    source = """
    struct address_t {
      uint32_t nonce;
      void encode(bufferlist& bl) const { encode((__u32)0, bl); encode(nonce, bl); }
      void decode(bufferlist::const_iterator& p) { __u8 marker, more; __u16 rest; decode(marker, p); decode(more, p); decode(rest, p); decode(nonce, p); }
    };
    """
    assert understood(alone(source, "address_t"))
    assert outcomes(alone(source.replace("__u16 rest", "__u8 rest"), "address_t")) == {"misread"}


def test_raw_bytes_may_be_read_in_pieces_that_add_up() -> None:
    source = """
    struct socket_t {
      uint32_t length; char* start; uint16_t family; char* rest;
      void encode(bufferlist& bl) const { encode(length, bl); bl.append(start, length); }
      void decode(bufferlist::const_iterator& p) { decode(length, p); decode(family, p); length -= TAKEN; p.copy(length, rest); }
    };
    """
    assert understood(alone(source.replace("TAKEN", "2"), "socket_t"))
    assert not understood(alone(source.replace("TAKEN", "1"), "socket_t"))
    written = source.replace(
        "decode(family, p); length -= TAKEN; p.copy(length, rest);", "p.copy(length, rest);"
    )
    assert understood(alone(written, "socket_t"))


def test_a_value_that_is_handed_on_bears_the_name_of_where_it_goes() -> None:
    source = """
    struct flags_t {
      bool full, near_full;
      void encode(bufferlist& bl) const { encode(full, bl); encode(near_full, bl); }
      void decode(bufferlist::const_iterator& p) { bool tmp; decode(tmp, p); full = tmp; decode(tmp, p); near_full = tmp; }
    };
    """
    assert items(codec(release(source), "flags_t"), writing=False) == ["full", "near_full"]


def test_the_parameter_of_denc_is_this() -> None:
    macro = """
    struct extent_t {
      uint64_t offset; uint32_t length;
      DENC(extent_t, v, p) { DENC_START(1, 1, p); denc(v.offset, p); denc(v.length, p); DENC_FINISH(p); }
    };
    """
    friend = macro.replace(
        "DENC(extent_t, v, p)", "template<typename T, typename P> friend void _denc_friend(T& v, P& p)"
    )
    for source in (macro, friend):
        found = codec(release(source), "extent_t")
        assert items(found, writing=True) == items(found, writing=False) == ["offset", "length"]
        assert understood(alone(source, "extent_t"))
    assert understood(between(macro, friend, "extent_t"))


def test_the_object_of_a_free_function_is_this_wherever_it_is_handed() -> None:
    method = """
    struct point_t { uint32_t x, y;
      void encode(bufferlist& bl) const { encode(x, bl); encode(y, bl); } void decode(bufferlist::const_iterator& p) { decode(x, p); decode(y, p); } };
    """
    free = """
    struct point_t { uint32_t x, y; };
    inline void encode(const point_t& o, bufferlist& bl) { auto& same = o; encode(same.x, bl); encode_rest(o, bl); }
    inline void encode_rest(const point_t& it, bufferlist& bl) { encode(it.y, bl); }
    inline void decode(point_t& o, bufferlist::const_iterator& p) { decode(o.x, p); decode((&o)->y, p); }
    """
    for source in (method, free):
        found = codec(release(source), "point_t")
        assert items(found, writing=True) == items(found, writing=False) == ["x", "y"]
    assert understood(between(method, free, "point_t"))
    assert understood(between(free, method, "point_t"))


def test_a_strong_typedef_is_its_target() -> None:
    source = """
    BOOST_STRONG_TYPEDEF(uint64_t, gid_t)
    struct member_t {
      gid_t gid;
      void encode(bufferlist& bl) const { encode(gid, bl); }
      void decode(bufferlist::const_iterator& p) { decode(gid, p); }
    };
    """
    assert understood(alone(source, "member_t"))
    assert outcomes(between(source, source.replace("uint64_t, gid_t", "uint32_t, gid_t"), "member_t")) == {
        "misread"
    }


def test_a_member_class_under_another_name_is_compared_by_its_bytes() -> None:
    old = """
    struct meta_t { uint32_t id; void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(id, bl); ENCODE_FINISH(bl); }
      void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode(id, p); DECODE_FINISH(p); } };
    WRITE_CLASS_ENCODER(meta_t)
    struct filter_t { meta_t meta; void encode(bufferlist& bl) const { encode(meta, bl); } void decode(bufferlist::const_iterator& p) { decode(meta, p); } };
    """
    renamed = old.replace("meta_t", "pairs_t")
    assert understood(between(old, renamed, "filter_t"))
    assert outcomes(between(old, renamed.replace("uint32_t id", "uint64_t id"), "filter_t")) == {"misread"}


def test_an_encoder_that_only_aborts_is_none() -> None:
    source = "struct any_t { void encode(bufferlist& bl) const { ceph_abort(); } void decode(bufferlist::const_iterator& p) { decode(x, p); } };"
    assert codec(release(source), "any_t").encoder is None


def test_abstract_classes_are_what_is_derived_from_them() -> None:
    source = """
    struct store_t {
      class rep { public: virtual bool compact() const = 0; virtual void encode(bufferlist& bl) const = 0; virtual void decode(bufferlist::const_iterator& p) = 0; };
      std::unique_ptr<rep> kept;
      void encode(bufferlist& bl) const { __u8 code = kept->compact() ? 2 : 1; encode(code, bl); kept->encode(bl); }
      void decode(bufferlist::const_iterator& p) {
        __u8 code; decode(code, p);
        switch (code) { case 1: kept.reset(new plain_rep); kept->decode(p); break; case 2: kept.reset(new small_rep); kept->decode(p); break; default: ceph_abort(); }
      }
    };
    class plain_rep : public store_t::rep { uint64_t all; bool compact() const override { return false; }
      void encode(bufferlist& bl) const override { encode(all, bl); } void decode(bufferlist::const_iterator& p) override { decode(all, p); } };
    class small_rep : public store_t::rep { uint8_t few; bool compact() const override { return true; }
      void encode(bufferlist& bl) const override { encode(few, bl); } void decode(bufferlist::const_iterator& p) override { decode(few, p); } };
    """
    assert understood(alone(source, "store_t"))
    assert outcomes(
        between(
            source,
            source.replace("case 1: kept.reset(new plain_rep); kept->decode(p); break;", ""),
            "store_t",
        )
    ) == {"refused"}


def test_an_unexpected_error_leaves_one_codec_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Codecs, "raising", False)
    monkeypatch.setattr(codecs_module, "lower_function", broken)
    codecs = release(
        "struct one_t { void encode(bufferlist& bl) const { encode(a, bl); } void decode(bufferlist::const_iterator& p) { decode(a, p); } };"
    )
    assert "KeyError" in check(codec(codecs, "one_t"), codecs.codec).unread


RAW = """
struct moment_t {{
  struct {{ uint32_t sec, nsec; }} tv;
  void encode(bufferlist& bl) const {{ {} }}
  void decode(bufferlist::iterator& p) {{ {} }}
}};
"""
BY_MEMBER = RAW.format("encode(tv.sec, bl); encode(tv.nsec, bl);", "decode(tv.sec, p); decode(tv.nsec, p);")
BY_COPY = RAW.format(
    "bl.append((char *)(this), sizeof(__u32) + sizeof(__u32));",
    "p.copy(sizeof(__u32) + sizeof(__u32), (char *)(this));",
)


@pytest.mark.parametrize(
    ("writer", "reader"), [(BY_MEMBER, BY_COPY), (BY_COPY, BY_MEMBER), (BY_COPY, BY_COPY)]
)
def test_a_structure_that_is_copied_as_it_lies_in_memory_is_its_members(writer: str, reader: str) -> None:
    assert understood(between(writer, reader, "moment_t"))


def test_a_member_more_in_a_structure_that_is_copied_is_seen() -> None:
    more = BY_COPY.replace("uint32_t sec, nsec;", "uint16_t sec, nsec; uint32_t more;")
    assert outcomes(between(more, BY_COPY, "moment_t")) == {"misread"}


def test_small_integers_are_those_that_denc_writes_since() -> None:
    source = "struct node_t {{ uint64_t ino; int64_t at;\n{} }};"
    before = source.format(
        "void encode(bufferlist& bl) const { small_encode_varint(ino, bl); small_encode_signed_varint_lowz(at, bl); }"
        " void decode(bufferlist::iterator& p) { small_decode_varint(ino, p); small_decode_signed_varint_lowz(at, p); }"
    )
    after = source.format("DENC(node_t, v, p) { denc_varint(v.ino, p); denc_signed_varint_lowz(v.at, p); }")
    for one, other in ((before, after), (after, before)):
        assert understood(between(one, other, "node_t"))
    assert outcomes(between(before, after.replace("signed_varint_lowz", "lba"), "node_t")) == {"misread"}


def test_a_disagreement_about_a_loop_with_as_many_rounds_as_the_data_is_not_the_code_s() -> None:
    source = """
    struct node_t { uint64_t ino; uint32_t last;
      void encode(bufferlist& bl) const { uint64_t v = ino; uint8_t byte = v & 0x7f; v >>= 7;
        while (v) { byte |= 0x80; encode(byte, bl); byte = v & 0x7f; v >>= 7; } encode(byte, bl); encode(last, bl); }
      void decode(bufferlist::iterator& p) { uint8_t byte; decode(byte, p); ino = byte & 0x7f;
        while (byte & 0x80) { decode(byte, p); } decode(last, p); } };
    """
    codecs = release(source)
    found = check(codec(codecs, "node_t"), codecs.codec)
    assert found.causes == ()
    assert found.unread


def test_a_frame_that_no_semicolon_ends_is_a_frame() -> None:
    source = """
    struct header_t { uint64_t version;
      void encode(bufferlist& bl) const {
        ENCODE_START(1, 1, bl)
        encode(version, bl);
        ENCODE_FINISH(bl)
      }
      void decode(bufferlist::iterator& p) {
        DECODE_START_LEGACY_COMPAT_LEN(1, 1, 1, p) // as it always was
        ::decode(version, p);
        DECODE_FINISH(p);
      } };
    """
    assert understood(alone(source, "header_t"))
    found = codec(release(source), "header_t")
    assert items(found, writing=True) == items(found, writing=False) == ["version"]
    assert any(isinstance(step, Open) for step in walk(found.decoder or ()))


COMMANDS = """
struct command_t {{ std::string text; uint64_t flags;
  void encode(bufferlist& bl) const {{ encode(text, bl); }}
  void decode(bufferlist::iterator& p) {{ decode(text, p); }}
  static void encode_array(const command_t* cmds, int size, bufferlist& bl) {{
    ENCODE_START(1, 1, bl); uint16_t s = size; encode(s, bl); {}
    for (int i = 0; i < size; i++) encode(cmds[i].flags, bl);
    ENCODE_FINISH(bl); }}
  static void decode_array(command_t** cmds, int* size, bufferlist::iterator& p) {{
    DECODE_START(1, p); uint16_t s = 0; decode(s, p); *size = s; *cmds = new command_t[*size]; {}
    for (int i = 0; i < *size; i++) decode((*cmds)[i].flags, p);
    DECODE_FINISH(p); }} }};
"""


def test_an_array_without_a_length_is_its_elements() -> None:
    whole = COMMANDS.format("encode_array_nohead(cmds, size, bl);", "decode_array_nohead(*cmds, *size, p);")
    each = COMMANDS.format(
        "for (int i = 0; i < size; i++) encode(cmds[i].text, bl);",
        "for (int i = 0; i < *size; i++) decode((*cmds)[i].text, p);",
    )
    for writer in (whole, each):
        for reader in (whole, each):
            assert understood(between(writer, reader, "command_t::encode_array"))
    none = COMMANDS.format("", "")
    assert outcomes(between(whole, none, "command_t::encode_array")) == {"misread"}


def test_a_part_of_a_structure_that_is_copied_is_so_many_bytes() -> None:
    part = RAW.format("bl.append((char *)(this), sizeof(__u32));", "p.copy(sizeof(__u32), (char *)(this));")
    first = RAW.format("encode(tv.sec, bl);", "decode(tv.sec, p);")
    assert understood(between(part, first, "moment_t"))
    assert understood(between(first, part, "moment_t"))
    assert outcomes(between(part, BY_MEMBER, "moment_t")) == {"overread"}


def test_a_writer_that_asserts_which_class_it_holds_writes_no_other() -> None:
    source = """
    struct rep_t { virtual ~rep_t() {} virtual bool is_classic() const = 0;
      virtual void encode(bufferlist& bl) const = 0; virtual void decode(bufferlist::iterator& p) = 0; };
    struct simple_t : public rep_t { uint32_t a; bool is_classic() const override { return true; }
      void encode(bufferlist& bl) const override { encode(a, bl); }
      void decode(bufferlist::iterator& p) override { decode(a, p); } };
    struct compact_t : public rep_t { uint64_t b; uint64_t c; bool is_classic() const override { return false; }
      void encode(bufferlist& bl) const override { encode(b, bl); encode(c, bl); }
      void decode(bufferlist::iterator& p) override { decode(b, p); decode(c, p); } };
    struct holder_t { std::unique_ptr<rep_t> rep; uint64_t last;
      void encode(bufferlist& bl) const { assert(rep->is_classic()); rep->encode(bl); encode(last, bl); }
      void decode(bufferlist::iterator& p) { rep.reset(new simple_t); rep->decode(p); decode(last, p); } };
    """
    before = """
    struct holder_t { uint32_t a; uint64_t last;
      void encode(bufferlist& bl) const { encode(a, bl); encode(last, bl); }
      void decode(bufferlist::iterator& p) { decode(a, p); decode(last, p); } };
    """
    assert understood(between(source, before, "holder_t"))
    assert outcomes(between(source.replace("assert(rep->is_classic());", ""), before, "holder_t")) == {
        "misread"
    }
