"""Releases made of C++ text, and one of their codecs run over another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from compatlint.check.positional.meet import Worlds, meet
from compatlint.notations.ceph.codecs import Codecs
from compatlint.notations.ceph.declarations import Declarations, Shared
from compatlint.wire.ir.steps import Codec, Item, walk


def read_all(named: dict[str, str]) -> tuple[dict[str, str], Callable[[Iterable[str]], dict[str, bytes]]]:
    """Return the blobs of some files by path, and what reads them."""
    blobs = {hashlib.sha1(text.encode()).hexdigest(): text.encode() for text in named.values()}
    paths = {path: hashlib.sha1(text.encode()).hexdigest() for path, text in named.items()}

    def read(wanted: Iterable[str]) -> dict[str, bytes]:
        return {blob: blobs[blob] for blob in wanted}

    return paths, read


def release(files: dict[str, str] | str) -> Codecs:
    """Return the codecs of a release of some files, or of one."""
    named = {"src/one.h": files} if isinstance(files, str) else files
    paths, read = read_all(named)
    codecs = Codecs(Declarations("commit", paths, Shared(read)))
    codecs.in_paths(named)
    return codecs


def codec(codecs: Codecs, name: str) -> Codec:
    """Return a codec that must be there."""
    found = codecs.codec(name)
    assert found is not None, name
    return found


def alone(files: dict[str, str] | str, name: str) -> Worlds:
    """Let a codec read what it writes."""
    codecs = release(files)
    return meet(codec(codecs, name), codec(codecs, name), codecs.codec, codecs.codec)


def between(writer: dict[str, str] | str, reader: dict[str, str] | str, name: str) -> Worlds:
    """Let one release read what another writes."""
    writes, reads = release(writer), release(reader)
    return meet(codec(writes, name), codec(reads, name), writes.codec, reads.codec)


def understood(meeting: Worlds) -> bool:
    """Tell whether every world was read to its end."""
    return not meeting.unread and bool(meeting.runs) and not meeting.failed


def outcomes(meeting: Worlds) -> set[str]:
    """Return what went wrong in the worlds of a meeting that was read."""
    assert not meeting.unread, meeting.unread
    return {run.outcome for run in meeting.failed}


def items(found: Codec, writing: bool) -> list[str]:
    """Return the names of a side's values in order."""
    program = found.encoder if writing else found.decoder
    return [step.name for step in walk(program or ()) if isinstance(step, Item)]
