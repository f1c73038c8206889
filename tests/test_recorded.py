"""The tool that reads every fact against recorded answers: what it takes for understood, for none and for not understood."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.aws.responses import demand_types
from fixtures.declared.dynamodb import Replica, Table
from fixtures.declared.resources import KINDS
from fixtures.declared.s3 import Bucket
from fixtures.facts import FACTS
from fixtures.subjects import modules
from tests import recorded

modules("fixtures.facts")

CREATED = {"__class__": "datetime", "year": 2020, "month": 5, "day": 4, "hour": 3, "minute": 2, "second": 1, "microsecond": 0}
DESCRIBED = {
    "TableName": "books",
    "TableArn": "arn:aws:dynamodb:eu-north-1:111122223333:table/books",
    "TableStatus": "ACTIVE",
    "KeySchema": [{"AttributeName": "isbn", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "isbn", "AttributeType": "S"}],
    "CreationDateTime": CREATED,
}
NO_POLICY = {"Error": {"Code": "NoSuchBucketPolicy", "Message": "none"}}
DENIED = {"Error": {"Code": "AccessDenied", "Message": "denied"}}
OLD_KEY = {
    "Arn": "arn:aws:kms:eu-north-1:111122223333:key/1",
    "KeyState": "Enabled",
    "KeyUsage": "ENCRYPT_DECRYPT",
}  # fmt: skip


def answer(operation: str, data: Any, status: int = 200, scenario: str = "library") -> dict[str, Any]:
    return {"operation": operation, "scenario": scenario, "status": status, "data": data}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Four answers: one understood, one that says none, one that nobody understands, one that is explained."""
    files = {
        "dynamodb": [answer("DescribeTable", {"Table": DESCRIBED})],
        "s3": [answer("GetBucketPolicy", NO_POLICY, 404), answer("GetBucketLogging", {"LoggingEnabled": {"TargetBucket": "logs"}})],
        "kms": [answer("DescribeKey", {"KeyMetadata": OLD_KEY})],
        "polly": [answer("DescribeVoices", {"Voices": []})],
    }
    return written(tmp_path, files)


