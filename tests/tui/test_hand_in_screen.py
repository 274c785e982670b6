"""What the course will see, in the app: the screen, the overview's top line, and nobody waiting for git."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from textual import events

from report_tui.storage import fetching
from report_tui.tui.screens.hand_in import HandInScreen
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.view_models.hand_in import HandInNote, note, view
from report_tui.validation.deadline import Deadline
from report_tui.validation.hand_in import told
from report_tui.validation.hand_in_facts import Facts, State, Work
from report_tui.validation.hand_in_source import span
from tests.cli.commands import GOOD, RULES, png
from tests.repositories import git, pushed, write
from tests.tui.driver import Driver, running
from tests.validation.judging import report_text

README = "reports/README.md"
SIZES = [(160, 48), (120, 36), (80, 24), (60, 20)]
DAY = 86_400
NEVER = Deadline("2026-01-23 12:00 +01:00", 10 * DAY)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A clone with all pushed."""
    rules = f"{RULES}deadline: 2099-01-23 12:00 +01:00\n"
    content: dict[str, str | bytes] = {
        README: report_text(GOOD),
        "reports/report-rules.yaml": rules,
        "reports/figures/quay.png": png(),
    }
    return pushed(tmp_path, content, at=int(time.time()) - 3600)  # the screen asks this machine's clock


def is_at_rest() -> bool:
    return not any(thread.name == "hand-in" for thread in threading.enumerate())


async def said(driver: Driver, *words: str) -> None:
    await driver.until(lambda: all(word in " ".join(driver.text().split()) for word in words))  # lines are wrapped


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_says_it_in_every_size(work: Path, size: tuple[int, int]) -> None:
    async with running(work / README, size) as driver:
        await driver.press("alt+p")
        await said(driver, "What the course will see", "all your work on the report is at origin/trunk")
        await driver.press("pagedown", "pagedown", "pagedown", "down", "up")
        await said(driver, "left until 2099-01-23 12:00 +01:00")
        await driver.press("pageup", "pageup", "pageup")
        assert "all your work on the report" in driver.text()
        await driver.press("alt+p")
        assert driver.app.screen is driver.main or isinstance(driver.app.screen, OverviewScreen)


async def test_what_is_typed_is_not_saved_then_not_committed(work: Path) -> None:
    async with running(work / README) as driver:
        await driver.edit(4)
        await driver.type("So ")
        await driver.press("alt+p")
        await said(driver, "NOT PUSHED", "1 answer (4) not pushed yet", "not saved: 4")
        await driver.press("f2")
        await said(driver, "not committed: answer 4")
        await driver.until(lambda: "not saved" not in driver.text())
        git(work, "commit", "--quiet", "-a", "-m", "so")
        git(work, "push", "--quiet")
        await driver.press("escape", "alt+p")
        await said(driver, "all your work on the report is at origin/trunk")


@pytest.mark.parametrize("size", SIZES)
async def test_the_overview_says_it_on_top(work: Path, size: tuple[int, int]) -> None:
    write(work, {README: report_text((*GOOD[:3], "Rewritten in the last night", *GOOD[4:]))})
    async with running(work / README, size) as driver:
        if not isinstance(driver.app.screen, OverviewScreen):
            await driver.press("f12")
        await driver.until(lambda: "not pushed" in driver.text().split("\n")[0])
        top = driver.text().split("\n")[0]
        assert "Harbour Robots" in top
        assert "saved" in top
        if size[0] >= 100:
            assert "1 answer not pushed yet" in top
            assert "hand-in in " in top


async def test_the_overview_asks_anew_each_time(work: Path) -> None:
    write(work, {README: report_text((*GOOD[:3], "Rewritten in the last night", *GOOD[4:]))})
    async with running(work / README) as driver:
        await driver.press("f12")
        await said(driver, "1 answer not pushed yet")
        git(work, "commit", "--quiet", "-a", "-m", "night")
        git(work, "push", "--quiet")
        await driver.press("escape", "f12")
        await said(driver, "all pushed")


async def test_the_ways_between_the_screens(work: Path) -> None:
    async with running(work / README) as driver:
        await driver.press("f12")
        await driver.press("h")
        assert isinstance(driver.app.screen, HandInScreen)
        await driver.press("f12")
        assert isinstance(driver.app.screen, OverviewScreen)
        await driver.press("escape")
        assert driver.app.screen is driver.main
        await driver.press("alt+p", "escape")
        assert driver.app.screen is driver.main
        assert len(driver.app.screen_stack) == 1


async def test_without_a_repository_the_overview_is_silent_and_the_screen_says_why(tmp_path: Path) -> None:
    write(tmp_path, {README: report_text(GOOD), "reports/report-rules.yaml": RULES})
    async with running(tmp_path / README) as driver:
        await driver.press("f12")
        await driver.until(is_at_rest)
        assert "push" not in driver.text().split("\n")[0]
        await driver.press("alt+p")
        await said(driver, "this folder belongs to no git repository")
        await driver.press("f12")
        assert "push" not in driver.text().split("\n")[0]


