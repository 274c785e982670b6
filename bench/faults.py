"""That no keystroke is lost, and nobody's answer: the proofs by force, with figures.

python -m bench.faults [--kills 200] [--interleavings 1000] [--soak-minutes 60] [--skip-calls] [--seed 0]

0 leaves a proof out. What each of them does is written in the module that it comes from, under `tests/faults`:
- kill -9 at random moments of a scripted sitting in a pseudo-terminal (`sitting`), two at a time;
- every system call of a save made to fail in turn (`save_faults`);
- random interleavings of two sessions and a third program on one file (`two_sessions`);
- an hour's sitting, driven fast (`bench.soak`).
It says what is wanted beside each figure, and ends with 1 where something is not as wanted.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bench import soak
from tests.faults.sitting import Verdict, killed
from tests.faults.two_sessions import TwoSessions

KILLS, INTERLEAVINGS = 200, 1_000
STEPS = 30
"""Of one interleaving, at most."""
AT_ONCE = 2
ALLOWED = 1.0
"""Seconds of typing that a kill may cost."""
EVERY = 4
"""So many kills, and the next start is tried at the real program too."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run them and print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--interleavings", type=int, default=INTERLEAVINGS)
    parser.add_argument("--soak-minutes", type=float, default=soak.MINUTES)
    parser.add_argument("--skip-calls", action="store_true", help="leave out the system calls made to fail")
    parser.add_argument("--seed", type=int, default=0, help="of the first sitting")
    arguments = parser.parse_args(argv)
    held = [
        not arguments.kills or kills(arguments.kills, arguments.seed),
        arguments.skip_calls or system_calls(),
        not arguments.interleavings or interleavings(arguments.interleavings),
        not arguments.soak_minutes or soaked(arguments.soak_minutes, arguments.seed),
    ]
    elsewhere()
    return 0 if all(held) else 1


def kills(count: int, first: int) -> bool:
    """Kill so many sittings; whether each left what it should."""
    begun = time.monotonic()
    with ProcessPoolExecutor(AT_ONCE) as pool:
        verdicts = list(pool.map(_killed, range(first, first + count)))
    whole = sum(not verdict.problems for verdict in verdicts)
    offered = sum(verdict.offered for verdict in verdicts)
    in_time = sum(verdict.lost_seen <= ALLOWED for verdict in verdicts)
    with_unsaved = [verdict for verdict in verdicts if verdict.unsaved]
    restarted = [verdict for verdict in verdicts if verdict.restored is not None]
    print(f"kill -9 at {count} random moments of a sitting ({time.monotonic() - begun:.0f} s)")
    print(f"  the file is one of the states it legitimately had: {whole} of {count}")
    print(f"  at most {ALLOWED:g} s of what was on the screen is lost: {in_time} of {count}")
    print(f"  the next start offers all that was kept: {offered} of {count}")
    print(f"  restored and saved at the real program: {sum(bool(v.restored) for v in restarted)} of {len(restarted)}")
    words, figures, ticks, unsaved = (
        sum(counts) for counts in zip(*((v.words, v.figures, v.ticks, v.unsaved) for v in verdicts), strict=True)
    )
    print(f"  {words} words typed, {figures} figures brought in, {ticks} boxes ticked or unticked")
    print(f"  of them not in the file: {unsaved}, at {len(with_unsaved)} of the kills")
    for what, values in (
        ("work lost, from the key sent", [verdict.lost_sent for verdict in verdicts]),
        ("work lost, from its being on the screen", [verdict.lost_seen for verdict in verdicts]),
    ):
        print(f"  {what}: median {statistics.median(values):.2f} s, max {max(values):.2f} s")
    for verdict in verdicts:
        for problem in verdict.problems:
            print(f"  seed {verdict.seed}: {problem}")
    held = [whole, offered, in_time]
    return held == [count] * len(held) and all(verdict.restored for verdict in restarted)


def _killed(seed: int) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="report-tui-kill-") as name:
        return killed(Path(name), seed, restarts=seed % EVERY == 0)


def system_calls() -> bool:
    """Every system call of a save made to fail; whether all of them left the old or the new bytes."""
    begun = time.monotonic()
    # A process of its own, since it forks.
    done = subprocess.run([sys.executable, "-m", "tests.faults.save_faults"], capture_output=True, encoding="utf-8")
    if done.stderr or not done.stdout:
        print(f"system calls of a save made to fail: {done.stderr.strip() or 'it failed'}")
        return False
    found = json.loads(done.stdout)
    print(f"every system call of a save made to fail in turn ({time.monotonic() - begun:.0f} s)")
    print("\n".join(f"  {what}: {number}" for what, number in found["counts"].items()))
    print("\n".join([f"  promises broken: {len(found['breaches'])}; wanted 0", *found["breaches"]]))
    return not found["breaches"]


def interleavings(count: int) -> bool:
    """Play so many; whether no line was lost in any of them."""
    begun, TwoSessions.played = time.monotonic(), 0
    chosen = settings(
        max_examples=count,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(TwoSessions, settings=chosen)
        problem = None
    except AssertionError as error:
        problem = error
    seconds = time.monotonic() - begun
    print(f"two sessions and another program on one file, {TwoSessions.played} interleavings ({seconds:.0f} s)")
    print(f"  with something lost or changed that nobody chose: {0 if problem is None else 'at least 1'}; wanted 0")
    if problem is not None:
        print("\n".join(["  the shortest:", str(problem), *getattr(problem, "__notes__", [])]))
    return problem is None


def soaked(minutes: float, seed: int) -> bool:
    """Drive a program for so long; whether nothing grew and every text arrived."""
    done = soak.soak(minutes, seed)
    soak.report(done)
    return done.flat and not done.wrong


def elsewhere() -> None:
    """Say where the other proofs are."""
    print("hostile input: python -m pytest tests/faults/test_bad_input.py")
    print("coverage-guided fuzzing: python -m tests.faults.fuzz")
    print("signals, terminals, $EDITOR, faults of ours: python -m pytest tests/faults/test_signals.py")


if __name__ == "__main__":
    sys.exit(main())
