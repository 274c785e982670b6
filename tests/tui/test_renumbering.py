"""A template that counts its questions otherwise: who types goes along with his question, and so does a draft."""

from __future__ import annotations

import re
from pathlib import Path

from report_tui import Report
from report_tui.tui.dialogs.choice import ChoiceDialog
from tests.tui.driver import running
from tests.tui.test_drafts import answer, journals, left
from tests.tui.test_history import keep
from tests.tui.test_leaving import notice_the_disk

NEW = b"### Question 9\n\n> **Which colours has the hull?**\n>\n> Answer:\n\n--- question 9 fill here ---\n\n"


def with_a_new_question(path: Path) -> bytes:
    """The report with another question 9, and those from there on counted one further."""
    data = re.sub(
        rb"(?<=uestion )\d+",
        lambda found: b"%d" % (int(found[0]) + (int(found[0]) >= 9)),
        path.read_bytes(),
    )
    return data.replace(b"### Question 10\n", NEW + b"### Question 10\n", 1)


async def test_who_types_stays_in_his_question(demo: Path) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("one two")
        await driver.press("left", "left", "left")
        demo.write_bytes(with_a_new_question(demo))
        await notice_the_disk(driver)
        assert "Question 9 has another number on disk, and your text goes along: 10 " in driver.notices()[-1]
        assert (driver.editor.question, driver.editor.text) == (10, "one two")
        await driver.type("and ")
        assert (driver.session.text(10), driver.session.text(9)) == ("one and two", "")
        await driver.edit(9)
        await driver.press("ctrl+z")
        assert driver.editor.text == "", "no step back leads to another question's text"
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        await driver.edit(9)
        assert driver.editor.text == "one and two"
        await driver.press("f2")
    assert demo.read_bytes() == Report.from_bytes(whole).with_answer(9, "one and two").to_bytes()


async def test_who_types_where_the_number_asks_something_else_is_asked_at_the_save(demo: Path) -> None:
    data = demo.read_bytes()
    prompt = Report.from_bytes(data).question(9).prompt.split("\n")[0].encode()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        demo.write_bytes(data.replace(prompt, b"**Which colours?**", 1))
        await notice_the_disk(driver)
        assert "Another question has this number on disk now, what you typed waits: 9 " in driver.notices()[-1]
        assert driver.editor.text == "precious"
        await driver.press("f2")
        assert isinstance(driver.app.screen, ChoiceDialog)
        assert "is another question than the one that you typed for" in driver.text()
        await driver.press("escape")
    assert answer(demo, 9) == ""
    assert [draft.changes.answers for draft in journals()] == [{9: "precious"}]


async def test_no_step_back_leads_to_what_another_question_of_that_number_was_answered(demo: Path) -> None:
    data = demo.read_bytes()
    prompt = Report.from_bytes(data).question(9).prompt.split("\n")[0].encode()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.press("f2")
        demo.write_bytes(data.replace(prompt, b"**Which colours?**", 1))
        await notice_the_disk(driver)
        assert driver.editor.text == ""
        await driver.press("ctrl+z")
        assert (driver.editor.text, driver.session.dirty) == ("", False)


async def test_a_draft_is_offered_for_its_question_and_the_rest_of_it_stays(demo: Path) -> None:
    left(demo, a9="precious", a12="for later")
    demo.write_bytes(with_a_new_question(demo))
    async with running(demo) as driver:
        await driver.press("down", "enter")
        assert "10 " in driver.text() and "+ precious" in driver.text()
        await driver.press("enter", "down", "enter")
        assert (driver.session.unsaved, driver.session.text(10)) == ((10,), "precious")
        await driver.press("f2")
    assert answer(demo, 10) == "precious"
    assert [draft.changes.answers for draft in journals()] == [{12: "for later"}]
    async with running(demo) as driver:
        await driver.press("enter")
        assert driver.session.text(13) == "for later"


