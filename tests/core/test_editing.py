"""Changes one answer and nothing else: the invariants of an edit, and what is refused with which reason."""

from __future__ import annotations

import random
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import AnswerRejected, Report
from report_tui.core import edits, template
from report_tui.core.source import Source, normalised
from tests import reports
from tests.reports import DAMAGES, PARTS, SHAPES, Draft, build, filled

TELLING_LINES = r"""
text
- item
  - nested
1. one
> quoted
>
> **bold**
> Answer:
Answer: x
# comment
## Heading
## Part two
### 3. Title
### Question 5
Question 5
#### Deep
##
---
===
***
| a | b |
|---|---|
```
```python
~~~
`
``
<!-- x -->
<!--
-->
<b>
<?php
<details>
</details>
- [ ] box
--- question 3 fill here ---
--- x ---
![a](figures/a.png)
[a]: b
\
    code
""".split("\n")
ODD_LINES = [" ", "\t", "\u2028", "\u0085", "\x0c", "\x00", "\ufeff", "e\u0301", "\u202e"]
LINE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30), st.sampled_from([*TELLING_LINES, *ODD_LINES])
)
TEXT = st.lists(LINE, max_size=8).map("\n".join)
ENDINGS = ["\n", "\r\n", "\r"]


def mixed(data: bytes, rng: random.Random) -> bytes:
    """The file with each line ending chosen anew."""
    return b"".join(line + rng.choice([b"\n", b"\r\n", b"\r"]) for line in data.split(b"\n")[:-1])


def some_report(seed: int) -> Report:
    """A filled report of some shape, perhaps damaged, with some line endings."""
    rng = random.Random(seed)
    shape = SHAPES[rng.choice(sorted(SHAPES))]
    draft = filled(shape, rng)
    for _ in range(rng.randint(0, 2)):
        number = rng.choice(shape.numbers)
        if draft.has(number, "marker") and draft.has(number, "heading"):
            DAMAGES[rng.choice(sorted(DAMAGES))](draft, number)
    data = draft.to_bytes(rng.choice(ENDINGS), bom=rng.random() < 0.2, final_newline=rng.random() < 0.8)
    return Report.from_bytes(mixed(draft.to_bytes(), rng) if rng.random() < 0.2 else data)


def check_edit(report: Report, number: int, text: str) -> Report | None:
    """Apply an edit and compare everything that it promises; None where it is refused."""
    before = report.question(number)
    try:
        changed = report.with_answer(number, text)
    except AnswerRejected as error:
        assert error.question == number
        assert error.reason
        assert error.way_out
        assert "\n" not in str(error)
        assert 1 <= error.row <= max(1, normalised(text).count("\n") + 1)
        return None
    wanted = normalised(text)
    if wanted == before.answer.text:
        assert changed is report
        return changed
    assert changed.question(number).answer.text == wanted
    assert [question.id for question in changed.questions] == [question.id for question in report.questions]
    for question in report.questions:
        other = changed.question(question.id)
        assert (other.heading, other.prompt, other.section) == (question.heading, question.prompt, question.section)
        if question.id != number:
            assert other.answer.text == question.answer.text
    start, end = before.answer.region
    old, new = report.source.text, changed.source.text
    assert new[:start] == old[:start]
    assert new.endswith(old[end:])
    assert changed.to_bytes().startswith(b"\xef\xbb\xbf") == report.to_bytes().startswith(b"\xef\xbb\xbf")
    assert Report.from_bytes(changed.to_bytes()) == changed
    return changed


@given(seed=st.integers(0, 10**6), position=st.integers(0, 30), text=TEXT)
def test_any_edit_of_any_report(seed: int, position: int, text: str) -> None:
    report = some_report(seed)
    if report.questions:
        check_edit(report, report.questions[position % len(report.questions)].id, text)


@given(seed=st.integers(0, 10**6))
def test_every_answer_written_back_is_no_edit(seed: int) -> None:
    report = some_report(seed)
    for question in report.questions:
        for text in (
            question.answer.text,
            f"\n \n{question.answer.text}\n\t\n",
            question.answer.text.replace("\n", "\r\n"),
        ):
            assert report.with_answer(question.id, text) is report


@given(seed=st.integers(0, 10**6))
def test_there_and_back(seed: int) -> None:
    report = some_report(seed)
    for question in report.questions:
        if question.answer.lines is None or "```" in question.answer.text:
            continue
        changed = check_edit(report, question.id, "Something else.")
        if changed is not None:
            check_edit(changed, question.id, question.answer.text)


