"""Websites: what comes back to whoever asks them, over which certificate, and what nobody may read past them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from checks import Finding, Judgement, Observation, Pillar, Problem, Seen, Severity, Undecided, check
from checks.comparisons import at_least, at_most, equal, judge, quantity

if TYPE_CHECKING:
    from fixtures.declared.websites import DirectRead, Endpoint, HeaderRule, Site
    from fixtures.facts.websites import DirectReply, LiveCertificate, Reply

LONGEST = 120  # characters of a text of the site's that are told
REDIRECTS = (301, 302, 307, 308)  # https://datatracker.ietf.org/doc/html/rfc9110#section-15.4
SMALLEST_COMPRESSED = 1_000  # bytes
CERTIFICATE = "websites.certificate"


def _quoted(text: str) -> str:
    """A text that came from outside, in one line that a terminal can bear, and not too long."""
    line = "".join(each if each.isprintable() else "�" for each in text).strip()
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _as_declared(endpoint: Endpoint, reply: Reply) -> bool:
    return reply.status in endpoint.status


def _unlike_declared(reply: Reply) -> Undecided:
    return Undecided(reply.url, f"it answered HTTP {reply.status}, which is not the answer to judge")


# ---------------------------------------------------------------------------------------------- the certificate


@check(
    CERTIFICATE,
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement=("sit.smoke", "prod.health"),
    fix="let the distribution show an ACM certificate of us-east-1 that is ISSUED and names the host, TLSv1.2_2021 or later; a run "
    "behind a proxy that opens TLS needs that proxy's authority in REQUESTS_CA_BUNDLE",
)
def certificate(site: Site, live: LiveCertificate) -> Iterator[Finding]:
    """The site shows a certificate that is trusted and names the host.

    Whoever shows another answers, and badly: no browser goes on. Where nobody answers at all, nobody could look.
    """
    trusted = "a certificate of a trusted authority, over TLS 1.2 or later"
    if live.certificate is None:
        yield Problem(site.host, trusted, live.rejected or "none")
        return
    shown = live.certificate
    if not shown.names or not shown.protocol:
        yield Undecided(site.host, "nothing is known of the certificate's names, or of the version of TLS")
        return
    yield Seen(site.host, trusted, f"issued by {_quoted(shown.issuer) or 'an authority without a name'}, over {shown.protocol}")
    covered = any(_covers(name, site.host) for name in shown.names)
    yield judge(site.host, covered, f"a name that covers {site.host}", _quoted(", ".join(shown.names)) or "none")


@check(
    "websites.certificate-days",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("sit.smoke", "prod.health"),
    fix="find out why ACM did not renew the certificate (its validation records in DNS, or that it was imported), and renew it",
    stands_on=(CERTIFICATE,),
)
def certificate_days(site: Site, live: LiveCertificate, *, days: int) -> Iterator[Finding]:
    """The certificate that the site shows is valid for long enough.

    ACM renews a certificate of its own 60 days before its end: https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
    """
    if live.certificate is None:
        yield Undecided(site.host, live.rejected or "no certificate is known")
        return
    left, until = live.certificate.not_after - live.at, f"until {live.certificate.not_after:%Y-%m-%d}"
    yield at_least(site.host, left, timedelta(days=days), what="valid for {} more", detail=until)


def _covers(name: str, host: str) -> bool:
    """Whether a name in a certificate covers the host: a wildcard stands for one label, the first.

    https://datatracker.ietf.org/doc/html/rfc9525#section-6.3
    """
    name, host = name.lower().rstrip("."), host.lower()
    label, dot, rest = host.partition(".")
    return name == host or (bool(label and dot) and "." in rest and name == f"*.{rest}")


# ---------------------------------------------------------------------------------------------- answers


@check(
    "websites.answers",
    severity=Severity.CRITICAL,
    pillar=Pillar.RELIABILITY,
    requirement=("sit.smoke", "prod.health"),
    fix="ask for the URL and follow the answer to whoever gives it: the distribution, a function at the edge, or the origin (the "
    "header x-cache says which)",
    stands_on=(CERTIFICATE,),
)
def answers(endpoint: Endpoint, reply: Reply) -> Iterator[Finding]:
    """The request is answered as declared: the status, and of it the content type, the body and the target of a redirect.

    The time of one request says nothing about the 95th percentile: it is stated, and not judged.
    """
    yield _status(endpoint, reply)
    if endpoint.content_type:
        observed = reply.headers.get("content-type", "")
        media_type = observed.partition(";")[0].strip().lower()
        yield judge(
            reply.url,
            media_type == endpoint.content_type.lower(),
            f"content type {endpoint.content_type}",
            _quoted(observed) or "none",
        )
    for text in endpoint.contains:
        yield _contains(reply, text)
    if endpoint.location:
        yield _target(reply, (endpoint.location,))
    if endpoint.max_bytes is not None:
        yield _size(reply, endpoint.max_bytes)
    took = f"answered in {quantity(reply.seconds * 1000, 'ms')}"
    if reply.attempts > 1:
        took += f" at attempt {reply.attempts}; the first: {_quoted(reply.first)}"
    yield Observation(reply.url, took)


def _status(endpoint: Endpoint, reply: Reply) -> Judgement:
    expected = f"HTTP {' or '.join(map(str, endpoint.status))}"
    to = f" to {_quoted(reply.headers['location'])}" if reply.headers.get("location") else ""
    return judge(reply.url, _as_declared(endpoint, reply), expected, f"HTTP {reply.status}{to}")


def _contains(reply: Reply, text: str) -> Finding:
    found = reply.markers.get(text)
    if found is None or (not found and not reply.whole):
        return Undecided(reply.url, f"whether the body contains {text!r} is not known: not all of it was read and understood")
    return judge(reply.url, found, f"a body that contains {text!r}", "contained" if found else f"not in its {reply.size:,} bytes")


def _size(reply: Reply, limit: int) -> Finding:
    if reply.whole:
        return at_most(reply.url, reply.size, limit, unit="bytes", what="a body of {}")
    if reply.size >= limit:
        return Problem(reply.url, f"a body of at most {limit:,} bytes", f"more than {reply.size:,} bytes")
    return Undecided(reply.url, f"of its body {reply.size:,} bytes were read and understood, and there are more")


# ---------------------------------------------------------------------------------------------- redirects


@check(
    "websites.https-redirect",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement=("sit.smoke", "prod.health"),
    fix="set viewer_protocol_policy = redirect-to-https on every behaviour of the distribution and apply",
)
def https_redirect(site: Site, replies: Sequence[Reply]) -> Iterator[Finding]:
    """Plain HTTP is redirected to HTTPS, to the same path and query.

    A site that stands for another may redirect there at once.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html
    """
    hosts = [site.host, *([site.redirects_to] if site.redirects_to else [])]
    yield from _redirected(site, replies, hosts)


@check(
    "websites.host-redirect",
    severity=Severity.MEDIUM,
    pillar=Pillar.OPERATIONAL_EXCELLENCE,
    requirement=("sit.smoke", "prod.health"),
    fix="redirect the host in the function at the edge that does redirects, with the path and the query, and deploy it",
    stands_on=(CERTIFICATE,),
)
def host_redirect(site: Site, replies: Sequence[Reply]) -> Iterator[Finding]:
    """A host that stands for another, as www does, redirects to it, to the same path and query."""
    yield from _redirected(site, replies, [site.redirects_to] if site.redirects_to else [])


def _redirected(site: Site, replies: Sequence[Reply], hosts: Sequence[str]) -> Iterator[Finding]:
    if not replies:
        yield Undecided(site.host, "nothing was asked for")
    for reply in replies:
        asked = urlsplit(reply.url)
        rest = asked.path + (f"?{asked.query}" if asked.query else "")
        yield judge(reply.url, reply.status in REDIRECTS, f"HTTP {' or '.join(map(str, REDIRECTS))}", f"HTTP {reply.status}")
        if reply.status in REDIRECTS:
            yield _target(reply, [f"https://{host}{rest}" for host in hosts])


def _target(reply: Reply, allowed: Sequence[str]) -> Judgement:
    """Where a reply redirects to. A relative target is one of the URL that was asked for."""
    location = reply.headers.get("location", "")
    target = _normal(location, reply.url) if location else ()
    good = target in [_normal(each) for each in allowed]
    return judge(reply.url, good, f"a redirect to {' or '.join(allowed) or 'another host'}", _quoted(location) or "no location")


def _normal(url: str, base: str = "") -> tuple[str, ...]:
    """What of a URL says where it leads: https://datatracker.ietf.org/doc/html/rfc3986#section-6.2.3"""
    try:
        parts = urlsplit(urljoin(base, url))
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:  # no URL: a port that is no number, half an address
        return ("", url)
    return (parts.scheme, parts.username or "", parts.hostname or "", str(port), parts.path or "/", parts.query)


