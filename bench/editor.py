"""What a key costs from the keyboard to the screen: our editor beside a bare text area, in one run, turn by turn.

`python -m bench.editor`; a pseudo-terminal of 120x36 each, so not on Windows. What pyte takes to read the screen is in
all figures, the same for both.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack

from tests.pty.terminal import Terminal

KEYS = 60
SENTENCE = "We drove the robot around the harbour and the wheel encoders lost their count twice on the wet cobblestones"
PROGRAM = """
import sys
from textual.app import App
from textual.widgets import TextArea
from report_tui.tui.themes import DEFAULTS
from report_tui.tui.widgets.answer_editor import AnswerEditor

class Bench(App):
    CSS = "TextArea { border: none; padding: 0; }"
    def get_theme_variable_defaults(self):
        return DEFAULTS
    def compose(self):
        yield AnswerEditor(1, sys.argv[2], "") if sys.argv[1] == "ours" else TextArea(sys.argv[2])
    def on_mount(self):
        area = self.query_one(TextArea)
        area.focus()
        area.move_cursor((0, sys.argv[2].index("@") + 1))

Bench().run()
"""


def made_text(words: int, a_line: int) -> str:
    """So many words, so many a line, and an `@` where the typing goes on."""
    source = SENTENCE.split()
    made = [source[index % len(source)] for index in range(words)]
    made[30] = "@"
    return "\n\n".join(" ".join(made[first : first + a_line]) for first in range(0, words, a_line))


def main() -> None:
    """Measure and print."""
    cases = {"300 words": (300, 80), "2,000 words": (2_000, 80), "2,000 words on one line": (2_000, 2_000)}
    with ExitStack() as stack:
        running = {
            (name, kind): stack.enter_context(
                Terminal([sys.executable, "-c", PROGRAM, kind, made_text(*case)], cols=120, rows=36)
            )
            for name, case in cases.items()
            for kind in ("ours", "bare")
        }
        for terminal in running.values():
            terminal.wait_for("@")
            terminal.settle()
        times: dict[tuple[str, str], list[float]] = {key: [] for key in running}
        for turn in range(KEYS):
            for key, terminal in running.items():
                times[key].append(_key(terminal, "qz"[turn % 2]))
        for (name, kind), taken in times.items():
            _report(f"{kind}, {name}", taken)
        for key, terminal in running.items():
            _paste(terminal, f"{key[1]}, {key[0]}")


def _key(terminal: Terminal, letter: str) -> float:
    started = time.perf_counter()
    terminal.send(letter)
    terminal.wait_for(f"@{letter}")
    took = 1000 * (time.perf_counter() - started)
    terminal.key("backspace")
    terminal.wait_until_gone(f"@{letter}")
    return took


def _paste(terminal: Terminal, name: str) -> None:
    pasted = made_text(3_700, 80).replace("@", "and")
    started = time.perf_counter()
    terminal.paste(f"{pasted} QED")
    terminal.wait_for("QED")
    print(f"{name}: {len(pasted):,} characters pasted in {1000 * (time.perf_counter() - started):.0f} ms")
    terminal.settle()
    started = time.perf_counter()
    terminal.key("ctrl+z")
    terminal.wait_until_gone("QED")
    print(f"{name}: undone by one key in {1000 * (time.perf_counter() - started):.0f} ms")


def _report(name: str, times: list[float]) -> None:
    print(f"{name:34} median {statistics.median(times):6.1f} ms   p95 {statistics.quantiles(times, n=20)[-1]:6.1f} ms")


if __name__ == "__main__":
    main()
