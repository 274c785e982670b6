"""Repairs of figures' files over the running app: shown before, done by one key, taken back by another, asked first."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from report_tui.figure_repairs import all_offers, known_of
from report_tui.session import Session
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.dialogs.name_dialog import NameDialog
from report_tui.tui.screens import findings
from report_tui.tui.screens.figure_picker import FigurePicker
from report_tui.tui.screens.findings import FindingList, FindingsScreen
from report_tui.tui.view_models.findings import fixes_of, judged, mended_by_files
from report_tui.tui.widgets.figure_list import FigureList
from tests.figure_reports import ANSWERS, png, write_report
from tests.tui.driver import Driver, running

ODD, SAFE = "figures/Harbour (1).PNG", "figures/harbour-1.png"
BERTH = "figures/berth.jpg"


@pytest.fixture(autouse=True)
def quick_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters count at once, so that no test waits for a clock."""
    monkeypatch.setattr(findings, "TYPING_GUARD", 0.001)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_report(tmp_path / "reports")


async def to_finding(driver: Driver, message: str) -> None:
    """Open the panel where it is not open, and put the cursor on the first finding that says this."""
    if not isinstance(driver.app.screen, FindingsScreen):
        await driver.press("ctrl+l")
    listed = driver.app.screen.query_one(FindingList)
    for index in range(listed.option_count):
        if message in str(listed.get_option_at_index(index).prompt):
            listed.highlighted = index
            await driver.settle()
            return
    raise AssertionError(f"no finding says {message}")


def words(driver: Driver) -> str:
    """What a dialog says, its lines put together."""
    return " ".join(str(driver.app.screen.query_one("#dialog-text", Static).visual).split())


def names(path: Path) -> list[str]:
    return sorted(file.relative_to(path.parent).as_posix() for file in path.parent.rglob("*.*"))


async def test_f_moves_a_figure_into_the_folder_and_u_takes_file_and_text_back(path: Path) -> None:
    before = names(path)
    async with running(path) as driver:
        await driver.edit(5)
        editor = driver.editor
        await to_finding(driver, "lies outside the figures folder")
        assert f"shots/Berth.JPG → {BERTH}, in answer 5" in driver.text()
        assert "the old file goes when you save" in driver.text()
        assert "+ ![The berth](figures/berth.jpg)" in driver.text()
        await driver.press("a")
        assert driver.notices() == ["Figures' files are changed one at a time: f on each."]
        await driver.press("f")
        assert editor.text == "![The berth](figures/berth.jpg)"
        assert names(path) == sorted([*before, BERTH])
        await driver.press("u")
        assert driver.notices() == ["Taken back: berth.jpg."]
        assert editor.text == ANSWERS[5]
        assert names(path) == before
        await to_finding(driver, "lies outside the figures folder")
        await driver.press("f", "escape", "f2")
        assert names(path) == sorted({*before, BERTH} - {"shots/Berth.JPG"})
        assert b"figures/berth.jpg" in path.read_bytes()


async def test_a_rename_is_a_choice_and_changes_every_answer_and_editor(path: Path) -> None:
    async with running(path) as driver:
        await driver.edit(2)
        editor = driver.editor
        await driver.edit(4)
        await to_finding(driver, "a blank in the path")
        await driver.press("f")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert f"{ODD} → {SAFE}, in answers 2 and 4 the old file goes when you save" in words(driver)
        await driver.press("1")
        assert SAFE in editor.text
        assert "Harbour" not in driver.session.text(4)
        assert (path.parent / SAFE).read_bytes() == (path.parent / ODD).read_bytes() == png(1)
        await driver.press("escape")
        driver.main.set_focus(editor)
        await driver.press("ctrl+z")
        assert editor.text == ANSWERS[2]
        await driver.press("f2")
        assert (path.parent / ODD).exists()  # one answer says it still
        await driver.press("ctrl+y", "f2")
        assert not (path.parent / ODD).exists()
        assert (path.parent / SAFE).read_bytes() == png(1)


async def test_leaving_without_a_save_leaves_every_file_as_it_was(path: Path) -> None:
    before, report = names(path), path.read_bytes()
    async with running(path) as driver:
        await driver.edit(5)
        await to_finding(driver, "lies outside the figures folder")
        await driver.press("f", "escape", "f10", "down", "down", "enter")
        assert driver.app.return_code == 0
    assert (names(path), path.read_bytes()) == (before, report)


async def test_a_file_that_is_in_the_way_is_said_and_nothing_changes(path: Path) -> None:
    async with running(path) as driver:
        await driver.edit(5)
        await to_finding(driver, "lies outside the figures folder")
        (path.parent / "shots" / "Berth.JPG").unlink()
        await driver.press("f")
        assert driver.notices() == ["Berth.JPG: is not there any more; look again."]
        assert not driver.session.dirty


