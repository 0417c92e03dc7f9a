"""The Ceph notation's front door: one release with its codecs and features."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from compatlint.notations.ceph.declarations import Declarations, Shared
from compatlint.notations.ceph.wants import DENC, wants
from compatlint.wire.ir.steps import Codec
from compatlint.wire.ir.terms import bit


class CephRelease:
    """One release: its codecs and its features. `paths` is path -> blob id of files that `wants` accepted."""

    def __init__(self, commit: str, paths: dict[str, str], shared: Shared, denc: str = "") -> None:
        """`denc` is the blob of the release's own include/denc.h, "" where it has none."""
        from compatlint.notations.ceph.codecs import Codecs

        self.corpus = Declarations(commit, paths, shared, denc)
        self.codecs = Codecs(self.corpus)
        self._features: frozenset[str] | bool | None = False

    def features(self) -> frozenset[str] | None:
        """Return the features that this release's daemons announce, None where it does not list them.

        By name and, as on the wire there is nothing but bits, by bit.

        Source: CEPH_FEATURES_ALL in src/include/ceph_features.h.
        """
        if self._features is False:
            self._features = self._find_features()
        return self._features if not isinstance(self._features, bool) else None

    def _find_features(self) -> frozenset[str] | None:
        self.corpus.need("CEPH_FEATURES_ALL")
        listed = self.corpus.defines.get("CEPH_FEATURES_ALL")
        paths = self.corpus.where.get("CEPH_FEATURES_ALL", [])
        if listed is None or not paths:
            return None
        source = (
            self.corpus.shared.contents([self.corpus.paths[paths[0]]])
            .get(self.corpus.paths[paths[0]], b"")
            .decode("utf-8", "replace")
        )
        found = re.search(r"define\s+CEPH_FEATURES_ALL\b((?:.*\\\n)*.*)", source)
        names = re.findall(r"CEPH_FEATURE(?:MASK)?_(\w+)", found[1] if found else "")
        order = self.codecs.types.order()
        bits = {bit(rank) for name in names if (rank := order.rank(name)) is not None}
        return frozenset(names) | bits if names else None

    def count(self) -> int:
        """Return how many encoders the release's files define, by their names alone."""
        total = 0
        for blob in self.corpus.paths.values():
            total += next(
                (int(name[1:]) for name in self.corpus.shared.names.get(blob, ()) if name[:1] == "#"), 0
            )
        return total

    def codec(self, name: str) -> Codec | None:
        """Return a codec with its programs, by its full name."""
        return self.codecs.codec(name)

    def declares(self, path: str) -> bool:
        """Tell whether a file declares anything that a codec can be made of."""
        return bool(self.corpus.shared.names.get(self.corpus.paths.get(path, "")))

    def marked(self) -> list[str]:
        """Return the files that take part in an encoding."""
        return self.corpus.marked

    def files(self) -> list[str]:
        """Return the files that take part in an encoding and may hold a codec."""
        return [path for path in self.marked() if wants(path)]

    def named_in(self, paths: Collection[str]) -> list[str]:
        """Return the names of the codecs with a side in some files."""
        return [reference.name for reference in self.codecs.in_paths(paths)]

    def find(self, name: str) -> list[str]:
        """Return the codecs that a user's name means: the exact one, or all with that last part."""
        exact = self.codecs.reference(name)
        short = name.split("<", maxsplit=1)[0].rsplit("::", 1)[-1]
        paths = {path for _, path in self.corpus.classes_called(short)}
        paths.update(path for key in (short, f"{short}()") for path in self.corpus.where.get(key, ()))
        names = {each for each in self.named_in(paths) if each == name or each.endswith("::" + name)}
        if self.codecs.is_raw(name):
            names.add(name)
        return sorted(names if exact is None else names | {exact.name})

    def known(self) -> list[str]:
        """Return the short names of all codecs, for suggestions."""
        return sorted({name.rsplit("::", 1)[-1].lstrip("!") for name in self.corpus.where if name[:1] == "!"})

    def aliases(self, name: str) -> list[str]:
        """Return the names that an alias of that name stands for."""
        short = name.split("<", maxsplit=1)[0].rsplit("::", 1)[-1]
        self.corpus.need(short)
        return sorted({text.strip() for _, text, _ in self.corpus.types.get(short, ())})

    def derived(self, name: str) -> list[str]:
        """Return the names of the classes derived from one: an object of the base's name may be of any of them."""
        found = self.corpus.nearest_class(name.split("<", maxsplit=1)[0], "", "")
        return [each.name for each in self.codecs.types.children(*found)] if found is not None else []

    def holds(self, path: str) -> bool:
        """Tell whether a file names a codec."""
        names = self.corpus.shared.names.get(self.corpus.paths.get(path, ""), ())
        return any(name[:1] in "!#" for name in names)

    def failed(self, path: str) -> str | None:
        """Return why a file was not read, None if it was."""
        blob = self.corpus.paths.get(path)
        return self.corpus.shared.failed.get(blob) if blob is not None else None


def open_releases(
    sides: Iterable[tuple[str, dict[str, str]]],
    shared: Shared,
    meanwhile: Callable[[], object] = lambda: None,
) -> list[CephRelease]:
    """Return a release for each (commit, path -> blob id), with the names of their files read at once.

    `meanwhile` is called while git reads, if there is much to read.
    """
    wanted = [
        (
            commit,
            {path: blob for path, blob in files.items() if wants(path)},
            next((blob for path, blob in sorted(files.items()) if DENC.search(path)), ""),
        )
        for commit, files in sides
    ]
    shared.load_names(*(paths for _, paths, _ in wanted), meanwhile=meanwhile)
    return [CephRelease(commit, paths, shared, denc) for commit, paths, denc in wanted]
