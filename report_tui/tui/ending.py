"""The ends that nobody chose: a signal, a terminal that is closed, a fault of ours.

Owns that the texts are in the journal then, or are said where they cannot be, and that the process does end. It asks
nothing, and never writes the report.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from report_tui.core.report import ChecklistItem
from report_tui.render.clean import clean_text
from report_tui.storage import files, rescue
from report_tui.tui.flows.keeping import Keeping

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))
PATIENCE = 3.0
"""Seconds that leaving in good order may take after a signal. A terminal that is gone takes no last picture."""
AFTER_ALL = 1.0
"""Seconds that the process may go on once the app has ended."""

Unsaved = tuple[dict[int, str], tuple[ChecklistItem, ...]]


class Ending:
    """Keeps what is not saved once more, and says what became of it."""

    def __init__(self, report: Path, unsaved: Callable[[], Unsaved], keeping: Keeping) -> None:
        """`unsaved` tells texts and boxes that are not saved; it is called at any moment, and from any thread."""
        self._report = report
        self._unsaved = unsaved
        self._keeping = keeping
        self._last: Unsaved = ({}, ())
        self._is_told = False
        self.begun = False
        """Whether a signal has come."""
        self.said: list[str] = []
        """What else is to be said at the end, a line each."""

    def listen(self, leave: Callable[[int], None]) -> None:
        """From now on keep everything at a signal; then call `leave` with the exit code, and see to it that it ends."""
        loop = asyncio.get_running_loop()

        def end(number: int, _: FrameType | None) -> None:
            self.begun = True
            self.keep()
            self.see_to_it(128 + number)
            loop.call_soon_threadsafe(leave, 128 + number)

        for number in SIGNALS:
            # Not the loop's own handlers: those wait for it, and it may hang at a terminal that reads nothing any more.
            signal.signal(number, end)
        self._listen_for_stop(loop)
        if sys.platform != "win32" and hasattr(select, "poll") and sys.__stdin__ is not None:
            threading.Thread(target=_tell_of_hang_up, args=(sys.__stdin__.fileno(),), daemon=True).start()

    def _listen_for_stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """A program that is stopped may never go on: keep everything before it is."""
        if not hasattr(signal, "SIGTSTP"):
            return
        stop = signal.getsignal(signal.SIGTSTP)  # Textual's: it gives the terminal back, and stops

        def keep_and_stop(number: int, _: FrameType | None) -> None:
            self.keep()
            if callable(stop):
                # Between two things: in the middle of writing to the terminal it would wait for itself for ever.
                loop.call_soon_threadsafe(stop, number, None)

        signal.signal(signal.SIGTSTP, keep_and_stop)

    def see_to_it(self, code: int, seconds: float = PATIENCE) -> None:
        """In so many seconds the process ends with this exit code, whatever hangs: the terminal, or a disk."""
        threading.Thread(target=self._end_at_last, args=(code, seconds), daemon=True).start()

    def keep(self) -> None:
        """Have what is not saved in the journal before going on."""
        self._keeping.keep_now()
        with contextlib.suppress(Exception):  # whatever ended the app must not keep its texts
            self._last = self._unsaved()

    def tell(self) -> None:
        """Say on standard error where it lies; where no file could be written, say the texts themselves; once."""
        if self._is_told:
            return
        self._is_told = True
        lines = list(self.said)
        kept = self._keeping.path
        if kept is not None:
            lines.append(f"what was not saved is kept in {files.shown(kept)}; the next 'report-tui' offers it")
        elif self._last != ({}, ()):
            lines.append("what was not saved could not be written to a file; here it is.")
            lines.append(clean_text(rescue.content(self._report, *self._last)))
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            sys.stderr.write("".join(f"report-tui: {line}\n" for line in lines))
            sys.stderr.flush()

    def _end_at_last(self, code: int, seconds: float) -> None:
        time.sleep(seconds)
        if code:
            self.keep()
            # Apart, since it may hang at the terminal as well.
            telling = threading.Thread(target=self.tell, daemon=True)
            telling.start()
            telling.join(0.5)
        os._exit(code)


if sys.platform != "win32":

    def _tell_of_hang_up(descriptor: int) -> None:
        """Wait until a terminal is gone, then send the signal that the system sends to those whose own it was.

        Below `setsid`, or in a container, nobody tells the program, and Textual would read the end of its input for
        ever.
        """
        poll = select.poll()
        poll.register(descriptor, 0)  # what cannot be left out is an error or the end, which is all we want
        with contextlib.suppress(OSError):
            if any(events & select.POLLHUP for _, events in poll.poll()):
                os.kill(os.getpid(), signal.SIGHUP)
