"""The pages about all groups in a real browser: 300 groups, hostile ones among them, opened from the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from report_tui import cli
from tests.browser.pages import ANSWERS, axe_findings, window
from tests.browser.payloads import PAYLOADS
from tests.browser.test_accessibility import RULES as AXE_RULES
from tests.browser.test_accessibility import axe
from tests.cli.commands import CHECKLIST, GOOD, RULES
from tests.groups import copied, forged, repository
from tests.pictures import drawn, saved
from tests.validation.judging import report_text

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

__all__ = ["axe"]  # a fixture

# The browser lives in one event loop.
pytestmark = pytest.mark.asyncio(loop_scope="session")

GROUPS = 300
HOSTILE = "<img src=x onerror=ran(0)>"


def _kind(folder: Path, answers: tuple[str | None, ...]) -> Path:
    text = report_text(answers).replace("## The quay", f"{CHECKLIST}\n## The quay")
    return repository(folder, {"reports/README.md": text, "reports/figures/quay.png": saved(drawn(900, 600), "png")})


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of 300 groups."""
    folder = tmp_path_factory.mktemp("class")
    rules = folder / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    payloads = tuple("\n\n".join(PAYLOADS[start::6]) for start in range(6))
    kinds = [_kind(folder / f"kind{number}", answers) for number, answers in enumerate((GOOD, ANSWERS, payloads))]
    # Every hundredth is hostile, and two in three are like those that students hand in.
    for number in range(1, GROUPS - 1):
        copied(kinds[2 if number % 100 == 0 else number % 2], folder / "groups" / f"group {number}")
    copied(kinds[2], folder / "groups" / HOSTILE)
    forged(folder / "groups" / "nothing", {"reports/README.md": ("120000", b"/etc/hosts")})
    assert cli.main(["class", str(folder / "groups"), "--rules", str(rules), "--out", str(folder / "out")]) == 2
    return folder / "out"


async def _shown(page: Page) -> list[str]:
    return await page.locator("#table tbody tr:visible > th").all_text_contents()


async def test_overview_is_sorted_and_filtered(browser: Browser, site: Path) -> None:
    async with window(browser, site / "index.html", beside=site) as page:
        assert await page.locator("#table tbody tr").count() == GROUPS
        names = await _shown(page)
        assert names[:3] == [HOSTILE, "group 1", "group 2"] and names[-1] == "nothing"

        await page.get_by_role("button", name="group").click()
        await page.get_by_role("button", name="group").click()
        assert (await _shown(page))[:3] == ["nothing", "group 298", "group 297"]
        await page.get_by_role("button", name="state").click()
        assert (await _shown(page))[0] == "nothing"
        assert await page.locator("#table th[aria-sort]").all_text_contents() == ["state"]

        await page.get_by_label("Group or note").fill("group 29")
        assert await page.locator("#shown").text_content() == "10 of 300"
        await page.get_by_label("Group or note").fill("")
        await page.get_by_label("State").select_option("unreadable")
        assert await _shown(page) == ["nothing"]
        assert await page.locator("#shown").text_content() == "1 of 300"
        assert await page.evaluate("window.done") == []


async def test_overview_without_javascript_is_a_whole_table(browser: Browser, site: Path) -> None:
    async with window(browser, site / "index.html", beside=site, java_script_enabled=False) as page:
        assert await page.locator("#table tbody tr:visible").count() == GROUPS
        assert not await page.locator("#filter").is_visible()


async def test_ways_lead_from_page_to_page(browser: Browser, site: Path) -> None:
    group = next((site / "groups").glob("group-7-*.html")).relative_to(site).as_posix()
    nothing = next((site / "groups").glob("nothing-*.html")).relative_to(site).as_posix()
    ways = {
        "index.html": ("group 7", "nothing", "3 Map"),
        "questions/question-3.html": ("group 7", "← 2 Crane", "4 Tide table →", "6 Extras"),
        group: ("← group 6", "group 8 →", "All groups’ answers"),
        nothing: ("← group 298", "All groups"),
    }
    for start, names in ways.items():
        async with window(browser, site / start, beside=site) as page:
            targets = [
                await page.get_by_role("link", name=name, exact=True).first.get_attribute("href") for name in names
            ]
        for target in targets:
            assert target is not None
            path, _, mark = target.partition("#")
            shown = (site / start).parent.joinpath(path).resolve()
            assert shown.is_file() and (not mark or f'id="{mark}"' in shown.read_text(encoding="utf-8"))


