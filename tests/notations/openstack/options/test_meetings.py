"""A configuration file of one release read by another: which names and values get lost."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from compatlint.check.keyed.causes import causes_of
from compatlint.notations.openstack import options
from compatlint.wire.ir.records import Lowered
from tests.projects import project

Told = tuple[str, str, str, str]
HEAD = "from oslo_config import cfg\nfrom oslo_config import types\n\n"
LONG = "Where the depot listens for carriers and their parcels."


def lower(old: Mapping[str, str], new: Mapping[str, str]) -> Lowered:
    sides = [{path: HEAD + textwrap.dedent(text) for path, text in files.items()} for files in (old, new)]
    before, after = project(sides[0], "old"), project(sides[1], "new")
    changed = [
        path
        for path in {*sides[0], *sides[1]}
        if sides[0].get(path) != sides[1].get(path) and options.wants(path)
    ]
    return options.lower(before, after, changed)


def told(old: Mapping[str, str], new: Mapping[str, str]) -> set[Told]:
    """Return change, codec, item and the first direction of all that breaks."""
    return {
        (str(each.change), each.codec, each.item, str(each.breaks[-1]))
        for each in causes_of(lower(old, new).meetings)
    }


def depot(declared: str, group: str = "depot") -> dict[str, str]:
    register = f"def register_opts(conf):\n    conf.register_opts(OPTIONS, group={group!r})\n"
    return {"shop/conf/depot.py": f"OPTIONS = [\n{declared}\n]\n{register}"}


def changes(old: str, new: str) -> set[Told]:
    return told(depot(old), depot(new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "cfg.StrOpt('a', deprecated_name='b')",
            "cfg.StrOpt('a')",
            {("alias-dropped", "[depot]b", "b", "skip")},
        ),
        (
            "cfg.StrOpt('a', deprecated_name='b')",
            "cfg.StrOpt('a', deprecated_opts=[cfg.DeprecatedOpt('b', group='depot')])",
            set(),
        ),
        (
            "cfg.StrOpt('a', deprecated_group='DEFAULT')",
            "cfg.StrOpt('a')",
            {("alias-dropped", "[DEFAULT]a", "a", "skip")},
        ),
        (
            "cfg.StrOpt('a', deprecated_name='b', deprecated_group='c')",
            "cfg.StrOpt('a', deprecated_name='b')",
            {("alias-dropped", "[c]b", "b", "skip")},
        ),
        (
            "cfg.StrOpt('a', deprecated_opts=[cfg.DeprecatedOpt('b', group='c')])",
            "cfg.StrOpt('a', deprecated_opts=OLD_NAMES)",  # it cannot be told what these are
            set(),
        ),
        (
            "cfg.StrOpt('a', deprecated_name='b')",
            "cfg.StrOpt('a'), cfg.StrOpt('b')",
            set(),
        ),
        (
            "cfg.StrOpt('a')",
            "cfg.StrOpt('b', deprecated_name='a')",
            {("key-renamed", "[depot]a", "b", "downgrade")},
        ),
        (
            "cfg.StrOpt('a', deprecated_name='older')",
            "cfg.StrOpt('b', deprecated_name='a')",
            {
                ("key-renamed", "[depot]a", "b", "downgrade"),
                ("alias-dropped", "[depot]older", "older", "skip"),
            },
        ),
        (
            "cfg.StrOpt('a'), cfg.StrOpt('b')",
            "cfg.StrOpt('b', deprecated_name='a')",
            set(),  # the older release knows both
        ),
        (
            "cfg.StrOpt('a', deprecated_name='b'), cfg.StrOpt('b')",
            "cfg.StrOpt('a')",
            {("removed-early", "[depot]b", "b", "skip")},  # it was an option of its own
        ),
        ("cfg.StrOpt('a-b', deprecated_name='c-d')", "cfg.StrOpt('a_b', deprecated_name='c_d')", set()),
        ("cfg.StrOpt('a')", "", {("removed-early", "[depot]a", "a", "skip")}),
        ("cfg.StrOpt('a', deprecated_for_removal=True)", "", {("key-removed", "[depot]a", "a", "skip")}),
        ("", "cfg.StrOpt('a')", set()),
        ("cfg.StrOpt('a', default='x')", "cfg.StrOpt('a', default='y')", set()),
        (
            f"cfg.StrOpt('listen', help='{LONG}')",
            f"cfg.StrOpt('address', help='{LONG}')",
            {("key-renamed", "[depot]listen", "listen", "skip")},
        ),
        (
            f"cfg.StrOpt('listen', help='{LONG}')",
            "cfg.StrOpt('address', help='Where parcels go that nobody asked after in a year.')",
            {("removed-early", "[depot]listen", "listen", "skip")},
        ),
    ],
)
def test_names(old: str, new: str, expected: set[Told]) -> None:
    assert changes(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("cfg.StrOpt('a', choices=['x', 'y'])", "cfg.StrOpt('a', choices=['x'])", "narrowed"),
        (
            "cfg.StrOpt('a', choices=[('x', 'one'), ('y', 'two')])",
            "cfg.StrOpt('a', choices=('x',))",
            "narrowed",
        ),
        ("cfg.StrOpt('a', choices=['x', 'Y'])", "cfg.StrOpt('a', choices=['x', 'y'])", None),
        ("cfg.StrOpt('a', choices=['x'])", "cfg.StrOpt('a', choices=['x', 'y'])", None),
        ("cfg.StrOpt('a', choices=['x'])", "cfg.StrOpt('a')", None),
        ("cfg.StrOpt('a')", "cfg.StrOpt('a', choices=['x'])", "validated"),
        ("cfg.StrOpt('a', choices=['x', 'y'])", "cfg.StrOpt('a', choices=CHOICES)", None),
        (
            "cfg.ListOpt('a', item_type=types.String(choices=('x', 'y')))",
            "cfg.ListOpt('a', item_type=types.String(choices=['x']))",
            "narrowed",
        ),
        ("cfg.IntOpt('a', min=0)", "cfg.IntOpt('a', min=1)", "narrowed"),
        ("cfg.IntOpt('a', max=9)", "cfg.IntOpt('a', max=8)", "narrowed"),
        ("cfg.IntOpt('a', max=8)", "cfg.IntOpt('a', max=9)", None),
        ("cfg.IntOpt('a')", "cfg.IntOpt('a', min=1)", "validated"),
        ("cfg.IntOpt('a', min=0)", "cfg.IntOpt('a', min=LEAST)", None),
        ("cfg.IntOpt('a')", "cfg.PortOpt('a')", "validated"),
        ("cfg.PortOpt('a')", "cfg.IntOpt('a')", None),
        ("cfg.PortOpt('a', min=1)", "cfg.PortOpt('a', min=1024)", "narrowed"),
        ("cfg.Opt('a', type=types.Integer(min=1, max=5))", "cfg.IntOpt('a', min=1, max=4)", "narrowed"),
        ("cfg.StrOpt('a', max_length=9)", "cfg.StrOpt('a', max_length=8)", "narrowed"),
        ("cfg.StrOpt('a')", "cfg.HostDomainOpt('a')", "validated"),
        ("cfg.HostAddressOpt('a')", "cfg.HostDomainOpt('a')", None),
        ("cfg.StrOpt('a')", "cfg.ListOpt('a')", None),
        ("cfg.ListOpt('a')", "cfg.StrOpt('a')", None),
        ("cfg.ListOpt('a')", "cfg.DictOpt('a')", "validated"),
        ("cfg.MultiStrOpt('a')", "cfg.ListOpt('a')", "retyped"),
        ("cfg.BoolOpt('a')", "cfg.IntOpt('a')", "retyped"),
        ("cfg.IntOpt('a')", "cfg.BoolOpt('a')", "validated"),
        ("cfg.IntOpt('a')", "cfg.FloatOpt('a')", None),
        ("cfg.FloatOpt('a')", "cfg.IntOpt('a')", "retyped"),
        ("cfg.StrOpt('a')", "cfg.StrOpt('a', regex='^x')", "validated"),
        ("cfg.StrOpt('a', regex='^x')", "cfg.StrOpt('a', regex='^y')", None),
        ("cfg.IntOpt('a')", "OwnOpt('a')", None),
    ],
)
def test_values(old: str, new: str, change: str | None) -> None:
    assert changes(old, new) == ({(change, "[depot]a", "a", "skip")} if change is not None else set())


def test_choices_of_a_table_elsewhere_are_not_the_options_own() -> None:
    old, new = (
        {"shop/releases.py": f"NAMES = {names}\n", **depot("cfg.StrOpt('a', choices=releases.NAMES)")}
        for names in (["x", "y"], ["x"])
    )
    for files in (old, new):
        files["shop/conf/depot.py"] = "from shop import releases\n" + files["shop/conf/depot.py"]
    new["shop/conf/depot.py"] += "LIMIT = 1\n"
    assert told(old, new) == {("validated", "[depot]a", "a", "skip")}


@pytest.mark.parametrize(
    "text",
    [
        "A = cfg.StrOpt('a', deprecated_name='b'{})\nALL = [A]\nconf.register_opts(ALL, group='depot')",
        "ALL = []\nALL.append(cfg.StrOpt('a', deprecated_name='b'{}))\nconf.register_opts(ALL, 'depot')",
        "ONE = [cfg.StrOpt('a', deprecated_name='b'{})]\nconf.register_opts(ONE + [cfg.BoolOpt('c')], group='depot')",
        "ONE = [cfg.StrOpt('a', deprecated_name='b'{})]\nconf.register_opts(list(itertools.chain(ONE, ())), group='depot')",
        "GROUP = cfg.OptGroup(name='depot')\nconf.register_opts([cfg.StrOpt('a', deprecated_name='b'{})], group=GROUP)",
        "GROUP = cfg.OptGroup('depot')\nconf.register_opt(cfg.StrOpt('a', deprecated_name='b'{}), GROUP.name)",
        "GROUP = __name__.split('.')[-1]\nconf.register_cli_opt(cfg.StrOpt('a', deprecated_name='b'{}), group=GROUP)",
        "ALL = [cfg.StrOpt('a', deprecated_name='b'{})]\nfor each in ALL:\n    conf.register_opt(each, group='depot')",
        "ALL = {{'depot': [cfg.StrOpt('a', deprecated_name='b'{})]}}\nfor group in ALL:\n    register(ALL, group)",
        "def make():\n    return [cfg.StrOpt('a', deprecated_name='b'{})]\nconf.register_opts(make(), group='depot')",
        "NAME = 'a'\nOLD = [cfg.DeprecatedOpt('b')]\nALL = [cfg.StrOpt(NAME, deprecated_opts=OLD{})]\n"
        "conf.register_opts(ALL, group='depot')",
        "ALL = [cfg.StrOpt('a', deprecated_name='b'{})]\n"
        "def register(conf, group='depot'):\n    conf.register_opts(ALL, group=group)",
        "def put(conf, options, where):\n    conf.register_opts(options, group=where)\nput_opts = put\n"
        "def register_them(conf):\n    register_all_opts(conf, ALL, 'depot')\n"
        "def register_all_opts(conf, options, where):\n    conf.register_opts(options, group=where)\n"
        "ALL = [cfg.StrOpt('a', deprecated_name='b'{})]",
    ],
)
def test_ways_to_register(text: str) -> None:
    """The old name goes; that it is found at all proves that option and group were."""
    path = "shop/conf/depot.py"
    gone = text.replace("deprecated_name='b'", "help=''").replace(", deprecated_opts=OLD", "")
    assert told({path: text.format("")}, {path: gone.format("")}) == {
        ("alias-dropped", "[depot]b", "b", "skip")
    }
    assert told({path: text.format("")}, {path: text.format(", default=''")}) == set()


def test_a_list_may_be_registered_elsewhere() -> None:
    declared = "OPTIONS = [cfg.StrOpt('a'{})]\n"
    register = {
        "shop/opts.py": "from shop.conf import depot\nimport shop\nshop.CONF.register_opts(depot.OPTIONS, group='depot')\n"
    }
    old, new = (
        {"shop/conf/depot.py": declared.format(more), **register} for more in (", deprecated_name='b'", "")
    )
    assert told(old, new) == {("alias-dropped", "[depot]b", "b", "skip")}


def test_an_option_of_an_unknown_group_is_known_by_its_name() -> None:
    old = {
        "shop/one.py": "def f(group):\n    conf.register_opts([cfg.StrOpt('a'), cfg.StrOpt('b')], group=group)\n"
    }
    assert told(old, depot("cfg.StrOpt('a')")) == {("key-removed", "b", "b", "skip")}


def test_options_may_move_between_files_and_be_declared_where_nothing_changed() -> None:
    old = {"shop/one.py": "conf.register_opts([cfg.StrOpt('a'), cfg.IntOpt('b')], group='depot')"}
    kept = {"shop/kept.py": "conf.register_opts([cfg.StrOpt('c', deprecated_name='b')], group='depot')"}
    assert (
        told({**old, **kept}, {"shop/two.py": "conf.register_opts([cfg.StrOpt('a')], group='depot')", **kept})
        == set()
    )


def test_another_group_without_a_word_is_a_new_name_only_for_the_same_option() -> None:
    moved = told(depot(f"cfg.StrOpt('a', help='{LONG}')"), depot(f"cfg.StrOpt('a', help='{LONG}')", "yard"))
    assert moved == {("key-renamed", "[depot]a", "a", "skip")}
    other = told(
        depot(f"cfg.StrOpt('a', help='{LONG}')"),
        depot("cfg.StrOpt('a', help='How long a lorry may stand there.')", "yard"),
    )
    assert other == {("removed-early", "[depot]a", "a", "skip")}
    assert told(depot("cfg.StrOpt('a')"), depot("cfg.StrOpt('a', deprecated_group='depot')", "yard")) == {
        ("key-renamed", "[depot]a", "[yard]a", "downgrade")
    }
    assert told(depot("cfg.StrOpt('a')"), depot("cfg.StrOpt('a')", "DEPOT")) == set()


def test_options_that_a_library_may_bring_are_not_gone() -> None:
    new = {
        "shop/conf/depot.py": """
            import copy
            from library import options
            OPTIONS = copy.deepcopy(options.OPTIONS)
            conf.register_opts(OPTIONS, group='depot')
        """
    }
    result = lower(depot("cfg.StrOpt('a')"), new)
    assert [each.codec for each in result.missing] == ["[depot]a"]
    assert causes_of(result.meetings) == []
    new = {
        "shop/conf/depot.py": "from library import auth\ndef register(conf):\n    auth.register(conf, 'depot')\n"
    }
    assert causes_of(lower(depot("cfg.StrOpt('a')"), new).meetings) == []


def test_drivers_read_their_own_sections() -> None:
    old = {
        "shop/drivers/rail.py": """
            OPTIONS = [cfg.StrOpt('a', deprecated_name='b', help='Which of the railways is taken for this.')]
            CONF.register_opts(OPTIONS)
            class Rail:
                def __init__(self):
                    self.configuration.append_config_values(OPTIONS)
        """
    }
    new = {
        path: text.replace("(OPTIONS)\n", "(OPTIONS, group='defaults')\n", 1) for path, text in old.items()
    }
    assert told(old, new) == set()
    new = {path: text.replace("deprecated_name='b', ", "") for path, text in old.items()}
    assert told(old, new) == {("alias-dropped", "[backend]b", "b", "skip")}
    split = {
        "shop/drivers/options.py": "RAIL = [cfg.StrOpt('a')]\nCONF.register_opts(RAIL{})\n",
        "shop/drivers/rail.py": "from shop.drivers import options\ndef f(own):\n    own.append_config_values(options.RAIL)\n",
    }
    old, new = (
        {path: text.format(group) for path, text in split.items()} for group in ("", ", group='defaults'")
    )
    assert told(old, new) == set()


def test_what_else_is_called_an_option_is_none() -> None:
    old = {"shop/one.py": "from shop import dhcp\nX = [dhcp.ExtraOpt('a'), DhcpOpt(a=1)]\n"}
    assert lower(old, {"shop/one.py": "X = []\n"}) == Lowered()


def test_a_computed_name_is_said() -> None:
    result = lower(depot("cfg.StrOpt('a')"), depot("cfg.StrOpt('a'), cfg.StrOpt(make_name())"))
    assert [each.reason for each in result.missing] == ["an option with a computed name"]
    assert result.codecs == 1


@pytest.mark.parametrize(
    "text",
    [
        "X = X\nconf.register_opts(X, group=X)",
        "X = [X, *X]\nconf.register_opts(X + X)",
        "def f():\n    return f()\nconf.register_opts(f(), group=f())",
        "A = B\nB = A\nconf.register_opts(A, group=B)",
        "conf.register_opts(" + "[" * 80 + "]" * 80 + ")",
        "conf.register_opts(*args, **kwargs)\nconf.register_opts()\ncfg.StrOpt()\ncfg.StrOpt(*a)\ncfg.StrOpt(**a)",
        "conf.register_opts([cfg.StrOpt('a', choices={1: 2}, min='x', deprecated_name=3, deprecated_opts=7, type=lambda x: x)])",
        "conf.register_opts(" + "+".join(["[cfg.StrOpt('a')]"] * 900) + ")",
    ],
)
def test_hostile_files_break_nothing(text: str) -> None:
    for old, new in (
        (depot("cfg.StrOpt('zz')"), {"shop/conf/depot.py": text}),
        ({"shop/conf/depot.py": text}, depot("")),
    ):
        assert isinstance(lower(old, new), Lowered)


def test_files_that_leave_their_options_alone_are_not_parsed() -> None:
    old = depot("cfg.StrOpt('a')")
    new = {path: f"# a comment\nimport more\n{text}\ndef f():\n    return 2\n" for path, text in old.items()}
    before, after = (
        project({path: HEAD + text for path, text in files.items()}, "x") for files in (old, new)
    )
    assert options.lower(before, after, list(new)) == Lowered()
    assert after._modules == {}
