"""A save that fails: nothing is lost, it is said, and there is another place for the text."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui.session import Session
from report_tui.storage import saving
from report_tui.storage.files import CannotSave
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.dialogs.place_dialog import PlaceDialog
from report_tui.tui.view_models import copies
from tests.tui.driver import Driver, running
from tests.tui.test_leaving import change_on_disk

SIZES = [(160, 48), (120, 36), (80, 24), (60, 20)]


class FullDisk:
    """While it is full, no flush of a file ever ends well."""

    def __init__(self) -> None:
        self.full = True
        self._fsync = os.fsync

    def fsync(self, descriptor: int) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[FullDisk]:
    disk = FullDisk()
    monkeypatch.setattr(os, "fsync", disk.fsync)
    yield disk
    disk.full = False


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    monkeypatch.setattr(saving, "copy_folder", lambda: folder)
    return folder


def below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_front(driver: Driver) -> list[type]:
    """What stands in front of the main screen."""
    stack = driver.app.screen_stack
    return [type(screen) for screen in stack[stack.index(driver.main) + 1 :]]


async def failed_save(driver: Driver) -> None:
    """Type something into answer 8, and save it onto the full disk."""
    await driver.edit(8)
    await driver.type("Kept. ")
    await driver.press("f2")
    assert in_front(driver) == [ChoiceDialog]


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_why_and_offers_the_ways_on(demo: Path, disk: FullDisk, size: tuple[int, int]) -> None:
    before, names = demo.read_bytes(), below(demo.parent)
    async with running(demo, size) as driver:
        await failed_save(driver)
        shown = driver.text()
        for part in ("the disk is full", "What you typed stays here", "try again", "write a copy elsewhere", "back"):
            assert part in " ".join(shown.split()), part
        await driver.press("escape")
        assert driver.session.unsaved == (8,)
        assert "Kept. " in driver.session.text(8)
        assert (demo.read_bytes(), below(demo.parent)) == (before, names)


async def test_trying_again_once_there_is_room(demo: Path, disk: FullDisk) -> None:
    async with running(demo) as driver:
        await failed_save(driver)
        await driver.press("enter")
        assert in_front(driver) == [ChoiceDialog]  # it is still full
        disk.full = False
        await driver.press("enter")
        assert not in_front(driver)
        assert not driver.session.dirty
        assert b"Kept. " in demo.read_bytes()


@pytest.mark.parametrize("size", SIZES)
async def test_a_copy_elsewhere(demo: Path, disk: FullDisk, documents: Path, size: tuple[int, int]) -> None:
    before = demo.read_bytes()
    async with running(demo, size) as driver:
        await failed_save(driver)
        await driver.press("down", "enter")
        assert in_front(driver) == [PlaceDialog]
        assert "Write a copy" in driver.text()
        disk.full = False
        await driver.press("enter")
        assert not in_front(driver)
        copy = next(documents.iterdir())
        assert copy.read_bytes() == driver.session.report.to_bytes() != before
        assert driver.session.unsaved == (8,)
        assert demo.read_bytes() == before
        assert [copy.name] == below(documents)


async def test_a_copy_that_fails_as_well(demo: Path, disk: FullDisk, documents: Path) -> None:
    async with running(demo) as driver:
        await failed_save(driver)
        await driver.press("down", "enter", "enter")
        assert in_front(driver) == [ChoiceDialog]
        assert "the disk is full; free some space, or choose another place" in " ".join(driver.text().split())
        assert below(documents) == []
        assert driver.session.unsaved == (8,)


async def test_leaving_the_place_leads_back_to_the_question(demo: Path, disk: FullDisk, documents: Path) -> None:
    async with running(demo) as driver:
        await failed_save(driver)
        await driver.press("down", "enter", "escape")
        assert in_front(driver) == [ChoiceDialog]
        assert below(documents) == []


class TestPlaces:
    @pytest.fixture
    def session(self, demo: Path) -> Session:
        return Session.open(demo)

    def test_a_new_name_each_time(self, session: Session, documents: Path) -> None:
        first = Path(copies.place(session.path))
        assert first.parent == documents
        session.save_copy(first)
        second = Path(copies.place(session.path))
        assert second.name == f"{first.stem}-2.md"

    def test_what_can_be_typed(self, session: Session, tmp_path: Path) -> None:
        folder = session.path.parent.resolve()
        assert copies.propose(session, " new.md ") == (str(folder / "new.md"), "")
        assert copies.propose(session, str(tmp_path / "a.md")) == (str((tmp_path / "a.md").resolve()), "")
        assert copies.propose(session, "~/a.md")[0] == str((Path.home() / "a.md").resolve())

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("", "Type where the copy is to go."),
            ("README.md", "Something stands there already: choose another name."),
            (".", "Something stands there already: choose another name."),
            ("nowhere/a.md", "There is no such folder."),
            ("nowhere/", "There is no such folder."),
            ("a\x1b[31m.md", "A path like this cannot be shown: choose a plainer one."),
            ("a\0.md", "This is not a possible path."),
        ],
    )
    def test_what_cannot(self, session: Session, typed: str, problem: str) -> None:
        assert copies.propose(session, typed) == ("", problem)

    def test_nothing_is_ever_written_over(self, session: Session, tmp_path: Path) -> None:
        place = tmp_path / "theirs.md"
        place.write_bytes(b"theirs")
        with pytest.raises(CannotSave, match="is there already; choose another name"):
            session.save_copy(place)
        assert place.read_bytes() == b"theirs"


async def test_what_came_from_the_disk_is_said_although_nothing_is_saved(demo: Path, disk: FullDisk) -> None:
    async with running(demo) as driver:
        disk.full = False
        change_on_disk(demo, 4, "theirs")
        disk.full = True
        await failed_save(driver)
        await driver.press("escape")
        assert driver.notices()[0] == (
            "README.md: the disk is full; free some space, then save again\n"
            "Changed on disk, taken over: 4 Power budget."
        )
