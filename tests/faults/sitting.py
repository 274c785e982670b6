"""A scripted sitting at the real program in a real terminal, which ends with `kill -9` somewhere in the middle.

Owns the script (made from a seed), what a person saw of it, and the verdict on what is left: the file, and what the
next start offers. Every word that is typed has a number of its own, `w0001`, so that it is known which were typed when.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from report_tui import Report, resuming
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
_WORD = re.compile(r"\bw\d{4}\b")
_FIGURE = re.compile(r"!\[[^\]]*\]\(figures/shot-\d+\.png\)")
_BOX = re.compile(r"^\* \[[ x]\]", re.MULTILINE)


class Saved(NamedTuple):
    """What a save writes, told from the script alone."""

    words: frozenset[str]
    figures: int
    ticks: int
    """How often the first box was ticked or unticked."""


class Verdict(NamedTuple):
    """What one kill left."""

    seed: int
    problems: tuple[str, ...]
    """What is wrong with the file, a line each; none is wanted."""
    lost_sent: float
    """Seconds before the kill at which the first word that nobody has any more was sent; 0 where none is lost."""
    lost_seen: float
    """The same, from when that word was seen on the screen; 0 where it never was."""
    words: int
    """How many were typed."""
    unsaved: int
    """How many of them the file does not hold."""
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
        self.sent: dict[str, float] = {}
        """When each word was sent, in the order of the words."""
        self.seen: dict[str, float] = {}
        """When each was first on the screen."""
        self.figures = 0
        self.ticks = 0
        self.saves = [Saved(frozenset(), 0, 0)]
        """What the file may hold."""

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
            word = f"w{len(self.sent) + 1:04}"
            terminal.send(f"{word} ")
            self.sent[word] = time.monotonic()
            yield "word"

    def _switch(self, terminal: Watched) -> Iterator[str]:
        terminal.key(self.rng.choice(["f7", "f8"]))
        yield "switch"

    def _save(self, terminal: Watched) -> Iterator[str]:
        # Before the key: it may be on the disk before we come back.
        self.saves.append(Saved(frozenset(self.sent), self.figures, self.ticks))
        terminal.key("f2")
        yield "save"

    def _figure(self, terminal: Watched) -> Iterator[str]:
        """A path is pasted, the picture brought in, and its link takes the path's place."""
        picture = self.folder / f"Shot {self.figures + 1}.png"
        picture.write_bytes(saved(drawn(40 + self.figures), "png"))
        terminal.paste(f"'{picture}'")
        yield "pasted"
        yield from self._see(terminal, "becomes figures/")
        terminal.key("enter")
        yield from self._see(terminal, "becomes figures/", gone=True)
        self.figures += 1
        terminal.key("enter")
        yield "figure"

    def _tick(self, terminal: Watched) -> Iterator[str]:
        terminal.key("f6")
        yield from self._see(terminal, "Draw the frame")
        terminal.key("home")
        terminal.send(" ")
        self.ticks += 1
        yield "tick"
        terminal.key("f6")
        yield from self._see(terminal, "Draw the frame", gone=True)

    def _see(self, terminal: Watched, text: str, *, gone: bool = False) -> Iterator[str]:
        """Come back as often as something is painted, until a text is there, or gone."""
        give_up = time.monotonic() + 20
        while any(text in row for row in terminal.screen) is gone:
            if time.monotonic() > give_up:
                raise AssertionError("\n".join([f"{text!r} {'stays' if gone else 'never comes'}", *terminal.screen]))
            yield "wait"

    def look(self, terminal: Watched) -> None:
        """Note which words are on the screen."""
        now = time.monotonic()
        for word in _WORD.findall("\n".join(terminal.screen)):
            self.seen.setdefault(word, now)

    # What is left

    def verdict(self, killed: float) -> Verdict:
        """Judge what is on the disk after an end at this moment of `time.monotonic`."""
        data = self.path.read_bytes()
        problems = self._problems(data)
        in_file = set(_WORD.findall(data.decode("utf-8", "replace")))
        kept, offered = self._next_start()
        have = in_file | kept
        lost = [word for word in self.sent if word not in have]
        first_lost = self.sent[lost[0]] if lost else killed
        seen = [self.seen[word] for word in lost if word in self.seen]
        stray = [word for word in have if word not in self.sent]
        problems += [f"never typed: {stray}"] if stray else []
        # What comes behind a lost word is lost as well: it is a moment that is missing, not a text.
        late = [word for word in lost if any(other > word for other in have)]
        problems += [f"lost in between: {late}"] if late else []
        return Verdict(
            self.seed,
            tuple(problems),
            killed - first_lost,
            killed - min(seen) if seen else 0.0,
            len(self.sent),
            len(set(self.sent) - in_file),
            offered,
        )

    def wait_for_disk(self, terminal: Watched) -> None:
        """Come back when every word that was sent is in the file or in the journal."""
        give_up = time.monotonic() + 20
        while missing := set(self.sent) - self._on_disk():
            assert time.monotonic() < give_up, f"never came to the disk: {sorted(missing)}"
            terminal.watch(0.05)

    def _on_disk(self) -> set[str]:
        found = set(_WORD.findall(self.path.read_text("utf-8")))
        for journal in (self.folder / "state" / "drafts").glob("*.draft"):
            with suppress(FileNotFoundError):
                _, draft, _ = draft_records.read(journal.read_bytes())
                found |= {word for text in draft.changes.answers.values() for word in _WORD.findall(text)}
        return found

    def restored(self) -> bool:
        """Start the program again, take up all that it offers, save; whether the file holds all that was kept."""
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
        return wanted <= set(_WORD.findall(self.path.read_text("utf-8"))) and not list(
            (self.folder / "state" / "drafts").glob("*.draft")
        )

    def _problems(self, data: bytes) -> list[str]:
        """In what the file differs from every state that it may have."""
        if data == self.before:
            return []
        old, new = Report.from_bytes(self.before), Report.from_bytes(data)
        if [question.id for question in new.questions] != [question.id for question in old.questions]:
            return ["the questions are not those of the template"]
        problems = [] if _outside(new) == _outside(old) else ["a protected line was changed"]
        for question in old.questions:
            text = new.question(question.id).answer.text
            if _WORD.sub("", _FIGURE.sub("", text)).split() != question.answer.text.split():
                problems.append(f"answer {question.id} is {text!r}")
        ticks = int(new.checklist[0].done is not old.checklist[0].done)
        found = (set(_WORD.findall(data.decode())), len(_FIGURE.findall(data.decode())), ticks)
        if not any((set(save.words), save.figures, save.ticks % 2) == found for save in self.saves):
            problems.append(f"no save wrote {found[1]} figures, {found[2]} ticks and {len(found[0])} words")
        others = [item.state for item in new.checklist[1:]]
        problems += [] if others == [item.state for item in old.checklist[1:]] else ["another box was ticked"]
        return problems

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
        """The words that the next start brings back, and whether all that lies in the journal is among them."""
        with _environment(self.env):
            session = Session.open(self.path)
            journal = drafts.Journal(self.path)
            found = journal.left_behind()
            kept: set[str] = set()
            written: set[str] = set()
            for left in found:
                texts = left.draft.changes.answers.values()
                written |= {word for text in texts for word in _WORD.findall(text)}
                resumed, _ = resuming.resumed(session, left.draft)
                kept |= {
                    word for question in resumed.report.questions for word in _WORD.findall(resumed.text(question.id))
                }
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
