"""Bytes without an encode and a decode of one class.

Visitors, messages, envelopes, buffers of ordinary functions.
"""

# ruff: noqa: E501  (a structure of the sources under test stays on one line)

from __future__ import annotations

from compatlint.check.positional.compare import compare_codec
from compatlint.check.positional.feasibility import Side
from tests.notations.ceph.made import alone, between, codec, outcomes, release, understood

EVENTS = """
enum Kind { KIND_CREATE = 0, KIND_RENAME = 1 };
struct CreateEvent { static const Kind KIND = KIND_CREATE; uint64_t id;
  void encode(bufferlist& bl) const { encode(id, bl); }
  void decode(__u8 version, bufferlist::const_iterator& p) { decode(id, p); } };
struct RenameEvent { static const Kind KIND = KIND_RENAME; std::string name; std::string old_name;
  void encode(bufferlist& bl) const { encode(name, bl); OLD_WRITTEN }
  void decode(__u8 version, bufferlist::const_iterator& p) { decode(name, p); OLD_READ } };
struct UnknownEvent { static const Kind KIND = static_cast<Kind>(-1);
  void encode(bufferlist& bl) const { ceph_abort(); } void decode(__u8 version, bufferlist::const_iterator& p) {} };
typedef boost::variant<CreateEvent, RenameEvent, UnknownEvent> Event;
class WriteVisitor : public boost::static_visitor<void> { bufferlist& m_bl; public: explicit WriteVisitor(bufferlist& bl) : m_bl(bl) {}
  template <typename T> void operator()(const T& t) const { encode(static_cast<uint32_t>(T::KIND), m_bl); t.encode(m_bl); } };
class ReadVisitor : public boost::static_visitor<void> { __u8 m_version; bufferlist::const_iterator& m_p;
 public: ReadVisitor(__u8 version, bufferlist::const_iterator& p) : m_version(version), m_p(p) {}
  template <typename T> void operator()(T& t) const { t.decode(m_version, m_p); } };
struct Entry { Event event;
  void encode(bufferlist& bl) const { ENCODE_START(VERSION, 1, bl); boost::apply_visitor(WriteVisitor(bl), event); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) {
    DECODE_START(1, p);
    uint32_t kind; decode(kind, p);
    switch (kind) { case KIND_CREATE: event = CreateEvent(); break; case KIND_RENAME: event = RenameEvent(); break; default: event = UnknownEvent(); break; }
    boost::apply_visitor(ReadVisitor(struct_v, p), event);
    DECODE_FINISH(p);
  } };
"""
FIRST = EVENTS.replace("OLD_WRITTEN", "").replace("OLD_READ", "").replace("VERSION", "1")
SECOND = (
    EVENTS.replace("OLD_WRITTEN", "encode(old_name, bl);")
    .replace("OLD_READ", "if (version >= 2) decode(old_name, p);")
    .replace("VERSION", "2")
)


def test_a_visitor_writes_and_reads_each_alternative() -> None:
    assert understood(alone(FIRST, "Entry"))
    assert understood(alone(SECOND, "Entry"))


def test_what_an_alternative_appends_is_guarded_by_its_envelope() -> None:
    assert understood(between(FIRST, SECOND, "Entry"))
    assert understood(between(SECOND, FIRST, "Entry"))


def test_a_part_of_an_envelope_is_no_codec_of_its_own() -> None:
    names = [each.name for each in release(FIRST).in_paths(["src/one.h"])]
    assert "Entry" in names
    assert "RenameEvent" not in names


def test_a_changed_code_is_misread() -> None:
    swapped = FIRST.replace("KIND_CREATE = 0, KIND_RENAME = 1", "KIND_CREATE = 1, KIND_RENAME = 0")
    assert outcomes(between(FIRST, swapped, "Entry"))


def test_a_class_derived_from_a_variant_and_one_made_over_a_list() -> None:
    derived = (
        FIRST.replace("struct Entry { Event event;", "struct Entry : public Event {")
        .replace(", event)", ", *this)")
        .replace("event =", "*this =")
    )
    listed = FIRST.replace(
        "typedef boost::variant<CreateEvent, RenameEvent, UnknownEvent> Event;",
        "typedef boost::mpl::vector<CreateEvent, RenameEvent, UnknownEvent> Kinds; typedef boost::make_variant_over<Kinds::type>::type Event;",
    )
    assert understood(alone(derived, "Entry"))
    assert understood(alone(listed, "Entry"))


