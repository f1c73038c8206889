"""The checks of websites, of their certificates, and of the buckets behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks import Finding, Observation, Problem, Seen, Undecided, websites
from fixtures.declared.s3 import Bucket
from fixtures.declared.websites import DirectRead, Endpoint, HeaderRule, Site
from fixtures.facts.websites import DirectReply, LiveCertificate, Reply
from fixtures.http.exchanges import Certificate
from tests.checks.examples import Example, judged

NOW = datetime(2026, 1, 13, 12, 0, tzinfo=UTC)
SITE = Site("frontend", "us-east-1", "06", "sit.kimmyai.io", ("/", "/products?page=2"), None)
WWW = replace(SITE, name="www", host="www.kimmyai.io", redirects_to="kimmyai.io", redirected=("/a?b=c",))
ROOT = Endpoint(
    "frontend/", "us-east-1", "06", site=SITE, method="GET", path="/", status=(200,), content_type="text/html", contains=("<html",),
    headers=(
        ("X-Frame-Options", HeaderRule(equals="DENY")),
        ("Strict-Transport-Security", HeaderRule(directive="max-age", at_least=31536000)),
        ("Content-Security-Policy", HeaderRule(matches=".+")),
    ),
    location=None, follows=0, max_bytes=None, compressed=False, same_as=None,
)  # fmt: skip
URL = ROOT.url
PAGE = replace(ROOT, name="frontend/products", path="/products", headers=(), contains=(), same_as=ROOT)
ASSET = replace(ROOT, name="frontend/app.js", path="/app.js", headers=(), contains=(), content_type=None, compressed=True)
MOVED = replace(ROOT, status=(301,), content_type=None, contains=(), headers=(), location="https://sit.kimmyai.io/new")
SMALL = replace(ROOT, content_type=None, contains=(), headers=(), max_bytes=5000)
GOOD_HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "x-frame-options": "deny",
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "content-security-policy": "default-src 'self'",
}
REPLY = Reply(URL, 200, GOOD_HEADERS, {"<html": True}, 4711, True, "d1", 0.25, 1, "")

# The lines of the promotion plans that the checks give evidence for.
CITED = {"06.origin-access", "prod.health", "sit.smoke"}


def reply(**changes: Any) -> Reply:
    return replace(REPLY, **changes)


def headers(**changes: str | None) -> Reply:
    """The good reply with other headers, or without some of them."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return reply(headers={name: value for name, value in {**GOOD_HEADERS, **named}.items() if value is not None})


def seen(expected: str, observed: str, url: str = URL) -> Seen:
    return Seen(url, expected, observed)


def bad(expected: str, observed: str, url: str = URL) -> Problem:
    return Problem(url, expected, observed)


def open_(reason: str, url: str = URL) -> Undecided:
    return Undecided(url, reason)


IN = Observation(URL, "answered in 250 ms")
OK, TYPE, TEXT = "HTTP 200", "content type text/html", "a body that contains '<html'"
HTML = "text/html; charset=utf-8"
IS_OK, IS_HTML, IS_TEXT = seen(OK, OK), seen(TYPE, HTML), seen(TEXT, "contained")
AFTER = Observation(URL, "answered in 250 ms at attempt 3; the first: HTTP 503")


def answers(says: str, endpoint: Endpoint, answered: Reply, *findings: Finding) -> Example:
    return Example(websites.answers, says, (endpoint, answered), findings)


