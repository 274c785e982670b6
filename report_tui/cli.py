"""The command line: calls the command that is asked for, turns whatever went wrong into one line and an exit code.

Owns the exit codes (0 all well; 1 the report has problems, or an edit was rejected; 2 it could not be read, or usage)
and the streams: results go to standard output, talk to standard error, and every foreign text is cleaned on its way.
What may stand on the command line is `arguments`'.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from report_tui import AnswerRejected
from report_tui.arguments import COMMANDS, app
from report_tui.commands.shared import DEBUG, ISSUES, OK, PROBLEMS, UNREADABLE, UsageError, kept_of, talk

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    from typing import NoReturn

INTERRUPTED, PIPE_CLOSED = 130, 141
_NO_ROOM = {errno.ENOSPC, errno.EIO, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def main_entry() -> NoReturn:
    """What the `report-tui` script runs."""
    # A command is over before collecting garbage pays, and taking everything down at its end pays even less: together
    # an eighth of a check's time. Nothing waits for the end of the process: files are closed, streams are flushed here.
    gc.disable()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        argv: the arguments behind the program's name; None takes those of the process.

    Returns:
        The exit code. Whatever goes wrong is one line on standard error, never a traceback.
    """
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        # A Windows console of cp1252 must not fail at a check mark.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return PIPE_CLOSED
    except SystemExit as stop:  # --help and --version
        return stop.code if isinstance(stop.code, int) else OK
    except OSError as error:
        if error.filename is not None or error.errno not in _NO_ROOM:
            return _say_error(error)
        # Whatever else is written names its file.
        _drop_output()
        reason = (error.strerror or "").lower()
        talk(
            f"standard output: cannot be written ({reason}); what is missing was not printed: make room, or pipe it on"
        )
        return UNREADABLE
    except Exception as error:  # the last net: a traceback helps no student
        return _say_error(error)
    return code


def _drop_output() -> None:
    """Nobody takes it any more; without this, Python complains once more when it closes the stream."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Give a program that was started without one of its streams (`>&-`) one that takes everything and gives nothing.

    In this order each gets the number that is its own: a report must never be opened as standard output.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")


def _run(argv: list[str]) -> int:
    command = COMMANDS.get(argv[0]) if argv else None
    return app(argv) if command is None else command(argv[1:])


def _say_error(error: Exception) -> int:
    """Tell what went wrong, and which exit code that is."""
    from report_tui.storage.files import CannotRead, StorageError
    from report_tui.storage.rules import RulesError

    if isinstance(error, AnswerRejected):
        talk(f"question {error.question}: not saved: {error.reason}; {error.way_out}")
        return PROBLEMS
    if isinstance(error, StorageError | RulesError | UsageError):
        for line in str(error).split("\n"):
            talk(line)
        if isinstance(error, CannotRead) and (kept := kept_of(error.path)):
            talk(kept)
        return UNREADABLE
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    from report_tui.storage import fault_reports
    from report_tui.storage.files import shown

    # Without its message, which may quote an answer: this line is what people paste.
    said = f"unexpected {type(error).__name__} in {fault_reports.place(error)}; {ISSUES}"
    written = fault_reports.write(error)
    talk(said if written is None else f"{said}, with {shown(written)}, which holds no word of your report")
    return UNREADABLE
