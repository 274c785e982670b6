"""When what is typed goes into the sitting's journal, and which other sittings have the report open.

Owns the rhythm and the thread: the disk may take a tenth of a second for a record, and nobody who types waits for it.
What is to be kept is asked of the app, in the app's own thread, where nothing is half done; the journal writes one
record at a time, in the order they were asked for, and leaves out those that a newer one has overtaken.
"""

from __future__ import annotations

import contextlib
import contextvars
import queue
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer

from report_tui.core.changes import Draft
from report_tui.storage import writing
from report_tui.storage.drafts import Journal, LeftBehind
from report_tui.tui.later import once

INTERVAL = 0.4
"""Seconds from the first change to its record, and from one record to the next, however fast somebody types."""
AGAIN = 3.0
"""Seconds until a record that could not be written is tried again."""
LOOK = 0.7
"""Seconds between two looks for other sittings. Two in a row have to see one: a look locks for a moment as well."""
PATIENCE = 2.0
"""Seconds that whoever cannot go on without the record waits for it; the disk may hang."""


class _Request(NamedTuple):
    """Something for the thread to do: write this draft, or end."""

    draft: Draft | None
    done: threading.Lock
    """Held until it is done. Not an event: a signal may ask while another request is being made."""


class Keeping:
    """The journal of a sitting, while the app runs."""

    class Told(Message):
        """Whether the journal can be written, or how many others have the report open, is not as it was."""

    def __init__(self, report: Path, draft: Callable[[], Draft], *, keeps: bool) -> None:
        """Nothing is written before `begin`.

        Args:
            report: the report's file.
            draft: tells what is not saved; it is called in the app's thread, or at the end of everything.
            keeps: whether anything is kept at all.
        """
        self._keeps = keeps
        self._journal = Journal(report)
        self._draft = draft
        self._pump: MessagePump | None = None
        self._timer: Timer | None = None
        self._requests: queue.SimpleQueue[_Request] = queue.SimpleQueue()  # which a signal may use in the middle of it
        self._last: Draft | None = None
        """What was asked for last."""
        self._kept: Draft | None = None
        """What the journal holds."""
        self._rest: Draft | None = None
        """What is still wanted of what is unsaved, once the rest was dropped."""
        self._ended = False
        self._seen = 0
        self._tried = 0.0
        self.failure = ""
        """Why the last record could not be written; empty where it was."""
        self.others = 0
        """How many other sittings have the report open."""

    @property
    def path(self) -> Path | None:
        """Where what is not saved lies; None where it could not be written, or nothing is unsaved."""
        return self._journal.path if self._kept and self._kept == self._last else None

    def begin(self, pump: MessagePump, is_alike: Callable[[bytes], bool]) -> list[LeftBehind]:
        """Be seen by other sittings from now on, and write what is unsaved.

        Args:
            pump: who is told, and whose clock is used.
            is_alike: as for `Journal.left_behind`.

        Returns:
            What earlier sittings on this report left, the newest first.
        """
        if not self._keeps:
            return []
        left = self._journal.left_behind(is_alike)
        self._pump = pump
        # In the app's context: who posts a message asks which app is running.
        work = partial(contextvars.copy_context().run, self._work)
        threading.Thread(target=work, name="journal", daemon=True).start()
        return left

    def changed(self) -> None:
        """Something may be unsaved that was not before; costs next to nothing."""
        if self._timer is None and self._pump is not None and not self._ended:
            self._timer = once(self._pump, INTERVAL, self._due)

    def keep_now(self) -> None:
        """Have what is unsaved on the disk before going on, in any thread, also in the middle of anything."""
        self.ask_now()()

    def ask_now(self) -> Callable[[], bool]:
        """Have what is unsaved written at once; what is returned waits for that, in any thread, and tells whether."""
        if self._pump is None or self._ended:
            return lambda: False
        with contextlib.suppress(Exception):  # whatever ended the app must not keep its texts
            self._last = self._wanted()
        if self._last is None:
            return lambda: False
        return partial(self._is_written, self._ask(self._last))

    def drop(self, rest: Draft) -> None:
        """What is unsaved is not wanted any more, but for this."""
        self._rest = rest

    def end(self) -> None:
        """Write what is unsaved for the last time; the sitting is over."""
        self.ask_now()  # the thread does both in this order, and a disk that does not answer is waited for once
        if self._pump is not None and not self._ended:
            self._ended = True
            self._ask(None).acquire(timeout=PATIENCE)

    def _wanted(self) -> Draft:
        return self._draft() if self._rest is None else self._rest

    def _due(self) -> None:
        self._timer = None
        draft = self._wanted()
        if draft != self._last:
            self._last = draft
            self._ask(draft)

    def _is_written(self, done: threading.Lock) -> bool:
        """Wait for a request; whether the journal was written by then."""
        return done.acquire(timeout=PATIENCE) and not self.failure

    def _ask(self, draft: Draft | None) -> threading.Lock:
        done = threading.Lock()
        done.acquire()
        self._requests.put(_Request(draft, done))
        return done

    # In the thread

    def _work(self) -> None:
        first = None
        with contextlib.suppress(queue.Empty):  # the first picture need not share its core
            first = self._requests.get(timeout=INTERVAL)
        with contextlib.suppress(OSError, RuntimeError):  # what cannot be locked can still be written
            self._journal.begin()
        looked = 0.0
        goes_on = first is None or self._take(first)
        while goes_on:
            with contextlib.suppress(queue.Empty):
                goes_on = self._take(self._requests.get(timeout=LOOK))
            if goes_on and time.monotonic() - looked >= LOOK:
                looked = time.monotonic()
                self._look()
                if self.failure and self._last is not None and looked - self._tried >= AGAIN:
                    self._write(self._last)

    def _take(self, request: _Request) -> bool:
        """Do what is asked, and what was asked since as well; returns whether to go on."""
        requests = [request]
        with contextlib.suppress(queue.Empty):
            while True:
                requests.append(self._requests.get_nowait())
        drafts = [request.draft for request in requests if request.draft is not None]
        if drafts:
            self._write(drafts[-1])
        goes_on = len(drafts) == len(requests)
        if not goes_on:
            self._journal.end()
        for one in requests:
            one.done.release()
        return goes_on

    def _write(self, draft: Draft) -> None:
        failure = ""
        self._tried = time.monotonic()
        try:
            self._journal.keep(draft)
            self._kept = draft
        except OSError as error:
            failure = writing.why_not_written(error)[0]
        except Exception as error:  # a fault of ours must not end the thread: the next record may be written
            failure = f"a fault of this program ({type(error).__name__})"
        if failure != self.failure:
            self.failure = failure
            self._tell()

    def _look(self) -> None:
        seen, self._seen = self._seen, self._journal.others()
        others = min(seen, self._seen)
        if others != self.others:
            self.others = others
            self._tell()

    def _tell(self) -> None:
        if self._pump is not None and not self._ended:
            with contextlib.suppress(RuntimeError):  # the app is on its way out
                self._pump.post_message(self.Told())
