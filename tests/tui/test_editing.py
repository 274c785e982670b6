"""Answering: what is typed reaches the file, and nothing else of the file changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import events

from report_tui import Report
from tests.tui.driver import running


def outside(data: bytes, number: int) -> tuple[bytes, bytes]:
    """The file's bytes before and behind one answer region."""
    report = Report.from_bytes(data)
    start, end = report.question(number).answer.region
    text = report.source.text
    return text[:start].encode(), text[end:].encode()


async def test_opening_and_saving_without_an_edit_writes_nothing(demo: Path) -> None:
    before, stamp = demo.read_bytes(), demo.stat().st_mtime_ns
    async with running(demo) as driver:
        await driver.press("f2")
        assert driver.notices() == ["Nothing to save."]
        await driver.press("f10")
    assert demo.read_bytes() == before
    assert demo.stat().st_mtime_ns == stamp


async def test_an_answer_is_typed_and_saved_and_no_other_byte_changes(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("It cost us 40 euros.")
        assert driver.session.dirty
        assert demo.read_bytes() == before
        await driver.press("f2")
        assert not driver.session.dirty
        assert driver.notices() == ["Saved 1 answer."]
    after = demo.read_bytes()
    assert Report.from_bytes(after).question(9).answer.text == "It cost us 40 euros."
    assert outside(after, 9) == outside(before, 9)


async def test_a_burst_of_keys_never_lends_the_focus_to_another_answer(demo: Path) -> None:
    """What the list's cursor passed is told behind the keys, and must not come to the front any more."""
    async with running(demo) as driver:
        focused: list[str | None] = []
        driver.app.screen.watch(
            driver.app.screen, "focused", lambda widget: focused.append(widget and widget.id), init=False
        )
        await driver.burst(*(*["down"] * 8, "enter", *"just", "f8", *"HELLO", "f2"))
        assert focused == ["answer-9", "answer-10"]
        assert driver.session.unsaved == ()
    assert Report.from_bytes(demo.read_bytes()).question(9).answer.text == "just"


async def test_keys_that_wait_do_not_keep_others_from_their_turn(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(1)
        await driver.press("ctrl+a", "delete")
        editor, seen = driver.editor, set[int]()

        async def look() -> None:
            # As what paints and what keeps the journal do, who come after all that is ready.
            while len(editor.text) < 300:
                seen.add(len(editor.text))
                await asyncio.sleep(0)

        looking = asyncio.create_task(look())
        for _ in range(300):
            editor.post_message(events.Key("x", "x"))
        await looking
        await driver.settle()
        assert driver.session.text(1) == "x" * 300
    assert len(seen) > 100, "it got round to it a few times at most"


async def test_crlf_endings_are_kept(demo: Path) -> None:
    demo.write_bytes(demo.read_bytes().replace(b"\n", b"\r\n"))
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("one\n\ntwo")
        await driver.press("ctrl+s")
    after = demo.read_bytes()
    assert b"one\r\n\r\ntwo\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")
    assert outside(after, 9) == outside(before, 9)


async def test_typing_and_undoing_leaves_nothing_to_save(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        await driver.type("More.")
        assert driver.session.dirty
        await driver.press("ctrl+z")
        assert not driver.session.dirty


async def test_undo_and_cursor_survive_a_switch_to_another_question(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("first")
        where = driver.editor.cursor_location
        await driver.edit(10)
        await driver.type("second")
        await driver.edit(9)
        assert driver.editor.cursor_location == where
        await driver.press("ctrl+z")
        assert driver.session.text(9) == ""
        assert driver.session.text(10) == "second"


async def test_an_open_fence_is_held_with_its_reason_and_the_others_are_saved(demo: Path) -> None:
    before = Report.from_bytes(demo.read_bytes())
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("A saved answer.")
        await driver.edit(10)
        await driver.type("```\npwm")
        assert driver.session.text(10) == "```\npwm"
        assert "opens a code fence that is never" in driver.text()
        assert "breaks the template" in driver.text()
        await driver.press("f2")
        assert driver.session.dirty
        assert "never closed" in driver.notices()[-1]
        saved = Report.from_bytes(demo.read_bytes())
        assert saved.question(9).answer.text == "A saved answer."
        assert saved.question(10).answer.text == before.question(10).answer.text
        await driver.edit(10)
        await driver.press("ctrl+end")
        await driver.type("\n```")
        await driver.press("f2")
        assert not driver.session.dirty
    assert Report.from_bytes(demo.read_bytes()).question(10).answer.text == "```\npwm\n```"


async def test_status_counts_and_header_follow_every_key(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(4)
        words = len(driver.session.text(4).split())
        assert f"{words}/100" in driver.text()
        await driver.press("ctrl+end")
        await driver.type(" more words")
        assert f"{words + 2}/100" in driver.text()
        assert "● 1 unsaved" in driver.text()
        await driver.type(" word" * (100 - words - 2))
        listed = [line.split("│")[0] for line in driver.text().splitlines()]
        row = next(line for line in listed if "Power budget" in line)
        assert "✓" in row
        assert "/100" not in row


async def test_a_paste_loses_its_control_characters_and_says_so(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        driver.app.screen.post_message(events.Paste("one\r\ntwo\x1b[31m\x07 three"))
        await driver.settle()
        assert driver.session.text(9) == "one\ntwo three"
        assert "2 control characters" in driver.notices()[-1]


async def test_text_that_was_not_touched_keeps_rare_line_breaks(demo: Path) -> None:
    odd = "one\u2028two\x0cthree"
    report = Report.from_bytes(demo.read_bytes())
    start, end = report.question(4).answer.span
    demo.write_bytes((report.source.text[:start] + odd + report.source.text[end:]).encode())
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(4)
        await driver.press("right", "left")
        await driver.edit(9)
        await driver.type("x")
        await driver.press("f2")
    assert odd.encode() in demo.read_bytes()
    assert outside(demo.read_bytes(), 9) == outside(before, 9)


async def test_a_placeholder_comes_back_when_all_that_was_typed_is_deleted(demo: Path) -> None:
    before = demo.read_bytes()
    assert b"--- question 10 fill here ---" in before
    async with running(demo) as driver:
        await driver.edit(10)
        await driver.type("oh")
        await driver.press("backspace", "backspace")
        assert not driver.session.dirty
        await driver.press("f2")
    assert demo.read_bytes() == before


async def test_saving_beside_a_held_answer_leaves_its_bytes_as_they_are_on_disk(demo: Path) -> None:
    before = demo.read_bytes()
    async with running(demo) as driver:
        await driver.edit(10)
        await driver.type("half an answer\n```")
        await driver.edit(9)
        await driver.type("whole")
        await driver.press("f2")
    assert demo.read_bytes().count(b"--- question 10 fill here ---") == 1
    assert outside(demo.read_bytes(), 9) == outside(before, 9)
