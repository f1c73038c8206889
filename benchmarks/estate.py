"""The simulated estate of one environment in a process of its own, until its standard input is closed.

    python -m benchmarks.estate sit [plans]

Prints the environment variables that point an AWS SDK at it, as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fixtures.declared.inventory import load
from fixtures.options import PLANS
from fixtures.simulation import simulated


def main(env: str, plans: str | None = None) -> None:
    """Build the estate, say where it is, and keep it."""
    with simulated(load(env, Path(plans) if plans else PLANS)) as estate:
        print(json.dumps(estate.settings()), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
