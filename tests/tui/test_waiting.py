"""A disk that does not answer: what is typed meanwhile is seen, is not saved, and collides with nothing."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from report_tui import Report
from report_tui.session import Session
from report_tui.storage import files, locks, saving, versions, waiting
from report_tui.tui.app import ReportApp
from report_tui.tui.dialogs.choice import ChoiceDialog, Question
from report_tui.tui.dialogs.place_dialog import PlaceDialog
from report_tui.tui.flows import figures as figures_flow
from report_tui.tui.flows import history as history_flow
from report_tui.tui.flows import looking_up, placing, quitting, turns
from report_tui.tui.screens.bring_in import BringIn
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.screens.help import HelpScreen
from report_tui.tui.screens.history import HistoryScreen
from report_tui.tui.widgets.path_line import PathLine
from tests.tui.bringing import PNG
from tests.tui.driver import Driver, at_rest, running
from tests.tui.hung_disk import HungDisk, disk
from tests.tui.test_drafts import kept, left
from tests.tui.test_history import keep
from tests.tui.test_leaving import change_on_disk, notice_the_disk

__all__ = ["disk"]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is patient here: what is said after a while is said at once."""
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    monkeypatch.setattr(quitting, "PATIENCE", 0.01)
    monkeypatch.setattr(history_flow, "PATIENCE", 0.01)


def answer(path: Path, number: int) -> str:
    return Report.from_bytes(path.read_bytes()).question(number).answer.text


async def hang_in_a_save(driver: Driver, disk: HungDisk, text: str = "saved") -> None:
    """Type into answer 9, and save onto the disk that hangs."""
    await driver.edit(9)
    await driver.type(text)
    disk.hang()
    await driver.press("f2")
    await driver.until(lambda: disk.waiting > 0)


async def hang_in_dropping(driver: Driver, disk: HungDisk) -> None:
    """Type into answer 9, and leave without it: what is dropped goes to the history on the disk that hangs."""
    await driver.edit(9)
    await driver.type("dropped")
    disk.hang()
    await driver.press("f10", "up", "enter")
    await driver.until(lambda: disk.waiting > 0)


