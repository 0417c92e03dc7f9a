"""The history of a codec for people: what each release changed, by whom, and the items over releases."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from compatlint.releases.history import CodecChange, CodecHistory, Maker
from compatlint.releases.layout import Layout
from compatlint.report.phrases import clean, several

_BOLD, _DIM, _GREEN, _RED, _YELLOW = "1", "2", "32", "31;1", "33;1"
_LONGEST: Final = 300  # characters of a type
_STYLES: Final = {"removed": _RED, "codec removed": _RED, "appended": _GREEN, "added": _GREEN}
_MARKS: Final = {"present": "x", "absent": ".", "other": "o"}


def render(history: CodecHistory, *, color: bool = False, width: int = 80) -> str:
    """Return a table of items over releases, then the changes, newest last."""
    width = max(width, 40)
    lines = [_style(f"{clean(history.codec)}  ({history.notation})", _BOLD, color), ""]
    lines += _table(history, width)
    for release, some in _by_release(history.changes):
        lines += [*_release(history, release, some, color, width), ""]
    unread = [each.rev for each, layout in history.releases if layout is not None and layout.unread]
    if unread:
        lines.append(
            f"not wholly understood in {several(len(unread), 'release')}: {clean(unread[0])} and later"
        )
    count = len(history.changes)
    first, last = (clean(history.releases[each][0].rev) for each in (0, -1))
    lines.append(
        f"{several(count, 'change')} in {several(len(history.releases), 'release')}, {first} to {last}"
        if count
        else f"no change in {several(len(history.releases), 'release')}, {first} to {last}"
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _by_release(changes: Iterable[CodecChange]) -> list[tuple[str, list[CodecChange]]]:
    found: dict[str, list[CodecChange]] = {}
    for each in changes:
        found.setdefault(each.release, []).append(each)
    return list(found.items())


def _release(
    history: CodecHistory, release: str, changes: Sequence[CodecChange], color: bool, width: int
) -> list[str]:
    first = changes[0]
    layout = next((layout for each, layout in history.releases if each.rev == release), None)
    version = f", version {_version(layout)}" if layout is not None and layout.version else ""
    branch = f"on the {clean(first.branch)} branch" if first.branch else "on the line of development"
    lines = [
        f"{_style(clean(release), _BOLD, color)}  {_style(f'since {clean(first.since)}, {branch}{version}', _DIM, color)}"
    ]
    for each in changes:
        change = each.change
        style = _STYLES.get(change.kind, _YELLOW)
        name = clean(change.item) or clean(history.codec)
        lines.append(f"  {_style(name, _BOLD, color)}  {_style(change.kind, style, color)}")
        said = " -> ".join(clean(one) for one in dict.fromkeys((change.was, change.now)) if one)
        said = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 3]}..."
        lines += _wrapped(said, width, 6)
        if each.backports:
            lines += _wrapped(f"backported to {', '.join(map(clean, each.backports))}", width, 6)
    lines += _makers([maker for each in changes for maker in each.makers], changes, width)
    return lines


def _makers(makers: Sequence[Maker], changes: Sequence[CodecChange], width: int) -> list[str]:
    lines = []
    for each in dict.fromkeys(makers):
        lines += _wrapped(f"{each.commit[:12]}  {each.date}  {clean(each.title)}", width, 4, 6)
        if each.origin is not None:
            there = next((one.origin_in for one in changes if each in one.makers and one.origin_in), "")
            where = f", which {clean(there)} has" if there else ""
            lines.append(f"      {each.origin.how} from {each.origin.commit[:12]}{where}")
    return lines or ["    no commit that names it was found"]


def _table(history: CodecHistory, width: int) -> list[str]:
    """Return the items over those releases that differ from the one before, `x` where one is written."""
    shown = _turns(history)
    layouts = [layout for _, layout in shown if layout is not None]
    names = list(dict.fromkeys(item.name for layout in reversed(layouts) for item in layout.items))
    if not names or len(shown) < 2:
        return []
    widest = min(max(len(clean(name)) for name in names), max(20, width // 2))
    room = max(1, (width - widest - 2) // 4)
    lines: list[str] = []
    for start in range(0, len(shown), room):
        some = range(start, min(start + room, len(shown)))
        lines.append(f"{'':{widest}}" + "".join(f"{number + 1:>4}" for number in some))
        lines.append(f"{'version':<{widest}}" + "".join(f"{_short(shown[number][1]):>4}" for number in some))
        for name in names:
            text = clean(name)
            text = text if len(text) <= widest else text[: widest - 3] + "..."
            marks = [_place(shown[number][1], name) for number in some]
            lines.append(f"{text:<{widest}}" + "".join(f"{mark:>4}" for mark in marks))
        lines.append("")
    for number, (label, _) in enumerate(shown):
        lines.append(f"  {number + 1:>2}  {label}")
    return [*lines, "  a number is the item's place, . where it is not written", ""]


def _turns(history: CodecHistory) -> list[tuple[str, Layout | None]]:
    """Return the runs of neighbouring releases of one series with one layout, as "first..last"."""
    found: list[tuple[list[str], str, Layout | None]] = []
    for release, layout in history.releases:
        last = found[-1] if found else None
        if last is not None and last[1] == release.series and _same(last[2], layout):
            last[0].append(release.rev)
        else:
            found.append(([release.rev], release.series, layout))
    labels = [
        clean(revs[0]) if len(revs) == 1 else f"{clean(revs[0])}..{clean(revs[-1])}" for revs, _, _ in found
    ]
    return [(label, layout) for label, (_, _, layout) in zip(labels, found, strict=True)]


def _same(one: Layout | None, other: Layout | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.version, one.items, one.reader) == (other.version, other.items, other.reader)


def _place(layout: Layout | None, name: str) -> str:
    if layout is None:
        return ""
    place = next((number for number, each in enumerate(layout.items, 1) if each.name == name), 0)
    if not place:
        return "."
    return str(place) if layout.ordered else "x"


def _short(layout: Layout | None) -> str:
    if layout is None or not layout.version:
        return "-"
    return str(layout.version[0]) if layout.ordered else _version(layout)[-4:]


def _version(layout: Layout) -> str:
    if not layout.ordered:
        return ".".join(map(str, layout.version))
    return str(layout.version[0]) + (
        f" (oldest reader {layout.version[1]})" if len(layout.version) > 1 else ""
    )


def _wrapped(text: str, width: int, indent: int, after: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if after is None else after),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _style(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
