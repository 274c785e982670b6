"""From findings and their fixes to what the findings panel shows, as frozen values.

Owns the order of the groups and how a change of a text is cut down to the lines that differ. It changes nothing and
decides nothing about fixes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from report_tui import figure_repairs
from report_tui.core.merge import kept_rows
from report_tui.session import Session
from report_tui.storage.settings import Problem
from report_tui.tui.view_models.report import mark, report_findings, title
from report_tui.validation.checks import conflict_row
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.fixes import Change, FileChange, FileHow, Fix, Judged, find_fixes, fixable

SHOWN_BEFORE = 24
"""Characters of a long line that stay in front of its first difference."""
LONGEST_LINE = 240
MOST_LINES = 40
AT_MOST = 0.4
"""Seconds that fixes are looked for before anything is shown: more than the worst report so far takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding."""

    finding: Finding
    row: int
    """1-based row of the answer's text; for a finding of the whole report or of the settings the line of the file."""
    glyph: str
    colour: str
    fixes: tuple[Fix, ...]
    """What would mend it; empty where only the student can."""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one question, or of the whole report."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PanelView:
    """All findings, those of the question that is being edited first."""

    groups: tuple[Group, ...]
    last_fix: str
    """What `take back` would take back; an empty string for nothing."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The findings without their groups."""
        return tuple(entry for group in self.groups for entry in group.entries)

    @property
    def mendable(self) -> int:
        """The number of findings that have a fix."""
        return sum(bool(entry.fixes) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of a text before (`-`) or after (`+`) a change, one that stays (a blank), or what a file becomes (`▣`)."""

    sign: str
    text: str


def judged(session: Session) -> Judged:
    """The session's report as fixes look at it."""
    held = {number: held.text for number, held in session.held.items()}
    return Judged(session.report, session.course, session.figure_facts, session.evaluation, held)


Offers = Mapping[Finding, tuple[Fix, ...]]
"""What would mend findings by way of figures' files, as far as that is known."""


def for_a_while() -> Callable[[], bool]:
    """Whether there is still time to look for fixes, as long as nobody has waited `AT_MOST` seconds for them."""
    end = time.monotonic() + AT_MOST
    return lambda: time.monotonic() < end


def fixable_at_once(session: Session, code: str) -> tuple[Change, ...]:
    """What the certain fixes of all findings of a kind would change: of the first ones, where trying all takes long."""
    return fixable(judged(session), code, for_a_while())


def mended_by_files(session: Session) -> tuple[Finding, ...]:
    """The findings for which there may be offers."""
    return tuple(filter(figure_repairs.may_have_offers, session.evaluation.all_findings))


def panel(
    session: Session, offers: Offers, first: int | None, last_fix: str, settings: Sequence[Problem] = ()
) -> PanelView:
    """All findings: of question `first`, of the others in document order, of the whole report, of the settings."""
    state, goes_on = judged(session), for_a_while()
    results = sorted(session.evaluation.questions, key=lambda result: result.id != first)
    groups = [
        Group(
            title(session, result.id),
            tuple(_entry(session, state, offers, finding, goes_on) for finding in result.findings),
        )
        for result in results
    ]
    whole = tuple(_entry(session, state, offers, found, goes_on) for found in report_findings(session, notes=True))
    groups.append(Group("The whole report", whole))
    groups.append(Group("The settings", tuple(_settings_entry(problem) for problem in settings)))
    return PanelView(tuple(group for group in groups if group.entries), last_fix)


def _entry(session: Session, state: Judged, offers: Offers, finding: Finding, goes_on: Callable[[], bool]) -> Entry:
    row = state.row(finding) if finding.question is not None else finding.line
    # Who asks for a fix that is not shown here gets it all the same: it is looked for again then.
    return Entry(finding, row, *mark(finding), fixes_of(session, state, finding, offers) if goes_on() else ())


def fixes_of(session: Session, state: Judged, finding: Finding, offers: Offers) -> tuple[Fix, ...]:
    """What would mend a finding, in its answer's text or by way of a figure's file; one that is certain comes alone."""
    number = finding.question
    # Changed here and on disk, or with git's marks in it: which text is to be mended is not decided yet.
    if number in session.undecided:
        return ()
    fixes = find_fixes(state, finding)
    if number is not None and conflict_row(session.text(number)) is not None:
        return fixes
    files = offers.get(finding, ())
    if not files or not fixes:
        return (*files, *fixes)
    return tuple(replace(fix, certain=False) for fix in (*files, *fixes))


def _settings_entry(problem: Problem) -> Entry:
    way_out = f"change {problem.file}; it is read when the app starts"
    finding = Finding("settings", Severity.WARNING, None, problem.line, problem.message, way_out)
    return Entry(finding, problem.line, *mark(finding), ())


def excerpt(before: str, after: str) -> tuple[TextLine, ...]:
    """The lines in which two texts differ, each with one that stays before it; long ones from their difference on."""
    old, new = before.split("\n"), after.split("\n")
    lines: list[TextLine] = []
    start = new_start = 0
    # Not by difflib, which takes minutes for thousands of lines that are alike.
    for row, new_row in [*kept_rows(before, after), (len(old), len(new))]:
        first, new_first = start, new_start
        start, new_start = row + 1, new_row + 1
        if first == row and new_first == new_row:
            continue
        if first > 0 and old[first - 1].strip() and not (lines and lines[-1] == TextLine(" ", old[first - 1])):
            lines.append(TextLine(" ", _cut(old[first - 1], 0)))
        lines += _difference(old[first:row], new[new_first:new_row])
        if len(lines) > MOST_LINES:
            return (*lines[:MOST_LINES], TextLine(" ", "…"))
    return tuple(lines)


def _difference(old: Sequence[str], new: Sequence[str]) -> Iterable[TextLine]:
    starts = [_start(before, after) for before, after in zip(old, new, strict=False)]
    starts += [0] * (max(len(old), len(new)) - len(starts))
    ours = [TextLine("-", _cut(line, start)) for line, start in zip(old, starts, strict=False)]
    others = [TextLine("+", _cut(line, start)) for line, start in zip(new, starts, strict=False)]
    if len(old) != len(new):
        yield from (*ours, *others)
        return
    for pair in zip(ours, others, strict=True):
        yield from pair


def _start(before: str, after: str) -> int:
    """The first character to show of a line that became another one; all of what was added at its end has to show."""
    shorter = min(len(before), len(after))
    same = next((i for i, (x, y) in enumerate(zip(before, after, strict=False)) if x != y), shorter)
    return max(0, same - SHOWN_BEFORE) if shorter > SHOWN_BEFORE * 2 else 0


def _cut(line: str, start: int) -> str:
    cut = line[start : start + LONGEST_LINE]
    return f"{'…' if start else ''}{cut}{'…' if start + LONGEST_LINE < len(line) else ''}"


def fix_lines(session: Session, number: int | None, fix: Fix) -> tuple[TextLine, ...]:
    """What a fix of a finding of question `number` would do, to a figure's file and in all answers, in lines."""
    if fix.file is not None:
        changes = figure_repairs.text_changes(session, fix.file)
        lines = [TextLine("▣", file_line(fix.file, changes)), *_later(fix.file, changes)]
        for change in changes:
            lines += excerpt(change.before, change.after)
        return tuple(lines[:MOST_LINES])
    if number is None:
        return ()
    before = session.text(number)
    return change_lines(Change(number, before, before if fix.text is None else fix.text, is_move=fix.is_move))


def file_line(change: FileChange, texts: Sequence[Change]) -> str:
    """What becomes of a figure's file, and which answers go with it, in one line."""
    if change.how is FileHow.DELETE:
        return f"{change.path} is deleted"
    numbers = [str(text.question) for text in texts]
    which = f"answers {', '.join(numbers[:-1])} and {numbers[-1]}" if len(numbers) > 1 else f"answer {''.join(numbers)}"
    where = f", in {which}" if numbers else ""
    if change.how is FileHow.RENAME:
        return f"{change.path} → {change.new}{where}"
    return f"a copy of {change.path} → {change.new}{where}"


def _later(change: FileChange, texts: Sequence[Change]) -> Iterable[TextLine]:
    """What becomes of the file that was there before."""
    if change.how is FileHow.RENAME and texts:
        yield TextLine(" ", "the old file goes when you save")
    elif change.how in (FileHow.COPY, FileHow.BRING_IN):
        yield TextLine(" ", "the file itself stays where it is")


def change_lines(change: Change) -> tuple[TextLine, ...]:
    """What a change does, in lines; a move shows where the answer goes."""
    if not change.is_move:
        return excerpt(change.before, change.after)
    first = change.before.split("\n", 1)[0]
    moved = TextLine("+", _cut(first.lstrip("> \t"), 0))
    return TextLine(" ", "> Answer:"), TextLine("-", _cut(first, 0)), TextLine("+", ""), moved
