"""The way from the root to the parent of a zone, in a world of servers that a test makes: who is asked, and when it is given up."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.aws.calls import Answer
from fixtures.aws.errors import CannotLook
from fixtures.dns import walk
from fixtures.dns.walk import Referral, Walk

ZONE = "sit.kimmyai.io"
ROOT, IO, COM = "198.41.0.4", "192.0.2.10", "192.0.2.20"
PARENTS, AWSDNS = ("192.0.2.31", "192.0.2.32"), "192.0.2.40"
FOUR = ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")


def answer(**changes: Any) -> Answer:
    empty: dict[str, Any] = {"rcode": "NOERROR", "authoritative": False, "recursive": False}
    return Answer({**empty, "answers": [], "authority": [], "additional": [], **changes})


def refers(owner: str, *servers: str, glue: dict[str, str] | None = None) -> Answer:
    return answer(
        authority=[(owner, "NS", server) for server in servers],
        additional=[(name, "A", address) for name, address in (glue or {}).items()],
    )


def finds(name: str, type: str, *values: str) -> Answer:
    return answer(authoritative=True, answers=[(name, type, value) for value in values])


class World:
    """Servers by their addresses, each with what it says of a name and a type, or of any."""

    def __init__(self, **says: Any) -> None:
        self.says: dict[Any, Answer] = {}
        self.asked: list[tuple[str, str, str]] = []

    def __call__(self, name: str, type: str, server: str) -> Answer:
        self.asked.append((name, type, server))
        for key in ((server, name, type), (server, name), server):
            if key in self.says:
                return self.says[key]
        raise CannotLook(f"{server}: Timeout")

    def walk(self, *first: str) -> Walk:
        return Walk(self, first or (ROOT,))


@pytest.fixture
def world() -> World:
    """The root, io, the servers of kimmyai.io, whose names lie under awsdns-07.com, and that one's."""
    made = World()
    made.says = {
        (ROOT, ZONE): refers("io", "a0.nic.io", glue={"a0.nic.io": IO}),
        (IO, ZONE): refers("kimmyai.io", "ns-7.awsdns-07.com", "ns-8.awsdns-07.com"),
        (ROOT, "ns-7.awsdns-07.com"): refers("com", "a.gtld-servers.net", glue={"a.gtld-servers.net": COM}),
        (ROOT, "ns-8.awsdns-07.com"): refers("com", "a.gtld-servers.net", glue={"a.gtld-servers.net": COM}),
        COM: refers("awsdns-07.com", "g1.awsdns-07.com", glue={"g1.awsdns-07.com": AWSDNS}),
        (AWSDNS, "ns-7.awsdns-07.com"): finds("ns-7.awsdns-07.com", "A", PARENTS[0]),
        (AWSDNS, "ns-8.awsdns-07.com"): finds("ns-8.awsdns-07.com", "A", PARENTS[1]),
        (PARENTS[0], ZONE, "NS"): refers(ZONE, *FOUR),
        (PARENTS[1], ZONE, "NS"): refers(ZONE, FOUR[0]),
        (PARENTS[0], ZONE, "DS"): finds(ZONE, "DS", "1 13 2 ab"),
        (PARENTS[1], ZONE, "DS"): answer(authoritative=True, authority=[("kimmyai.io", "SOA", "x")]),
    }
    return made


def test_down_to_two_of_the_parents_servers(world: World) -> None:
    assert world.walk().referrals(ZONE) == [Referral(PARENTS[0], FOUR), Referral(PARENTS[1], FOUR[:1])]
    assert [server for name, _, server in world.asked if name == ZONE] == [ROOT, IO, *PARENTS]


def test_the_ds_records_that_the_same_servers_have(world: World) -> None:
    assert world.walk().ds(ZONE) == [(PARENTS[0], ("1 13 2 ab",)), (PARENTS[1], ())]


def test_a_server_that_fails_is_passed_over(world: World) -> None:
    del world.says[PARENTS[0], ZONE, "NS"]
    assert world.walk("203.0.113.1", ROOT).referrals(ZONE) == [Referral(PARENTS[1], FOUR[:1])]


