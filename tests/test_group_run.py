"""Many groups at once: their order, processes that die, and how many question pages a forged report gets."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path

import pytest

from report_tui.group_judging import Judged, Wishes
from report_tui.group_outputs import Outputs
from report_tui.group_run import judge_all
from report_tui.group_workers import Limits
from report_tui.render.group_site import Part, Sheet
from report_tui.storage import clones
from report_tui.storage.files import CannotRead
from report_tui.storage.rules import staff_rules
from report_tui.validation.finding import Status
from report_tui.validation.group_row import GroupRow, GroupState, QuestionCell
from tests.cli.commands import GOOD, RULES
from tests.groups import copied, repository
from tests.validation.judging import report_text

OK = Status.OK


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def test_a_process_that_dies_takes_no_group_with_it(tmp_path: Path, rules: Path) -> None:
    made = repository(tmp_path / "made", {"reports/README.md": report_text((*GOOD[:2], "", *GOOD[3:]))})
    for number in range(20):
        copied(made, tmp_path / "groups" / f"group {number}")
    found = clones.in_folder(tmp_path / "groups")

    rest = judge_all(found, Wishes(staff_rules(rules), None, None), 2)
    first = next(rest)
    for child in multiprocessing.active_children():
        child.kill()
    rows = [judged.row for judged in (first, *rest)]

    assert [row.name for row in rows] == [f"group {number}" for number in range(20)]
    assert {row.state for row in rows} == {GroupState.PROBLEMS}


def test_a_forged_report_gets_no_thousand_pages(tmp_path: Path, rules: Path) -> None:
    text = report_text(["An answer"] * 300)
    repository(tmp_path / "groups" / "many", {"reports/README.md": text})
    staff = staff_rules(rules)

    with Outputs(tmp_path / "out", staff, None) as outputs:
        for judged in judge_all(clones.in_folder(tmp_path / "groups"), Wishes(staff, None, outputs.folder), 1):
            outputs.add(judged)
        outputs.finish(())

    assert len(list((tmp_path / "out" / "questions").iterdir())) == 100
    (page,) = (tmp_path / "out" / "groups").iterdir()
    assert b'id="question-300"' in page.read_bytes()


def test_a_report_of_thousands_of_questions_keeps_nobody_waiting(tmp_path: Path, rules: Path) -> None:
    repository(tmp_path / "groups" / "many", {"reports/README.md": report_text(["x"] * 501)})
    (judged,) = judge_all(clones.in_folder(tmp_path / "groups"), Wishes(staff_rules(rules), None, None), 1)
    assert judged.row.state is GroupState.UNREADABLE
    assert judged.row.note == "reports/README.md has 501 questions: it is forged"


def test_what_is_not_finished_leaves_what_was_there(tmp_path: Path, rules: Path) -> None:
    staff = staff_rules(rules)
    with Outputs(tmp_path / "out", staff, None) as outputs:
        outputs.finish(())
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert len(before) == 3

    with pytest.raises(KeyboardInterrupt), Outputs(tmp_path / "out", staff, None) as outputs:
        (outputs.folder / "groups" / "half.html").write_bytes(b"x")
        raise KeyboardInterrupt
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()} == before


def test_names_in_the_order_in_which_people_count() -> None:
    names = ["group 10", "Group 2", "group 1", "ærø", "7", "group", "²"]
    assert sorted(names, key=clones.natural) == ["7", "group", "group 1", "Group 2", "group 10", "²", "ærø"]


def test_a_folder_that_cannot_be_listed_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="name a folder that holds clones"):
        clones.in_folder(tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform == "win32", reason="no process can be made to stand still there")
def test_a_group_that_takes_too_long_is_said_and_the_run_goes_on(tmp_path: Path, rules: Path) -> None:
    made = repository(tmp_path / "made", {"reports/README.md": report_text(GOOD)})
    for number in range(4):
        copied(made, tmp_path / "groups" / f"group {number}")
    found = clones.in_folder(tmp_path / "groups")

    rest = judge_all(found, Wishes(staff_rules(rules), None, None), 1, Limits(seconds=4))
    first = next(rest)
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    rows = [judged.row for judged in (first, *rest)]

    assert [row.name for row in rows] == [f"group {number}" for number in range(4)]
    late = [row for row in rows if row.state is GroupState.UNREADABLE]
    assert [row.note for row in late] == [
        "took too long: not judged within 4 seconds; look at it with report-tui check"
    ]
    assert not multiprocessing.active_children()


@pytest.mark.skipif(sys.platform != "linux", reason="no other system limits a process's memory")
def test_a_group_that_takes_too_much_memory_is_said_and_the_run_goes_on(tmp_path: Path, rules: Path) -> None:
    text = report_text((*GOOD[:3], "![a](b.png)\n" * 149_000, *GOOD[4:]))
    repository(tmp_path / "groups" / "a glutton", {"reports/README.md": text})
    repository(tmp_path / "groups" / "modest", {"reports/README.md": report_text(GOOD)})

    limits = Limits(memory=60_000_000)
    rows = [
        judged.row
        for judged in judge_all(
            clones.in_folder(tmp_path / "groups"), Wishes(staff_rules(rules), None, None), 1, limits
        )
    ]

    assert [row.state for row in rows] == [GroupState.UNREADABLE, GroupState.PROBLEMS]
    assert "memory" in rows[0].note or "ended the process, twice" in rows[0].note
    assert rows[1].questions


class Deadly(str):
    """Ends whichever process it is sent to."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def test_a_group_that_ends_every_process_is_said_and_the_run_goes_on(tmp_path: Path, rules: Path) -> None:
    for number in range(3):
        repository(tmp_path / "groups" / f"group {number}", {"reports/README.md": report_text(GOOD)})
    found = clones.in_folder(tmp_path / "groups")
    found[1] = found[1]._replace(problem=Deadly())

    rows = [judged.row for judged in judge_all(found, Wishes(staff_rules(rules), None, None), 2)]

    assert [row.name for row in rows] == ["group 0", "group 1", "group 2"]
    assert [bool(row.questions) for row in rows] == [True, False, True]
    assert rows[1].state is GroupState.UNREADABLE
    assert rows[1].note == "judging it ended the process, twice; look at it with report-tui check"


