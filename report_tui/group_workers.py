"""Processes that judge groups, one group after another, and are ended when a group takes too much of them.

Owns how such a process is started, given work and ended, and how many seconds and bytes a group may take. In which
order groups are judged and told is `group_run`'s.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import NamedTuple

from report_tui.group_judging import Judged, Wishes, failed, judge
from report_tui.storage.clones import Clone
from report_tui.validation.group_row import GroupRow, GroupState

_MOST_WAITING = 64_000_000
"""Bytes of what was judged and waits for a group before it."""
_STARTED = b""
"""What a process sends when it is there; every other message is what a group came to."""


class Limits(NamedTuple):
    """What one group may take."""

    seconds: float = 60.0
    """A real report takes a tenth of one, with its page."""
    memory: int = 2_000_000_000
    """Bytes of its process, where the system can limit them (Linux)."""


class _DiedError(Exception):
    """The process is gone."""


class _Worker:
    """One process."""

    def __init__(self, wishes: Wishes, limits: Limits) -> None:
        # Started anew on every system: a copy of this process would have copies of its threads' locks.
        context = multiprocessing.get_context("spawn")
        self.channel, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, wishes, limits.memory), daemon=True)
        with _ctrl_c_is_ours():
            self._process.start()
        theirs.close()
        self._seconds = limits.seconds
        self._is_started = False
        self.at: int | None = None
        """Which group is under way."""
        self.due: float | None = None
        """When its time is up, by `time.monotonic`; None as long as the process is not there yet, or has no work."""

    def give(self, at: int, clone: Clone) -> None:
        """Let it judge a group.

        Raises:
            _DiedError: it is gone.
        """
        self.at = at
        self._begin()
        try:
            self.channel.send(clone)
        except OSError as error:
            raise _DiedError from error

    def take(self) -> bytes:
        """What it sent: `_STARTED`, or what its group came to, pickled.

        Raises:
            _DiedError: it is gone.
        """
        try:
            data = self.channel.recv_bytes()
        except (EOFError, OSError) as error:
            raise _DiedError from error
        if data == _STARTED:
            self._is_started = True
            self._begin()
        else:
            self.at = self.due = None
        return data

    def _begin(self) -> None:
        if self._is_started:
            self.due = time.monotonic() + self._seconds

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.channel.close()


class Workers:
    """Some processes that judge groups together. A context manager: none is left behind."""

    def __init__(self, found: Sequence[Clone], wishes: Wishes, processes: int, limits: Limits) -> None:
        """Begin; the processes start with the first group.

        Args:
            found: where the groups' repositories are.
            wishes: what is the same for all.
            processes: how many.
            limits: what one group may take.
        """
        self._found = found
        self._wishes = wishes
        self._processes = processes
        self._limits = limits
        self._workers: list[_Worker] = []
        self._left = deque(range(len(found)))
        self._done: dict[int, bytes] = {}
        self._waiting = 0
        self._tried: set[int] = set()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        while self._workers:
            self._workers.pop().end()

    def judged(self) -> Iterator[Judged]:
        """All groups in their order.

        Raises:
            CannotSave: a page or a figure could not be written.
        """
        for at in range(len(self._found)):
            while at not in self._done:
                self._hand_out(at)
                self._collect()
            data = self._done.pop(at)
            self._waiting -= len(data)
            # Whoever asks for the groups takes time as well.
            self._hand_out(at)
            # Written by a process of our own.
            result = pickle.loads(data)
            if isinstance(result, Exception):
                raise result
            yield result

    def _hand_out(self, needed: int) -> None:
        while self._left and (self._waiting < _MOST_WAITING or self._left[0] <= needed):
            worker = next((worker for worker in self._workers if worker.at is None), None)
            if worker is None:
                if len(self._workers) == self._processes:
                    return
                worker = _Worker(self._wishes, self._limits)
                self._workers.append(worker)
            at = self._left.popleft()
            try:
                worker.give(at, self._found[at])
            except _DiedError:
                self._died(worker)

    def _collect(self) -> None:
        """Wait until a process sent something, or a group's time is up."""
        busy = [worker for worker in self._workers if worker.at is not None]
        due = min((worker.due for worker in busy if worker.due is not None), default=None)
        heard = wait([worker.channel for worker in busy], None if due is None else max(due - time.monotonic(), 0))
        for worker in busy:
            at = worker.at
            assert at is not None
            if worker.channel in heard:
                try:
                    data = worker.take()
                except _DiedError:
                    self._died(worker)
                else:
                    if data != _STARTED:
                        self._add(at, data)
            elif worker.due is not None and worker.due <= time.monotonic():
                self._end(worker)
                self._add_failed(at, f"took too long: not judged within {self._limits.seconds:g} seconds")

    def _died(self, worker: _Worker) -> None:
        at = worker.at
        assert at is not None
        self._end(worker)
        if at in self._tried:
            self._add_failed(at, "judging it ended the process, twice")
        else:
            # Perhaps it was another one's doing, who took all the memory.
            self._tried.add(at)
            self._left.appendleft(at)

    def _end(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.end()

    def _add_failed(self, at: int, note: str) -> None:
        row = GroupRow(self._found[at].name, GroupState.UNREADABLE, f"{note}; look at it with report-tui check")
        self._add(at, pickle.dumps(failed(row)))

    def _add(self, at: int, data: bytes) -> None:
        self._done[at] = data
        self._waiting += len(data)


@contextlib.contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """A process that is started meanwhile never hears ctrl+c, not even before it can say so itself."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# In the process


def _work(channel: Connection, wishes: Wishes, memory: int) -> None:
    """Judge what is handed in until nobody hands in any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _limit_memory(memory)
    try:
        channel.send_bytes(_STARTED)
        while True:
            channel.send_bytes(_result(channel.recv(), wishes))
    except BaseException:
        # There is nobody left to tell, or no memory to do it with.
        os._exit(1)


def _result(clone: Clone, wishes: Wishes) -> bytes:
    try:
        return pickle.dumps(judge(clone, wishes))
    except MemoryError:
        raise
    except Exception as error:
        return pickle.dumps(error)


def _limit_memory(memory: int) -> None:
    if sys.platform != "linux":
        return
    import resource

    # Not the address space: files that git maps would count, of which there is no harm.
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _end_with_parent() -> None:
    """A process that waits for work would wait for ever when nobody is left to give it any."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
