"""Bad input, at every command and in the app: one clear line or a slower program, never a hang, a fault or a false OK.

Nothing is timed here; `within` only ends what would go on for ever. The seconds are in `python -m bench.hostile`.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import pytest
from textual import events

from report_tui.core.bounds import LONGEST, MOST_LINES, excess
from report_tui.core.figure_links import CannotInsert, insertion
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.core.source import normalised
from report_tui.render import course_page, github_page
from report_tui.render.clean import UNSAFE
from report_tui.render.page_part import CannotConvert
from report_tui.storage.settings import KeyChoice, Settings
from report_tui.tui import list_writing, writing
from report_tui.tui.dialogs import choice
from report_tui.tui.view_models.findings import excerpt
from report_tui.validation import heading_rewrites
from report_tui.validation.ruleset import QuestionRule
from tests.cli.commands import GOOD, Result, Runner, give, png
from tests.faults import hostile
from tests.faults.watchdog import within
from tests.repositories import pushed
from tests.tui.driver import running
from tests.tui.test_leaving import notice_the_disk
from tests.validation.judging import evaluated, report_text

PATIENCE = 60.0
"""Seconds, on a machine that does eight other things."""
RULES = (QuestionRule(1, "Crew"), QuestionRule(2, "Crane", (2, 4), (0, 1)), QuestionRule(3, "Extras", (0, 9)))
COMMANDS = (("check",), ("check", "--format", "json"), ("check", "--format", "github"), ("figures",), ("show", "2"))


@pytest.fixture
def run(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Commands in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return Runner(tmp_path, capfdbinary)


def is_whole_page(data: bytes) -> None:
    """A page of ours from its first line to its last, that a browser can read."""
    page = data.decode()
    assert page.startswith("<!DOCTYPE html>") and page.endswith("</html>\n")
    assert "<script" not in page
    assert not UNSAFE.search("".join(page.split("\n"))), "nothing that a terminal obeys either"


def is_clear(result: Result) -> None:
    """An exit code of ours and lines that can be read; no fault of ours, no traceback, nothing a terminal obeys."""
    assert result.code in (0, 1, 2)
    told = result.err.decode()
    assert "Traceback" not in told and "please report it" not in told, told[-2000:]
    assert all(line.startswith("report-tui: ") for line in told.splitlines()), told[-2000:]
    assert all(not UNSAFE.search(line) for line in told.split(os.linesep)), told[-2000:]


# Reports


@pytest.mark.parametrize("name", hostile.FILES)
def test_commands_on_a_bad_file(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    data = hostile.FILES[name]()
    path = run.write("reports/README.md", data)
    with within(PATIENCE):
        for command in COMMANDS:
            result = run(*command)
            is_clear(result)
            assert path.read_bytes() == data
            assert result.code != 0 or command[0] != "check" or name in hostile.JUDGED, "a false OK"
        give(monkeypatch, b"2\nA line.\n.\nquit\n")
        is_clear(run("--plain"))
        assert path.read_bytes() == data
        new = run.write("new.md", "A new answer.")
        result = run("set", "2", "--file", str(new))
        is_clear(result)
    if result.code != 0:
        assert path.read_bytes() == data
    else:
        assert Report.from_bytes(path.read_bytes()).question(2).answer.text == "A new answer."
        assert run("show", "2").out.strip() == b"A new answer."


@pytest.mark.parametrize("name", hostile.FILES)
async def test_the_app_on_a_bad_file(tmp_path: Path, name: str) -> None:
    data = hostile.FILES[name]()
    path = tmp_path / "README.md"
    path.write_bytes(data)
    report = Report.from_bytes(data)
    if report.source.problem is not None or not report.questions:
        return  # the app does not open on it: tests/pty/test_bad_input.py
    was = report.texts
    with within(2 * PATIENCE):
        async with running(path) as driver:
            await driver.edit(2)
            await driver.press("x", "ctrl+end", "enter", "y", "f5", "f8", "f7", "f6", "escape", "ctrl+l", "escape")
            await driver.edit(2)
            await driver.press("f2")
            typed = driver.session.text(2)
    after = Report.from_bytes(path.read_bytes()).texts
    assert {number: text for number, text in after.items() if number != 2} == {n: t for n, t in was.items() if n != 2}
    if excess(was[2]):
        assert path.read_bytes() == data
    else:
        assert typed.startswith("x") and typed.endswith("y")
        assert after[2] == typed or driver.session.held[2].text == typed


async def test_an_answer_too_long_to_be_edited_is_shown_and_never_changed(tmp_path: Path) -> None:
    data = hostile.one_line(LONGEST + 5)
    path = tmp_path / "README.md"
    path.write_bytes(data)
    async with running(path) as driver:
        await driver.edit(2)
        shown = driver.text()
        assert f"This answer has {LONGEST + 5:,} characters" in shown and "F9" in shown
        await driver.press("a", "backspace", "enter", "alt+s", "alt+l", "alt+k", "ctrl+z", "ctrl+y", "ctrl+x")
        assert "too long to be edited here" in driver.notices()[-1]
        driver.editor.post_message(events.Paste("pasted"))
        await driver.settle()
        assert not driver.session.dirty
        with pytest.raises(CannotInsert):
            driver.editor.put_figure("![A crane](figures/crane.png)")
        # The others stay as they are to be written.
        await driver.edit(1)
        await driver.press("x", "f2")
    assert path.read_bytes() == data.replace(b"\n\nOne.", b"\n\nxOne.")


async def test_the_key_that_somebody_set_is_named_where_an_answer_is_too_long(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(hostile.one_line(LONGEST + 5))
    async with running(path, settings=Settings(keys=(KeyChoice("edit-outside", ("f13",), 1),))) as driver:
        await driver.edit(2)
        assert "F13 opens it in your own editor." in driver.editor.text and "F9" not in driver.editor.text
        with pytest.raises(CannotInsert, match=r"in your own editor \(F13\)"):
            driver.editor.put_figure("![A crane](figures/crane.png)")
        assert not driver.session.dirty


async def test_an_answer_of_too_many_lines_is_shown_and_never_changed(tmp_path: Path) -> None:
    data = hostile.report("```\n\n" * MOST_LINES)
    path = tmp_path / "README.md"
    path.write_bytes(data)
    async with running(path) as driver:
        await driver.edit(2)
        assert f"This answer has {2 * MOST_LINES - 1:,} lines: too many" in driver.text()
        await driver.press("a", "f2")
        assert not driver.session.dirty
    assert path.read_bytes() == data


async def test_an_answer_that_becomes_too_long_outside_and_short_again(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(hostile.report("Two."))
    async with running(path) as driver:
        await driver.edit(2)
        await driver.press("x", "f2")
        editor = driver.editor
        long = "word " * LONGEST
        driver.session.edit(2, long)
        driver.main.bring_text(2, long)
        assert editor.answer == long and editor.read_only
        await driver.press("ctrl+z", "y")
        assert editor.answer == long and driver.session.text(2) == normalised(long)
        driver.session.edit(2, "Short.")
        driver.main.bring_text(2, "Short.")
        await driver.press("ctrl+end", "z", "ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.answer == "Short.", "no step leads back to the beginning of what was too long"


WRONG = {
    "too many lines": "is too large to be read: 150,027 lines, more than 150,000",
    "too many questions": "is too large to be read: 3,001 questions, more than 3,000",
    "binary": "is not UTF-8: byte 0xFD on line 1",
    "Latin-1": "is not UTF-8: byte 0xF6",
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_file_that_becomes_bad_while_it_is_open(tmp_path: Path, name: str) -> None:
    good, bad = hostile.report("Two."), hostile.FILES[name]()
    path = tmp_path / "README.md"
    path.write_bytes(good)
    async with running(path) as driver:
        await driver.edit(2)
        await driver.press("x")
        path.write_bytes(bad)
        await notice_the_disk(driver)
        assert WRONG[name] in driver.notices()[-1]
        await driver.press("y")
        assert driver.editor.answer == driver.session.text(2) == "xyTwo."
        await driver.press("f2")
        assert "Not saved" in driver.text()
        await driver.press("escape")
        assert path.read_bytes() == bad, "somebody else's file stays as it is"
        assert driver.session.unsaved == (2,)
        path.write_bytes(good.replace(b"One.", b"One, of theirs."))
        await notice_the_disk(driver)
        assert driver.session.text(1) == "One, of theirs."
        await driver.press("f2")
    after = Report.from_bytes(path.read_bytes()).texts
    assert (after[1], after[2]) == ("One, of theirs.", "xyTwo.")


async def test_pastes_that_add_up_to_too_much_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(hostile.report("Two."))
    async with running(path) as driver:
        await driver.edit(2)
        for _ in range(2):
            driver.editor.post_message(events.Paste(f"{hostile.PROSE * 700}\n"))
            await driver.settle()
        assert "Nothing was pasted" not in "".join(driver.notices()[:-1])
        assert "Nothing was pasted: the answer would have 105,006 characters" in driver.notices()[-1]
        assert driver.session.text(2).count("cargo") == 700


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_page_of_a_bad_file(run: Runner, name: str) -> None:
    data = hostile.FILES[name]()
    path = run.write("reports/README.md", data)
    page, old = run.folder / "page.html", b"<!-- an older page, of another program -->"
    with within(PATIENCE):
        to_output = run("html", "-o", "-")
        to_file = run("html", "-o", str(page))
        assert path.read_bytes() == data
        is_clear(to_output)
        is_clear(to_file)
        assert to_output.code == to_file.code != (0 if name not in hostile.JUDGED else None), "a false OK"
        if Report.from_bytes(data).source.problem is None:
            assert to_file.code in (0, 1)
            is_whole_page(page.read_bytes())
            assert to_output.out == page.read_bytes()
        else:
            assert to_file.code == 2 and not to_output.out and not page.exists()
            way_out = "take out what a program wrote" if name.startswith("too many") else "save it as UTF-8"
            assert "README.md" in to_file.err.decode() and way_out in to_file.err.decode()
        page.write_bytes(old)
        result = run("html", "-o", str(page))
        assert (result.code, page.read_bytes()) == (2, old), "what is no page of ours stays"
        is_clear(result)
    assert sorted(each.name for each in run.folder.iterdir()) == ["page.html", "reports"], "nothing else is left"


@pytest.mark.parametrize("name", hostile.FILES)
def test_the_course_page_of_a_bad_file(run: Runner, name: str) -> None:
    data = hostile.FILES[name]()
    path = run.write("reports/README.md", data)
    page = run.folder / "page.html"
    with within(PATIENCE):
        result = run("html", "--course", "-o", str(page))
    is_clear(result)
    assert path.read_bytes() == data
    if Report.from_bytes(data).source.problem is not None:
        assert result.code == 2 and "README.md" in result.err.decode()
    elif not page.exists():
        assert result.code == 1
        assert result.err.startswith((b"report-tui: there will be no page: ", b"report-tui: no page was made: "))
        assert b"the course's program " in result.err
    else:
        assert result.code in (0, 1)
        page.read_bytes().decode()


@pytest.mark.parametrize("patience", [10, 0.5])
def test_the_course_page_of_what_its_program_never_ends_on(
    run: Runner, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    # By the processor's clock, and by the other one, which is all that some systems have.
    monkeypatch.setattr("report_tui.commands.html.PATIENCE", patience)
    run.write("reports/README.md", hostile.report("[" * 20_000))
    result = run("html", "--course", "-o", "page.html")
    assert result.code == 1 and not (run.folder / "page.html").exists()
    assert result.err.decode().splitlines() == [
        "report-tui: no page was made: the course's program takes more than a second of work for it; look for rows of "
        "brackets or dashes, and for what a program wrote"
    ]


@pytest.mark.parametrize("name", hostile.FILES)
def test_versions_of_a_bad_file(run: Runner, name: str) -> None:
    data = hostile.FILES[name]()
    path = run.write("reports/README.md", data)
    with within(PATIENCE):
        is_clear(run("history"))
        is_clear(run("history", "--question", "2"))
        result = run("restore", "abcdef")
        is_clear(result)
        assert result.code == 2 and path.read_bytes() == data
        new = run.write("new.md", "A new answer.")
        if run("set", "2", "--file", str(new)).code != 0:
            return
        [version] = json.loads(run("history", "--format", "json").out)["versions"]
        is_clear(run("history", "--show", version["id"]))
        result = run("restore", version["id"], "--question", "2")
        is_clear(result)
    was, now = Report.from_bytes(data).texts[2], Report.from_bytes(path.read_bytes()).texts[2]
    assert now == (was if result.code == 0 else "A new answer.")


# The hand-in, and fixes


@pytest.mark.parametrize("name", ["a large file", "nested quotes", "binary", "UTF-16 LE", "boxes", *WRONG, "no bytes"])
def test_the_hand_in_of_a_bad_file(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    data = hostile.FILES[name]()
    folder = pushed(run.folder, {"reports/README.md": data})
    monkeypatch.chdir(folder)
    with within(PATIENCE):
        for form in ("text", "json"):
            result = run("handin", "--format", form)
            is_clear(result)
            assert result.code != 0 or name in hostile.JUDGED, "a false OK"
    if name.startswith("too many"):
        assert WRONG[name].encode() in result.out
    assert (folder / "reports" / "README.md").read_bytes() == data


@pytest.mark.parametrize(
    "text", ["--- question 3 fill here ---\n\nText", "![](figures/a.png) " * 450], ids=["text", "figures"]
)
async def test_the_fixes_of_far_too_many_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(choice, "TYPING_GUARD", 0.001)
    path = tmp_path / "README.md"
    path.write_bytes(report_text([text] * (400 if len(text) < 100 else 10)).encode())
    before = Report.from_bytes(path.read_bytes())
    with within(PATIENCE):
        async with running(path) as driver:
            await driver.press("f11")
            await driver.press("down", "up", "a")
            await driver.press("y")
            await driver.press("end", "f", "escape", "escape", "escape", "f2")
            assert not driver.session.dirty
    now = Report.from_bytes(path.read_bytes())
    mended = [number for number, was in before.texts.items() if now.texts[number] != was]
    if text.startswith("---"):
        assert mended[:1] == [1] and {now.texts[number] for number in mended} == {"Text"}
    else:
        assert not mended


def test_what_a_fix_changes_in_thousands_of_lines_that_are_alike() -> None:
    with within(PATIENCE):
        lines = excerpt("a\n" * 4_000, "a\nb\n" * 2_000)
    assert lines[-1].text == "…" and "b" in {line.text for line in lines if line.sign == "+"}


# What patterns go back and forth over


@pytest.mark.parametrize("token", hostile.TOKENS, ids=repr)
def test_one_token_over_and_over(token: str) -> None:
    text = token * (20_000 // len(token))
    report = Report.from_bytes(report_text(["One.", "Two.", "Three."]).encode())
    with within(PATIENCE):
        assert not evaluated(report_text(["One.", text, "Three."]), RULES).ok
        for written in (text, f"a\n\n{text}\n\nb"):
            try:
                assert report.with_answer(2, written).question(2).answer.text == normalised(written)
            except AnswerRejected as rejected:
                assert rejected.way_out
        part = text[:5_000]
        try:
            insertion(part, len(part) // 2, "![A crane](figures/crane.png)")
        except CannotInsert as refused:
            assert refused.way_out
        for convert in (github_page.github_answer_html, course_page.course_answer_html):
            try:
                convert("", part)
            except CannotConvert as refused:
                assert str(refused)
        list_writing.continued(part, len(part), len(part))
        writing.toggled(part, 0, len(part) // 2, writing.STRONG)
        list_writing.listed(part, 0, len(part))


def test_headings_in_quotes_of_any_depth() -> None:
    with within(PATIENCE):
        assert heading_rewrites.without_hashes("> " * 500 + "## a") == "> " * 500 + "**a**"
        assert heading_rewrites.without_hashes("> " * 500 + "a ## b") == "> " * 500 + "a #\\# b"


# Rules


@pytest.mark.parametrize("name", hostile.RULES)
def test_bad_rules(run: Runner, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    path = run.report(rules=False)
    before = path.read_bytes()
    given = run.write("given.yaml", hostile.RULES[name])
    with within(PATIENCE):
        for command in (["rules", "check", "given.yaml"], ["check", "--rules", "given.yaml"]):
            result = run(*command)
            assert result.code == (1 if command[0] == "rules" else 2), result
            assert b"Traceback" not in result.err and b"please report it" not in result.err
            assert b"given.yaml:" in result.err + result.out
            assert len(result.err + result.out) < 60_000
        given.rename(path.with_name("report-rules.yaml"))
        for command in (["check"], ["figures"], ["set", "1", "--empty"], ["show", "1"]):
            result = run(*command)
            assert b"Traceback" not in result.err and b"please report it" not in result.err
            assert result.code == 2
        give(monkeypatch, b"quit\n")
        is_clear(run("--plain"))
    assert path.read_bytes() == before
    assert not (run.folder / "owned").exists()


# Figures


async def test_a_figures_folder_with_10_000_files(run: Runner) -> None:
    path = run.report((*GOOD[:5], "![No 7](figures/7.png) and ![none](figures/none.png)"))
    folder = path.parent / "figures"
    for number in range(10_000):
        (folder / f"{number}.png").touch()
    with within(PATIENCE):
        result = run("check")
        is_clear(result)
        assert result.code == 1 and b"7.png" in result.out and b"none.png" in result.out
        is_clear(run("figures"))
        async with running(path) as driver:
            await driver.edit(1)
            await driver.press("x", "f4", "down", "end", "escape", "y")
            assert driver.session.text(1) == f"xy{GOOD[0]}"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_figures_folder_with_what_is_no_file(run: Runner) -> None:
    names = ["fifo", "device", "socket", "loop", "twin", "gone", "folder"]
    links = " ".join(f"![The {name} of the crane](figures/{name}.png)" for name in names)
    path = run.report((*GOOD[:5], links))
    folder = path.parent / "figures"
    os.mkfifo(folder / "fifo.png")
    (folder / "device.png").symlink_to("/dev/zero")
    (folder / "loop.png").symlink_to("twin.png")
    (folder / "twin.png").symlink_to("loop.png")
    (folder / "gone.png").symlink_to("nowhere.png")
    (folder / "folder.png").mkdir()
    (folder / "inner").symlink_to("..", target_is_directory=True)
    (folder / "folder.png" / "again").symlink_to("../..", target_is_directory=True)
    os.chdir(folder)  # the name of a socket must be short
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind("socket.png")
        os.chdir(run.folder)
        with within(PATIENCE):
            for command in COMMANDS:
                result = run(*command)
                is_clear(result)
                assert result.code != 0 or command[0] != "check"
            text = run("check").out.decode()
            is_clear(run("figures", "add", str(folder / "fifo.png")))
            is_clear(run("figures", "add", str(folder / "device.png")))
    finally:
        os.chdir(run.folder)
        listening.close()
    for name in names:
        assert f"figures/{name}.png" in text, f"nothing is said of {name}"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["fifo", "device", "loop", "folder"])
def test_a_report_that_is_no_file(run: Runner, kind: str) -> None:
    path = run.folder / "reports" / "README.md"
    path.parent.mkdir()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "loop":
        path.symlink_to(path)
    else:
        path.mkdir()
    with within(PATIENCE):
        for command in (*COMMANDS, ("set", "1", "--empty"), ("--plain",)):
            result = run(*command)
            is_clear(result)
            assert result.code == 2


def test_a_figure_of_any_bytes(run: Runner) -> None:
    path = run.report((*GOOD[:5], "![No 7](figures/7.png)"))
    for content in (
        b"",
        b"\x89PNG\r\n\x1a\n",
        png()[:-20],
        b"\xff\xd8\xff\xe0" * 9_000,
        b"GIF89a" + b"\xff" * 999,
        b"RIFF",
    ):
        (path.parent / "figures" / "7.png").write_bytes(content)
        with within(PATIENCE):
            result = run("check")
        is_clear(result)
        assert result.code == 1 and b"7.png" in result.out
