"""The one owner of mutable state: the report being edited, its findings, and what is not saved yet.

Commands and the app change a report only through a `Session`. It decides nothing about text (the core's guard does)
and shows nothing; every method either leaves a consistent state or raises and leaves the state as it was. What waits
for the disk is a step (`file_steps`): `save` and `reload` do theirs at once, who must not wait has a thread do them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from report_tui import loading
from report_tui.core.carrying import Reloaded, carry
from report_tui.core.changes import BoxKey, Changes, Draft, Origin, boxes_of
from report_tui.core.images import image_targets
from report_tui.core.rejection import AnswerRejected
from report_tui.core.renumbering import asked
from report_tui.core.report import ChecklistItem, Report
from report_tui.core.source import normalised
from report_tui.core.working_copy import Made, WorkingCopy, make
from report_tui.figure_copies import FigureCopies
from report_tui.file_steps import (
    Figures,
    Looking,
    PuttingAside,
    Read,
    Reading,
    Saving,
    Tidying,
    Untangling,
    find_figures,
)
from report_tui.loading import Loaded
from report_tui.storage import files, sitting
from report_tui.validation import engine
from report_tui.validation.course import CourseRules
from report_tui.validation.figure_facts import FigureFact, FigureFolder

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.storage.keeper import Keeper


class Held(NamedTuple):
    """A text that cannot be written as it stands; it lives here until it can, or is changed."""

    text: str
    rejection: AnswerRejected


def _gone(number: int) -> AnswerRejected:
    return AnswerRejected(number, "the question is gone from the file on disk", "bring the question back first")


class Session:
    """One open report."""

    def __init__(self, loaded: Loaded, explicit_rules: Path | None = None) -> None:
        self._explicit_rules = explicit_rules
        self._saved = loaded
        self.evaluation = loaded.evaluation
        self.held: dict[int, Held] = {}
        self.undecided: set[int] = set()
        """Held answers that were changed here and on disk: a save leaves them alone until somebody decides."""
        self.bases: dict[int, str] = {}
        """Of each undecided answer the text that both sides began with."""
        self.origins: dict[int, Origin] = {}
        """Of each held text that the file has no question of its own for which one it was typed for."""
        self.rules_problem = ""
        """Why the rules could not be read again; those from before stay in force meanwhile."""
        self.figure_copies = FigureCopies(loaded.state.path.parent)
        """The files that were renamed, moved or copied here; `figure_repairs` changes them together with the texts."""
        self._copy = WorkingCopy.of(loaded.report)
        self._facts = loaded.facts
        self._folder = loaded.folder
        self._begun = Changes()
        """What a save that was begun was to bring into the file, and may have."""
        self.look_up: Callable[[Looking], Mapping[str, FigureFact]] = Looking.look
        """Finds out about the figures that a text names anew; what it leaves out is told to be unchecked."""

    @classmethod
    def open(cls, path: Path, explicit_rules: Path | None = None) -> Session:
        """Open a report, and end a save of it that was cut off; raises what `loading.load` raises.

        Raises:
            files.CannotSave: a save was cut off, and what it left cannot be put right.
        """
        if sitting.has_cut_off_writes():
            from report_tui.storage import saving  # here: the first picture needs nothing of it

            saving.finish(path)
        return cls(loading.load(path, explicit_rules), explicit_rules)

    @cached_property
    def keeper(self) -> Keeper:
        """Puts the file into its history before it is written over."""
        from report_tui.storage.keeper import Keeper  # here: who only reads keeps nothing, and need not load it

        return Keeper(self.path)

    @property
    def explicit_rules(self) -> Path | None:
        """The rules file of `--rules`, or None."""
        return self._explicit_rules

    @property
    def path(self) -> Path:
        """The report's file."""
        return self._saved.state.path

    @property
    def name(self) -> str:
        """The report's folder and file, as a person calls it, also where the program was started in that folder."""
        path = self.path.absolute()
        return f"{path.parent.name}/{path.name}"

    @property
    def changed_at(self) -> float:
        """When the file was changed that was read last, in seconds since 1970."""
        return self._saved.state.mtime_ns / 10**9

    @property
    def report(self) -> Report:
        """The file as a save would write it: as it was read, with what can be written of what is not saved."""
        return self._copy.report

    @property
    def course(self) -> CourseRules:
        """The rules in force."""
        return self._saved.course

    @property
    def figure_facts(self) -> Mapping[str, FigureFact]:
        """What is known about the figures' files, by target."""
        return self._facts

    @property
    def figure_folder(self) -> FigureFolder:
        """What lies in the figures folder, as it was when somebody last looked: `refresh_figures` and `reload` do."""
        return self._folder

    @property
    def dirty(self) -> bool:
        """Whether anything is not saved."""
        return bool(self.held or self._copy.changes)

    @property
    def moved(self) -> frozenset[int]:
        """Numbers of the questions whose answers were moved below their markers, and not saved since."""
        return self._copy.changes.moved

    @property
    def boxes_on_disk(self) -> tuple[ChecklistItem, ...]:
        """The checklist as the file has it."""
        return self._saved.report.checklist

    @property
    def unsaved_boxes(self) -> int:
        """How many boxes of the checklist differ from the file."""
        return len(self._copy.changes.ticked)

    @property
    def held_boxes(self) -> Mapping[BoxKey, bool]:
        """Of each box that was ticked or unticked and that the file does not have now, whether it is done.

        It is so again as soon as the file has the box. Nothing else waits for it: the session is not `dirty` by it.
        """
        return self._copy.held_boxes

    @property
    def changed_boxes(self) -> tuple[ChecklistItem, ...]:
        """The boxes that differ from the file, as a save would write them; in document order."""
        ticked = self._copy.changes.ticked
        return tuple(item for key, item in boxes_of(self.report).items() if key in ticked) if ticked else ()

    @property
    def unsaved(self) -> tuple[int, ...]:
        """Numbers of the questions whose answers differ from the file; in document order, those that are gone last."""
        numbers = {*self._copy.changes.answers, *self.moved, *self.held}
        order = [question.id for question in self.report.questions if question.id in numbers]
        return (*order, *sorted(numbers.difference(order)))

    def text(self, number: int) -> str:
        """The answer as the editor shows it: what was typed last, whether it can be written or not."""
        held = self.held.get(number)
        if held is not None:
            return held.text
        return self.report.texts.get(number, "")

    def edit(self, number: int, text: str) -> None:
        """Take a new text for an answer. One that must not be written is held, with its reason, and never lost."""
        text = normalised(text)
        if not self._is_there(number):
            self._hold_without_question(number, text)
            return
        if text == self.theirs(number):
            self._decided(number)
        rejection = None
        ousted: list[int] = []
        try:
            self._check_decided(number)
            # Compared first: what the file has needs nobody's leave.
            if text == self._copy.placed.texts.get(number, ""):
                ousted = self._put_back(number)
            else:
                self._copy = self._copy.with_answer(number, text)
            self.held.pop(number, None)
        except AnswerRejected as refused:
            rejection = refused
            self.held[number] = Held(text, refused)
            # What a save writes meanwhile is the answer as it is on disk, never some half of the new one.
            ousted = self._put_back(number)
        self._look_up_figures()
        self._rejudge(number, text, rejection)
        for other in ousted:
            self._rejudge(other, self.held[other].text, self.held[other].rejection)

    def edit_all(self, texts: Mapping[int, str]) -> dict[int, AnswerRejected]:
        """Take new texts for several answers; judged only once where all of them can be written.

        Returns:
            Of each text that cannot be written why not; that answer stays as it is.

        Raises:
            AnswerRejected: one of them has two versions, of which one is to be chosen first.
            KeyError: one of the questions is not in the file.
        """
        texts = {number: normalised(text) for number, text in texts.items()}
        for number in texts:
            self._check_decided(number)
        made = self._copy.with_answers(texts)
        if made.refused:
            return self._edit_each(texts)
        self._copy = made.copy
        for number, text in texts.items():
            self.held.pop(number, None)
            if text == self.theirs(number):
                self._decided(number)
        self._look_up_figures()
        self._judge_all()
        return {}

    def _edit_each(self, texts: Mapping[int, str]) -> dict[int, AnswerRejected]:
        """Take those texts that can be written; returns why the others cannot."""
        refused: dict[int, AnswerRejected] = {}
        for number, text in texts.items():
            try:
                if text != self._copy.placed.texts[number]:  # what the file has needs nobody's leave
                    self.report.with_answer(number, text)
            except AnswerRejected as rejection:
                refused[number] = rejection
            else:
                self.edit(number, text)
        return refused

    def _rejudge(self, number: int, text: str, rejection: AnswerRejected | None) -> None:
        self.evaluation = engine.rejudge(
            self.evaluation, self.report, self.course, self._facts, number, text, rejection, folder=self._folder
        )

    def settle(self, number: int, text: str) -> None:
        """Settle an undecided answer with the text that somebody chose."""
        self._decided(number)
        self.edit(number, text)

    def _decided(self, number: int) -> None:
        self.undecided.discard(number)
        self.bases.pop(number, None)
        self.origins.pop(number, None)

    def _put_back(self, number: int) -> list[int]:
        """Give an answer back the very bytes it has on disk (a placeholder, say) and keep the other changes.

        Returns:
            Numbers of answers that cannot be written any more without this one, and are held now.
        """
        if number not in self._copy.changes.answers:
            return []
        return self._take(self._copy.without_answer(number))

    def _take(self, made: Made) -> list[int]:
        """Go on with this copy; the texts that it refuses are held. Returns their numbers."""
        texts = self._copy.changes.answers
        # First: at no moment may a text be in neither, since a signal may have what is unsaved written down right now.
        for number, rejection in made.refused.items():
            self.held[number] = Held(texts[number], rejection)
        self._copy = made.copy
        return list(made.refused)

    def move(self, number: int) -> None:
        """Put an answer, with what is unsaved in it, on lines of its own below its marker. Moves none that is there.

        A text that is held is tried again where it now may stand.

        Raises:
            AnswerRejected: it cannot be moved; says why and the way out.
        """
        for rejection in self.move_all([number]).values():
            raise rejection

    def move_all(self, numbers: Iterable[int]) -> dict[int, AnswerRejected]:
        """Move several answers as `move` does, judged only once; returns of each that cannot be moved why not."""
        moved: list[int] = []
        refused: dict[int, AnswerRejected] = {}
        for number in numbers:
            try:
                made = self._moved(number)
            except AnswerRejected as rejection:
                refused[number] = rejection
                continue
            if made.copy is not self._copy:
                self._take(made)
                moved.append(number)
        self._judge_moved(moved)
        return refused

    def unmove(self, *numbers: int) -> None:
        """Take unsaved moves back: the answers stand where the file has them, with what is unsaved in them."""
        back = self.moved.intersection(numbers)
        if back:
            self._take(self._copy.with_answers_back(back))
            self._judge_moved(sorted(back))

    def _moved(self, number: int) -> Made:
        if not self._is_there(number):
            raise _gone(number)
        self._check_decided(number)
        return self._copy.with_answer_moved(number)

    def _judge_moved(self, numbers: list[int]) -> None:
        """Judge anew after moves, and try again what is held where it now stands."""
        if not numbers:
            return
        self._look_up_figures()
        self._judge_all()
        for number in numbers:
            if number in self.held:
                self.edit(number, self.held[number].text)

    def tick(self, line: int) -> None:
        """Tick the box on this 1-based line of `report`, or untick it where it is done.

        One that is ticked and unticked again is as the file has it, whatever stood there.

        Raises:
            BoxRejected: no box stands there, or it cannot be changed; says why and the way out.
        """
        self._copy = self._copy.with_box_toggled(line)
        self._judge_all()

    def set_boxes(self, wanted: Mapping[BoxKey, bool]) -> tuple[BoxKey, ...]:
        """Tick (True) or untick several boxes, judged only once; returns those that cannot be changed."""
        self._copy, missed = self._copy.with_boxes(wanted)
        self._judge_all()
        return missed

    def hold_boxes(self, boxes: Mapping[BoxKey, bool]) -> None:
        """Keep what was done to boxes that the file does not have now, as `held_boxes` says."""
        self._copy = self._copy._replace(held_boxes={**self.held_boxes, **boxes})

    def save(self) -> None:
        """Write what can be written; texts that are held stay unsaved. Writes nothing where nothing changed.

        Raises:
            files.CannotSave: the file could not be written; it is unchanged.
            files.ChangedOnDisk: somebody else changed the file since it was read; it is unchanged.
        """
        saving = self.to_save()
        if saving is not None:
            self.saved(saving, saving.write())
        self.tidy_figures()

    def to_save(self) -> Saving | None:
        """What there is to write at this moment, to be told to `saved` when it is; None where nothing changed."""
        if not self._copy.changes:
            return None
        self._begun = self._copy.brought
        return Saving(self._saved.state, self._copy, self.keeper)

    def saved(self, saving: Saving, state: files.FileState) -> None:
        """Take over that something was written; what changed here since is unsaved.

        Args:
            saving: what `to_save` gave. The file was not read again meanwhile.
            state: the file as written.
        """
        report = saving.copy.report
        if self._copy is saving.copy:
            self._saved = Loaded(state, report, self.course, self.evaluation, self._facts, self._folder)
            self._copy, self._begun = WorkingCopy.of(report, self.held_boxes), Changes()
            return
        evaluation = engine.evaluate(report, self.course, self._facts, self._folder)
        written = Loaded(state, report, self.course, evaluation, self._facts, self._folder)
        self.take_over(Read(written, self.rules_problem))

    def tidy_figures(self) -> None:
        """After a save: take away the files of figures that nothing names any more."""
        if self.figure_copies:
            self.take_figures(self.to_tidy(is_saved=True).write())

    def to_tidy(self, *, is_saved: bool) -> Tidying:
        """The files of figures that nothing names any more; what is there without them is told to `take_figures`.

        Args:
            is_saved: whether the report was saved just now.
        """
        targets, on_disk = frozenset(self._judged_targets()), frozenset(self._targets_on_disk())
        needed = on_disk | self._targets()
        return Tidying(self.path, targets, self.course, self.figure_copies, needed, on_disk, is_saved)

    def save_copy(self, path: Path) -> None:
        """Write the whole report to a new file, as a save would write it; what is not saved stays so.

        Raises:
            files.CannotSave: something stands there, or it could not be written.
        """
        from report_tui.storage import saving

        saving.save_copy(path, self.report.to_bytes())

    @property
    def figure_targets(self) -> set[str]:
        """What the report names as figures, on disk and in the answers as they are now."""
        return self._targets_on_disk() | self._targets()

    def to_leave(self) -> Callable[[], None]:
        """The session ends without what is not saved; what is returned takes back the copies that only this named."""
        copies = self.figure_copies
        # Who still looks at the disk while the app ends must not have them brought back.
        self.figure_copies = FigureCopies(self.path.parent)
        return partial(copies.settle, self._targets_on_disk()) if copies else lambda: None

    def changed_on_disk(self) -> bool:
        """Whether the file's bytes are no longer those that were read.

        Raises:
            files.CannotRead: the file is gone or cannot be read.
        """
        return self.to_read().is_changed()

    def to_read(self) -> Reading:
        """A look at the file and its figures; what it finds is told to `take_over` or `take_figures`."""
        saved = self._saved
        targets = frozenset(self._judged_targets())
        return Reading(saved.state, saved.report, saved.course, self._explicit_rules, targets, self.keeper)

    def reload(self) -> Reloaded:
        """Read the file again and carry what is not saved over to it.

        An answer changed on one side only keeps that change. One changed on both sides is held, undecided, and where
        the file has it. A box keeps our tick wherever it stands.

        Raises:
            files.CannotRead: the file is gone, cannot be read, or is no report any more (a program that truncates it
                before it writes leaves it empty for a moment); nothing is changed.
        """
        return self.take_over(self.to_read().read())

    def take_over(self, read: Read) -> Reloaded:
        """Go on with the file as it was read, and carry what is not saved over to it, as `reload` says."""
        result, fresh = self._with(read)
        # In one step, which nothing can come between: a signal may have what is unsaved written down at any moment, or
        # end this one, and half of it would then be all there is.
        vars(self).update(vars(fresh))
        return result

    @property
    def on_disk(self) -> Report:
        """The report as it was read last."""
        return self._saved.report

    def untangle(self, texts: Mapping[int, str]) -> Reloaded:
        """Write the file without git's conflict markers, and read it again; what is not saved is carried over.

        Args:
            texts: of each answer that the two versions have differently, what it is to be.

        Raises:
            core.conflicts.Tangled, AnswerRejected, BoxRejected: more than those answers would change.
            files.StorageError: it could not be written or read; `ChangedOnDisk` where somebody else changed it.
        """
        return self.take_over(self.to_untangle(texts).write())

    def to_untangle(self, texts: Mapping[int, str]) -> Untangling:
        """What `untangle` writes, to be told to `take_over` when it is; raises what `untangle` raises for its texts."""
        from report_tui.core.conflicts import resolved, take_apart  # here, since few sittings need it

        return Untangling(self.to_read(), resolved(take_apart(self.on_disk), texts).to_bytes())

    def theirs(self, number: int) -> str:
        """The answer as it is on disk; an empty string where the question is not in the file."""
        return self._saved.report.texts.get(number, "")

    def past(self, data: bytes) -> Report:
        """Another version of this report, read as this one is; never fails."""
        return Report.from_bytes(data, loading.placeholders(self.course))

    @property
    def draft(self) -> Draft:
        """What is not saved, as a value: what a journal keeps, and another session can take up."""
        changes = self._copy.wanted
        answers = {**changes.answers, **{number: held.text for number, held in self.held.items()}}
        # Where nothing was typed since, what the save brings is what is unsaved: one record less to be written.
        begun = Changes() if self._begun == self._copy.brought else self._begun
        origins = {number: origin for number, origin in self.origins.items() if number in self.held}
        return Draft(self._saved.state.data, changes._replace(answers=answers), dict(self.bases), begun, origins)

    @property
    def waiting(self) -> Draft:
        """What stays of `draft` where all else was saved or is not wanted any more: boxes that wait for the file."""
        return Draft(self._saved.state.data, Changes(ticked=self.held_boxes))

    def beside(self, draft: Draft) -> Session:
        """Another session, on the version of the file that a draft was made on, in which the draft is unsaved."""
        state = self._saved.state._replace(data=draft.base)
        other = Session(loading.judge(state, Report.from_bytes(draft.base), self.course), self._explicit_rules)
        other._copy = make(other.report, draft.changes._replace(answers={})).copy
        other.undecided, other.bases = set(draft.undecided), dict(draft.undecided)
        other.origins = dict(draft.origins)
        other._begun = draft.begun
        for number, text in draft.changes.answers.items():
            other.edit(number, text)
        return other

    def put_aside(self, numbers: Iterable[int], why: str) -> str | None:
        """Keep in the history what is unsaved in these answers, before it is given up.

        Args:
            numbers: the questions.
            why: what happens to it, one of the kinds of `storage.versions`.

        Returns:
            Why some of it cannot be kept, in words without a full stop; None where all is, or there is none.
        """
        return self.to_put_aside(numbers, why).write()

    def to_put_aside(self, numbers: Iterable[int], why: str) -> PuttingAside:
        """What `put_aside` keeps; its result is nothing that the session has to be told."""
        texts = {number: self.text(number) for number in set(numbers).intersection(self.unsaved)}
        kept = {number: text for number, text in texts.items() if text != self.theirs(number)}
        return PuttingAside(self.path, kept, why, {number: self.asks(number, text) for number, text in kept.items()})

    def asks(self, number: int, text: str) -> str:
        """What the question asks that a text under this number is for; empty where that is not known."""
        if number in self.origins and number in self.held and text == self.held[number].text:
            return self.origins[number].prompt
        return next((asked(question) for question in self.on_disk.questions if question.id == number), "")

    def refresh_figures(self) -> None:
        """Look at the figures folder again and judge every answer anew."""
        self.take_figures(find_figures(self.path, frozenset(self._judged_targets()), self.course))

    def take_figures(self, figures: Figures) -> None:
        """Judge every answer anew, with the figures as they were found, and those that were named meanwhile."""
        self._know(figures.facts)
        self._folder = figures.folder
        self._look_up_figures()
        self._judge_all()

    def _judge_all(self) -> None:
        self.evaluation = engine.evaluate(self.report, self.course, self._facts, self._folder)
        for number, held in self.held.items():
            if self._is_there(number):
                self._rejudge(number, held.text, held.rejection)

    def _with(self, read: Read) -> tuple[Reloaded, Session]:
        """What `take_over` returns, and a session that is as this one is to be; this one is as it was."""
        from copy import copy  # here: commands reload nothing

        fresh, before, ours = read.loaded, self._copy, self._copy.changes
        mine = {number: self.text(number) for number in self.unsaved if number in {*ours.answers, *self.held}}
        made, texts, bases, origins, result = carry(
            before, mine, self.bases, fresh.report, self._begun, self.draft.origins
        )
        session = copy(self)
        session._saved, session._copy, session.evaluation = fresh, made.copy, fresh.evaluation
        session._facts, session._folder = {**self._facts, **fresh.facts}, fresh.folder
        session.rules_problem, session._begun = read.rules_problem, Changes()
        session.held, session.undecided, session.bases = {}, set(bases), dict(bases)
        session.origins = dict(origins)
        if session._look_up_figures() or made.copy.changes:
            session._judge_all()
        for number, text in texts.items():
            session.edit(number, text)
        # Last: what is known of figures that no text names any more would be told of one that is named again.
        session._know({})
        return result, session

    def _hold_without_question(self, number: int, text: str) -> None:
        """Keep a text whose question is gone from the file on disk, under its number, until the question is back."""
        self.held[number] = Held(text, _gone(number))
        if not text:
            del self.held[number]

    def _is_there(self, number: int) -> bool:
        return any(question.id == number for question in self.report.questions)

    def _check_decided(self, number: int) -> None:
        if number in self.undecided:
            reason = (
                "typed for another question, which is gone" if number in self.origins else "changed by you and on disk"
            )
            raise AnswerRejected(number, reason, "save to choose which one to keep")

    def _targets(self) -> set[str]:
        """What the answers name as figures, saved or not."""
        return engine.figure_targets(self.report) | self._held_targets()

    def _held_targets(self) -> set[str]:
        return {target for held in self.held.values() for target in image_targets(held.text)}

    def _targets_on_disk(self) -> set[str]:
        """What the file names as figures, outside its answers too."""
        saved = self._saved.report
        return engine.figure_targets(saved) | set(image_targets(normalised(saved.source.text)))

    def _judged_targets(self) -> set[str]:
        """The figures of which something has to be known."""
        return engine.judged_targets(self.report) | self._held_targets()

    def _look_up_figures(self) -> bool:
        """Find out about figures that are named anew; whether there may be any."""
        targets, needed = frozenset(self._judged_targets()), self._to_be_followed()
        if needed is None and targets <= self._facts.keys():
            return False
        self._know(self.look_up(Looking(self.path, targets, self.course, self.figure_copies, needed)))
        return True

    def _to_be_followed(self) -> frozenset[str] | None:
        """What is named, where an undo or somebody else's change of the file may name a figure whose file went."""
        if not self.figure_copies.has_removed:
            return None
        needed = frozenset(self.figure_targets)
        return None if self.figure_copies.is_followed(needed) else needed

    def _know(self, facts: Mapping[str, FigureFact]) -> None:
        """Take facts over, and forget those that no text asks for."""
        known = {**self._facts, **facts}
        self._facts = {target: known[target] for target in self._judged_targets() if target in known}
