"""Nothing understood is not success: what a report says of files that no notation reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compatlint.cli import run
from compatlint.notations.unread_formats import KINDS, is_prose, kind_of
from tests.gitbox import GitBox

CODEC = """
struct Parcel {
  uint64_t id;
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(id, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode(id, p); DECODE_FINISH(p); }
};
"""
MANIFEST = "void Edit::EncodeTo(std::string* dst) const {\n  PutVarint32(dst, tag);\n}\n"


class Range:
    """Two releases and what the command line says about them."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.box, self._capsys = GitBox(path), capsys

    def ask(self, old: dict[str, str], new: dict[str, str], *words: str) -> tuple[int, dict, str]:
        self.box.commit(old)
        for path in old.keys() - new.keys():
            (self.box.path / path).unlink()
        self.box.commit(new)
        where = ["--repo", str(self.box.path), "--format", "json"]
        code = run(["diff", "HEAD~1..HEAD", *where, *words])
        printed = self._capsys.readouterr()
        return code, json.loads(printed.out) if printed.out else {}, printed.err


@pytest.fixture
def between(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Range:
    return Range(tmp_path / "repo", capsys)


def test_a_repository_in_which_nothing_is_read_is_no_success(between: Range) -> None:
    old = {"db/edit.cc": MANIFEST, "a.capnp": "struct A {}", "b.capnp": "struct B {}"}
    code, report, said = between.ask(old, old | {"a.capnp": "struct A { x @0 :Int8; }"})
    assert (code, report) == (2, {})
    assert "nothing at HEAD is in a notation that compatlint reads" in said
    assert "2 Cap'n Proto schemas" in said
    assert said.count("\n") == 1


def test_a_range_in_which_nothing_is_read_says_what_it_holds(between: Range) -> None:
    old = {"src/parcel.h": CODEC, "a.capnp": "struct A {}", "doc/a.rst": "A\n"}
    new = old | {"a.capnp": "struct A { x @0 :Int8; }", "doc/a.rst": "B\n"}
    code, report, _ = between.ask(old, new)
    assert code == 0
    (remark,) = (each for each in report["warnings"] if "changed files" in each)
    assert remark.startswith("0 of 2 changed files are in a notation that compatlint reads: 1 Cap'n Proto")
    assert between.ask(old, new | {"a.capnp": "struct A {}\n"}, "--strict")[0] == 1


def test_documentation_alone_does_not_fail_a_strict_run(between: Range) -> None:
    old = {"src/parcel.h": CODEC, "doc/a.rst": "A\n"}
    code, report, _ = between.ask(old, old | {"doc/a.rst": "B\n"}, "--strict")
    assert code == 0
    assert report["summary"]["considered"]["prose"] == 1


def test_bytes_outside_of_any_codec_are_named_where_such_a_line_changes(between: Range) -> None:
    old = {"src/parcel.h": CODEC, "src/edit.cc": MANIFEST + "int a;\n"}
    code, report, _ = between.ask(old, old | {"src/edit.cc": MANIFEST.replace("32", "64") + "int a;\n"})
    assert any("not read: 1 C or C++ file that seems to write" in each for each in report["warnings"])
    assert code == 0
    quiet = between.ask(old, old | {"src/edit.cc": MANIFEST + "int b;\n"})[1]
    assert quiet["warnings"] == []
    assert [each["files"] for each in quiet["summary"]["considered"]["not_read"]] == [1]


def test_a_codec_that_changes_is_read_whatever_else_its_file_holds(between: Range) -> None:
    old = {"src/parcel.h": CODEC + MANIFEST}
    _, report, _ = between.ask(old, {"src/parcel.h": CODEC.replace("uint64_t", "uint32_t") + MANIFEST})
    considered = report["summary"]["considered"]
    assert (considered["read"], considered["not_read"]) == (1, [])
    assert [each["codec"] for each in report["findings"]] == ["Parcel"]


def test_folders_that_are_left_out_are_counted(between: Range) -> None:
    old = {
        "src/parcel.h": CODEC,
        "src/test/parcel.h": CODEC,
        "src/test/more/a.h": CODEC,
        "tools/x.cc": "int a;",
    }
    new = {path: text + "\n" for path, text in old.items()}
    (between.box.path / "compatlint.toml").parent.mkdir(exist_ok=True)
    (between.box.path / "compatlint.toml").write_text('exclude = ["tools"]\n')
    _, report, _ = between.ask(old, new)
    considered = report["summary"]["considered"]
    assert considered["left_out"] == [{"folder": "src/test", "files": 2}]
    assert considered["excluded"] == 1


@pytest.mark.parametrize(
    "new", [{}, {"src/box.h": CODEC.replace("Parcel", "Box")}, {"src/test/parcel.h": CODEC}]
)
def test_a_codec_that_is_gone_is_named(between: Range, new: dict[str, str]) -> None:
    kept = {"src/other.h": CODEC.replace("Parcel", "Other")}
    _, report, _ = between.ask({"src/parcel.h": CODEC} | kept, new | kept)
    assert "1 codec of HEAD~1 is gone: Parcel" in report["warnings"]


@pytest.mark.parametrize(
    ("path", "source", "title"),
    [
        ("a.c", b"VMSTATE_UINT32(x, State),", "seem to write or read bytes"),
        ("a.cpp", b"f->store_64(uid);", "seem to write or read bytes"),
        ("a.c", b"m->epoch = ceph_decode_32(p);", "seem to write or read bytes"),
        ("a.h", b"template <class A> void serialize(A& ar) {}", "seem to write or read bytes"),
        ("a.cc", b"memcpy(out, &head, sizeof(head));", "seem to write or read bytes"),
        ("a.cc", b"log << head;", ""),
        ("a.h", b"struct A {\n  uint32_t a;\n  uint16_t b;\n};\n", "of fixed width"),
        ("a.py", b"import pickle\n", "pickle objects"),
        ("a.py", b"import json\n", ""),
        ("a.proto", b"", ".proto files"),
        ("a.go", b"", "Go files"),
    ],
)
def test_what_a_file_is_told_by(path: str, source: bytes, title: str) -> None:
    kind = kind_of(path, source, faint=True)
    assert (kind.title if kind is not None else "").endswith(title)
    assert kind is not None or title == ""


def test_faint_marks_count_only_where_nothing_else_is_read() -> None:
    source = b"struct A {\n  uint32_t a;\n  uint16_t b;\n};\n"
    assert kind_of("a.h", source, faint=False) is None


def test_prose_is_told_by_its_path() -> None:
    assert all(map(is_prose, ("README", "doc/x.py", "a/b.rst", "LICENSE.Apache", "x.png")))
    assert not any(map(is_prose, ("docker/x.py", "a.proto", "src/doc.cc")))
    assert len({kind.title for kind in KINDS}) == len(KINDS)


def test_a_file_that_cannot_be_of_any_kind_is_not_even_opened(between: Range) -> None:
    """A mirror may lack large objects; one that no notation reads ends no run."""
    old = {"src/parcel.h": CODEC, "model.pkl": "1"}
    between.box.commit(old)
    between.box.commit(old | {"model.pkl": "2", "src/parcel.h": CODEC.replace("uint64_t", "uint32_t")})
    blob = between.box.git("rev-parse", "HEAD:model.pkl")
    (between.box.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    code = run(["diff", "HEAD~1..HEAD", "--repo", str(between.box.path), "--format", "json"])
    assert code == 1
