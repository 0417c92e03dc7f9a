"""What a comparison costs: time, memory, and what git and tree-sitter alone need for their part of it.

    python benchmarks/speed.py --repo /path/to/ceph.git [--runs 3] [RANGE ...]

Every figure is of a whole process, the interpreter's start included: "cold" begins with an empty cache
folder, "warm" asks again. Without ranges, those of Ceph that README.md reports are measured.
"""

from __future__ import annotations

import argparse
import marshal
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

RANGES = {
    "documentation only": "ee35ddf5bbe~1..ee35ddf5bbe",
    "one commit, no codec": "f2779e5a3d7~1..f2779e5a3d7",
    "one commit, codecs": "ba06fcbe3e8~1..ba06fcbe3e8",
    "point release": "v13.2.2..v13.2.3",
    "major release": "v13.2.0..v14.2.0",
}
MEGA = 1 << 20


@dataclass(frozen=True)
class Cost:
    """One process: seconds on the clock, seconds of processor time with its children's, bytes of the largest of them."""

    wall: float
    cpu: float
    peak: int


def run(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command and return what it cost; exit codes 0 and 1 are results."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def median(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure, and the largest peak."""
    wall, cpu = (statistics.median(each) for each in ([c.wall for c in costs], [c.cpu for c in costs]))
    return Cost(wall, cpu, max(each.peak for each in costs))


def measure(repo: str, terms: str, runs: int) -> tuple[Cost, Cost, tuple[int, int, float]]:
    """Return the cost of a range with an empty and with a full cache, and of what was parsed.

    Files, bytes, seconds.
    """
    command = [sys.executable, "-m", "compatlint", "diff", terms, "--repo", repo, "--format", "json"]
    cold, warm = [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "COMPATLINT_CACHE": folder}
            cold.append(run(command, environment))
            warm.append(run(command, environment))
            parsed = parse_alone(repo, terms, folder)
    return median(cold), median(warm), parsed


def parse_alone(repo: str, terms: str, folder: str) -> tuple[int, int, float]:
    """Let tree-sitter alone parse, in one process, what the run that filled the cache in `folder` had parsed."""
    from compatlint.notations.ceph.wants import wants
    from compatlint.notations.languages.cpp import bodies, file_facts
    from compatlint.notations.languages.cpp.outline import outline
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Repository

    repository = Repository.open(repo)
    blobs = {blob for tree in repository.range(terms) for path, blob in tree.files().items() if wants(path)}
    known = Cache(folder).get_many("facts", file_facts.VERSION, blobs)
    pieces = {
        outline(source).pieces[number]: None
        for blob, source in repository.read(known).items()
        for number in marshal.loads(known[blob])
    }
    sources = [piece.text.encode() for piece in pieces]
    parser = bodies.parser()
    started = time.process_time()
    for source in sources:
        parser.parse(source)
    return len(known), sum(map(len, sources)), time.process_time() - started


def start(repo: str, runs: int) -> dict[str, Cost]:
    """Return the cost of starting: the interpreter alone, the version, a range that concerns nothing, a warm answer."""
    program = [sys.executable, "-m", "compatlint"]
    nothing, known = (
        [*program, "diff", RANGES[name], "--repo", repo] for name in ("documentation only", "point release")
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "COMPATLINT_CACHE": folder}
        run(known, environment)
        asked = {
            "the interpreter alone": [sys.executable, "-c", "pass"],
            "`compatlint --version`": [*program, "--version"],
            "a range that concerns nothing": nothing,
            "a point release, asked again": known,
        }
        return {name: median([run(each, environment) for _ in range(runs)]) for name, each in asked.items()}


def raw_diff(repo: str, terms: str) -> Cost:
    """Return what git alone needs to name the files that differ."""
    return run(["git", "-C", repo, "diff", "--raw", *terms.split("..")], os.environ)


def main() -> None:
    """Measure and print one row for each range."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--repo", required=True, help="a repository of Ceph, bare or not")
    asked.add_argument(
        "--runs", type=int, default=3, help="how often each range is measured; medians are shown"
    )
    asked.add_argument("--start", action="store_true", help="measure only what every start costs")
    asked.add_argument("ranges", nargs="*", help="ranges A..B instead of the usual ones")
    options = asked.parse_args()
    repo = str(Path(options.repo).resolve())
    if options.start:
        print("| start | clock | cpu |\n|---|--:|--:|")
        for name, cost in start(repo, max(options.runs, 5)).items():
            print(f"| {name} | {cost.wall:.3f} s | {cost.cpu:.3f} s |")
        return
    print("| range | cold | cpu | warm | cpu | peak | git diff --raw | parsed | tree-sitter alone |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, terms in {each: each for each in options.ranges}.items() if options.ranges else RANGES.items():
        cold, warm, (files, size, seconds) = measure(repo, terms, options.runs)
        git = raw_diff(repo, terms)
        figures = (
            f"{cold.wall:.2f} s", f"{cold.cpu:.2f} s", f"{warm.wall:.2f} s", f"{warm.cpu:.2f} s",
            f"{max(cold.peak, warm.peak) / MEGA:.0f} MB", f"{git.wall:.2f} s",
            f"{files} files, {size / MEGA:.1f} MB", f"{seconds:.2f} s",
        )  # fmt: skip
        label = terms if name == terms else f"{name}, `{terms}`"
        print(f"| {label} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
