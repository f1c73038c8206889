"""The file systems that the plans declare for each environment, and that a mistake in them is refused in one line."""

from __future__ import annotations

from pathlib import Path

from fixtures.declared.efs import FileSystem, FileSystemNaming
from fixtures.declared.inventory import Inventory, load
from fixtures.declared.network import Vpc
from tests.declared.mistakes import Broken, demand_refusal, each

P07 = "07_ecs_terraform.toml"
ENTRY = '{ name = "bbws-efs-{env}", vpc = "bbws-{env}", tls = true }'
UPLOADS = '{ name = "bbws-uploads-{env}", vpc = "bbws-{env}", zones = 3, tls = false, access_points = ["web-{env}"] }'


def changed(plans: Path, this: str, that: str) -> None:
    path = plans / P07
    text = path.read_text("utf-8")
    assert this in text
    path.write_text(text.replace(this, that), "utf-8")


def test_file_systems(inventory: Inventory) -> None:
    env, account, region = inventory.environment.name, inventory.environment.account, inventory.environment.region
    (found,) = inventory.of(FileSystem)
    assert (found.name, found.id, found.region, found.account, found.plan) == (
        f"bbws-efs-{env}", f"bbws-efs-{env}", region, account, "07",
    )  # fmt: skip
    assert (found.zones, found.tls, found.access_points) == (2, True, ())
    assert found.stands_on == (found.vpc,) == tuple(inventory.of(Vpc))
    assert found.arns == (f"arn:aws:elasticfilesystem:{region}:{account}:file-system/*",)
    assert found.metrics == {"AWS/EFS": {"FileSystemId": ""}}


def test_which_file_systems_are_the_projects(inventory: Inventory, plans: Path) -> None:
    env = inventory.environment.name
    (naming,) = inventory.of(FileSystemNaming)
    assert (naming.name, naming.own, naming.tolerated, naming.project) == (
        f"bbws-*-{env}",
        (f"bbws-efs-{env}",),
        frozenset(),
        "bbws",
    )
    changed(plans, "[efs]\n", '[efs]\ntolerates = ["bbws-old-{env}"]\n')
    assert [each.tolerated for each in load(env, plans).of(FileSystemNaming)] == [{f"bbws-old-{env}"}]


def test_another_file_system_is_a_line_in_a_plan_file(plans: Path) -> None:
    changed(plans, ENTRY, f"{ENTRY}, {UPLOADS}")
    _, uploads = load("sit", plans).of(FileSystem)
    assert (uploads.name, uploads.zones, uploads.tls, uploads.access_points) == ("bbws-uploads-sit", 3, False, ("web-sit",))


def test_an_environment_without_the_vpc_has_none_of_its_file_systems(plans: Path) -> None:
    changed(plans, 'dev = "10.1.0.0/16", ', "")
    assert load("dev", plans).of(FileSystem) == []


BROKEN = [
    Broken("no such VPC", P07, ENTRY, ENTRY.replace("bbws-{env}", "bbws-vpc-{env}"),
           ("efs.file_systems[0].vpc: found 'bbws-vpc-{env}'", "expected one of bbws-{env}")),
    Broken("no name", P07, ENTRY, ENTRY.replace('name = "bbws-efs-{env}", ', ""),
           ("efs.file_systems[0].name: found nothing", "the key is required")),
    Broken("nothing said of TLS", P07, ENTRY, ENTRY.replace(", tls = true", ""),
           ("efs.file_systems[0].tls: found nothing", "the key is required")),
    Broken("TLS as a text", P07, ENTRY, ENTRY.replace("true", '"yes"'), ("efs.file_systems[0].tls: found 'yes'", "expected")),
    Broken("no zone", P07, ENTRY, ENTRY.replace("tls", "zones = 0, tls"), ("efs.file_systems[0].zones: found 0", "expected")),
    Broken("twice", P07, ENTRY, f"{ENTRY}, {ENTRY}", ("file_system bbws-efs-sit: found twice", "expected once")),
    Broken("unknown key", P07, ENTRY, ENTRY.replace("tls", "ssl"),
           ("efs.file_systems[0].ssl: found an unknown key", "expected one of", "tls")),
    Broken("none", P07, f"file_systems = [{ENTRY}]", "file_systems = []", ("efs.file_systems: found []", "expected")),
]  # fmt: skip


@each(BROKEN)
def test_a_mistake_is_refused_with_file_key_found_and_expected(plans: Path, broken: Broken) -> None:
    demand_refusal(plans, broken)
