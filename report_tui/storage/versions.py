"""The history of a report: whole files as they were before a save, and texts of single answers that were put aside.

Owns a folder for each report in the user's state folder, private to the user, in which every version is one compressed
file whose name says when, why, of which question, and a checksum of what it holds. So there is no index that two
programs could spoil for each other or a torn write could damage: a version is there wholly or not at all. A folder is
bounded in number and size, the oldest versions go first.

It is a safety net and must never stand in the way: what keeps a version returns its problem in words, and raises none.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
import zlib
from pathlib import Path
from typing import NamedTuple

from report_tui.storage import files, writing
from report_tui.storage.sitting import state_folder

VERSIONS_KEPT = 500
"""Of each report: at one in ten minutes, more than 80 hours of work."""
BYTES_KEPT = 20_000_000
"""Of each report, compressed; a report of 50 kB takes about 15 kB."""
REPORTS_KEPT = 200
"""Reports with a history; that of the one not worked on for longest goes first."""

BEFORE_SAVE = "before-save"
BEFORE_RESTORE = "before-restore"
BEFORE_CHANGE = "before-change"
NOT_CHOSEN = "not-chosen"
DROPPED_DRAFT = "dropped-draft"
REPLACED = "replaced"

_LABELS = {
    BEFORE_SAVE: "before a save",
    BEFORE_RESTORE: "before bringing back",
    BEFORE_CHANGE: "before it changed on disk",
    NOT_CHOSEN: "not chosen",
    DROPPED_DRAFT: "draft that was dropped",
    REPLACED: "not saved when replaced",
}

_NAME = re.compile(r"([0-9]{1,20})-([0-9]{1,6}|all)-([a-z-]{1,20})-([0-9a-f]{32})\.z", re.ASCII)
_WHOLE = "all"
_FOLDER = "versions"
_ID = 8
_MOMENT = 1_000_000_000
"""Nanoseconds."""


class Version(NamedTuple):
    """Something that was kept."""

    file: Path
    """Where it lies."""
    time_ns: int
    """When it was kept, in nanoseconds since 1970 (UTC)."""
    kind: str
    """Why: one of the names above, or one that a newer program knows."""
    number: int | None
    """The question whose text it is; None for a whole report."""
    digest: str
    """Of the content and the question; in hexadecimal."""
    size: int
    """Bytes that it takes on disk."""

    @property
    def id(self) -> str:
        """What a person names it by: the same for the same content."""
        return self.digest[:_ID]

    @property
    def label(self) -> str:
        """Why it was kept, in words."""
        return _LABELS.get(self.kind, self.kind.replace("-", " "))


def keep(report: Path, data: bytes, why: str = BEFORE_SAVE, *, now_ns: int | None = None) -> str | None:
    """Keep the bytes of a whole report, unless they are those that were kept last.

    Args:
        report: the report's file.
        data: its content.
        why: what happens to it next.
        now_ns: nanoseconds since 1970; None takes the clock's.

    Returns:
        Why it could not be kept, in words without a full stop; None where it was, or was already.
    """
    return _keep(report, None, data, why, now_ns)


def put_aside(
    report: Path, number: int, text: str, why: str, *, asks: str = "", now_ns: int | None = None
) -> str | None:
    """Keep the text of one answer, which is about to be given up; an empty one is none. Returns what `keep` returns.

    Args:
        report: the report's file.
        number: the question.
        text: its answer.
        why: what happens to it.
        asks: what the question asks, since it may have another number later; empty where nobody knows.
        now_ns: as for `keep`.
    """
    if not text:
        return None
    return _keep(report, number, _encoded(text), why, now_ns, asks)


def put_aside_words(number: int, text: str, way: str) -> list[str]:
    """What is to be said once the text that was not chosen is kept: one line, or none where there was nothing.

    Args:
        number: the question.
        text: what was not chosen.
        way: what opens the history where this is said.
    """
    return [f"The text of answer {number} that was not chosen is kept in the history ({way})."] if text else []


def versions(report: Path) -> list[Version]:
    """What is kept of a report, the newest first; nothing where nothing can be read."""
    try:
        return _listed(_folder(report))
    except (OSError, RuntimeError, ValueError):
        return []


def unreadable(report: Path) -> str:
    """Why nobody can say what is kept of a report, to be read after "the history"; empty where it can be said."""
    try:
        with os.scandir(_folder(report)):
            return ""
    except FileNotFoundError:
        return ""
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        return f"cannot be read: {reason}; 'report-tui doctor' says where it lies"


def read(version: Version) -> bytes:
    """What was kept.

    Raises:
        files.CannotRead: it is gone or damaged.
    """
    return read_with_question(version)[0]


def read_with_question(version: Version) -> tuple[bytes, str]:
    """What was kept and, of one answer, what its question asked, where that is known; raises what `read` raises."""
    packed = files.read(version.file).data
    unpack = zlib.decompressobj()
    try:
        data = unpack.decompress(packed, files.SIZE_LIMIT)
    except zlib.error:
        data = b""
    if _digest(version.number, data) != version.digest:
        raise files.CannotRead(version.file, "is damaged", "choose another version")
    asks = b""
    with contextlib.suppress(zlib.error):  # nothing that the text needs
        asks = zlib.decompressobj().decompress(unpack.unused_data, files.SIZE_LIMIT)
    return data, asks.decode("utf-8", errors="replace")


def holds(version: Version, data: bytes) -> bool:
    """Whether these bytes are what was kept, as its name says."""
    return version.digest == _digest(version.number, data)


def read_text(version: Version) -> str:
    """The text of one answer that was kept; raises what `read` raises."""
    return read(version).decode("utf-8", errors="surrogatepass")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")


def _keep(report: Path, number: int | None, data: bytes, why: str, now_ns: int | None, asks: str = "") -> str | None:
    try:
        folder = _folder(report)
        _make(folder)
        digest = _digest(number, data)
        before = _listed(folder)
        last = next((version for version in before if version.number == number), None)
        if last is not None and last.digest == digest and _is_whole(last):
            return None
        time_ns = _after(before, time.time_ns() if now_ns is None else now_ns)
        target = folder / f"{time_ns}-{_WHOLE if number is None else number}-{why}-{digest}.z"
        # Behind the text, where programs that know nothing of it do not look.
        packed = zlib.compress(data, 6) + (zlib.compress(_encoded(asks)) if asks else b"")
        with writing.temporary(target, packed) as written:
            written.replace(target)
        writing.flush_folder(folder)  # what it stands for goes next: it must not come back alone from a power cut
        with contextlib.suppress(OSError):  # what is too much now goes the next time
            _prune(folder, time_ns)
    except OSError as error:
        reason, way_out = writing.why_not_written(error)
        return f"the history cannot be kept: {reason}; {way_out}"
    except (RuntimeError, ValueError):
        return "the history cannot be kept: its folder cannot be reached; check the folders and links on the way to it"
    return None


def _after(before: list[Version], time_ns: int) -> int:
    """The time for a new version: now, but behind one of the same moment, since clocks do not tick for each of them."""
    newest = before[0].time_ns if before else 0
    return newest + 1 if time_ns <= newest < time_ns + _MOMENT else time_ns


def _folder(report: Path) -> Path:
    import hashlib  # here: only who saves needs it, and with OpenSSL it is not light

    return state_folder() / _FOLDER / hashlib.sha256(os.fsencode(report.resolve())).hexdigest()


def _make(folder: Path) -> None:
    """Make a report's folder; where it is a new one, make room for it among the others."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    others = sorted(
        (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name)
        for entry in os.scandir(folder.parent)
        if entry.is_dir(follow_symlinks=False) and entry.name != folder.name
    )
    for _, name in others[: max(0, len(others) - REPORTS_KEPT + 1)]:
        with contextlib.suppress(OSError):
            for entry in list(os.scandir(folder.parent / name)):
                Path(entry).unlink()
            (folder.parent / name).rmdir()


