"""What git leaves where two changes met is taken apart, and put together without changing anything else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import Report
from report_tui.core.conflicts import Tangled, Versions, find_hunks, resolved, take_apart, versions, within_answers
from tests.scenes import ROOT

DEMO = (ROOT / "rules" / "demo" / "report" / "README.md").read_bytes()


def test_both_versions_of_an_answer() -> None:
    text = "It is\n<<<<<<< HEAD\nhigh.\n=======\nlow.\n>>>>>>> origin/main\nBoth?"
    assert versions(text) == Versions("It is\nhigh.\nBoth?", "It is\nlow.\nBoth?", None, "HEAD", "origin/main")


def test_what_both_began_with_where_git_says_it() -> None:
    text = "<<<<<<< a\nhigh.\n||||||| 0123abc\nwas\n=======\nlow.\n>>>>>>> b\nand"
    text += "\n<<<<<<< a\n||||||| 01\nx\n=======\ny\n>>>>>>> b"
    assert versions(text) == Versions("high.\nand", "low.\nand\ny", "was\nand\nx", "a", "b")


def test_what_both_began_with_may_be_a_conflict_itself() -> None:
    text = "<<<<<<< a\nA\n||||||| m\n<<<<<<<<< t\nx\n=========\ny\n>>>>>>>>> u\n=======\nB\n>>>>>>> b"
    assert versions(text) == Versions("A", "B", None, "a", "b")


def test_in_a_fence_and_moved_in() -> None:
    text = "```\n<<<<<<< a\none\n=======\ntwo\n>>>>>>> b\n```"
    assert versions(text) == Versions("```\none\n```", "```\ntwo\n```", None, "a", "b")
    assert versions("- x\n  <<<<<<< a\n  one\n  =======\n  two\n  >>>>>>> b") == Versions(
        "- x\n  one", "- x\n  two", None, "a", "b"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n<<<<<<< x\nb\n=======\nc", 2),
        ("a\n>>>>>>> x", 2),
        ("<<<<<<< x\nb\n>>>>>>> y", 3),
        ("<<<<<<< x\n<<<<<<< x\n=======\n>>>>>>> y", 2),
        ("<<<<<<< x\n=======\n||||||| z\n>>>>>>> y", 3),
        ("||||||| z", 1),
        ("<<<<<<< x\nHeading\n=======\nmine\n=======\ntheirs\n>>>>>>> y", 5),
    ],
)
def test_markers_that_do_not_pair(text: str, line: int) -> None:
    with pytest.raises(Tangled) as tangled:
        find_hunks(text.split("\n"))
    assert tangled.value.line == line
    assert versions(text) is None


def test_a_heading_s_underline_is_no_marker() -> None:
    assert find_hunks(["Title", "======="]) == ()
    assert versions("Title\n=======\n") is None


@given(st.lists(st.sampled_from(["a", "b", "", "<<<<<<< x", "|||||||", "=======", ">>>>>>> y", "<<<<<<", "```"])))
def test_no_text_ends_in_anything_but_two_versions_or_none(lines: list[str]) -> None:
    found = versions("\n".join(lines))
    if found is not None:
        known = {*lines, ""}
        assert set(found.mine.split("\n")) | set(found.theirs.split("\n")) <= known
        assert not any(line.startswith(("<<<<<<<", ">>>>>>>")) for line in found.mine.split("\n"))


def merged_by_git(tmp_path: Path, base: bytes, mine: bytes, theirs: bytes, *options: str) -> bytes:
    """What git's own merge makes of three versions."""
    for name, data in (("mine", mine), ("base", base), ("theirs", theirs)):
        (tmp_path / name).write_bytes(data)
    command = ["git", "merge-file", "-p", *options, "mine", "base", "theirs"]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).stdout


def changed(data: bytes, **texts: str) -> bytes:
    report = Report.from_bytes(data)
    for name, text in texts.items():
        report = report.with_answer(int(name.removeprefix("q")), text)
    return report.to_bytes()


