"""Bringing versions back: what is kept before anything goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui import history
from report_tui.session import Session
from report_tui.storage import versions
from tests import reports


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history of its own."""
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))


def test_a_held_text_is_kept_first_whatever_becomes_of_the_older_one(tmp_path: Path) -> None:
    """Whether the older text is refused depends on those that come with it, and so is not known before."""
    path = tmp_path / "README.md"
    path.write_bytes(reports.build(answers={5: ["<!-- left open"]}).to_bytes())
    session = Session.open(path)
    assert session.keeper.before_bringing_back(path.read_bytes()) is None
    session.edit(5, "Five.")
    session.save()
    session.edit(5, "```\nan hour of typing")
    past = history.read_past(session, versions.versions(path)[-1])
    done = history.bring_back(session, past)
    kept = [versions.read_text(one) for one in versions.versions(path) if one.kind == versions.REPLACED]
    assert kept == ["```\nan hour of typing"]
    assert list(done.refused) == [5]
    assert session.text(5) == "```\nan hour of typing"