def written(path: Path, files: dict[str, list[dict[str, Any]]]) -> Path:
    for service, answers in files.items():
        (path / f"{service}.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in answers), "utf-8")
    return path


def outcomes(path: Path, service: str, *answers: dict[str, Any]) -> dict[str, recorded.Outcome]:
    """The outcomes of the first answer, by fact."""
    read = recorded.recorded(written(path, {service: list(answers)}))
    return {each.fact: each for each in recorded.outcomes(read) if each.answer is read[0]}


def test_what_became_of_each_answer_is_told(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recorded.main([str(directory)]) == 1
    told = capsys.readouterr().out
    rows = [line.split() for line in told.partition("\n\n")[0].splitlines()[1:]]
    counted = {operation: [int(word) for word in counts] for operation, _, *counts in rows}
    assert [counted[each] for each in ("dynamodb:DescribeTable", "s3:GetBucketPolicy")] == [[1, 1, 0, 0, 0], [1, 0, 1, 0, 0]]
    assert [counted[each] for each in ("kms:DescribeKey", "s3:GetBucketLogging")] == [[1, 0, 0, 1, 0], [1, 0, 0, 0, 1]]
    assert counted["all"] == [4, 1, 1, 1, 1]
    lacks = "the answer to s3:GetBucketLogging in af-south-1 lacks TargetPrefix, which AWS always sends"
    assert f"\ns3.jsonl:2 in library: access_log: {lacks}\n" in told
    assert "kms.jsonl:1 in library: key_description" in told
    assert "\n    explained: KeySpec: since 30 August 2021" in told
    assert told.endswith("\nbesides: 1 answers, to 1 operations, that no fact reads\n")


def test_what_is_explained_is_no_failure(directory: Path) -> None:
    (directory / "s3.jsonl").unlink()
    assert recorded.main([str(directory)]) == 0


def test_it_runs_as_a_script_and_as_a_module(directory: Path) -> None:
    root = Path(__file__).parents[1]
    for how in (["tests/recorded.py"], ["-m", "tests.recorded"]):
        ended = subprocess.run([sys.executable, *how, str(directory)], cwd=root, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stderr) == (1, "")
        assert "dynamodb:DescribeTable" in ended.stdout


# ---------------------------------------------------------------------------------------------- what is asked, and about what


def test_a_fact_is_asked_about_the_recorded_table(tmp_path: Path) -> None:
    found = recorded.recorded(written(tmp_path, {"dynamodb": [answer("DescribeTable", {"Table": DESCRIBED})]}))
    for kind in (Table, Replica):
        asked = recorded.asked_about(recorded.INVENTORY.of(kind)[0], found)
        table = asked.table if isinstance(asked, Replica) else asked
        assert (table.name, table.region, table.arn) == ("books", "eu-north-1", DESCRIBED["TableArn"])


def test_a_fact_is_asked_in_the_account_of_any_arn_and_about_a_bucket_by_its_name(tmp_path: Path) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": OLD_KEY["Arn"]}}
    encryption = answer("GetBucketEncryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})
    versions = answer("ListObjectVersions", {"Name": "shelf", "IsTruncated": False})
    found = recorded.recorded(written(tmp_path, {"s3": [encryption, versions]}))
    asked = recorded.asked_about(recorded.INVENTORY.of(Bucket)[0], found)
    assert (asked.name, asked.region, asked.account) == ("shelf", "eu-north-1", "111122223333")


def test_an_answer_of_another_type_than_the_model_gives_is_not_understood(tmp_path: Path) -> None:
    found = outcomes(tmp_path, "s3", answer("GetBucketPolicyStatus", {"PolicyStatus": {"IsPublic": "false"}}))
    assert found["policy_is_public"].reason == "s3:GetBucketPolicyStatus: PolicyStatus.IsPublic is str and not boolean"


def test_a_denial_is_explained_whatever_was_asked(tmp_path: Path) -> None:
    found = outcomes(tmp_path, "s3", answer("GetBucketTagging", DENIED, 403))
    assert {each.explained for each in found.values()} == {"whoever is denied has not looked"}


def test_an_absence_is_an_answer(tmp_path: Path) -> None:
    absent = {"Error": {"Code": "ResourceNotFoundException", "Message": "none"}}
    found = outcomes(tmp_path, "dynamodb", answer("DescribeTable", absent, 400))
    assert all(each.none and not each.reason for each in found.values()), found


def test_what_is_not_understood_beside_an_answer_is_not_blamed_on_it(tmp_path: Path) -> None:
    """The other answers of the scenario are taken while they are understood, and good ones where they are not."""
    tags = answer("ListTagsOfResource", {"Tags": [{"Key": "shelf", "Value": "3"}]})
    broken = answer("ListTables", {"TableNames": None})
    found = outcomes(tmp_path, "dynamodb", tags, broken)
    assert not [each for each in found.values() if each.reason]


def test_an_answer_that_is_not_asked_for_is_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recorded.GOOD, "dynamodb:ListTables", lambda _: {"TableNames": []})
    found = outcomes(tmp_path, "dynamodb", answer("ListTagsOfResource", {"Tags": []}))
    assert found["undeclared_tables"].reason == "not asked for beside the other answers: read without it"
    monkeypatch.delitem(recorded.GOOD, "dynamodb:ListTables")
    found = outcomes(tmp_path, "dynamodb", answer("ListTagsOfResource", {"Tags": []}))
    assert "needs an answer to dynamodb:ListTables, and neither the scenario nor GOOD has one" in found["undeclared_tables"].reason


def test_the_good_answers_are_of_the_models_types() -> None:
    for fact in FACTS.values():
        for operation in fact.reads & recorded.GOOD.keys():
            resource = recorded.INVENTORY.of(KINDS[fact.on])[0]
            demand_types(recorded._model(operation), recorded.GOOD[operation](resource))


# ---------------------------------------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        ("s3.jsonl", '{"operation": "GetBuck', "s3.jsonl:1: Unterminated string"),
        ("s3.jsonl", '{"operation": "GetBucketAcl", "status": 200, "data": {}}', "s3.jsonl:1: lacks scenario"),
        ("s3.jsonl", '{"operation": "GetBucketAcl", "scenario": "x", "status": 403, "data": {}}', "s3.jsonl:1: lacks Error"),
        ("s3.jsonl", "[]", "s3.jsonl:1: "),
        ("s3.jsonl", '{"operation": "x", "scenario": "x", "status": 200, "data": {"__class__": "datetime"}}', "s3.jsonl:1: "),
        (
            "books.jsonl",
            '{"operation": "x", "scenario": "x", "status": 200, "data": {}}',
            "books.jsonl:1: botocore knows no service",
        ),
        ("s3.txt", "", "found no file <service>.jsonl"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(
    tmp_path: Path, file: str, line: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / file).write_text(line, "utf-8")
    assert recorded.main([str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert (told.err.count("\n"), told.out) == (1, "")


def test_no_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recorded.main([str(tmp_path / "nowhere")]) == 2
    assert recorded.main([]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / 'nowhere'}: found no file <service>.jsonl",
        "usage: python tests/recorded.py DIR",
    ]


def test_answers_that_no_fact_reads_prove_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recorded.main([str(written(tmp_path, {"polly": [answer("DescribeVoices", {"Voices": []})]}))]) == 1
    assert capsys.readouterr().err == "no fact reads any of these answers\n"
