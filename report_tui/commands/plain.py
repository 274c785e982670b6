"""`--plain`: the whole job in lines, for screen readers, dumb terminals and scripts.

Owns the commands that are typed. A text that cannot be written is held by the session, and nothing is saved unasked.
Every question is answered by a command, never by a mode, so that a person and a script say the same.
"""

from __future__ import annotations

import contextlib
import gc
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from report_tui.commands import spoken
from report_tui.commands.lines import Lines
from report_tui.commands.plain_disk import PlainDisk
from report_tui.commands.plain_drafts import PlainDrafts
from report_tui.commands.plain_history import PlainHistory
from report_tui.commands.shared import OK, PROBLEMS, open_session
from report_tui.core.changes import BoxKey, keys_of
from report_tui.core.rejection import BoxRejected
from report_tui.render.console import ranges
from report_tui.session import Session
from report_tui.storage import external_editor, files, versions
from report_tui.tui.view_models import report as view_models
from report_tui.tui.view_models.collision import collision

END_OF_TEXT = "."

HELP = """\
list            all questions, each with its status and what is missing
list problems   those that are not in order
next            the next thing to do
show 4          question 4: its prompt, your answer, what is wrong
edit 4          edit answer 4 in your editor, the one in VISUAL or EDITOR
write 4         replace answer 4 by the lines that follow; a line with a single full stop ends them
checklist       the boxes, numbered
tick 3          tick box 3, or take its tick away
check           what is wrong with the whole report
mine 4          keep your answer 4, where it was changed on disk as well; of git's two versions the upper one
theirs 4        take the one on disk; of git's two versions the lower one
both 4          keep both, theirs first where the same line was changed
both all        take git's markers out of the whole report; also mine all, theirs all
history 4       versions that were kept in which answer 4 differs; history: of the whole report
restore 1f3a 4  answer 4 as it was in version 1f3a; restore 1f3a: all answers and boxes
save            write what you changed
save copy       write a copy of the report to your documents, where it cannot be saved
draft           what an earlier sitting typed and did not save; draft restore, draft drop
quit            leave; quit drop leaves without saving"""


def run(path: Path | None, rules: Path | None) -> int:
    """Fill in a report by lines from standard input.

    Returns:
        0 when all was done as it was said; 1 when input ended with something unsaved, or, in a script, when a command
        was refused.
    """
    session = open_session(path, rules)
    if not session.report.questions:
        raise files.CannotRead(session.path, "holds no question of a report template", "is this the report's file?")
    gc.enable()
    with _signals_end_it():
        return Conversation(session).run()


