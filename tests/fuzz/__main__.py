"""Run inputs by chance for a while: `python -m tests.fuzz --minutes 30 [--kind cpp] [--seed N] [--inputs N]`.

Each kind runs in a process of its own, with a limit of memory and an alarm for each input. What crashes, hangs or
grows is saved as a reproducer: `python -m tests.fuzz --kind cpp --again NUMBER` runs one input again.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from compatlint import faults
from tests.fuzz.kinds import KINDS, made, tried

SECONDS = 10  # that one input may take
MEGABYTES = 1024  # that a process may take
BATCH = 50  # inputs between two lines of progress
STEP = 10_000_000  # numbers between two seeds


class TooLong(BaseException):
    """An input took longer than it may."""


def ring(*_: object) -> None:
    raise TooLong


def work(kind: str, first: int, count: int, seconds: float) -> None:
    """Run inputs `first` and on, and print what happened as lines of JSON."""
    faults.loud = True
    resource.setrlimit(resource.RLIMIT_AS, (4 * MEGABYTES << 20, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, ring)
    gc.set_threshold(100_000, 50, 100)  # as the command line does
    end = time.monotonic() + seconds
    worst, slowest = 0.0, first
    for number in range(first, first + count):
        if (number - first) % BATCH == 0:
            told(number, worst, slowest)
            if time.monotonic() > end:
                return
        began = time.process_time()
        signal.alarm(6 * SECONDS)  # of the clock: others may be at work
        try:
            tried(kind, made(kind, number))
        except TooLong:
            print(json.dumps({"bad": number, "what": f"over {6 * SECONDS} s"}), flush=True)
        except BaseException:
            print(json.dumps({"bad": number, "what": traceback.format_exc()}), flush=True)
        signal.alarm(0)
        took = time.process_time() - began
        if took > worst:
            worst, slowest = took, number
        if took > SECONDS:
            print(json.dumps({"bad": number, "what": f"{took:.1f} s of the processor"}), flush=True)
    told(first + count, worst, slowest)


def told(number: int, worst: float, slowest: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"at": number, "worst": worst, "slowest": slowest, "peak": peak}), flush=True)


def run(kind: str, first: int, count: int, seconds: float, folder: Path) -> dict[str, float]:
    """Run one kind, with a new process after each one that dies; return its figures."""
    figures = {"inputs": 0, "crashes": 0, "worst": 0.0, "slowest": 0, "peak": 0}
    number, end = first, time.monotonic() + seconds
    while number < first + count and time.monotonic() < end:
        command = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--work",
            kind,
            str(number),
            str(first + count - number),
        ]
        command.append(str(end - time.monotonic()))
        at = number
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.nice(19)
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                if "bad" in said:
                    figures["crashes"] += 1
                    save(folder, kind, said["bad"], said["what"])
                    continue
                at = said["at"]
                if said["worst"] > figures["worst"]:
                    figures["worst"], figures["slowest"] = said["worst"], said["slowest"]
                figures["peak"] = max(figures["peak"], said["peak"])
        figures["inputs"] += at - number
        if process.returncode:
            figures["crashes"] += 1
            save(folder, kind, at, f"the process ended with {process.returncode} within {BATCH} inputs")
            at += BATCH
        number = at if at > number else number + BATCH
        if figures["peak"] > MEGABYTES:
            save(folder, kind, at, f"{figures['peak']} MB")
    return figures


def save(folder: Path, kind: str, number: int, what: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    given = made(kind, number)
    text = f"{kind} {number}: {what}\n\n{given!r}\n"
    (folder / f"{kind}-{number}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")
    print(f"{kind} {number}: {what.strip().splitlines()[-1]}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="how long, for all kinds together")
    parser.add_argument("--kind", choices=list(KINDS), action="append", help="only this kind")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other inputs")
    parser.add_argument("--inputs", type=int, default=STEP, help="at most so many of each kind")
    parser.add_argument("--save", type=Path, default=Path("fuzz-found"), help="where reproducers go")
    parser.add_argument("--again", type=int, metavar="NUMBER", help="run one input of a kind again")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    wish = parser.parse_args()
    if wish.work:
        kind, first, count, seconds = wish.work
        work(kind, int(first), int(count), float(seconds))
        return 0
    kinds = wish.kind or list(KINDS)
    if wish.again is not None:
        faults.loud = True
        for kind in kinds:
            given = made(kind, wish.again)
            print(given)
            tried(kind, given)
        return 0
    crashes = 0
    print(f"{'kind':10} {'inputs':>9} {'crashes':>8} {'worst s':>8} {'of input':>10} {'MB':>5}")
    for kind in kinds:
        share = wish.minutes * 60 / len(kinds)
        found = run(kind, wish.seed * STEP, wish.inputs, share, wish.save)
        crashes += int(found["crashes"])
        row = (
            f"{kind:10} {found['inputs']:9} {found['crashes']:8} {found['worst']:8.2f} {found['slowest']:10}"
        )
        print(f"{row} {found['peak']:5}", flush=True)
    return int(crashes > 0)


if __name__ == "__main__":
    sys.exit(main())
