"""The checks of one answer: small functions in a registry, each from a subject to findings.

Owns what is wrong with an answer and the words for it. A check looks at nothing but its subject, decides no status
beyond its own finding's, and never prints. What needs the whole report (damage, missing questions) is `structure`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from report_tui.core.code import mask_code
from report_tui.core.course_check import Piece, split_answers
from report_tui.core.images import ImageForm, ImageRef, count_images, find_images
from report_tui.core.placeholders import PLACEHOLDER
from report_tui.core.report import Damage, Placeholder, Question
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.finding import Finding, Severity, Status
from report_tui.validation.page_damage import find_page_damage
from report_tui.validation.ruleset import NO_UPPER_LIMIT, CourseCheck, FigureRules, QuestionRule
from report_tui.validation.visible import has_visible_word, has_visible_words, visible_words

Limit = tuple[int, int] | None


class Subject(NamedTuple):
    """One answer and all that is known about it."""

    question: Question
    text: str
    """What is judged: the answer in the file, or one being typed that cannot be written as it stands."""
    line: int
    """Line in the file of the text's first row; where there is no text, the line to look at."""
    rule: QuestionRule
    figures: FigureRules
    facts: Mapping[str, FigureFact]
    course_piece: Piece | None = None
    """What the course's checker takes for this text; None where it reads nothing, or the text is not in the file."""
    checker: CourseCheck | None = None
    """The checker and the page that the course runs, or None where we know of none."""
    is_last: bool = False
    """Whether it is the last question of the report, which the course's checker reads in another way."""
    known: tuple[Finding, ...] = ()
    """What is wrong with the question itself, its marker or its heading; or why the text cannot be written."""

    @property
    def is_in_file(self) -> bool:
        """Whether the text is the one that the file holds."""
        return self.text == self.question.answer.text

    def error(self, code: str, message: str, way_out: str, status: Status, row: int = 1) -> Finding:
        """An error on the 1-based row of the text."""
        return self._finding(code, Severity.ERROR, message, way_out, status, row)

    def warning(self, code: str, message: str, way_out: str, row: int = 1) -> Finding:
        """A warning on the 1-based row of the text."""
        return self._finding(code, Severity.WARNING, message, way_out, Status.WARNING, row)

    def note(self, code: str, message: str, way_out: str, row: int = 1) -> Finding:
        """A note on the 1-based row of the text."""
        return self._finding(code, Severity.NOTE, message, way_out, None, row)

    def _finding(
        self, code: str, severity: Severity, message: str, way_out: str, status: Status | None, row: int
    ) -> Finding:
        return Finding(code, severity, self.question.id, self.line + row - 1, message, way_out, status)


Check = Callable[[Subject], Iterable[Finding]]


def within(count: int, limit: Limit) -> bool:
    """Whether a count lies inside a limit, both bounds inclusive."""
    return limit is None or limit[0] <= count <= limit[1]


@lru_cache(maxsize=1)  # several checks in a row ask of the same answer
def count_words(text: str) -> int:
    """The number of words as the course counts them."""
    return len(text.split())


