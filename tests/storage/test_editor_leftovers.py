"""What was written in the student's own editor is told of at the next start, where nobody saw the editor's end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui.storage import editor_leftovers, external_editor
from report_tui.storage.editor_leftovers import told, watched


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def handed_out(text: str = "before") -> Path:
    return external_editor._private_file("question-9.md", text)


def cut_off(path: Path, text: str) -> None:
    """An editor writes, and we are gone before it ends: what stays is the lock that nobody holds."""
    with watched(path):
        (note,) = path.parent.parent.glob("*.lock")
        path.write_text(text)
    note.touch()


def test_what_was_written_is_told_once_and_stays(state: Path) -> None:
    path = handed_out()
    cut_off(path, "precious")
    assert told() == [path]
    assert told() == []
    assert path.read_text() == "precious"
    assert not list((state / "editing").glob("*.lock"))


def test_what_an_editor_left_beside_it_is_told_too(state: Path) -> None:
    path = handed_out()
    cut_off(path, "before")
    swap = path.with_name(".question-9.md.swp")
    swap.write_bytes(b"precious")
    assert told() == [swap]
    cut_off(path, "more")
    assert told() == [path.parent]


def test_what_nothing_was_written_to_is_looked_at_again(state: Path) -> None:
    path = handed_out()
    cut_off(path, "before")
    assert told() == []
    path.write_text("the window was still open")
    assert told() == [path]


def test_an_editor_that_runs_in_another_window_is_left_alone() -> None:
    path = handed_out()
    with watched(path):
        path.write_text("precious")
        assert told() == []
    assert told() == [], "it ended well"


def test_nothing_is_made_where_no_editor_was_used(state: Path) -> None:
    assert told() == []
    assert not state.exists()


def test_a_file_elsewhere_is_not_watched(tmp_path: Path) -> None:
    path = tmp_path / "a" / "question-9.md"
    path.parent.mkdir()
    path.write_text("before")
    with watched(path):
        assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_program_that_is_killed_while_the_editor_runs(state: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import os, pathlib, sys\npathlib.Path(sys.argv[-1]).write_text('precious')\nos.kill(os.getppid(), 9)\n"
    )
    program = "from report_tui.storage.external_editor import edit_text; edit_text(9, 'Costs', '', '', 'before')"
    env = {**os.environ, "EDITOR": f'"{sys.executable}" "{editor}"', "VISUAL": ""}
    done = subprocess.run([sys.executable, "-c", program], env=env, check=False)
    assert done.returncode == -signal.SIGKILL
    (path,) = told()
    assert path.read_text() == "precious"
    assert path.parent.parent == editor_leftovers.folder()
