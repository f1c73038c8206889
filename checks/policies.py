"""Policies of resources: which of their statements are about a request, statement by statement.

What the suite understands of a policy is little, and it says so: a statement whose condition it cannot evaluate may be about the
request or not, and is told apart from both.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks import Finding, Problem, Seen, Undecided

Policy = Mapping[str, Any]
Statement = Mapping[str, Any]


def listed(value: Any) -> list[Any]:
    """A member of a policy that may be one thing or a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def statements(policy: Policy | None) -> Iterator[tuple[str, Statement]]:
    """Every statement with what to call it: its Sid, or its place where it has none."""
    for number, statement in enumerate(listed((policy or {}).get("Statement")), start=1):
        yield f"statement {statement.get('Sid') or f'no. {number}'}", statement


def everybody(statement: Statement) -> bool:
    """Whether the statement names everybody as its principal, in one of the two forms that mean the same.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
    """
    principal = statement.get("Principal")
    return principal == "*" or (isinstance(principal, Mapping) and "*" in listed(principal.get("AWS")))


def principal(statement: Statement) -> str:
    """The statement's principal in words: "Principal *", "NotPrincipal AWS arn:…"."""
    member = "NotPrincipal" if "NotPrincipal" in statement else "Principal"
    named = statement.get(member, "")
    if isinstance(named, Mapping):
        named = ", ".join(f"{kind} {' or '.join(map(str, listed(names)))}" for kind, names in named.items())
    return f"{member} {named}"


def conditions(statement: Statement) -> list[tuple[str, str, list[str]]]:
    """The statement's conditions, of which all must hold: operator, key, values."""
    return [
        (operator, key, [str(value) for value in listed(values)])
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
    ]


def matches(text: str, pattern: str) -> bool:
    """Whether a pattern of a policy's, in which * and ? stand for others, matches the text."""
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def covers(pattern: str, beginning: str) -> bool:
    """Whether a pattern matches everything that begins so and goes on: it ends in a star, and names nothing of what follows."""
    return pattern.endswith("*") and matches(f"{beginning}\0", pattern)


def meets(pattern: str, beginning: str) -> bool:
    """Whether a pattern matches anything that begins so."""
    return any(matches(beginning, pattern[:length]) for length in range(len(pattern) + 1))


# ---------------------------------------------------------------------------------------------- what is said of a request


@dataclass(frozen=True)
class Request:
    """A service of AWS's that does something to everything whose ARN begins with `under`, or to what has `exactly` that. `context`
    are the condition keys that the request is known to carry, in lower case, with their values. Of a request by no known `service`
    only everybody is its principal.
    """

    service: str
    action: str
    under: str
    context: Mapping[str, str]
    exactly: bool = False


@dataclass(frozen=True)
class Said:
    """What a policy says of a request: the statements that deny and allow it; those that do so on a condition that is not
    understood; and those that would allow it, were it another one. Each by name, with why."""

    denied: tuple[str, ...]
    allowed: tuple[str, ...]
    perhaps_denied: tuple[str, ...]
    perhaps_allowed: tuple[str, ...]
    nearly_allowed: tuple[str, ...]


def said_of(request: Request, policy: Policy | None) -> Said:
    """What the policy says of the request."""
    found: dict[tuple[str, bool | None], list[str]] = {}
    for name, statement in statements(policy):
        about, why = _about(statement, request)
        if why or about is not False:  # else it is about something else altogether
            found.setdefault((str(statement.get("Effect")), about), []).append(f"{name} ({why})" if why else name)

    def those(effect: str, about: bool | None) -> tuple[str, ...]:
        return tuple(found.get((effect, about), []))

    return Said(those("Deny", True), those("Allow", True), those("Deny", None), those("Allow", None), those("Allow", False))


def admitted(where: str, expected: str, said: Said, otherwise: str = "") -> Finding:
    """Whether a policy lets the request through: allowed and not denied. Undecided where that hangs on what is not understood;
    `otherwise` says what else could have allowed it."""
    if said.denied:
        return Problem(where, expected, f"denied by {' and '.join(said.denied)}")
    if unclear := said.perhaps_denied if said.allowed else said.perhaps_allowed:
        verb = "denies" if said.allowed else "allows"
        return Undecided(where, f"{expected}? not known whether {' and '.join(unclear)} {verb} it")
    if said.allowed:
        return Seen(where, expected, f"allowed by {' and '.join(said.allowed)}")
    nearly = f", not even by {' and '.join(said.nearly_allowed)}" if said.nearly_allowed else ""
    return Problem(where, expected, f"allowed by no statement of its policy{nearly}{otherwise}")


