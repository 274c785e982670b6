"""Repairs that change a figure's file together with every answer that names it: offered, shown, done and taken back.

Owns which finding has which of them, the names that files get, and the order of the steps: the copy first, then the
texts, so that neither the report on disk nor the editor ever names a file that is not there. It asks nobody: what
needs to be asked first, the app asks. Whatever looks at the disk gets values, and may be done by a thread.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from report_tui.core.figure_names import numbered, safe_name
from report_tui.core.images import find_images
from report_tui.core.report import Report
from report_tui.core.source import normalised
from report_tui.figure_copies import FigureCopies, Renamed
from report_tui.session import Session
from report_tui.storage import figure_changes as disk
from report_tui.storage import files
from report_tui.storage.figure_targets import path_of
from report_tui.validation.course import CourseRules
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.figure_rewrites import with_file
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Change, FileChange, FileHow, Fix
from report_tui.validation.subject import extension_of, is_kind

_THERE = (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER)
_KINDS = {"jpg": "jpeg"}
_MENDED_BY_FILES = {
    *("figure-unused", "figure-outside-report", "figure-outside-folder"),
    *("figure-kind", "figure-content", "figure-blank", "figure-name"),
}


class Done(NamedTuple):
    """One repair that was made."""

    change: FileChange
    renamed: Renamed
    texts: tuple[Change, ...]


class Proposal(NamedTuple):
    """A name that a file might get."""

    path: str
    """From the report's folder."""
    problem: str
    """Why it cannot have it, in a few words; empty where it can."""


class Known(NamedTuple):
    """What offers are made of: values that stay as they are while somebody types on."""

    path: Path
    """The report."""
    report: Report
    course: CourseRules
    facts: Mapping[str, FigureFact]
    folder: FigureFolder


def known_of(session: Session) -> Known:
    """What is known now."""
    return Known(session.path, session.report, session.course, session.figure_facts, session.figure_folder)


# Offers


def all_offers(known: Known, findings: Iterable[Finding]) -> dict[Finding, tuple[Fix, ...]]:
    """What `offers` has for each of these findings."""
    return {finding: offers(known, finding) for finding in findings}


def may_have_offers(finding: Finding) -> bool:
    """Whether `offers` may have anything for it; looks at no disk."""
    return finding.code in _MENDED_BY_FILES and bool(finding.figure)


def offers(known: Known, finding: Finding) -> tuple[Fix, ...]:
    """What would mend a finding by way of the figure's file.

    Nothing but names is looked for on disk, and for a file outside the folder the figures of just its size.
    """
    if not may_have_offers(finding):
        return ()
    if finding.code == "figure-unused":
        change = FileChange(FileHow.DELETE, finding.figure)
        return (Fix(finding.code, f"delete {_name(finding.figure)}", None, certain=False, file=change),)
    fact = known.facts.get(finding.figure)
    if fact is None:
        return ()
    if finding.code == "figure-outside-report":
        return _bringing_in(known, finding, fact)
    path = file_of(fact)
    if path is None:
        return ()
    if finding.code == "figure-outside-folder":
        return (_moving_in(known, finding, path, fact.file),)
    extension = _right_extension(known, fact)
    if finding.code in ("figure-kind", "figure-content") and not extension:
        return ()
    new = _free_path(known, path, extension)
    is_certain = finding.code not in ("figure-blank", "figure-name")
    change = FileChange(FileHow.RENAME, path, new)
    return (Fix(finding.code, f"rename the file to {_name(new)}", None, certain=is_certain, file=change),)


def _moving_in(known: Known, finding: Finding, path: str, file: FigureFile | None) -> Fix:
    twin = _twin(known, path, file)
    new = twin or _free_path(known, f"{known.course.figures.folder}/{_name(path)}")
    stays = _is_named_elsewhere(known, path)
    change = FileChange(FileHow.COPY if stays else FileHow.RENAME, path, new)
    title = f"use {new}, the same picture" if twin else f"copy it to {new}" if stays else f"move it to {new}"
    why = ": the report names it outside its answers too" if stays and not twin else ""
    return Fix(finding.code, title + why, None, file=change)


