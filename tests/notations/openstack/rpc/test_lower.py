"""Clients of one release and servers of the other."""

from __future__ import annotations

import pytest

from compatlint.check.keyed.meet import by_key
from compatlint.notations.openstack import rpc
from tests.notations.openstack.rpc.box import broken, lower, meeting, release

MANAGER = "shop/agent/manager.py"
CLIENT = "shop/agent/rpcapi.py"
CALLER = {
    "shop/api.py": "def ship(agent_api, ctxt, host, parcel):\n    agent_api.deliver(ctxt, host, parcel)\n"
}


def server(version: str, *methods: str, more: str = "") -> str:
    body = "\n".join(f"    def {each}: ..." for each in methods)
    return f"import oslo_messaging as messaging\n\nclass Agent:\n    target = messaging.Target(version='{version}')\n{more}{body}\n"


def client(*lines: str, pinned: bool = True, name: str = "deliver") -> str:
    cap = ", version_cap=cap" if pinned else ""
    body = "\n".join(f"        {line}" for line in lines)
    return f"""
import oslo_messaging as messaging
from shop import rpc

class AgentAPI:
    def __init__(self, cap):
        self.client = rpc.get_client(messaging.Target(topic='agent', version='1.0'){cap})

    def {name}(self, ctxt, host, parcel, window=None):
{body}
"""


def calls(version: str, arguments: str = "parcel=parcel", kind: str = "cast", pinned: bool = True) -> str:
    return client(
        f"self.client.prepare(version='{version}').{kind}(ctxt, 'deliver', {arguments})", pinned=pinned
    )


LADDER = client(
    "arguments, version = {'parcel': parcel, 'window': window}, '1.1'",
    "if not self.client.can_send_version(version):",
    "    del arguments['window']",
    "    version = '1.0'",
    "self.client.prepare(version=version).cast(ctxt, 'deliver', **arguments)",
)
V0 = {MANAGER: server("1.0", "deliver(self, ctxt, parcel)"), CLIENT: calls("1.0"), **CALLER}


def after(manager: str, api: str = LADDER) -> dict[str, str]:
    return {MANAGER: manager, CLIENT: api, **CALLER}


def test_a_default_for_a_new_argument_breaks_nothing():
    assert broken(V0, after(server("1.1", "deliver(self, ctxt, parcel, window=None)"))) == set()


def test_a_new_argument_that_is_required_breaks_older_callers():
    found = broken(V0, after(server("1.1", "deliver(self, ctxt, parcel, window)")))
    assert found == {("Agent.deliver", "window", "absent", "reader")}


def test_an_argument_that_is_gone_breaks_callers_that_send_it():
    old = {
        **V0,
        MANAGER: server("1.0", "deliver(self, ctxt, parcel, window=None)"),
        CLIENT: calls("1.0", "parcel=parcel, window=1"),
    }
    new = after(server("1.1", "deliver(self, ctxt, parcel)"), calls("1.0"))
    assert broken(old, new) == {("Agent.deliver", "window", "rejected", "reader")}
    assert broken({**old, CLIENT: calls("1.0")}, new) == set()
    assert broken(old, after(server("1.1", "deliver(self, ctxt, parcel, **kwargs)"), calls("1.0"))) == set()


def test_a_new_argument_without_a_new_version_breaks_older_servers():
    new = after(
        server("1.0", "deliver(self, ctxt, parcel, window=None)"),
        calls("1.0", "parcel=parcel, window=window"),
    )
    assert broken(V0, new) == {("Agent.deliver", "window", "rejected", "writer")}


@pytest.mark.parametrize("pinned", [True, False])
def test_a_version_that_older_servers_do_not_serve(pinned):
    new = after(server("1.1", "deliver(self, ctxt, parcel)"), calls("1.1", pinned=pinned))
    assert broken(V0, new) == {("Agent.deliver", "VERSION", "refused", "writer")}
    assert meeting(V0, new).parties == ("control", "agents")
    assert meeting(V0, new).change is None


