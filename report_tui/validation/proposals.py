"""Which finding has which fixes: what each would make of the answer, before anybody has tried it.

Owns the ways for each kind of finding, their titles, and which of them anybody would take. What a text becomes is
`rewrites`, `heading_rewrites` and `figure_rewrites`; whether it mends, and what it costs, is found out in `fixes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from report_tui.core.figure_names import description_of
from report_tui.core.images import find_images
from report_tui.validation import engine, rewrites
from report_tui.validation import figure_rewrites as figures
from report_tui.validation import heading_rewrites as headings
from report_tui.validation.figure_checks import is_undescribed
from report_tui.validation.figure_facts import FigureFact
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.heading_rewrites import InCode, Underline
from report_tui.validation.rewrites import Side
from report_tui.validation.ruleset import QuestionRule
from report_tui.validation.subject import shown


class Case(NamedTuple):
    """A finding and what its fixes may look at."""

    text: str
    """The answer as the editor shows it."""
    row: int
    """The 1-based row of the text that the finding is about."""
    finding: Finding
    rule: QuestionRule
    facts: Mapping[str, FigureFact]


class Proposal(NamedTuple):
    """A new text for an answer, which may turn out to mend nothing."""

    title: str
    """What it does, as the label of a button."""
    text: str
    certain: bool
    """Whether it is what anybody would do."""


_Way = tuple[str, str | None]
"""A title, and the new text or None."""


def proposals(case: Case) -> Iterable[Proposal]:
    """What might mend a finding. What is only a note may well stay: a plain link may be just that."""
    certain, make = _CERTAIN.get(case.finding.code), _CHOICES.get(case.finding.code)
    if certain is not None:
        title, text = certain(case)
        if text is not None:
            yield Proposal(title, text, case.finding.severity is not Severity.NOTE)
    if make is not None:
        for title, text in make(case):
            if text is not None:
                yield Proposal(title, text, False)


def _placeholder(case: Case) -> _Way:
    return "delete the placeholder", rewrites.without_placeholder(case.text, case.rule.placeholder)


def _dashes(case: Case) -> _Way:
    return "delete the dashes", rewrites.without_dashes(case.text)


def _hidden(case: Case) -> _Way:
    return "delete what nobody sees", rewrites.without_hidden(case.text)


def _hashes(case: Case) -> _Way:
    if "Answer:" in case.text or headings.has_hashes_in_code(case.text):
        return "", None
    text = headings.without_hashes(case.text)
    is_bold = text.count("**") > case.text.count("**")
    return "write it in bold, without #" if is_bold else "write it so that it shows the same: #\\#", text


def _hash_choices(case: Case) -> Iterable[_Way]:
    if "Answer:" in case.text:
        yield "write 'The answer is' for 'Answer:'", headings.without_marker(case.text, "The answer is")
        yield "write 'Answer -' for 'Answer:'", headings.without_marker(case.text, "Answer -")
    elif headings.has_hashes_in_code(case.text):
        yield "write one # in the code for ##", headings.without_hashes(case.text, InCode.SINGLE)
        yield "put a blank between them in the code: # #", headings.without_hashes(case.text, InCode.APART)


def _underlines(case: Case) -> _Way:
    text = headings.without_underlines(case.text)
    if text is None:
        return "", None
    if set(text.split("\n")) - {"", *case.text.split("\n")}:
        return _IN_BOLD, text
    return _AS_RULE if text.count("\n") > case.text.count("\n") else _NO_LINE, text


_NO_LINE = "delete the line below it"
_IN_BOLD = "make the line above bold"
_AS_RULE = "keep it as a rule, below a blank line"


def _underline_choices(case: Case) -> Iterable[_Way]:
    yield _NO_LINE, headings.without_underlines(case.text, Underline.NOTHING)
    yield _IN_BOLD, headings.without_underlines(case.text, Underline.HEADING)
    yield _AS_RULE, headings.without_underlines(case.text, Underline.RULE)


def _list(case: Case) -> _Way:
    return "put a blank line above the list", rewrites.with_blank_above_lists(case.text)


def _numbering(case: Case) -> _Way:
    return "write '1.' for '1)'", rewrites.with_dotted_numbers(case.text)


def _nesting(case: Case) -> _Way:
    return "indent the inner list by four blanks", rewrites.with_deep_lists(case.text)


def _break(case: Case) -> _Way:
    return "end the line with two blanks", rewrites.with_blanks_for_backslashes(case.text)


def _tag(case: Case) -> _Way:
    return "put it in backticks", rewrites.with_tags_in_backticks(case.text)


def _strikethrough(case: Case) -> _Way:
    return "write <del> for ~~", rewrites.with_struck_out_tags(case.text)


def _link(case: Case) -> _Way:
    return "put it in angle brackets", rewrites.with_links(case.text)


def _tasks(case: Case) -> Iterable[_Way]:
    yield "write 'done:' and 'not done:'", rewrites.with_tasks_as(case.text, "done:", "not done:")
    yield "write ✓ and ○", rewrites.with_tasks_as(case.text, "✓", "○")


def _code(case: Case) -> Iterable[_Way]:
    yield "indent the code by four blanks instead of the fence", rewrites.with_indented_code(case.text)


def _fence(case: Case) -> Iterable[_Way]:
    yield "close the fence at the end of the answer", rewrites.with_closed_fence(case.text, at_paragraph=False)
    yield "close it above the next blank line", rewrites.with_closed_fence(case.text, at_paragraph=True)


def _conflict(case: Case) -> Iterable[_Way]:
    yield "keep both versions, the upper one first", rewrites.without_conflict(case.text, Side.BOTH)
    yield "keep the upper version", rewrites.without_conflict(case.text, Side.UPPER)
    yield "keep the lower version", rewrites.without_conflict(case.text, Side.LOWER)


def _counted(case: Case) -> _Way:
    return "write it as ![description](path)", figures.counted_form(case.text, case.row)


def _case_of_name(case: Case) -> _Way:
    fact = case.facts.get(case.finding.figure)
    if fact is None or fact.actual is None:
        return "", None
    return f"write {fact.actual}", figures.with_path(case.text, case.row, fact.target, fact.actual)


def _nearest(case: Case) -> Iterable[_Way]:
    fact = case.facts.get(case.finding.figure)
    if fact is not None and fact.nearest is not None:
        yield f"write {fact.nearest}", figures.with_path(case.text, case.row, fact.target, fact.nearest)


def _blank_in_path(case: Case) -> Iterable[_Way]:
    """A choice, since a file without blanks in its name is better: every program shows that."""
    yield "write %20 for each blank", figures.with_encoded_blanks(case.text, case.row)


def _description(case: Case) -> Iterable[_Way]:
    """Words made of the file's name: a beginning, which only somebody who knows the figure can judge."""
    for image in find_images(case.text):
        if image.row == case.row and is_undescribed(image) and image.target:
            words = description_of(image.target)
            yield f"write '{shown(words, 40)}'", figures.with_description(case.text, image, words)


