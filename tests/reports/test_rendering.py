"""The sign-off as HTML and Markdown: what it must say, in which order, and what no text from outside can do to it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from reports import html, markdown
from reports.html import what_blocks
from reports.sign_off import (
    MEANING,
    NOT_RUN,
    CheckResult,
    Conflict,
    PlanResult,
    Problem,
    Provenance,
    Scope,
    SignOff,
    Verdict,
    count,
    decide,
)

JSON_SHA256 = "5d" * 32
ACTIVE, RECOVERY, BUCKETS = "dynamodb.table-active", "dynamodb.point-in-time-recovery", "s3.versioning"
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
        "requirements": ("04.tables",),
        "plan": "04",
        "wave": 2,
        "phase": "post",
        "resource": resource,
        "region": "eu-west-1",
        "owner": "DevOps",
        "verdict": verdict,
        "fix": f"mend {id} and apply",
        "evidence": ("call-0007", "call-0012"),
        "node": node(id, resource),
    }
    return CheckResult.model_validate({**given, **more})


def failed(id: str, resource: str, observed: str = "DISABLED", **more: Any) -> CheckResult:
    problem = Problem(resource=f"{resource} (eu-west-1)", expected="ENABLED", observed=observed)
    return result(id, resource, Verdict.FAIL, problems=(problem,), **more)


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
        ),
        "started": datetime(2026, 1, 13, 9, 12, 4, tzinfo=UTC),
        "finished": datetime(2026, 1, 13, 9, 15, 41, tzinfo=UTC),
        "counts": count(checks),
        "plans": (plan("04", "dynamodb_schemas", 2), plan("05", "s3_schemas", 2)),
        "checks": checks,
        "conflicts": (Conflict(subject="soak", one="overview: 72 hours", other="master: 24 hours", followed="the longer of both"),),
        "provenance": Provenance(
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
            problems=(Problem(resource="bbws-assets-sit", expected="a log bucket", observed="none"),),
            reason="accepted by Jane Doe until 2026-02-28: the log bucket comes with plan 07",
        ),
    ]


def go(**more: Any) -> SignOff:
    return sign_off(*good_checks(), **more)


def simulated(**more: Any) -> SignOff:
    return go(simulated=True, valid_for_sign_off=False, invalid_because=("the estate is simulated", "dirty work tree"), **more)


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
            reason="GetBucketEncryption was denied: AccessDenied, request id 4442587FB7D0A2F9",
        ),
    ]
    given = {
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
                cost=None,
                scheduled=None,
                not_looked_at="the function, its API routes, alarms and soak",
            ),
            plan("04", "dynamodb_schemas", 2, verdict="NO-GO", counts={Verdict.PASS: 8, Verdict.FAIL: 6, Verdict.BLOCKED: 2}),
            plan("05", "s3_schemas", 2, verdict="NO-GO", counts={Verdict.PASS: 2, Verdict.FAIL: 1, Verdict.INCONCLUSIVE: 1}),
        ),
    }
    return sign_off(*checks, **{**given, **more})


def hostile(text: str) -> SignOff:
    """The text in every place that something outside of the suite can fill."""
    bad = {"title": text, "fix": text, "owner": text, "requirements": (text, "rollback." + text), "evidence": (text,)}
    return sign_off(
        failed(RECOVERY, text, text, **bad),
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
        invalid_because=(text,),
        incomplete_because=(text,),
        environment=text,
        promoted_from=text,
        account=text,
        identity=text,
        regions=(text,),
        plans=(plan(text, text, 1, needs=(text,), owner=text, approvers=(text,), not_looked_at=text),),
        conflicts=(Conflict(subject=text, one=text, other=text, followed=text),),
        scope=Scope(expression=text, waves=(1,), plans=(text,), phases=(text,), expected=4, collected=4),
        provenance=Provenance(commit=text, versions={text: text}, digests={text: text}, calls=1, evidence_sha256=text),
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


def groups(document: Element) -> list[Element]:
    return list(document.iter("article"))


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
        if element.tag in {"script", "iframe", "object", "embed", "img", "form", "base", "audio", "video", "a"}:
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
    "signs-nothing-off",
    "verdict",
    "facts",
    "counts",
    "blocks",
    "waivers",
    "plans",
    "cost",
    "rollback",
    "signatures",
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
    assert shown == ["verdict", "facts", "counts", "plans", "signatures", "checks", "scope", "provenance", "meaning"]


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
    shown = text(section(page(report), "counts"))
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


def test_a_valid_go_carries_no_warning() -> None:
    document = page(go())
    words = text(document).lower()
    assert "signs-nothing-off" not in ids(document)
    assert "simulated" not in words.replace(text(next(document.iter("style"))).lower(), "")
    assert "nothing off" not in words.replace(text(next(document.iter("style"))).lower(), "")


def test_simulated_run_says_so_before_all_else() -> None:
    document = page(simulated())
    (title,) = document.iter("title")
    assert text(title).startswith("SIMULATED: GO, signs nothing off")
    (main,) = document.iter("main")
    banner = next(iter(main))
    assert banner.get("id") == "signs-nothing-off"
    assert text(banner).startswith("SIMULATED ESTATE. Signs nothing off")
    assert "the estate is simulated" in text(banner)
    assert "dirty work tree" in text(banner)
    (body,) = document.iter("body")
    assert classes(body) == ["simulated"]
    assert classes(section(document, "verdict")) == ["headline", "is-void"]  # not the colour of a GO that counts
    assert [text(e) for e in document.iter("div") if "mark" in classes(e)] == ["Simulated estate: signs nothing off"]


def test_invalid_run_says_why_before_all_else() -> None:
    document = page(go(valid_for_sign_off=False, invalid_because=("narrowed by -k", "one shard is missing")))
    (main,) = document.iter("main")
    banner = next(iter(main))
    assert text(banner) == "Signs nothing off narrowed by -k one shard is missing"
    assert "signs nothing off" in text(next(document.iter("title")))
    assert classes(section(document, "verdict")) == ["headline", "is-void"]


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


def test_inconclusive_shows_its_reason() -> None:
    group = groups(page(no_go()))[-1]
    assert "GetBucketEncryption was denied: AccessDenied, request id 4442587FB7D0A2F9" in text(group)
    assert "bbws-templates-sit (eu-west-1)" in text(group)


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
    problems = tuple(Problem(resource=f"index-{n}", expected="a", observed="b") for n in range(60))
    report = sign_off(
        result(BUCKETS, "a", Verdict.FAIL, reason="the check itself crashed"),
        result(RECOVERY, "b", Verdict.FAIL, problems=problems),
    )
    crashed, crowded = groups(page(report))
    assert rows(crashed) == [["a (eu-west-1)", "the check itself crashed"]]
    assert rows(crowded)[-1] == ["b (eu-west-1)", "10 more problems, in sign-off.json"]
    assert len(rows(crowded)) == html.MANY + 1


# ---------------------------------------------------------------------------------------------- plans, cost, signatures


def test_plans_stand_in_the_order_of_their_needs() -> None:
    plans = section(page(no_go()), "plans")
    assert "04, 05 →then 01." in text(plans)
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
    assert "Ready. Every check of it holds (5)." in text(ready)
    assert "restorable to any second from 2026-01-06 09:12 to 09:07 UTC" in text(ready)
    broken = failed("dynamodb.restorable", "new-sit", "no backup", requirements=("rollback.dynamodb",))
    not_ready = section(page(sign_off(*good_checks(), broken)), "rollback")
    assert "Not ready. 5 of 6 checks of it hold." in text(not_ready)
    assert "expected ENABLED, observed no backup" in text(not_ready)


def test_waivers_are_shown_with_who_and_until_when() -> None:
    shown = text(section(page(go()), "waivers"))
    for said in ("s3.access-logging", "bbws-assets-sit", "expected a log bucket, observed none", "Jane Doe until 2026-02-28"):
        assert said in shown


def test_a_valid_go_has_a_place_for_every_signature() -> None:
    signatures = section(page(go()), "signatures")
    assert rows(signatures) == [
        ["04 dynamodb_schemas", "Tech Lead", "", "", ""],
        ["DevOps Lead", "", "", ""],
        ["05 s3_schemas", "Tech Lead", "", "", ""],
        ["DevOps Lead", "", "", ""],
    ]
    assert "recorded outside of this file" in text(signatures)
    assert JSON_SHA256 in text(signatures)


@pytest.mark.parametrize(
    ("report", "because"),
    [
        pytest.param(simulated(), "the estate is simulated", id="simulated"),
        pytest.param(simulated(verdict="NO-GO"), "the estate is simulated", id="simulated no-go"),
        pytest.param(go(simulated=True), "the estate is simulated", id="simulated and claimed valid"),
        pytest.param(go(valid_for_sign_off=False), "this report signs nothing off", id="invalid"),
        pytest.param(no_go(), "the verdict is NO-GO", id="no-go"),
    ],
)
def test_anything_else_has_nothing_to_sign(report: SignOff, because: str) -> None:
    signatures = section(page(report), "signatures")
    assert text(signatures) == f"Signatures There is nothing to sign: {because}."


# ---------------------------------------------------------------------------------------------- the auditor's part


def test_every_check_is_listed_with_its_evidence() -> None:
    report = no_go()
    shown = section(page(report), "checks")
    listed = [row for row in rows(shown) if len(row) == 5]
    assert len(listed) == len(report.checks)
    for check in report.checks:
        (row,) = [
            row
            for row in listed
            if (f" {check.id}" in row[1] and row[2].startswith(check.resource + " "))
            or (check.id in row[1] and row[2] == check.resource)
        ]
        assert row[0] == f"{check.verdict}{check.severity}"
        assert check.title in row[1]
        assert all(id in row[1] for id in check.requirements)
        assert all(said in row[3] for said in (*check.observations, check.reason))
        assert row[4] == "call-0007, call-0012"
    assert [text(summary).split(" ")[0] for summary in shown.iter("summary")] == ["The", "04", "05"]
    assert [row[0] for row in rows(shown) if len(row) == 1] == [
        "post",
        "pre",
        "post",
        "post",
    ]


def test_scope_provenance_conflicts_and_meaning() -> None:
    document = page(no_go())
    scope = text(section(document, "scope"))
    assert "wave2 and post" in scope
    assert "01 campaigns_lambda: the function, its API routes, alarms and soak (inventory pending)" in scope
    provenance = text(section(document, "provenance"))
    for said in ("python", "3.11.9", "04_dynamodb_schemas.toml", "b2" * 32, "212 calls", "c3" * 32, JSON_SHA256):
        assert said in provenance
    assert rows(section(document, "conflicts")) == [["soak", "overview: 72 hours", "master: 24 hours", "the longer of both"]]
    assert all(words in text(section(document, "meaning")) for words in MEANING.values())


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
    assert max(map(len, re.findall("x+", rendered))) == html.LIMIT
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
    assert len(rendered.encode()) < 2_000_000
    document = page(report)
    assert len([row for row in rows(section(document, "checks")) if len(row) == 5]) == 500
    assert sum(len(rows(group)) for group in groups(document)) == 250


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
    assert "GetBucketEncryption was denied" in rendered
    assert "plan 01 is in scope and its inventory is pending" in rendered
    assert f"`{ACTIVE}` blocks 2 more: `{RECOVERY}`, `dynamodb.tags`" in rendered
    assert "04 dynamodb\\_schemas" in rendered


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