def test_a_way_to_call_that_still_works_is_enough():
    new = after(
        server("1.1", "deliver(self, ctxt, parcel, window=None)"),
        client(
            "version, arguments = '1.0', {'parcel': parcel}",
            "if window:",
            "    version = '1.1'",
            "    arguments['window'] = window",
            "self.client.prepare(version=version).cast(ctxt, 'deliver', **arguments)",
        ),
    )
    assert broken(V0, new) == set()


def test_a_refusal_that_an_older_client_expects_is_none_of_ours():
    asks = [
        "try:",
        "    self.client.prepare(version='1.1').cast(ctxt, 'deliver', parcel=parcel)",
        "except messaging.UnsupportedVersion:",
        "    self.client.prepare(version='1.0').cast(ctxt, 'deliver', parcel=parcel)",
    ]
    old = after(server("1.1", "deliver(self, ctxt, parcel)"), client(*asks))
    new = after(server("1.0", "deliver(self, ctxt, parcel)"), calls("1.0"))
    assert broken(old, new) == set()
    stubborn = client(*(line.replace("UnsupportedVersion", "MessagingTimeout") for line in asks))
    assert broken({**old, CLIENT: stubborn}, new) == {("Agent.deliver", "VERSION", "refused", "reader")}


def test_what_depends_on_what_the_source_does_not_tell_counts_last():
    asks = [
        "arguments = {'parcel': parcel}",
        "if services.all_new(ctxt):",
        "    self.client.prepare(version='1.0').cast(ctxt, 'deliver', parcel=parcel, window=1)",
    ]
    plain = "self.client.prepare(version='1.0').cast(ctxt, 'deliver', parcel=parcel)"
    old = after(server("1.0", "deliver(self, ctxt, parcel, window=None)"), client(plain, *asks))
    new = after(server("1.0", "deliver(self, ctxt, parcel)"), calls("1.0"))
    assert broken(old, new) == set()
    assert broken({**old, CLIENT: client(*asks)}, new) == {("Agent.deliver", "window", "rejected", "reader")}


def test_who_asks_before_its_server_is_upgraded_is_ahead():
    old = {path.replace("agent", "conductor"): text for path, text in V0.items()}
    new = {
        "shop/conductor/manager.py": server("1.1", "deliver(self, ctxt, parcel)"),
        "shop/conductor/rpcapi.py": calls("1.1"),
        **CALLER,
    }
    found = meeting(old, new)
    assert (found.change, found.parties) == ("ahead", ("control", "control"))


def test_a_method_that_is_gone_breaks_callers_that_wait_for_it():
    old = {**V0, CLIENT: calls("1.0", kind="call")}
    gone = {**after(server("1.1", "other(self, ctxt)"), client("pass")), "shop/api.py": ""}
    assert broken(old, gone) == {("Agent.deliver", "", "refused", "reader")}
    assert meeting(old, gone).change is None
    assert meeting(V0, gone).change == "unheard"


def test_a_method_that_nobody_calls_may_go():
    assert (
        broken({**V0, CLIENT: ""}, {**V0, MANAGER: server("1.1", "other(self, ctxt)"), CLIENT: ""}) == set()
    )
    lonely = {
        **V0,
        CLIENT: calls("1.0", kind="call"),
        "shop/api.py": "class Driver:\n    def f(self):\n        self.deliver(1)\n",
    }
    assert broken(lonely, {**lonely, MANAGER: server("1.1", "other(self, ctxt)")}) == set()


