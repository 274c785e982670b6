"""Which question is which where a template counts them otherwise: by what they ask, and never by a guess."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.renumbering import renumbered
from tests.reports import DAMAGES, SHAPES, filled

ASKS = {
    "hull": "Which hull did you take, and what does it weigh?",
    "cable": "How long is every cable, and who has measured it?",
    "sails": "Name three sails that you would not buy again.",
    "crew": "Who was on board on the last day of the trip?",
}


def report(*asks: str, answers: dict[int, str] | None = None) -> Report:
    """A report of so many questions, numbered from 1; a name of `ASKS` or a prompt of its own for each."""
    parts = ["# Ships\n"]
    for number, ask in enumerate(asks, start=1):
        quote = f"> **{ASKS.get(ask, ask)}**\n>\n" if ask else ""
        text = (answers or {}).get(number) or f"--- question {number} fill here ---"
        parts.append(f"### Question {number}\n\n{quote}> Answer:\n\n{text}\n")
    return Report.from_bytes("\n".join(parts).encode())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("hull", "cable"), ("hull", "cable"), {1: 1, 2: 2}),
        (("hull", "cable"), ("sails", "hull", "cable"), {1: 2, 2: 3}),
        (("hull", "cable"), ("cable", "hull"), {1: 2, 2: 1}),
        (("hull", "cable"), ("cable",), {2: 1}),
        (("hull", "cable"), ("hull", "sails"), {1: 1}),
        (("hull", "cable"), ("hull",), {1: 1}),
        # In other words, wrapped otherwise, or cut away: still the same one.
        (("hull",), ("Which hull did you take, and how much does it weigh?",), {1: 1}),
        (("hull",), ("Which hull did you\n> take, and what does it weigh?",), {1: 1}),
        (("hull",), ("",), {1: 1}),
        (("",), ("hull",), {1: 1}),
        # In other words, behind a new one: it is not found for sure, and not taken for the new one either.
        (("hull",), ("sails", "Which hull did you take, and how much does it weigh?"), {}),
        (("hull",), ("Which hull, and why?", "Which hull did you take, and how much does it weigh?"), {}),
        # Twice in the one or in the other: who knows which.
        (("hull",), ("sails", "hull", "hull"), {}),
        (("hull", "hull"), ("sails", "crew", "hull"), {}),
        (("hull", "hull"), ("hull", "sails"), {1: 1}),
        # A number whose prompt is gone is not taken from the one that moved there.
        (("hull", ""), ("sails", "hull"), {1: 2}),
    ],
)
def test_numbers(before: tuple[str, ...], after: tuple[str, ...], expected: dict[int, int]) -> None:
    assert dict(renumbered(report(*before), report(*after))) == expected


@given(st.lists(st.sampled_from([*ASKS, ""]), max_size=6), st.lists(st.sampled_from([*ASKS, ""]), max_size=6))
def test_no_two_questions_become_one(before: list[str], after: list[str]) -> None:
    numbers = renumbered(report(*before), report(*after))
    assert len(set(numbers.values())) == len(numbers)
    for old, new in numbers.items():
        assert old == new or before[old - 1] == after[new - 1] != ""


def test_two_thousand_questions_that_all_changed_are_compared_at_once() -> None:
    rng = random.Random(7)
    words = [f"word{n}" for n in range(500)]
    before, after = (report(*(" ".join(rng.choices(words, k=40)) for _ in range(2000))) for _ in range(2))
    assert dict(renumbered(before, after)) == {}


@pytest.mark.parametrize("damage", sorted(DAMAGES.keys() - {"prompt rewritten", "questions swapped"}))
def test_a_damaged_template_counts_its_questions_as_before(damage: str) -> None:
    for name, shape in SHAPES.items():
        if name == "unnumbered" and damage == "prompt and marker lost":
            continue  # which takes the question itself away, and all behind it are counted anew
        rng = random.Random(name)
        made = filled(shape, rng, share=1.0)
        before = Report.from_bytes(made.to_bytes())
        DAMAGES[damage](made, rng.choice(shape.numbers))
        after = Report.from_bytes(made.to_bytes())
        kept = {number: number for number in before.texts if number in after.texts}
        assert dict(renumbered(before, after)) == dict(renumbered(after, before)) == kept, name


def test_questions_that_are_counted_as_they_come_keep_their_answers_when_one_goes() -> None:
    shape = SHAPES["unnumbered"]
    made = filled(shape, random.Random(1), share=1.0)
    before = Report.from_bytes(made.to_bytes())
    DAMAGES["prompt and marker lost"](made, 3)
    numbers = renumbered(before, Report.from_bytes(made.to_bytes()))
    assert dict(numbers) == {n: n - (n > 3) for n in before.texts if n != 3}
