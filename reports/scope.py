"""The scope of a run: which checks it should have, as an expression over waves, plans and phases."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection

PHASES = ("pre", "post", "soak", "gate")


LONGEST = 500  # characters; a scope that nobody can read is refused


class ScopeError(Exception):
    """A scope that cannot be understood. The text is one line."""


class ScopeExpression:
    """A `-m` expression over the marks that say where a check belongs. Empty: everything."""

    def __init__(self, text: str, marks: Collection[str]) -> None:
        self.text = text.strip()
        try:
            self._tree = ast.parse(self.text or "True", mode="eval").body
            # Python would take a comment and lines in parentheses.
            allowed = not self.text or (self._allowed() and not set("#\\\r\n\f") & set(self.text) and len(self.text) <= LONGEST)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            allowed = False
        if not allowed:
            shown = repr(text) if len(text) <= 100 else repr(text[:100] + "…")
            raise ScopeError(f"-m: found {shown}, expected marks joined by and, or, not and parentheses")
        for name in self._names():
            if name not in marks:
                close = difflib.get_close_matches(name, sorted(marks), n=1)
                meant = f" (did you mean {close[0]}?)" if close else ""
                raise ScopeError(f"-m: found {name!r}, expected marks out of {', '.join(sorted(marks))}{meant}")

    def _allowed(self) -> bool:
        grammar = (ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Name, ast.Load)
        return all(isinstance(node, grammar) for node in ast.walk(self._tree))

    def _names(self) -> list[str]:
        return [node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)]

    def matches(self, marks: Collection[str]) -> bool:
        """Whether something that carries these marks is in the scope."""

        def holds(node: ast.expr) -> bool:
            if isinstance(node, ast.BoolOp):
                return (all if isinstance(node.op, ast.And) else any)(holds(value) for value in node.values)
            if isinstance(node, ast.UnaryOp):
                return not holds(node.operand)
            return node.id in marks if isinstance(node, ast.Name) else True

        return holds(self._tree)
