"""The registry, and two toy notations that touch nothing else: each moves in by one row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from compatlint.cli import run
from compatlint.notations import notation
from compatlint.notations.notation import REGISTRY, Listed
from tests.gitbox import GitBox

HOME = "tests.notations.toys"
TOYS = (Listed("table", f"{HOME}.keyed", (".tbl",)), Listed("strip", f"{HOME}.positional", (".strip",)))
MONSTER = "table Monster { hp: short (id: 0); name: string (id: 1); }\n"
PARCEL = "strip Parcel\nu32 id\ntext label\nlist u16 tags\nstrip Address to\n\nstrip Address\ntext street\n"

Ask = Callable[..., tuple[int, dict]]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    monkeypatch.setattr(notation, "REGISTRY", (*REGISTRY, *TOYS))
    monkeypatch.chdir(tmp_path)
    box = GitBox(tmp_path)

    def asked(*words: str, old: dict[str, str] | None = None, new: dict[str, str] | None = None):
        if old is not None:
            box.commit(old, tag="v1.0.0")
            box.commit(new or old, tag="v1.1.0")
        code = run([*words, "--format", "json"] if words[0] in ("diff", "check") else [*words])
        printed = capsys.readouterr()
        return code, json.loads(printed.out) if printed.out.startswith("{") else printed.out + printed.err

    return asked


def found(report: dict) -> set[tuple]:
    return {(each["rule"], each["codec"], each["item"], *each["breaks"]) for each in report["findings"]}


def test_a_keyed_toy_is_compared(ask: Ask) -> None:
    retyped = MONSTER.replace("hp: short", "hp: text")
    code, report = ask("diff", "v1.0.0..v1.1.0", old={"a.tbl": MONSTER}, new={"a.tbl": retyped})
    assert code == 1
    assert {each["codec"] for each in report["findings"]} == {"Monster"}
    assert {each["notation"] for each in report["findings"]} == {"table"}
    assert "hp (0)" in report["findings"][0]["message"]


def test_a_positional_toy_is_compared(ask: Ask) -> None:
    inserted = PARCEL.replace("text street", "u16 number\ntext street")
    code, report = ask("diff", "v1.0.0..v1.1.0", old={"a.strip": PARCEL}, new={"a.strip": inserted})
    assert code == 1
    assert [(each["codec"], each["item"]) for each in report["findings"]] == [("Address", "number")]
    assert report["findings"][0]["contained_in"] == ["Parcel"]


@pytest.mark.parametrize(
    ("old", "new"), [("u16 a", "le16 a"), ("text a", "short_text a"), ("u32 a", "list u32 a")]
)
def test_byte_order_and_the_width_of_a_length_are_on_the_wire(ask: Ask, old: str, new: str) -> None:
    files = [{"a.strip": f"strip A\n{each}\nu8 b\n"} for each in (old, new)]
    _, report = ask("diff", "v1.0.0..v1.1.0", old=files[0], new=files[1])
    assert [(each["item"], sorted(each["breaks"])) for each in report["findings"]] == [
        ("a", ["downgrade", "upgrade"])
    ]


@pytest.mark.parametrize(
    ("files", "word"), [({"a.tbl": MONSTER}, "Monster"), ({"a.strip": PARCEL}, "Parcel")]
)
def test_every_command_knows_a_toy(ask: Ask, files: dict[str, str], word: str) -> None:
    code, report = ask("check", old=files)
    assert (code, report["findings"], report["unread"]) == (0, [], [])
    assert report["summary"]["codecs"] >= 1
    assert word in ask("show", word)[1]
    code, _ = ask("graph", "v1.0.0..v1.1.0", "--all", "-o", "out.json")
    assert code == 0
    assert word in Path("out.json").read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"a.tbl": MONSTER}, {"a.tbl": MONSTER.replace("hp: short (id: 0);", "hp is (id: 0);")}),
        ({"a.strip": PARCEL}, {"a.strip": PARCEL.replace("u32 id", "somehow id")}),
    ],
)
def test_what_a_toy_cannot_read_fails_a_strict_run(
    ask: Ask, old: dict[str, str], new: dict[str, str]
) -> None:
    code, report = ask("diff", "v1.0.0..v1.1.0", "--strict", "--fail-on", "never", old=old, new=new)
    assert code == 1
    assert report["unread"]


def test_a_file_over_which_a_front_end_stumbles_is_unread(ask: Ask, tmp_path: Path) -> None:
    GitBox(tmp_path).commit({"a.strip": PARCEL}, tag="v1.0.0")
    (tmp_path / "a.strip").write_bytes(PARCEL.encode() + b"\xff\n")
    code, report = ask("diff", "v1.0.0", "--worktree", "--strict")
    assert code == 1
    assert [(each["codec"], each["reason"][:34]) for each in report["unread"]] == [
        ("a.strip", "not understood, UnicodeDecodeError")
    ]


def test_a_notation_that_is_configured_and_reads_nothing_warns(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "compatlint.toml").write_text('notations = ["strip", "table"]\n')
    _, report = ask("diff", "v1.0.0..v1.1.0", old={"a.tbl": MONSTER}, new={"a.tbl": MONSTER + "\n"})
    assert any("strip is configured, but it reads no file" in each for each in report["warnings"])
    assert not any("table is configured" in each for each in report["warnings"])


@pytest.mark.parametrize("row", [*REGISTRY, *TOYS], ids=lambda row: row.name)
def test_a_row_of_the_registry_names_its_notation(row: Listed) -> None:
    assert row.load().name == row.name
