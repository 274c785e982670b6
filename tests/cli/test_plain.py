"""`--plain`: what it says to a script, what it writes and when, and that nothing typed is ever lost."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from report_tui.commands.lines import Lines
from report_tui.commands.plain_drafts import PlainDrafts
from report_tui.session import Session
from report_tui.storage import draft_records, drafts, saving, versions
from tests.cli.commands import GOOD, MIXED, Result, Runner, give, golden

Say = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def say(run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs `--plain` on some lines."""

    def say(*lines: str) -> Result:
        give(monkeypatch, "".join(f"{line}\n" for line in lines).encode())
        return run("--plain")

    return say


def edits_with(run: Runner, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """An editor that is a few lines of Python; `path` is the file that it is given."""
    program = ["import pathlib, sys", "path = pathlib.Path(sys.argv[-1])", *lines]
    script = run.write("bin/editor.py", "\n".join(program))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f'"{sys.executable}" "{script}"')


def rescued(state: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((state / "rescued").glob("*"))]


def left(state: Path) -> list[dict[int, str]]:
    """The texts in each journal that was left behind."""
    paths = sorted((state / "drafts").glob("*.draft"))
    return [dict(draft_records.read(path.read_bytes())[1].changes.answers) for path in paths]


def test_what_is_said_of_a_report(run: Runner, say: Say) -> None:
    run.report(MIXED)
    result = say("list", "LIST problems", "show 3", "show 4", "next", "checklist", "check", "help", "quit")
    assert (result.code, result.err) == (0, b"")
    golden("plain.txt", result.out)


def test_what_is_said_of_a_good_report(run: Runner, say: Say) -> None:
    run.report()
    result = say("list problems", "next", "quit")
    assert result.code == 0
    assert result.out.decode().splitlines()[1:] == [
        "No question has a problem.",
        "All questions are in order. Boxes open: 1. Say checklist.",
    ]


def test_next_goes_on_and_begins_anew(run: Runner, say: Say) -> None:
    run.report((None, *GOOD[1:3], None, *GOOD[4:]))
    lines = say("next", "next", "next", "show 2", "next").out.decode().splitlines()
    assert [line[:2] for line in lines if line[0].isdigit() and "placeholder" in line] == ["1.", "4.", "1.", "4."]


def test_write_and_save_touch_only_the_answer(run: Runner, say: Say) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("write 1", "Dée", "", "and .", ".", "save", "quit")
    assert (result.code, result.err) == (0, b"")
    assert "1. Crew: ok; not saved.\nSaved 1 answer.\n" in result.out.decode()
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", "Dée\n\nand .".encode())


