"""What a role may do, by its own policies and its boundary: decided as far as it can be, and told apart from what cannot.

No kept library serves. policyuniverse (last released in 2023) expands wildcards and names who is in a policy, and evaluates no
condition; parliament and iam-policy-validator say whether a policy is well written; cloudsplaining looks for known bad patterns;
principalmapper (last released in 2022) evaluates conditions, for a graph of an account that it gathers itself, and says no where it
should say that it does not know; the one evaluator with conditions that is kept, iam-simulate, is TypeScript and under the AGPL. So
this evaluates, on what `checks.policies` understands of statements, and has three answers.

Not known here: an organization's policies, which may only deny more, and the policies of what is asked for, such as a KMS key's.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from checks.policies import Policy, Statement, conditions, listed, matches, meets, statements

Context = Mapping[
    str, str | None
]  # by keys in lower case; None: known to be missing from the request. What is not in it is not known


@dataclass(frozen=True)
class Asked:
    """Somebody asks to do something to what has this ARN, or where it is not `exactly` that, to anything that begins so.
    `principal` is the ARN of the role that asks."""

    principal: str
    action: str
    resource: str
    context: Context
    exactly: bool = True


@dataclass(frozen=True)
class Answer:
    """Whether it is allowed, None where that cannot be decided; and by what, or why not."""

    allowed: bool | None
    why: str


def answer(asked: Asked, policies: Iterable[tuple[str, Policy]], boundary: Policy | None = None) -> Answer:
    """What policies, each with its name, say of a request: what denies wins, one must allow, and so must the boundary."""
    found = [each for name, policy in policies for each in _said(asked, name, policy)]
    limits = _said(asked, "the boundary", boundary) if boundary is not None else []
    denied = [each for each in (*found, *limits) if each.effect == "Deny"]
    if sure := [each for each in denied if each.about]:
        return Answer(False, f"denied by {sure[0].name}")
    allowed = _best(each for each in found if each.effect == "Allow")
    if allowed is None:
        return Answer(False, "allowed by nothing")
    within = _best(each for each in limits if each.effect == "Allow") if boundary is not None else allowed
    if within is None:
        return Answer(False, "not allowed by the boundary")
    if unsure := next((each for each in (allowed, within, *denied) if each.about is None), None):
        verb = "denies" if unsure.effect == "Deny" else "allows"
        return Answer(None, f"not known whether {unsure.name} {verb} it: {unsure.why}")
    return Answer(True, allowed.name)


@dataclass(frozen=True)
class _Said:
    name: str
    effect: str
    about: bool | None  # the statement is about the request, or it is not known whether
    why: str


def _best(said: Iterable[_Said]) -> _Said | None:
    """The surest of them."""
    return max(said, key=lambda each: each.about is True, default=None)


def _said(asked: Asked, name: str, policy: Policy) -> list[_Said]:
    """The statements that are about the request, or may be."""
    found = []
    for place, statement in statements(policy):
        effect = str(statement.get("Effect"))
        parts = [
            _named(statement, "Action", asked, lambda pattern: matches(asked.action.lower(), pattern.lower())),
            _by(statement, asked),
            _named(statement, "Resource", asked, _fitting(asked, effect)),
            *(_holds(*each, asked) for each in conditions(statement)),
        ]
        if all(about is not False for about, _ in parts):
            unsure = [why for about, why in parts if about is None]
            found.append(_Said(f"{place} of {name}", effect, None if unsure else True, "; ".join(unsure)))
    return found


def _fitting(asked: Asked, effect: str) -> Callable[[str], bool]:
    """Of all that begins so, some is enough for what allows; what denies must deny it all."""
    if asked.exactly:
        return lambda pattern: matches(asked.resource, pattern)
    if effect == "Allow":
        return lambda pattern: meets(pattern, asked.resource)
    return lambda pattern: pattern.endswith("*") and matches(f"{asked.resource}\0", pattern)


def _named(statement: Statement, member: str, asked: Asked, fits: Callable[[str], bool]) -> tuple[bool | None, str]:
    """Whether one of the patterns of the member fits; where the statement has its opposite, such as NotAction, that none does."""
    opposite = f"Not{member}" in statement
    if not opposite and member not in statement:
        return True, ""  # of what it is the policy of
    patterns = [_filled(str(each), asked) for each in listed(statement[f"Not{member}" if opposite else member])]
    if opposite and not asked.exactly and member == "Resource":
        # All but these: of what begins so something is left, unless one of them covers it all.
        fits = lambda pattern: pattern.endswith("*") and matches(f"{asked.resource}\0", pattern)  # noqa: E731
    if any(fits(each) for each in patterns if each is not None):
        return not opposite, ""
    if None in patterns:
        unknown = [str(each) for each in listed(statement[f"Not{member}" if opposite else member]) if "${" in str(each)]
        return None, f"what {' and '.join(unknown)} stands for is not known"
    return opposite, ""


def _by(statement: Statement, asked: Asked) -> tuple[bool | None, str]:
    """Whether the statement's principal is the role. A role's own policies have none.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if "NotPrincipal" in statement:
        return None, "it has a NotPrincipal"
    if (named := statement.get("Principal")) is None or named == "*":
        return True, ""
    account = asked.principal.split(":")[4]
    # Whoever allows an account leaves it to the policies of its roles, and whoever denies it denies them all.
    whole = (account, f"arn:aws:iam::{account}:root") if statement.get("Effect") == "Deny" else ()
    those = listed(named.get("AWS") if isinstance(named, Mapping) else named)
    return any(str(each) in ("*", asked.principal, *whole) for each in those), ""


