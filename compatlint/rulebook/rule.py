"""One rule: a Markdown file that names a kind of break and says what breaks and how to fix it.

Only the head of a file is parsed at first; prose and examples are parsed when they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from compatlint import files, toml
from compatlint.errors import RuleError, suggest

SEVERITIES: Final = ("error", "warning", "note")
PLACEHOLDERS: Final = frozenset(
    ("codec", "item", "wrote", "read", "writer", "reader", "version", "old_version")
)

_KEYS: Final = frozenset(("severity", "message", "match", "mirror", "no_mirror", "together"))
_TOGETHER: Final = ("", "file", "codec")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_HEAD: Final = re.compile(
    r"\A#[ \t]++(?P<title>[^\n]++)\n\s*+```toml[ \t]*\n(?P<toml>.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE
)
_FENCE: Final = re.compile(
    r"^(?P<ticks>`{3,})(?P<about>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)[ \t]*$", re.DOTALL | re.MULTILINE
)
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")

Vocabulary = Mapping[str, frozenset[str | bool]]


@dataclass(frozen=True, slots=True)
class Example:
    """The runnable part of a rule.

    Files by path before and after, the cure, and exactly what the run must find.
    """

    title: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    fixed: Mapping[str, str]
    finds: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `match` maps a fact to the values that satisfy it; `body` is the Markdown behind the head.

    `mirror` names the rule for the opposite change, `no_mirror` says why there is none; `together` is "file" or
    "codec" where all findings there have one cause and are one finding; `layer` is 0 for the
    rules that ship with compatlint and grows with each folder of the user's.
    """

    id: str
    title: str
    severity: str
    message: str
    match: Mapping[str, frozenset[str | bool]]
    body: str
    path: Path
    layer: int = 0
    mirror: str = ""
    no_mirror: str = ""
    together: str = ""

    @property
    def text(self) -> str:
        """Return what a person reads of the rule.

        Title and prose, without the examples' expected findings.
        """
        prose = _FENCE.sub(
            lambda found: "" if found["about"].split() == ["toml", "finds"] else found[0], self.body
        )
        return f"# {self.title}\n\n{prose.strip()}\n"

    @property
    def sections(self) -> dict[str, str]:
        """Return the Markdown under each `##` heading, by heading."""
        return _sections(self.body)

    @property
    def fix(self) -> str:
        """Return the first paragraph of "How to fix" on one line, or nothing."""
        paragraph = self.sections.get("How to fix", "").split("\n\n")[0]
        return " ".join(paragraph.split()) if not paragraph.startswith("```") else ""

    @property
    def examples(self) -> tuple[Example, ...]:
        """Return every runnable example of the rule."""
        return _examples(self)


def read(path: Path, vocabulary: Vocabulary, layer: int = 0) -> Rule:
    """Read one rule file; RuleError names the file and what is wrong with it."""
    return parse(path, text_of(path), vocabulary, layer)


def text_of(path: Path) -> str:
    """Return the text of a rule file; RuleError if it is not readable or its name is none of a rule."""
    if not _NAME.fullmatch(path.stem):
        raise RuleError(f"{path}: a rule's name is lower-case words joined by '-', such as item-removed")
    try:
        return files.read_text(path).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"{path} cannot be read: {error}") from error


def parse(path: Path, text: str, vocabulary: Vocabulary, layer: int = 0) -> Rule:
    """Return the rule in a file's text; RuleError names the file and what is wrong with it."""
    head = _HEAD.match(text)
    if head is None:
        raise RuleError(
            f"{path}: a rule begins with '# Title' and then a ```toml fence with severity, message and match"
        )
    try:
        table = toml.loads(head["toml"])
    except toml.TomlError as error:
        raise RuleError(f"{path}: {error}") from error
    texts = _texts(path, table)
    match = _match(path, table.get("match"), vocabulary)
    return Rule(
        path.stem,
        head["title"].strip(),
        match=match,
        body=text[head.end() :],
        path=path,
        layer=layer,
        **texts,
    )


