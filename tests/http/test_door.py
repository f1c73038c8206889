"""The door to websites: what it admits, what it sends, how far it reads, and that it ends in time whatever the other side does."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fixtures.aws.errors import CannotLook, Malformed, Refused
from fixtures.http import bodies
from fixtures.http.door import HttpDoor
from fixtures.http.errors import NotReached, Untrusted
from fixtures.http.exchanges import Bounds, Exchange, Response
from tests.http import servers
from tests.http.servers import Behaviour, Connection, Server, certified, running

BOUNDS = Bounds(connect=5, read=5, total=5, attempts=1, pause=0.01, body=10_000, connections=4)
HASTY = replace(BOUNDS, connect=0.1, read=0.1, total=0.2)  # with whoever does not answer
LONGEST = 2  # seconds, on a machine with much else to do


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    servers.authority().cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))


@pytest.fixture
def good() -> Iterator[Server]:
    with running(Server(servers.fine, certified("localhost"))) as server:
        yield server


def asked(server: Server, bounds: Bounds = BOUNDS, *, scheme: str = "https", method: str = "GET", **how: str) -> Response:
    door = HttpDoor([f"localhost:{server.port}"])
    return door.ask(method, f"{scheme}://localhost:{server.port}/", bounds, **how)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------- what is admitted and sent


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", "https://example.org/"),
        ("PUT", "https://example.org/"),
        ("OPTIONS", "https://example.org/"),
        ("get", "https://example.org/"),
        ("GET", "https://example.com/"),
        ("GET", "https://example.org.example.com/"),
        ("GET", "https://example.org:8443/"),
        ("GET", "https://me:secret@example.org/"),
        ("GET", "https://example.org@example.com/"),
        ("GET", "https://example.com/?example.org"),
        ("GET", "ftp://example.org/"),
        ("GET", "file:///etc/passwd"),
        ("GET", "//example.org/"),
        ("GET", "https://169.254.169.254/latest/meta-data/"),
        ("GET", "https://EXAMPLE.org\\@example.com/"),
        ("GET", ""),
    ],
)
def test_what_is_not_declared_is_refused_before_it_is_sent(method: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("somebody was asked"))
    door = HttpDoor(["example.org"])
    with pytest.raises(Refused):
        door.ask(method, url, BOUNDS)
    assert door.exchanges() == []


def test_a_door_for_nobody_admits_nobody() -> None:
    with pytest.raises(Refused):
        HttpDoor().ask("GET", "https://example.org/", BOUNDS)


def test_what_is_sent(good: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials, whatever the machine has; no cookies, whatever the site gives."""
    (tmp_path / ".netrc").write_text("machine localhost login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    good.behaviour = lambda connection: connection.answer(Set_Cookie="session=1; Path=/", WWW_Authenticate="Basic")
    door = HttpDoor([f"localhost:{good.port}"])
    for path in ("", "again"):
        door.ask("GET", f"https://localhost:{good.port}/{path}", BOUNDS)
    for request in good.requests:
        lines = request.decode().splitlines()
        names = {line.partition(":")[0].lower() for line in lines[1:] if line}
        assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert any(line.startswith("User-Agent: environment-validation ") for line in lines)


def test_each_request_is_sent_once_and_recorded(good: Server, tmp_path: Path) -> None:
    """Another process of the run finds what the first one made."""
    url = f"https://localhost:{good.port}/"
    first, second = (HttpDoor([f"localhost:{good.port}"], shared=tmp_path) for _ in range(2))
    answers = [door.ask("GET", url, BOUNDS) for door in (first, first, second)]
    assert answers[0] == answers[1] == answers[2]
    assert len(good.requests) == 1
    door = second
    door.ask("GET", url, BOUNDS, accept_encoding="gzip")
    door.ask("HEAD", url, BOUNDS)
    door.ask("GET", url, BOUNDS, attempt=2)
    assert len(good.requests) == len({each.id for each in door.exchanges()}) == 4
    told = json.loads(next(each for each in door.exchanges() if each.operation == "HEAD").to_json())
    assert (told["service"], told["operation"], told["status"], told["error"]) == ("http", "HEAD", 200, "")
    assert (told["endpoint"], told["address"], told["proxy"]) == (url[:-1], f"127.0.0.1:{good.port}", "")
    assert told["parameters"]["URL"] == url
    assert all(each.digest and each.at and each.seconds >= 0 for each in door.exchanges())


def test_what_came_back(good: Server) -> None:
    good.behaviour = lambda connection: connection.answer("418 I'm a teapot", X_Amz_Cf_Id="abc", X_Frame_Options="DENY")
    answer = asked(good)
    assert (answer.status, answer.headers["x-frame-options"], answer.body) == (418, "DENY", servers.PAGE)
    assert not answer.more and answer.certificate
    assert (answer.certificate.names, answer.certificate.protocol) == (("localhost",), "TLSv1.3")
    assert abs(answer.certificate.not_after - datetime.now(UTC) - timedelta(days=90)) < timedelta(minutes=1)
    assert "trustme" in answer.certificate.issuer


def test_plain_http_and_head(good: Server) -> None:
    good.tls = None
    assert asked(good, scheme="http").certificate is None
    good.behaviour = lambda connection: connection.answer(body=b"", length=4711, Content_Encoding="gzip")
    assert asked(good, scheme="http", method="HEAD").body == b""


def test_compressed_when_asked_for(good: Server) -> None:
    import gzip

    good.behaviour = lambda connection: connection.answer(body=gzip.compress(servers.PAGE), Content_Encoding="gzip")
    assert asked(good, accept_encoding="gzip, br").body == servers.PAGE
    assert b"Accept-Encoding: gzip, br" in good.requests[-1]
    good.behaviour = lambda connection: connection.answer(body=b"anything", Content_Encoding="br")
    assert asked(good).body is None
    assert b"Accept-Encoding: identity" in good.requests[-1]


def test_no_more_connections_to_a_host_at_once_than_the_budget_has() -> None:
    from concurrent.futures import ThreadPoolExecutor

    now, most = 0, 0

    def slowly(connection: Connection) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.02)
        now -= 1
        connection.answer()

    with running(Server(slowly)) as server, ThreadPoolExecutor(10) as pool:
        door = HttpDoor([f"localhost:{server.port}"], processes=2)
        urls = [f"http://localhost:{server.port}/{number}" for number in range(10)]
        list(pool.map(lambda url: door.ask("GET", url, replace(BOUNDS, connections=5)), urls))
    assert most == 2


