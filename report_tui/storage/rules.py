"""Finds and reads the rules files that apply to a report: given, beside the report, or shipped.

Owns where rules lie on disk and their order of precedence. What a file may hold is `validation.loader`'s business,
and which of a course's versions a report was made from is `validation.matching`'s.
"""

from __future__ import annotations

import os
import stat
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from report_tui.validation.ruleset import Ruleset

TYPE_CHECKING = False  # not typing's: importing that costs every command two milliseconds
if TYPE_CHECKING:
    # The shipped rules are compiled and most reports need no others: imported where needed, it saves four more.
    from report_tui.validation.strict_yaml import Problem

BESIDE = "report-rules.yaml"
"""The name of a rules file that lies in the report's own folder."""


class RulesError(Exception):
    """Rules that were asked for cannot be used; the text has one line for each problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class RulesFile(NamedTuple):
    """One rules file that was read."""

    path: Path
    shipped: bool
    """Whether it came with report-tui, so that nobody chose it for this report."""
    ruleset: Ruleset


def find_rules(report_path: Path, explicit: Path | None = None) -> tuple[RulesFile, ...]:
    """The rules that may apply to a report: `explicit` alone, else the file beside the report alone, else the shipped.

    Args:
        report_path: the report file; it need not exist.
        explicit: the file that the user named, or None.

    Raises:
        RulesError: a file cannot be read, or is no rules file.
    """
    if explicit is not None:
        return (RulesFile(explicit, False, read_rules(explicit)),)
    beside = report_path.parent / BESIDE
    # lexists, so that a broken link is complained about and not passed over.
    if os.path.lexists(beside):
        return (RulesFile(beside, False, read_rules(beside)),)
    return _shipped_rules()


def staff_rules(explicit: Path | None) -> tuple[RulesFile, ...]:
    """The rules by which the staff judges: `explicit` alone, else the shipped; never a group's own.

    Raises:
        RulesError: a file cannot be read, or is no rules file.
    """
    return _shipped_rules() if explicit is None else (RulesFile(explicit, False, read_rules(explicit)),)


def read_rules(path: Path) -> Ruleset:
    """One rules file, strictly.

    Raises:
        RulesError: it cannot be read, or is no rules file; all problems at once.
    """
    from report_tui.validation.strict_yaml import Problem

    try:
        status = path.stat()
        # Not opened before this: reading a pipe or a device would never end.
        if not stat.S_ISREG(status.st_mode):
            raise RulesError((Problem(str(path), 1, 1, "not a regular file; name a rules file"),))
        return _read(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "the name is not a file name"
        raise RulesError((Problem(str(path), 1, 1, f"cannot be read: {reason}"),)) from error


def shipped_folder() -> Path:
    """The folder with the rules that come with report-tui: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_rules"
    return installed if installed.is_dir() else package.parent / "rules"


@lru_cache(maxsize=32)
def _read(path: Path, _modified: int, _size: int) -> Ruleset:
    """The rules of a file in the state that time and size stand for: a run over many reports parses each once."""
    from report_tui.validation.loader import load
    from report_tui.validation.strict_yaml import MAX_CHARACTERS, Problem

    # A character takes at most four bytes; the loader has the last word about the size.
    most = 4 * MAX_CHARACTERS
    with path.open("rb") as file:
        data = file.read(most + 1)
    try:
        text = data[:most].decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        column = len(before) - before.rfind("\n")
        message = f"not UTF-8: byte 0x{data[error.start]:02X}; save the file as UTF-8"
        raise RulesError((Problem(str(path), before.count("\n") + 1, column, message),)) from error
    ruleset, problems = load(text, str(path))
    if ruleset is None:
        raise RulesError(problems)
    return ruleset


@cache
def _shipped_rules() -> tuple[RulesFile, ...]:
    folder = shipped_folder()
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        from report_tui.validation.strict_yaml import Problem

        raise RulesError((Problem(str(folder), 1, 1, "the shipped rules are missing; install report-tui again"),))
    return tuple(RulesFile(path, True, _compiled(path) or read_rules(path)) for path in paths)


def _compiled(path: Path) -> Ruleset | None:
    """A shipped file's rules as they were compiled; None where the file was changed since."""
    from report_tui.storage.compiled_rules import COMPILED

    crc, ruleset = COMPILED.get(path.name, (None, None))
    try:
        return ruleset if crc == crc32(path.read_bytes()) else None
    except OSError:
        return None  # the reading below says why
