"""Where the student left off, remembered between runs."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from report_tui.storage import sitting
from report_tui.storage.sitting import Place, load, store


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state file's path; nothing is there yet."""
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "deep" / "state"))
    return tmp_path / "deep" / "state" / "places.json"


def test_nothing_is_known_at_first(state: Path, tmp_path: Path) -> None:
    assert load(tmp_path / "README.md") is None
    assert not state.parent.exists()


def test_each_report_has_its_own_place(state: Path, tmp_path: Path) -> None:
    store(tmp_path / "one.md", Place(4, 2, 17))
    store(tmp_path / "two.md", Place(31, 0, 0))
    store(tmp_path / "one.md", Place(5, 1, 1))
    assert load(tmp_path / "one.md") == Place(5, 1, 1)
    assert load(tmp_path / "two.md") == Place(31, 0, 0)
    assert load(tmp_path / "three.md") is None
    assert [path.name for path in state.parent.iterdir()] == ["places.json"]


def test_one_report_by_any_path(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path / "deep" / ".." / "README.md", Place(4, 2, 17))
    monkeypatch.chdir(tmp_path)
    assert load(Path("README.md")) == Place(4, 2, 17)


def test_no_path_is_written_in_clear(state: Path, tmp_path: Path) -> None:
    store(tmp_path / "README.md", Place(4, 2, 17))
    (key, value), *others = json.loads(state.read_bytes()).items()
    assert others == []
    assert len(key) == 64
    assert value == {"question": 4, "row": 2, "column": 17}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_readable_by_its_owner_alone(state: Path, tmp_path: Path) -> None:
    store(tmp_path / "README.md", Place(4, 2, 17))
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700


def test_the_reports_longest_not_seen_are_forgotten(state: Path, tmp_path: Path) -> None:
    for number in range(200):
        store(tmp_path / f"{number}.md", Place(number, 0, 0))
    store(tmp_path / "0.md", Place(0, 9, 9))
    store(tmp_path / "200.md", Place(200, 0, 0))
    assert len(json.loads(state.read_bytes())) == sitting.REPORTS_KEPT == 200
    assert load(tmp_path / "0.md") == Place(0, 9, 9)
    assert load(tmp_path / "1.md") is None
    assert load(tmp_path / "2.md") == Place(2, 0, 0)
    assert load(tmp_path / "200.md") == Place(200, 0, 0)


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"null",
        b"[1, 2]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a": ' * 100_000,
        b"9" * 10_000,
        b'{"KEY": 4}',
        b'{"KEY": {"question": 4, "row": 2}}',
        b'{"KEY": {"question": 4, "row": 2, "column": -1}}',
        b'{"KEY": {"question": 4, "row": 2, "column": 1.5}}',
        b'{"KEY": {"question": true, "row": 2, "column": 1}}',
        b'{"KEY": {"question": 4, "row": 2, "column": 1' + b"0" * 4000 + b"}}",
        b'{"KEY": {"question": "4", "row": 2, "column": 1}}',
    ],
)
def test_a_damaged_file_is_forgotten_and_replaced(state: Path, tmp_path: Path, damaged: bytes) -> None:
    store(tmp_path / "README.md", Place(1, 1, 1))
    (key,) = json.loads(state.read_bytes())
    state.write_bytes(damaged.replace(b"KEY", key.encode()))
    assert load(tmp_path / "README.md") is None
    store(tmp_path / "README.md", Place(4, 2, 17))
    assert load(tmp_path / "README.md") == Place(4, 2, 17)


def test_damage_to_one_place_spares_the_others(state: Path, tmp_path: Path) -> None:
    store(tmp_path / "one.md", Place(1, 1, 1))
    store(tmp_path / "two.md", Place(2, 2, 2))
    content = json.loads(state.read_bytes())
    content[next(iter(content))] = "nonsense"
    state.write_text(json.dumps(content), encoding="utf-8")
    assert load(tmp_path / "one.md") is None
    assert load(tmp_path / "two.md") == Place(2, 2, 2)


def test_no_failure_to_write_is_an_error(state: Path, tmp_path: Path) -> None:
    state.parent.parent.write_bytes(b"a file where the folder should be")
    store(tmp_path / "README.md", Place(4, 2, 17))
    assert load(tmp_path / "README.md") is None


def test_a_folder_in_the_files_place(state: Path, tmp_path: Path) -> None:
    (state / "x").mkdir(parents=True)
    store(tmp_path / "README.md", Place(4, 2, 17))
    assert load(tmp_path / "README.md") is None
    assert [path.name for path in state.parent.iterdir()] == ["places.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs")
def test_a_fifo_in_the_files_place(state: Path, tmp_path: Path) -> None:
    state.parent.mkdir(parents=True)
    os.mkfifo(state)
    assert load(tmp_path / "README.md") is None


def test_an_impossible_path_is_not_remembered(state: Path) -> None:
    store(Path("a\0b"), Place(1, 1, 1))
    assert load(Path("a\0b")) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the usual folder differs by system; Linux lets us move it")
def test_usual_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REPORT_TUI_STATE", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    store(tmp_path / "README.md", Place(4, 2, 17))
    assert (tmp_path / "report-tui" / "places.json").is_file()
    assert load(tmp_path / "README.md") == Place(4, 2, 17)
