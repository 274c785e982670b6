"""What the app costs in a real terminal: start, keys, pasting, switching, idling, memory, beside a bare Textual app.

python -m bench.app [--rounds N] [--keys N]

Two programs are measured against, both written anew for each run with nothing in them that is not needed:
- the same screen: the smallest Textual app that shows what our first picture shows, with ready-made widgets, as many as
  ours and of the same kinds (line of text, option list with as many rows, heading, scrolled prompt, text area in a
  switcher, five lines of text, and the two lines that are hidden until they are needed). It knows its texts beforehand:
  it reads no report, judges nothing, saves nothing and colours nothing.
- the bare editor: a text area with the same text, and nothing else.
Runs take turns, so that a busy machine slows both. It judges nothing; the ratios are what is to be read. Two minutes on
a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.core import made_report
from bench.terminal import SIZE, Program
from report_tui import Report
from report_tui.loading import load
from report_tui.validation.finding import Status
from tests.reports import prose

ROUNDS, KEYS, BLOCK = 10, 2_000, 100
# The bare editor gets every so many-th block of keys.
BARE_EVERY = 4
WITH_PREVIEW = (160, 48)
SWITCHES = 30
IDLE_SECONDS = 10
WORDS = 300
PASTED, PASTES = 20_000, 3
F8, ENTER, UP, DOWN, BACKSPACE = b"\x1b[19~", b"\r", b"\x1b[A", b"\x1b[B", b"\x7f"
MARK = b"qz"
"""No word of the report holds it; what is typed behind it is found again in what is painted."""

SAME_SCREEN = """
import json, sys
from textual.app import App
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import ContentSwitcher, OptionList, Static, TextArea

with open(sys.argv[1], encoding="utf-8") as file:
    TEXTS = json.load(file)


class SameScreen(App):
    CSS = '''
    #header, #heading, #keys { height: 1; }
    #keys { dock: bottom; }
    #problem, #filter { display: none; }
    #list { width: 34; }
    OptionList { height: 1fr; }
    #prompt { height: auto; max-height: 9; }
    ContentSwitcher, TextArea { height: 1fr; }
    #truth { height: 7; }
    '''

    def compose(self):
        yield Static(TEXTS["line"], id="header", markup=False)
        yield Static(id="problem", markup=False)
        with Horizontal():
            with Vertical(id="list"):
                yield Horizontal(id="filter")
                yield OptionList(*TEXTS["rows"], markup=False)
            with Vertical():
                yield Static(TEXTS["line"], id="heading", markup=False)
                with VerticalScroll(id="prompt"):
                    yield Static(TEXTS["prompt"], markup=False)
                with ContentSwitcher(initial="editor"):
                    yield TextArea(TEXTS["answers"][0], id="editor")
                yield Static(TEXTS["line"], id="truth", markup=False)
        yield Static(TEXTS["line"], id="keys", markup=False)

    def on_option_list_option_highlighted(self, event):
        self.query_one(TextArea).text = TEXTS["answers"][event.option_index]


SameScreen().run()
"""
BARE_EDITOR = """
import json, sys
from textual.app import App
from textual.widgets import TextArea

with open(sys.argv[1], encoding="utf-8") as file:
    TEXTS = json.load(file)


class BareEditor(App):
    def compose(self):
        yield TextArea(TEXTS["answers"][0])


