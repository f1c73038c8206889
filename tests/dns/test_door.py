"""The door to name servers: what may be asked of whom, how a server can fail, in how much time, and what is kept of a question.

A failing server never makes a zone pass: what the checks say of it is tried with each way of failing.
"""

from __future__ import annotations

import pickle
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from checks import dns as checks
from fixtures.aws.door import Door
from fixtures.aws.errors import CannotLook, Refused
from fixtures.aws.once import Once
from fixtures.declared.dns import HostedZone
from fixtures.declared.inventory import load
from fixtures.dns import door
from fixtures.dns.door import NameServers, first_servers
from fixtures.facts import FACTS, Doors
from fixtures.facts.dns import Signing, ZoneServers
from fixtures.facts.reads import Reading, read
from fixtures.subjects import modules
from tests.checks.examples import passes

modules("fixtures.facts")
SMALL = Path(__file__).parents[1] / "small_plans"
ZONE = load("sit", SMALL).of(HostedZone)[0]
NAME, SERVERS = ZONE.name, ("ns-1.awsdns-01.com", "ns-2.awsdns-01.net")
DS = "12345 13 2 " + "AB" * 32
Answers = Callable[[dns.message.Message], bytes | None]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "UDP_TIMEOUT", 0.15)
    monkeypatch.setattr(door, "TCP_TIMEOUT", 0.3)


def referral(query: dns.message.Message, *names: str, owner: str = NAME, flags: int = 0) -> dns.message.Message:
    """What a server of the parent answers: to NS the servers of the zone, to DS that there is none."""
    answer = dns.message.make_response(query)
    answer.flags |= flags
    if query.question[0].rdtype == dns.rdatatype.NS:
        answer.authority.append(dns.rrset.from_text(f"{owner}.", 60, "IN", "NS", *(f"{name}." for name in names or SERVERS)))
    else:
        answer.flags |= dns.flags.AA
    return answer


def said(code: str = "NOERROR", flags: int = 0) -> Answers:
    def answer(query: dns.message.Message) -> bytes:
        made = dns.message.make_response(query)
        made.flags |= flags
        made.set_rcode(dns.rcode.from_text(code))
        return made.to_wire()

    return answer


def truncated(query: dns.message.Message) -> bytes:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.TC
    return answer.to_wire()


def with_records(flags: int, type: str, *records: str) -> Answers:
    def answer(query: dns.message.Message) -> bytes:
        made = dns.message.make_response(query)
        made.flags |= flags
        made.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", type, *records))
        return made.to_wire()

    return answer


def of_another_question(query: dns.message.Message) -> bytes:
    other = dns.message.make_query("another.example.", "NS")
    other.id = query.id
    return referral(other).to_wire()


def of_another_id(query: dns.message.Message) -> bytes:
    answer = referral(query)
    answer.id ^= 1
    return answer.to_wire()


