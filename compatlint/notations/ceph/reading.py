"""One run's reading of Ceph's releases: their files, names and pieces are read once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from compatlint.notations.ceph.release import CephRelease, open_releases
from compatlint.notations.ceph.source_store import Made, Shared
from compatlint.notations.notation import ContentCache
from compatlint.sources.release import Read, Release


class CephReading:
    """What the releases of one run have in common; see `notation.Reading`."""

    def __init__(self, read: Read, cache: ContentCache | None) -> None:
        self._shared = Shared(lambda blobs: dict(read(blobs)), cache)

    def unconcerned(self, changes: Sequence[tuple[str, str | None, str | None]]) -> bool:
        """Tell whether no codec can have changed with some files, given as (path, old blob, new blob)."""
        from compatlint.notations.ceph.file_differences import idle

        return idle(self._shared, changes)

    def open(
        self, releases: Sequence[Release], meanwhile: Callable[[], object] = lambda: None
    ) -> list[CephRelease]:
        """Return the codecs of each release; `meanwhile` is called while git reads, if there is much to read."""
        sides = [(each.commit, dict(each.files)) for each in releases]
        return open_releases(sides, self._shared, meanwhile)

    def affected(self, old: CephRelease, new: CephRelease, paths: Sequence[str]) -> list[str]:
        """Return the codecs that a change of files can touch."""
        from compatlint.notations.ceph.affected_codecs import candidates

        return candidates(old, new, paths)

    def containers(self, release: CephRelease, names: Iterable[str]) -> list[tuple[str, str]]:
        """Return (container, contained) for every codec that directly holds one of `names`."""
        from compatlint.notations.ceph.dependents import containers

        return containers(release, names)

    def contents(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of blobs, without those over the size limit."""
        return self._shared.contents(blobs)

    def save(self) -> None:
        """Write what was read to the cache."""
        self._shared.save()

    def begin(self) -> None:
        """Begin anew, in another process."""
        self._shared.begin()

    def made(self) -> Made:
        """Return what was gathered since."""
        return self._shared.made()

    def absorb(self, made: Made) -> None:
        """Take what another process gathered."""
        self._shared.absorb(made)
