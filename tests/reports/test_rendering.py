"""The sign-off as HTML and Markdown: what it must say, in which order, and what no text from outside can do to it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from reports import html, markdown
from reports.groups import PILLARS, SEVERITIES, layers, unread_groups, what_blocks
from reports.sign_off import (
    MEANING,
    NOT_RUN,
    CheckResult,
    Conflict,
    Finding,
    PlanResult,
    Provenance,
    Scope,
    SignOff,
    Unread,
    Verdict,
    count,
    decide,
)

JSON_SHA256 = "5d" * 32
ACTIVE, RECOVERY, BUCKETS = "dynamodb.table-active", "dynamodb.point-in-time-recovery", "s3.versioning"
DENIED = "s3:GetEncryptionConfiguration"
FRESH = {"expected": "at most 3 hours old", "observed": "40 minutes (10:28 UTC)"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "{{7*7}}{% raw %}${7*7}",
    "name\u202egnp.exe\x00\x1b[31m\u2066",
    "row | cell\n| new | row |\n# heading @team `code` [a](https://evil.example) **b** <!-- ",
)
LONG = "x" * 100_000


# ---------------------------------------------------------------------------------------------- sign-offs to render


def node(id: str, resource: str) -> str:
    return f"tests_sit/post_deployment/test_x.py::test_{id.rpartition('.')[2]}[{resource}]"


def result(id: str = ACTIVE, resource: str = "campaigns-sit", verdict: Verdict = Verdict.PASS, **more: Any) -> CheckResult:
    given = {
        "id": id,
        "title": f"The good state of {id}.",
        "severity": "critical",
        "pillar": "reliability",
        "requirements": ("04.tables",),
        "plan": "04",
        "wave": 2,
        "phase": "post",
        "resource": resource,
        "region": "eu-west-1",
        "owner": "DevOps",
        "verdict": verdict,
        "seen": (Finding(resource=f"{resource} (eu-west-1)", **FRESH),) if verdict is Verdict.PASS else (),
        "fix": f"mend {id} and apply",
        "evidence": ("call-0007", "call-0012"),
        "node": node(id, resource),
    }
    return CheckResult.model_validate({**given, **more})


def failed(id: str, resource: str, observed: str = "DISABLED", **more: Any) -> CheckResult:
    problem = Finding(resource=f"{resource} (eu-west-1)", expected="ENABLED", observed=observed)
    return result(id, resource, Verdict.FAIL, problems=(problem,), **more)


def unread(
    id: str, resource: str, operation: str, reason: str, *, denied: bool = False, action: str = "", **more: Any
) -> CheckResult:
    cause = Unread(
        operation=operation,
        action=action or operation,
        region="eu-west-1",
        on=(f"arn:aws:s3:::{resource}",),
        denied=denied,
        reason=reason,
    )
    return result(id, resource, Verdict.INCONCLUSIVE, unread=cause, reason=f"{operation}: {reason}", **more)


def plan(number: str, project: str, wave: int, **more: Any) -> PlanResult:
    given = {
        "number": number,
        "project": project,
        "wave": wave,
        "verdict": "GO",
        "needs": (),
        "owner": "DevOps",
        "approvers": ("Tech Lead", "DevOps Lead"),
        "scheduled": datetime(2026, 1, 13, 9, 0),
        "cost": (100, 300),
        "pending": False,
        "not_looked_at": "",
        "counts": {Verdict.PASS: 8},
        "pillars": {"reliability": {Verdict.PASS: 6}, "security": {Verdict.PASS: 2}},
    }
    return PlanResult.model_validate({**given, **more})


def sign_off(*checks: CheckResult, **more: Any) -> SignOff:
    """A sign-off of these checks. What follows from them is computed, unless it is given."""
    incomplete = more.get("incomplete_because", ())
    verdict = decide(checks, incomplete)
    bad = sum(not check.good for check in checks)
    given = {
        "verdict": verdict,
        "headline": f"{verdict} for sit: "
        + (f"all {len(checks)} checks hold." if verdict == "GO" else f"{bad} of {len(checks)} checks do not hold."),
        "valid_for_sign_off": True,
        "invalid_because": (),
        "signs": ("readiness before the deployment",),
        "does_not_sign": ("the deployment (107 checks are not in scope)",),
        "incomplete_because": (),
        "simulated": False,
        "environment": "sit",
        "promoted_from": "dev",
        "account": "000011112222",
        "identity": "arn:aws:sts::000011112222:assumed-role/release-check/jane.doe@example.org",
        "regions": ("eu-west-1", "us-east-1"),
        "scope": Scope(
            expression="wave2 and post",
            waves=(2,),
            plans=("04", "05"),
            phases=("pre", "post"),
            expected=len(checks),
            collected=len(checks),
            outside={"soak": 12, "gate": 0},
        ),
        "started": datetime(2026, 1, 13, 9, 12, 4, tzinfo=UTC),
        "finished": datetime(2026, 1, 13, 9, 15, 41, tzinfo=UTC),
        "counts": count(checks),
        "plans": (plan("04", "dynamodb_schemas", 2), plan("05", "s3_schemas", 2)),
        "checks": checks,
        "conflicts": (Conflict(subject="soak", one="overview: 72 hours", other="master: 24 hours", followed="the longer of both"),),
        "provenance": Provenance(
            suite="environment-validation",
            version="0.1.0",
            repository="https://git.example/validation",
            commit="9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c",
            versions={"python": "3.11.9", "pytest": "9.2.0", "boto3": "1.44.5"},
            digests={"environments.toml": "a1" * 32, "04_dynamodb_schemas.toml": "b2" * 32},
            calls=212,
            evidence_sha256="c3" * 32,
        ),
    }
    return SignOff.model_validate({**given, **more})


def good_checks() -> list[CheckResult]:
    """What a small estate shows when all is well: with a rollback that is ready, and a waiver."""
    tables = ["campaigns-sit", "orders-sit", "products-sit", "tenants-sit", "users-sit"]
    restorable = {
        "requirements": ("rollback.dynamodb", "pre.rollback-tested"),
        "phase": "pre",
        "observations": ("restorable to any second from 2026-01-06 09:12 to 09:07 UTC",),
    }
    return [
        *(result(ACTIVE, table) for table in tables),
        *(result(RECOVERY, table, observations=("earliest 2026-01-06 09:12 UTC",)) for table in tables),
        *(result("dynamodb.restorable", table, **restorable) for table in tables),
        *(result(BUCKETS, bucket, plan="05") for bucket in ("bbws-templates-sit", "bbws-assets-sit")),
        result("account.budget", "000011112222", plan=None, wave=None, severity="medium"),
        result(
            "s3.access-logging",
            "bbws-assets-sit",
            Verdict.WAIVED,
            plan="05",
            severity="medium",
            problems=(Finding(resource="bbws-assets-sit", expected="a log bucket", observed="none"),),
            reason="accepted by Jane Doe until 2026-02-28: the log bucket comes with plan 07",
        ),
    ]


def go(**more: Any) -> SignOff:
    return sign_off(*good_checks(), **more)


def simulated(**more: Any) -> SignOff:
    return go(
        **{
            "simulated": True,
            "valid_for_sign_off": False,
            "invalid_because": ("the estate is simulated", "dirty work tree"),
            "signs": (),
            **more,
        }
    )


def no_go(**more: Any) -> SignOff:
    """Five tables without recovery, a missing table that blocks two checks, a read that was denied, plans that wait."""
    blocked = {"reason": f"{ACTIVE} failed for invoices-sit: no such table", "blocked_by": node(ACTIVE, "invoices-sit")}
    checks = [
        *(check for check in good_checks() if check.id != RECOVERY),
        *(failed(RECOVERY, f"{name}-sit", owner="Data team") for name in ("campaigns", "orders", "products", "tenants", "users")),
        failed(ACTIVE, "invoices-sit", "no such table; the closest existing name is invoice-sit"),
        result(RECOVERY, "invoices-sit", Verdict.BLOCKED, **blocked),
        result("dynamodb.tags", "invoices-sit", Verdict.BLOCKED, severity="medium", **blocked),
        failed("s3.lifecycle", "bbws-assets-sit", "no rule", plan="05", severity="medium"),
        result(
            "s3.encryption",
            "bbws-templates-sit",
            Verdict.INCONCLUSIVE,
            plan="05",
            severity="high",
            reason="only 40 of 100 requests were seen",
        ),
        *(
            unread(id, bucket, "s3:GetBucketEncryption", f"AccessDenied for {bucket}", denied=True, action=DENIED, plan="05")
            for id in ("s3.encryption", "s3.kms-key")
            for bucket in ("bbws-assets-sit", "bbws-orders-sit")
        ),
        unread(
            "s3.tags", "bbws-orders-sit", "s3:GetBucketTagging", "SlowDown, asked 5 times, " + "x" * 400 + " the end", plan="05"
        ),
    ]
    given = {
        "signs": (),
        "incomplete_because": ("plan 01 is in scope and its inventory is pending",),
        "plans": (
            plan(
                "01",
                "campaigns_lambda",
                1,
                needs=("04", "05"),
                verdict="NOT LOOKED AT",
                pending=True,
                counts={},
                pillars={},
                cost=None,
                scheduled=None,
                not_looked_at="the function, its API routes, alarms and soak",
            ),
            plan("04", "dynamodb_schemas", 2, verdict="NO-GO", counts={Verdict.PASS: 8, Verdict.FAIL: 6, Verdict.BLOCKED: 2}),
            plan("05", "s3_schemas", 2, verdict="NO-GO", counts={Verdict.PASS: 2, Verdict.FAIL: 1, Verdict.INCONCLUSIVE: 6}),
        ),
    }
    return sign_off(*checks, **{**given, **more})


STATED = {
    "table-active": ("critical", "reliability", "Every declared table exists in its region and is ACTIVE."),
    "recovery": ("critical", "reliability", "A bad write can be undone: point-in-time recovery is on and reaches back far enough."),
    "deletion-protection": ("critical", "reliability", "Nobody deletes a resource by accident: deletion protection is on."),
    "public-access": ("critical", "security", "Public access is blocked by all four flags, each set on it or on the account."),
    "encryption": ("critical", "security", "What is stored is encrypted with a KMS key of the account, which can be used."),
    "restorable": (
        "critical",
        "reliability",
        "What stands before the deployment can be restored for as long as a rollback may take.",
    ),
    "indexes": ("high", "reliability", "Every declared index exists with its keys and is ACTIVE, and no other stands beside them."),
    "recovery-point": ("high", "reliability", "There is a completed recovery point as recent as the schedule promises."),
    "backup-plan": ("high", "reliability", "A backup plan selects it, hourly, into the declared vault, and keeps what it makes."),
    "undeclared": ("high", "operational excellence", "Nothing of the project stands beside what is declared."),
    "on-demand": ("medium", "cost optimization", "Nothing is paid for that is not used: capacity is on demand."),
    "lifecycle": ("medium", "cost optimization", "Old versions are removed when nobody may need them any more."),
    "required-tags": ("medium", "operational excellence", "It carries the required tags."),
    "access-logging": ("medium", "security", "Access is logged, to the log bucket and under its own prefix."),
}
INVENTORY = {
    ("04", "dynamodb_schemas"): ["campaigns-sit", "orders-sit", "products-sit", "tenants-sit", "users-sit"],
    ("05", "s3_schemas"): [
        *("bbws-assets-sit", "bbws-backups-sit", "bbws-logs-sit", "bbws-orders-sit"),
        *("bbws-product-images-sit", "bbws-templates-sit", "bbws-tenant-assets-sit"),
    ],
    ("06", "backend_public"): ["bbws-frontend-sit"],
    ("07", "ecs_terraform"): ["bbws-cluster-sit"],
}
FAULTS = {
    ("deletion-protection", "tenants-sit"): ("deletion protection on", "off"),
    ("recovery", "orders-sit"): ("ENABLED", "DISABLED"),
    ("public-access", "bbws-tenant-assets-sit"): ("BlockPublicAcls on", "off on the bucket and on the account"),
    ("encryption", "bbws-product-images-sit"): ("aws:kms with alias/bbws-sit", "AES256"),
    ("table-active", "bbws-cluster-sit"): ("ACTIVE", "PROVISIONING"),
    ("indexes", "orders-sit"): (
        "index OrdersByCustomer on customer_id (S), created_at (S)",
        "missing; no existing name is close to it",
    ),
    ("undeclared", "campaigns-sit"): ("declared by a plan, or tolerated by name", "invoices-sit, named like *-sit"),
    ("recovery-point", "products-sit"): ("a COMPLETED recovery point at most 3 hours old", "the last is 30 hours 1 minute old"),
    ("backup-plan", "bbws-frontend-sit"): ("a selection by the plan bbws-hourly-sit", "no plan selects it"),
    ("access-logging", "bbws-backups-sit"): ("bbws-logs-sit/s3-access-logs/bbws-backups-sit/", "logging is off"),
    ("required-tags", "orders-sit"): ("tag Owner", "no such tag"),
}


def promotion(**more: Any) -> SignOff:
    """200 checks over four plans and the whole environment, with a finding each; 11 of them fail, and block two others."""

    def stated(name: str, resource: str, number: str) -> CheckResult:
        severity, pillar, title = STATED[name]
        given = {
            "severity": severity,
            "pillar": pillar,
            "title": title,
            "plan": number,
            "phase": "pre" if name == "restorable" else "post",
            "requirements": ("rollback.resources", "pre.rollback-tested") if name == "restorable" else (f"{number}.inventory",),
            "limits": {"recovery_days": "35"} if name.startswith("recovery") else {},
            "evidence": (f"{len(name):02x}309fb1004b", f"{len(resource):02x}bb38ac9510"),
        }
        if (fault := FAULTS.get((name, resource))) is None:
            return result(f"estate.{name}", resource, **given)
        problem = Finding(resource=resource, expected=fault[0], observed=fault[1])
        return result(f"estate.{name}", resource, Verdict.FAIL, problems=(problem,), **given)

    account = {"plan": None, "wave": None, "owner": "whoever runs the suite"}
    checks = [
        *(result("account.identity", region, title="The run's credentials are the account's.", **account) for region in "abcd"),
        *(stated(name, one, number) for (number, _), resources in INVENTORY.items() for name in STATED for one in resources),
    ]
    by = node("estate.recovery", "orders-sit")
    checks = [
        check.model_copy(update={"verdict": Verdict.BLOCKED, "blocked_by": by, "reason": "estate.recovery failed for orders-sit"})
        if check.id in ("estate.restorable", "estate.on-demand") and check.resource == "orders-sit"
        else check
        for check in checks
    ]

    def summed(number: str, project: str) -> PlanResult:
        own = [check for check in checks if check.plan == number]
        pillars = {pillar: count(check for check in own if check.pillar == pillar) for _, pillar, _ in STATED.values()}
        return plan(
            *(number, project, 2),
            verdict="NO-GO",
            counts=count(own),
            pillars=pillars,
            needs=("04", "05") if number > "05" else (),
            approvers=("Tech Lead", "DevOps Lead", "Security Lead", "FinOps Lead"),
            pending=number > "05",
            not_looked_at="the dashboard and the alarms",
        )

    given = {
        "headline": "NO-GO: SIT (wave2): 11 fail, 2 blocked, of 200 checks.",
        "valid_for_sign_off": False,
        "invalid_because": ("the verdict is NO-GO", "the inventory of plan 06, 07 is incomplete: most of it was not looked at"),
        "signs": (),
        "does_not_sign": ("the deployment (107 checks are not in scope)", "error rates, latency and cost, which no check looks at"),
        "plans": tuple(summed(number, project) for number, project in INVENTORY),
    }
    return sign_off(*checks, **{**given, **more})


def simulated_promotion() -> SignOff:
    """As a drifted estate on one's own machine: it has most to say before the first failure."""
    foreign = "the endpoint is not AWS's own: http://127.0.0.1:43181"
    pending = "the inventory of plan 06, 07 is incomplete: most of it was not looked at"
    return promotion(
        headline="NO-GO: simulated SIT (wave2): 11 fail, 2 blocked, of 200 checks.",
        simulated=True,
        invalid_because=("the verdict is NO-GO", "the estate is simulated", foreign, pending),
    )


