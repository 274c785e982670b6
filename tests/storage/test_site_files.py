"""A folder of pages on a disk that is full: said, and nothing of it is left."""

from __future__ import annotations

import errno
import io
import os
import re
from pathlib import Path

import pytest

from report_tui.storage.files import CannotSave
from report_tui.storage.site_files import SiteFiles

FOLDERS = {"groups": re.compile("[a-z]+[.]html")}


class FullDisk(io.RawIOBase):
    """Takes what is written and has no room for it, as the last bytes of a file find out when it is closed."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def begun(target: Path) -> SiteFiles:
    return SiteFiles(target, "index.html", ("class.csv",), FOLDERS)


@pytest.mark.parametrize("step", ("append", "made", "finish"))
def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, step: str) -> None:
    with pytest.raises(CannotSave, match=r"cannot be written \(No space left on device\); make room") as caught:
        with begun(tmp_path / "out") as files:
            files.append("index.html", b"x")
            files._open["class.csv"] = io.BufferedWriter(FullDisk())
            files.append("class.csv", b"x" * (100_000 if step == "append" else 10))
            files.made("class.csv") if step == "made" else files.finish()
    assert caught.value.path == tmp_path / "out"
    assert list((tmp_path / "out").iterdir()) == []


def test_what_ends_a_run_is_not_hidden_by_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), begun(tmp_path / "out") as files:
        files._open["class.csv"] = io.BufferedWriter(FullDisk())
        files.append("class.csv", b"x")
        raise KeyboardInterrupt
    assert list((tmp_path / "out").iterdir()) == []
