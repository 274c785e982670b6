"""The one owner of mutable state: the report being edited, its findings, and what is not saved yet.

Commands and the app change a report only through a `Session`. It decides nothing about text (the core's guard does)
and shows nothing; every method either leaves a consistent state or raises and leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from report_tui.core.images import find_images
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.core.source import normalised
from report_tui.storage import figures, files
from report_tui.storage.rules import RulesError, RulesFile, find_rules
from report_tui.validation import engine, matching
from report_tui.validation.course import CourseRules
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.ruleset import FigureRules


@dataclass(frozen=True, slots=True)
class Loaded:
    """A report as read from the disk, and what we say of it."""

    state: files.FileState
    report: Report
    course: CourseRules
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Held:
    """A text that cannot be written as it stands; it lives here until it can, or is changed."""

    text: str
    rejection: AnswerRejected


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a change on disk did to the answers."""

    taken: tuple[int, ...]
    """Answers that were changed on disk only, and are now as they are there."""
    collided: tuple[int, ...]
    """Answers that were changed on both sides to different texts: ours is kept unsaved until somebody decides."""


def load(path: Path, explicit_rules: Path | None = None) -> Loaded:
    """Read and judge one report.

    Args:
        path: the report's file.
        explicit_rules: the rules file of `--rules`, or None.

    Raises:
        files.CannotRead: the file cannot be read.
        storage.rules.RulesError: a rules file is wrong.
    """
    state = files.read(path)
    report = Report.from_bytes(state.data)
    return _judge(state, report, _course_rules(report, path, explicit_rules))


def _judge(state: files.FileState, report: Report, course: CourseRules) -> Loaded:
    noise = tuple(rule.placeholder for rule in course.template.questions if rule.placeholder)
    if noise:
        report = Report.from_bytes(state.data, noise)
    facts = figures.look_up(state.path.parent, engine.figure_targets(report), course.figures)
    return Loaded(state, report, course, engine.evaluate(report, course, facts))


def _course_rules(report: Report, path: Path, explicit_rules: Path | None) -> CourseRules:
    candidates = find_rules(path, explicit_rules)
    found = matching.match(report, [candidate.ruleset for candidate in candidates])
    if found is None:
        from report_tui.validation import guess  # rarely needed, and it costs as much as a tenth of a `check`

        template = guess.template_rules(report)
        chosen = [candidate.path.name for candidate in candidates if not candidate.shipped]
        source, unfit = "guessed from the prompts", ", ".join(chosen)
        return CourseRules("", "", template.version, template, FigureRules(), source, guessed=True, unfit=unfit)
    ruleset, template = found
    fitting = next(candidate for candidate in candidates if candidate.ruleset is ruleset)
    return CourseRules(
        ruleset.course, ruleset.title, template.version, template, ruleset.figures, _label(fitting), guessed=False
    )


def _label(chosen: RulesFile) -> str:
    return f"rules/{chosen.path.name}" if chosen.shipped else chosen.path.name


