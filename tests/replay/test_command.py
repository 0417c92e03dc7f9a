"""The command over small corpora that the tests make: a folder, a git repository, one file."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from compatlint import cli
from tests.gitbox import GitBox

OLD = """
struct item_t { uint32_t a; std::string name;
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(a, bl); encode(name, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode(a, p); decode(name, p); DECODE_FINISH(p); } };
WRITE_CLASS_ENCODER(item_t)
"""
NEW = (
    OLD.replace("uint32_t a;", "uint32_t a; uint64_t b;")
    .replace("(1, ", "(2, ")
    .replace("START(2, 1", "START(2, 1")
)
NEW = NEW.replace("encode(a, bl);", "encode(b, bl); encode(a, bl);").replace(
    "decode(a, p);", "decode(b, p); decode(a, p);"
)
APPENDED = OLD.replace("uint32_t a;", "uint32_t a; uint64_t b = 0;").replace("(1, ", "(2, ")
APPENDED = APPENDED.replace("encode(name, bl);", "encode(name, bl); encode(b, bl);")
APPENDED = APPENDED.replace("decode(name, p);", "decode(name, p); if (struct_v >= 2) decode(b, p);")
SCOPED = """
namespace one { struct event_t { uint32_t a;
  void encode(bufferlist& bl) const { encode(a, bl); } void decode(bufferlist::const_iterator& p) { decode(a, p); } }; }
WRITE_CLASS_ENCODER(one::event_t)
namespace two { struct event_t { uint64_t a;
  void encode(bufferlist& bl) const { encode(a, bl); } void decode(bufferlist::const_iterator& p) { decode(a, p); } }; }
WRITE_CLASS_ENCODER(two::event_t)
"""
MESSAGE = """
class MHello : public Message { public: static const int HEAD_VERSION = 2; static const int COMPAT_VERSION = 1;
  uint32_t a; uint32_t b;
  MHello() : Message(MSG_HELLO, HEAD_VERSION, COMPAT_VERSION) {}
  void encode_payload(uint64_t features) override { using ceph::encode; encode(a, payload); encode(b, payload); }
  void decode_payload() override { auto p = payload.cbegin(); decode(a, p); if (header.version >= 2) decode(b, p); } };
