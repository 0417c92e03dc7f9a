"""Waivers: findings that a person accepted, with a reason and, where wished, an expiry.

In come findings, the waiver comments of the newer release's sources and the entries of a waiver file; out
come the findings with `waived` set, and a warning for every waiver that has expired, waives nothing or cannot
be understood.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from compatlint import files, toml
from compatlint.check.findings import Finding, Waived
from compatlint.errors import ConfigError, suggest

Version = tuple[int, ...]

SIGN: Final = b"compatlint:"  # no file without it has a waiver
_MARK: Final = re.compile(r"(?://|#|/\*|--|<!--)[\s*]*compatlint:\s*(?P<verb>\w+)(?P<rest>.*)")
_WAIVE: Final = re.compile(
    r"\s+(?P<rules>[a-z][a-z0-9-]*(?:\s*,\s*[a-z][a-z0-9-]*)*?)(?:\s+until=(?P<until>\S+))?\s+--\s*(?P<reason>\S.*)"
)
_ONLY_COMMENT: Final = re.compile(r"\s*(//|#|\*|/\*)")
_VERSION: Final = re.compile(r"v?(\d{1,9}(?:\.\d{1,9})*)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_KEYS: Final = ("fingerprint", "reason", "until")
_USAGE: Final = "write `compatlint: waive RULE [until=VERSION-OR-DATE] -- reason`"


@dataclass(frozen=True, slots=True)
class Comment:
    """A waiver comment on lines `line` to `end_line` of `path`.

    `fault` says why it is not usable, if it is not.
    """

    path: str
    line: int
    end_line: int
    rules: tuple[str, ...] = ()
    reason: str = ""
    until: str | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """One entry of the waiver file `where`."""

    fingerprint: str
    reason: str
    until: str | None
    where: str


def comments(path: str, text: str) -> tuple[Comment, ...]:
    """Return the waiver comments of one source file, whatever its language."""
    lines = text.split("\n")
    found = []
    for number, line in enumerate(lines, 1):
        mark = _MARK.search(line)
        if mark is not None and len(line) < 2000:
            end = number
            while end < len(lines) and _ONLY_COMMENT.match(lines[end]) and not _MARK.search(lines[end]):
                end += 1
            found.append(_comment(path, number, end, mark))
    return tuple(found)


def entries(path: Path | None) -> tuple[WaiverEntry, ...]:
    """Read a waiver file; none if there is no such file.

    Raises ConfigError that names the entry and the key.
    """
    if path is None or not path.is_file():
        return ()
    try:
        table = toml.loads(files.read_text(path))
    except (OSError, UnicodeDecodeError, toml.TomlError) as error:
        raise ConfigError(f"{path}: {error}") from error
    for key in table:
        if key != "waiver":
            raise ConfigError(f"{path}: unknown key {key!r}; a waiver file holds [[waiver]] entries only")
    rows = table.get("waiver", [])
    if not isinstance(rows, list):
        raise ConfigError(f"{path}: write [[waiver]], with two brackets, for each entry")
    return tuple(_entry(path, number, row) for number, row in enumerate(rows, 1))


def apply(
    findings: Iterable[Finding],
    comments: Sequence[Comment],
    entries: Sequence[WaiverEntry],
    *,
    today: datetime.date,
    version: Version | None,
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return the findings with `waived` set where a waiver holds, and one line for each waiver that is of no use.

    A comment waives the findings of its rules at, directly above or inside their span. An expiry by date
    holds to the end of that day; one by version ends with that release (`version` is the newer release's,
    None never expires).
    """
    used: set[Comment | WaiverEntry] = set()
    warnings = [f"{each.path}:{each.line}: waiver ignored: {each.fault}" for each in comments if each.fault]
    done = []
    for finding in findings:
        matching = [each for each in comments if _covers(each, finding)]
        chosen: list[Comment | WaiverEntry] = [
            *matching,
            *(each for each in entries if each.fingerprint == finding.fingerprint),
        ]
        used.update(chosen)
        live = [each for each in chosen if not expired(each.until, today, version)]
        if chosen and not live:
            warnings.append(
                f"{_place(chosen[0])}: the waiver of {finding.rule} in {finding.codec} expired ({chosen[0].until})"
            )
        done.append(replace(finding, waived=_waived(live[0])) if live else finding)
    usable: list[Comment | WaiverEntry] = [*(each for each in comments if not each.fault), *entries]
    unused = [each for each in usable if each not in used]
    warnings += [
        f"{_place(each)}: this waiver of {_subject(each)} waives nothing here; remove it" for each in unused
    ]
    return tuple(done), tuple(dict.fromkeys(warnings))


