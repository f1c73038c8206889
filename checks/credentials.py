"""Credentials in plain text: by what a variable is called, and by what its value looks like.

The known forms of tokens and keys, and the entropy, are detect-secrets' (as bc-detect-secrets keeps it). What is found is told as
place, name and kind: no value leaves this module. Its verification, which would try a credential where it is used, is never run.

https://github.com/bridgecrewio/detect-secrets
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from checks import Finding, Problem, Seen, Undecided
from checks.comparisons import counted

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin


class Variable(Protocol):
    """What has a name and a value: of an environment, a stage, an output."""

    @property
    def name(self) -> str: ...

    @property
    def value(self) -> str: ...


@dataclass(frozen=True)
class Credential:
    """A credential in plain text: where it stands, by which name, and of which kind it is."""

    place: str
    name: str
    kind: str

    def __str__(self) -> str:
        return f"{self.name} in {self.place}: {self.kind}"


EXPECTED = "no credential in plain text"


def none_in(resource: str, places: Mapping[str, Sequence[Variable]]) -> Iterator[Finding]:
    """Whether there is no credential among the variables of a resource, by the places where they stand."""
    for place, variables in places.items():
        found = list(credentials(place, variables))
        yield from (Problem(resource, EXPECTED, str(each)) for each in found)
        if not found:
            names = ", ".join(sorted(each.name for each in variables))
            yield Seen(resource, EXPECTED, f"none in {place}, of {counted(len(variables), 'variable')}{names and f': {names}'}")
    if not places:
        yield Undecided(resource, "nothing is told of where variables could stand")


def credentials(place: str, variables: Iterable[Variable]) -> Iterator[Credential]:
    """The credentials among the variables of a place."""
    for variable in variables:
        if kind := kind_of(variable.name, variable.value):
            yield Credential(place, variable.name, kind)


def credentials_in(place: str, text: str) -> Iterator[Credential]:
    """The credentials in a script: what it assigns to variables, and what has a known form anywhere in it."""
    assigned = [(name, value.strip("\"'")) for name, value in _ASSIGNED.findall(text)]
    found = [Credential(place, name, kind) for name, value in assigned if (kind := kind_of(name, value, script=True))]
    yield from found
    if not found and (kind := _known(text) or _within(text)):
        yield Credential(place, "the text", kind)


_ASSIGNED = re.compile(r"(?m)^\s*(?:export\s+|set\s+|\$env:)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$")


def kind_of(name: str, value: str, *, script: bool = False) -> str:
    """Which kind of credential a value is; "" where it seems to be none. What a `script` assigns may refer to what is elsewhere;
    ECS expands nothing in a variable, so that there such a text is the value itself.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KeyValuePair.html
    """
    text = value.strip()
    if not text or _NOT_ITSELF.fullmatch(text) or (script and _ELSEWHERE.fullmatch(text)):
        return ""
    return _known(text) or _named(name, text, script=script) or _random(name, text) or _within(text)


def _within(text: str) -> str:
    """What a text of several words assigns: a command, or the PHP that WORDPRESS_CONFIG_EXTRA adds to wp-config.php."""
    pairs = (pair for each in (_INLINE, _DEFINED) for pair in each.findall(text))
    return next((kind for name, value in pairs if (kind := kind_of(name, value, script=True))), "")


_INLINE = re.compile(r"(?:^|[\s;&|\"'])([A-Z_][A-Z0-9_]*)=[\"']?([^\s;&|\"'$`<{(][^\s;&|\"']*)")
_DEFINED = re.compile(r"\bdefine\(\s*[\"'](\w+)[\"']\s*,\s*[\"']([^\"']*)[\"']")

# A mask, or the ARN of where the credential is.
_NOT_ITSELF = re.compile(r"\*+|arn:[\w-]+:[\w-]+:[\w-]*:\d*:\S+")
# Filled in elsewhere, by a shell or a template.
_ELSEWHERE = re.compile(r"\$\{[^}]+\}|\$\(.+\)|\$\w+|\{\{.+\}\}|<[^<>]+>")


# ---------------------------------------------------------------------------------------------- by its form


@cache
def _detectors() -> tuple[BasePlugin, ...]:
    """detect-secrets' detectors of known forms. Its keywords are sought in code, and its entropy in quotes: both are below."""
    from detect_secrets.plugins import (  # noqa: PLC0415  # a quarter of a second, for those alone who have variables to judge
        aws,
        azure_storage_key,
        basic_auth,
        discord,
        github_token,
        jwt,
        mailchimp,
        npm,
        private_key,
        sendgrid,
        slack,
        square_oauth,
        stripe,
        twilio,
    )

    return (
        private_key.PrivateKeyDetector(),
        aws.AWSKeyDetector(),
        basic_auth.BasicAuthDetector(),
        github_token.GitHubTokenDetector(),
        slack.SlackDetector(),
        stripe.StripeDetector(),
        sendgrid.SendGridDetector(),
        jwt.JwtTokenDetector(),
        npm.NpmDetector(),
        twilio.TwilioKeyDetector(),
        square_oauth.SquareOAuthDetector(),
        mailchimp.MailchimpDetector(),
        discord.DiscordBotTokenDetector(),
        azure_storage_key.AzureStorageKeyDetector(),
    )