def hostile(text: str) -> SignOff:
    """The text in every place that something outside of the suite can fill."""
    bad = {
        "title": text,
        "fix": text,
        "owner": text,
        "requirements": (text, "rollback." + text),
        "evidence": (text,),
        "pillar": text,
    }
    found = Finding(resource=text, expected=text, observed=text)
    cause = {"operation": text, "action": text, "region": text, "on": (text,), "reason": text}
    return sign_off(
        failed(RECOVERY, text, text, seen=(found,), limits={text: text}, **bad),
        result("s3.denied", text, Verdict.INCONCLUSIVE, unread=Unread(denied=True, **cause)),
        result("s3.broken", text, Verdict.INCONCLUSIVE, unread=Unread(denied=False, **cause)),
        result(ACTIVE, text, Verdict.INCONCLUSIVE, reason=text, observations=(text,), region=text, severity=text),
        result(
            "s3.tags",
            text,
            Verdict.BLOCKED,
            reason=f"{RECOVERY} failed for {text}: {text}",
            phase=text,
            plan=text,
            blocked_by=node(RECOVERY, text),
        ),
        result("s3.waived", text, Verdict.WAIVED, reason=text),
        headline=text,
        valid_for_sign_off=False,
        invalid_because=(text + "!",),
        signs=(text,),
        does_not_sign=(text,),
        incomplete_because=(text,),
        environment=text,
        promoted_from=text,
        account=text,
        identity=text,
        regions=(text,),
        plans=(
            plan(
                text, text, 1, needs=(text,), owner=text, approvers=(text,), not_looked_at=text, pillars={text: {Verdict.PASS: 1}}
            ),
        ),
        conflicts=(Conflict(subject=text, one=text, other=text, followed=text),),
        scope=Scope(expression=text, waves=(1,), plans=(text,), phases=(text,), expected=6, collected=6, outside={text: 1}),
        provenance=Provenance(
            suite=text,
            version=text,
            commit=text,
            repository=text,
            versions={text: text},
            digests={text: text},
            settings={text: text},
            calls=1,
            evidence_sha256=text,
        ),
    )