def test_answers_to_another_question_of_the_same_number_stand_apart(tmp_path: Path, rules: Path) -> None:
    older = RULES[RULES.index("  - version:") :].replace('"2026"', '"2020"')
    older = older.replace("{title: Map, images: [1, 2]}", "{title: Sextant, prompt: sextant}")
    rules.write_text(f"{RULES}{older}", encoding="utf-8")
    staff = staff_rules(rules)
    before, behind = report_text(GOOD).split("> **Say something about part 3**")
    repository(tmp_path / "groups" / "a before", {"reports/README.md": f"{before}> **Your sextant?**{behind}"})
    for number in range(2):
        repository(tmp_path / "groups" / f"group {number}", {"reports/README.md": report_text(GOOD)})

    with Outputs(tmp_path / "out", staff, None) as outputs:
        for judged in judge_all(clones.in_folder(tmp_path / "groups"), Wishes(staff, None, outputs.folder), 1):
            outputs.add(judged)
        outputs.finish(())

    page = (tmp_path / "out/questions/question-3.html").read_text(encoding="utf-8")
    marks = (
        "3</span> Map</h1>",
        "Say something",
        ">group 0<",
        ">group 1<",
        "3: Sextant</h2>",
        "Your sextant",
        ">a before<",
    )
    assert [page.count(mark) for mark in marks] == [1] * len(marks)
    assert sorted(map(page.index, marks)) == list(map(page.index, marks))
    assert "Another question" not in (tmp_path / "out/questions/question-4.html").read_text(encoding="utf-8")


def test_what_a_group_wrote_above_the_prompt_is_seen_among_the_answers(tmp_path: Path, rules: Path) -> None:
    text = report_text(GOOD).replace("### Question 4\n", "### Question 4\n\nWe asked [the harbour](#question-1).\n")
    repository(tmp_path / "groups" / "one", {"reports/README.md": text})
    staff = staff_rules(rules)

    with Outputs(tmp_path / "out", staff, None) as outputs:
        for judged in judge_all(clones.in_folder(tmp_path / "groups"), Wishes(staff, None, outputs.folder), 1):
            outputs.add(judged)
        outputs.finish(())

    page = (tmp_path / "out/questions/question-4.html").read_text(encoding="utf-8")
    assert page.count('We asked <a href="../groups/one-') == 1


def test_many_titles_of_one_number_open_no_thousand_files(tmp_path: Path) -> None:
    with Outputs(tmp_path / "out", (), None) as outputs:
        for group in range(9):
            row = GroupRow(
                f"group {group}", GroupState.PROBLEMS, report="x", questions=(QuestionCell(1, "", OK, 0, 0),)
            )
            part = Part(1, f"title {group}", "", f"<p>{group}</p>", OK)
            outputs.add(Judged(row, {}, Sheet((part,), ())))
        assert len(list(outputs.folder.glob("part-*"))) == 5
        outputs.finish(())

    page = (tmp_path / "out/questions/question-1.html").read_text(encoding="utf-8")
    assert all(page.count(f"<p>{group}</p>") == 1 for group in range(9))
    # The fifth and all behind it are the most, without a title of their own.
    assert page.count("<h2>Another question 1: title") == 4
