"""Print one meeting of a positional codec step by step: the writer's tokens, the reader's reads, and the outcome.

    python -m docs.trace PurgeItem v13.2.1 v13.2.2 --repo FOLDER

It is for the page on how compatlint works; what it prints is pasted there by `docs.transcripts`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from compatlint.check.positional.meet import Run, meet
from compatlint.notations.notation import Positional, notation
from compatlint.sources.git import Repository
from compatlint.sources.release import Release
from compatlint.wire.ir.terms import Const, Term
from compatlint.wire.ir.types import describe
from compatlint.wire.symbolic.tokens import Token


def trace(repository: Repository, codec: str, writer: str, reader: str) -> Iterator[str]:
    """Yield the lines that tell of a codec's meeting in every world: `writer` encodes, `reader` decodes."""
    front_end = notation("ceph")
    assert isinstance(front_end, Positional)
    read = repository.read
    trees = repository.range(f"{writer}..{reader}")
    old, new = front_end.reading(read, None).open([Release.of(tree, read) for tree in trees])
    left, right = old.codec(codec), new.codec(codec)
    if left is None or right is None:
        raise SystemExit(f"{codec} is not in both releases")
    met = meet(left, right, old.codec, new.codec)
    if met.unread:
        yield f"unread: {met.unread}"
    for number, run in enumerate(met.runs, 1):
        yield f"world {number}: {', '.join(run.world.text) or 'no condition'}"
        yield f"  tokens that the encoder of {writer} leaves"
        yield from (f"    {_token(each)}" for each in run.tokens)
        yield f"  reads of the decoder of {reader}"
        yield from _reads(run)
        yield f"  outcome: {run.outcome or 'everything is understood'}"


def _token(token: Token) -> str:
    if token.kind == "open":
        return f"{'open':<7}version {_shown(token.version)}, compat version {_shown(token.oldest)}"
    kind = describe(token.type) if token.type is not None else ""
    value = f" = {_shown(token.value)}" if isinstance(token.value, Const) else ""
    return f"{token.kind:<7}{token.name}{value}  {kind}".rstrip()


def _shown(term: Term | None) -> str:
    return str(term.value) if isinstance(term, Const) else "?"


def _reads(run: Run) -> Iterator[str]:
    for read in run.pairs:
        yield f"    {read.name}  {describe(read.type)}"
    if run.outcome:
        found = f" where {run.token.name} was written" if run.token is not None else ""
        yield f"    {run.item_name}{found}  <- {run.outcome}"


def _main() -> None:
    options = argparse.ArgumentParser(description="Print one meeting of a codec step by step.")
    for name in ("codec", "writer", "reader"):
        options.add_argument(name)
    options.add_argument("--repo", default=".")
    chosen = options.parse_args()
    repository = Repository.open(chosen.repo)
    print("\n".join(trace(repository, chosen.codec, chosen.writer, chosen.reader)))


if __name__ == "__main__":
    _main()
