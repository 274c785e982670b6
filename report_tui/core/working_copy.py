"""The report as it was read and as a save would write it, with the changes that lead from one to the other.

Owns making those changes, in the file as it was read or in a newer version of it. What cannot be made comes back with
its reason; what the version holds already is no change any more. It keeps no text that cannot be written: that is the
session's business.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from report_tui.core.changes import BoxKey, Changes, box_of, boxes_of, key_of
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.core.report import ChecklistItem, Report


class WorkingCopy(NamedTuple):
    """One version of the report and the changes made in it."""

    saved: Report
    """As it was read."""
    placed: Report
    """With nothing but the answers moved: what a text is compared with to see whether it is a new one."""
    report: Report
    """With all changes made: what a save writes."""
    changes: Changes
    """Those that are in `report`, all of them different from `saved`."""
    held_boxes: Mapping[BoxKey, bool] = MappingProxyType({})
    """Of each box that was ticked or unticked and cannot be in this version (it is not there), whether it is done."""

    @staticmethod
    def of(report: Report, held_boxes: Mapping[BoxKey, bool] = MappingProxyType({})) -> WorkingCopy:
        """A copy without changes, but for boxes that cannot be changed in it."""
        return WorkingCopy(report, report, report, Changes(), held_boxes)

    @property
    def wanted(self) -> Changes:
        """The changes, with those of boxes that cannot be made here."""
        return self.changes._replace(ticked={**self.held_boxes, **self.changes.ticked})

    @property
    def brought(self) -> Changes:
        """What a save brings into the file: the texts of answers that changed or moved, as they are then, and boxes."""
        texts = self.report.texts
        answers = {n: texts[n] for n in {*self.changes.answers, *self.changes.moved} if n in texts}
        return Changes(answers, ticked=self.changes.ticked)

    def with_answer(self, number: int, text: str) -> WorkingCopy:
        """With a text that `placed` does not hold; raises what `Report.with_answer` raises."""
        report = self.report.with_answer(number, text)
        return self._replace(report=report, changes=self.changes.with_answer(number, text))

    def with_answers(self, texts: Mapping[int, str]) -> Made:
        """With several texts; raises KeyError where the report has no such question.

        A text that the file has is no change. One that is refused need not be one of these.
        """
        placed, wanted = self.placed.texts, dict(self.wanted.answers)
        for number, text in texts.items():
            if text == placed[number]:
                wanted.pop(number, None)
            else:
                wanted[number] = text
        return _fill(self.saved, self.placed, self.wanted._replace(answers=wanted))

    def without_answer(self, number: int) -> Made:
        """With the very bytes of the file (a placeholder, say) for an answer, and all other changes."""
        return _fill(self.saved, self.placed, self.wanted.without_answer(number))

    def with_answer_moved(self, number: int) -> Made:
        """With an answer below its marker, and what is unsaved in it.

        Raises:
            AnswerRejected: it cannot be moved, with what is unsaved in it or as the file has it.
            KeyError: the report has no such question.
        """
        moved = self.report.with_answer_moved(number)
        if moved is self.report:
            return Made(self)
        changes = self.wanted._replace(moved=self.changes.moved | {number})
        if number in changes.answers:
            changes = changes.with_answer(number, moved.question(number).answer.text)
        return _fill(self.saved, _move_in_file(self.placed, number), changes)

    def with_answers_back(self, numbers: Iterable[int]) -> Made:
        """With answers where the file has them, and what is unsaved in them."""
        return make(self.saved, self.wanted._replace(moved=self.changes.moved.difference(numbers)))

    def with_box_toggled(self, line: int) -> WorkingCopy:
        """With the box on this 1-based line of `report` ticked, or unticked where it is done.

        A box that is toggled twice is as the file has it, whatever stood there. Raises what `Report.with_box` raises.
        """
        item = self.report.box(line)
        key = key_of(self.report, item)
        saved = box_of(self.saved, key)
        if saved is not None and saved.done is not item.done:
            return self._replace(report=self.report.with_box(line, saved.state), changes=self.changes.without_box(key))
        report = self.report.with_box(line, _state(done=not item.done))
        return self._replace(report=report, changes=self.changes.with_box(key, done=not item.done))

    def with_boxes(self, wanted: Mapping[BoxKey, bool]) -> tuple[WorkingCopy, tuple[BoxKey, ...]]:
        """With several boxes ticked (True) or unticked, as if each that is not so yet were toggled.

        Returns:
            The copy, and the boxes that cannot be changed in it.
        """
        found, saved = boxes_of(self.report), boxes_of(self.saved)
        states: dict[BoxKey, str] = {}
        for key, done in wanted.items():
            if key in found and found[key].done is not done:
                as_saved = key in saved and saved[key].done is done
                states[key] = saved[key].state if as_saved else _state(done=done)
        report, failed = _set(self.report, found, states)
        ticked = dict(self.changes.ticked)
        for key in states:
            if key not in failed:
                ticked.pop(key, None)
                if key not in saved or saved[key].done is not wanted[key]:
                    ticked[key] = wanted[key]
        missed = tuple(key for key in wanted if key not in found or key in failed)
        return self._replace(report=report, changes=self.changes._replace(ticked=ticked)), missed


class Made(NamedTuple):
    """A copy, and what could not be made in it."""

    copy: WorkingCopy
    refused: Mapping[int, AnswerRejected] = MappingProxyType({})
    """Of each text that cannot be written, why not."""
    unmoved: tuple[int, ...] = ()
    """Answers that cannot be moved."""


def make(saved: Report, changes: Changes) -> Made:
    """Make changes in a version of the report: first the moves, then the texts, then the boxes."""
    moved, placed, unmoved = _move(saved, sorted(changes.moved))
    return _fill(saved, placed, changes._replace(moved=moved))._replace(unmoved=unmoved)


def _fill(saved: Report, placed: Report, changes: Changes) -> Made:
    """Write the texts and tick the boxes where the answers are moved already."""
    answers, written, refused = _write(placed, changes.answers)
    ticked, report, held = _tick(written, changes.ticked)
    return Made(WorkingCopy(saved, placed, report, Changes(answers, changes.moved, ticked), held), refused)


def _move(report: Report, numbers: Iterable[int]) -> tuple[frozenset[int], Report, tuple[int, ...]]:
    done: set[int] = set()
    failed: list[int] = []
    for number in numbers:
        try:
            after = report.with_answer_moved(number)
        except (AnswerRejected, KeyError):
            failed.append(number)
            continue
        if after is not report:
            done.add(number)
        report = after
    return frozenset(done), report, tuple(failed)


def _write(report: Report, answers: Mapping[int, str]) -> tuple[dict[int, str], Report, dict[int, AnswerRejected]]:
    done: dict[int, str] = {}
    refused: dict[int, AnswerRejected] = {}
    if len(answers) > 1:
        # All at once, since each edit reads the whole file again; where one is refused, it is found below.
        with contextlib.suppress(AnswerRejected):
            old, after = report.texts, report.with_answers(answers)
            new = after.texts
            return {number: text for number, text in answers.items() if old[number] != new[number]}, after, refused
    for number, text in answers.items():
        try:
            after = report.with_answer(number, text)
        except AnswerRejected as rejection:
            refused[number] = rejection
            continue
        if after is not report:
            done[number] = text
        report = after
    return done, report, refused


def _tick(report: Report, ticked: Mapping[BoxKey, bool]) -> tuple[dict[BoxKey, bool], Report, dict[BoxKey, bool]]:
    found = boxes_of(report)
    states = {key: _state(done=done) for key, done in ticked.items() if key in found and found[key].done is not done}
    report, failed = _set(report, found, states)
    missed = failed | (ticked.keys() - found.keys())
    done = {key: ticked[key] for key in states if key not in failed}
    return done, report, {key: done for key, done in ticked.items() if key in missed}


def _set(
    report: Report, found: Mapping[BoxKey, ChecklistItem], states: Mapping[BoxKey, str]
) -> tuple[Report, frozenset[BoxKey]]:
    """Set boxes of the report, which `found` holds by their identities; where they cannot be set, they come back."""
    try:
        return report.with_boxes({found[key].line: state for key, state in states.items()}), frozenset()
    except BoxRejected:
        return report, frozenset(states)


def _state(*, done: bool) -> str:
    return "x" if done else " "


def _move_in_file(placed: Report, number: int) -> Report:
    """Move an answer as the file has it, so that the move can be made again at any later change."""
    try:
        moved = placed.with_answer_moved(number)
    except AnswerRejected:
        moved = placed
    if moved is placed:
        raise AnswerRejected(number, "it cannot be moved before it is saved", "save, then move it")
    return moved
