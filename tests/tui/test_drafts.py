"""What is typed and not saved is in the journal soon, and offered at the next start; nothing is dropped unasked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.content import Content

from report_tui import Report
from report_tui.core.changes import Changes, Draft
from report_tui.session import Session
from report_tui.storage import draft_records, drafts, versions
from report_tui.storage.drafts import Journal
from report_tui.tui.app import ReportApp
from report_tui.tui.dialogs import drafts as dialogs
from report_tui.tui.dialogs.choice import ChoiceDialog
from report_tui.tui.flows import keeping
from report_tui.tui.screens.overview import OverviewScreen
from report_tui.tui.view_models.drafts import DraftItem, typed_to
from report_tui.tui.view_models.sides import Piece, Side, SideLine
from tests.storage.test_editor_leftovers import cut_off, handed_out
from tests.tui.driver import at_rest, running
from tests.tui.test_leaving import change_on_disk, notice_the_disk


def journals() -> list[Draft]:
    """What all journals hold that are there now."""
    return [draft_records.read(path.read_bytes())[1] for path in sorted(drafts.folder().glob("*.draft"))]


def kept(number: int) -> str | None:
    """The text of an answer in the one journal."""
    return next((draft.changes.answers.get(number) for draft in journals()), None)


def left(path: Path, *, ticked: int = 0, **answers: str) -> None:
    """What a sitting leaves that is killed: texts (`a4="text"`), and the first boxes of the checklist, ticked."""
    session = Session.open(path)
    for name, text in answers.items():
        session.edit(int(name[1:]), text)
    for item in [box for box in session.report.checklist if not box.done][:ticked]:
        session.tick(item.line)
    Journal(path).keep(session.draft)


def answer(path: Path, number: int) -> str:
    """An answer of the file."""
    return Report.from_bytes(path.read_bytes()).question(number).answer.text


# Writing


async def test_what_is_typed_is_in_the_journal_soon_and_gone_once_saved(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        assert journals() == []
        await driver.type("precious")
        await driver.until(lambda: kept(9) == "precious")
        await driver.type(" words")
        await driver.until(lambda: kept(9) == "precious words")
        await driver.press("f2")
        await driver.until(lambda: journals() == [])


async def test_who_never_pauses_is_written_down_all_the_same(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        typed = 0
        while not kept(9):
            await driver.pilot.press("x")
            typed += 1
        assert len(kept(9) or "") <= typed


async def test_a_text_that_cannot_be_saved_is_kept_too_and_a_tick(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("```\nopen")
        await driver.press("f6", "space", "escape")
        await driver.until(lambda: kept(9) == "```\nopen" and len(journals()[0].changes.ticked) == 1)
        await driver.press("f2")
        await driver.until(lambda: journals() == [Draft(demo.read_bytes(), Changes({9: "```\nopen"}))])


async def test_it_is_written_at_once_when_the_terminal_is_left(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from textual import events

    monkeypatch.setattr(keeping, "INTERVAL", 3600)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        driver.app.post_message(events.AppBlur())
        await driver.until(lambda: kept(9) == "precious")


async def test_quitting_without_saving_drops_it_into_the_history(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.until(lambda: kept(9) == "precious")
        await driver.press("f10", "down", "down", "enter")
        assert driver.app.return_code == 0
    assert journals() == []
    (version,) = versions.versions(demo)
    assert (version.kind, version.number) == (versions.DROPPED_DRAFT, 9)


async def test_an_app_that_ends_otherwise_leaves_it(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
    assert kept(9) == "precious"
    assert [path.suffix for path in drafts.folder().iterdir()] == [".draft"], "its lock is gone"


async def test_a_journal_that_cannot_be_written_is_said_once_and_typing_goes_on(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_the_way = demo.parent / "in-the-way"
    in_the_way.write_text("no folder")
    state = demo.parent.parent / "state"
    monkeypatch.setenv("REPORT_TUI_STATE", str(in_the_way))
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.until(lambda: "not kept for the case of a crash" in driver.text())
        (said,) = [notice for notice in driver.notices() if "not kept" in notice]
        assert said.startswith("What you type is not kept for the case of a crash: cannot be written (")
        driver.app.clear_notifications()
        await driver.type(" words")
        assert driver.editor.text == "precious words"
        assert driver.app.keeping.path is None
        monkeypatch.setenv("REPORT_TUI_STATE", str(state))
        await driver.until(lambda: kept(9) == "precious words")
        await driver.until(lambda: "not kept" not in driver.text())
        assert not [notice for notice in driver.notices() if "not kept" in notice]


async def test_a_signal_in_the_middle_of_a_reload_takes_no_old_text_for_a_typed_one(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.edit(4)
        change_on_disk(demo, 4, "Theirs.")
        driver.session.reload()  # and no editor has heard of it yet
        assert dict(driver.app.draft().changes.answers) == {9: "precious"}
        assert driver.app.unsaved()[0] == {9: "precious"}


async def test_undo_goes_back_behind_a_save(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("first")
        await driver.press("f2")
        await driver.press("ctrl+z")
        assert (driver.editor.text, driver.session.unsaved) == ("", (9,))
        await driver.press("ctrl+y")
        assert (driver.editor.text, driver.session.dirty) == ("first", False)
        await driver.press("ctrl+z", "f2")
    assert answer(demo, 9) == ""


# At the next start


async def test_nothing_left_asks_nothing(demo: Path) -> None:
    async with running(demo) as driver:
        assert not isinstance(driver.app.screen, ChoiceDialog)


async def test_what_was_left_is_shown_and_restored_as_an_edit(demo: Path) -> None:
    left(demo, a9="The parts cost 410 euros.", a4="Another text.", ticked=1)
    before = demo.read_bytes()
    async with running(demo) as driver:
        text = driver.text()
        assert "Typed just now and not saved: 2 answers and the checklist" in text
        assert "+ The parts cost 410 euros." in text
        assert "+ Another text." in text
        await driver.press("enter")
        assert driver.session.unsaved == (4, 9)
        assert driver.session.unsaved_boxes == 1
        assert [draft.changes.answers for draft in journals()] == [{4: "Another text.", 9: "The parts cost 410 euros."}]
        assert demo.read_bytes() == before, "to restore writes nothing into the report"
        await driver.edit(9)
        assert driver.editor.text == "The parts cost 410 euros."
        await driver.press("ctrl+z")
        assert (driver.editor.text, driver.session.text(9)) == ("", "")
        await driver.press("f2")
    assert answer(demo, 4) == "Another text."
    assert journals() == []


async def test_the_cursor_is_where_the_student_typed_last(demo: Path) -> None:
    first, _, rest = answer(demo, 4).partition(" ")
    session = Session.open(demo)
    journal = Journal(demo)
    for number, text in ((9, "Parts."), (4, f"{first} precious {rest}"), (9, "Parts.\n\nMore")):
        session.edit(number, text)
        journal.keep(session.draft)
    session.edit(4, f"{first} precious text {rest}")
    journal.keep(session.draft)
    async with running(demo) as driver:
        await driver.press("enter")
        assert driver.editor.question == 4
        await driver.type("here ")
        assert driver.editor.text == f"{first} precious text here {rest}"
        await driver.edit(9)
        await driver.type(" words")
        assert driver.editor.text == "Parts.\n\nMore words", "and so it is in the others"


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("", "", (1, 0)),
        ("", "new", (1, 3)),
        ("one\ntwo", "one\nmore\ntwo", (2, 4)),
        ("one two", "one 2 two", (1, 6)),
        ("aa", "aaa", (1, 3)),
        ("one two", "one", (1, 3)),
        ("one\n\ntwo", "one\n\nmore\n\ntwo", (3, 4)),
    ],
)
def test_where_somebody_typed_last(before: str, after: str, place: tuple[int, int]) -> None:
    assert typed_to(before, after) == place


def without_history(tmp_path: Path) -> None:
    """From now on nothing can be put into the history."""
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "state" / "versions").write_text("in the way", encoding="utf-8")


async def test_nothing_is_restored_over_a_text_that_the_history_does_not_take(demo: Path, tmp_path: Path) -> None:
    for text in ("older", "newer"):
        left(demo, a9=text)
    without_history(tmp_path)
    async with running(demo) as driver:
        await driver.press("enter")
        first = driver.session.text(9)
        await driver.press("enter")
        assert "nothing was restored" in driver.notices()[-1]
        assert driver.session.text(9) == first
    assert sorted(draft.changes.answers[9] for draft in journals()) == ["newer", "older"]


async def test_quitting_asks_again_where_the_history_does_not_take_what_is_dropped(demo: Path, tmp_path: Path) -> None:
    without_history(tmp_path)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.type("precious")
        await driver.press("f10", "down", "down", "enter")
        assert "What is not saved would be nowhere any more" in driver.text()
        await driver.press("escape")
        assert (driver.app.return_code, driver.session.text(9)) == (None, "precious")
        await driver.press("f10", "down", "down", "enter", "down", "enter")
        assert driver.app.return_code == 0
    assert journals() == []


async def test_escape_leaves_it_for_the_next_time(demo: Path) -> None:
    left(demo, a9="precious")
    for _ in range(2):
        async with running(demo) as driver:
            await driver.press("escape")
            assert not driver.session.dirty
            await driver.press("f10")
            assert driver.app.return_code == 0
    assert kept(9) == "precious"


async def test_each_is_restored_left_or_dropped(demo: Path) -> None:
    left(demo, a4="restored", a9="left", a10="dropped")
    async with running(demo) as driver:
        await driver.press("down", "enter")
        assert "+ restored" in driver.text() and "not saved: 1 of 3" in driver.text()
        await driver.press("enter")
        assert "+ left" in driver.text() and "not saved: 2 of 3" in driver.text()
        await driver.press("down", "enter")
        assert "+ dropped" in driver.text()
        await driver.press("down", "down", "enter")
        assert driver.session.unsaved == (4,)
        assert {number: text for draft in journals() for number, text in draft.changes.answers.items()} == {
            4: "restored",
            9: "left",
        }
    assert [(version.kind, version.number) for version in versions.versions(demo)] == [(versions.DROPPED_DRAFT, 10)]


async def test_what_changed_on_disk_since_is_not_written_over(demo: Path) -> None:
    left(demo, a9="mine")
    change_on_disk(demo, 9, "theirs")
    async with running(demo) as driver:
        assert "changed on disk as well" in driver.text()
        assert "- theirs" in driver.text()
        await driver.press("enter")
        assert driver.session.undecided == {9}
    assert answer(demo, 9) == "theirs"


async def test_what_does_not_fit_is_shown_restored_and_kept(demo: Path) -> None:
    left(demo, a9="```\nopen", a12="The question is gone.")
    whole = demo.read_bytes()
    demo.write_bytes(whole[: whole.index(b"### Question 12")])
    async with running(demo) as driver:
        assert "cannot be saved as it is: " in driver.text()
        assert "the question is gone from the file" in driver.text()
        await driver.press("enter")
        assert driver.session.unsaved == (9, 12)
        demo.write_bytes(whole)
        await notice_the_disk(driver)
        assert driver.session.text(12) == "The question is gone."
    assert kept(12) == "The question is gone."


async def test_all_of_a_long_text_can_be_read_before_it_is_restored_or_dropped(demo: Path) -> None:
    lines = [f"begin{row} {'and on ' * 60}end{row}" for row in range(50)]
    left(demo, a9="\n".join(lines))
    wanted = {word for line in lines for word in line.split() if word.startswith(("begin", "end"))}
    async with running(demo, (80, 24)) as driver:
        for keys in ((), ("down", "enter")):
            await driver.press(*keys)
            seen, before = set(driver.text().split()), ""
            while driver.text() != before:
                before = driver.text()
                await driver.press("pagedown")
                seen |= set(driver.text().split())
            assert wanted <= seen


def test_a_dialog_shows_no_more_than_can_be_waited_for_and_says_so() -> None:
    lines = tuple(SideLine(Side.THEIRS, (Piece("x" * 80),)) for _ in range(dialogs.MOST // 100 + 7))
    many = [DraftItem(number, f"{number} Title", "", lines) for number in (1, 2)]
    body = dialogs.found(many, "just now", "")._body
    assert not isinstance(body, Content)
    said = [line.text.plain for line in body]
    assert said.count("x" * 80) == dialogs.MOST // 100
    assert not [text for text in said if text.startswith("¶")]
    assert "… and 560 characters more, restored or dropped with it" in said
    assert f"… and {len(lines) * 80:,} characters more, restored or dropped with it" in said


async def test_a_tick_whose_box_is_gone_is_shown_and_kept_until_it_is_back(demo: Path) -> None:
    left(demo, a9="precious", ticked=2)
    whole = demo.read_bytes()
    gone = b"* [ ] Weigh the finished robot\n"
    demo.write_bytes(whole.replace(gone, b""))
    async with running(demo) as driver:
        assert "not saved: 1 answer and the checklist" in driver.text()
        assert "not in the file now, and kept until it is:" in driver.text()
        assert "+ [x] Weigh the finished robot" in driver.text()
        await driver.press("enter")
        assert (driver.session.unsaved, driver.session.unsaved_boxes) == ((9,), 1)
        await driver.press("f2", "f10")
        assert (driver.app.return_code, driver.session.dirty) == (0, False)
    (draft,) = journals()
    assert {key.text: done for key, done in draft.changes.ticked.items()} == {"Weigh the finished robot": True}
    async with running(demo) as driver:
        assert "not saved: the checklist" in driver.text()
        await driver.press("escape", "f10")
    demo.write_bytes(demo.read_bytes().replace(b"### Program", gone + b"\n### Program", 1))
    async with running(demo) as driver:
        assert "kept until" not in driver.text()
        await driver.press("enter", "f2")
    assert gone.replace(b"[ ]", b"[x]") in demo.read_bytes()
    assert journals() == []


async def test_a_tick_whose_box_is_gone_is_dropped_when_told(demo: Path) -> None:
    left(demo, ticked=2)
    demo.write_bytes(demo.read_bytes().replace(b"* [ ] Weigh the finished robot\n", b""))
    async with running(demo) as driver:
        await driver.press("down", "enter", "down", "down", "enter")
        assert not driver.session.draft
    assert journals() == []


async def test_where_nothing_can_be_restored_yet_it_is_kept_or_dropped(demo: Path) -> None:
    left(demo, ticked=1)
    demo.write_bytes(demo.read_bytes().replace(b"* [ ] Make every cable", b"* [ ] Make each cable"))
    async with running(demo) as driver:
        assert "keep it: ask again at the next start" in driver.text()
        assert "restore" not in driver.text()
        await driver.press("enter", "f10")
    assert len(journals()) == 1
    async with running(demo) as driver:
        await driver.press("down", "enter", "f10")
    assert journals() == []


async def test_what_was_saved_after_the_last_record_is_not_offered(demo: Path) -> None:
    left(demo, a9="saved")
    change_on_disk(demo, 9, "saved")
    async with running(demo) as driver:
        assert not isinstance(driver.app.screen, ChoiceDialog)
        assert journals() == []


async def test_a_journal_that_cannot_be_deleted_is_no_news_where_all_of_it_is_in_the_file(demo: Path) -> None:
    left(demo, a9="saved")
    (path,) = drafts.folder().glob("*.draft")
    path.with_suffix(".draft-new").mkdir()  # which nobody can take away, as in a folder that may only be read
    async with running(demo) as driver:
        await driver.press("enter")
        assert "stays in" in driver.notices()[-1], "what is unsaved is offered, and said to be offered again"
    change_on_disk(demo, 9, "saved")
    async with running(demo) as driver:
        assert path.exists()
        assert driver.notices() == []
        assert not isinstance(driver.app.screen, ChoiceDialog)


async def test_a_save_has_in_the_journal_what_it_writes(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    replace = os.replace

    def noted(source: str, target: str) -> None:
        if Path(target) == demo.resolve():
            seen.append(kept(9))
        replace(source, target)

    monkeypatch.setattr(os, "replace", noted)
    async with running(demo) as driver:
        await driver.edit(9)
        await driver.burst(*"soon", "f2")
        await driver.until(lambda: not driver.session.dirty)
    assert seen == ["soon"]


async def test_a_report_that_was_moved_in_between_is_offered_what_was_left(demo: Path) -> None:
    left(demo, a9="precious")
    moved = demo.parent.with_name("moved-reports")
    demo.parent.rename(moved)
    async with running(moved / "README.md", (200, 40)) as driver:
        assert "Typed in" in driver.text() and "any more." in driver.text()
        await driver.press("enter")
        assert driver.session.text(9) == "precious"
        await driver.press("f2")
    assert answer(moved / "README.md", 9) == "precious"
    assert journals() == []


async def test_several_are_offered_the_newest_first(demo: Path) -> None:
    left(demo, a9="older", a4="only in the older one")
    for path in drafts.folder().glob("*.draft"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    left(demo, a9="newer")
    async with running(demo) as driver:
        assert "+ newer" in driver.text() and "1 answer (1 of 2)" in driver.text()
        await driver.press("enter")
        assert "2 answers (2 of 2)" in driver.text()
        assert "- newer" in driver.text()
        assert "+ older" in driver.text()
        assert "years ago" in driver.text()
        await driver.press("enter")
        assert (driver.session.text(9), driver.session.text(4)) == ("older", "only in the older one")
    assert [(version.kind, version.number) for version in versions.versions(demo)] == [(versions.REPLACED, 9)]


async def test_a_journal_that_cannot_be_read_is_said_and_stays(demo: Path) -> None:
    left(demo, a9="precious")
    (path,) = drafts.folder().glob("*.draft")
    path.write_bytes(b"nonsense\n")
    async with running(demo, (200, 40)) as driver:
        assert f"{path.name} is damaged" in driver.text()
        await driver.press("escape")
    assert path.read_bytes() == b"nonsense\n"
    async with running(demo, (200, 40)) as driver:
        await driver.press("down", "enter")
    assert path.with_suffix(".damaged").read_bytes() == b"nonsense\n"
    async with running(demo) as driver:
        assert not isinstance(driver.app.screen, ChoiceDialog)


async def test_a_report_that_is_gone_meanwhile_keeps_what_was_left(demo: Path) -> None:
    left(demo, a9="precious")
    session = Session.open(demo)
    demo.write_bytes(b"")
    app = ReportApp(session)
    with at_rest(app):
        async with app.run_test(notifications=True) as pilot:
            await pilot.pause()
            assert not isinstance(app.screen, ChoiceDialog)
    assert kept(9) == "precious"


async def test_hostile_text_is_shown_as_text(demo: Path) -> None:
    left(demo, a9="[red]a[/]\x1b]0;x\x07 [@click=app.quit]b[/]")
    async with running(demo) as driver:
        assert "[red]a[/]" in driver.text()
        await driver.press("enter")
        assert driver.app.is_running


async def test_on_a_small_terminal_it_comes_before_the_overview(demo: Path) -> None:
    left(demo, a9="precious")
    async with running(demo, (60, 20)) as driver:
        assert "+ precious" in driver.text()
        await driver.press("escape")
        assert isinstance(driver.app.screen, OverviewScreen)
    async with running(demo, (60, 20)) as driver:
        await driver.press("enter")
        assert driver.editor.question == 9
        await driver.type(" words")
        assert driver.session.text(9) == "precious words"


# Two windows


@pytest.fixture
def other_window(demo: Path) -> Iterator[Journal]:
    """Another sitting on the same report."""
    journal = Journal(demo)
    journal.begin()
    yield journal
    journal.end()


async def test_two_windows_notice_each_other(demo: Path, other_window: Journal) -> None:
    async with running(demo) as driver:
        await driver.until(lambda: "open in another window too" in driver.text())
        assert other_window.others() == 1
        other_window.end()
        await driver.until(lambda: "open in another window too" not in driver.text())


async def test_what_the_own_editor_wrote_when_all_was_cut_off_is_told(demo: Path) -> None:
    cut_off(handed_out(), "precious")
    async with running(demo) as driver:
        said = " ".join(driver.text().replace("▌", " ").split())
        assert "Your own editor was open when an earlier sitting was cut off." in said
        assert "question-9.md" in said.replace(" ", "")
        await driver.press("enter")
        assert not isinstance(driver.app.screen, ChoiceDialog)
