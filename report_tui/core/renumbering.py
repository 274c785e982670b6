"""Which question of one version of the file is which of another, where a template counts its questions otherwise.

Owns the comparison of prompts. A number stays as long as what it asks does, also in other words: prompts are rewritten
and cut by hand. Only where the very prompt stands under another number, and once, the question has moved there; where
it stands nowhere and the number asks something else, it is gone, and nobody's text is guessed into another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from report_tui.core.report import Question, Report

LIKENESS = 0.5
"""Of two prompts that share fewer of their words (of 1), one is no rewording of the other."""
MOST_COMPARED = 100
"""So many prompts that changed are compared with each other; where more did, each only with that of its own number."""


def asked(question: Question) -> str:
    """What a question asks, however its lines are wrapped; empty where its prompt is gone."""
    return " ".join(question.prompt.split())


def found(report: Report, prompt: str) -> int | None:
    """The number of the one question that asks exactly this (`asked`); None where there is none, or more."""
    numbers = [question.id for question in report.questions if prompt and asked(question) == prompt]
    return numbers[0] if len(numbers) == 1 else None


def renumbered(before: Report, after: Report) -> Mapping[int, int]:
    """Of each question that both versions have, its number before and after; no two have the same number after."""
    old = {question.id: asked(question) for question in before.questions}
    new = {question.id: asked(question) for question in after.questions}
    same = {number: number for number, prompt in old.items() if new.get(number) == prompt}
    if len(same) == len(old):
        return same
    once, places = Counter(old.values()), Counter(new.values())
    where = {prompt: number for number, prompt in new.items() if prompt and places[prompt] == 1}
    for number, prompt in old.items():
        if number not in same and once[prompt] == 1 and prompt in where:
            same[number] = where[prompt]
    taken = set(same.values())
    free = {number: Counter(prompt.split()) for number, prompt in new.items() if number not in taken}
    for number, prompt in old.items():
        if number not in same and number in free and _is_still(number, Counter(prompt.split()), free):
            same[number] = number
    return same


def number_of(number: int, prompt: str, now: Report) -> int:
    """The number that a question has now, of which only this is known; as for `counted_as` where it is gone.

    Args:
        number: the one that it had.
        prompt: what it asked (`asked`); empty where nobody knows.
        now: the report.
    """
    there = {question.id: asked(question) for question in now.questions}
    if not prompt or there.get(number) == prompt:
        return number
    moved = found(now, prompt)
    if moved is not None or number not in there:
        return number if moved is None else moved
    words = Counter(there[number].split())
    is_still = not words or _likeness(Counter(prompt.split()), words) >= LIKENESS
    return number if is_still else max(there) + 1


def counted_as(past: Report, now: Report) -> dict[int, int]:
    """Of each question of another version the number that it has now, to show or compare its answer under it.

    One that is gone keeps its number, or, where that asks something else now, gets one that no question has: its text
    can be read, and is taken for no other one's.
    """
    numbers = dict(renumbered(past, now))
    taken = now.texts.keys() | past.texts.keys()
    for number in past.texts:
        if number not in numbers:
            numbers[number] = number if number not in now.texts else max(taken) + 1
            taken |= {numbers[number]}
    return numbers


def _is_still(number: int, words: Counter[str], free: Mapping[int, Counter[str]]) -> bool:
    """Whether this number asks the same in other words; a prompt that is gone says nothing against it."""
    if not words or not free[number]:
        return True
    here = _likeness(words, free[number])
    if here < LIKENESS:
        return False
    return len(free) > MOST_COMPARED or here >= max(_likeness(words, other) for other in free.values())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """How much of their words two prompts share, from 0 to 1."""
    return 2 * (one & other).total() / max(1, one.total() + other.total())