def _twin(known: Known, path: str, file: FigureFile | None) -> str:
    """The figure in the folder that holds just what a file elsewhere holds; an empty string for none."""
    rules, folder = known.course.figures, known.path.parent
    if file is None:
        return ""
    alike = [one.path for one in known.folder.files if one.size == file.size and is_kind(rules, one.path)]
    try:
        data = disk.read(folder, path).data if alike else b""
        return next((one for one in alike if disk.read(folder, one).data == data), "")
    except disk.CannotChange:
        return ""


def _bringing_in(known: Known, finding: Finding, fact: FigureFact) -> tuple[Fix, ...]:
    extension = extension_of(fact.target)
    if extension not in known.course.figures.extensions:
        return ()
    try:
        place = disk.outside_place(known.path.parent, fact.target)
    except disk.CannotChange:
        return ()
    new = _free_path(known, f"{known.course.figures.folder}/{place.name}", extension)
    change = FileChange(FileHow.BRING_IN, fact.target, new)
    title = f"copy {files.shown(place)} to {new}"
    return (Fix(finding.code, title, None, certain=False, file=change),)


def _right_extension(known: Known, fact: FigureFact) -> str:
    """The extension that says what the file holds, if the course takes that kind; else an empty string."""
    kind = fact.file.kind if fact.file is not None else ""
    return next((one for one in known.course.figures.extensions if kind and _KINDS.get(one, one) == kind), "")


# Names


def file_of(fact: FigureFact) -> str | None:
    """The path of the file that stands behind a target, from the report's folder; None where none does."""
    if fact.state not in _THERE:
        return None
    return fact.actual or path_of(fact.target)


def free_path(path: str, taken: Set[str], extension: str = "") -> str:
    """A safe name for a file in the folder of `path`, and one that nothing there has yet.

    Args:
        path: the name to begin with, from the report's folder.
        taken: the names there, as `names_beside` has them.
        extension: the one that it gets; that of `path` where this is empty.
    """
    folder, _, name = path.rpartition("/")
    wanted = safe_name(name, extension or _extension(name))
    number = 1
    found = wanted
    while found.casefold() in taken and f"{folder}/{found}" != path:
        number += 1
        found = numbered(wanted, number)
    return f"{folder}/{found}" if folder else found


def propose(path: str, typed: str, taken: Set[str]) -> Proposal:
    """The safe form of a name that somebody types for a file, and whether the file can have it.

    Args:
        path: the file, from the report's folder.
        typed: the new name, with or without the extension; the file keeps its own.
        taken: the names in its folder, as `names_beside` has them.
    """
    folder, _, name = path.rpartition("/")
    if not re.search(r"\w", typed):
        return Proposal(path, "type a name")
    new = safe_name(typed, _extension(name))
    place = f"{folder}/{new}" if folder else new
    if place == path:
        return Proposal(path, "that is its name now")
    if new.casefold() in taken - {name.casefold()}:
        return Proposal(place, "another file has this name")
    return Proposal(place, "")


def names_beside(report: Path, path: str) -> frozenset[str]:
    """The names in the folder of a file, without upper case.

    Args:
        report: the report.
        path: the file, from the report's folder; it need not be there.
    """
    try:
        return frozenset(entry.name.casefold() for entry in (report.parent / path.rpartition("/")[0]).iterdir())
    except OSError:
        return frozenset()


def _free_path(known: Known, path: str, extension: str = "") -> str:
    return free_path(path, names_beside(known.path, path), extension)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _extension(name: str) -> str:
    return _name(name).rpartition(".")[2].lower() if "." in _name(name) else "png"


# Doing


