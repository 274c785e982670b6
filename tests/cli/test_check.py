"""`check` in its three formats, byte for byte; several paths; and text from reports that must not get through."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from report_tui import cli
from tests.cli.commands import FIGURES, GOOD, MIXED, RULES, Runner, golden, png

FORMATS = {"text": "txt", "json": "json", "github": "github"}


@pytest.mark.parametrize("form", FORMATS)
def test_a_good_report(run: Runner, form: str) -> None:
    run.report()
    result = run("check", "--format", form)
    assert (result.code, result.err) == (0, b"")
    golden(f"good.{FORMATS[form]}", result.out)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_with_problems(run: Runner, form: str) -> None:
    run.report(MIXED)
    result = run("check", "reports", "--format", form)
    assert (result.code, result.err) == (1, b"")
    golden(f"mixed.{FORMATS[form]}", result.out)


@pytest.mark.parametrize("form", FORMATS)
def test_several_reports_of_which_one_is_bad(run: Runner, form: str) -> None:
    run.report(GOOD, "groups/a")
    run.write("groups/b/reports/README.md", b"### Question 1\n\n> **What?**\n>\n> Answer:\n\ncaf\xe9\n")
    run.report(MIXED, "groups/c/deep")
    run.report(GOOD, "groups/node_modules/d")
    run.report(GOOD, "groups/.git/e")
    run.report(GOOD, "groups/f")
    run.write("groups/f/reports/report-rules.yaml", "schema_version: 1\nwrods: 3\n")
    result = run("check", "groups", "nowhere", "--format", form)
    assert (result.code, result.err) == (2, b"")
    golden(f"several.{FORMATS[form]}", result.out)


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_with_all_kinds_of_trouble_with_figures(run: Runner, form: str) -> None:
    samples = "figures: {folder: figures, samples: {crane.png: " + sha256(png(5, 5)).hexdigest() + ", tide.png: }}\n"
    run.report(FIGURES)
    run.write("reports/report-rules.yaml", RULES.replace("templates:", samples + "templates:"))
    pictures = {
        "cut.png": png()[:-9],
        "empty.png": b"",
        "letter.png": b"%PDF-1.7 ",
        "moon.jpg": png(),
        "crane.png": png(5, 5),
        "tide.png": png(),
        "wide.png": png(20_000, 6000) + bytes(1_200_000),
        "low tide.png": png(),
        **{f"draft-{number}.png": png() for number in range(9)},
    }
    for name, content in pictures.items():
        run.write(f"reports/figures/{name}", content)
    result = run("check", "reports", "--format", form)
    assert (result.code, result.err) == (1, b"")
    golden(f"figures.{FORMATS[form]}", result.out)


def test_a_pristine_template_is_told_in_a_few_lines(run: Runner) -> None:
    run.report((None,) * 6)
    result = run("check")
    assert result.code == 1
    golden("pristine.txt", result.out)


def test_the_same_damage_everywhere_is_told_once(run: Runner) -> None:
    path = run.report()
    path.write_bytes(path.read_bytes().replace(b"> Answer:", b"Answer:"))
    result = run("check")
    assert result.code == 0
    assert result.out.count(b"the marker line lost its") == 1
    golden("unquoted.txt", result.out)


def test_a_template_that_no_rules_know(run: Runner) -> None:
    path = run.report(("Ann", "It lifts"), rules=False)
    path.write_bytes(path.read_bytes().replace(b"about part 2**", b"about part 2**\n> Answer length: 3-6 words"))
    result = run("check")
    assert result.code == 1
    golden("guessed.txt", result.out)


def test_rules_that_are_named(run: Runner) -> None:
    run.report(rules=False)
    run.write("other.yaml", RULES.replace("[4, 9]", "[40, 90]"))
    result = run("check", "--rules", "other.yaml", "--format", "json")
    record = json.loads(result.out)
    assert (result.code, record["rules"]) == (1, "other.yaml")
    assert record["questions"][1]["status"] == "too-short"


def test_rules_that_are_wrong_are_said_once(run: Runner) -> None:
    run.report(GOOD, "a")
    run.report(GOOD, "b")
    run.write("bad.yaml", RULES.replace("words: [4, 9]", "wrods: [4, 9]"))
    result = run("check", "a", "b", "--rules", "bad.yaml")
    assert (result.code, result.out) == (2, b"")
    assert result.err == b"report-tui: bad.yaml:9:25: unknown key 'wrods'; did you mean 'words'?\n"


def test_one_report_is_an_object_and_several_are_a_list(run: Runner) -> None:
    run.report(GOOD, "a")
    run.report(GOOD, "b")
    assert isinstance(json.loads(run("check", "a", "--format", "json").out), dict)
    both = json.loads(run("check", "a", "b", "--format", "json").out)
    assert [record["report"] for record in both] == ["a/reports/README.md", "b/reports/README.md"]
    assert isinstance(json.loads(run("check", "nowhere", "--format", "json").out), dict)


def test_json_has_the_agreed_keys(run: Runner) -> None:
    run.report(MIXED)
    record = json.loads(run("check", "--format", "json").out)
    assert list(record) == [
        "schema",
        "report",
        "course",
        "template",
        "rules",
        "readable",
        "reason",
        "ready",
        "total",
        "questions",
        "checklist",
        "course_check",
        "findings",
    ]
    assert list(record["questions"][0]) == [
        "id",
        "title",
        "status",
        "words",
        "words_allowed",
        "images",
        "images_allowed",
        "lines",
        "findings",
    ]
    assert list(record["questions"][0]["findings"][0]) == ["code", "severity", "line", "message", "way_out"]


def test_a_folder_without_a_report(run: Runner) -> None:
    run.write("empty/notes.txt", "")
    result = run("check", "empty")
    assert result.code == 2
    assert b"empty\n" in result.out and b"reports/README.md" in result.out


def test_paths_above_the_working_directory_stay_as_they_are_given(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.report()
    run.write("sub/x.txt", "")
    monkeypatch.chdir(tmp_path / "sub")
    record = json.loads(run("check", "../reports", "--format", "json").out)
    assert record["report"] == "../reports/README.md"
    absolute = json.loads(run("check", str(tmp_path / "reports" / "README.md"), "--format", "json").out)
    assert absolute["report"] == (tmp_path / "reports" / "README.md").as_posix()


def test_check_changes_nothing(run: Runner) -> None:
    path = run.report(MIXED)
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir()))
    run("check")
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(path.parent.iterdir())) == before


# Colours


class _Terminal(io.TextIOWrapper):
    """A terminal to write to."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        """What was written."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_colours(run: Runner, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool) -> None:
    run.report(MIXED)
    for name, value in {"COLUMNS": "80", **environment}.items():
        monkeypatch.setenv(name, value)
    terminal = _Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        assert cli.main(["check"]) == 1
    assert ("\x1b[31m" in terminal.text()) is coloured
    # The words are the same, so that colour is never the only signal.
    plain = re.sub(r"\x1b\[\d+m", "", terminal.text())
    golden("mixed.txt", plain.encode())