@given(seed=st.integers(0, 10**6), texts=st.lists(TEXT, min_size=2, max_size=6), odd=st.booleans())
def test_several_answers_at_once_are_as_if_set_one_by_one(seed: int, texts: list[str], odd: bool) -> None:
    """Where one by one none is refused. One may be refused only because of another that is there until its turn."""
    report = some_report(seed)
    rng = random.Random(seed)
    if not odd:
        texts = ["\n".join(reports.answer_lines(rng, ORDINARY)) for _ in texts]
    numbers = rng.sample([question.id for question in report.questions], min(len(texts), len(report.questions)))
    wanted = dict(zip(numbers, map(normalised, texts), strict=False))
    before = report.to_bytes()
    one_by_one, refused = report, False
    for number, text in wanted.items():
        try:
            one_by_one = one_by_one.with_answer(number, text)
        except AnswerRejected:
            refused = True
    try:
        at_once = report.with_answers(wanted)
    except AnswerRejected as error:
        assert refused
        assert error.question in wanted
    else:
        assert refused or at_once.to_bytes() == one_by_one.to_bytes()
        assert at_once.texts == report.texts | wanted
        assert around(at_once, wanted) == around(report, wanted)
        assert Report.from_bytes(at_once.to_bytes()) == at_once
    assert report.to_bytes() == before


def around(report: Report, wanted: Collection[int]) -> list[str]:
    """The file's text between the regions of these answers."""
    regions = [question.answer.region for question in report.questions if question.id in wanted]
    text = report.to_bytes().decode("utf-8")
    text = text.removeprefix("\ufeff")
    ends = [0, *(end for _, end in regions)]
    return [text[end:start] for end, start in zip(ends, [*(start for start, _ in regions), len(text)], strict=True)]


ORDINARY = tuple(part for part in PARTS if part not in ("heading-1", "heading-2", "heading-3", "step"))


@pytest.mark.parametrize("name", SHAPES)
def test_ordinary_answers_are_never_refused(name: str) -> None:
    rng = random.Random(name)
    shape = SHAPES[name]
    report = Report.from_bytes(filled(shape, rng, ORDINARY).to_bytes())
    for number in shape.numbers:
        report = report.with_answer(number, "\n".join(reports.answer_lines(rng, ORDINARY)))
        assert report.damage == ()


# Bytes


def usual(answers: dict[int, list[str]] | None = None, ending: str = "\n") -> Report:
    return Report.from_bytes(build(answers=answers).to_bytes(ending))


def test_a_placeholder_is_replaced_by_the_text() -> None:
    report = usual()
    expected = report.to_bytes().replace(b"--- question 5 fill here ---", b"One.\n\nTwo.")
    assert report.with_answer(5, "One.\n\nTwo.").to_bytes() == expected


@pytest.mark.parametrize("wanted", [{5: "Five."}, {2: "Two.", 5: "Five."}])
@pytest.mark.parametrize("changed", [(b"> Answer:", b"> Answer: "), (b"# ", b"\xef\xbb\xbf# ")])
def test_a_byte_that_changes_elsewhere_is_seen(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[int, str], changed: tuple[bytes, bytes]
) -> None:
    """Whatever went wrong on the way, in our own code too: blanks and a mark that no reader tells from none."""
    report = usual()
    monkeypatch.setattr(edits, "parse", lambda data, known: template.parse(data.replace(*changed, 1), known))
    with pytest.raises(AnswerRejected, match="text around it would change"):
        report.with_answers(wanted)


def test_an_answer_of_a_question_that_stands_twice_can_be_emptied() -> None:
    """The other copy is the one that is read then."""
    question = b"### Question 5\n\n> **What?**\n>\n> Answer:\n\n%s\n"
    data = b"# Report\n\n" + question % b"--- question 5 fill here ---\n" + question % b"Five.\n"
    emptied = Report.from_bytes(data).with_answer(5, "")
    assert emptied.to_bytes() == data.replace(b"Five.\n", b"\n")


