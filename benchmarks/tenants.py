"""How long it takes to judge every ordered pair of tenants, and how much memory: `python benchmarks/tenants.py [--tenants 200]`.

Each tenant has a group of its own and a host in each of three subnets, behind one load balancer and before one database.
`isolated`: nobody reaches anybody. `chained`: each reaches the next one alone, so that the last is 199 steps from the first.
`open`: every group lets in everything, on a port of its own, so that no two are alike. The exit status is 1 where a pair is missed,
or where one of them takes more than 5 s of CPU or 500 MiB.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from checks.reachability import paths
from fixtures.facts.tenants import Acl, AclEntry, Group, Interface, Route, Rule, Subnet, Topology

KINDS = ("isolated", "chained", "open")
SECONDS, MIB = 5, 500


def measure(kind: str, tenants: int) -> bool:
    """Judge one network, print what it took, and say whether all was as it must be."""
    every = (0, 65535)
    out, acl = (Rule(-1, *every, "0.0.0.0/0"),), (AclEntry(100, True, -1, *every, "0.0.0.0/0"),)
    groups, interfaces = {"sg-front": Group("sg-front", "front", (Rule(6, 443, 443, "0.0.0.0/0"),), out)}, []
    for n in range(tenants):
        rules = [Rule(6, 8080, 8080, "sg-front")]
        if kind == "open":
            rules.append(Rule(6, 1000 + n, 1000 + n, "10.0.0.0/16"))
        if kind == "chained" and n:
            rules.append(Rule(6, 1000, 1000, f"sg-{n - 1}"))
        groups[f"sg-{n}"] = Group(f"sg-{n}", f"tenant-{n}", tuple(rules), out)
        for zone in range(3):
            address = f"10.0.{zone}.{n + 10}"
            interfaces.append(Interface(f"eni-{n}-{zone}", f"subnet-{zone}", (address,), (f"sg-{n}",), (f"tenant-{n}",), True))
    groups["sg-store"] = Group("sg-store", "store", tuple(Rule(6, 3306, 3306, f"sg-{n}") for n in range(tenants)), out)
    subnets = {f"subnet-{zone}": Subnet("vpc-1", "acl-1", "rtb-1") for zone in range(3)}
    tables = {"rtb-1": (Route("10.0.0.0/16", "local"), Route("0.0.0.0/0", "nat-1"))}
    network = Topology(tuple(interfaces), groups, subnets, {"acl-1": Acl(acl, acl)}, tables, {}, {}, {}, {}, {})

    started = time.process_time()  # the clock of a machine that others use tells of them
    found = paths(network)
    told = sum(len(each.steps) for each in found[:1000])
    seconds = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pairs = tenants * (tenants - 1)
    expected = {"isolated": 0, "chained": pairs // 2, "open": pairs}[kind]
    what = f"{kind:9} {pairs:>7,} pairs {len(found):>7,} paths, {told:,} steps of the first 1,000 told"
    print(f"{what} {seconds:6.2f} s of CPU {memory:5.0f} MiB")
    return len(found) == expected and seconds < SECONDS and memory < MIB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tenants", type=int, default=200)
    parser.add_argument("--kind", choices=KINDS)
    options = parser.parse_args()
    if options.kind:
        return not measure(options.kind, options.tenants)
    # Each in a process of its own, whose memory is then its own.
    each = [[sys.executable, __file__, "--kind", kind, "--tenants", str(options.tenants)] for kind in KINDS]
    return max([subprocess.run(command, check=False).returncode for command in each])


if __name__ == "__main__":
    sys.exit(main())