def without_question(path: Path, gone: int) -> bytes:
    """The report without a question, and those behind it counted one lower."""
    data = path.read_bytes()
    start, end = data.index(b"### Question %d\n" % gone), data.index(b"### Question %d\n" % (gone + 1))
    return re.sub(
        rb"(?<=uestion )\d+",
        lambda found: b"%d" % (int(found[0]) - (int(found[0]) > gone)),
        data[:start] + data[end:],
    )


async def test_what_is_left_for_later_stays_though_its_number_is_another_questions(demo: Path) -> None:
    left(demo, a9="for later", a12="precious")
    demo.write_bytes(without_question(demo, 9))
    async with running(demo) as driver:
        await driver.press("down", "enter")
        assert "+ for later" in driver.text()
        await driver.press("down", "enter")
        assert "+ precious" in driver.text()
        await driver.press("enter")
        assert (driver.session.unsaved, driver.session.text(11)) == ((11,), "precious")
        await driver.press("f2")
    assert [draft.changes.answers for draft in journals()] == [{9: "for later"}]


async def test_an_older_version_comes_back_into_the_questions_that_it_answers(demo: Path) -> None:
    old = keep(demo, 5, {9: "Less", 4: "Two hours"})
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert "+ Less" in driver.text()
        demo.write_bytes(with_a_new_question(demo))
        await notice_the_disk(driver)
        assert "History  10 " in driver.text()
        await driver.until(lambda: "+ Less" in driver.text())
        await driver.press("w", "enter")
        assert driver.session.unsaved == (4, 10)
        await driver.press("escape", "f2")
        after = Report.from_bytes(demo.read_bytes()).texts
        assert {n + (n >= 9): text for n, text in Report.from_bytes(old).texts.items()} | {9: ""} == after
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        await driver.edit(9)
        await driver.press("ctrl+n")
        assert "+ Less" in driver.text()


async def test_a_version_is_not_brought_back_by_numbers_that_are_others_by_now(demo: Path) -> None:
    keep(demo, 5, {9: "Less", 4: "Two hours"})
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("ctrl+n")
        await driver.press("w")
        assert isinstance(driver.app.screen, ChoiceDialog)
        demo.write_bytes(with_a_new_question(demo))
        await notice_the_disk(driver)
        await driver.press("enter")
        assert not driver.session.dirty
        assert driver.notices()[-1] == "The questions have other numbers on disk now: nothing was brought back."
        await driver.until(lambda: "+ Less" in driver.text())
        await driver.press("w", "enter")
        assert driver.session.unsaved == (4, 10)


async def test_a_figure_goes_into_the_question_for_which_it_was_asked(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("f4")
        demo.write_bytes(with_a_new_question(demo))
        await notice_the_disk(driver)
        await driver.press("enter", "enter")
        assert (driver.session.unsaved, driver.editor.question) == ((10,), 10)
        assert driver.session.text(10).startswith("![")


async def test_a_figure_for_a_question_that_is_gone_goes_into_no_other_one(demo: Path) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.press("f4")
        demo.write_bytes(without_question(demo, 9))
        await notice_the_disk(driver)
        await driver.press("enter", "enter")
        assert not driver.session.dirty
        assert driver.notices()[-1] == "The question is gone from the file on disk: nothing was inserted."
        demo.write_bytes(whole[: whole.index(b"### Question 9\n")])
        await notice_the_disk(driver)
        await driver.press("enter")
        assert not driver.session.dirty


async def test_a_question_that_is_gone_gets_no_figure(demo: Path) -> None:
    whole = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(12)
        await driver.type("precious")
        demo.write_bytes(whole[: whole.index(b"### Question 12\n")])
        await notice_the_disk(driver)
        await driver.press("f4")
        assert driver.notices()[-1] == "The question is gone from the file on disk: no figure can be inserted."
        assert driver.session.text(12).startswith("precious")
