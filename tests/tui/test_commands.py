"""The command palette lists what works here with the keys it has now; and the keys at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from report_tui.storage.settings import read
from report_tui.tui.commands import Commands, OffersCommands, commands
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.screens.hand_in import HandInScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.widgets.key_bar import KeyBar, fitting
from report_tui.tui.widgets.markdown_area import MarkdownArea
from report_tui.tui.widgets.prompt_pane import PromptPane
from tests.scenes import TO_EIGHT, keys_for
from tests.tui.driver import Driver, running


def titles(driver: Driver) -> list[str]:
    return [command.title for command in commands(driver.app.screen, driver.app.choose_theme)]


async def test_every_action_stands_there_once_with_its_key(demo: Path) -> None:
    async with running(demo) as driver:
        found = titles(driver)
        assert {"Edit (Enter)", "Save (F2)", "Next problem (F8)", "Quit (F10)", "Help (F1)"} <= set(found)
        assert len(found) == len(set(found))
        assert not any(title.startswith("Commands") for title in found)


async def test_all_questions_are_offered_only_where_some_are_left_out(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+p")
        assert "Show all (Esc)" not in driver.text()
        await driver.press("escape", "f3", *keys_for("too"), "enter", "ctrl+p")
        assert "Show all (Esc)" in driver.text()


async def test_keys_that_were_chosen_stand_there(demo: Path) -> None:
    settings, _ = read('[keys]\nsave = "f13, ctrl+w"', "s.toml")
    async with running(demo, settings=settings) as driver:
        assert "Save (F13)" in titles(driver)


async def test_the_themes_that_are_not_shown_can_be_chosen(demo: Path) -> None:
    async with running(demo) as driver:
        themes = [title for title in titles(driver) if title.startswith("Theme")]
        assert themes == ["Theme: light", "Theme: high contrast"]


async def test_a_command_is_done_where_the_palette_was_opened(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("x")
        await driver.press("ctrl+p")
        assert isinstance(driver.app.screen, Commands)
        await driver.type("quit")
        await driver.press("enter")
        assert isinstance(driver.app.screen, ChoiceDialog)


async def test_a_screen_offers_commands_without_a_key(demo: Path) -> None:
    async with running(demo) as driver:
        assert isinstance(driver.main, OffersCommands)
        await driver.press("ctrl+p", *keys_for("fold the prompt"), "enter")
        assert driver.main.query_one(PromptPane).folded


async def test_the_editor_offers_all_that_it_can_do(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        found = set(titles(driver))
        own = [binding for binding in MarkdownArea.BINDINGS if isinstance(binding, Binding)]
        names = {f"{binding.description[:1].upper()}{binding.description[1:]}" for binding in own}
        assert names <= {title.rpartition(" (")[0] for title in found}
        assert {"Bold (Alt+S)", "Undo (Ctrl+Z)", "Find (Ctrl+F)", "Findings (Ctrl+L)"} <= found
        await driver.type("dry")
        await driver.press("ctrl+p", *keys_for("bold"), "enter")
        assert driver.editor.text == "**dry**"


@pytest.mark.parametrize("search", ["push", "what the course will see", "hand-in"])
async def test_what_the_course_will_see_is_found_by_any_of_its_words(demo: Path, search: str) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+p")
        await driver.type(search)
        await driver.press("enter")
        assert isinstance(driver.app.screen, HandInScreen)


async def test_the_overview_opens_from_the_palette(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+p", *keys_for("overview"), "enter")
        assert isinstance(driver.app.screen, OverviewScreen)


class Hostile(Screen[None]):
    """Offers a command whose title is a report's."""

    def extra_commands(self) -> Iterable[SystemCommand]:
        nothing: Callable[[], None] = lambda: None  # noqa: E731
        yield SystemCommand("[/] [red]Title[/red] a[/]", "[/] [@click=app.bell]help[/]", nothing)


