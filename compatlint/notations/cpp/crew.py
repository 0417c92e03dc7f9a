"""Many files at once: the names or the facts of each, made in as many processes as there are processors.

What comes in is plain bytes and what goes out is what the cache keeps, so a second process needs nothing of the first one.
A second process that cannot be had or that fails costs time only: what it leaves undone is done here.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from compatlint.notations.cpp import facts, index
from compatlint.notations.cpp.parse import parse

MOST = 4  # processes: reading from git and the work that follows do not get faster with more
WORTH = 1 << 20  # bytes of source below which starting a process costs more than it saves
CHUNK = 1 << 18

Chunk = list[tuple[str, str, bytes]]


def _header_names(source: bytes) -> bytes:
    return index.dump(index.names(source))


def _source_names(source: bytes) -> bytes:
    return index.dump(index.names(source, header=False))


def _facts(source: bytes) -> bytes:
    return facts.dump(parse(source))


JOBS: dict[str, Callable[[bytes], bytes]] = {"header": _header_names, "source": _source_names, "facts": _facts}


def spread(wanted: Mapping[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """Return the results of jobs by key; `wanted` gives each one's job and the source it is for."""
    chunks = deque(_chunks(wanted))
    done: dict[str, bytes] = {}
    large = sum(len(source) for _, source in wanted.values()) >= WORTH
    hands = min(MOST, _processors(), len(chunks)) - 1 if large else 0
    threads = [threading.Thread(target=_lead, args=(chunks, done), daemon=True) for _ in range(hands)]
    for thread in threads:
        thread.start()
    _share(chunks, lambda chunk: done.update(work(chunk)))
    for thread in threads:
        thread.join()
    done.update(work([(key, job, source) for key, (job, source) in wanted.items() if key not in done]))
    return done


def work(chunk: Chunk) -> dict[str, bytes]:
    """Return the results of (key, job, source)."""
    return {key: JOBS[job](source) for key, job, source in chunk}


def _chunks(wanted: Mapping[str, tuple[str, bytes]]) -> Iterable[Chunk]:
    """Split into parts of about CHUNK bytes, so that whoever is free takes the next one."""
    chunk: Chunk = []
    size = 0
    for key, (job, source) in wanted.items():
        chunk.append((key, job, source))
        size += len(source)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _share(chunks: deque[Chunk], take: Callable[[Chunk], None]) -> None:
    while True:
        try:
            chunk = chunks.popleft()
        except IndexError:
            return
        take(chunk)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lead(chunks: deque[Chunk], done: dict[str, bytes]) -> None:
    """Let another process work on `chunks` until none is left or it fails."""
    # -P: the folder that compatlint runs in may be a hostile repository, nothing is imported from there.
    root = str(Path(__file__).resolve().parents[3])
    program = f"import sys; sys.path.append({root!r}); from {__name__} import serve; serve()"
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            if process.stdin is None or process.stdout is None:
                return
            asked, answered = process.stdin, process.stdout
            _share(chunks, lambda chunk: done.update(_ask(chunk, asked, answered)))
    except (OSError, ValueError, EOFError, TypeError):
        return


def _ask(chunk: Chunk, asked: IO[bytes], answered: IO[bytes]) -> dict[str, bytes]:
    marshal.dump(chunk, asked)
    asked.flush()
    found: dict[str, bytes] = marshal.load(answered)
    return found


def serve() -> None:
    """Answer what comes in on standard input until it ends: the other end of `_ask`."""
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            chunk = marshal.load(asked)
        except EOFError:
            return
        marshal.dump(work(chunk), answered)
        answered.flush()
