"""A report in a commit is judged by the same checks as one on the disk."""

from __future__ import annotations

from pathlib import Path

from report_tui import committed_report, loading
from report_tui.storage import committed, git_objects
from report_tui.storage.rules import find_rules
from tests.cli.commands import FIGURES, GOOD, MIXED, RULES, png
from tests.repositories import repository, write
from tests.validation.judging import report_text

README = "reports/README.md"


def test_the_same_findings_as_on_disk(tmp_path: Path) -> None:
    content: dict[str, str | bytes] = {
        "reports/report-rules.yaml": RULES,
        "reports/figures/quay.png": png(),
        "reports/figures/cut.png": png()[:30],
        "reports/figures/empty.png": b"",
        "reports/figures/letter.png": b"Dear tide",
        "reports/figures/wide.png": png(9000, 9000),
        "reports/figures/low tide.png": png(),
        "reports/figures/nobody.png": png(),
    }
    for name, answers in {"good": GOOD, "mixed": MIXED, "figures": FIGURES}.items():
        text = report_text(answers)
        folder = repository(tmp_path / name, {**content, README: text})
        on_disk = loading.load(folder / README)
        write(folder, {README: "gone", "reports/figures/quay.png": b"gone"})
        with git_objects.Objects(folder) as objects:
            head = objects.commit("HEAD")
            data = committed.report(objects, head, README).data
            assert data is not None
            judged = committed_report.judge(objects, head, README, data, find_rules(folder / README))
        assert judged.evaluation == on_disk.evaluation
        assert judged.course == on_disk.course
