"""`show` and `set`: one answer out of a report, and one into it.

Owns reading the new text from a file or standard input. Whether it may be written is decided by the session's guard.
"""

from __future__ import annotations

import sys
from pathlib import Path

from report_tui.commands.shared import OK, known, open_session, save, talk, talk_of_errors
from report_tui.render.clean import clean_text

TEXT_LIMIT = 1_000_000
"""Bytes that `set` takes for an answer; the largest answer ever seen has four thousand."""


def show(number: int, path: Path | None) -> int:
    """Print answer `number` as the editor would show it."""
    session = open_session(path)
    text = session.text(known(session, number))
    if not text:
        return OK
    sys.stdout.flush()
    if sys.stdout.isatty():
        sys.stdout.write(clean_text(text) + "\n")
    else:
        sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()
    return OK


def replace(number: int, path: Path | None, file: Path | None, *, empty: bool = False) -> int:
    """Replace answer `number` by a file, or by standard input where `file` is None, and save; `empty`: by nothing."""
    from report_tui.core.rejection import AnswerRejected
    from report_tui.storage.files import StorageError, shown

    session = open_session(path)
    number = known(session, number)
    session.edit(number, "" if empty else _new_text(number, file))
    if not session.dirty:
        talk(f"question {number}: unchanged, nothing written")
        return OK
    try:
        held = session.held.get(number)
        if held is not None:
            raise held.rejection
        save(session)
    except (AnswerRejected, StorageError):
        # What came from a program's output, or was typed, is nowhere else.
        if file is None:
            from report_tui.storage import rescue

            kept = rescue.keep(session.path, {number: session.text(number)})
            talk(f"the text lies in {shown(kept)}" if kept else "the text could not be put into a file")
        raise
    result = session.evaluation.question(number)
    talk(f"question {number}: {result.words} {'word' if result.words == 1 else 'words'}, saved")
    talk_of_errors(result)
    return OK


def _new_text(number: int, file: Path | None) -> str:
    from report_tui.core.source import normalised
    from report_tui.storage.files import CannotRead, read

    if file is not None:
        name, data = file, read(file).data
    else:
        name = Path("standard input")
        if sys.stdin.isatty():
            talk("type the answer; end it with ctrl+d (Windows: ctrl+z, enter) on a line of its own")
        data = sys.stdin.buffer.read(TEXT_LIMIT + 1)
    if len(data) > TEXT_LIMIT:
        raise CannotRead(name, "is larger than 1 MB", "give the answer only")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"is not UTF-8: byte 0x{data[error.start]:02X} on line {line}"
        raise CannotRead(name, reason, "save it as UTF-8") from error
    if not normalised(text):
        # What a program that failed writes: it must not cost somebody an answer.
        raise CannotRead(name, "is empty", f"'report-tui set {number} --empty' empties the answer")
    return text
