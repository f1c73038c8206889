"""Rules of composite alarms: which of them sound whenever an alarm is in ALARM, whatever state the others are in.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_TOKEN = re.compile(r"""\s*(?:(?P<name>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<mark>[(),])|(?P<word>[^\s(),"']+))""")


def sounds(name: str, arn: str, rules: Mapping[str, tuple[str, str]]) -> set[str]:
    """The ARNs of the composite alarms, of which `rules` has name and rule, that sound whenever the alarm does: at once, or because
    others do."""
    sounding, found = {name, arn}, set[str]()
    while True:
        new = {each for each, (_, rule) in rules.items() if each not in found and holds(rule, sounding) is True}
        if not new:
            return found
        found |= new
        sounding |= new | {rules[each][0] for each in new}


def holds(rule: str, sounding: Collection[str]) -> bool | None:
    """Whether a rule holds while those alarms are in ALARM and nothing is known of all others; None where it depends on others, or
    is not understood."""
    tokens = [(each.lastgroup or "", each[each.lastgroup or 0]) for each in _TOKEN.finditer(rule)]
    try:
        reader = _Reader(tokens, sounding)
        value = reader.disjunction()
    except (IndexError, ValueError):
        return None
    return value if reader.at_end else None


class _Reader:
    """Reads OR, AND, NOT in their order of precedence, and the states of alarms. An alarm in ALARM is in no other state."""

    def __init__(self, tokens: list[tuple[str, str]], sounding: Collection[str]) -> None:
        self._tokens, self._sounding, self._place = tokens, sounding, 0

    @property
    def at_end(self) -> bool:
        return self._place == len(self._tokens)

    def disjunction(self) -> bool | None:
        values = [self._conjunction()]
        while self._takes("OR"):
            values.append(self._conjunction())
        return True if True in values else None if None in values else False

    def _conjunction(self) -> bool | None:
        values = [self._negation()]
        while self._takes("AND"):
            values.append(self._negation())
        return False if False in values else None if None in values else True

    def _negation(self) -> bool | None:
        if self._takes("NOT"):
            value = self._negation()
            return None if value is None else not value
        if self._takes("("):
            value = self.disjunction()
            self._demand(")")
            return value
        return self._state()

    def _state(self) -> bool | None:
        word = self._next()[1].upper()
        if word in ("TRUE", "FALSE"):
            return word == "TRUE"
        if word not in ("ALARM", "OK", "INSUFFICIENT_DATA"):
            raise ValueError(word)  # such as AT_LEAST
        self._demand("(")
        kind, name = self._next()
        self._demand(")")
        name = re.sub(r"\\(.)", r"\1", name[1:-1]) if kind == "name" else name
        return word == "ALARM" if name in self._sounding else None

    def _next(self) -> tuple[str, str]:
        self._place += 1
        return self._tokens[self._place - 1]

    def _takes(self, word: str) -> bool:
        found = not self.at_end and self._tokens[self._place][0] != "name" and self._tokens[self._place][1].upper() == word
        self._place += found
        return found

    def _demand(self, mark: str) -> None:
        if not self._takes(mark):
            raise ValueError(mark)
