"""The scope of a run: which expressions it takes, what they select, and that nothing but marks gets in."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.scope import PHASES, ScopeError, ScopeExpression

MARKS = {"wave1", "wave2", "plan04", "plan05", "pre", "post", "soak", "gate"}


@pytest.mark.parametrize(
    ("text", "carried", "selected"),
    [
        ("", set(), True),
        ("", {"wave1", "post"}, True),
        (" \t\n", {"wave1"}, True),
        ("wave2", {"wave2", "post"}, True),
        ("wave2", {"wave1", "post"}, False),
        ("wave2", set(), False),
        ("  wave2  ", {"wave2"}, True),
        ("wave2 and post", {"wave2", "post"}, True),
        ("wave2 and post", {"wave2", "pre"}, False),
        ("wave1 or plan04", {"wave2", "plan04"}, True),
        ("wave1 or plan05", {"wave2", "plan04"}, False),
        ("not wave1", {"wave2"}, True),
        ("not wave1", {"wave1"}, False),
        ("not not wave1", {"wave1"}, True),
        ("not wave1 and post", {"wave1"}, False),
        ("not (wave1 and post)", {"wave1", "pre"}, True),
        ("wave1 or wave2 and post", {"wave1", "pre"}, True),
        ("(wave1 or wave2) and post", {"wave1", "pre"}, False),
        ("(wave1 or wave2)and(post)", {"wave2", "post"}, True),
        ("((wave2))", {"wave2"}, True),
        ("wave2 and not (pre or soak)", {"wave2", "gate"}, True),
        ("wave2 and wave2", {"wave2"}, True),
    ],
)
def test_what_an_expression_selects(text: str, carried: set[str], selected: bool) -> None:
    assert ScopeExpression(text, MARKS).matches(carried) is selected


def refusal(text: str) -> str:
    with pytest.raises(ScopeError) as refused:
        ScopeExpression(text, MARKS)
    told = str(refused.value)
    assert told.splitlines() == [told]
    assert told.startswith("-m: found ")
    assert ", expected marks" in told
    return told


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("wave3", "wave3", "wave2"),
        ("wave2 and plan4", "plan4", "plan04"),
        ("not pots", "pots", "post"),
        ("Wave2", "Wave2", "wave2"),
        ("xyz", "xyz", None),
        ("WAVE2 and POST", "WAVE2", None),
        ("wave2 or _", "_", None),
    ],
)
def test_an_unknown_mark_is_named_with_the_one_that_was_meant(text: str, found: str, meant: str | None) -> None:
    told = refusal(text)
    assert f"found {found!r}, expected marks out of gate, plan04" in told
    assert (f"(did you mean {meant}?)" in told) is bool(meant)
    assert bool(meant) is ("did you mean" in told)


@pytest.mark.parametrize(
    "text",
    [
        "wave2 and", "and", "or wave2", "not", "wave2 post", "wave2 not post", "(wave2", "wave2)", ")wave2(",
                "wave2 and ()",
        "WAVE2 AND POST", "wave2,post", "wave2, post", "True", "None", "1", "-wave2", "wave2\x00", "wave2 # post", "#",
        "(wave2\nor post)", "(wave2\ror post)", "wave2 \\\n or post", "wave2\x0c or post",
        "()", "not ()", "wave2\npost", "(wave2) (post)", "(" * 300 + "wave2" + ")" * 300, "not " * 5000 + "wave2",
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    shown = text if len(text) <= 100 else text[:100] + "…"
    assert refusal(text) == f"-m: found {shown!r}, expected marks joined by and, or, not and parentheses"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')", "__import__('os').system('true')", "wave2.__class__", "wave2()", "wave2 ()", "wave2(post)",
        "(wave2)()", "not wave2()", "lambda: wave2", "(lambda: wave2)()", "wave2 if post else pre", "[wave2]",
                "{wave2}",
        "wave2 == post", "wave2 & post", "wave2 := post", "(wave2:=post)", "f'{wave2}'", "'wave2'", "exec('1')",
                "wave2; post",
        "await wave2", "yield", "[x for x in wave2]", "*wave2", "(*wave2)", "wave2 is post", "wave2 in post", "wave2#",
                "...",
    ],
)  # fmt: skip
def test_code_is_refused(text: str) -> None:
    assert refusal(text) == f"-m: found {text!r}, expected marks joined by and, or, not and parentheses"


def test_the_phases_are_in_their_order() -> None:
    assert PHASES == ("pre", "post", "soak", "gate")


names = st.sampled_from(sorted(MARKS))
expressions = st.recursive(
    names,
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(text=expressions, carried=st.sets(names))
def test_an_expression_and_its_negation_share_everything_between_them(text: str, carried: set[str]) -> None:
    assert ScopeExpression(text, MARKS).matches(carried) is not ScopeExpression(f"not ({text})", MARKS).matches(carried)


@settings(deadline=None)
@given(
    text=st.lists(st.sampled_from(["(", ")", "()", "wave2", "post", "and", "or", "not", "\n", ".", ""]), max_size=7).map(" ".join)
)
@example("wave2 (post)")
def test_any_text_is_understood_or_refused(text: str) -> None:
    """What is accepted can be asked about any marks: it cannot break later, in the middle of a run."""
    try:
        expression = ScopeExpression(text, MARKS)
    except ScopeError:
        refusal(text)
        return
    for carried in itertools.combinations(["wave2", "post"], 1):
        assert expression.matches(carried) in (True, False)