class Session:
    """One open report."""

    def __init__(self, loaded: Loaded, explicit_rules: Path | None = None) -> None:
        self._explicit_rules = explicit_rules
        self._saved = loaded
        self.report = loaded.report
        """The file as a save would write it: as it was read, with `_changed` in it."""
        self.evaluation = loaded.evaluation
        self.held: dict[int, Held] = {}
        self.undecided: set[int] = set()
        """Held answers that were changed here and on disk: a save leaves them alone until somebody decides."""
        self.rules_problem = ""
        """Why the rules could not be read again; those from before stay in force meanwhile."""
        self._changed: dict[int, str] = {}
        self._facts: dict[str, FigureFact] = {}
        self._look_up_figures()

    @classmethod
    def open(cls, path: Path, explicit_rules: Path | None = None) -> Session:
        """Open a report; raises what `load` raises."""
        return cls(load(path, explicit_rules), explicit_rules)

    @property
    def path(self) -> Path:
        """The report's file."""
        return self._saved.state.path

    @property
    def course(self) -> CourseRules:
        """The rules in force."""
        return self._saved.course

    @property
    def facts(self) -> Mapping[str, FigureFact]:
        """What stands on disk where the answers' figures should be."""
        return self._facts

    @property
    def dirty(self) -> bool:
        """Whether anything is not saved."""
        return bool(self.held or self._changed)

    @property
    def unsaved(self) -> tuple[int, ...]:
        """Numbers of the questions whose answers differ from the file; in document order, those that are gone last."""
        numbers = {*self._changed, *self.held}
        order = [question.id for question in self.report.questions if question.id in numbers]
        return (*order, *sorted(numbers.difference(order)))

    def text(self, number: int) -> str:
        """The answer as the editor shows it: what was typed last, whether it can be written or not."""
        held = self.held.get(number)
        if held is not None:
            return held.text
        return next((question.answer.text for question in self.report.questions if question.id == number), "")

    def edit(self, number: int, text: str) -> None:
        """Take a new text for an answer. One that must not be written is held, with its reason, and never lost."""
        text = normalised(text)
        if all(question.id != number for question in self.report.questions):
            self._hold_without_question(number, text)
            return
        if text == self.theirs(number):
            self.undecided.discard(number)
        rejection = None
        moved: list[int] = []
        try:
            if number in self.undecided:
                raise AnswerRejected(number, "changed by you and on disk", "save (F2) to choose which one to keep")
            edited = self.report.with_answer(number, text)
        except AnswerRejected as refused:
            rejection = refused
            self.held[number] = Held(text, refused)
            # What a save writes meanwhile is the answer as it is on disk, never some half of the new one.
            moved = self._put_back(number)
        else:
            self.held.pop(number, None)
            if text == self.theirs(number):
                moved = self._put_back(number)
            else:
                self.report = edited
                self._changed[number] = text
        self._look_up_figures()
        self._rejudge(number, text, rejection)
        for other in moved:
            self._rejudge(other, self.held[other].text, self.held[other].rejection)

    def _rejudge(self, number: int, text: str, rejection: AnswerRejected | None) -> None:
        self.evaluation = engine.rejudge(
            self.evaluation, self.report, self.course, self._facts, number, text, rejection
        )

    def decide(self, number: int, *, mine: bool) -> None:
        """Settle an undecided answer: keep what was typed here, or what is on disk."""
        text = self.text(number) if mine else self.theirs(number)
        self.undecided.discard(number)
        self.edit(number, text)

    def _put_back(self, number: int) -> list[int]:
        """Give an answer back the very bytes it has on disk (a placeholder, say) and keep the other changes.

        Returns:
            Numbers of answers that cannot be written any more without this one, and are held now.
        """
        if self._changed.pop(number, None) is None:
            return []
        self.report = self._saved.report
        moved = []
        for other, text in list(self._changed.items()):
            try:
                self.report = self.report.with_answer(other, text)
            except AnswerRejected as refused:
                del self._changed[other]
                self.held[other] = Held(text, refused)
                moved.append(other)
        return moved

    def save(self) -> None:
        """Write what can be written; texts that are held stay unsaved. Writes nothing where nothing changed.

        Raises:
            files.CannotSave: the file could not be written; it is unchanged.
            files.ChangedOnDisk: somebody else changed the file since it was read; it is unchanged.
        """
        if not self._changed:
            return
        state = files.save(self.path, self.report.to_bytes(), self._saved.state.digest)
        self._saved = Loaded(state, self.report, self.course, self.evaluation)
        self._changed = {}

    def changed_on_disk(self) -> bool:
        """Whether the file's bytes are no longer those that were read.

        Raises:
            files.CannotRead: the file is gone or cannot be read.
        """
        return files.read(self.path).digest != self._saved.state.digest

    def reload(self) -> Reloaded:
        """Read the file again and carry what is not saved over to it.

        An answer changed on one side only keeps that change. One changed on both sides is held, undecided.

        Raises:
            files.CannotRead: the file is gone, cannot be read, or is no report any more (a program that truncates it
                before it writes leaves it empty for a moment); nothing is changed.
        """
        before = {question.id: question.answer.text for question in self._saved.report.questions}
        mine = {number: self.text(number) for number in self.unsaved}
        fresh = self._read_again()
        now = {question.id: question.answer.text for question in fresh.report.questions}
        if before and not now:
            raise files.CannotRead(self.path, "holds no question any more", "bring it back, for instance with git")
        changed = {number for number in now if before.get(number, "") != now[number]}
        collided = {n for n in mine if n in now and mine[n] != now[n] and (n in changed or n in self.undecided)}
        self._saved, self.report, self.evaluation = fresh, fresh.report, fresh.evaluation
        self.held, self._changed, self.undecided = {}, {}, collided
        self._look_up_figures(always=True)
        for number, text in mine.items():
            self.edit(number, text)
        taken = tuple(number for number in now if number in changed and number not in mine)
        return Reloaded(taken, tuple(number for number in now if number in collided))

    def theirs(self, number: int) -> str:
        """The answer as it is on disk; an empty string where the question is not in the file."""
        return next((q.answer.text for q in self._saved.report.questions if q.id == number), "")

    def refresh_figures(self) -> None:
        """Look at the figures folder again and judge every answer anew."""
        self._look_up_figures(always=True)
        self.evaluation = engine.evaluate(self.report, self.course, self._facts)
        known = {question.id for question in self.report.questions}
        for number, held in self.held.items():
            if number in known:
                self._rejudge(number, held.text, held.rejection)

    def _read_again(self) -> Loaded:
        """The file and its rules as they are now. Wrong rules must not keep anybody from saving: the old ones stay."""
        state = files.read(self.path)
        report = Report.from_bytes(state.data)
        course, self.rules_problem = self.course, ""
        try:
            course = _course_rules(report, self.path, self._explicit_rules)
        except RulesError as error:
            first = error.problems[0]
            self.rules_problem = (
                f"{Path(first.file).name} line {first.line}: {first.message}; the old rules stay in force"
            )
        return _judge(state, report, course)

    def _hold_without_question(self, number: int, text: str) -> None:
        """Keep a text whose question is gone from the file on disk, under its number, until the question is back."""
        gone = AnswerRejected(number, "the question is gone from the file on disk", "bring the question back first")
        self.held[number] = Held(text, gone)
        if not text:
            del self.held[number]

    def _look_up_figures(self, *, always: bool = False) -> None:
        targets = engine.figure_targets(self.report)
        for held in self.held.values():
            targets = targets | {image.target for image in find_images(held.text)}
        if always or not targets <= self._facts.keys():
            self._facts = figures.look_up(self.path.parent, targets, self.course.figures)
