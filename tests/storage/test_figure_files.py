"""What is known of the figures' files themselves: by a report's targets, and as the figures folder lies there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from report_tui.storage import figures, picture_headers
from report_tui.storage.figures import list_folder, look_up
from report_tui.validation.figure_facts import FigureFile, FigureFolder, FigureState
from report_tui.validation.ruleset import FigureRules

RULES = FigureRules()

links_needed = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report's folder with two real pictures, one of them with another kind's name."""
    folder = tmp_path / "work" / "reports"
    (folder / "figures" / "sub").mkdir(parents=True)
    (folder / "assets").mkdir()
    Image.new("RGB", (30, 20)).save(folder / "figures" / "map.png")
    Image.new("RGB", (8, 9)).save(folder / "figures" / "sub" / "photo.png", "jpeg")
    shutil.copy(folder / "figures" / "map.png", folder / "assets" / "logo.png")
    return folder


def of(path: Path, name: str, kind: str, pixels: tuple[int, int] | None, damage: str = "") -> FigureFile:
    info = path.stat()
    return FigureFile(name, info.st_size, kind, pixels, damage, changed=info.st_mtime)


def file(folder: Path, target: str) -> FigureFile | None:
    return look_up(folder, [target], RULES)[target].file


def names(folder: Path, rules: FigureRules = RULES) -> list[str]:
    return [file.path for file in list_folder(folder, rules).files]


def repository(folder: Path, *added: str) -> None:
    run = ["git", "-c", "core.autocrlf=false"]
    subprocess.run([*run, "init", "--quiet"], cwd=folder, check=True)
    subprocess.run([*run, "add", *added], cwd=folder, check=True)


@pytest.mark.parametrize(
    ("target", "path", "state"),
    [
        ("figures/map.png", "figures/map.png", "found"),
        ("figures/sub/../map.png?raw=true", "figures/map.png", "found"),
        ("Figures/MAP.png", "figures/map.png", "wrong-case"),
        ("assets/logo.png", "assets/logo.png", "outside-folder"),
    ],
)
def test_the_file_where_one_stands(folder: Path, target: str, path: str, state: str) -> None:
    fact = look_up(folder, [target], RULES)[target]
    assert fact.state == state
    assert fact.file == of(folder / path, path, "png", (30, 20))


@pytest.mark.parametrize("target", ["figures/gone.png", "figures", "https://example.org/a.png", "../a.png"])
def test_no_file_where_none_stands(folder: Path, target: str) -> None:
    assert file(folder, target) is None


def test_the_folder_and_the_folders_in_it(folder: Path) -> None:
    (folder / "figures" / "notes.txt").write_bytes(b"text")
    (folder / "figures" / "empty.png").touch()
    assert list_folder(folder, RULES) == FigureFolder(
        (
            of(folder / "figures/empty.png", "figures/empty.png", "", None, "is empty"),
            of(folder / "figures/map.png", "figures/map.png", "png", (30, 20)),
            of(folder / "figures/notes.txt", "figures/notes.txt", "", None),
            of(folder / "figures/sub/photo.png", "figures/sub/photo.png", "jpeg", (8, 9)),
        )
    )


def test_hidden_files_and_what_systems_leave_are_none(folder: Path) -> None:
    for name in (".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints/a.png", "sub/.gitkeep"):
        (folder / "figures" / name).parent.mkdir(exist_ok=True)
        (folder / "figures" / name).write_bytes(b"x")
    assert names(folder) == ["figures/map.png", "figures/sub/photo.png"]


def test_sha256_only_when_asked_for(folder: Path) -> None:
    digest = hashlib.sha256((folder / "figures/map.png").read_bytes()).hexdigest()
    assert [file.sha256 for file in list_folder(folder, RULES).files] == ["", ""]
    assert list_folder(folder, RULES, hashed=True).files[0].sha256 == digest
    fact = look_up(folder, ["figures/map.png"], RULES, hashed=True)["figures/map.png"]
    assert fact.file is not None
    assert fact.file.sha256 == digest


def test_no_folder(folder: Path) -> None:
    assert list_folder(folder, FigureRules(folder="nowhere")) == FigureFolder()
    assert list_folder(folder, FigureRules(folder="figures/map.png")) == FigureFolder(problem="is no folder")
    assert list_folder(folder / "nowhere", RULES) == FigureFolder()


@pytest.mark.parametrize(
    ("rules_folder", "expected"),
    [
        ("assets", ["assets/logo.png"]),
        ("figures/sub/", ["figures/sub/photo.png"]),
        (".", ["assets/logo.png", "figures/map.png", "figures/sub/photo.png"]),
    ],
)
def test_figures_folder_of_the_rules(folder: Path, rules_folder: str, expected: list[str]) -> None:
    assert names(folder, FigureRules(folder=rules_folder)) == expected


