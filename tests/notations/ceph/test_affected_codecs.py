"""Which changes can touch a codec, told from the changed files alone."""

from __future__ import annotations

import pytest

from compatlint.notations.ceph.affected_codecs import candidates
from compatlint.notations.ceph.declarations import Shared
from compatlint.notations.ceph.file_differences import idle
from compatlint.notations.ceph.release import CephRelease
from tests.notations.ceph.made import read_all

HEADER = """
struct item_t {
  uint32_t a;
  void encode(bufferlist& bl) const {
    encode(a, bl);
  }
};
"""
FILLER = "".join(f"  counter[{number}] = other[{number}] + 1;\n" for number in range(20))
SOURCE = "void Foo::encode(bufferlist& bl) const\n{{\n  encode(a, bl);\n}}\nint Foo::work()\n{{\n{}}}\n"
PLAIN = "#define LIMIT {}\ntypedef {} id_t;\nstruct plain_t {{\n  {} a;\n  void {}();\n}};\n"


def _idle(path: str, before: str | None, after: str | None) -> bool:
    contents = {name: text.encode() for name, text in (("old", before), ("new", after)) if text is not None}
    shared = Shared(lambda ids: {each: contents[each] for each in ids})
    return idle(shared, [(path, "old" if before is not None else None, "new" if after is not None else None)])


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("src/a.h", HEADER, "// a comment\n\n" + HEADER),
        ("src/a.cc", SOURCE.format(FILLER), SOURCE.format(FILLER.replace("1;", "2;"))),
        ("src/a.cc", "int a;", "int b;"),
        ("src/a.cc", None, "struct plain_t { int a; };"),
        ("src/plain.h", PLAIN.format(1, "int", "int", "f"), PLAIN.format(1, "int", "int", "g")),
        ("src/plain.h", None, PLAIN.format(1, "int", "int", "f")),
        ("src/test/a.cc", HEADER, ""),
        ("doc/a.rst", "encode", ""),
    ],
)
def test_a_change_of_nothing_that_codecs_are_made_of_is_idle(
    path: str, before: str | None, after: str | None
) -> None:
    assert _idle(path, before, after)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("src/a.h", HEADER, HEADER.replace("uint32_t", "uint64_t")),
        ("src/a.h", HEADER, HEADER.replace("encode(a, bl);", "encode(a, bl); encode(a, bl);")),
        ("src/a.h", HEADER, None),
        ("src/a.cc", SOURCE.format(FILLER), SOURCE.format(FILLER).replace("encode(a, bl)", "encode(b, bl)")),
        ("src/plain.h", PLAIN.format(1, "int", "int", "f"), PLAIN.format(1, "long", "int", "f")),
        ("src/plain.h", PLAIN.format(1, "int", "int", "f"), PLAIN.format(1, "int", "long", "f")),
    ],
)
def test_a_change_of_what_codecs_are_made_of_is_not(path: str, before: str | None, after: str | None) -> None:
    assert not _idle(path, before, after)


def test_a_structure_that_is_copied_byte_by_byte_is_a_codec_wherever_it_is_copied() -> None:
    header = "struct head_t {{ uint32_t tid; {more} }} __attribute__((packed));\n"
    macro = {"src/include/types.h": "WRITE_RAW_ENCODER(head_t)\n"}
    user = {
        "src/messages/MThing.h": "class MThing : public Message {\n  head_t head;\n"
        "  void encode_payload(uint64_t features) override { encode(head, payload); }\n"
        "  void decode_payload() override { auto p = payload.cbegin(); decode(head, p); }\n};\n"
    }
    before = {**macro, **user, "src/include/fs.h": header.format(more="")}
    after = {**macro, **user, "src/include/fs.h": header.format(more="uint32_t flags;")}
    releases = []
    shared = Shared(lambda ids: {each: contents[each] for each in ids})
    contents: dict[str, bytes] = {}
    for files in (before, after):
        paths, read = read_all(files)
        contents |= read(paths.values())
        releases.append(CephRelease("commit", paths, shared))
    assert "head_t" in candidates(*releases, ["src/include/fs.h"])
    assert [len(release.codec("head_t").encoder) for release in releases] == [1, 2]  # type: ignore[union-attr, arg-type]
    assert "head_t" in releases[0].find("head_t")
