"""What a key costs while a large figure is being read, beside the same with small ones: in the picker, in the editor.

`python -m bench.figures`; a pseudo-terminal each, so not on Windows. The large ones have 4,000x3,000 pixels; before
each round the file is touched, so that it is read anew while the keys are typed. At the end: how long no other thread
runs while a figure that is brought in is decoded, beside a process that does nothing.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.app import ENTER, environment, seen
from bench.core import made_report
from bench.terminal import Program
from report_tui import Report

ROUNDS, HELD = 12, 40
LARGE, SMALL = (4_000, 3_000), (64, 48)
F4, ESCAPE, DOWN = b"\x1bOS", b"\x1b", b"\x1b[B"
LETTERS = b"qzjxvkwyqzjx"
ALLOWED = 0.05
"""Seconds that reading a figure may add to a key."""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="report-tui-bench-") as name:
        folder = Path(name)
        large, small = _report(folder / "large", LARGE), _report(folder / "small", SMALL)
        for what, measure, size in (
            ("picker, a key in the description", _in_the_picker, (120, 40)),
            ("editor, a key beside the preview", _in_the_editor, (160, 48)),
        ):
            times: list[list[float]] = [[], []]
            programs = [
                Program([sys.executable, "-m", "report_tui", str(path)], environment(folder), size)
                for path in (large, small)
            ]
            with programs[0] as one, programs[1] as other:
                for program in (one, other):
                    program.until(seen(1))
                    program.rest()
                    program.key(ENTER)
                    program.rest()
                for _ in range(ROUNDS):  # turn by turn, so that a busy machine slows both
                    times[0] += measure(one, large)
                    times[1] += measure(other, small)
            _print(what, times)
        with Program([sys.executable, "-m", "report_tui", str(large)], environment(folder), (120, 40)) as program:
            program.until(seen(1))
            program.rest()
            _holding_an_arrow(program, large)
    _bringing_in()


def _bringing_in() -> None:
    """The longest that a thread which sleeps a millisecond at a time, as the loop does, has to wait for its turn."""
    from PIL import Image

    from report_tui.storage import picture_copies

    noise = Image.effect_noise((LARGE[0] // 4, LARGE[1] // 4), 80).resize(LARGE).convert("RGB")
    idle = _longest(lambda: time.sleep(2))
    for kind, wanted in (("png", "png"), ("jpeg", "jpeg"), ("webp", "png"), ("gif", "png"), ("bmp", "png")):
        file = io.BytesIO()
        noise.save(file, kind)
        data = file.getvalue()
        held = _longest(partial(picture_copies.make, data, kind, wanted))
        print(f"bringing in, {kind}: others wait {1000 * held:.0f} ms at most, {1000 * idle:.0f} ms beside nothing")


def _longest(work: Callable[[], object]) -> float:
    thread = threading.Thread(target=work)
    thread.start()
    longest = 0.0
    while thread.is_alive():
        begun = time.perf_counter()
        time.sleep(0.001)
        longest = max(longest, time.perf_counter() - begun - 0.001)
    return longest


def _report(folder: Path, size: tuple[int, int]) -> Path:
    """A report whose first answer shows a figure, with fifty figures of that size in its folder."""
    from PIL import Image

    figures = folder / "reports" / "figures"
    figures.mkdir(parents=True)
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 80).resize(size)
    Image.merge("RGB", (noise, noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT), noise)).save(figures / "figure-00.png")
    data = (figures / "figure-00.png").read_bytes()
    for number in range(1, 50):
        (figures / f"figure-{number:02}.png").write_bytes(data)
    report = Report.from_bytes(made_report())
    report = report.with_answer(1, "Text001 begins here.\n\n![A figure](figures/figure-00.png)")
    path = folder / "reports" / "README.md"
    path.write_bytes(report.to_bytes())
    return path


def _touch(path: Path) -> None:
    """Make the first figure another one for whoever remembers it, and the newest of all."""
    now = time.time()
    os.utime(path.parent / "figures" / "figure-00.png", (now, now))


def _in_the_picker(program: Program, path: Path) -> list[float]:
    _touch(path)
    program.key(F4, b"Insert a figure")
    program.key(ENTER)
    typed = b""
    times = []
    for letter in LETTERS:
        typed += bytes([letter])
        times.append(program.key(bytes([letter]), typed))
    program.rest()
    program.key(F4)
    program.rest()
    return times


def _in_the_editor(program: Program, path: Path) -> list[float]:
    _touch(path)
    program.key(b"#")
    time.sleep(0.3)  # until the pages are made anew
    typed = b"#"
    times = []
    for letter in LETTERS:
        typed += bytes([letter])
        times.append(program.key(bytes([letter]), typed))
    for _ in typed:
        program.key(b"\x7f")
    program.rest()
    return times


def _holding_an_arrow(program: Program, path: Path) -> None:
    """Down through the list at 30 keys a second; how long after the last one its line of facts is there."""
    program.key(F4, b"Insert a figure")
    program.rest()
    for _ in range(HELD):
        program.key(DOWN)
        time.sleep(1 / 30)
    names = sorted((path.parent / "figures").iterdir(), key=lambda file: (-file.stat().st_mtime, file.name))
    taken = program.key(DOWN, names[HELD + 1].stem.encode())
    print(f"picker, the arrow held through {HELD} large figures: one more key {1000 * taken:.0f} ms")


def _print(what: str, times: list[list[float]]) -> None:
    large, small = times
    for name, values in (("large", large), ("small", small)):
        median, worst = 1000 * statistics.median(values), 1000 * max(values)
        p95 = 1000 * statistics.quantiles(values, n=20)[-1]
        print(f"{what}, {name} figures: median {median:.0f} ms, p95 {p95:.0f} ms, longest {worst:.0f} ms")
    added = 1000 * (max(large) - max(small))
    print(f"  reading adds to the longest {added:.0f} ms; at most {1000 * ALLOWED:.0f} wanted")


if __name__ == "__main__":
    main()
