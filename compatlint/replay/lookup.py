"""Which codec a type's name in a corpus means: names there are C++ names, some without their scope."""

from __future__ import annotations

from compatlint.check.positional.queries import plain
from compatlint.notations.ceph.release import CephRelease, find
from compatlint.wire.ir.steps import Codec


def candidates(release: CephRelease, name: str) -> list[Codec]:
    """Return the codecs that a type's name may mean, the one of exactly that name first.

    One of each program.
    """
    codecs = release.codecs
    names = [name, *sorted(find(release, name), key=lambda each: (each != name, each.count("::"), each))]
    found = {each: codec for each in dict.fromkeys(names) if (codec := codecs.codec(each)) is not None}
    if not found:
        found = {each: codec for each in _meant(release, name) if (codec := codecs.codec(each)) is not None}
    distinct: dict[object, Codec] = {}
    for codec in found.values():
        distinct.setdefault((codec.message, plain(codec.decoder)), codec)
    return list(distinct.values())


def _meant(release: CephRelease, name: str) -> list[str]:
    """Return what aliases of that name stand for."""
    short = name.split("<", maxsplit=1)[0].rsplit("::", 1)[-1]
    release.corpus.need(short)
    return sorted({text.strip() for _, text, _ in release.corpus.types.get(short, ())})


def derived(release: CephRelease, name: str) -> list[Codec]:
    """Return the codecs of classes derived from one: an object of the base's name may be of any of them."""
    found = release.corpus.nearest_class(name.split("<", maxsplit=1)[0], "", "")
    children = release.codecs.types.children(*found) if found is not None else ()
    return [codec for each in children if (codec := release.codecs.codec(each.name)) is not None]
