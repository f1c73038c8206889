"""Nothing but the declared reads leaves the process, whoever asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.simulation import Simulation
from tests.run.runs import PROD, ROOT, SMALL, Suite

CLIENTS = {
    "boto3.client": "boto3.client('dynamodb', region_name='eu-west-1')",
    "a session of its own": "boto3.Session(region_name='eu-west-1').client('dynamodb')",
    "a botocore session": "__import__('botocore.session').session.Session().create_client('dynamodb', 'eu-west-1')",
    "the door's client": "request.config.stash[READS].doors.aws._clients.client('dynamodb', 'eu-west-1')",
    "a resource": "boto3.resource('dynamodb', region_name='eu-west-1').meta.client",
    "a client that was there before": "before",
    "a session without handlers": (
        "__import__('botocore.session').session.Session(include_builtin_handlers=False).create_client('dynamodb', 'eu-west-1')"
    ),
}
WRITES = {
    "put_item": "client.put_item(TableName='orders-prod', Item={'order_id': {'S': '1'}})",
    "delete_table": "client.delete_table(TableName='orders-prod')",
    "get_item": "client.get_item(TableName='orders-prod', Key={'order_id': {'S': '1'}})",
    "a paginator": "list(client.get_paginator('scan').paginate(TableName='orders-prod'))",
    "a presigned URL": "client.generate_presigned_url('delete_table', Params={'TableName': 'orders-prod'})",
}
UNWATCHED = list(CLIENTS)[-2:]  # which send nothing either, but may sign


def test_calls_that_no_fact_declares_are_refused_before_they_are_sent(
    pytester: pytest.Pytester, small_estate: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every path to a client, and every kind of call; the estate's server would see what is sent."""
    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)
    refused: dict[str, str] = {}
    import boto3

    before = boto3.Session(region_name="eu-west-1").client("dynamodb")

    class Meddler:
        def pytest_runtest_setup(self, item: pytest.Item) -> None:
            from fixtures.aws.errors import Refused
            from fixtures.facts.reads import READS

            if refused:
                return
            for path, how in CLIENTS.items():
                client = eval(how, {"boto3": boto3, "request": item, "READS": READS, "before": before})
                sent: list[str] = []
                client.meta.events.register_last("before-send", lambda event_name, sent=sent, **_: sent.append(event_name))
                for call, what in list(WRITES.items())[: -1 if path in UNWATCHED else None]:
                    with pytest.raises(Refused, match="refused before it was sent"):
                        eval(what, {"client": client})
                    refused[f"{path}: {call}"] = str(sent)

    pytester.inline_run(
        "--rootdir",
        ROOT,
        "-c",
        ROOT / "pyproject.toml",
        "-q",
        "--no-summary",
        *PROD,
        f"--report-dir={pytester.path}",
        ROOT / "tests_prod",
        plugins=[Meddler()],
    )
    assert len(refused) == len(CLIENTS) * len(WRITES) - len(UNWATCHED)
    assert set(refused.values()) == {"[]"}


def test_listing_the_tests_sends_nothing_either(suite: Suite, settings: dict[str, str], checkout: Path) -> None:
    (checkout / "tests_sit/post_deployment/test_more.py").write_text(
        "import boto3\nboto3.client('dynamodb', region_name='eu-west-1').delete_table(TableName='orders-prod')\n"
    )
    ended = suite("--env=prod", f"--plans={SMALL}", "--collect-only", environ=settings, cwd=checkout)
    assert ended.status == 2 and "refused before it was sent" in ended.output


def test_a_fact_may_call_only_what_it_declares(small_estate: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    from fixtures.aws.door import Door
    from fixtures.aws.errors import Refused
    from fixtures.declared.inventory import load
    from fixtures.facts import FACTS, Doors, Reader, declared_reads

    for name, value in small_estate.settings().items():
        monkeypatch.setenv(name, value)
    door = Door(load("prod", SMALL).environment, declared_reads(FACTS))
    reader = Reader(Doors(door), FACTS["table_tags"])
    with pytest.raises(Refused):
        reader.read("dynamodb:DescribeTable", "eu-west-1", TableName="orders-prod")
    with pytest.raises(Refused):
        door.call("secretsmanager:GetSecretValue", "eu-west-1", {"SecretId": "x"})
    with pytest.raises(Refused):
        door.call("dynamodb:PutItem", "eu-west-1", {"TableName": "orders-prod", "Item": {}})
    assert door.calls() == []