@contextmanager
def serving(udp: Answers, tcp: Callable[[socket.socket], None] | None = None) -> Iterator[tuple[int, list[str]]]:
    """The port at which a server answers over UDP, and over TCP where it does; and over which it was asked."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, socket.socket() as streams:
        datagrams.bind(("127.0.0.1", 0))
        port = datagrams.getsockname()[1]
        if tcp:
            streams.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # or one that somebody has just left is taken
            streams.bind(("127.0.0.1", port))
            streams.listen()

        def answer() -> None:
            while True:
                wire, whence = datagrams.recvfrom(4096)
                if not wire:
                    return
                asked.append("udp")
                if told := udp(dns.message.from_wire(wire)):
                    datagrams.sendto(told, whence)

        def accept() -> None:
            while tcp:
                try:
                    connection, _ = streams.accept()
                except OSError:
                    return
                asked.append("tcp")
                with connection:
                    tcp(connection)

        threads = [threading.Thread(target=each, daemon=True) for each in (answer, accept)]
        for thread in threads:
            thread.start()
        yield port, asked
        datagrams.sendto(b"", ("127.0.0.1", port))
        threads[0].join()
        streams.close()


def whole(connection: socket.socket) -> None:
    length = int.from_bytes(connection.recv(2), "big")
    told = referral(dns.message.from_wire(connection.recv(length))).to_wire()
    connection.sendall(len(told).to_bytes(2, "big") + told)


def drop_by_drop(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"\x02\x00")
    for _ in range(20):
        time.sleep(0.05)
        try:
            connection.sendall(b"\x00")
        except OSError:
            return


def asking(port: int, zones: tuple[str, ...] = (NAME,), shared: Path | None = None) -> NameServers:
    return NameServers(zones, Once(shared), ("127.0.0.1",), port)


def reading(name: str, servers: NameServers | None) -> Reading:
    return read(FACTS[name], Doors(cast("Door", None), dns=servers), ZONE)


def verdicts(servers: NameServers) -> tuple[Reading, Reading]:
    """What becomes of both facts; no check passes on what they say, if they say anything."""
    found, ds = reading("referrals", servers), reading("parent_ds", servers)
    assigned = ZoneServers(SERVERS, SERVERS, None)
    if not found.error:
        assert not passes(list(checks.delegation(ZONE, assigned, found.value)))
    if not ds.error and ds.value and not all(each.ds for each in ds.value):
        assert not found.error  # which says that there is no such zone, or that it is delegated elsewhere
    return found, ds


# ---------------------------------------------------------------------------------------------- ways of failing

TO_ANOTHER = "is lame: it refers to"
WAYS: dict[str, tuple[Answers, str]] = {
    "timeout": (lambda query: None, "Timeout"),
    "refused": (said("REFUSED"), "answers REFUSED"),
    "failed": (said("SERVFAIL"), "answers SERVFAIL"),
    "does not know EDNS": (said("FORMERR"), "answers FORMERR"),
    "nothing": (said(), "refers to nothing"),
    "no name, without authority": (said("NXDOMAIN"), "answers without being authoritative"),
    "no name, by a recursive server": (said("NXDOMAIN", dns.flags.AA | dns.flags.RA), "is a recursive server"),
    "recursive": (with_records(dns.flags.RA, "NS", f"{SERVERS[0]}."), "is a recursive server"),
    "from a cache": (with_records(0, "NS", f"{SERVERS[0]}."), "answers without being authoritative"),
    "referral from a cache": (lambda query: referral(query, flags=dns.flags.RA).to_wire(), "is a recursive server"),
    "the child's own": (with_records(dns.flags.AA, "NS", f"{SERVERS[0]}.", f"{SERVERS[1]}."), "serves the zone itself"),
    "referral with authority": (lambda query: referral(query, flags=dns.flags.AA).to_wire(), "as if it were authoritative"),
    "lame, upwards": (lambda query: referral(query, "a.root-servers.net", owner="").to_wire(), f"{TO_ANOTHER} the root"),
    "lame, sideways": (lambda query: referral(query, owner="example.net").to_wire(), f"{TO_ANOTHER} example.net"),
    "another question": (of_another_question, "BadResponse"),
    "another id": (of_another_id, "BadResponse"),
    "no DNS": (lambda query: b"HTTP/1.1 400 Bad Request", ""),
    "truncated, and no TCP": (truncated, "ConnectionRefusedError"),
}


@pytest.mark.parametrize("way", WAYS)
def test_nobody_could_look(way: str) -> None:
    answers, says = WAYS[way]
    began = time.monotonic()
    with serving(answers) as (port, _):
        servers = asking(port)
        found, ds = verdicts(servers)
    for each in (found, ds):
        assert each.value is None
        assert each.failed[0] == "dns:NS"
        assert says in str(each.error), each.error
    assert time.monotonic() - began < 5
    assert len(servers._once.calls()) == 1, "a question is asked once, however it ends"


def test_nothing_listens() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        found, _ = verdicts(asking(taken.getsockname()[1]))
    assert "Timeout" in str(found.error)


def test_a_run_that_asks_no_name_server() -> None:
    assert "the servers that are asked first say nothing" in str(reading("referrals", None).error)


def test_slow_over_tcp() -> None:
    began = time.monotonic()
    with serving(truncated, drop_by_drop) as (port, _):
        found, _ = verdicts(asking(port))
    assert "Timeout" in str(found.error)
    assert time.monotonic() - began < 3


def test_no_such_name_is_no_delegation() -> None:
    with serving(said("NXDOMAIN", dns.flags.AA)) as (port, _):
        found, ds = verdicts(asking(port))
    assert [each.names for each in found.value] == [()]
    assert [each.ds for each in ds.value] == [()]


def test_what_a_server_says_of_ds_without_authority() -> None:
    def answer(query: dns.message.Message) -> bytes:
        return referral(query).to_wire() if query.question[0].rdtype == dns.rdatatype.NS else said()(query) or b""

    with serving(answer) as (port, _):
        ds = reading("parent_ds", asking(port))
    assert "127.0.0.1 does not answer for the parent" in str(ds.error)


# ---------------------------------------------------------------------------------------------- what is right


def with_ds(query: dns.message.Message) -> bytes:
    if query.question[0].rdtype == dns.rdatatype.NS:
        return referral(query).to_wire()
    return with_records(dns.flags.AA, "DS", DS)(query) or b""


def test_a_referral() -> None:
    with serving(with_ds) as (port, asked):
        servers = asking(port)
        found, ds = reading("referrals", servers), reading("parent_ds", servers)
    assert (found.value[0].server, found.value[0].names) == ("127.0.0.1", SERVERS)
    assert [each.ds for each in ds.value] == [(DS,)]
    assert not passes(list(checks.dnssec(ZONE, Signing("NOT_SIGNING", ()), ZoneServers(SERVERS, SERVERS, None), ds.value)))
    assert len(asked) == 2, "each question is asked once"
    assert {*found.calls} < {*ds.calls} == {call.id for call in servers._once.calls()}


def test_a_datagram_that_is_lost_is_sent_again() -> None:
    lost: list[bool] = []

    def answer(query: dns.message.Message) -> bytes | None:
        lost.append(True)
        return referral(query).to_wire() if len(lost) > 1 else None

    with serving(answer) as (port, _):
        servers = asking(port)
        assert reading("referrals", servers).value[0].names == SERVERS
    assert [call.attempts for call in servers._once.calls()] == [2]


def test_over_tcp_where_it_does_not_fit() -> None:
    with serving(truncated, whole) as (port, asked):
        servers = asking(port)
        assert reading("referrals", servers).value[0].names == SERVERS
    assert asked == ["udp", "tcp"]
    assert [call.endpoint for call in servers._once.calls()] == [f"tcp://127.0.0.1:{port}"]


def test_what_is_kept_of_a_question() -> None:
    with serving(said("REFUSED")) as (port, _):
        servers = asking(port)
        answer = servers.ask(NAME, "NS", "127.0.0.1")
    (call,) = servers._once.calls()
    assert (answer["rcode"], answer["authoritative"], answer["recursive"], answer["answers"]) == ("REFUSED", False, False, [])
    assert (call.service, call.operation, dict(call.parameters)) == ("dns", "NS", {"name": NAME, "server": "127.0.0.1"})
    assert (call.endpoint, call.status, call.signed, call.error) == (f"udp://127.0.0.1:{port}", 5, False, "")
    assert len(call.digest) == 64
    assert pickle.loads(pickle.dumps((call, answer)))[1].at == answer.at


def test_other_processes_find_what_one_has_asked(tmp_path: Path) -> None:
    with serving(lambda query: referral(query).to_wire()) as (port, asked):
        for _ in range(3):
            assert asking(port, shared=tmp_path).ask(NAME, "NS", "127.0.0.1")["authority"][0][:2] == (NAME, "NS")
    assert len(asked) == 1


# ---------------------------------------------------------------------------------------------- what may be asked


@pytest.mark.parametrize(
    ("name", "type", "server"),
    [
        ("example.net", "NS", "127.0.0.1"),
        ("another.sit.example.org", "NS", "127.0.0.1"),
        (NAME, "TXT", "127.0.0.1"),
        (NAME, "A", "127.0.0.1"),
        (NAME, "NS", "198.51.100.7"),
        ("ns-9.awsdns-01.com", "A", "127.0.0.1"),
    ],
)
def test_what_is_refused_before_it_is_sent(name: str, type: str, server: str) -> None:
    with serving(lambda query: referral(query).to_wire()) as (port, asked):
        servers = asking(port)
        servers.ask(NAME, "NS", "127.0.0.1")
        with pytest.raises(Refused):
            servers.ask(name, type, server)
    assert len(asked) == 1
    assert len(servers._once.calls()) == 1


def test_the_address_of_a_server_may_be_asked_for_once_it_was_named() -> None:
    with serving(lambda query: referral(query).to_wire()) as (port, _):
        servers = asking(port)
        with pytest.raises(Refused):
            servers.ask(SERVERS[0], "A", "127.0.0.1")
        servers.ask(NAME, "NS", "127.0.0.1")
        servers.ask(SERVERS[0], "A", "127.0.0.1")


def test_a_fact_asks_only_what_it_declares() -> None:
    from fixtures.facts import Reader

    reader = Reader(Doors(cast("Door", None), dns=asking(1)), FACTS["referrals"])
    with pytest.raises(Refused, match="does not declare dns:DS"):
        reader.query(NAME, "DS", "127.0.0.1")


# ---------------------------------------------------------------------------------------------- who is asked first


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (door.ROOT, 53)),
        ("192.0.2.1", (("192.0.2.1",), 53)),
        ("192.0.2.1:5300, 192.0.2.2:5300", (("192.0.2.1", "192.0.2.2"), 5300)),
    ],
)
def test_the_servers_to_begin_with(text: str, expected: Any) -> None:
    assert first_servers(text) == expected


@pytest.mark.parametrize("text", ["ns.example.org", "192.0.2.1:0", "192.0.2.1:x", "192.0.2.1:53,192.0.2.2:54", "192.0.2.1,", "::1"])
def test_servers_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"^ENVIRONMENT_VALIDATION_NAME_SERVERS: found .*, expected IPv4 addresses"):
        first_servers(text)


def test_what_the_network_raises_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("dns.query.udp", unreachable)
    with pytest.raises(CannotLook, match="Network is unreachable"):
        asking(53).ask(NAME, "NS", "127.0.0.1")
