"""The course's own checker, trap by trap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.course_check import judge, split_answers


def report(*answers: str) -> str:
    """A report of so many questions, with these answers below their markers."""
    parts = [f"### Question {n}\n> What?\n>\n> Answer:\n\n{answer}\n" for n, answer in enumerate(answers, start=1)]
    return "# Title\n\n" + "\n".join(parts)


def texts(text: str) -> list[str]:
    return [piece.text for piece in split_answers(text)]


@pytest.mark.parametrize(
    ("answers", "pieces"),
    [
        (("one", "two", "three"), ["one", "two", "three"]),
        (("one\n\n## Notes\n\nmore", "two"), ["one", "two"]),
        (("one #### x", "two"), ["one ", "two"]),
        (("```\n## x\n```", "two"), ["```", "two"]),
        (("one #######", "two"), ["one ", "two"]),
        (("one # x", "two"), ["one # x", "two"]),
        (("one", "two ## x"), ["one", "two ## x"]),
        (("one Answer: 1", "two"), ["1", "two"]),
        (("one", "two Answer: 2"), ["one", " 2"]),
        (("one", "two ### x"), ["one", "two ", "two ### x"]),
        (("", "two"), ["", "two"]),
    ],
)
def test_how_the_text_is_cut(answers: tuple[str, ...], pieces: list[str]) -> None:
    assert [text.strip("\n ") for text in texts(report(*answers))] == [piece.strip() for piece in pieces]


def test_a_file_without_a_marker_is_one_piece() -> None:
    assert texts("\nno marker\n") == ["no marker"]
    assert texts("") == [""]


def test_words_and_images_as_counted() -> None:
    text = report("| a | b |\n![x y](figures/a.png) `![](b)`", "--- question 2 fill here ---")
    assert [(piece.words, piece.images) for piece in split_answers(text)] == [(8, 2), (6, 0)]


def test_limits_include_both_ends() -> None:
    text = report("one two", "one two three", "![a](b)", "")
    limits = [(1, (2, 2), None), (2, (1, 2), None), (3, None, (1, 1)), (4, (1, 9), (0, 0))]
    verdict = judge(text, limits)
    assert (verdict.readable, verdict.passed, verdict.total, verdict.failed) == (True, 2, 4, (2, 4))
    assert verdict.reason is None


def test_an_untouched_placeholder_passes_where_six_words_do() -> None:
    assert judge(report("--- question 1 fill here ---"), [(1, (0, 200), None)]).failed == ()


@pytest.mark.parametrize("answers", [("one", "two ### x"), ("one",), ("one", "two", "three")])
def test_another_number_of_pieces_stops_it(answers: tuple[str, ...]) -> None:
    verdict = judge(report(*answers), [(1, None, None), (2, None, None)])
    found = len(split_answers(report(*answers)))
    assert (verdict.readable, verdict.passed, verdict.failed) == (False, None, ())
    assert verdict.reason == f"it finds {found} answers instead of 2 and judges nothing"


def test_the_older_checker_drops_characters_from_the_front_first() -> None:
    text = "Answer: x\n" + report("one")
    assert judge(text, [(1, None, None)]).readable is False or len(split_answers(text)) == 1
    assert judge(text, [(1, (1, 1), None)], skip_characters=10).passed == 1


@given(st.text(alphabet="Answer:#\n\r ![]() x", max_size=80))
def test_line_endings_make_no_difference(text: str) -> None:
    limits = [(1, None, None)]
    folded = text.replace("\r\n", "\n").replace("\r", "\n")
    assert judge(text, limits) == judge(folded, limits) == judge(folded.replace("\n", "\r\n"), limits)