BareEditor().run()
"""


@dataclass(frozen=True)
class Programs:
    """How to start each of the three, and what stands at the start of each answer."""

    ours: Sequence[str]
    same_screen: Sequence[str]
    bare_editor: Sequence[str]
    env: Mapping[str, str]
    starts: Sequence[bytes]
    problems: Sequence[bytes]
    """The starts of those answers that F8 goes to from the first one on."""
    last_row: bytes


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.app")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each program is started")
    parser.add_argument("--keys", type=int, default=KEYS, help="how many keys are typed into each")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="report-tui-bench-") as name:
        programs = _programs(Path(name))
        _start(programs, arguments.rounds)
        _keys(programs, arguments.keys, "key to painted character", SIZE)
        _keys(programs, arguments.keys // 4, "the same with the preview beside it, 160x48", WITH_PREVIEW)
        _pasting(programs)
        _switching(programs)
        _at_rest(programs)


def _programs(folder: Path) -> Programs:
    """Write the report and the two scripts; answer n starts with `Text00n`, and the first has 300 words."""
    report = Report.from_bytes(made_report())
    for question in report.questions:
        text = _long_text() if question.id == 1 else question.answer.text
        report = report.with_answer(question.id, f"{_first_word(question.id)} {text}")
    path = folder / "reports" / "README.md"
    path.parent.mkdir()
    path.write_bytes(report.to_bytes())
    texts = folder / "texts.json"
    first = report.questions[0]
    texts.write_text(
        json.dumps(
            {
                "line": f"{path} {first.heading}",
                "rows": [f"◑ {question.id:>2}  {question.heading}  87/100" for question in report.questions],
                "prompt": first.prompt,
                "answers": [question.answer.text for question in report.questions],
            }
        ),
        "utf-8",
    )
    commands = []
    for name, script in (("same_screen.py", SAME_SCREEN), ("bare_editor.py", BARE_EDITOR)):
        file = folder / name
        file.write_text(script, "utf-8")
        commands.append([sys.executable, str(file), str(texts)])
    same_screen, bare_editor = commands
    return Programs(
        ours=[sys.executable, "-m", "report_tui", str(path)],
        same_screen=same_screen,
        bare_editor=bare_editor,
        env=environment(folder),
        starts=[seen(question.id) for question in report.questions],
        problems=[seen(found.id) for found in load(path).evaluation.questions[1:] if found.status is not Status.OK],
        last_row=f"{report.questions[-1].id}  ".encode(),
    )


def seen(number: int) -> bytes:
    """What is painted of an answer's first word: its first letter may be under the cursor, in another style."""
    return _first_word(number)[1:].encode()


def _first_word(number: int) -> str:
    return f"Text{number:03}"


def _long_text() -> str:
    """Four paragraphs, together 300 words."""
    rng = random.Random(2)
    words: list[str] = []
    while len(words) < WORDS:
        words += prose(rng).split()
    part = WORDS // 4
    return "\n\n".join(" ".join(words[start : start + part]) for start in range(0, WORDS, part))


def environment(folder: Path) -> dict[str, str]:
    """Ours, but with compiled modules kept, as on a student's machine, and in a terminal that can do everything."""
    changed = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "NO_COLOR", "COLUMNS", "LINES", "TMUX", "TERM_PROGRAM")
    kept = {name: value for name, value in os.environ.items() if name not in changed}
    ours = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "REPORT_TUI_STATE": str(folder / "state")}
    return kept | ours


def _start(programs: Programs, rounds: int) -> None:
    """From the command to the first useful picture: the last question in the list and the first answer's text."""
    seconds: list[list[float]] = [[], []]
    busy: list[list[float]] = [[], []]
    for index in range(rounds + 1):
        for which, command in enumerate((programs.ours, programs.same_screen)):
            with Program(command, programs.env) as program:
                taken = program.until(programs.starts[0], programs.last_row)
                worked = program.processor_time()
            if index:  # the first one compiles the modules
                seconds[which].append(taken)
                busy[which] += [] if worked is None else [worked]
    _print("start to first useful picture", seconds, "the same screen", at_most=1.25)
    if all(busy):
        _print("start, processor time", busy, "the same screen", at_most=1.25)


