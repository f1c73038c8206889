"""The edge functions that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.cloudfront import Distribution
from fixtures.declared.edge_functions import EdgeAssociations, EdgeFunction, EdgeFunctionNaming, EdgeRole
from fixtures.declared.inventory import Inventory, load
from tests.declared.mistakes import P05, P06, Broken, demand_refusal, each
from tests.declared.test_cloudfront import IMAGES, SITE, changed

DECLARED = {
    "bbws-security-headers": ("viewer-response", "*"),
    "bbws-url-rewrite": ("origin-request", "*"),
    "bbws-auth-validation": ("viewer-request", "*"),
    "bbws-redirects": ("viewer-request", "/redirect/*"),
}
ELSEWHERE = {"dev": ("eu-west-1",), "sit": ("eu-west-1",), "prod": ("af-south-1", "eu-west-1")}
HEADERS = '{ name = "bbws-security-headers-{env}", distribution = "site", event = "viewer-response" },\n'
RESIZE = '  { name = "bbws-resize-{env}", distribution = "images", event = "origin-response", behaviour = "thumbs/*" },\n'


def test_functions(inventory: Inventory) -> None:
    env, account = inventory.environment.name, inventory.environment.account
    functions = inventory.of(EdgeFunction)
    assert {each.name: (each.event, each.behaviour) for each in functions} == {f"{n}-{env}": at for n, at in DECLARED.items()}
    for function in functions:
        assert (function.region, function.account, function.plan) == ("us-east-1", account, "06")
        assert (function.runtime, function.role) == ("nodejs20.x", f"lambda-edge-execution-role-{env}")
        assert (function.elsewhere, function.stands_on) == (ELSEWHERE[env], (inventory.of(Distribution)[0],))
        assert function.arns == (f"arn:aws:lambda:us-east-1:{account}:function:{function.name}",)


def test_their_role_and_what_the_distribution_may_run(inventory: Inventory) -> None:
    env = inventory.environment.name
    (role,), (associations,) = inventory.of(EdgeRole), inventory.of(EdgeAssociations)
    assert (role.name, role.plan, role.account) == (f"lambda-edge-execution-role-{env}", "06", inventory.environment.account)
    assert associations.distribution == inventory.of(Distribution)[0]
    assert associations.declared == {(behaviour, event, f"{name}-{env}") for name, (event, behaviour) in DECLARED.items()}


def test_which_functions_are_the_projects(inventory: Inventory) -> None:
    env = inventory.environment.name
    (naming,) = inventory.of(EdgeFunctionNaming)
    assert (naming.name, naming.region, naming.tolerated, naming.project) == (f"bbws-*-{env}", "us-east-1", frozenset(), "bbws")
    assert naming.declared == set(naming.own) == {f"{name}-{env}" for name in DECLARED}


def test_a_function_of_another_distribution_is_a_line_in_a_plan_file(plans: Path) -> None:
    """It is none of what the first one runs; where an environment has no such distribution, it has no such function."""
    changed(plans, SITE, SITE + IMAGES)
    changed(plans, HEADERS, HEADERS + RESIZE)
    inventory = load("sit", plans)
    resize = next(each for each in inventory.of(EdgeFunction) if each.name == "bbws-resize-sit")
    assert (resize.distribution.key, resize.behaviour) == ("images", "/thumbs/*")  # as CloudFront understands it
    declared = {each.distribution.key: each.declared for each in inventory.of(EdgeAssociations)}
    assert declared["images"] == {("/thumbs/*", "origin-response", "bbws-resize-sit")}
    assert len(declared["site"]) == len(DECLARED)
    assert "bbws-resize-dev" not in {each.name for each in load("dev", plans).of(EdgeFunction)}


def test_an_environment_without_the_distribution_has_none_of_its_functions(plans: Path) -> None:
    changed(plans, 'dev = ["dev.kimmyai.io"], ', "")
    inventory = load("dev", plans)
    for kind in (Distribution, EdgeFunction, EdgeRole, EdgeAssociations):
        assert inventory.of(kind) == []
    assert [naming.own for naming in inventory.of(EdgeFunctionNaming)] == [()]


def test_functions_of_another_plan_run_as_the_same_role(plans: Path) -> None:
    """It is declared once, and a distribution runs what any plan declares for it."""
    section = (
        '\n[edge_functions]\nnaming = "bbws-*-{env}"\ntolerates = ["bbws-old-{env}"]\nruntime = "nodejs22.x"\n'
        'role = "lambda-edge-execution-role-{env}"\nfunctions = [\n' + RESIZE.replace('"images"', '"site"') + "]\n"
    )
    (plans / P05).write_text((plans / P05).read_text("utf-8") + section, "utf-8")
    inventory = load("sit", plans)
    assert [(role.name, role.plan) for role in inventory.of(EdgeRole)] == [("lambda-edge-execution-role-sit", "05")]
    (associations,) = inventory.of(EdgeAssociations)
    assert ("/thumbs/*", "origin-response", "bbws-resize-sit") in associations.declared
    assert len(associations.declared) == len(DECLARED) + 1
    namings = {naming.plan: naming for naming in inventory.of(EdgeFunctionNaming)}
    assert namings["05"].own == ("bbws-resize-sit",)
    for naming in namings.values():
        assert (naming.tolerated, len(naming.declared)) == ({"bbws-old-sit"}, len(DECLARED) + 1)


BROKEN = [
    Broken("no such distribution", P06, 'distribution = "site"', 'distribution = "sites"',
           ("edge_functions.functions[0].distribution: found 'sites'", "expected one of site", "did you mean site?")),
    Broken("no such event", P06, 'event = "viewer-response"', 'event = "viewer_response"',
           ("edge_functions.functions[0].event: found 'viewer_response'",
            "'viewer-request', 'origin-request', 'origin-response' or 'viewer-response'")),
    Broken("function twice", P06, HEADERS, HEADERS * 2,
           ("edge_function bbws-security-headers-sit: found twice", "expected once")),
    Broken("function twice at two events", P06, HEADERS, HEADERS + HEADERS.replace("viewer-response", "origin-response"),
           ("edge_function bbws-security-headers-sit: found twice", "expected once")),
    Broken("two functions at an event", P06, 'event = "origin-request"', 'event = "viewer-request"',
           ("edge_functions.functions: found bbws-url-rewrite-sit and bbws-auth-validation-sit",
            "at viewer-request of the behaviour * of site, expected one function")),
    Broken("two functions at an event of a behaviour in two ways of writing", P06, HEADERS,
           HEADERS + HEADERS.replace("headers", "more").replace("viewer-response", 'viewer-request", behaviour = "redirect/*'),
           ("found bbws-security-more-sit and bbws-redirects-sit at viewer-request of the behaviour /redirect/*",)),
    Broken("bad name", P06, '"bbws-security-headers-{env}"', '"bbws.security.headers-{env}"',
           ("edge_functions.functions[0].name: found 'bbws.security.headers-{env}'", "a function's name: 1 to 64 letters")),
    Broken("name too long", P06, '"bbws-security-headers-{env}"', f'"{"x" * 65}"',
           ("edge_functions.functions[0].name: found", "a function's name: 1 to 64 letters")),
    Broken("another placeholder", P06, '"bbws-security-headers-{env}"', '"bbws-security-headers-{stage}"',
           ("edge_functions.functions[0].name: found", "a function's name")),
    Broken("empty behaviour", P06, 'behaviour = "/redirect/*"', 'behaviour = ""',
           ("edge_functions.functions[3].behaviour: found ''", "a text that is not empty")),
    Broken("no function", P06, "functions = [\n", "functions = []\nmore = [\n", ("edge_functions", "more", "expected")),
    Broken("no runtime", P06, 'runtime = "nodejs20.x"\n', "", ("edge_functions.runtime: found nothing", "the key is required")),
    Broken("no role", P06, 'role = "lambda-edge-execution-role-{env}"\n', "", ("edge_functions.role: found nothing",)),
    Broken("unknown key", P06, HEADERS, HEADERS.replace("event =", "trigger ="),
           ("edge_functions.functions[0].trigger: found an unknown key", "expected one of", "event")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
