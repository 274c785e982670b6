"""`show`, `set`, `rules check`, the app's start, usage, streams and exit codes."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from report_tui import arguments, cli
from tests.cli.commands import GOOD, MIXED, RULES, Runner, give, golden

# show


def test_show_prints_the_answer_as_the_editor_shows_it(run: Runner) -> None:
    run.report(("Ann, Bø\nand  Cy\t!  ", *GOOD[1:]))
    result = run("show", "1")
    assert (result.code, result.out, result.err) == (0, "Ann, Bø\nand  Cy\t!  \n".encode(), b"")


def test_show_folds_line_endings(run: Runner) -> None:
    path = run.report(("One\ntwo", *GOOD[1:]))
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run("show", "1").out == b"One\ntwo\n"


@pytest.mark.parametrize("answer", [None, ""])
def test_show_prints_nothing_for_no_answer(run: Runner, answer: str | None) -> None:
    run.report((answer, *GOOD[1:]))
    result = run("show", "1", "reports")
    assert (result.code, result.out, result.err) == (0, b"", b"")


def test_show_is_clean_on_a_terminal(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report(("a\x1b[31mb\u202ec\n\td", *GOOD[1:]))
    assert run("show", "1").out == "a\x1b[31mb\u202ec\n\td\n".encode()
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert cli.main(["show", "1"]) == 0
    assert terminal.getvalue() == "a[31mbc\n\td\n"


def test_show_knows_no_such_question(run: Runner) -> None:
    run.report()
    result = run("show", "9")
    assert (result.code, result.out) == (2, b"")
    assert result.err == b"report-tui: the report has no question 9; it has 1-6\n"


# set


def test_set_writes_the_answer_and_nothing_else(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run.report()
    before = path.read_bytes()
    give(monkeypatch, "Dée and Eve\r\n".encode())
    result = run("set", "1")
    assert (result.code, result.out) == (0, b"")
    assert result.err == b"report-tui: question 1: 3 words, saved\n"
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", "Dée and Eve".encode())


def test_set_from_a_file(run: Runner) -> None:
    path = run.report()
    new = run.write("new.txt", b"\xef\xbb\xbfOne\n")
    result = run("set", "1", "reports/README.md", "--file", str(new))
    assert (result.code, result.err) == (0, b"report-tui: question 1: 1 word, saved\n")
    assert b"\n\nOne\n" in path.read_bytes()
    assert b"\xef\xbb\xbf" not in path.read_bytes()


def test_set_writes_nothing_where_nothing_changes(run: Runner) -> None:
    path = run.report()
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    new = run.write("new.txt", GOOD[0] + "\n\n")
    result = run("set", "1", "--file", str(new))
    assert (result.code, result.err) == (0, b"report-tui: question 1: unchanged, nothing written\n")
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_set_is_rejected_with_the_way_out(run: Runner) -> None:
    path = run.report()
    before = path.read_bytes()
    new = run.write("new.txt", "One\n\n```\nls\n")
    result = run("set", "1", "--file", str(new))
    assert (result.code, result.out) == (1, b"")
    assert result.err == (
        b"report-tui: question 1: not saved: line 3 of the answer opens a code fence that is never closed; "
        b"close it with a line of the same ``` or ~~~\n"
    )
    assert path.read_bytes() == before


def test_set_keeps_a_text_that_came_from_nowhere_else(
    run: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("REPORT_TUI_STATE", str(state))
    path = run.report()
    before = path.read_bytes()
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        # The disk of the report, not that of the state folder.
        if any(path.parent.glob(".README.md.*.tmp")):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    give(monkeypatch, b"Two words")
    result = run("set", "1")
    kept = next((state / "rescued").iterdir())
    assert "Two words" in kept.read_text(encoding="utf-8")
    assert (result.code, result.out, path.read_bytes()) == (2, b"", before)
    assert result.err.decode() == (
        f"report-tui: the text lies in {kept}\nreport-tui: {Path('reports', 'README.md')}: "
        "the disk is full; free some space, then save again\n"
    )
    new = run.write("new.txt", "Two words")
    assert b"lies in" not in run("set", "1", "--file", str(new)).err


def test_set_keeps_a_text_that_was_typed_and_is_rejected(
    run: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("REPORT_TUI_STATE", str(state))
    path = run.report()
    before = path.read_bytes()
    give(monkeypatch, b"Precious\n\n```\nls\n")
    result = run("set", "1")
    (kept,) = (state / "rescued").iterdir()
    assert "Precious\n\n```\nls" in kept.read_text(encoding="utf-8")
    assert (result.code, result.out, path.read_bytes()) == (1, b"", before)
    said, rejected = result.err.decode().splitlines()
    assert said == f"report-tui: the text lies in {kept}"
    assert rejected.startswith("report-tui: question 1: not saved: line 3 of the answer opens a code fence")


def test_set_tells_what_is_wrong_with_what_it_saved(run: Runner) -> None:
    path = run.report()
    new = run.write("new.txt", "It lifts")
    result = run("set", "2", "--file", "new.txt")
    assert (result.code, result.out) == (0, b"")
    assert result.err == (
        b"report-tui: question 2: 2 words, saved\n"
        b"report-tui: question 2: line 24: 2 words; 2 more to reach 4; write 2 more words\n"
    )
    new.write_bytes(b"### x\n\nand so on and on")
    result = run("set", "6", "--file", "new.txt")
    assert result.code == 0
    assert b"### x" in path.read_bytes()
    saved, told = result.err.decode().splitlines()
    assert saved == "report-tui: question 6: 7 words, saved"
    assert told.startswith("report-tui: question 6: line 56: '###' stops the course's whole check")


@pytest.mark.parametrize("command", ["show", "set"])
@pytest.mark.parametrize("number", ["\u0663", "1_0", " 3 ", "+3", "-3", "", "3.0", "1" * 5000])
def test_a_number_is_written_in_plain_digits(run: Runner, command: str, number: str) -> None:
    run.report()
    result = run(command, number)
    assert (result.code, result.out) == (2, b"")
    assert result.err.count(b"\n") == 1 and b"--help'" in result.err and len(result.err) < 200


@pytest.mark.parametrize("data", [b"", b"\n", b" \t\r\n\r\n", b"\xef\xbb\xbf\n"])
def test_an_empty_text_never_empties_an_answer(run: Runner, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    path = run.report()
    before = path.read_bytes()
    way_out = b": is empty; 'report-tui set 1 --empty' empties the answer\n"
    give(monkeypatch, data)
    result = run("set", "1")
    assert (result.code, result.out, result.err) == (2, b"", b"report-tui: standard input" + way_out)
    new = run.write("new.txt", data)
    result = run("set", "1", "--file", new.name)
    assert (result.code, result.err) == (2, b"report-tui: new.txt" + way_out)
    assert path.read_bytes() == before


def test_an_answer_is_emptied_where_that_is_asked_for(run: Runner) -> None:
    path = run.report()
    before = path.read_bytes()
    result = run("set", "1", "--empty")
    assert result.code == 0
    assert result.err.startswith(b"report-tui: question 1: 0 words, saved\n")
    assert path.read_bytes() == before.replace(b"Ann, Bo and Cy", b"")
    assert run("show", "1").out == b""
    assert run("set", "1", "--empty").err == b"report-tui: question 1: unchanged, nothing written\n"
    result = run("set", "1", "--empty", "--file", "new.txt")
    assert result.code == 2 and b"not allowed with" in result.err


REFUSED = [
    (b"caf\xe9", b"is not UTF-8: byte 0xE9 on line 1; save it as UTF-8"),
    (b"x" * 1_000_001, b"is larger than 1 MB; give the answer only"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_set_takes_only_text(run: Runner, monkeypatch: pytest.MonkeyPatch, data: bytes, message: bytes) -> None:
    path = run.report()
    before = path.read_bytes()
    give(monkeypatch, data)
    result = run("set", "1")
    assert (result.code, result.err) == (2, b"report-tui: standard input: " + message + b"\n")
    new = run.write("new.txt", data)
    result = run("set", "1", "--file", new.name)
    assert result.code == 2
    assert result.err.startswith(b"report-tui: new.txt: ") and message in result.err
    assert path.read_bytes() == before


def test_set_without_the_file(run: Runner) -> None:
    run.report()
    result = run("set", "1", "--file", "nowhere.txt")
    assert result.code == 2
    assert result.err.startswith(b"report-tui: nowhere.txt: does not exist")
    assert result.err.count(b"\n") == 1


@pytest.mark.parametrize("command", ["show", "set"])
def test_a_report_that_is_not_utf8_is_neither_shown_nor_set(run: Runner, command: str) -> None:
    path = run.report()
    path.write_bytes(path.read_bytes().replace(b"Cy", b"C\xff"))
    result = run(command, "1")
    assert (result.code, result.out) == (2, b"")
    assert b"is not UTF-8: byte 0xFF on line" in result.err and result.err.count(b"\n") == 1


# rules check


def test_rules_that_are_right(run: Runner) -> None:
    run.write("mine.yaml", RULES)
    result = run("rules", "check", "mine.yaml")
    assert (result.code, result.err) == (0, b"")
    golden("rules-good.txt", result.out)


def test_rules_with_several_problems(run: Runner) -> None:
    bad = RULES.replace("title: Harbour", "titel: Harbour").replace("[4, 9]", "[9, 4]").replace("1: {", "0: {")
    run.write("mine.yaml", bad)
    result = run("rules", "check", "mine.yaml")
    assert (result.code, result.err) == (1, b"report-tui: 4 problems in mine.yaml\n")
    golden("rules-bad.txt", result.out)


def test_rules_that_are_not_there(run: Runner) -> None:
    result = run("rules", "check", "mine.yaml")
    assert (result.code, result.out) == (2, b"")
    assert result.err == b"report-tui: mine.yaml: is no file that can be read; name a rules file\n"


# Usage


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "xml"],
        ["show"],
        ["show", "one"],
        ["set", "1", "a", "b"],
        ["rules"],
        ["rules", "check"],
        ["rules", "chekc", "x"],
        ["--nonsense"],
        ["check", "--rules"],
        ["a", "b"],
        ["demo", "x"],
    ],
)
def test_usage_is_one_line(run: Runner, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.out) == (2, b"")
    assert result.err.startswith(b"report-tui: ") and result.err.count(b"\n") == 1
    assert b"--help'" in result.err


def test_usage_shows_no_control_characters(run: Runner) -> None:
    result = run("check", "--\x1b[31m\u202ex")
    assert result.code == 2
    assert b"\x1b" not in result.err and "\u202e".encode() not in result.err


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["set", "-h"], ["--version"]])
def test_help_is_a_result(run: Runner, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.code, result.err) == (0, b"")
    assert b"report-tui" in result.out


def test_help_names_every_command(run: Runner) -> None:
    text = run("--help").out
    for command in arguments.COMMANDS:
        assert f"report-tui {command}".encode() in text


# The app's start


def test_the_app_needs_a_terminal(run: Runner) -> None:
    run.report()
    result = run("reports")
    assert (result.code, result.out) == (2, b"")
    assert result.err == (
        b"report-tui: the app needs a terminal on standard input and standard error; "
        b"'report-tui --plain' works without one\n"
    )


def test_the_demo_leaves_nothing_behind_where_there_is_no_terminal(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(run.folder))
    assert run("demo").code == 2
    assert list(run.folder.iterdir()) == []


MISSING = [
    (["nowhere"], b"report-tui: nowhere: does not exist"),
    (["empty"], b"report-tui: empty: holds no reports/README.md and no README.md"),
    ([], b"no reports/README.md here or in a folder above"),
]


@pytest.mark.parametrize("prefix", [[], ["show", "1"], ["set", "1"]])
@pytest.mark.parametrize(("arguments", "message"), MISSING)
def test_no_report(run: Runner, prefix: list[str], arguments: list[str], message: bytes) -> None:
    run.write("empty/x.txt", "")
    result = run(*prefix, *arguments)
    assert (result.code, result.out) == (2, b"")
    assert message in result.err.replace(str(run.folder).encode() + os.sep.encode(), b"")
    assert result.err.count(b"\n") == 1


def test_a_command_wins_over_a_folder_of_its_name(run: Runner) -> None:
    run.report(GOOD, "check")
    assert run("check", "check").code == 0
    assert b"needs a terminal" in run("./check").err


# Streams


def program(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real program."""
    return subprocess.run(
        [sys.executable, "-m", "report_tui", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent.parent), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_console_that_knows_no_check_mark(run: Runner) -> None:
    run.report(MIXED)
    done = program("check", folder=run.folder, PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (1, b"")
    golden("mixed-ascii.txt", done.stdout)


@pytest.mark.skipif(os.name == "nt", reason="pipes close in another way")
def test_a_reader_that_goes_away(run: Runner) -> None:
    for group in range(30):
        run.report(MIXED, f"group{group}")
    code = (
        "import subprocess, sys\n"
        "p = subprocess.Popen([sys.executable, '-m', 'report_tui', 'check', '.'], stdout=-1, stderr=-1)\n"
        "p.stdout.read(10); p.stdout.close()\n"
        "sys.stdout.write(repr((p.stderr.read(), p.wait())))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=run.folder, env=environment, capture_output=True, timeout=60, check=True
    )
    # Whether everything was already in the pipe when it was closed is a matter of its size.
    assert done.stdout in (b"(b'', 141)", b"(b'', 1)")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("command", [("check",), ("show", "6"), ("figures",), ("--plain",)], ids=" ".join)
def test_where_standard_output_takes_no_more(run: Runner, command: tuple[str, ...]) -> None:
    run.report(MIXED)
    environment = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parent.parent)}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "report_tui", *command],
            cwd=run.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == (
        b"report-tui: standard output: cannot be written (no space left on device); "
        b"what is missing was not printed: make room, or pipe it on\n"
    )


