"""Nothing about a website has a value because nobody could look: every fact, with the other side failing in every way.

The other side is a real server behind a proxy on the loopback interface. What it answers badly has a value, by which no check
passes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks import websites as checks
from fixtures.aws.calls import Answer
from fixtures.declared.environments import Environment
from fixtures.declared.inventory import load
from fixtures.declared.resources import KINDS, Resource
from fixtures.declared.websites import Endpoint, Site, WebsiteLimits
from fixtures.facts import FACTS, Doors, Fact
from fixtures.facts.reads import Reading, read
from fixtures.facts.waiting import Waiting
from fixtures.facts.websites import bounds_of
from fixtures.http.door import HttpDoor
from fixtures.subjects import modules
from tests.checks.examples import passes
from tests.http import servers
from tests.http.servers import Behaviour, Server, certified, running

modules("fixtures.facts")
SMALL = Path(__file__).parents[1] / "small_plans"
PROD = load("prod", SMALL)
OVER_HTTP = [fact for fact in FACTS.values() if any(read.startswith("http:") for read in fact.reads)]
LIMITS = WebsiteLimits(
    connect_seconds=5, read_seconds=5, total_seconds=5, attempts=1, pause_seconds=0.01, body_bytes=100_000, connections=4,
    certificate_days=30,
)  # fmt: skip
HASTY = {"connect_seconds": 0.1, "read_seconds": 0.1, "total_seconds": 0.15}  # with whoever does not answer


def environment(**limits: Any) -> Environment:
    policy = PROD.environment.policy.model_copy(update={"websites": LIMITS.model_copy(update=limits)})
    return PROD.environment.model_copy(update={"policy": policy})


def resource(fact: Fact) -> Any:
    """The one that the fact is asked about: whatever it declares."""
    one = {"original_reply": "same_as", "compressed_reply": "compressed", "host_replies": "redirects_to"}.get(fact.name, "name")
    return next(each for each in PROD.of(KINDS[fact.on]) if getattr(each, one))


def listed(operation: str, *_: Any, **__: Any) -> Answer:
    assert operation == "s3:ListObjectsV2"
    return Answer(IsTruncated=False, Contents=[{"Key": "index.html"}])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("authority") / "authority.pem"
    servers.authority().cert_pem.write_to_path(path)
    return path


Asking = Callable[..., Reading]


@pytest.fixture
def asking(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """Read a fact about a resource from a server behind a proxy that behaves so."""
    with ExitStack() as closing:

        def ask(fact: Fact, about: Resource, server: Server, waiting: Waiting | None = None, **limits: Any) -> Reading:
            server.proxy = True
            closing.enter_context(running(server))
            for scheme in ("http", "https"):
                monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{server.port}")
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
            own = environment(**limits)
            aws: Any = SimpleNamespace(environment=own, started=datetime.now(UTC), call=listed)
            hosts = {host for each in PROD.resources for host in each.hosts}
            return read(fact, Doors(aws, HttpDoor(hosts), waiting or Waiting()), about)

        yield ask


each_fact = pytest.mark.parametrize("fact", OVER_HTTP, ids=lambda fact: fact.name)
HOSTS = sorted({host for each in PROD.resources for host in each.hosts})

SILENT: dict[str, tuple[Behaviour, bool]] = {
    "hang": (servers.hang, True),
    "reset": (servers.reset, True),
    "hang-up": (servers.hang_up, False),
    "trickle-handshake": (servers.trickle_handshake, True),
    "trickle-headers": (servers.trickle_headers, False),
    "trickle-body": (servers.trickle_body, False),
    "not-http": (servers.not_http, False),
    "half-a-body": (servers.half_a_body, False),
    "no-length": (servers.no_length, False),
    "broken-gzip": (servers.broken_gzip, False),
}


@pytest.mark.parametrize("way", SILENT)
@each_fact
def test_nobody_answers(fact: Fact, way: str, asking: Asking) -> None:
    behaviour, raw = SILENT[way]
    began = time.monotonic()
    reading = asking(fact, resource(fact), Server(behaviour, certified(*HOSTS), raw=raw), **HASTY)
    assert time.monotonic() - began < 2  # on a machine with much else to do
    assert_unread(reading)


def assert_unread(reading: Reading) -> None:
    assert reading.value is None and reading.error
    assert reading.failed[0].startswith("http:") and reading.failed[1] in HOSTS
    assert reading.failed[1] in str(reading.error)
    assert reading.calls


UNTRUSTED = {
    "expired": lambda: certified(*HOSTS, ends=timedelta(days=-1)),
    "self-signed": lambda: servers.self_signed(*HOSTS),
    "other-name": lambda: certified("example.com"),
    "tls-1.0": lambda: servers.old(*HOSTS),
}


@pytest.mark.parametrize("how", UNTRUSTED)
@each_fact
def test_nobody_to_be_trusted_answers(fact: Fact, how: str, asking: Asking) -> None:
    """That is a fact of the live certificate, on which every other one stands. Plain HTTP knows none."""
    about = resource(fact)
    reading = asking(fact, about, Server(servers.hang_up, UNTRUSTED[how]()))
    if fact.name != "live_certificate":
        assert_unread(reading)
        return
    assert reading.error is None and reading.value.certificate is None
    found = list(checks.certificate(about, reading.value))
    assert [type(each).__name__ for each in found] == ["Problem"]
    assert not passes(list(checks.certificate_days(about, reading.value, days=30)))


BAD: dict[str, Behaviour] = {
    "503": servers.unavailable,
    "redirect-to-itself": servers.redirect_to_itself,
    "redirect-elsewhere": servers.redirect_elsewhere,
    "redirect-to-no-url": servers.redirect_to_no_url,
    "a-gigabyte": servers.huge,
    "gzip-bomb": servers.bomb,
    "other-content-type": servers.other_type,
    "another-page": servers.sign_in,
}
GOOD = {"content-type": "text/html"}


def judged(fact: Fact, about: Any, value: Any) -> list[list[Any]]:
    """The findings of every check of the suite that is given the fact."""
    if fact.name == "reply":
        return [list(check(about, value)) for check in (checks.answers, checks.security_headers)]
    if fact.name == "original_reply":
        good = replace(value, url=about.url, status=200, headers=GOOD, size=4711, whole=True, digest="d")
        return [list(checks.single_page(about, good, value))]
    if fact.name == "compressed_reply":
        return [list(checks.compression(about, replace(value, status=200, headers=GOOD, size=4711), value))]
    if fact.name == "plain_replies":
        return [list(checks.https_redirect(about, value))]
    if fact.name == "host_replies":
        return [list(checks.host_redirect(about, value))]
    assert fact.name == "direct_reply", f"{fact.name} is judged by a check that is not tried here"
    return [list(checks.direct_read_refused(about, value))]


# The certificate is not what is bad here; and what is asked for compressed and comes so is good, however large it becomes.
CELLS = [
    (fact, way)
    for fact in OVER_HTTP
    for way in BAD
    if fact.name != "live_certificate" and (fact.name, way) != ("compressed_reply", "gzip-bomb")
]


@pytest.mark.parametrize(("fact", "way"), CELLS, ids=[f"{fact.name}-{way}" for fact, way in CELLS])
def test_whoever_answers_badly_passes_nothing(fact: Fact, way: str, asking: Asking) -> None:
    about = resource(fact)
    if fact.name == "reply":  # of a document that has a type and headers
        about = replace(about, follows=3)
    server = Server(BAD[way], certified(*HOSTS))
    reading = asking(fact, about, server)
    assert server.sent < 20_000_000
    assert reading.value is not None, reading.error
    for findings in judged(fact, about, reading.value):
        assert findings and not passes(findings)


def followed(fact: str, about: Any, server: Server, asking: Asking) -> Any:
    reading = asking(FACTS[fact], about, server)
    assert reading.error is None
    return reading.value


ROOT = next(each for each in PROD.of(Endpoint) if each.path == "/")


@pytest.mark.parametrize(
    ("location", "follows", "status", "asked"),
    [
        ("/welcome", 1, 200, 2),
        ("/welcome", 0, 302, 1),
        ("https://www.example.org/welcome", 1, 200, 2),
        ("https://example.com/welcome", 1, 302, 1),
        ("http://example.org/welcome", 1, 302, 1),
        ("", 1, 302, 1),
    ],
)
def test_a_redirect_is_followed_to_a_declared_host(location: str, follows: int, status: int, asked: int, asking: Asking) -> None:
    def behave(connection: servers.Connection) -> None:
        if b"/welcome" in connection.request:
            connection.answer()
        else:
            connection.answer("302 Found", b"", Location=location)

    server = Server(behave, certified(*HOSTS))
    value = followed("reply", replace(ROOT, follows=follows), server, asking)
    assert (value.status, len(server.requests)) == (status, asked)
    assert value.url.endswith("/welcome") is (status == 200)


def test_redirects_in_a_circle_are_asked_for_once(asking: Asking) -> None:
    server = Server(servers.redirect_to_itself, certified(*HOSTS))
    assert followed("reply", replace(ROOT, follows=5), server, asking).status == 302
    assert len(server.requests) == 1


def test_what_warms_up_is_waited_for_and_the_first_outcome_told(asking: Asking) -> None:
    server = Server(servers.in_turn(servers.unavailable, servers.reset, servers.reset, servers.fine), certified(*HOSTS))
    told: list[str] = []
    waiting = Waiting(timedelta(minutes=1), pause=0.01, tell=told.append)
    value = asking(FACTS["reply"], ROOT, server, waiting, attempts=2).value
    assert (value.status, value.attempts) == (200, 4)
    assert value.first.endswith("(2 attempts; the first: HTTP 503)")
    assert len(told) == 1 and told[0].startswith(f"waiting for GET {ROOT.url}: https://example.org through the proxy ")


def test_a_declared_error_is_not_waited_for(asking: Asking) -> None:
    server = Server(servers.unavailable, certified(*HOSTS))
    waiting = Waiting(timedelta(minutes=1), pause=0.01, tell=pytest.fail)
    assert asking(FACTS["reply"], replace(ROOT, status=(503,)), server, waiting).value.status == 503


def test_the_markers_of_a_body_and_how_much_of_it_was_read(asking: Asking) -> None:
    about = replace(ROOT, contains=("<html", "absent"))
    value = asking(FACTS["reply"], about, Server(servers.fine, certified(*HOSTS))).value
    assert (value.markers, value.size, value.whole) == ({"<html": True, "absent": False}, len(servers.PAGE), True)
    value = asking(FACTS["reply"], about, Server(servers.bomb, certified(*HOSTS)), body_bytes=1000).value
    assert (value.size, value.whole) == (1000, False)


@pytest.mark.parametrize(
    ("status", "body", "headers", "code"),
    [
        ("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>", {"x_amz_request_id": "1"}, "AccessDenied"),
        ("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>", {}, ""),  # not S3's: a proxy, a firewall
        ("403 Forbidden", b"<Error><Code>AccessDenied", {"x_amz_request_id": "1"}, ""),
        ("403 Forbidden", b"", {"x_amz_request_id": "1"}, ""),
        ("200 OK", b"", {"x_amz_request_id": "1"}, ""),
    ],
)
def test_the_error_that_s3_answers(status: str, body: bytes, headers: dict[str, str], code: str, asking: Asking) -> None:
    fact = FACTS["direct_reply"]
    server = Server(lambda connection: connection.answer(status, body, **headers), certified(*HOSTS))
    value = asking(fact, resource(fact), server).value
    assert (value.status, value.code, value.stands) == (int(status[:3]), code, True)


def test_the_bounds_are_those_of_the_environment() -> None:
    limits = PROD.environment.policy.of(WebsiteLimits)
    bounds = bounds_of(PROD.environment)
    assert (bounds.total, bounds.body, bounds.attempts) == (limits.total_seconds, limits.body_bytes, limits.attempts)


def test_every_fact_over_http_is_tried() -> None:
    assert {fact.on for fact in OVER_HTTP} == {"site", "endpoint", "direct_read"}
    assert {kind for kind, type_ in KINDS.items() if type_ in (Site, Endpoint)} <= {fact.on for fact in OVER_HTTP}