def many(number: int = 500) -> SignOff:
    checks = [
        failed(f"s3.check-{n % 25}", f"bbws-bucket-number-{n}-sit", "x" * 400, reason="y" * 400, observations=("z" * 400,))
        if n % 2
        else result(f"s3.check-{n % 25}", f"bbws-bucket-number-{n}-sit", observations=("seen",))
        for n in range(number)
    ]
    return sign_off(*checks)


# ---------------------------------------------------------------------------------------------- reading the page


def page(report: SignOff) -> Element:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document: Element = parser.parse(html.render(report, json_sha256=JSON_SHA256))
    assert parser.errors == []
    return document


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def section(document: Element, id: str) -> Element:
    found = [element for element in document.iter() if element.get("id") == id]
    assert len(found) == 1, f"{len(found)} elements have the id {id}"
    return found[0]


def ids(document: Element) -> list[str]:
    return [id for element in document.iter() if (id := element.get("id")) and not id.startswith("icon-")]


def groups(document: Element, id: str = "blocks") -> list[Element]:
    return list(section(document, id).iter("article"))


def with_class(element: Element, name: str, tag: str | None = None) -> list[Element]:
    return [each for each in element.iter(tag) if name in classes(each)]


def rows(element: Element) -> list[list[str]]:
    return [[text(cell) for cell in row] for body in element.iter("tbody") for row in body.iter("tr")]


# ---------------------------------------------------------------------------------------------- the static file

REPORTS = {"go": go, "simulated": simulated, "no-go": no_go}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> SignOff:
    made: SignOff = REPORTS[request.param]()
    return made


