"""The reads of a run, made by boto3 alone: what the suite is measured against.

    python benchmarks/bare_boto3.py calls.json

`calls.json` is a list of calls: service, operation, parameters, region, signed. One client for each service and region,
made once; 32 threads; every body read. An error that AWS answers is an answer, as it is to the suite.
"""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

THREADS = 32


def main(path: Path) -> None:
    """Make the calls."""
    calls = json.loads(path.read_text("utf-8"))
    session: Any = boto3.Session()
    clients: dict[tuple[str, str, bool], Any] = {}
    for call in calls:
        key = call["service"], call["region"], call["signed"]
        if key not in clients:
            signature = None if call["signed"] else UNSIGNED
            config = Config(max_pool_connections=THREADS, signature_version=signature)
            clients[key] = session.client(call["service"], region_name=call["region"], config=config)
            clients[key].meta.events.register("before-call.s3-control", _without_account)

    def make(call: dict[str, Any]) -> str:
        client = clients[call["service"], call["region"], call["signed"]]
        try:
            answer = getattr(client, _method(client, call["operation"]))(**_parameters(call))
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        if hasattr(answer.get("Body"), "read"):
            answer["Body"].read()
        return ""

    with ThreadPoolExecutor(THREADS) as pool:
        errors = list(pool.map(make, calls))
    print(json.dumps({"calls": len(errors), "errors": sum(map(bool, errors))}))


def _without_account(params: dict[str, Any], **_: Any) -> None:
    # An account number cannot stand in front of the IP address of the simulated estate.
    params["url"] = re.sub(r"//\d{12}\.", "//", params["url"], count=1)


def _method(client: Any, operation: str) -> str:
    names: dict[str, str] = client.meta.method_to_api_mapping
    return next(name for name, known in names.items() if known == operation)


def _parameters(call: dict[str, Any]) -> dict[str, Any]:
    times = ("StartTime", "EndTime")
    return {name: datetime.fromisoformat(value) if name in times else value for name, value in call["parameters"].items()}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