def test_of_several_answers_all_are_set_or_none() -> None:
    report = usual()
    with pytest.raises(AnswerRejected) as caught:
        report.with_answers({2: "Two.", 5: "```\nopen", 3: "Three."})
    assert caught.value.question == 5
    with pytest.raises(KeyError):
        report.with_answers({2: "Two.", 99: "Ninety-nine."})
    assert report.with_answers({}) is report
    assert report.with_answers({2: f"\n{report.texts[2]}\n", 5: ""}) is report
    expected = report.with_answer(5, "Five.").with_answer(2, "Two.")
    assert report.with_answers({5: "Five.", 2: "Two."}).to_bytes() == expected.to_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_new_lines_take_the_ending_of_the_file(ending: str) -> None:
    report = usual(ending=ending)
    changed = report.with_answer(5, "One.\nTwo.\r\nThree.\rFour.")
    assert ending.join(["", "One.", "Two.", "Three.", "Four.", ""]).encode() in changed.to_bytes()
    assert set(changed.source.endings) == {ending}


def test_lines_that_stay_keep_their_own_endings() -> None:
    data = build(answers={5: ["One.", "Two.", "Three.", "Four."]}).to_bytes()
    data = data.replace(b"One.\nTwo.\nThree.\nFour.", b"One.\r\nTwo.\rThree.\nFour.")
    changed = Report.from_bytes(data).with_answer(5, "One.\nTwo!\nnew\nThree.\nFour.")
    assert b"One.\r\nTwo!\nnew\nThree.\nFour." in changed.to_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"> Answer:\n", b"> Answer:\n\nText."),
        (b"> Answer:", b"> Answer:\n\nText."),
        (b"> Answer:\n\n", b"> Answer:\n\nText."),
        (b"> Answer:\r\n", b"> Answer:\r\n\r\nText."),
        (
            b"> Answer:\n### Question 2\n> **b**\n> Answer:\n",
            b"> Answer:\n\nText.\n\n### Question 2\n> **b**\n> Answer:\n",
        ),
        (
            b"> Answer:\n\n### Question 2\n> **b**\n> Answer:\n",
            b"> Answer:\n\nText.\n\n### Question 2\n> **b**\n> Answer:\n",
        ),
        (
            b"> Answer:\n\n\n\n### Question 2\n> **b**\n> Answer:",
            b"> Answer:\n\nText.\n\n\n### Question 2\n> **b**\n> Answer:",
        ),
        (b"> Answer:\n>\n>\n", b"> Answer:\n>\n>\n\nText."),
        (b"> Answer:\nold", b"> Answer:\n\nText."),
        (b"> Answer: old\n\nx\n", b"> Answer: Text.\n"),
        (b"> Answer:\n>\n> old\n", b"> Answer:\n>\n\nText.\n"),
    ],
)
def test_a_blank_line_separates_the_answer_from_what_is_protected(before: bytes, after: bytes) -> None:
    head = b"### Question 1\n\n> **a**\n>\n"
    changed = Report.from_bytes(head + before).with_answer(1, "Text.").to_bytes()
    assert changed.rstrip(b"\r\n") == (head + after).rstrip(b"\r\n")
    assert Report.from_bytes(changed).question(1).answer.text == "Text."


def test_emptying_an_answer_leaves_the_protected_lines() -> None:
    report = usual({5: ["One.", "", "Two."]})
    assert report.with_answer(5, " \n").to_bytes() == report.to_bytes().replace(b"One.\n\nTwo.", b"")


def test_a_damaged_question_keeps_its_damage() -> None:
    for damage in (
        "marker without >",
        "answer on the marker",
        "heading lost",
        "answer in the quote",
        "prompt and marker lost",
    ):
        draft = build(answers={5: ["Old text."]})
        DAMAGES[damage](draft, 5)
        report = Report.from_bytes(draft.to_bytes())
        changed = report.with_answer(5, "> New text." if damage == "answer in the quote" else "New text.")
        assert changed.to_bytes() == report.to_bytes().replace(b"Old text.", b"New text.")
        assert changed.damage == report.damage


def test_a_file_that_is_not_utf8_is_refused() -> None:
    report = Report.from_bytes(build().to_bytes().replace(b"question 7 fill", b"question \xe6 fill"))
    with pytest.raises(AnswerRejected, match=r"the file is not UTF-8: byte 0xE6 on line \d+; save it as UTF-8 first"):
        report.with_answer(5, "Text.")


def test_an_unknown_question() -> None:
    with pytest.raises(KeyError):
        usual().with_answer(99, "Text.")


# What is refused

