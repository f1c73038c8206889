"""The scope of a run: which checks it should have, as an expression over waves, plans and phases."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

PHASES = ("pre", "post", "soak", "gate")


class ScopeError(Exception):
    """A scope that cannot be understood. The text is one line."""


class ScopeExpression:
    """A `-m` expression over the marks that say where a check belongs. Empty: everything."""

    def __init__(self, text: str, marks: Collection[str]) -> None:
        self.text = text.strip()
        names = [word for word in re.findall(r"[^\s()]+", self.text) if word not in ("and", "or", "not")]
        for name in names:
            if name not in marks:
                close = difflib.get_close_matches(name, sorted(marks), n=1)
                meant = f" (did you mean {close[0]}?)" if close else ""
                raise ScopeError(f"-m: found {name!r}, expected marks out of {', '.join(sorted(marks))}{meant}")
        self._names = sorted(set(names))
        try:
            self._code = compile(self.text or "True", "-m", "eval")
        except SyntaxError:
            raise ScopeError(f"-m: found {text!r}, expected marks joined by and, or, not and parentheses") from None

    def matches(self, marks: Collection[str]) -> bool:
        """Whether something that carries these marks is in the scope."""
        # Every name is a known mark and nothing else is in the expression: there is nothing to call.
        return bool(eval(self._code, {"__builtins__": {}}, {name: name in marks for name in self._names}))
