"""What clients say, by the version that their peers have."""

from __future__ import annotations

import pytest

from tests.notations.openstack.rpc.box import said, sends, spoken

HEAD = """
import oslo_messaging as messaging
from shop import conf, rpc


class AgentAPI:
    VERSION_ALIASES = {'spring': '1.0', 'summer': '1.2'}
    RPC_API_VERSION = '1.3'

    def __init__(self, cap):
        target = messaging.Target(topic='agent', version='1.0', namespace='courier')
        self.client = rpc.get_client(target, version_cap=cap)

    def _ver(self, old):
        return '2.0' if self.client.can_send_version('2.0') else old

    def _compat(self, current, *legacy):
        versions = (current,) + legacy
        for version in versions[:-1]:
            if self.client.can_send_version(version):
                return version
        return versions[-1]

    def _context(self, version=None, **kwargs):
        if version is None:
            version = self.RPC_API_VERSION
        if isinstance(version, tuple):
            version = self._compat(*version)
        return self.client.prepare(version=version, **kwargs)
"""


def method(body: str, arguments: str = "ctxt, host, parcel, window=None") -> str:
    lines = body.strip("\n").splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return f"{HEAD}\n    def deliver(self, {arguments}):\n" + "\n".join(
        "        " + line[margin:] for line in lines
    )


LADDER = method("""
    arguments = {'parcel': parcel, 'window': window, 'weight': 1}
    version = '1.2'
    if not self.client.can_send_version(version):
        del arguments['weight']
        version = '1.1'
    if not self.client.can_send_version(version):
        arguments.pop('window')
        version = '1.0'
    cctxt = self.client.prepare(server=host, version=version)
    cctxt.cast(ctxt, 'deliver', **arguments)
""")


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (None, sends("deliver", "1.2", "parcel", "window", "weight")),
        ((1, 7), sends("deliver", "1.2", "parcel", "window", "weight")),
        ((1, 1), sends("deliver", "1.1", "parcel", "window")),
        ((1, 0), sends("deliver", "1.0", "parcel")),
        ((2, 0), sends("deliver", "1.0", "parcel")),
    ],
)
def test_a_ladder_is_climbed_down_to_the_version_of_the_peers(cap, expected):
    assert spoken(LADDER, cap) == {expected}


@pytest.mark.parametrize(("cap", "version"), [((2, 3), "2.0"), ((1, 5), "1.1")])
def test_a_version_may_come_from_a_method(cap, version):
    text = method("""
        version = self._ver('1.1')
        return self.client.prepare(server=host, version=version).call(ctxt, 'deliver', parcel=parcel)
    """)
    assert spoken(text, cap) == {sends("deliver", version, "parcel")}


@pytest.mark.parametrize(("cap", "version"), [(None, "1.2"), ((1, 1), "1.1"), ((1, 0), "1.0")])
def test_versions_in_order_of_preference(cap, version):
    text = method("self._context(('1.2', '1.1', '1.0')).cast(ctxt, 'deliver', parcel=parcel)")
    assert spoken(text, cap) == {sends("deliver", version, "parcel")}


def test_what_is_prepared_knows_its_version():
    text = method("""
        cctxt = self._context(('1.2', '1.0'))
        arguments = dict(parcel=parcel)
        if cctxt.target.version == '1.2':
            arguments.update(window=window)
        cctxt.cast(ctxt, 'deliver', **arguments)
    """)
    assert spoken(text, (1, 2)) == {sends("deliver", "1.2", "parcel", "window")}
    assert spoken(text, (1, 1)) == {sends("deliver", "1.0", "parcel")}


def test_without_a_version_it_is_that_of_the_target_or_of_the_class():
    text = method("""
        self.client.prepare(server=host).cast(ctxt, 'deliver', parcel=parcel)
        self._context().cast(ctxt, 'collect', parcel=parcel)
    """)
    assert spoken(text) == {sends("deliver", "1.0", "parcel"), sends("collect", "1.3", "parcel")}
    assert {each.namespace for each in said(text)} == {"courier"}


def test_a_client_that_raises_says_nothing():
    text = method("""
        if not self.client.can_send_version('1.2'):
            raise ValueError('too old')
        self.client.prepare(version='1.2').cast(ctxt, 'deliver', parcel=parcel)
    """)
    assert spoken(text, (1, 1)) == set()
    assert spoken(text, (1, 2)) == {sends("deliver", "1.2", "parcel")}


def test_what_the_caller_wants_is_sure_and_what_others_say_is_not():
    text = method("""
        version = '1.0'
        if window:
            version = '1.1'
        cctxt = self.client.prepare(version=version)
        if services.all_new(ctxt):
            cctxt = cctxt.prepare(version='1.2')
        send = cctxt.call if parcel.urgent else cctxt.cast
        send(ctxt, 'deliver', parcel=parcel)
    """)
    found = {(each.version, each.kind, each.sure) for each in said(text)}
    assert {each[:2] for each in found} == {
        ((1, minor), kind) for minor in (0, 1, 2) for kind in ("call", "cast")
    }
    assert not any(sure for _, _, sure in found)  # every way passes the question to the services
    assert any(each.sure for each in said(text.replace("services.all_new(ctxt)", "window is None")))