_ASKED = r"(password|passwd|pwd|secret|token|api_?key|access_?key)"
_LITERAL = r"[\"']?[^\s\"'$`<{(|;\\-][^\s\"'|;]*"  # and neither another option nor what a shell fills in
# What the detectors leave out: a key of several lines, a URL without a user, and what a text of several settings calls a password.
_FORMS = {
    "Private Key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "Basic Auth Credentials": r"://[^\s:/?#@]*:[^\s/?#@${<]+@",
    "a password among other settings": _ASKED + r"[\"']?\s*[=:]\s*[\"']?[^\s\"';&,$<{]{3,}",
    "a password of a command": rf"--[\w-]*(password|passwd|pwd|requirepass|token|(?<=[a-z]-)secret)\s+{_LITERAL}"
    rf"|\b(mysql|mariadb)[\w-]*\b[^\n|;]*\s(?-i:-p){_LITERAL}|\bredis-cli\b[^\n|;]*\s(?-i:-a)\s+{_LITERAL}",
    "a password that is set": rf"[\w.-]+:{_LITERAL}[\"']?\s*\|\s*(sudo\s+)?chpasswd"
    rf"|\bchpasswd\b[^\n<|]*<<<\s*[\"']?[\w.-]+:{_LITERAL}"
    rf"|\bchpasswd\b[^\n<|]*<<-?\s*\S+\n\s*[\w.-]+:{_LITERAL}|\becho\s+{_LITERAL}[\"']?\s*\|\s*(sudo\s+)?passwd\s+--stdin",
}


def _known(text: str) -> str:
    """The form that a part of the text has. `analyze_string` finds, and asks nobody."""
    own = (kind for kind, form in _FORMS.items() if re.search(form, text, re.IGNORECASE))
    return next(own, "") or next((each.secret_type for each in _detectors() if any(True for _ in each.analyze_string(text))), "")


# ---------------------------------------------------------------------------------------------- by its name

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SETTING = re.compile(r"(?i)true|false|yes|no|on|off|none|null|enabled|disabled|optional|required")
_NUMBER = re.compile(r"\d{1,3}[smhd]?")