def plural(count: int, noun: str) -> str:
    """`1 word`, `2 words`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def of_range(limit: tuple[int, int]) -> str:
    """`1`, `1 to 3`, or `1 or more`."""
    if limit[1] >= NO_UPPER_LIMIT:
        return f"{limit[0]} or more"
    return str(limit[0]) if limit[0] == limit[1] else f"{limit[0]} to {limit[1]}"


# Is there an answer?


def check_empty(subject: Subject) -> Iterable[Finding]:
    """Nothing to read. A limit that begins at 0 words allows that; a question without any limit does not."""
    if _is_untouched(subject) or not _is_blank(subject):
        return
    words = subject.rule.words
    images = subject.rule.images
    what = "nothing that can be read is written here" if subject.text else "nothing is written here"
    if words is not None and words[0] == 0 and (images is None or images[0] == 0):
        yield subject.note("blank", f"{what}; this question allows that", "write if there is something")
    else:
        yield subject.error("empty", what, "write the answer", Status.EMPTY)


def _is_blank(subject: Subject) -> bool:
    if not subject.text:
        return True
    return not has_visible_word(subject.text) and all(image.hidden for image in find_images(subject.text))


def check_visible(subject: Subject) -> Iterable[Finding]:
    """Enough words to the course, of which a reader sees less than half of the least."""
    limit = subject.rule.words
    words = count_words(subject.text)
    if limit is None or words == 0 or not within(words, limit):
        return
    if has_visible_words(subject.text, -(-limit[0] // 2)):
        return
    seen = visible_words(subject.text)
    if 2 * seen < limit[0]:
        message = (
            f"of these {plural(words, 'word')} only {seen} can be read; {limit[0] - seen} more to reach {limit[0]}"
        )
        way_out = "write words: lone signs, tags and comments say nothing"
        yield subject.error("words-not-shown", message, way_out, Status.TOO_SHORT)


def check_placeholder(subject: Subject) -> Iterable[Finding]:
    """The template's placeholder: alone, beside text, or its dashes around text."""
    if _is_untouched(subject):
        way_out = "write the answer in its place"
        piece = subject.course_piece
        passes = piece is not None and piece.words > 0 and _course_passes(subject, piece)
        if passes and (subject.rule.words or subject.rule.images):
            message = f"the placeholder still stands here, and the course's checker takes it for {_words(piece)}"
        else:
            message = "the placeholder still stands here"
        yield subject.error("placeholder", message, way_out, Status.PLACEHOLDER)
        return
    rows = subject.text.split("\n") if subject.text else []
    left = _placeholder_rows(subject, rows)
    if left:
        message = "the placeholder still stands beside the answer"
        yield subject.error("placeholder", message, "delete the placeholder's line", Status.PLACEHOLDER, left[0])
    edges = {row for row in (1, len(rows)) if rows and row not in left and _has_dashes(rows, row)}
    if not edges and not left and _PAIRED.fullmatch(subject.text.strip()):
        edges = {1}
    if edges:
        message = "the placeholder's dashes still stand around the answer"
        yield subject.warning("placeholder-dashes", message, "delete the dashes: they count as words", min(edges))


def _words(piece: Piece | None) -> str:
    return plural(piece.words if piece else 0, "word")


def _is_untouched(subject: Subject) -> bool:
    return not subject.text and subject.is_in_file and subject.question.answer.placeholder is Placeholder.UNTOUCHED


def _placeholder_rows(subject: Subject, rows: Sequence[str]) -> list[int]:
    noise = subject.rule.placeholder
    if noise is None and "fill" not in subject.text.casefold():
        return []
    return [
        row
        for row, line in enumerate(rows, start=1)
        if PLACEHOLDER.search(line) or (noise is not None and line.split(maxsplit=1)[:1] == [noise])
    ]


_PAIRED = re.compile(r"(--+|[\u2013\u2014]+)[ \t]*(?![-\u2013\u2014\s])(?:.*[^\s\u2013\u2014-])?[ \t]*\1", re.DOTALL)
_DASHES_BEFORE = re.compile(r"[> \t]*-{3,}(?:[ \t]+[^|]*)?")
_DASHES_BEHIND = re.compile(r"(?:[^|]*\s)?-{3,}[ \t]*")


def _has_dashes(rows: list[str], row: int) -> bool:
    """Whether the first row begins, or the last one ends, with dashes that can only be the placeholder's."""
    begins = row == 1 and _DASHES_BEFORE.fullmatch(rows[0]) is not None
    # Below a line of text, dashes make a heading: that is another finding.
    underline = len(rows) > 1 and bool(rows[-2].strip()) and not rows[-1].strip(" \t-")
    ends = row == len(rows) and not underline and _DASHES_BEHIND.fullmatch(rows[-1]) is not None
    return begins or ends


# Limits


def check_words(subject: Subject) -> Iterable[Finding]:
    """Too short or too long, with the number of words to go."""
    limit = subject.rule.words
    if limit is None or not subject.text:
        return
    words = count_words(subject.text)
    if words < limit[0]:
        missing = limit[0] - words
        message = f"{plural(words, 'word')}; {missing} more to reach {limit[0]}"
        yield subject.error("too-short", message, f"write {plural(missing, 'more word')}", Status.TOO_SHORT)
    elif words > limit[1]:
        over = words - limit[1]
        message = f"{plural(words, 'word')}; {over} over {limit[1]}"
        yield subject.error("too-long", message, f"cut {plural(over, 'word')}", Status.TOO_LONG)


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