def test_no_colours_in_a_file(run: Runner) -> None:
    run.report(MIXED)
    assert b"\x1b" not in run("check").out


@pytest.mark.parametrize(("columns", "width"), [(60, 60), (80, 80), (200, 100)])
def test_lines_fit_the_terminal(run: Runner, monkeypatch: pytest.MonkeyPatch, columns: int, width: int) -> None:
    run.report(MIXED)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = _Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        cli.main(["check"])
    *lines, _summary = terminal.text().rstrip("\n").split("\n")
    assert width - 12 <= max(len(line) for line in lines) <= width


# Text from reports is data

NASTY = "\x1b]0;owned\x07\x1b[31m \x9b31m \u202egnp.exe\u202c \u200b\u2066 \x7f [red]x[/red] a[/] \x08"
HARMFUL = ("\x1b", "\x07", "\x9b", "\u202e", "\u202c", "\u200b", "\u2066", "\x7f", "\x08", "\x00")


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_harmful_reaches_the_output(run: Runner, form: str) -> None:
    image = f"![a](figures/{NASTY.replace(' ', '')}.png)"
    answers = (f"{NASTY} <{NASTY}>", NASTY, image, f"TODO{NASTY}: {NASTY}", f"~~{NASTY}~~", NASTY)
    path = run.report(answers)
    path.write_bytes(path.read_bytes().replace(b"# Harbour report", f"# {NASTY}".encode()))
    result = run("check", "--format", form)
    assert result.code == 1
    text = result.out.decode()
    for character in HARMFUL:
        assert character not in text
    if form == "json":
        assert isinstance(json.loads(text), dict)


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no control characters in file names")
@pytest.mark.parametrize("form", FORMATS)
def test_a_nasty_folder_name_does_no_harm(run: Runner, form: str) -> None:
    run.report(GOOD, "\x1b[31m\u202e\n::error::x")
    result = run("check", ".", "--format", form)
    text = result.out.decode()
    assert "\x1b" not in text and "\u202e" not in text
    assert not any(line.lstrip().startswith("::error::") for line in text.split("\n"))


