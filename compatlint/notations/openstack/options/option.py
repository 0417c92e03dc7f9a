"""An option of a configuration file, as a release declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from compatlint.wire.ir.records import Domain, Missing
from compatlint.wire.ir.span import Span

Key = tuple[str, str]  # the group in lower case and the name, as oslo.config compares them

DEFAULT: Final = "DEFAULT"
BACKEND: Final = "backend"  # stands for every section that configures one more instance of a driver
ANYWHERE: Final = "?"  # the group is not known


@dataclass(frozen=True, slots=True)
class Option:
    """One option, without its group: a list of options may be registered in several.

    `kind` is the oslo.config class, "" for one of the project's own. `domain`: which values it takes, None if
    that cannot be told; `pattern`: it checks the text in a way that a domain cannot say; `derived`: its
    choices are those of a table elsewhere. `aliases` are old groups and names, each None where it is that of
    the option; `hazy`: there are more that could not be read. `announced`: its removal is.
    """

    name: str
    span: Span
    kind: str = ""
    domain: Domain | None = None
    pattern: str = ""
    derived: bool = False
    aliases: tuple[tuple[str | None, str | None], ...] = ()
    hazy: bool = False
    announced: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class GroupedOption:
    """An option in a group; `group` as the source spells it."""

    group: str
    option: Option

    @property
    def key(self) -> Key:
        """Return what a configuration file must spell."""
        return key_of(self.group, self.option.name)

    @property
    def text(self) -> str:
        """Return the option as people write it."""
        return spelled(self.group, self.option.name)

    def other_names(self) -> dict[Key, str]:
        """Return the old keys under which it is still read, each as people write it."""
        found = {}
        for group, name in self.option.aliases:
            place, old = group or self.group, name or self.option.name
            found[key_of(place, old)] = spelled(place, old)
        found.pop(self.key, None)
        return found


@dataclass(slots=True)
class Catalogue:
    """The options of a release (those in the files that were read).

    `main` and `aliases` by key; `names`: in which groups there is an option of a name, by its own or by an
    old name. `libraries`: by group in lower case, the lists of libraries whose options are added to it and
    cannot be seen here.
    """

    main: dict[Key, GroupedOption] = field(default_factory=dict)
    aliases: dict[Key, GroupedOption] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    libraries: dict[str, set[str]] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)

    def add(self, placed: GroupedOption) -> None:
        """Take an option; of two with the same key, the one with more names."""
        known = self.main.get(placed.key)
        if known is None or len(known.option.aliases) < len(placed.option.aliases):
            self.main[placed.key] = placed
        for key in (placed.key, *placed.other_names()):
            self.names.setdefault(key[1], set()).add(key[0])
            if key != placed.key:
                self.aliases.setdefault(key, placed)

    def knows(self, key: Key) -> bool:
        """Tell whether a key is read, or may be: its name is there in a group that is not known."""
        return key in self.main or key in self.aliases or ANYWHERE in self.names.get(key[1], ())


def key_of(group: str, name: str) -> Key:
    """Return how oslo.config compares names: groups by their lower case, dashes as underscores."""
    return group.lower(), name.replace("-", "_")


def spelled(group: str, name: str) -> str:
    """Return `[group]name`, and the bare name where the group is not known."""
    return f"[{group}]{name}" if group != ANYWHERE else name