def test_a_new_method_may_be_called_if_its_version_is_new():
    api = (
        calls("1.0")
        + """
    def weigh(self, ctxt):
        return self.client.prepare(version='{}').call(ctxt, 'weigh')
"""
    )
    caller = {
        "shop/api.py": "def ship(agent_api, ctxt):\n    agent_api.deliver(ctxt)\n    agent_api.weigh(ctxt)\n"
    }
    raised = {
        MANAGER: server("1.1", "deliver(self, ctxt, parcel)", "weigh(self, ctxt)"),
        CLIENT: api.format("1.1"),
        **caller,
    }
    same = {
        MANAGER: server("1.0", "deliver(self, ctxt, parcel)", "weigh(self, ctxt)"),
        CLIENT: api.format("1.0"),
        **caller,
    }
    assert broken(V0, raised) == set()
    assert broken(V0, same) == {("Agent.weigh", "", "refused", "writer")}
    assert meeting(V0, same).change == "unversioned"


PROXY = """
    def __init__(self):
        self.additional_endpoints.append(_V1(self))
"""
V1 = """
class _V1:
    target = messaging.Target(version='1.1')
    def __getattr__(self, name):
        return getattr(self.manager, name)
    def deliver(self, ctxt, parcel, window=None): ...
"""
BOTH = client(
    "version = '2.0' if self.client.can_send_version('2.0') else '1.0'",
    "self.client.prepare(version=version).cast(ctxt, 'deliver', parcel=parcel)",
)


def test_a_major_version_with_a_proxy_and_a_client_that_speaks_both():
    new = after(server("2.0", "deliver(self, ctxt, parcel, window=None)", more=PROXY) + V1, BOTH)
    assert broken(V0, new) == set()


def test_a_major_version_that_is_dropped_is_one_thing():
    methods = ("deliver(self, ctxt, parcel)", "collect(self, ctxt, parcel)", "weigh(self, ctxt, parcel)")
    three = "".join(
        f"\n    def {name}(self, c, parcel):\n        self.client.prepare(version='{{0}}.0').cast(c, '{name}', parcel=parcel)\n"
        for name in ("collect", "weigh")
    )
    callers = {"shop/api.py": "def f(api):\n    api.deliver()\n    api.collect()\n    api.weigh()\n"}
    old = {MANAGER: server("1.0", *methods), CLIENT: calls("1.0") + three.format(1), **callers}
    new = {MANAGER: server("2.0", *methods), CLIENT: calls("2.0") + three.format(2), **callers}
    assert broken(old, new) == {
        ("Agent RPC 1.x", "VERSION", "refused", "reader"),
        ("AgentAPI RPC 1.x", "VERSION", "refused", "writer"),
    }


def test_a_few_calls_at_a_major_version_that_is_dropped_are_named_each():
    methods = ("deliver(self, ctxt, parcel)", "collect(self, ctxt)", "weigh(self, ctxt)")
    more = "".join(
        f"\n    def {name}(self, ctxt):\n        self.client.prepare(version='2.0').cast(ctxt, '{name}')\n"
        for name in ("collect", "weigh")
    )
    callers = {"shop/api.py": "def f(api):\n    api.deliver()\n    api.collect()\n    api.weigh()\n"}
    old = {MANAGER: server("2.0", *methods, more=PROXY) + V1, CLIENT: calls("1.0") + more, **callers}
    found = broken(old, {**old, MANAGER: server("2.0", *methods)})
    assert found == {
        ("Agent.deliver", "VERSION", "refused", "reader"),
        ("Agent RPC 1.x", "VERSION", "refused", "reader"),
    }


def test_what_was_there_for_the_release_before_is_missed_by_a_jump():
    old = after(server("2.0", "deliver(self, ctxt, parcel, window=None)", more=PROXY) + V1, BOTH)
    new = after(server("2.0", "deliver(self, ctxt, parcel, window=None)"), calls("2.0"))
    found = {each.name: each for each in lower(old, new).meetings}
    assert {name: each.directions for name, each in found.items()} == {
        "Agent RPC 1.x": ("skip",),
        "AgentAPI RPC 1.x": ("skip",),
    }


