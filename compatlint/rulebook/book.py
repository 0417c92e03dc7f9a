"""All rules of a run: those that ship with compatlint, and the project's own.

The rules that ship are checked by the tests of this package; at the start of a run only a project's own are.
A rule is parsed when it is first asked for: a run that finds nothing, or that remembers its answer, parses
none.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compatlint import files
from compatlint.errors import ConfigError, RuleError, suggest
from compatlint.rulebook.rule import Rule, Vocabulary, parse, text_of


class RuleFiles(Mapping[str, Rule]):
    """Rules by name; each is parsed when it is first looked up."""

    def __init__(self, texts: Mapping[str, tuple[Path, int, str]], vocabulary: Vocabulary) -> None:
        self._texts = texts
        self._vocabulary = vocabulary
        self._parsed: dict[str, Rule] = {}

    def __getitem__(self, name: str) -> Rule:
        if name not in self._parsed:
            path, layer, text = self._texts[name]
            self._parsed[name] = parse(path, text, self._vocabulary, layer)
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def digest(self) -> str:
        """Return a name for the content of all files, as hexadecimal digits."""
        made = hashlib.sha256()
        for name, (_path, layer, text) in self._texts.items():
            made.update(f"{name}\0{layer}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
        return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of a run. `overrides` maps a rule to the severity the project gives it, or to "ignore"."""

    rules: RuleFiles
    overrides: Mapping[str, str]
    vocabulary: Vocabulary

    def name(self, facts: object) -> Rule:
        """Return the most specific rule whose every key equals the attribute of that name in `facts`."""
        best = max((rule for rule in self.rules.values() if _matches(rule, facts)), key=_weight, default=None)
        if best is None:  # the catch-alls make this impossible for facts in the vocabulary
            raise RuleError(f"no rule matches {facts}; add a catch-all for its outcome")
        return best

    def severity(self, rule: str | Rule) -> str | None:
        """Return what a finding of this rule weighs in this project, or None if it is ignored."""
        found = rule if isinstance(rule, Rule) else self.rule(rule)
        chosen = self.overrides.get(found.id, found.severity)
        return None if chosen == "ignore" else chosen

    def rule(self, name: str) -> Rule:
        """Return the rule of this id; RuleError with a suggestion if there is none."""
        if name not in self.rules:
            near = suggest(name, self.rules) or "; `compatlint rules` lists them"
            raise RuleError(f"no rule is called {name!r}{near}")
        return self.rules[name]


def load(
    vocabulary: Vocabulary, folders: Iterable[Path] = (), overrides: Mapping[str, str] | None = None
) -> Rulebook:
    """Read the rules that ship with compatlint and those in `folders`.

    A later folder's rule replaces one of equal id.

    Raises RuleError for a file of `folders` that is not a rule, a fact outside the vocabulary, two equally
    specific rules that could match the same facts, or an outcome without a catch-all; ConfigError for an
    override of no known rule.
    """
    texts: dict[str, tuple[Path, int, str]] = {}
    for layer, folder in enumerate((home(), *folders)):
        if not folder.is_dir():
            raise RuleError(f"the rule folder {folder} does not exist; correct `rules` in the configuration")
        for path in sorted(folder.glob("*.md")):
            if layer and files.leads_outside(path, folder):
                raise RuleError(f"{path} is a link that leads out of its folder: put the rule itself there")
            texts[path.stem] = path, layer, text_of(path)
    rules = RuleFiles(texts, vocabulary)
    own = [rules[name] for name, (_path, layer, _text) in texts.items() if layer]
    if own:
        demand_catch_alls(rules.values(), vocabulary)
        demand_order(own)
    for name in overrides or {}:
        if name not in rules:
            raise ConfigError(f"severity is set for {name!r}, which is no rule{suggest(name, rules)}")
    return Rulebook(rules, dict(overrides or {}), vocabulary)


def home() -> Path:
    """Return the folder of rules that ships with compatlint.

    Inside the wheel, or beside the package in a checkout.
    """
    package = Path(__file__).resolve().parent.parent
    return package / "_rules" if (package / "_rules").is_dir() else package.parent / "rules"


def demand_catch_alls(rules: Iterable[Rule], vocabulary: Vocabulary) -> None:
    """Raise RuleError for an outcome of the vocabulary that no rule names without further conditions."""
    caught: set[str | bool] = set()
    for rule in rules:
        if set(rule.match) == {"outcome"}:
            caught |= rule.match["outcome"]
    missing = sorted(str(each) for each in vocabulary.get("outcome", frozenset()) - caught)
    if missing:
        raise RuleError(
            f'no rule catches every {missing[0]!r}: add one whose match is {{ outcome = "{missing[0]}" }}'
        )


def demand_order(rules: Sequence[Rule]) -> None:
    """Raise RuleError for two rules that can match the same facts with equal weight.

    Neither would be the more specific one. Only rules of one folder with equally many keys are compared.
    """
    for _, group in itertools.groupby(sorted(rules, key=_weight), key=_weight):
        for one, other in itertools.combinations(group, 2):
            shared = one.match.keys() & other.match.keys()
            if all(one.match[key] & other.match[key] for key in shared):
                both = f"{one.path} and {other.path}"
                raise RuleError(
                    f"{both} match the same facts with equally many keys: make one of them more specific"
                )


def _matches(rule: Rule, facts: object) -> bool:
    return all(getattr(facts, key) in values for key, values in rule.match.items())


def _weight(rule: Rule) -> tuple[int, int]:
    return len(rule.match), rule.layer
