"""The keyed notations' part of the pipeline.

What it says of files that it cannot read, and of paths that nobody asked about.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compatlint.comparison import check, compare, show, structures
from compatlint.config import Config
from compatlint.errors import ConfigError
from compatlint.notations.notation import REGISTRY, Keyed, notation
from compatlint.sources.git import Repository
from tests.gitbox import GitBox

BROKEN = "import oslo_messaging as messaging\n\nclass Other:\n    target = messaging.Target(version='1.0')\n    def f(self) ->\n"


def server(argument: str) -> str:
    return (
        "import oslo_messaging as messaging\n\nclass Agent:\n    target = messaging.Target(topic='agent', version='1.0')\n\n"
        f"    def deliver(self, ctxt, parcel{argument}):\n        return parcel\n"
    )


CLIENT = """
import oslo_messaging as messaging
from shop import rpc

class AgentAPI:
    def __init__(self):
        self.client = rpc.get_client(messaging.Target(topic='agent', version='1.0'))

    def deliver(self, ctxt, parcel):
        self.client.prepare(version='1.0').cast(ctxt, 'deliver', parcel=parcel)


def ship(ctxt, parcel):
    AgentAPI().deliver(ctxt, parcel)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    box = GitBox(tmp_path)
    files = {
        "shop/agent/manager.py": server(""),
        "shop/agent/rpcapi.py": CLIENT,
        "shop/other/manager.py": BROKEN,
    }
    box.commit({**files, "shop/plain.py": "def f(:\n"}, tag="1.0.0")
    box.commit({"shop/agent/manager.py": server(", window")}, tag="1.1.0")
    return Repository.open(tmp_path)


def test_a_broken_file_that_may_hold_a_server_is_unread_though_it_did_not_change(shop: Repository) -> None:
    found = compare(shop, "1.0.0", "1.1.0", promise="all")
    assert [each.item for each in found.findings] == ["window"]
    assert [each.codec for each in found.unread] == ["shop/other/manager.py"]


def test_a_release_says_which_files_it_could_not_read(shop: Repository) -> None:
    found = check(shop, shop.tree("1.0.0"), config=Config())
    assert [each.codec for each in found.unread] == ["shop/other/manager.py"]


@pytest.mark.parametrize(
    ("paths", "config", "items", "unread"),
    [
        ((), Config(), ["window"], ["shop/other/manager.py"]),
        (("shop/agent",), Config(), ["window"], []),
        (("shop/other",), Config(), [], ["shop/other/manager.py"]),
        ((), Config(exclude=("shop/agent",)), [], ["shop/other/manager.py"]),
        ((), Config(paths=("shop/agent",)), ["window"], []),
    ],
)
def test_only_what_was_asked_about_is_said(
    shop: Repository, paths: tuple[str, ...], config: Config, items: list[str], unread: list[str]
) -> None:
    found = check(shop, shop.tree("1.1.0"), config=config, paths=paths)
    assert [each.item for each in found.findings] == items
    assert [each.codec for each in found.unread] == unread


def test_a_notation_that_there_is_not_is_an_error(shop: Repository) -> None:
    mistyped = Config(notations=("rcp",))
    tree = shop.tree("1.0.0")
    for run in (
        lambda: compare(shop, "1.0.0", "1.1.0", config=mistyped),
        lambda: check(shop, tree, config=mistyped),
        lambda: show(shop, tree, "Agent", config=mistyped),
        lambda: structures(shop, tree, config=mistyped),
    ):
        with pytest.raises(ConfigError, match="no notation is called 'rcp'; did you mean 'rpc'"):
            run()


PARCEL = """
struct Parcel {
  uint64_t id;
  void encode(bufferlist& bl) const { ENCODE_START(1, 1, bl); encode(id, bl); ENCODE_FINISH(bl); }
  void decode(bufferlist::const_iterator& p) { DECODE_START(1, p); decode(id, p); DECODE_FINISH(p); }
};
"""


def test_the_stages_of_services_are_not_asked_of_a_project_without_services(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    box.commit(
        {"src/parcel.h": PARCEL, "requirements.txt": "six>=1\n", "shop/plain.py": "import six\n"},
        tag="v1.0.0",
    )
    broken = PARCEL.replace("uint64_t id", "std::string id")
    box.commit(
        {"src/parcel.h": broken, "requirements.txt": "six>=2\n", "shop/plain.py": "import six as s\n"},
        tag="v1.0.1",
    )
    found = compare(Repository.open(tmp_path), "v1.0.0", "v1.0.1", promise="all")
    assert [each.codec for each in found.findings if str(each.severity) == "error"] == ["Parcel"]
    assert found.standings == ()


def test_stages_that_are_asked_of_an_unknown_project_are_said_to_be_unknown(tmp_path: Path) -> None:
    box = GitBox(tmp_path)
    box.commit({"src/parcel.h": PARCEL, "shop/plain.py": "import six\n"}, tag="v1.0.0")
    box.commit(
        {"src/parcel.h": PARCEL.replace("uint64_t id", "std::string id"), "shop/plain.py": ""}, tag="v1.0.1"
    )
    found = compare(Repository.open(tmp_path), "v1.0.0", "v1.0.1", promise="all", topology=True)
    assert found.standings == ()
    assert any("no component of this project is known" in each for each in found.warnings)
    own = Config(topology={"components": {"server": ["src"]}})
    found = compare(Repository.open(tmp_path), "v1.0.0", "v1.0.1", promise="all", topology=True, config=own)
    assert found.standings
    assert found.warnings == ()


@pytest.mark.parametrize("name", [each.name for each in REGISTRY if isinstance(each.load(), Keyed)])
@given(st.data())
def test_whatever_bears_a_mark_has_a_hint(name: str, data: st.DataObject) -> None:
    each = notation(name)
    assert isinstance(each, Keyed)
    text = data.draw(st.from_regex(each.marks.pattern))
    assert not each.marks.hints or any(hint in text for hint in each.marks.hints)
