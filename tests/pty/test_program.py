"""The promises at the real program, in a real terminal: open, type, save, quit, compare bytes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.storage import draft_records
from tests.pty.terminal import Terminal
from tests.scenes import ROOT

PROGRAM = (sys.executable, "-m", "report_tui")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A scratch copy of the demo report."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


@pytest.fixture
def state(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is remembered from elsewhere."""
    return {"REPORT_TUI_STATE": str(tmp_path / "state")}


def region(data: bytes, number: int) -> tuple[bytes, bytes]:
    """The file before and behind an answer region."""
    report = Report.from_bytes(data)
    start, end = report.question(number).answer.region
    return report.source.text[:start].encode(), report.source.text[end:].encode()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_open_type_save_quit_changes_one_answer_and_nothing_else(
    demo: Path, state: dict[str, str], ending: bytes
) -> None:
    demo.write_bytes(demo.read_bytes().replace(b"\n", ending).rstrip())
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.send("\x1b[B" * 8)
        terminal.wait_for("What did the robot cost")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("Four hundred euros in all.")
        terminal.wait_for("unsaved")
        terminal.wait_for("words 5")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    after = demo.read_bytes()
    assert Report.from_bytes(after).question(9).answer.text == "Four hundred euros in all."
    assert region(after, 9) == region(before, 9)
    assert (b"\r" in after) == (ending == b"\r\n")


def test_keys_typed_ahead_arrive_in_their_order(demo: Path, state: dict[str, str]) -> None:
    """A hurried hand, or a slow line: moving, typing, saving and the next question in one burst."""
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.settle()
        terminal.send("\x1b[B" * 8 + "\rjust kidding\x1b[19~HELLO \x1bOQ")
        terminal.wait_for("Saved 2 answers")
        terminal.send("\x1b[200~" + "word " * 400 + "\x1b[201~\x1b[21~")
        terminal.wait_for("Not saved yet: 10 ")
        terminal.key("escape")
        terminal.wait_until_gone("Not saved yet")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer.")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    report = Report.from_bytes(demo.read_bytes())
    assert report.question(9).answer.text == "just kidding"
    assert report.question(10).answer.text.split() == ["HELLO", *["word"] * 400]


