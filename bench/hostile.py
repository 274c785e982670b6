"""What files cost that nobody would write: each command, and in the app the start, a key and the worst wait of all.

`python -m bench.hostile [WORD...]`: all inputs, or those whose names hold one of the words. The longest wait is how
long the app's loop was busy without a pause, so how late a key could be taken; the app runs headless, 120x36. On a busy
machine the processor's seconds are what counts. A report of the largest size ever seen stands first, to compare with;
`bench.flood` comes last.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.core import made_report
from report_tui.core import bounds
from report_tui.storage.files import CannotRead
from tests.faults import hostile
from tests.validation.judging import report_text

_TOO_LONG = 60.0
_TICK = 0.005
_APP = "--app"

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
    "2 MB, 20 answers of `~a`": lambda: report_text(["~a" * 49_000] * 20).encode(),
    "2 MB, 20 answers of `![ ]( )`": lambda: report_text(["![ ]( )" * 14_000] * 20).encode(),
    "2 MB of quotes in 50 quotes": lambda: report_text(["> " * 50 + "a\n" + "b\n" * 49_000] * 20).encode(),
    "2 MB of `://`": lambda: report_text(["://" * 33_000] * 20).encode(),
    "2 MB of empty headings": lambda: hostile.report("#\n" * 1_000_000),
    "2 MB of boxes": lambda: (hostile.BOX * 100_000).encode() + hostile.report("Two."),
    "as many lines as may be": lambda: hostile.report("a\n" * (bounds.REPORT_LINES - 100)),
    "as many numbers as may be": lambda: hostile.report("7. a\n" * (bounds.REPORT_LINES - 100)),
    "as many headings as may be": lambda: hostile.report("#\n" * (bounds.REPORT_HEADINGS - 100)),
    "as many questions as may be": lambda: hostile.questions(bounds.REPORT_QUESTIONS),
    "as many boxes as may be": lambda: (hostile.BOX * bounds.REPORT_BOXES).encode() + hostile.report("Two."),
    "as many figures as may be": lambda: report_text(["![](figures/a.png) " * 500] * 10).encode(),
    "31 answers with all findings": lambda: report_text([hostile.FAULTS * 80] * 31).encode(),
    "10 MB of `<details>`": lambda: hostile.report("<details>" * 1_100_000),
    "10 MB of `![a](b)`": lambda: hostile.report("![a](b)" * 1_400_000),
}


class _Cost(NamedTuple):
    """What one command took."""

    seconds: float
    processor: float | None
    """Seconds; None where the system does not tell."""
    memory: float | None
    """Megabytes at the most."""


def _commands(folder: Path, path: Path) -> Iterator[tuple[str, _Cost]]:
    """Each command on a report, `set` last, since it changes the file."""
    new = folder / "new.md"
    new.write_text("A new answer.\n", encoding="utf-8")
    page, course = str(folder / "page.html"), str(folder / "course.html")
    for command in (
        ("check", str(path)),
        ("show", "2", str(path)),
        ("html", str(path), "-o", page),
        ("html", "--course", str(path), "-o", course),
        ("set", "1", str(path), "--file", str(new)),
    ):
        name = " ".join(part for part in command[:2] if part.isalnum() or part.startswith("--"))
        yield name, _run(folder, "report_tui", *command)


def _run(folder: Path, *arguments: str) -> _Cost:
    """What a module costs in a process of its own; the memory is this one's at least, which it begins as a copy of."""
    begun = time.perf_counter()
    env = os.environ | {"REPORT_TUI_STATE": str(folder / "state")}
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    if sys.platform == "win32":
        process.wait(_TOO_LONG)
        return _Cost(time.perf_counter() - begun, None, None)
    # Not `wait`: only so the system tells what this one process took.
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return _Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, kilobytes / 1024)


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
    """Seconds until it is there, for a key, and of the longest wait; raises `CannotRead` where it does not open."""
    from textual import events  # here: what is measured beside it would begin as a copy of all this

    from report_tui.session import Session
    from report_tui.tui.app import ReportApp

    start = time.perf_counter()
    app = ReportApp(Session.open(path), theme="report-dark", settings=None, problems=())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        started = time.perf_counter() - start
        watch = _Watch()
        watching = asyncio.create_task(watch.run())
        typing = (["enter", *"abc"], ["f5"], ["escape", "down", "enter", "ctrl+end", "enter", *"abc"], ["f8", "f7"])
        findings = (["f11"], ["down", "up", "a"], ["escape"], ["end"], ["f"], ["escape"], ["escape"])
        for keys in (*typing, *findings, ["f6"], ["escape"], ["f2"]):
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


def main(argv: Sequence[str] = ()) -> None:
    """Print a line for each input and command, and how the app takes 100,000 keys in a minute.

    Args:
        argv: words, of which an input's name must hold one; for its own use `--app`, a report, and the file that gets
            what the app costs with it.
    """
    if argv and argv[0] == _APP:
        report, figures = map(Path, argv[1:])
        try:
            cost: tuple[float, ...] | str = asyncio.run(_app(report))
        except CannotRead as refusal:
            cost = refusal.reason
        figures.write_text(json.dumps(cost), encoding="utf-8")
        return
    print(f"{'input':34} {'kB':>6} {'command':22} {'seconds':>7} {'of processor':>12} {'peak MB':>7}")
    for name, made in INPUTS.items():
        if argv and not any(word in name for word in argv):
            continue
        data = made()
        with tempfile.TemporaryDirectory() as name_of_folder:
            folder = Path(name_of_folder)
            path = folder / "README.md"
            path.write_bytes(data)
            figures = folder / "figures.json"
            used = _run(folder, "bench.hostile", _APP, str(path), str(figures))
            cost = json.loads(figures.read_text("utf-8"))
            for command, taken in _commands(folder, path):
                _print(name, data, command, taken)
            _print(name, data, "app: all of it", used)
        if isinstance(cost, str):
            print(f"{name:34} {len(data) // 1_000:6,} refused: {cost}", flush=True)
            continue
        for what, seconds in zip(("start", "a key", "longest wait"), cost, strict=True):
            _print(name, data, f"app: {what}", _Cost(seconds, None, None))
    if not argv and sys.platform != "win32":  # which has no pseudo-terminals
        from bench import flood

        flood.main([])


def _print(name: str, data: bytes, command: str, cost: _Cost) -> None:
    of_processor = "" if cost.processor is None else f"{cost.processor:12.2f}"
    memory = "" if cost.memory is None else f"{cost.memory:7.0f}"
    line = f"{name:34} {len(data) // 1_000:6,} {command:22} {cost.seconds:7.3f} {of_processor:>12} {memory:>7}"
    print(line.rstrip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