@pytest.mark.parametrize("form", ["text", "github"])
def test_a_report_cannot_speak_to_the_build_server(run: Runner, form: str) -> None:
    command = "::error file=x,line=1::owned"
    long = "x " * 30
    answers = (
        f"<{long}\n{command}>",
        "[a](::set-output.png) b c d",
        f"![a]({command.replace(' ', '')}.png)",
        f"TODO: {long} ##[group]x {command} {command} {command}",
        "a::b%0A::error::x, y",
        command,
    )
    run.report(answers)
    lines = run("check", "--format", form).out.decode().split("\n")
    allowed = ("::error file=reports/README.md,line=", "::warning file=reports/README.md,line=")
    for line in lines:
        assert "##[" not in line
        if line.lstrip().startswith("::"):
            assert form == "github"
            assert line.startswith((*allowed, "::notice file=reports/README.md,line="))


def test_json_holds_no_command_and_loses_nothing(run: Runner) -> None:
    run.report(("a", "b c d ##[error]x", "![a](figures/##[group].png)", "c d e", "f g", ""), "##[debug]y")
    out = run("check", "##[debug]y", "--format", "json").out.decode()
    assert "##[" not in out
    record = json.loads(out)
    assert record["report"] == "##[debug]y/reports/README.md"
    assert "figures/##[group].png" in record["questions"][2]["findings"][0]["message"]


def test_talk_holds_no_command(run: Runner) -> None:
    assert b"##[" not in run("check", "--##[error]x").err
    assert run("show", "1", "::error::x").err.startswith(b"report-tui: ")
    assert b"##[" not in run("show", "1", "##[error]x").err
    run.write("r.yaml", RULES.replace("course: harbour-101", "'##[error]x': 1"))
    assert b"##[" not in run("rules", "check", "r.yaml").out


def test_github_is_told_the_course_verdict_and_the_rules(run: Runner) -> None:
    run.report(MIXED)
    notices = [line for line in run("check", "--format", "github").out.decode().split("\n") if "title=course" in line]
    assert notices == [
        "::notice file=reports/README.md,line=1,title=course check::the course's checker: passes 5 of 6, fails 2; "
        "rules: Harbour Robots, template 2026 (report-rules.yaml)"
    ]


def test_nothing_is_skipped_silently(run: Runner) -> None:
    run.report(GOOD, "groups/a")
    run.write("groups/b/reports/readme.md", "x")
    (run.folder / "groups/c/reports/README.md").mkdir(parents=True)
    result = run("check", "groups", "--format", "json")
    assert result.code == 2
    assert [(record["report"], record["reason"]) for record in json.loads(result.out)] == [
        ("groups/a/reports/README.md", None),
        ("groups/b/reports/readme.md", "is not called README.md; rename it to README.md"),
        ("groups/c/reports/README.md", "is a folder; name the report file in it"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows has another limit")
def test_a_path_that_is_too_long(run: Runner) -> None:
    long = "x" * 5000
    record = json.loads(run("check", long, "--format", "json").out)
    assert record["reason"] == "its name is too long; check the name"
    for arguments in (["show", "1", long], ["check", "--rules", long], ["rules", "check", long]):
        result = run(*arguments)
        assert (result.code, result.err.count(b"\n"), b"unexpected" in result.err) == (2, 1, False)


def test_an_unreadable_report_has_the_agreed_shape(run: Runner) -> None:
    record = json.loads(run("check", "nowhere", "--format", "json").out)
    reason = "does not exist; check the name, or name the report's folder"
    assert record["checklist"] == {"done": None, "total": None}
    assert record["course_check"] == {
        "readable": None,
        "passed": None,
        "total": None,
        "failed": [],
        "reason": reason,
    }
    assert record["reason"] == reason


def test_an_annotation_is_escaped(run: Runner) -> None:
    run.report(("a", "b", "![a](figures/50%25,a:b.png)", "c d e", "f g", ""), "a,b:c%d")
    out = run("check", "a,b:c%d", "--format", "github").out.decode()
    assert "::error file=a%2Cb%3Ac%25d/reports/README.md,line=" in out
    assert "title=question 3%3A figure-missing::figures/50%2525,a:b.png is not there" in out
