"""What a student may send about a fault: where it was, and no word of theirs."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from report_tui.core.report import Report
from report_tui.storage import fault_reports


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def failed(secret: str) -> Exception:
    """A fault with an answer in its message, its values and its group."""
    try:
        try:
            Report.from_bytes(secret)  # type: ignore[arg-type]
        except TypeError as error:
            raise ExceptionGroup(secret, [ValueError(secret), error]) from KeyError(secret)
    except ExceptionGroup as group:
        return group
    raise AssertionError("unreachable")


def test_it_says_where_and_nothing_else() -> None:
    secret = "Our robot fell into the harbour"
    path = fault_reports.write(failed(secret))
    assert path is not None
    text = path.read_text(encoding="ascii")
    assert secret not in text
    assert str(Path.home()) not in text
    assert "builtins.ExceptionGroup\n" in text
    assert "builtins.KeyError" in text
    assert re.search(r"^  report_tui/core/\w+\.py, line \d+, in \S+$", text, re.MULTILINE)
    if sys.platform != "win32":  # where the profile keeps its files private
        assert path.stat().st_mode & 0o077 == 0


def test_its_place_is_in_our_own_code() -> None:
    with pytest.raises(TypeError) as caught:
        Report.from_bytes("text")  # type: ignore[arg-type]
    assert re.fullmatch(r"core/\w+\.py line \d+", fault_reports.place(caught.value))
    assert fault_reports.place(ValueError()) == "a place that is not known"


def test_what_calls_itself_for_ever_is_cut() -> None:
    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    assert len(fault_reports.content(caught.value).splitlines()) < 150


def test_only_the_newest_are_kept() -> None:
    for _ in range(fault_reports.KEPT + 3):
        newest = fault_reports.write(ValueError())
    assert len(list(fault_reports.folder().iterdir())) == fault_reports.KEPT
    assert newest is not None and newest.exists()


def test_a_folder_that_cannot_be_made_is_no_error(state: Path) -> None:
    state.write_text("in the way")
    assert fault_reports.write(ValueError()) is None
