"""Check a folder of HTML: every internal link leads somewhere, and no page requests a file of another host."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FILES = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
_LINKED = frozenset(
    {"stylesheet", "icon", "preload", "modulepreload", "manifest", "preconnect", "dns-prefetch"}
)


@dataclass
class Page(HTMLParser):
    """What one page defines and asks for: anchors, links, and the files that a browser fetches with it."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag defines or asks for."""
        values = {name: value for name, value in attrs if value is not None}
        self.anchors.update(values[name] for name in ("id", "name") if name in values and tag != "meta")
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and _LINKED & set(values.get("rel", "").split()):
            self.files.append(values.get("href", ""))
        elif tag in _FILES and _FILES[tag] in values:
            self.files.append(values[_FILES[tag]])


def faults(folder: Path) -> list[str]:
    """Return one line for every link that leads nowhere and every file that is not in the folder."""
    folder = folder.resolve()
    pages = {path: _read(path) for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        where = path.relative_to(folder)
        for address in page.files:
            if urlsplit(address).netloc:
                found.append(f"{where}: requests {address}")
            elif urlsplit(address).scheme != "data" and not _target(path, address).is_file():
                found.append(f"{where}: {address} does not exist")
        found += [f"{where}: {fault}" for address in page.links if (fault := _fault(path, address, pages))]
    return found


def _fault(path: Path, address: str, pages: dict[Path, Page]) -> str:
    """Return what is wrong with a link on a page, "" if nothing is."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    target = _target(path, address)
    if not target.is_file():
        return f"{address} leads nowhere"
    page = pages.get(target)
    if parts.fragment and page is not None and unquote(parts.fragment) not in page.anchors:
        return f"{address} names no place on its page"
    return ""


def _target(path: Path, address: str) -> Path:
    bare = unquote(urlsplit(address).path)
    return (path.parent / bare).resolve() if bare else path


def _read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page