# ---------------------------------------------------------------------------------------------- documents


@check(
    "websites.security-headers",
    severity=Severity.HIGH,
    pillar=Pillar.SECURITY,
    requirement=("sit.smoke", "prod.health"),
    fix="let the function at viewer-response, or a response headers policy, set the header, and deploy it",
    stands_on=("websites.answers", CERTIFICATE),
)
def security_headers(endpoint: Endpoint, reply: Reply) -> Iterator[Finding]:
    """A document comes with the headers that protect whoever reads it.

    They are demanded of the declared answer alone: a function at viewer-response does not run when the origin answers 400 or more,
    nor for what a function at viewer-request answers.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    if not _as_declared(endpoint, reply):
        yield _unlike_declared(reply)
        return
    for name, rule in endpoint.headers:
        value = reply.headers.get(name.lower())
        good = value is not None and _obeys(rule, value)
        yield judge(reply.url, good, f"{name}: {rule}", "no such header" if value is None else _quoted(value) or "an empty value")


def _obeys(rule: HeaderRule, value: str) -> bool:
    value = value.strip()
    if rule.matches is not None:
        return bool(re.fullmatch(rule.matches, value))
    if rule.at_least is None:
        return rule.equals is not None and value.lower() == rule.equals.lower()
    number = _directive(value, rule.directive) if rule.directive else value
    return bool(re.fullmatch(r"\d{1,15}", number, re.ASCII)) and int(number) >= rule.at_least


def _directive(value: str, name: str) -> str:
    """The value of a directive such as max-age; "" where it is missing, or there twice, which makes the header void.

    https://datatracker.ietf.org/doc/html/rfc6797#section-6.1
    """
    parts = [part.partition("=") for part in value.split(";")]
    found = [text.strip().strip('"') for key, _, text in parts if key.strip().lower() == name.lower()]
    return found[0] if len(found) == 1 else ""


@check(
    "websites.single-page",
    severity=Severity.HIGH,
    pillar=Pillar.RELIABILITY,
    requirement=("sit.smoke", "prod.health"),
    fix="let the function at origin-request rewrite paths of the application to its document, and deploy it",
    stands_on=("websites.answers", CERTIFICATE),
)
def single_page(endpoint: Endpoint, reply: Reply, original: Reply) -> Iterator[Finding]:
    """A path of the application answers the application's one document."""
    same = f"the document of {original.url}"
    if reply.status != original.status or not _as_declared(endpoint, reply):
        yield Undecided(reply.url, f"it answered HTTP {reply.status}, and {original.url} HTTP {original.status}")
    elif not (reply.whole and original.whole and reply.size and original.size and reply.digest and original.digest):
        yield Undecided(reply.url, "not all of both documents was read and understood, or one is empty")
    else:
        good = reply.digest == original.digest
        other = "the same" if good else f"other than its {original.size:,}"
        yield judge(reply.url, good, same, f"{reply.size:,} bytes, {other}")