def test_style_is_allowed_by_its_hash_and_nothing_else_is(report: SignOff) -> None:
    document = page(report)
    (policy,) = [m.get("content", "") for m in document.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    (style,) = document.iter("style")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def active(document: Element) -> Iterator[str]:
    """Everything of a page that runs, or that asks for something outside of it."""
    for element in document.iter():
        if element.tag in {"script", "iframe", "object", "embed", "img", "form", "base", "audio", "video"}:
            yield str(element.tag)
        for name, value in element.attrib.items():
            if str(name).startswith("on") or name == "style":
                yield f"{element.tag} {name}"
            elif name in {"src", "href", "action", "srcset", "data"} and not value.startswith(("#", "data:")):
                yield f"{element.tag} {name}={value}"
    for style in document.iter("style"):
        yield from re.findall(r"@import|url\(", style.text or "")


def test_page_runs_nothing_and_asks_for_nothing(report: SignOff) -> None:
    assert list(active(page(report))) == []


def test_page_says_its_language_title_and_viewport(report: SignOff) -> None:
    document = page(report)
    assert document.get("lang") == "en"
    metas = {meta.get("name"): meta.get("content") for meta in document.iter("meta")}
    assert metas["viewport"] == "width=device-width, initial-scale=1"
    assert metas["referrer"] == "no-referrer"
    (title,) = document.iter("title")
    assert report.verdict in text(title)
    assert "sit, 2026-01-13 09:12 UTC" in text(title)
    assert len(ids(document)) == len(set(ids(document)))


# ---------------------------------------------------------------------------------------------- what it says, in order


ORDER = [
    "verdict",
    "signs",
    "overview",
    "facts",
    "counts",
    "blocks",
    "unread",
    "signatures",
    "waivers",
    "plans",
    "cost",
    "rollback",
    "checks",
    "scope",
    "provenance",
    "conflicts",
    "meaning",
]


def test_sections_stand_in_the_order_of_their_readers() -> None:
    document = page(no_go(valid_for_sign_off=False, invalid_because=("narrowed by -k",)))
    assert [id for id in ids(document) if not re.search(r"-(\d+|run)$", id)] == ORDER


def test_sections_with_nothing_to_say_are_left_out() -> None:
    bare = sign_off(result(), conflicts=(), plans=(plan("04", "dynamodb_schemas", 2, cost=None),))
    shown = [id for id in ids(page(bare)) if id in ORDER]
    assert shown == [id for id in ORDER if id not in ("blocks", "unread", "waivers", "cost", "rollback", "conflicts")]


def test_headline_and_facts(report: SignOff) -> None:
    document = page(report)
    (heading,) = document.iter("h1")
    assert text(heading) == report.headline
    facts = text(section(document, "facts"))
    for fact in ("dev →to sit", "000011112222", "eu-west-1, us-east-1", report.identity, report.provenance.commit):
        assert fact in facts
    assert "2026-01-13 09:12:04 to 09:15:41 UTC (3 min 37 s)" in facts


def test_verdict_is_a_word_also_where_the_headline_does_not_begin_with_it() -> None:
    report = no_go(verdict="ROLL BACK", headline="Error rate above its trigger.")
    assert "ROLL BACK" in text(section(page(report), "verdict"))


def test_times_of_another_zone_are_told_in_utc() -> None:
    report = go(started="2026-01-13T23:59:30+02:00", finished="2026-01-14T02:00:31+02:00")
    assert "2026-01-13 21:59:30 to 2026-01-14 00:00:31 UTC (2 h 1 min)" in text(section(page(report), "facts"))


def test_counts_add_up_in_sight(report: SignOff) -> None:
    (sum_,) = with_class(section(page(report), "counts"), "sum")
    shown = text(sum_)
    numbers = [int(number) for number in re.findall(r"\d+", shown)]
    assert numbers == [*(report.counts[verdict] for verdict in Verdict), report.scope.expected]
    assert sum(numbers[:-1]) == numbers[-1]
    assert all(verdict in shown for verdict in Verdict)
    assert "do not add up" not in shown


def test_counts_that_do_not_add_up_are_said_not_to() -> None:
    report = go()
    report = report.model_copy(update={"scope": report.scope.model_copy(update={"expected": 99})})
    shown = text(section(page(report), "counts"))
    assert f"The counts do not add up: {len(report.checks)} checks have a verdict and the scope expects 99." in shown


# ---------------------------------------------------------------------------------------------- what signs nothing off


def said(document: Element) -> str:
    """Every word of the page but its style sheet's."""
    (body,) = document.iter("body")
    return text(body)


def test_a_valid_go_carries_no_warning() -> None:
    document = page(go())
    assert with_class(document, "mark") == []
    assert "simulated" not in said(document).lower()
    assert "nothing off" not in said(document).lower()


def test_simulated_run_says_so_before_all_else() -> None:
    document = page(simulated())
    (title,) = document.iter("title")
    assert text(title).startswith("SIMULATED: GO, signs nothing off")
    assert said(document).startswith("Simulated estate: signs nothing off Sign-off report GO")
    assert text(section(document, "signs")).startswith("Signs nothing off: the estate is simulated; dirty work tree.")
    (body,) = document.iter("body")
    assert classes(body) == ["simulated"]
    assert classes(section(document, "verdict")) == ["headline", "is-void"]  # not the colour of a GO that counts


def test_invalid_run_says_why_before_all_else() -> None:
    document = page(go(valid_for_sign_off=False, invalid_because=("narrowed by -k", "one shard is missing"), does_not_sign=()))
    assert said(document).startswith("Signs nothing off Sign-off report GO")
    assert text(section(document, "signs")) == "Signs nothing off: narrowed by -k; one shard is missing."
    assert "signs nothing off" in text(next(document.iter("title")))
    assert classes(section(document, "verdict")) == ["headline", "is-void"]


@pytest.mark.parametrize(
    ("report", "words"),
    [
        pytest.param(
            go(), "Signs: readiness before the deployment Does not sign: the deployment (107 checks are not in scope)", id="go"
        ),
        pytest.param(go(does_not_sign=()), "Signs: readiness before the deployment", id="all of it"),
        # What is not valid signs nothing, whatever it claims.
        pytest.param(go(simulated=True, does_not_sign=()), "Signs nothing off.", id="simulated and claimed valid"),
    ],
)
def test_it_says_what_it_signs_and_what_not(report: SignOff, words: str) -> None:
    assert text(section(page(report), "signs")) == words


def test_what_the_headline_says_is_not_said_again() -> None:
    report = no_go(
        headline="NO-GO: SIT: 3 fail, of 5 checks; PARTIAL: -k was given.",
        valid_for_sign_off=False,
        invalid_because=("the verdict is NO-GO", "PARTIAL: -k was given", "a test was lost"),
        does_not_sign=(),
    )
    assert text(section(page(report), "signs")) == "Signs nothing off: a test was lost."
    assert "the verdict is NO-GO" not in told(report)
    silent = report.model_copy(update={"invalid_because": ("the verdict is NO-GO",)})
    assert text(section(page(silent), "signs")) == "Signs nothing off."


# ---------------------------------------------------------------------------------------------- the overview


def lines(document: Element, name: str) -> list[tuple[str, str]]:
    """The lines of one list of the overview: their words, and the words of the part that each leads to."""
    ways = [way for list_ in with_class(section(document, "overview"), name) for way in list_.iter("a")]
    return [(text(way), text(section(document, way.get("href", "").removeprefix("#")))) for way in ways]


def test_overview_leads_to_every_plan() -> None:
    found = lines(page(no_go()), "of-plans")
    assert [words for words, _ in found] == [
        "NO-GO the environment as a whole none fails",
        "NOT LOOKED AT 01 campaigns_lambda no checks",
        "NO-GO 04 dynamodb_schemas 6 fail, 2 blocked",
        "NO-GO 05 s3_schemas 1 fail, 6 inconclusive",
    ]
    parts = ["The environment as a whole 1 pass", "01 campaigns_lambda no checks", "04 dynamodb_schemas", "05 s3_schemas"]
    assert all(part.startswith(name) for (_, part), name in zip(found, parts, strict=True))


def test_overview_has_a_line_for_each_failure_that_leads_to_its_card() -> None:
    report = no_go()
    found = lines(page(report), "of-failures")
    failures = [check for check in report.checks if check.verdict is Verdict.FAIL]
    assert found[0][0] == "the run is not complete"
    for check in failures:
        words = f"{check.severity} {check.resource} {check.title} plan {check.plan}"
        (card,) = [card for line, card in found if line == words]
        assert check.id in card
        assert f"Fix {check.fix}" in card
    assert [line for line, _ in found[1 + len(failures) :]] == [
        "high bbws-templates-sit inconclusive: The good state of s3.encryption. plan 05",
        f"inconclusive {DENIED} denied: leaves 4 checks open",
        "inconclusive s3:GetBucketTagging could not be read: leaves 1 check open",
    ]
    (severities,) = {tuple(line.split()[0] for line, _ in found[1:8])}
    assert list(severities) == sorted(severities, key=list(SEVERITIES).index)


def test_overview_is_bounded() -> None:
    found = lines(page(many()), "of-failures")
    assert len(found) == html.MANY + 1
    assert found[-1][0] == "and 200 more"


# ---------------------------------------------------------------------------------------------- what blocks


def test_run_level_reasons_come_first() -> None:
    first = groups(page(no_go()))[0]
    assert first.get("id") == "blocks-run"
    assert "plan 01 is in scope and its inventory is pending" in text(first)


def test_one_group_per_check_failures_by_severity_then_inconclusive() -> None:
    found = [
        (classes(group)[1], next(text(e) for e in group.iter("code")), len(rows(group))) for group in groups(page(no_go()))[1:]
    ]
    assert found == [
        ("is-fail", RECOVERY, 5),
        ("is-fail", ACTIVE, 1),
        ("is-fail", "s3.lifecycle", 1),
        ("is-inconclusive", "s3.encryption", 1),
    ]
    assert "s3.kms-key" not in text(section(page(no_go()), "blocks"))


def test_every_failure_shows_resource_expected_observed_owner_and_fix() -> None:
    report = no_go()
    document = page(report)
    shown = [(text(group), rows(group)) for group in groups(document)]
    for check in report.checks:
        for problem in check.problems if check.verdict is Verdict.FAIL else ():
            row = [problem.resource, problem.expected, problem.observed, check.plan, check.owner]
            (words,) = [words for words, table in shown if row in table]
            for said in (check.id, check.title, check.severity, f"Fix {check.fix}"):
                assert said in words


def test_inconclusive_shows_its_reason_and_no_fix() -> None:
    group = groups(page(no_go()))[-1]
    assert "only 40 of 100 requests were seen" in text(group)
    assert "bbws-templates-sit (eu-west-1)" in text(group)
    report = no_go()
    open_ = {check.id for check in report.checks if check.verdict is Verdict.INCONCLUSIVE}
    assert not [id for id in open_ if f"mend {id}" in said(page(report)) + told(report)]


def test_blocked_stands_under_what_blocks_it_and_nowhere_else() -> None:
    by_id = {group.get("id"): group for group in groups(page(no_go()))}
    follows = {id: [text(e) for e in group.iter("div") if "follows" in classes(e)] for id, group in by_id.items()}
    (words,) = follows.pop("blocks-2")
    assert "blocked by this: 2 checks" in words
    assert f"The good state of {RECOVERY}. {RECOVERY}: invoices-sit (eu-west-1)" in words
    assert "dynamodb.tags: invoices-sit (eu-west-1)" in words
    assert all(found == [] for found in follows.values())


@pytest.mark.parametrize(
    "by",
    [
        pytest.param((node("s3.gone", "x"), ""), id="by what the report does not hold"),
        pytest.param((node(BUCKETS, "b"), node(RECOVERY, "a")), id="by one another"),
    ],
)
def test_blocked_without_a_failure_in_the_report_is_shown_all_the_same(by: tuple[str, str]) -> None:
    report = sign_off(
        result(RECOVERY, "a", Verdict.BLOCKED, reason="gone", blocked_by=by[0]),
        result(BUCKETS, "b", Verdict.BLOCKED, reason="gone", blocked_by=by[1]),
    )
    shown = groups(page(report))
    assert [next(text(e) for e in group.iter("code")) for group in shown] == [RECOVERY, BUCKETS]
    assert "gone" in text(shown[0])


def test_a_failure_without_problems_and_one_with_too_many_are_both_shown() -> None:
    problems = tuple(Finding(resource=f"index-{n}", expected="a", observed="b") for n in range(60))
    report = sign_off(
        result(BUCKETS, "a", Verdict.FAIL, reason="the check itself crashed"),
        result(RECOVERY, "b", Verdict.FAIL, problems=problems),
    )
    crashed, crowded = groups(page(report))
    assert rows(crashed) == [["a (eu-west-1)", "the check itself crashed"]]
    assert rows(crowded)[-1] == ["b (eu-west-1)", "10 more problems, in sign-off.json"]
    assert len(rows(crowded)) == html.MANY + 1


# ---------------------------------------------------------------------------------------------- what could not be read


def test_unread_is_grouped_by_its_cause() -> None:
    reads = [
        unread("s3.tags", "b", "s3:GetBucketTagging", "SlowDown"),
        unread("s3.encryption", "a", "s3:GetBucketEncryption", "AccessDenied for a", denied=True, action=DENIED),
        unread("s3.kms-key", "b", "s3:GetBucketKey", "AccessDenied for b", denied=True, action=DENIED),
        unread("s3.tags", "a", "s3:GetBucketTagging", "SlowDown"),
        unread("s3.owner", "a", "s3:GetBucketTagging", "timed out"),
        unread("s3.acl", "a", "s3:GetBucketAcl", "AccessDenied for a", denied=True),
    ]
    blocked = unread("s3.acl", "c", "s3:GetBucketAcl", "AccessDenied", denied=True).model_copy(
        update={"verdict": Verdict.BLOCKED, "blocked_by": "x"}
    )
    report = sign_off(*reads, blocked)
    found = [(group.denied, group.actions, group.operations, group.on, len(group.results)) for group in unread_groups(report)]
    assert found == [
        (True, (DENIED,), ("s3:GetBucketEncryption", "s3:GetBucketKey"), ("arn:aws:s3:::a", "arn:aws:s3:::b"), 2),
        (True, ("s3:GetBucketAcl",), ("s3:GetBucketAcl",), ("arn:aws:s3:::a",), 1),
        (False, ("s3:GetBucketTagging",), ("s3:GetBucketTagging",), ("arn:aws:s3:::b", "arn:aws:s3:::a"), 2),
        (False, ("s3:GetBucketTagging",), ("s3:GetBucketTagging",), ("arn:aws:s3:::a",), 1),
    ]
    assert [group.reason for group in unread_groups(report)][2:] == ["SlowDown", "timed out"]
    assert [group.results for group in what_blocks(report)] == [[blocked]]


def test_what_is_denied_says_to_whom_on_what_and_what_to_ask_for() -> None:
    report = no_go()
    shown = section(page(report), "unread")
    assert f"Denied to {report.identity}. The policy to ask for is what pytest --env sit --iam-policy prints." in text(shown)
    denied, failed_ = groups(page(report), "unread")
    assert text(next(denied.iter("h3"))) == f"{DENIED} is denied in eu-west-1"
    assert "4 checks left open" in text(denied)
    assert "On arn:aws:s3:::bbws-assets-sit, arn:aws:s3:::bbws-orders-sit" in text(denied)
    assert "The first answer AccessDenied for bbws-assets-sit" in text(denied)
    assert text(next(failed_.iter("h3"))) == "s3:GetBucketTagging failed in eu-west-1"
    assert "denied" not in text(failed_)
    folded = [text(line) for line in next(denied.iter("details")).iter("li")]
    assert len(folded) == 4
    assert folded[0] == "The good state of s3.encryption. s3.encryption bbws-assets-sit (eu-west-1)"


def test_a_cause_is_shown_to_its_end() -> None:
    assert "x the end" in text(groups(page(no_go()), "unread")[-1])
    assert "x the end" in told(no_go())
    cut = sign_off(unread("s3.tags", "b", "s3:GetBucketTagging", LONG))
    assert "x" * html.WHOLE + "… (100,000 characters in all)" in text(groups(page(cut), "unread")[0])


def test_a_policy_is_asked_for_only_where_something_is_denied() -> None:
    report = sign_off(unread("s3.tags", "b", "s3:GetBucketTagging", "SlowDown"))
    assert "--iam-policy" not in said(page(report)) + told(report)
    assert "unread" not in ids(page(go()))


# ---------------------------------------------------------------------------------------------- plans, cost, signatures


def test_plans_stand_in_the_order_of_their_needs() -> None:
    plans = section(page(no_go()), "plans")
    assert "04, 05 →then 01 " in text(plans)
    first, _, last = rows(plans)
    assert first[:2] == ["04 dynamodb_schemasWave 2", "NO-GO8 pass, 6 fail, 2 blocked"]
    assert last[0] == "01 campaigns_lambdaWave 1"
    assert last[1] == "NOT LOOKED ATno checks"
    assert last[2] == "04 (NO-GO), 05 (NO-GO)"
    assert last[3] == "no date"
    assert last[4] == "DevOpsTech Lead, DevOps Lead"
    assert last[5] == "not yet declared in fullNot looked at: the function, its API routes, alarms and soak"


def test_plans_that_need_one_another_or_an_absent_one_are_all_shown() -> None:
    circle = (plan("01", "a", 1, needs=("02",)), plan("02", "b", 1, needs=("01",)), plan("03", "c", 1, needs=("09",)))
    shown = rows(section(page(go(plans=circle)), "plans"))
    assert [row[0] for row in shown] == ["03 cWave 1", "01 aWave 1", "02 bWave 1"]
    assert shown[0][2] == "09 (not in scope)"


def test_cost_is_an_estimate_with_its_total() -> None:
    plans = (plan("04", "a", 2, cost=(100, 300)), plan("05", "b", 2, cost=(1000, 2500)), plan("01", "c", 1, cost=None))
    shown = section(page(go(plans=plans)), "cost")
    assert rows(shown)[-1] == ["Total", "1,100", "2,800"]
    assert "estimates for sit, in USD a month. Nothing was measured." in text(shown)
    assert "Not in the total, as they state no estimate: 01." in text(shown)


def test_rollback_is_ready_only_when_every_check_of_it_holds() -> None:
    ready = section(page(go()), "rollback")
    assert text(ready) == "Rollback Ready. Every check of it holds (5)."
    broken = failed("dynamodb.restorable", "new-sit", "no backup", requirements=("rollback.dynamodb",))
    not_ready = section(page(sign_off(*good_checks(), broken)), "rollback")
    assert "Not ready. 1 check of it does not hold; the other 5 do." in text(not_ready)
    assert rows(not_ready) == [["new-sit (eu-west-1)", "fail", "dynamodb.restorableexpected ENABLED, observed no backup"]]


def test_waivers_are_shown_with_who_and_until_when() -> None:
    shown = text(section(page(go()), "waivers"))
    for said in ("s3.access-logging", "bbws-assets-sit", "expected a log bucket, observed none", "Jane Doe until 2026-02-28"):
        assert said in shown


def approvers(report: SignOff) -> list[str]:
    return [text(words) for words in with_class(section(page(report), "signatures"), "approvers")]


def test_a_valid_go_says_who_must_approve_which_digest() -> None:
    signatures = section(page(go()), "signatures")
    assert approvers(go()) == [
        "04 dynamodb_schemas: Tech Lead and DevOps Lead must approve.",
        "05 s3_schemas: Tech Lead and DevOps Lead must approve.",
    ]
    assert "recorded outside of this file" in text(signatures)
    assert JSON_SHA256 in text(signatures)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "nobody is named who must approve."),
        (("DBA",), "DBA must approve."),
        (("Tech Lead", "DBA", "FinOps Lead"), "Tech Lead, DBA and FinOps Lead must approve."),
    ],
)
def test_approvers_are_a_sentence(names: tuple[str, ...], words: str) -> None:
    assert approvers(go(plans=(plan("04", "a", 2, approvers=names),))) == [f"04 a: {words}"]


