"""The checks of certificates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import Finding, Observation, Problem, Seen, Undecided, certificates
from fixtures.declared.certificates import Certificate
from fixtures.declared.inventory import load
from fixtures.facts.certificates import CertificateDescription, Ready, Renewal, Served, Validation, ValidationRecord
from tests.checks.examples import Example, judged, passes

PROD = load("prod").of(Certificate)[0]
APEX, WWW = PROD.names
NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
ARN, OTHER = (f"arn:aws:acm:us-east-1:093646564004:certificate/{number}" for number in (1, 2))
DISTRIBUTION = "arn:aws:cloudfront::093646564004:distribution/E1"
LIMITS = {"amazon_issued_days": 30, "imported_days": 45}

# The lines of the promotion plans that the checks give evidence for.
CITED = {"pre.certificates"}

# Checks that fail by no fault alone, and why.
NOT_BY_ONE_FAULT = {
    "certificates.ready": "where the names are served already it says no more of the certificate than its own checks do",
}

READY, ISSUED, TRUSTED, COVERS = certificates.ready, certificates.issued, certificates.trusted, certificates.covers_names
DAYS, RENEWAL, RECORDS = certificates.days_left, certificates.renewal, certificates.validation_records


def described(days: float = 200, **changes: Any) -> CertificateDescription:
    good = CertificateDescription(
        ARN, "AMAZON_ISSUED", (APEX, f"*.{APEX}"), NOW - timedelta(days=100), NOW + timedelta(days=days), "RSA_2048",
        "SHA256WITHRSA", eligible=True, in_use_by=(DISTRIBUTION,), renewal=None, validations=(), as_of=NOW,
    )  # fmt: skip
    return replace(good, **changes)


def served(arn: str = ARN, status: str | None = "ISSUED", otherwise: str = "") -> tuple[Certificate, Served]:
    return PROD, Served(arn, status, otherwise)


PLACE = "a certificate of 093646564004 in us-east-1"
IN_PLACE = Seen(APEX, PLACE, ARN)


def ready(serving: str | None, *issued: CertificateDescription) -> tuple[Certificate, Ready]:
    return PROD, Ready(serving, issued)


IS_READY = f"issued in us-east-1 for {APEX}, {WWW}, with at least 30 days left (45 if it is imported)"
NOT_RENEWED = Observation(APEX, "nothing uses a certificate before the deployment: it is not renewed until then")


def example(check: Any, says: str, facts: tuple[Any, ...], *findings: Finding) -> Example:
    return Example(check, says, facts, findings, LIMITS if check in (READY, DAYS) else {})


LEFT = "at least {} days left (30 days AMAZON_ISSUED, 45 days otherwise)"
KEYS = "a key RSA_2048 or RSA_3072 or RSA_4096 or EC_prime256v1 or EC_secp384r1"
SIGNED = f"signed {' or '.join(certificates.SIGNATURES)}"
PUBLIC = "AMAZON_ISSUED or IMPORTED"
IS_PUBLIC, IS_KEY, IS_SIGNED = (
    Seen(APEX, PUBLIC, "AMAZON_ISSUED"),
    Seen(APEX, KEYS, "RSA_2048"),
    Seen(APEX, SIGNED, "SHA256WITHRSA"),
)
FOR_APEX, FOR_WWW = f"a certificate for {APEX}", f"a certificate for {WWW}"
RENEWED, ELIGIBLE = "a renewal that is SUCCESS or PENDING_AUTO_RENEWAL", "eligible for renewal"
IS_ELIGIBLE = Seen(APEX, ELIGIBLE, f"eligible, in use by {DISTRIBUTION}")
SINCE = "since 2026-01-13 12:00 UTC"


def renewal(status: str, *waits_for: str, reason: str = "", **changes: Any) -> tuple[Certificate, CertificateDescription]:
    return PROD, described(renewal=Renewal(status, reason, waits_for, NOW), **changes)


def validated(
    found: tuple[str, ...] | None, method: str = "DNS", record: tuple[str, str] | None = ("_1.kimmyai.io", "_2.acm-validations.aws")
) -> tuple[Certificate, tuple[str, tuple[ValidationRecord, ...]]]:
    return PROD, ("AMAZON_ISSUED", (ValidationRecord(Validation(APEX, method, record), found),))


CNAME = "CNAME _1.kimmyai.io _2.acm-validations.aws"
NEEDS_NONE = "validated by DNS, or without a record"

EXAMPLES = [
    example(ISSUED, "issued", served(), IN_PLACE, Seen(APEX, "ISSUED", "ISSUED")),
    example(ISSUED, "pending", served(status="PENDING_VALIDATION"), IN_PLACE, Problem(APEX, "ISSUED", "PENDING_VALIDATION")),
    example(ISSUED, "expired", served(status="EXPIRED"), IN_PLACE, Problem(APEX, "ISSUED", "EXPIRED")),
    example(ISSUED, "gone", served(status=None), IN_PLACE, Problem(APEX, "ISSUED", "no such certificate")),
    example(ISSUED, "of another region", served(ARN.replace("us-east-1", "af-south-1"), None),
            Problem(APEX, PLACE, ARN.replace("us-east-1", "af-south-1"))),
    example(ISSUED, "of another account", served(ARN.replace("0936", "9999"), None),
            Problem(APEX, PLACE, ARN.replace("0936", "9999"))),
    example(ISSUED, "none of ACM's", served("", None, "the certificate ASCA of IAM"),
            Problem(APEX, PLACE, "the certificate ASCA of IAM")),
    example(ISSUED, "nothing", served("", None), Problem(APEX, PLACE, "nothing")),
    example(READY, "the one that serves", ready(ARN, described()), Seen(APEX, IS_READY, ARN)),
    example(READY, "the one that serves ends, another does not", ready(ARN, described(10), described(arn=OTHER)),
            Problem(APEX, IS_READY, f"{ARN} has 10 days left"), Observation(APEX, f"would do: {OTHER}")),
    example(READY, "the one that serves is not issued", ready(ARN),
            Problem(APEX, IS_READY, f"{ARN} serves them, and is no issued one that has one of the names")),
    example(READY, "any, before a first deployment", ready(None, described(), described(10, arn=OTHER)),
            Seen(APEX, IS_READY, ARN), NOT_RENEWED),
    example(READY, "none", ready(None), Problem(APEX, IS_READY, "no issued certificate has one of the names")),
    example(READY, "none that would do", ready(None, described(names=(APEX,)), described(40, arn=OTHER, type="IMPORTED")),
            Problem(APEX, IS_READY, f"{ARN} does not cover {WWW}; {OTHER} has 40 days left")),
    example(READY, "one that no browser trusts", ready(None, described(
        type="PRIVATE", key="RSA_1024", signature="SHA1WITHRSA", not_before=NOW + timedelta(days=1))),
            Problem(APEX, IS_READY, f"{ARN} is not valid before 2026-01-14 12:00 UTC; is PRIVATE; has a key RSA_1024; "
                                    "is signed SHA1WITHRSA")),
    example(TRUSTED, "of ACM's", (PROD, described()), IS_PUBLIC, IS_KEY, IS_SIGNED),
    example(TRUSTED, "imported, with a key on a curve", (PROD, described(
        type="IMPORTED", key="EC_prime256v1", signature="sha384WithECDSA")),
            Seen(APEX, PUBLIC, "IMPORTED"), Seen(APEX, KEYS, "EC_prime256v1"), Seen(APEX, SIGNED, "SHA384WITHECDSA")),
    example(TRUSTED, "private", (PROD, described(type="PRIVATE")), Problem(APEX, PUBLIC, "PRIVATE"), IS_KEY, IS_SIGNED),
    example(TRUSTED, "short", (PROD, described(key="RSA_1024")), IS_PUBLIC, Problem(APEX, KEYS, "RSA_1024"), IS_SIGNED),
    example(TRUSTED, "exotic", (PROD, described(key="EC_secp521r1")), IS_PUBLIC, Problem(APEX, KEYS, "EC_secp521r1"), IS_SIGNED),
    example(TRUSTED, "old", (PROD, described(signature="SHA1WITHRSA")), IS_PUBLIC, IS_KEY, Problem(APEX, SIGNED, "SHA1WITHRSA")),
    example(TRUSTED, "nothing known", (PROD, described(type="", key="", signature="")),
            Problem(APEX, PUBLIC, "none"), Problem(APEX, KEYS, "none"), Problem(APEX, SIGNED, "none")),
    example(COVERS, "by a wildcard", (PROD, described()),
            Seen(APEX, FOR_APEX, "kimmyai.io, *.kimmyai.io"), Seen(WWW, FOR_WWW, "kimmyai.io, *.kimmyai.io")),
    example(COVERS, "in another case", (PROD, described(names=("KIMMYAI.io", "Www.kimmyai.IO"))),
            Seen(APEX, FOR_APEX, "KIMMYAI.io, Www.kimmyai.IO"), Seen(WWW, FOR_WWW, "KIMMYAI.io, Www.kimmyai.IO")),
    example(COVERS, "a wildcard alone", (PROD, described(names=("*.kimmyai.io",))),
            Problem(APEX, FOR_APEX, "*.kimmyai.io"), Seen(WWW, FOR_WWW, "*.kimmyai.io")),
    example(COVERS, "a wildcard two levels up", (PROD, described(names=("*.io",))),
            Seen(APEX, FOR_APEX, "*.io"), Problem(WWW, FOR_WWW, "*.io")),
    example(COVERS, "no name", (PROD, described(names=())), Problem(APEX, FOR_APEX, "no name"), Problem(WWW, FOR_WWW, "no name")),
    example(DAYS, "for long", (PROD, described()),
            Seen(APEX, LEFT.format(30), "200 days (AMAZON_ISSUED, until 2026-08-01 12:00 UTC)")),
    example(DAYS, "for as long as must be", (PROD, described(30)),
            Seen(APEX, LEFT.format(30), "30 days (AMAZON_ISSUED, until 2026-02-12 12:00 UTC)")),
    example(DAYS, "a second less", (PROD, described(30 - 1 / 86400)),
            Problem(APEX, LEFT.format(30), "29 days 23 hours 59 minutes (AMAZON_ISSUED, until 2026-02-12 11:59 UTC)")),
    example(DAYS, "imported for 40 days", (PROD, described(40, type="IMPORTED")),
            Problem(APEX, LEFT.format(45), "40 days (IMPORTED, until 2026-02-22 12:00 UTC)")),
    example(DAYS, "private for 40 days", (PROD, described(40, type="PRIVATE")),
            Problem(APEX, LEFT.format(45), "40 days (PRIVATE, until 2026-02-22 12:00 UTC)")),
    example(DAYS, "over", (PROD, described(-1)),
            Problem(APEX, LEFT.format(30), "0 minutes (AMAZON_ISSUED, until 2026-01-12 12:00 UTC)")),
    example(DAYS, "not yet", (PROD, described(not_before=NOW + timedelta(days=1))),
            Seen(APEX, LEFT.format(30), "200 days (AMAZON_ISSUED, until 2026-08-01 12:00 UTC)"),
            Problem(APEX, "valid now", "valid from 2026-01-14 12:00 UTC")),
    example(RENEWAL, "none has begun", (PROD, described()), IS_ELIGIBLE),
    example(RENEWAL, "renewed", renewal("SUCCESS"), Seen(APEX, RENEWED, f"SUCCESS {SINCE}"), IS_ELIGIBLE),
    example(RENEWAL, "by itself", renewal("PENDING_AUTO_RENEWAL", APEX),
            Seen(APEX, RENEWED, f"PENDING_AUTO_RENEWAL {SINCE}, waits for {APEX}"), IS_ELIGIBLE),
    example(RENEWAL, "waits for somebody", renewal("PENDING_VALIDATION", APEX),
            Problem(APEX, RENEWED, f"PENDING_VALIDATION {SINCE}, waits for {APEX}"), IS_ELIGIBLE),
    example(RENEWAL, "failed", renewal("FAILED", reason="CAA_ERROR"),
            Problem(APEX, RENEWED, f"FAILED (CAA_ERROR) {SINCE}"), IS_ELIGIBLE),
    example(RENEWAL, "in no known way", renewal(""), Problem(APEX, RENEWED, f"no status {SINCE}"), IS_ELIGIBLE),
    example(RENEWAL, "not eligible, and used", (PROD, described(eligible=False)),
            Problem(APEX, ELIGIBLE, f"not eligible, though in use by {DISTRIBUTION}")),
    example(RENEWAL, "not known to be used", (PROD, described(eligible=False, in_use_by=())),
            Undecided(APEX, "ACM does not know yet that it is used, and renews no certificate that nothing uses")),
    example(RENEWAL, "imported", (PROD, described(type="IMPORTED", eligible=False)),
            Seen(APEX, "renewed by ACM, or not issued by it", "IMPORTED: ACM does not renew it")),
    example(RECORDS, "there", validated(("_2.acm-validations.aws",)), Seen(APEX, CNAME, "_2.acm-validations.aws")),
    example(RECORDS, "gone", validated(()), Problem(APEX, CNAME, "no such record")),
    example(RECORDS, "of another request", validated(("_3.acm-validations.aws",)), Problem(APEX, CNAME, "_3.acm-validations.aws")),
    example(RECORDS, "in no declared zone", validated(None),
            Undecided(APEX, "no declared hosted zone holds its validation record _1.kimmyai.io")),
    example(RECORDS, "by email", validated(None, "EMAIL", None),
            Seen(APEX, NEEDS_NONE, "by email: whoever owns the domain must answer at each renewal")),
    example(RECORDS, "by HTTP", validated(None, "HTTP", None), Seen(APEX, NEEDS_NONE, "by HTTP: it needs no record")),
    example(RECORDS, "in no known way", validated(None, "", None),
            Undecided(APEX, "validated in no known way, and no record is named")),
    example(RECORDS, "imported", (PROD, ("IMPORTED", ())),
            Seen(APEX, "validation records, or nothing that ACM validates", "IMPORTED")),
    example(RECORDS, "of none", (PROD, ("AMAZON_ISSUED", ())), Undecided(APEX, "ACM tells of no validation")),
]  # fmt: skip


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert tuple(judged(example)) == example.findings


@pytest.mark.parametrize(
    ("names", "name", "covered"),
    [
        (["*.bbws.io"], "*.bbws.io", True),
        (["a.bbws.io"], "*.bbws.io", False),
        (["*.bbws.io"], "*.a.bbws.io", False),
        (["*.bbws.io"], "a.b.bbws.io", False),
        (["*.bbws.io"], "bbws.io", False),
        (["*"], "io", False),
    ],
)
def test_what_covers_a_name(names: list[str], name: str, covered: bool) -> None:
    assert certificates.covers(names, name) is covered


@given(days=st.floats(-100, 400), type=st.sampled_from(["AMAZON_ISSUED", "IMPORTED", "PRIVATE"]), ahead=st.booleans())
def test_days_left_and_ready_agree(days: float, type: str, ahead: bool) -> None:
    found = described(days, type=type, not_before=NOW + timedelta(days=1) if ahead else NOW)
    left = passes(list(DAYS(PROD, found, **LIMITS)))
    assert left is (found.not_after - NOW >= timedelta(days=30 if type == "AMAZON_ISSUED" else 45) and not ahead)
    for serving in (None, ARN):
        assert passes(list(READY(*ready(serving, found), **LIMITS))) is (left and type != "PRIVATE")


@given(order=st.permutations([described(), described(10, arn=OTHER), described(names=(APEX,), arn=f"{ARN}3")]))
def test_ready_whatever_the_order(order: list[CertificateDescription]) -> None:
    assert passes(list(READY(*ready(None, *order), **LIMITS)))
