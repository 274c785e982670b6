"""`html`: where the page goes, what it never overwrites, what is said, and the course's own page byte for byte."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from pathlib import Path

import markdown
import pytest

from report_tui.storage import printing
from tests.cli.commands import MIXED, Runner, give, png

PAGE = b"<!DOCTYPE html>\n"


def test_a_page_goes_to_standard_output_where_that_is_no_terminal(run: Runner) -> None:
    report = run.report()
    before = sorted(run.folder.rglob("*"))
    result = run("html")
    assert (result.code, result.err) == (0, b"")
    assert result.out.startswith(PAGE) and result.out.endswith(b"</html>\n")
    assert sorted(run.folder.rglob("*")) == before
    assert run("html", str(report)).out == result.out


def test_what_it_holds(run: Runner) -> None:
    run.report()
    page = run("html").out.decode()
    for part in (
        "<h1>Harbour report</h1>",
        '<p class="course">Harbour Robots</p>',
        "<dt>Crew</dt><dd>Ann, Bo and Cy</dd>",
        'href="#question-2"',
        'id="question-2"',
        "<p>It lifts four crates at once</p>",
        '6 words <span class="asked">of 4–9</span>',
        'alt="the quay from above" width="3" height="2"',
        "<figcaption>the quay from above</figcaption>",
        "<strong>Say something about part 2</strong>",
        "Checklist <small>1 of 2</small>",
        "Tie the ropes",
    ):
        assert part in page, part
    assert "<script" not in page


def test_a_report_with_problems_has_a_page_and_exit_code_1(run: Runner) -> None:
    run.report(MIXED)
    result = run("html", "-o", "page.html")
    assert result.code == 1
    assert (run.folder / "page.html").read_bytes().startswith(PAGE)
    assert result.out == b""


def test_a_page_of_ours_is_replaced_and_no_other_file(run: Runner) -> None:
    report = run.report()
    assert run("html", "-o", "page.html").code == 0
    first = (run.folder / "page.html").read_bytes()
    run.report(MIXED)
    assert run("html", "-o", "page.html").code == 1
    assert (run.folder / "page.html").read_bytes() != first
    other = run.write("other.html", "<p>mine</p>")
    about = run.write("about.html", b"What a page begins with: " + first[:1000])
    # Not even where it begins as a page of ours does.
    report.write_bytes(first[:1000] + report.read_bytes())
    stays = b"is no page of ours and stays as it is"
    for target, reason in ((other, stays), (about, stays), (report, b"is the report itself")):
        before = target.read_bytes()
        result = run("html", "-o", str(target))
        assert (result.code, result.out) == (2, b"")
        assert result.err.endswith(reason + b"; name another file with -o\n")
        assert target.read_bytes() == before


@pytest.mark.parametrize("there", [True, False])
def test_a_link_where_the_page_should_go_is_not_followed(
    run: Runner, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    report = run.report()
    elsewhere = run.folder / "elsewhere.html"
    if there:
        run("html", "-o", str(elsewhere))
    before = elsewhere.read_bytes() if there else None
    try:
        report.with_suffix(".html").symlink_to(elsewhere)
    except OSError:
        pytest.skip("links need a privilege here")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    give(monkeypatch, b"")
    run.report(MIXED)
    assert run("html").code == 2
    assert (elsewhere.read_bytes() if elsewhere.exists() else None) == before


@pytest.mark.parametrize(("answer", "replaced"), [(b"y\n", True), (b"Yes\n", True), (b"n\n", False), (b"", False)])
def test_somebody_at_a_terminal_is_asked(
    run: Runner, monkeypatch: pytest.MonkeyPatch, answer: bytes, replaced: bool
) -> None:
    run.report()
    other = run.write("other.html", "<p>mine</p>")
    give(monkeypatch, answer)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    result = run("html", "-o", "other.html")
    assert b"other.html is no page of ours; write over it? [y/N]" in result.err
    assert result.code == (0 if replaced else 2)
    assert (other.read_bytes() != b"<p>mine</p>") is replaced


def test_where_no_browser_prints(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    monkeypatch.setenv("PATH", str(run.folder))
    if sys.platform != "linux":
        pytest.skip("browsers are installed in places that are not on the search path here")
    result = run("html", "--pdf", "-o", "page.pdf")
    assert result.code == 2
    assert result.err == (
        b"report-tui: page.pdf: cannot be printed: no Chromium, Chrome or Edge was found; "
        b"print the page in your browser instead\n"
    )
    assert not (run.folder / "page.pdf").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the program that stands for a browser is a script")
def test_a_browser_that_makes_no_pdf(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    (run.write("bin/chromium", "#!/bin/sh\nexit 0\n")).chmod(0o755)
    monkeypatch.setenv("PATH", str(run.folder / "bin"))
    result = run("html", "--pdf", "-o", "page.pdf")
    assert result.code == 2
    assert b"page.pdf: cannot be printed: chromium made no PDF" in result.err
    assert not [path for path in run.folder.rglob("*") if "page" in path.name]


@pytest.mark.skipif(sys.platform == "win32", reason="the program that stands for a browser is a script")
def test_a_browser_that_does_not_come_back_ends_with_all_that_it_started(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.report()
    alive = run.folder / "alive"
    os.mkfifo(alive)
    # Whoever is alive holds the other end of this open.
    (run.write("bin/chromium", f"#!/bin/sh\nexec 3>'{alive}'\n/bin/sleep 1000 &\nwait\n")).chmod(0o755)
    monkeypatch.setenv("PATH", str(run.folder / "bin"))
    monkeypatch.setattr(printing, "PATIENCE", 1)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = run("html", "--pdf", "-o", "page.pdf")
        assert select.select([reader], [], [], 30)[0] and os.read(reader, 1) == b""
    finally:
        os.close(reader)
    assert result.code == 2
    assert result.err == (
        b"report-tui: page.pdf: cannot be printed: chromium was not ready after 1 seconds; "
        b"try again, or print the page in your browser\n"
    )
    assert not [path for path in run.folder.rglob("*") if "page" in path.name]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("reports", b"is a folder"),
        ("", b"is a folder"),
        pytest.param(
            "/dev/null",
            b"is no file; name another one with -o",
            marks=pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such file"),
        ),
        ("nowhere/page.html", b"cannot be written (no such file"),
    ],
)
def test_where_no_page_can_be_written(run: Runner, target: str, reason: bytes) -> None:
    run.report()
    result = run("html", "-o", target)
    assert result.code == 2
    assert reason in result.err
    assert not list(run.folder.rglob("*.tmp"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_where_standard_output_takes_no_more(run: Runner) -> None:
    report = run.report()
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "report_tui", "html", str(report)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert b"standard output: cannot be written (no space left on device); name a file with -o" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_a_page_has_the_rights_that_every_new_file_has(run: Runner) -> None:
    run.report()
    run("html", "-o", "page.html")
    (run.folder / "made.txt").touch()
    assert (run.folder / "page.html").stat().st_mode == (run.folder / "made.txt").stat().st_mode


def test_a_report_that_cannot_be_read(run: Runner) -> None:
    report = run.report()
    report.write_bytes(report.read_bytes() + b"\xff")
    for arguments in (("html",), ("html", "--course")):
        result = run(*arguments)
        assert (result.code, result.out) == (2, b"")
        assert b"not UTF-8" in result.err


def test_figures_that_are_not_on_the_page_are_told(run: Runner) -> None:
    run.report()
    run.write("reports/figures/quay.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    result = run("html")
    assert result.err == (
        b"report-tui: not on the page: question 3: the figure figures/quay.png is SVG, which is not shown here\n"
    )
    assert b"data:" not in result.out.partition(b"<body>")[2]
    assert b"figures/quay.png is SVG, which is not shown here" in result.out


def test_a_figure_behind_a_link_out_of_the_folder_is_not_shown(run: Runner) -> None:
    run.report()
    secret = run.write("secret.png", png(7, 7))
    figure = run.folder / "reports/figures/quay.png"
    figure.unlink()
    try:
        figure.symlink_to(secret)
    except OSError:
        pytest.skip("links need a privilege here")
    page = run("html").out
    assert b"lies outside of the report" in page
    assert b"data:" not in page.partition(b"<body>")[2]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_courses_page_is_what_its_script_writes(run: Runner, newline: str, mark: str) -> None:
    report = run.report(MIXED)
    text = mark + report.read_text(encoding="utf-8")
    report.write_bytes(text.replace("\n", newline).encode())
    result = run("html", "--course")
    assert result.out.decode() == markdown.markdown(text[43:])
    assert result.code == 1


def test_what_the_courses_page_loses_is_told(run: Runner) -> None:
    run.report(MIXED)
    lines = run("html", "--course").err.decode().splitlines()
    assert any("question 4: line" in line and "list" in line for line in lines), lines
    run.report()
    assert (run("html", "--course").code, run("html", "--course").err) == (0, b"")


def test_both_pages_beside_the_report(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("html").code == 0
    assert run("html", "--course").code == 0
    assert {path.name for path in (run.folder / "reports").glob("*.html")} == {"README.html", "report.html"}
    # The same page again is no loss; another one could be the course's own, made by its script.
    assert run("html", "--course").code == 0
    run.report(MIXED)
    assert run("html", "--course").code == 2


def test_what_is_written_to_standard_output_cannot_be_opened(run: Runner) -> None:
    run.report()
    result = run("html", "--open", "-o", "-")
    assert (result.code, result.out) == (2, b"")
    assert result.err == b"report-tui: --open needs a file; leave -o - out\n"


def test_it_may_be_opened(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    run.report()
    opened = run.folder / "opened.txt"
    script = run.write("browser.py", f"import sys; open({str(opened)!r}, 'a').write(sys.argv[1])")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    if os.name == "nt":
        pytest.skip("Windows asks no environment for its browser")
    import webbrowser

    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    assert run("html", "--open").code == 0
    assert opened.read_text() == (Path(run.folder) / "reports/README.html").resolve().as_uri()
    assert b"whatever the report brings along runs" in run("html", "--course", "--open").err