def test_a_server_whose_version_cannot_be_read_meets_nobody():
    assert broken(V0, after(server("1.0", "deliver(self, ctxt)").replace("'1.0'", "pick()"))) == set()


def test_nothing_is_missing_from_a_call_whose_arguments_are_not_all_known():
    old = {**V0, CLIENT: calls("1.0", "**parcel")}
    assert broken(old, after(server("1.1", "deliver(self, ctxt, parcel, window)"))) == set()
    assert (
        broken(V0, after(server("1.1", "deliver(self, ctxt, parcel, window)"), calls("1.1", "**parcel")))
        != set()
    )


def own(files: dict[str, str]) -> dict[str, set[tuple[str, str]]]:
    """Return what a release serves, and what goes wrong when it calls itself."""
    found = rpc.alone(release(files)).meetings
    return {each.name: {(clash.item, str(clash.outcome)) for clash in by_key(each)} for each in found}


def test_a_release_meets_itself():
    assert own(V0) == {"Agent.deliver": set()}
    assert own({**V0, CLIENT: ""}) == {"Agent.deliver": set()}
    assert own({**V0, CLIENT: calls("1.0", "parcels=parcel")}) == {
        "Agent.deliver": {("parcel", "absent"), ("parcels", "rejected")}
    }
    assert own({**V0, CLIENT: calls("1.0", "**parcel")}) == {"Agent.deliver": set()}


def test_servers_that_moved_are_the_same():
    moved = {
        "shop/agent/service.py": server("1.1", "deliver(self, ctxt, parcel, window)"),
        CLIENT: LADDER,
        **CALLER,
    }
    assert broken(V0, moved) == {("Agent.deliver", "window", "absent", "reader")}


def test_servers_with_another_name_are_known_by_their_methods():
    def renamed(text: str) -> dict[str, str]:
        return after(text.replace("class Agent", "class Courier"))

    methods = ("deliver(self, ctxt, parcel, window)", "collect(self, ctxt)")
    old = {**V0, MANAGER: server("1.0", "deliver(self, ctxt, parcel)", "collect(self, ctxt)")}
    assert broken(old, renamed(server("1.1", *methods))) == {
        ("Courier.deliver", "window", "absent", "reader")
    }
    assert broken(old, renamed(server("1.1", "other(self, ctxt)"))) == set()


def test_of_two_servers_with_one_method_the_nearer_one_is_meant():
    other = {"shop/other/manager.py": server("1.0", "deliver(self, ctxt, parcel)").replace("Agent", "Other")}
    changed = {
        "shop/other/manager.py": server("1.0", "deliver(self, ctxt, parcel, window)").replace(
            "Agent", "Other"
        )
    }
    assert broken({**V0, **other}, {**V0, **changed}) == set()


FLOORS = """
SERVICE_VERSION = {version}
SERVICE_VERSION_ALIASES = {{'spring': 8, 'summer': 10, 'autumn': 12}}
OLDEST_SUPPORTED_SERVICE_VERSION = '{oldest}'
"""


@pytest.mark.parametrize(
    ("version", "oldest", "breaks"),
    [(10, "summer", False), (10, "autumn", True), (9, "summer", True), (12, "autumn", False)],
)
def test_the_oldest_service_that_is_supported(version, oldest, breaks):
    old = {"shop/objects/service.py": FLOORS.format(version=version, oldest="spring")}
    new = {"shop/objects/service.py": FLOORS.format(version=14, oldest=oldest)}
    expected = {("OLDEST_SUPPORTED_SERVICE_VERSION", "service version", "rejected", "reader")}
    assert broken(old, new) == (expected if breaks else set())


def aliased(table: str) -> str:
    return LADDER.replace("    def __init__", f"    VERSION_ALIASES = {table}\n    def __init__")


