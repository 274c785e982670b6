"""The figures of a report as a table for people and as JSON for programs: what they are, who uses them, what is wrong.

Owns both forms, and which finding is told with which file. Every text is cleaned on its way, as in `console` and
`machine`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from report_tui.render.clean import clean, harmless
from report_tui.render.console import Style, hanging, ranges
from report_tui.render.machine import SCHEMA, finding_record
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder
from report_tui.validation.figure_uses import file_meant, questions_by_figure
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.subject import plural

_COUNTS = ("too-few-figures", "too-many-figures")
_NAME_WIDTH = 40
"""Columns; a longer name pushes its row on, so that it can be copied."""


class FigureRow(NamedTuple):
    """One file, as a table shows it."""

    file: FigureFile
    used_by: tuple[int, ...]
    """Numbers of the questions, in order."""
    findings: tuple[Finding, ...]


class FigureTable(NamedTuple):
    """What is said of a report's figures."""

    folder: str
    """The figures folder, from the report's folder."""
    problem: str
    """Why the folder could not be listed; an empty string where it could."""
    rows: tuple[FigureRow, ...]
    """By path: those in the folder, and those that answers use from elsewhere in the report's folder."""
    others: tuple[Finding, ...]
    """What is wrong with figures that are no file here."""

    @property
    def findings(self) -> Iterator[Finding]:
        """All of them."""
        for row in self.rows:
            yield from row.findings
        yield from self.others

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done."""
        return not self.problem and all(finding.severity is not Severity.ERROR for finding in self.findings)


def figure_table(
    evaluation: Evaluation, folder_name: str, folder: FigureFolder, facts: Mapping[str, FigureFact]
) -> FigureTable:
    """Put together what is known of the figures.

    Args:
        evaluation: the judgement of the report.
        folder_name: the figures folder, from the report's folder.
        folder: what lies there.
        facts: what is known of what the answers refer to, by target.
    """
    files = {fact.file.path: fact.file for fact in facts.values() if fact.file is not None}
    files |= {file.path: file for file in folder.files}
    told: dict[str, list[Finding]] = {path: [] for path in files}
    others: list[Finding] = []
    for result in evaluation.questions:
        for finding in result.findings:
            if finding.code.startswith("figure-") or finding.code in _COUNTS:
                fact = facts.get(finding.figure)
                path = file_meant(fact) if fact is not None else None
                told.get(path or "", others).append(finding)
    users = questions_by_figure((result.id, result.figures) for result in evaluation.questions)
    rows = (FigureRow(files[path], users.get(path, ()), tuple(told[path])) for path in sorted(files))
    return FigureTable(folder_name, folder.problem, tuple(rows), tuple(others))


def table_lines(name: str, table: FigureTable, style: Style) -> Iterator[str]:
    """The table as text.

    Args:
        name: how the report is called, a path.
        table: what is said.
        style: what the terminal can show.
    """
    yield harmless(style.paint(clean(name), "1"))
    if table.problem:
        yield from hanging(f"  {style.sign(Severity.ERROR)} ", clean(f"{table.folder}/ {table.problem}"), 4, style)
    if table.rows:
        width = min(_NAME_WIDTH, max(len(clean(row.file.path)) for row in table.rows))
        yield style.paint(f"  {'file':{width}}  {'pixels':>11}  {'bytes':>11}  used by", "2")
    else:
        yield from hanging("  ", f"no file in {clean(table.folder)}/", 2, style)
    for row in table.rows:
        pixels = "{}x{}".format(*row.file.pixels) if row.file.pixels else "-"
        users = ranges(row.used_by) or "nobody"
        yield harmless(f"  {clean(row.file.path):{width}}  {pixels:>11}  {row.file.size:>11,}  {users}")
        yield from _finding_lines(row.findings, style)
    if table.others:
        yield style.paint("  in the answers", "2")
        yield from _finding_lines(table.others, style)
    yield ""
    yield _summary(table, style)


def _finding_lines(findings: Iterable[Finding], style: Style) -> Iterator[str]:
    for finding in findings:
        where = f"question {finding.question}, line {finding.line}: "
        start = f"      {style.sign(finding.severity)} "
        yield from hanging(start, clean(f"{where}{finding.message}; {finding.way_out}"), 8, style)


def _summary(table: FigureTable, style: Style) -> str:
    unused = sum(not row.used_by for row in table.rows)
    errors, warnings = (
        sum(finding.severity is severity for finding in table.findings)
        for severity in (Severity.ERROR, Severity.WARNING)
    )
    parts = [plural(len(table.rows), "file")]
    parts += [f"{unused} used by nobody"] * bool(unused)
    parts += [f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"] * bool(errors or warnings)
    return style.paint((" · " if style.unicode else "; ").join(parts), "32" if table.ok else "31")


def table_record(name: str, table: FigureTable, problem: str | None) -> dict[str, object]:
    """The table as a JSON object (docs/check-json.md).

    Args:
        name: how the report is called, a path with forward slashes.
        table: what is said.
        problem: why the report cannot be trusted to be read right (it is not UTF-8), or None.
    """
    return {
        "schema": SCHEMA,
        "report": name,
        "readable": problem is None,
        "reason": problem,
        "folder": table.folder,
        "folder_problem": table.problem or None,
        "figures": [_row_record(row) for row in table.rows],
        "findings": [_of_question(finding) for finding in table.others],
    }


def _row_record(row: FigureRow) -> dict[str, object]:
    return {
        "file": row.file.path,
        "kind": row.file.kind or None,
        "pixels": row.file.pixels,
        "bytes": row.file.size,
        "tracked": row.file.tracked,
        "used_by": row.used_by,
        "findings": [_of_question(finding) for finding in row.findings],
    }


def _of_question(finding: Finding) -> dict[str, object]:
    return {"question": finding.question, **finding_record(finding)}