@links_needed
def test_links_in_the_folder(folder: Path) -> None:
    links = {
        "loop": ".",
        "up": "..",
        "sub/deep": "../sub",
        "out": "/",
        "secret.png": "../../../secret.png",
        "device.png": "/dev/zero",
        "gone.png": "nothing.png",
        "self.png": "self.png",
        "again.png": "map.png",
        "logo.png": "../assets/logo.png",
    }
    (folder.parent.parent / "secret.png").write_bytes(b"x")
    for name, leads_to in links.items():
        (folder / "figures" / name).symlink_to(leads_to)
    assert names(folder) == ["figures/again.png", "figures/logo.png", "figures/map.png", "figures/sub/photo.png"]


@links_needed
def test_a_figures_folder_that_is_a_link(folder: Path) -> None:
    (folder / "pictures").symlink_to("figures")
    assert names(folder, FigureRules(folder="pictures")) == ["pictures/map.png", "pictures/sub/photo.png"]
    (folder / "elsewhere").symlink_to(folder.parent.parent)
    assert list_folder(folder, FigureRules(folder="elsewhere")) == FigureFolder(
        problem="leads out of the report's folder"
    )


@posix
def test_a_fifo_is_no_figure(folder: Path) -> None:
    os.mkfifo(folder / "figures" / "fifo.png")
    assert names(folder) == ["figures/map.png", "figures/sub/photo.png"]


HOSTILE = ["a\nb.png", 'a"b](x).png', "\u202egnp.exe", "CON.png", "x" * 251 + ".png", " .png", "\x1b[2J.png", "%20.png"]


@posix
def test_hostile_names(folder: Path) -> None:
    expected = [*HOSTILE, os.fsdecode(b"\xff.png")]
    for name in expected:
        shutil.copy(folder / "figures/map.png", folder / "figures" / name)
    found = list_folder(folder, RULES).files
    assert {file.path for file in found if file.kind == "png"} == {f"figures/{n}" for n in [*expected, "map.png"]}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such paths")
def test_a_folder_deep_in_others(folder: Path) -> None:
    deep = "/".join(["figures", *"d" * 100])
    (folder / deep).mkdir(parents=True)
    (folder / deep / "a.png").write_bytes(b"x")
    assert f"{deep}/a.png" in names(folder)


def test_more_files_than_are_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FILES_LISTED", 2)
    assert list_folder(folder, RULES).problem == ""
    (folder / "figures" / "a.png").write_bytes(b"x")
    found = list_folder(folder, RULES)
    assert [file.path for file in found.files] == ["figures/a.png", "figures/map.png"]
    assert found.problem == "holds more than 2 files; the others were not looked at"


def settled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let all files be some seconds old; returns a list that fills with the names of the files that are looked into."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 10)
    opened = []
    read = picture_headers.read

    def counted(path: str, expected: os.stat_result, most: int) -> picture_headers.Header:
        opened.append(Path(path).name)
        return read(path, expected, most)

    monkeypatch.setattr(picture_headers, "read", counted)
    return opened


def test_what_has_not_changed_is_not_looked_into_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = settled(folder, monkeypatch)
    first = list_folder(folder, RULES)
    assert sorted(opened) == ["map.png", "photo.png"]
    assert list_folder(folder, RULES) == first
    assert file(folder, "figures/map.png") == first.files[0]
    assert len(opened) == 2
    assert list_folder(folder, RULES, hashed=True).files[0].sha256 != ""
    assert len(opened) == 4
    assert list_folder(folder, RULES, hashed=True).files[0].sha256 != ""
    assert len(opened) == 4


def test_so_many_bytes_are_verified_in_one_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def verified() -> list[bool]:
        return [fact.file.is_verified for fact in look_up(folder, targets, RULES).values() if fact.file]

    targets = ["assets/logo.png", "figures/map.png", "figures/sub/photo.png"]
    monkeypatch.setattr(figures, "_SUMMED_AT_ONCE", (folder / "figures" / "map.png").stat().st_size)
    assert verified() == [True, False, True]  # of a JPEG there is nothing to sum up
    opened = settled(folder, monkeypatch)
    assert verified() == [True, False, True]
    assert verified() == [True, True, True]  # what is known by now leaves room
    assert verified() == [True, True, True]
    assert sorted(opened) == ["logo.png", "map.png", "map.png", "photo.png"]


def test_damage_inside_is_a_fact(folder: Path) -> None:
    path = folder / "figures" / "map.png"
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    found = file(folder, "figures/map.png")
    assert found is not None
    assert (found.kind, found.pixels, found.damage) == ("png", (30, 20), "is damaged")


