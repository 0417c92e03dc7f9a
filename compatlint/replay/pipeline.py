"""The pipeline of `replay`.

Corpus and revision -> objects by type -> codec by trial -> outcome of each object.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from compatlint.notations.notation import Positional, asked
from compatlint.parallel import divide
from compatlint.promise import version_of
from compatlint.replay.reencode import ALLOWED, Written
from compatlint.replay.reencode import reencode as encode_again
from compatlint.replay.results import Replayed, Results
from compatlint.sources.release import Release
from compatlint.wire.concrete import memory
from compatlint.wire.concrete.decode_object import WRONG, Replay
from compatlint.wire.concrete.decode_object import replay as replay_bytes
from compatlint.wire.ir.conventions import NO_CONVENTIONS, Conventions

if TYPE_CHECKING:
    from compatlint.notations.notation import CodecSource
    from compatlint.replay.verdict import Trust
    from compatlint.sources.cache import Cache
    from compatlint.sources.corpus import Corpus, Sample
    from compatlint.sources.git import Repository, Tree
    from compatlint.wire.ir.steps import Codec

Progress = Callable[[int, int, str], None]
WORTH = 300  # objects below which another process costs more than it saves


def replay(
    corpus: Corpus,
    repository: Repository,
    tree: Tree,
    *,
    samples: Sequence[Sample],
    writer: Tree | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    values: bool = False,
    reencode: bool = False,
    notation: str = "",
) -> Results:
    """Decode objects of a corpus with the decoders of `tree`, and return the outcomes.

    With `writer`, the programs of that release first decode the objects and encode them again. `values` keeps
    the decoded values; `reencode` encodes them again and compares the bytes. `notation` names the notation of
    the codecs ("": the first positional one). `progress` is called with (done, total, name of the step or the
    type). Raises CompatlintError if a revision cannot be read.
    """
    started = time.monotonic()
    tell = progress or (lambda *_: None)
    tell(0, 1, "reading names")
    trees = [tree] if writer is None else [tree, writer]
    mine = _positional(notation)
    reading = mine.reading(repository.read, cache)
    releases = reading.open([Release.of(each, repository.read) for each in trees])
    contents = corpus.read(samples)
    work = ReplayedRelease(releases[0], mine, corpus, dict(contents), values, reencode, version_of(tree.rev))
    if writer is not None:
        work.writer = ReplayedRelease(releases[1], mine, corpus, contents)
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.type, []).append(sample)
    names = list(groups)
    done = divide(
        names,
        lambda name: work.group(name, groups[name]),
        weigh=lambda name: len(groups[name]),
        worth=WORTH,
        gathering=reading,
        meanwhile=reading.save,
        tell=lambda done, total: tell(done, total, names[done]),
    )
    reading.save()
    found = [each for some in done for each in some]
    return Results(
        tree.rev, tuple(found), time.monotonic() - started, writer.rev if writer is not None else ""
    )


def _positional(name: str) -> Positional:
    """Return a positional notation by its name, or the first one."""
    wanted = (name,) if name else ()
    return next(each for each in asked(wanted) if isinstance(each, Positional))


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one object: the codec that decoded it (None: not known), and how it went."""

    sample: Sample
    codec: Codec | None
    replay: Replay


