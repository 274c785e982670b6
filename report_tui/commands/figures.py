"""`figures` and `figures add`: what is known of a report's figures, and one more of them.

Owns the order in which a figure is brought in and inserted: nothing is copied for an answer that could not take it.
What a figure becomes is `storage.figure_import`'s, whether an answer may be written the session's guard's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from report_tui.commands.shared import (
    OK,
    PROBLEMS,
    UNREADABLE,
    UsageError,
    find,
    known,
    open_session,
    save,
    talk,
    talk_of_errors,
)
from report_tui.render.clean import clean, harmless

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from report_tui.session import Session
    from report_tui.storage.figure_import import Brought, Offer


def show(path: Path | None, form: str, rules: Path | None) -> int:
    """Print the figures of a report.

    Args:
        path: the report, its folder, or None for the nearest one.
        form: `text` or `json`.
        rules: the rules file of `--rules`, or None.
    """
    from report_tui import loading
    from report_tui.commands.check import name_of, style
    from report_tui.render import figure_table

    report = find(path)
    loaded = loading.load(report, rules)
    table = figure_table.figure_table(loaded.evaluation, loaded.course.figures.folder, loaded.folder, loaded.facts)
    name, problem = name_of(report), loaded.report.source.problem
    if form == "json":
        from report_tui.render.machine import json_text

        record = figure_table.table_record(name, table, f"the file is {problem}" if problem else None)
        sys.stdout.write(json_text(record, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join([*figure_table.table_lines(name, table, style()), ""]))
    if problem is not None:
        talk(f"{name}: is {problem}; save it as UTF-8 first")
        return UNREADABLE
    return OK if table.ok else PROBLEMS


def add(file: Path, path: Path | None, number: int | None, description: str | None, *, smaller: bool) -> int:
    """Bring a figure in, insert it at the end of an answer, and save; prints its path from the report's folder.

    Args:
        file: the picture.
        path: the report, its folder, or None for the nearest one.
        number: the question, or None to insert it nowhere.
        description: what the figure shows; None makes one of its name.
        smaller: whether a smaller copy is wanted where the picture has more than 1 MB.
    """
    if description is not None and number is None:
        raise UsageError("--description says what a figure shows in an answer; add --question N, or leave it out")
    from report_tui.storage import figure_import

    session = open_session(path)
    rules = session.course.figures
    offer = figure_import.inspect(file, rules)
    if number is not None:
        # Tried before anything is copied, with the name that the figure will most likely have.
        _insert(session, known(session, number), f"{rules.folder}/{offer.name}", description)
    brought = figure_import.bring_in(offer, session.path.parent, rules, smaller=smaller)
    _say(offer, brought, smaller=smaller)
    sys.stdout.write(f"{harmless(clean(brought.path))}\n")
    if number is not None:
        _insert(session, number, brought.path, description)
        _save(session, number)
    return OK


def _insert(session: Session, number: int, path: str, description: str | None) -> None:
    """Put the figure at the end of the answer as it is on disk, unless that shows it already.

    Raises:
        AnswerRejected: it cannot stand there.
    """
    from report_tui.core.figure_links import CannotInsert, figure_link, insertion
    from report_tui.core.figure_names import description_of
    from report_tui.core.images import find_images
    from report_tui.core.rejection import AnswerRejected

    text = session.theirs(number)
    link = figure_link(description_of(path) if description is None else description, path)
    shown = any(
        image.counted and image.target == path and not (image.in_code or image.hidden or image.unread)
        for image in find_images(text)
    )
    try:
        session.edit(number, text if shown else insertion(text, len(text), link).applied(text))
    except CannotInsert as refused:
        raise AnswerRejected(number, refused.reason, refused.way_out) from refused
    held = session.held.get(number)
    if held is not None:
        raise held.rejection


def _save(session: Session, number: int) -> None:
    session.refresh_figures()
    if not session.dirty:
        talk(f"question {number}: shows this figure already, nothing written")
        return
    save(session)
    result = session.evaluation.question(number)
    talk(f"question {number}: {result.images} {'figure' if result.images == 1 else 'figures'}, saved")
    talk_of_errors(result)


def _say(offer: Offer, brought: Brought, *, smaller: bool) -> None:
    """What became of the picture, and what should be known of it."""
    copy = offer.smaller if smaller and offer.smaller is not None else offer.whole
    changed = offer.converted or copy is not offer.whole
    pixels = "{}x{} pixels, {:,} bytes".format(*copy.pixels, len(copy.data))
    how = f"made {offer.becomes} of {offer.kind}" if offer.converted else "copied byte for byte"
    if copy is not offer.whole:
        how = "a smaller copy"
    talk(f"{brought.path}: {'was there already' if brought.reused else how}, {pixels}")
    if offer.animated and changed:
        talk("it holds several pictures; only the first one was kept")
    if offer.has_location and not changed:
        talk("it says where it was taken, and so does the copy")
    if offer.smaller is not None and not smaller:
        talk(
            "it has more than 1 MB; --smaller makes {}x{} pixels with {:,} bytes of it".format(
                *offer.smaller.pixels, len(offer.smaller.data)
            )
        )
