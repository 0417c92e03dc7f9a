"""Servers and clients in layouts other than a class with a target and a client that prepares its calls."""

from __future__ import annotations

import pytest

from compatlint.notations.openstack import rpc
from compatlint.notations.openstack.rpc.releases import Talk
from tests.notations.openstack.rpc.box import broken, lower, release

SERVER = """
    class ParcelManager:
        def deliver(self, context, parcel{more}): return 1
        def collect(self, context, parcel): return 1
        def _hidden(self, context): return 1
"""
PREPARED = """
    from shop import rpc
    class ParcelAPI:
        def __init__(self):
            self.client = rpc.get_client(messaging.Target(topic='parcels', version='1.0'))
        def deliver(self, ctxt, parcel):
            self.client.call(ctxt, 'deliver', parcel=parcel)
        def collect(self, ctxt, parcel):
            return self.client.prepare(server='x').call(ctxt, 'collect', parcel=parcel)
"""
HELPED = """
    from shop import rpc_service
    class Base:
        def __init__(self):
            self._client = rpc.RPCClient(messaging.Target(topic='parcels'))
        def _call(self, method, *args, **kwargs):
            return self._client.call(self.context, method, *args, **kwargs)
        def _cast(self, server, method, **kwargs):
            self._client.prepare(server=server).cast(self.context, method, **kwargs)
    class ParcelAPI(Base):
        def deliver(self, parcel):
            return self._call('deliver', parcel=parcel)
        def collect(self, parcel):
            self._cast('here', 'collect', parcel=parcel)
"""
PAIRED = """
    from shop import rpc
    class ParcelAPI:
        def __init__(self):
            self._client = rpc.get_rpc_client(version='1.0', topic='parcels')
        @staticmethod
        def make_msg(method, **kwargs):
            return method, kwargs
        def call(self, ctxt, msg, version=None):
            method, kwargs = msg
            client = self._client.prepare(version=version) if version is not None else self._client
            return client.call(ctxt, method, **kwargs)
        def deliver(self, ctxt, parcel):
            return self.call(ctxt, self.make_msg('deliver', parcel=parcel))
        def collect(self, ctxt, parcel):
            return self.call(ctxt, self.make_msg('collect', parcel=parcel))
"""
DRIVEN = """
    from shop.rpc import base
    class Driver:
        def sync_call(self, ctx, method, target=None, **kwargs):
            return self._rpc.prepare(server=target).call(ctx, method, **kwargs)
        def async_call(self, ctx, method, target=None, **kwargs):
            self._rpc.prepare(server=target).cast(ctx, method, **kwargs)
    class ParcelAPI:
        def __init__(self, conf):
            self._client = base.driver()(conf)
        def deliver(self, ctx, parcel):
            return self._client.sync_call(ctx, 'deliver', target='here', parcel=parcel)
        def collect(self, ctx, parcel):
            return self._client.async_call(ctx, 'collect', parcel=parcel)
"""
PROPERTY = """
    from shop import rpc
    class Service:
        @property
        def parcel_client(self):
            if self._parcel_client is None:
                self._parcel_client = rpc.RPCClient(messaging.Target(version='1.0'))
            return self._parcel_client
        @parcel_client.setter
        def parcel_client(self, client): return 1
    class ParcelAPI(Service):
        def deliver(self, ctx, parcel):
            return self.parcel_client.call(ctx, 'deliver', parcel=parcel)
        def collect(self, ctx, parcel):
            return self.parcel_client.cast(ctx, 'collect', parcel=parcel)
"""
CLIENTS = (PREPARED, HELPED, PAIRED, DRIVEN, PROPERTY)
ids = ("prepared", "helped", "paired", "driven", "property")


def shop(client: str, server: str = SERVER, more: str = "") -> dict[str, str]:
    asking = "parcels.deliver(ctxt, 1)\nparcels.collect(ctxt, 2)\n"
    files = {"shop/parcels/rpcapi.py": client, "shop/parcels/manager.py": server.replace("{more}", more)}
    return files | {"shop/api/desk.py": asking}


@pytest.mark.parametrize("client", CLIENTS, ids=ids)
def test_an_argument_that_older_callers_do_not_send(client: str) -> None:
    assert broken(shop(client), shop(client, more=", *, urgent")) == {
        ("ParcelManager.deliver", "urgent", "absent", "reader")
    }
    assert broken(shop(client), shop(client, more=", urgent=False")) == set()


@pytest.mark.parametrize("client", CLIENTS, ids=ids)
def test_an_argument_that_older_servers_do_not_take(client: str) -> None:
    newer = client.replace("'deliver', ", "'deliver', urgent=True, ")
    found = broken(shop(client), shop(newer, more=", urgent=False"))
    assert found == {("ParcelManager.deliver", "urgent", "rejected", "writer")}


