"""The pipeline of `replay`: corpus and revision -> objects by type -> codec by trial -> outcome of each object."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compatlint.promise import version_of
from compatlint.replay import crew
from compatlint.replay.results import Replayed, Results
from compatlint.wire import held

if TYPE_CHECKING:
    from compatlint.notations.ceph.release import Release
    from compatlint.replay.trust import Trust
    from compatlint.sources.cache import Cache
    from compatlint.sources.corpus import Corpus, Sample
    from compatlint.sources.git import Repository, Tree
    from compatlint.wire.replay import Replay
    from compatlint.wire.steps import Codec

Progress = Callable[[int, int, str], None]


def replay(
    corpus: Corpus,
    repository: Repository,
    tree: Tree,
    *,
    samples: Sequence[Sample],
    cache: Cache | None = None,
    progress: Progress | None = None,
    values: bool = False,
) -> Results:
    """Return what the decoders of `tree` make of objects of a corpus. `values` keeps what was decoded.

    `progress` is called with (done, total, what). Raises CompatlintError if a revision or an object cannot be read.
    """
    from compatlint.notations.ceph.release import open_releases

    started = time.monotonic()
    tell = progress or (lambda done, total, what: None)
    tell(0, 1, "reading names")
    (release,), shared = open_releases([(tree.commit, tree.files())], repository.read, cache)
    contents = corpus.read(samples)
    work = Work(release, corpus, contents, values, version_of(tree.rev))
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.type, []).append(sample)
    done = crew.spread(groups, work.group, shared.save, tell)
    shared.save()
    found = [each for name in groups for each in done[name]]
    return Results(tree.rev, tuple(found), time.monotonic() - started)


@dataclass
class Work:
    """One release at work on objects."""

    release: Release
    corpus: Corpus
    contents: dict[str, bytes]
    values: bool = False
    version: tuple[int, ...] | None = None
    _trust: Trust | None = field(default=None, repr=False)

    def group(self, name: str, samples: Sequence[Sample]) -> list[Replayed]:
        """Return the outcome of every object of one type."""
        from compatlint.replay.choose import candidates

        codecs = candidates(self.release, name)
        if not codecs:
            return [self._unread(each, "no codec found") for each in samples]
        present = [each for each in samples if each.where in self.contents]
        tried = [(codec, {each: self.one(codec, each) for each in present}) for codec in codecs]
        fitting = [(codec, found) for codec, found in tried if all(each.outcome == "exact" for each in found.values())]
        reason = ""
        if len(tried) > 1 and len(fitting) != 1:
            names = ", ".join(codec.name for codec in codecs)
            reason = f"the name is not unique ({names}), and {len(fitting) or 'none'} of them fit"
            if fitting and fitting[0][0].name == name:
                fitting, reason = fitting[:1], ""
        codec, found = (fitting or tried)[0]
        out = []
        for each in samples:
            if reason or each not in found:
                out.append(self._unread(each, reason or "over the size limit"))
            else:
                out.append(self._replayed(each, codec, self.trust().weigh(codec, found[each])))
        return out

    def one(self, codec: Codec, sample: Sample) -> Replay:
        """Return what a codec makes of an object."""
        from compatlint.notations.ceph.envelope import open_envelope
        from compatlint.wire.replay import Replay
        from compatlint.wire.replay import replay as replay_bytes

        content = self.contents[sample.where]
        programs = self.release.codecs.codec
        if not codec.message:
            return replay_bytes(codec, content, programs)
        envelope = open_envelope(content)
        if envelope is None:
            return Replay("unread", "not a whole message: header, footer, payload, middle and data", size=len(content))
        return replay_bytes(codec, envelope.payload, programs, (envelope.version, envelope.oldest), envelope.beside)

    def trust(self) -> Trust:
        """Return what tells a broken release from a misread one."""
        from compatlint.replay.trust import Trust

        if self._trust is None:
            self._trust = Trust(self.release)
        return self._trust

    def _unread(self, sample: Sample, reason: str) -> Replayed:
        return Replayed(
            sample.archive, sample.type, sample.name, "unread", reason, noted=self.corpus.unreadable(sample, self.version)
        )

    def _replayed(self, sample: Sample, codec: Codec, found: Replay) -> Replayed:
        return Replayed(
            sample.archive,
            sample.type,
            sample.name,
            found.outcome,
            found.reason,
            codec.name,
            found.size,
            held.shown(found.held) if self.values else None,
            noted=self.corpus.unreadable(sample, self.version),
        )