@pytest.mark.parametrize(
    ("report", "because"),
    [
        pytest.param(simulated(), "the estate is simulated", id="simulated"),
        pytest.param(simulated(verdict="NO-GO"), "the estate is simulated", id="simulated no-go"),
        pytest.param(go(simulated=True), "the estate is simulated", id="simulated and claimed valid"),
        pytest.param(go(valid_for_sign_off=False), "this report signs nothing off", id="invalid"),
        pytest.param(no_go(), "the verdict is NO-GO", id="no-go"),
        pytest.param(no_go(valid_for_sign_off=False), "the verdict is NO-GO", id="invalid no-go"),
    ],
)
def test_anything_else_has_nothing_to_sign(report: SignOff, because: str) -> None:
    signatures = section(page(report), "signatures")
    assert text(signatures).startswith(f"Signatures There is nothing to sign: {because}. Who must approve once there is: ")
    assert JSON_SHA256 not in text(signatures)


# ---------------------------------------------------------------------------------------------- the auditor's part


def checked(document: Element) -> dict[tuple[str, str], tuple[Element, str]]:
    """By id and resource: the group that a check stands in, and the line of its resource."""
    found = {}
    for group in with_class(section(document, "checks"), "check", "details"):
        id = text(next(group.iter("code")))
        for line in group.iter("li"):
            key = id, text(with_class(line, "name")[0]).partition(" ")[0]
            assert key not in found
            found[key] = group, text(line)
    return found


