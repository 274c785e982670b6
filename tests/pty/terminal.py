"""A pseudo-terminal with a real program in it, as a person at the keyboard has it.

Owns starting the program, typing, and what its screen shows; the tests own what should be there. Waiting is always
for something that is seen to happen, never for a time to pass.

    with Terminal([sys.executable, "-m", "report_tui", str(report)], cols=80, rows=24) as terminal:
        terminal.wait_for("Field trial")
        terminal.key("f2")
        assert terminal.exit_code() == 0
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pexpect
import pyte

KEYS: dict[str, bytes] = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "backspace": b"\x7f",
    "delete": b"\x1b[3~",
    "insert": b"\x1b[2~",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "ctrl+home": b"\x1b[1;5H",
    "ctrl+end": b"\x1b[1;5F",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
} | {f"ctrl+{chr(letter)}": bytes([letter - 96]) for letter in range(ord("a"), ord("z") + 1)}

# What pyte would misread, drawing its last letters or taking it for a colour: private CSI other than setting modes,
# CSI with an intermediate character, and the strings DCS, SOS, PM and APC. None of it paints on a real terminal.
_NOT_FOR_PYTE = re.compile(
    rb"\x1b\[[<=>][0-?]*[ -/]*[@-~]|\x1b\[\?[0-9;]*(?:[ -/]+[@-~]|[@-gi-km-~])|\x1b\[[0-9;:]*[ -/]+[@-~]"
    rb"|\x1b[PX^_][^\x1b]*\x1b\\"
)
# pyte has one screen only: the other one begins empty.
_OTHER_SCREEN = b"\x1b[?1049h"
_CUT_OFF = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[PX^_][^\x1b]*\x1b?)?\Z")

_QUIET = 0.15
_CHUNK = 65536


def _as_a_shell_starts_it() -> None:
    """Let ctrl+c reach the program, also where the tests were started without it (`nohup x &`)."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A program running in a terminal of its own; use it in a `with` statement, which ends the program."""

    def __init__(
        self,
        argv: Sequence[str],
        cols: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start the program.

        Args:
            argv: the program and its arguments.
            cols: width in cells.
            rows: height in cells.
            env: added to the environment, which is ours but for what would change how a program paints.
            cwd: its working directory; ours by default.
        """
        painting = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM_PROGRAM", "TMUX", "CI")
        inherited = {name: value for name, value in os.environ.items() if name not in painting}
        usual = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
        self._raw = bytearray()
        self._pending = b""
        self._ended = False
        self._pyte = pyte.Screen(cols, rows)
        self._stream = pyte.ByteStream(self._pyte)
        self._child: pexpect.spawn[bytes] = pexpect.spawn(
            argv[0],
            list(argv[1:]),
            dimensions=(rows, cols),
            env=inherited | usual | dict(env or {}),
            cwd=None if cwd is None else str(cwd),
            echo=False,
            preexec_fn=_as_a_shell_starts_it,
        )
        self._child.delaybeforesend = None  # its default is a sleep of 50 ms before each key
        self.modes_at_start = self.modes()
        """As a shell would have handed them over: the program is only just being loaded."""

    def __enter__(self) -> Self:
        """The terminal itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the program, if it still runs, and close the terminal."""
        if self._child.isalive():
            self.kill(signal.SIGKILL)
            self._wait(10)
        self._child.close(force=True)

    @property
    def screen(self) -> list[str]:
        """The screen as last read, a string a row without its blank end."""
        return [line.rstrip() for line in self._pyte.display]

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the cursor, 0-based."""
        return self._pyte.cursor.y, self._pyte.cursor.x

    @property
    def raw(self) -> bytes:
        """Every byte that the program has written so far, on standard output and standard error."""
        return bytes(self._raw)

    def modes(self) -> list[object]:
        """How the terminal treats keys and output now, as `termios` tells it: echo, line editing, signal keys."""
        return list(termios.tcgetattr(self._child.fileno()))

    def is_stopped(self) -> bool:
        """Whether the program is stopped, as by ctrl+z in a shell."""
        asked = subprocess.run(
            ["ps", "-o", "state=", "-p", str(self._child.pid)], capture_output=True, text=True, check=False
        )
        return asked.stdout.strip().startswith("T")

    def wait_until(self, done: Callable[[], bool], what: str, timeout: float = 15) -> None:
        """Read until this is so.

        Raises:
            AssertionError: it is not so within `timeout` seconds, or when the program ended; names `what`.
        """
        self._wait_until(done, what, timeout)

    def send(self, keys: str | bytes) -> None:
        """Type text, or send bytes as they are."""
        self._child.send(keys.encode() if isinstance(keys, str) else keys)

    def key(self, *names: str) -> None:
        """Press keys by name (see `KEYS`): `f2`, `ctrl+q`, `escape`.

        What is sent right behind an escape becomes one key with it, as on a real terminal: wait for its effect first.
        """
        for name in names:
            self.send(KEYS[name])

    def paste(self, text: str) -> None:
        """Send text as a terminal does on a paste (bracketed)."""
        self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def wait_for(self, expected: str | re.Pattern[str], timeout: float = 15) -> None:
        """Read until the text, or a match of the pattern, stands on the screen.

        Raises:
            AssertionError: it did not appear within `timeout` seconds, or before the program ended; shows the screen.
        """
        self._wait_until(lambda: self._shows(expected), f"{_named(expected)} to appear", timeout)

    def wait_until_gone(self, unwanted: str | re.Pattern[str], timeout: float = 15) -> None:
        """Read until the text, or any match of the pattern, has left the screen.

        Raises:
            AssertionError: it is still there after `timeout` seconds, or when the program ended; shows the screen.
        """
        self._wait_until(lambda: not self._shows(unwanted), f"{_named(unwanted)} to go", timeout)

    def settle(self, timeout: float = 15) -> list[str]:
        """Read until something is painted and 150 ms went by without output.

        Returns:
            The screen.

        Raises:
            AssertionError: it never came to rest within `timeout` seconds; shows the screen.
        """
        deadline = time.monotonic() + timeout
        while self._read(min(_QUIET, deadline - time.monotonic())) or not any(self.screen):
            if self._ended:
                break
            if time.monotonic() > deadline:
                raise AssertionError(self._told(f"the screen to settle within {timeout:g} s"))
        return self.screen

    def exit_code(self, timeout: float = 15) -> int:
        """Read until the program has ended.

        Returns:
            Its exit code; the negative signal number where a signal ended it.

        Raises:
            AssertionError: it still runs after `timeout` seconds; shows the screen.
        """
        deadline = time.monotonic() + timeout
        while not self._ended:
            if time.monotonic() > deadline:
                raise AssertionError(self._told(f"the program to end within {timeout:g} s"))
            self._read(deadline - time.monotonic())
        if not self._wait(max(0.1, deadline - time.monotonic())):
            raise AssertionError(self._told(f"the program to end within {timeout:g} s (it closed its terminal)"))
        if self._child.signalstatus is not None:
            return -int(self._child.signalstatus)
        return int(self._child.exitstatus or 0)

    def kill(self, number: int = signal.SIGTERM) -> None:
        """Send the program a signal."""
        self._child.kill(number)

    def hang_up(self) -> None:
        """Close the terminal, as its window's button does, whatever the program is about to write."""
        # `close` of the child would also wait for its end, and kill it; the stubs do not know what it is made of.
        self._child.ptyproc.fileobj.close()  # type: ignore[attr-defined]
        self._ended = True

    def ends_unread(self, timeout: float = 15) -> int:
        """The exit code of a program that ends although nobody reads what it writes; else as `exit_code`."""
        self._ended = True
        return self.exit_code(timeout)

    def _wait_until(self, done: Callable[[], bool], what: str, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not done():
            if self._ended:
                raise AssertionError(self._told(f"{what}, but the program ended"))
            if time.monotonic() > deadline:
                raise AssertionError(self._told(f"{what} within {timeout:g} s"))
            # Not only the screen may be waited for.
            self._read(min(0.1, deadline - time.monotonic()))

    def _shows(self, expected: str | re.Pattern[str]) -> bool:
        text = "\n".join(self.screen)
        return expected in text if isinstance(expected, str) else bool(expected.search(text))

    def _read(self, timeout: float) -> bool:
        """Paint what the program writes next; whether it wrote something within `timeout` seconds."""
        try:
            data = self._child.read_nonblocking(_CHUNK, timeout=max(0.0, timeout))
        except pexpect.TIMEOUT:
            return False
        except pexpect.EOF:
            self._ended = True
            return False
        self._raw += data
        # What is cut off in the middle waits for its rest.
        data = _NOT_FOR_PYTE.sub(b"", self._pending + data)
        cut_off = _CUT_OFF.search(data)
        end = cut_off.start() if cut_off else len(data)
        self._stream.feed(data[:end].replace(_OTHER_SCREEN, _OTHER_SCREEN + b"\x1b[2J"))
        self._pending = data[end:]
        return True

    def _wait(self, timeout: float) -> bool:
        """Wait for the process to end; whether it did within `timeout` seconds."""
        waiting = threading.Thread(target=self._child.wait, daemon=True)
        waiting.start()
        waiting.join(timeout)
        return not waiting.is_alive()

    def _told(self, what: str) -> str:
        bar = "-" * self._pyte.columns
        return "\n".join([f"waited for {what}; the screen is", bar, *self.screen, bar])


def _named(expected: str | re.Pattern[str]) -> str:
    return repr(expected if isinstance(expected, str) else expected.pattern)
