"""Which figures the answers use, and what follows for the report as a whole: one used twice, one used by nobody.

Owns these two sums and their words. They are made anew after each change from what was noted of each answer, so that
no other answer is searched again. Pure: what lies in the figures folder comes from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from report_tui.core.images import ImageForm, find_images
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.ruleset import FigureRules
from report_tui.validation.subject import Subject, plural, shown

MOST_UNUSED = 3
"""So many figures that nobody uses are told one by one; a folder of drafts must not bury the rest."""
_MOST_NAMED = 3
_THERE = (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER)


class FigureUse(NamedTuple):
    """One place in an answer that names a figure's file."""

    path: str
    """Of the file, from the report's folder with forward slashes and not encoded."""
    line: int
    """1-based line in the file of the report."""
    is_shown: bool
    """Whether a page shows the figure there; else it is linked, stands in code, or is only what was probably meant."""


def uses_of(subject: Subject) -> tuple[FigureUse, ...]:
    """The figures that an answer uses, in order."""
    found: list[FigureUse] = []
    for image in find_images(subject.text):
        fact = subject.facts.get(image.target)
        path = file_meant(fact) if fact is not None else None
        if path is not None and fact is not None:
            is_shown = fact.state in _THERE and image.form is not ImageForm.LINK
            is_shown = is_shown and not (image.in_code or image.hidden or image.unread)
            found.append(FigureUse(path, subject.line + image.row - 1, is_shown))
    return tuple(found)


def file_meant(fact: FigureFact) -> str | None:
    """The path of the file that a target means, from the report's folder; None where it means none here.

    A misspelt name means the figure whose name is nearest: one mistake, told once.
    """
    if fact.state is FigureState.MISSING:
        return fact.nearest
    if fact.file is not None:
        return fact.file.path
    return fact.actual or fact.target if fact.state in _THERE else None


def questions_by_figure(uses: Iterable[tuple[int, Sequence[FigureUse]]]) -> Mapping[str, tuple[int, ...]]:
    """For each figure's path the numbers of the questions that use it, in order and each once.

    Args:
        uses: questions' numbers, each with what its answer uses.
    """
    found: dict[str, dict[int, None]] = {}
    for number, of_answer in uses:
        for use in of_answer:
            found.setdefault(use.path, {})[number] = None
    return {path: tuple(numbers) for path, numbers in found.items()}


def unused(folder: FigureFolder, rules: FigureRules, used: Iterable[str]) -> tuple[FigureFile, ...]:
    """The figures in the folder that nobody uses: no samples of the template's, and no files of another kind.

    Args:
        folder: what lies there.
        rules: the folder's name, the kinds that the course takes, and the samples.
        used: paths of the figures that answers use.
    """
    taken = {*used, *(f"{rules.folder}/{name}" for name, _ in rules.samples)}
    digests = {digest for _, digest in rules.samples if digest}
    kinds = tuple(f".{extension}" for extension in rules.extensions)
    return tuple(
        file
        for file in folder.files
        if file.path not in taken
        and file.path.lower().endswith(kinds)
        and file.sha256 not in digests
        # Such names are programs' own, `._crane.png` on a stick that a Mac has written to.
        and not file.path.rpartition("/")[2].startswith(".")
    )


def figure_findings(
    uses: Sequence[tuple[int, Sequence[FigureUse]]], folder: FigureFolder, rules: FigureRules
) -> Iterable[Finding]:
    """What is worth knowing of the figures of a whole report: notes.

    Args:
        uses: questions' numbers, each with what its answer uses; in document order.
        folder: what lies in the figures folder.
        rules: the folder's name, the kinds that the course takes, and the samples.
    """
    yield from _twice(uses)
    if folder.problem:
        message = f"{shown(rules.folder)} {shown(folder.problem, 100)}: figures that nobody uses may not be told"
        yield _note("figure-folder", 1, message, "make it a folder of this report's figures alone, which you may read")
    if uses:
        yield from _nobody(unused(folder, rules, (use.path for _, of_answer in uses for use in of_answer)), rules)


def _twice(uses: Iterable[tuple[int, Sequence[FigureUse]]]) -> Iterable[Finding]:
    places: dict[str, list[tuple[int, int]]] = {}
    for number, of_answer in uses:
        for use in of_answer:
            if use.is_shown:
                places.setdefault(use.path, []).append((number, use.line))
    for path, found in places.items():
        if len(found) < 2:
            continue
        numbers = [str(number) for number in dict.fromkeys(number for number, _ in found)]
        if len(numbers) == 1:
            where = f"{len(found)} times in question {numbers[0]}"
        else:
            where = f"in questions {', '.join(numbers[:-1])} and {numbers[-1]}"
        message = f"{shown(path)} is shown {where}"
        yield _note("figure-twice", found[1][1], message, "show it once and refer to it, unless it is meant so", path)


def _nobody(files: Sequence[FigureFile], rules: FigureRules) -> Iterable[Finding]:
    way_out = "use it in an answer, or delete it"
    for file in files[:MOST_UNUSED]:
        yield _note("figure-unused", 1, f"no answer uses {shown(file.path)}", way_out, file.path)
    rest = files[MOST_UNUSED:]
    if rest:
        names = [shown(file.path.removeprefix(f"{rules.folder}/"), 30) for file in rest[:_MOST_NAMED]]
        more = f" and {len(rest) - _MOST_NAMED} more" if len(rest) > _MOST_NAMED else ""
        message = f"no answer uses {plural(len(rest), 'more figure')} in {rules.folder}/: {', '.join(names)}{more}"
        yield _note("figure-unused", 1, message, way_out)


def _note(code: str, line: int, message: str, way_out: str, path: str = "") -> Finding:
    return Finding(code, Severity.NOTE, None, line, message, way_out, figure=path)