def test_every_check_is_listed_with_its_evidence() -> None:
    report = no_go()
    document = page(report)
    found = checked(document)
    assert len(found) == len(report.checks)
    for check in report.checks:
        group, line = found[check.id, check.resource]
        once = text(next(group.iter("summary")))
        for words in (check.title, check.severity, check.pillar, *check.requirements):
            assert once.count(words) == 1
            assert words not in line
        assert line.startswith(f"{check.verdict} {check.resource}")
        assert all(f"expected {each.expected}, observed {each.observed}" in line for each in (*check.seen, *check.problems))
        cause = f"could not be read: {check.unread.operation}" if check.unread else check.reason
        assert all(words in line for words in (*check.observations, cause))
        assert line.endswith("call-0007, call-0012")
    shown = section(document, "checks")
    chapters = [text(heading) for heading in shown.iter("h3")]
    assert [words.split(" ")[0] for words in chapters] == ["The", "01", "04", "05"]
    phases = ["After the deployment (post)", "Before the deployment (pre)"]
    assert [text(heading).capitalize() for heading in shown.iter("h4")] == [
        words.capitalize() for words in (phases[0], *phases[::-1], phases[0])
    ]


def test_what_was_seen_is_folded_where_all_of_it_is_good() -> None:
    found = checked(page(no_go()))
    assert found[ACTIVE, "campaigns-sit"][1] == (
        "pass campaigns-sit (eu-west-1) expected at most 3 hours old, observed 40 minutes (10:28 UTC) call-0007, call-0012"
    )
    assert found["account.budget", "000011112222"][0].get("open") is None
    assert found["s3.access-logging", "bbws-assets-sit"][0].get("open") is None
    assert found[RECOVERY, "users-sit"][0].get("open") is not None
    assert found["s3.kms-key", "bbws-assets-sit"][0].get("open") is not None


def test_limits_stand_once_over_what_was_judged_by_them() -> None:
    strict, lax = {"limits": {"recovery_days": "35", "age": "3 hours"}}, {"limits": {"recovery_days": "7"}}
    report = sign_off(result(RECOVERY, "a", **strict), result(RECOVERY, "b", **lax), result(RECOVERY, "c", **strict))
    groups_ = with_class(section(page(report), "checks"), "check", "details")
    assert [text(next(group.iter("summary"))).partition("; limits: ")[2] for group in groups_] == [
        "recovery_days 35, age 3 hours",
        "recovery_days 7",
    ]
    assert [len(list(group.iter("li"))) for group in groups_] == [2, 1]


def test_a_finding_names_its_own_part_of_the_resource() -> None:
    findings = (
        Finding(resource="orders-sit", expected="a", observed="b"),
        Finding(resource="index ByDate", expected="c", observed="d"),
    )
    one = result(ACTIVE, "orders-sit", Verdict.FAIL, seen=findings[:1], problems=findings[1:])
    ((_, line),) = checked(page(sign_off(one))).values()
    assert "index ByDate: expected c, observed d expected a, observed b call" in line


def test_long_lists_of_one_check_are_cut_and_say_so() -> None:
    findings = tuple(Finding(resource="a", expected=f"{n}", observed=f"{n}") for n in range(60))
    crowded = result(ACTIVE, "a", seen=findings, observations=("said",) * 51, evidence=("id",) * 70)
    ((_, line),) = checked(page(sign_off(crowded))).values()
    assert "and 11 more, in sign-off.json" in line
    assert line.endswith(" and 20 more")