def _about(statement: Statement, request: Request) -> tuple[bool | None, str]:
    """Whether a statement is about the request, None where that is not understood; and why, where there is more to say of it."""
    if not _names(statement, "Action", lambda pattern: matches(request.action.lower(), pattern.lower())):
        return False, ""
    if (by := _by(statement, request.service)) is not True:
        return by, principal(statement) if by is None else ""
    resources = [str(each) for each in listed(statement.get("Resource")) + listed(statement.get("NotResource"))]
    if any("${" in each for each in resources):
        return None, f"for {' and '.join(resources)}"
    # What allows must cover all of it, and what denies some of it is enough to be in the way.
    whole = (statement.get("Effect") == "Allow") is not ("NotResource" in statement)
    fits = (lambda pattern, arn: matches(arn, pattern)) if request.exactly else covers if whole else meets
    if not _names(statement, "Resource", lambda pattern: fits(pattern, request.under)):
        return False, f"for {'all but ' if 'NotResource' in statement else ''}{' and '.join(resources)}"
    return _hold(statement, request.context)


def _names(statement: Statement, member: str, fits: Callable[[str], bool]) -> bool:
    """Whether one of the patterns of the member fits, or none where the statement has its opposite, such as NotAction."""
    if f"Not{member}" in statement:
        return not any(fits(str(each)) for each in listed(statement[f"Not{member}"]))
    return any(fits(str(each)) for each in listed(statement.get(member)))


def _by(statement: Statement, service: str) -> bool | None:
    if "NotPrincipal" not in statement:
        return everybody(statement) or _is_service(statement.get("Principal"), service)
    if statement.get("Effect") == "Allow":
        return None  # AWS advises against it, and does not say whether everybody else includes its services
    return not _is_service(statement["NotPrincipal"], service)


def _is_service(named: Any, service: str) -> bool:
    return isinstance(named, Mapping) and service in map(str, listed(named.get("Service")))


# ---------------------------------------------------------------------------------------------- conditions


def _hold(statement: Statement, context: Mapping[str, str]) -> tuple[bool | None, str]:
    """Whether all conditions hold, and those that decide: one that does not hold decides whatever the others say.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
    """
    held = [(_holds(*each, context), f"{each[0]} {each[1]} {' or '.join(each[2])}") for each in conditions(statement)]
    verdict = next((each for each in (False, None) if each in [holds for holds, _ in held]), True)
    return verdict, ", ".join(text for holds, text in held if holds is verdict)


def _holds(operator: str, key: str, values: Collection[str], context: Mapping[str, str]) -> bool | None:
    """Whether a condition holds; None where the operator, the key or a variable among the values is none that is understood."""
    # The key is known to be there, so that IfExists changes nothing.
    name = operator.lower().removesuffix("ifexists")
    known, compare = context.get(key.lower()), _OPERATORS.get(name.replace("not", ""))
    if known is None or not values or any("${" in value for value in values):
        return None
    if name == "numericlessthan":  # what is known is the least that it may be
        return False if all(_number(value) <= _number(known) for value in values) else None
    if compare is None:
        return None
    if compare is _arn and any(value.count(":") < 5 for value in values):
        return None  # no ARN, which AWS does not say what it makes of
    return any(compare(known, value) for value in values) is ("not" not in name)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.inf


def _arn(text: str, pattern: str) -> bool:
    """ArnLike and ArnEquals: each of the six parts of an ARN for itself.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    parts, patterns = text.split(":", 5), pattern.split(":", 5)
    return len(parts) == len(patterns) and all(map(matches, parts, patterns))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": str.__eq__,
    "stringequalsignorecase": lambda text, value: text.lower() == value.lower(),
    "stringlike": matches,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": lambda text, value: text.lower() == value.lower(),
}
