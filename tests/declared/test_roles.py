"""The roles that the plans declare, and mistakes in declaring them."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.edge_functions import EdgeRole
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.plans import Place
from fixtures.declared.roles import AskedEntry, Role, Roles, Trust
from fixtures.declared.secrets import Secret
from tests.declared.mistakes import Broken, demand_refusal, each

P07 = "07_ecs_terraform.toml"
SMALL = Path(__file__).parents[1] / "small_plans"


def test_the_roles_of_a_task(inventory: Inventory) -> None:
    env = inventory.environment
    task, execution = (each for each in inventory.of(Role) if each.plan == "07")
    assert (task.name, execution.name) == (f"bbws-ecs-task-{env.name}", f"bbws-ecs-execution-{env.name}")
    assert {each.region for each in (task, execution)} == {"us-east-1"}
    own = frozenset({("StringEquals", "aws:SourceAccount", frozenset({env.account}))})
    assert task.trusts == (Trust("Service", "ecs-tasks.amazonaws.com", "sts:AssumeRole", own),)
    assert execution.trusts == (Trust("Service", "ecs-tasks.amazonaws.com", "sts:AssumeRole", frozenset()),)
    assert task.may[0].resources == (f"arn:aws:dynamodb:{env.region}:{env.account}:table/tenants-{env.name}",)
    assert task.may[1].resources == (f"arn:aws:s3:::bbws-tenant-assets-{env.name}/logo.png",)
    assert all(each.may and each.may_not for each in (task, execution))


def test_the_role_of_edge_functions_is_judged_as_one(inventory: Inventory) -> None:
    (declared,) = (each for each in inventory.of(Role) if each.plan == "06")
    (edge,) = inventory.of(EdgeRole)
    assert (declared.name, declared.region) == (edge.name, edge.region)
    assert edge.stands_on == (declared,)
    assert {each.principal for each in declared.trusts} == {"lambda.amazonaws.com", "edgelambda.amazonaws.com"}


def test_a_role_stands_on_the_secrets_that_it_asks_for() -> None:
    inventory = load("prod", SMALL)
    (role, *_) = inventory.of(Role)
    assert list(role.stands_on) == inventory.of(Secret)
    assert role.secret_arns == ("arn:aws:secretsmanager:af-south-1:093646564004:secret:bbws-aurora-prod-??????",)
    assert role.boundary == "arn:aws:iam::093646564004:policy/bbws-boundary-prod"
    assert load("prod").of(Role)[0].secret_arns == ()


def test_a_secret_is_asked_for_where_it_is_declared(inventory: Inventory) -> None:
    (execution,) = (each for each in inventory.of(Role) if each.name.startswith("bbws-ecs-execution-"))
    asked = [resource for each in execution.may for resource in each.resources if ":secret:" in resource]
    assert len(asked) == len(execution.secrets) == (inventory.environment.name == "prod")


GITHUB = "token.actions.githubusercontent.com"
EXTERNAL = {"StringEquals": {"sts:ExternalId": "e"}}
ROLES = {
    "roles": [
        {
            "name": "deployer-{env}",
            "trusts": [
                {
                    "federated": ["token.actions.githubusercontent.com"],
                    "conditions": {
                        "StringLike": {"token.actions.githubusercontent.com:sub": ["repo:bbws/infra:environment:{env}"]}
                    },
                },
                {
                    "principals": ["111122223333", "arn:aws:iam::111122223333:role/{env}"],
                    "conditions": {"StringEquals": {"sts:ExternalId": "e"}},
                },
            ],
        }
    ]
}


def place() -> Place:
    environment = load("sit").environment
    return Place(environment, "07", "bbws", ())


def test_whom_a_role_may_trust() -> None:
    (role,) = Roles.model_validate(ROLES).resources(place(), (), ())
    assert isinstance(role, Role)
    sub = ("StringLike", f"{GITHUB}:sub", frozenset({"repo:bbws/infra:environment:sit"}))
    external = frozenset({("StringEquals", "sts:ExternalId", frozenset({"e"}))})
    provider = f"arn:aws:iam::815856636111:oidc-provider/{GITHUB}"
    assert role.trusts == (
        Trust("Federated", provider, "sts:AssumeRoleWithWebIdentity", frozenset({sub})),
        Trust("AWS", "arn:aws:iam::111122223333:root", "sts:AssumeRole", external),
        Trust("AWS", "arn:aws:iam::111122223333:role/sit", "sts:AssumeRole", external),
    )
    assert (role.boundary, role.may, role.may_not, role.secrets) == ("", (), (), ())


def test_how_resources_are_written() -> None:
    own = "eu-west-1:815856636111"
    written = {
        "*": "*",
        "s3:bucket-{env}/a key": "arn:aws:s3:::bucket-sit/a key",
        "sqs:queue-{env}": f"arn:aws:sqs:{own}:queue-sit",
        "iam:role/task-{env}": "arn:aws:iam::815856636111:role/task-sit",
        "logs:log-group:/aws/ecs/x:log-stream:app": f"arn:aws:logs:{own}:log-group:/aws/ecs/x:log-stream:app",
        "arn:aws:kms:us-east-1:111122223333:key/1": "arn:aws:kms:us-east-1:111122223333:key/1",
    }
    for text, arn in written.items():
        entry = AskedEntry.model_validate(
            {"actions": ["s3:GetObject"], "resources": [text], "context": {"aws:RequestTag/x": "{env}"}}
        )
        assert entry.asked(place()).resources == (arn,)
        assert entry.asked(place()).context == (("aws:RequestTag/x", "sit"),)


TRUSTS = 'trusts = [{ services = ["ecs-tasks.amazonaws.com"], own_account = true }]'
TASK = '{ name = "bbws-ecs-task-{env}", trusts'
TABLE = '["dynamodb:table/tenants-{env}"] },\n    { actions = ["s3:GetObject"'
BROKEN = [
    Broken("a bad name", P07, '{ name = "bbws-ecs-task-{env}"', '{ name = "bbws ecs"', ("roles.roles[0].name", "a role's name")),
    Broken("trusts nobody", P07, TRUSTS, "trusts = [{ own_account = true }]", (
        "roles.roles[0].trusts: found nobody, expected services, federated or principals",)),
    Broken("trusts everybody", P07, TRUSTS, 'trusts = [{ principals = ["*"] }]', (
        "roles.roles[0].trusts[0].principals[0]: found '*'", "the ARN of one principal")),
    Broken("no trust", P07, TRUSTS, "trusts = []", ("roles.roles[0].trusts",)),
    Broken("an unknown key", P07, TRUSTS, 'trusts = [{ service = ["x"] }]', (
        "roles.roles[0].trusts[0].service: found an unknown key", "did you mean services?")),
    Broken("any action", P07, '"dynamodb:Query"', '"dynamodb:*"', ("roles.roles[0].may[0].actions[1]", "without a wildcard")),
    Broken("any resource of a kind", P07, TABLE, TABLE.replace("tenants-{env}", "*"), (
        "roles.roles[0].may[0].resources[0]", "without a wildcard")),
    Broken("any resource and one", P07, TABLE, TABLE.replace('["dynamodb', '["*", "dynamodb'), (
        "roles.roles[0].may[0].resources", '"*" alone')),
    Broken("another placeholder", P07, TABLE, TABLE.replace("{env}", "{account}"), ("roles.roles[0].may[0].resources[0]", "{env}")),
    Broken("twice", P07, TASK, TASK.replace("trusts", 'trusts = [{ services = ["x"] }] },\n  ') + TASK, ("found twice",)),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
