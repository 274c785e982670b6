"""Limits from a prompt's wording: what is understood, and what must not be taken for a limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.report import Report
from report_tui.validation.guess import limits, template_rules
from report_tui.validation.loader import load
from report_tui.validation.ruleset import NO_UPPER_LIMIT

RULES = Path(__file__).parents[2] / "rules"
TEMPLATES = Path(__file__).parents[3] / "shared" / "templates"

Limit = tuple[int, int] | None

WORDS: list[tuple[str, Limit]] = [
    ("Recommended answer length: 100-200 words", (100, 200)),
    ("**Answer length: 0-200 words.**", (0, 200)),
    ("Answer length 50\u2013100 words", (50, 100)),
    ("Length:\n100 \u2014 200\nwords", (100, 200)),
    ("Write 100 to 200 words about the weather.", (100, 200)),
    ("Write between 50 and 80 words.", (50, 80)),
    ("Write between 50-80 words.", (50, 80)),
    ("At most 100 words.", (0, 100)),
    ("Use no more than 100 words.", (0, 100)),
    ("Maximum of 100 words", (0, 100)),
    ("(max. 100 words)", (0, 100)),
    ("100 words or less", (0, 100)),
    ("Two words at most.", (0, 2)),
    ("At least 50 words.", (50, NO_UPPER_LIMIT)),
    ("50 words minimum", (50, NO_UPPER_LIMIT)),
    ("Choose 3 to 5 words that describe it. Answer length: 20-40 words", (20, 40)),
    ("Choose 3 to 5 words that describe it.", None),
    ("In your own words, explain sections 2-4.", None),
    ("Write about 100 words.", None),
    ("How many words are in chapters 10-20?", None),
    ("Answer length: 200-100 words", None),
    ("Explain.\n\nExample:\n*It took 100-200 words to say it.*", None),
    ("Explain.\n\nExample:\n*Two to three words.*\n\nAnswer length: 10-20 words", (10, 20)),
    ("", None),
]

IMAGES: list[tuple[str, Limit]] = [
    ("200-300 words + 1 to 3 screenshots", (1, 3)),
    ("100-200 words and one figure", (1, 1)),
    ("Insert 1-2 images of the deck", (1, 2)),
    ("**Upload 1 to 3**\n**screenshots that show it**", (1, 3)),
    ("Upload one image of the hull.", (1, 1)),
    ("Include a figure of the map.", (1, 1)),
    ("Show one to three figures of the results.", (1, 3)),
    ("Show one or two photos", (1, 2)),
    ("Add between two and four small, clear pictures", (2, 4)),
    ("Show us exactly two plots", (2, 2)),
    ("Include at least two diagrams", (2, NO_UPPER_LIMIT)),
    ("Add up to three screenshots", (0, 3)),
    ("You may include 1-2 images", (0, 2)),
    ("You can include up to two images", (0, 2)),
    ("Feel free to insert a figure", None),
    ("Do not include a figure", None),
    ("See this figure.", None),
    ("You can take inspiration from [this figure](figures/1-2 images.png).", None),
    ("Explain the overall steps in figure.", None),
    ("Explain figures 1-2 of the book", None),
    ("Include a link to your figures", None),
    ("Include the number of the figure", None),
    ("Insert a table", None),
    ("This may include loss graphs, logged images and so on.", None),
    ("Explain.\nExample:\n*Show 1-2 images of ...*", None),
]


@pytest.mark.parametrize(("prompt", "expected"), WORDS)
def test_words(prompt: str, expected: Limit) -> None:
    assert limits(prompt)[0] == expected


@pytest.mark.parametrize(("prompt", "expected"), IMAGES)
def test_images(prompt: str, expected: Limit) -> None:
    assert limits(prompt)[1] == expected


@given(st.text(alphabet="0123456789-\u2013 \n*[]()toandwrsfigueaml,.", max_size=300))
def test_whatever_is_found_is_a_limit(prompt: str) -> None:
    for limit in limits(prompt):
        assert limit is None or 0 <= limit[0] <= limit[1] <= NO_UPPER_LIMIT


def test_the_demo_course_states_its_limits_in_its_prompts() -> None:
    ruleset, _ = load((RULES / "demo.yaml").read_text(encoding="utf-8"), "demo.yaml")
    assert ruleset is not None
    guessed = template_rules(Report.from_bytes((RULES / "demo" / "template.md").read_bytes()))
    known = ruleset.templates[-1]
    assert [(rule.id, rule.words, rule.images) for rule in guessed.questions] == [
        (rule.id, rule.words, rule.images) for rule in known.questions
    ]


@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="the real templates are not part of the project")
@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("2022-12-15", "2022-12"),
        ("2023-09-27", "2023-09"),
        ("2025-01-24", "2025-01"),
        ("2026-01-09", "2026-01"),
        ("2026-01-23", "2026-01"),
    ],
)
def test_the_real_templates_limits_are_guessed_right(name: str, version: str) -> None:
    ruleset, _ = load((RULES / "dtu-02476.yaml").read_text(encoding="utf-8"), "dtu-02476.yaml")
    assert ruleset is not None
    (known,) = (template for template in ruleset.templates if template.version == version)
    guessed = template_rules(Report.from_bytes((TEMPLATES / f"{name}.md").read_bytes()))
    assert [(rule.id, rule.words, rule.images) for rule in guessed.questions] == [
        (rule.id, rule.words, rule.images) for rule in known.questions
    ]


def titles(*headings: str, prompt: str = "**What is\n> it?**") -> list[str]:
    text = "".join(f"{heading}\n\n> {prompt}\n>\n> Answer:\n\nText.\n\n" for heading in headings)
    return [rule.title for rule in template_rules(Report.from_bytes(text.encode())).questions]


def test_a_title_is_the_heading_or_the_prompts_first_words() -> None:
    assert titles("### Question 1: *Power* budget", "### Question 2") == ["Question 1: Power budget", "What is it?"]


def test_a_long_title_ends_at_a_word() -> None:
    prompt = "**Describe, in as much detail as you like, the harbour.**"
    (title,) = titles("### Question 1", prompt=prompt)
    assert title == "Describe, in as much detail as you…"


def test_a_long_word_is_cut() -> None:
    (title,) = titles("### Question 1", prompt="y" * 60)
    assert title == "y" * 39 + "…"


def test_a_title_carries_nothing_that_a_terminal_acts_on() -> None:
    (title,) = titles("### Question 1", prompt="a\x1b[31m\tb\u202e c")
    assert title == "a [31m b c"


def test_a_heading_without_a_prompt_stays() -> None:
    report = Report.from_bytes(
        b"### Question 1\n\n> Answer:\n\nText.\n\n### Question 2\n\n> What?\n>\n> Answer:\n\nText.\n"
    )
    assert [rule.title for rule in template_rules(report).questions] == ["Question 1", "What?"]


def test_the_rules_say_that_they_are_guessed() -> None:
    report = Report.from_bytes(b"### Question 7\n\n> Show one figure in at most 50 words.\n>\n> Answer:\n\nText.\n")
    rules = template_rules(report)
    assert rules.version == "guessed"
    assert rules.course_check is None
    assert [(rule.id, rule.words, rule.images) for rule in rules.questions] == [(7, (0, 50), (1, 1))]
