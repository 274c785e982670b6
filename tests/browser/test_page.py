"""The page as a person uses it: contents, folding, figures, light and dark, a phone, and paper."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.pages import page_file, window, write_report
from tests.validation.judging import report_text

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

# The browser lives in one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="session")

A4 = (595, 842)
"""Points."""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """The page of a small report."""
    return page_file(write_report(tmp_path))


async def top_of(page: Page, selector: str) -> float:
    return float(await page.evaluate("one => document.querySelector(one).getBoundingClientRect().top", selector))


# Without scripts: all of it must work where none may run.
@pytest.mark.parametrize("with_scripts", [False, True])
async def test_contents_lead_to_their_questions(browser: Browser, page: Path, with_scripts: bool) -> None:
    async with window(
        browser, page, java_script_enabled=with_scripts, viewport={"width": 1440, "height": 500}
    ) as shown:
        links = shown.locator("nav a[href^='#question-']")
        assert await links.count() == 6
        await links.nth(3).click()
        assert shown.url.endswith("#question-4")
        assert -1 <= await top_of(shown, "#question-4") < 60
        await shown.get_by_role("link", name="the crew").click()
        assert shown.url.endswith("#question-1")
        await shown.locator("nav").get_by_role("link", name="Checklist").click()
        assert await shown.locator("#checklist").is_visible()


async def test_every_link_inside_the_page_leads_somewhere(browser: Browser, page: Path) -> None:
    async with window(browser, page) as shown:
        targets = await shown.eval_on_selector_all("a[href^='#']", "all => all.map(one => one.hash.slice(1))")
        assert len(targets) > 12
        missing = [name for name in targets if not await shown.locator(f"[id='{name}']").count()]
        assert missing == []


@pytest.mark.parametrize("with_scripts", [False, True])
async def test_the_prompt_is_folded_and_unfolds(browser: Browser, page: Path, with_scripts: bool) -> None:
    async with window(browser, page, java_script_enabled=with_scripts) as shown:
        prompt = shown.get_by_text("Say something about part 2")
        assert not await prompt.is_visible()
        await shown.locator("#question-2 summary").first.click()
        assert await prompt.is_visible()
        await shown.keyboard.press("Space")
        assert not await prompt.is_visible()


async def test_all_can_be_done_with_the_keyboard(browser: Browser, page: Path) -> None:
    async with window(browser, page) as shown:
        await shown.keyboard.press("Tab")
        skip = shown.get_by_role("link", name="To the answers")
        assert await skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().left >= 0")
        await shown.keyboard.press("Enter")
        await shown.keyboard.press("Tab")
        assert await shown.evaluate("document.activeElement.closest('article').id") == "question-1"
        summary = shown.locator("#question-3 .zoom summary")
        await summary.focus()
        await shown.keyboard.press("Enter")
        box = await summary.bounding_box()
        assert box is not None and (box["width"], box["height"]) == (1440, 900)
        await shown.keyboard.press("Enter")
        assert (await summary.bounding_box() or box)["width"] < 1000


async def test_a_figure_is_shown_with_its_caption_and_enlarged(browser: Browser, page: Path) -> None:
    async with window(browser, page, java_script_enabled=False) as shown:
        picture = shown.get_by_alt_text("the quay from above")
        assert await picture.evaluate("one => [one.naturalWidth, one.naturalHeight]") == [900, 600]
        small = await picture.bounding_box()
        assert await shown.locator("figcaption").inner_text() == "the quay from above"
        await picture.click()
        large = await picture.bounding_box()
        assert small is not None and large is not None and large["width"] > small["width"]
        await picture.click()
        after = await picture.bounding_box()
        assert after is not None and (after["width"], after["height"]) == (small["width"], small["height"])


async def test_light_and_dark_follow_the_system(browser: Browser, page: Path) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        async with window(browser, page, color_scheme=scheme) as shown:
            colours = await shown.evaluate(
                "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
            )
            brightness[scheme] = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours]
    assert brightness["light"][0] > 700 and brightness["light"][1] < 150
    assert brightness["dark"][0] < 150 and brightness["dark"][1] > 600


@pytest.mark.parametrize("width", [320, 390, 768, 1000, 1440, 2560])
async def test_nothing_is_wider_than_the_window(browser: Browser, page: Path, width: int) -> None:
    async with window(browser, page, viewport={"width": width, "height": 800}) as shown:
        assert await shown.evaluate("document.documentElement.scrollWidth") <= width
        lines = await shown.eval_on_selector_all(
            "#question-4 .answer > p", "all => all.map(one => one.getBoundingClientRect().width)"
        )
        # A line that is longer than about eighty characters is tiring to read.
        assert max(lines) <= 690


async def test_paper_has_light_colours_and_the_prompts(browser: Browser, page: Path) -> None:
    async with window(browser, page, color_scheme="dark") as shown:
        await shown.emulate_media(media="print")
        assert await shown.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert await shown.get_by_text("Say something about part 2").is_visible()
        assert await shown.get_by_text("read on paper as well").is_visible()
        addresses = await shown.eval_on_selector_all(
            "#question-4 a[href^=http]", "all => all.map(one => getComputedStyle(one, '::after').content)"
        )
        assert addresses == ["none"]
        for hidden in ("nav", ".skip", ".findings", ".prompt summary"):
            assert not await shown.locator(hidden).first.is_visible(), hidden


async def test_nothing_is_wider_than_paper(browser: Browser, tmp_path: Path) -> None:
    columns = 30
    table = "\n".join("|" + "|".join([cell] * columns) + "|" for cell in ("heading", "---", "a cell"))
    words = f"| a | b |\n|---|---|\n| {'long' * 60} | `{'code' * 60}` |"
    text = report_text(("Ann", table, words, f"```\n{'x' * 900}\n```", f"https://a.example/{'y' * 400}", "z" * 400))
    async with window(
        browser, page_file(write_report(tmp_path, text)), viewport={"width": 665, "height": 900}
    ) as shown:
        await shown.emulate_media(media="print")
        assert await shown.evaluate("document.documentElement.scrollWidth") == 665
        beside = await shown.eval_on_selector_all(
            ".question > .margin, .answer table", "all => all.map(one => one.getBoundingClientRect().toJSON())"
        )
        for one, other in combinations(beside, 2):
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (one, other)


async def test_the_pdf_has_the_pages_that_it_should(browser: Browser, page: Path) -> None:
    async with window(browser, page) as shown:
        data = await shown.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    # The answers fill two, and the checklist begins a page of its own.
    assert [(round(float(width)), round(float(height))) for width, height in sizes] == [A4] * 3