# Figures


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
            f"{_shown(image.target)}: a blank in the path; most programs show the link as text instead of the figure"
        )
        yield subject.warning("figure-blank", message, "rename the file, or write %20 for each blank", image.row)


_FORMS = {
    ImageForm.HTML: "<img> is no figure to the course's checker",
    ImageForm.LINK: "a plain link to a picture is no figure to the course's checker",
    ImageForm.REFERENCE: "a figure written as ![..][name] is none to the course's checker",
}


def _uncounted(subject: Subject, image: ImageRef) -> Iterable[Finding]:
    limit = subject.rule.images
    target = _shown(image.target) or "figures/name.png"
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
    shown = _shown(image.target)
    row = image.row
    if fact is None:
        yield subject.warning("figure-unchecked", f"{shown} was not looked up", "save, and check again", row)
        return
    if fact.state is FigureState.REMOTE:
        message = f"{shown} is an address, not a figure of the hand-in"
        way_out = f"save the picture in {subject.figures.folder}/ and name it here"
        if asked:
            yield subject.error("figure-remote", message, way_out, Status.BAD_FIGURE, row)
        else:
            yield subject.warning("figure-remote", message, way_out, row)
        return
    problem = _state(subject, fact, shown)
    if problem is not None:
        yield subject.error(*problem, row)
    there = fact.state in (FigureState.FOUND, FigureState.WRONG_CASE, FigureState.OUTSIDE_FOLDER)
    if there and not _is_kind(subject.figures, image.target):
        kinds = ", ".join(subject.figures.extensions)
        message = f"{shown} is no figure of a kind that the course takes ({kinds})"
        yield subject.error("figure-kind", message, "save it as one of these", Status.BAD_FIGURE, row)


def _state(subject: Subject, fact: FigureFact, shown: str) -> tuple[str, str, str, Status] | None:
    folder = subject.figures.folder
    actual = _shown(fact.actual or "")
    nearest = _shown(fact.nearest or "")
    if fact.state is FigureState.MISSING:
        message = f"{shown} is not there" + (f"; {nearest} is" if nearest else "")
        way_out = "correct the path" if nearest else f"put the file into {folder}/, or correct the path"
        return "figure-missing", message, way_out, Status.MISSING_FIGURE
    if fact.state is FigureState.WRONG_CASE:
        message = f"{shown} is not there; {actual} is (the course's machine tells them apart)"
        return "figure-case", message, f"write {actual}", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_FOLDER:
        message = f"{shown} lies outside the {folder} folder"
        return "figure-outside-folder", message, f"move it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.OUTSIDE_REPORT:
        message = f"{shown} lies outside the report's folder"
        return "figure-outside-report", message, f"copy it into {folder}/ and write its new path", Status.BAD_FIGURE
    if fact.state is FigureState.NOT_A_FILE:
        return "figure-missing", f"{shown} is not a file", "name the figure's file", Status.MISSING_FIGURE
    if fact.state is FigureState.UNREADABLE:
        message = f"{shown} cannot be read: it could not be told whether it is a figure"
        return "figure-unreadable", message, "allow reading it", Status.BAD_FIGURE
    return None


def _is_kind(figures: FigureRules, target: str) -> bool:
    path = re.split("[?#]", target.strip(), maxsplit=1)[0]
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[2].casefold() in figures.extensions if "." in name else False


