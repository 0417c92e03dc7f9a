"""Small texts by chance: TOML, revisions and ranges, tags; and bytes flipped in the fixtures."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
TOML = (
    *(
        "paths",
        "exclude",
        "notations",
        "rules",
        "severity",
        "promise",
        "topology",
        "waivers",
        "waiver",
        "fingerprint",
        "reason",
        "until",
    ),
    *(
        " = ",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        ".",
        "\n",
        '"',
        "'",
        '"""',
        "'''",
        "#",
        "\\",
        "\\u0000",
        "\\x",
        " ",
        "\r\n",
    ),
    *(
        "true",
        "1",
        "-1",
        "0x",
        "9" * 30,
        "1e999",
        "nan",
        "2020-01-01",
        "2020-13-01",
        "07:32:00",
        '"src"',
        '["a"]',
        '"error"',
        '"ceph"',
    ),
    *(
        '"0123456789ab"',
        "a.b.c",
        '"a"."b"',
        "_",
        "1_000",
        "\0",
        "é",
        "\u2028",
        "base",
        "upgrade",
        "components",
        "stages",
    ),
)
REVISIONS = (
    *(
        "v1.0.0",
        "HEAD",
        "main",
        "..",
        "...",
        "^",
        "~",
        "^{",
        "}",
        "@{",
        "-",
        "--",
        ":",
        "/",
        " ",
        "\n",
        "\0",
        "*",
        "?",
        "[",
        "\\",
    ),
    *(
        "refs/",
        "tags/",
        "heads/",
        "remotes/",
        "origin/",
        "^!",
        "^-",
        "^@",
        "1",
        "9" * 20,
        "rc1",
        "-beta.2",
        "_",
        "é",
        "\u2028",
        "\udc80",
        "a" * 40,
        "nova-",
        "release/",
    ),
)


def toml(choose: Random) -> str:
    """Return what may be taken for TOML."""
    if choose.random() < 0.5:
        return "".join(choose.choice(TOML) for _ in range(choose.randint(0, 40)))
    lines = [f"{choose.choice(TOML[:12])} = {value(choose)}" for _ in range(choose.randint(1, 5))]
    if choose.random() < 0.5:
        lines.insert(
            choose.randrange(len(lines) + 1),
            choose.choice(("[severity]", "[[waiver]]", "[promise]", "[topology]", "[tool.compatlint]")),
        )
    return "\n".join(lines)


def value(choose: Random, depth: int = 0) -> str:
    """Return a TOML value."""
    form = choose.randrange(6 if depth < 40 else 4)
    if form == 4:
        return "[" + ", ".join(value(choose, depth + 1) for _ in range(choose.randint(0, 3))) + "]"
    if form == 5:
        return (
            "{"
            + ", ".join(
                f"{choose.choice('abc')}{n} = {value(choose, depth + 1)}" for n in range(choose.randint(0, 3))
            )
            + "}"
        )
    return choose.choice(TOML[32:47])


def revision(choose: Random) -> str:
    """Return what may be taken for a revision or a range."""
    return "".join(choose.choice(REVISIONS) for _ in range(choose.randint(0, 12)))


@cache
def fixtures() -> tuple[dict[str, bytes], ...]:
    """Return the releases of the fixtures: content by path."""
    found = []
    for incident in sorted(FIXTURES.iterdir()):
        for release in (
            sorted(each for each in incident.iterdir() if each.is_dir()) if incident.is_dir() else ()
        ):
            files = {
                path.relative_to(release).as_posix(): path.read_bytes()
                for path in sorted(release.rglob("*"))
                if path.is_file()
            }
            if files:
                found.append(files)
    return tuple(found)


def flipped(choose: Random) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return a release of a fixture, and the same with bytes flipped, cut or doubled in its files."""
    old = choose.choice(fixtures())
    new = dict(old)
    for path in choose.sample(sorted(old), min(len(old), choose.randint(1, 2))):
        content = bytearray(old[path])
        for _ in range(choose.choice((1, 1, 2, 4, 20))):
            at = choose.randrange(len(content) + 1)
            to = min(len(content), at + choose.choice((1, 1, 4, 30, 200)))
            match choose.randrange(5):
                case 0:
                    content[at:to] = bytes(choose.randrange(256) for _ in range(to - at))
                case 1:
                    del content[at:to]
                case 2:
                    content[at:at] = content[at:to] * choose.choice((1, 2, 50))
                case 3 if at < len(content):
                    content[at] ^= 1 << choose.randrange(8)
                case _:
                    content[at:at] = choose.choice(
                        (b"{", b"}", b"(", b")", b"\n", b"\0", b'"', b"/*", b"#", b"\\\n", b"\xbe")
                    )
        new[path] = bytes(content)
    return old, new