def text_changes(session: Session, change: FileChange, targets: Collection[str] = ()) -> tuple[Change, ...]:
    """What a repair would write into the answers, in document order.

    Args:
        session: the open report.
        change: the repair.
        targets: what answers were known to write for the file before it was changed.
    """
    if change.how is FileHow.DELETE:
        return ()
    targets = _targets_of(session, change).union(targets)
    found = []
    for question in session.report.questions:
        before = session.text(question.id)
        after = with_file(before, targets, change.new)
        if after != before:
            found.append(Change(question.id, before, after))
    return tuple(found)


def _targets_of(session: Session, change: FileChange) -> set[str]:
    """Every way in which answers write the file."""
    if change.how is FileHow.BRING_IN:
        return {change.path}
    facts = session.figure_facts
    return {target for target, fact in facts.items() if file_of(fact) == change.path}


class Repairing(NamedTuple):
    """The file's part of a repair."""

    folder: Path
    """The report's."""
    copies: FigureCopies
    change: FileChange
    targets: frozenset[str]
    """What answers wrote for the file before."""
    for_good: bool
    """For one that is deleted: not to the trash."""

    def write(self) -> Renamed:
        """Change the file, to be told to `repaired`.

        Raises:
            storage.figure_changes.CannotChange: it cannot be done; no file is changed.
        """
        change = self.change
        if change.how is FileHow.DELETE:
            return self.copies.forget(change.path, for_good=self.for_good)
        if change.how is FileHow.BRING_IN:
            return self.copies.bring_in(_picture(self.folder, change), change.new)
        return self.copies.rename(change.path, change.new, keep_old=change.how is FileHow.COPY)


def to_repair(session: Session, change: FileChange, *, for_good: bool = False) -> Repairing:
    """What changes a file; then `repaired` changes every answer that names it.

    Args:
        session: the open report.
        change: what is to be done.
        for_good: for one that is deleted: not to the trash.

    Raises:
        storage.figure_changes.CannotChange: it cannot be done.
    """
    if change.how is FileHow.DELETE and is_named(session, change.path):
        place = session.path.parent / change.path
        raise disk.CannotChange(place, "is named in the report", "take it out there first, and save")
    targets = frozenset(_targets_of(session, change))
    return Repairing(session.path.parent, session.figure_copies, change, targets, for_good)


def repaired(session: Session, repairing: Repairing, renamed: Renamed) -> Done:
    """Have every answer name a file as it is called now, unsaved; the one that nothing names goes with `to_tidy`."""
    texts = text_changes(session, repairing.change, repairing.targets)
    for text in texts:
        session.edit(text.question, text.after)
    return Done(repairing.change, renamed, tuple(replace(text, after=session.text(text.question)) for text in texts))


def _picture(folder: Path, change: FileChange) -> disk.Content:
    """The content of a file outside the report's folder, if it is a picture of a kind that its new name says.

    Nothing else is ever copied: the path may have been written by somebody who wants to see another file handed in.
    """
    place, content = disk.read_outside(folder, change.path)
    kind = disk.kind_of(content)
    if kind != _KINDS.get(_extension(change.new), _extension(change.new)):
        reason = f"is no {_extension(change.new).upper()} picture"
        raise disk.CannotChange(place, reason, "open it in a picture program and save it as one")
    return content


def is_named(session: Session, path: str) -> bool:
    """Whether the report names a figure's file, on disk or in the editor; `path` from the report's folder."""
    return any(path_of(target) == path for target in session.figure_targets) or any(
        file_of(fact) == path for fact in session.figure_facts.values()
    )


def _is_named_elsewhere(known: Known, path: str) -> bool:
    """Whether the report names a file outside of its answers, in the template's own lines."""
    lines = normalised(known.report.source.text)
    named = [image for image in find_images(lines) if path_of(image.target) == path]
    in_answers = [
        image
        for question in known.report.questions
        for image in find_images(question.answer.text)
        if path_of(image.target) == path
    ]
    return len(named) > len(in_answers)
