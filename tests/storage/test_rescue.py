"""What is kept when the app has to end without asking."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.core.report import ChecklistItem
from report_tui.storage import rescue


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def test_each_end_has_a_file_of_its_own(tmp_path: Path) -> None:
    report = tmp_path / "reports" / "README.md"
    first = rescue.keep(report, {4: "one\ntwo", 12: "æøå"})
    second = rescue.keep(report, {4: "three"})
    assert first is not None and second is not None and first != second
    text = first.read_text(encoding="utf-8")
    assert text.endswith("\n<!-- question 4 -->\n\none\ntwo\n\n<!-- question 12 -->\n\næøå\n")
    assert str(report.resolve()) in text.split("\n")[0]


def test_nothing_to_keep_leaves_nothing(tmp_path: Path, state: Path) -> None:
    assert rescue.keep(tmp_path / "README.md", {}) is None
    assert not state.exists()


def test_boxes_are_kept_in_words(tmp_path: Path) -> None:
    boxes = (ChecklistItem(3, "x", (9, 10), "Hull", "Log"), ChecklistItem(4, " ", (19, 20), "Sails", ""))
    kept = rescue.keep(tmp_path / "README.md", {}, boxes)
    assert kept is not None
    text = kept.read_text(encoding="utf-8")
    assert text.endswith("\n\n- ticked: Hull (Log)\n- unticked: Sails\n")


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path, state: Path) -> None:
    state.write_text("in the way")
    assert rescue.keep(tmp_path / "README.md", {4: "text"}) is None