REFUSED = [
    ("### Question 7", 1, "reads as the heading of question 7"),
    ("Text.\n\n###Question 7\n\nText.", 3, "reads as the heading of question 7"),
    ("Text.\n## Question 7: Title", 2, "reads as the heading of question 7"),
    ("Text.\n\n> Answer:\n\nText.", 3, "reads as the marker of a new answer"),
    ("Answer: text", 1, "reads as the marker of a new answer"),
    ("**Answer:** text", 1, "reads as the marker of a new answer"),
    ("Text.\n\n```", 3, "opens a code fence that is never closed"),
    ("Text.\n\n```python\nx", 3, "opens a code fence that is never closed"),
    ("~~~~\n~~~", 1, "opens a code fence that is never closed"),
    ("```\n~~~", 1, "opens a code fence that is never closed"),
    ("````\n```", 1, "opens a code fence that is never closed"),
    ("```\nx\n``` y", 1, "opens a code fence that is never closed"),
    ("Text.\n\n<!-- note", 3, "opens a comment (<!--) that is never closed"),
    ("Text, <!-- note\n\nText.", 1, "opens <!-- that is never closed"),
    ("<?php x", 1, "opens an HTML block that is never closed"),
    ("<![CDATA[ x", 1, "opens an HTML block that is never closed"),
    ("<!DOCTYPE html", 1, "opens an HTML block that is never closed"),
    ("<script>\nx", 1, "opens an HTML block that is never closed"),
    ("<style>\n\nx", 1, "opens an HTML block that is never closed"),
    ("<pre>\n\nx", 1, "opens an HTML block that is never closed"),
    ("Text.\n\n<details>\n\nMore.", 3, "opens <details> that is never closed"),
    ("<table>\n<tr>", 1, "opens <table> that is never closed"),
    ("Text <textarea> text", 1, "opens <textarea> that is never closed"),
    ("a\x00b", 1, "holds the control character U+0000"),
    ("a\nb\x1b[31m", 2, "holds the control character U+001B"),
    ("a\x0cb", 1, "holds the control character U+000C"),
    ("a\x9bb", 1, "holds the control character U+009B"),
    ("a\ud800b", 1, "holds half a character, which no file can hold U+D800"),
    ("--- question 5 fill here ---", 1, "that is the template's placeholder"),
    ("---", 1, "that is the template's placeholder"),
]


@pytest.mark.parametrize(
    ("text", "row", "reason"), [*REFUSED, ("Text.\n\n## Notes", 3, "reads as the title of a section")]
)
def test_refused_with_line_reason_and_way_out(text: str, row: int, reason: str) -> None:
    with pytest.raises(AnswerRejected) as caught:
        usual().with_answer(5, text)
    assert reason in caught.value.reason
    assert caught.value.row == row
    assert str(caught.value) == f"question 5: {caught.value.reason}; {caught.value.way_out}"