# ---------------------------------------------------------------------------------------------- whoever does not answer

NOT_ANSWERED = {
    "hang": (servers.hang, True),
    "hang-after-tls": (servers.hang, False),
    "reset": (servers.reset, True),
    "reset-after-tls": (servers.reset, False),
    "hang-up": (servers.hang_up, True),
    "hang-up-after-tls": (servers.hang_up, False),
    "trickle-handshake": (servers.trickle_handshake, True),
    "not-tls": (servers.not_http, True),
    "not-http": (servers.not_http, False),
    "escape": (servers.escape, False),
    "trickle-headers": (servers.trickle_headers, False),
    "trickle-body": (servers.trickle_body, False),
    "trickle-chunks": (servers.trickle_chunks, False),
    "continue": (servers.go_on_saying_continue, False),
    "endless-header": (servers.endless_header, False),
    "endless-headers": (servers.endless_headers, False),
    "half-a-body": (servers.half_a_body, False),
    "half-a-chunk": (servers.half_a_chunk, False),
    "no-length": (servers.no_length, False),
    "two-lengths": (servers.two_lengths, False),
    "broken-gzip": (servers.broken_gzip, False),
    "half-gzip": (servers.half_gzip, False),
}


@pytest.mark.parametrize("way", NOT_ANSWERED)
def test_no_answer_in_bounded_time(way: str) -> None:
    behaviour, raw = NOT_ANSWERED[way]
    with running(Server(behaviour, certified("localhost"), raw=raw)) as server:
        door = HttpDoor([f"localhost:{server.port}"])
        began = time.monotonic()
        with pytest.raises(CannotLook) as failure:
            door.ask("GET", f"https://localhost:{server.port}/", HASTY)
        assert time.monotonic() - began < LONGEST
    text = str(failure.value)
    assert f"https://localhost:{server.port}" in text and text.isprintable()
    assert not isinstance(failure.value, Untrusted)
    (recorded,) = door.exchanges()
    assert (recorded.error, recorded.status) == (text, 0)