@pytest.mark.parametrize("client", CLIENTS, ids=ids)
def test_a_method_that_is_gone_or_new(client: str) -> None:
    less = SERVER.replace("def collect", "def _collect")
    assert {each[:3] for each in broken(shop(client), shop(client, less))} == {
        ("ParcelManager.collect", "", "refused")
    }
    assert {each[:3] for each in broken(shop(client, less), shop(client))} <= {
        ("ParcelManager.collect", "", "refused")
    }


TARGETS = {
    "property": """
        class Base:
            @property
            def target(self):
                if not hasattr(self, '_target'):
                    self._target = messaging.Target(version=self.RPC_API_VERSION)
                return self._target
        class ParcelManager(Base):
            RPC_API_VERSION = '{version}'
            def deliver(self, context, parcel): return 1
            def collect(self, context, parcel): return 1
    """,
    "constructor": """
        class ParcelManager:
            def __init__(self):
                self.target = messaging.Target(topic='parcels', version='{version}')
            def deliver(self, context, parcel): return 1
            def collect(self, context, parcel): return 1
    """,
    "started": """
        class ParcelManager:
            def start(self):
                target = messaging.Target(version='{version}', server='x')
                self.target = target
            def deliver(self, cnxt, parcel): return 1
            def collect(self, cnxt, parcel): return 1
    """,
}


@pytest.mark.parametrize("layout", TARGETS)
def test_the_version_of_a_target_that_is_made_late(layout: str) -> None:
    server = TARGETS[layout].replace("{version}", "1.4")
    (found,) = Talk(release(shop(PREPARED, server))).servers
    assert [(each.version, each.checked) for each in found.endpoints] == [((1, 4), True)]
    raised = TARGETS[layout].replace("{version}", "2.0")
    assert {each[2] for each in broken(shop(PREPARED, server), shop(PREPARED, raised))} == {"refused"}


def test_a_client_is_not_its_own_server() -> None:
    client = PREPARED.replace(
        "def __init__", "target = messaging.Target(version='1.0')\n        def __init__"
    )
    (found,) = Talk(release(shop(client))).servers
    assert found.name == "ParcelManager"


def test_of_classes_with_the_same_methods_the_one_that_serves_most_is_the_server() -> None:
    driver = "class Driver:\n    def deliver(self, context, parcel, share): return 1\n    def plug(self, context): return 1\n"
    abstract = (
        "class Engine:\n    @abc.abstractmethod\n    def deliver(self, context, parcel):\n        pass\n"
    )
    files = shop(PREPARED) | {"shop/parcels/driver.py": driver, "shop/parcels/base.py": abstract}
    assert [each.name for each in Talk(release(files)).servers] == ["ParcelManager"]


def test_endpoints_in_several_classes() -> None:
    server = """
        class DeliverHandler:
            def deliver(self, context, parcel): return 1
        class CollectHandler:
            @staticmethod
            def collect(context, parcel): return 1
    """
    less = server.split("class CollectHandler")[0]
    names = {each.name for each in Talk(release(shop(PREPARED, server))).servers}
    assert names == {"DeliverHandler", "CollectHandler"}
    only = PREPARED.split("def collect")[0]
    found = broken(shop(only, less), shop(PREPARED, server))
    assert {each[:3] for each in found} == {("DeliverHandler.collect", "", "refused")}


def test_servers_that_get_no_context() -> None:
    server = """
        class RPCServer:
            def __init__(self, target):
                self.server = messaging.get_rpc_server(target=target, endpoints=[self])
        class ParcelServer(RPCServer):
            @request_context
            def deliver(self, parcel{more}): return 1
            @request_context
            def collect(self, parcel): return 1
    """
    found = broken(shop(PREPARED, server), shop(PREPARED, server, more=", urgent"))
    assert found == {("ParcelServer.deliver", "urgent", "absent", "reader")}


def test_a_client_that_leads_nowhere_is_unread_by_name() -> None:
    files = {"shop/parcels/rpcapi.py": PREPARED}
    missing = lower(files, files).missing
    assert [(each.codec, "no server" in each.reason) for each in missing] == [("ParcelAPI", True)]
    assert rpc.NOTATION.marks.found_in(PREPARED.encode())
    assert rpc.NOTATION.marks.found_in(SERVER.encode())


def test_a_server_that_takes_a_context_is_not_taken_for_one_that_gets_none() -> None:
    server = """
        class ParcelManager:
            def start(self):
                self.server = messaging.get_rpc_server(messaging.Target(topic='parcels'), self)
            def deliver(self, context, parcel): return 1
            def collect(self, context, parcel): return 1
    """
    lost = PREPARED + "        def find(self, ctxt):\n            return self.client.call(ctxt, 'find')\n"
    (found,) = Talk(release(shop(lost, server))).servers
    assert [each.key for each in found.endpoints[0].methods["deliver"].arguments] == ["parcel"]
