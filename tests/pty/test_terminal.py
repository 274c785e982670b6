"""The harness itself: a small program stands in for the app."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal

ECHO_KEYS = """
import os, sys, tty
tty.setraw(0)
sys.stderr.write("\\x1b[2J\\x1b[Hready"); sys.stderr.flush()
while True:
    keys = os.read(0, 100)
    if keys == b"\\x11":
        sys.exit(3)
    sys.stderr.write("\\x1b[3;5H" + keys.hex() + "  "); sys.stderr.flush()
"""


def program(code: str, cols: int = 80, rows: int = 24) -> Terminal:
    return Terminal([sys.executable, "-c", code], cols, rows)


def test_screen_shows_both_streams_where_they_were_painted() -> None:
    code = "import sys; sys.stdout.write('one\\x1b[2;4Htwo'); sys.stdout.flush(); sys.stderr.write('\\x1b[4;1Hthree')"
    with program(code, cols=20, rows=5) as terminal:
        assert terminal.exit_code() == 0
        assert terminal.screen == ["one", "   two", "", "three", ""]
        assert terminal.cursor == (3, 5)
        assert terminal.raw == b"one\x1b[2;4Htwo\x1b[4;1Hthree"


def test_program_sees_the_size_and_the_environment(tmp_path: Path) -> None:
    code = "import os; print(*os.get_terminal_size(), os.environ['GREETING'], os.getcwd())"
    with Terminal([sys.executable, "-c", code], 100, 7, {"GREETING": "hej"}, tmp_path) as terminal:
        assert terminal.exit_code() == 0
        assert "".join(terminal.screen) == f"100 7 hej {tmp_path.resolve()}"


def test_colours_of_the_developers_own_shell_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with program("import os; print('NO_COLOR' in os.environ, os.environ['TERM'])") as terminal:
        terminal.wait_for("False xterm-256color")


@pytest.mark.parametrize(
    ("names", "received"),
    [
        (["f2"], b"\x1bOQ"),
        (["f10"], b"\x1b[21~"),
        (["escape"], b"\x1b"),
        (["ctrl+s"], b"\x13"),
        (["up"], b"\x1b[A"),
        (["enter"], b"\r"),
        (["backspace"], b"\x7f"),
    ],
)
def test_keys_arrive_as_a_terminal_sends_them(names: Sequence[str], received: bytes) -> None:
    with program(ECHO_KEYS) as terminal:
        terminal.wait_for("ready")
        terminal.key(*names)
        terminal.wait_for(re.compile(rf"^    {received.hex()}$", re.MULTILINE))
        terminal.key("ctrl+q")
        assert terminal.exit_code() == 3


def test_text_and_pastes_arrive_in_utf8() -> None:
    with program(ECHO_KEYS) as terminal:
        terminal.wait_for("ready")
        terminal.send("æ")
        terminal.wait_for("c3a6")
        terminal.paste("a\nb")
        terminal.wait_for("1b5b3230307e610a621b5b3230317e")


def test_what_does_not_appear_fails_with_the_screen() -> None:
    with program(ECHO_KEYS, cols=30, rows=4) as terminal:
        terminal.wait_for("ready")
        with pytest.raises(AssertionError) as caught:
            terminal.wait_for("never", timeout=0.2)
    bar = "-" * 30
    assert str(caught.value) == f"waited for 'never' to appear within 0.2 s; the screen is\n{bar}\nready\n\n\n\n{bar}"


def test_waiting_for_text_ends_when_the_program_does() -> None:
    with program("print('bye')") as terminal:
        with pytest.raises(AssertionError, match=r"'hello' to appear, but the program ended; the screen is\n-+\nbye\n"):
            terminal.wait_for("hello", timeout=60)


def test_waiting_for_text_to_go() -> None:
    with program("import sys; print('here'); sys.stdin.readline(); print('\\x1b[2Jgone')") as terminal:
        terminal.wait_for("here")
        terminal.key("enter")
        terminal.wait_until_gone("here")
        assert terminal.exit_code() == 0


def test_settle_waits_for_the_first_and_the_last_paint() -> None:
    code = "import time\ntime.sleep(0.4)\nfor n in range(20):\n    print(n, flush=True); time.sleep(0.01)\ninput()"
    with program(code, rows=30) as terminal:
        assert terminal.settle()[:20] == [str(n) for n in range(20)]


def test_a_signal_shows_in_the_exit_code() -> None:
    with program(ECHO_KEYS) as terminal:
        terminal.wait_for("ready")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == -signal.SIGTERM


def test_a_program_that_goes_on_is_told_and_ended() -> None:
    with program(ECHO_KEYS) as terminal:
        terminal.wait_for("ready")
        with pytest.raises(AssertionError, match=r"the program to end within 0\.2 s; the screen is"):
            terminal.exit_code(timeout=0.2)


@pytest.mark.parametrize(
    "unpainted",
    [
        "\\x1b[>1u",
        "\\x1b[<1u",
        "\\x1b[=1;1u",
        "\\x1b[?2026$p",
        "\\x1b[?4m",
        "\\x1b[>4;1m",
        "\\x1b[2 q",
        "\\x1bP+q544e\\x1b\\\\",
        "\\x1b_Ga=q;AAAA\\x1b\\\\",
        "\\x1b]0;a title\\x07",
    ],
)
def test_what_a_terminal_does_not_paint_is_not_on_the_screen(unpainted: str) -> None:
    # A byte at a time: a sequence may be cut off anywhere.
    code = f"import os\nfor byte in 'a{unpainted}b\\x1b[1;31mc'.encode(): os.write(2, bytes([byte]))"
    with program(code) as terminal:
        assert terminal.exit_code() == 0
        assert terminal.screen[0] == "abc"


def test_the_other_screen_begins_empty() -> None:
    with program("print('before\\x1b[?1049h', end='', flush=True); print('after')") as terminal:
        assert terminal.exit_code() == 0
        assert " ".join(terminal.screen).split() == ["after"]
