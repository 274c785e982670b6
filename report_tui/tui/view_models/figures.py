"""From the figures folder to what the picker shows, as frozen values.

Owns the wording of a figure's line, and which figures a filter leaves; what is wrong with one is said in the words of
the checks, as if it stood in the answer already. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from report_tui.core.figure_links import figure_link
from report_tui.core.figure_names import description_of
from report_tui.core.images import find_images
from report_tui.core.report import Question
from report_tui.render.clean import clean
from report_tui.tui.view_models.amounts import age, size
from report_tui.tui.view_models.filtering import fold
from report_tui.validation.figure_checks import check_figures
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.ruleset import FigureRules, QuestionRule
from report_tui.validation.subject import Subject, shown

_SAID_ELSEWHERE = ("figure-untracked", "figure-description")
"""Whether git knows it has a place of its own, and the description is not written yet."""
OLD_NAME = "old name"
"""Instead of where it is used, of a file that was renamed, and that the report on disk may name until it is saved."""
_NAMED = 4
"""Questions that are named where a figure is used in several."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure, or what brings another one in, which has no path."""

    id: int
    """Its place among all of the folder."""
    path: str
    """From the report's folder, with forward slashes; an empty string for the line that brings one in."""
    name: str
    """As it is shown: clean, from the figures folder on."""
    pixels: str = ""
    size: str = ""
    changed: str = ""
    """How long ago."""
    used: str = ""
    tracked: bool | None = None
    """Whether git knows it; None where that is not known."""
    problems: tuple[str, ...] = ()
    """What is wrong with it, each to be read behind its name; the worst first."""
    broken: bool = False
    """Whether the worst one keeps pages from showing it."""
    stamp: tuple[float, int] = (0.0, 0)
    """Another one where the file has changed."""


class FiguresView(NamedTuple):
    """All that the picker shows."""

    question: str
    """Number and title of the question that gets the figure."""
    folder: str
    """The figures folder's name, with a slash."""
    rows: tuple[FigureRow, ...]
    """The newest first."""
    problem: str = ""
    """Why not all of the folder is there."""


def figures_view(
    question: Question,
    name: str,
    folder: FigureFolder,
    rules: FigureRules,
    used: Mapping[str, Sequence[int]],
    given_up: Collection[str],
    now: float,
) -> FiguresView:
    """The figures folder as the picker shows it.

    Args:
        question: the one that gets the figure.
        name: its number and title.
        folder: what lies there.
        rules: where it is and which kinds count.
        used: numbers of the questions that use a figure, by its path.
        given_up: paths of files that have another name now and are there until a save.
        now: seconds since 1970.
    """
    files = sorted(folder.files, key=lambda file: (-file.changed, file.path))
    rows = []
    for index, file in enumerate(files):
        told = _used(used.get(file.path, ()), file.path in given_up)
        rows.append(_row(index, file, _problems(file, question, rules), rules, told, now))
    return FiguresView(name, clean(f"{rules.folder}/"), tuple(rows), clean(folder.problem))


def matching(rows: Sequence[FigureRow], query: str) -> tuple[FigureRow, ...]:
    """The rows that have every word of a query in their name, case and accents aside."""
    words = fold(query).split()
    return tuple(row for row in rows if all(word in fold(row.name) for word in words))


def _row(
    index: int, file: FigureFile, problems: Sequence[Finding], rules: FigureRules, used: str, now: float
) -> FigureRow:
    return FigureRow(
        index,
        file.path,
        clean(file.path.removeprefix(f"{rules.folder}/")),
        f"{file.pixels[0]}x{file.pixels[1]}" if file.pixels else "",
        size(file.size),
        age(now - file.changed) if file.changed else "",
        used,
        file.tracked,
        tuple(_without_path(finding.message, shown(file.path)) for finding in problems),
        any(finding.severity is Severity.ERROR for finding in problems),
        (file.changed, file.size),
    )


def _used(numbers: Sequence[int], is_given_up: bool) -> str:
    if not numbers:
        return OLD_NAME if is_given_up else "not used"
    more = f" +{len(numbers) - _NAMED}" if len(numbers) > _NAMED else ""
    return f"used by {', '.join(map(str, numbers[:_NAMED]))}{more}"


def _problems(file: FigureFile, question: Question, rules: FigureRules) -> tuple[Finding, ...]:
    """What would be found wrong with the figure in an answer, the worst first."""
    link = figure_link(description_of(file.path), file.path)
    target = find_images(link)[0].target
    facts = {target: FigureFact(target, FigureState.FOUND, file=file)}
    subject = Subject(question, link, 1, QuestionRule(question.id, ""), rules, facts)
    found = [finding for finding in check_figures(subject) if finding.code not in _SAID_ELSEWHERE]
    return tuple(sorted(found, key=lambda finding: list(Severity).index(finding.severity)))


def _without_path(message: str, path: str) -> str:
    """What a finding says behind the path that it begins with."""
    return message.removeprefix(path).lstrip(": ") if message.startswith(path) else message
