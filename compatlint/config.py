"""The project's configuration: `compatlint.toml`, or `[tool.compatlint]` in pyproject.toml.

In comes a folder, out comes a `Config`. A key that is not known is an error, since a mistyped key would be a
setting that silently does not hold. What only others can check (rule names, the promise) is passed on as it
is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final

from compatlint import files, toml
from compatlint.errors import ConfigError, suggest

WEIGHTS: Final = ("error", "warning", "note", "ignore")
WAIVERS: Final = ".compatlint-waivers.toml"
KNOWN: Final = "compatlint-known.toml"
NAMES: Final = ("compatlint.toml", "pyproject.toml")

_LISTS: Final = ("paths", "exclude", "notations", "rules")


@dataclass(frozen=True, slots=True)
class Config:
    """What a project settled. Defaults check every file of every notation with the rules that ship.

    `paths` and `exclude` are git path specifications; `rules` are folders; `severity` maps a rule to error,
    warning, note or ignore; `promise` is a preset's name or a table that defines one; `topology` names the
    components (see `stages`); `releases` says which tags are releases (see `releases.series`); `waivers` is the
    waiver file and `known` that of known issues (None where there is no folder to keep one); `source` is the file
    that all this stands in; `pages` is the address of the documentation that reports link to, "" for no links.
    """

    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    notations: tuple[str, ...] = ()
    rules: tuple[Path, ...] = ()
    severity: Mapping[str, str] = field(default_factory=dict)
    promise: str | Mapping[str, object] | None = None
    topology: Mapping[str, object] | None = None
    releases: Mapping[str, object] | None = None
    waivers: Path | None = None
    known: Path | None = None
    source: Path | None = None
    revision: str = ""
    pages: str = ""


def load(folder: Path | None, explicit: Path | None = None) -> Config:
    """Return the configuration in `explicit`, else of `folder`, else the defaults (a bare repository has no folder).

    In a folder, `compatlint.toml` goes before pyproject.toml, and nothing that it names may lie outside of
    the folder; only a file that the user names himself may point anywhere. Raises ConfigError, which names
    the file and the key.
    """
    if explicit is not None:
        return _settled(explicit, _text(explicit), Path(explicit).parent)
    if folder is None:
        return Config()
    for name in NAMES:
        path = folder / name
        if not path.is_file():
            continue
        _demand_inside(path, folder, f"{path} leads out of the repository: name it with --config")
        text = _text(path)
        if name != "pyproject.toml" or "compatlint" in text:
            found = _settled(path, text, folder)
            for each in (*found.rules, found.waivers, found.known):
                if each is not None:
                    _demand_inside(each, folder, f"{path}: {each} is outside the repository")
            return found
    return Config(waivers=folder / WAIVERS, known=folder / KNOWN)


def _demand_inside(path: Path, folder: Path, fault: str) -> None:
    if files.leads_outside(path, folder):
        raise ConfigError(fault)


def _settled(path: Path, text: str, folder: Path) -> Config:
    """Return what the text of a configuration file says; what it names is relative to `folder`."""
    table = table_of(path, text)
    known = {each.name for each in fields(Config)} - {"source", "revision"}
    for key in table:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}{suggest(key, known)}")
    lists = {key: _strings(path, key, table.get(key, [])) for key in _LISTS}
    return Config(
        paths=lists["paths"],
        exclude=lists["exclude"],
        notations=lists["notations"],
        rules=tuple(folder / each for each in lists["rules"]),
        severity=_severity(path, table.get("severity", {})),
        promise=_promise(path, table.get("promise")),
        topology=_table(path, "topology", table.get("topology")),
        releases=_table(path, "releases", table.get("releases")),
        waivers=folder / _string(path, "waivers", table.get("waivers", WAIVERS)),
        known=folder / _string(path, "known", table.get("known", KNOWN)),
        pages=_address(path, table.get("pages", "")),
        source=path,
    )


def table_of(path: Path, text: str) -> dict[str, object]:
    """Return compatlint's table in the text of a file of that name."""
    try:
        table: object = toml.loads(text)
    except toml.TomlError as error:
        raise ConfigError(f"{path}: {error}") from error
    if path.name == "pyproject.toml":
        tool = table.get("tool", {}) if isinstance(table, dict) else {}
        table = tool.get("compatlint", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: [tool.compatlint] must be a table")
    return table


def _text(path: Path) -> str:
    try:
        return files.read_text(path)
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def _address(path: Path, value: object) -> str:
    """Return an address of the web, "" for none: it is printed as a link, so nothing else may be in it."""
    if value == "":
        return ""
    if not isinstance(value, str) or not re.fullmatch(r"https?://[!-;=?-~]+", value):
        raise ConfigError(f"{path}: pages must be an address that begins with https://")
    return value


def _string(path: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f"{path}: {key} must be text")
    return value


def _strings(path: Path, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise ConfigError(f'{path}: {key} must be a list: {key} = ["{value}"]')
    if not isinstance(value, list):
        raise ConfigError(f"{path}: {key} must be a list of texts")
    return tuple(_string(path, f"each of {key}", each) for each in value)


def _severity(path: Path, value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ConfigError(f'{path}: severity must be a table, such as {{ dropped = "ignore" }}')
    for rule, weight in value.items():
        if weight not in WEIGHTS:
            raise ConfigError(
                f"{path}: severity of {rule} is one of {', '.join(WEIGHTS)}{suggest(str(weight), WEIGHTS)}"
            )
    return dict(value)


def _table(path: Path, key: str, value: object) -> Mapping[str, object] | None:
    if value is not None and not isinstance(value, dict):
        raise ConfigError(f"{path}: {key} must be a table")
    return value


def _promise(path: Path, value: object) -> str | Mapping[str, object] | None:
    if value is None or isinstance(value, dict):
        return value
    return _string(path, "promise", value)