ANSWERS = [
    answers("as declared", ROOT, REPLY, IS_OK, IS_HTML, IS_TEXT, IN),
    answers("at the third attempt", ROOT, reply(attempts=3, first="HTTP 503"), IS_OK, IS_HTML, IS_TEXT, AFTER),
    answers("an error", ROOT, reply(status=503, markers={"<html": False}), bad(OK, "HTTP 503"), IS_HTML,
            bad(TEXT, "not in its 4,711 bytes"), IN),
    answers("a redirect that is not followed", ROOT, replace(headers(location="https://evil.example/\x1b[2J"), status=302),
            bad(OK, "HTTP 302 to https://evil.example/�[2J"), IS_HTML, IS_TEXT, IN),
    answers("another content type", ROOT, headers(content_type="text/html5"), IS_OK, bad(TYPE, "text/html5"), IS_TEXT, IN),
    answers("no content type", ROOT, headers(content_type=None), IS_OK, bad(TYPE, "none"), IS_TEXT, IN),
    answers("a text that may stand in the rest", ROOT, reply(markers={"<html": False}, whole=False), IS_OK, IS_HTML,
            open_("whether the body contains '<html' is not known: not all of it was read and understood"), IN),
    answers("a text that stands in what was read", ROOT, reply(whole=False), IS_OK, IS_HTML, IS_TEXT, IN),
    answers("a text that nobody looked for", ROOT, reply(markers={}), IS_OK, IS_HTML,
            open_("whether the body contains '<html' is not known: not all of it was read and understood"), IN),
    answers("one of two statuses", replace(SMALL, status=(401, 403), max_bytes=None), reply(status=403),
            seen("HTTP 401 or 403", "HTTP 403"), IN),
    answers("a protected page that is open", replace(SMALL, status=(401, 403), max_bytes=None), REPLY,
            bad("HTTP 401 or 403", OK), IN),
    answers("a redirect as declared", MOVED, replace(headers(location="/new"), status=301),
            seen("HTTP 301", "HTTP 301 to /new"), seen("a redirect to https://sit.kimmyai.io/new", "/new"), IN),
    answers("a redirect without a target", MOVED, reply(status=301), seen("HTTP 301", "HTTP 301"),
            bad("a redirect to https://sit.kimmyai.io/new", "no location"), IN),
    answers("small enough", SMALL, REPLY, IS_OK, seen("a body of at most 5,000 bytes", "4,711 bytes"), IN),
    answers("too large", SMALL, reply(size=5001), IS_OK, bad("a body of at most 5,000 bytes", "5,001 bytes"), IN),
    answers("too large to be read", SMALL, reply(size=5000, whole=False), IS_OK,
            bad("a body of at most 5,000 bytes", "more than 5,000 bytes"), IN),
    answers("a size that is not known", SMALL, reply(size=0, whole=False), IS_OK,
            open_("of its body 0 bytes were read and understood, and there are more"), IN),
]  # fmt: skip

FRAMES, CSP = "X-Frame-Options: DENY", "Content-Security-Policy: like .+"
HSTS = "Strict-Transport-Security: max-age of at least 31,536,000"
GOOD_HSTS, POLICY = GOOD_HEADERS["strict-transport-security"], GOOD_HEADERS["content-security-policy"]
HAS_FRAMES, HAS_HSTS, HAS_CSP = seen(FRAMES, "deny"), seen(HSTS, GOOD_HSTS), seen(CSP, POLICY)


def secure(says: str, answered: Reply, *findings: Finding) -> Example:
    return Example(websites.security_headers, says, (ROOT, answered), findings)


def hsts(value: str, *, good: bool = False) -> Example:
    found = (seen if good else bad)(HSTS, value or "an empty value")
    return secure(f"HSTS {value!r}", headers(strict_transport_security=value), HAS_FRAMES, found, HAS_CSP)


SECURITY = [
    secure("all of them", REPLY, HAS_FRAMES, HAS_HSTS, HAS_CSP),
    secure("none of them", reply(headers={}), *(bad(each, "no such header") for each in (FRAMES, HSTS, CSP))),
    secure("frames of the same origin", headers(x_frame_options="SAMEORIGIN"), bad(FRAMES, "SAMEORIGIN"), HAS_HSTS, HAS_CSP),
    secure("twice", headers(x_frame_options="DENY, SAMEORIGIN"), bad(FRAMES, "DENY, SAMEORIGIN"), HAS_HSTS, HAS_CSP),
    secure("an empty policy", headers(content_security_policy=" "), HAS_FRAMES, HAS_HSTS, bad(CSP, "an empty value")),
    secure("another answer", reply(status=403), open_("it answered HTTP 403, which is not the answer to judge")),
    hsts("max-age=31536000", good=True),
    hsts('includeSubDomains; MAX-AGE = "31536000"', good=True),
    hsts("max-age=31535999"),
    hsts("max-age=31536000; max-age=0"),
    hsts("max-age=31536000, max-age=0"),
    hsts("max-age=-31536000"),
    hsts("max-age=٣١٥٣٦٠٠٠٩"),
    hsts("max-age=1e9"),
    hsts("includeSubDomains"),
    hsts(""),
]

