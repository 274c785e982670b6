"""Recognising a report's template version, and refusing another course's report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from report_tui.core.report import Report
from report_tui.validation.loader import load
from report_tui.validation.matching import match
from report_tui.validation.ruleset import FigureRules, QuestionRule, Ruleset, TemplateRules

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"

WORDS = ("anchor", "beacon", "compass", "dinghy", "ebb", "fender", "galley", "hull", "inlet", "jetty")


def report(prompts: Mapping[int, str]) -> Report:
    text = "".join(
        f"### Question {number}\n\n> **{prompt}**\n>\n> Answer:\n\nText.\n\n" for number, prompt in prompts.items()
    )
    return Report.from_bytes(text.encode())


def template(version: str, prompts: Mapping[int, str | None]) -> TemplateRules:
    return TemplateRules(version, tuple(QuestionRule(number, "t", prompt=words) for number, words in prompts.items()))


def course(name: str, *templates: TemplateRules) -> Ruleset:
    return Ruleset(name, name, FigureRules(), templates)


def matched(report: Report, *rulesets: Ruleset) -> tuple[str, str] | None:
    found = match(report, rulesets)
    return None if found is None else (found[0].course, found[1].version)


def numbered(words: Iterable[str]) -> dict[int, str]:
    return dict(enumerate(words, start=1))


TEN = template("ten", numbered(WORDS))


def test_a_report_is_recognised_whatever_the_case_and_the_line_breaks() -> None:
    asked = report(numbered(f"Describe the\n> {word.upper()}s of the\n> boat?" for word in WORDS))
    assert matched(asked, course("c", TEN)) == ("c", "ten")


def test_every_word_of_a_prompt_has_to_stand_there_in_any_order() -> None:
    rules = course("c", template("v", {1: "  hull   anchor "}))
    assert matched(report({1: "The anchor\n> and the hull"}), rules) == ("c", "v")
    assert matched(report({1: "The anchor"}), rules) is None


def test_six_of_ten_prompts_are_enough_and_five_are_not() -> None:
    rules = course("c", TEN)
    assert matched(report(numbered([*WORDS[:6], "x", "x", "x", "x"])), rules) == ("c", "ten")
    assert matched(report(numbered([*WORDS[:5], "x", "x", "x", "x", "x"])), rules) is None


def test_six_of_ten_numbers_are_enough_and_five_are_not() -> None:
    rules = course("c", template("v", {**numbered(WORDS), **dict.fromkeys(range(6, 11), None)}))
    assert matched(report(numbered(WORDS[:6])), rules) == ("c", "v")
    assert matched(report(numbered([*WORDS[:3], "x", "x"])), rules) is None


@pytest.mark.parametrize("left", [2, 3, 5])
def test_a_file_that_was_cut_is_still_recognised(left: int) -> None:
    assert matched(report(numbered(WORDS[:left])), course("c", TEN)) == ("c", "ten")


def test_a_short_report_of_another_course_is_not_taken_for_a_cut_one() -> None:
    rules = course("c", TEN)
    assert matched(report(numbered(WORDS[:1])), rules) is None
    assert matched(report(numbered([*WORDS[:2], "x", "x"])), rules) is None
    assert matched(report({1: WORDS[0], 2: WORDS[1], 40: "x"}), rules) is None


def test_another_course_with_as_many_questions_is_not_recognised() -> None:
    assert matched(report(numbered(f"About {word}" for word in reversed(WORDS))), course("c", TEN)) is None


def test_the_most_recognised_prompts_win_in_any_order() -> None:
    nearly = template("nearly", numbered([*WORDS[:9], "keel"]))
    asked = report(numbered(WORDS))
    assert matched(asked, course("c", TEN, nearly)) == ("c", "ten")
    assert matched(asked, course("c", nearly, TEN)) == ("c", "ten")
    assert matched(asked, course("a", nearly), course("b", TEN)) == ("b", "ten")


def test_of_equals_the_closest_numbers_win() -> None:
    short = template("short", numbered(WORDS[:8]))
    asked = report(numbered(WORDS))
    assert matched(asked, course("c", TEN, short)) == ("c", "ten")
    assert matched(asked, course("c", short, TEN)) == ("c", "ten")


def test_of_equals_the_later_version_and_the_earlier_file_win() -> None:
    again = template("again", numbered(WORDS))
    asked = report(numbered(WORDS))
    assert matched(asked, course("a", TEN, again), course("b", TEN)) == ("a", "again")


def test_a_version_without_prompts_is_recognised_by_numbers_and_only_where_no_other_is() -> None:
    bare = template("bare", dict.fromkeys(range(1, 11), None))
    assert matched(report(numbered(["x"] * 10)), course("c", TEN, bare)) == ("c", "bare")
    assert matched(report(numbered(WORDS)), course("c", TEN, bare)) == ("c", "ten")
    assert matched(report(numbered(["x"] * 5)), course("c", bare)) is None


def test_a_file_without_questions_matches_nothing() -> None:
    assert matched(Report.from_bytes(b"# Shopping list\n"), course("c", TEN), course("d", template("v", {}))) is None
    assert match(report({1: "x"}), ()) is None


def shipped(name: str) -> Ruleset:
    ruleset, problems = load((ROOT / "rules" / f"{name}.yaml").read_text(encoding="utf-8"), name)
    assert ruleset is not None, problems
    return ruleset


SHIPPED = tuple(shipped(path.stem) for path in sorted((ROOT / "rules").glob("*.yaml")))


def test_every_shipped_question_can_be_recognised() -> None:
    for ruleset in SHIPPED:
        for version in ruleset.templates:
            assert [rule.id for rule in version.questions if rule.prompt is None] == []


@pytest.mark.parametrize("name", ["template.md", "report/README.md"])
def test_the_demo_course_is_recognised(name: str) -> None:
    assert matched(Report.from_bytes((ROOT / "rules" / "demo" / name).read_bytes()), *SHIPPED) == ("demo", "2026")


REAL = {
    "templates/2022-12-15.md": "2022-12",
    "templates/2023-09-27.md": "2023-09",
    "templates/2025-01-24.md": "2025-01",
    "templates/2026-01-09.md": "2026-01",
    "templates/2026-01-23.md": "2026-01",
    "reports/000.md": "2026-01",
    "reports/002.md": "2026-01",
    "reports/004.md": "2026-01",
    "reports/inline-answers.md": "2026-01",
    "reports/crlf-headings.md": "2026-01",
    "reports/crlf-dashes-2023.md": "2023-09",
    "reports/rewritten-2023.md": "2023-09",
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real reports are not part of the project")
@pytest.mark.parametrize("name", REAL)
def test_the_real_reports_are_recognised(name: str) -> None:
    assert matched(Report.from_bytes((SHARED / name).read_bytes()), *SHIPPED) == ("dtu-02476", REAL[name])


W = dict[int, tuple[int, int]]


def limits_of(words: Mapping[tuple[int, int], Iterable[int]]) -> W:
    return {number: limit for limit, numbers in words.items() for number in numbers}


YEAR_2026 = limits_of(
    {
        (0, 200): [3, 28],
        (100, 200): [4, 5, 6, 8, 9, 10, 13, 15, 16, 18, *range(22, 28)],
        (50, 100): [7, 12],
        (200, 300): [11, 14],
        (50, 200): [17],
        (200, 400): [29, 30],
        (50, 300): [31],
    }
)
YEAR_2023 = limits_of(
    {
        (100, 200): [3, 4, 5, 8, 9, 10, 13, 15, 16, 18, 22, 23],
        (50, 100): [6, 7, 12],
        (200, 300): [11, 14],
        (50, 200): [17, 27],
        (25, 100): [24],
        (200, 400): [25, 26],
    }
)
LATE_IMAGES: W = {14: (1, 3), 19: (1, 2), 20: (1, 2), 21: (1, 2), 29: (1, 1)}


@pytest.mark.parametrize(
    ("version", "ids", "words", "images", "skips"),
    [
        ("2026-01", range(1, 32), YEAR_2026, LATE_IMAGES, 0),
        ("2025-01", range(1, 32), {**YEAR_2026, 3: (100, 200)}, LATE_IMAGES, 0),
        (
            "2023-09",
            range(1, 28),
            YEAR_2023,
            {14: (1, 3), 19: (1, 2), 20: (1, 1), 21: (1, 1), 25: (1, 1)},
            43,
        ),
    ],
)
def test_the_shipped_limits_are_those_of_the_courses_checker(
    version: str, ids: Iterable[int], words: W, images: W, skips: int
) -> None:
    (rules,) = (found for found in shipped("dtu-02476").templates if found.version == version)
    assert [rule.id for rule in rules.questions] == list(ids)
    assert {rule.id: rule.words for rule in rules.questions if rule.words} == words
    assert {rule.id: rule.images for rule in rules.questions if rule.images} == images
    assert rules.course_check is not None
    assert rules.course_check.skip_characters == skips