def _shown(text: str, most: int = 60) -> str:
    """Foreign text inside a message: one line, and not longer than a message can bear."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most // 2] + "…" + line[-most // 2 + 1 :]


# Text that should not stay


# Capitals only, since a "todo app" is a fine subject; and not inside of a name such as a student number of X's.
_LEFT_OVER = re.compile(
    r"(?<![\w./-])(?:TO ?DO(?!s?[ -](?:list|app|item|comment|tracker)|\w)|TO BE FILLED|TBD|TBA|FIXME|XXX+)"
    r"(?![\w/-]|\.\w)"
)
_LEFT_OVER_LINE = re.compile(
    r"^[ \t>*_(\[-]*(?:(to be (?:filled|done|written|continued)[^\n]{0,12}|(?:answer )?continues here|todo|fixme|tbd"
    r"|\.{3,}|…|fill (?:in )?here)[ \t.:)*_\]]*|(?:todo|to do|fixme)[ \t]*:.*)$"
    # Sample text in brackets, numbers of X's, what is left of a conflict.
    r"|^[ \t]*\[[^\[\]\n]{0,40}\bhere\][ \t.]*$|^[ \t]*s?X{4,}(?:[ \t,;]+s?X{4,})*[ \t.]*$|^ {0,3}={7}$",
    re.IGNORECASE | re.MULTILINE,
)
_ANYWHERE = re.compile(r"\blorem ipsum\b|\bcontinues here\b", re.IGNORECASE)


# One of these is in every match: most answers are done after a look for them.
_LEFT_OVER_TRACES = (
    "todo",
    "to do",
    "to be ",
    "tbd",
    "tba",
    "fixme",
    "xxx",
    "continues here",
    "lorem ipsum",
    "fill here",
    "fill in here",
    " here]",
    "=======",
    "...",
    "…",
)


def check_unfinished(subject: Subject) -> Iterable[Finding]:
    """Notes to oneself that were meant to go: a warning, since only a reader can tell."""
    folded = subject.text.casefold()
    if not any(trace in folded for trace in _LEFT_OVER_TRACES):
        return
    masked = mask_code(subject.text)
    found = [match for pattern in (_LEFT_OVER, _LEFT_OVER_LINE, _ANYWHERE) for match in pattern.finditer(masked)]
    found = [match for match in found if not PLACEHOLDER.search(match[0])]
    if not found:
        return
    first = min(found, key=lambda match: match.start())
    row = masked.count("\n", 0, first.start() + len(first[0]) - len(first[0].lstrip())) + 1
    message = f"'{_shown(first[0].strip(), 40)}' still stands here"
    yield subject.warning("unfinished", message, "finish it, or delete it", row)


_CONFLICT = re.compile(r"^ {0,3}(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)


def check_conflict(subject: Subject) -> Iterable[Finding]:
    """What git leaves behind where two changes of one place met."""
    row = conflict_row(subject.text)
    if row is not None:
        message = "git's conflict markers stand here: two versions of this answer met"
        way_out = "keep what is right of both, and delete the lines of <<<<<<<, ======= and >>>>>>>"
        yield subject.error("conflict", message, way_out, Status.CONFLICT, row)


def conflict_row(text: str) -> int | None:
    """The 1-based row of the first conflict marker in a text; None where there is none."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text and "|||||||" not in text:
        return None
    match = _CONFLICT.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None


# What nobody sees: controls, marks that turn the direction, blanks without a width, tags. Joiners belong to scripts and
# to emoji, a soft hyphen shows itself where a line breaks.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def check_hidden(subject: Subject) -> Iterable[Finding]:
    """Characters that do something without being seen."""
    found = list(HIDDEN.finditer(subject.text))
    if found:
        row = subject.text.count("\n", 0, found[0].start()) + 1
        message = f"a character that nobody sees, U+{ord(found[0][0]):04X}"
        more = f" ({len(found)} in all)" if len(found) > 1 else ""
        yield subject.warning("hidden-characters", message + more, "delete it", row)


# What the course does with the text


def check_course(subject: Subject) -> Iterable[Finding]:
    """Text that makes the course's checker count something else, or stop its whole check."""
    if subject.checker is None:
        return
    piece = subject.course_piece
    if piece is not None and _MARKER not in subject.text and not begins_alike(subject.text, piece.text):
        begins = f": '{_shown(piece.text, 40)}'" if piece.words else ", and finds none"
        message = "the course takes other text for this answer" + begins
        way_out = "look above for an 'Answer:' that is no marker, and for a question in another place"
        yield subject.warning("course-other", message, way_out)
    if "##" in subject.text or "Answer:" in subject.text:
        yield from _misread(subject)
    elif subject.course_piece is not None:
        yield from _other_count(subject, subject.course_piece)


_MARK_UP = " \t\r\n>*_"


def begins_alike(text: str, piece: str) -> bool:
    """Whether the course's piece may be this answer: cut, or with something behind it. An empty answer is like any."""
    ours = text.strip(_MARK_UP).partition("\n")[0].rstrip(_MARK_UP)
    theirs = piece.strip(_MARK_UP).partition("\n")[0].rstrip(_MARK_UP)
    if not theirs:
        return not ours or ours.startswith("##")
    return ours.startswith(theirs) or theirs.startswith(ours)


_MARKER = "Answer:"
_NO_HASHES = "write a heading as **bold**, and a comment in code with a single #"
_NO_MARKER = "write 'The answer is' instead"