def test_nothing_is_written_unasked(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("write 1", "Precious", ".")
    assert result.code == 1
    assert path.read_bytes() == before
    assert left(state) == [{1: "Precious"}]
    assert result.out.decode().endswith("Not saved yet: 1 Crew.\nIt is kept: the next report-tui offers it.\n")


def test_a_text_without_an_end_is_kept_and_not_taken(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("write 1", "One", "two")
    assert result.code == 1
    assert "has no end" in result.out.decode()
    assert path.read_bytes() == before
    assert [text.partition("-->")[2] for text in rescued(state)] == ["\n\nOne\ntwo\n"]


def test_where_nothing_can_be_kept_it_is_said(run: Runner, say: Say, state: Path) -> None:
    run.report()
    state.write_text("in the way", encoding="utf-8")
    assert say("write 1", "Precious", ".").out.decode().endswith("Here it is.\nAnswer 1:\nPrecious\n")


def test_quit_asks_and_drop_leaves(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("write 1", "Precious", ".", "quit", "quit drop", "list")
    assert result.out.decode().splitlines()[-1] == (
        "Not saved yet: 1 Crew. Say save, or quit drop to leave without saving."
    )
    assert (result.code, path.read_bytes(), left(state)) == (1, before, [])
    assert [version.kind for version in versions.versions(path)] == [versions.DROPPED_DRAFT]


def test_a_text_that_breaks_the_template_is_held(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say(
        "write 1", "```", ".", "write 2", "It lifts five crates at once", ".", "save", "list problems", "show 1"
    )
    assert result.code == 1
    told = result.out.decode()
    reason = "line 1 of the answer opens a code fence that is never closed; close it with a line of the same ``` or ~~~"
    assert f"Not taken over yet: 1 Crew: {reason}. Your text is kept: say edit 1 or write 1.\n" in told
    assert "Saved 1 answer.\nNot saved: 1 Crew: line 1" in told
    assert path.read_bytes() == before.replace(GOOD[1].encode(), b"It lifts five crates at once")
    assert left(state) == [{1: "```"}]


def test_the_lines_of_a_refused_text_are_no_commands(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("write 99", "write 1", "quit drop", ".", "show 1", "quit")
    assert result.code == 1
    assert "the report has 1-6." in result.out.decode()
    assert "Ann, Bo and Cy" in result.out.decode()
    assert path.read_bytes() == before
    assert "write 1\nquit drop\n" in rescued(state)[0]


@pytest.mark.parametrize(
    "line", ["lsit", "show", "show 9", "show one", "show 1 2", "list all", "tick 9", "tick", "mine 1"]
)
def test_a_command_that_makes_no_sense(run: Runner, say: Say, line: str) -> None:
    run.report()
    result = say(line, "quit")
    assert (result.code, result.err, result.out.count(b"\n")) == (1, b"", 2)


@pytest.mark.parametrize("data", [b"", b"\n\n  \n", b"\xef\xbb\xbflist\r\nquit\r\n"])
def test_odd_input(run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    run.report()
    give(monkeypatch, data)
    assert run("--plain").code == 0


def test_input_that_is_no_text_is_held_and_kept(run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    before = path.read_bytes()
    give(monkeypatch, b"write 1\ncaf\xe9\n.\nsave\n")
    result = run("--plain")
    assert result.code == 1 and b"half a character" in result.out
    assert path.read_bytes() == before
    assert left(state) == [{1: "caf\udce9"}]


class _Interrupted(io.BytesIO):
    """A pipe from a program that ctrl+c ends too, behind its last line."""

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


def test_an_interrupted_script_ends_and_loses_nothing(
    run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.report()
    before = path.read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(_Interrupted(b"write 1\nPrecious\n.\n")))
    result = run("--plain")
    assert (result.code, result.err, path.read_bytes()) == (130, b"", before)
    assert left(state) == [{1: "Precious"}]


def test_text_from_a_report_is_clean(run: Runner, say: Say) -> None:
    run.report(("a\x1b[31mb\u202ec\n::error::d\n\te", *GOOD[1:]))
    out = say("show 1").out.decode()
    assert "\na[31mbc\n'::error::d\n\te\n" in out


def test_a_report_without_questions(run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run.write("reports/README.md", "# Nothing\n")
    give(monkeypatch, b"")
    result = run("--plain")
    assert (result.code, result.out) == (2, b"")
    assert b"holds no question" in result.err


# The editor


def test_edit(run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    before = path.read_bytes()
    edits_with(run, monkeypatch, "path.write_bytes(path.read_bytes().replace(b'Cy', b'Dee'))")
    result = say("edit 1", "save", "edit 1")
    assert result.code == 0
    assert result.out.decode().endswith("1. Crew: ok; not saved.\nSaved 1 answer.\nNothing was changed.\n")
    assert path.read_bytes() == before.replace(b"Cy", b"Dee")


def test_edit_with_an_editor_that_fails(run: Runner, say: Say, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    before = path.read_bytes()
    edits_with(run, monkeypatch, "path.write_bytes(path.read_bytes() + b'precious')", "sys.exit(1)")
    result = say("edit 1", "save", "quit")
    assert result.code == 1
    told = result.out.decode().replace(str(state.resolve()), "")
    assert "The answer stays as it was: " in told and "What you typed lies in " in told
    assert path.read_bytes() == before
    (kept,) = (state / "editing").glob("*/*.md")
    assert kept.read_bytes().endswith(b"precious")


# The other side


def meanwhile(run: Runner, monkeypatch: pytest.MonkeyPatch, report: Path, before: bytes, after: bytes) -> None:
    """While an answer is edited to end in `, mine`, somebody else replaces some bytes of the report."""
    edits_with(
        run,
        monkeypatch,
        "path.write_bytes(path.read_bytes().rstrip() + b', mine\\n')",
        f"report = pathlib.Path({str(report)!r})",
        f"report.write_bytes(report.read_bytes().replace({before!r}, {after!r}))",
    )


def test_another_answer_changed_on_disk_is_taken_over(run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    before = path.read_bytes()
    meanwhile(run, monkeypatch, path, b"four crates", b"nine crates")
    result = say("edit 1", "save", "quit")
    assert result.code == 0
    assert "Changed on disk, taken over: 2 Crane.\nSaved 1 answer.\n" in result.out.decode()
    assert path.read_bytes() == before.replace(b"Cy", b"Cy, mine").replace(b"four crates", b"nine crates")


@pytest.mark.parametrize("side", ["mine", "theirs", "both"])
def test_the_same_answer_changed_on_both_sides(
    run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch, side: str
) -> None:
    path = run.report()
    before = path.read_bytes()
    meanwhile(run, monkeypatch, path, b"Ann, Bo", b"Eve, Bo")
    result = say("edit 1", "save", "show 1", f"{side} 1", "save", "quit")
    told = result.out.decode()
    asked = "1 Crew was changed by you and on disk. Say mine 1, theirs 1 or both 1.\n"
    assert f"{asked}Yours, from line 1 of the answer:\nAnn, Bo and Cy, mine\n" in told
    assert "On disk, from line 1 of the answer:\nEve, Bo and Cy\n" in told
    assert f"Not saved: {asked}" in told
    assert "F2" not in told
    mine, theirs = b"Ann, Bo and Cy, mine", b"Eve, Bo and Cy"
    kept = {"mine": mine, "theirs": theirs, "both": theirs + b"\n\n" + mine}[side]
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", kept)
    assert result.code == 1  # the first save was refused
    asides = [versions.read_text(version) for version in versions.versions(path) if version.number == 1]
    assert asides == {"mine": ["Eve, Bo and Cy"], "theirs": ["Ann, Bo and Cy, mine"], "both": []}[side]
    said = "The text of answer 1 that was not chosen is kept in the history (say history 1).\n"
    assert (said in told) is bool(asides)


CONFLICT = b"<<<<<<< HEAD\nAnn\n=======\nEve\n>>>>>>> main"


def test_git_s_two_versions_are_told_at_once_and_first(run: Runner, say: Say) -> None:
    path = run.report()
    path.write_bytes(path.read_bytes().replace(b"Ann, Bo and Cy", CONFLICT))
    told = say("list", "quit").out.decode()
    assert told.count("git left two versions of 1 Crew. Say mine 1, theirs 1 or both 1; mine is the upper one.\n") == 1
    assert told.index("git left") < told.index("1. Crew: conflict, git's conflict markers stand here")


@pytest.mark.parametrize(("side", "kept"), [("mine", b"Ann"), ("theirs", b"Eve"), ("both", b"Eve\n\nAnn")])
def test_git_s_two_versions_of_an_answer(run: Runner, say: Say, side: str, kept: bytes) -> None:
    path = run.report()
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Ann, Bo and Cy", CONFLICT))
    result = say(f"{side} 1", "save", "quit")
    assert result.code == 0
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", kept)


@pytest.mark.parametrize(("side", "kept"), [("mine", b"Ann"), ("theirs", b"Eve"), ("both", b"Eve\n\nAnn")])
def test_git_s_two_versions_of_the_whole_report(run: Runner, say: Say, side: str, kept: bytes) -> None:
    path = run.report()
    before = path.read_bytes()
    mine, theirs = (before.replace(b"Ann, Bo and Cy", name) for name in (b"Ann", b"Eve"))
    path.write_bytes(b"<<<<<<< HEAD\n" + mine + b"=======\n" + theirs + b">>>>>>> main\n")
    result = say(f"{side} all", "quit")
    assert result.code == 0
    assert "git's markers are out of the file." in result.out.decode()
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", kept)
    assert say("mine all").code == 1


def without_history(state: Path) -> None:
    """From now on nothing can be put into the history."""
    state.mkdir(exist_ok=True)
    (state / "versions").write_text("in the way", encoding="utf-8")


def test_what_the_history_does_not_take_is_not_given_up(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    path.write_bytes(before.replace(b"Ann, Bo and Cy", CONFLICT))
    marked = path.read_bytes()
    without_history(state)
    result = say("mine 1", "mine all", "save", "quit")
    assert result.code == 1
    assert "Nothing was chosen: the history cannot be kept: " in result.out.decode()
    assert "Nothing was written: the history cannot be kept: " in result.out.decode()
    assert path.read_bytes() == marked
    assert say("both 1", "save", "quit").code == 0
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", b"Eve\n\nAnn")


def test_what_is_written_over_before_it_was_saved_is_in_the_history(run: Runner, say: Say) -> None:
    path = run.report()
    say("write 1", "Precious", ".", "write 1", "Newer", ".", "save", "quit")
    assert [versions.read_text(one) for one in versions.versions(path) if one.number == 1] == ["Precious"]
    assert b"\nNewer\n" in path.read_bytes()


def test_quit_drop_drops_nothing_that_the_history_does_not_take(run: Runner, say: Say, state: Path) -> None:
    run.report()
    without_history(state)
    result = say("write 1", "Precious", ".", "quit drop")
    assert result.code == 1
    assert "Not dropped: the history cannot be kept: " in result.out.decode()
    assert left(state) == [{1: "Precious"}]


def test_a_draft_takes_nothing_s_place_that_the_history_does_not_take(run: Runner, say: Say, state: Path) -> None:
    run.report()
    say("write 1", "Precious", ".")
    without_history(state)
    result = say("write 1", "Newer", ".", "draft restore", "show 1", "draft drop")
    told = result.out.decode()
    assert "nothing was restored" in told
    assert "nothing was dropped" in told
    assert "\nNewer\n" in told
    assert left(state) == [{1: "Precious"}, {1: "Newer"}] or left(state) == [{1: "Newer"}, {1: "Precious"}]


def test_an_older_text_takes_nothing_s_place_that_the_history_does_not_take(
    run: Runner, say: Say, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.report()
    versions.put_aside(path, 1, "Older", versions.NOT_CHOSEN)
    (version,) = versions.versions(path)

    def full(*_: object, **__: object) -> str:
        return "the history cannot be kept: the disk is full; free some space"

    monkeypatch.setattr(versions, "keep", full)
    monkeypatch.setattr(versions, "put_aside", full)
    for unsaved in ("Newer", "```open"):
        told = say("write 1", unsaved, ".", f"restore {version.id} 1", "show 1").out.decode()
        assert "what is unsaved in it would be lost: the history cannot be kept: the disk is full" in told
        assert f"\n{unsaved}\n" in told


def test_a_file_that_is_gone(run: Runner, say: Say, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    edits_with(
        run, monkeypatch, "path.write_bytes(path.read_bytes() + b'precious')", f"pathlib.Path({str(path)!r}).unlink()"
    )
    result = say("edit 1", "list", "list", "save", "quit")
    told = result.out.decode()
    assert result.code == 1
    assert told.count("README.md does not exist: put it back") == 2  # once by itself, once by save
    assert left(state)[0][1].endswith("precious")


def test_what_an_earlier_sitting_left_is_said_shown_and_restored(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    say("write 1", "Precious", ".")
    told = say("draft", "draft restore", "quit drop").out.decode()
    assert "Typed just now and not saved: 1 Crew. Say draft to see it" in told
    assert "1 Crew, just now:\nnow: Ann, Bo and Cy\nthen: Precious\n" in told
    assert "Restored, not saved yet: 1 Crew.\n" in told
    assert left(state) == []
    say("write 1", "Precious again", ".")
    result = say("draft restore", "save", "quit")
    assert (result.code, left(state)) == (0, [])
    assert b"\nPrecious again\n" in path.read_bytes()


def test_a_report_that_was_moved_in_between_is_offered_what_was_left(
    run: Runner, say: Say, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.report()
    say("write 1", "Precious", ".")
    moved = path.parent.rename(path.parent.with_name("moved"))
    give(monkeypatch, b"draft restore\nsave\n")
    told = run("--plain", "moved/README.md").out.decode()
    assert f"Typed in {path.resolve()}, where no report is any more.\n" in told
    assert b"\nPrecious\n" in (moved / "README.md").read_bytes()
    assert left(state) == []


def test_what_an_earlier_sitting_left_is_dropped_only_when_told(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    say("write 1", "Precious", ".")
    say("list", "quit")
    assert left(state) == [{1: "Precious"}]
    assert "Dropped, the texts are in the history: 1 Crew.\n" in say("draft drop", "quit").out.decode()
    assert left(state) == []
    assert [(version.kind, version.number) for version in versions.versions(path)] == [(versions.DROPPED_DRAFT, 1)]
    assert say("draft").out.decode().endswith("No earlier sitting left anything unsaved.\n")


def test_a_journal_that_is_damaged_is_said_and_stays(run: Runner, say: Say, state: Path) -> None:
    run.report()
    say("write 1", "Precious", ".")
    (path,) = (state / "drafts").glob("*.draft")
    path.write_bytes(b"nonsense\n")
    assert f"{path} is damaged.\n" in say("quit").out.decode()
    assert path.read_bytes() == b"nonsense\n"


# The history


def test_an_answer_comes_back_from_the_history(run: Runner, say: Say) -> None:
    path = run.report()
    before = path.read_bytes()
    assert say("history", "write 2", "Nothing", ".", "save", "quit").code == 0
    (version,) = versions.versions(path)
    result = say("history 2", "history 1", f"restore {version.id} 2", "history", "save", "quit")
    assert result.code == 0
    assert result.out.decode().splitlines()[1:] == [
        f"{version.id}, just now, before a save: answer 2.",
        "No version with another answer 1.",
        "Brought back: answer 2; not saved. What was there is kept in the history.",
        f"{versions.versions(path)[0].id}, just now, before bringing back: answer 2.",
        f"{version.id}, just now, before a save: as it is now.",
        "Saved 1 answer.",
    ]
    assert path.read_bytes() == before
    result = say(f"restore {version.id}", "quit")
    assert (result.code, result.out.decode().splitlines()[1:]) == (0, ["Nothing to bring back: it is like that now."])


def test_what_cannot_come_back_is_said(run: Runner, say: Say) -> None:
    path = run.report()
    versions.put_aside(path, 2, "# Heading\n\n### Question 3\n\n> Answer:", versions.NOT_CHOSEN)
    (version,) = versions.versions(path)
    before = path.read_bytes()
    for command, told in (
        ("restore", "Say restore and the id of a version; history names them."),
        ("restore ../x", "Say restore and the id of a version; history names them."),
        (f"restore {version.id} 3", f"Version {version.id} does not hold answer 3."),
        (f"restore {version.id} 77", "Name a question by its number: the report has 1-6."),
        (f"restore {version.id}", "Not brought back: 2 Crane: "),
        ("history x", "Name a question by its number: the report has 1-6."),
    ):
        result = say(command, "save", "quit")
        assert result.code == 1
        assert told in result.out.decode()
    assert path.read_bytes() == before
    version.file.write_bytes(b"")
    assert f"Version {version.id} is damaged." in say(f"restore {version.id}", "quit").out.decode()


# The checklist


def test_tick(run: Runner, say: Say) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("tick 2", "save", "tick 1", "tick 1", "save", "quit")
    assert result.code == 0
    assert result.out.decode().splitlines()[1:] == [
        "2. Weigh the cargo: done.",
        "Saved 1 box.",
        "1. Tie the ropes: open.",
        "1. Tie the ropes: done.",
        "Nothing to save.",
    ]
    assert path.read_bytes() == before.replace(b"[ ] Weigh", b"[x] Weigh")


def test_a_box_that_has_another_number_now_is_not_ticked(
    run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.report()
    meanwhile(run, monkeypatch, path, b"* [ ] Weigh the cargo\n", b"* [ ] Count the cargo\n* [ ] Weigh the cargo\n")
    result = say("checklist", "edit 1", "tick 2", "tick 3", "save", "quit")
    assert (
        "The checklist was changed on disk, and nothing is ticked. These are its boxes now:\n"
        "To do:\n1. Tie the ropes: done.\n2. Count the cargo: open.\n3. Weigh the cargo: open.\n"
    ) in result.out.decode()
    assert result.code == 1, "a script is told that something was refused"
    assert b"* [ ] Count the cargo\n* [x] Weigh the cargo\n" in path.read_bytes()


def test_ticks_are_named_and_kept(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    before = path.read_bytes()
    result = say("tick 2", "tick 1", "write 1", "Precious", ".", "quit")
    assert result.code == 1
    told = 'Not saved yet: 1 Crew, box "Tie the ropes" unticked, box "Weigh the cargo" ticked.'
    assert f"{told} Say save" in result.out.decode()
    assert path.read_bytes() == before
    assert left(state) == [{1: "Precious"}]
    shown = say("draft", "draft restore", "quit").out.decode()
    assert (
        "now: [x] Tie the ropes\nthen: [ ] Tie the ropes\nnow: [ ] Weigh the cargo\nthen: [x] Weigh the cargo" in shown
    )
    assert f"{told} Say save" in shown


def test_a_tick_whose_box_is_gone_is_shown_and_kept_until_it_is_back(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    say("tick 2")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"* [ ] Weigh the cargo\n", b""))
    for _ in range(2):
        shown = say("draft", "draft restore", "quit").out.decode()
        assert "Typed just now and not saved: Checklist. " in shown
        assert "Checklist, just now:\nnot in the file now, and kept until it is:\nthen: [x] Weigh" in shown
        assert left(state) == [{}]
    path.write_bytes(whole)
    assert say("draft restore", "save", "quit").code == 0
    assert path.read_bytes() == whole.replace(b"[ ] Weigh the cargo", b"[x] Weigh the cargo")
    assert left(state) == []


def test_a_tick_whose_box_is_gone_is_dropped_when_told(run: Runner, say: Say, state: Path) -> None:
    path = run.report()
    say("tick 2")
    path.write_bytes(path.read_bytes().replace(b"* [ ] Weigh the cargo\n", b""))
    assert "Dropped" in say("draft drop", "quit").out.decode()
    assert left(state) == []


def test_ticks_alone_are_kept_or_said(run: Runner, say: Say, state: Path) -> None:
    run.report()
    assert say("tick 2").code == 1
    assert left(state) == [{}]
    state.rename(state.with_name("moved"))
    state.write_text("in the way", encoding="utf-8")
    assert say("tick 2").out.decode().endswith("Here it is.\nBox ticked: Weigh the cargo (To do)\n")


def test_a_box_that_is_gone_is_said(run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    meanwhile(run, monkeypatch, path, b"* [ ] Weigh the cargo\n", b"")
    result = say("tick 2", "edit 1", "save", "quit")
    gone = "Gone from the checklist, what you did there waits until it is back: Weigh the cargo."
    assert f"{gone}\nSaved 1 answer.\n" in result.out.decode()
    assert b"Weigh" not in path.read_bytes()


def test_a_save_that_fails_offers_a_copy(
    run: Runner, say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = run.report()
    before = path.read_bytes()
    documents = tmp_path / "documents"
    documents.mkdir()
    monkeypatch.setattr(saving, "copy_folder", lambda: documents)
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if any(path.parent.glob(".README.md.*.tmp")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    result = say("write 1", "Dora", ".", "save", "save copy", "save up", "quit drop")
    copy = next(documents.iterdir())
    assert (result.code, path.read_bytes()) == (1, before)
    assert copy.read_bytes() == before.replace(GOOD[0].encode(), b"Dora")
    assert (
        "Not saved. README.md: the disk is full; free some space, then save again.\n"
        "Not saved yet: 1 Crew. Say save to try again, or save copy.\n"
        f"A copy lies in {copy}\nREADME.md itself is not saved yet.\n"
        "Say save, or save copy.\n"
    ) in result.out.decode() + result.err.decode()


@pytest.mark.usefixtures("state")
def test_what_was_left_stays_where_the_report_cannot_be_read_just_now(run: Runner) -> None:
    path = run.report(GOOD)
    sitting = Session.open(path)
    sitting.edit(1, "precious")
    drafts.Journal(path).keep(sitting.draft)
    (journal,) = drafts.folder().glob("*.draft")
    before = journal.read_bytes()
    found = PlainDrafts(Session.open(path), Lines())
    path.write_bytes(b"")  # as a program does that is just about to write it
    found.begin()
    found.end()
    assert journal.read_bytes() == before
