"""Which of a report's files a page may carry: pictures by their content, of its own folder, and not too large."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.core.report import Report
from report_tui.page_making import make_page
from report_tui.storage import figure_bytes, figures
from report_tui.validation.ruleset import FigureRules, QuestionRule
from tests.cli.commands import png
from tests.pictures import drawn, saved
from tests.validation.judging import course, evaluated, report_text

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def read(folder: Path, name: str, data: bytes) -> figure_bytes.FigureBytes:
    """What a page would get of a figure with these bytes."""
    path = folder / "figures" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    file = figures.look_up(folder, [f"figures/{name}"], FigureRules())[f"figures/{name}"].file
    assert file is not None
    return figure_bytes.read(folder, file)


@pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp", "bmp"])
@pytest.mark.parametrize("name", ["a.png", "a.svg", "a"])
def test_a_picture_is_what_its_content_says(tmp_path: Path, kind: str, name: str) -> None:
    data = saved(drawn(), kind)
    assert read(tmp_path, name, data) == (f"image/{kind}", data, (40, 30), "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SVG, "is SVG, which is not shown here"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "is no picture"),
        (b"%PDF-1.7 ", "is PDF, which is not shown here"),
        (b"", "is empty"),
        (png()[:50], "ends in the middle"),
        (png(50_000, 50_000), "has more pixels than programs open"),
        (b"\x89PNG\r\n\x1a\n" + SVG, "is damaged"),
    ],
)
def test_nothing_else_is_handed_out(tmp_path: Path, data: bytes, reason: str) -> None:
    found = read(tmp_path, "a.png", data)
    assert (found.data, found.media_type) == (b"", "")
    assert found.reason == reason


def test_a_large_file_is_left_out(tmp_path: Path) -> None:
    data = saved(drawn(), "bmp")
    assert read(tmp_path, "a.png", data.ljust(figure_bytes.LARGEST, b"\0")).reason == ""
    assert read(tmp_path, "a.png", data.ljust(figure_bytes.LARGEST + 1, b"\0")).reason == "is larger than 10 MB"


def test_what_changes_after_it_was_looked_up_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "figures" / "a.png"
    read(tmp_path, "a.png", png())
    file = figures.look_up(tmp_path, ["figures/a.png"], FigureRules())["figures/a.png"].file
    assert file is not None
    path.write_bytes(SVG)
    assert figure_bytes.read(tmp_path, file).reason == "is SVG, which is not shown here"
    path.unlink()
    assert figure_bytes.read(tmp_path, file).reason == "cannot be read"
    (outside := tmp_path.parent / f"{tmp_path.name}-secret.png").write_bytes(png())
    try:
        path.symlink_to(outside)
    except OSError:
        pytest.skip("links need a privilege here")
    assert figure_bytes.read(tmp_path, file).reason == "is not in the report's folder any more"


def test_all_figures_of_a_page_have_their_bound(tmp_path: Path) -> None:
    large = saved(drawn(), "bmp").ljust(9_000_000, b"\0")
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "large.png").write_bytes(large)
    (tmp_path / "figures" / "small.png").write_bytes(png())
    text = report_text(("![a](figures/large.png) " * 5, "![b](figures/small.png)"))
    rules = (QuestionRule(1, "Crew"), QuestionRule(2, "Map"))
    report = Report.from_bytes(text.encode())
    made = make_page(tmp_path / "README.md", report, course(rules), evaluated(text, rules))
    reason = "the figure figures/large.png is left out: all figures of a page have 40 MB at most"
    assert made.left_out == made.page.left_out == (f"question 1: {reason}",)
    first, second = made.page.sections[0].questions
    assert "<img" not in first.answer and '<img src="data:image/png;' in second.answer
