"""Repairs that change a figure's file together with every answer that names it: offered, shown, done and taken back.

Owns which finding has which of them, the names that files get, and the order of the steps: the copy first, then the
texts, so that neither the report on disk nor the editor ever names a file that is not there. It asks nobody: what
needs to be asked first, the app asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from report_tui.core.figure_names import numbered, safe_name
from report_tui.core.images import find_images
from report_tui.core.source import normalised
from report_tui.figure_copies import Renamed
from report_tui.session import Session
from report_tui.storage import figure_changes as disk
from report_tui.storage import files
from report_tui.storage.figure_targets import path_of
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureState
from report_tui.validation.figure_rewrites import with_file
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Change, FileChange, FileHow, Fix
from report_tui.validation.subject import extension_of, is_kind

_THERE = (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER)
_KINDS = {"jpg": "jpeg"}


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


# Offers


def offers(session: Session, finding: Finding) -> tuple[Fix, ...]:
    """What would mend a finding by way of the figure's file.

    Nothing but names is looked for on disk, and for a file outside the folder the figures of just its size.
    """
    if finding.code == "figure-unused":
        if not finding.figure:
            return ()
        change = FileChange(FileHow.DELETE, finding.figure)
        return (Fix(finding.code, f"delete {_name(finding.figure)}", None, certain=False, file=change),)
    fact = session.figure_facts.get(finding.figure)
    if fact is None:
        return ()
    if finding.code == "figure-outside-report":
        return _bringing_in(session, finding, fact)
    path = file_of(fact)
    if path is None:
        return ()
    if finding.code == "figure-outside-folder":
        return (_moving_in(session, finding, path, fact.file),)
    extension = _right_extension(session, fact)
    if finding.code in ("figure-kind", "figure-content") and not extension:
        return ()
    if finding.code not in ("figure-kind", "figure-content", "figure-blank", "figure-name"):
        return ()
    new = free_path(session, path, extension)
    is_certain = finding.code not in ("figure-blank", "figure-name")
    change = FileChange(FileHow.RENAME, path, new)
    return (Fix(finding.code, f"rename the file to {_name(new)}", None, certain=is_certain, file=change),)


def _moving_in(session: Session, finding: Finding, path: str, file: FigureFile | None) -> Fix:
    twin = _twin(session, path, file)
    new = twin or free_path(session, f"{session.course.figures.folder}/{_name(path)}")
    stays = _is_named_elsewhere(session, path)
    change = FileChange(FileHow.COPY if stays else FileHow.RENAME, path, new)
    title = f"use {new}, the same picture" if twin else f"copy it to {new}" if stays else f"move it to {new}"
    why = ": the report names it outside its answers too" if stays and not twin else ""
    return Fix(finding.code, title + why, None, file=change)


def _twin(session: Session, path: str, file: FigureFile | None) -> str:
    """The figure in the folder that holds just what a file elsewhere holds; an empty string for none."""
    rules, folder = session.course.figures, session.path.parent
    if file is None:
        return ""
    alike = [one.path for one in session.figure_folder.files if one.size == file.size and is_kind(rules, one.path)]
    try:
        data = disk.read(folder, path).data if alike else b""
        return next((one for one in alike if disk.read(folder, one).data == data), "")
    except disk.CannotChange:
        return ""


def _bringing_in(session: Session, finding: Finding, fact: FigureFact) -> tuple[Fix, ...]:
    extension = extension_of(fact.target)
    if extension not in session.course.figures.extensions:
        return ()
    try:
        place = disk.outside_place(session.path.parent, fact.target)
    except disk.CannotChange:
        return ()
    new = free_path(session, f"{session.course.figures.folder}/{place.name}", extension)
    change = FileChange(FileHow.BRING_IN, fact.target, new)
    title = f"copy {files.shown(place)} to {new}"
    return (Fix(finding.code, title, None, certain=False, file=change),)


def _right_extension(session: Session, fact: FigureFact) -> str:
    """The extension that says what the file holds, if the course takes that kind; else an empty string."""
    kind = fact.file.kind if fact.file is not None else ""
    return next((one for one in session.course.figures.extensions if kind and _KINDS.get(one, one) == kind), "")


# Names


def file_of(fact: FigureFact) -> str | None:
    """The path of the file that stands behind a target, from the report's folder; None where none does."""
    if fact.state not in _THERE:
        return None
    return fact.actual or path_of(fact.target)


