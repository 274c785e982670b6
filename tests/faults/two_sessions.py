"""Two sessions and a third program on one file, in any order: the machine that looks for a lost answer.

Owns the three actors, how their steps get between each other, and the model: who chose to drop which line. Each line
that anybody writes holds a word of its own, so that it can be looked for. What runs is the real `Session` on a real
file; the steps of a save are those of `tui/flows/disk.py`. `os.fsync` and `os.replace` are wrapped for one purpose:
somebody else's step, as real, happens just before them; or the same person types on there, since the app has a thread
wait for the disk.

A line may be missing from the file and from both sessions only where somebody who had it before their eyes took it out
and has not got it back since.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pytest import MonkeyPatch

from report_tui import AnswerRejected, Report, resuming
from report_tui.core.rejection import BoxRejected
from report_tui.file_steps import Read, Saving
from report_tui.session import Session
from report_tui.storage import files, saving

ATTEMPTS = 3
"""As in `tui/flows/disk.py`."""
WORD = re.compile(r"\b[abxo]\d+\b")
REPORT = """\
# Sheet of the two

## Checklist

* [ ] Tie the ropes
* [x] Weigh the cargo
* [ ] Sound the horn

## Part one

### Question 1

> **What is above?**
>
> Answer:

The line o1 was here.
So was o2.

And o3 below.

### Question 2

> **What is below?**
>
> Answer: A word o4 on the marker.

### Question 3

> **What is in the quote?**
>
> Answer:
> Words o5 in the quote.

## Part two

### Question 4

> **What is missing?**
>
> Answer:

--- question 4 fill here ---

### Question 5

> **What is last?**
>
> Answer:

A last word o6.
"""
NUMBERS = (1, 2, 3, 4, 5)
POINTS = ("look", "read", "reloaded", "deciding", "decided", "fsync", "replace")
"""Where somebody may get between the steps of a save. At the last one only a session does: what a program that knows no
lock writes between the last look at the file and the rename is seen by nobody."""

numbers = st.sampled_from(NUMBERS)
people = st.sampled_from("ab")
edits = st.sampled_from(["add", "add above", "replace", "drop a line", "empty", "leave a fence open", "mend"])
EDITS_MEANWHILE = ("add", "replace", "drop a line", "empty", "leave a fence open", "mend")

outside = st.sampled_from(["answer", "answer", "box", "prompt", "insert", "endings", "old version", "gone", "back"])
choices = st.lists(st.sampled_from(["mine", "theirs", ""]), min_size=1, max_size=4)
seeds = st.integers(0, 5)


class Lost(AssertionError):
    """A line is nowhere, and nobody chose so."""


class Sitting:
    """One person's program: a session, opened anew after each end."""

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self.path = path
        self.session = Session.open(path)
        self.writing: tuple[set[int], set[tuple[str, str]]] = (set(), set())
        """Answers and boxes that were unsaved when its save began."""

    def words(self) -> set[str]:
        """Every word in any of its answers, saved or not, held or not."""
        return {word for number in self.numbers() for word in words(self.session.text(number))}

    def numbers(self) -> set[int]:
        return {*NUMBERS, *self.session.held}


def words(text: str) -> list[str]:
    """The words by which lines are told apart, in their order."""
    return WORD.findall(text)


def texts(data: bytes) -> dict[int, str]:
    """Every answer of a file."""
    return Report.from_bytes(data).texts


def protected(data: bytes) -> tuple[list[str], list[tuple[str, str]]]:
    """All that is not an answer, however its lines end and whether a blank ends them; and the boxes' wordings."""
    report = Report.from_bytes(data)
    text, outer, start = report.source.text, [], 0
    for question in report.questions:
        outer.append(text[start : question.answer.region[0]])
        start = question.answer.region[1]
    outer.append(text[start:])
    lines = [line.rstrip() for piece in outer for line in piece.splitlines()]
    lines = [re.sub(r"^\* \[.\]", "* [?]", line) for line in lines if line]
    return lines, [(item.group, item.text) for item in report.checklist]