def test_a_refusal_that_is_caught_is_forgiven():
    text = method("""
        try:
            return self.client.prepare(version='1.2').call(ctxt, 'deliver', parcel=parcel)
        except messaging.UnsupportedVersion:
            return self.client.prepare(version='1.0').call(ctxt, 'deliver', parcel=parcel)
    """)
    found = {(each.version, each.forgiven) for each in said(text)}
    assert ((1, 2), True) in found
    plain = text.replace("messaging.UnsupportedVersion", "messaging.MessagingTimeout")
    assert {each.forgiven for each in said(plain)} == {False}


def test_names_of_methods_may_be_handed_on():
    text = (
        method("self._tell(ctxt, 'deliver', payload=parcel)")
        + """

    def _tell(self, ctxt, name, retried=True, **kwargs):
        send = retry(self.client.prepare(fanout=True).call) if retried else None
        send(ctxt, name, **kwargs)
"""
    )
    assert spoken(text) == {sends("deliver", "1.0", "payload")}


def test_arguments_that_are_not_known_leave_a_call_open():
    (found,) = said(
        method(
            "self.client.prepare().call(ctxt, 'deliver', parcel=parcel, **others)", "ctxt, parcel, **others"
        )
    )
    assert found.open
    assert found.keys == {"parcel"}


@pytest.mark.parametrize(
    ("change", "pinned", "version"),
    [
        (("version_cap=cap", "version_cap=cap"), True, "1.0"),
        ((", version_cap=cap", ""), False, "1.2"),
        (("version_cap=cap", "version_cap='1.1'"), False, "1.1"),
        (("version_cap=cap", "version_cap=None"), False, "1.2"),
    ],
)
def test_only_a_client_that_can_be_pinned_adapts(change, pinned, version):
    assert {each[1] for each in spoken(LADDER.replace(*change), (1, 0))} == {version}


def test_targets_are_found_where_the_client_is_made():
    text = """
import oslo_messaging as messaging
from courier_lib import constants
from shop import rpc

class Base:
    def __init__(self, topic, namespace, version):
        target = messaging.Target(topic=topic, namespace=namespace, version=version)
        self.client = rpc.get_client(target)

class AgentAPI(Base):
    def __init__(self):
        super().__init__(topic='agent', namespace=constants.COURIER, version='1.6')

    def deliver(self, ctxt, parcel):
        return self.client.prepare().call(ctxt, 'deliver', parcel=parcel)
"""
    assert spoken(text, name="AgentAPI") == {sends("deliver", "1.6", "parcel")}
    assert {each.namespace for each in said(text, name="AgentAPI")} == {"?COURIER"}


def test_a_target_may_be_made_once_for_all():
    text = """
import oslo_messaging as messaging
from shop import rpc

class AgentAPI:
    def __new__(cls):
        if not hasattr(cls, '_instance'):
            cls._instance = super().__new__(cls)
            target = messaging.Target(topic='agent', version='1.1', namespace='courier')
            cls._instance.client = rpc.get_client(target)
        return cls._instance

    def deliver(self, ctxt, parcel):
        return self.client.prepare().call(ctxt, 'deliver', parcel=parcel)
"""
    assert spoken(text) == {sends("deliver", "1.1", "parcel")}


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n    self.client.prepare().cast(ctxt, 'deliver', parcel=parcel)",
        "self.deliver(ctxt, host, parcel)",
        "x = [x for x in x]\nself.client.prepare(**x).cast(ctxt, *parcel, **window)",
        "for i in range(10 ** 9):\n    window = [window, window]",
        "a = ' ' * 10 ** 12\nself.client.prepare(version=a % a).cast(ctxt, 'deliver')",
        "d = {}\nd['d'] = d\nself.client.prepare().cast(ctxt, 'deliver', **d) if d else None",
        "\n".join(f"if window.a{i}:\n    window.b = self.client.prepare(version='1.{i}')" for i in range(40)),
        "del window[:], parcel['x']['y']\nwindow[1:2] += 3\nlambda: (yield)",
        "raise",
        "break",
        "try:\n    continue\nfinally:\n    '%c' % 99999999",
        "a = b = [1]\nfor i in ("
        + "1, " * 40
        + "):\n    a, b = [a, a], [b, b]\nif a == b or '%s' % (a,):\n    pass",
        "a = [window]\nfor i in (" + "1, " * 40 + "):\n    a = [a, a]\nif a == {'b': a}:\n    pass",
    ],
)
def test_no_client_is_too_odd(body):
    for each in said(method(f"{body}\nself.client.prepare().cast(ctxt, 'deliver', parcel=window)")):
        assert each.method == "deliver"


def test_branches_that_do_not_matter_take_no_ways_apart():
    noise = "\n".join(f"if parcel.flag{index}:\n    LOG.debug('a{index}')" for index in range(30))
    text = method(noise + "\nself.client.prepare(version='1.1').cast(ctxt, 'deliver', parcel=parcel)")
    assert spoken(text) == {sends("deliver", "1.1", "parcel")}