async def test_what_is_typed_while_a_save_waits_is_seen_and_not_saved(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await hang_in_a_save(driver, disk)
        await driver.type(" later")
        assert "saved later" in driver.text()
        disk.answer()
        await driver.until(lambda: bool(driver.notices()))
        assert driver.notices() == ["Saved 1 answer."]
        assert answer(demo, 9) == "saved"
        assert driver.session.unsaved == (9,)
        assert driver.editor.text == driver.session.text(9) == "saved later"
        await notice_the_disk(driver)  # of our own save
        assert not driver.session.undecided
        await driver.press("f2")
        assert not isinstance(driver.app.screen, ChoiceDialog)
        assert answer(demo, 9) == "saved later"
        assert not driver.session.dirty


async def test_another_program_that_holds_the_lock_keeps_nobody_from_typing(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "PATIENCE", 3600)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved")
        from tests.tui import driver as driving

        with locks.alone(demo.parent.resolve(), 0):
            driving.hanging.add(demo)
            await driver.press("f2")
            await driver.until(lambda: "saving …" in driver.text())
            await driver.type(" later")
            assert "saved later" in driver.text()
            await driver.press("f8", "f7")  # keys go on to work
            assert answer(demo, 9) == ""
        driving.hanging.discard(demo)
        await driver.until(lambda: bool(driver.notices()))
        assert "saving …" not in driver.text()
        assert (answer(demo, 9), driver.session.unsaved) == ("saved", (9,))


async def test_a_lock_that_is_never_given_back_is_said(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "PATIENCE", 0)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved")
        with locks.alone(demo.parent.resolve(), 0):
            await driver.press("f2")
            assert isinstance(driver.app.screen, ChoiceDialog)
            assert "is just being saved by another program" in driver.text()
        await driver.press("enter")
        assert answer(demo, 9) == "saved"


async def test_saving_again_and_again_while_it_waits(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await hang_in_a_save(driver, disk)
        for word in (" one", " two", " three"):
            await driver.type(word)
            await driver.press("f2", "f2")
        disk.answer()
        await driver.until(lambda: not driver.session.dirty)
        assert answer(demo, 9) == "saved one two three"
        assert not driver.session.undecided


async def test_keys_right_behind_a_save(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst(*"saved", "f2", *"more", "f2", *"!")
        assert driver.editor.text == "savedmore!"
        assert "savedmore!".startswith(answer(demo, 9))
        await driver.press("f2")
        assert answer(demo, 9) == "savedmore!"
        assert not driver.session.undecided


async def test_what_is_undone_while_a_save_waits_is_unsaved_again(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        before = driver.session.text(4)
        box = next(item for item in driver.session.report.checklist if not item.done)
        await driver.edit(4)
        await driver.type("x")
        driver.session.tick(box.line)
        disk.hang()
        await driver.press("f2")
        await driver.until(lambda: disk.waiting > 0)
        await driver.press("backspace")
        driver.session.tick(box.line)
        assert not driver.session.dirty
        disk.answer()
        await driver.until(lambda: bool(driver.notices()))
        assert answer(demo, 4) == f"x{before}"
        assert (driver.session.unsaved, driver.session.unsaved_boxes) == ((4,), 1)
        assert driver.editor.text == driver.session.text(4) == before
        await driver.press("f2")
        report = Report.from_bytes(demo.read_bytes())
        assert report.question(4).answer.text == before
        assert not report.box(box.line).done


async def test_a_text_that_cannot_be_written_is_held_while_a_save_waits(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await hang_in_a_save(driver, disk)
        await driver.type("\n\n```\nopen")
        disk.answer()
        await driver.until(lambda: bool(driver.notices()))
        assert answer(demo, 9) == "saved"
        assert driver.session.held[9].text == driver.editor.text == "saved\n\n```\nopen"
        await driver.type("\n```")
        await driver.press("f2")
        assert answer(demo, 9) == "saved\n\n```\nopen\n```"


async def test_a_report_that_is_read_again_while_somebody_types(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 4, "theirs")
        disk.hang()
        driver.main.look_at_the_disk()
        await driver.until(lambda: "reading …" in driver.text())
        await driver.type(" and more")
        assert "mine and more" in driver.text()
        disk.answer()
        await driver.until(lambda: driver.session.text(4) == "theirs")
        assert driver.editor.text == driver.session.text(9) == "mine and more"
        assert "reading …" not in driver.text()
        assert not driver.session.undecided
        await driver.press("ctrl+z")
        assert driver.editor.text != "mine and more"


async def test_an_answer_that_is_typed_in_while_theirs_is_read_is_asked_for(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        change_on_disk(demo, 9, "theirs")
        disk.hang()
        driver.main.look_at_the_disk()
        await driver.until(lambda: disk.waiting > 0)
        await driver.type("mine")
        disk.answer()
        await driver.until(lambda: bool(driver.notices()))
        assert driver.session.undecided == {9}
        assert driver.editor.text == driver.session.text(9) == "mine"


async def test_a_teammate_who_writes_while_a_save_waits(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both texts typed here, before the save and during it, and theirs: none is lost, nothing is asked."""
    monkeypatch.setattr(saving, "PATIENCE", 3600)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved")
        from tests.tui import driver as driving

        with locks.alone(demo.parent.resolve(), 0):
            driving.hanging.add(demo)
            await driver.press("f2")
            await driver.until(lambda: "saving …" in driver.text())
            await driver.type(" later")
            change_on_disk(demo, 4, "theirs")
        driving.hanging.discard(demo)
        await driver.until(lambda: any("Saved" in notice for notice in driver.notices()))
        assert (answer(demo, 4), answer(demo, 9)) == ("theirs", "saved later")
        assert not driver.session.dirty


async def test_a_save_of_which_the_disk_says_nothing_collides_with_nothing(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in the file, but the folder could not be flushed; then somebody types on."""
    from report_tui.storage import writing

    def fail(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved")
        with monkeypatch.context() as patch:
            patch.setattr(writing, "flush_folder", fail)
            await driver.press("f2")
        assert "does not confirm" in driver.text()
        await driver.press("escape")
        await driver.type(" later")
        assert answer(demo, 9) == "saved"
        await notice_the_disk(driver)
        assert not driver.session.undecided
        assert driver.session.unsaved == (9,)
        await driver.press("f2")
        assert answer(demo, 9) == "saved later"


class TestLeaving:
    async def test_staying(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.press("f10", "f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            for part in (
                "The disk does not answer",
                "still being saved",
                "kept either way",
                "wait for it",
                "stay",
                "quit without waiting",
            ):
                assert part in " ".join(driver.text().split())
            await driver.press("escape")
            assert driver.app.screen is driver.main
            await driver.type(" later")
            disk.answer()
            await driver.until(lambda: bool(driver.notices()))
            assert (answer(demo, 9), driver.session.unsaved) == ("saved", (9,))

    async def test_it_answers_while_it_is_asked(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            disk.answer()
            await driver.until(lambda: not driver.app.is_running)
            assert driver.app.return_code == 0
        assert answer(demo, 9) == "saved"

    async def test_waiting_for_it(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.type(" later")
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            await driver.press("enter")
            assert driver.app.screen is driver.main
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            await driver.press("enter")
            disk.answer()
            await driver.until(lambda: "Not saved yet: 9" in driver.text())
            await driver.press("enter")
            assert driver.app.return_code == 0
        assert answer(demo, 9) == "saved later"

    async def test_who_types_on_while_it_is_saved_to_quit_is_asked_again(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.type("saved")
            await driver.press("f10")
            disk.hang()
            await driver.press("enter")
            await driver.until(lambda: disk.waiting > 0)
            await driver.type(" later")
            disk.answer()
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            assert "Not saved yet: 9" in driver.text()
            assert answer(demo, 9) == "saved"
            await driver.press("enter")
            await driver.until(lambda: driver.app.return_code == 0)
        assert answer(demo, 9) == "saved later"

    async def test_without_waiting(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.type(" later")
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            assert kept(9) == "saved later"
            await driver.press("up", "enter")
            assert driver.app.return_code == 2
        assert kept(9) == "saved later"
        assert disk.waiting > 0

    async def test_dropping_what_is_unsaved(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_dropping(driver, disk)
            said = "The disk does not answer: F10 once more leaves without waiting."
            await driver.until(lambda: driver.notices()[-1:] == [said])
            await driver.type(" but not this")
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            await driver.press("escape")
            disk.answer()
            await driver.until(lambda: "Not saved yet: 9" in driver.text())
            await driver.press("up", "enter")
            await driver.until(lambda: driver.app.return_code == 0)
        kinds = {versions.read_text(version): version.kind for version in versions.versions(demo)}
        assert kinds["dropped but not this"] == versions.DROPPED_DRAFT
        assert kept(9) is None

    async def test_a_disk_that_answers_while_somebody_is_about_to_be_asked(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with running(demo) as driver:
            await hang_in_dropping(driver, disk)
            await driver.type(" but not this")
            keep_now = driver.main.keep

            def keep_and_answer() -> Callable[[], object]:
                others, is_kept = [one for one in threading.enumerate() if one.name == waiting.NAME], keep_now()

                def run() -> None:
                    is_kept()
                    disk.answer()
                    for thread in others:
                        thread.join()

                return run

            monkeypatch.setattr(driver.main, "keep", keep_and_answer)
            await driver.press("f10")
            await driver.until(lambda: "Not saved yet: 9" in driver.text())
            assert len(driver.app.screen_stack) == 2
            await driver.press("up", "enter")
            await driver.until(lambda: driver.app.return_code == 0)

    async def test_a_disk_that_answers_just_before_the_question_can_be_seen(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with running(demo) as driver:
            ask = driver.main.ask

            async def ask_too_late(dialog: Question) -> str | None:
                disk.answer()
                while not driver.notices():
                    await asyncio.sleep(0)
                return await ask(dialog)

            await hang_in_a_save(driver, disk)
            monkeypatch.setattr(driver.main, "ask", ask_too_late)
            await driver.press("f10")
            await driver.until(lambda: driver.app.return_code == 0)

    @pytest.mark.parametrize("key", ["w", "c", "enter", "escape"])
    @pytest.mark.parametrize("turns", range(8))
    async def test_a_key_in_the_moment_in_which_the_disk_answers(
        self, demo: Path, disk: HungDisk, key: str, turns: int
    ) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            answering = [one for one in threading.enumerate() if one.name == waiting.NAME]
            disk.answer()
            for thread in answering:
                thread.join()
            for _ in range(turns):
                await asyncio.sleep(0)
            driver.app.post_message(events.Key(key, key if len(key) == 1 else None))
            # A letter behind the question is one more in the answer, and unsaved.
            await driver.until(
                lambda: (
                    driver.app.return_code == 0 or driver.app.screen is driver.main or "Not saved yet" in driver.text()
                )
            )
        assert answer(demo, 9) == "saved"

    async def test_a_key_while_only_the_disk_is_waited_for_does_nothing(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quitting, "PATIENCE", 0.3)
        async with running(demo) as driver:
            await driver.edit(9)
            disk.hang()
            driver.app.post_message(events.Key("f10", None))
            await driver.until(lambda: driver.main.is_leaving)
            for name in ("ctrl+p", "x", "f1"):
                driver.app.post_message(events.Key(name, None))
            await driver.until(lambda: driver.app.return_code == 0)

    async def test_a_disk_that_answers_leads_to_another_question(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_dropping(driver, disk)
            await driver.type(" but not this")
            await driver.press("f10")
            await driver.until(lambda: "The disk does not answer" in driver.text())
            disk.answer()
            await driver.until(lambda: "Not saved yet: 9" in driver.text())
            assert len(driver.app.screen_stack) == 2
            await driver.press("escape")
            assert driver.app.screen is driver.main

    async def test_a_disk_that_answers_while_the_question_lies_below_the_help(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            await hang_in_a_save(driver, disk)
            await driver.press("f10")
            await driver.until(lambda: isinstance(driver.app.screen, ChoiceDialog))
            await driver.press("f1")
            assert isinstance(driver.app.screen, HelpScreen)
            disk.answer()
            await driver.until(lambda: not driver.session.dirty)
            await driver.press("f1")
            await driver.until(lambda: driver.app.return_code == 0)

    async def test_nothing_is_unsaved_and_a_look_hangs(self, demo: Path, disk: HungDisk) -> None:
        async with running(demo) as driver:
            disk.hang()
            driver.main.look_at_the_disk()
            await driver.until(lambda: disk.waiting > 0)
            await driver.press("f10")
            await driver.until(lambda: driver.app.return_code == 0)


async def test_a_figure_that_is_named_while_the_disk_hangs_is_unchecked_until_it_answers(
    demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_up, "PATIENCE", 0.01)
    async with running(demo) as driver:
        await driver.edit(9)
        disk.hang()
        await driver.type("![it](figures/nowhere.png) and on")
        assert "figures/nowhere.png) and on" in driver.text()
        codes = {finding.code for finding in driver.session.evaluation.question(9).findings}
        assert "figure-unchecked" in codes
        disk.answer()
        await driver.until(lambda: "figure-missing" in {f.code for f in driver.session.evaluation.question(9).findings})


async def test_a_version_is_chosen_while_the_disk_hangs(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("mine")
        change_on_disk(demo, 9, "theirs")
        await driver.press("f2")
        assert "changed by you and on disk" in driver.text()
        disk.hang()
        await driver.press("down", "enter")
        await driver.until(lambda: disk.waiting > 0)
        await driver.type("!")
        disk.answer()
        # What was chosen was another text by then: it is asked for again, in the same save.
        await driver.until(lambda: "mine!" in driver.text() and len(driver.app.screen_stack) == 2)
        assert "One of the two has changed since you were asked." in driver.text()
        assert driver.session.undecided == {9}
        assert (driver.session.text(9), answer(demo, 9)) == ("mine!", "theirs")
        await driver.press("enter")
        assert driver.editor.text == answer(demo, 9) == "mine!"
        assert driver.notices()[-1].startswith("Saved 1 answer.")


async def test_a_fault_in_the_thread_ends_nothing_half(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise files.CannotSave(demo, "is on the moon", "wait")

    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("saved")
        with monkeypatch.context() as patch:
            patch.setattr(saving, "save", fail)
            await driver.press("f2")
            assert "is on the moon" in driver.text()
            await driver.press("escape")
        assert driver.session.unsaved == (9,)
        await driver.press("f2")
        assert answer(demo, 9) == "saved"
        assert asyncio.all_tasks()


class TestHistory:
    async def test_it_opens_while_the_disk_hangs(self, demo: Path, disk: HungDisk) -> None:
        keep(demo, 5, {9: "Less"})
        async with running(demo) as driver:
            await driver.edit(9)
            disk.hang()
            await driver.press("ctrl+n")
            assert isinstance(driver.app.screen, HistoryScreen)
            assert "reading …" in driver.text()
            assert "Nothing is kept" not in driver.text()
            await driver.press("enter", "a", "a", "escape")
            await driver.type("mine")
            await driver.press("ctrl+n")
            disk.answer()
            await driver.until(lambda: "1 version" in driver.text())
            await driver.press("enter", "escape")
            assert (driver.editor.question, driver.editor.text) == (9, "Less")
            kept = next(version for version in versions.versions(demo) if version.kind == versions.BEFORE_RESTORE)
            assert Report.from_bytes(versions.read(kept)).question(9).answer.text == "mine"

    async def test_bringing_back_waits_and_keys_do_not(self, demo: Path, disk: HungDisk) -> None:
        keep(demo, 5, {9: "Less"})
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.type("mine")
            await driver.press("ctrl+n")
            disk.hang()
            await driver.press("enter", "enter", "a")
            assert driver.session.text(9) == "mine"
            disk.answer()
            await driver.until(lambda: driver.session.text(9) == "Less")
            await driver.press("escape", "ctrl+z")
            assert driver.editor.text == "mine"

    async def test_who_does_not_wait_for_it_types_on(self, demo: Path, disk: HungDisk) -> None:
        keep(demo, 5, {9: "Less"})
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.press("ctrl+n")
            disk.hang()
            await driver.press("enter", "escape")
            assert driver.notices()[-1] == history_flow.NOT_BROUGHT
            await driver.type("mine")
            disk.answer()
            await driver.until(lambda: disk.waiting == 0)
            assert driver.editor.text == driver.session.text(9) == "mine"

    async def test_keys_typed_ahead_are_done_in_their_order(self, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history_flow, "PATIENCE", 30)
        keep(demo, 5, {9: "Less"})
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.burst("ctrl+n", "enter", "escape", "end", "!")
            assert driver.editor.text == driver.session.text(9) == "Less!"


async def test_what_an_earlier_sitting_left_is_offered_once_the_disk_answers(demo: Path, disk: HungDisk) -> None:
    left(demo, a9="left behind")
    app = ReportApp(Session.open(demo))
    with at_rest(app):
        disk.hang()
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            driver = Driver(app, pilot, app._session)
            await driver.until(lambda: "reading …" in driver.text())
            await driver.edit(4)
            await driver.type("typed meanwhile")
            assert driver.session.text(4).startswith("typed meanwhile")
            disk.answer()
            await driver.until(lambda: isinstance(app.screen, ChoiceDialog))
            assert "left behind" in driver.text()
            await driver.press("enter")
            await driver.until(lambda: driver.session.text(9) == "left behind")
            assert driver.session.text(4).startswith("typed meanwhile")


async def test_who_does_not_wait_for_that_offer_leaves(demo: Path, disk: HungDisk) -> None:
    left(demo, a9="left behind")
    app = ReportApp(Session.open(demo))
    with at_rest(app):
        disk.hang()
        async with app.run_test(size=(120, 36), notifications=True) as pilot:
            driver = Driver(app, pilot, app._session)
            await driver.until(lambda: "reading …" in driver.text())
            await driver.press("f10")
            await driver.until(lambda: app.return_code == 0)
    disk.answer()
    assert kept(9) == "left behind"


class TestFigures:
    async def test_none_is_inserted_while_the_disk_hangs(
        self, demo: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(figures_flow, "PATIENCE", 0.01)
        monkeypatch.setattr(figures_flow, "INSERTING", 0.01)
        async with running(demo) as driver:
            await driver.edit(9)
            disk.hang()
            await driver.press("f4", "enter", "enter")
            assert driver.notices()[-1] == "The disk does not answer: nothing was inserted."
            assert isinstance(driver.app.screen, FigurePicker)
            disk.answer()
            await driver.settle()
            assert driver.session.text(9) == ""
            monkeypatch.setattr(figures_flow, "INSERTING", 30)
            await driver.burst("enter", "enter", "!")
            assert driver.session.text(9).startswith("![")
            assert driver.session.text(9).rstrip().endswith(")!")
            assert driver.editor.text == driver.session.text(9)

    async def test_one_that_was_brought_in_as_the_disk_began_to_hang(
        self, demo: Path, tmp_path: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(figures_flow, "PATIENCE", 0.01)
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.press("f4")
            shutil.copy(next((demo.parent / "figures").glob("*.png")), demo.parent / "figures" / "new.png")
            figures = driver.main._figures
            assert figures is not None
            disk.hang()
            await figures._brought("figures/new.png")
            await driver.type("new")
            assert "none of" in driver.text()
            disk.answer()
            await driver.until(lambda: "new.png" in driver.text())


async def test_a_place_is_typed_on_a_disk_that_hangs(
    demo: Path, tmp_path: Path, disk: HungDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise files.CannotSave(demo, "is on the moon", "wait")

    monkeypatch.setattr(saving, "save", fail)
    elsewhere = tmp_path.resolve() / "elsewhere"
    elsewhere.mkdir()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("copied")
        await driver.press("f2", "down", "enter")
        assert isinstance(driver.app.screen, PlaceDialog)
        disk.hang()
        await driver.press("ctrl+u")
        await driver.type("copy.md")
        await driver.press("enter")
        assert isinstance(driver.app.screen, PlaceDialog)
        assert placing.NO_ANSWER in " ".join(driver.text().split())
        # One waits for what is typed, whatever the number of keys; whoever watches the folder may be another.
        assert sum(thread.name == waiting.NAME for thread in threading.enumerate()) <= 2
        await driver.press("ctrl+u")
        await driver.type(f"{elsewhere}/copy.md")
        await driver.press("enter")
        await driver.until(lambda: any("A copy lies in" in notice for notice in driver.notices()))
        assert answer(elsewhere / "copy.md", 9) == "copied"
        disk.answer()


class TestBringingIn:
    async def test_a_path_is_typed_while_its_folder_hangs(self, demo: Path, tmp_path: Path, disk: HungDisk) -> None:
        picture = tmp_path.resolve() / "elsewhere" / "quay.png"
        picture.parent.mkdir()
        shutil.copy(next((demo.parent / "figures").glob("*.png")), picture)
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.press("f4", "f7")
            disk.hang()
            await driver.type(f"{demo.parent}/figures/")
            await driver.until(lambda: disk.waiting > 0)
            await driver.type("a")
            assert driver.app.screen.query_one(PathLine).value.endswith("/figures/a")
            await driver.press("escape", "escape")
            await driver.type("mine")
            assert "mine" in driver.text()
            await driver.press("f2", "f10")
            disk.answer()

    async def test_the_report_s_own_disk_hangs_while_it_is_copied(
        self, demo: Path, tmp_path: Path, disk: HungDisk
    ) -> None:
        picture = tmp_path.resolve() / "elsewhere" / "quay.png"
        picture.parent.mkdir()
        picture.write_bytes(PNG)
        async with running(demo) as driver:
            await driver.edit(9)
            await driver.press("f4", "f7")
            await driver.type(str(picture))
            await driver.press("enter")
            await driver.until(lambda: isinstance(driver.app.screen, BringIn) and not driver.app.screen.is_at_work)
            disk.hang()
            await driver.press("enter")
            await driver.until(lambda: disk.waiting > 0)
            await driver.press("escape", "escape")
            await driver.type("mine")
            assert "mine" in driver.text()
            # What leaves the program waits for it, for as long as the disk may take.
            assert any(thread.name == waiting.WRITING for thread in threading.enumerate())
            disk.answer()
            waiting.finish(30)
            await driver.until(lambda: any("no answer shows it yet" in notice for notice in driver.notices()))
            assert (demo.parent / "figures" / "quay.png").read_bytes() == PNG


async def test_the_page_is_asked_for_while_the_disk_hangs(demo: Path, disk: HungDisk) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        disk.hang()
        driver.main.action_open_page()
        await driver.until(lambda: disk.waiting > 0)
        await driver.type("mine")
        assert "mine" in driver.text()
        await driver.press("f2")
        await driver.press("f10")
