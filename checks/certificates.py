"""Certificates: what declared names are served with is issued, covers them, is valid long enough, and will be renewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from checks import Finding, Observation, Pillar, Problem, Seen, Severity, Undecided, check
from checks.comparisons import at, at_least, judge, one_of, quantity

if TYPE_CHECKING:
    from fixtures.declared.certificates import Certificate
    from fixtures.facts.certificates import CertificateDescription, Ready, Renewal, Served, ValidationRecord

# What every browser takes. CloudFront and API Gateway take fewer, and say so when they are given others.
# https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
KEYS = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1")
SIGNATURES = tuple(f"SHA{bits}WITH{key}" for key in ("RSA", "ECDSA") for bits in (256, 384, 512))
TRUSTED = ("AMAZON_ISSUED", "IMPORTED")


# ---------------------------------------------------------------------------------------------- before a deployment


@check(
    "certificates.ready",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.certificates",
    fix="request a certificate for all declared names in that region, validate it by DNS, and wait until it is issued",
    stands_on=("certificates.issued", "certificates.trusted", "certificates.covers-names", "certificates.days-left"),
)
def ready(certificate: Certificate, found: Ready, *, amazon_issued_days: int, imported_days: int) -> Iterator[Finding]:
    """A certificate for all declared names is ready where it is needed: the one that serves them, or any before a first deployment.

    A certificate that nothing uses is not renewed. https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
    """
    days = f"{amazon_issued_days} days left ({imported_days} if it is imported)"
    expected = f"issued in {certificate.region} for {', '.join(certificate.names)}, with at least {days}"
    judged = {each.arn: _wrong(certificate, each, amazon_issued_days, imported_days) for each in found.issued}
    fit = [arn for arn, wrong in judged.items() if not wrong]
    if found.serving is None:
        told = "; ".join(f"{arn} {wrong}" for arn, wrong in judged.items()) or "no issued certificate has one of the names"
        yield judge(certificate.name, bool(fit), expected, fit[0] if fit else told)
        if fit:
            yield Observation(certificate.name, "nothing uses a certificate before the deployment: it is not renewed until then")
        return
    wrong = judged.get(found.serving, "serves them, and is no issued one that has one of the names")
    yield judge(certificate.name, not wrong, expected, f"{found.serving} {wrong}".strip())
    if wrong and fit:
        yield Observation(certificate.name, f"would do: {fit[0]}")


def _wrong(certificate: Certificate, each: CertificateDescription, amazon_issued_days: int, imported_days: int) -> str:
    """What is wrong with an issued certificate, or ""."""
    left, limit = each.not_after - each.as_of, least_left(each, amazon_issued_days, imported_days)
    missing = [name for name in certificate.names if not covers(each.names, name)]
    return "; ".join([
        *([f"does not cover {', '.join(missing)}"] if missing else []),
        *([f"has {quantity(left, up=False)} left"] if left < limit else []),
        *([f"is not valid before {at(each.not_before)}"] if each.not_before > each.as_of else []),
        *([f"is {each.type}"] if each.type not in TRUSTED else []),
        *([f"has a key {each.key}"] if each.key not in KEYS else []),
        *([f"is signed {each.signature}"] if each.signature.upper() not in SIGNATURES else []),
    ])  # fmt: skip


def least_left(each: CertificateDescription, amazon_issued_days: int, imported_days: int) -> timedelta:
    """What ACM does not renew by itself somebody has to, who needs longer."""
    return timedelta(days=amazon_issued_days if each.type == "AMAZON_ISSUED" else imported_days)


def covers(names: Sequence[str], name: str) -> bool:
    """Whether a certificate for the names is one for the name, too. A star stands for one label, the first.

    https://www.rfc-editor.org/rfc/rfc6125#section-6.4.3
    """
    first, _, rest = name.partition(".")
    lower = {each.lower() for each in names}
    return name.lower() in lower or (first != "*" and f"*.{rest}".lower() in lower)


# ---------------------------------------------------------------------------------------------- what serves the names


@check(
    "certificates.issued",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.certificates",
    fix="serve the names with an issued certificate of AWS Certificate Manager, of this account and region; one that waits for its "
    "validation needs the validation records",
    stands_on=("cloudfront.certificate",),
)
def issued(certificate: Certificate, served: Served) -> Iterator[Finding]:
    """What serves the declared names has a certificate of its account and of the right region, and that is issued."""
    place = f"arn:aws:acm:{certificate.region}:{certificate.account}:certificate/"
    expected = f"a certificate of {certificate.account} in {certificate.region}"
    yield judge(certificate.name, served.arn.startswith(place), expected, served.arn or served.otherwise or "nothing")
    if served.arn.startswith(place):
        yield judge(certificate.name, served.status == "ISSUED", "ISSUED", served.status or "no such certificate")


@check(
    "certificates.trusted",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.certificates",
    fix="request a public certificate of ACM with a key that browsers take (RSA_2048 or EC_prime256v1)",
    stands_on=("certificates.issued",),
)
def trusted(certificate: Certificate, described: CertificateDescription) -> Iterator[Finding]:
    """Browsers trust the certificate: it comes from a public authority, and its key and its signature are of today.

    No browser trusts a private authority by itself. https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-request-private.html
    """
    yield one_of(certificate.name, described.type, TRUSTED)
    yield one_of(certificate.name, described.key, KEYS, what="a key {}")
    yield one_of(certificate.name, described.signature.upper(), SIGNATURES, what="signed {}")


@check(
    "certificates.covers-names",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="pre.certificates",
    fix="request a certificate for all declared names, and let it serve them: the names of a certificate cannot be changed",
    stands_on=("certificates.issued",),
)
def covers_names(certificate: Certificate, described: CertificateDescription) -> Iterator[Finding]:
    """The certificate covers every declared name. A wildcard covers one level, and not the name that it begins under."""
    names = ", ".join(described.names) or "no name"
    for name in certificate.names:
        yield judge(name, covers(described.names, name), f"a certificate for {name}", names)


@check(
    "certificates.days-left",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement="pre.certificates",
    fix="see why ACM does not renew the certificate (certificates.renewal, certificates.validation-records); import anew what was "
    "imported",
    stands_on=("certificates.issued",),
)
def days_left(
    certificate: Certificate, described: CertificateDescription, *, amazon_issued_days: int, imported_days: int
) -> Iterator[Finding]:
    """The certificate is valid, and will be for as long as it takes to replace it."""
    yield at_least(
        certificate.name,
        described.not_after - described.as_of,
        least_left(described, amazon_issued_days, imported_days),
        what=f"{{}} left ({amazon_issued_days} days AMAZON_ISSUED, {imported_days} days otherwise)",
        detail=f"{described.type}, until {at(described.not_after)}",
    )
    if described.not_before > described.as_of:
        yield Problem(certificate.name, "valid now", f"valid from {at(described.not_before)}")


# ---------------------------------------------------------------------------------------------- will it be renewed


@check(
    "certificates.renewal",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.certificates",
    fix="validate the names that ACM waits for; request a new certificate where the renewal failed",
    stands_on=("certificates.issued", "certificates.validation-records"),
)
def renewal(certificate: Certificate, described: CertificateDescription) -> Iterator[Finding]:
    """ACM renews the certificate by itself and nothing is in its way, or it is known that somebody else has to.

    PENDING_AUTO_RENEWAL needs nobody; PENDING_VALIDATION means that ACM could not validate a name by itself, and does not renew the
    certificate until somebody acts. https://docs.aws.amazon.com/acm/latest/userguide/check-certificate-renewal-status.html
    """
    if described.type != "AMAZON_ISSUED":
        yield Seen(certificate.name, "renewed by ACM, or not issued by it", f"{described.type}: ACM does not renew it")
        return
    if described.renewal:
        good = described.renewal.status in ("SUCCESS", "PENDING_AUTO_RENEWAL")
        yield judge(certificate.name, good, "a renewal that is SUCCESS or PENDING_AUTO_RENEWAL", _told(described.renewal))
    uses = ", ".join(described.in_use_by) or "nothing"
    if described.eligible:
        yield Seen(certificate.name, "eligible for renewal", f"eligible, in use by {uses}")
    elif described.in_use_by:
        yield Problem(certificate.name, "eligible for renewal", f"not eligible, though in use by {uses}")
    else:
        yield Undecided(certificate.name, "ACM does not know yet that it is used, and renews no certificate that nothing uses")


def _told(found: Renewal) -> str:
    waits = f", waits for {', '.join(found.waits_for)}" if found.waits_for and found.status != "SUCCESS" else ""
    return f"{found.status or 'no status'}{f' ({found.reason})' if found.reason else ''} since {at(found.updated)}{waits}"


@check(
    "certificates.validation-records",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement="pre.certificates",
    fix="create the CNAME record that ACM names, in the hosted zone of the name: ACM asks for it at every renewal",
    stands_on=("certificates.issued",),
)
def validation_records(certificate: Certificate, found: tuple[str, Sequence[ValidationRecord]]) -> Iterator[Finding]:
    """The records by which ACM validates the names stand in their hosted zones: without them a renewal fails.

    Validation by email or HTTP has none, nor has a certificate that ACM did not issue.
    """
    type_, records = found
    if type_ != "AMAZON_ISSUED":
        yield Seen(certificate.name, "validation records, or nothing that ACM validates", type_ or "no type")
    elif not records:
        yield Undecided(certificate.name, "ACM tells of no validation")
    for each in records:
        yield _validated(each)


def _validated(each: ValidationRecord) -> Finding:
    name, method, record = each.validation.name, each.validation.method, each.validation.record
    if method in ("EMAIL", "HTTP"):
        by = "by email: whoever owns the domain must answer at each renewal" if method == "EMAIL" else "by HTTP: it needs no record"
        return Seen(name or "a name", "validated by DNS, or without a record", by)
    if method != "DNS" or not record:
        return Undecided(name, f"validated {method or 'in no known way'}, and no record is named")
    if each.found is None:
        return Undecided(name, f"no declared hosted zone holds its validation record {record[0]}")
    expected = f"CNAME {record[0]} {record[1]}"
    return judge(name, each.found == (record[1],), expected, ", ".join(each.found) or "no such record")