def _misread(subject: Subject) -> Iterable[Finding]:
    """What the checker makes of this answer alone, between its marker and the next question's heading."""
    text = subject.text
    pieces = split_answers(_MARKER + text) if subject.is_last else split_answers(f"{_MARKER}{text}\n###{_MARKER}")[:-1]
    by_marker = _MARKER in text
    sign = text.find(_MARKER) if by_marker else text.find("###" if subject.is_last else "##")
    row = text.count("\n", 0, max(0, sign)) + 1
    hashes = "#" * (len(text) - sign - len(text[sign:].lstrip("#")))
    shown = _MARKER if by_marker else _shown(hashes, 12)
    way_out = _NO_MARKER if by_marker else _NO_HASHES
    if len(pieces) != 1:
        message = f"'{shown}' stops the course's whole check: it finds {len(pieces)} answers here"
        yield subject.error("course-stops", message, way_out, Status.BREAKS_TEMPLATE, row)
        return
    piece = subject.course_piece or pieces[0]
    if (piece.words, piece.images) == (count_words(text), count_images(text)):
        return
    what = "begins" if by_marker else "ends"
    message = f"the course counts {_counts(subject, piece)}: '{shown}' {what} the answer for it"
    if _course_passes(subject, piece):
        yield subject.warning("course-cut", message, way_out, row)
    else:
        yield subject.error("course-cut", message, way_out, _course_status(subject, piece), row)


def _other_count(subject: Subject, piece: Piece) -> Iterable[Finding]:
    """Where the course fails an answer that is right to us, whatever the reason: that must never look well."""
    ours = within(count_words(subject.text), subject.rule.words) and within(
        count_images(subject.text), subject.rule.images
    )
    if ours and not _course_passes(subject, piece):
        message = f"the course counts {_counts(subject, piece)}"
        way_out = "look for text between this answer's marker and the next heading that is not part of the answer"
        yield subject.error("course-count", message, way_out, _course_status(subject, piece))


def _counts(subject: Subject, piece: Piece) -> str:
    words, images = count_words(subject.text), count_images(subject.text)
    if images == piece.images:
        return f"{plural(piece.words, 'word')}, not {words}"
    return f"{plural(piece.words, 'word')} and {plural(piece.images, 'figure')}, not {words} and {images}"


def _course_passes(subject: Subject, piece: Piece) -> bool:
    return within(piece.words, subject.rule.words) and within(piece.images, subject.rule.images)


def _course_status(subject: Subject, piece: Piece) -> Status:
    images, words = subject.rule.images, subject.rule.words
    if images is not None and not within(piece.images, images):
        return Status.MISSING_FIGURE if piece.images < images[0] else Status.TOO_MANY_FIGURES
    return Status.TOO_SHORT if words is not None and piece.words < words[0] else Status.TOO_LONG


_AT_MARKER = (Damage.MARKER_UNQUOTED, Damage.ANSWER_IN_QUOTE, Damage.ANSWER_ON_MARKER)


def check_page(subject: Subject) -> Iterable[Finding]:
    """What the course's HTML page does to the text."""
    if subject.checker is None or not subject.text:
        return
    marker, lines = subject.question.marker_line, subject.question.answer.lines
    glued = subject.is_in_file and marker is not None and lines is not None and lines[0] == marker + 1
    in_quote = subject.text.lstrip().startswith(">")
    # A marker without its `>` makes no quote; an answer that stands in the marker's own has a finding for that.
    known = {finding.code for finding in subject.known}
    apart = marker is not None and not glued and known.isdisjoint(_AT_MARKER)
    for damage in find_page_damage(subject.text, glued_to_marker=glued and not in_quote, below_quote=apart):
        message = damage.message + (f" ({damage.count} places)" if damage.count > 1 else "")
        make = subject.note if damage.note else subject.warning
        yield make(damage.code, message, damage.way_out, damage.row)


CHECKS: Mapping[str, Check] = {
    "empty": check_empty,
    "placeholder": check_placeholder,
    "conflict": check_conflict,
    "words": check_words,
    "visible": check_visible,
    "images": check_images,
    "figures": check_figures,
    "course": check_course,
    "unfinished": check_unfinished,
    "hidden": check_hidden,
    "page": check_page,
}
"""All checks, in the order in which equally bad findings of one line are told."""