def render_message(rule: Rule, values: Mapping[str, str]) -> str:
    """Return the rule's message with every placeholder replaced; a value that is not known reads as "?"."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or "?", rule.message)


def _texts(path: Path, table: Mapping[str, object]) -> dict[str, str]:
    """Return the keys of a rule's head that are text, all of them checked."""
    for key in table:
        if key not in _KEYS:
            raise RuleError(f"{path}: unknown key {key!r}{suggest(key, _KEYS)}")
    texts: dict[str, str] = {}
    for key in sorted(_KEYS - {"match"}):
        value = table.get(key, "")
        if not isinstance(value, str):
            raise RuleError(f"{path}: {key} must be text")
        texts[key] = value
    if texts["severity"] not in SEVERITIES:
        raise RuleError(f"{path}: severity must be one of {', '.join(SEVERITIES)}")
    if texts["together"] not in _TOGETHER:
        raise RuleError(f"{path}: together is file or codec, not {texts['together']!r}")
    if not texts["message"]:
        raise RuleError(f"{path}: message is missing")
    for word in re.findall(r"\{([^{}]*)\}", texts["message"]):
        if word not in PLACEHOLDERS:
            raise RuleError(f"{path}: unknown placeholder {{{word}}} in message{suggest(word, PLACEHOLDERS)}")
    return texts


def _match(path: Path, table: object, vocabulary: Vocabulary) -> dict[str, frozenset[str | bool]]:
    if not isinstance(table, dict) or not table:
        raise RuleError(f'{path}: match must be a table of facts, such as {{ outcome = "misread" }}')
    match: dict[str, frozenset[str | bool]] = {}
    for key, value in table.items():
        if key not in vocabulary:
            raise RuleError(f"{path}: unknown fact {key!r} in match{suggest(key, vocabulary)}")
        values = value if isinstance(value, list) else [value]
        for each in values:
            if type(each) not in (str, bool) or each not in vocabulary[key]:
                known = sorted(str(option).lower() for option in vocabulary[key])
                raise RuleError(
                    f"{path}: {key} is one of {', '.join(known)}, not {each!r}{suggest(str(each), known)}"
                )
        match[key] = frozenset(values)
    return match


def _sections(body: str) -> dict[str, str]:
    """Split Markdown at `##` headings, but not at lines inside fences."""
    quiet = _FENCE.sub(lambda found: re.sub(r"[^\n]", "`", found[0]), body)
    heads = list(re.finditer(r"^##[ \t]+(.+)$", quiet, re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(body)]
    return {head[1].strip(): body[head.end() : end].strip() for head, end in zip(heads, ends, strict=True)}


def _examples(rule: Rule) -> tuple[Example, ...]:
    sections = [(title, text, _trees(rule, text)) for title, text in rule.sections.items()]
    fixed = {path: text for _, _, trees in sections for path, text in trees["fixed"].items()}
    found = []
    for title, text, trees in sections:
        if title.startswith("Example"):
            after = trees["before"] | trees["after"]
            found.append(
                Example(title, trees["before"], after, after | fixed if fixed else {}, _finds(rule, text))
            )
    return tuple(found)


def _trees(rule: Rule, text: str) -> dict[str, dict[str, str]]:
    """Return the files of the fences "cpp before/path", "cpp after/path" and "cpp fixed/path"."""
    trees: dict[str, dict[str, str]] = {"before": {}, "after": {}, "fixed": {}}
    for fence in _FENCE.finditer(text):
        about = fence["about"].split()
        if len(about) != 2 or "/" not in about[1]:
            continue
        tree, _, path = about[1].partition("/")
        if tree not in trees:
            raise RuleError(
                f"{rule.path}: a file of an example is in before/, after/ or fixed/, not in {tree}/"
            )
        trees[tree][path] = fence["text"]
    return trees


def _finds(rule: Rule, text: str) -> tuple[Mapping[str, object], ...]:
    for fence in _FENCE.finditer(text):
        if fence["about"].split() == ["toml", "finds"]:
            try:
                found = toml.loads(fence["text"]).get("finding", [])
            except toml.TomlError as error:
                raise RuleError(f"{rule.path}, finds: {error}") from error
            if not isinstance(found, list):
                raise RuleError(f"{rule.path}, finds: write [[finding]], with two brackets, for each entry")
            return tuple(found)
    raise RuleError(
        f"{rule.path}: an example needs a ```toml finds fence; leave it empty if nothing is to be found"
    )