@dataclass
class ReplayedRelease:
    """One release that decodes objects, and remembers what it needs for that."""

    release: CodecSource
    notation: Positional
    corpus: Corpus
    contents: dict[str, bytes]
    values: bool = False
    reencode: bool = False
    version: tuple[int, ...] | None = None
    writer: ReplayedRelease | None = None
    written: dict[Sample, Verdict] = field(default_factory=dict)
    _trust: Trust | None = field(default=None, repr=False)

    def group(self, name: str, samples: Sequence[Sample]) -> list[Replayed]:
        """Return the outcome of every object of one type."""
        unwritten = self._write(name, samples) if self.writer is not None else {}
        return [
            self._replayed(
                replace(each, replay=Replay("unread", unwritten[each.sample]))
                if each.sample in unwritten
                else each
            )
            for each in self.verdicts(name, samples)
        ]

    def verdicts(self, name: str, samples: Sequence[Sample]) -> list[Verdict]:
        """Return the verdict of every object of one type.

        If several codecs have the name, the bytes decide: the codec is the only one that decodes all objects
        of the type, or else, object by object, the only one that decodes the object.
        """
        from compatlint.replay.lookup import candidates

        codecs = candidates(self.release, name)
        present = [each for each in samples if each.where in self.contents]
        tried = [(codec, {each: self.one(codec, each) for each in present}) for codec in codecs]
        fitting = [codec for codec, found in tried if all(each.outcome == "exact" for each in found.values())]
        if len(fitting) == 1 or (fitting and fitting[0].name == name):
            tried = [(codec, found) for codec, found in tried if codec is fitting[0]]
        out = []
        for each in samples:
            if not codecs or each not in tried[0][1]:
                out.append(
                    _unread(
                        each, "its bytes are absent, or over the size limit" if codecs else "no codec found"
                    )
                )
            else:
                out.append(self._chosen(each, [(codec, found[each]) for codec, found in tried]))
        return out

    def _chosen(self, sample: Sample, tried: list[tuple[Codec, Replay]]) -> Verdict:
        """Return the verdict of the only codec that decodes an object."""
        from compatlint.replay.lookup import derived

        if len(tried) == 1 and tried[0][1].outcome not in ("exact", "unread"):
            heirs = [(codec, self.one(codec, sample)) for codec in derived(self.release, tried[0][0].name)]
            tried = [pair for pair in heirs if pair[1].outcome == "exact"] or tried
        exact = [pair for pair in tried if pair[1].outcome == "exact"]
        if len(tried) > 1 and len(exact) != 1:
            names = ", ".join(codec.name for codec, _ in tried)
            return _unread(
                sample, f"the name is not unique ({names}), and {len(exact) or 'none'} of them fit"
            )
        codec, found = (exact or tried)[0]
        return Verdict(sample, codec, self.trust().weigh(codec, found))

    def _write(self, name: str, samples: Sequence[Sample]) -> dict[Sample, str]:
        """Put what the writing release makes of the objects in their place.

        Return why it can make nothing of some.
        """
        assert self.writer is not None
        unwritten = {}
        for verdict in self.writer.verdicts(name, samples):
            sample, found = verdict.sample, verdict.replay
            if verdict.codec is None or found.outcome not in ("exact", "dropped"):
                unwritten[sample] = f"the writing release does not read it: {found.outcome}: {found.reason}"
                continue
            self.written[sample] = verdict
            taken = self.writer.taken(verdict.codec, sample)
            result = (
                encode_again(verdict.codec, found, taken, self.writer.release.codec)
                if taken is not None
                else None
            )
            if result is not None and result.written is not None and result.outcome in ALLOWED:
                self.contents[sample.where] = self._sealed(self.contents[sample.where], result.written)
            # If its encoder cannot be followed, the bytes of the corpus stay: the release may have written
            # them.
        return unwritten

    def one(self, codec: Codec, sample: Sample) -> Replay:
        """Decode an object with a codec."""
        taken = self.taken(codec, sample)
        if taken is None:
            return Replay("unread", "not a whole message: header, footer, payload, middle and data")
        return replay_bytes(codec, taken.content, self.release.codec, taken.header, dict(taken.beside))

    def taken(self, codec: Codec, sample: Sample) -> Written | None:
        """Return the bytes that the codec decodes: a message is taken out of its envelope.

        None if the envelope is not whole.
        """
        content = self.contents[sample.where]
        if not codec.message:
            return Written(content)
        envelope = self.notation.envelope
        opened = envelope.open(content) if envelope is not None else None
        if opened is None:
            return None
        payload, header, beside = opened
        return Written(payload, header, tuple(beside.items()))

    def _sealed(self, content: bytes, written: Written) -> bytes:
        if written.header is None or self.notation.envelope is None:
            return written.content
        return self.notation.envelope.seal(content, written.content, dict(written.beside), *written.header)

    def trust(self) -> Trust:
        """Return the judge that tells a broken release from a misread one."""
        from compatlint.replay.verdict import Trust

        if self._trust is None:
            self._trust = Trust(self.release)
        return self._trust

    def _replayed(self, verdict: Verdict) -> Replayed:
        sample, codec, found = verdict.sample, verdict.codec, verdict.replay
        result = None
        taken = self.taken(codec, sample) if codec is not None else None
        if self.reencode and codec is not None and taken is not None:
            result = encode_again(codec, found, taken, self.release.codec)
        return Replayed(
            sample.archive,
            sample.type,
            sample.name,
            found.outcome,
            found.reason,
            codec.name if codec is not None else "",
            found.size,
            memory.shown(found.held, _names(codec).outside) if self.values else None,
            result.outcome if result is not None else "",
            result.reason if result is not None else "",
            self.corpus.unreadable(sample, self.version),
            found.consumed,
            _around(taken.content, found.consumed) if taken is not None and found.outcome in WRONG else "",
            _misread(self.written[sample], verdict) if sample in self.written else "",
        )


def _around(content: bytes, at: int) -> str:
    """Return up to eight bytes before and after a position, in hexadecimal."""
    return f"{content[max(0, at - 8) : at].hex()} | {content[at : at + 8].hex()}"


def _misread(written: Verdict, read: Verdict) -> str:
    """Return a sentence about the first member that got a different value in the reader, "" if none did.

    Local variables and versions are not members.
    """
    found = read.replay.held
    if read.replay.outcome not in ("exact", "dropped") or written.codec is None or read.codec is None:
        return ""
    if written.codec.name != read.codec.name:
        return ""
    hidden = _names(written.codec).frames
    for path, value in written.replay.held.items():
        if "#" in path or path.startswith(hidden) or path not in found:
            continue
        one, other = memory.plain(value), memory.plain(found[path])
        if (
            isinstance(one, int)
            and isinstance(other, int)
            and abs(one - other) in (1 << 8, 1 << 16, 1 << 32, 1 << 64)
        ):
            continue  # one release reads it with its sign, the other without
        if isinstance(one, int | bytes) and type(one) is type(other) and one != other:
            return f"{path} is read as {memory.shown(other)!r}, {memory.shown(one)!r} was written"
    return ""


def _names(codec: Codec | None) -> Conventions:
    return codec.conventions if codec is not None else NO_CONVENTIONS


def _unread(sample: Sample, reason: str) -> Verdict:
    return Verdict(sample, None, Replay("unread", reason))