class Conversation:
    """Takes one line after another and does what it says."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lines = Lines()
        self._current = 0
        """The question that was talked about last; 0 before the first."""
        self._writing: tuple[int, list[str]] | None = None
        """The answer that is being typed by `write`, as far as it has come."""
        self._boxes: tuple[BoxKey, ...] = ()
        """The boxes under the numbers that were said last; those of the start before that."""
        self._drafts = PlainDrafts(session, self._lines)
        self._disk = PlainDisk(session, self._lines, self._drafts)
        self._history = PlainHistory(session, self._lines)
        self._commands: dict[str, Callable[[Sequence[str]], None]] = {
            "list": self._list,
            "next": self._next,
            "show": self._show,
            "edit": self._edit,
            "write": self._write,
            "checklist": self._checklist,
            "tick": self._tick,
            "check": self._check,
            "mine": self._mine,
            "theirs": self._theirs,
            "both": self._both,
            "history": self._say_history,
            "restore": self._restore,
            "save": self._save,
            "draft": self._drafts.obey,
            "help": self._help,
        }

    def run(self) -> int:
        """Talk until somebody leaves or the input ends; however it ends, nothing that was typed is lost."""
        try:
            self._boxes = self._numbered()
            self._lines.say(*spoken.greeting(self._session))
            if self._lines.terminal:
                self._lines.say("Say help for the commands, quit to leave.")
            self._disk.tell_conflicts()
            self._drafts.begin()
            self._converse()
        finally:
            kept = self._keep_writing() | self._disk.keep_unsaved()
            self._drafts.end()
        return PROBLEMS if kept or (self._lines.refused and not self._lines.terminal) else OK

    def _converse(self) -> None:
        while True:
            try:
                line = self._lines.read("Command: ")
                if line is None or not self._obey(line.lower().split()):
                    return
            except KeyboardInterrupt:
                if not self._lines.terminal:
                    raise
                self._lines.say("", "Stopped. Say quit to leave.")
                self._keep_writing()

    def _obey(self, words: Sequence[str]) -> bool:
        """Do what a line says; returns whether to go on."""
        if not words:
            return True
        name, arguments = words[0], words[1:]
        if name == "quit":
            return not self._disk.may_quit(drop=arguments == ["drop"])
        command = self._commands.get(name)
        if command is None:
            self._lines.refuse(f"There is no command {name}. Say help.")
            return True
        self._disk.look()
        command(arguments)
        self._drafts.keep()
        return True

    # Reading

    def _list(self, arguments: Sequence[str]) -> None:
        if arguments and arguments != ["problems"]:
            self._lines.refuse("Say list, or list problems.")
            return
        lines = list(spoken.question_lines(self._session, problems_only=bool(arguments)))
        self._lines.say(*(lines or ["No question has a problem."]))

    def _next(self, _: Sequence[str]) -> None:
        problems = view_models.problems(self._session)
        later = [number for number in problems if number > self._current]
        boxes = sum(not item.done for item in self._session.report.checklist)
        if problems:
            self._current = (later or list(problems))[0]
            self._lines.say(spoken.question_line(self._session, self._current))
            self._lines.say(*spoken.finding_lines(self._session, self._current))
        elif found := view_models.report_findings(self._session):
            self._lines.say(*map(spoken.finding_line, found))
        elif boxes:
            self._lines.say(f"All questions are in order. Boxes open: {boxes}. Say checklist.")
        else:
            self._lines.say("All is in order.")
        if not problems and self._session.dirty:
            self._lines.say("Say save: not everything is saved.")

    def _show(self, arguments: Sequence[str]) -> None:
        number = self._known(arguments)
        if number is None:
            return
        self._lines.say(*spoken.answer_lines(self._session, number), spoken.text_head(self._session, number))
        if text := self._session.text(number):
            self._lines.say_text(text)
        self._lines.say(*spoken.finding_lines(self._session, number))

    def _checklist(self, _: Sequence[str]) -> None:
        lines = list(spoken.checklist_lines(self._session))
        self._boxes = self._numbered()
        self._lines.say(*(lines or ["The report has no checklist."]))

    def _check(self, _: Sequence[str]) -> None:
        self._session.refresh_figures()
        self._lines.say(*spoken.check_lines(self._session))
        if count := len(view_models.problems(self._session)):
            self._lines.say(f"Questions with a problem: {count}. Say list problems, or next.")

    def _help(self, _: Sequence[str]) -> None:
        self._lines.say_text(HELP)

    # Changing

    def _edit(self, arguments: Sequence[str]) -> None:
        number = self._known(arguments)
        if number is None:
            return
        view = view_models.answer(self._session, number)
        sys.stdout.flush()
        edit = external_editor.edit_text(
            number, view.title, view.prompt, spoken.limits(view), self._session.text(number)
        )
        if edit.text is not None:
            self._take(number, edit.text)
        elif not edit.reason:
            self._lines.say("Nothing was changed.")
        if edit.reason:
            stays = "" if edit.text is not None else "The answer stays as it was: "
            self._lines.refuse(f"{stays}{edit.reason}.")
        if edit.kept is not None:
            self._lines.say(f"What you typed lies in {files.shown(edit.kept)}")

    def _write(self, arguments: Sequence[str]) -> None:
        number = self._known(arguments)
        if self._lines.terminal:
            if number is None:
                return
            self._lines.say("Type the answer. A line with a single full stop ends it.")
        # What is unsaved in the answer stays the journal's, as long as the history does not have it.
        is_aside = number is not None and self._session.put_aside([number], versions.REPLACED) is None
        # A script's text is read to its end in any case: none of its lines is a command.
        lines: list[str] = []
        self._writing = (number or 0, lines)
        while (line := self._lines.read("")) != END_OF_TEXT:
            if line is None:
                self._lines.refuse("The text has no end, a line with a single full stop: it is not taken.")
                return
            lines.append(line)
            if number is not None and is_aside and self._lines.terminal:
                self._drafts.keep((number, "\n".join(lines)))
        if number is not None:
            self._take(number, "\n".join(lines))
            self._writing = None
        else:
            self._keep_writing()

    def _take(self, number: int, text: str) -> None:
        """Give a new text to the session and say what it makes of it."""
        self._session.edit(number, text)
        if number in self._session.held:
            self._lines.refuse(f"Not taken over yet: {spoken.held(self._session, number)}")
        else:
            self._lines.say(spoken.question_line(self._session, number))

    def _tick(self, arguments: Sequence[str]) -> None:
        position = _number(arguments)
        if self._boxes != self._numbered():
            # The number means what was said last, and no box is ticked that nobody named.
            self._lines.refuse("The checklist was changed on disk, and nothing is ticked. These are its boxes now:")
            self._checklist([])
            return
        items = self._session.report.checklist
        if position is None or not 1 <= position <= len(items):
            self._lines.refuse(f"Say tick and the number of a box, 1 to {len(items)}; checklist names them.")
            return
        try:
            self._session.tick(items[position - 1].line)
        except BoxRejected as refused:
            self._lines.refuse(f"Box {position} stays as it is: {refused.reason}; {refused.way_out}.")
            return
        self._lines.say(spoken.box_line(position, self._session.report.checklist[position - 1]))

    def _numbered(self) -> tuple[BoxKey, ...]:
        return tuple(keys_of(self._session.report))

    def _mine(self, arguments: Sequence[str]) -> None:
        self._decide(arguments, "mine")

    def _theirs(self, arguments: Sequence[str]) -> None:
        self._decide(arguments, "theirs")

    def _both(self, arguments: Sequence[str]) -> None:
        self._decide(arguments, "both")

    def _save(self, arguments: Sequence[str]) -> None:
        if arguments and arguments != ["copy"]:
            self._lines.refuse("Say save, or save copy.")
        elif arguments:
            self._disk.save_copy()
        else:
            self._disk.save()

    def _decide(self, arguments: Sequence[str], choice: str) -> None:
        if arguments == ["all"]:
            self._disk.untangle(choice)
            return
        number = self._known(arguments)
        if number is None:
            return
        found = collision(self._session, number, time.time())
        if found is None:
            self._lines.refuse(f"Answer {number} was not changed on both sides.")
            return
        dropped = found.not_chosen(choice)
        problem = versions.put_aside(
            self._session.path, number, dropped, versions.NOT_CHOSEN, asks=self._session.asks(number, dropped)
        )
        if problem is not None:
            self._lines.refuse(f"Nothing was chosen: {problem}. Say both {number} to keep both versions.")
            return
        self._session.settle(number, found.text(choice))
        self._lines.say(*versions.put_aside_words(number, dropped, f"say history {number}"))
        self._lines.say(spoken.question_line(self._session, number))

    def _say_history(self, arguments: Sequence[str]) -> None:
        number = self._known(arguments) if arguments else None
        if number is not None or not arguments:
            self._history.say(number)

    def _restore(self, arguments: Sequence[str]) -> None:
        number = self._known(arguments[1:]) if len(arguments) > 1 else None
        if number is not None or len(arguments) < 2:
            self._history.restore(arguments, number)

    # Shared by the commands

    def _known(self, arguments: Sequence[str]) -> int | None:
        """The question that is named; where there is none, that is said."""
        number = _number(arguments)
        numbers = [question.id for question in self._session.report.questions]
        if number in numbers or number in self._session.held:
            self._current = number or 0
            return number
        self._lines.refuse(f"Name a question by its number: the report has {ranges(numbers) or 'none'}.")
        return None

    def _keep_writing(self) -> bool:
        """Put away a text whose end never came; returns whether there was one."""
        if self._writing is None:
            return False
        number, lines = self._writing
        self._writing = None
        return self._disk.keep({number: "\n".join(lines)} if lines else {})


def _number(arguments: Sequence[str]) -> int | None:
    """The one number that stands behind a command's name."""
    return int(arguments[0]) if len(arguments) == 1 and re.fullmatch("[0-9]{1,6}", arguments[0]) else None


@contextlib.contextmanager
def _signals_end_it() -> Iterator[None]:
    """Let a signal end the conversation in good order: by default it would end the program with the text in it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _end) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)