def test_counts_by_pillar_within_each_plan() -> None:
    report = no_go()
    shown = rows(section(page(report), "counts"))
    assert shown == [
        ["The environment as a whole", "1", "0", "0", "0", "0", "1"],
        ["reliability", "1", "0", "0", "0", "0", "1"],
        ["01 campaigns_lambda", "0", "0", "0", "0", "0", "0"],
        ["04 dynamodb_schemas", "8", "6", "0", "2", "0", "16"],
        ["reliability", "6", "0", "0", "0", "0", "6"],
        ["security", "2", "0", "0", "0", "0", "2"],
        ["05 s3_schemas", "2", "1", "6", "0", "0", "9"],
        ["reliability", "6", "0", "0", "0", "0", "6"],
        ["security", "2", "0", "0", "0", "0", "2"],
    ]


def test_who_judged_is_told_apart_from_what_was_judged() -> None:
    facts = text(section(page(go()), "facts"))
    assert (
        "Judged byenvironment-validation 0.1.0, commit 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c, "
        "repository https://git.example/validation The commit of what judged, not of the release that was judged."
    ) in facts


def test_the_foot_of_a_printed_page_says_which_report_it_is_of() -> None:
    sheet, _ = html.style(simulated(), JSON_SHA256)
    assert sheet.endswith(
        "@page { @bottom-left { content: \"simulated sit\" ': GO. SHA-256 of sign-off.json: ' \"5d5d5d5d5d5d5d5d\" '…'; } }\n"
    )


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("sit 2", '"sit 2"'),
        ('"; } * { display: none', r'"\000022\00003b \00007d \00002a \00007b display\00003a none"'),
        ("</style>", r'"\00003c\00002fstyle\00003e"'),
        ("a\\b\nü", r'"a\00005cb \0021b5 \0000fc"'),
        ("x" * 70, '"' + "x" * 60 + r'\002026 \00002870 characters in all\000029"'),
    ],
)
def test_texts_are_escaped_in_the_style_sheet(given: str, written: str) -> None:
    assert html.css_string(given) == written


def test_scope_provenance_conflicts_and_meaning() -> None:
    document = page(no_go())
    scope = text(section(document, "scope"))
    assert "wave2 and post" in scope
    assert "12 checks of these plans during the soak (soak): not in scope" in scope
    assert "gate" not in scope
    assert "01 campaigns_lambda: the function, its API routes, alarms and soak (inventory pending)" in scope
    provenance = text(section(document, "provenance"))
    for said in ("python", "3.11.9", "04_dynamodb_schemas.toml", "b2" * 32, "212 calls", "c3" * 32, JSON_SHA256):
        assert said in provenance
    assert rows(section(document, "conflicts")) == [["soak", "overview: 72 hours", "master: 24 hours", "the longer of both"]]
    meanings = {**MEANING, **SEVERITIES, **PILLARS}
    assert all(f"{word}{words}" in text(section(document, "meaning")) for word, words in meanings.items())


# ---------------------------------------------------------------------------------------------- texts from outside


@pytest.mark.parametrize("outside", HOSTILE)
def test_no_text_from_outside_becomes_markup(outside: str) -> None:
    def shape(document: Element) -> list[str]:
        return sorted(str(element.tag) for element in document.iter())

    document = page(hostile(outside))
    assert list(active(document)) == []
    assert shape(document) == shape(page(hostile("harmless")))
    shown = " ".join(html.visible(outside).split())
    (heading,) = document.iter("h1")
    assert text(heading) == shown
    assert text(document).count(shown) > 40


def test_characters_that_act_are_shown_instead() -> None:
    assert html.visible("a\x00b\x1bc\x7f") == "a␀b␛c[U+007F]"
    assert html.visible("a\u202eb\u200bc\ufeff\ud800\u2028") == "a[U+202E]b[U+200B]c[U+FEFF][U+D800][U+2028]"
    assert html.visible("one\ntwo\tthree") == "one ↵ two three"
    assert html.visible("Zürich, 東京, עברית") == "Zürich, 東京, עברית"


def test_long_texts_are_cut_and_say_how_long_they_are() -> None:
    assert html.visible("x" * 300) == "x" * 300
    assert html.visible(LONG) == "x" * 300 + "… (100,000 characters in all)"
    rendered = html.render(hostile(LONG), json_sha256=JSON_SHA256)
    lengths = Counter(map(len, re.findall("x{200,}", rendered)))
    assert sorted(lengths)[-2:] == [html.LIMIT, html.WHOLE]
    assert lengths[html.WHOLE] == 2  # the causes of what could not be read, and nothing else
    assert len(rendered.encode()) < 200_000
    assert len(markdown.render(hostile(LONG), json_sha256=JSON_SHA256)) < 30_000


def test_what_did_not_run_is_one_line() -> None:
    unrun = [result(RECOVERY, f"t-{number}", Verdict.INCONCLUSIVE, reason=NOT_RUN) for number in range(9)]
    narrowed = {"verdict": "NO-GO", "valid_for_sign_off": False, "incomplete_because": ("PARTIAL: -k was given",)}
    report = sign_off(*good_checks(), *unrun, **narrowed)
    (run,) = groups(page(report))
    assert text(run).endswith("PARTIAL: -k was given 9 checks did not run")
    assert "- 9 checks did not run" in markdown.render(report, json_sha256=JSON_SHA256).splitlines()
    assert len(what_blocks(sign_off(*unrun, **narrowed | {"incomplete_because": ()}))) == 1


def test_page_of_500_checks_is_small_and_complete() -> None:
    report = many()
    rendered = html.render(report, json_sha256=JSON_SHA256)
    assert len(rendered.encode()) < 1_100_000
    document = page(report)
    assert len(list(with_class(section(document, "checks"), "results")[0].iter("li"))) == 20
    assert len(checked(document)) == 500
    assert sum(len(rows(group)) for group in groups(document)) == 250


def test_page_of_400_checks_is_below_a_megabyte() -> None:
    assert len(html.render(many(400), json_sha256=JSON_SHA256).encode()) < 1_000_000


def test_rendering_is_the_same_every_time(report: SignOff) -> None:
    assert html.render(report, json_sha256=JSON_SHA256) == html.render(report, json_sha256=JSON_SHA256)
    again = SignOff.model_validate_json(report.to_json())
    assert html.render(again, json_sha256=JSON_SHA256) == html.render(report, json_sha256=JSON_SHA256)


# ---------------------------------------------------------------------------------------------- Markdown


def told(report: SignOff) -> str:
    return markdown.render(report, json_sha256=JSON_SHA256)