def test_check_loads_neither_the_app_nor_markdown(run: Runner) -> None:
    run.report(MIXED)
    done = program("check", folder=run.folder, PYTHONPROFILEIMPORTTIME="1")
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "report_tui.validation.engine" in loaded
    assert not loaded & {"textual", "rich", "markdown_it", "asyncio", "platformdirs", "json"}


def test_an_interrupt_is_no_traceback(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    monkeypatch.setattr(sys, "stdin", _Interrupted())
    result = run("set", "1")
    assert (result.code, result.out, result.err) == (130, b"", b"")


class _Interrupted:
    """A standard input at which the student presses ctrl+c."""

    @property
    def buffer(self) -> io.BytesIO:
        raise KeyboardInterrupt

    def isatty(self) -> bool:
        return False


def test_a_fault_of_ours_is_one_line(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    # A stream without bytes: nothing that the program expects.
    monkeypatch.setattr(sys, "stdin", io.StringIO("x"))
    result = run("set", "1")
    assert result.code == 2
    assert result.err.count(b"\n") == 1
    assert result.err.startswith(b"report-tui: unexpected AttributeError in ")
    assert b"please report it" in result.err
    monkeypatch.setenv("REPORT_TUI_DEBUG", "1")
    assert b"Traceback" in run("set", "1").err


# Streams that are closed


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell closes them")
@pytest.mark.parametrize(
    ("command", "code"),
    [("check >&-", 1), ("check <&- >&- 2>&-", 1), ("--plain <&- >&-", 0), ("set 2>&-", 0)],
)
def test_a_closed_stream_is_no_fault(run: Runner, tmp_path: Path, command: str, code: int) -> None:
    path = run.report(MIXED).resolve()
    new = tmp_path / "new"
    new.write_bytes(b"One two three\n")
    name, _, rest = command.partition(" ")
    target = f"1 '{path}' --file '{new}' 2>&-" if name == "set" else f"'{path}' {rest}"
    line = f"'{sys.executable}' -m report_tui {name} {target}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (code, b"")
    if name == "set":
        assert b"One two three" in path.read_bytes()