PAGE_REPLY = reply(url=PAGE.url)


def single(says: str, answered: Reply, original: Reply, *findings: Finding) -> Example:
    return Example(websites.single_page, says, (PAGE, answered, original), findings)


SAME = f"the document of {URL}"
UNREAD = open_("not all of both documents was read and understood, or one is empty", PAGE.url)
SINGLE = [
    single("the same document", PAGE_REPLY, REPLY, seen(SAME, "4,711 bytes, the same", PAGE.url)),
    single("another one", replace(PAGE_REPLY, digest="d2", size=12), REPLY,
           bad(SAME, "12 bytes, other than its 4,711", PAGE.url)),
    single("two empty ones", replace(PAGE_REPLY, size=0), reply(size=0), UNREAD),
    single("two that begin alike", replace(PAGE_REPLY, whole=False), reply(whole=False), UNREAD),
    single("an error", replace(PAGE_REPLY, status=404), REPLY,
           open_(f"it answered HTTP 404, and {URL} HTTP 200", PAGE.url)),
    single("two errors alike", replace(PAGE_REPLY, status=404), reply(status=404),
           open_(f"it answered HTTP 404, and {URL} HTTP 404", PAGE.url)),
]  # fmt: skip

PLAIN = reply(url=ASSET.url, headers={})
BIG_ENOUGH, ASKED = "compressed by gzip or br when asked for", ASSET.url


def compressed(says: str, answered: Reply, *findings: Finding, plain: Reply = PLAIN) -> Example:
    return Example(websites.compression, says, (ASSET, plain, answered), findings)


def encoded(encoding: str, **more: str) -> Reply:
    return replace(PLAIN, headers={"content-encoding": encoding, **{name.replace("_", "-"): value for name, value in more.items()}})


HIT = "it came uncompressed (hit from cloudfront): a copy that the cache has kept, perhaps from before compression was on"
TINY = "it has 999 bytes, and CloudFront compresses none of less than 1,000: declare another"
UNLIKE = open_("it answered HTTP 404, which is not the answer to judge", ASKED)
COMPRESSION = [
    compressed("by gzip", encoded("GZIP"), seen(BIG_ENOUGH, "by gzip", ASKED)),
    compressed("by Brotli", encoded("br"), seen(BIG_ENOUGH, "by br", ASKED)),
    compressed("a small one after all", encoded("gzip"), seen(BIG_ENOUGH, "by gzip", ASKED), plain=replace(PLAIN, size=999)),
    compressed("not compressed", PLAIN, bad(BIG_ENOUGH, "not compressed, and not from the cache", ASKED)),
    compressed("identity", encoded("identity", x_cache="Miss from cloudfront"),
               bad(BIG_ENOUGH, "not compressed, and not from the cache", ASKED)),
    compressed("what nobody asked for", encoded("zstd"), bad(BIG_ENOUGH, "encoding zstd", ASKED)),
    compressed("from the cache", encoded("", x_cache="Hit from cloudfront"),
               open_(f"{HIT}; invalidate the path and look again", ASKED)),
    compressed("too small", PLAIN, open_(TINY, ASKED), plain=replace(PLAIN, size=999)),
    compressed("an error", replace(encoded("gzip"), status=404), UNLIKE),
    compressed("an error before", encoded("gzip"), UNLIKE, plain=replace(PLAIN, status=404)),
    Example(websites.no_compression_unasked, "none", (ASSET, PLAIN), (seen("content encoding none", "none", ASKED),)),
    Example(websites.no_compression_unasked, "identity", (ASSET, encoded("identity")),
            (seen("content encoding none", "none", ASKED),)),
    Example(websites.no_compression_unasked, "compressed", (ASSET, encoded("gzip")),
            (bad("content encoding none", "gzip", ASKED),)),
    Example(websites.no_compression_unasked, "an error", (ASSET, replace(PLAIN, status=404)), (UNLIKE,)),
]  # fmt: skip

ANY = "HTTP 301 or 302 or 307 or 308"


def redirected(location: str | None, status: int = 301, url: str = "http://sit.kimmyai.io/products?page=2") -> Reply:
    return reply(url=url, status=status, headers={"location": location} if location else {})