# ---------------------------------------------------------------------------------------------- compression


@check(
    "websites.compression",
    severity=Severity.MEDIUM,
    pillar=Pillar.PERFORMANCE_EFFICIENCY,
    requirement=("sit.smoke", "prod.health"),
    fix="switch compress on in the behaviour, and gzip and Brotli in its cache policy; then invalidate the path, whose old "
    "copies stay in the cache",
    stands_on=("websites.answers", CERTIFICATE),
)
def compression(endpoint: Endpoint, reply: Reply, compressed: Reply) -> Iterator[Finding]:
    """An asset comes compressed to whoever asks for that.

    CloudFront compresses what has at least 1,000 bytes. It may serve an uncompressed copy that it has in its cache, and skips
    compression now and then when it is busy: one answer without it may be either.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
    """
    if not (_as_declared(endpoint, reply) and _as_declared(endpoint, compressed)):
        yield _unlike_declared(compressed if _as_declared(endpoint, reply) else reply)
        return
    encoding = _encoding(compressed)
    if encoding in ("gzip", "br"):
        yield Seen(compressed.url, "compressed by gzip or br when asked for", f"by {encoding}")
    elif reply.size < SMALLEST_COMPRESSED:
        yield Undecided(
            compressed.url, f"it has {reply.size:,} bytes, and CloudFront compresses none of less than 1,000: declare another"
        )
    elif "hit" in (cached := compressed.headers.get("x-cache", "").lower()):
        told = f"it came uncompressed ({_quoted(cached)}): a copy that the cache has kept, perhaps from before compression was on"
        yield Undecided(compressed.url, f"{told}; invalidate the path and look again")
    else:
        observed = f"encoding {_quoted(encoding)}" if encoding else "not compressed, and not from the cache"
        yield Problem(compressed.url, "compressed by gzip or br when asked for", observed)