def free_path(session: Session, path: str, extension: str = "") -> str:
    """A safe name for a file in the folder of `path`, and one that nothing there has yet.

    Args:
        session: the open report.
        path: the name to begin with.
        extension: the one that it gets; that of `path` where this is empty.
    """
    folder, _, name = path.rpartition("/")
    wanted = safe_name(name, extension or _extension(name))
    taken = _names_in(session, folder)
    number = 1
    found = wanted
    while found.casefold() in taken and f"{folder}/{found}" != path:
        number += 1
        found = numbered(wanted, number)
    return f"{folder}/{found}" if folder else found


def propose(session: Session, path: str, typed: str) -> Proposal:
    """The safe form of a name that somebody types for a file, and whether the file can have it.

    Args:
        session: the open report.
        path: the file, from the report's folder.
        typed: the new name, with or without the extension; the file keeps its own.
    """
    folder, _, name = path.rpartition("/")
    if not re.search(r"\w", typed):
        return Proposal(path, "type a name")
    new = safe_name(typed, _extension(name))
    place = f"{folder}/{new}" if folder else new
    if place == path:
        return Proposal(path, "that is its name now")
    if new.casefold() in _names_in(session, folder) - {name.casefold()}:
        return Proposal(place, "another file has this name")
    return Proposal(place, "")


def _names_in(session: Session, folder: str) -> set[str]:
    """The names in a folder of the report, without upper case."""
    try:
        return {entry.name.casefold() for entry in (session.path.parent / folder).iterdir()}
    except OSError:
        return set()


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _extension(name: str) -> str:
    return _name(name).rpartition(".")[2].lower() if "." in _name(name) else "png"


# Doing


def text_changes(session: Session, change: FileChange) -> tuple[Change, ...]:
    """What a repair would write into the answers, in document order."""
    if change.how is FileHow.DELETE:
        return ()
    targets = _targets_of(session, change)
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


def repair(session: Session, change: FileChange, *, for_good: bool = False) -> Done:
    """Change a file, and every answer that names it.

    Args:
        session: the open report; its answers are changed and not saved.
        change: what is to be done.
        for_good: for one that is deleted: not to the trash.

    Raises:
        storage.figure_changes.CannotChange: it cannot be done; no file and no text is changed.
    """
    copies = session.figure_copies
    texts = text_changes(session, change)
    if change.how is FileHow.DELETE:
        if is_named(session, change.path):
            place = session.path.parent / change.path
            raise disk.CannotChange(place, "is named in the report", "take it out there first, and save")
        renamed = copies.forget(change.path, for_good=for_good)
    elif change.how is FileHow.BRING_IN:
        renamed = copies.bring_in(_picture(session, change), change.new)
    else:
        renamed = copies.rename(change.path, change.new, keep_old=change.how is FileHow.COPY)
    for text in texts:
        session.edit(text.question, text.after)
    session.settle_figures()
    session.refresh_figures()
    return Done(change, renamed, tuple(replace(text, after=session.text(text.question)) for text in texts))


def _picture(session: Session, change: FileChange) -> disk.Content:
    """The content of a file outside the report's folder, if it is a picture of a kind that its new name says.

    Nothing else is ever copied: the path may have been written by somebody who wants to see another file handed in.
    """
    place, content = disk.read_outside(session.path.parent, change.path)
    kind = disk.kind_of(content)
    if kind != _KINDS.get(_extension(change.new), _extension(change.new)):
        reason = f"is no {_extension(change.new).upper()} picture"
        raise disk.CannotChange(place, reason, "open it in a picture program and save it as one")
    return content


def take_back(session: Session, done: Done, texts: Iterable[Change]) -> None:
    """Take back a repair: the file first, then these of its texts; the new file goes if nothing names it any more.

    Raises:
        storage.figure_changes.CannotChange: the file cannot be put back; no text is changed.
    """
    session.figure_copies.take_back(done.renamed)
    for text in texts:
        session.edit(text.question, text.before)
    session.settle_figures()
    session.refresh_figures()


def is_named(session: Session, path: str) -> bool:
    """Whether the report names a figure's file, on disk or in the editor; `path` from the report's folder."""
    return any(path_of(target) == path for target in session.figure_targets) or any(
        file_of(fact) == path for fact in session.figure_facts.values()
    )


def _is_named_elsewhere(session: Session, path: str) -> bool:
    """Whether the report names a file outside of its answers, in the template's own lines."""
    lines = normalised(session.report.source.text)
    named = [image for image in find_images(lines) if path_of(image.target) == path]
    in_answers = [
        image
        for question in session.report.questions
        for image in find_images(question.answer.text)
        if path_of(image.target) == path
    ]
    return len(named) > len(in_answers)
