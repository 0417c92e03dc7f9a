"""Build the documentation site: one page for each rule, command, notation and format, beside the written pages.

    pip install '.[docs]'
    python -m docs.build site                      # HTML in the folder `site`, for a web server or for file://
    python -m docs.build site --base https://docs.example.org/compatlint

In come the Markdown files of the repository, the rules, and the commands as values; out comes HTML. Nothing is
fetched, and a page requests nothing from anywhere. A warning of Sphinx, a link that leads nowhere and a file
of another host that a page needs are errors.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from docs import generated, links

ROOT = Path(__file__).resolve().parent.parent

SETTINGS = {
    "extensions": ["myst_parser"],
    "project": "compatlint",
    "html_theme": "furo",
    "html_title": "compatlint",
    "html_static_path": ["static"],
    "html_extra_path": ["extra"],
    "exclude_patterns": ["extra"],
    "html_css_files": ["site.css"],
    "html_use_index": False,  # nothing on the pages is indexed by hand; the search finds it
    "html_show_copyright": False,
    "html_copy_source": False,
    "html_show_sourcelink": False,
    "pygments_style": "friendly",
    "pygments_dark_style": "monokai",
    "myst_heading_anchors": 3,
    "smartquotes": False,  # A...B is a range, and not a sentence that trails off
    "suppress_warnings": ["misc.highlighting_failure"],  # an example may be half a file
}


class BuildError(Exception):
    """The site cannot be built, or is not sound; the message has one line for each reason."""


def build(out: Path, base: str = "") -> None:
    """Write the site to a folder; a site that is there already is replaced. `base` is the address that it will have, if any.

    Raises BuildError if the folder holds something else, a page is not sound or a link leads nowhere.
    """
    for name in ("sphinx", "furo", "myst_parser"):
        if find_spec(name) is None:
            raise BuildError(f"{name} is missing: pip install '.[docs]'")
    if out.exists() and any(out.iterdir()) and not (out / "objects.inv").exists():
        raise BuildError(f"{out} is not empty and holds no site: name a new folder")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        generated.write(source)
        shutil.rmtree(out, ignore_errors=True)
        _sphinx(source, out, Path(scratch) / "doctrees", base)
    faults = links.faults(out)
    if faults:
        raise BuildError("\n".join(faults))


def _sphinx(source: Path, out: Path, doctrees: Path, base: str) -> None:
    """Run Sphinx; its warnings are errors."""
    settings = {**SETTINGS, "html_baseurl": f"{base.rstrip('/')}/" if base else ""}
    lines = [f"{name} = {value!r}\n" for name, value in settings.items()]
    (source / "conf.py").write_text("".join(lines), encoding="utf-8")
    words = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(doctrees), str(source), str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(done.stderr.strip() or done.stdout.strip())


def _main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.build", description="Build the documentation site.")
    parser.add_argument(
        "out", type=Path, help="folder for the HTML; a site that is there already is replaced"
    )
    parser.add_argument("--base", default="", help="address at which the site will be served [default: none]")
    chosen = parser.parse_args(words)
    try:
        build(chosen.out, chosen.base)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(chosen.out / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
