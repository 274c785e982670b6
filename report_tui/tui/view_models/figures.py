"""From the figures folder to what the picker shows, as frozen values.

Owns the wording of a figure's line, what is wrong with it in words, and which figures a filter leaves. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from report_tui.core.figure_names import SAFE_NAME
from report_tui.core.images import find_images
from report_tui.render.clean import clean
from report_tui.tui.view_models.amounts import age, size
from report_tui.tui.view_models.filtering import fold
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder
from report_tui.validation.ruleset import FigureRules

LARGE = 1_000_000
"""Bytes from which a figure makes a page slow."""
_SAME_KIND = {"jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "tif": "tiff", "dib": "bmp"}
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
    question: str, folder: FigureFolder, rules: FigureRules, used: Mapping[str, Sequence[int]], now: float
) -> FiguresView:
    """The figures folder as the picker shows it.

    Args:
        question: number and title of the question that gets the figure.
        folder: what lies there.
        rules: where it is and which kinds count.
        used: numbers of the questions that show a figure, by its path.
        now: seconds since 1970.
    """
    files = sorted(folder.files, key=lambda file: (-file.changed, file.path))
    rows = tuple(_row(index, file, rules, used.get(file.path, ()), now) for index, file in enumerate(files))
    return FiguresView(question, clean(f"{rules.folder.rstrip('/')}/"), rows, clean(folder.problem))


def used_in(texts: Mapping[int, str], facts: Mapping[str, FigureFact]) -> dict[str, list[int]]:
    """Numbers of the questions that show each figure, by its path.

    Args:
        texts: each question's answer.
        facts: what is known about the targets in them.
    """
    used: dict[str, list[int]] = {}
    for number, text in texts.items():
        for image in find_images(text):
            fact = facts.get(image.target)
            if fact is None or fact.file is None or image.in_code or image.hidden:
                continue
            numbers = used.setdefault(fact.file.path, [])
            if number not in numbers:
                numbers.append(number)
    return used


def matching(rows: Sequence[FigureRow], query: str) -> tuple[FigureRow, ...]:
    """The rows that have every word of a query in their name, case and accents aside."""
    words = fold(query).split()
    return tuple(row for row in rows if all(word in fold(row.name) for word in words))


def _row(index: int, file: FigureFile, rules: FigureRules, used: Sequence[int], now: float) -> FigureRow:
    inside = file.path.removeprefix(f"{rules.folder.rstrip('/')}/")
    worst, others = _problems(file, rules)
    return FigureRow(
        index,
        file.path,
        clean(inside),
        f"{file.pixels[0]}x{file.pixels[1]}" if file.pixels else "",
        size(file.size),
        age(now - file.changed) if file.changed else "",
        _used(used),
        file.tracked,
        (*worst, *others),
        bool(worst),
        (file.changed, file.size),
    )


def _used(numbers: Sequence[int]) -> str:
    if not numbers:
        return "not used"
    more = f" +{len(numbers) - _NAMED}" if len(numbers) > _NAMED else ""
    return f"used by {', '.join(map(str, numbers[:_NAMED]))}{more}"


def _problems(file: FigureFile, rules: FigureRules) -> tuple[list[str], list[str]]:
    """What keeps pages from showing a figure, and what else is wrong with it."""
    extension = file.path.rpartition(".")[2].lower() if "." in file.path.rpartition("/")[2] else ""
    kind = _SAME_KIND.get(extension, extension)
    kinds = [_SAME_KIND.get(one, one) for one in rules.extensions]
    worst = [file.damage] if file.damage else []
    others = []
    if not worst and not file.kind:
        worst.append("is no picture")
    elif not worst and file.kind not in kinds:
        worst.append(f"is {file.kind}: the course takes {', '.join(rules.extensions)}")
    elif not worst and file.kind != kind:
        others.append(f"is {file.kind}, whatever its name ends in")
    odd = _odd_name(file.path.rpartition("/")[2])
    if odd:
        others.append(odd)
    if file.size > LARGE:
        others.append("is large for a page: bring it in again to make it smaller")
    return worst, others


def _odd_name(name: str) -> str:
    """What is odd about a file's name, if anything is."""
    if SAFE_NAME.fullmatch(name):
        return ""
    if " " in name:
        return "has a blank in its name"
    stem, _, extension = name.rpartition(".")
    if SAFE_NAME.fullmatch(f"{stem}.{extension.lower()}"):
        return ""  # `.JPG`: works everywhere as it is written
    if SAFE_NAME.fullmatch(name.lower()):
        return "has capitals in its name: a wrong one works on some machines only"
    return "has odd characters in its name"
