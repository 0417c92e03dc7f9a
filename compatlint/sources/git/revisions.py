"""What a user may write for a revision or a range, and what is wrong with it.

Pure text: nothing here asks git. `split_range` offers the readings of a text in the order in which git tries
them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compatlint.errors import SourceError
from compatlint.sources.git.tags import version_of

_LONGEST = 1000  # a `:/text` search may be long; nothing sensible is longer than this
_STEPS = re.compile(r"(?P<base>.+?)(?P<steps>(?:[~^]\d*)+)")


@dataclass(frozen=True, slots=True)
class RevisionRange:
    """One reading of a range: `old` and `new` as written, and whether the merge base of both is meant."""

    old: str
    new: str
    merge_base: bool = False


def checked(rev: str) -> str:
    """Return `rev` if it can be handed to git as a revision and as nothing else.

    Raise SourceError otherwise.
    """
    if not rev or rev.isspace():
        raise SourceError("the revision is empty: name a tag, a branch or a commit")
    if rev.startswith("-"):
        raise SourceError(f"{rev[:80]!r} is not a revision: it begins with a dash")
    if any(character in rev for character in "\0\n\r"):
        raise SourceError(f"{rev[:80]!r} is not a revision: it contains a line break or a NUL")
    if len(rev) > _LONGEST:
        raise SourceError(f"{rev[:40]!r}... is not a revision: it is longer than {_LONGEST} characters")
    try:
        os.fsencode(rev)
    except UnicodeEncodeError:
        raise SourceError(f"{rev[:80]!r} is not a revision: it is not valid text") from None
    return rev


def split_range(text: str) -> Iterator[RevisionRange]:
    """Yield how `text` can be read as a range, likeliest first; nothing if it can only be one revision.

    `A..B`, `A...B`, with HEAD for a missing side, and `A^!`, `A^-`, `A^-N` (a commit against its parent,
    gitrevisions(7)).
    """
    for found in re.finditer(r"\.\.+", text):
        if _inside_braces(text, found.start()) or len(found.group()) > 3:
            continue
        yield RevisionRange(
            text[: found.start()] or "HEAD", text[found.end() :] or "HEAD", found.group() == "..."
        )
    parent = re.fullmatch(r"(?P<rev>.+)\^(?:!|-(?P<number>\d*))", text, re.DOTALL)
    if parent is not None:
        yield RevisionRange(f"{parent['rev']}^{parent['number'] or ''}", parent["rev"])


def _inside_braces(text: str, position: int) -> bool:
    """Tell whether `position` stands inside `{...}`, as the dots of `HEAD^{/fix..again}` do."""
    before = text[:position]
    return before.count("{") > before.count("}")


def fetch_command(rev: str, remote: str, shallow: bool) -> str:
    """Return the `git fetch` that brings `rev` from `remote` into a clone that lacks it."""
    depth = "--depth=1 " if shallow else ""
    steps = _STEPS.fullmatch(rev)
    if steps is not None:
        count = sum(_step(step) for step in re.findall(r"[~^]\d*", steps["steps"]))
        return f"git fetch --deepen={count} {remote}"
    if re.fullmatch(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}", rev):
        return f"git fetch {depth}{remote} {rev}"
    if re.fullmatch(r"[0-9a-fA-F]{7,63}", rev) or re.search(r"[\s:~^{}@?*\\[]", rev):
        return f"git fetch --unshallow --tags {remote}" if shallow else f"git fetch --tags {remote}"
    name = rev.removeprefix("refs/")
    for prefix in (f"remotes/{remote}/", f"{remote}/"):
        if name.startswith(prefix):
            branch = name.removeprefix(prefix)
            return f"git fetch {depth}{remote} refs/heads/{branch}:refs/remotes/{remote}/{branch}"
    if name.startswith("heads/"):
        branch = name.removeprefix("heads/")
        return f"git fetch {depth}{remote} refs/heads/{branch}:refs/heads/{branch}"
    if name.startswith("tags/") or version_of(name) is not None:
        tag = name.removeprefix("tags/")
        return f"git fetch {depth}{remote} refs/tags/{tag}:refs/tags/{tag}"
    return f"git fetch {depth}{remote} {name}:refs/remotes/{remote}/{name}"


def _step(step: str) -> int:
    """Return how many generations one of `~`, `~3`, `^`, `^2` goes back."""
    return 1 if step[0] == "^" else int(step[1:6] or 1)


def suggestion(rev: str, names: Iterable[str]) -> str:
    """Return "; did you mean ...?" with the known names closest to `rev`, or "" if none is close."""
    import difflib  # only where something went wrong

    close = difflib.get_close_matches(rev, list(names), n=3, cutoff=0.7)
    return f"; did you mean {' or '.join(close)}?" if close else ""
