"""What one release puts on its wires, in whatever notation: for a person to read, and for the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compatlint.comparison import keyed
from compatlint.comparison.context import Progress, selected, sound
from compatlint.comparison.positional import Described
from compatlint.config import Config
from compatlint.errors import SourceError, suggest
from compatlint.notations.notation import Keyed, Positional, asked

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
    config = sound(config)
    asking = [each for each in asked(config.notations) if any(map(each.wants, tree.files()))]
    described = [Described(each, repository, tree, cache) for each in asking if isinstance(each, Positional)]
    by_place = [found for each in described for found in each.show(codec)]
    if by_place:
        return [*by_place]
    known = keyed.records(repository, tree, [each for each in asking if isinstance(each, Keyed)])
    found = [
        (record, f"{notation}, {link}") for notation, link, record in known if _named(record.name, codec)
    ]
    if not found:
        near = {name for each in described for name in each.release.known()}
        names = sorted({record.name for _, _, record in known} | near)
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
    asking = [each for each in asked(sound(config).notations) if any(map(each.wants, tree.files()))]
    tell = progress or (lambda done, total, what: None)
    for each in asking:
        if isinstance(each, Positional):
            found.extend(Described(each, repository, tree, cache).structures(config, paths, tell))
    by_name = [each for each in asking if isinstance(each, Keyed)]
    for _, _, record in keyed.records(repository, tree, by_name):
        if selected(record.span.path, config, paths):
            version = ".".join(map(str, record.version or ()))
            items = tuple((each.key, each.type) for each in record.entries)
            uses = tuple(dict.fromkeys(each.holds for each in record.entries if each.holds))
            found.append(Structure(record.name, version, items, uses, record.span.path, record.span.line))
    return found


def _named(name: str, wanted: str) -> bool:
    return wanted in (name, name.rsplit(".", 1)[-1]) or name.partition(".")[0] == wanted
