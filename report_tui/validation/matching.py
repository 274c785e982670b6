"""Recognises which template version of which course a report was made from.

Owns the judgement only: it compares the words that rules name for each question's prompt with the prompts in the
report. It reads no file and changes nothing; where nothing matches, `guess` reads limits from the prompts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from report_tui.core.report import Report
from report_tui.validation.ruleset import Ruleset, TemplateRules

ENOUGH = 0.6
"""The share of prompts, and of question numbers, that has to agree: the rest is what students rewrite or delete."""

FEWEST_LEFT, CERTAIN = 2, 0.8
"""Of a file with fewer questions: so many at least, and this share of their prompts, must be the template's."""

_Rank = tuple[float, float]


def match(report: Report, rulesets: Sequence[Ruleset]) -> tuple[Ruleset, TemplateRules] | None:
    """The rules that fit a report, or None.

    The version with the most recognised prompts wins; of equals the one with the closest question numbers, then the
    later one in its file, then the earlier file. A version whose rules name no prompts at all is recognised by its
    question numbers, and only where no other is.
    """
    prompts = {question.id: question.prompt.casefold() for question in report.questions}
    best: tuple[_Rank, Ruleset, TemplateRules] | None = None
    for ruleset in rulesets:
        # Newest first, so that of equals the later version stays.
        for template in reversed(ruleset.templates):
            rank = _rank(template, prompts)
            if rank is not None and (best is None or rank > best[0]):
                best = (rank, ruleset, template)
    return None if best is None else best[1:]


def _rank(template: TemplateRules, prompts: Mapping[int, str]) -> _Rank | None:
    """How well a version fits: the share of recognised prompts and the closeness of the numbers; None if too badly."""
    numbers = {rule.id for rule in template.questions}
    common = len(numbers & prompts.keys())
    if not common:
        return None
    closeness = common / len(numbers | prompts.keys())
    named = [(rule.id, rule.prompt) for rule in template.questions if rule.prompt is not None]
    recognised = sum(_stands_in(words, prompts.get(number, "")) for number, words in named)
    if common < ENOUGH * len(numbers):
        # A file that was cut: what is left of it must be this template's without doubt.
        left = sum(number in prompts for number, _ in named)
        whole = prompts.keys() <= numbers and left >= FEWEST_LEFT and recognised >= CERTAIN * left
        return (recognised / len(named), closeness) if whole else None
    if not named:
        return 0.0, closeness
    share = recognised / len(named)
    return (share, closeness) if share >= ENOUGH else None


def _stands_in(words: str, prompt: str) -> bool:
    """Whether each of the words stands in the (casefolded) prompt; a prompt's line breaks and bold marks part words."""
    return all(word in prompt for word in words.casefold().split())