def _keys(programs: Programs, count: int, what: str, size: tuple[int, int]) -> None:
    """From a key to the character on the screen, in the middle of a text of 300 words; each key at once after that."""
    times: list[list[float]] = [[], []]
    with Program(programs.ours, programs.env, size) as ours, Program(programs.bare_editor, programs.env, size) as bare:
        for program in (ours, bare):
            program.until(programs.starts[0])
            program.rest()
        ours.key(ENTER)
        for program in (ours, bare):
            program.rest()
            for key in (*[DOWN] * 4, MARK):
                program.key(key)
                program.rest()
        for block in range(count // BLOCK):
            times[0] += _typed(ours)
            if block % BARE_EVERY == 0:
                times[1] += _typed(bare)
    _print(f"{what}, {len(times[0])} keys", times, "bare editor", at_most=1.5)
    stalls = [sum(1 for value in values if value > 0.1) for values in times]
    print(
        f"longest {_ms(max(times[0]))}; over 100 ms: {stalls[0]}; "
        f"bare editor: longest {_ms(max(times[1]))}, {stalls[1]} of {len(times[1])}; none wanted"
    )


def _pasting(programs: Programs) -> None:
    """From a paste of 20 kB in front of the first answer to its end on the screen; each in a program just started."""
    times: list[list[float]] = [[], []]
    words = _long_text().split("\n\n")
    text = "\n\n".join(words[index % len(words)] for index in range(PASTED // len(words[0])))[:PASTED]
    pasted = b"\x1b[200~" + text.encode() + MARK + b"\x1b[201~"
    for _ in range(PASTES):
        for which, command in enumerate((programs.ours, programs.bare_editor)):
            with Program(command, programs.env) as program:
                program.until(programs.starts[0])
                program.rest()
                if command is programs.ours:
                    program.key(ENTER)
                program.rest()
                times[which].append(program.key(pasted, MARK))
    _print(f"pasting {PASTED // 1000} kB", times, "bare editor")
    print("pasting: at most 300 ms")


def _typed(program: Program) -> list[float]:
    """Ten words of five letters, each taken back again: 100 keys after which the text is what it was."""
    times = []
    for word in (b"harbo", b"crane", b"ships", b"cargo", b"docks", b"barge", b"winch", b"berth", b"ropes", b"tides"):
        # The cursor's cell has a style of its own, and so an escape sequence follows what was typed.
        states = [(word[length - 1 : length], word[:length]) for length in range(1, 6)]
        states += [(BACKSPACE, word[:length]) for length in range(4, -1, -1)]
        times += [program.key(key, MARK + shown + b"\x1b") for key, shown in states]
    return times


def _switching(programs: Programs) -> None:
    """From a key to another question's text: by an arrow in the list, to new questions and back, and with F8."""
    down: list[list[float]] = [[], []]
    up: list[float] = []
    jump: list[float] = []
    with Program(programs.ours, programs.env) as ours, Program(programs.same_screen, programs.env) as same:
        for program in (ours, same):
            program.until(programs.starts[0], programs.last_row)
            program.rest()
        for start in programs.starts[1 : SWITCHES + 1]:
            for times, program in zip(down, (ours, same), strict=True):
                times.append(program.key(DOWN, start))
                program.rest()
        for start in programs.starts[SWITCHES - 1 :: -1]:
            up.append(ours.key(UP, start))
            ours.rest()
    with Program(programs.ours, programs.env) as ours:
        ours.until(programs.starts[0], programs.last_row)
        ours.rest()
        for start in programs.problems[:SWITCHES]:
            jump.append(ours.key(F8, start))
            ours.rest()
    _print("down to the next question's text, not visited before", down, "the same screen")
    print(f"up to a question visited before: median {_median(up)}, p95 {_p95(up)}; at most 80 ms")
    print(f"F8 to the editor of the next problem: median {_median(jump)}, p95 {_p95(jump)}; at most 80 ms")


def _at_rest(programs: Programs) -> None:
    """Memory after the start, and what it costs to do nothing."""
    names = ("the app", "the same screen", "bare editor")
    for name, command in zip(names, (programs.ours, programs.same_screen, programs.bare_editor), strict=True):
        with Program(command, programs.env) as program:
            program.until(programs.starts[0])
            program.rest()
            if command is programs.ours:
                program.key(ENTER)  # the cursor blinks in all but the same screen, whose list has the focus
            program.rest()
            memory, idle = program.memory(), program.leave_alone(IDLE_SECONDS)
        if memory is None or idle is None:
            print("memory, idle: not measured on this system")
            return
        print(f"{name}: {memory:.0f} MB; idle {idle:.2%} of a processor")
    print("memory at most 1.5 times the same screen's; idle below 1 %")


def _print(what: str, times: Sequence[list[float]], other: str, at_most: float | None = None) -> None:
    """One line: ours, theirs, and how many times theirs ours is, in the median and in the 95th percentile."""
    ours, theirs = times
    medians, p95 = statistics.median(ours) / statistics.median(theirs), _at_95(ours) / _at_95(theirs)
    print(
        f"{what}: median {_median(ours)}, p95 {_p95(ours)}; {other}: median {_median(theirs)}, p95 {_p95(theirs)}; "
        f"{medians:.2f} and {p95:.2f} times{'' if at_most is None else f'; at most {at_most:g}'}"
    )


def _at_95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _ms(value: float) -> str:
    return f"{value * 1000:.0f} ms"


def _median(values: list[float]) -> str:
    return f"{statistics.median(values) * 1000:.1f} ms"


def _p95(values: list[float]) -> str:
    return f"{_at_95(values) * 1000:.1f} ms"


if __name__ == "__main__":
    main()