async def test_a_group_without_a_report_has_a_page_that_says_why(browser: Browser, site: Path) -> None:
    assert len(list((site / "groups").iterdir())) == GROUPS
    async with window(browser, next((site / "groups").glob("nothing-*.html")), beside=site) as page:
        assert "? unreadable: reports/README.md is a link, not a file" in await page.inner_text("main")


async def test_which_group_and_question_it_is_stays_in_sight(browser: Browser, site: Path) -> None:
    async with window(browser, site / "index.html", beside=site, viewport={"width": 390, "height": 800}) as page:
        await page.locator(".all").scroll_into_view_if_needed()
        await page.evaluate("document.querySelector('.all').scrollTo(9999, 4000)")
        assert await page.locator(".all").evaluate("each => each.scrollLeft > 0 && each.scrollTop === 4000")
        seen = "(x, y) => document.elementFromPoint(x, y).closest('th')?.scope"
        box = await page.locator(".all").bounding_box()
        assert box is not None
        assert await page.evaluate(f"({seen})({box['x'] + box['width'] - 30}, {box['y'] + 8})") == "col"
        assert await page.evaluate(f"({seen})({box['x'] + 8}, {box['y'] + box['height'] / 2})") == "row"


async def test_all_answers_to_a_question_with_their_figures(browser: Browser, site: Path) -> None:
    async with window(browser, site / "questions" / "question-3.html", beside=site) as page:
        assert await page.locator(".group-answer").count() == GROUPS - 1
        picture = page.locator("article:has-text('group 2') img").first
        await picture.scroll_into_view_if_needed()
        await page.wait_for_function("image => image.complete", arg=await picture.element_handle())
        assert await picture.evaluate("image => image.naturalWidth") == 900

        await page.get_by_label("with problems").check()
        problems = await page.locator(".group-answer:visible").count()
        assert 0 < problems < GROUPS - 1
        ids = await page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len(set(ids))
    assert len(list((site / "figures").iterdir())) == 1


async def test_nothing_hostile_runs_on_any_page(browser: Browser, site: Path) -> None:
    hostile = [path for path in (site / "groups").iterdir() if path.name.startswith(("img-src", "group-100-"))]
    assert len(hostile) == 2
    for path in (site / "index.html", *hostile, *(site / "questions").iterdir()):
        async with window(browser, path, beside=site) as page:
            await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
            assert await page.evaluate("window.done") == [], path.name
            scripts = await page.locator("script").count()
            assert scripts == (1 if path.name == "index.html" else 0), path.name


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("index.html", 1440, "light"),
        ("questions/question-4.html", 390, "dark"),
        ("groups/group-7-*.html", 1440, "dark"),
        ("groups/nothing-*.html", 390, "light"),
    ],
)
async def test_axe_finds_nothing(browser: Browser, site: Path, axe: str, name: str, width: int, scheme: str) -> None:
    (path,) = site.glob(name)
    view = {"width": width, "height": 900}
    async with window(browser, path, beside=site, viewport=view, color_scheme=scheme, bypass_csp=True) as page:
        # All groups have the same rows, and axe-core looks at each.
        await page.evaluate(
            "[...document.querySelectorAll('#table tbody tr, .group-answer')].slice(12).map(x => x.remove())"
        )
        assert await axe_findings(page, axe, AXE_RULES) == []


async def test_on_paper_nothing_is_cut_off(browser: Browser, site: Path) -> None:
    async with window(browser, site / "index.html", beside=site) as page:
        await page.emulate_media(media="print")
        assert await page.locator(".all").evaluate("each => each.scrollHeight === each.clientHeight")
        assert not await page.locator("#filter").is_visible()
    async with window(browser, site / "questions" / "question-3.html", beside=site) as page:
        await page.emulate_media(media="print")
        assert not await page.locator(".numbers").is_visible()
        assert await page.locator(".side-by-side").evaluate("each => getComputedStyle(each).display") == "block"
