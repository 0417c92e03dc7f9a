"""Configuration: which file, which keys, and what a mistake says."""

from pathlib import Path

import pytest

from compatlint.config import Config, load
from compatlint.errors import ConfigError


def write(folder: Path, text: str, name: str = "compatlint.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_defaults_without_a_folder_and_without_a_file(tmp_path):
    assert load(None) == Config()
    assert load(tmp_path) == Config(
        waivers=tmp_path / ".compatlint-waivers.toml", known=tmp_path / "compatlint-known.toml"
    )


def test_every_key(tmp_path):
    path = write(
        tmp_path,
        'paths = ["src"]\nexclude = ["src/test"]\nnotations = ["ceph"]\nrules = ["ci/rules"]\nwaivers = "ci/waivers.toml"\n'
        'promise = "all"\nknown = "ci/known.toml"\n[severity]\ndropped = "ignore"\n',
    )
    assert load(tmp_path) == Config(
        paths=("src",),
        exclude=("src/test",),
        notations=("ceph",),
        rules=(tmp_path / "ci/rules",),
        severity={"dropped": "ignore"},
        promise="all",
        waivers=tmp_path / "ci/waivers.toml",
        known=tmp_path / "ci/known.toml",
        source=path,
    )


def test_pyproject_and_its_promise_table(tmp_path):
    write(
        tmp_path,
        '[tool.compatlint]\npaths = ["a"]\n[tool.compatlint.promise]\nbase = "ceph"\n',
        "pyproject.toml",
    )
    config = load(tmp_path)
    assert config.paths == ("a",)
    assert config.promise == {"base": "ceph"}


def test_compatlint_toml_goes_before_pyproject(tmp_path):
    write(tmp_path, '[tool.compatlint]\npaths = ["a"]\n', "pyproject.toml")
    write(tmp_path, 'paths = ["b"]\n')
    assert load(tmp_path).paths == ("b",)


def test_an_explicit_file_goes_before_both(tmp_path):
    write(tmp_path, 'paths = ["b"]\n')
    other = tmp_path / "other"
    other.mkdir()
    config = load(tmp_path, write(other, 'rules = ["r"]\n', "mine.toml"))
    assert config.rules == (other / "r",)
    assert config.paths == ()


def test_a_pyproject_of_someone_else_is_not_ours(tmp_path):
    write(tmp_path, "[tool.ruff]\nline-length = 100\n", "pyproject.toml")
    assert load(tmp_path).source is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('path = ["src"]', "unknown key 'path'; did you mean 'paths'"),
        ('paths = "src"', r'must be a list: paths = \["src"\]'),
        ("paths = 3", "must be a list"),
        ("paths = [3]", "must be text"),
        ("severity = 3", "must be a table"),
        ('[severity]\ndropped = "warn"', "did you mean 'warning'"),
        ("promise = 3", "promise must be text"),
        ("waivers = 3", "waivers must be text"),
        ("paths = [", "compatlint.toml"),
        ('source = "x"', "unknown key 'source'"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(tmp_path, text, words):
    write(tmp_path, text)
    with pytest.raises(ConfigError, match=words) as error:
        load(tmp_path)
    assert "compatlint.toml" in str(error.value)


def test_a_missing_or_unreadable_explicit_file(tmp_path):
    with pytest.raises(ConfigError, match="does not exist"):
        load(None, tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"paths = ['\xff']")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(None, tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "text",
    [
        'rules = ["../rules"]',
        'rules = ["/etc"]',
        'waivers = "../secret.toml"',
        'waivers = "link/secret.toml"',
    ],
)
def test_what_a_repository_names_lies_inside_of_it(tmp_path, text):
    home = tmp_path / "home"
    home.mkdir()
    (home / "link").symlink_to(tmp_path)
    path = write(home, text)
    with pytest.raises(ConfigError, match="is outside the repository"):
        load(home)
    assert load(home, path).source == path, "a file that the user names may point anywhere"


@pytest.mark.parametrize("name", ["compatlint.toml", "pyproject.toml"])
def test_a_link_out_of_the_repository_is_not_followed(tmp_path, name):
    home = tmp_path / "home"
    home.mkdir()
    write(tmp_path, "aws_secret_key = 1", "secret.toml")
    (home / name).symlink_to(tmp_path / "secret.toml")
    with pytest.raises(ConfigError, match="leads out of the repository") as caught:
        load(home)
    assert "aws" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = " + "[" * 100_000, "brackets are open"),
        ("a = " + "9" * 5000, "digits"),
        ("a." * 20_000 + "a = 1", "parts"),
        ("#" * (5 << 20), "larger than"),
    ],
)
def test_a_file_past_a_limit_is_refused_in_one_line(tmp_path, text, words):
    write(tmp_path, text)
    with pytest.raises(ConfigError, match=words) as caught:
        load(tmp_path)
    assert len(str(caught.value).split("\n")) == 1


def test_the_address_of_the_pages_is_an_address_and_nothing_else(tmp_path):
    (tmp_path / "compatlint.toml").write_text('pages = "https://docs.example.org/x"\n')
    assert load(tmp_path).pages == "https://docs.example.org/x"
    for wrong in ('"javascript:alert(1)"', '"https://x y"', '"https://x<b>"', "3", '"docs"'):
        (tmp_path / "compatlint.toml").write_text(f"pages = {wrong}\n")
        with pytest.raises(ConfigError, match="pages must be an address"):
            load(tmp_path)
