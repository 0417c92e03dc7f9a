"""Some inputs of every kind: none crashes, none takes long. `python -m tests.fuzz` runs as many as one likes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fuzz.kinds import KINDS, made, tried

pytestmark = pytest.mark.fuzz
MANY = {
    "cpp": 120,
    "python": 250,
    "cpp-files": 200,
    "python-files": 400,
    "flip": 120,
    "toml": 4000,
    "revisions": 8000,
}
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_crashes_or_takes_long(kind: str) -> None:
    for number in range(MANY[kind]):
        began = time.process_time()
        try:
            tried(kind, made(kind, number))
        except Exception as error:
            error.add_note(f"python -m tests.fuzz --kind {kind} --again {number}")
            raise
        assert time.process_time() - began < 5, f"{kind} {number}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_names_an_input(kind: str) -> None:
    assert made(kind, 7) == made(kind, 7)
    assert made(kind, 7) != made(kind, 8)


def test_the_long_run_reports_and_saves_what_it_finds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--minutes", "0.2", "--save", str(tmp_path / "found")]
    done = subprocess.run(
        [*command, "--kind", "toml", "--inputs", "200"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    name, inputs, crashes, *_ = done.stdout.splitlines()[1].split()
    assert (name, inputs, crashes) == ("toml", "200", "0")
    broken = tmp_path / "broken.py"
    broken.write_text(
        "import sys; from tests.fuzz import kinds, __main__ as run\n"
        "def fail(given): raise KeyError(given)\n"
        "kinds.KINDS['toml'] = (kinds.KINDS['toml'][0], fail)\n"
        "run.work('toml', 3, 2, 60)\n"
    )
    done = subprocess.run(
        [sys.executable, str(broken)],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["bad"] for each in said if "bad" in each] == [3, 4]
    assert "KeyError" in said[1]["what"]
