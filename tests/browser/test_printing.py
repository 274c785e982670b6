"""`html --pdf`: what an installed browser makes of the page, and what it leaves behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from report_tui import cli
from report_tui.storage.printing import MARK, browser
from tests.browser.conftest import left_out
from tests.browser.pages import write_report


def test_it_prints_the_page_and_leaves_nothing_else(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    if browser() is None:
        left_out("needs an installed Chromium, Chrome or Edge")
    report = write_report(tmp_path)
    target = tmp_path / "page.pdf"
    before = set(tmp_path.rglob("*"))
    assert cli.main(["html", str(report), "--pdf", "-o", str(target)]) == 1
    data = target.read_bytes()
    assert data.startswith(b"%PDF-") and data.endswith(MARK)
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert [(round(float(width)), round(float(height))) for width, height in sizes] == [(595, 842)] * 3
    assert b"/Title (Harbour report)" in data and b"/StructTreeRoot" in data
    # Its headings, for whoever reads it on a screen.
    assert b"/Outlines" in data and b"/Title (4 Tide table)" in data
    assert set(tmp_path.rglob("*")) - before == {target}
    out, err = capfdbinary.readouterr()
    assert (out, err) == (b"", f"report-tui: written: {target.as_posix()}, {len(data):,} bytes\n".encode())
    # It is a page of ours, and may be made anew.
    assert cli.main(["html", str(report), "--pdf", "-o", str(target)]) == 1
