"""A report's text is data: it is shown as it is, never obeyed, and no control character of it is drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.render.clean import UNSAFE
from tests.tui.driver import Driver, running

MARKUP = ("a[/]", "[@click=app.quit]x[/]", "[red]y[/red]", "[b]", "$accent", "x [1] [/b]")
CONTROL = ("\x1b]0;owned\x1b\\", "\x1b[31m", "\x9b31m", "\u202eabc", "\u2066", "\u200b", "\x07", "\x7f")


def drawn(driver: Driver) -> str:
    """Everything that a terminal would get as text, after the app's line filters."""
    width, height = driver.app.size
    strips = driver.app.screen._compositor.render_strips()[:height]
    filters = driver.app.get_line_filters()
    lines = []
    for strip in strips:
        segments = list(strip)
        for line_filter in filters:
            segments = line_filter.apply(segments, driver.app.background_colors[1])
        lines.append("".join(segment.text for segment in segments if segment.control is None)[:width])
    return "\n".join(lines)


def poisoned(text: str, poison: str) -> str:
    """The demo report with a hostile string in every place that a student can write to."""
    return (
        text.replace("## Hardware", f"## Hardware {poison}")
        .replace("### Question 9", f"### Question 9 {poison}")
        .replace("# Field", f"# {poison} Field", 1)
        .replace("> **Describe", f"> {poison} **Describe")
        .replace("We drove the robot", f"We drove {poison} the robot")
        .replace("* [ ] ", f"* [ ] {poison} ")
        .replace("](figures/", f"](figures/{poison}")
    )


@pytest.mark.parametrize("poison", [*MARKUP, "".join(CONTROL)])
async def test_no_place_of_a_report_reaches_the_terminal_as_markup_or_control(demo: Path, poison: str) -> None:
    demo.write_text(poisoned(demo.read_text(encoding="utf-8"), poison), encoding="utf-8", newline="")
    async with running(demo) as driver:
        assert not UNSAFE.search(drawn(driver).replace("\n", ""))
        for number in (1, 8):
            await driver.edit(number)
            shown = drawn(driver)
            assert not [hit for line in shown.split("\n") if (hit := UNSAFE.search(line))]
        await driver.edit(9)
        await driver.type("x")
        await driver.press("f2", "f10")
    assert poison in demo.read_text(encoding="utf-8")


@pytest.mark.parametrize("poison", MARKUP)
async def test_markup_in_an_answer_is_shown_letter_by_letter(demo: Path, poison: str) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        driver.editor.insert(poison)
        await driver.settle()
        assert poison in driver.text()
        assert driver.session.text(9) == poison


async def test_hostile_names_of_course_and_folder_are_shown_as_text(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a\u202e[@click=app.quit]b"
    demo.parent.rename(folder)
    async with running(folder / "README.md") as driver:
        assert "a[@click=app.quit]b/README.md" in drawn(driver).split("\n")[0]
        await driver.pilot.click("#header", offset=(40, 0))
        await driver.settle()
        assert driver.app.is_running


async def test_rules_beside_the_report_cannot_inject_markup(demo: Path) -> None:
    rules = (Path(__file__).parents[2] / "rules" / "demo.yaml").read_text(encoding="utf-8")
    assert "title: Field trial" in rules
    beside = demo.parent / "report-rules.yaml"
    beside.write_text(rules.replace("title: Field trial", 'title: "[@click=app.quit]Trial[/]"'), encoding="utf-8")
    async with running(demo) as driver:
        assert "[@click=app" in driver.text()
        await driver.edit(8)
        assert "[@click=app.quit]Trial[/]" in driver.text()
