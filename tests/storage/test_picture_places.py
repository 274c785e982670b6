"""What the small file browser is given to show."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from report_tui.storage import picture_places
from report_tui.storage.picture_places import look_into


def touch(path: Path, seconds: float = 0, size: int = 0) -> None:
    path.write_bytes(b"x" * size)
    os.utime(path, (seconds, seconds))


def test_folders_by_name_then_pictures_the_newest_first(tmp_path: Path) -> None:
    for name in ("b", "A"):
        (tmp_path / name).mkdir()
    touch(tmp_path / "old.png", 1_000, 3)
    touch(tmp_path / "new.JPEG", 2_000, 5)
    listing = look_into(tmp_path)
    assert [entry.name for entry in listing.entries] == ["A", "b", "new.JPEG", "old.png"]
    assert [entry.is_folder for entry in listing.entries] == [True, True, False, False]
    assert (listing.entries[3].size, listing.entries[3].changed) == (3, 1_000)
    assert (listing.folder, listing.problem, listing.cut) == (tmp_path, "", False)


def test_hidden_names_and_other_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".secret").mkdir()
    (tmp_path / "folder.png").mkdir()
    for name in (".hidden.png", "notes.txt", "README", "png"):
        touch(tmp_path / name)
    touch(tmp_path / "photo.HEIC")
    assert [entry.name for entry in look_into(tmp_path).entries] == ["folder.png", "photo.HEIC"]


def test_links_count_as_what_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    touch(tmp_path / "real" / "x.png", size=4)
    try:
        (tmp_path / "there").symlink_to(tmp_path / "real", target_is_directory=True)
        (tmp_path / "link.png").symlink_to(tmp_path / "real" / "x.png")
        (tmp_path / "nowhere.png").symlink_to(tmp_path / "gone.png")
        (tmp_path / "round.png").symlink_to(tmp_path / "round.png")
    except OSError:
        pytest.skip("this Windows lets nobody make links")
    entries = {entry.name: (entry.is_folder, entry.size) for entry in look_into(tmp_path).entries}
    assert entries == {"real": (True, 0), "there": (True, 0), "link.png": (False, 4)}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes with names in folders")
def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert look_into(tmp_path).entries == ()


def test_a_folder_that_is_not_there_or_is_a_file(tmp_path: Path) -> None:
    touch(tmp_path / "x.png")
    assert look_into(tmp_path / "gone").problem == "is not there"
    assert look_into(tmp_path / "x.png").problem in ("is a file", "is not there")
    assert look_into(tmp_path / "nul\0").problem == "cannot be read"
    assert look_into(tmp_path / ("a" * 300)).problem == "cannot be read"


@pytest.mark.permissions
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0)
    assert look_into(locked).problem == "may not be read"


def test_more_than_anybody_looks_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_places, "MOST_ENTRIES", 3)
    for number in range(3):
        touch(tmp_path / f"{number}.png")
    assert not look_into(tmp_path).cut
    touch(tmp_path / "3.png")
    listing = look_into(tmp_path)
    assert listing.cut
    assert len(listing.entries) == 3


def test_it_begins_in_the_first_usual_folder_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    assert picture_places.first_folder() == tmp_path
    (tmp_path / "Pictures").mkdir()
    assert picture_places.first_folder() == tmp_path / "Pictures"
    (tmp_path / "Downloads").mkdir()
    assert picture_places.first_folder() == tmp_path / "Downloads"
