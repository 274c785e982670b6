"""An hour's sitting, driven fast: what memory, open files and threads do, and whether every text arrives in the file.

python -m bench.soak [--minutes 60] [--seed 1]

The real program in a pseudo-terminal: it types into answers and undoes and redoes, goes from question to question,
saves, opens and closes every screen, changes the terminal's size, pastes, and changes the file from outside. At each
checkpoint it saves and compares every answer in the file with what was typed. Linux alone tells memory and open files.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.app import environment
from bench.terminal import Program
from report_tui import Report
from tests.pty.terminal import KEYS
from tests.scenes import ROOT

MINUTES = 60.0
EVERY = 10.0
"""Seconds between two samples."""
QUIET = 0.05
"""Seconds without a paint after which the next keys are sent."""
SIZES = ((160, 48), (80, 24), (60, 20), (200, 60))
USUAL = (120, 40)
SCREENS = ("f1", "f4", "f6", "f12", "f11")
"""Keys that open a screen, and close it again."""
HOUR = 3600.0
ALLOWED = 8.0
"""Megabytes by which memory may grow in an hour, once the program has warmed up."""
PATIENCE = 20.0


class Sample(NamedTuple):
    """What the system says of the program."""

    seconds: float
    """Since the beginning."""
    memory: float
    """Megabytes."""
    files: int
    threads: int


class Soak(NamedTuple):
    """What came of one run."""

    samples: list[Sample]
    actions: int
    keys: int
    checkpoints: int
    wrong: list[str]
    """What stood in the file and should not have, with what led to it; none is wanted."""
    changes: int
    """How often another program wrote an answer."""
    untold: list[str]
    """Of these changes those whose notice was not seen."""

    @property
    def flat(self) -> bool:
        """Whether nothing grows: open files and threads not at all, memory by no more than is allowed."""
        first, last = quarters(self.samples)
        still = all(
            statistics.median(getattr(one, name) for one in last)
            <= statistics.median(getattr(one, name) for one in first) + 1
            for name in ("files", "threads")
        )
        return still and slope(last_half(self.samples)) <= ALLOWED


class Sitting:
    """Somebody who never rests, and what the file has to hold because of them."""

    def __init__(self, program: Program, path: Path, rng: random.Random) -> None:
        self.program = program
        self.path = path
        self.rng = rng
        self.keys = 0
        self.count = 0
        self.number = 1
        self.texts = _answers(path)
        """What was typed last into each answer, or written into the file from outside."""
        self.saved = dict(self.texts)
        self.wrong: list[str] = []
        """What `Soak.wrong` is to hold."""
        self.checkpoints = 0
        self.changes = 0
        """How often another program wrote an answer."""
        self.untold: list[str] = []
        """Of these changes those whose notice was not seen, with what was painted last."""
        self.done: deque[str] = deque(maxlen=40)
        """What was done last."""

    def act(self) -> None:
        """One thing of all that somebody may do."""
        acts: list[tuple[int, Callable[[], None]]] = [
            (30, self.write),
            (10, self.undo_and_redo),
            (20, self.switch),
            (12, self.open_and_close),
            (3, self.palette),
            (3, self.filter),
            (3, self.find),
            (5, self.preview),
            (6, self.resize),
            (4, self.tick_twice),
            (6, self.change_outside),
            (10, self.checkpoint),
        ]
        act = self.rng.choices([act for _, act in acts], [weight for weight, _ in acts])[0]
        self.done.append(f"{act.__name__} at {self.number} ({self.count})")
        act()

    def press(self, *names: str) -> None:
        """Keys by name, all at once, and what they paint."""
        self.send(b"".join(KEYS[name] for name in names), len(names))

    def send(self, data: bytes, count: int = 1) -> None:
        """Bytes as a terminal sends them, and what they paint."""
        self.keys += count
        self.program.send(data)
        self.program.rest(QUIET)

    def write(self) -> None:
        """Another text in place of the one that is there: typed, or pasted."""
        self.count += 1
        words = " ".join(
            self.rng.choice(("quay", "tide", "rope", "crane", "hull")) for _ in range(self.rng.randint(3, 60))
        )
        text = f"Entry {self.count:06} of {self.number}: {words}."
        self.press("ctrl+a")
        if self.rng.random() < 0.3:
            text = f"{text}\n\nPasted, with a second paragraph."
            self.send(b"\x1b[200~" + text.encode() + b"\x1b[201~", len(text))
        else:
            self.send(text.encode(), len(text))
        self.texts[self.number] = text

    def undo_and_redo(self) -> None:
        """As many steps back, and more than as many forward."""
        steps = self.rng.randint(1, 12)
        self.press(*["ctrl+z"] * steps)
        self.press(*["ctrl+y"] * (steps + 2))

    def switch(self) -> None:
        """To some question, by way of the overview."""
        self.number = self.rng.choice(sorted(self.texts))
        # Not by way of escape: a busy program may take it and the next key for one.
        self.press("f12")
        self.press("home", *["down"] * (self.number - 1))
        self.press("enter")

    def open_and_close(self) -> None:
        """One of the screens, a look around in it, and back."""
        key = self.rng.choice(SCREENS)
        self.press(key)
        self.press(*["down"] * self.rng.randint(0, 8), *["up"] * self.rng.randint(0, 3))
        self.press(key)

    def palette(self) -> None:
        """The commands, some of them, and none chosen."""
        word = self.rng.choice((b"save", b"the", b"zz", b"fig"))
        self.press("ctrl+p")
        self.send(word)
        # Escape, as terminals send it that tell it from the beginning of another key: a busy program takes a bare one
        # and the key behind it for one.
        self.send(b"\x1b[27u")

    def filter(self) -> None:
        """Another filter for the list, and back to some answer."""
        self.press("f3")
        self.press("ctrl+u")
        self.send(self.rng.choice((b"robot", b"empty", b"q", b"nothing at all")))
        self.switch()

    def find(self) -> None:
        """Looking for something in the answer, and on to another one."""
        self.press("ctrl+f")
        self.send(b"tide")
        self.switch()

    def preview(self) -> None:
        """GitHub's page, the course's, none."""
        for _ in range(3):
            self.press("f5")

    def resize(self) -> None:
        """Another size and back, with a key between."""
        self.program.resize(self.rng.choice(SIZES))
        self.program.rest(QUIET)
        self.press("right", "left")
        self.program.resize(USUAL)
        self.program.rest(QUIET)

    def tick_twice(self) -> None:
        """A box of the checklist, ticked and unticked."""
        self.press("f6")
        self.send(b"  ", 2)
        self.press("f6")

    def change_outside(self) -> None:
        """Another program writes an answer that nobody is changing here, or the same bytes once more."""
        clean = [number for number in self.texts if self.texts[number] == self.saved[number] and number != self.number]
        if not clean:
            return
        number = self.rng.choice(clean)
        report = Report.from_bytes(self.path.read_bytes())
        self.count += 1
        text = f"Entry {self.count:06} of {number} from outside."
        beside = self.path.with_name(".outside")
        beside.write_bytes(report.with_answer(number, text).to_bytes())
        beside.replace(self.path)
        self.texts[number] = self.saved[number] = text
        # Who writes into that answer before it is noticed is asked which text is to stay, and that one waits.
        self.changes += 1
        try:
            self.program.key(b"", b"taken over")
        except TimeoutError:
            self.untold.append(f"answer {number}, after {', '.join(list(self.done)[-6:])}: {self.program.last()!r}")
            self.press("f2")  # which looks at the file in any case
        self.program.rest(QUIET)

    def checkpoint(self) -> None:
        """Save, and wait until the file holds every text."""
        self.press("f2")
        give_up = time.monotonic() + PATIENCE
        while _answers(self.path) != self.texts:
            self.program.rest(QUIET)
            if time.monotonic() > give_up:
                now = _answers(self.path)
                differ = [n for n in self.texts if now.get(n) != self.texts[n]]
                self._go_wrong(*(f"answer {n} is {now.get(n)!r}, not {self.texts[n]!r}" for n in differ))
                self.texts = dict(now)
        self.saved = dict(self.texts)
        self.checkpoints += 1

    def _go_wrong(self, *said: str) -> None:
        self.wrong += [*said, f"done before: {', '.join(self.done)}", f"painted last: {self.program.last()!r}"]


def soak(minutes: float, seed: int) -> Soak:
    """Drive a program for so long.

    Raises:
        TimeoutError: it did not start.
    """
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="report-tui-soak-") as name:
        folder = Path(name)
        shutil.copytree(ROOT / "rules" / "demo" / "report", folder / "reports")
        path = folder / "reports" / "README.md"
        samples: list[Sample] = []
        actions = 0
        with Program([sys.executable, "-m", "report_tui", str(path)], environment(folder), USUAL) as program:
            program.until(b"Tidewater")
            program.rest()
            sitting = Sitting(program, path, rng)
            begun = time.monotonic()
            sitting.switch()
            while (passed := time.monotonic() - begun) < minutes * 60 and not sitting.wrong:
                sitting.act()
                actions += 1
                if passed >= EVERY * len(samples):
                    samples.append(_sample(program, passed))
                if not program.runs():
                    sitting.wrong.append(f"the program ended: {program.last()!r}")
            if program.runs():
                sitting.checkpoint()
        done = sitting.checkpoints, sitting.wrong, sitting.changes, sitting.untold
        return Soak(samples, actions, sitting.keys, *done)


def quarters(samples: Sequence[Sample]) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """The first and the last quarter of the samples."""
    size = max(1, len(samples) // 4)
    return samples[:size], samples[-size:]


def last_half(samples: Sequence[Sample]) -> Sequence[Sample]:
    """The samples since the program has warmed up."""
    return samples[len(samples) // 2 :]


def slope(samples: Sequence[Sample]) -> float:
    """Megabytes an hour, along the straight line that fits the samples best; 0 for fewer than two."""
    if len(samples) < 2:
        return 0.0
    line = statistics.linear_regression([one.seconds for one in samples], [one.memory for one in samples])
    return line.slope * HOUR


def report(done: Soak) -> None:
    """Print what came of it."""
    if not done.samples:
        print("soak: this system does not tell memory and open files")
        return
    minutes = done.samples[-1].seconds / 60
    print(f"soak of {minutes:.0f} minutes: {done.actions} actions, {done.keys} keys, {done.checkpoints} checkpoints")
    for title, samples in zip(("first quarter", "last quarter"), quarters(done.samples), strict=True):
        memory, files, threads = (
            statistics.median(getattr(one, name) for one in samples) for name in ("memory", "files", "threads")
        )
        print(f"  {title:13}: {memory:6.1f} MB, {files:.0f} open files, {threads:.0f} threads")
    whole, half = slope(done.samples), slope(last_half(done.samples))
    print(f"  memory grows by {whole:.1f} MB an hour, in the second half by {half:.1f}; allowed {ALLOWED:g}")
    print(f"  flat: {'yes' if done.flat else 'NO'}; wrong texts: {len(done.wrong)}")
    print(f"  of {done.changes} changes from outside {done.changes - len(done.untold)} were seen to be told")
    for line in [*done.wrong, *done.untold]:
        print(f"  {line[:2000]}")


def _answers(path: Path) -> dict[int, str]:
    """Every answer of the file, the last whole version where it is just being written."""
    return Report.from_bytes(path.read_bytes()).texts


def _sample(program: Program, passed: float) -> Sample:
    return Sample(passed, program.memory() or 0.0, program.open_files() or 0, program.threads() or 0)


def main(argv: Sequence[str] | None = None) -> int:
    """Run it and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak")
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    done = soak(arguments.minutes, arguments.seed)
    report(done)
    return 0 if done.flat and not done.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
