"""Runs over all groups at once: fetches them in threads, judges them in processes, and hands them on in their order.

Owns how many are fetched and judged at a time. How one process judges, and what a group may take of it, is
`group_workers`'.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from report_tui.group_judging import Judged, Wishes
from report_tui.group_workers import Limits, Workers
from report_tui.storage import clone_cache, clones
from report_tui.validation.group_list import Group

_FEW = 12
"""Groups that one process judges before another one would have started."""
_FETCHED_AT_ONCE = 8


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
    fetcher = clone_cache.Fetcher(clone_cache.cache_folder(), until)
    found: dict[str, clones.Clone] = {}
    executor = ThreadPoolExecutor(_FETCHED_AT_ONCE)
    try:
        waited = [
            executor.submit(fetcher.fetch, group.name, clone_cache.address_of(group.repository, beside))
            for group in groups
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


def judge_all(
    found: Sequence[clones.Clone], wishes: Wishes, jobs: int | None, limits: Limits | None = None
) -> Generator[Judged, None, None]:
    """Judge all groups, in their order; closed before all are judged, it ends the processes.

    Args:
        found: where their repositories are.
        wishes: what is the same for all.
        jobs: processes; None for as many as the machine can run at once.
        limits: what one group may take; None for the usual.

    Raises:
        CannotSave: a page or a figure could not be written.
    """
    processes = min(jobs or os.cpu_count() or 1, len(found))
    if jobs is None:
        processes = min(processes, -(-len(found) // _FEW))
    with Workers(found, wishes, processes, limits or Limits()) as workers:
        yield from workers.judged()