ACCEPTED = [
    "```python\n# comment\n## Question 3\nx = 1\n```",
    "```\n### Question 9\n\ntext\n```",
    "~~~\n```\n~~~",
    "- item\n\n  ```\n  code\n  ```\n- item",
    "- ```\n  code that ends with its list item",
    "> ```\n> code that ends with its quote",
    "1. one\n   ```bash\n   ls\n   ```",
    "Inline ``` ticks ``` in a line.",
    "`<!--` in code, and `<details>` too.",
    "<!-- a comment -->\n\nText.",
    "<b>bold</b>, <br>, <img src='figures/a.png'> and a < b > c.",
    "<div>left open\n\nText.",
    "An address <https://example.org> and <name>.",
    "<details>\n<summary>More</summary>\n\nText.\n\n</details>",
    "[a]: https://example.org 'title'\n\n[a]",
    "[a]: b\n'an open title",
    "Text\n---\n\nText\n===",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "- [ ] open\n- [x] done",
    "## Heading\n\nText.",
    "### Heading\n\nText.",
    "### 5 ships\n\nText.",
    "### Questions we had\n\nText.",
    "### Step 3\n\nText.",
    "Question 5 was hard.\n\nThe answer: 42. Our Answer was: yes.",
    "Text\\",
    "    indented code",
    "\ttab",
    "a\u2028b\u0085c"[:3] + "d",
    "\u202eright to left",
    "> quoted\n> twice",
    "Text.\n\n# comment",
    "#hashtag",
    "#",
    "$$\nx\n$$",
    "***\n\nText.",
    "C:\\path\\",
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_harmless_text_is_written(text: str) -> None:
    report = usual({6: ["Old."], 9: ["Nine."]})
    for number in (1, 6, 12):
        changed = report.with_answer(number, text)
        assert changed.question(number).answer.text == text
        assert changed.damage == ()


TYPED = (
    "We moved **two** cranes, see [the plan](https://example.org) and `crane.py`:\n\n- first\n- second\n  - third\n\n"
    "1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> A quote of ours.\n\n#### Detail\n\n"
    "![crane](figures/crane.png)\n\na < b, 3 > 2 and <https://example.org>. Question 4 says more. * * *"
    "\n\nEnd -- of --- it."
)


@pytest.mark.parametrize("number", [1, 6, 9, 12])
def test_typing_an_ordinary_answer_is_never_refused(number: int) -> None:
    report = usual()
    for length in range(1, len(TYPED) + 1):
        report = report.with_answer(number, TYPED[:length])
    assert report.question(number).answer.text == TYPED


def test_typing_a_fence_is_refused_only_while_it_is_open() -> None:
    text = "Text.\n\n```python\n# comment\nprint(1)\n```\n\nEnd."
    report, refused = usual(), []
    for length in range(1, len(text) + 1):
        try:
            report = report.with_answer(6, text[:length])
        except AnswerRejected as error:
            refused.append((length, error.reason))
    opened, closed = text.index("```") + 3, text.rindex("```") + 3
    assert [length for length, _ in refused] == list(range(opened, closed))
    assert {reason for _, reason in refused} == {"line 3 of the answer opens a code fence that is never closed"}


@pytest.mark.parametrize("text", ["```\ncode\n```", "~~~\ncode\n~~~", "```python\n# x\n```\n\nText."])
def test_an_answer_on_its_marker_line_cannot_begin_with_a_fence(text: str) -> None:
    draft = build(answers={5: ["Old text."]})
    reports.inline(draft, 5)
    report = Report.from_bytes(draft.to_bytes())
    with pytest.raises(AnswerRejected) as caught:
        report.with_answer(5, text)
    assert "stands on the line of its marker" in caught.value.reason
    assert caught.value.way_out == "begin it with a line of plain text"
    assert report.with_answer(5, "Text.\n\n" + text).question(5).answer.text.startswith("Text.")


@pytest.mark.parametrize("text", ["- item\n- item", "#### Heading\n\ntext", "> quote", "| a |\n|---|", "1. one"])
def test_an_answer_on_its_marker_line_may_begin_with_anything_else(text: str) -> None:
    draft = build(answers={5: ["Old text."]})
    reports.inline(draft, 5)
    report = Report.from_bytes(draft.to_bytes())
    assert report.with_answer(5, text).to_bytes() == report.to_bytes().replace(b"Old text.", text.encode())


def test_code_that_begins_with_a_comment_is_no_title() -> None:
    report = Report.from_bytes(build(reports.Shape(title="")).to_bytes())
    changed = report.with_answer(3, "Text.\n\n```\n# Comment\n```").with_answer(3, "Text.\n\n# Comment\n\nText.")
    assert changed.title == ""
    assert changed.with_answer(3, "Other.").title == ""


def test_what_already_stands_in_an_answer_may_stay() -> None:
    old = ["Text.", "", "```", "code", "\x0c", "", "Answer: no", "", "### Question 9", "", "<details>"]
    report = Report.from_bytes(build(answers={12: old}).to_bytes())
    text = report.question(12).answer.text
    assert "### Question 9" in text
    # The fence was open before, so that whatever is written above it changes nothing for the worse.
    with pytest.raises(AnswerRejected, match="never closed"):
        report.with_answer(12, text + "\n\nMore.")
    closed = text.replace("code", "code\n```").replace("<details>", "")
    assert report.with_answer(12, closed).question(12).answer.text == normalised(closed)


def test_an_edit_of_a_copy_is_an_edit_of_the_answered_one() -> None:
    done = build(answers={number: [f"Text {number}."] for number in range(1, 13)})
    data = build().to_bytes() + b"\n" + done.to_bytes()
    changed = Report.from_bytes(data).with_answer(4, "New.")
    assert changed.to_bytes() == data.replace(b"Text 4.", b"New.")


def test_equality_is_that_of_the_bytes() -> None:
    report = usual({5: ["One."]})
    assert report.with_answer(5, "Two.").with_answer(5, "One.") == report
    assert isinstance(report.source, Source)


def test_a_draft_can_be_rebuilt() -> None:
    draft: Draft = build(answers={5: ["One."]})
    assert draft.to_bytes() == build(answers={5: ["One."]}).to_bytes()
