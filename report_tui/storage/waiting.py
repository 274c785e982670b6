"""Work that may wait for a disk, done beside whoever must not.

Owns that nobody who types waits for it, and that the program can end meanwhile: its threads end with it, where those of
`asyncio.to_thread` are waited for. What is done there gets values, and never what the loop's own code changes.
What would leave something half done is waited for, as long as somebody who leaves may wait (`finish`).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Found = TypeVar("Found")

NAME = "beside"
"""Of the threads that ask for the report; to a person who looks at the process, and to tests."""
A_KEY = 0.1
"""Seconds that a key waits for what it names on a disk; a look takes a millisecond, and what is late comes later."""
A_COMMAND = 0.5
"""Seconds that a command waits for what it cannot begin without: a busy machine is no disk that hangs."""
WRITING = "writing beside"
"""Of those that make a file, which ought not to be left half made."""


def start(run: Callable[[], Found], name: str = NAME) -> Future[Found]:
    """What `run` returns or raises, when a thread of its own, of this name, is done with it."""
    future: Future[Found] = Future()
    future.set_running_or_notify_cancel()  # whoever does not want it any more must not end the thread with a fault

    def work() -> None:
        try:
            result = run()
        except BaseException as error:  # it is raised where it is waited for
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=work, name=name, daemon=True).start()
    return future


async def beside(run: Callable[[], Found], name: str = NAME) -> Found:
    """What `run` returns or raises; it goes on to its end where this is cancelled."""
    return await asyncio.wrap_future(start(run, name))


def in_time(run: Callable[[], Found], otherwise: Found, seconds: float = A_COMMAND) -> Found:
    """What `run` returns or raises where that takes no longer than it may; else it goes on, and counts for nothing.

    Args:
        run: asks the disk.
        otherwise: what is returned then.
        seconds: how long that is.
    """
    found = start(run)
    try:
        return found.result(seconds)
    except TimeoutError:
        if found.done():  # it is its own
            raise
        return otherwise


def finish(seconds: float) -> None:
    """Wait until all files that are being made are, or so long."""
    until = time.monotonic() + seconds
    for thread in threading.enumerate():
        if thread.name == WRITING:
            thread.join(max(0.0, until - time.monotonic()))
