"""Certificates made of answers that AWS could give and the simulated estate does not: what is understood, and what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fixtures.aws.errors import Absent, CallFailed, CannotLook
from fixtures.declared.certificates import Certificate
from fixtures.declared.inventory import load
from fixtures.facts.certificates import Ready, Renewal, Served, Validation, ValidationRecord
from tests.facts.reader import NOW, read
from tests.facts.test_dns import records, values, zone, zones

PROD = load("prod").of(Certificate)[0]
ARN, OTHER = (f"arn:aws:acm:us-east-1:093646564004:certificate/{number}" for number in (1, 2))
AFRICAN, FOREIGN = ARN.replace("us-east-1", "af-south-1"), ARN.replace("093646564004", "111122223333")


def validation(name: str = "kimmyai.io", method: str | None = "DNS", **record: str) -> dict[str, Any]:
    known = {"Name": f"_1.{name}.", "Type": "CNAME", "Value": "_2.acm-validations.AWS.", **record}
    told = {"ValidationMethod": method} if method else {}
    return {"DomainName": name, **told, **({"ResourceRecord": known} if method == "DNS" else {})}


# As AWS answered in 2018, but for names and times.
ISSUED: dict[str, Any] = {
    "CertificateArn": ARN,
    "DomainName": "kimmyai.io",
    "SubjectAlternativeNames": ["kimmyai.io", "*.KIMMYAI.io"],
    "DomainValidationOptions": [validation()],
    "Serial": "03:a4:c3:cb:0c:37:af:11:65:3a:63:dc:ed:95:57:04",
    "Subject": "CN=kimmyai.io",
    "Issuer": "Amazon",
    "CreatedAt": NOW,
    "IssuedAt": NOW,
    "Status": "ISSUED",
    "NotBefore": NOW,
    "NotAfter": NOW + timedelta(days=395),
    "KeyAlgorithm": "RSA-2048",
    "SignatureAlgorithm": "SHA256WITHRSA",
    "InUseBy": ["arn:aws:cloudfront::093646564004:distribution/E1"],
    "Type": "AMAZON_ISSUED",
    "RenewalEligibility": "ELIGIBLE",
    "Options": {"CertificateTransparencyLoggingPreference": "ENABLED"},
}


def without(*members: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (ISSUED | changes).items() if name not in members}


def answers(viewer: dict[str, Any] | None = None, certificate: Any = ISSUED, **more: Any) -> dict[str, Any]:
    config = {
        "Aliases": {"Quantity": 1, "Items": ["kimmyai.io"]},
        "ViewerCertificate": {"ACMCertificateArn": ARN} if viewer is None else viewer,
    }
    distribution = {"Id": "E1", "DistributionConfig": config}
    return {
        "ListDistributions": [{"DistributionList": {"IsTruncated": False, "Items": [distribution | config]}}],
        "GetDistribution": {"Distribution": distribution},
        "DescribeCertificate": certificate if isinstance(certificate, str) else {"Certificate": certificate},
        **more,
    }


NO_DISTRIBUTION: dict[str, Any] = {"ListDistributions": [{"DistributionList": {"IsTruncated": False, "Quantity": 0}}]}
IAM, DEFAULT = {"IAMCertificateId": "ASCA", "ACMCertificateArn": ""}, {"CloudFrontDefaultCertificate": True}
GONE = "ResourceNotFoundException"

# ---------------------------------------------------------------------------------------------- what serves the names


@pytest.mark.parametrize(
    ("viewer", "certificate", "expected"),
    [
        (None, ISSUED, Served(ARN, "ISSUED", "")),
        (None, {"Status": "PENDING_VALIDATION"}, Served(ARN, "PENDING_VALIDATION", "")),
        (None, GONE, Served(ARN, None, "")),
        ({"ACMCertificateArn": AFRICAN}, "NotAsked", Served(AFRICAN, None, "")),
        ({"ACMCertificateArn": FOREIGN}, "NotAsked", Served(FOREIGN, None, "")),
        (IAM, "NotAsked", Served("", None, "the certificate ASCA of IAM")),
        (DEFAULT, "NotAsked", Served("", None, "CloudFront's own certificate, which has none of its aliases")),
    ],
    ids=["issued", "pending", "gone", "another region's", "another account's", "IAM's", "CloudFront's"],
)
def test_what_serves_the_names(viewer: dict[str, Any] | None, certificate: Any, expected: Served) -> None:
    assert read("served_certificate", PROD, **answers(viewer, certificate)) == expected


def test_a_distribution_that_names_no_certificate() -> None:
    with pytest.raises(CannotLook, match="names no certificate"):
        read("served_certificate", PROD, **answers({"CloudFrontDefaultCertificate": False}))


@pytest.mark.parametrize("fact", ["certificate_description", "validation_records"])
@pytest.mark.parametrize("viewer", [{"ACMCertificateArn": AFRICAN}, {"ACMCertificateArn": FOREIGN}, IAM, DEFAULT])
def test_a_certificate_elsewhere_is_not_described(fact: str, viewer: dict[str, Any]) -> None:
    with pytest.raises(Absent, match=r"kimmyai\.io is served with .*, none of 093646564004 in us-east-1"):
        read(fact, PROD, **answers(viewer, "NotAsked"))


def test_nothing_serves_the_names() -> None:
    for fact in ("served_certificate", "certificate_description", "validation_records"):
        with pytest.raises(Absent, match="no distribution has one of its aliases"):
            read(fact, PROD, **NO_DISTRIBUTION)


# ---------------------------------------------------------------------------------------------- what it is


def described(certificate: dict[str, Any]) -> Any:
    return read("certificate_description", PROD, **answers(certificate=certificate))


def test_an_issued_certificate() -> None:
    found = described(ISSUED)
    assert (found.names, found.key, found.eligible, found.as_of) == (("kimmyai.io", "*.kimmyai.io"), "RSA_2048", True, NOW)
    assert found.validations == (Validation("kimmyai.io", "DNS", ("_1.kimmyai.io", "_2.acm-validations.aws")),)
    assert found.renewal is None


def test_an_imported_one_without_names() -> None:
    imported = without("SubjectAlternativeNames", "DomainValidationOptions", "DomainName", "IssuedAt", Type="IMPORTED")
    found = described(imported | {"RenewalEligibility": "INELIGIBLE", "InUseBy": [], "KeyAlgorithm": "EC-prime256v1"})
    assert (found.names, found.validations, found.eligible, found.key) == ((), (), False, "EC_prime256v1")


def test_renewal() -> None:
    each = [
        validation() | {"ValidationStatus": "SUCCESS"},
        validation("www.kimmyai.io") | {"ValidationStatus": "PENDING_VALIDATION"},
    ]
    summary = {"RenewalStatus": "PENDING_VALIDATION", "DomainValidationOptions": each, "UpdatedAt": NOW}
    assert described(ISSUED | {"RenewalSummary": summary}).renewal == Renewal("PENDING_VALIDATION", "", ("www.kimmyai.io",), NOW)
    failed = summary | {"RenewalStatus": "FAILED", "RenewalStatusReason": "CAA_ERROR", "DomainValidationOptions": []}
    assert described(ISSUED | {"RenewalSummary": failed}).renewal == Renewal("FAILED", "CAA_ERROR", (), NOW)
    for member in summary:
        with pytest.raises(CannotLook, match="lacks"):
            described(ISSUED | {"RenewalSummary": {name: value for name, value in summary.items() if name != member}})


@pytest.mark.parametrize(
    "member",
    [
        "CertificateArn", "SubjectAlternativeNames", "Type", "NotBefore", "NotAfter", "KeyAlgorithm", "SignatureAlgorithm",
        "InUseBy", "RenewalEligibility", "DomainValidationOptions",
    ],
)  # fmt: skip
def test_what_an_issued_certificate_always_has(member: str) -> None:
    with pytest.raises(CannotLook, match=f"lacks {member}"):
        described(without(member))


@pytest.mark.parametrize("option", [validation(method=None), {"DomainName": "kimmyai.io", "ValidationMethod": "DNS"}, {}])
def test_a_validation_that_is_not_understood(option: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        described(ISSUED | {"DomainValidationOptions": [option]})


def test_another_certificate_than_was_asked_for() -> None:
    with pytest.raises(CannotLook, match="certificate/2, which was not asked for"):
        described(ISSUED | {"CertificateArn": OTHER})


# ---------------------------------------------------------------------------------------------- will it be renewed


def validated(*options: dict[str, Any], sets: tuple[dict[str, Any], ...] = (), **changes: Any) -> Any:
    certificate = ISSUED | {"DomainValidationOptions": [*options]} | changes
    more = {"ListHostedZones": zones(zone()), "ListResourceRecordSets": records(*sets)}
    return read("validation_records", PROD, **answers(certificate=certificate, **more))


def test_records_that_validate() -> None:
    there = values("_1.kimmyai.io.", "CNAME", "_2.acm-validations.aws.")
    options = [validation(), validation("www.kimmyai.io"), validation("bbws.io"), validation(method="EMAIL")]
    type_, found = validated(*options, sets=(there, values("_1.www.kimmyai.io.", "TXT", "x")))
    assert type_ == "AMAZON_ISSUED"
    assert [each.found for each in found] == [("_2.acm-validations.aws",), (), None, None]
    assert found[3] == ValidationRecord(Validation("kimmyai.io", "EMAIL", None), None)


def test_an_imported_one_has_none() -> None:
    assert validated(Type="IMPORTED") == ("IMPORTED", ())


def test_a_zone_that_is_not_there() -> None:
    more = {"ListHostedZones": zones(zone(name="example.org.")), "ListResourceRecordSets": records()}
    with pytest.raises(Absent, match="does not exist as one public hosted zone"):
        read("validation_records", PROD, **answers(**more))


# ---------------------------------------------------------------------------------------------- before a deployment


def summary(arn: str, *names: str, more: bool | None = False) -> dict[str, Any]:
    told = {"SubjectAlternativeNameSummaries": [*names]} if names else {}
    return {"CertificateArn": arn, **told, **({} if more is None else {"HasAdditionalSubjectAlternativeNames": more})}


@pytest.mark.parametrize(
    ("listed", "looked_at"),
    [
        ([summary(ARN, "kimmyai.io")], True),
        ([summary(ARN, "x.io", "*.KIMMYAI.io")], True),
        ([summary(ARN, "example.org")], False),
        ([summary(ARN, "example.org", more=True)], True),
        ([summary(ARN, "example.org", more=None)], True),
        ([summary(ARN)], True),
        ([], False),
    ],
)
def test_the_issued_ones_that_may_cover_a_name(listed: list[dict[str, Any]], looked_at: bool) -> None:
    pages = [{"CertificateSummaryList": [each], "NextToken": "x"} for each in listed] + [{"CertificateSummaryList": []}]
    found = read("ready_certificates", PROD, **answers(ListCertificates=pages))
    assert (found.serving, [each.arn for each in found.issued]) == (ARN, [ARN] if looked_at else [])


def test_before_a_distribution_is_there() -> None:
    given = {**answers(), **NO_DISTRIBUTION, "ListCertificates": [{"CertificateSummaryList": []}]}
    assert read("ready_certificates", PROD, **given) == Ready(None, ())


def test_what_serves_the_names_and_is_no_certificate_of_acms() -> None:
    found = read("ready_certificates", PROD, **answers(IAM, ListCertificates=[{"CertificateSummaryList": []}]))
    assert found.serving == "the certificate ASCA of IAM"


@pytest.mark.parametrize("page", [{}, {"CertificateSummaryList": [{}]}])
def test_a_list_that_is_not_understood(page: dict[str, Any]) -> None:
    with pytest.raises(CannotLook, match="lacks"):
        read("ready_certificates", PROD, **answers(ListCertificates=[page]))


def test_a_certificate_that_goes_meanwhile() -> None:
    with pytest.raises(CallFailed, match=GONE):
        read("ready_certificates", PROD, **answers(certificate=GONE, ListCertificates=[{"CertificateSummaryList": [summary(ARN)]}]))
