"""Which files the notation reads, and on which side of a deployment what is written in them runs."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = re.compile(
    rb"\bTarget\(|\.prepare\(\s*\w+\s*=|\.prepare\([^()]*\)\s*\.\s*(?:call|cast)\(|cctxt|RPC_API_VERSION|can_send_version|"
    rb"\bSERVICE_VERSION\b|\bimport rpc|\brpc_?\w{0,20}\.|RPCClient"
    rb"|@(?:\w{1,40}\.){0,3}(?:shared_)?task\b|\.(?:delay|apply_async)\("
    rb"|class \w{0,60}(?:Manager|Server|EngineService|Handler|Endpoints?|Conductor|Listener)\b"
)
_OUTSIDE: Final = re.compile(
    r"(^|/)(\.\w[\w.-]*|tests?|unittests?|testing|docs?|examples?|samples?|vendor|_vendor|third_party|extern|contrib|benchmarks?|"
    r"releasenotes|playbooks|roles|devstack|rally-jobs|tools|locale|migrations|versions)/"
)
_AGENT: Final = re.compile(r"(^|/)(agents?|compute|volume|backup|share|worker)/|(^|[/_])agent\.py$")
_CONTROL: Final = re.compile(
    r"(^|/)(api|conductor|scheduler|handlers|db|services?|server|agentnotifiers)(/|\.py$)|plugins?[^/]{0,255}\.py$"
)


def wants(path: str) -> bool:
    """Tell whether a path may hold a server or a client.

    Python, no tests, no documentation, no vendored code.
    """
    return path.endswith(".py") and _OUTSIDE.search(path) is None


def side(path: str) -> str:
    """Return where the code of a path runs: with the "agents" of a deployment or in its "control" plane."""
    agent, control = _last(_AGENT, path), _last(_CONTROL, path)
    return "agents" if agent > control else "control"


def _last(pattern: re.Pattern[str], path: str) -> int:
    """Return how far into a path a pattern is last found; -1 if nowhere."""
    return max((found.end() for found in pattern.finditer(path)), default=-1)
