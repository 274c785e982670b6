"""A pseudo-terminal for measuring: starts a program, types, and tells to the millisecond when something was painted.

It looks for bytes in what the program writes and draws nothing: a terminal emulator in Python would take longer than
what is measured. Linux and macOS; memory and processor time are read from `/proc`, and are None where there is none.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shutil
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

SIZE = (120, 40)
# In seconds.
PATIENCE, QUIET = 20.0, 0.2
_AT_ONCE = 1024
"""Bytes."""
# What a terminal is asked about synchronised output, and what one that has it replies.
_QUESTION, _REPLY = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class Program:
    """A program in a terminal of its own; use it in a `with` statement, which ends it."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = SIZE) -> None:
        """Start it; the clock starts here.

        Args:
            command: the program and its arguments.
            env: its whole environment.
            size: columns and rows.
        """
        self._drafts = Path(env["REPORT_TUI_STATE"]) / "drafts"
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self._new = bytearray()
        self._started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        """The program itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it at once: how long a program takes to leave is not measured here."""
        self._process.kill()
        self._process.wait()
        os.close(self._ours)
        # The next start would ask what is to become of what was typed here.
        shutil.rmtree(self._drafts, ignore_errors=True)

    def until(self, *painted: bytes) -> float:
        """Read until all of these were written since the last key; returns the seconds since the start.

        Raises:
            TimeoutError: one of them was not.
        """
        give_up = time.perf_counter() + PATIENCE
        while not all(part in self._new for part in painted):
            if not self._read(give_up - time.perf_counter()):
                missing = b", ".join(part for part in painted if part not in self._new).decode()
                raise TimeoutError(f"{self._process.args!r} never painted {missing}")
        return time.perf_counter() - self._started

    def key(self, key: bytes, *painted: bytes) -> float:
        """Press a key and read until all of these are written; returns the seconds that took."""
        self._new.clear()
        pressed = time.perf_counter()
        os.write(self._ours, key)
        return self._started + self.until(*painted) - pressed

    def send(self, data: bytes) -> None:
        """Type, and wait for nothing."""
        self._new.clear()
        while data:
            # A terminal takes a few thousand bytes at once; what the program paints meanwhile has to be read.
            if select.select([], [self._ours], [], 0)[1]:
                data = data[os.write(self._ours, data[:_AT_ONCE]) :]
            self._read(0)

    def rest(self, quiet: float = QUIET) -> None:
        """Read until nothing was written for a while, shorter than a cursor takes to blink."""
        while self._read(quiet):
            pass

    def resize(self, size: tuple[int, int]) -> None:
        """Give the terminal so many columns and rows."""
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def last(self) -> bytes:
        """The end of what it has painted since the last key."""
        return bytes(self._new[-1500:])

    def leave_alone(self, seconds: float) -> float | None:
        """Press nothing for so long; returns the share of one processor that the program took meanwhile."""
        before, end = self.processor_time(), time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._read(left)
        after = self.processor_time()
        return None if before is None or after is None else (after - before) / seconds

    def processor_time(self) -> float | None:
        """Seconds that all its threads took so far."""
        with contextlib.suppress(OSError):
            tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
            return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks) / 1e9
        return None

    def memory(self) -> float | None:
        """Megabytes in memory now."""
        found = self._status("VmRSS:")
        return None if found is None else found / 1024

    def threads(self) -> int | None:
        """How many threads it has."""
        return self._status("Threads:")

    def open_files(self) -> int | None:
        """How many files, pipes and sockets it has open."""
        with contextlib.suppress(OSError):
            return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))
        return None

    def _status(self, name: str) -> int | None:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{self._process.pid}/status").read_text("utf-8").split("\n")
            return next((int(line.split()[1]) for line in lines if line.startswith(name)), None)
        return None

    def _read(self, seconds: float) -> bool:
        """Take in what is written next; whether something was, within so many seconds."""
        if not select.select([self._ours], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = os.read(self._ours, 1 << 16)
        except OSError:  # how Linux says that the program has ended
            return False
        if _QUESTION in data:
            os.write(self._ours, _REPLY)
        self._new += data
        return bool(data)
