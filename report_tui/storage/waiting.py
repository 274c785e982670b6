"""Work that may wait for a disk, done beside whoever must not.

Owns that nobody who types waits for it, and that the program can end meanwhile: its threads end with it, where those of
`asyncio.to_thread` are waited for. What is done there gets values, and never what the loop's own code changes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Found = TypeVar("Found")

NAME = "beside"
"""Of the threads that ask for the report; to a person who looks at the process, and to tests."""


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