@pytest.mark.parametrize("search", ["", "title"])
async def test_titles_are_no_markup(demo: Path, search: str) -> None:
    async with running(demo) as driver:
        await driver.app.push_screen(Hostile())
        await driver.press("ctrl+p", *keys_for(search))
        assert "[/] [red]Title[/red] a[/]" in driver.text()
        assert "[/] [@click=app.bell]help[/]" in driver.text()


# The keys at the bottom

PROBLEMS = Binding.Group("problems")
KEYS = [
    Binding("escape", "leave", "list", id="list"),
    Binding("f1", "help", "help", id="help"),
    Binding("f2", "save", "save", id="save"),
    Binding("f3", "filter", "filter", id="filter"),
    Binding("f5", "preview", "preview", id="preview"),
    Binding("f6", "checklist", "checklist", id="checklist"),
    Binding("f7", "problem(-1)", "previous problem", id="previous-problem", group=PROBLEMS),
    Binding("f8", "problem(1)", "next problem", id="next-problem", group=PROBLEMS),
    Binding("f9", "edit_outside", "$EDITOR", id="edit-outside"),
    Binding("f10", "quit", "quit", id="quit"),
]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, "esc list F1 help F2 save F3 filter F5 preview F6 checklist F7 F8 problems F9 $EDITOR F10 quit"),
        (80, "esc list F1 help F2 save F5 preview F6 checklist F7 F8 problems F10 quit"),
        (60, "esc list F1 help F2 save F5 preview F7 F8 problems"),
        (30, "esc list F1 help"),
        (5, ""),
    ],
)
def test_the_most_useful_keys_fit(width: int, line: str) -> None:
    pieces = [piece.plain for _, piece in fitting(reversed(KEYS), width)]
    assert " ".join("".join(pieces).split()) == line
    assert len("".join(pieces)) <= width


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), "⏎ edit F1 help F2 save F4 figure F5 preview F7 F8 problems F10 quit"),
        (("f3",), "⏎ to the list esc clear filter F1 help F2 save F5 preview F7 F8 problems"),
        ((*TO_EIGHT, "ctrl+f"), "⏎ next esc done F1 help F2 save F5 preview Alt+A replace all Tab field"),
        (("ctrl+l",), "⏎ go there esc back F1 help F2 save f fix a fix all alike u take back"),
        (("f12",), "⏎ edit esc back F1 help F2 save F6 checklist F7 F8 problems F10 quit"),
        (("f6",), "⏎ tick esc back F1 help F2 save F7 F8 open boxes F10 quit Tab next group"),
        ((*TO_EIGHT, "f4"), "⏎ choose esc back F1 help F2 save F6 rename F7 bring in F8 delete"),
        ((*TO_EIGHT, "f4", "enter"), "⏎ insert esc figures F1 help F2 save F10 quit ^p commands"),
        (("f1",), "esc back F2 save F10 quit ↑ ↓ read ^p commands"),
        (("f5",), "esc answer F1 help F2 save F5 preview F7 F8 problems Space other page"),
    ],
    ids=str,
)
async def test_the_keys_of_each_place_at_80_columns(demo: Path, keys: tuple[str, ...], line: str) -> None:
    async with running(demo, size=(80, 24)) as driver:
        await driver.press(*keys)
        assert " ".join(str(driver.app.screen.query_one(KeyBar).content).split()) == line


def test_each_key_of_a_group_can_be_clicked() -> None:
    assert [key for key, _ in fitting(KEYS, 120)][6:8] == ["f7", "f8"]


def test_a_key_that_is_alone_in_its_group_says_what_it_does() -> None:
    ((_, piece),) = fitting([KEYS[6]], 120)
    assert piece.plain == " F7 previous problem "


@pytest.mark.parametrize("key", ["f1", "f4", "f6", "f11", "f12"])
async def test_what_is_typed_right_behind_the_palette_is_for_what_is_below_it(demo: Path, key: str) -> None:
    async with running(demo) as driver:
        await driver.edit(1)
        await driver.burst("ctrl+end", "ctrl+p", *"fig", "escape", key, "down", key, *"So.", "f2")
        assert driver.app.screen is driver.main
        assert demo.read_bytes().count(b"So.") == 1
