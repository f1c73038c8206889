"""The sites that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.websites import DirectRead, Endpoint, Site
from tests.declared.mistakes import ENV, P06, Broken, demand_refusal, each

APEX = {"dev": "dev.kimmyai.io", "sit": "sit.kimmyai.io", "prod": "kimmyai.io"}


def test_the_site_and_its_requests(inventory: Inventory) -> None:
    host = APEX[inventory.environment.name]
    sites = {site.name: site for site in inventory.of(Site)}
    assert sites["frontend"].hosts == (host,)
    endpoints = {each.path: each for each in inventory.of(Endpoint)}
    assert {path: each.status for path, each in endpoints.items()} == {
        "/": (200,), "/products": (200,), "/orders": (200,), "/protected-page": (401, 403), "/assets/app.js": (200,),
    }  # fmt: skip
    assert {each.url for each in endpoints.values()} == {f"https://{host}{path}" for path in endpoints}
    root = endpoints["/"]
    assert [path for path, each in endpoints.items() if each.same_as == root] == ["/products", "/orders"]
    assert endpoints["/products"].stands_on == (sites["frontend"], root)
    assert [path for path, each in endpoints.items() if each.headers] == ["/"]
    assert {name: str(rule) for name, rule in root.headers} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age of at least 31,536,000",
        "Content-Security-Policy": "like .+",
    }
    assert [path for path, each in endpoints.items() if each.compressed] == ["/assets/app.js"]


def test_www_is_there_in_prod_alone(inventory: Inventory) -> None:
    others = [(site.host, site.redirects_to) for site in inventory.of(Site) if site.redirects_to]
    assert others == ([("www.kimmyai.io", "kimmyai.io")] if inventory.environment.name == "prod" else [])


def test_the_bucket_is_asked_at_the_host_of_its_region_and_so_is_its_copy() -> None:
    assert [read.url for read in load("sit").of(DirectRead)] == ["https://bbws-frontend-sit.s3.eu-west-1.amazonaws.com/index.html"]
    assert [read.url for read in load("prod").of(DirectRead)] == [
        "https://bbws-frontend-prod.s3.af-south-1.amazonaws.com/index.html",
        "https://bbws-frontend-prod-dr.s3.eu-west-1.amazonaws.com/index.html",
    ]


def test_a_bucket_with_a_dot_in_its_name_is_asked_by_path(plans: Path) -> None:
    path = plans / P06
    path.write_text(path.read_text("utf-8").replace("bbws-frontend-{env}", "bbws.frontend.{env}"), "utf-8")
    (read,) = load("sit", plans).of(DirectRead)
    assert (read.url, read.hosts) == (
        "https://s3.eu-west-1.amazonaws.com/bbws.frontend.sit/index.html",
        ("s3.eu-west-1.amazonaws.com",),
    )


def test_another_site_is_a_few_lines(plans: Path) -> None:
    path = plans / P06
    path.write_text(
        path.read_text("utf-8")
        + '\n[[websites.sites]]\nname = "api"\nhost = { sit = "api.sit.kimmyai.io" }\nredirected = ["/"]\n'
        + 'requests = [\n  { path = "/v1.0/campaigns/health", status = [200], content_type = "application/json" },\n'
        + '  { path = "/old", method = "HEAD", status = [301], location = "/new" },\n]\n',
        "utf-8",
    )
    health, old = (endpoint for endpoint in load("sit", plans).of(Endpoint) if endpoint.site.name == "api")
    assert (health.id, health.url) == ("api/v1.0/campaigns/health", "https://api.sit.kimmyai.io/v1.0/campaigns/health")
    assert (old.id, old.location) == ("HEAD api/old", "https://api.sit.kimmyai.io/new")
    assert "api" not in {site.name for site in load("dev", plans).of(Site)}


HOSTS = 'host = { dev = "dev.kimmyai.io", sit = "sit.kimmyai.io", prod = "kimmyai.io" }'
ROOT = '{ path = "/", status = [200]'
BROKEN = [
    Broken("a host that is none", P06, HOSTS, HOSTS.replace('"sit.', '"https://sit.'),
           ("websites.sites[0].host.sit: found 'https://sit.kimmyai.io'", "expected a host name in lower case")),
    Broken("a host of somebody else's", P06, HOSTS, HOSTS.replace('"sit.kimmyai.io"', '"www.example.com"'),
           ("websites.sites.frontend.host.sit: found 'www.example.com'", "expected a host in sit.kimmyai.io")),
    Broken("a host in an environment that does not exist", P06, HOSTS, HOSTS.replace("sit =", "sti ="),
           ("websites.sites[0].host.sti: found 'sti'", "did you mean sit?")),
    Broken("a path that is none", P06, 'path = "/orders"', 'path = "orders"',
           ("websites.sites[0].requests[2].path: found 'orders'", "expected a path")),
    Broken("a path of another host", P06, 'path = "/orders"', 'path = "//example.com/orders"',
           ("requests[2].path", "expected a path")),
    Broken("a path with a space", P06, 'path = "/orders"', 'path = "/or ders"', ("requests[2].path", "expected a path")),
    Broken("no status", P06, ROOT, '{ path = "/"', ("websites.sites[0].requests[0].status: found nothing",)),
    Broken("an empty list of statuses", P06, ROOT, '{ path = "/", status = []', ("requests[0].status: found []",)),
    Broken("a status as text", P06, ROOT, '{ path = "/", status = ["200"]', ("requests[0].status[0]: found '200'",)),
    Broken("a status that does not exist", P06, ROOT, '{ path = "/", status = [20]', ("requests[0].status[0]: found 20",)),
    Broken("a method that writes", P06, ROOT, '{ path = "/", method = "POST", status = [200]',
           ("requests[0].method: found 'POST'", "expected 'GET' or 'HEAD'")),
    Broken("headers that are nowhere", P06, 'headers = "security"', 'headers = "secure"',
           ("websites.sites[0].requests[0].headers: found 'secure'", "did you mean security?")),
    Broken("the document of another path that is nowhere", P06, 'same_as = "/" },      #', 'same_as = "/home" },      #',
           ("websites.sites[0].requests[1].same_as: found '/home'", "expected one of")),
    Broken("its own document", P06, 'same_as = "/" },      #', 'same_as = "/products" },      #',
           ("requests[1]", "same_as to be another path than its own")),
    Broken("the document of one that is another's", P06, 'same_as = "/" },      #', 'same_as = "/orders" },      #',
           ("websites.sites[0].requests[1].same_as: found '/orders'",)),
    Broken("a body of HEAD", P06, ROOT, '{ path = "/", method = "HEAD", status = [200]', ("requests[0]", "beside HEAD")),
    Broken("a target of what is no redirect", P06, ROOT, '{ path = "/", location = "/home", status = [200]',
           ("requests[0]", "3xx alone beside location")),
    Broken("the same request twice", P06, 'path = "/orders"', 'path = "/products"',
           ("endpoint frontend/products: found twice", "expected once")),
    Broken("two sites of one name", P06, 'name = "www"', 'name = "frontend"', ("websites", "not two named frontend")),
    Broken("a redirect to a site that is nowhere", P06, 'redirects_to = "frontend"', 'redirects_to = "front"',
           ("websites.sites[1].redirects_to: found 'front'", "did you mean frontend?"), "prod"),
    Broken("a redirect to a site without a host there", P06, 'prod = "www.kimmyai.io"', 'prod = "www.kimmyai.io", dr = "x.io"',
           ("websites.sites[1].host.dr: found 'dr'",)),
    Broken("a redirect to a site that is elsewhere", P06, HOSTS, HOSTS.replace(', prod = "kimmyai.io"', ""),
           ("websites.sites.www.redirects_to: found 'frontend', which has no host in prod",
            "expected one wherever www has one"), "prod"),
    Broken("no redirected path", P06, 'redirected = ["/", "/products?page=2"]', "redirected = []", ("redirected: found []",)),
    Broken("a header rule of two minds", P06, '{ equals = "DENY" }', '{ equals = "DENY", matches = "DENY" }',
           ("websites.headers.security.X-Frame-Options", "one of equals, matches and at_least")),
    Broken("a header rule of no mind", P06, '{ equals = "DENY" }', "{}",
           ("X-Frame-Options", "one of equals, matches and at_least")),
    Broken("a directive of nothing", P06, '{ equals = "DENY" }', '{ equals = "DENY", directive = "max-age" }',
           ("X-Frame-Options", "at_least beside directive")),
    Broken("a pattern that is none", P06, '{ matches = ".+" }', '{ matches = "(" }',
           ("Content-Security-Policy", "matches to be a regular expression")),
    Broken("a bucket that no plan declares", P06, '{ bucket = "bbws-frontend-{env}"', '{ bucket = "bbws-front-{env}"',
           ("websites.not_readable[0].bucket: found 'bbws-front-{env}'", "did you mean bbws-frontend-{env}?")),
    Broken("a key that a URL encodes", P06, 'key = "index.html"', 'key = "in dex.html"',
           ("not_readable[0].key", "expected an object's key")),
    Broken("an unknown key", P06, 'contains = ["<html"]', 'contain = ["<html"]', ("contain", "did you mean contains?")),
    Broken("no limit of time", ENV, "total_seconds = 15\n", "", ("policy.websites.total_seconds: found nothing",)),
    Broken("a limit of no time", ENV, "total_seconds = 15\n", "total_seconds = 0\n", ("policy.websites.total_seconds: found 0",)),
    Broken("too many attempts", ENV, "attempts = 3\n", "attempts = 50\n", ("policy.websites.attempts: found 50",)),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


@pytest.mark.parametrize("env", ["dev", "sit", "prod"])
def test_requests_are_only_sent_where_the_plans_say(env: str) -> None:
    hosts = {host for each in load(env).resources for host in each.hosts}
    own = {APEX[env]} | {read.hosts[0] for read in load(env).of(DirectRead)}
    assert hosts == own | ({"www.kimmyai.io"} if env == "prod" else set())
