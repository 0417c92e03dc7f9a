"""Find the codec of a type name in a corpus: a name of the language, sometimes without its scope."""

from __future__ import annotations

from compatlint.notations.notation import CodecSource
from compatlint.wire.ir.steps import Codec, plain


def candidates(release: CodecSource, name: str) -> list[Codec]:
    """Return the codecs that a type name may mean, the exact name first, one for each distinct program."""
    names = [name, *sorted(release.find(name), key=lambda each: (each != name, each.count("::"), each))]
    found = {each: codec for each in dict.fromkeys(names) if (codec := release.codec(each)) is not None}
    if not found:
        found = {each: codec for each in release.aliases(name) if (codec := release.codec(each)) is not None}
    distinct: dict[object, Codec] = {}
    for codec in found.values():
        distinct.setdefault((codec.message, plain(codec.decoder)), codec)
    return list(distinct.values())


def derived(release: CodecSource, name: str) -> list[Codec]:
    """Return the codecs of the classes derived from `name`: an object of that type may be of any of them."""
    return [codec for each in release.derived(name) if (codec := release.codec(each)) is not None]