def expired(until: str | None, today: datetime.date, version: Version | None) -> bool:
    """Return whether a waiver until this date or version no longer holds."""
    if until is None:
        return False
    if _DATE.fullmatch(until):
        return today > datetime.date.fromisoformat(until)
    found = _VERSION.fullmatch(until)
    return (
        found is not None
        and version is not None
        and version >= tuple(int(part) for part in found[1].split("."))
    )


def append(path: Path, fingerprint: str, reason: str, until: str | None = None) -> None:
    """Write one more entry to a waiver file, which is made if there is none.

    ConfigError if the entry is not usable.
    """
    if not re.fullmatch(r"[0-9a-f]{12}", fingerprint):
        raise ConfigError(
            f"{fingerprint!r} is no fingerprint: it is the 12 hex digits at the end of a finding"
        )
    if not reason.strip():
        raise ConfigError("a waiver needs a reason")
    fault = _until_fault(until)
    if fault:
        raise ConfigError(fault)
    if any(each.fingerprint == fingerprint for each in entries(path)):
        raise ConfigError(f"{path} waives {fingerprint} already; edit that entry")
    lines = ["[[waiver]]", f"fingerprint = {_quote(fingerprint)}", f"reason = {_quote(reason.strip())}"]
    lines += [f"until = {_quote(until)}"] if until else []
    try:
        before = files.read_text(path).rstrip() if path.is_file() else ""
        files.write_text(path, "\n".join([*([before, ""] if before else []), *lines, ""]))
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}") from error


def _comment(path: str, line: int, end: int, mark: re.Match[str]) -> Comment:
    if mark["verb"] != "waive":
        return Comment(path, line, end, fault=f"{mark['verb']!r} is not known; {_USAGE}")
    rest = re.sub(r"\s*(\*/|-->)\s*$", "", mark["rest"])
    found = _WAIVE.fullmatch(rest.rstrip())
    if found is None:
        missing = "a reason is required" if "--" not in rest else "it cannot be understood"
        return Comment(path, line, end, fault=f"{missing}; {_USAGE}")
    rules = tuple(each.strip() for each in found["rules"].split(","))
    return Comment(path, line, end, rules, found["reason"], found["until"], _until_fault(found["until"]))


def _entry(path: Path, number: int, row: object) -> WaiverEntry:
    place = f"{path}, waiver {number}"
    if not isinstance(row, dict):
        raise ConfigError(f"{place}: write [[waiver]] and the keys {', '.join(_KEYS)}")
    for key, value in row.items():
        if key not in _KEYS:
            raise ConfigError(f"{place}: unknown key {key!r}{suggest(key, _KEYS)}")
        if not isinstance(value, str) and not (key == "until" and type(value) is datetime.date):
            raise ConfigError(f"{place}: {key} must be text")
    fingerprint, reason = row.get("fingerprint", ""), row.get("reason", "")
    until = str(row["until"]) if "until" in row else None
    fault = _until_fault(until)
    if not re.fullmatch(r"[0-9a-f]{12}", fingerprint):
        fault = "fingerprint must be the 12 hex digits at the end of a finding"
    elif not reason.strip():
        fault = "a reason is required"
    if fault:
        raise ConfigError(f"{place}: {fault}")
    return WaiverEntry(fingerprint, reason, until, path.name)


def _until_fault(until: str | None) -> str:
    if until is None or _VERSION.fullmatch(until):
        return ""
    try:
        if _DATE.fullmatch(until):
            datetime.date.fromisoformat(until)
            return ""
    except ValueError:
        pass
    return f"until must be a version such as 14.2.0 or a date such as 2030-01-31, not {until!r}"


def touches(finding: Finding, comments: Iterable[Comment], entries: Iterable[WaiverEntry]) -> bool:
    """Tell whether somebody waived this very finding, by a comment or by its fingerprint."""
    return any(_covers(each, finding) for each in comments) or any(
        each.fingerprint == finding.fingerprint for each in entries
    )


def _covers(comment: Comment, finding: Finding) -> bool:
    span = finding.span
    near = comment.line <= span.end_line and comment.end_line + 1 >= span.line
    return not comment.fault and finding.rule in comment.rules and comment.path == span.path and near


def _waived(by: Comment | WaiverEntry) -> Waived:
    return Waived(by.reason, by.until, "comment" if isinstance(by, Comment) else by.where)


def _place(waiver: Comment | WaiverEntry) -> str:
    return f"{waiver.path}:{waiver.line}" if isinstance(waiver, Comment) else waiver.where


def _subject(waiver: Comment | WaiverEntry) -> str:
    return ", ".join(waiver.rules) if isinstance(waiver, Comment) else waiver.fingerprint


def _quote(text: str) -> str:
    """Return a TOML basic string.

    JSON's escapes are TOML's but for DEL, and a lone surrogate fits in neither.
    """
    clean = text.encode("utf-8", "replace").decode()
    return json.dumps(clean, ensure_ascii=False).replace("\x7f", "\\u007f")