@pytest.mark.parametrize("way", ["refused", "unresolved"])
def test_nobody_there(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    if way == "unresolved":
        error = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", lambda *_, **__: (_ for _ in ()).throw(error))
    door = HttpDoor([f"localhost:{port}"])
    with pytest.raises(NotReached, match="not known" if way == "unresolved" else "refused"):
        door.ask("GET", f"https://localhost:{port}/", BOUNDS)


def test_a_name_that_takes_for_ever_to_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    began = time.monotonic()
    with pytest.raises(NotReached, match=r"no whole answer within 0\.2 s"):
        HttpDoor(["example.org"]).ask("GET", "https://example.org/", HASTY)
    assert time.monotonic() - began < LONGEST


UNTRUSTED = {
    "expired": (lambda: certified("localhost", ends=timedelta(days=-1)), "certificate has expired"),
    "self-signed": (lambda: servers.self_signed("localhost"), "self-signed certificate"),
    "unknown authority": (lambda: certified("localhost", by=servers.trustme.CA()), "unable to get local issuer certificate"),
    "another name": (lambda: certified("example.org"), "Hostname mismatch"),
    "TLS 1.0": (lambda: servers.old("localhost"), "no TLS 1.2 or later could be agreed upon"),
}


@pytest.mark.parametrize("how", UNTRUSTED)
def test_whoever_is_not_to_be_trusted(how: str) -> None:
    """Nothing is asked of them, and it is not tried again."""
    tls, words = UNTRUSTED[how]
    with running(Server(servers.fine, tls())) as server, pytest.raises(Untrusted) as failure:
        asked(server, replace(BOUNDS, attempts=3))
    assert words in failure.value.why
    assert (server.requests, server.connections) == ([], 1)


# ---------------------------------------------------------------------------------------------- how far is read


@pytest.mark.parametrize("behaviour", [servers.huge, servers.bomb], ids=["a gigabyte", "a gigabyte when decompressed"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_body_is_read_so_far_and_no_further(behaviour: Behaviour, scheme: str) -> None:
    servers._bomb()
    with running(Server(behaviour, certified("localhost") if scheme == "https" else None)) as server:
        tracemalloc.start()
        answer = asked(server, replace(BOUNDS, body=2_000_000), scheme=scheme)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert answer.more and answer.body is not None and len(answer.body) == 2_000_000
    assert server.sent < 20_000_000, "whoever has enough hangs up; what was under way is in the buffers of sockets"
    assert peak < 20_000_000


PACKED = servers.gzip.compress(b"12345")


@pytest.mark.parametrize(
    ("body", "encoding", "limit", "found"),
    [
        (b"", "", 5, (b"", False)),
        (b"12345", "", 5, (b"12345", False)),
        (b"123456", "identity", 5, (b"12345", True)),
        (b"", "gzip", 5, (b"", False)),
        (PACKED, "gzip", len(PACKED), (b"12345", False)),
        (PACKED, "x-gzip", 4, (b"1234", True)),
        (PACKED, "br", 100, (None, False)),
        (PACKED, "gzip, gzip", 100, (None, False)),
    ],
    ids=["empty", "as large as may be", "too large", "empty gzip", "gzip", "gzip that is too large", "br", "twice"],
)
def test_what_a_body_is_decoded_to(body: bytes, encoding: str, limit: int, found: tuple[bytes | None, bool]) -> None:
    assert bodies.decoded(body, encoding, limit) == found


def test_a_body_that_is_not_what_it_says() -> None:
    whole = servers.gzip.compress(servers.PAGE)
    for broken in (b"not gzip", whole[:-9], whole[:12]):
        with pytest.raises(Malformed):
            bodies.decoded(broken, "gzip", 10_000)


# ---------------------------------------------------------------------------------------------- what warms up


def test_an_answer_after_an_error_tells_of_the_error() -> None:
    with running(Server(servers.in_turn(servers.unavailable, servers.reset, servers.fine), certified("localhost"))) as server:
        door = HttpDoor([f"localhost:{server.port}"])
        answer = door.ask("GET", f"https://localhost:{server.port}/", replace(BOUNDS, attempts=3))
    assert (answer.status, answer.attempts, answer.first) == (200, 3, "HTTP 503")
    (recorded,) = door.exchanges()
    assert (recorded.attempts, recorded.first, recorded.status) == (3, "HTTP 503", 200)


@pytest.mark.parametrize(
    ("behaviour", "times"), [(servers.unavailable, 3), (servers.reset, 3), (servers.redirect_elsewhere, 1), (servers.no_length, 1)]
)
def test_only_what_warms_up_is_tried_again(behaviour: Behaviour, times: int) -> None:
    with running(Server(behaviour, certified("localhost"))) as server, contextlib.suppress(CannotLook):
        assert asked(server, replace(BOUNDS, attempts=3)).attempts == times
    assert server.connections == times


# ---------------------------------------------------------------------------------------------- settings


def test_a_proxy_is_asked_and_told_without_its_password(good: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(Server(servers.fine, certified("example.org"), proxy=True)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "localhost")
        door = HttpDoor(["example.org", f"localhost:{good.port}"])
        monkeypatch.delenv("https_proxy")  # which is read once
        for url in ("https://example.org/", "http://example.org/", f"https://localhost:{good.port}/"):
            assert door.ask("GET", url, BOUNDS).body == servers.PAGE
    told = {each.endpoint: (each.address, each.proxy) for each in door.exchanges()}
    via = (f"127.0.0.1:{proxy.port}", f"http://127.0.0.1:{proxy.port}")
    own = (f"127.0.0.1:{good.port}", "")
    assert told == {"https://example.org": via, "http://example.org": via, f"https://localhost:{good.port}": own}
    assert "secret" not in str(door.exchanges())


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("https_proxy", f"http://me:secret@127.0.0.1:{listening.getsockname()[1]}")
    with pytest.raises(NotReached, match="refused") as failure:
        HttpDoor(["example.org"]).ask("GET", "https://example.org/", BOUNDS)
    assert "secret" not in str(failure.value)


def test_an_untrusted_answer_after_an_error() -> None:
    """As while a certificate is replaced."""
    with running(Server(servers.unavailable, certified("localhost"))) as server:

        def replaced(connection: Connection) -> None:
            server.tls = servers.self_signed("localhost")
            servers.unavailable(connection)

        server.behaviour = replaced
        with pytest.raises(Untrusted):
            asked(server, replace(BOUNDS, attempts=3))


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_authorities_of_the_standard_settings(good: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(Untrusted):
        asked(good)
    monkeypatch.setenv(name, str(tmp_path / "authority.pem"))
    assert asked(good).status == 200
    monkeypatch.setenv(name, str(tmp_path / "missing.pem"))
    with pytest.raises(CannotLook, match=r"missing\.pem cannot be read"):
        asked(good)


EXCHANGE = Exchange("1", "GET", {}, "https://example.org", "", "", "", 0.1, 1, "", 200, "", 0, "", "")


@pytest.mark.parametrize(
    ("address", "proxy", "here"),
    [
        ("127.0.0.1:443", "", True),
        ("[::1]:443", "", True),
        ("127.0.0.1:3128", "http://127.0.0.1:3128", False),  # a proxy on the machine, which the report names
        ("13.224.0.1:443", "", False),
        ("[2600:9000::1]:443", "", False),
        ("", "", False),
    ],
)
def test_what_answered_on_this_machine(address: str, proxy: str, here: bool) -> None:
    assert replace(EXCHANGE, address=address, proxy=proxy).on_this_machine is here