def to_https(says: str, answered: Reply, good: bool, site: Site = SITE, *, also: str = "") -> Example:
    to = "a redirect to " + answered.url.replace("http:", "https:") + also
    found = Seen if good else Problem
    target = found(answered.url, to, answered.headers.get("location", "no location"))
    return Example(websites.https_redirect, says, (site, (answered,)), (seen(ANY, f"HTTP {answered.status}", answered.url), target))


HTTPS = "https://sit.kimmyai.io/products?page=2"
WWW_URL = "https://www.kimmyai.io/a?b=c"
ON_WWW = "http://www.kimmyai.io/a?b=c"
REDIRECTS = [
    to_https("to the same path", redirected(HTTPS), True),
    to_https("with the port", redirected("https://SIT.kimmyai.io:443/products?page=2", 308), True),
    to_https("without a path", redirected("https://sit.kimmyai.io", url="http://sit.kimmyai.io/"), True),
    to_https("to another path", redirected("https://sit.kimmyai.io/"), False),
    to_https("without the query", redirected("https://sit.kimmyai.io/products"), False),
    to_https("to plain HTTP", redirected("http://sit.kimmyai.io/products?page=2"), False),
    to_https("to a path", redirected("/products?page=2"), False),
    to_https("to another host", redirected("https://sit.kimmyai.io.evil.example/products?page=2"), False),
    to_https("to another host behind a name", redirected("https://sit.kimmyai.io@evil.example/products?page=2"), False),
    to_https("as somebody", redirected("https://me@sit.kimmyai.io/products?page=2"), False),
    to_https("to another port", redirected("https://sit.kimmyai.io:8443/products?page=2"), False),
    to_https("to a port that is none", redirected("https://sit.kimmyai.io:https/products?page=2"), False),
    to_https("to half an address", redirected("https://[::1/products?page=2"), False),
    to_https("to nowhere", redirected(None), False),
    to_https("at once to the other host", redirected("https://kimmyai.io/a?b=c", url=ON_WWW), True, WWW,
             also=" or https://kimmyai.io/a?b=c"),
    Example(websites.https_redirect, "not at all", (SITE, (redirected(None, 200),)), (bad(ANY, "HTTP 200", redirected(None).url),)),
    Example(websites.https_redirect, "nothing asked", (SITE, ()), (open_("nothing was asked for", SITE.host),)),
    Example(websites.host_redirect, "to the other host",
            (WWW, (redirected("https://kimmyai.io/a?b=c", 301, WWW_URL),)),
            (seen(ANY, "HTTP 301", WWW_URL),
             seen("a redirect to https://kimmyai.io/a?b=c", "https://kimmyai.io/a?b=c", WWW_URL))),
    Example(websites.host_redirect, "to itself", (WWW, (redirected(WWW_URL, 301, WWW_URL),)),
            (seen(ANY, "HTTP 301", WWW_URL),
             bad("a redirect to https://kimmyai.io/a?b=c", WWW_URL, WWW_URL))),
    Example(websites.host_redirect, "serves itself", (WWW, (redirected(None, 200, WWW_URL),)),
            (bad(ANY, "HTTP 200", WWW_URL),)),
]  # fmt: skip

SHOWN = Certificate(("sit.kimmyai.io", "*.kimmyai.io"), NOW + timedelta(days=200), "Amazon, Amazon RSA 2048 M02", "TLSv1.3")
TRUSTED, COVERS = "a certificate of a trusted authority, over TLS 1.2 or later", "a name that covers sit.kimmyai.io"
BY = seen(TRUSTED, "issued by Amazon, Amazon RSA 2048 M02, over TLSv1.3", SITE.host)


def live(**changes: Any) -> LiveCertificate:
    return LiveCertificate(replace(SHOWN, **changes), "", NOW)


def names(*given: str, good: bool) -> Example:
    found = (seen if good else bad)(COVERS, ", ".join(given), SITE.host)
    return Example(websites.certificate, f"of {', '.join(given)}", (SITE, live(names=given)), (BY, found))


