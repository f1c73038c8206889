"""What the suite's own tests share: a fence around the network, a small estate, and runs of the suite on it."""

from __future__ import annotations

import copy
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.loaders
import pytest

from fixtures.declared.cloudfront import Distribution
from fixtures.declared.edge_functions import EdgeFunction
from fixtures.declared.inventory import load
from fixtures.declared.network import Vpc
from fixtures.declared.tenants import Tenancy
from fixtures.dns.door import SETTING
from fixtures.facts.s3 import LOG_DELIVERY
from fixtures.http.door import CA_BUNDLES
from fixtures.simulation import Simulation, simulated
from fixtures.simulation.alarms import Alarms, mute_rule
from fixtures.simulation.cloudfront import Distributions, kept, listed
from fixtures.simulation.edge_functions import Functions, build_function
from fixtures.simulation.metrics import measure
from fixtures.simulation.network import built
from fixtures.simulation.tenants import Tenancies, gateway
from fixtures.simulation.traffic import traffic
from reports.provenance import Commit
from tests.verdicts import WITHOUT

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "small_plans"
pytest_plugins = ["pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-fault", action="store_true", help="judge every named fault (ten minutes more)")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only the loopback interface may be reached."""
    connect, sendto = socket.socket.connect, socket.socket.sendto

    def demand_near(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")

    def fenced(self: socket.socket, address: Any) -> None:
        demand_near(self, address)
        connect(self, address)

    def fenced_sendto(self: socket.socket, *told: Any) -> int:
        demand_near(self, told[-1])
        return sendto(self, *told)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", fenced)
        patch.setattr(socket.socket, "sendto", fenced_sendto)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_settings() -> Iterator[None]:
    """Nothing of the machine's own settings of AWS, of proxies, authorities and name servers reaches a test, nor what makes a
    terminal or a CI job look otherwise."""
    others = {"CI", "BUILD_NUMBER", "FORCE_COLOR", "PY_COLORS", "PYTEST_ADDOPTS", SETTING, *CA_BUNDLES}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy") or name in others]:
            patch.delenv(name)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="module")
def small_estate() -> Iterator[Simulation]:
    """The healthy PROD estate of the small plans: two tables with their replicas, two buckets with their copies, a site, and
    beside them what is not the project's. One per module: a process has one estate at a time."""
    with simulated(load("prod", SMALL)) as estate:
        for region in ("af-south-1", "eu-west-1"):
            estate.client("dynamodb", region).create_table(
                TableName="foreign", BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            )  # fmt: skip
        s3 = estate.client("s3", "us-east-1")
        s3.create_bucket(Bucket="foreign")
        for bucket in ("bbws-templates-prod", "bbws-logs-prod"):  # so that it is asked whether ACLs count
            acl = s3.get_bucket_acl(Bucket=bucket)
            group = {"Type": "Group", "URI": LOG_DELIVERY}
            grants = [*acl["Grants"], *({"Grantee": group, "Permission": permission} for permission in ("WRITE", "READ_ACP"))]
            s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy={"Owner": acl["Owner"], "Grants": grants})
        build_function(estate, "foreign", "us-east-1", "nodejs20.x", "foreign")
        estate.gaps.memory(Functions).tags["us-east-1", "foreign"] = {}
        for distribution in estate.inventory.of(Distribution):  # so that it is asked where its logs go, and what splits its traffic
            config = kept(estate, distribution)["DistributionConfig"]
            config |= {"ContinuousDeploymentPolicyId": "old"}
            config["Logging"] |= {"Enabled": True, "Bucket": "foreign.s3.amazonaws.com"}
            memory = estate.gaps.memory(Distributions)
            memory.continuous["old"] = {"StagingDistributionDnsNames": listed([]), "Enabled": False}
            foreign = f"arn:aws:cloudfront::{distribution.account}:distribution/E1"
            memory.by_id["E1"] = {**kept(estate, distribution), "Id": "E1", "ARN": foreign}
            memory.by_id["E1"]["DistributionConfig"] = {**config, "Aliases": listed([])}
            memory.tags[foreign] = []
            for name in ("LambdaExecutionError", "LambdaValidationError", "LambdaLimitExceededErrors"):
                traffic(estate, distribution, name, [])  # so that errors of the edge are summed over regions
        for function in estate.inventory.of(EdgeFunction):
            for name, values in (("Errors", [0.0]), ("Invocations", [90.0])):
                dimensions = {("FunctionName", f"us-east-1.{function.name}")}
                measure(estate.gaps, (function.account, "eu-west-1"), "AWS/Lambda", name, dimensions, values)
        ecs = estate.client("ecs", "af-south-1")
        ecs.create_cluster(clusterName="foreign")
        ecs.register_task_definition(
            family="foreign", cpu="256", memory="512",  # in no VPC, for which moto would make an interface
            containerDefinitions=[{"name": "foreign", "image": "foreign", "memory": 512}],
        )  # fmt: skip
        ecs.run_task(cluster="foreign", taskDefinition="foreign", launchType="FARGATE", group="family:foreign")
        estate.gaps.memory(Alarms).mutes["af-south-1", "foreign"] = mute_rule(
            estate, "af-south-1", "foreign", "SCHEDULED", "foreign"
        )
        for vpc in estate.inventory.of(Vpc):  # so that it is asked what instances are started with
            subnet = built(estate, vpc).private[0]
            estate.client("ec2", vpc.region).run_instances(
                ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=subnet, UserData="#!/bin/bash"
            )
        for tenancy in estate.inventory.of(Tenancy):  # so that it is asked where a transit gateway's routes lead
            gateway(estate, tenancy.region, {built(estate, tenancy.vpc).id: tenancy.vpc.cidr})
            key = estate.client("kms", tenancy.region).create_key()["KeyMetadata"]["Arn"]
            estate.gaps.memory(Tenancies).tags[key] = {tenancy.tag: "alpha"}  # so that it is asked who may use it
        yield estate


