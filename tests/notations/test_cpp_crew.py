"""Work done in several processes is the work done in one."""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

import pytest

from compatlint.notations.cpp import crew
from compatlint.notations.cpp.outline import Piece
from compatlint.notations.cpp.parse import parse_piece

SOURCE = b"struct S%d { void encode(bufferlist& bl) const { encode(a, bl); } int a; };\n"
TEXTS = [SOURCE % number * 40 for number in range(60)]
PIECES = {number: Piece(("namespace ceph {",), text.decode(), number) for number, text in enumerate(TEXTS)}
WANTED = {
    str(number): ("piece", marshal.dumps((("namespace ceph {",), text.decode(), number)))
    if number % 3 == 0
    else (["header", "source"][number % 2], text)
    for number, text in enumerate(TEXTS)
}
ALONE = crew.work([(key, job, source) for key, (job, source) in WANTED.items()])


@pytest.fixture
def spawning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH", 0)
    monkeypatch.setattr(crew, "CHUNK", 4000)
    monkeypatch.setattr(crew, "_processors", lambda: 3)


@pytest.mark.usefixtures("spawning")
def test_several_processes_find_what_one_finds() -> None:
    assert crew.spread(WANTED) == ALONE


@pytest.mark.usefixtures("spawning")
@pytest.mark.parametrize("program", ["/does/not/exist", "/bin/false", "/bin/true"])
def test_a_process_that_fails_leaves_its_work_to_this_one(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    monkeypatch.setattr(sys, "executable", program)
    assert crew.spread(WANTED) == ALONE


@pytest.mark.usefixtures("spawning")
def test_nothing_is_imported_from_the_folder_that_it_runs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("marshal", "subprocess", "compatlint", "tree_sitter", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    assert crew.spread(WANTED) == ALONE
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("spawning")
def test_several_processes_parse_what_one_parses() -> None:
    assert crew.parse(PIECES) == {number: parse_piece(piece) for number, piece in PIECES.items()}


def test_a_little_work_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "_lead", lambda *arguments: pytest.fail("a process was started"))
    assert crew.spread(dict(list(WANTED.items())[:3])) == {key: ALONE[key] for key in list(WANTED)[:3]}
    assert crew.spread({}) == {}
