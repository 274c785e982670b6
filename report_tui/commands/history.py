"""`history` and `restore`: the versions of a report that were kept, what differs in them, and bringing one back.

Owns what is printed, and the order of a restore: what is there now is kept first, so that it can be undone. What may be
written is decided by the session's guard.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from report_tui import history
from report_tui.commands.check import name_of, style
from report_tui.commands.shared import OK, PROBLEMS, UsageError, known, open_session, save, talk, talk_of_errors
from report_tui.core.rejection import AnswerRejected
from report_tui.history import Now, Past
from report_tui.render.clean import clean, harmless
from report_tui.render.machine import SCHEMA, json_text
from report_tui.session import Session
from report_tui.storage import git, versions
from report_tui.tui.view_models import history as view_models
from report_tui.tui.view_models.sides import Side, SideLine

LISTED = 30
"""Versions that are listed unasked."""
_SIGNS = {Side.BOTH: " ", Side.MINE: "-", Side.THEIRS: "+", Side.LEFT_OUT: " "}


def show(path: Path | None, number: int | None, form: str, *, everything: bool) -> int:
    """List the versions of a report, the newest first.

    Args:
        path: the report, its folder, or None for the nearest one.
        number: only those in which this answer is another one than now; None for all.
        form: `text` or `json`.
        everything: list all of them, however many there are.
    """
    session = open_session(path)
    if problem := versions.unreadable(session.path):
        raise UsageError(f"the history {problem}")
    now, found = history.present(session), history.pasts(session)
    if number is not None:
        found = history.pasts_of(now, known(session, number), found)
    shown = list(found if everything else islice(found, LISTED))
    if form == "json":
        authors = git.authors(session.path)
        records = [_record(now, past, authors) for past in shown]
        _print(json_text({"schema": SCHEMA, "report": name_of(session.path), "versions": records}, indent=2))
    else:
        _print(*_list_lines(session, now, shown, "" if number is None else f" in which answer {number} differs"))
    if next(found, None) is not None:
        talk("older ones are left out; --all lists them too")
    return OK


def show_one(identity: str, path: Path | None, number: int | None, form: str) -> int:
    """Print in what a version differs from the report as it is now; the arguments are those of `show`."""
    session = open_session(path)
    now, past = history.present(session), history.read_past(session, _found(session, identity))
    only = None if number is None else known(session, number)
    if form == "json":
        answers = [
            {"id": found.number, "then": found.then, "now": found.now}
            for found in view_models.differences(session, now, past, only)
        ]
        authors = git.authors(session.path)
        record = {"schema": SCHEMA, "report": name_of(session.path), **_record(now, past, authors), "answers": answers}
        _print(json_text(record, indent=2))
    else:
        _print(*_difference_lines(session, now, past, only))
    return OK


def restore(identity: str, path: Path | None, number: int | None) -> int:
    """Bring an answer back as it was in a version, or all of them with the boxes of the checklist, and save.

    Args:
        identity: what the version is named by.
        path: the report, its folder, or None for the nearest one.
        number: the answer; None for all that the version holds.
    """
    session = open_session(path)
    past = history.read_past(session, _found(session, identity))
    if past.problem:
        raise UsageError(f"version {identity} {past.problem}; choose another one")
    if number is not None and number not in past.texts:
        raise AnswerRejected(number, f"version {identity} does not hold it", "see 'report-tui history --question N'")
    before = session.report.to_bytes()
    done = history.bring_back(session, past, number)
    for refusal in done.refused.values():
        talk(f"question {refusal.question}: not brought back: {refusal.reason}; {refusal.way_out}")
    for key in done.boxes_missed:
        talk(f'box "{key.text}": not brought back: it cannot be changed')
    if session.dirty:
        save(session)
        talk(f"brought back and saved: {view_models.brought(done.answers, done.boxes)}{_way_back(session, before)}")
        for brought in done.answers:
            talk_of_errors(session.evaluation.question(brought))
    elif not done.refused and not done.boxes_missed:
        talk("nothing to bring back: it is like that now, nothing written")
    return PROBLEMS if done.refused or done.boxes_missed else OK


def _way_back(session: Session, before: bytes) -> str:
    """How to undo it: the version that holds the file as it was."""
    newest = next((version for version in versions.versions(session.path) if version.number is None), None)
    if newest is None or not versions.holds(newest, before):
        return ""
    return f"; 'report-tui restore {newest.id}' takes it back"


def _found(session: Session, identity: str) -> versions.Version:
    """The version that is named by the first digits of its id; of several with the same content, the newest."""
    found = [version for version in versions.versions(session.path) if version.digest.startswith(identity)]
    if not found:
        raise UsageError(f"the history has no version {identity}; see 'report-tui history'")
    if len({version.digest for version in found}) > 1:
        raise UsageError(f"several versions begin with {identity}; give more of it")
    return found[0]


def _list_lines(session: Session, now: Now, shown: list[Past], which: str) -> Iterator[str]:
    look = style()
    yield look.paint(clean(name_of(session.path)), "1")
    if not shown:
        yield f"  no version is kept{which}"
        return
    authors = git.authors(session.path)
    rows = [view_models.row(now, past, time.time_ns(), authors) for past in shown]
    widths = [max(map(len, column)) for column in zip(*((row.ago, row.why) for row in rows), strict=True)]
    for row in rows:
        when = f"{row.moment}  {row.ago:<{widths[0]}}"
        yield f"  {row.version.id}  {look.paint(when, '2')}  {row.why:<{widths[1]}}  {clean(row.what)}".rstrip()


def _difference_lines(session: Session, now: Now, past: Past, only: int | None) -> Iterator[str]:
    look = style()
    row = view_models.row(now, past, time.time_ns(), git.authors(session.path))
    yield look.paint(f"{row.version.id}  {row.moment}  {row.ago}  {row.why}", "1")
    if past.problem:
        yield f"  {clean(past.problem)}"
        return
    found = view_models.differences(session, now, past, only)
    boxes = history.differing_boxes(now, past) if only is None else {}
    if not found and not boxes:
        yield "  as it is now"
        return
    yield look.paint("  - as it is now, + as it was then", "2")
    for difference in found:
        yield ""
        yield look.paint(clean(difference.title), "1")
        yield from (_side_line(line, unicode=look.unicode) for line in difference.lines)
    if boxes:
        yield ""
        yield look.paint("checklist", "1")
        for is_now, was_then in view_models.box_lines(boxes.items()):
            yield from (f"  - {clean(is_now)}", f"  + {clean(was_then)}")


def _side_line(line: SideLine, *, unicode: bool) -> str:
    dots = ("… " if unicode else "... ") if line.side is Side.LEFT_OUT else ""
    return f"  {_SIGNS[line.side]} {dots}{clean(line.text)}".rstrip()


def _record(now: Now, past: Past, authors: Mapping[str, str]) -> dict[str, object]:
    version = past.version
    seconds, nanoseconds = divmod(version.time_ns, 1_000_000_000)
    try:
        utc = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        utc = None
    return {
        "id": version.id,
        "time": None if utc is None else f"{utc}.{nanoseconds // 1_000_000:03}Z",
        "kind": version.kind,
        "question": past.number,
        "author": history.author(past, authors) or None,
        "bytes": version.size,
        "differs": history.differing(now, past),
        "boxes": len(history.differing_boxes(now, past)),
        "problem": past.problem or None,
    }


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{harmless(line)}\n" for line in lines))
