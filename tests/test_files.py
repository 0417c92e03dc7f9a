"""Files are written whole or not at all, and no link is followed."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from compatlint import files


def test_a_link_is_replaced_and_what_it_led_to_is_kept(tmp_path: Path) -> None:
    precious, link = tmp_path / "precious", tmp_path / "report.json"
    precious.write_text("precious")
    link.symlink_to(precious)
    files.write_text(link, "report")
    assert (precious.read_text(), link.read_text(), link.is_symlink()) == ("precious", "report", False)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["precious", "report.json"]


def test_permissions_stay_and_a_new_file_has_the_usual_ones(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.write_text("")
    old.chmod(0o600)
    usual.write_text("")
    for each in (old, new):
        files.write_text(each, "text")
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (old, new)]
    assert modes == [0o600, stat.S_IMODE(usual.stat().st_mode)]


def test_where_there_is_no_room_the_old_file_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("old" * 1000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    caught = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            files.write_text(path, "new" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, caught)
    assert path.read_text() == "old" * 1000
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_takes_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mounted"
    path.write_text("a longer text than the new one")

    def busy(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(os, "replace", busy)
    files.write_text(path, "text")
    assert path.read_text() == "text"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError, match="busy"):
        files.write_text(tmp_path / "new", "text")


def test_devices_and_folders(tmp_path: Path) -> None:
    program = "from compatlint import files; from pathlib import Path; files.write_text(Path('/dev/stdout'), 'shown')"
    into = tmp_path / "into"
    with into.open("wb") as stream:
        subprocess.run([sys.executable, "-c", program], check=True, stdout=stream)
    assert into.read_text() == "shown"
    assert Path("/dev/stdout").is_symlink()
    with pytest.raises(IsADirectoryError):
        files.write_text(tmp_path, "text")
    with pytest.raises(FileNotFoundError):
        files.write_text(tmp_path / "absent" / "report", "text")


def test_what_is_no_text_file_of_a_sensible_size_is_not_read(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    with large.open("wb") as stream:
        stream.truncate(3 << 30)
    for path, words in (
        (pipe, "no regular file"),
        (large, "larger than 4096 kB"),
        (Path("/dev/zero"), "regular"),
    ):
        with pytest.raises(OSError, match=words):
            files.read_text(path)
    with pytest.raises(FileNotFoundError):
        files.read_text(tmp_path / "absent")


def test_what_lies_outside_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path)
    (tmp_path / "in" / "near").symlink_to("other")
    home = tmp_path / "in"
    assert not any(files.leads_outside(home / each, home) for each in ("a", "a/../b", "near", "."))
    assert all(
        files.leads_outside(home / each, home) for each in ("../a", "/etc", "link", "link/a", "../inside")
    )
