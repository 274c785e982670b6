"""What the screen says about a session: wording, glyphs and numbers, without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from report_tui.session import Session
from report_tui.tui.view_models import report as view_models
from report_tui.validation.finding import Status


def row(session: Session, number: int) -> view_models.ListRow:
    return next(row for row in view_models.rows(session) if row.id == number)


@pytest.mark.parametrize(
    ("words", "glyph", "count"),
    [(0, "○", ""), (49, "◔", "49/100"), (50, "◑", "50/100"), (100, "✓", ""), (200, "✓", ""), (201, "◉", "201/200")],
)
def test_a_row_shows_how_far_an_answer_is(demo: Path, words: int, glyph: str, count: str) -> None:
    session = Session.open(demo)
    session.edit(10, " ".join(["word"] * words))
    assert (row(session, 10).glyph, row(session, 10).missing) == (glyph, count)


def test_of_an_answer_with_git_s_markers_that_is_said_first(demo: Path) -> None:
    session = Session.open(demo)
    session.edit(8, "No figure.\n\n<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other")
    codes = [finding.code for finding in view_models.answer(session, 8).findings]
    assert codes[0] == "conflict" and len(codes) > 1, codes


def test_rows_follow_the_report_with_a_title_for_each_section(demo: Path) -> None:
    rows = view_models.rows(Session.open(demo))
    assert [row.title for row in rows if row.id is None] == ["Group", "Hardware", "Software", "Looking back"]
    assert [row.id for row in rows if row.id is not None] == list(range(1, 13))
    assert rows[0].id is None


def test_meters_say_what_is_to_go_and_what_is_over(demo: Path) -> None:
    session = Session.open(demo)
    session.edit(8, "word " * 310 + "\n\n![a](figures/wheel-slip.png)")
    words, figures = view_models.answer(session, 8).meters
    assert (words.amount, words.verdict, words.good) == (311, "11 over", False)
    assert (figures.amount, figures.verdict, figures.good) == (1, "", True)
    session.edit(8, "word " * 90)
    words, figures = view_models.answer(session, 8).meters
    assert (words.verdict, round(words.share, 2), figures.verdict) == ("110 to go", 0.45, "1 to go")


def test_a_held_text_says_why_and_how_to_mend_it(demo: Path) -> None:
    session = Session.open(demo)
    session.edit(9, "> Answer: again")
    view = view_models.answer(session, 9)
    assert view.status is Status.BREAKS_TEMPLATE
    assert "reads as the marker of a new answer" in view.findings[0].message
    assert view.findings[0].way_out
    assert row(session, 9).unsaved


def test_the_header_counts_what_is_unsaved(demo: Path) -> None:
    session = Session.open(demo)
    assert view_models.header(session) == view_models.HeaderView(
        "Field Robotics 2026", "reports/README.md", 7, 12, 9, 14, 0, ""
    )
    session.edit(9, "x")
    session.edit(10, "```")
    assert view_models.header(session).unsaved == 2


def test_problems_are_all_questions_that_are_not_ok(demo: Path) -> None:
    assert view_models.problems(Session.open(demo)) == (4, 7, 8, 9, 10, 11)


def test_every_status_has_a_glyph_of_one_cell_a_colour_and_a_word() -> None:
    for status in Status:
        assert cell_len(status.glyph) == 1
        assert view_models.COLOURS[status] in ("success", "muted", "warning", "error", "accent")
        assert status.word


@pytest.mark.parametrize(("limit", "shown"), [((100, 200), "100-200"), ((1, 1), "1"), ((50, 999_999), "50+")])
def test_a_range_is_shown_in_its_shortest_form(limit: tuple[int, int], shown: str) -> None:
    assert view_models.shown_range(limit) == shown