async def test_the_remote_is_asked_with_a_key(work: Path) -> None:
    git(work.parent, "clone", "--quiet", "remote.git", "teammate")
    write(work.parent / "teammate", {README: report_text((*GOOD[:3], None, *GOOD[4:]))})
    git(work.parent / "teammate", "commit", "--quiet", "-a", "-m", "lost")
    git(work.parent / "teammate", "push", "--quiet")
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await said(driver, "no placeholder is left")
        await driver.press("f")
        await said(driver, "with a placeholder left in: 4", "1 commit there is not here")


async def test_nobody_waits_for_a_remote(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    asked = threading.Event()

    def slow(*_: object) -> str:
        asked.set()
        answers.wait(30)
        return "trunk"

    monkeypatch.setattr(fetching, "fetch", slow)  # a server that takes its time
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await driver.until(is_at_rest)
        await driver.press("f")
        await driver.until(asked.is_set)
        await said(driver, "asking the remote")
        await driver.press("f", "escape")
        await driver.edit(2)
        await driver.type("So ")
        assert driver.session.text(2).startswith("So ")
        answers.set()
        await driver.until(is_at_rest)
        assert driver.app._exception is None


async def test_who_comes_back_from_another_window_sees_what_was_pushed_there(work: Path) -> None:
    write(work, {README: report_text((*GOOD[:3], "Rewritten in the last night", *GOOD[4:]))})
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await said(driver, "1 answer (4) not pushed yet")
        driver.app.post_message(events.AppBlur())
        git(work, "commit", "--quiet", "-a", "-m", "night")
        git(work, "push", "--quiet")
        driver.app.post_message(events.AppFocus())
        await said(driver, "all your work on the report is at origin/trunk")
        git(work, "reset", "--quiet", "HEAD~1")
        git(work, "update-ref", "refs/remotes/origin/trunk", "HEAD")
        await driver.press("r")
        await said(driver, "1 answer (4) not pushed yet")


async def test_what_is_typed_while_the_remote_is_asked_is_not_forgotten(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(fetching, "fetch", lambda *_: answers.wait(30))
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await driver.until(is_at_rest)
        await driver.press("f", "escape")
        await driver.edit(2)
        await driver.type("So ")
        await driver.press("alt+p")
        await said(driver, "not saved: 2")
        answers.set()
        await driver.until(is_at_rest)
        await said(driver, "NOT PUSHED", "not saved: 2")


async def test_why_the_remote_could_not_be_asked_stays_until_the_screen_is_left(work: Path) -> None:
    (work.parent / "remote.git").rename(work.parent / "gone.git")
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await driver.until(is_at_rest)
        await driver.press("f")
        await said(driver, "could not be fetched")
        await driver.press("r")
        await driver.until(is_at_rest)
        await said(driver, "could not be fetched")
        await driver.press("escape", "alt+p")
        await driver.until(is_at_rest)
        await driver.until(lambda: "fetched:" not in driver.text())


async def test_leaving_while_git_is_asked(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(fetching, "fetch", lambda *_: answers.wait(30))
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await driver.until(is_at_rest)
        await driver.press("f", "f10")
        assert not driver.app.is_running
    answers.set()


async def test_names_are_no_markup(work: Path) -> None:
    answers = (*GOOD[:2], "![the quay](figures/[bold]quay.png)", *GOOD[3:])
    write(work, {README: report_text(answers), "reports/figures/[bold]quay.png": png()})
    async with running(work / README) as driver:
        await driver.press("alt+p")
        await said(driver, "not committed: answer 3, figures/[bold]quay.png")


# View models


def test_the_words_of_the_overview() -> None:
    assert note(None, None, 0) == HandInNote()
    assert note(None, NEVER, 10 * DAY - 2 * DAY - 4 * 3600).deadline == "hand-in in 2 days 4 h"
    late = note(None, NEVER, 10 * DAY + 7200)
    assert (late.deadline, late.deadline_short, late.is_urgent) == ("deadline passed 2 h ago", "2 h late", True)
    facts = Facts(0, remote="origin", branch="main", oid="1" * 40, uncommitted=Work((4, 7)), unpushed=Work((4, 7, 9)))
    found = note(told(facts), None, 0)
    assert (found.pushed, found.pushed_short, found.colour) == ("3 answers not pushed yet", "3 not pushed", "error")
    clean = facts._replace(uncommitted=Work(), unpushed=Work())
    assert note(told(clean), None, 0).pushed == "all pushed"
    assert note(told(clean._replace(unpushed=None)), None, 0).pushed == "not known what is pushed"
    assert note(told(clean._replace(unpushed=Work(figures=("a.png",)))), None, 0).pushed == "work not pushed yet"


def test_the_screen_before_git_was_asked() -> None:
    assert view(None, is_looking=True, is_fetching=False).lines == ()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (3600, "1 h"),
        (12_000, "3 h 20 min"),
        (DAY, "1 day"),
        (2 * DAY + 4 * 3600, "2 days 4 h"),
        (30 * DAY, "30 days"),
        (-7200, "2 h"),
    ],
)
def test_times_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_what_is_not_known_is_never_a_yes() -> None:
    for facts in (Facts(0), Facts(0, problem="git is not installed"), Facts(0, remote="origin", others=("a",))):
        assert not any(line.state is State.YES for line in told(facts).lines)
