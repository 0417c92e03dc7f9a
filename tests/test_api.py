"""The library as a program uses it: a path and two revisions in, a comparison out."""

from __future__ import annotations

from pathlib import Path

import pytest

import compatlint
from compatlint import CompatlintError, Direction, compare, comparison, self_check
from compatlint.sources.cache import Cache
from compatlint.sources.git import Repository
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
    found = compare(tmp_path, "v1.0.0", "v1.0.1")
    assert [(each.codec, each.item) for each in found.findings] == [("Parcel", "weight")]
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
    cache, opened = Cache(tmp_path / "cache"), Repository.open(tmp_path / "repo")
    for _ in range(2):  # asked anew, and as it was answered before
        warnings = comparison.compare(opened, "v1.0.0", "v1.0.1", cache=cache).warnings
        assert [each.partition(": ")[0] for each in warnings] == ["src/parcel.h:1", "shop/rpcapi.py:1"]
        assert all("waives nothing" in each for each in warnings)


LEGACY = """
struct Parcel {{
  uint64_t id;
  uint32_t weight;
  void encode(bufferlist& bl) const {{ ENCODE_START(2, 2, bl); encode(id, bl); encode(weight, bl); ENCODE_FINISH(bl); }}
  void decode(bufferlist::const_iterator& p) {{ {} decode(id, p); {} DECODE_FINISH(p); }}
}};
"""


def test_what_no_promised_release_can_have_left_is_a_note(tmp_path: Path) -> None:
    """The newer release forgets a version. Whether it may depends on how far back an upgrade may begin."""
    knows = LEGACY.format(
        "DECODE_START_LEGACY_COMPAT_LEN(2, 2, 2, p);", "if (struct_v >= 2) decode(weight, p);"
    )
    forgot = LEGACY.format("DECODE_START(2, p);", "decode(weight, p);")
    box = GitBox(tmp_path)
    box.commit({"src/other.h": "int a;\n"}, tag="v9.2.0")  # older than all that may be upgraded from
    box.commit({"src/parcel.h": knows}, tag="v10.2.0")
    box.commit({"src/parcel.h": knows + "// more\n"}, tag="v11.2.0")
    box.commit({"src/parcel.h": forgot}, tag="v12.2.0")

    def severities(old: str, promise: str) -> list[str]:
        found = compare(tmp_path, old, "v12.2.0", promise=promise).findings
        return [str(each.severity) for each in found if Direction.SKIP in each.breaks]

    assert severities("v11.2.0", "ceph") == []  # v10.2.0 already wrote the newer version
    assert severities("v10.2.0", "all") == ["error"]
    assert severities("v10.2.0", "ceph") == ["note"]


COMMAND = """
struct command_t {{
  std::string text;
  uint64_t flags;
  {}
  static void encode_list(const std::vector<command_t>& all, bufferlist& bl) {{ ENCODE_START(1, 1, bl); {} ENCODE_FINISH(bl); }}
  static void decode_list(std::vector<command_t>& all, bufferlist::iterator& p) {{ DECODE_START(1, p); {} DECODE_FINISH(p); }}
}};
"""
BEACON = """
struct beacon_t {
  std::vector<command_t> commands;
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(commands, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::iterator& p) { DECODE_START(1, p); decode(commands, p); DECODE_FINISH(p); }
};
"""


def test_a_structure_that_nothing_of_both_releases_holds_is_not_met(tmp_path: Path) -> None:
    """The list goes on holding the text alone.

    The structure itself got a frame, for what is new and holds it whole.
    """
    bare = "void {}(bufferlist& bl) const {{ encode(text, bl); }} void {}(bufferlist::iterator& p) {{ decode(text, p); }}"
    framed = (
        "void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(text, bl); encode(flags, bl); ENCODE_FINISH(bl); }"
        " void decode(bufferlist::iterator& p) { DECODE_START(1, p); decode(text, p); decode(flags, p); DECODE_FINISH(p); }"
    )
    whole = COMMAND.format(bare.format("encode", "decode"), "encode(all, bl);", "decode(all, p);")
    each = "uint32_t n = all.size(); encode(n, bl); for (auto& one : all) one.encode_bare(bl);"
    read = "uint32_t n; decode(n, p); all.resize(n); for (auto& one : all) one.decode_bare(p);"
    apart = COMMAND.format(bare.format("encode_bare", "decode_bare") + framed, each, read)
    box = GitBox(tmp_path)
    box.commit({"src/command.h": whole}, tag="v1.0.0")
    box.commit({"src/command.h": apart, "src/beacon.h": BEACON}, tag="v1.0.1")
    box.commit(
        {
            "src/command.h": apart.replace("encode_list", "encode_list").replace(
                framed, bare.format("encode", "decode")
            )
        },
        tag="v1.0.2",
    )
    severities = {
        (each.codec, str(each.severity))
        for each in compare(tmp_path, "v1.0.0", "v1.0.1", promise="all").findings
    }
    assert severities == {("command_t", "note")}
    held = {
        (each.codec, str(each.severity))
        for each in compare(tmp_path, "v1.0.1", "v1.0.2", promise="all").findings
    }
    assert ("command_t", "error") in held  # the beacon holds it in both


def test_the_public_names_are_there_and_no_others() -> None:
    for name in compatlint.__all__:
        assert getattr(compatlint, name).__module__.startswith("compatlint.")
    assert dir(compatlint) == sorted(compatlint.__all__)
    with pytest.raises(AttributeError, match="no attribute 'compaer'"):
        _ = compatlint.compaer


def test_a_release_by_itself(tmp_path: Path) -> None:
    GitBox(tmp_path).commit({"src/parcel.h": BEFORE, "src/x.py": ""}, tag="v1.0.0")
    found = self_check(tmp_path, "v1.0.0")
    assert (found.codecs, found.findings, found.unread) == (1, (), ())
    assert self_check(tmp_path, paths=["src/x.py"]).codecs == 0


def test_a_mistake_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    GitBox(tmp_path).commit({"src/parcel.h": BEFORE}, tag="v1.0.0")
    for wrong in ({"promise": "ceth"}, {"config": tmp_path / "none.toml"}):
        with pytest.raises(CompatlintError) as caught:
            compare(tmp_path, "v1.0.0", "v1.0.0", **wrong)
        assert "\n" not in str(caught.value)
    with pytest.raises(CompatlintError, match=r"there is no revision v1\.0\.O; did you mean v1\.0\.0"):
        compare(tmp_path, "v1.0.O", "v1.0.0")