def test_opening_and_quitting_writes_nothing(demo: Path, state: dict[str, str]) -> None:
    before, stamp = demo.read_bytes(), demo.stat().st_mtime_ns
    with Terminal([*PROGRAM, str(demo)], 80, 24, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("ctrl+q")
        assert terminal.exit_code() == 0
    assert demo.read_bytes() == before
    assert demo.stat().st_mtime_ns == stamp
    assert sorted(path.name for path in demo.parent.iterdir()) == ["README.md", "figures"]


def test_a_change_by_somebody_else_is_seen_and_taken_over(demo: Path, state: dict[str, str]) -> None:
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("87/100")
        changed = Report.from_bytes(demo.read_bytes()).with_answer(
            4, "Eleven words are all that somebody else left of this one."
        )
        demo.write_bytes(changed.to_bytes())
        terminal.wait_for("11/100")
        terminal.wait_for("taken over")
        terminal.key("f10")
        assert terminal.exit_code() == 0
    assert demo.read_bytes() == changed.to_bytes()


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_figures_that_go_come_back_and_become_known_to_git(demo: Path, state: dict[str, str]) -> None:
    figure = demo.parent / "figures" / "harbour-map.png"
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("✓  6  Mapping")
        figure.rename(demo.parent / "away.png")
        terminal.wait_for("▣  6  Mapping")
        (demo.parent / "away.png").rename(figure)
        terminal.wait_for("✓  6  Mapping")
        subprocess.run(["git", "init", "--quiet"], cwd=demo.parent, check=True)
        terminal.wait_for("!  6  Mapping")
        subprocess.run(["git", "add", "figures"], cwd=demo.parent, check=True)
        terminal.wait_for("✓  6  Mapping")
        terminal.key("f10")
        assert terminal.exit_code() == 0


def test_hostile_text_sends_no_sequence_of_its_own_to_the_terminal(demo: Path, state: dict[str, str]) -> None:
    hostile = "\x1b]0;owned\x1b\\ \x1b]52;c;b3duZWQ=\x07 \x9b31m \u202eevil a[/] [@click=app.quit]x[/]"
    text = (
        demo.read_text(encoding="utf-8")
        .replace("We drove the robot", f"{hostile} We drove")
        .replace("## Hardware", f"## Hard {hostile}")
    )
    demo.write_text(text, encoding="utf-8", newline="")
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.send("\x1b[B" * 7)
        terminal.wait_for("We drove")
        terminal.wait_for("a[/] [@click=app.quit]x[/]")
        terminal.key("ctrl+q")
        assert terminal.exit_code() == 0
        raw = terminal.raw
    for sequence in (b"]0;owned", b"]52;c;b3duZWQ", "\x9b".encode(), "\u202e".encode()):
        if sequence.startswith(b"]"):
            sequence = b"\x1b" + sequence
        assert sequence not in raw


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("nowhere.md", None, "does not exist"),
        ("", None, "README.md"),
        ("latin.md", "### Question 1\n\n> Hej\n>\n> Answer:\n\næ\n".encode("latin-1"), "UTF-8"),
        ("other.md", b"# Notes\n\nNothing to answer.\n", "question"),
    ],
)
def test_what_cannot_be_opened_is_one_line_and_exit_code_2(
    tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with Terminal([*PROGRAM, str(path)], 240, 20) as terminal:
        assert terminal.exit_code() == 2
        shown = [line for line in terminal.screen if line.strip()]
    assert len(shown) == 1
    assert says in shown[0]
    assert "Traceback" not in shown[0]


def test_without_a_terminal_on_standard_input_it_says_so(demo: Path) -> None:
    ran = subprocess.run(
        [*PROGRAM, str(demo)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=30,
        cwd=ROOT,
        env=os.environ,
    )
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert ran.stderr.decode().count("\n") == 1
    assert "terminal" in ran.stderr.decode()


def test_the_demo_opens_in_a_scratch_copy_and_says_where(state: dict[str, str]) -> None:
    original = (ROOT / "rules" / "demo" / "report" / "README.md").read_bytes()
    with Terminal([*PROGRAM, "demo"], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("x")
        terminal.wait_for("unsaved")
        terminal.key("f2")
        terminal.wait_for("Saved 1 answer")
        terminal.key("f10")
        terminal.wait_for("report-tui-demo-")
        assert terminal.exit_code() == 0
    assert (ROOT / "rules" / "demo" / "report" / "README.md").read_bytes() == original


@pytest.mark.parametrize(("name", "number"), [("SIGTERM", 15), ("SIGHUP", 1), ("SIGINT", 2)])
def test_a_signal_keeps_what_was_not_saved(demo: Path, state: dict[str, str], name: str, number: int) -> None:
    before = demo.read_bytes()
    with Terminal([*PROGRAM, str(demo)], 120, 36, env=state) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("f8")
        terminal.wait_for("esc list")
        terminal.send("precious ")
        # All of it: the first letter alone makes the report unsaved.
        terminal.wait_for("precious One battery")
        terminal.kill(getattr(signal, name))
        assert terminal.exit_code() == 128 + number
        assert b"\x1b[?1049l" in terminal.raw
    assert demo.read_bytes() == before
    (kept,) = (Path(state["REPORT_TUI_STATE"]) / "drafts").iterdir()
    assert draft_records.read(kept.read_bytes())[1].changes.answers[4].startswith("precious One battery")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_fault_of_ours_is_one_line_and_keeps_what_was_not_saved(demo: Path, state: dict[str, str]) -> None:
    program = (
        "import sys; from report_tui.tui.screens import main;"
        "main.MainScreen.action_problem = lambda self, step: 1 // 0;"
        "from report_tui.cli import main_entry; main_entry()"
    )
    with Terminal([sys.executable, "-c", program, str(demo)], 240, 36, env=state, cwd=ROOT) as terminal:
        terminal.wait_for("Field Robotics 2026")
        terminal.key("enter")
        terminal.wait_for("esc list")
        terminal.send("precious ")
        terminal.wait_for("precious We are")
        terminal.key("f8")
        assert terminal.exit_code() == 2
        shown = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode().replace("\r", "")
    folder = Path(state["REPORT_TUI_STATE"])
    (kept,) = (folder / "drafts").iterdir()
    assert f"what was not saved is kept in {kept}; the next 'report-tui' offers it" in shown
    (told,) = (folder / "faults").iterdir()
    assert re.search(r"unexpected ZeroDivisionError in \S+ line \d+; ", shown)
    assert f"with {told}, which holds no word of your report" in shown
    assert "Traceback" not in shown
    assert draft_records.read(kept.read_bytes())[1].changes.answers[1].startswith("precious We are")
    assert b"\x1b[?1049l" in terminal.raw
    assert "builtins.ZeroDivisionError\n" in told.read_text(encoding="ascii")
    assert "precious" not in told.read_text(encoding="ascii")
