"""The checks of one answer: small functions in a registry, each from a subject to findings.

Owns what is wrong with an answer's text and the words for it. A check looks at nothing but its subject, decides no
status beyond its own finding's, and never prints. What is wrong with its figures is `figure_checks`', what needs the
whole report (damage, missing questions) `structure`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from report_tui.core.code import mask_code
from report_tui.core.course_check import Piece, split_answers
from report_tui.core.images import count_images, find_images
from report_tui.core.placeholders import PLACEHOLDER
from report_tui.core.report import Damage, Placeholder
from report_tui.validation.figure_checks import check_figures, check_images
from report_tui.validation.finding import Finding, Status
from report_tui.validation.subject import Check, Subject, count_words, plural, shown, within
from report_tui.validation.visible import has_visible_word, has_visible_words, visible_words

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
    if conflict_row(subject.text) is not None:  # whose finding names the line between git's two versions as well
        found = [match for match in found if match[0].strip() != "======="]
    if not found:
        return
    first = min(found, key=lambda match: match.start())
    row = masked.count("\n", 0, first.start() + len(first[0]) - len(first[0].lstrip())) + 1
    message = f"'{shown(first[0].strip(), 40)}' still stands here"
    yield subject.warning("unfinished", message, "finish it, or delete it", row)


_CONFLICT = re.compile(r"^ {0,3}(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)


def check_conflict(subject: Subject) -> Iterable[Finding]:
    """What git leaves behind where two changes of one place met."""
    row = conflict_row(subject.text)
    if row is not None:
        message = "git's conflict markers stand here: two versions of this answer met"
        by_hand = "keep what is right of both, and delete the lines of <<<<<<<, ======= and >>>>>>>"
        way_out = f'in report-tui, the command "Choose between two versions" asks which one; or {by_hand}'
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
        begins = f": '{shown(piece.text, 40)}'" if piece.words else ", and finds none"
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
    seen = _MARKER if by_marker else shown(hashes, 12)
    way_out = _NO_MARKER if by_marker else _NO_HASHES
    if len(pieces) != 1:
        message = f"'{seen}' stops the course's whole check: it finds {len(pieces)} answers here"
        yield subject.error("course-stops", message, way_out, Status.BREAKS_TEMPLATE, row)
        return
    piece = subject.course_piece or pieces[0]
    if (piece.words, piece.images) == (count_words(text), count_images(text)):
        return
    what = "begins" if by_marker else "ends"
    message = f"the course counts {_counts(subject, piece)}: '{seen}' {what} the answer for it"
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
    from report_tui.validation.page_damage import find_page_damage  # here, since few courses make a page

    marker, lines = subject.question.marker_line, subject.question.answer.lines
    glued = subject.is_in_file and marker is not None and lines is not None and lines[0] == marker + 1
    in_quote = subject.text.lstrip().startswith(">")
    # A marker without its `>` makes no quote; an answer that stands in the marker's own has a finding for that.
    known = {finding.code for finding in subject.known}
    apart = marker is not None and not glued and known.isdisjoint(_AT_MARKER)
    for damage in find_page_damage(subject.text, glued_to_marker=glued and not in_quote, below_quote=apart):
        message = damage.message + (f" ({damage.places} places)" if damage.places > 1 else "")
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