@pytest.mark.parametrize("style", [[], ["--diff3"], ["--zdiff3"]], ids=["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_what_git_made_of_two_answers(tmp_path: Path, style: list[str], ending: bytes) -> None:
    base = changed(DEMO, q3="one\n\ntwo\n\nthree").replace(b"\n", ending)
    mine = changed(base, q3="one\n\nMINE\n\nthree", q9="mine", q4="only mine")
    theirs = changed(base, q3="one\n\nTHEIRS\n\nthree", q9="theirs", q12="only theirs")
    report = Report.from_bytes(merged_by_git(tmp_path, base, mine, theirs, *style))
    reports = take_apart(report)
    assert list(reports.answers) == [3, 9]
    assert reports.answers[3][:2] == ("one\n\nMINE\n\nthree", "one\n\nTHEIRS\n\nthree")
    assert (reports.answers[3].base == "one\n\ntwo\n\nthree") is bool(style)
    expected = changed(base, q3="both", q9="theirs", q4="only mine", q12="only theirs")
    assert resolved(reports, {3: "both", 9: "theirs"}).to_bytes() == expected
    found = versions(report.question(9).answer.text)
    assert found is not None
    assert found[:2] == ("mine", "theirs")


def around(data: bytes, other: bytes) -> bytes:
    """One conflict around everything, as after a change of all line endings."""
    return b"<<<<<<< HEAD\n" + data + b"=======\n" + other + b">>>>>>> theirs\n"


def test_one_conflict_around_the_whole_file() -> None:
    mine, theirs = changed(DEMO, q9="mine", q3="the same"), changed(DEMO, q9="theirs", q3="the same")
    reports = take_apart(Report.from_bytes(around(mine, theirs.replace(b"\n", b"\r\n"))))
    assert dict(reports.answers) == {9: Versions("mine", "theirs", None, "HEAD", "theirs")}
    assert resolved(reports, {9: "theirs"}).to_bytes() == changed(mine, q9="theirs")


def test_an_answer_that_nobody_chose_is_not_chosen_by_the_way() -> None:
    reports = take_apart(
        Report.from_bytes(around(changed(DEMO, q9="mine", q3="my"), changed(DEMO, q9="theirs", q3="your")))
    )
    with pytest.raises(Tangled, match="line 1: more than the answers"):
        resolved(reports, {9: "theirs"})


def test_a_box_that_one_side_ticked_is_ticked() -> None:
    report = Report.from_bytes(DEMO)
    box = next(item for item in report.checklist if not item.done)
    ticked = report.with_box(box.line, "x").to_bytes()
    for data in (around(DEMO, ticked), around(ticked, DEMO)):
        reports = take_apart(Report.from_bytes(data))
        assert not reports.answers
        assert resolved(reports, {}).to_bytes() == ticked


def test_a_box_that_one_side_unticked_is_not_ticked_where_git_says_what_it_was() -> None:
    report = Report.from_bytes(DEMO)
    box = next(item for item in report.checklist if item.done)
    odd = report.with_box(box.line, " ").to_bytes()
    data = b"<<<<<<< a\n" + DEMO + b"||||||| b\n" + DEMO + b"=======\n" + odd + b">>>>>>> c\n"
    assert resolved(take_apart(Report.from_bytes(data)), {}).to_bytes() == odd


def test_where_the_template_s_own_text_differs_its_line_is_said(tmp_path: Path) -> None:
    mine = DEMO.replace(b"### Question 9", b"### Question 9 (ours)")
    theirs = DEMO.replace(b"### Question 9", b"### Question 9 (theirs)")
    data = merged_by_git(tmp_path, DEMO, mine, theirs)
    with pytest.raises(Tangled, match="own text") as tangled:
        take_apart(Report.from_bytes(data))
    assert tangled.value.line == data[: data.index(b"<<<<<<<")].count(b"\n") + 1


def test_a_report_without_markers_is_not_taken_apart() -> None:
    with pytest.raises(Tangled, match="no conflict markers"):
        take_apart(Report.from_bytes(DEMO))


LOCAL = b"<<<<<<< a\nx\n=======\ny\n>>>>>>> b\nWe drove"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (b"We drove", LOCAL, {8}),
        (b"> Answer length: 200", b"<<<<<<< a\n> Answer length: 2\n=======\n> Answer\n>>>>>>> b\n> 200", set()),
        (b"## Looking back", b"<<<<<<< a\n## Looking back\n=======\n## Back\n>>>>>>> b", set()),
        (b"### Question 9", b"<<<<<<< a\nx\n### Question 9\n=======\ny\n### Question 9\n>>>>>>> b", set()),
    ],
    ids=["answer", "prompt", "section", "heading"],
)
@pytest.mark.parametrize("elsewhere", [b"", b"<<<<<<< alone\n"])
def test_what_lies_within_an_answer(before: bytes, after: bytes, expected: set[int], elsewhere: bytes) -> None:
    assert before in DEMO
    assert within_answers(Report.from_bytes(elsewhere + DEMO.replace(before, after, 1))) == expected