@pytest.mark.parametrize(
    ("old", "new", "breaks"),
    [
        ("{'spring': '1.0'}", "{'spring': '1.0', 'summer': '1.1'}", False),
        ("{'spring': '1.0'}", "{'spring': '1.0', 'summer': '1.2'}", True),
        ("{'spring': '1.0', 'summer': '1.1'}", "{'spring': '1.0', 'summer': '1.2', 'autumn': '1.2'}", True),
        ("{'spring': '1.0', 'summer': '1.1'}", "{'spring': '1.0', 'summer': '1.1', 'autumn': '1.2'}", False),
        ("{'spring': '1.0', 'summer': '1.2'}", "{'spring': '1.0', 'summer': '1.1'}", False),
    ],
)
def test_pins_by_the_name_of_a_release(old, new, breaks):
    before = after(server("1.1", "deliver(self, ctxt, parcel, window=None)"), aliased(old))
    later = after(server("1.2", "deliver(self, ctxt, parcel, window=None)"), aliased(new))
    expected = {("AgentAPI.VERSION_ALIASES[summer]", "VERSION", "refused", "writer")}
    assert broken(before, later) == (expected if breaks else set())


@pytest.mark.parametrize(("text", "breaks"), [("1.0", False), ("1.1", True)])
def test_pins_by_the_version_of_services(text, breaks):
    history = f"SERVICE_VERSION = 1\nSERVICE_VERSION_HISTORY = ({{'agent_rpc': '1.0'}}, {{'agent_rpc': '{text}'}})\n"
    old = {**V0, "shop/objects/service.py": "SERVICE_VERSION = 1\n"}
    found = broken(old, {**V0, "shop/objects/service.py": history})
    assert found == (
        {("Agent.SERVICE_VERSION_HISTORY[1]", "VERSION", "refused", "writer")} if breaks else set()
    )


def test_a_release_finds_nothing_against_itself():
    assert lower(V0, V0).meetings == ()
    assert lower(V0, V0).codecs == 1


@pytest.mark.parametrize(
    "text",
    [
        "class Agent(Agent):\n    target = Target(version=Agent.target)\n    def deliver(self, ctxt): ...\n",
        "class A:\n    target = Target(version='1.0')\n    def f(self, c):\n        self.additional_endpoints.append(A(self))\n",
        "SERVICE_VERSION = OLDEST_SUPPORTED_SERVICE_VERSION = [SERVICE_VERSION]\n",
        "SERVICE_VERSION: int = 3\nOLDEST_SUPPORTED_SERVICE_VERSION = {'a'}\nSERVICE_VERSION_ALIASES = 3\n",
        "SERVICE_VERSION = 1\ndef OLDEST_SUPPORTED_SERVICE_VERSION(): pass\nclass SERVICE_VERSION_HISTORY: pass\n",
        "class C:\n    def f(self):\n        cctxt = self.client.prepare()\n        cctxt.call(1, f'x{y}', **{**a, 'b': 1})\n",
        "class C:\n    VERSION_ALIASES = {1: 2}\n    def f(self):\n        Target(*a)\n        self.client.prepare().cast(c)\n",
        "x = Target(\n",
    ],
)
def test_no_source_is_too_odd(text):
    odd = {**V0, MANAGER: text, "shop/objects/service.py": text, "shop/agent/odd.py": text}
    for old, new in ((V0, odd), (odd, V0), (odd, odd)):
        lower(old, new)


@pytest.mark.parametrize(
    "text",
    [
        "self.client.prepare(version='1.1')",
        "client.prepare( server = host )",
        "api.prepare().call(ctxt, 'f')",
        "cctxt.cast(c, 'f')",
    ],
)
def test_a_file_that_calls_bears_the_mark(text: str) -> None:
    assert rpc.NOTATION.marks.pattern.search(text.encode())


@pytest.mark.parametrize(
    "text", ["self.prepare()", "task.driver.deploy.prepare(task)", "prepped = req.prepare()\n"]
)
def test_what_is_prepared_otherwise_does_not(text: str) -> None:
    assert rpc.NOTATION.marks.pattern.search(text.encode()) is None