def tables(rendered: str) -> list[list[list[str]]]:
    """The tables of a Markdown text as cells: a row is split at the bars that are not escaped."""
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", rendered, re.MULTILINE)
    return [[[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block.splitlines()] for block in blocks]


def test_markdown_tells_the_first_screen(report: SignOff) -> None:
    rendered = told(report)
    assert report.headline in rendered.splitlines()[0 if report.valid_for_sign_off else 2]
    for said in ("000011112222", report.identity, report.provenance.commit, JSON_SHA256, "2026-01-13 09:12:04"):
        assert said in rendered
    numbers = [cells for table in tables(rendered) for cells in table if cells[-1] == str(report.scope.expected)]
    assert numbers == [[*(str(report.counts[verdict]) for verdict in Verdict), str(report.scope.expected)]]


def test_markdown_shows_what_blocks() -> None:
    report = no_go()
    rendered = told(report)
    cells = [" ".join(row) for table in tables(rendered) for row in table]
    for check in report.checks:
        if check.verdict is Verdict.FAIL:
            (row,) = [row for row in cells if f"`{check.id}`" in row and f"`{check.resource} (eu-west-1)`" in row]
            assert all(said in row for said in ("ENABLED", check.problems[0].observed, check.owner))
            assert check.fix in rendered
    assert "only 40 of 100 requests were seen" in rendered
    assert "plan 01 is in scope and its inventory is pending" in rendered
    assert f"- `{ACTIVE}` for `invoices-sit` blocks 2" in rendered.splitlines()
    assert rendered.count("blocks 2") == 1
    assert "04 dynamodb\\_schemas" in rendered


def test_markdown_says_which_plans_and_who_must_approve_them() -> None:
    rendered = told(no_go())
    assert tables(rendered)[0][2:] == [
        [r"04 dynamodb\_schemas", "2", "❌ NO-GO", "6", "0", "2", "", "Tech Lead, DevOps Lead", ""],
        [r"05 s3\_schemas", "2", "❌ NO-GO", "1", "6", "0", "", "Tech Lead, DevOps Lead", ""],
        [
            *(
                r"01 campaigns\_lambda",
                "1",
                f"{markdown.SYMBOL['NOT LOOKED AT']} NOT LOOKED AT",
                "0",
                "0",
                "0",
                "04, 05",
                "Tech Lead, DevOps Lead",
            ),
            "the function, its API routes, alarms and soak (inventory pending)",
        ],
    ]
    blocking = tables(rendered)[1]
    assert {row[6] for row in blocking[2:]} == {"04", "05"}


def test_markdown_says_what_could_not_be_read() -> None:
    report = no_go()
    rendered = told(report)
    policy = "the policy to ask for is what `pytest --env sit --iam-policy` prints:"
    assert f"Denied to `{report.identity}`; {policy}" in rendered.splitlines()
    assert (
        f"- `{DENIED}` is denied in `eu-west-1` on `arn:aws:s3:::bbws-assets-sit`, `arn:aws:s3:::bbws-orders-sit`, "
        "which leaves 4 checks open: AccessDenied for bbws-assets-sit"
    ) in rendered.splitlines()
    assert (
        "- `s3:GetBucketTagging` failed in `eu-west-1` on `arn:aws:s3:::bbws-orders-sit`, which leaves 1 check open: " in rendered
    )


def test_markdown_says_what_it_signs_and_which_report_it_is_of() -> None:
    rendered = told(go())
    assert "- **Signs:** readiness before the deployment" in rendered.splitlines()
    assert "- **Does not sign:** the deployment (107 checks are not in scope)" in rendered.splitlines()
    assert "**Signs:**" not in told(go(simulated=True))
    facts = dict(tables(rendered)[-1][2:])
    assert facts["SHA-256 of `sign-off.json`"] == f"`{JSON_SHA256}`"
    assert facts["The whole report"].startswith("`sign-off.html`, made from `sign-off.json`")
    assert facts["Judged by"] == "environment-validation 0.1.0 of `https://git.example/validation`"
    assert facts["Commit of what judged"] == "`9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c`"


def test_markdown_warns_first() -> None:
    assert told(simulated()).startswith("> **SIMULATED ESTATE. Signs nothing off**: the estate is simulated; dirty work tree\n")
    assert told(go(valid_for_sign_off=False, invalid_because=("-k",))).startswith("> **Signs nothing off**: -k\n")
    assert "nothing off" not in told(go())


def test_markdown_counts_that_do_not_add_up_are_said_not_to() -> None:
    report = go(scope=go().scope.model_copy(update={"expected": 99}))
    assert "do not add up" in told(report)
    assert "do not add up" not in told(go())


def test_markdown_is_bounded_for_500_checks() -> None:
    rendered = told(many())
    assert "and 220 more" in rendered
    assert len(rendered) < 60_000


@pytest.mark.parametrize("outside", [*HOSTILE, "a\\|b", "`", "``x``", "1. x", "- x", "www.evil.example", "#12 user@example.org"])
def test_no_text_from_outside_becomes_markdown(outside: str) -> None:
    rendered, harmless = told(hostile(outside)), told(hostile("harmless"))
    assert [[len(row) for row in table] for table in tables(rendered)] == [
        [len(row) for row in table] for table in tables(harmless)
    ]
    assert [line[:2] for line in rendered.splitlines()] == [line[:2] for line in harmless.splitlines()]
    # What is neither behind a backslash nor code nor the space of no width is read by Markdown.
    words = re.sub(r"\\.|`[^`\n]*`|&#8203;", " ", rendered)
    assert not re.search(r"[`<\[\]]|@\w|#\d|://|www\.\w|\*\*b", words)


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("a|b", r"a\|b"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("`x` *y* _z_ [t](u) ~s~", r"\`x\` \*y\* \_z\_ \[t\](u) \~s\~"),
        ("back\\slash", r"back\\slash"),
        ("@team #12", "@&#8203;team #&#8203;12"),
        ("https://a.example www.b.example", r"https\://a.example www\.b.example"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("one\ntwo", "one ↵ two"),
    ],
)
def test_prose_is_escaped(given: str, written: str) -> None:
    assert markdown.prose(given) == written


@pytest.mark.parametrize(
    ("given", "written"), [("a|b", r"`a\|b`"), ("`x`", "`'x'`"), ("<b> @team", "`<b> @team`"), ("", ""), ("a\\|b", "`a¦b`")]
)
def test_names_are_code(given: str, written: str) -> None:
    assert markdown.code(given) == written


LAYERED = {"node": "first", "layer": "network"}
LAYERS = {
    "holds": [result(layer="network")],
    "has no check in scope": [result()],
    "fails": [result(layer="network"), result(verdict=Verdict.FAIL, **LAYERED)],
    "is not known to hold": [result(verdict=Verdict.INCONCLUSIVE, reason="denied", **LAYERED)],
    "is blocked by what another plan declares": [result(verdict=Verdict.BLOCKED, blocked_by="elsewhere", **LAYERED)],
}


def layered(*checks: CheckResult) -> SignOff:
    (plan,) = [each for each in sign_off(*checks).plans if each.number == "04"]
    return sign_off(*checks, plans=(plan.model_copy(update={"layers": ("network", "database")}),))


@pytest.mark.parametrize("told", LAYERS)
def test_a_layer_has_a_line_of_its_own(told: str) -> None:
    first, second = layers(given := layered(*LAYERS[told]), given.plans[0])
    assert (first.name, first.told) == ("network", told)
    assert (second.name, second.told) == ("database", "has no check in scope")
    assert f"1. network {told}\n2. database has no check in scope\n" in markdown.render(given, json_sha256=JSON_SHA256)
    assert f"network {told} " in text(page(given))


def test_a_layer_is_blocked_by_the_one_that_it_stands_on() -> None:
    own = result(resource="b", verdict=Verdict.BLOCKED, blocked_by="first", layer="database", reason="x")
    given = layered(result(verdict=Verdict.FAIL, **LAYERED), own, result(resource="c", layer="database"))
    assert [each.told for each in layers(given, given.plans[0])] == ["fails", "is blocked by network"]


def test_a_layer_whose_own_check_blocks_another_of_it_fails() -> None:
    own = result(resource="b", verdict=Verdict.BLOCKED, blocked_by="first", layer="network", reason="x")
    given = layered(result(verdict=Verdict.FAIL, **LAYERED), own)
    assert layers(given, given.plans[0])[0].told == "fails"