def _listed(folder: Path) -> list[Version]:
    """The versions in a folder, the newest first; what is not named like one is none."""
    found = []
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return []
    for entry in entries:
        match = _NAME.fullmatch(entry.name)
        if match is None:
            continue
        with contextlib.suppress(OSError):  # gone meanwhile: another program prunes as well
            info = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(info.st_mode):
                time_ns, of, kind, digest = match.groups()
                number = None if of == _WHOLE else int(of)
                found.append(Version(Path(entry), int(time_ns), kind, number, digest, info.st_size))
    return sorted(found, key=lambda version: (version.time_ns, version.file.name), reverse=True)


def _is_whole(version: Version) -> bool:
    try:
        read(version)
    except files.CannotRead:
        return False
    return True


def _prune(folder: Path, now_ns: int) -> None:
    """Remove the oldest versions until the rest keeps within the bounds; the newest one stays, whatever its size.

    Those whose time is still to come go before all others: the clock was set back, and what is kept since must not make
    room for them.
    """
    total = 0
    for position, version in enumerate(sorted(_listed(folder), key=lambda version: version.time_ns > now_ns)):
        total += version.size
        if position and (position >= VERSIONS_KEPT or total > BYTES_KEPT):
            with contextlib.suppress(OSError):
                version.file.unlink()
    abandoned = time.time() - writing.ABANDONED
    for entry in os.scandir(folder):
        if entry.name.endswith(".tmp"):
            with contextlib.suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < abandoned:
                    Path(entry).unlink()


def _digest(number: int | None, data: bytes) -> str:
    import hashlib

    # With the question: two answers that were put aside with the same text are two things to bring back.
    of = _WHOLE if number is None else str(number)
    return hashlib.sha256(of.encode("ascii") + b"\n" + data).hexdigest()[:32]
