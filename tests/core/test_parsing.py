"""Finds every answer of our own reports, whole and damaged, where the builder of the report knows it stands."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.report import Damage, Placeholder
from tests import reports
from tests.reports import DAMAGES, PARTS, SHAPES, Draft, Piece, Shape, build, filled

ENDINGS = st.sampled_from(["\n", "\r\n", "\r"])

# Where a template's sections begin with plain text, a heading of their level with text below it, at the end of an
# answer, looks the same; so does a list of boxes above a checklist. The text is then protected rather than lost.
PLAIN_INTROS = ("task", "plain-intro")
AMBIGUOUS_PARTS = {name: {"heading-1", "heading-2", "step"} for name in PLAIN_INTROS} | {"checklist-below": {"box"}}

# What no reader could tell from the file alone.
UNKNOWABLE: dict[str, set[str]] = {
    "section heading lost": {"task", "plain-intro", "rules", "numbers", "unnumbered"},
    "section lost": {"rules"},
    "section and heading lost": {"rules", "unnumbered"},
    "questions swapped": {"unnumbered"},
    "heading without #": {"unnumbered"},
    "heading in bold": {"unnumbered"},
    "prompt and marker lost": {"unnumbered"},
    "answer between rules": {"rules"},
}
# Numbers that jump hide which number a lost heading had.
JUMPS = {("heading lost", 12), ("heading and blanks lost", 12), ("heading lost, marker without >", 12)}
JUMPS |= {("section and heading lost", 12)}


def parts_for(name: str) -> tuple[str, ...]:
    return tuple(part for part in PARTS if part not in AMBIGUOUS_PARTS.get(name, ()))


def check(draft: Draft, ending: str = "\n", *, bom: bool = False, final_newline: bool = True) -> Report:
    """Parse a draft and compare every span with the truth; no protected line may lie in an answer region."""
    data = draft.to_bytes(ending, bom=bom, final_newline=final_newline)
    report = Report.from_bytes(data)
    truth = draft.truth()
    assert sorted(question.id for question in report.questions) == sorted(truth)
    starts = report.source.starts
    for question in report.questions:
        expected, lines = truth[question.id], question.answer.lines
        if expected.lines is None or expected.region is None:
            assert lines is None, f"question {question.id}"
        else:
            assert lines is not None, f"question {question.id}"
            assert expected.region[0] <= lines[0] <= expected.lines[0], f"question {question.id}"
            assert expected.lines[1] <= lines[1] <= expected.region[1], f"question {question.id}"
        first, end = question.answer.region
        taken = [line for line in draft.protected_lines() if first <= starts[line - 1] < end]
        assert taken == [], f"question {question.id} takes in protected lines"
    assert report.to_bytes() is data
    return report


@pytest.mark.parametrize("name", SHAPES)
@given(seed=st.integers(0, 10**6), ending=ENDINGS, bom=st.booleans(), final_newline=st.booleans())
def test_undamaged_reports(name: str, seed: int, ending: str, bom: bool, final_newline: bool) -> None:
    draft = filled(SHAPES[name], random.Random(seed), parts_for(name))
    report = check(draft, ending, bom=bom, final_newline=final_newline)
    assert report.damage == ()
    assert [question.id for question in report.questions] == list(SHAPES[name].numbers)


@pytest.mark.parametrize("name", SHAPES)
def test_pristine_templates(name: str) -> None:
    shape = SHAPES[name]
    report = check(build(shape))
    assert report.damage == ()
    assert {question.answer.placeholder for question in report.questions} == {Placeholder.UNTOUCHED}
    assert {question.answer.text for question in report.questions} == {""}
    assert report.title == {"titled": "Part one", "level-4": ""}.get(
        name, "Report of the harbour project" if name != "level-2" else "Report"
    )
    count = shape.per_section
    sections = [f"Part {reports.NUMBER_WORDS[1 + position // count]}" for position in range(len(shape.numbers))]
    assert [question.section for question in report.questions] == sections
    assert len(report.checklist) == (0 if shape.checklist == "none" else 4)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", SHAPES)
def test_one_damage(name: str, damage: str) -> None:
    if name in UNKNOWABLE.get(damage, ()):
        pytest.skip("no reader could tell")
    shape = SHAPES[name]
    for number in shape.numbers:
        if name == "mixed-headings" and (damage, number) in JUMPS:
            continue
        rng = random.Random(f"{name} {damage} {number}")
        draft = filled(shape, rng, parts_for(name))
        if all(draft.has(number, kind) for kind in ("marker", "prompt")):
            DAMAGES[damage](draft, number)
        check(draft)


@pytest.mark.parametrize("damage", [name for name in DAMAGES if "section" not in name and "swapped" not in name])
@pytest.mark.parametrize("name", ["usual", "glued", "titled", "level-4"])
def test_the_same_damage_everywhere(name: str, damage: str) -> None:
    if "heading" in damage and "next" not in damage and damage != "heading with a note":
        pytest.skip("a file without a question heading is no report of this kind")
    rng = random.Random(f"{name} {damage}")
    draft = filled(SHAPES[name], rng)
    for number in SHAPES[name].numbers:
        DAMAGES[damage](draft, number)
    check(draft)


@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from([name for name in SHAPES if name not in ("unnumbered", "rules", "numbers", "mixed-headings")]),
    damages=st.lists(st.tuples(st.sampled_from(sorted(DAMAGES)), st.integers(0, 11)), max_size=4),
    ending=ENDINGS,
)
def test_damages_together(seed: int, name: str, damages: list[tuple[str, int]], ending: str) -> None:
    shape = SHAPES[name]
    draft = filled(shape, random.Random(seed), parts_for(name))
    hit: set[int] = set()
    done: list[tuple[str, int]] = []
    for damage, position in damages:
        number = shape.numbers[position % len(shape.numbers)]
        # Two damages of neighbours may leave nothing to go by; alone, each must be seen through.
        # Two sections lost leave too few introductions to learn from how they begin.
        again = "section" in damage and any("section" in other for other, _ in done)
        if again or name in UNKNOWABLE.get(damage, ()) or hit & {number - 1, number, number + 1}:
            continue
        done.append((damage, number))
        hit |= {number, number + 1} if damage == "questions swapped" else {number}
        DAMAGES[damage](draft, number)
    check(draft, ending)


# The whole document


def copies(first: Draft, second: Draft) -> bytes:
    return first.to_bytes() + b"\n" + second.to_bytes()


@pytest.mark.parametrize("name", ["usual", "pictures", "titled", "level-4"])
@pytest.mark.parametrize("filled_first", [True, False])
@pytest.mark.parametrize("with_title", [True, False])
def test_a_second_copy_of_the_document(name: str, filled_first: bool, with_title: bool) -> None:
    shape = SHAPES[name]
    answers = {number: ["An answer.", "", f"Of two parts, {number}."] for number in shape.numbers}
    done, pristine = build(shape, answers), build(shape)
    second = pristine if filled_first else done
    if not with_title:
        second.pieces = [piece for piece in second.pieces if piece.kind not in ("title", "intro")]
    report = Report.from_bytes(copies(done, second) if filled_first else copies(pristine, second))
    assert [question.id for question in report.questions] == list(shape.numbers)
    assert [question.answer.text for question in report.questions] == ["\n".join(a) for a in answers.values()]
    twice = [note.question for note in report.damage if note.damage is Damage.QUESTION_TWICE]
    assert sorted(twice) == list(shape.numbers)
    changed = report.with_answer(shape.numbers[-1], "New.")
    assert changed.question(shape.numbers[-1]).answer.text == "New."


def test_a_question_twice_keeps_the_answered_one() -> None:
    draft = build(answers={5: ["Kept."]})
    copy = [Piece(piece.kind, list(piece.lines), 5) for piece in build().pieces if piece.question == 5]
    start = draft.index(draft.of(5, "heading"))
    draft.pieces[start:start] = copy
    report = Report.from_bytes(draft.to_bytes())
    assert report.question(5).answer.text == "Kept."
    assert [question.id for question in report.questions] == list(range(1, 13))
    assert [note.question for note in report.damage] == [5]


def test_conflict_markers_around_whole_questions() -> None:
    answers = {number: [f"Text {number}."] for number in range(1, 13)}
    draft = build(answers=answers)
    start = draft.index(draft.of(5, "heading"))
    end = draft.index(draft.of(7, "heading"))
    ours = draft.pieces[start:end]
    theirs = [Piece(piece.kind, list(piece.lines), piece.question) for piece in ours]
    draft.pieces[start:end] = [
        Piece("junk", ["<<<<<<< HEAD"]), *ours, Piece("junk", ["======="]), *theirs, Piece("junk", [">>>>>>> a1b2c3d"])
    ]  # fmt: skip
    report = Report.from_bytes(draft.to_bytes())
    assert [question.id for question in report.questions] == list(range(1, 13))
    for number in (1, 2, 3, 5, 8, 9, 12):
        assert report.question(number).answer.text == f"Text {number}."
    assert {note.damage for note in report.damage} == {Damage.QUESTION_TWICE}


@pytest.mark.parametrize("opening", ["```", "```python", "~~~", "- ```", "<!--", "<details>", "<!-- note"])
def test_an_answer_that_never_closes_what_it_opens_hides_no_question(opening: str) -> None:
    code = ["Text.", "", "```bash", "ls", "```", "", "```", "ls", "```", "", "End."]
    draft = build(answers={4: ["Text.", "", opening, "some code"], 5: code, 6: code, 11: code})
    check(draft)


def test_a_sample_report_in_a_fence_is_part_of_the_answer() -> None:
    sample = [
        "Text.",
        "",
        "```markdown",
        "### Question 5",
        "",
        "> **What?**",
        ">",
        "> Answer:",
        "",
        "x",
        "```",
        "",
        "End.",
    ]
    check(build(answers={3: sample, 5: ["Five."]}))
    check(build(answers={8: sample, 5: ["Five."], 9: ["```", "x", "```"]}))


def test_a_damaged_question_is_not_looked_for_in_a_fence() -> None:
    draft = build(
        answers={3: ["Text.", "", "```", "### Question 5", "> **What?**", "", "x", "```", "", "End."], 5: ["Five."]}
    )
    reports.marker_lost(draft, 5)
    assert check(draft).question(5).answer.text == "Five."


def test_two_prompts_in_one_quote_are_two_questions() -> None:
    rows = ["### Question 1", "", "> **One?**", ">", "> Answer:", "> **Two?**", ">", "> Answer:", "", "Two.", ""]
    rows += ["### Question 3", "", "> **Three?**", ">", "> Answer:", "", "Three.", ""]
    report = Report.from_bytes("\n".join(rows).encode())
    assert [(question.id, question.answer.text) for question in report.questions] == [
        (1, ""),
        (2, "Two."),
        (3, "Three."),
    ]
    assert report.with_answer(2, "New.").to_bytes() == "\n".join(rows).replace("Two.", "New.").encode()


def test_a_marker_that_ends_an_example_is_not_the_marker() -> None:
    rows = ["### Question 1", "", "> **One?**", "> Answer: like this", ">", "> Answer:", "", "One.", ""]
    assert Report.from_bytes("\n".join(rows).encode()).question(1).answer.text == "One."


def test_a_swapped_question_without_its_marker_is_found() -> None:
    draft = build(answers={4: ["Four."], 5: ["Five."], 6: ["Six."]})
    reports.swapped(draft, 5)
    reports.marker_lost(draft, 5)
    assert [question.id for question in check(draft).questions] == [1, 2, 3, 4, 6, 5, 7, 8, 9, 10, 11, 12]


def test_rules_that_end_fewer_than_half_of_the_answers_are_their_own() -> None:
    ends = ["Text.", "", "---"]
    check(build(Shape(per_section=0, checklist="none"), {number: ends for number in (2, 3, 5, 7, 8)}))


def test_a_report_of_one_question_that_was_pasted_twice() -> None:
    once = "# Harbour robots\n\nWritten by all of our group.\n\n### Question 1\n\n> **One?**\n>\n> Answer:\n\nOne.\n\n"
    report = Report.from_bytes((once + once).encode())
    assert report.question(1).answer.text == "One."
    assert report.with_answer(1, "New.").to_bytes() == (once.replace("One.", "New.") + once).encode()


def test_comments_that_end_answers_are_no_sections_where_there_are_none() -> None:
    ends = ["Text.", "", "# a comment"]
    report = check(build(Shape(per_section=0, checklist="none"), {2: ends, 5: ends, 7: ends}))
    assert {question.section for question in report.questions} == {""}


def test_another_heading_above_a_prompt_takes_the_missing_number() -> None:
    draft = build(answers={5: ["Five."], 6: ["Six."]})
    reports.heading_reworded(draft, 5, "### How we moved the crane")
    report = check(draft)
    assert report.question(5).heading == "How we moved the crane"


def test_text_between_prompt_and_marker_is_the_answer_where_nothing_stands_below() -> None:
    data = build().to_bytes().replace(
        b">\n> Answer:\n\n--- question 5 fill here ---\n", b"\nWritten above,\nin two lines.\n\n> Answer:\n\n"
    )  # fmt: skip
    report = Report.from_bytes(data)
    assert report.question(5).answer.text == "Written above,\nin two lines."
    assert [note.damage for note in report.damage] == [Damage.ANSWER_ABOVE_MARKER]
    changed = report.with_answer(5, "Another text.")
    assert changed.to_bytes() == data.replace(b"Written above,\nin two lines.", b"Another text.")


@pytest.mark.parametrize("heading", ["# a comment", "#### Notes", "### Notes", "##### Notes"])
def test_a_heading_at_the_end_of_an_answer_is_no_section_when_sections_have_another_level(heading: str) -> None:
    check(build(answers={2: ["Text.", "", heading], 3: ["Text.", "", heading], 4: ["Text.", "", heading]}))


def test_a_heading_of_the_section_level_with_nothing_below_it_reads_as_a_section() -> None:
    report = Report.from_bytes(build(answers={4: ["Text.", "", "## Notes"]}).to_bytes())
    assert report.question(4).answer.text == "Text."
    assert report.question(5).section == "Notes"


def test_the_title_stands_above_the_questions() -> None:
    shape = Shape(title="")
    report = Report.from_bytes(build(shape, {4: ["Text.", "", "# Not the title", "", "Text."]}).to_bytes())
    assert report.title == ""


def test_numbers_that_do_not_begin_at_one_and_do_not_follow_each_other() -> None:
    report = check(build(SHAPES["mixed-headings"]))
    assert [question.id for question in report.questions] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14]


DAMAGE_NOTES: dict[str, tuple[Callable[[Draft], None], Damage]] = {
    "marker lost": (lambda d: reports.marker_lost(d, 5), Damage.MARKER_MISSING),
    "marker unquoted": (lambda d: reports.marker_unquoted(d, 5), Damage.MARKER_UNQUOTED),
    "inline": (lambda d: reports.inline(d, 5), Damage.ANSWER_ON_MARKER),
    "in quote": (lambda d: reports.quoted(d, 5), Damage.ANSWER_IN_QUOTE),
    "prompt lost": (lambda d: DAMAGES["prompt and marker lost"](d, 5), Damage.PROMPT_MISSING),
    "heading lost": (lambda d: reports.heading_lost(d, 5), Damage.HEADING_MISSING),
    "heading level": (lambda d: reports.heading_reworded(d, 5, "## Question 5"), Damage.HEADING_CHANGED),
    "heading glued": (lambda d: reports.heading_reworded(d, 5, "###Question 5"), Damage.HEADING_CHANGED),
    "heading bare": (lambda d: reports.heading_reworded(d, 5, "Question 5"), Damage.HEADING_CHANGED),
}


@pytest.mark.parametrize("name", DAMAGE_NOTES)
def test_what_is_damaged_is_noted_with_its_line(name: str) -> None:
    draft = build(answers={5: ["The answer."]})
    damage, expected = DAMAGE_NOTES[name]
    damage(draft)
    notes = check(draft).damage
    assert expected in {note.damage for note in notes}
    first = next(line for piece, line, _ in draft.positions() if piece.question == 5)
    last = max(line for piece, _, line in draft.positions() if piece.question == 5)
    assert all(note.question == 5 and first <= note.line <= last for note in notes)


# Values


def test_the_values_of_a_question() -> None:
    report = Report.from_bytes(build(answers={5: ["", "One.  ", "", "Two.", ""]}).to_bytes("\r\n"))
    question = report.question(5)
    lines = report.source.lines
    assert (question.heading, lines[question.heading_line - 1]) == ("Question 5", "### Question 5")
    assert question.prompt_lines is not None
    assert question.marker_line is not None
    assert lines[question.prompt_lines[0] - 1].startswith("> **What did you do about crane 5")
    assert question.prompt.startswith("**What did you do about crane 5")
    assert question.prompt.endswith("*We moved ... to ... because of ... .*")
    assert lines[question.marker_line - 1] == "> Answer:"
    assert question.section == "Part two"
    assert question.answer.text == "One.  \n\nTwo."
    assert question.answer.lines is not None
    assert lines[question.answer.lines[0] - 1 : question.answer.lines[1]] == ("One.  ", "", "Two.")
    assert report.source.text[slice(*question.answer.span)] == "One.  \r\n\r\nTwo."
    with pytest.raises(KeyError):
        report.question(99)


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (["--- question 5 fill here ---"], Placeholder.UNTOUCHED),
        (["--- fill here ---"], Placeholder.UNTOUCHED),
        (["---question 5 fill here---"], Placeholder.UNTOUCHED),
        (["---  ---"], Placeholder.NONE),
        ([">"], Placeholder.NONE),
        ([""], Placeholder.NONE),
    ],
)
def test_what_counts_as_unanswered(left: list[str], kind: Placeholder) -> None:
    answer = Report.from_bytes(build(answers={5: left}).to_bytes()).question(5).answer
    assert (answer.lines, answer.text, answer.placeholder) == (None, "", kind)


def test_a_placeholder_that_the_rules_name_by_its_first_word() -> None:
    data = build(answers={12: ["qwertz asdf", " yxcv", "yxcv"]}).to_bytes()
    assert Report.from_bytes(data).question(12).answer.placeholder is Placeholder.NONE
    answer = Report.from_bytes(data, ("qwertz",)).question(12).answer
    assert (answer.lines, answer.placeholder) == (None, Placeholder.UNTOUCHED)
    beside = Report.from_bytes(data.rstrip() + b"\n\nReal text.\n", ("qwertz",)).question(12).answer
    assert beside.placeholder is Placeholder.BESIDE_TEXT
    assert beside.text.endswith("Real text.")


@pytest.mark.parametrize("text", ["", "\n", "just text\n", "# Title\n\nText.\n", "> Answer:\n", "### Question 1\n"])
def test_a_file_that_is_no_report_has_no_questions(text: str) -> None:
    report = Report.from_bytes(text.encode())
    assert [question.id for question in report.questions] in ([], [1])
    assert report.to_bytes() == text.encode()


def test_a_heading_of_an_answer_is_no_question_where_those_without_a_word_have_a_dot() -> None:
    """Question 3 lost its heading, and the answer above it holds `### 3 ships`: no `### 3.`, so text."""
    questions = ["### Question 1", "### Question 2", "", "### 4.", "### 5."]
    blocks = [
        f"{heading}\n\n> **Tell us about part {number} of the voyage.**\n>\n> Answer:\n\nThe sea was calm.\n"
        for number, heading in enumerate(questions, start=1)
    ]
    blocks[1] += "\n### 3 ships\n\nThey came in the morning.\n"
    blocks[2] = blocks[2].lstrip("\n")
    report = Report.from_bytes("\n".join(blocks).encode())
    assert [question.id for question in report.questions] == [1, 2, 3, 4, 5]
    assert report.question(2).answer.text.endswith("### 3 ships\n\nThey came in the morning.")
