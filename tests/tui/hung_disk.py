"""A disk that does not answer: whoever asks it for something in one folder waits until it does, or the test ends.

Owns how it hangs: every function of `os` that asks for a path is wrapped, as `tests/faults/save_faults.py` does. The
app's own thread is never let wait: what it asked for is noted, and refused.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.save_faults import ASKING
from tests.tui import driver


class HungDisk:
    """The folder of a report, or another one."""

    def __init__(self, folder: Path) -> None:
        self._report_folder = self._folder = str(folder)
        self._answers = threading.Event()
        self._answers.set()
        self._main = threading.get_ident()
        self.asked: list[str] = []
        """What the app's own thread asked for while it hung; it must ask for nothing."""
        self.held_up: list[str] = []
        """What was asked for by a thread that the program would wait for at its end."""
        self.waiting = 0
        """How many threads wait for it."""

    def hang(self, folder: Path | None = None) -> None:
        """From now on it does not answer, for that of the report or for another folder."""
        self._folder = self._report_folder if folder is None else str(folder)
        self._answers.clear()
        driver.hanging.add(self)

    def answer(self) -> None:
        """It answers again."""
        driver.hanging.discard(self)
        self._answers.set()

    def wrapped(self, name: str, function: Callable[..., object]) -> Callable[..., object]:
        """A function of `os` that waits."""

        def called(*arguments: object, **named: object) -> object:
            if not self._answers.is_set() and any(self._is_inside(argument) for argument in arguments[:2]):
                if threading.get_ident() == self._main:
                    self.asked.append(name)
                    raise OSError(errno.EIO, os.strerror(errno.EIO))
                if not threading.current_thread().daemon:
                    self.held_up.append(name)
                self.waiting += 1
                self._answers.wait()
                self.waiting -= 1
            return function(*arguments, **named)

        return called

    def _is_inside(self, argument: object) -> bool:
        return isinstance(argument, (str, Path)) and f"{argument}{os.sep}".startswith(self._folder + os.sep)


@pytest.fixture
def disk(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HungDisk]:
    """The disk on which the demo report lies; it answers until it is told not to."""
    found = HungDisk(demo.parent)
    for module, name, function in ASKING:
        monkeypatch.setattr(module, name, found.wrapped(name, function))
    try:
        yield found
        assert found.asked == [], "the app itself waited for the disk"
        assert found.held_up == [], "the program cannot end while the disk hangs"
    finally:
        found.answer()
