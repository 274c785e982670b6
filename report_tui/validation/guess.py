"""Reads limits from the prompts' own wording, for templates that no rules know.

Owns the phrases it understands, nothing else. What it finds is a guess and is called one: it stays silent (no limit)
where a wording could mean something else. It opens no file and judges no answer.
"""

from __future__ import annotations

import re
import unicodedata
from re import Match

from report_tui.core.report import Question, Report
from report_tui.validation.ruleset import NO_UPPER_LIMIT, QuestionRule, TemplateRules

VERSION = "guessed"
TITLE_WIDTH = 40

Limit = tuple[int, int]

_WORD_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER = rf"(?:[0-9]{{1,5}}|{'|'.join(_WORD_NUMBERS)})"
_ALONE = r"(?<![\w.,/])"
_DASH = "[-\u2010\u2011\u2012\u2013\u2014\u2212]"
_LEAST = rf"(?P<between>\bbetween )?{_ALONE}(?P<least>{_NUMBER})"
_RANGE = rf"{_LEAST}(?(between) and |(?: ?{_DASH} ?| to | or ))(?P<most>{_NUMBER})"
_ONE = rf"{_ALONE}(?P<number>{_NUMBER})"
_AT_MOST = r"(?:at most|up to|no more than|not more than|not exceeding|max(?:imum|\.)?(?: of)?)"
_AT_LEAST = r"(?:at least|no less than|no fewer than|not less than|min(?:imum|\.)?(?: of)?)"

# Strings: `re` compiles one when it is first looked for, and few prompts ask for more than the first few.
_WORDS = r" words?\b(?! (?:that|which|from)\b)"
_LENGTH = rf"\blength ?:? ?{_RANGE}{_WORDS}"
_WORD_PATTERNS = (
    _LENGTH,
    rf"{_RANGE}{_WORDS}",
    rf"{_ONE}{_WORDS} (?P<top>or less|or fewer|at most|max(?:imum)?\b)",
    rf"{_ONE}{_WORDS} (?P<bottom>or more|at least|min(?:imum)?\b)",
    rf"\b(?P<top>{_AT_MOST}) {_ONE}{_WORDS}",
    rf"\b(?P<bottom>{_AT_LEAST}) {_ONE}{_WORDS}",
)
_WORD_TRACES = (" word",)

_NOUNS_ASKED = ("image", "figure", "screenshot", "screen shot", "picture", "plot", "diagram", "photo", "photograph")
_NOUN = rf"(?:{'|'.join(_NOUNS_ASKED)})"
# One or two adjectives, none of which may lead away from what is asked for ("a link to your figure").
_SKIP = r"(?: (?!(?:of|to|from|in|with|for|on|the|your|and|or|link|table|list|words?)\b)[\w-]{1,20},?){0,2}"
_NOUNS = rf"{_SKIP} {_NOUN}s?\b"
_VERB = r"(?:include|insert|upload|show|add|attach|provide|submit|embed|paste)"
_ASK = rf"\b{_VERB}(?: us)?(?: exactly| only)?"
_IMAGE_PATTERNS = (
    rf"{_RANGE}{_NOUNS}",
    rf"\b(?P<top>{_AT_MOST}) {_ONE}{_NOUNS}",
    rf"\b(?P<bottom>{_AT_LEAST}) {_ONE}{_NOUNS}",
    rf"\bwords? ?(?:\+|and|plus) ?{_ONE}{_NOUNS}",
    rf"{_ASK} {_ONE}{_NOUNS}",
    rf"{_ASK} an?{_SKIP} {_NOUN}\b",
)
_OPTIONAL = re.compile(
    rf"\b(?:may|can|could|might|optionally|free to|want to|wish to|like to|not)(?: also)?(?: {_VERB})? $"
)

_EXAMPLE = re.compile(r"^[ \t]*\**example\b", re.IGNORECASE | re.MULTILINE)
_LINK_TARGET = re.compile(r"\]\([^()\n]*\)")
_BARE_HEADING = re.compile(r"(?:\w+ )?#?\d+ ?[.:)]?")


def limits(prompt: str) -> tuple[Limit | None, Limit | None]:
    """The limits that a prompt states.

    Args:
        prompt: the prompt's Markdown, without its `>`.

    Returns:
        Words and images, each as (least, most), both inclusive, or None where the prompt states no such limit.
    """
    example = _EXAMPLE.search(prompt)
    asked = _plain(prompt[: example.start()] if example else prompt)
    words = _first(_WORD_PATTERNS, _WORD_TRACES, asked)
    if words is None and example:
        # An example may talk of words itself; a limit behind it is believed where it is labelled.
        words = _first((_LENGTH,), _WORD_TRACES, _plain(prompt[example.start() :]))
    return words, _first(_IMAGE_PATTERNS, _NOUNS_ASKED, asked)


def template_rules(report: Report) -> TemplateRules:
    """Rules for a report of an unknown template, from its own headings and prompts."""
    return TemplateRules(VERSION, tuple(_question_rule(question) for question in report.questions))


def _question_rule(question: Question) -> QuestionRule:
    words, images = limits(question.prompt)
    return QuestionRule(question.id, _title(question), words, images)


def _first(patterns: tuple[str, ...], traces: tuple[str, ...], text: str) -> Limit | None:
    # A pattern costs a hundred times a look for the word without which it cannot match, and most prompts have none.
    if not any(trace in text for trace in traces):
        return None
    for pattern in patterns:
        for found in re.finditer(pattern, text):
            before = text[max(0, found.start() - 40) : found.start()]
            limit = _limit(found, optional=_OPTIONAL.search(before) is not None)
            if limit is not None:
                return limit
    return None


def _limit(found: Match[str], *, optional: bool) -> Limit | None:
    groups = found.groupdict()
    if groups.get("least"):
        least, most = _number(groups["least"]), _number(groups["most"])
    elif groups.get("number"):
        number = _number(groups["number"])
        least = 0 if groups.get("top") else number
        most = NO_UPPER_LIMIT if groups.get("bottom") else number
    else:
        if optional:
            return None
        least, most = 1, 1
    return (0 if optional else least, most) if least <= most and most > 0 else None


def _number(text: str) -> int:
    return _WORD_NUMBERS.index(text) if text in _WORD_NUMBERS else int(text)


def _plain(markdown: str) -> str:
    """The wording on one line in lower case, without emphasis and link targets."""
    return " ".join(_LINK_TARGET.sub("]", markdown).replace("*", "").casefold().split())


def _title(question: Question) -> str:
    heading = _one_line(question.heading)
    if not heading or _BARE_HEADING.fullmatch(heading):
        heading = _one_line(question.prompt) or heading
    if len(heading) <= TITLE_WIDTH:
        return heading
    cut = heading[:TITLE_WIDTH]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > TITLE_WIDTH // 2 else cut[:-1]).rstrip(" ,;:.") + "…"


def _one_line(markdown: str) -> str:
    """Text for a list: one line, no emphasis marks, nothing that a terminal would act on."""
    # A title needs no more than the beginning, and what is below goes character by character.
    text = " ".join(markdown[:400].replace("*", "").split())
    if text.isprintable():
        return text
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in ("Cf", "Cs")).split())
