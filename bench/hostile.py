"""Seconds for files that nobody would write: `check`, and in the app the start, a key and the worst wait of all.

`python -m bench.hostile`. The longest wait is how long the app's loop was busy without a pause, so how late a key
could be taken; the app runs headless, 120x36. A report of the largest size ever seen stands first, to compare with.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual import events

from bench.core import made_report
from report_tui.session import Session
from report_tui.tui.app import ReportApp
from tests.faults import hostile
from tests.validation.judging import report_text

_TOO_LONG = 60.0
_TICK = 0.005

INPUTS: dict[str, Callable[[], bytes]] = {
    "the largest report seen (53 kB)": made_report,
    "10 MB, one answer": lambda: hostile.long(10_000_000),
    "10 MB, 100 answers": lambda: report_text([hostile.PROSE * 1_333] * 100).encode(),
    "one line of 5 MB": lambda: hostile.one_line(5_000_000),
    "an answer of 100 kB": lambda: hostile.long(100_000),
    "a line of 100 kB": lambda: hostile.one_line(99_990),
    "2,000 questions": lambda: hostile.questions(2_000),
    "quotes 500 deep": lambda: hostile.nested(500),
    "lists 500 deep": hostile.FILES["nested lists"],
    "100 kB of `<details>`": lambda: hostile.report("<details>" * 11_000),
    "100 kB of `![a](b)`": lambda: hostile.report("![a](b)" * 14_000),
    "100 kB of fences": lambda: hostile.report("```\n\n" * 20_000),
    "10 MB of `<details>`": lambda: hostile.report("<details>" * 1_100_000),
    "10 MB of `![a](b)`": lambda: hostile.report("![a](b)" * 1_400_000),
}


def _check(path: Path) -> float:
    start = time.perf_counter()
    try:
        subprocess.run(
            [sys.executable, "-m", "report_tui", "check", str(path)],
            capture_output=True,
            check=False,
            timeout=_TOO_LONG,
        )
    except subprocess.TimeoutExpired:
        return float("inf")
    return time.perf_counter() - start


class _Watch:
    """Looks every few milliseconds whether the loop gets round to it."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def run(self) -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(_TICK)
            now = time.perf_counter()
            self.longest = max(self.longest, now - last - _TICK)
            last = now


async def _app(path: Path) -> tuple[float, float, float]:
    start = time.perf_counter()
    app = ReportApp(Session.open(path), theme="report-dark", settings=None, problems=())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        started = time.perf_counter() - start
        watch = _Watch()
        watching = asyncio.create_task(watch.run())
        for keys in (["enter", *"abc"], ["f5"], ["escape", "down", "enter", "ctrl+end", "enter", *"abc"], ["f8", "f7"]):
            await pilot.press(*keys)
        await pilot.pause(0.5)
        waits = []
        for letter in "abcdefgh":
            begun = time.perf_counter()
            app.post_message(events.Key(letter, letter))
            await pilot.pause()
            waits.append(time.perf_counter() - begun)
        watching.cancel()
    return started, sorted(waits)[len(waits) // 2], watch.longest


def main() -> None:
    """Print a line for each input."""
    print(f"{'seconds':34} {'check':>7} {'start':>7} {'a key':>7} {'longest wait':>13}")
    for name, made in INPUTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "README.md"
            path.write_bytes(made())
            checked = _check(path)
            started, key, longest = asyncio.run(_app(path))
        print(f"{name:34} {checked:7.2f} {started:7.2f} {key:7.3f} {longest:13.3f}", flush=True)


if __name__ == "__main__":
    main()