@dataclass
class Ended:
    """A run of the suite that ended. `sign_off` is {} where it wrote no report."""

    status: int
    output: str
    directory: Path
    sign_off: dict[str, Any]

    def checks(self, *verdicts: str) -> set[str]:
        """The ids of the tests whose checks have one of the verdicts."""
        return {check["node"] for check in self.sign_off["checks"] if check["verdict"] in verdicts}

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.directory / "evidence.jsonl").read_text().splitlines()]


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., Ended]:
    """Run the suite as people do, in a process of its own: `suite("--env", "sit", environ={...})`."""

    def run(
        *arguments: str, environ: Mapping[str, str] | None = None, cwd: Path = ROOT, timeout: float = 120, cache: bool = False
    ) -> Ended:
        directory = tmp_path / "report"
        plugins = [] if cache else ["-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *plugins, f"--report-dir={directory}", *arguments]
        ended = subprocess.run(
            command, cwd=cwd, env={**os.environ, **(environ or {})}, capture_output=True, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip
        report = directory / "sign-off.json"
        sign_off = json.loads(report.read_text()) if report.exists() else {}
        return Ended(ended.returncode, ended.stdout + ended.stderr, directory, sign_off)

    return run


LOADER = botocore.loaders.create_loader


@functools.cache
def _shared_loader(*search_paths: str) -> Any:
    return LOADER(*search_paths)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause between the attempts of a call, service models that are read only once, no machine images in moto."""
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    monkeypatch.setattr("botocore.session.create_loader", lambda *paths: copy.copy(_shared_loader(*paths)))


@pytest.fixture
def suite_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: None) -> Callable[..., Ended]:
    """Run the suite in this process: `suite_inside(estate, plugins=[...])`, on the small plans unless told. `output` stays empty.

    For tests of the verdict, of which there are hundreds: the reports of other plugins and git are left out.
    """
    monkeypatch.setattr("reports.plugin.commit_of", lambda root, paths: Commit("0" * 40, ""))

    def run(estate: Simulation, plans: Path = SMALL, plugins: Sequence[object] = ()) -> Ended:
        for name, value in estate.settings().items():
            monkeypatch.setenv(name, value)
        environment, directory = estate.inventory.environment, tmp_path / "report"
        status = pytest.main([
            "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), *WITHOUT,
            "--assert=plain", "--capture=no", "-q", "--no-summary", "--tb=no", f"--env={environment.name}",
            f"--plans={plans}", f"--report-dir={directory}", *(str(ROOT / name) for name in environment.suites),
        ], plugins=plugins)  # fmt: skip
        return Ended(int(status), "", directory, json.loads((directory / "sign-off.json").read_text()))

    return run


@pytest.fixture(scope="session")
def own_plan(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], Path]:
    """A directory with one of the small plans alone, and those that it needs; with all of them for None."""

    @functools.cache
    def directory(number: str | None) -> Path:
        if number is None:
            return SMALL
        plans = load("sit", SMALL).plans
        needed, left = set[str](), [number]
        while left:
            needed.add(one := left.pop())
            left += set(plans[one].needs) - needed
        made = tmp_path_factory.mktemp(f"plan{number}")
        for path in [SMALL / "environments.toml", *(path for one in needed for path in SMALL.glob(f"{one}_*.toml"))]:
            shutil.copy(path, made)
        return made

    return directory