def replaced(path: Path, data: bytes) -> None:
    path.with_name("new").write_bytes(data)
    os.utime(path.with_name("new"), ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    path.with_name("new").replace(path)


def test_another_file_of_the_same_size_and_time_is_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(folder, monkeypatch)
    path = folder / "figures" / "map.png"
    assert list_folder(folder, RULES).files[0].kind == "png"
    replaced(path, bytes(path.stat().st_size))
    assert list_folder(folder, RULES).files[0].kind == ""
    found = file(folder, "figures/map.png")
    assert found is not None
    assert found.kind == ""


def test_a_file_written_just_now_is_looked_into_each_time(folder: Path) -> None:
    path = folder / "figures" / "map.png"
    whole, info = path.read_bytes(), path.stat()
    for data, kind in [(whole, "png"), (bytes(len(whole)), "")] * 3:
        path.write_bytes(data)
        os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))
        assert list_folder(folder, RULES).files[0].kind == kind


@posix
def test_it_goes_between_the_listing_and_the_look(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: str, expected: os.stat_result, most: int) -> picture_headers.Header:
        raise FileNotFoundError(path)

    monkeypatch.setattr(picture_headers, "read", gone)
    assert list_folder(folder, RULES) == FigureFolder()
    assert look_up(folder, ["figures/map.png"], RULES)["figures/map.png"].state is FigureState.MISSING


TAKEN: dict[str, Callable[[Path, Path], object]] = {
    "link to elsewhere": lambda path, secret: path.symlink_to(secret),
    "fifo": lambda path, secret: os.mkfifo(path),
}


@posix
@pytest.mark.parametrize("take", TAKEN.values(), ids=TAKEN)
def test_something_else_takes_its_place_between_the_listing_and_the_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch, take: Callable[[Path, Path], object]
) -> None:
    secret = folder.parent / "secret.png"
    Image.new("RGB", (77, 77)).save(secret)
    read = picture_headers.read

    def raced(path: str, expected: os.stat_result, most: int) -> picture_headers.Header:
        Path(path).unlink()
        take(Path(path), secret)
        return read(path, expected, most)

    monkeypatch.setattr(picture_headers, "read", raced)
    found = list_folder(folder, FigureRules(folder="assets")).files[0]
    assert (found.kind, found.pixels, found.damage) == ("", None, "was replaced while it was looked at")


def test_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str, expected: os.stat_result, most: int) -> picture_headers.Header:
        raise PermissionError(path)

    # The superuser may read everything, and Windows knows no such bits.
    monkeypatch.setattr(picture_headers, "read", refused)
    targets = ["figures/map.png", "assets/logo.png", "figures/MAP.png"]
    facts = look_up(folder, targets, RULES)
    assert [facts[target].state for target in targets] == ["unreadable", "outside-folder", "wrong-case"]
    assert {file.damage for file in list_folder(folder, RULES).files} == {"may not be read by you"}


@pytest.mark.permissions
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_folders_that_may_not_be_listed(folder: Path) -> None:
    (folder / "figures" / "sub").chmod(0)
    try:
        assert list_folder(folder, RULES).problem == "holds a folder that may not be read by you"
        assert names(folder) == ["figures/map.png"]
        (folder / "figures").chmod(0)
        assert list_folder(folder, RULES) == FigureFolder(problem="may not be read by you")
    finally:
        (folder / "figures").chmod(0o755)
        (folder / "figures" / "sub").chmod(0o755)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_git_knows(folder: Path) -> None:
    assert [file.tracked for file in list_folder(folder, RULES).files] == [None, None]
    repository(folder.parent, "reports/figures/sub", "reports/assets")
    assert {file.path: file.tracked for file in list_folder(folder, RULES).files} == {
        "figures/map.png": False,
        "figures/sub/photo.png": True,
    }
    facts = look_up(folder, ["figures/map.png", "assets/logo.png", "Figures/sub/photo.png", "figures/no.png"], RULES)
    assert [fact.file.tracked if fact.file else None for fact in facts.values()] == [False, True, True, None]


@links_needed
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize(
    ("added", "known"),
    [
        (["reports/figures", "reports/assets"], {"figures/logo.png": True, "figures/all/photo.png": True}),
        (["reports/figures"], {"figures/logo.png": False, "figures/all/photo.png": True}),
        (["reports/assets", "reports/figures/sub"], {"figures/logo.png": False, "figures/all/photo.png": False}),
    ],
)
def test_git_must_know_a_link_and_where_it_leads(folder: Path, added: list[str], known: dict[str, bool]) -> None:
    (folder / "figures" / "logo.png").symlink_to("../assets/logo.png")
    (folder / "figures" / "all").symlink_to("sub")
    repository(folder.parent, *added)
    facts = look_up(folder, known, RULES)
    assert {target: fact.file and fact.file.tracked for target, fact in facts.items()} == known
    listed = {file.path: file.tracked for file in list_folder(folder, RULES).files}
    assert listed["figures/logo.png"] is known["figures/logo.png"]
