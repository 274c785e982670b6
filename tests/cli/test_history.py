"""`history` and `restore`: what is listed, what differs, and what comes back, byte for byte."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.core.changes import Changes, Draft
from report_tui.storage import drafts, versions
from tests.cli.commands import GOOD, MIXED, Runner, give, golden

HOUR = 3_600
OLD = "Ann, Bo and Cy\n\nAnd Di, who left.\nOne\nTwo\nThree\nFour\nOver and out"


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(autouse=True)
def _local_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "UTC-5:45")
        time.tzset()
        yield
        monkeypatch.undo()
        time.tzset()
    else:
        yield  # Windows has one time zone for all programs; the tests below take any


def kept(path: Path, data: bytes, hours: float, why: str = versions.BEFORE_SAVE) -> str:
    """Keep a version that many hours ago; returns its id."""
    assert versions.keep(path, data, why, now_ns=time.time_ns() - int(hours * HOUR * 1e9) - 60_000_000_000) is None
    return next(version.id for version in versions.versions(path) if versions.holds(version, data))


def aside(path: Path, number: int, text: str, hours: float) -> str:
    now_ns = time.time_ns() - int(hours * HOUR * 1e9) - 60_000_000_000
    assert versions.put_aside(path, number, text, versions.NOT_CHOSEN, now_ns=now_ns) is None
    return next(version.id for version in versions.versions(path) if version.number == number)


def with_answers(path: Path, texts: dict[int, str]) -> bytes:
    report = Report.from_bytes(path.read_bytes())
    for number, text in texts.items():
        report = report.with_answer(number, text)
    return report.to_bytes()


@pytest.fixture
def path(run: Runner) -> Path:
    """A report with four versions and a text that was put aside."""
    path = run.report()
    now = path.read_bytes()
    kept(path, b"\xff\xfe not text", 30 * 24)
    kept(path, with_answers(path, {1: OLD, 5: "Nobody"}), 5)
    kept(path, with_answers(path, {1: OLD, 5: "Nobody yet"}).replace(b"[x] Tie", b"[ ] Tie"), 3)
    aside(path, 2, "It \x1b[31mlifts* crates\n\n## now", 2)
    kept(path, now, 1, versions.BEFORE_CHANGE)
    return path


def without_times(out: bytes) -> bytes:
    return re.sub(rb"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z| \d\d:\d\d)", b"(time)", out)


def test_what_is_listed(run: Runner, path: Path) -> None:
    result = run("history")
    assert (result.code, result.err) == (0, b"")
    golden("history.txt", without_times(result.out))
    result = run("history", "--question", "1", str(path))
    assert (result.code, result.err) == (0, b"")
    golden("history-question.txt", without_times(result.out))


def test_the_time_is_that_of_this_place(run: Runner) -> None:
    path = run.report()
    versions.keep(path, b"one", now_ns=1_790_000_000_000_000_000)
    assert time.strftime("  %Y-%m-%d %H:%M  ", time.localtime(1_790_000_000)) in run("history").out.decode()
    (record,) = json.loads(run("history", "--format", "json").out)["versions"]
    assert record["time"] == "2026-09-21T14:13:20.000Z"


def test_what_is_listed_for_programs(run: Runner, path: Path) -> None:
    result = run("history", "--format", "json")
    assert (result.code, result.err) == (0, b"")
    out = re.sub(rb'"bytes": \d+', b'"bytes": 0', result.out)  # that of the compressor's version
    golden("history.json", without_times(out))


def test_what_differs_in_one(run: Runner, path: Path) -> None:
    identity = versions.versions(path)[2].id
    result = run("history", "--show", identity)
    assert (result.code, result.err) == (0, b"")
    golden("history-show.txt", without_times(result.out))
    only = run("history", "--show", identity, "--question", "5").out.decode().splitlines()[1:]
    assert only == ["  - as it is now, + as it was then", "", "5 Pilot", "  - Nobody but us", "  + Nobody yet"]
    record = json.loads(run("history", "--show", identity, "--question", "5", "--format", "json").out)
    assert record["answers"] == [{"id": 5, "then": "Nobody yet", "now": "Nobody but us"}]
    assert (record["differs"], record["boxes"], record["report"]) == ([1, 5], 1, "reports/README.md")


def test_what_a_text_put_aside_differs_in_harms_no_terminal(run: Runner, path: Path) -> None:
    identity = versions.versions(path)[1].id
    lines = run("history", "--show", identity).out.decode().splitlines()
    assert lines[1:] == [
        "  - as it is now, + as it was then",
        "",
        "2 Crane",
        "  - It lifts four crates at once",
        "  + It [31mlifts* crates",
        "  +",
        "  + ## now",
    ]


def test_a_version_like_the_file_and_one_that_is_no_report(run: Runner, path: Path) -> None:
    newest, *_, oldest = versions.versions(path)
    assert run("history", "--show", newest.id).out.decode().splitlines()[1:] == ["  as it is now"]
    assert run("history", "--show", oldest.id).out.decode().splitlines()[1].startswith("  is not UTF-8")
    result = run("restore", oldest.id)
    assert (result.code, result.out) == (2, b"")
    assert f"version {oldest.id} is not UTF-8" in result.err.decode()


def test_a_long_list_is_cut(run: Runner) -> None:
    path = run.report()
    for number in range(31):
        kept(path, path.read_bytes() + b"\n" * number, 40 - number)
    result = run("history")
    assert result.out.count(b"\n") == 31
    assert result.err == b"report-tui: older ones are left out; --all lists them too\n"
    assert run("history", "--all").out.count(b"\n") == 32


def test_no_version(run: Runner) -> None:
    run.report()
    result = run("history")
    assert (result.code, result.out, result.err) == (0, b"reports/README.md\n  no version is kept\n", b"")
    result = run("history", "--question", "2")
    assert result.out.endswith(b"  no version is kept in which answer 2 differs\n")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_who_committed_a_version_is_named(run: Runner, path: Path) -> None:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=B\x1b[31mo", "-c", "user.email=b@example.org"]
    for arguments in (["init", "--quiet"], ["add", "reports"], ["commit", "--quiet", "-m", "one"]):
        subprocess.run(["git", *identity, *arguments], cwd=run.folder, env=environment, check=True)
    path.write_bytes(with_answers(path, {5: "Somebody"}))
    assert b"before it changed on disk, by B[31mo  answer 5\n" in run("history").out
    (record, *_) = json.loads(run("history", "--format", "json").out)["versions"]
    assert record["author"] == "B\x1b[31mo"
    (aside, newest) = (run("history", "--show", version.id).out for version in versions.versions(path)[1::-1])
    assert b"before it changed on disk, by B[31mo\n" in newest
    assert b"not chosen\n" in aside


# Bringing back


def test_all_of_it_comes_back_and_goes_again(run: Runner, path: Path) -> None:
    now = path.read_bytes()
    then = with_answers(path, {1: OLD, 5: "Nobody yet"}).replace(b"[x] Tie", b"[ ] Tie")
    identity = versions.versions(path)[2].id
    result = run("restore", identity)
    assert (result.code, result.out) == (0, b"")
    assert path.read_bytes() == then
    said = "report-tui: brought back and saved: answers 1, 5 and 1 box; "
    way_back = re.fullmatch(f"{said}'report-tui restore ([0-9a-f]{{8}})' takes it back\n", result.err.decode())
    assert way_back is not None
    assert run("restore", way_back[1]).code == 0
    assert path.read_bytes() == now


def test_one_answer_comes_back(run: Runner, path: Path) -> None:
    expected = with_answers(path, {5: "Nobody yet"})
    result = run("restore", versions.versions(path)[2].id, "--question", "5")
    assert result.code == 0
    assert b"brought back and saved: answer 5;" in result.err
    assert path.read_bytes() == expected


def test_the_template_is_never_brought_back(run: Runner, path: Path) -> None:
    identity = versions.versions(path)[2].id
    changed = path.read_bytes().replace(b"## The quay", b"## The new quay").replace(b"\n", b"\r\n")
    path.write_bytes(changed)
    assert run("restore", identity).code == 0
    expected = with_answers(path, {1: GOOD[0] or "", 5: GOOD[4] or ""}).replace(b"[ ] Tie", b"[x] Tie")
    assert expected == changed


def test_a_text_put_aside_comes_back_through_the_guard(run: Runner, path: Path) -> None:
    before = path.read_bytes()
    result = run("restore", versions.versions(path)[1].id)
    assert (result.code, path.read_bytes()) == (1, before)
    assert result.err.startswith(b"report-tui: question 2: not brought back: line 1 of the answer holds the control")
    result = run("restore", aside(path, 2, "It lifts\n\ncrates", 0))
    assert result.code == 0
    assert path.read_bytes() == before.replace(b"It lifts four crates at once", b"It lifts\n\ncrates")


def test_what_cannot_come_back_does_not_hold_up_the_rest(run: Runner) -> None:
    path = run.report()
    identity = kept(path, with_answers(path, {1: OLD, 6: "See the map"}), 1)
    text = path.read_bytes()
    cut = text[: text.index(b"### Question 6")]
    path.write_bytes(cut)
    result = run("restore", identity)
    assert result.code == 1
    assert "question 6: not brought back: the question is not in the file; bring the question back first\n" in (
        result.err.decode()
    )
    assert path.read_bytes() == with_answers(path, {1: OLD})
    assert Report.from_bytes(path.read_bytes()).question(1).answer.text == OLD


def test_an_answer_that_the_version_does_not_hold(run: Runner, path: Path) -> None:
    before = path.read_bytes()
    result = run("restore", versions.versions(path)[1].id, "--question", "5")
    assert (result.code, path.read_bytes()) == (1, before)
    assert b"question 5: not saved: version" in result.err


def test_nothing_to_bring_back(run: Runner, path: Path) -> None:
    stamp, count = path.stat().st_mtime_ns, len(versions.versions(path))
    result = run("restore", versions.versions(path)[0].id)
    assert (result.code, result.err) == (
        0,
        b"report-tui: nothing to bring back: it is like that now, nothing written\n",
    )
    assert (path.stat().st_mtime_ns, len(versions.versions(path))) == (stamp, count)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["restore"], "the following arguments are required: ID"),
        (["restore", "../x"], "'../x' is no version's id, such as 1f3a9c2e"),
        (["restore", "0000"], "the history has no version 0000; see 'report-tui history'"),
        (["history", "--show", "ffffffff"], "the history has no version ffffffff"),
        (["history", "--question", "77"], "the report has no question 77; it has 1-6"),
    ],
)
def test_wrong_calls(run: Runner, arguments: list[str], said: str) -> None:
    run.report()
    result = run(*arguments)
    assert result.code == 2
    assert said in result.err.decode()


def test_an_id_that_several_have(run: Runner) -> None:
    path = run.report()
    folder = Path(versions.versions(path)[0].file.parent) if kept(path, b"one", 1) else path
    for end in "ab":
        (folder / f"1-all-before-save-{'0' * 31}{end}.z").touch()
    result = run("restore", "0000")
    assert (result.code, result.err) == (2, b"report-tui: several versions begin with 0000; give more of it\n")


# What keeps a version


def test_set_keeps_the_file_as_it_was(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report(MIXED)
    before = path.read_bytes()
    give(monkeypatch, b"It lifts five crates")
    assert run("set", "2").code == 0
    assert [versions.read(version) for version in versions.versions(path)] == [before]


def test_set_saves_where_the_history_cannot_be_kept_and_says_so(
    run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = run.report()
    state.write_text("in the way")
    give(monkeypatch, b"It lifts five crates")
    result = run("set", "2")
    assert result.code == 0
    assert b"five crates" in path.read_bytes()
    assert b"The history cannot be kept: " in result.err


def test_figures_add_keeps_the_file_as_it_was(run: Runner) -> None:
    path = run.report()
    before = path.read_bytes()
    picture = run.write("chart.png", (path.parent / "figures" / "quay.png").read_bytes() + b"\0")
    assert run("figures", "add", str(picture), "--question", "6").code == 0
    assert [versions.read(version) for version in versions.versions(path)] == [before]


def test_a_history_that_cannot_be_read_is_not_said_to_be_empty(
    run: Runner, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.report()
    state.mkdir()
    (state / "versions").write_text("in the way", encoding="utf-8")
    for form in ("text", "json"):
        result = run("history", "--format", form)
        assert (result.code, result.out) == (2, b"")
        assert b"the history cannot be read: " in result.err
    give(monkeypatch, b"history\nquit\n")
    assert b"The history cannot be read: " in run("--plain").out


@pytest.mark.parametrize("named", ["the file", "its folder", "nothing"])
@pytest.mark.parametrize("command", ["history", "show"])
def test_what_is_kept_of_a_report_that_is_gone_is_said(
    run: Runner, path: Path, monkeypatch: pytest.MonkeyPatch, command: str, named: str
) -> None:
    journal = drafts.Journal(path.resolve())
    journal.begin()
    journal.keep(Draft(path.read_bytes(), Changes({1: "typed"})))
    journal.end()
    count = len(versions.versions(path))
    path.unlink()
    monkeypatch.chdir(path.parent.parent)
    where = {"the file": [str(path)], "its folder": [str(path.parent)], "nothing": []}[named]
    result = run(command, *(["1"] if command == "show" else []), *where)
    assert result.code == 2
    said = result.err.decode() + result.out.decode()
    assert f"README.md: kept of it: {count} versions and what was typed and not saved; bring the file back" in said
    shutil.rmtree(os.environ["REPORT_TUI_STATE"])
    assert "kept of it" not in run(command, *(["1"] if command == "show" else []), *where).err.decode()