MESSAGE = """
class Message { public: bufferlist payload, middle, data; };
class MReport : public Message { public: std::map<std::string, uint32_t> counts; uint64_t tid;
  void encode_payload(uint64_t features) override { encode(tid, payload); encode(counts, data); }
  void decode_payload() override { auto p = std::cbegin(payload); decode(tid, p); auto q = data.cbegin(); decode(counts, q); } };
"""


def test_a_message_carries_data_beside_its_payload() -> None:
    assert understood(alone(MESSAGE, "MReport"))
    assert outcomes(
        between(MESSAGE, MESSAGE.replace("std::string, uint32_t", "uint64_t, uint32_t"), "MReport")
    ) == {"misread"}


def test_a_member_called_data_is_no_stream() -> None:
    source = """
    class Message { public: bufferlist payload, middle, data; };
    class MNames : public Message { public: std::map<std::string, std::string> data;
      void encode_payload(uint64_t features) override { encode(data, payload); }
      void decode_payload() override { auto p = payload.cbegin(); decode(data, p); } };
    """
    assert understood(alone(source, "MNames"))


EXPORT = {
    "src/messages/MExport.h": "class MExport : public Message { public: bufferlist sessions; void encode_payload(uint64_t f) override { encode(sessions, payload); } };",
    "src/mds/Mover.cc": """
void Mover::send(Dir* dir) {
  if (!dir->ready()) return;
  MExport* request = new MExport(dir->name());
  std::map<uint64_t, std::string> names;
  encode(names, request->sessions);
  MORE_WRITTEN
}
void Mover::receive(MExport* m) {
  bufferlist::iterator p = m->sessions.begin();
  std::map<uint64_t, std::string> names;
  decode(names, p);
  MORE_READ
}
""",
}


def _export(written: str = "", read: str = "") -> dict[str, str]:
    return {
        path: text.replace("MORE_WRITTEN", written).replace("MORE_READ", read)
        for path, text in EXPORT.items()
    }


def test_a_buffer_that_functions_fill_and_read_is_a_codec() -> None:
    more = _export(
        "std::set<uint32_t> ids; encode(ids, request->sessions);", "std::set<uint32_t> ids; decode(ids, p);"
    )
    assert understood(alone(_export(), "MExport.sessions"))
    assert understood(alone(more, "MExport.sessions"))
    assert outcomes(between(_export(), more, "MExport.sessions")) == {"overread"}
    assert codec(release(more), "MExport.sessions").link == "peer"


def test_an_encoder_is_read_by_a_function_with_a_parameter_of_its_name() -> None:
    source = """
    struct Table { uint64_t version; uint32_t objects;
      void _encode_header(bufferlist& bl) const { encode(version, bl); encode(objects, bl); }
      void load_finish(int r, bool first, bufferlist& header_bl) {
        if (r < 0) return;
        if (first) { auto p = header_bl.cbegin(); uint64_t v; decode(v, p); version = v; decode(objects, p); }
      } };
    """
    assert understood(alone(source, "Table::_encode_header"))
    raised = source.replace(
        "encode(version, bl);", "ENCODE_START(1, 1, bl); encode(version, bl); ENCODE_FINISH(bl);", 1
    )
    assert outcomes(between(raised, source, "Table::_encode_header")) == {"misread"}