def _in_code(case: Case) -> _Way:
    return "take it out of the code", figures.out_of_code(case.text, case.row)


def _behind_backslash(case: Case) -> _Way:
    return "delete the backslash", figures.without_backslash(case.text, case.row)


_CERTAIN: Mapping[str, Callable[[Case], _Way]] = {
    "placeholder": _placeholder,
    "placeholder-dashes": _dashes,
    "hidden-characters": _hidden,
    "course-cut": _hashes,
    "course-stops": _hashes,
    "page-heading": _underlines,
    "page-list": _list,
    "page-numbering": _numbering,
    "page-nesting": _nesting,
    "page-break": _break,
    "page-tag": _tag,
    "page-strikethrough": _strikethrough,
    "page-link": _link,
    "figure-not-counted": _counted,
    "figure-case": _case_of_name,
    "figure-in-code": _in_code,
    "figure-hidden": _behind_backslash,
}
"""One way that anybody would take."""

_CHOICES: Mapping[str, Callable[[Case], Iterable[_Way]]] = {
    "course-cut": _hash_choices,
    "course-stops": _hash_choices,
    "page-heading": _underline_choices,
    "page-task-list": _tasks,
    "page-code": _code,
    "not-closed": _fence,
    engine.REJECTED: _fence,
    "conflict": _conflict,
    "figure-blank": _blank_in_path,
    "figure-missing": _nearest,
    "figure-description": _description,
}
"""Ways of which somebody has to choose one."""