class TwoSessions(RuleBasedStateMachine):
    """Two sessions, and somebody with an editor and git."""

    played = 0
    """How many interleavings were played to their end, in this process."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory()
        self._patch = MonkeyPatch()
        self.path = Path(self._scratch.name) / "reports" / "README.md"
        self.path.parent.mkdir()
        self.count = 100
        self.dropped: dict[str, set[str]] = {}
        """Of each word, who took it out and has not got it back."""
        self.known: set[str] = set()
        """Every word that was ever written."""
        self.away: bytes | None = None
        """The file, while it is gone."""
        self.saving: list[Sitting] = []
        """Who is in the middle of a save, the one who got between last."""
        self.interruption: tuple[str, Callable[[], None]] | None = None
        self.kills = False
        """Whether the program ends right behind the write of this save."""

    @initialize(crlf=st.booleans(), final_newline=st.booleans())
    def begin(self, crlf: bool, final_newline: bool) -> None:
        data = REPORT.encode()
        data = data if final_newline else data.rstrip()
        self.path.write_bytes(data.replace(b"\n", b"\r\n") if crlf else data)
        self.versions = [self.path.read_bytes()]
        self.outer = protected(self.path.read_bytes())
        self.known = set(words(REPORT))
        self.sittings = {name: Sitting(name, self.path) for name in "ab"}
        fsync, replace = os.fsync, os.replace

        def interrupted_fsync(descriptor: int) -> None:
            self.reach("fsync")
            fsync(descriptor)

        def interrupted_replace(source: object, target: object) -> None:
            if Path(os.fspath(target)) == self.path.resolve():  # type: ignore[call-overload]
                self.reach("replace")
                self.watch(lambda: replace(source, target))  # type: ignore[arg-type]
            else:
                replace(source, target)  # type: ignore[arg-type]

        self._patch.setenv("REPORT_TUI_STATE", str(Path(self._scratch.name) / "state"))
        # Who holds the lock waits for us here: to wait for them would take for ever.
        self._patch.setattr(saving, "PATIENCE", 0)
        self._patch.setattr(os, "fsync", interrupted_fsync)
        self._patch.setattr(os, "replace", interrupted_replace)

    def teardown(self) -> None:
        type(self).played += 1
        self._patch.undo()
        self._scratch.cleanup()

    # What people do in their program

    @rule(who=people, number=numbers, how=edits, seed=seeds)
    def types(self, who: str, number: int, how: str, seed: int) -> None:
        session = self.sittings[who].session
        before = session.text(number)
        lines = before.split("\n") if before else []
        new = f"{'> ' if lines and lines[0].startswith('>') else ''}{self.word(who)} was written."
        if how == "add":
            lines.append(new)
        elif how == "add above":
            lines.insert(0, new)
        elif how == "replace":
            lines = [new]
        elif how == "drop a line" and lines:
            del lines[seed % len(lines)]
        elif how == "empty":
            lines = []
        elif how == "leave a fence open":
            lines += ["", "```", new]
        elif how == "mend":
            lines = [line for line in lines if line != "```"]
        after = "\n".join(lines)
        self.known.update(words(after))
        self.took_out(who, set(words(before)) - set(words(after)))
        session.edit(number, after)
        assert session.text(number).strip() == after.strip()

    @rule(who=people, seed=seeds)
    def ticks(self, who: str, seed: int) -> None:
        session = self.sittings[who].session
        if session.report.checklist:
            item = session.report.checklist[seed % len(session.report.checklist)]
            session.tick(item.line)
            assert [box.done for box in session.report.checklist if box.line == item.line] == [not item.done]

    @rule(who=people, number=numbers)
    def moves(self, who: str, number: int) -> None:
        session = self.sittings[who].session
        try:
            if number in session.moved:
                session.unmove(number)
            else:
                session.move(number)
        except AnswerRejected:
            return

    @rule(who=people)
    def reloads(self, who: str) -> None:
        """What the watcher does when the file has changed."""
        sitting = self.sittings[who]
        try:
            if sitting.session.changed_on_disk():
                self.take_changes(sitting, sitting.session.to_read().read())
        except files.StorageError:
            assert self.away is not None

    @rule(
        who=people,
        answers=choices,
        at=st.sampled_from(POINTS),
        by=st.sampled_from(["nobody", "nobody", "other", "outside", "self", "undo", "killed"]),
        how=outside,
        number=numbers,
        seed=seeds,
    )
    def saves(self, who: str, answers: list[str], at: str, by: str, how: str, number: int, seed: int) -> None:
        """F2: as `tui/flows/disk.py` does it, with somebody else's step in the middle of it."""
        other = "b" if who == "a" else "a"
        if by == "other":
            self.interruption = (at, lambda: self.other_saves(other, number, answers))
        elif by in ("self", "killed"):
            self.interruption = (at, lambda: self.types(who, number, EDITS_MEANWHILE[seed], seed))
        elif by == "undo":
            self.interruption = (at, lambda: self.undoes(self.sittings[who]))
        elif by == "outside" and at != POINTS[-1]:
            self.interruption = (at, lambda: self.writes_from_outside(how, number, seed))
        self.kills = by == "killed"
        try:
            self.save(self.sittings[who], answers)
        finally:
            self.interruption, self.kills = None, False

    @precondition(lambda self: self.away is None)
    @rule(who=people)
    def leaves(self, who: str) -> None:
        """The end without saving, and a new start."""
        sitting = self.sittings[who]
        self.took_out(who, sitting.words() - set(words(self.path.read_text("utf-8"))))
        sitting.session.to_leave()()
        self.sittings[who] = Sitting(who, self.path)

    @precondition(lambda self: self.away is None)
    @rule(who=people)
    def crashes(self, who: str) -> None:
        """A kill, and a new start at which all that was not saved is taken up again."""
        sitting = self.sittings[who]
        draft = sitting.session.draft
        self.sittings[who] = Sitting(who, self.path)
        session = self.sittings[who].session
        if draft:
            other, _ = resuming.resumed(session, draft)
            resuming.take_up(session, other, other.unsaved, boxes=True)
            now = texts(self.path.read_bytes())
            for number, text in draft.changes.answers.items():
                assert text in (session.text(number), now[number]) or number in session.unsaved
            assert self.path.read_bytes() == session._saved.state.data

    # What others do to the file

    @rule(how=outside, number=numbers, seed=seeds)
    def writes_from_outside(self, how: str, number: int, seed: int) -> None:
        if how == "back" or self.away is not None:
            if self.away is not None:
                self.path.parent.mkdir(exist_ok=True)
                self.path.write_bytes(self.away)
                self.away = None
            return
        data = self.path.read_bytes()
        if how == "gone":
            self.away = data
            self.path.unlink()
            return
        changed = self.changed_outside(data, how, number, seed)
        if seed % 2:
            # In place, as an editor.
            self.path.write_bytes(changed)
        else:
            beside = self.path.with_name(".from-outside")
            beside.write_bytes(changed)
            beside.rename(self.path)
        self.known.update(words(changed.decode()))
        self.took_out("x", set(words(data.decode())) - set(words(changed.decode())))
        self.outer = protected(changed)

    def changed_outside(self, data: bytes, how: str, number: int, seed: int) -> bytes:
        report = Report.from_bytes(data)
        if how == "answer":
            return self.answer_outside(report, number, seed)
        if how == "box" and report.checklist:
            item = report.checklist[seed % len(report.checklist)]
            try:
                return report.with_box(item.line, " " if item.done else "x").to_bytes()
            except BoxRejected:
                return data
        if how == "prompt":
            return data.replace(b"What is", b"Say what is" if seed % 2 else b"What is there, what is", 1 + seed % 3)
        if how == "insert":
            ending = b"\r\n" if b"\r\n" in data else b"\n"
            return data.replace(b"## Part two", b"A new line." + ending * 2 + b"## Part two")
        if how == "endings":
            plain = data.replace(b"\r\n", b"\n")
            return plain if b"\r\n" in data else plain.replace(b"\n", b"\r\n")
        if how == "old version":
            return self.versions[seed % len(self.versions)]
        return data

    def answer_outside(self, report: Report, number: int, seed: int) -> bytes:
        lines = report.question(number).answer.text.split("\n")
        if seed < 3:
            lines.append(f"{'> ' if lines[0].startswith('>') else ''}{self.word('x')} came from elsewhere.")
        elif seed == 3:
            lines = [f"{self.word('x')} is all."]
        else:
            del lines[0]
        try:
            return report.with_answer(number, "\n".join(lines)).to_bytes()
        except AnswerRejected:
            return report.to_bytes()

    # Steps of a save

    def save(self, sitting: Sitting, answers: list[str]) -> None:
        session = sitting.session
        self.saving.append(sitting)
        try:
            for attempt in range(1, ATTEMPTS + 1):
                wanted, reading = self.to_save(sitting), session.to_read()
                self.reach("look")
                found = reading.read_if_changed()
                self.reach("read")
                if found is not None:
                    self.take_changes(sitting, found)
                self.reach("reloaded")
                if found is not None or session.undecided:
                    for position, number in enumerate(sorted(session.undecided)):
                        self.reach("deciding")
                        self.decide(sitting, number, answers[position % len(answers)])
                    wanted = self.to_save(sitting)
                self.reach("decided")
                before, nothing = self.stamp(), wanted is None
                try:
                    if wanted is not None:
                        self.write(sitting, wanted)
                except files.ChangedOnDisk:
                    if attempt == ATTEMPTS:
                        raise
                else:
                    assert not nothing or self.stamp() == before
                    break
        except files.StorageError:
            # Said, and what is not saved stays: the invariants look whether it does.
            pass
        finally:
            self.saving.pop()

    def to_save(self, sitting: Sitting) -> Saving | None:
        session = sitting.session
        sitting.writing = set(session.unsaved), {(box.group, box.text) for box in session.changed_boxes}
        return session.to_save()

    def write(self, sitting: Sitting, wanted: Saving) -> None:
        session, state = sitting.session, wanted.write()
        if self.kills:
            # It came to the file, but the program ended before it heard of that.
            undecided = set(session.undecided)
            self.crashes(sitting.name)
            assert self.sittings[sitting.name].session.undecided <= undecided, "a save collided with itself"
            return
        undecided, shown = set(session.undecided), {number: session.text(number) for number in NUMBERS}
        boxes = [box.done for box in session.report.checklist]
        session.saved(wanted, state)
        assert session.undecided <= undecided, "a save collided with itself"
        assert {number: session.text(number) for number in NUMBERS} == shown
        assert [box.done for box in session.report.checklist] == boxes

    def undoes(self, sitting: Sitting) -> None:
        """Everything that is unsaved is taken back, as with Ctrl+Z."""
        session = sitting.session
        for number in session.unsaved:
            self.took_out(sitting.name, set(words(session.text(number))) - set(words(session.theirs(number))))
            session.edit(number, session.theirs(number))
        for box in session.changed_boxes:
            session.tick(box.line)
        self.got_back()

    def stamp(self) -> tuple[int, int] | None:
        """What tells whether the file was written, also with the same bytes."""
        if not self.path.exists():
            return None
        found = self.path.stat()
        return found.st_mtime_ns, found.st_ino

    def other_saves(self, who: str, number: int, answers: list[str]) -> None:
        if self.sittings[who] not in self.saving:
            self.types(who, number, "add", 0)
            self.save(self.sittings[who], answers)

    def take_changes(self, sitting: Sitting, read: Read) -> None:
        session = sitting.session
        session.take_over(read)
        now = texts(session._saved.state.data)
        for number, text in now.items():
            if number not in session.unsaved:
                assert session.text(number) == text
        assert session.undecided <= set(session.unsaved)

    def decide(self, sitting: Sitting, number: int, answer: str) -> None:
        session = sitting.session
        if answer:
            mine, theirs = set(words(session.text(number))), set(words(session.theirs(number)))
            self.took_out(sitting.name, theirs - mine if answer == "mine" else mine - theirs)
            session.settle(number, session.text(number) if answer == "mine" else session.theirs(number))
            self.got_back()

    def reach(self, point: str) -> None:
        """A point of a save is reached; whoever waits for it gets between."""
        if self.interruption is not None and self.interruption[0] == point and self.saving:
            step, self.interruption = self.interruption[1], None
            step()

    def watch(self, write: Callable[[], None]) -> None:
        """One write of ours: it changes what its session had not saved, and nothing else."""
        unsaved, boxes = self.saving[-1].writing
        before = self.path.read_bytes()
        write()
        after = self.path.read_bytes()
        old, new = texts(before), texts(after)
        assert {number for number in old if old[number] != new.get(number)} <= unsaved
        assert protected(after) == protected(before)
        states = zip(Report.from_bytes(before).checklist, Report.from_bytes(after).checklist, strict=True)
        assert {(one.group, one.text) for one, two in states if one.done is not two.done} <= boxes
        self.versions = [*self.versions, after][-4:]

    # The model

    def word(self, who: str) -> str:
        self.count += 1
        return f"{who}{self.count}"

    def took_out(self, who: str, gone: Iterable[str]) -> None:
        for word in gone:
            self.dropped.setdefault(word, set()).add(who)

    def got_back(self) -> None:
        """Whoever sees a word again has no longer taken it out."""
        seen = {name: sitting.words() for name, sitting in self.sittings.items()} | {"x": self.in_file()}
        for word, people in self.dropped.items():
            people -= {name for name in people if word in seen[name]}

    def in_file(self) -> set[str]:
        data = self.away if self.away is not None else self.path.read_bytes()
        return set(words(data.decode()))

    @invariant()
    def nothing_is_lost_that_nobody_dropped(self) -> None:
        if not self.known:
            return
        self.got_back()
        present = self.in_file().union(*(sitting.words() for sitting in self.sittings.values()))
        lost = sorted(word for word in self.known - present if not self.dropped.get(word))
        if lost:
            raise Lost(f"nowhere any more, and nobody took it out: {', '.join(lost)}")

    @invariant()
    def the_file_reads_as_before(self) -> None:
        if self.known and self.away is None:
            data = self.path.read_bytes()
            assert [question.id for question in Report.from_bytes(data).questions] == list(NUMBERS)
            assert protected(data) == self.outer
            assert (b"\r\n" in data) is (data.count(b"\n") == data.count(b"\r\n"))