@check(
    "websites.no-compression-unasked",
    severity=Severity.MEDIUM,
    pillar=Pillar.RELIABILITY,
    requirement=("sit.smoke", "prod.health"),
    fix="keep no compressed copy under a key without Accept-Encoding: put that into its policy, and store assets uncompressed",
    stands_on=("websites.answers", CERTIFICATE),
)
def no_compression_unasked(endpoint: Endpoint, reply: Reply) -> Iterator[Finding]:
    """An asset comes uncompressed to whoever accepts nothing else."""
    if not _as_declared(endpoint, reply):
        yield _unlike_declared(reply)
        return
    encoding = _encoding(reply)
    yield equal(reply.url, _quoted(encoding), "", what="content encoding {}")


def _encoding(reply: Reply) -> str:
    encoding = reply.headers.get("content-encoding", "").strip().lower()
    return "" if encoding == "identity" else encoding


# ---------------------------------------------------------------------------------------------- past the site


@check(
    "websites.direct-read-refused",
    severity=Severity.CRITICAL,
    pillar=Pillar.SECURITY,
    requirement="06.origin-access",
    fix="find out what lets anybody read the bucket, and block public access: only the distribution may read it",
    stands_on=(
        "s3.bucket-exists",
        "s3.public-access-block",
        "s3.no-public-policy",
        "s3.no-public-acl",
        "s3.anonymous-refused",
    ),
)
def direct_read_refused(direct_read: DirectRead, reply: DirectReply) -> Iterator[Finding]:
    """An object of the site is refused to whoever asks its bucket for it, past the distribution.

    S3's own 403 AccessDenied, of an object that stands, is a refusal. Other answers (another region, an object that nobody sees)
    say nothing of who may read.
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    refused = "HTTP 403 AccessDenied of S3's own, without credentials"
    observed = f"HTTP {reply.status}" + (f" {_quoted(reply.code)}" if reply.code else "")
    if 200 <= reply.status < 300 or reply.status == 304:
        yield Problem(direct_read.url, refused, f"{observed}: anybody may read it")
    elif not reply.stands:
        yield Undecided(direct_read.url, f"there is no such object, which S3 refuses as well: declare one that stands ({observed})")
    elif (reply.status, reply.code) == (403, "AccessDenied"):
        yield Seen(direct_read.url, refused, observed)
    else:
        yield Undecided(direct_read.url, f"it answered {observed}, which says nothing of who may read it")
