"""The page as a whole: its policy, what is escaped, the margin, and that the same report makes the same page."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest

from report_tui import loading
from report_tui.core.report import Report
from report_tui.page_making import make_page
from report_tui.render.hand_in_page import page_html, problem_html
from report_tui.validation.ruleset import QuestionRule
from tests.cli.commands import CHECKLIST, GOOD
from tests.cli.commands import RULES as COURSE_RULES
from tests.validation.judging import course, evaluated, report_text

RULES = (QuestionRule(1, "Crew <b>"), QuestionRule(2, "Crane", words=(4, 9)), QuestionRule(3, "Map", images=(1, 2)))
TEXT = report_text(("Ann & Bo", "It lifts", None)).replace("## The quay", "## The <quay>")


def made(tmp_path: Path, text: str = TEXT, count: int = 3) -> str:
    report = Report.from_bytes(text.encode())
    rules = (*RULES, *(QuestionRule(number, "More") for number in range(4, count + 1)))
    page = make_page(tmp_path / "README.md", report, course(rules), evaluated(text, rules)).page
    return page_html(page)


def test_the_policy_allows_its_own_styles_and_pictures_that_are_in_it(tmp_path: Path) -> None:
    page = made(tmp_path)
    styles = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="(.*?)">', page)
    assert styles is not None and policy is not None
    digest = b64encode(hashlib.sha256(styles[1].encode()).digest()).decode()
    assert policy[1] == (
        f"default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-{digest}&#39;; "
        "base-uri &#39;none&#39;; form-action &#39;none&#39;"
    )
    # Before anything that it is about.
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert "<script" not in page and "style=" not in page.partition("</style>")[2]
    assert "url(" not in styles[1] and "@import" not in styles[1]


def test_what_the_report_and_its_rules_say_is_text(tmp_path: Path) -> None:
    page = made(tmp_path)
    assert "Crew &lt;b&gt;" in page and "The &lt;quay&gt;" in page and "Ann &amp; Bo" in page
    assert "<quay>" not in page and "Crew <b>" not in page


def test_the_margin_says_how_far_an_answer_is(tmp_path: Path) -> None:
    page = made(tmp_path)
    assert '2 words <span class="asked">of 4–9</span><br><strong>2 to go</strong>' in page
    assert '0 figures <span class="asked">of 1–2</span><br><strong>1 to go</strong>' in page
    assert '<p class="status too-short">' in page
    assert "No answer yet." in page


def test_what_stands_outside_of_the_questions_is_there_too(tmp_path: Path) -> None:
    text = TEXT.replace(
        "## The <quay>", f"Our *abstract*\n\n# Two\n\n{CHECKLIST}\nNot `all`.\n\n## The <quay>\n\n> About <b>it"
    )
    page = made(tmp_path, text)
    intro, _, rest = page.partition('<h2 id="section-1">')
    assert "<h2>Introduction</h2>" in intro and "Our <em>abstract</em>" in intro and "<h3>Two</h3>" in intro
    section, _, rest = rest.partition("<article")
    assert '<div class="prose about">' in section and "<p>About <b>it" in section
    assert "Not <code>all</code>." in rest.partition('id="checklist"')[2]
    # Nothing of it where there is nothing.
    assert "Introduction" not in made(tmp_path) and "prose about" not in made(tmp_path)


def test_a_checker_that_reads_nothing_is_told_once(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    (tmp_path / "report-rules.yaml").write_text(COURSE_RULES, encoding="utf-8")
    for text, told in (
        (report_text(GOOD), "Passes 6 of 6"),
        (report_text((*GOOD[:5], "Answer: one\n\n### Two")), "instead of 6"),
    ):
        path.write_text(text, encoding="utf-8")
        loaded = loading.load(path)
        page = page_html(make_page(path, loaded.report, loaded.course, loaded.evaluation).page)
        assert page.lower().count(told.lower()) == 1, told


def test_the_same_report_makes_the_same_page(tmp_path: Path) -> None:
    assert made(tmp_path) == made(tmp_path)


def test_only_a_served_page_has_a_program(tmp_path: Path) -> None:
    text = problem_html("a <b> is\x1b missing", "7")
    assert "a &lt;b&gt; is missing" in text
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None and 'event.data === "7"' in script[1]
    digest = b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;; connect-src &#39;self&#39;" in text


def test_a_report_without_anything_has_a_page(tmp_path: Path) -> None:
    page = made(tmp_path, "")
    assert "<title>Harbour Robots</title>" in page and "0 of 3 answers ready" in page


def test_an_answer_that_is_far_too_long_is_shown_as_it_is_written_and_no_other(tmp_path: Path) -> None:
    page = made(tmp_path, report_text(("x" * 2_100_000, "It *lifts*", "It *floats*")))
    assert page.count("the answer is too long") == 1 and "the report is too long" not in page
    assert "Its last 1,900,000 characters are left out" in page and len(page) < 500_000
    assert "It <em>lifts</em>" in page and "It <em>floats</em>" in page


@pytest.mark.parametrize("part", ["word " * 9_000, "a\n" * 4_000, "a\r" * 4_000])
def test_of_a_report_that_is_far_too_long_the_rest_is_shown_as_it_is_written(tmp_path: Path, part: str) -> None:
    page = made(tmp_path, report_text(["It *lifts*", *[part] * 4, "It *floats*"]), 6)
    assert page.count("the report is too long") in (2, 4), "of one or two questions the prompt and the answer"
    assert "It <em>lifts</em>" in page and "It <em>floats</em>" in page, "which takes no time"


def test_no_prompt_and_no_text_outside_is_lost_where_a_report_is_too_long(tmp_path: Path) -> None:
    long = f"# Harbour report\n\n{'*word* ' * 20_000}\n\n"
    page = made(tmp_path, TEXT.replace("# Harbour report\n", long))
    assert "*word* *word*" in page and "the answer is too long" in page
    assert "<strong>Say something about part 3</strong>" in page
    many = report_text(["word " * 9_000] * 4)
    page = made(tmp_path, many, 4)
    assert "<strong>Say something about part 3</strong>" in page and "**Say something about part 4**" in page


def test_more_questions_than_any_report_has_are_left_out_and_said(tmp_path: Path) -> None:
    page = made(tmp_path, report_text([None] * 1_003), 3)
    assert page.count("<article ") == 1_000
    assert "<li>3 questions: no report has so many</li>" in page


def test_of_far_too_many_boxes_and_introductions_the_rest_is_shown_as_it_is_written(tmp_path: Path) -> None:
    boxes = "".join(f"* [x] *box* <{number}>\n" for number in range(2_002))
    text = TEXT.replace("## The <quay>", f"# C\n\n{boxes}\n## The <quay>\n\n> {'*word* ' * 30_000}")
    page = made(tmp_path, text)
    assert page.count("<em>box</em>") == 2_000 and "*box* &lt;2001&gt;" in page
    assert "*word* *word*" in page and "the answer is too long" in page


def test_real_reports_have_pages_without_a_hole(shared: Path) -> None:
    for path in sorted((shared / "reports").glob("*.md")):
        loaded = loading.load(path)
        page = page_html(make_page(path, loaded.report, loaded.course, loaded.evaluation).page)
        assert page.count("<article ") == len(loaded.report.questions), path.name
        assert "cannot be shown as a page" not in page, path.name


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_change_nothing_but_the_digest(tmp_path: Path, ending: str) -> None:
    def without_digest(page: str) -> str:
        return re.sub(r"SHA-256 \w+", "", page)

    assert without_digest(made(tmp_path, TEXT.replace("\n", ending))) == without_digest(made(tmp_path))
