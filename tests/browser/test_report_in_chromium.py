"""The sign-off report in a real browser: accessible, silent, readable without scripts, whole on paper and on a phone, and with all
that blocks on its first screen.

Run by name, `pytest tests/browser`: needs Chromium (from PATH, or named by CHROMIUM), the packages of the group `browser`, and
pypdf, which reads what was printed (`pip install pypdf`).
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from reports import html

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
A4 = {"width": 794, "height": 1123}  # CSS pixels: 210 mm by 297 mm
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 360, "height": 780}
SCREEN = {"width": 1280, "height": 900}


def rendering() -> ModuleType:
    """The reports that the tests of the rendering make."""
    path = Path(__file__).parent.parent / "reports/test_rendering.py"
    spec = importlib.util.spec_from_file_location("test_rendering", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


MADE = rendering()
REPORTS = {
    "go": MADE.go(),
    "simulated": MADE.simulated(),
    "no-go": MADE.no_go(),
    "promotion": MADE.promotion(),
    "simulated promotion": MADE.simulated_promotion(),
    "hostile": MADE.hostile("<script>document.title='taken'</script>"),
    "500 checks": MADE.many(500),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium: install it, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def closed(browser: Browser) -> Iterator[None]:
    """What a test opened is closed: Chromium grows slow with pages."""
    yield
    for context in browser.contexts:
        context.close()


def written(name: str, directory: Path) -> Path:
    path = directory / "sign-off.html"
    path.write_text(html.render(REPORTS[name], json_sha256="5d" * 32), "utf-8")
    return path


@pytest.fixture(params=REPORTS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return written(request.param, tmp_path)


# What looks at every element of a page takes as long as all the rest where there are 500 checks; 200 have the same elements.
up_to_200_checks = pytest.mark.parametrize("file", [name for name in REPORTS if name != "500 checks"], indirect=True)


def opened(browser: Browser, file: Path, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(file.as_uri())
    return page


@up_to_200_checks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_finding_of_axe(browser: Browser, file: Path, scheme: str) -> None:
    # The page admits no script at all: for axe alone its policy is set aside.
    page = opened(browser, file, bypass_csp=True, color_scheme=scheme, viewport=SCREEN)
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")
    serious = [rule for rule in found["violations"] if rule["impact"] in ("serious", "critical")]
    assert not serious, json.dumps([(rule["id"], rule["nodes"][0]["html"]) for rule in serious], indent=1)
    assert found["passes"], "axe looked at nothing"


def test_asks_for_nothing_and_breaks_no_policy(browser: Browser, file: Path) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [file.as_uri()]
    assert said == []
    assert page.title() != "taken"


def test_readable_without_scripts(browser: Browser, file: Path, request: pytest.FixtureRequest) -> None:
    page = opened(browser, file, java_script_enabled=False)
    assert REPORTS[request.node.callspec.params["file"]].headline in page.locator("h1").inner_text().replace("\n", " ")


# ---------------------------------------------------------------------------------------------- the first screen


def boxes(page: Page, selector: str) -> list[dict[str, float]]:
    return page.evaluate(
        "selector => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect().toJSON())", selector
    )


@pytest.mark.parametrize("name", ["promotion", "simulated promotion"])
@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_first_screen_holds_the_verdict_what_it_signs_the_plans_and_every_failure(
    browser: Browser, tmp_path: Path, name: str, size: dict[str, int]
) -> None:
    page = opened(browser, written(name, tmp_path), viewport=size)
    parts = ["h1", "#verdict > .icon", "#signs p", ".of-plans a", ".of-failures a"]
    found = {part: boxes(page, part) for part in parts}
    assert {part: len(all_) for part, all_ in found.items()} == dict(zip(parts, (1, 1, 2, 5, 11), strict=True))
    for part, all_ in found.items():
        assert all(0 <= box["top"] < box["bottom"] <= size["height"] and box["height"] > 10 for box in all_), part
        assert all(0 <= box["left"] < box["right"] <= size["width"] for box in all_), part
    tops = [found[part][0]["top"] for part in ("h1", "#signs p", ".of-plans a", ".of-failures a")]
    assert tops == sorted(tops)
    ways = found[".of-plans a"] + found[".of-failures a"]
    assert all(above["bottom"] <= below["top"] + 0.5 for above, below in pairwise(ways))


@pytest.mark.parametrize("size", [SCREEN, PHONE, SMALL_PHONE], ids=["screen", "phone", "small phone"])
def test_a_line_of_the_first_screen_leads_to_its_card(browser: Browser, tmp_path: Path, size: dict[str, int]) -> None:
    page = opened(browser, written("simulated promotion", tmp_path), viewport=size)
    (mark,) = boxes(page, ".mark")
    for number in range(11):
        way = page.locator(".of-failures a").nth(number)
        name = way.locator(".name").inner_text()
        way.click()
        card = page.locator(":target")
        assert name in card.inner_text()
        assert "Fix" in card.inner_text()
        (box,) = boxes(page, ":target")
        assert mark["height"] <= box["top"] < size["height"] / 2  # in sight, and not under the mark
    page.locator(".of-plans a").nth(1).click()
    assert page.locator(":target").inner_text().startswith("04 dynamodb_schemas")


def test_a_simulated_report_says_so_on_every_screen(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, written("simulated promotion", tmp_path), viewport=PHONE)
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, height // 7):
        page.evaluate("top => scrollTo(0, top)", top)
        (mark,) = boxes(page, ".mark")
        assert 0 <= mark["top"] < 10
        assert mark["height"] > 15
    assert page.locator(".mark").inner_text() == "Simulated estate: signs nothing off"


# ---------------------------------------------------------------------------------------------- what can be read


def overflowing(page: Page) -> list[str]:
    """Elements that are wider than what they stand in, or than the page."""
    return page.evaluate("""() => [...document.querySelectorAll('body, section, table, td, th')]
        .filter(e => e.clientWidth > 1)  // the others are there for screen readers alone
        .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))""")


def crushed(page: Page) -> list[str]:
    """Texts that are broken into three or more lines of a few characters; heads that only a screen reader sees are none."""
    return page.evaluate("""() => [...document.querySelectorAll('td, th, dt, dd, li, main p, h1, h2, h3, h4, summary, a > span')]
        .filter(e => e.checkVisibility() && e.innerText.trim().length > 12)
        .filter(e => !(e.closest('thead')?.getBoundingClientRect().width <= 1))
        .filter(e => {
            const text = document.createRange();
            text.selectNodeContents(e);
            const {fontSize, lineHeight} = getComputedStyle(e);
            const {width, height} = text.getBoundingClientRect();
            return width < 6 * parseFloat(fontSize) && height > 2.3 * parseFloat(lineHeight);
        })
        .map(e => e.outerHTML.slice(0, 120))""")


def outgrown(page: Page) -> list[str]:
    """Secondary texts that are larger than what they are secondary to."""
    return page.evaluate("""() => {
        const size = e => parseFloat(getComputedStyle(e).fontSize);
        const primary = e => e.matches('dt')
            ? e.parentElement.querySelector('dd')
            : e.matches('thead th') ? e.closest('table').querySelector('td')
            : e.matches('.kicker') ? document.querySelector('h1')
            : e.parentElement;
        return [...document.querySelectorAll(
                'dt, thead th, .quiet, .under, .about, .tally, .evidence, .of, .kicker, .severity, code'
            )]
            .filter(e => primary(e) && size(e) > size(primary(e)) + .01)
            .map(e => size(e) + ' > ' + size(primary(e)) + ' ' + e.outerHTML.slice(0, 120));
    }""")


def overlapping(page: Page) -> list[list[str]]:
    """Texts of one row, or parts of one line, that lie on one another."""
    return page.evaluate("""() => [...document.querySelectorAll('tr, .lines a, .terms > div, .facts, .results li')].flatMap(row => {
        const parts = [...row.children].filter(e => e.checkVisibility() && !e.matches('.unseen') && e.clientWidth !== 1).map(e => {
            const range = document.createRange();
            range.selectNodeContents(e);
            const lines = getComputedStyle(e).overflow === 'hidden' ? [e.getBoundingClientRect()] : [...range.getClientRects()];
            return [e.className + ' ' + e.textContent.trim(), lines];
        });
        const hits = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4;
        return parts.flatMap(([one, first], n) => parts.slice(n + 1)
            .filter(([other, second]) => first.some(a => second.some(b => hits(a, b))))
            .map(([other]) => [one.slice(0, 60), other.slice(0, 60)]));
    })""")


@pytest.mark.parametrize(
    ("size", "media"),
    [(A4, "print"), (SMALL_PHONE, "screen"), (PHONE, "screen"), (SCREEN, "screen")],
    ids=["A4", "small phone", "phone", "screen"],
)
def test_nothing_is_cut_crushed_outgrown_or_run_together(browser: Browser, file: Path, size: dict[str, int], media: Any) -> None:
    page = opened(browser, file, viewport=size)
    page.emulate_media(media=media)
    found = {look.__name__: look(page) for look in (overflowing, crushed, outgrown, overlapping)}
    assert not any(found.values()), found


# ---------------------------------------------------------------------------------------------- paper


def printed(browser: Browser, file: Path) -> list[str]:
    """The text of each page that Chromium prints."""
    pdf = opened(browser, file).pdf(prefer_css_page_size=True)
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_prints_every_check(browser: Browser, file: Path) -> None:
    page = opened(browser, file, viewport=A4)
    page.emulate_media(media="print")
    hidden = page.evaluate("() => [...document.querySelectorAll('#checks li')].filter(e => !e.checkVisibility()).length")
    assert hidden == 0


@up_to_200_checks
def test_every_printed_page_says_which_report_it_is_of(browser: Browser, file: Path, request: pytest.FixtureRequest) -> None:
    report = REPORTS[request.node.callspec.params["file"]]
    pages = printed(browser, file)
    estate = "simulated sit" if report.simulated else "sit"
    if report.environment != "sit":
        estate = html.visible(report.environment)
    for number, words in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in words
        assert f"{estate}: {report.verdict}. SHA-256 of sign-off.json: 5d5d5d5d5d5d5d5d…" in words
        assert ("Simulated estate: signs nothing off" in words) == report.simulated
        assert ("igns nothing off" in words) == html.void(report) or number == 1


@pytest.mark.parametrize("name", ["promotion", "simulated promotion"])
def test_200_checks_are_few_pages_and_whole(browser: Browser, tmp_path: Path, name: str) -> None:
    pages = printed(browser, written(name, tmp_path))
    assert len(pages) <= 10
    words = " ".join(pages)
    seen = [check for check in REPORTS[name].checks if check.seen]
    assert len(seen) == 189
    assert words.count("expected at most 3 hours old, observed 40 minutes (10:28 UTC)") >= len(seen)
    assert all(f"{check.resource} (eu-west-1):" in words for check in REPORTS[name].checks)


def test_what_was_seen_unfolds_without_a_script(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, written("go", tmp_path), viewport=SCREEN, java_script_enabled=False)
    check = page.locator("details.check").first
    line = check.locator("li").first
    assert not line.is_visible()
    check.locator("summary").click()
    assert line.is_visible()
    assert "expected at most 3 hours old, observed 40 minutes (10:28 UTC)" in line.inner_text()
