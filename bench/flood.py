"""A minute of keys faster than any hand: whether the app takes every one of them, and for how long it does not answer.

python -m bench.flood [--keys 100000] [--seconds 60] [--seed 1]

The real program in a pseudo-terminal gets letters, blanks, enters, backspaces and arrows, evenly over the time, as one
who leans on the keyboard. What has to come of it is worked out beside. At the end the journal must hold exactly that,
and so must the file once it was saved. It may lag behind; how long is printed, and how long nothing at all was painted.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.app import environment
from bench.terminal import Program
from report_tui import Report
from report_tui.core.source import normalised
from report_tui.storage import draft_records
from tests.faults import hostile
from tests.pty.terminal import KEYS as NAMES

KEYS, SECONDS = 100_000, 60.0
END = "qz"
"""What is typed last; no other key is one of these letters."""
PATIENCE = 600.0
_TICK = 0.01
_QUIET = 0.4
"""Seconds, less than a cursor takes to blink."""
_LETTERS = "abcdefghijklmnoprstuvw"
_FOR_THE_JOURNAL = 120.0
"""Seconds; a second is promised, on a machine that does nothing else."""


class Typed(NamedTuple):
    """Keys as a terminal sends them, and the text that they make."""

    keys: list[bytes]
    text: str
    """Without blank lines around it, as an answer is kept."""


class Flood(NamedTuple):
    """What came of it; seconds throughout."""

    keys: int
    sending: float
    """How long it took to send them: more than was asked for where the program did not take them."""
    lag: float
    """From the last key to the picture that shows it."""
    silence: float
    """The longest time without anything painted while keys waited."""
    processor: float | None
    """What the program worked, all the time."""
    memory: float | None
    """Megabytes at the end."""
    journal: float | None
    """From that picture to the journal that holds the whole text; None where it never did."""
    saving: float
    """From the key that saves to the file that holds the text."""
    in_file: bool
    """Whether it held exactly that."""


def made(count: int, seed: int) -> Typed:
    """So many keys of every kind; the last ones are `END`."""
    rng = random.Random(seed)
    keys: list[bytes] = []
    before: list[str] = []
    behind: list[str] = []
    for _ in range(count - len(END)):
        kind = rng.random()
        if kind < 0.045 and before:
            keys.append(NAMES["backspace"])
            before.pop()
        elif kind < 0.070 and before:
            keys.append(NAMES["left"])
            behind.append(before.pop())
        elif kind < 0.095 and behind:
            keys.append(NAMES["right"])
            before.append(behind.pop())
        else:
            typed = "\n" if kind < 0.105 else " " if kind < 0.24 else rng.choice(_LETTERS)
            keys.append(NAMES["enter"] if typed == "\n" else typed.encode())
            before.append(typed)
    text = "".join(before) + END + "".join(reversed(behind))
    return Typed([*keys, *(letter.encode() for letter in END)], normalised(text))


def flood(count: int, seconds: float, seed: int) -> Flood:
    """Type so many keys in so many seconds, wait until all are done, and save.

    Raises:
        TimeoutError: the program did not come to an end with them in ten minutes.
    """
    typed = made(count, seed)
    with tempfile.TemporaryDirectory(prefix="report-tui-flood-") as name:
        folder = Path(name)
        path = folder / "README.md"
        path.write_bytes(hostile.report(""))
        with _Watched([sys.executable, "-m", "report_tui", str(path)], environment(folder)) as program:
            program.until(b"Harbour report")
            program.key(NAMES["down"], b"about part 2")
            program.send(NAMES["enter"])
            program.rest(_QUIET)
            worked = program.processor_time()
            begun = time.monotonic()
            program.type_evenly(typed.keys, seconds)
            sent = time.monotonic()
            program.wait(lambda: END.encode() in program.painted)
            shown, silence = time.monotonic(), program.silence
            journals = folder / "state" / "drafts"
            program.wait(lambda: _kept(journals) == typed.text or time.monotonic() > shown + _FOR_THE_JOURNAL)
            in_journal, kept = _kept(journals) == typed.text, time.monotonic()
            asked = time.monotonic()
            program.send(NAMES["f2"])
            program.wait(lambda: _answer(path) != "")
            saved = time.monotonic()
            after = program.processor_time()
            processor = None if worked is None or after is None else after - worked
            return Flood(
                len(typed.keys),
                sent - begun,
                shown - sent,
                silence,
                processor,
                program.memory(),
                kept - shown if in_journal else None,
                saved - asked,
                _answer(path) == typed.text,
            )


class _Watched(Program):
    """A program of which is known when it painted last."""

    silence = 0.0
    _last = 0.0

    @property
    def painted(self) -> bytes:
        """What it painted since keys were sent last."""
        return bytes(self._new)

    def type_evenly(self, keys: Sequence[bytes], seconds: float) -> None:
        """Type keys, each whole, as many in each hundredth of a second."""
        begun = self._last = time.monotonic()
        done = 0
        while done < len(keys):
            due = min(len(keys), int((time.monotonic() - begun) / seconds * len(keys)) + 1)
            if due > done:
                self.send(b"".join(keys[done:due]))
                done = due
            self._read(_TICK)

    def wait(self, done: Callable[[], bool]) -> None:
        """Read until that is so; raises TimeoutError."""
        give_up = time.monotonic() + PATIENCE
        while not done():
            self._read(_TICK)
            if time.monotonic() > give_up:
                raise TimeoutError(f"still busy after {PATIENCE:.0f} seconds: {self.last()!r}")

    def _read(self, seconds: float) -> bool:
        found = super()._read(seconds)
        now = time.monotonic()
        if self._last:
            self.silence = max(self.silence, now - self._last)
        if found:
            self._last = now
        return found


def _kept(folder: Path) -> str:
    """What the journal has of the answer."""
    for journal in folder.glob("*.draft"):
        _, draft, _ = draft_records.read(journal.read_bytes())
        return draft.changes.answers.get(2, "")
    return ""


def _answer(path: Path) -> str:
    return Report.from_bytes(path.read_bytes()).question(2).answer.text


def report(done: Flood) -> None:
    """Print what came of it."""
    rate = done.keys / done.sending * 60
    print(f"{done.keys:,} keys in {done.sending:.1f} s, which is {rate:,.0f} a minute")
    print(f"  painted {done.lag:.1f} s behind the last key; nothing was painted for {done.silence:.2f} s at most")
    if done.processor is not None and done.memory is not None:
        each = done.processor / done.keys * 1e3
        print(f"  {each:.2f} ms of the processor for each key, {done.memory:.0f} MB at the end")
    print(f"  the whole text in the journal: {'NO' if done.journal is None else f'{done.journal:.1f} s later'}")
    print(f"  the whole text in the file, {done.saving:.1f} s after F2: {'yes' if done.in_file else 'NO'}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run it and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.flood")
    parser.add_argument("--keys", type=int, default=KEYS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(argv)
    done = flood(arguments.keys, arguments.seconds, arguments.seed)
    report(done)
    return 0 if done.journal is not None and done.in_file else 1


if __name__ == "__main__":
    sys.exit(main())
