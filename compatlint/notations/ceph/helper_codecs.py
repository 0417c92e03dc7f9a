"""Codecs that are only a part of another.

A pair of functions that the encode and decode of their class call, and nobody else.

Such a pair is looked through where its caller is lowered, so judging it by itself would say the same twice,
or worse: it knows nothing of the frame, the version and the conditions that its caller puts around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from compatlint.notations.ceph.discovery import Body, Discovery, Reference
from compatlint.notations.ceph.pairing import STEM
from compatlint.notations.languages.cpp.file_facts import FunctionFacts

_CALLED = re.compile(r"\b\w*(?:en|de)code\w*")
_PLAIN = frozenset(("encode", "decode", "encode_payload", "decode_payload"))


def whole(codecs: Discovery, reference: Reference) -> Reference:
    """Return the codec that a pair of functions is only a part of, or else its own."""
    owner, _, short = reference.name.rpartition("::")
    if (
        not owner
        or short in _PLAIN
        or not STEM.search(short)
        or reference.encoder is None
        or reference.decoder is None
    ):
        return reference
    own = codecs.reference(owner)
    if own is None or own.encoder is None or own.decoder is None:
        return reference
    within = set(map(_place, (*calls(codecs, own, own.encoder), *calls(codecs, own, own.decoder))))
    if any(_place(side) not in within for side in (reference.encoder, reference.decoder)):
        return reference
    outside = all(_called(codecs, side, owner, within) for side in (reference.encoder, reference.decoder))
    return reference if outside else own


def calls(codecs: Discovery, reference: Reference, side: Body) -> list[Body]:
    """Return a side of a class's codec and the functions of the class that it calls, however deep."""
    found = {_place(side): side}
    pending = [side[0]]
    while pending and reference.owner is not None:
        for name in sorted(set(_CALLED.findall(_text(pending.pop()))) - _PLAIN):
            for body in codecs.corpus.overloads(reference.owner.name, name) if STEM.search(name) else ():
                if _place(body) not in found:
                    found[_place(body)] = body
                    pending.append(body[0])
    return list(found.values())


def _called(codecs: Discovery, side: Body, owner: str, within: set[tuple[str, int]]) -> bool:
    """Tell whether a function that is none of `within` calls a side of a pair."""
    name = side[0].name.rpartition("::")[2]
    call = re.compile(rf"(\.|->|::)?\s*\b{re.escape(name)}\b")
    corpus = codecs.corpus
    return any(
        (path, each.line) not in within and _calls_it(each, call, name, owner, codecs)
        for path in _mentioning(codecs, name)
        for each in corpus.functions_in(path, name)
    )


def _calls_it(
    function: FunctionFacts, call: re.Pattern[str], name: str, owner: str, codecs: Discovery
) -> bool:
    """Tell whether a function may call `owner`'s method of a name.

    Without an object, a method calls its own class's.
    """
    found = [match[1] for match in call.finditer(_text(function))]
    if not isinstance(function.source, str):
        return bool(found)
    mine = function.name.rpartition("::")[0]
    another = not mine or (
        not owner.endswith(mine.rpartition("::")[2]) and codecs.corpus.method(mine, name) is not None
    )
    return any(before or not another for before in found)


def _mentioning(codecs: Discovery, name: str) -> list[str]:
    """Return the files that mention a name."""
    corpus, word = codecs.corpus, name.encode()
    sources = corpus.shared.contents(corpus.paths[path] for path in corpus.marked)
    return [path for path in corpus.marked if word in sources.get(corpus.paths[path], b"")]


def _place(body: Body) -> tuple[str, int]:
    return body[1], body[0].line


def _text(function: FunctionFacts) -> str:
    return function.source if isinstance(function.source, str) else str(function.source)


def mine(codecs: Discovery, reference: Reference) -> Iterable[Body]:
    """Yield the functions that a codec is made of: both sides, with what they call of their class."""
    for side in (reference.encoder, reference.decoder):
        for body in calls(codecs, reference, side) if side is not None else ():
            yield body
            yield from ((other, body[1]) for other in codecs.corpus.instead(*body))
