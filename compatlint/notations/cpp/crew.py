"""Many files at once: the names or the facts of each, made in as many processes as there are processors.

What comes in is plain bytes and what goes out is what the cache keeps, so a second process needs nothing of the first one.
A second process that cannot be had or that fails costs time only: what it leaves undone is done here.
"""

from __future__ import annotations

import marshal
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

from compatlint.notations.cpp import facts, index
from compatlint.notations.cpp.facts import FileFacts
from compatlint.notations.cpp.outline import Piece
from compatlint.notations.cpp.parse import parse_piece

MOST = 4  # processes: reading from git and the work that follows do not get faster with more
WORTH = 1 << 20  # bytes of source below which starting a process costs more than it saves
CHUNK = 1 << 18

Key = TypeVar("Key")
Chunk = list[tuple[str, str, bytes]]


def _header_names(source: bytes) -> bytes:
    return index.dump(index.names(source))


def _source_names(source: bytes) -> bytes:
    return index.dump(index.names(source, header=False))


def _facts(packed: bytes) -> bytes:
    around, text, line = marshal.loads(packed)
    return facts.dump(parse_piece(Piece(around, text, line)))


JOBS: dict[str, Callable[[bytes], bytes]] = {"header": _header_names, "source": _source_names, "piece": _facts}


def parse(pieces: Mapping[Key, Piece]) -> dict[Key, FileFacts]:
    """Return the facts of pieces by key."""
    if sum(len(piece.text) for piece in pieces.values()) < WORTH:
        return {key: parse_piece(piece) for key, piece in pieces.items()}
    keys = list(pieces)
    packed = (marshal.dumps((piece.around, piece.text, piece.line)) for piece in pieces.values())
    done = spread({str(number): ("piece", source) for number, source in enumerate(packed)})
    made = ((key, facts.load(done[str(number)])) for number, key in enumerate(keys))
    return {key: found if found is not None else parse_piece(pieces[key]) for key, found in made}


def spread(wanted: Mapping[str, tuple[str, bytes]]) -> dict[str, bytes]:
    """Return the results of jobs by key; `wanted` gives each one's job and the source it is for."""
    pile = Pile([(key, job, source) for key, (job, source) in wanted.items()])
    done: dict[str, bytes] = {}
    hands = min(MOST, _processors(), len(wanted)) - 1 if pile.size >= WORTH else 0
    threads = [threading.Thread(target=_lead, args=(pile, 2 * hands, done), daemon=True) for _ in range(hands)]
    for thread in threads:
        thread.start()
    while chunk := pile.take(CHUNK):
        done.update(work(chunk))
    for thread in threads:
        thread.join()
    done.update(work([(key, job, source) for key, (job, source) in wanted.items() if key not in done]))
    return done


def work(chunk: Chunk) -> dict[str, bytes]:
    """Return the results of (key, job, source)."""
    return {key: JOBS[job](source) for key, job, source in chunk}


class Pile:
    """What is still to be done: whoever is free takes some of it. `size` is the bytes of source that are left."""

    def __init__(self, items: Chunk) -> None:
        self._items = items
        self._lock = threading.Lock()
        self.size = sum(len(source) for _, _, source in items)

    def take(self, least: int, share: int = 0) -> Chunk:
        """Take about `least` bytes off the pile, or a `share`-th of it if that is more; nothing if nothing is left."""
        with self._lock:
            wanted = max(least, self.size // share if share else 0)
            chunk: Chunk = []
            while self._items and wanted > 0:
                chunk.append(self._items.pop())
                wanted -= len(chunk[-1][2])
            self.size -= sum(len(source) for _, _, source in chunk)
        return chunk


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lead(pile: Pile, share: int, done: dict[str, bytes]) -> None:
    """Let another process work on `pile` until nothing is left or it fails.

    It gets much at a time: whenever it waits for this thread, this thread waits for the one that works.
    """
    # -P: the folder that compatlint runs in may be a hostile repository, nothing is imported from there.
    root = str(Path(__file__).resolve().parents[3])
    program = f"import sys; sys.path.append({root!r}); from {__name__} import serve; serve()"
    try:
        with subprocess.Popen(
            [sys.executable, "-P", "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            if process.stdin is None or process.stdout is None:
                return
            while chunk := pile.take(CHUNK, share):
                _send(chunk, process.stdin)
                done.update(_receive(process.stdout))
    except (OSError, ValueError, EOFError, TypeError, struct.error):
        return


def _send(value: Any, stream: IO[bytes]) -> None:
    packed = marshal.dumps(value)
    stream.write(struct.pack("<Q", len(packed)) + packed)
    stream.flush()


def _receive(stream: IO[bytes], head: bytes | None = None) -> Any:
    """Return what `_send` sent: read at once, for `marshal.load` would read it value by value."""
    (size,) = struct.unpack("<Q", stream.read(8) if head is None else head)
    return marshal.loads(stream.read(size))


def serve() -> None:
    """Answer what comes in on standard input until it ends: the other end of `_lead`."""
    asked, answered = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.read(8):
        _send(work(_receive(asked, head)), answered)
