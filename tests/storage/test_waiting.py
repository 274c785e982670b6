"""Nobody waits for a disk that does not answer, but for files that are being made, and not for ever."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from report_tui.storage import waiting


async def test_what_it_returns_and_what_it_raises() -> None:
    assert await waiting.beside(lambda: threading.current_thread().name) == waiting.NAME
    with pytest.raises(ZeroDivisionError):
        await waiting.beside(lambda: 1 // 0)


async def test_it_goes_on_where_nobody_waits_any_more() -> None:
    answers, done = threading.Event(), threading.Event()

    def run() -> None:
        answers.wait()
        done.set()

    task = asyncio.ensure_future(waiting.beside(run))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    answers.set()
    assert done.wait(30)


def test_a_key_waits_a_moment() -> None:
    answers = threading.Event()
    assert waiting.in_time(lambda: 1, 2, 30) == 1
    assert waiting.in_time(answers.wait, False, 0.001) is False
    answers.set()

    def fail() -> int:
        raise TimeoutError("of the disk's own")

    with pytest.raises(TimeoutError, match="own"):
        waiting.in_time(fail, 2, 30)


def test_files_that_are_being_made_come_to_their_end() -> None:
    answers = threading.Event()
    making = waiting.start(lambda: answers.wait(30), waiting.WRITING)
    looking = waiting.start(lambda: threading.Event().wait(30))
    waiting.finish(0.001)
    assert not making.done()
    answers.set()
    waiting.finish(30)
    assert making.done()
    assert not looking.done()


def test_a_program_ends_while_one_waits() -> None:
    script = "from report_tui.storage import waiting; import threading; waiting.start(threading.Event().wait); print(1)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