def left(good: bool, observed: str, **ahead: float) -> Example:
    found = (seen if good else bad)("valid for at least 30 days more", observed, SITE.host)
    facts = (SITE, live(not_after=NOW + timedelta(**ahead)))
    return Example(websites.certificate_days, observed, facts, (found,), {"days": 30})


EXPIRED = LiveCertificate(None, "its certificate is not to be trusted: certificate has expired", NOW)
CERTIFICATES = [
    names("sit.kimmyai.io", "kimmyai.io", good=True),
    names("*.kimmyai.io", good=True),
    names("SIT.KIMMYAI.IO", good=True),
    names("kimmyai.io", good=False),
    names("*.sit.kimmyai.io", good=False),
    names("*.io", "*", good=False),
    Example(websites.certificate, "rejected", (SITE, EXPIRED), (bad(TRUSTED, EXPIRED.rejected, SITE.host),)),
    Example(websites.certificate, "none", (SITE, LiveCertificate(None, "", NOW)), (bad(TRUSTED, "none", SITE.host),)),
    Example(websites.certificate, "without a name", (SITE, live(names=())),
            (open_("nothing is known of the certificate's names, or of the version of TLS", SITE.host),)),
    left(True, "200 days (until 2026-08-01)", days=200),
    left(True, "30 days (until 2026-02-12)", days=30),
    left(False, "29 days 23 hours 59 minutes (until 2026-02-12)", days=30, seconds=-1),
    left(False, "0 minutes (until 2026-01-12)", days=-1),
    Example(websites.certificate_days, "rejected", (SITE, EXPIRED), (open_(EXPIRED.rejected, SITE.host),), {"days": 30}),
]  # fmt: skip

BUCKET = Bucket("bbws-frontend-sit", "eu-west-1", "06", "1", log_bucket="", log_prefix=None, lifecycle=None, templates=())
OBJECT = DirectRead("bbws-frontend-sit/index.html", "eu-west-1", "06", BUCKET, "index.html")
REFUSED = "HTTP 403 AccessDenied of S3's own, without credentials"
NO_OBJECT = "there is no such object, which S3 refuses as well: declare one that stands (HTTP 403 AccessDenied)"


def direct(says: str, status: int, code: str, finding: Finding, *, stands: bool = True) -> Example:
    return Example(websites.direct_read_refused, says, (OBJECT, DirectReply(status, code, stands)), (finding,))


def proves_nothing(status: int, code: str) -> Example:
    told = f"HTTP {status} {code}".strip()
    return direct(told, status, code, open_(f"it answered {told}, which says nothing of who may read it", OBJECT.url))


DIRECT = [
    direct("refused", 403, "AccessDenied", seen(REFUSED, "HTTP 403 AccessDenied", OBJECT.url)),
    direct("readable", 200, "", bad(REFUSED, "HTTP 200: anybody may read it", OBJECT.url)),
    direct("readable in part", 206, "", bad(REFUSED, "HTTP 206: anybody may read it", OBJECT.url)),
    direct("readable, and not listed", 200, "", bad(REFUSED, "HTTP 200: anybody may read it", OBJECT.url), stands=False),
    direct("refused, and there is none", 403, "AccessDenied", open_(NO_OBJECT, OBJECT.url), stands=False),
    proves_nothing(403, ""),  # somebody else's refusal
    proves_nothing(403, "AllAccessDisabled"),
    proves_nothing(307, "TemporaryRedirect"),
    proves_nothing(301, "PermanentRedirect"),
    proves_nothing(400, "IllegalLocationConstraintException"),
    proves_nothing(404, "NoSuchKey"),
    proves_nothing(503, "SlowDown"),
]

EXAMPLES = [*ANSWERS, *SECURITY, *SINGLE, *COMPRESSION, *REDIRECTS, *CERTIFICATES, *DIRECT]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example(example: Example) -> None:
    assert judged(example) == list(example.findings)


def test_a_long_text_of_the_sites_is_told_in_part() -> None:
    (status, *_) = websites.answers(MOVED, replace(headers(location="/" + "x" * 5000), status=302))
    assert isinstance(status, Problem) and len(status.observed) < 150 and status.observed.endswith("…")


def test_a_page_stands_on_its_site_and_on_the_page_whose_document_it_shows() -> None:
    assert PAGE.stands_on == (SITE, ROOT)
