"""A scripted sitting at the real program in a real terminal, which ends with `kill -9` somewhere in the middle.

Owns the script (made from a seed), what a person saw of it, and the verdict on what is left: the file, and what the
next start offers. Everything that is done leaves a mark with a name of its own, so that it is known which was made
when: a word that is typed (`w0001`), a figure that is brought in and named (`figures/shot-1.png`), a box that is ticked
or unticked (`box 3`).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from report_tui import Report, resuming
from report_tui.core.changes import BoxKey, Draft, box_of, key_of
from report_tui.session import Session
from report_tui.storage import draft_records, drafts
from tests.pictures import drawn, saved
from tests.pty.terminal import Terminal
from tests.scenes import ROOT

PROGRAM = (sys.executable, "-m", "report_tui")
STEPS = 60
SECONDS = 5.0
"""How long most sittings last at most, from the first key on."""
DURING_SAVE = 0.06
"""Seconds after F2 in which a save is likely to be under way."""
LATE = 2.0
"""Seconds behind its key in which a save comes to the file, on however slow a machine."""
_WORD = re.compile(r"\bw\d{4}\b")
_FIGURE = re.compile(r"!\[[^\]]*\]\((figures/shot-\d+\.png)\)")
_BOX = re.compile(r"^\* \[[ x]\]", re.MULTILINE)


class Save(NamedTuple):
    """The key that saves."""

    at: float
    """When it was sent."""
    marks: int
    """How many had been made by then."""


class Verdict(NamedTuple):
    """What one kill left."""

    seed: int
    problems: tuple[str, ...]
    """What is wrong with the file, a line each; none is wanted."""
    lost_sent: float
    """Seconds before the kill at which the first mark that nobody has any more was sent; 0 where none is lost."""
    lost_seen: float
    """The same, from when that mark was seen on the screen; 0 where it never was."""
    words: int
    """How many were typed."""
    figures: int
    """How many were brought in and named."""
    ticks: int
    """How many boxes were ticked or unticked."""
    unsaved: int
    """How many marks of all kinds the file does not hold."""
    offered: bool
    """Whether the next start offers all that the journal holds; true where nothing was unsaved."""
    restored: bool | None = None
    """Whether it did at the real program, and a save wrote it into the file; None where that was not tried."""


class Watched(Terminal):
    """A terminal whose moments matter: the moment of an end is what is looked into here."""

    def watch(self, seconds: float) -> None:
        """Paint what is written until so many seconds have passed."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._ended:
            self._read(left)


