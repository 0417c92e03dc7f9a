"""Which codec a type's name in a corpus means: names there are names of the language, some without their scope."""

from __future__ import annotations

from compatlint.check.positional.queries import plain
from compatlint.notations.notation import CodecSource
from compatlint.wire.ir.steps import Codec


def candidates(release: CodecSource, name: str) -> list[Codec]:
    """Return the codecs that a type's name may mean, the one of exactly that name first.

    One of each program.
    """
    names = [name, *sorted(release.find(name), key=lambda each: (each != name, each.count("::"), each))]
    found = {each: codec for each in dict.fromkeys(names) if (codec := release.codec(each)) is not None}
    if not found:
        found = {each: codec for each in release.aliases(name) if (codec := release.codec(each)) is not None}
    distinct: dict[object, Codec] = {}
    for codec in found.values():
        distinct.setdefault((codec.message, plain(codec.decoder)), codec)
    return list(distinct.values())


def derived(release: CodecSource, name: str) -> list[Codec]:
    """Return the codecs of classes derived from one: an object of the base's name may be of any of them."""
    return [codec for each in release.derived(name) if (codec := release.codec(each)) is not None]