async def test_a_copy_from_outside_the_report_s_folder_is_asked_first(path: Path) -> None:
    source = path.parent.parent / "Quay.png"
    source.write_bytes(png(9))
    before = names(path)
    async with running(path) as driver:
        await driver.edit(3)
        driver.editor.text = "![The quay](../Quay.png)"
        await driver.settle()
        await to_finding(driver, "lies outside the report's folder")
        await driver.press("f")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert "Quay.png → figures/quay.png, in answer 3 the file itself stays where it is" in words(driver)
        await driver.press("escape")
        assert names(path) == before
        await driver.press("f", "1")
        assert driver.session.text(3) == "![The quay](figures/quay.png)"
        assert (path.parent / "figures" / "quay.png").read_bytes() == png(9)


async def test_an_unused_figure_is_deleted_after_two_questions_where_there_is_no_trash(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_trash(name: str) -> None:
        raise OSError(f"no trash for {name}")

    monkeypatch.setattr("send2trash.send2trash", no_trash)
    before = names(path)
    async with running(path) as driver:
        await driver.edit(5)
        await to_finding(driver, "no answer uses figures/spare.png")
        await driver.press("f")
        assert "Delete this figure?" in driver.text()
        await driver.press("k", "f", "d")
        assert "There is no trash for this file" in driver.text()
        await driver.press("enter")
        assert names(path) == before
        await driver.press("f", "d", "d")
        assert names(path) == [name for name in before if name != "figures/spare.png"]
        assert driver.notices() == ["Fixed: figures/spare.png is deleted."]
        await driver.press("u")
        assert names(path) == before
        await driver.main.fixes().delete(ODD)
        await driver.settle()
        assert driver.notices() == [f"{ODD} is used: take it out of the answers first, and save (F2)."]
        assert names(path) == before


@pytest.mark.parametrize("size", [(120, 36), (60, 20)])
async def test_a_new_name_is_judged_while_it_is_typed(path: Path, size: tuple[int, int]) -> None:
    async with running(path, size) as driver:
        asked = driver.app.run_worker(driver.main.fixes().rename(ODD, lambda _: None))
        await driver.settle()
        assert isinstance(driver.app.screen, NameDialog)
        field = driver.app.screen.query_one(Input)
        assert (field.value, "→ figures/harbour-1.png" in driver.text()) == ("harbour-1", True)
        field.value = ""
        await driver.type("Spare")
        assert "✗ another file has this name" in driver.text()
        await driver.press("enter")
        assert isinstance(driver.app.screen, NameDialog)
        await driver.type(" Quay [west]")
        assert "→ figures/spare-quay-west.png" in driver.text()
        await driver.press("f2")
        assert path.read_bytes().count(b"Harbour") == 3  # nothing is saved while it is asked
        await driver.press("enter")
        await asked.wait()
        assert (path.parent / "figures" / "spare-quay-west.png").read_bytes() == png(1)
        assert "figures/spare-quay-west.png" in driver.session.text(2)


def test_a_blank_is_mended_by_a_rename_or_in_the_path(path: Path) -> None:
    (path.parent / "figures" / "my plan.png").write_bytes(png(4))
    session = Session.open(path)
    session.edit(3, "![The plan](figures/my plan.png)")
    (found,) = (found for found in session.evaluation.question(3).findings if found.code == "figure-blank")
    offers = all_offers(known_of(session), mended_by_files(session))
    fixes = fixes_of(session, judged(session), found, offers)
    assert [(fix.title, fix.certain) for fix in fixes] == [
        ("rename the file to my-plan.png", False),
        ("write %20 for each blank", False),
    ]


async def test_a_figure_is_renamed_and_deleted_from_the_picker(path: Path) -> None:
    async with running(path) as driver:
        await driver.edit(3)
        await driver.burst("f4", *"plan", "f6")
        assert isinstance(driver.app.screen, NameDialog)
        await driver.press("ctrl+u")
        await driver.type("Map")
        await driver.press("enter")
        done = "Done: figures/plan.PNG → figures/map.png, in answer 3; u in the findings takes it back."
        assert driver.notices() == [done]
        assert driver.session.text(3) == "![The plan](figures/map.png)"
        picker = driver.app.screen
        assert isinstance(picker, FigurePicker)
        listed = picker.query_one(FigureList)
        row = listed.row(listed.current)
        assert row is not None and row.path == "figures/map.png"
        assert next(row.used for row in listed._rows if row.path == "figures/plan.PNG") == "old name"
        await driver.press("f8")
        assert driver.notices() == ["figures/map.png is used: take it out of the answers first, and save (F2)."]
        await driver.press("escape")
        assert driver.editor.text == "![The plan](figures/map.png)"
        await driver.press("ctrl+z")
        assert driver.editor.text == ANSWERS[3]


async def test_no_name_is_called_wrong_before_it_was_typed(path: Path) -> None:
    async with running(path) as driver:
        driver.app.run_worker(driver.main.fixes().rename("figures/spare.png", lambda _: None))
        await driver.settle()
        assert "that is its name now" in driver.text()
        assert "✗ that" not in driver.text()
        await driver.press("end", "x")
        assert "→ figures/sparex.png" in driver.text()
        await driver.press("ctrl+u")
        assert "✗ type a name" in driver.text()
