"""What a plan file says of its plan, and that a mistake in it is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.inventory import Inventory
from fixtures.options import PLANS
from tests.declared.mistakes import MINIMAL, P04, P06, P07, Broken, demand_refusal, each, refusal


def test_plans_and_what_was_read(inventory: Inventory) -> None:
    waves = {number: plan.wave for number, plan in inventory.plans.items()}
    assert waves == {"01": 1, "02": 1, "03": 1, "04": 2, "05": 2, "06": 2, "07": 2}
    assert [number for number, plan in inventory.plans.items() if plan.inventory == "complete"] == ["04", "05", "06", "07"]
    assert inventory.wave("04") == 2
    assert inventory.wave(None) is None
    assert inventory.tags["Environment"] == inventory.environment.name
    assert len(inventory.conflicts) == 9
    assert set(inventory.digests) == {"environments.toml", *(path.name for path in PLANS.glob("*.toml"))}


BROKEN = [
    Broken("unknown key", P04, "wave = 2", 'wave = 2\ncolour = "red"',
            ("colour: found an unknown key", "expected one of", "wave")),
    Broken("missing key", P04, 'owner = "DevOps"\n', "", ("owner: found nothing", "expected a value")),
    Broken("number as a number", P04, 'number = "04"', "number = 4", ("number: found 4", 'expected two digits as text, "04"')),
    Broken("number of one digit", P04, 'number = "04"', 'number = "4"', ("number: found '4'", "expected")),
    Broken("wave as text", P04, "wave = 2", 'wave = "2"', ("wave: found '2'", "expected a valid integer")),
    Broken("wave zero", P04, "wave = 2", "wave = 0", ("wave: found 0", "expected", "greater than or equal to 1")),
    Broken("dangling need", P06, 'needs = ["04", "05"]', 'needs = ["04", "005"]',
            ("needs: found '005'", "expected one of 01, 02", "did you mean 05?")),
    Broken("layer of no subject", P07, 'subjects = ["efs"]', 'subjects = ["eks"]',
            ("layers[2].subjects: found 'eks'", "did you mean efs?")),
    Broken("subject in two layers", P07, 'subjects = ["efs"]', 'subjects = ["redis"]',
            ("layers with each subject once", "'redis'")),
    Broken("layer twice", P07, 'name = "storage"', 'name = "network"', ("layers with each name once", "'network'")),
    Broken("need of itself", P06, 'needs = ["04", "05"]', 'needs = ["06"]',
            ("needs: found the circle 06 -> 06", "expected an order")),
    Broken("circle of needs", P04, "needs = []", 'needs = ["06"]',
            ("needs: found the circle", "04", "06", "expected an order")),
    Broken("duplicate plan number", "04_second.toml", "", MINIMAL.format("04"),
            ("number: found '04'", "expected another", P04)),
    Broken("number that is not the file's", P04, 'number = "04"', 'number = "08"',
           ("number: found '08'", "expected the number that the file's name begins with")),
    Broken("no such environment in the schedule", P04, "[schedule]\nsit =", "[schedule]\nsti =",
           ("schedule.sti: found 'sti'", "expected one of dev, prod, sit", "did you mean sit?")),
    Broken("no such environment in the cost", P04, "[cost]\nsit =", "[cost]\nstage =",
            ("cost.stage: found 'stage'", "expected one of dev, prod, sit")),
    Broken("cost from more than to", P04, "[100, 300]", "[300, 100]",
            ("cost.sit: found [300", "100", "expected [from, to]")),
    Broken("cost below zero", P04, "[100, 300]", "[-1, 300]", ("cost.sit: found [-1", "expected [from, to]")),
    Broken("cost of one number", P04, "[100, 300]", "[100]", ("cost.sit: found [100]", "expected", "2")),
    Broken("date without a time", P04, "sit = 2026-01-13T09:00:00", "sit = 2026-01-13",
            ("schedule.sit: found 2026-01-13, expected a date and a time, such as 2026-01-13T09:00:00",)),
    Broken("not TOML", P04, 'project = "dynamodb_schemas"', "project = dynamodb_schemas",
            ("found broken TOML", "expected TOML", "line 3")),
    Broken("key twice", P04, "wave = 2", "wave = 2\nwave = 2", ("found broken TOML", "expected TOML")),
    Broken("empty file", P04, "", "\n", ("found nothing", "expected a value", "more)")),
    Broken("empty text", P04, 'owner = "DevOps"', 'owner = " "',
            ("owner: found ' '", "expected a text that is not empty")),
    Broken("complete plan without resources", "08_empty.toml", "", MINIMAL.format("08").replace("pending", "complete"),
           ("found keys", "expected a plan that declares no resource to say inventory = \"pending\"")),
    Broken("inventory of another word", P04, '"complete"', '"done"',
            ("inventory: found 'done'", "expected 'complete' or 'pending'")),
    Broken("no approver", P04, '["Tech Lead", "DevOps Lead", "DBA", "FinOps Lead"]', "[]",
            ("approvers: found []", "expected")),
    Broken("mistyped name of a file", "conflict.toml", "", "[[conflict]]\n", ("found", "expected")),
    Broken("name without a number", "dynamodb.toml", "", MINIMAL.format("08"),
            ("number: found '08'", "expected the number that the file's name")),
    Broken("conflict without an outcome", "conflicts.toml", 'followed = "7"', "",
            ("conflict[5].followed: found nothing", "expected a value")),
    Broken("key of two lines", P04, "[schedule]\n", '[schedule]\n"a\\nb" = 2026-01-13T09:00:00\n',
            ("schedule", "found", "expected one of dev, prod, sit")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)


def test_a_file_that_is_not_utf_8(plans: Path) -> None:
    (plans / P04).write_bytes(b'owner = "Andr\xe9"')
    told = refusal("sit", plans)
    assert P04 in told
    assert "found bytes that are not UTF-8 at 13, expected TOML" in told


def test_a_directory_in_place_of_a_file(plans: Path) -> None:
    (plans / "08_directory.toml").mkdir()
    assert "08_directory.toml: found no readable file" in refusal("sit", plans)
