"""A limit in seconds for what must not hang, generous enough for any machine; nothing is measured with it.

Owns how a test is ended that would go on for ever: with an error of its own where the system can interrupt it, else by
ending the process with a picture of where it stood.
"""

from __future__ import annotations

import faulthandler
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Hangs(AssertionError):
    """It did not come to an end."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail what takes longer than so many seconds, also in the middle of a regular expression."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        faulthandler.dump_traceback_later(seconds, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
        return

    def hangs(_number: int, _frame: object) -> None:
        raise Hangs(f"still at it after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
