"""The documentation site: a page for each rule, command, notation and format, sound links, no request to anywhere."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("furo", reason="the site needs the extra: pip install '.[docs]'")
pytest.importorskip("myst_parser", reason="the site needs the extra: pip install '.[docs]'")

from compatlint import rulebook
from compatlint.check.facts import vocabulary
from compatlint.cli.commands import COMMANDS
from compatlint.cli.options import FORMAT
from compatlint.notations.notation import REGISTRY
from docs import build, links

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BASE = "https://docs.example.org/compatlint"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site once."""
    out = tmp_path_factory.mktemp("site") / "html"
    build.build(out, BASE)
    return out


def test_every_rule_command_notation_and_format_has_a_page(site):
    names = {
        "rules": list(rulebook.load(vocabulary()).rules),
        "commands": [each.name for each in COMMANDS],
        "notations": [each.name for each in REGISTRY],
        "formats": list(FORMAT.choices),
    }
    for folder, expected in names.items():
        made = {path.stem for path in (site / folder).glob("*.html")}
        assert made == {*expected, "index"}


def test_a_rules_page_has_its_texts_and_its_example(site):
    page = (site / "rules" / "item-inserted-midway.html").read_text()
    rule = rulebook.load(vocabulary()).rule("item-inserted-midway")
    assert f"<title>{rule.title}" in page
    assert rule.fix in page.replace("\n", " ")
    assert "src/thing.h (fixed)" in page
    assert "item-removed-midway.html" in page
    assert "finding" not in page.partition("<article")[2].partition("</article")[0]


def test_the_address_of_the_site_is_a_setting(site):
    assert f'<link rel="canonical" href="{BASE}/glossary.html"' in (site / "glossary.html").read_text()


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    other = tmp_path / "sub" / "other.html"
    other.parent.mkdir()
    other.write_text('<h2 id="here">x</h2><a href="../page.html">y</a><a href="https://example.org/">z</a>')
    page = tmp_path / "page.html"
    page.write_text('<a href="sub/other.html#here">x</a><link rel="stylesheet" href="site.css">')
    (tmp_path / "site.css").write_text("")
    assert links.faults(tmp_path) == []
    page.write_text(
        '<a href="gone.html">x</a><a href="sub/other.html#gone">y</a><img src="gone.png">'
        '<script src="https://cdn.example.org/a.js"></script>'
    )
    assert links.faults(tmp_path) == [
        "page.html: gone.png does not exist",
        "page.html: requests https://cdn.example.org/a.js",
        "page.html: gone.html leads nowhere",
        "page.html: sub/other.html#gone names no place on its page",
    ]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(build.BuildError, match="holds no site"):
        build.build(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.skipif(CHROMIUM is None, reason="a browser is needed: apt-get install chromium")
def test_the_search_finds_a_rule_in_a_browser(site, tmp_path):
    assert CHROMIUM is not None
    command = [
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}",
        "--virtual-time-budget=20000",
        "--dump-dom",
        f"{(site / 'search.html').as_uri()}?q=ungated",
    ]
    page = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert "rules/item-appended-ungated.html" in page.partition('id="search-results"')[2]
