"""The newest screenshot of the folders that a platform puts them into."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from report_tui.storage.screenshots_found import HOURS, newest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the folders of a home are named for Linux here")

NOW = 1_800_000_000.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_PICTURES_DIR", "XDG_DESKTOP_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def put(home: Path, name: str, hours: float) -> Path:
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    os.utime(path, (NOW - hours * 3600,) * 2)
    return path


def test_nothing_there(home: Path) -> None:
    assert newest(NOW) is None
    (home / "Pictures").write_bytes(b"")
    assert newest(NOW) is None


def test_the_newest_of_all_folders(home: Path) -> None:
    put(home, "Pictures/Screenshots/a.png", 3)
    shot = put(home, "Desktop/Screenshot 2026-01-05 at 10.31.22\u202fPM.png", 1)
    put(home, "Pictures/Sk\u00e6rmbilleder/Sk\u00e6rmbillede.png", 2)
    put(home, "Pictures/holiday.png", 0.1)
    put(home, "Desktop/Screenshot.txt", 0.1)
    put(home, "Desktop/deep/Screenshot.png", 0.1)
    assert newest(NOW) == (shot, NOW - 3600)


def test_a_folder_of_screenshots_holds_nothing_else(home: Path) -> None:
    shot = put(home, "Pictures/Screenshots/20260105.PNG", 1)
    found = newest(NOW)
    assert found is not None and found.path == shot


def test_an_old_one_is_not_meant(home: Path) -> None:
    put(home, "Pictures/Screenshots/a.png", HOURS + 0.1)
    assert newest(NOW) is None


def test_a_folder_of_pictures_of_ones_own(home: Path) -> None:
    (home / ".config").mkdir()
    (home / ".config/user-dirs.dirs").write_text('XDG_PICTURES_DIR="$HOME/Billeder"\n', encoding="utf-8")
    shot = put(home, "Billeder/Screenshot.png", 1)
    found = newest(NOW)
    assert found is not None and found.path == shot


def test_links_and_folders_are_no_screenshots(home: Path) -> None:
    (home / "Desktop").mkdir()
    (home / "Desktop/Screenshot.png").symlink_to("/dev/zero")
    (home / "Desktop/Screenshot 2.png").mkdir()
    assert newest(NOW) is None