def test_only_features_that_a_peer_may_lack_make_worlds() -> None:
    table = """
#define CEPH_FEATURES_ALL \\\\
  (CEPH_FEATURE_OLD | \\\\
   CEPH_FEATURE_SERVER_JEWEL | \\\\
   CEPH_FEATURE_SERVER_LUMINOUS | \\\\
   0)
DEFINE_CEPH_FEATURE(3, 1, OLD)
DEFINE_CEPH_FEATURE(57, 1, SERVER_JEWEL)
DEFINE_CEPH_FEATURE(14, 2, SERVER_KRAKEN)
DEFINE_CEPH_FEATURE(21, 2, SERVER_LUMINOUS)
""".replace("\\\\", "\\")
    source = """
struct state_t { uint32_t a, b, c;
  void encode(bufferlist& bl, uint64_t features) const {
    if (!HAVE_FEATURE(features, OLD)) { encode((uint64_t)1, bl); return; }
    uint8_t v = 3;
    if (!HAVE_FEATURE(features, SERVER_LUMINOUS)) v = 2;
    if (!HAVE_FEATURE(features, SERVER_KRAKEN)) v = 1;
    ENCODE_START(v, 1, bl); encode(a, bl); if (v >= 2) encode(b, bl); if (v >= 3) encode(c, bl); ENCODE_FINISH(bl);
  }
  void decode(bufferlist::const_iterator& p) { DECODE_START(3, p); decode(a, p); if (struct_v >= 2) decode(b, p); if (struct_v >= 3) decode(c, p); DECODE_FINISH(p); } };
"""
    meeting = alone({"src/include/ceph_features.h": table, "src/state.h": source}, "state_t")
    assert understood(meeting)
    assert len(meeting.runs) == 3  # all, without luminous, without luminous and kraken; nobody lacks OLD


def test_an_assertion_that_nothing_follows_finds_what_is_left() -> None:
    source = """
    struct clients_t {
      std::map<uint64_t, std::string> clients, metadata;
      void encode(bufferlist& bl) const { encode(clients, bl); MORE }
      void decode(bufferlist::const_iterator& p) { decode(clients, p); CHECK }
    };
    """
    longer = source.replace("MORE", "encode(metadata, bl);")
    for check in ("ceph_assert(p.end());", "if (!p.end()) throw buffer::malformed_input();"):
        one = source.replace("MORE", "").replace("CHECK", check)
        assert understood(alone(one, "clients_t"))
        (run,) = between(longer, one, "clients_t").failed
        assert (run.outcome, run.token and run.token.name) == ("leftover", "metadata")

    blob = source.replace("{ encode(clients", "{ __u8 struct_v = 1; encode(struct_v, bl); encode(clients")
    blob = blob.replace(
        "{ decode(clients, p); ", "{ __u8 struct_v; decode(struct_v, p); decode(clients, p); READ "
    )
    for check, breaks in (("", {"upgrade"}), ("ceph_assert(p.end());", {"upgrade", "downgrade"})):
        texts = [blob.replace("MORE", "").replace("READ", ""), blob.replace("MORE", "encode(metadata, bl);")]
        sides = [
            release(text.replace("READ", "decode(metadata, p);").replace("CHECK", check)) for text in texts
        ]
        (cause,) = compare_codec(*(Side(codec(each, "clients_t"), each.codec) for each in sides)).causes
        assert set(map(str, cause.breaks)) == breaks

    version = source.replace("CHECK", "if (!p.end() || clients.empty()) throw buffer::malformed_input();")
    assert outcomes(between(longer, version, "clients_t")) == {"refused"}


def test_what_a_second_iterator_copies_was_read_already() -> None:
    table = """
    struct table_t {
      bufferlist data;
      std::map<uint32_t, uint32_t> where;
      void encode(bufferlist& bl) const { uint32_t n = where.size(); encode(n, bl); for (auto& p : where) encode(p.first, bl); }
      void decode(bufferlist::iterator& p) {
        uint32_t n;
        decode(n, p);
        if (!n) return;
        bufferlist::iterator pstart = p;
        size_t start_off = pstart.get_off();
        for (unsigned i = 0; i < n; ++i) { uint32_t key; decode(key, p); where[key] = p.get_off() - start_off; }
        size_t len = p.get_off() - start_off;
        pstart.copy(len, data);
      } };
    """
    holder = """
    struct holder_t {{ {} inner; uint64_t last;
      void encode(bufferlist& bl) const {{ encode(inner, bl); encode(last, bl); }}
      void decode(bufferlist::iterator& p) {{ decode(inner, p); decode(last, p); }} }};
    """
    assert understood(alone(table, "table_t"))
    listed = holder.format("std::vector<uint32_t>")
    assert understood(between(listed, table + holder.format("table_t"), "holder_t"))
    assert outcomes(
        between(
            listed.replace("vector<uint32_t>", "vector<uint64_t>"),
            table + holder.format("table_t"),
            "holder_t",
        )
    )
