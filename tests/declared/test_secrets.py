"""The secrets that the plans declare, and mistakes in declaring them."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.inventory import Inventory, load
from fixtures.declared.secrets import Secret
from tests.declared.mistakes import Broken, demand_refusal, each

P07 = "07_ecs_terraform.toml"
SMALL = Path(__file__).parents[1] / "small_plans"


def test_a_secret_stands_where_it_is_named(inventory: Inventory) -> None:
    env = inventory.environment
    found = [(each.name, each.region, each.account, each.plan) for each in inventory.of(Secret)]
    assert found == ([("bbws-aurora-prod", "af-south-1", env.account, "07")] if env.name == "prod" else [])


def test_how_it_is_kept() -> None:
    (prod,), (sit,) = (load(env, SMALL).of(Secret) for env in ("prod", "sit"))
    assert (prod.customer_key, prod.rotation_days, prod.replicas) == (True, 30, ("eu-west-1",))
    assert sit.replicas == (), "which has no DR region"
    assert prod.arns == ("arn:aws:secretsmanager:af-south-1:093646564004:secret:bbws-aurora-prod-??????",)


NAMED = 'name = { prod = "bbws-aurora-{env}" }'
BROKEN = [
    Broken("a bad name", P07, NAMED, 'name = { prod = "bbws aurora" }', ("secrets.secrets[0].name.prod", "a secret's name")),
    Broken("a name for all", P07, NAMED, 'name = "bbws-aurora"', ("secrets.secrets[0].name", "'bbws-aurora'")),
    Broken("an unknown environment", P07, NAMED, 'name = { uat = "bbws-aurora" }', ("uat",)),
    Broken("no days", P07, NAMED, NAMED + ", rotation_days = 0", ("secrets.secrets[0].rotation_days: found 0",)),
    Broken("a value", P07, NAMED, NAMED + ', value = "staple"', ("secrets.secrets[0].value: found an unknown key",)),
    Broken("twice", P07, f"[{{ {NAMED} }}]", f"[{{ {NAMED} }}, {{ {NAMED} }}]", ("secret bbws-aurora-prod: found twice",), "prod"),
    Broken("none", P07, f"[{{ {NAMED} }}]", "[]", ("secrets.secrets: found []",)),
]


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