class Sitting:
    """One report, one person, one program."""

    def __init__(self, folder: Path, seed: int) -> None:
        """Make the report; nothing runs yet.

        Args:
            folder: an empty folder for report, state and pictures.
            seed: of the script and of the moment of its end.
        """
        self.rng = random.Random(seed)
        self.seed = seed
        self.folder = folder
        shutil.copytree(ROOT / "rules" / "demo" / "report", folder / "reports")
        self.path = folder / "reports" / "README.md"
        report = Report.from_bytes(self.path.read_bytes())
        for number in (9, 10):
            # An answer that is not there has nothing that could be compared afterwards.
            report = report.with_answer(number, "We have written nothing here so far.")
        self.path.write_bytes(report.to_bytes())
        self.before = self.path.read_bytes()
        self.env = {"REPORT_TUI_STATE": str(folder / "state"), "HOME": str(folder)}
        self.boxes = report.checklist
        self.sent: dict[str, float] = {}
        """When each mark was sent, in that order."""
        self.seen: dict[str, float] = {}
        """When each was first on the screen."""
        self.made = dict.fromkeys(("w", "f", "b"), 0)
        """How many marks there are of each kind, by their first letter."""
        self.saves: list[Save] = []

    # The script

    def play(self, terminal: Watched) -> Iterator[str]:
        """Do one thing after the other, and say which; the caller may end it anywhere."""
        terminal.wait_for("Field Robotics")
        terminal.key("enter")
        terminal.wait_for("esc list")
        yield "begin"
        for _ in range(STEPS):
            kind = self.rng.choices(["words", "switch", "save", "figure", "tick"], [60, 16, 14, 4, 6])[0]
            yield from getattr(self, f"_{kind}")(terminal)

    def _words(self, terminal: Watched) -> Iterator[str]:
        for _ in range(self.rng.randint(1, 6)):
            terminal.send(f"w{self.made['w'] + 1:04} ")
            self._mark(f"w{self.made['w'] + 1:04}")
            yield "word"

    def _switch(self, terminal: Watched) -> Iterator[str]:
        terminal.key(self.rng.choice(["f7", "f8"]))
        yield "switch"

    def _save(self, terminal: Watched) -> Iterator[str]:
        # Before the key: it may be on the disk before we come back.
        self.saves.append(Save(time.monotonic(), len(self.sent)))
        terminal.key("f2")
        yield "save"

    def _figure(self, terminal: Watched) -> Iterator[str]:
        """A path is pasted, the picture brought in, and its link takes the path's place."""
        name = f"figures/shot-{self.made['f'] + 1}.png"
        picture = self._picture(name)
        picture.write_bytes(saved(drawn(40 + self.made["f"]), "png"))
        terminal.paste(f"'{picture}'")
        yield "pasted"
        yield from self._see(terminal, "becomes figures/")
        terminal.key("enter")
        self._mark(name)
        yield from self._see(terminal, f"({name})")
        terminal.key("enter")
        yield "figure"

    def _tick(self, terminal: Watched) -> Iterator[str]:
        """Each box once at most: one that is ticked twice is as it was."""
        if self.made["b"] == len(self.boxes):
            return
        terminal.key("f6")
        yield from self._see(terminal, "Draw the frame")
        terminal.key("home", *["down"] * self.made["b"])
        terminal.send(" ")
        self._mark(f"box {self.made['b']}")
        yield "tick"
        terminal.key("f6")
        yield from self._see(terminal, "Draw the frame", gone=True)

    def _mark(self, name: str) -> None:
        self.sent[name] = time.monotonic()
        self.made[name[0]] += 1

    def _see(self, terminal: Watched, text: str, *, gone: bool = False) -> Iterator[str]:
        """Come back as often as something is painted, until a text is there, or gone."""
        give_up = time.monotonic() + 20
        while any(text in row for row in terminal.screen) is gone:
            if time.monotonic() > give_up:
                raise AssertionError("\n".join([f"{text!r} {'stays' if gone else 'never comes'}", *terminal.screen]))
            yield "wait"

    def look(self, terminal: Watched) -> None:
        """Note which marks are on the screen."""
        now, screen = time.monotonic(), "\n".join(terminal.screen)
        for mark in _texts(screen) & set(self.sent):
            self.seen.setdefault(mark, now)
        for number in range(self.made["b"]):
            box = self.boxes[number]
            row = rf"\[{' ' if box.done else 'x'}\][ ●]+{re.escape(box.text[:20])}"
            if f"box {number}" not in self.seen and re.search(row, screen):
                self.seen[f"box {number}"] = now

    # What is left

    def verdict(self, killed: float) -> Verdict:
        """Judge what is on the disk after an end at this moment of `time.monotonic`."""
        data = self.path.read_bytes()
        problems = self._problems(data)
        in_file = self._marks(data)
        kept, offered = self._next_start()
        have = in_file | kept
        lost = [mark for mark in self.sent if mark not in have]
        first_lost = self.sent[lost[0]] if lost else killed
        seen = [self.seen[mark] for mark in lost if mark in self.seen]
        stray = have - set(self.sent)
        problems += [f"never made: {sorted(stray)}"] if stray else []
        # What comes behind a lost mark is lost as well: it is a moment that is missing, not a text.
        last = max((self.sent[mark] for mark in have - stray), default=0.0)
        late = [mark for mark in lost if self.sent[mark] < last]
        problems += [f"lost in between: {late}"] if late else []
        problems += self._missing_figures(have)
        return Verdict(
            self.seed,
            tuple(problems),
            killed - first_lost,
            killed - min(seen) if seen else 0.0,
            self.made["w"],
            self.made["f"],
            self.made["b"],
            len(set(self.sent) - in_file),
            offered,
        )

    def wait_for_disk(self, terminal: Watched) -> None:
        """Come back when every mark that was sent is in the file or in the journal."""
        give_up = time.monotonic() + 20
        while missing := set(self.sent) - self._on_disk():
            assert time.monotonic() < give_up, f"never came to the disk: {sorted(missing)}"
            terminal.watch(0.05)

    def _on_disk(self) -> set[str]:
        found = self._marks(self.path.read_bytes())
        for journal in (self.folder / "state" / "drafts").glob("*.draft"):
            with suppress(FileNotFoundError):
                found |= self._marks_of(draft_records.read(journal.read_bytes())[1])
        return found

    def _marks(self, data: bytes) -> set[str]:
        """The marks that a report holds."""
        return _texts(data.decode("utf-8", "replace")) | self._boxes_of(Report.from_bytes(data))

    def _marks_of(self, draft: Draft) -> set[str]:
        """The marks that a draft holds."""
        keys = [key_of(Report.from_bytes(self.before), box) for box in self.boxes]
        ticked = {f"box {keys.index(key)}" for key, done in draft.changes.ticked.items() if self._is_made(key, done)}
        return _texts("\n".join(draft.changes.answers.values())) | ticked

    def _is_made(self, key: BoxKey, done: bool) -> bool:
        before = box_of(Report.from_bytes(self.before), key)
        return before is not None and before.done is not done

    def _boxes_of(self, report: Report) -> set[str]:
        pairs = enumerate(zip(self.boxes, report.checklist, strict=False))
        return {f"box {number}" for number, (before, now) in pairs if before.done is not now.done}

    def _missing_figures(self, marks: Collection[str]) -> list[str]:
        """Of each figure that is named, whether its file is there, whole."""
        named = sorted(mark for mark in marks if mark.startswith("figures/"))
        bad = [name for name in named if not _same(self.path.parent / name, self._picture(name))]
        return [f"named, and not there: {bad}"] if bad else []

    def _picture(self, name: str) -> Path:
        """What was brought in under this name."""
        return self.folder / f"Shot {name.removeprefix('figures/shot-').removesuffix('.png')}.png"

    def restored(self) -> bool:
        """Start the program again, take up all that it offers, save; whether the file holds all that was kept.

        All: words, boxes, and the figures with their files.
        """
        wanted = self._on_disk()
        asks = self._asks()
        with Watched([*PROGRAM, str(self.path)], 100, 30, env=self.env) as terminal:
            if asks:
                terminal.wait_for("and not saved: ")
                terminal.key("enter")
                terminal.wait_until_gone("and not saved: ")
            else:
                terminal.wait_for("Field Robotics")
            terminal.key("f2", "f10")
            if terminal.exit_code() != 0:
                return False
        has = self._marks(self.path.read_bytes())
        left = list((self.folder / "state" / "drafts").glob("*.draft"))
        return wanted <= has and not self._missing_figures(has) and not left

    def _problems(self, data: bytes) -> list[str]:
        """In what the file differs from every state that it may have."""
        if data == self.before:
            return []
        old, new = Report.from_bytes(self.before), Report.from_bytes(data)
        if [question.id for question in new.questions] != [question.id for question in old.questions]:
            return ["the questions are not those of the template"]
        problems = [] if _outside(new) == _outside(old) else ["a protected line was changed"]
        found = self._marks(data)
        was_saved, begun = self._saved(found)
        if not was_saved:
            problems.append(f"no save wrote this: {sorted(found)}, of {list(self.sent)} after {self.saves}")
        for question in old.questions:
            text = new.question(question.id).answer.text
            if not self._is_answer(_WORD.sub("", _FIGURE.sub("", text)), question.answer.text, begun):
                problems.append(f"answer {question.id} is {text!r}")
        return problems

    def _saved(self, found: set[str]) -> tuple[bool, tuple[str, ...]]:
        """Whether a save can have written these marks, and of the next one what may have been there by then.

        A save writes what is there when it comes to the file: what was there when its key was sent, and on a slow
        machine what was typed right behind it.
        """
        order = list(self.sent)
        behind = [save for save in self.saves if save.marks <= len(found)]
        if found != set(order[: len(found)]) or not behind:
            return False, ()
        late = behind[-1].at + LATE
        in_time = all(self.sent[mark] <= late for mark in order[behind[-1].marks : len(found)])
        following = order[len(found)] if len(found) < len(order) and self.sent[order[len(found)]] <= late else ""
        if following.startswith("figures/"):
            return in_time, (f"'{self._picture(following)}'",)
        return in_time, tuple(following[:size] for size in range(1, len(following)) if following[0] == "w")

    @staticmethod
    def _is_answer(text: str, before: str, begun: Sequence[str]) -> bool:
        """Whether a text is what it was, but for something that was begun in it."""
        without = (text[: at.start()] + text[at.end() :] for one in begun for at in re.finditer(re.escape(one), text))
        return any(one.split() == before.split() for one in (text, *without))

    def _asks(self) -> bool:
        """Whether the next start has something to offer, be it a ticked box."""
        with _environment(self.env):
            session = Session.open(self.path)
            found = drafts.Journal(self.path).left_behind()
            dirty = [resuming.resumed(session, left.draft)[0].dirty for left in found]
            for left in found:
                left.let_go()
            return any(dirty)

    def _next_start(self) -> tuple[set[str], bool]:
        """The marks that the next start brings back, and whether all that lies in the journal is among them."""
        with _environment(self.env):
            session = Session.open(self.path)
            journal = drafts.Journal(self.path)
            found = journal.left_behind()
            kept: set[str] = set()
            written: set[str] = set()
            for left in found:
                written |= self._marks_of(left.draft)
                resumed, _ = resuming.resumed(session, left.draft)
                kept |= _texts("\n".join(resumed.text(question.id) for question in resumed.report.questions))
                kept |= self._boxes_of(resumed.report)
                if left.problem:
                    return kept, False
                left.let_go()
            return kept, written <= kept


