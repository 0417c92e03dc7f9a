"""Pairs of versions that are known not to work: `compatlint-known.toml`, read and matched with findings.

What no source can show stands there, too: an order of daemons, a conversion that takes hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from compatlint import files, toml
from compatlint.check.findings import Finding, Waived
from compatlint.errors import ConfigError, suggest
from compatlint.vocabulary import Direction

_KEYS: Final = ("ranges", "direction", "codec", "why", "see", "action")


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """One entry. `ranges` are (older, newer) patterns of release names.

    `directions` are those that do not work, `codec` the structure at fault ("" where that is not told), `see` a
    link, `action` what an operator does about it.
    """

    ranges: tuple[tuple[str, str], ...]
    directions: tuple[Direction, ...]
    why: str
    codec: str = ""
    see: str = ""
    action: str = ""

    def about(self, old: str, new: str) -> bool:
        """Tell whether the entry is about two releases, by their names."""
        return any(_fits(old, before) and _fits(new, after) for before, after in self.ranges)

    def explains(self, finding: Finding, old: str, new: str) -> bool:
        """Tell whether a finding between two releases is wholly what the entry says."""
        short = finding.codec.rpartition("::")[2]
        mine = self.codec in (finding.codec, short)
        counted = finding.kept or finding.breaks
        return bool(self.codec) and mine and self.about(old, new) and set(counted) <= set(self.directions)

    @property
    def text(self) -> str:
        """Return why, and where to read more."""
        return f"{self.why} ({self.see})" if self.see else self.why


def load(path: Path | None) -> tuple[KnownIssue, ...]:
    """Read a file of known issues; none if there is no such file. Raises ConfigError that names entry and key."""
    if path is None or not path.is_file():
        return ()
    try:
        table = toml.loads(files.read_text(path))
    except (OSError, UnicodeDecodeError, toml.TomlError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for key in table:
        if key != "issue":
            raise ConfigError(f"{path}: unknown key {key!r}; the file holds [[issue]] entries only")
    rows = table.get("issue", [])
    if not isinstance(rows, list):
        raise ConfigError(f"{path}: write [[issue]], with two brackets, for each entry")
    return tuple(_issue(f"{path}: issue {number}", row) for number, row in enumerate(rows, 1))


def not_repeated(
    findings: Iterable[Finding], issues: Sequence[KnownIssue], old: str, new: str, where: str
) -> tuple[list[Finding], list[str]]:
    """Return the findings with those waived that an entry explains, and a line for each entry that no longer holds."""
    held: set[int] = set()
    kept = []
    for finding in findings:
        index = next((at for at, each in enumerate(issues) if each.explains(finding, old, new)), None)
        if index is None or finding.waived is not None:
            kept.append(finding)
            continue
        held.add(index)
        kept.append(replace(finding, waived=Waived(f"known: {issues[index].text}", None, where)))
    stale = [
        f"{where}: {each.codec} between {old} and {new} is listed as known, but nothing breaks there any more"
        for at, each in enumerate(issues)
        if each.codec and at not in held and each.about(old, new) and not _speaks(kept, each)
    ]
    return kept, stale


def _speaks(findings: Iterable[Finding], issue: KnownIssue) -> bool:
    """Tell whether something of the codec breaks, though not as the entry says."""
    return any(issue.codec in (each.codec, each.codec.rpartition("::")[2]) for each in findings)


def _fits(rev: str, pattern: str) -> bool:
    return fnmatchcase(rev, pattern) or fnmatchcase(rev.removeprefix("v"), pattern.removeprefix("v"))


def _issue(place: str, row: object) -> KnownIssue:
    if not isinstance(row, dict):
        raise ConfigError(f"{place}: write [[issue]], with two brackets, for each entry")
    for key in row:
        if key not in _KEYS:
            raise ConfigError(f"{place}: unknown key {key!r}{suggest(str(key), _KEYS)}")
    texts = {key: row.get(key, "") for key in ("codec", "why", "see", "action")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise ConfigError(f"{place}: {key} must be text")
    if not texts["why"]:
        raise ConfigError(f"{place}: why is required: who reads the file later wants to know")
    return KnownIssue(
        tuple(_range(place, each) for each in _list(place, "ranges", row)),
        tuple(_direction(place, each) for each in _list(place, "direction", row)),
        **texts,
    )


def _list(place: str, key: str, row: dict[str, object]) -> list[str]:
    value = row.get(key)
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found or not all(isinstance(each, str) for each in found):
        raise ConfigError(f"{place}: {key} is required: a text or a list of texts")
    return found


def _range(place: str, text: str) -> tuple[str, str]:
    old, dots, new = text.partition("..")
    if not (old and dots and new):
        raise ConfigError(f"{place}: {text!r} is no range: write OLD..NEW, each a pattern such as v13.2.*")
    return old, new


def _direction(place: str, text: str) -> Direction:
    known = [str(each) for each in Direction if each is not Direction.SELF]
    if text not in known:
        raise ConfigError(f"{place}: direction is one of {', '.join(known)}{suggest(text, known)}")
    return Direction(text)