# ---------------------------------------------------------------------------------------------- variables

_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def _filled(text: str, asked: Asked) -> str | None:
    """The text with its variables replaced; None where one of them is not known, and a text that nothing matches where it is known
    to be missing.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    unknown = False

    def value(found: re.Match[str]) -> str:
        nonlocal unknown
        name, _, default = (part.strip() for part in found[1].partition(","))
        if name == "$":
            return name
        key = name.lower()  # ${*} and ${?} stand for themselves, which no pattern here can say: they are not known
        if key not in asked.context:
            unknown = True
            return ""
        known = asked.context[key]
        return known if known is not None else default.strip("'") if default else "\0"

    filled = _VARIABLE.sub(value, text)
    return None if unknown else filled


# ---------------------------------------------------------------------------------------------- conditions


def _holds(operator: str, key: str, values: Sequence[str], asked: Asked) -> tuple[bool | None, str]:
    """Whether a condition holds, None where its operator, its key or a variable is none that is known.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    why = f"{operator} {key} {' or '.join(values)}"
    quantifier, _, name = operator.lower().rpartition(":")
    if name == "null":
        if key.lower() not in asked.context:
            return None, why
        missing = asked.context[key.lower()] is None
        return any(value.lower() == str(missing).lower() for value in values), ""
    optional, name = name.endswith("ifexists"), name.removesuffix("ifexists")
    negated, compare = "not" in name, _OPERATORS.get(name.replace("not", "", 1))
    if compare is None or key.lower() not in asked.context:
        return None, why
    known = asked.context[key.lower()]
    if known is None:
        # A missing key meets what may be missing, every one of none, and what is negated; but not any one of none, negated or not.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
        return optional or quantifier == "forallvalues" or (negated and quantifier != "foranyvalue"), ""
    filled = [_filled(value, asked) for value in values]
    if any(compare(known, value) for value in filled if value is not None):
        return not negated, ""
    return (None, why) if None in filled else (negated, "")


def _arn(text: str, pattern: str) -> bool:
    """Each of the six parts of an ARN for itself."""
    parts, patterns = text.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(matches, parts, patterns))


def _in_range(text: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_address(text) in ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        return False


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": str.__eq__,
    "stringequalsignorecase": lambda text, value: text.lower() == value.lower(),
    "stringlike": matches,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": lambda text, value: text.lower() == value.lower(),
    "ipaddress": _in_range,
}


def known(tags: Mapping[str, str], **others: Any) -> Context:
    """The context of a request by a principal with these tags, and no others."""
    return _Tagged({f"aws:principaltag/{name.lower()}": value for name, value in tags.items()}, others)


class _Tagged(dict[str, str | None]):
    """A context that knows every tag of the principal: one that is not there is missing."""

    def __init__(self, tags: Mapping[str, str], others: Mapping[str, str | None]) -> None:
        super().__init__({**tags, **others})

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or str(key).startswith("aws:principaltag/")

    def __missing__(self, key: str) -> None:
        return None