def killed(
    folder: Path, seed: int, *, restarts: bool = False, patient: bool = False, longest: float = SECONDS
) -> Verdict:
    """One sitting, ended by `kill -9` at a moment that the seed chooses.

    Three in four end anywhere in the first seconds, one in four just behind a key that saves.

    Args:
        folder: an empty folder.
        seed: of the script, of how fast it is typed, and of the moment.
        restarts: try at the real program as well what the next start makes of it.
        patient: wait, just before the end, until all that was typed has come to the disk: then nothing may be lost,
            on however slow a machine.
        longest: seconds after which most sittings end at the latest.
    """
    sitting = Sitting(folder, seed)
    rng = random.Random(-seed - 1)
    while_saving = rng.random() < 0.25
    seconds, nth_save, behind = rng.uniform(0, longest), rng.randint(1, 4), rng.uniform(0, DURING_SAVE)
    with Watched([*PROGRAM, str(sitting.path)], 100, 30, env=sitting.env) as terminal:
        begun = end = float("inf")
        for step in sitting.play(terminal):
            now = time.monotonic()
            if step == "begin":
                begun, end = now, now + longest * 3 if while_saving else now + seconds
            if step == "save" and while_saving and len(sitting.saves) > nth_save:
                end = now + behind
            terminal.watch(min(rng.uniform(0.02, 0.12), end - now))
            sitting.look(terminal)
            if time.monotonic() >= end:
                break
        assert begun < float("inf")
        if patient:
            sitting.wait_for_disk(terminal)
        moment = time.monotonic()
        terminal.kill(signal.SIGKILL)
        assert terminal.exit_code() == -signal.SIGKILL
    verdict = sitting.verdict(moment)
    return verdict._replace(restored=sitting.restored()) if restarts else verdict


def _same(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def _texts(text: str) -> set[str]:
    """The words and the figures in a text."""
    return set(_WORD.findall(text)) | set(_FIGURE.findall(text))


def _outside(report: Report) -> list[str]:
    """All that lies between the answers, the state of the boxes aside."""
    text, pieces, start = report.source.text, [], 0
    for question in report.questions:
        pieces.append(text[start : question.answer.region[0]])
        start = question.answer.region[1]
    return [_BOX.sub("* [?]", piece) for piece in [*pieces, text[start:]]]


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