def test_a_ds_record_that_one_of_them_does_not_tell(world: World) -> None:
    world.says[PARENTS[1], ZONE, "DS"] = answer(rcode="REFUSED")
    with pytest.raises(CannotLook, match=f"{PARENTS[1]} answers REFUSED"):
        world.walk().ds(ZONE)


def test_the_parent_knows_of_no_delegation(world: World) -> None:
    for server in PARENTS:
        world.says[server, ZONE, "NS"] = answer(rcode="NXDOMAIN", authoritative=True)
    assert world.walk().referrals(ZONE) == [Referral(server, ()) for server in PARENTS]


def test_the_parent_has_another_record_in_its_place(world: World) -> None:
    """An empty answer, or a CNAME record: the name is there, and nothing is delegated."""
    world.says[PARENTS[0], ZONE, "NS"] = answer(authoritative=True, authority=[("kimmyai.io", "SOA", "x")])
    world.says[PARENTS[1], ZONE, "NS"] = finds(ZONE, "CNAME", "example.net")
    assert [each.names for each in world.walk().referrals(ZONE)] == [(), ()]


def test_the_parents_own_parent_does_not_know_it(world: World) -> None:
    world.says[IO, ZONE] = answer(rcode="NXDOMAIN", authoritative=True)
    assert world.walk().referrals(ZONE) == [Referral(IO, ())]


def test_a_server_of_the_parent_that_serves_the_zone_too(world: World) -> None:
    for server in PARENTS:
        world.says[server, ZONE, "NS"] = finds(ZONE, "NS", *FOUR)
    with pytest.raises(CannotLook, match=r"the servers of kimmyai\.io say nothing: .* serves the zone itself"):
        world.walk().referrals(ZONE)


def test_a_server_that_sends_back_up(world: World) -> None:
    world.says[IO, ZONE] = refers("io", "a0.nic.io", glue={"a0.nic.io": IO})
    with pytest.raises(CannotLook, match="is lame: it refers to io"):
        world.walk().referrals(ZONE)
    assert len(world.asked) == 2


def test_servers_without_an_address(world: World) -> None:
    world.says[AWSDNS] = answer(authoritative=True)
    del world.says[AWSDNS, "ns-7.awsdns-07.com"], world.says[AWSDNS, "ns-8.awsdns-07.com"]
    with pytest.raises(CannotLook, match="no address of theirs is known"):
        world.walk().referrals(ZONE)


def test_names_that_lead_to_each_other_in_a_circle(world: World) -> None:
    """The servers of a.example are named under b.example, and theirs under a.example."""
    world.says[IO, ZONE] = refers("kimmyai.io", "ns.a.example")
    world.says[ROOT, "ns.a.example"] = refers("a.example", "ns.b.example")
    world.says[ROOT, "ns.b.example"] = refers("b.example", "ns.a.example")
    with pytest.raises(CannotLook, match="no address of theirs is known"):
        world.walk().referrals(ZONE)
    assert len(world.asked) < 10


def forever(name: str, type: str, server: str) -> Answer:
    """A world without a bottom: each server refers to another whose address nobody knows without asking."""
    number = len(name.split("."))
    return refers(name.split(".", 1)[1] or "x", *(f"ns{each}.{number}.{name}" for each in range(9)))


def test_it_is_given_up_after_so_many_questions() -> None:
    asked: list[str] = []

    def ask(name: str, type: str, server: str) -> Answer:
        asked.append(name)
        return forever(name, type, server)

    with pytest.raises(CannotLook):
        Walk(ask, [ROOT] * 9).referrals(ZONE)
    assert len(asked) <= walk.QUESTIONS


def test_it_is_given_up_after_so_much_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("fixtures.dns.walk.time.monotonic", lambda: now[0])

    def slow(name: str, type: str, server: str) -> Answer:
        now[0] += 9
        return world(name, type, server)

    with pytest.raises(CannotLook, match="given up after 3 questions"):
        Walk(slow, [ROOT]).referrals(ZONE)


def test_each_name_once_and_in_one_order() -> None:
    world = World()
    world.says = {ROOT: refers(ZONE, "b", "a", "b")}
    assert world.walk().referrals(ZONE) == [Referral(ROOT, ("a", "b"))]