# Words of a name, such as DB_PASSWORD or apiKey, that say that its value is a credential.
_SECRET = {
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pw",
    "pass",
    "secret",
    "secrets",
    "token",
    "credential",
    "credentials",
    "salt",
}
_KEY = re.compile(
    r"(^|_)(api|access|auth|private|secret|signing|encryption|service|account|client|master|license|nonce|logged_in)_key(_\d+)?$"
    r"|^(api|auth|secret)key$"
)
_AUTH = re.compile(r"(^|_)(redis|valkey|cache|db|database|mysql|smtp|http|basic)_auth$")
# What its last word makes of it: where the credential is, or what is known of it, and not itself.
_ABOUT = {
    "arn", "arns", "name", "names", "path", "file", "id", "ids", "url", "uri", "endpoint", "host", "port", "region", "alias",
    "type", "kind", "rotation", "mode",
    "ttl", "expiry", "expiration", "seconds", "minutes", "hours", "days", "age", "length", "size", "limit", "count", "enabled",
    "required", "policy", "prefix", "suffix", "header", "version", "algorithm", "issuer", "audience", "bucket", "table", "user",
    "username", "field", "provider", "source", "store", "manager", "ref", "reference",
    "location", "parameter", "parameters", "dir", "directory",
}  # fmt: skip


def _words(name: str) -> list[str]:
    """The words of a name, in lower case: those of DB_PASSWORD, dbPassword and db.password are the same."""
    return re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def _named(name: str, text: str, *, script: bool) -> str:
    """A credential by its name, unless its value only says where one is."""
    words = _words(name)
    if words[-2:] == ["secret", "id"] and _UUID.fullmatch(text):
        return "a value of the name of a credential"  # by which an application signs in, and no name of a secret
    if not words or words[-1] in _ABOUT or _SETTING.fullmatch(text) or (_place(text) if script else _url(text)):
        return ""
    if words[-1] not in _SECRET and _NUMBER.fullmatch(text):
        return ""  # how many, or how long
    key = _KEY.search("_".join(words)) is not None
    joined = re.search(r"(password|passwd|secret|token|apikey)$", "".join(words)) is not None
    if key or joined or _SECRET & set(words) or _AUTH.search("_".join(words)):
        return f"a value of the name of a {'key' if key and not joined else 'credential'}"
    return ""


def _place(text: str) -> bool:
    """Whether the value is where something is: a URL or an absolute path, which a password may look like as well."""
    return _url(text) or re.fullmatch(r"/[\w.-]+(/[\w.-]+)+", text) is not None


def _url(text: str) -> bool:
    """Whether the value is a URL without a password, which would be known by its form."""
    return re.fullmatch(r"[a-z][a-z0-9+.-]*://[^\s@]+", text, re.IGNORECASE) is not None


# ---------------------------------------------------------------------------------------------- by its entropy

_SHORTEST = 20
# An image by its digest, and what AWS numbers so: sg-…, subnet-…, fs-…
_NUMBERED = re.compile(r"(.+@)?sha256:[0-9a-f]{64}|[a-z]+-([0-9a-f]{8}|[0-9a-f]{17})")
_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{_SHORTEST},}}={{0,2}}")
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
# Numbers of that length that everybody may know.
_PUBLIC = {
    "commit",
    "sha",
    "digest",
    "hash",
    "checksum",
    "revision",
    "version",
    "build",
    "release",
    "etag",
    "fingerprint",
    "id",
    "trace",
}


def _random(name: str, text: str) -> str:
    """A text as random as keys are, of one word; detect-secrets' own limits."""
    from detect_secrets.plugins import high_entropy_strings as entropy  # noqa: PLC0415  # as above

    if _PUBLIC & set(_words(name)) or _place(text) or _NUMBERED.fullmatch(text) or _UUID.fullmatch(text):
        return ""
    if _HEX.fullmatch(text):
        hexadecimal = entropy.HexHighEntropyString()
        return hexadecimal.secret_type if hexadecimal.calculate_shannon_entropy(text) > hexadecimal.entropy_limit else ""
    base64 = entropy.Base64HighEntropyString()
    mixed = all(re.search(each, text) for each in ("[A-Z]", "[a-z]", "[0-9]"))
    limit = min(base64.entropy_limit, 4 + 0.25 * ((len(text) - _SHORTEST) // 12))  # few characters cannot all be different
    return base64.secret_type if mixed and _BASE64.fullmatch(text) and base64.calculate_shannon_entropy(text) > limit else ""
