"""`kill -9` in the middle of a sitting: a few of them here, two hundred in `python -m bench.faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from report_tui.session import Session
from report_tui.storage.drafts import Journal
from tests.faults.sitting import Save, Sitting, killed

pytestmark = pytest.mark.pty


@pytest.mark.parametrize("seed", [4, 6, 11])
def test_what_had_come_to_the_disk_is_offered_and_the_file_is_whole(tmp_path: Path, seed: int) -> None:
    verdict = killed(tmp_path, seed, restarts=True, patient=True, longest=2.0)
    assert verdict.problems == ()
    assert (verdict.lost_sent, verdict.offered, verdict.restored) == (0.0, True, True)
    assert verdict.words > 0


def test_the_verdict_sees_what_is_lost_and_what_nobody_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proof that nothing can fail proves nothing: each kind of mark is lost here, kept, and written unasked."""
    sitting = Sitting(tmp_path, 0)
    monkeypatch.setenv("REPORT_TUI_STATE", sitting.env["REPORT_TUI_STATE"])
    for moment, mark in enumerate(("w0001", "figures/shot-1.png", "box 0"), start=1):
        sitting.sent[mark] = float(moment)
    assert sitting.verdict(10.0).lost_sent == 9.0
    session = Session.open(sitting.path)
    session.tick(session.report.checklist[0].line)
    Journal(sitting.path).keep(session.draft)
    verdict = sitting.verdict(10.0)
    assert (verdict.lost_sent, verdict.problems) == (9.0, ("lost in between: ['w0001', 'figures/shot-1.png']",))
    session.edit(9, "We have written nothing here so far. w0001\n\n![Shot](figures/shot-1.png)")
    Journal(sitting.path).keep(session.draft)
    verdict = sitting.verdict(10.0)
    assert (verdict.lost_sent, verdict.problems) == (0.0, ("named, and not there: ['figures/shot-1.png']",))
    session.save()
    assert sitting.verdict(10.0).problems[0].startswith("no save wrote this: ['box 0', 'figures/shot-1.png', 'w0001']")
    sitting.saves = [Save(1.0, 1)]
    assert sitting.verdict(10.0).problems == ("named, and not there: ['figures/shot-1.png']",)
    session.edit(9, "We have written nothing here so far. w0001\n\n![Shot](figures/shot-1.png) w00")
    session.save()
    assert sitting.verdict(10.0).problems[0].startswith("answer 9 is ")
    sitting.sent["w0002"] = 2.9
    assert "answer 9" not in str(sitting.verdict(10.0).problems)
    sitting.sent["w0002"] = 3.1
    assert "answer 9" in str(sitting.verdict(10.0).problems)
