"""The sign-off report in a real browser: accessible, silent, readable without scripts, and whole on paper and on a phone.

Run by name, `pytest tests/browser`: needs Chromium (from PATH, or named by CHROMIUM) and the packages of the group `browser`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reports import html

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
A4 = {"width": 794, "height": 1123}  # CSS pixels: 210 mm by 297 mm
PHONE = {"width": 360, "height": 780}
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


@pytest.fixture(params=REPORTS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "sign-off.html"
    path.write_text(html.render(REPORTS[request.param], json_sha256="5d" * 32), "utf-8")
    return path


def opened(browser: Browser, file: Path, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(file.as_uri())
    return page


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


def overflowing(page: Page) -> list[str]:
    """Elements that are wider than what they stand in, or than the page."""
    return page.evaluate("""() => [...document.querySelectorAll('body, section, table, td, th')]
        .filter(e => e.clientWidth > 1)  // the others are there for screen readers alone
        .filter(e => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 120))""")


@pytest.mark.parametrize(("size", "media"), [(A4, "print"), (PHONE, "screen"), (SCREEN, "screen")], ids=["A4", "phone", "screen"])
def test_nothing_is_cut(browser: Browser, file: Path, size: dict[str, int], media: Any) -> None:
    page = opened(browser, file, viewport=size)
    page.emulate_media(media=media)
    assert overflowing(page) == []


def test_prints_every_check(browser: Browser, file: Path, request: pytest.FixtureRequest) -> None:
    page = opened(browser, file, viewport=A4)
    page.emulate_media(media="print")
    hidden = page.evaluate("""() => [...document.querySelectorAll('details td')].filter(e => !e.checkVisibility()).length""")
    assert hidden == 0
    assert len(page.pdf(format="A4")) > 10_000
