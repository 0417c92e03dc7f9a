"""What one release puts on its wires, in whatever notation: for a person to read, and for the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compatlint.compare import keyed, positional
from compatlint.compare.context import Progress, selected, sound
from compatlint.config import Config
from compatlint.errors import SourceError, suggest

if TYPE_CHECKING:
    from compatlint.graph import Structure
    from compatlint.sources.cache import Cache
    from compatlint.sources.git import Repository, Tree
    from compatlint.wire.ir.records import Record
    from compatlint.wire.ir.steps import Codec


def show(
    repository: Repository, tree: Tree, codec: str, *, config: Config, cache: Cache | None = None
) -> list[tuple[Codec | Record, str]]:
    """Return the codecs that a name means, each with a remark.

    What its own meeting found ("" where it decodes what it encodes).

    A record of a keyed wire has its notation and link for a remark. Raises SourceError if the release has
    nothing of that name.
    """
    by_place = positional.show(repository, tree, codec, cache) if positional.is_asked(sound(config)) else []
    if by_place:
        return [*by_place]
    known = keyed.records(repository, tree, config)
    found = [
        (record, f"{notation}, {link}") for notation, link, record in known if _named(record.name, codec)
    ]
    if not found:
        names = sorted(
            {record.name for _, _, record in known} | set(positional.near(repository, tree, cache))
        )
        raise SourceError(f"no codec is called {codec!r} at {tree.rev}{suggest(codec, names)}")
    return [*found]


def structures(
    repository: Repository,
    tree: Tree,
    *,
    config: Config,
    paths: Sequence[str] = (),
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> list[Structure]:
    """Return every codec of a release as the graph needs it: items, version, and what it contains."""
    from compatlint.graph import Structure

    found: list[Structure] = []
    if positional.is_asked(sound(config)):
        found.extend(
            positional.structures(
                repository, tree, config=config, paths=paths, cache=cache, progress=progress
            )
        )
    for _, _, record in keyed.records(repository, tree, config):
        if selected(record.span.path, config, paths):
            version = ".".join(map(str, record.version or ()))
            items = tuple((each.key, each.type) for each in record.entries)
            uses = tuple(dict.fromkeys(each.holds for each in record.entries if each.holds))
            found.append(Structure(record.name, version, items, uses, record.span.path, record.span.line))
    return found


def _named(name: str, wanted: str) -> bool:
    return wanted in (name, name.rsplit(".", 1)[-1]) or name.partition(".")[0] == wanted