"""


def item(a: int, name: bytes, version: int = 1, before: bytes = b"", after: bytes = b"") -> bytes:
    body = before + struct.pack("<II", a, len(name)) + name + after
    return struct.pack("<BBI", version, 1, len(body)) + body


def message(version: int, payload: bytes) -> bytes:
    head = bytearray(66)
    struct.pack_into("<H", head, 20, version)
    struct.pack_into("<H", head, 45, 1)
    return bytes(head) + struct.pack("<I", len(payload)) + payload + bytes(8)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository of three releases and a corpus of what the first one wrote."""
    box = GitBox(tmp_path / "repository")
    box.commit({"src/item.h": OLD, "src/event.h": SCOPED, "src/messages/MHello.h": MESSAGE}, tag="v1.0.0")
    box.commit({"src/item.h": NEW}, tag="v2.0.0")
    box.commit({"src/item.h": APPENDED}, tag="v3.0.0")
    corpus = tmp_path / "corpus"
    put(corpus, "1.0.0", "item_t", "first", item(7, b"seven"))
    put(corpus, "1.0.0", "item_t", "second", item(8, b"\xff"))
    put(corpus, "1.0.0", "event_t", "short", struct.pack("<I", 1))
    put(corpus, "1.0.0", "MHello", "older", message(1, struct.pack("<I", 1)))
    put(corpus, "1.0.0", "MHello", "newer", message(2, struct.pack("<II", 1, 2)))
    monkeypatch.chdir(box.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return corpus


def put(corpus: Path, archive: str, kind: str, name: str, content: bytes, part: str = "objects") -> None:
    path = corpus / "archive" / archive / part / kind / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def ask(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict:
    assert cli.run(["replay", *arguments, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)


def test_the_writing_release_understands_every_object(
    scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ask(capsys, str(scene), "--rev", "v1.0.0", "--reencode")
    assert (report["rev"], report["objects"], report["types"]) == ("v1.0.0", 5, 3)
    assert report["outcomes"] == {"exact": 5}
    assert report["by_type"]["item_t"] == {"exact": 2}
    assert report["reencoded"]["same"] == 4, "the message of an older version is not written again as it was"


def test_a_release_that_does_not_understand_fails_the_run(
    scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = ask(capsys, str(scene), "item_t", "--rev", "v2.0.0", code=1)
    assert set(report["outcomes"]) <= {"overread", "leftover"}
    assert report["listed"][0]["codec"] == "item_t"


def test_a_note_of_the_corpus_is_the_answer_to_compare_with(
    scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(scene, "1.5.0", "item_t", "first", b"", "forward_incompat")
    put(scene, "9.0.0", "item_t", "second", b"", "forward_incompat")
    report = ask(capsys, str(scene), "item_t", "--rev", "v2.0.0", code=1)
    assert {each["name"]: each.get("forward_incompat") for each in report["listed"]} == {
        "first": True,
        "second": None,
    }
    assert cli.run(["replay", str(scene), "item_t", "--rev", "v2.0.0"]) == 1
    assert "1 objects are noted as unreadable in the corpus: 1 are not understood" in capsys.readouterr().out


def test_a_name_without_its_scope_is_decided_by_the_bytes(
    scene: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(scene, "1.0.0", "event_t", "long", struct.pack("<Q", 1))
    put(scene, "1.0.0", "event_t", "neither", b"abc")
    report = ask(capsys, str(scene), "event_t", "--values")
    assert {each["name"]: each["codec"] for each in report["listed"]} == {
        "short": "one::event_t",
        "long": "two::event_t",
        "neither": "",
    }
    assert report["outcomes"] == {"exact": 2, "unread": 1}


def test_values_are_printed(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        cli.run(["replay", str(scene / "archive/1.0.0/objects/item_t/first"), "--type", "item_t", "--values"])
        == 0
    )
    (found,) = json.loads(capsys.readouterr().out)["listed"]
    assert (found["values"]["a"], found["values"]["name"]) == (7, "seven")


def test_a_corpus_in_git_is_read_from_its_objects(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = GitBox(tmp_path / "kept")
    put(box.path, "1.0.0", "item_t", "first", item(7, b"seven"))
    box.commit({"README": "objects"})
    assert ask(capsys, str(box.path / ".git"), "--rev", "v1.0.0")["outcomes"] == {"exact": 1}


def test_what_one_release_writes_is_read_by_another(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["replay", str(scene), "item_t", "--from", "v1.0.0", "--to", "v3.0.0"]) == 0
    assert "v1.0.0 read by v3.0.0: 2 objects: 2 exact" in capsys.readouterr().out
    report = ask(capsys, str(scene), "item_t", "--from", "v1.0.0", "--to", "v2.0.0", code=1)
    assert report["writer"] == "v1.0.0"
    assert sum(report["outcomes"].values()) == 2


def test_a_finding_names_the_objects_that_show_it(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["diff", "v1.0.0..v2.0.0", "--corpus", str(scene), "--format", "json"]) == 1
    (finding,) = [
        each for each in json.loads(capsys.readouterr().out)["findings"] if each["codec"] == "item_t"
    ]
    assert finding["confirmed"]
    assert "v2.0.0 goes wrong at byte" in finding["confirmed"][0]
    assert cli.run(["diff", "v1.0.0..v2.0.0", "--corpus", str(scene)]) == 1
    assert "  confirmed  " in capsys.readouterr().out
    assert cli.run(["diff", "v1.0.0..v3.0.0", "--corpus", str(scene)]) == 0


def test_what_was_misread_by_us_is_unread(
    scene: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = GitBox(tmp_path / "odd")
    odd = OLD.replace("encode(a, bl);", "encode(a, bl); mystery(bl);").replace(
        "decode(a, p);", "decode(a, p); decode(a, p);"
    )
    box.commit({"src/item.h": odd}, tag="v1.0.0")
    report = ask(capsys, str(scene), "item_t", "--rev", "v1.0.0", "--repo", str(box.path))
    assert report["outcomes"] == {"unread": 2}
    assert "the program does not fit these bytes" in report["listed"][0]["reason"]
    assert cli.run(["replay", str(scene), "item_t", "--repo", str(box.path), "--strict"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere"],
        ["{}", "no_such_t"],
        ["{}", "--archive", "9"],
        ["{}", "--type", "item_t"],
        ["{}/archive/1.0.0/objects/item_t/first"],
        ["{}", "--from", "v1.0.0"],
        ["{}", "--format", "sarif"],
        ["."],
    ],
)
def test_what_cannot_run(arguments: list[str], scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["replay", *(each.format(scene) for each in arguments)]) == cli.UNABLE
    assert capsys.readouterr().err.startswith("compatlint: ")


def test_two_processes_say_what_one_says(
    scene: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = ask(capsys, str(scene), "--rev", "v1.0.0")
    monkeypatch.setattr("compatlint.replay.pipeline.WORTH", 1)
    assert ask(capsys, str(scene), "--rev", "v1.0.0") == alone
