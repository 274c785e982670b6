"""`figures` and `figures add`: the table, byte for byte; what lies on the disk after a figure was brought in."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.commands import FIGURES, GOOD, MIXED, Runner, golden, png
from tests.pictures import drawn, exif, noisy, saved

SMALL = png().ljust(100, b"\0")
"""A picture of 3x2 pixels; how long it is must not depend on the version of zlib."""
LINK = b"![Wheel slip](figures/wheel-slip.png)"


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_report_with_all_kinds_of_trouble(run: Runner, form: str) -> None:
    report = run.report((*FIGURES[:4], MIXED[2], "![Far](https://example.org/a.png) ![Out](../a.png)"))
    pictures = {
        "quay.png": SMALL,
        "cut.png": SMALL[:50],
        "empty.png": b"",
        "letter.png": b"%PDF-1.7 ",
        "moon.jpg": SMALL,
        "nobody's very long name of a figure that goes on and on.png": png(4000, 3000).ljust(200, b"\0"),
        "notes.txt": b"words",
    }
    for name, content in pictures.items():
        run.write(f"reports/figures/{name}", content)
    before = report.read_bytes()
    result = run("figures", "--format", form)
    assert (result.code, result.err) == (1, b"")
    golden(f"figures-list.{'txt' if form == 'text' else 'json'}", result.out)
    assert report.read_bytes() == before


def test_all_is_well(run: Runner) -> None:
    run.report()
    run.write("reports/figures/quay.png", SMALL)
    result = run("figures", "reports")
    assert (result.code, result.err) == (0, b"")
    assert result.out.decode().splitlines() == [
        "reports/README.md",
        "  file                   pixels        bytes  used by",
        "  figures/quay.png          3x2          100  3",
        "",
        "1 file",
    ]


def test_no_figures_at_all(run: Runner) -> None:
    run.report(("Ann", *GOOD[1:2], None, *GOOD[3:]))
    (run.folder / "reports/figures/quay.png").unlink()
    result = run("figures")
    assert b"  no file in figures/\n" in result.out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such names")
def test_names_reach_no_terminal_raw(run: Runner) -> None:
    run.report()
    for name in ("a\nb.png", "\x1b[31mred.png", "\u202egnp.exe.png", os.fsdecode(b"\xff.png"), "##[error]x.png"):
        run.write(f"reports/figures/{name}", png())
    for form in ("text", "json"):
        out = run("figures", "--format", form).out.decode()
        assert all(character.isprintable() or character == "\n" for character in out), out
        assert "##[" not in out
    assert {figure["file"] for figure in json.loads(out)["figures"]} > {"figures/a\nb.png", "figures/\x1b[31mred.png"}


def test_a_report_that_is_not_utf8(run: Runner) -> None:
    run.report()
    run.write("reports/README.md", b"### Question 1\n\n> **What?**\n>\n> Answer:\n\ncaf\xe9\n")
    result = run("figures")
    assert (result.code, result.err) == (
        2,
        b"report-tui: reports/README.md: is not UTF-8: byte 0xE9 on line 7; save it as UTF-8 first\n",
    )
    assert json.loads(run("figures", "--format", "json").out)["reason"] == (
        "the file is not UTF-8: byte 0xE9 on line 7"
    )
    assert run("figures", "add", "x.png").code == 2


# add


def test_a_figure_is_brought_in(run: Runner) -> None:
    report = run.report()
    before = report.read_bytes()
    picture = saved(drawn(), "png")
    run.write("shots/Wheel slip.png", picture)
    result = run("figures", "add", "shots/Wheel slip.png")
    assert (result.code, result.out) == (0, b"figures/wheel-slip.png\n")
    told = f"report-tui: figures/wheel-slip.png: copied byte for byte, 40x30 pixels, {len(picture)} bytes\n"
    assert result.err.decode() == told
    assert (run.folder / "reports/figures/wheel-slip.png").read_bytes() == picture
    assert report.read_bytes() == before
    again = run("figures", "add", "shots/Wheel slip.png", "reports/README.md")
    assert (again.code, again.out) == (0, b"figures/wheel-slip.png\n")
    assert b"was there already" in again.err


def test_a_figure_goes_to_the_end_of_an_answer(run: Runner) -> None:
    report = run.report()
    report.write_bytes(report.read_bytes().replace(b"\n", b"\r\n"))
    before = report.read_bytes()
    run.write("Wheel slip.png", saved(drawn(), "png"))
    arguments = ("figures", "add", "Wheel slip.png", "--question", "3")
    result = run(*arguments)
    assert (result.code, result.out) == (0, b"figures/wheel-slip.png\n")
    assert result.err.endswith(b"report-tui: question 3: 2 figures, saved\n")
    there = b"![the quay from above](figures/quay.png)"
    assert report.read_bytes() == before.replace(there, there + b"\r\n\r\n" + LINK)
    written = report.read_bytes()
    again = run(*arguments)
    assert (again.code, report.read_bytes()) == (0, written)
    assert again.err.endswith(b"report-tui: question 3: shows this figure already, nothing written\n")


def test_the_report_may_be_named_behind_the_options(run: Runner) -> None:
    report = run.report()
    run.write("a.png", saved(drawn(), "png"))
    assert run("figures", "add", "a.png", "--question", "3", "reports").code == 0
    assert b"(figures/a.png)" in report.read_bytes()
    assert run("figures", "--format", "json", "reports").code == 0
    assert run("check", "--format", "json", "reports").err == b""


def test_a_description_of_ones_own(run: Runner) -> None:
    report = run.report((None, *GOOD[1:]))
    run.write("a.png", saved(drawn(), "png"))
    result = run("figures", "add", "a.png", "reports", "--question", "1", "--description", "Force [N]\nover slip")
    assert result.code == 0
    assert b"\n\n![Force (N) over slip](figures/a.png)\n\n" in report.read_bytes()
    assert b"question 1 fill here" not in report.read_bytes()


def test_what_becomes_of_it_is_told(run: Runner) -> None:
    run.report()
    frames = [drawn(), drawn().rotate(180)]
    run.write("moving.gif", saved(frames[0], "gif", save_all=True, append_images=frames[1:]))
    err = run("figures", "add", "moving.gif").err.decode()
    assert "figures/moving.png: made png of gif, 40x30 pixels" in err
    assert "it holds several pictures; only the first one was kept" in err
    photo = saved(noisy(2400, 1200), "jpeg", quality=92, exif=exif(6, location=True))
    run.write("photo.jpg", photo)
    err = run("figures", "add", "photo.jpg").err.decode()
    assert f"figures/photo.jpg: copied byte for byte, 2400x1200 pixels, {len(photo):,} bytes" in err
    assert "it says where it was taken, and so does the copy" in err
    assert "it has more than 1 MB; --smaller makes 1000x2000 pixels with " in err
    result = run("figures", "add", "photo.jpg", "--smaller")
    assert result.out == b"figures/photo-2.jpg\n"
    assert b"a smaller copy, 1000x2000 pixels" in result.err and b"it says" not in result.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("nowhere.png",), 2, "nowhere.png: does not exist; check the name"),
        (("words.png",), 2, "words.png: is no picture of a kind that can be brought in; bring in a PNG or a JPEG"),
        (("reports",), 2, "reports: is a folder; name a picture in it"),
        (("a.png", "nowhere"), 2, "nowhere: does not exist; check the name, or name the report's folder"),
        (("a.png", "--question", "9"), 2, "the report has no question 9; it has 1-6"),
        (("a.png", "--question", "x"), 2, "argument --question: 'x' is not a question's number"),
        (("a.png", "--description", "x"), 2, "--description says what a figure shows in an answer; add --question N"),
        (
            ("a.png", "--question", "5"),
            1,
            "question 5: not saved: a code fence, a comment or an element above it is never closed, so that no page "
            "would show the figure; close that first",
        ),
        (("a.png", "--question", "4"), 1, "question 4: not saved: a code fence, a comment or an element above it is"),
        ((), 2, "the following arguments are required: FILE"),
    ],
)
def test_what_cannot_be_done_leaves_everything_as_it_was(
    run: Runner, arguments: tuple[str, ...], code: int, message: str
) -> None:
    report = run.report((*GOOD[:3], "<details>\n\nText", "```\nnever closed", ""))
    run.write("a.png", saved(drawn(), "png"))
    run.write("words.png", "words")
    before = report.read_bytes()
    result = run("figures", "add", *arguments)
    assert (result.code, result.out) == (code, b"")
    assert result.err.decode().startswith(f"report-tui: {message}"), result.err
    assert result.err.count(b"\n") == 1
    assert report.read_bytes() == before
    assert [path.name for path in (run.folder / "reports/figures").iterdir()] == ["quay.png"]


def test_a_report_that_was_changed_meanwhile_is_not_written_over(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from report_tui.storage import figure_import

    report = run.report()
    run.write("a.png", saved(drawn(), "png"))
    real = figure_import.bring_in

    def and_somebody_writes(*arguments: object, **options: object) -> object:
        Path(report).write_bytes(report.read_bytes() + b"\nmore\n")
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(figure_import, "bring_in", and_somebody_writes)
    result = run("figures", "add", "a.png", "--question", "1")
    assert (result.code, result.out) == (2, b"figures/a.png\n")
    assert b"reports/README.md: was changed on disk since it was read; reload it, then save again\n" in result.err
    assert report.read_bytes().endswith(b"\nmore\n") and LINK not in report.read_bytes()
