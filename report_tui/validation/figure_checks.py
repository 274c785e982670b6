"""The checks of an answer's figures: how many there are, how they are written, and what stands on disk for each.

Owns what is wrong with a figure and the words for it. What is known of the files are values (`figure_facts`): nothing
here looks at the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from report_tui.core.images import ImageForm, ImageRef, count_images, find_images
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.finding import Finding, Status
from report_tui.validation.ruleset import FigureRules
from report_tui.validation.subject import Subject, of_range, plural, shown, within


def check_images(subject: Subject) -> Iterable[Finding]:
    """Too few or too many figures, as the course counts them."""
    limit = subject.rule.images
    if limit is None or not subject.text:
        return
    images = count_images(subject.text)
    if within(images, limit):
        return
    have = plural(images, "figure") if images else "no figure"
    message = f"{have}; this question asks for {of_range(limit)}"
    if images < limit[0]:
        way_out = f"add {plural(limit[0] - images, 'figure')}: ![what it shows]({subject.figures.folder}/name.png)"
        yield subject.error("too-few-figures", message, way_out, Status.MISSING_FIGURE)
    else:
        way_out = f"take {plural(images - limit[1], 'figure')} out"
        yield subject.error("too-many-figures", message, way_out, Status.TOO_MANY_FIGURES)


def check_figures(subject: Subject) -> Iterable[Finding]:
    """What does not work of the answer's figures; each target once."""
    seen: set[tuple[ImageForm, str]] = set()
    for image in find_images(subject.text):
        if (image.form, image.target) in seen:
            continue
        seen.add((image.form, image.target))
        yield from _figure(subject, image)


def _figure(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    asked = subject.rule.images is not None and subject.rule.images[0] > 0
    if image.in_code:
        # The course counts it all the same. Where no figure is asked for, it is a sample of Markdown.
        if asked:
            message = "a figure in backticks or in a code block is not shown, though the course counts it"
            yield subject.error("figure-in-code", message, "take it out of the code", Status.BAD_FIGURE, image.row)
        return
    if image.hidden:
        if asked:
            message = "a figure in a comment or a tag, or behind a backslash, is not shown, though the course counts it"
            yield subject.error("figure-hidden", message, "write it on a line of its own", Status.BAD_FIGURE, image.row)
        return
    if image.form is not ImageForm.IMAGE:
        yield from _uncounted(subject, image)
    if not image.target:
        message = "a figure without a path"
        yield subject.error(
            "figure-missing", message, "write its path in the brackets", Status.MISSING_FIGURE, image.row
        )
        return
    yield from _target(subject, image, asked=asked)
    if not image.renders:
        message = (
            f"{shown(image.target)}: a blank in the path; most programs show the link as text instead of the figure"
        )
        yield subject.warning("figure-blank", message, "rename the file, or write %20 for each blank", image.row)


_FORMS = {
    ImageForm.HTML: "<img> is no figure to the course's checker",
    ImageForm.LINK: "a plain link to a picture is no figure to the course's checker",
    ImageForm.REFERENCE: "a figure written as ![..][name] is none to the course's checker",
}


def _uncounted(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    limit = subject.rule.images
    target = shown(image.target) or "figures/name.png"
    way_out = f"write ![what it shows]({target})"
    missing = limit is not None and count_images(subject.text) < limit[0]
    if missing:
        yield subject.error("figure-not-counted", _FORMS[image.form], way_out, Status.BAD_FIGURE, image.row)
    elif image.form is ImageForm.LINK:
        yield subject.note("figure-not-counted", _FORMS[image.form], way_out, image.row)
    else:
        yield subject.warning("figure-not-counted", _FORMS[image.form], way_out, image.row)


def _target(subject: Subject, image: ImageRef, *, asked: bool) -> Iterable[Finding]:
    fact = subject.facts.get(image.target)
    path = shown(image.target)
    row = image.row
    if fact is None:
        yield subject.warning("figure-unchecked", f"{path} was not looked up", "save, and check again", row)
        return
    if fact.state is FigureState.REMOTE:
        message = f"{path} is an address, not a figure of the hand-in"
        way_out = f"save the picture in {subject.figures.folder}/ and name it here"
        if asked:
            yield subject.error("figure-remote", message, way_out, Status.BAD_FIGURE, row)
        else:
            yield subject.warning("figure-remote", message, way_out, row)
        return
    problem = _state(subject, fact, path)
    if problem is not None:
        yield subject.error(*problem, row)
    there = fact.state in (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER)
    if there and not _is_kind(subject.figures, image.target):
        kinds = ", ".join(subject.figures.extensions)
        message = f"{path} is no figure of a kind that the course takes ({kinds})"
        yield subject.error("figure-kind", message, "save it as one of these", Status.BAD_FIGURE, row)


def _state(subject: Subject, fact: FigureFact, path: str) -> tuple[str, str, str, Status] | None:
    folder = subject.figures.folder
    actual = shown(fact.actual or "")
    nearest = shown(fact.nearest or "")
    if fact.state is FigureState.MISSING:
        message = f"{path} is not there" + (f"; {nearest} is" if nearest else "")
        way_out = "correct the path" if nearest else f"put the file into {folder}/, or correct the path"
        return "figure-missing", message, way_out, Status.MISSING_FIGURE
    if fact.state is FigureState.WRONG_CASE:
        message = f"{path} is not there; {actual} is (the course's machine tells them apart)"
        return "figure-case", message, f"write {actual}", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_FOLDER:
        message = f"{path} lies outside the {folder} folder"
        return "figure-outside-folder", message, f"move it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_REPORT:
        message = f"{path} lies outside the report's folder"
        return "figure-outside-report", message, f"copy it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.NOT_A_FILE:
        return "figure-missing", f"{path} is not a file", "name the figure's file", Status.MISSING_FIGURE
    if fact.state is FigureState.UNREADABLE:
        message = f"{path} cannot be read: it could not be told whether it is a figure"
        return "figure-unreadable", message, "allow reading it", Status.BAD_FIGURE
    return None


def _is_kind(figures: FigureRules, target: str) -> bool:
    path = re.split("[?#]", target.strip(), maxsplit=1)[0]
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].casefold() in figures.extensions if "." in name else False
