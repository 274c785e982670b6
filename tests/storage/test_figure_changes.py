"""Files of figures on disks that are full, have no links, or hold what is no figure: all or nothing."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from pathlib import Path

import pytest

from report_tui.storage import figure_changes as disk
from report_tui.storage.figure_changes import CannotChange, Content

CONTENT = Content(b"picture", 1_700_000_000_000_000_000, 0o640)


def listed(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*"))


def test_a_new_file_is_whole_and_keeps_time_and_permissions(tmp_path: Path) -> None:
    disk.create(tmp_path, "figures/a.png", CONTENT)
    assert listed(tmp_path) == ["figures", "figures/a.png"]
    info = (tmp_path / "figures" / "a.png").stat()
    assert info.st_mtime_ns == CONTENT.changed_ns
    if sys.platform != "win32":
        assert info.st_mode & 0o777 == 0o640
    assert disk.read(tmp_path, "figures/a.png") == CONTENT._replace(mode=info.st_mode & 0o777)


@pytest.mark.parametrize("has_links", [True, False])
def test_never_over_a_file_with_and_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        _refuse_links(monkeypatch)
    disk.create(tmp_path, "a.png", CONTENT)
    assert (tmp_path / "a.png").read_bytes() == b"picture"
    with pytest.raises(CannotChange, match="is there already"):
        disk.create(tmp_path, "a.png", Content(b"other", 0))
    assert (listed(tmp_path), (tmp_path / "a.png").read_bytes()) == (["a.png"], b"picture")


@pytest.mark.parametrize("has_links", [True, False])
def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if has_links:
        monkeypatch.setattr(os, "fsync", full)
    else:
        _refuse_links(monkeypatch)
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotChange, match=r"^a\.png: the disk is full; free some space, then try again$"):
        disk.create(tmp_path, "a.png", CONTENT)
    assert listed(tmp_path) == []


def _refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


def test_only_the_very_bytes_are_removed(tmp_path: Path) -> None:
    disk.create(tmp_path, "a.png", CONTENT)
    assert not disk.remove(tmp_path, "a.png", b"other")
    assert not disk.remove(tmp_path, "b.png", b"picture")
    assert not disk.remove(tmp_path, "../a.png", b"picture")
    assert disk.remove(tmp_path, "a.png", b"picture")
    assert listed(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that Windows seldom gives")
def test_a_link_is_never_removed_in_place_of_its_file(tmp_path: Path) -> None:
    disk.create(tmp_path, "a.png", CONTENT)
    (tmp_path / "b.png").symlink_to("a.png")
    assert not disk.remove(tmp_path, "b.png", b"picture")
    disk.delete(tmp_path, "b.png")
    assert listed(tmp_path) == ["a.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(CannotChange, match="is not a regular file"):
        disk.read(tmp_path, "a.png")


def test_a_folder_is_no_figure_and_is_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    with pytest.raises(CannotChange, match="is not a regular file"):
        disk.read(tmp_path, "figures")
    with pytest.raises(CannotChange, match="is a folder; only files are deleted"):
        disk.delete(tmp_path, "figures")
    with pytest.raises(CannotChange, match="is a folder"):
        disk.to_trash(tmp_path, "figures")


def test_one_that_is_too_large_is_not_taken_into_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(disk.SIZE_LIMIT + 1)
    with pytest.raises(CannotChange, match="is larger than 100 MB; make a smaller figure of it first"):
        disk.read(tmp_path, "a.png")


def test_control_characters_of_a_name_reach_no_message(tmp_path: Path) -> None:
    with pytest.raises(CannotChange) as refused:
        disk.read(tmp_path, "a\x1b[31m\n.png")
    assert str(refused.value) == r"a\x1b[31m\n.png: is not there any more; look again"


def test_one_outside_that_never_was_here_is_not_said_to_have_gone(tmp_path: Path) -> None:
    for target in ("../nowhere/a.png", str(tmp_path / "nowhere" / "a.png")):
        with pytest.raises(CannotChange, match="is not on this machine; correct the path, or insert the figure from"):
            disk.read_outside(tmp_path, target)


@pytest.mark.parametrize("target", ["//host/x.png", r"\\host\share\x.png", "%5C%5Chost%5Cx.png"])
def test_no_other_machine_is_asked_for_a_figure(tmp_path: Path, target: str) -> None:
    with pytest.raises(CannotChange, match="lies on another machine"):
        disk.outside_place(tmp_path, target)


def test_a_path_outside_is_read_as_the_answer_writes_it(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "my shot.png").write_bytes(b"picture")
    place, content = disk.read_outside(tmp_path / "reports", "../my%20shot.png?raw=true")
    assert (place.name, content.data) == ("my shot.png", b"picture")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right that Windows seldom gives")
def test_a_folder_that_becomes_a_link_out_while_a_file_is_written_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    (report / "figures").mkdir(parents=True)
    elsewhere.mkdir()
    make = tempfile.mkstemp

    def swapped(prefix: str, suffix: str, **where: Path) -> tuple[int, str]:
        (report / "figures").rename(report / "old")
        (report / "figures").symlink_to(elsewhere)
        return make(prefix=prefix, suffix=suffix, dir=where["dir"])

    monkeypatch.setattr(tempfile, "mkstemp", swapped)
    with pytest.raises(CannotChange, match="outside the report's folder"):
        disk.create(report, "figures/a.png", Content(b"a", 0))
    assert list(elsewhere.iterdir()) == []
