"""The rulebook: which rule wins, what a wrong rule file says, and that every rule that ships is complete."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from compatlint import rulebook
from compatlint.check.facts import Facts, towards, vocabulary
from compatlint.errors import CompatlintError, ConfigError, RuleError
from compatlint.vocabulary import Change, Direction, Guard, Outcome

BOOK = rulebook.load(vocabulary())
HEAD = (
    '# A title\n\n```toml\nseverity = "error"\nmessage = "{{codec}} breaks"\nmatch = {match}\n{more}\n```\n'
)


MATCH = '{ outcome = "misread", change = "moved", link = "disk" }'


def write(folder: Path, name: str, match: str = MATCH, more: str = "") -> Path:
    path = folder / f"{name}.md"
    path.write_text(HEAD.format(match=match, more=more))
    return path


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_a_catch_all(outcome):
    assert BOOK.name(Facts(outcome, "upgrade")).id == str(outcome)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        (Facts(Outcome.MISREAD, "both", change=Change.INSERTED), "item-inserted-midway"),
        (Facts(Outcome.MISREAD, "both", change=Change.REMOVED), "item-removed-midway"),
        (Facts(Outcome.OVERREAD, "downgrade", change=Change.TRUNCATED), "item-removed-from-end"),
        (
            Facts(Outcome.MISREAD, "downgrade", change=Change.INSERTED, version_raised=True),
            "layout-changed-under-old-compat",
        ),
        (Facts(Outcome.OVERREAD, "upgrade", change=Change.APPENDED), "item-appended-ungated"),
        (Facts(Outcome.OVERREAD, "upgrade", change=Change.APPENDED, version_raised=True), "gate-missing"),
        (
            Facts(
                Outcome.OVERREAD, "upgrade", change=Change.APPENDED, version_raised=True, guard=Guard.VERSION
            ),
            "gate-off-by-one",
        ),
        (
            Facts(
                Outcome.OVERREAD, "upgrade", change=Change.APPENDED, framed=False, link="peer", message=True
            ),
            "message-appended-unversioned",
        ),
        (Facts(Outcome.MISREAD, "both", change=Change.APPENDED, framed=False), "raw-item-appended"),
        (
            Facts(Outcome.REFUSED, "downgrade", change=Change.COMPAT_RAISED, version_raised=True),
            "compat-raised",
        ),
        (Facts(Outcome.DROPPED, "downgrade", change=Change.APPENDED, version_raised=True), "trailing-lost"),
        (Facts(Outcome.MISREAD, "skip", change=Change.BRANCH_DROPPED), "legacy-branch-dropped"),
        (Facts(Outcome.MISREAD, "self"), "encoder-decoder-disagree"),
    ],
)
def test_the_most_specific_rule_wins(facts, rule):
    assert BOOK.name(facts).id == rule


def test_a_direction_is_one_word():
    assert towards([Direction.UPGRADE, Direction.DOWNGRADE, Direction.MIXED]) == "both"
    assert towards([Direction.SKIP, Direction.UPGRADE]) == "upgrade"
    assert towards([Direction.MIXED]) == "mixed"
    assert towards([Direction.UPGRADE, Direction.SELF]) == "self"
    assert {towards([each]) for each in Direction} <= vocabulary()["direction"]


def test_facts_as_text_stay_inside_the_vocabulary():
    pairs = Facts(Outcome.MISREAD, "both").pairs()
    assert dict(pairs)["framed"] == "true"
    assert [name for name, _ in pairs] == list(vocabulary())


@pytest.mark.parametrize("rule", BOOK.rules.values(), ids=lambda rule: rule.id)
def test_every_rule_that_ships_is_complete(rule):
    assert rule.sections["What breaks"]
    assert rule.fix
    assert rule.examples or rule.sections["No example"], "a rule proves itself or says why it cannot"
    assert bool(rule.mirror) != bool(rule.no_mirror), (
        "the opposite change has a rule, or the rule says why not"
    )
    if rule.mirror:
        assert BOOK.rule(rule.mirror).mirror == rule.id
    for example in rule.examples:
        assert any(found["rule"] == rule.id for found in example.finds)
        assert "[[finding]]" not in rule.text, "what the test expects is not for readers"
        assert example.fixed or rule.severity == "note", "an error shows its cure"


def test_an_own_folder_adds_replaces_and_wins_ties(tmp_path):
    write(tmp_path, "ours", '{ outcome = "misread", change = "moved" }')
    write(tmp_path, "overread", '{ outcome = "overread" }')
    book = rulebook.load(vocabulary(), [tmp_path])
    assert book.name(Facts(Outcome.MISREAD, "both", change=Change.MOVED)).id == "ours"
    assert book.rule("overread").title == "A title"
    assert len(book.rules) == len(BOOK.rules) + 1


def test_two_own_rules_without_an_order(tmp_path):
    write(tmp_path, "one", '{ outcome = "misread", link = "peer", guard = "value" }')
    write(tmp_path, "two", '{ outcome = "misread", link = "peer", notation = "ceph" }')
    with pytest.raises(RuleError, match="equally many keys"):
        rulebook.load(vocabulary(), [tmp_path])


def test_overrides_raise_lower_and_ignore():
    book = rulebook.load(
        vocabulary(), overrides={"dropped": "error", "misread": "ignore", "overread": "note"}
    )
    assert [book.severity(name) for name in ("dropped", "misread", "overread", "leftover")] == [
        "error",
        None,
        "note",
        "error",
    ]


def test_an_override_of_no_rule_is_an_error():
    with pytest.raises(ConfigError, match="did you mean 'item-moved'"):
        rulebook.load(vocabulary(), overrides={"item-move": "note"})


def test_an_unknown_rule_is_suggested():
    with pytest.raises(RuleError, match="did you mean 'item-moved'"):
        BOOK.rule("item-move")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no title", "begins with"),
        ("# T\n\nprose\n", "begins with"),
        ("# T\n```toml\nseverity = \n```\n", "rule.md"),
        (
            HEAD.format(match='{ outcom = "misread" }', more=""),
            "unknown fact 'outcom' in match; did you mean 'outcome'",
        ),
        (HEAD.format(match='{ change = "insert" }', more=""), "did you mean 'inserted'"),
        (HEAD.format(match='{ keyed = "true" }', more=""), "keyed is one of false, true"),
        (HEAD.format(match='{ outcome = [["misread"]] }', more=""), "outcome is one of"),
        (HEAD.format(match="{}", more=""), "match must be a table"),
        (HEAD.format(match='{ outcome = "misread" }', more='severty = "note"'), "did you mean 'severity'"),
        (HEAD.format(match='{ outcome = "misread" }', more="mirror = 3"), "mirror must be text"),
        ('# T\n```toml\nseverity = "bad"\n```\n', "severity must be one of"),
        ('# T\n```toml\nseverity = "note"\n```\n', "message is missing"),
        (
            '# T\n```toml\nseverity = "note"\nmessage = "{codek}"\n```\n',
            "{codek} in message; did you mean 'codec'",
        ),
    ],
)
def test_a_wrong_rule_file_says_what_is_wrong(tmp_path, text, words):
    path = tmp_path / "rule.md"
    path.write_text(text)
    with pytest.raises(RuleError) as error:
        rulebook.read(path, vocabulary())
    assert words in str(error.value)


def test_names_and_encodings_of_rule_files(tmp_path):
    with pytest.raises(RuleError, match="lower-case"):
        rulebook.read(write(tmp_path, "Bad_Name"), vocabulary())
    (tmp_path / "latin.md").write_bytes(b"# \xff")
    with pytest.raises(RuleError, match="cannot be read"):
        rulebook.read(tmp_path / "latin.md", vocabulary())
    with pytest.raises(RuleError, match="does not exist"):
        rulebook.load(vocabulary(), [tmp_path / "none"])


def test_windows_line_ends_are_read(tmp_path):
    path = write(tmp_path, "dos")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert rulebook.read(path, vocabulary()).title == "A title"


def test_a_vocabulary_without_its_catch_alls():
    wider = {**vocabulary(), "outcome": vocabulary()["outcome"] | {"scrambled"}}
    with pytest.raises(RuleError, match="no rule catches every 'scrambled'"):
        rulebook.demand_catch_alls(BOOK.rules.values(), wider)


def test_a_replaced_catch_all_is_missed(tmp_path):
    write(tmp_path, "misread")
    with pytest.raises(RuleError, match="no rule catches every 'misread'"):
        rulebook.load(vocabulary(), [tmp_path])


def test_the_rules_that_ship_are_sound():
    """What a start of compatlint takes for granted."""
    rules = [rulebook.read(path, vocabulary()) for path in rulebook.home().glob("*.md")]
    assert len(rules) == len(BOOK.rules) > 90
    rulebook.demand_order(rules)
    rulebook.demand_catch_alls(rules, vocabulary())


def test_the_digest_knows_every_text(tmp_path):
    path = write(tmp_path, "one")
    first = rulebook.load(vocabulary(), [tmp_path]).rules.digest
    assert first == rulebook.load(vocabulary(), [tmp_path]).rules.digest != BOOK.rules.digest
    path.write_text(path.read_text() + "more\n")
    assert rulebook.load(vocabulary(), [tmp_path]).rules.digest != first


def test_messages_are_filled_once_and_show_what_is_not_known(tmp_path):
    rule = replace(BOOK.rule("misread"), message="{codec} {item} {wrote}")
    assert rulebook.render_message(rule, {"codec": "{item}", "item": "a"}) == "{item} a ?"


def test_headings_inside_fences_are_no_sections(tmp_path):
    path = write(tmp_path, "fenced")
    path.write_text(
        path.read_text() + "\n## How to fix\n\n```sh\n## no heading\n```\n\ntext\n\n## Next\n\nmore\n"
    )
    assert list(rulebook.read(path, vocabulary()).sections) == ["How to fix", "Next"]
    assert rulebook.read(path, vocabulary()).fix == ""


@pytest.mark.parametrize(
    ("fence", "words"),
    [
        ("```cpp befor/a.h\nx\n```\n```toml finds\n```\n", "before/, after/ or fixed/"),
        ("", "toml finds"),
        ("```toml finds\n[[\n```\n", "finds"),
    ],
)
def test_a_wrong_example_says_what_is_wrong(tmp_path, fence, words):
    path = write(tmp_path, "wrong")
    path.write_text(path.read_text() + "\n## Example\n\n" + fence)
    with pytest.raises(CompatlintError, match=words):
        _ = rulebook.read(path, vocabulary()).examples


def test_loading_does_not_import_what_a_hook_cannot_afford():
    code = "import sys, compatlint.rulebook as r, compatlint.config, compatlint.promise; print(sorted(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("rich", "networkx", "tree_sitter", "difflib", "importlib.metadata"):
        assert f"'{heavy}'" not in modules
