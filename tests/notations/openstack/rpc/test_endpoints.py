"""Who serves what, at which version."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack.rpc.endpoints import servers
from compatlint.notations.openstack.rpc.model import Server, served, version_of
from compatlint.notations.openstack.rpc.wants import side, wants
from tests.notations.openstack.rpc.box import release


def found(**files: str) -> dict[str, Server]:
    return {
        each.name: each
        for each in servers(release({f"shop/{name}.py": text for name, text in files.items()}))[0]
    }


SERVER = """
import oslo_messaging as messaging

class Base:
    def helped(self, ctxt, parcel): ...
    def overridden(self, ctxt, parcel): ...
    def _hidden(self, ctxt): ...

class Agent(Base):
    target = messaging.Target(version='1.4', namespace='courier')

    def __init__(self, driver): ...
    def deliver(self, ctxt, parcel, window=None, *, weight, urgent=False): ...
    def anything(self, ctxt, **kwargs): ...
    def overridden(self, ctxt): ...
    def alone(self): ...
    @property
    def state(self): ...
    @staticmethod
    def fixed(ctxt, parcel): ...
    collect = deliver
"""


def test_methods_are_public_take_a_context_and_come_from_bases_too():
    (endpoint,) = found(agent=SERVER)["Agent"].endpoints
    assert set(endpoint.methods) == {"helped", "deliver", "anything", "overridden", "fixed", "collect"}
    assert [(each.key, each.required) for each in endpoint.methods["deliver"].arguments] == [
        ("parcel", True),
        ("window", False),
        ("weight", True),
        ("urgent", False),
    ]
    assert endpoint.methods["collect"].arguments == endpoint.methods["deliver"].arguments
    assert endpoint.methods["anything"].open
    assert endpoint.methods["overridden"].arguments == ()
    assert [each.key for each in endpoint.methods["fixed"].arguments] == ["parcel"]
    assert (endpoint.version, endpoint.namespace) == ((1, 4), "courier")


@pytest.mark.parametrize(
    ("target", "version", "namespace"),
    [
        ("Target(version=VERSION)", (2, 1), ""),
        ("Target(version=api.AgentAPI.VERSION)", (3, 7), ""),
        ("Target(version='1.0', namespace=None)", (1, 0), ""),
        ("Target(version='1.0', namespace=names.COURIER)", (1, 0), "?COURIER"),
        ("Target(namespace='x')", (1, 0), "x"),
        ("Target(version=unknown())", None, ""),
        ("Target(version='latest')", None, ""),
    ],
)
def test_versions_and_namespaces_may_be_names(target, version, namespace):
    text = f"""
from courier_lib import names
from oslo_messaging import Target
from shop import api

class Agent:
    VERSION = '2.1'
    target = {target}
    def deliver(self, ctxt): ...
"""
    (endpoint,) = found(agent=text, api="class AgentAPI:\n    VERSION = '3.7'\n")["Agent"].endpoints
    assert (endpoint.version, endpoint.namespace) == (version, namespace)


def test_a_version_that_cannot_be_read_is_said():
    _, missing = servers(release({"shop/agent.py": SERVER.replace("'1.4'", "pick()")}))
    assert [(each.codec, each.span.path) for each in missing] == [("Agent", "shop/agent.py")]


PROXIES = """
import oslo_messaging as messaging

class Agent:
    target = messaging.Target(version='2.0')
    def __init__(self):
        self.tasks = Tasks()
        self.additional_endpoints.append(_V1(self))
        self.additional_endpoints.append(self.tasks)
    def deliver(self, ctxt, parcel, window): ...
    def collect(self, ctxt, parcel): ...

class _V1:
    target = messaging.Target(version='1.9')
    def __getattr__(self, name):
        return getattr(self.manager, name)
    def deliver(self, ctxt, parcel): ...

class Tasks:
    target = messaging.Target(namespace='task', version='1.2')
    def plan(self, ctxt): ...
"""


def test_a_server_brings_along_proxies_and_further_endpoints():
    servers_of = found(agent=PROXIES)
    assert set(servers_of) == {"Agent"}
    own, proxy, tasks = servers_of["Agent"].endpoints
    assert (own.name, proxy.name, tasks.name, tasks.namespace) == ("Agent", "_V1", "Tasks", "task")
    assert set(proxy.methods) == {"deliver", "collect"}
    assert len(proxy.methods["deliver"].arguments) == 1
    assert servers_of["Agent"].newest == (2, 0)
    assert servers_of["Agent"].majors() == {1: (1, 9), 2: (2, 0)}


def test_a_proxy_without_getattr_serves_what_it_defines():
    text = PROXIES.replace("def __getattr__(self, name)", "def _other(self, name)")
    assert set(found(agent=text)["Agent"].endpoints[1].methods) == {"deliver"}


@pytest.mark.parametrize(
    ("server", "asked", "yes"),
    [
        ((1, 4), (1, 0), True),
        ((1, 4), (1, 4), True),
        ((1, 4), (1, 5), False),
        ((2, 4), (1, 0), False),
        ((1, 4), (2, 0), False),
    ],
)
def test_a_server_serves_its_major_version_up_to_its_minor_one(server, asked, yes):
    assert served(server, asked) is yes


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.2", (1, 2)), ("1.2.3", (1, 2, 3)), ("1", None), ("1.x", None), (1.2, None), ("", None)],
)
def test_versions_are_texts(text, version):
    assert version_of(text) == version


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("shop/compute/manager.py", "agents"),
        ("shop/agent/l3/agent.py", "agents"),
        ("shop/plugins/switch/switch_agent.py", "agents"),
        ("shop/volume/manager.py", "agents"),
        ("shop/conductor/manager.py", "control"),
        ("shop/scheduler/manager.py", "control"),
        ("shop/api/rpc/handlers/l3_rpc.py", "control"),
        ("shop/db/agents_db.py", "control"),
        ("shop/plugins/ml2/rpc.py", "control"),
    ],
)
def test_sides_are_told_by_path(path, where):
    assert side(path) == where


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        ("shop/rpc.py", True),
        ("shop/tests/unit/fake.py", False),
        ("doc/conf.py", False),
        ("shop/x.txt", False),
    ],
)
def test_tests_and_documentation_are_left_out(path, yes):
    assert wants(path) is yes
