"""Metric math: which sum of metrics an expression is, or what quotient of two such sums.

What the suite understands of metric math is little: sums, multiples and quotients, in the usual forms. Of anything else nothing is
said. Where all of its metrics have data, an expression is worth what is said of it here; where what it divides by is 0, nothing.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

Sum = Mapping[str, float]  # how often each metric is in it, by id
ONE = ""  # the id of the number 1
ALONE: Sum = {ONE: 1.0}  # what a sum by itself is over


@dataclass(frozen=True)
class Quotient:
    """A sum of metrics over another one. A sum by itself is over the number 1."""

    sum: Sum
    over: Sum

    @property
    def number(self) -> float | None:
        """Its value, where it is a number."""
        return self.sum.get(ONE, 0.0) / self.over[ONE] if set(self.sum) <= {ONE} and set(self.over) == {ONE} else None


def understood(compared: str, metrics: Mapping[str, int], expressions: Mapping[str, str]) -> Quotient | None:
    """What the one that is `compared` is worth in `metrics`, whose periods in seconds are given, and in other expressions; None
    where that is not understood."""
    try:
        return _Reader(metrics, expressions).named(compared, ())
    except (_NotUnderstood, SyntaxError, ZeroDivisionError, OverflowError, RecursionError, ValueError):
        return None


class _NotUnderstood(Exception):
    """Something else than a quotient of sums."""


class _Reader:
    def __init__(self, metrics: Mapping[str, int], expressions: Mapping[str, str]) -> None:
        self._metrics, self._expressions = metrics, expressions

    def named(self, name: str, within: tuple[str, ...]) -> Quotient:
        if name in self._metrics:
            return Quotient({name: 1.0}, ALONE)
        if name not in self._expressions or name in within:
            raise _NotUnderstood
        return self._value(ast.parse(self._expressions[name].strip(), mode="eval").body, (*within, name))

    def _value(self, node: ast.expr, within: tuple[str, ...]) -> Quotient:
        match node:
            case ast.Constant(value=int() | float() as number):
                return Quotient({ONE: float(number)}, ALONE)
            case ast.Name(id=name):
                return self.named(name, within)
            case ast.BinOp(left=left, op=operator, right=right):
                return _combined(self._value(left, within), operator, self._value(right, within))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._called(name.upper(), arguments, within)
        raise _NotUnderstood

    def _called(self, name: str, arguments: list[ast.expr], within: tuple[str, ...]) -> Quotient:
        match name, arguments:
            case "SUM", [ast.List(elts=each)]:
                return self._sum([self._value(one, within) for one in each])
            case "SUM", [ast.Call(func=ast.Name(id="METRICS"), args=[])]:
                return self._sum([self.named(each, within) for each in self._metrics])
            case "SUM", [ast.Call(func=ast.Name(id="METRICS"), args=[ast.Constant(value=str() as part)])]:
                return self._sum([self.named(each, within) for each in self._metrics if part in each])
            case "FILL", [filled, _]:  # what it is filled with is of no account where there is data
                return self._value(filled, within)
            case "PERIOD", [ast.Name(id=metric)] if metric in self._metrics:
                return Quotient({ONE: float(self._metrics[metric])}, ALONE)
            case "IF", [condition, then, other]:
                return self._guarded(condition, self._value(then, within), self._value(other, within), within)
        raise _NotUnderstood

    def _sum(self, values: list[Quotient]) -> Quotient:
        total = Quotient({}, ALONE)
        for each in values:
            total = _combined(total, ast.Add(), each)
        return total

    def _guarded(self, condition: ast.expr, then: Quotient, other: Quotient, within: tuple[str, ...]) -> Quotient:
        """IF(m2 > 0, m1 / m2, 0): what it guards against is a quotient without a value. By any other sum than the one below, be it
        of the same metrics, it would be 0 where the quotient has a value."""
        match condition:
            case ast.Compare(left=left, ops=[ast.Gt() | ast.NotEq()], comparators=[ast.Constant(value=0)]):
                guard = self._value(left, within)
            case ast.Name():
                guard = self._value(condition, within)
            case _:
                raise _NotUnderstood
        if guard.over != ALONE or guard.sum != then.over or other.number != 0:
            raise _NotUnderstood
        return then


def _combined(left: Quotient, operator: ast.operator, right: Quotient) -> Quotient:
    match operator:
        case ast.Add() | ast.Sub() if left.over == right.over:
            sign = 1.0 if isinstance(operator, ast.Add) else -1.0
            names = {**left.sum, **right.sum}
            return Quotient({name: left.sum.get(name, 0.0) + sign * right.sum.get(name, 0.0) for name in names}, left.over)
        case ast.Mult() if right.number is not None:
            return Quotient(_times(left.sum, right.number), left.over)
        case ast.Mult() if left.number is not None:
            return Quotient(_times(right.sum, left.number), right.over)
        case ast.Div() if right.number is not None:
            return Quotient(_times(left.sum, 1 / right.number), left.over)
        case ast.Div() if left.over == right.over == ALONE:
            return Quotient(left.sum, right.sum)
    raise _NotUnderstood


def _times(sum_: Sum, number: float) -> Sum:
    return {name: times * number for name, times in sum_.items()}
