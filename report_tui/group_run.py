"""Runs over all groups at once: fetches them in threads, judges them in processes, and hands them on in their order.

Owns how many are under way: a few for each process, so that ten thousand groups need no more memory than ten. A
process that dies takes no more than the group with it that killed it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

from report_tui.group_judging import Judged, Wishes, failed, judge
from report_tui.storage import clones
from report_tui.validation.group_list import Group
from report_tui.validation.group_row import GroupRow, GroupState

FEW = 12
"""Groups that one process judges before others would have started."""
_AHEAD = 3
"""Groups for each process that are under way or wait to be handed on."""
_FETCHED_AT_ONCE = 8
_wishes: list[Wishes] = []
"""What is the same for all groups, in a process that judges them."""


def fetch_all(
    groups: Sequence[Group], beside: Path, until: int | None, told: Callable[[str], None]
) -> list[clones.Clone]:
    """Fetch all groups of a list.

    Args:
        groups: the list.
        beside: the folder that the list lies in, from which its paths are read.
        until: only what was committed by then counts, in seconds since 1970; None for all.
        told: called with each group's name when it is done.

    Raises:
        RuntimeError: this machine names no home folder to keep them in.
    """
    fetcher = clones.Fetcher(clones.cache_folder(), until)
    found: dict[str, clones.Clone] = {}
    executor = ThreadPoolExecutor(_FETCHED_AT_ONCE)
    try:
        waited = [
            executor.submit(fetcher.fetch, group.name, clones.address_of(group.repository, beside)) for group in groups
        ]
        for done in as_completed(waited):
            clone = done.result()
            found[clone.name] = clone
            told(clone.name)
    except BaseException:  # ctrl+c above all: nobody waits for servers any more
        fetcher.stop()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
    return [found[group.name] for group in groups]


def judge_all(found: Sequence[clones.Clone], wishes: Wishes, jobs: int | None) -> Iterator[Judged]:
    """Judge all groups, in their order.

    Args:
        found: where their repositories are.
        wishes: what is the same for all.
        jobs: processes; None for as many as the machine can run at once.
    """
    processes = min(jobs or os.cpu_count() or 1, len(found))
    if processes <= 1 or (jobs is None and len(found) <= FEW):
        for clone in found:
            yield judge(clone, wishes)
        return
    at = 0
    while at < len(found):
        for judged in _pooled(found[at:], wishes, processes):
            yield judged
            at += 1
        if at < len(found):
            # A process died, and with it all others' work: this one group is tried alone.
            yield _alone(found[at], wishes)
            at += 1


def _pooled(found: Sequence[clones.Clone], wishes: Wishes, processes: int) -> Iterator[Judged]:
    """Judge groups until one ends its process."""
    pool = _pool(processes, wishes)
    waiting: deque[Future[Judged]] = deque()
    rest = iter(found)
    try:
        while True:
            while len(waiting) < processes * _AHEAD and (clone := next(rest, None)) is not None:
                waiting.append(pool.submit(_judge, clone))
            if not waiting:
                return
            yield waiting.popleft().result()
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(clone: clones.Clone, wishes: Wishes) -> Judged:
    try:
        with _pool(1, wishes) as pool:
            return pool.submit(_judge, clone).result()
    except BrokenProcessPool:
        note = "judging it ended the process: look at it with report-tui check"
        return failed(GroupRow(clone.name, GroupState.UNREADABLE, note))


def _pool(processes: int, wishes: Wishes) -> ProcessPoolExecutor:
    # Started anew on every system: a copy of this process would have copies of its threads' locks.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(wishes,))


def _begin(wishes: Wishes) -> None:
    import signal

    # Ctrl+c is for the process that everybody sees; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _wishes.append(wishes)


def _end_with_parent() -> None:
    """A process that waits for work would wait for ever when nobody is left to give it any."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _judge(clone: clones.Clone) -> Judged:
    return judge(clone, _wishes[0])
