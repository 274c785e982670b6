"""Measures the parser against real reports and templates beside the project; skipped where they are absent."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.course_check import split_answers
from report_tui.core.report import Damage, Placeholder
from tests.core.test_moving import check_move
from tests.core.test_parsing import check
from tests.reports import DAMAGES, Draft, Piece, answer_lines

SHARED = Path(__file__).resolve().parents[3] / "shared"
REPORTS = sorted((SHARED / "reports").glob("*.md"))
TEMPLATES = sorted((SHARED / "templates").glob("*.md"))

TEMPLATE_NOISE = ("fewafewubaofewnafioewnifowf",)
"""What one template has instead of its last placeholder."""

pytestmark = pytest.mark.skipif(not REPORTS, reason="needs the real reports in ../shared, which are not in the project")


def ids(path: Path) -> str:
    return path.stem


def answers_of(path: Path) -> list[dict[str, object]]:
    loaded = json.loads(path.with_suffix(".answers.json").read_text(encoding="utf-8"))
    questions: list[dict[str, object]] = loaded["questions"]
    return questions


@pytest.mark.parametrize("path", REPORTS, ids=ids)
def test_every_span_is_where_a_careful_human_marked_it(path: Path) -> None:
    report = Report.from_bytes(path.read_bytes())
    expected = answers_of(path)
    assert [question.id for question in report.questions] == [entry["id"] for entry in expected]
    for entry, question in zip(expected, report.questions, strict=True):
        lines = question.answer.lines
        if not entry["answered"]:
            assert lines is None, question.id
            continue
        assert lines is not None, question.id
        region_first, first, last, region_last = (
            int(str(entry[key])) for key in ("region_start_line", "start_line", "end_line", "region_end_line")
        )
        assert region_first <= lines[0] <= first, question.id
        assert last <= lines[1] <= region_last, question.id


@pytest.mark.parametrize("path", REPORTS, ids=ids)
def test_the_course_counts_as_its_own_checker_did(path: Path) -> None:
    text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    pieces = split_answers(text[43:] if "2023" in path.stem else text)
    official = [int(str(entry["official_words"])) for entry in answers_of(path) if "official_words" in entry]
    assert len(official) > 20
    # Where answers run together, the checker has fewer pieces than there are questions; the rest keep their order.
    left = iter([piece.words for piece in pieces])
    assert all(any(counted == words for counted in left) for words in official)


@pytest.mark.parametrize("path", [*REPORTS, *TEMPLATES], ids=ids)
def test_bytes_come_back_and_no_edit_is_no_edit(path: Path) -> None:
    data = path.read_bytes()
    report = Report.from_bytes(data)
    assert report.to_bytes() is data
    for question in report.questions:
        assert report.with_answer(question.id, question.answer.text) is report


@pytest.mark.parametrize("path", [*REPORTS, *TEMPLATES], ids=ids)
def test_each_answer_can_be_replaced_and_put_back(path: Path) -> None:
    report = Report.from_bytes(path.read_bytes())
    for question in report.questions:
        start, end = question.answer.region
        changed = report.with_answer(question.id, "One.\n\n```\n# two\n```\n\nThree.")
        assert changed.source.text[:start] == report.source.text[:start]
        assert changed.source.text.endswith(report.source.text[end:])
        back = changed.with_answer(question.id, question.answer.text)
        assert back.question(question.id).answer.text == question.answer.text


@pytest.mark.parametrize(("stem", "count"), [("inline-answers", 31), ("004", 8)])
def test_every_answer_in_the_wrong_place_is_moved(stem: str, count: int) -> None:
    report = Report.from_bytes((SHARED / "reports" / f"{stem}.md").read_bytes(), TEMPLATE_NOISE)
    notes = {
        note.question for note in report.damage if note.damage in (Damage.ANSWER_ON_MARKER, Damage.ANSWER_IN_QUOTE)
    }
    assert len(notes) == count
    for number in notes:
        moved = check_move(report, number)
        assert moved is not None
        assert moved.question(number).answer.placeholder is Placeholder.NONE
        report = moved
    assert not notes & {note.question for note in report.damage}


@pytest.mark.parametrize("path", [*REPORTS, *TEMPLATES], ids=ids)
def test_no_answer_is_refused_its_place(path: Path) -> None:
    report = Report.from_bytes(path.read_bytes(), TEMPLATE_NOISE)
    for question in report.questions:
        if question.marker_line is not None:
            assert check_move(report, question.id) is not None


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
def test_pristine_templates(path: Path) -> None:
    report = Report.from_bytes(path.read_bytes(), TEMPLATE_NOISE)
    assert report.damage == ()
    assert all(question.answer.lines is None for question in report.questions)
    count = 27 if path.stem < "2025" else 31
    assert len(report.questions) == count
    assert len({question.section for question in report.questions}) in (6, 7)


def draft_of(path: Path) -> Draft:
    """A template in pieces, so that it can be filled in and damaged."""
    draft, question = Draft(), 0

    def add(kind: str, line: str) -> None:
        last = draft.pieces[-1] if draft.pieces else None
        if last is not None and last.kind == kind and last.question == question and kind not in ("blank", "heading"):
            last.lines.append(line)
        else:
            draft.pieces.append(Piece(kind, [line], question))

    for line in path.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"### (?:Question )?(\d+)\.?", line)
        if heading:
            question = int(heading[1])
            add("heading", line)
        elif re.match(r"#{1,3} ", line):
            question = 0
            add("section", line)
        elif not line.strip():
            add("blank", line)
        elif not question:
            add("section-intro" if line.startswith(">") else "intro", line)
        elif line == "> Answer:":
            add("marker", line)
        elif line.startswith(">"):
            kind = draft.pieces[-1].kind if draft.pieces[-1].kind in ("length", "example") else "prompt"
            kind = "length" if "length" in line else "example" if "Example:" in line else kind
            add(kind, line)
        else:
            add("picture" if line.startswith("<img") else "placeholder", line)
    return draft


def fill(draft: Draft, rng: random.Random) -> None:
    """Answer most questions in random words of ours."""
    for piece in draft.pieces:
        if piece.kind == "placeholder" and (rng.random() < 0.9 or "fill here" not in piece.lines[0]):
            piece.kind, piece.lines = "answer", answer_lines(rng)


@pytest.mark.parametrize("path", TEMPLATES, ids=ids)
@given(
    seed=st.integers(0, 10**6),
    damages=st.lists(
        st.tuples(st.sampled_from(sorted(set(DAMAGES) - {"questions swapped"})), st.integers(0, 30)), max_size=6
    ),
    ending=st.sampled_from(["\n", "\r\n"]),
)
# A heading of the answer above begins with the number of the question that lost its own.
@example(seed=220, damages=[("section and heading lost", 6)], ending="\n")
def test_filled_and_damaged_templates(path: Path, seed: int, damages: list[tuple[str, int]], ending: str) -> None:
    draft = draft_of(path)
    fill(draft, random.Random(seed))
    numbers = draft.numbers()
    hit: set[int] = set()
    for damage, position in damages:
        number = numbers[position % len(numbers)]
        neighbours = {number - 1, number, number + 1}
        jump = path.stem == "2022-12-15" and number == 26
        if hit & neighbours or (jump and "lost" in damage):
            continue
        hit.add(number)
        DAMAGES[damage](draft, number)
    check(draft, ending)


def test_the_pieces_of_a_template_are_the_template() -> None:
    for path in TEMPLATES:
        assert draft_of(path).lines() == path.read_text(encoding="utf-8").splitlines()
        assert len(draft_of(path).numbers()) == len(Report.from_bytes(path.read_bytes()).questions)
